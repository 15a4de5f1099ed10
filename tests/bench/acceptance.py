"""Score the assistant against the acceptance dialogues: ``make acceptance``, or ``python -m tests.bench.acceptance --only 查单``.

Starts a server of its own on a free port with a temporary database, loads the fixture's partners and orders by
``csp … import``, issues the bind codes that the dialogues name, and runs ``score.py``. The dialogues are in the folder
``CSP_ACCEPTANCE`` (``../shared/acceptance``).
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.rules.workdays import CHINA
from bot.settings import ROOT, settings
from bot.store import open_store
from bot.training import ensure_model

FILES = ("questions.yml", "dialogues.yml")
_CODE = re.compile(r"\{(code_(P\d+)_\w+)\}")
_READY_WITHIN = 180


def main() -> int:
    """Run everything; the exit status is that of ``score.py``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="regex: only dialogues whose category matches")
    parser.add_argument("--skip", help="regex: leave out dialogues whose category matches")
    parser.add_argument("--report", help="write every turn to this file")
    parser.add_argument("--failures", action="store_true", help="print what failed, not the totals only")
    parser.add_argument("files", nargs="*", default=FILES, help="files of the acceptance folder")
    args = parser.parse_args()
    folder = Path(os.environ.get("CSP_ACCEPTANCE", ROOT.parent / "shared" / "acceptance")).resolve()
    if not folder.is_dir():
        print(f"没有题库目录 {folder}，请设置 CSP_ACCEPTANCE。", file=sys.stderr)
        return 2
    files = [folder / name for name in args.files]
    ensure_model(settings().model_dir)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        environment = _environment(work)
        context = _load(folder, files, work, environment)
        with _server(environment, work / "server.log") as url:
            command = [sys.executable, str(folder / "score.py"), "--url", url, "--context", str(context)]
            for option in ("only", "skip", "report"):
                if value := getattr(args, option):
                    command += [f"--{option}", value]
            command += [] if args.failures else ["--quiet"]
            return subprocess.run([*command, *map(str, files)], check=False).returncode


def _environment(work: Path) -> dict[str, str]:
    """Settings for a server that shares nothing with others but the model."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CSP_")}
    return {
        **own,
        "CSP_DATABASE_URL": f"sqlite:///{work / 'csp.db'}",
        "CSP_MODEL_DIR": str(settings().model_dir),
        "CSP_PORT": str(_free_port()),
        **dict.fromkeys(("CSP_REST_TOKEN", "CSP_REDIS_URL", "CSP_BROKER_URL", "CSP_ACTION_URL"), ""),
        "CSP_DEMO": "false",
    }


def _load(folder: Path, files: list[Path], work: Path, environment: dict[str, str]) -> Path:
    """Write and import the fixture and issue the codes; the path of the context with everything that dialogues name."""
    subprocess.run([sys.executable, str(folder / "orders_fixture.py"), str(work)], check=True)
    for kind in ("partners", "orders"):
        command = [sys.executable, "-m", "bot.cli", kind, "import", str(work / f"{kind}.csv")]
        subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    wanted = {m[1]: m[2] for file in files for m in _CODE.finditer(file.read_text(encoding="utf-8"))}
    store = open_store(environment["CSP_DATABASE_URL"])
    now = dt.datetime.now(CHINA)
    codes = {name: store.invite(partner, f"测试{name}", now) for name, partner in sorted(wanted.items())}
    store.close()
    path = work / "context.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **codes}, ensure_ascii=False), "utf-8")
    return path


@contextmanager
def _server(environment: dict[str, str], log: Path) -> Iterator[str]:
    """A server that is ready; stopped at the end."""
    url = f"http://127.0.0.1:{environment['CSP_PORT']}"
    with log.open("w") as output:
        command = [sys.executable, "-m", "bot.cli", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, url, log)
        yield url
        _warn_of_errors(log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen, url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit(f"服务没有起来：\n{log.read_text(encoding='utf-8')[-3000:]}")


def _warn_of_errors(log: Path) -> None:
    errors = [line for line in log.read_text(encoding="utf-8").splitlines() if "Traceback" in line or '"error"' in line]
    if errors:
        print(f"服务日志里有 {len(errors)} 处错误，第一处：{errors[0][:300]}", file=sys.stderr)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
