"""Stores on real engines: every test that asks for ``store`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from samples import BLUE, FAR

from actions import resources
from bot.settings import settings
from bot.store import Store, open_store

SERVER = os.environ.get("CSP_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A database of this session's own; dropped at its end."""
    name = f"csp_test_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield str(sa.engine.make_url(SERVER).set(database=name))
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'csp.db'}"
    url: str = request.getfixturevalue("postgres_url")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store without content."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def trade(store: Store) -> Store:
    """A store with two partners."""
    with store.writing() as connection:
        store.put_partners(connection, [FAR, BLUE])
    return store


@pytest.fixture
def shared_trade(trade: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store with two partners, as the one that actions use."""
    monkeypatch.setenv("CSP_DATABASE_URL", database_url)
    settings.cache_clear()
    resources.forget_stores()
    yield trade
    resources.forget_stores()
    settings.cache_clear()
