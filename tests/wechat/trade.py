"""A store with an order and people bound to it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store import Store, open_store
from tests.integration.samples import BLUE, FAR, NOW, TODAY, order, put

SERVER = os.environ.get("CSP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'csp.db'}"
        return
    name = f"csp_test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield sa.engine.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """Two partners; P1001 has an order."""
    opened = open_store(database)
    with opened.writing() as connection:
        opened.put_partners(connection, [FAR, BLUE])
    put(opened, order(1))
    yield opened
    opened.close()


def bind(store: Store, identity: str, name: str = "王敏") -> str:
    """Bind ``identity`` to a member of P1001's staff."""
    store.bind(identity, store.invite("P1001", name, NOW), NOW)
    return identity


def move(store: Store, count: int = 1, passed: int = 1) -> None:
    """Move an order of P1001 on by a stage, which leaves notices."""
    known = store.order("P1001", order(count).number)
    if known is None:
        put(store, order(count))
        known = order(count)
    milestones = ["sealed", "submitted", "checked"][:passed]
    put(store, replace(known, **{name: TODAY for name in milestones}))
