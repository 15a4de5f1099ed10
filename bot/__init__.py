"""The assistant."""

import os

# Read once, when the first numerical library is loaded, hence here. A message needs no second thread: its sums are small, and
# the one that OpenBLAS starts for them spins between two messages, as much processor time again as the message.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
