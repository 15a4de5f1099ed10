"""A PostgreSQL of a test's own, to be stopped and started again while somebody talks."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` are, None where PostgreSQL is not installed."""
    found = shutil.which("pg_ctl")
    return Path(found).parent if found else next(iter(_PLACES), None)


class Cluster:
    """An empty database server on a free port; PostgreSQL refuses to run as root, so root runs it as ``postgres``."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="csp-postgres-"))
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = f"-p {self._port} -h 127.0.0.1 -k {self._folder} -c fsync=off"
        self._run("pg_ctl", "start", "--wait", f"--log={self._folder / 'log'}", f"--options={options}")

    def stop(self) -> None:
        """Stop it at once; connections are cut."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def remove(self) -> None:
        """Stop it and delete everything."""
        subprocess.run([*self._command("pg_ctl"), "stop", "--wait", "--mode=immediate"], capture_output=True)
        shutil.rmtree(self._folder)

    def _command(self, program: str) -> list[str]:
        return [*self._as, str(self._programs / program), f"--pgdata={self._folder / 'data'}"]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._command(program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, done.stderr
