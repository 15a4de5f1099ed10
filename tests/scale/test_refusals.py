"""What several processes cannot do without is said before they start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot.settings import ROOT


@pytest.mark.parametrize(
    ("setting", "settings"),
    [
        ("CSP_REDIS_URL", {"CSP_REDIS_URL": "", "CSP_DATABASE_URL": "postgresql://postgres@127.0.0.1/postgres"}),
        ("CSP_DATABASE_URL", {"CSP_REDIS_URL": "redis://127.0.0.1:6379/9", "CSP_DATABASE_URL": ""}),
    ],
)
def test_several_workers_need_what_they_share(setting: str, settings: dict[str, str]):
    told = subprocess.run(
        [sys.executable, "-m", "bot.cli", "run", "--workers", "2"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 2
    assert setting in told.stderr and "多个进程" in told.stderr
    assert "Traceback" not in told.stderr
