"""The command for what users of the widget think of the replies."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bot.channels.web.records import WebRecords, session_of
from bot.cli_web import web
from bot.settings import settings as bot_settings


@pytest.fixture
def show(database_url: str, monkeypatch: pytest.MonkeyPatch):
    """Run ``csp web ratings`` on an empty database."""
    monkeypatch.setenv("CSP_DATABASE_URL", database_url)
    bot_settings.cache_clear()
    yield lambda *options: CliRunner().invoke(web, ["ratings", *options])
    bot_settings.cache_clear()


def rate(records: WebRecords, number: int, question: str, intent: str, useful: bool) -> None:
    session = session_of(records.open_session(0.0))
    records.accept(session, f"client-{number}", question, 1.0)
    reply = records.add_reply(session, {"text": f"答{number}"}, 1.0, f"client-{number}")
    records.end_turn(session, f"client-{number}", intent)
    assert records.rate(session, reply.id, useful, 1_000_000_000.0 + number)


def test_worst_leaf_comes_first_and_useless_replies_are_shown_latest_first(show, database_url):
    records = WebRecords.open(database_url)
    rate(records, 1, "盖什么章", "faq/seal", True)
    rate(records, 2, "多少钱", "faq/price", False)
    rate(records, 3, "报个价\x1b[2J", "faq/price", False)
    records.close()

    lines = show().output.splitlines()

    assert lines[:3] == ["没用  有用  类别", "   2     0  faq/price", "   0     1  faq/seal"]
    assert [line for line in lines if line.startswith("问")] == ["问：报个价 [2J", "问：多少钱"]
    assert [line for line in show("--last", "1").output.splitlines() if line.startswith("答")] == ["答：答3"]


def test_nothing_rated_is_said(show, database_url):
    WebRecords.open(database_url).close()

    assert show().output == "还没有人评价过。\n"


def test_database_that_is_away_is_said(show, monkeypatch):
    monkeypatch.setenv("CSP_DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/none")
    bot_settings.cache_clear()

    result = show()

    assert result.exit_code == 2 and "数据库连不上" in result.output
