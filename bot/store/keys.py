"""The forms in which numbers, codes and customer names are compared."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

from opencc import OpenCC

PART_CHARS = 20
"""Characters of a part of a customer name that are indexed; a longer fragment is compared in full afterwards."""
CODE_CHARS = 8
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which look alike."""

_to_simplified = OpenCC("t2s").convert
_SALT = b"csp bind code"
_ORDER_NUMBER = re.compile(r"CSP\d{11}", re.ASCII)


def folded(text: str) -> str:
    """Letters and digits of ``text``, half width and upper case: 「ｃｓｐ 2016-0315 001」 is ``CSP20160315001``."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def is_order_number(text: str) -> bool:
    """Whether ``text`` is an order number in its only stored form, ``CSP`` and 11 digits."""
    return _ORDER_NUMBER.fullmatch(text) is not None


def customer_key(name: str) -> str:
    """A customer name as it is searched: letters and digits, half width, lower case, simplified script."""
    return _to_simplified(folded(name).lower())


def customer_parts(name: str) -> list[str]:
    """What a customer is found by: its key from each of its characters on, so that a fragment is the start of a part."""
    key = customer_key(name)
    return sorted({key[start : start + PART_CHARS] for start in range(len(key))})


def new_code() -> str:
    """A one-time code of :data:`CODE_CHARS` characters."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_CHARS))


def code_hash(code: str) -> str:
    """What is stored instead of a code.

    One salt for all, because a code is looked up by its hash; scrypt (50 ms, 16 MB) keeps 31^8 codes out of reach of
    whoever reads the database.
    """
    return hashlib.scrypt(folded(code).encode("utf-8", "replace"), salt=_SALT, n=2**14, r=8, p=1, dklen=32).hex()
