"""What the serving process does not load: TensorFlow, which nothing in it uses."""

import subprocess
import sys

from bot.settings import ROOT, settings
from bot.training import ensure_model

_SERVING = """
import asyncio, sys
import bot.cli
from pathlib import Path
from bot.agent import load_agent
from bot.settings import Settings
agent = load_agent(Path(sys.argv[1]), Settings(database_url="sqlite://", redis_url="", broker_url="", action_url=""))
asyncio.run(agent.warm_up())
print("tensorflow" in sys.modules)
"""


def test_the_assistant_answers_without_loading_tensorflow() -> None:
    model, _ = ensure_model(settings().model_dir)

    done = subprocess.run(
        [sys.executable, "-c", _SERVING, str(model)], cwd=ROOT, capture_output=True, text=True, timeout=240
    )

    assert done.stdout.strip() == "False", done.stderr[-2000:]
