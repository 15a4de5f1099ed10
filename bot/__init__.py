"""The assistant."""

import os

# Read once, when the first numerical library is loaded, hence here: threads that wait for each other must sleep. Spinning,
# the two that embed a sentence take 0.5 s instead of 0.04 s when other processes want the same two cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
