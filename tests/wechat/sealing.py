"""The platform's encryption, written from its documentation with ``cryptography`` alone: shares no code with the assistant."""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher(aes_key: str) -> Cipher:
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt_bytes(padded: bytes, aes_key: str) -> str:
    """Base64 of the AES of ``padded``, whatever it is."""
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def encrypt(text: str, aes_key: str, receiver: str) -> str:
    content = text.encode()
    payload = os.urandom(16) + len(content).to_bytes(4, "big") + content + receiver.encode()
    padder = padding.PKCS7(256).padder()  # blocks of 32 bytes, not AES's 16
    return encrypt_bytes(padder.update(payload) + padder.finalize(), aes_key)


def decrypt(encrypted: str, aes_key: str) -> tuple[str, str]:
    """Plain text and the receiver's id."""
    decryptor = _cipher(aes_key).decryptor()
    unpadder = padding.PKCS7(256).unpadder()
    padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    payload = unpadder.update(padded) + unpadder.finalize()
    length = int.from_bytes(payload[16:20], "big")
    return payload[20 : 20 + length].decode(), payload[20 + length :].decode()
