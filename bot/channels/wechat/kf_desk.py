"""微信客服: messages are fetched, not delivered.

An event only says that there is something (``kf_msg_or_event``). It is read from a stored cursor on until nothing is left,
and the cursor moves when everything before it has been dealt with: what was fetched by a process that died is fetched again,
and each message is answered once, because who answers it holds it by its ``msgid`` (:class:`KfRecords`).

Source: developer.work.weixin.qq.com/document/path/94670 (messages), 94669 (service states).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Any

import structlog
import yaml

from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import PlatformError, explain
from bot.channels.wechat.exchange import Exchange
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.kept import Kept
from bot.channels.wechat.kf_records import LEASE
from bot.channels.wechat.kf_service import KfService, customer_of, menu_of
from bot.channels.wechat.records import Records
from bot.channels.wechat.reply import Reply
from bot.channels.wechat.service import now_utc
from bot.settings import ROOT
from bot.store import StoreUnavailable

PAGE = 200
"""Messages that are fetched at once; the platform gives up to 1000."""
WELCOME_WITHIN = 18
"""Seconds after a customer came in, in which a welcome still gets there; the platform's code lives 20."""
FIRST_READING = 600
"""Seconds that a message may be old when an account is read for the first time, which brings back three days."""
BAD_TOKEN = 95007
CUSTOMER, SYSTEM = 3, 4
"""``origin`` of a message; 5 is a human of the account."""
QUEUED, HUMAN = 2, 3
"""Service states in which a human has the conversation."""

Message = dict[str, Any]
Fallback = Callable[[str, str], Coroutine[Any, Any, str]]
"""What the assistant itself answers to a customer's text."""

log = structlog.get_logger()


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "data" / "wechat" / "kf.yml").read_text(encoding="utf-8"))
    return content


