"""Who the embedding page says its visitor is: a JWT (HS256) that the page's server signed with the shared secret."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import jwt

from bot.store import Store
from bot.store.records import BindOutcome

AUDIENCE = "csp-web"
LONGEST_LIFE = 600
"""Seconds between ``iat`` and ``exp`` that a token may have."""
_MAX_NAME = 50


class BadIdentity(Exception):
    """The token says nothing that can be relied on."""


class OtherMember(Exception):
    """The session belongs to another member of staff."""


@dataclass(frozen=True)
class Claim:
    """A member of staff as the page names them."""

    partner: str
    staff: str


def read_identity(token: str, secret: str) -> Claim:
    """The claim in a token.

    Raises:
        BadIdentity: wrong signature, algorithm, audience, age or content; or there is no secret to check it with.
    """
    if not secret:
        raise BadIdentity
    try:
        content = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=AUDIENCE,
            options={"require": ["exp", "iat", "aud", "partner", "staff"]},
        )
        life = float(content["exp"]) - float(content["iat"])
    except (jwt.InvalidTokenError, TypeError, ValueError) as error:
        raise BadIdentity from error
    partner, staff = content["partner"], content["staff"]
    named = all(isinstance(n, str) and n.isprintable() and 0 < len(n) <= _MAX_NAME for n in (partner, staff))
    if not named or not 0 < life <= LONGEST_LIFE:
        raise BadIdentity
    return Claim(partner, staff)


def bind_claim(store: Store, identity: str, claim: Claim, now: dt.datetime) -> None:
    """Bind ``identity`` to the member in ``claim``, who is created when the partner has nobody of that name.

    Raises:
        OtherMember: it is bound to somebody else.
        BadIdentity: it cannot be bound now.
        UnknownPartner: there is no such partner.
        StoreUnavailable: the database cannot be reached.
    """
    member = store.partner_of(identity)
    if member:
        if (member.partner.number, member.name) != (claim.partner, claim.staff):
            raise OtherMember
        return
    bound = store.bind(identity, store.invite(claim.partner, claim.staff, now), now)
    if bound.outcome is not BindOutcome.BOUND:
        raise BadIdentity
