"""The schema, lost connections and the demo."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from samples import FAR, NOW, TODAY, order, put

from bot.rules.ordering import Stage, standing
from bot.store import Store, StoreUnavailable, open_store
from bot.store.database import Database, migrate
from bot.store.demo import NotADemo, load_demo
from bot.store.engine import open_engine
from bot.store.records import BindOutcome, OrderKind
from bot.store.tables import history, metadata, orders


def test_migrating_again_changes_nothing(store: Store, database_url: str):
    with store.writing() as connection:
        store.put_partners(connection, [FAR])

    again = open_store(database_url)

    assert again.partner("P1001") == FAR
    again.close()


def test_two_processes_may_migrate_at_once(database_url: str):
    program = "import sys; from bot.store import open_store; open_store(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", program, database_url]) for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0]


def test_migrations_make_the_tables_that_queries_use(store: Store, database_url: str):
    found = sa.inspect(open_engine(database_url))

    for table in metadata.tables.values():
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        assert set(columns) == set(table.columns.keys())
        assert {i["name"] for i in found.get_indexes(table.name)} == {i.name for i in table.indexes}
        computed = {"urgency", "since"} if table.name == "orders" else set()
        for column in table.columns:
            assert column.name in computed or columns[column.name]["nullable"] == column.nullable, column


def test_failed_migration_leaves_nothing_behind(database_url: str, monkeypatch: pytest.MonkeyPatch):
    from alembic import op

    engine = open_engine(database_url)
    with monkeypatch.context() as broken:
        broken.setattr(op, "execute", lambda *_: (_ for _ in ()).throw(RuntimeError("disk full")))
        with pytest.raises(RuntimeError):
            migrate(engine)

    assert sa.inspect(engine).get_table_names() == []
    migrate(engine)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"years": 0},
        {"customer": ""},
        {"number": "X"},
        {"partner": "P9999"},
    ],
)
def test_database_refuses_what_breaks_a_rule(trade: Store, wrong: dict):
    row = dataclasses.asdict(order(1)) | {"reversed_number": order(1).number[::-1]} | wrong

    with pytest.raises(sa.exc.IntegrityError), trade.writing() as connection:
        connection.execute(orders.insert().values(**row))


@pytest.mark.parametrize("statement", [history.delete(), history.update().values(by="nobody")])
def test_history_cannot_be_changed(trade: Store, statement):
    put(trade, order(1))

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), Database(trade._engine)._engine.begin() as connection:
        connection.execute(statement)


def test_time_without_zone_is_refused(trade: Store):
    with pytest.raises(sa.exc.StatementError, match="zone"):
        trade.put_order(order(1), "test", NOW.replace(tzinfo=None))


def test_locked_file_is_told_apart_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.store.engine._LOCK_WAIT", 0.1)
    url = f"sqlite:///{tmp_path / 'csp.db'}"
    store, other = open_store(url), open_store(url)

    with other.writing(), pytest.raises(StoreUnavailable):
        store.save_guide("web:1", {}, NOW)
    store.save_guide("web:1", {}, NOW)

    assert store.guide("web:1") == {}


def test_database_that_is_away_is_told_apart_and_comes_back(postgres_url: str):
    trade = open_store(postgres_url)
    with trade.writing() as connection:
        trade.put_partners(connection, [FAR])
    name = sa.engine.make_url(postgres_url).database
    server = sa.create_engine(sa.engine.make_url(postgres_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with pytest.raises(StoreUnavailable):
            trade.partner("P1001")
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    server.dispose()

    assert trade.partner("P1001") == FAR
    trade.close()


def test_server_that_is_not_there_is_unavailable():
    with pytest.raises(StoreUnavailable):
        open_store("postgresql://postgres@127.0.0.1:1/none")


def test_demo_has_every_stage_and_an_overdue_order_and_codes_that_bind(store: Store):
    codes = load_demo(store, NOW, TODAY)

    found = store.list_orders("P1001", OrderKind.ALL, 0, 50, TODAY, 3).orders
    assert {standing(o.progress, TODAY, 3).stage for o in found} == set(Stage)
    assert any(standing(o.progress, TODAY, 3).overdue for o in found)
    assert all(standing(o.progress, TODAY, 3).problems == () for o in found)
    outcomes = [store.bind(f"web:{c.partner}", c.code, NOW).outcome for c in codes]
    assert outcomes == [BindOutcome.BOUND] * 2


def test_demo_of_a_later_day_moves_the_same_orders(store: Store):
    load_demo(store, NOW, TODAY)
    later = dt.timedelta(days=10)
    load_demo(store, NOW + later, TODAY + later)

    page = store.list_orders("P1001", OrderKind.ALL, 0, 50, TODAY + later, 3)

    assert page.total == 10
    assert len(store.list_orders("P1001", OrderKind.OVERDUE, 0, 50, TODAY + later, 3).orders) == 1


def test_demo_does_not_touch_a_store_in_use(store: Store):
    with store.writing() as connection:
        store.put_partners(connection, [dataclasses.replace(FAR, name="真实公司")])

    with pytest.raises(NotADemo):
        load_demo(store, NOW, TODAY)
