"""Rasa's own conversation test over ``tests/stories``."""

from __future__ import annotations

import json
from pathlib import Path

from rasa.core.test import test as run_stories

STORIES = Path(__file__).parent.parent / "stories" / "test_stories.yml"

run_stories.__test__ = False  # Rasa's function is called test; pytest must not take it for one


def test_no_story_fails(agent, loop, tmp_path):
    loop.run_until_complete(
        run_stories(str(STORIES), agent, out_directory=str(tmp_path), e2e=True, disable_plotting=True, warnings=False)
    )

    told = json.loads((tmp_path / "story_report.json").read_text(encoding="utf-8"))["conversation_accuracy"]
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert told["total"] >= 12
    assert told["correct"] == told["total"], failed
