"""Partners and orders into files that importing takes back unchanged."""

from __future__ import annotations

from pathlib import Path

from bot.store import Store
from bot.store.columns import ORDER_COLUMNS, PARTNER_COLUMNS
from bot.store.sheets import write_sheet


def export_partners(store: Store, path: Path) -> int:
    """Write all partners to a ``.csv`` or ``.xlsx`` file; returns how many.

    Raises:
        FileUnreadable: the name ends otherwise, or the file cannot be written.
        StoreUnavailable: the database cannot be reached.
    """
    rows = ([getattr(partner, field) for field in PARTNER_COLUMNS] for partner in store.every_partner())
    return write_sheet(path, list(PARTNER_COLUMNS.values()), rows)


def export_orders(store: Store, path: Path, partner: str | None = None) -> int:
    """Write all orders, or those of one partner, to a ``.csv`` or ``.xlsx`` file; returns how many.

    Raises:
        FileUnreadable: the name ends otherwise, or the file cannot be written.
        StoreUnavailable: the database cannot be reached.
    """
    rows = ([getattr(order, field) for field in ORDER_COLUMNS] for order in store.every_order(partner))
    return write_sheet(path, list(ORDER_COLUMNS.values()), rows)
