"""Alembic migrations of the store, run by :func:`bot.store.database.migrate`."""
