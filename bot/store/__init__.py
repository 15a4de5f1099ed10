"""What is remembered: partners, staff and their bindings, orders, guides, notices.

The API for actions, commands and channels (values are those of :mod:`bot.store.records`; times have a zone and are passed
in; every call may raise :class:`StoreUnavailable` and succeed when repeated later, on the same store; calls block, so run
them off the event loop)::

    store = open_store("sqlite:////…/csp.db")          also postgresql://…; migrates the schema

    store.partner_of(identity)                         Member(staff_id, name, partner) or None
    store.bind(identity, code, now)                    Bound(outcome, member, locked_until)
    store.unbind(identity)                             True if it was bound
    store.invite(partner, name, now)                   one-time code, valid 7 days
    store.staff_list(now, partner=None), store.revoke(staff_id, now)

    store.order(partner, number)                       Order or None: unknown and somebody else's are the same
    store.orders_ending(partner, digits)               up to 2: exactly one means that the last digits are unique
    store.find_orders(partner, fragment, limit=10)     Matches(orders, more) by a part of the customer's name
    store.list_orders(partner, kind, offset, limit, today, provision_days)
                                                       OrderPage(orders, total), the most urgent first
    store.narrowed_orders(partner, kind, Narrowing(…), offset, limit, today, provision_days)
                                                       the same, narrowed by days, product, newest; ``partial``: not all read
    store.stage_counts(partner)                        how many orders are at each stage
    store.register_draft(partner, draft, by, now, today)   the Order that the guide ends with
    store.put_order(order, by, now)                    create or change; writes history and notices
    store.documents(partner, number)                   what is known of single papers; empty: only what the order says
    store.set_document(number, kind, changes, by, now)  the Order in step with it

    store.guide(identity), store.save_guide(identity, state, now), store.drop_guide(identity)
    await deliver_notices(store, channel, deliver, now)    outbox; ``deliver`` is a channel's: Notice to "arrived"

Where an order stands is :func:`bot.rules.ordering.standing` of ``order.progress``; names for users are in
:mod:`bot.wording`. Files go in and out by :mod:`bot.store.importing` and :mod:`bot.store.exporting`;
:func:`bot.store.demo.load_demo` fills an empty store and returns codes to print.
"""

from bot.store.database import StoreUnavailable
from bot.store.documents import Documents
from bot.store.guides import Guides
from bot.store.order_writes import NoNumberLeft, OrderWrites, OtherPartner, UnknownPartner
from bot.store.orders import Orders
from bot.store.outbox import Outbox, deliver_notices
from bot.store.partners import Partners
from bot.store.staff import Staff

__all__ = [
    "NoNumberLeft",
    "OtherPartner",
    "Store",
    "StoreUnavailable",
    "UnknownPartner",
    "deliver_notices",
    "open_store",
]


class Store(Partners, Staff, Orders, OrderWrites, Documents, Guides, Outbox):
    """Everything that is remembered, on one database."""


def open_store(url: str) -> Store:
    """Open the database at ``url`` and bring its schema up to date.

    Raises:
        StoreUnavailable: the database cannot be reached.
        sqlalchemy.exc.ArgumentError: ``url`` is not a database URL.
    """
    return Store.open(url)
