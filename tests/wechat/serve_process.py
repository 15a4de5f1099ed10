"""The server of these tests in a child process; imports nothing heavy, since the tests import it."""

from __future__ import annotations

import os
import sys


def serve_with(settings: dict[str, str], log: str, model: str) -> None:
    """Serve with ``settings`` and no others until SIGTERM; write to ``log``."""
    for name in [name for name in os.environ if name.startswith("CSP_")]:
        del os.environ[name]
    os.environ.update(settings)
    with open(log, "w") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    from tests.wechat.serve import serve

    serve(model)
