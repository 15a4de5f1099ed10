"""A message or event of the platform, as one small value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from wechatpy import parse_message

from bot.channels.wechat.crypto import BadBody, read_xml

_ID = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
"""OpenIDs, original ids of accounts, and WeCom's user and corporation ids."""
_TEXTS = ("MsgType", "Content", "Recognition", "MsgId", "Event", "EventKey", "Ticket", "CreateTime")
_LONGEST = 128
"""Bytes of an event's name or key that the platform allows."""


@dataclass(frozen=True)
class Inbound:
    """What arrived.

    Attributes:
        account: who it was sent to (``ToUserName``): the account's original id, or a corp_id.
        sender: who sent it (``FromUserName``): an OpenID, or a WeCom user's id.
        kind: ``MsgType`` in lower case: text, image, voice, video, shortvideo, location, link, event, or a new one.
        text: what was written, or recognised in a voice message; empty where there is nothing.
        message_id: ``MsgId``; empty for events.
        event: the event in lower case; a scan that subscribes is ``subscribe_scan``. Empty for messages.
        key: a menu's or code's key, or the page that was opened.
        created: when it was sent, seconds since 1970; 0 if the platform does not say.
        fields: everything as it came, for what only one platform has.
    """

    account: str
    sender: str
    kind: str
    text: str = ""
    message_id: str = ""
    event: str = ""
    key: str = ""
    created: int = 0
    fields: dict[str, Any] | None = None

    @property
    def once_key(self) -> str:
        """The same for every delivery of one message, and different for any two messages.

        A ``MsgId`` alone is shared by users (binarywang/WxJava#333); events have none, and several may bear the same
        second (WxJava#2314).
        """
        if self.message_id:
            return f"{self.account}|{self.sender}|{self.message_id}"
        return f"{self.account}|{self.sender}|{self.created}|{self.event}|{self.key}"


def read_message(xml: str | bytes) -> Inbound:
    """Read a plain (decrypted) body.

    Raises:
        BadBody: it is no message of the platform.
    """
    fields = read_xml(xml)
    account, sender = fields.get("ToUserName"), fields.get("FromUserName")
    if not (isinstance(account, str) and _ID.fullmatch(account) and isinstance(sender, str) and _ID.fullmatch(sender)):
        raise BadBody("no proper sender or receiver")
    texts = {name: fields.get(name) or "" for name in _TEXTS}
    if not texts["MsgType"] or not all(isinstance(value, str) for value in texts.values()):
        raise BadBody("a field that should be text is not")
    if any(len(str(texts[name]).encode()) > _LONGEST for name in ("MsgType", "MsgId", "Event")):
        raise BadBody("a name that is too long")
    message = parse_message(xml)
    created = str(texts["CreateTime"])
    return Inbound(
        account=account,
        sender=sender,
        kind=str(texts["MsgType"]).lower(),
        text=str(texts["Content"] or texts["Recognition"]).strip(),
        message_id=str(texts["MsgId"]),
        event=(getattr(message, "event", "") or str(texts["Event"])).lower(),
        key=str(getattr(message, "scene_id", None) or texts["EventKey"]),
        created=int(created) if created.isascii() and created.isdigit() and len(created) <= 12 else 0,
        fields=dict(fields),
    )
