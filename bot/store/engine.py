"""How a database is opened, SQLite or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

WRITING = {"writing": True}
"""Execution options of a transaction that will write; SQLite then takes its write lock at once and waits for it."""

_LOCK_WAIT = 15
"""Seconds that SQLite waits for another writer."""
_CONNECT_WAIT = 5
"""Seconds to wait for a PostgreSQL server that does not answer."""


def open_engine(url: str) -> sa.engine.Engine:
    """An engine for ``url``; SQLite gets a write-ahead log and may be used from several threads.

    Raises:
        sqlalchemy.exc.ArgumentError: ``url`` is not a database URL.
    """
    address = sa.engine.make_url(url)
    if address.get_backend_name() != "sqlite":
        return sa.create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_WAIT})
    if address.database in (None, "", ":memory:"):
        return _in_memory(address)
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    waiting = {"check_same_thread": False, "timeout": _LOCK_WAIT}
    engine = sa.create_engine(address, connect_args=waiting, poolclass=QueuePool)

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        # The driver's own handling of transactions leaves schema changes outside of them; begin is sent below instead.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous=NORMAL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("writing"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # takes no lock, so nothing can fail that SQLAlchemy would have to make its own error of
            connection.connection.execute("BEGIN")

    return engine


def _use_write_ahead_log(connection: Any) -> None:
    """Switch a new database over; SQLite does not wait by itself when another process is doing the same."""
    end = time.monotonic() + _LOCK_WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _in_memory(address: sa.engine.URL) -> sa.engine.Engine:
    """One connection for all threads; the data is gone when the engine is."""
    engine = sa.create_engine(address, connect_args={"check_same_thread": False}, poolclass=StaticPool)

    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    return engine
