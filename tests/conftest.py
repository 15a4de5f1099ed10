"""For all tests."""

from hypothesis import settings

# An example that is slow once (a busy machine, an import, the first use of a pattern) is no fault of what it tries.
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
