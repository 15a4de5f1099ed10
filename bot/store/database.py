"""The database under the store: its migrations, its transactions, and what a lost connection looks like to callers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from bot.store.engine import WRITING, open_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x435350
"""Key of :func:`take_turns` that lets one process migrate at a time."""


_D = TypeVar("_D", bound="Database")


class StoreUnavailable(Exception):
    """The database cannot be reached or is locked; the same call may succeed later, on the same store."""


@contextmanager
def _lost_connections() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise StoreUnavailable(str(error)) from error
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(str(error)) from error
        raise


def take_turns(connection: sa.engine.Connection, key: int) -> None:
    """Wait until no other writing transaction holds ``key``, then hold it to the end of this one.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def migrate(engine: sa.engine.Engine) -> None:
    """Bring the schema up to date, in one transaction; a second process waits and then finds it done.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    from alembic import command  # here, because loading it would slow down every command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with _lost_connections(), engine.execution_options(**WRITING).begin() as connection:
        take_turns(connection, _MIGRATION_LOCK)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


class Database:
    """Transactions on one engine. An instance may be used from several threads."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """Use ``engine``, whose schema is up to date."""
        self._engine = engine
        self._writing_engine = engine.execution_options(**WRITING)

    @classmethod
    def open(cls: type[_D], url: str) -> _D:
        """Open the database at ``url`` and bring its schema up to date.

        Raises:
            StoreUnavailable: the database cannot be reached.
            sqlalchemy.exc.ArgumentError: ``url`` is not a database URL.
        """
        engine = open_engine(url)
        migrate(engine)
        return cls(engine)

    @contextmanager
    def reading(self) -> Iterator[sa.engine.Connection]:
        """A connection for queries.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with _lost_connections(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.engine.Connection]:
        """A transaction: kept when the block ends, undone when it raises.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with _lost_connections(), self._writing_engine.begin() as connection:
            yield connection

    def insert_new(self, connection: sa.engine.Connection, table: sa.Table, rows: list[dict]) -> None:
        """Insert ``rows``, passing over those whose key is taken."""
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert
        connection.execute(insert(table).on_conflict_do_nothing(), rows)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()
