"""Alembic's entry: runs the migrations on the connection that :func:`bot.store.database.migrate` hands over."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="store_version")
context.run_migrations()
