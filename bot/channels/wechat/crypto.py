"""What every callback of WeChat and WeCom goes through: signature, time, encryption, and XML that can do no harm.

The algorithms are wechatpy's; what it leaves open is closed here: signatures are compared in constant time, the time that
they cover must be near, and whatever is wrong with a signed or decrypted body becomes a :class:`Refused`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from xml.parsers import expat

import xmltodict
from wechatpy.crypto import BaseWeChatCrypto, PrpCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

MAX_DEPTH = 8
"""Elements inside each other; the deepest message of the platform has 5."""
MAX_ELEMENTS = 400
_BLOCK = 16
_MESSAGE = "xml"
"""The root element of everything that the platform sends."""


class Refused(Exception):
    """A callback that is not answered; carries the HTTP status and a reason for the log."""

    def __init__(self, status: int, reason: str) -> None:
        """Keep status and reason."""
        super().__init__(reason)
        self.status = status
        self.reason = reason


class BadSignature(Refused):
    """The request does not come from the platform, or not now."""

    def __init__(self, reason: str) -> None:
        """Answer 403."""
        super().__init__(403, reason)


class BadBody(Refused):
    """The body is not what the platform sends."""

    def __init__(self, reason: str) -> None:
        """Answer 400."""
        super().__init__(400, reason)


def signature_of(token: str, *covered: str) -> str:
    """The platform's signature: SHA-1 in hex over the sorted parts.

    Source: developers.weixin.qq.com/doc/service, 接入概述; with the ciphertext as a third part, 消息加解密说明.
    """
    signer = WeChatSigner()
    signer.add_data(token, *covered)
    return str(signer.signature)


def check_signature(
    given: str, token: str, timestamp: str, nonce: str, *covered: str, now: float, window: float
) -> None:
    """Accept a request whose signature is right and whose time is at most ``window`` seconds from ``now``.

    Raises:
        BadSignature: it is not, or ``timestamp`` is no time.
    """
    try:
        right = signature_of(token, timestamp, nonce, *covered)
    except UnicodeEncodeError as error:  # half a character in the address
        raise BadSignature("signature over broken characters") from error
    if not hmac.compare_digest(given.encode("utf-8", "replace"), right.encode()):
        raise BadSignature("wrong signature")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("no timestamp")
    if abs(now - int(timestamp)) > window:
        raise BadSignature("timestamp too far off")


def read_xml(body: bytes | str) -> dict[str, object]:
    """The fields of a message; nested elements are dictionaries or lists, as xmltodict makes them.

    Document types are refused, so no entity can be declared.

    Raises:
        BadBody: it is not UTF-8, not well-formed, has a document type, is too deep, or no ``<xml>`` with fields.
    """
    if isinstance(body, bytes):
        try:
            body = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadBody("not UTF-8") from error
    try:
        _vet(body)
        fields = xmltodict.parse(body)[_MESSAGE]
    except (expat.ExpatError, UnicodeEncodeError, ValueError, KeyError) as error:
        raise BadBody("not the XML of a message") from error
    if not isinstance(fields, dict):
        raise BadBody("a message without fields")
    return fields


def _vet(text: str) -> None:
    """Read ``text`` once for what may not stand in it, before anything is built from it."""
    depth = elements = 0

    def no_doctype(*_: object) -> None:
        raise BadBody("a document type")

    def start(_: str, __: object) -> None:
        nonlocal depth, elements
        depth += 1
        elements += 1
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise BadBody("too many elements")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = no_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(text.encode(), True)


class _Prp(PrpCrypto):
    """wechatpy's cipher with salt from the system's random source (it takes ``random``)."""

    def get_random_string(self) -> bytes:
        """16 bytes that stand before every plain text: with the fixed IV they alone make two ciphertexts differ."""
        return secrets.token_bytes(_BLOCK)


class _Sealing(BaseWeChatCrypto):
    """wechatpy's envelope around :class:`_Prp`."""

    def seal(self, text: str, nonce: str, timestamp: str) -> str:
        """The signed and encrypted body."""
        return str(self._encrypt_message(text, nonce, timestamp, _Prp))


class Envelope:
    """Opens and seals the encrypted messages of one receiver. Holds no state; safe to share."""

    def __init__(self, token: str, aes_key: str, receiver: str, window: float = 300.0) -> None:
        """Work for one account.

        Args:
            token: 令牌 (Token) of the callback.
            aes_key: EncodingAESKey, 43 characters.
            receiver: the id at the payload's end: AppID of an official account, corp_id of WeCom.
            window: seconds that a request's time may be off.

        Raises:
            ValueError: ``aes_key`` is no key.
        """
        self._token = token
        self._key = key_of(aes_key)
        self._sealing = _Sealing(token, aes_key, receiver)
        self._receiver = receiver
        self._window = window

    def open(self, encrypted: str, signature: str, timestamp: str, nonce: str, now: float) -> str:
        """The plain text of ``encrypted`` (``Encrypt`` of a body, or WeCom's ``echostr``).

        Args:
            encrypted: base64 as it came.
            signature: ``msg_signature`` of the address.
            timestamp: of the address.
            nonce: of the address.
            now: seconds since 1970.

        Raises:
            BadSignature: it was not signed with our token, or not now.
            BadBody: it was, but cannot be decrypted or is for somebody else.
        """
        check_signature(signature, self._token, timestamp, nonce, encrypted, now=now, window=self._window)
        try:
            size = len(base64.b64decode(encrypted, validate=True))
            if size < 2 * _BLOCK or size % _BLOCK:
                raise BadBody("ciphertext of a wrong length")
            return str(_Prp(self._key).decrypt(encrypted, self._receiver))
        except (ValueError, struct.error, IndexError, WeChatException) as error:
            raise BadBody(f"not decrypted: {type(error).__name__}") from error

    def open_body(self, fields: dict[str, object], signature: str, timestamp: str, nonce: str, now: float) -> str:
        """The plain text of a body's ``Encrypt``; ``fields`` as :func:`read_xml` gives them. Raises as :meth:`open`."""
        encrypted = fields.get("Encrypt")
        if not isinstance(encrypted, str):
            raise BadBody("nothing encrypted in the body")
        return self.open(encrypted, signature, timestamp, nonce, now)

    def seal(self, text: str, now: float) -> str:
        """The encrypted body for the reply ``text``, signed."""
        return self._sealing.seal(text, secrets.token_hex(8), str(int(now)))


def key_of(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey.

    Raises:
        ValueError: it is not 43 characters of base64.
    """
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    if len(aes_key) != 43 or len(key) != 32:
        raise ValueError("not 43 characters")
    return key
