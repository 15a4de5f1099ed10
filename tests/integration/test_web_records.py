"""The web channel's tables on real engines."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command

from bot.channels.web.records import WebRecords, metadata, session_of
from bot.store import open_store
from bot.store.database import migrate
from bot.store.engine import open_engine


@pytest.fixture
def records(database_url: str):
    opened = WebRecords.open(database_url)
    yield opened
    opened.close()


def _shape(engine: sa.engine.Engine) -> dict[str, object]:
    """Columns, indexes and unique constraints of the web channel's tables."""
    found = sa.inspect(engine)
    return {
        name: (
            {(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)},
            found.get_pk_constraint(name)["constrained_columns"],
            {
                (i["name"], tuple(i["column_names"]))
                for i in found.get_indexes(name)
                if "duplicates_constraint" not in i
            },
            {(u["name"], tuple(u["column_names"])) for u in found.get_unique_constraints(name)},
        )
        for name in metadata.tables
    }


def test_migrations_make_the_tables_that_the_channel_uses(records: WebRecords, database_url: str):
    engine = open_engine(database_url)
    made = _shape(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)

    assert _shape(engine) == made
    engine.dispose()


def test_database_whose_tables_the_channel_had_made_itself_keeps_what_is_in_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
):
    engine = open_engine(database_url)
    upgrade = command.upgrade
    with monkeypatch.context() as earlier:
        earlier.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        migrate(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        row = {"id": session_of("A" * 22), "created_at": 1.0, "seen_at": 1.0}
        connection.execute(metadata.tables["web_sessions"].insert().values(row))
    engine.dispose()

    open_store(database_url).close()

    records = WebRecords.open(database_url)
    assert records.exists(session_of("A" * 22))
    records.close()


def test_what_was_said_comes_back_in_order(records: WebRecords):
    session = session_of(records.open_session(0.0))
    card = {"kind": "order", "number": "CSP20260301001"}
    records.accept(session, "abcdefgh", "到哪了", 1.0)
    records.add_reply(session, {"text": "待付款", "card": card}, 2.0, "abcdefgh")
    records.end_turn(session, "abcdefgh", "order/status")

    asked, answered = records.messages(session)

    assert (asked.content, asked.done) == ({"text": "到哪了"}, True)
    assert answered.content == {"text": "待付款", "card": card}


def test_sessions_that_are_idle_go_with_all_they_said(records: WebRecords):
    old, young = (session_of(records.open_session(at)) for at in (0.0, 100.0))
    reply = records.add_reply(old, {"text": "好"}, 1.0)
    records.rate(old, reply.id, True, 2.0)

    assert records.purge(50.0) == [old]

    assert records.messages(old) == [] and records.exists(young)