class KfDesk:
    """The accounts of 微信客服 of one corporation. Belongs to one event loop."""

    def __init__(
        self,
        *,
        corp_id: str,
        client: PlatformClient,
        records: Records,
        service: KfService,
        exchange: Exchange,
        kept: Kept,
        fallback: Fallback,
        servicer: str = "",
        clock: Callable[[], dt.datetime] = now_utc,
    ) -> None:
        """Answer by ``exchange``, send by ``service``.

        Args:
            corp_id: 企业ID.
            client: whoever may read the accounts.
            records: cursors and messages.
            service: sends to customers.
            exchange: the assistant.
            kept: texts for the customer's next message.
            fallback: answers who wants a human that there is none for.
            servicer: who is given a conversation that is handed over (UserID); empty: the account's queue.
            clock: the time.
        """
        self._corp_id = corp_id
        self._client = client
        self._records = records
        self._service = service
        self._exchange = exchange
        self._kept = kept
        self._fallback = fallback
        self._servicer = servicer
        self._clock = clock
        self._tasks: set[asyncio.Task] = set()
        self._again: dict[str, asyncio.TimerHandle] = {}

    def something_new(self, account: str, token: str = "") -> None:
        """Read ``account`` (open_kfid) in the background; ``token`` as the event brought it, for ten minutes."""
        task = asyncio.ensure_future(self._read_safely(account, token))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """Read every account that was read before: what came while nobody was here.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        prefix = f"{self._corp_id}|"
        for name in await asyncio.to_thread(self._records.accounts, prefix):
            self.something_new(name[len(prefix) :])

    async def finish(self) -> None:
        """Wait for what is under way."""
        for timer in self._again.values():
            timer.cancel()
        while self._tasks:
            await asyncio.wait(list(self._tasks))
        await self._service.settled()

    async def _read_safely(self, account: str, token: str) -> None:
        try:
            await self._read(account, token)
        except PlatformError as error:
            log.warning("messages not fetched", account=account, error=str(error))
            self._read_later(account)
        except StoreUnavailable:
            log.warning("messages wait for the database", account=account)
            self._read_later(account)

    def _read_later(self, account: str) -> None:
        """Read again when whoever holds a message has let it go, or the platform or the database is back."""
        before = self._again.pop(account, None)
        if before:
            before.cancel()
        wait = LEASE.total_seconds() + 1
        self._again[account] = asyncio.get_running_loop().call_later(wait, self.something_new, account)

    async def _read(self, account: str, token: str) -> None:
        name = f"{self._corp_id}|{account}"
        cursor = await asyncio.to_thread(self._records.cursor, name)
        now = self._clock()
        since = now.timestamp() - FIRST_READING if cursor is None else 0.0
        complete = True
        while True:
            page = await self._fetch(account, cursor, token)
            messages = page.get("msg_list") or []
            await self._deal_with(messages, since)
            complete = complete and not await asyncio.to_thread(self._records.in_work, [m["msgid"] for m in messages])
            after = page.get("next_cursor") or cursor
            if complete and after:
                await asyncio.to_thread(self._records.move_cursor, name, after, self._clock())
            if not page.get("has_more") or after == cursor:
                break
            cursor = after
        if not complete:
            self._read_later(account)

    async def _fetch(self, account: str, cursor: str | None, token: str) -> Message:
        body: Message = {"open_kfid": account, "limit": PAGE}
        if cursor:
            body["cursor"] = cursor
        try:
            return await self._client.call("kf/sync_msg", {**body, "token": token} if token else body)
        except PlatformError as error:
            if error.code != BAD_TOKEN or not token:
                raise
        return await self._client.call("kf/sync_msg", body)

    async def _deal_with(self, messages: list[Message], since: float) -> None:
        """Customers at once, the messages of one in order."""
        by_customer: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            by_customer[_customer(message)].append(message)
        await asyncio.gather(*(self._deal_with_customer(mine, since) for mine in by_customer.values()))

    async def _deal_with_customer(self, messages: list[Message], since: float) -> None:
        for message in messages:
            if not await asyncio.to_thread(self._records.begin_message, message["msgid"], self._clock()):
                continue
            try:
                if message.get("send_time", 0) >= since:
                    await self._deal_with_message(message)
            except StoreUnavailable:
                raise  # it stays unanswered, and is taken up again when its lease is over
            except Exception as error:
                log.error("message not dealt with", customer=_customer(message), error=type(error).__name__)
            await asyncio.to_thread(self._records.end_message, message["msgid"])

    async def _deal_with_message(self, message: Message) -> None:
        if message.get("origin") == SYSTEM or message.get("msgtype") == "event":
            await self._deal_with_event(message.get("event") or {}, float(message.get("send_time", 0)))
        elif message.get("origin") == CUSTOMER and not await self._has_human(message):
            await self._answer(message)

    async def _deal_with_event(self, event: Message, at: float) -> None:
        kind = event.get("event_type")
        if kind == "enter_session" and event.get("welcome_code"):
            if self._clock().timestamp() - at <= WELCOME_WITHIN:
                await self._try(self._service.answer_event(event["welcome_code"], self._welcome()), "welcome not sent")
        elif kind == "msg_send_fail":
            why = explain("send_fail", int(event.get("fail_type", 0)))
            log.warning("message did not get through", customer=event.get("external_userid"), reason=why)

    def _welcome(self) -> Message:
        return menu_of(_words()["welcome"], _words()["welcome_options"])

    async def _has_human(self, message: Message) -> bool:
        """Whether a human has the conversation; where the platform does not tell, the assistant answers."""
        body = {"open_kfid": message["open_kfid"], "external_userid": message["external_userid"]}
        try:
            answer = await self._client.call("kf/service_state/get", body)
        except PlatformError as error:
            log.warning("service state not known", error=str(error))
            return False
        return answer.get("service_state") in (QUEUED, HUMAN)

    async def _answer(self, message: Message) -> None:
        inbound = _inbound(message)
        reply = await self._exchange.reply_to(inbound)
        if reply.transfer and await self._hand_over(message):
            return
        if reply.transfer:
            reply = Reply(await self._fallback(inbound.sender, _words()["human_asks"]))
        if reply.text and not await self._try(self._service.send_text(inbound.sender, reply.text), "answer not sent"):
            identity = self._service.identity(inbound.sender)
            await asyncio.to_thread(self._kept.keep, identity, reply.text, True, self._clock().timestamp())

    async def _hand_over(self, message: Message) -> bool:
        """Give the conversation to a human; whether that worked."""
        body: Message = {"open_kfid": message["open_kfid"], "external_userid": message["external_userid"]}
        state = {"service_state": HUMAN, "servicer_userid": self._servicer} if self._servicer else {"service_state": 2}
        try:
            answer = await self._client.call("kf/service_state/trans", {**body, **state})
        except PlatformError as error:
            log.warning("not handed over", customer=_customer(message), error=str(error))
            return False
        if answer.get("msg_code"):
            words = {"msgtype": "text", "text": {"content": _words()["handed_over"]}}
            await self._try(self._service.answer_event(answer["msg_code"], words), "handover not told")
        return True

    async def _try(self, send: Coroutine[Any, Any, None], complaint: str) -> bool:
        try:
            await send
        except PlatformError as error:
            log.warning(complaint, error=str(error))
            return False
        return True


def _customer(message: Message) -> str:
    event = message.get("event") or {}
    account = message.get("open_kfid") or event.get("open_kfid") or ""
    return customer_of(account, message.get("external_userid") or event.get("external_userid") or "")


def _inbound(message: Message) -> Inbound:
    kind = str(message.get("msgtype", ""))
    text = message["text"].get("content", "") if kind == "text" else ""
    return Inbound(
        account=message["open_kfid"],
        sender=_customer(message),
        kind=kind,
        text=str(text).strip(),
        message_id=message["msgid"],
        created=int(message.get("send_time", 0)),
    )
