"""The API of WeCom and of 微信客服 as a real HTTP server."""

from __future__ import annotations

import json
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.wechat.api import Api, Refusal

LONGEST_TEXT, LONGEST_HEAD, LONGEST_CLICK, MOST_ITEMS = 2048, 1024, 128, 10
WELCOME_SECONDS = 20
ALLOWED_MOVES = {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 3), (3, 4)}


@dataclass
class KfAccount:
    """An account of 微信客服: its log is what ``sync_msg`` reads."""

    name: str
    log: list[dict[str, Any]] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    left: dict[str, int] = field(default_factory=dict)
    managed: bool = True


class WorkApi(Api):
    """One corporation. ``sent`` holds what reached members and customers: (id, message)."""

    def __init__(
        self, corp_id: str = "ww0123456789abcdef", secret: str = "an-application-secret", agent_id: int = 1000002
    ) -> None:
        super().__init__(corp_id, secret)
        self.agent_id = agent_id
        self.white_list = True
        self.members = {"wangmin", "li.qiang"}
        self.accounts: dict[str, KfAccount] = {"wkA": KfAccount("订购咨询")}
        self.servicers = {"zhangsan"}
        self.welcome_codes: dict[str, float] = {}
        self.event_codes: set[str] = set()
        self.sync_tokens: set[str] = set()
        self.page = 1000
        self.empty_pages = 0
        self.dropped: list[str] = []
        self.visible = True
        self.kf_open = True
        self._recent: dict[str, list[float]] = defaultdict(list)
        self.routes = {
            "/cgi-bin/message/send": (self.send_to_member, True),
            "/cgi-bin/agent/get": (self.get_agent, True),
            "/cgi-bin/kf/account/list": (self.list_accounts, True),
            "/cgi-bin/kf/sync_msg": (self.sync, True),
            "/cgi-bin/kf/send_msg": (self.send_to_customer, True),
            "/cgi-bin/kf/send_msg_on_event": (self.send_on_event, True),
            "/cgi-bin/kf/service_state/get": (self.get_state, True),
            "/cgi-bin/kf/service_state/trans": (self.change_state, True),
        }

    async def _handle(self, request: web.Request) -> web.Response:
        if request.path == "/cgi-bin/gettoken":
            self.calls.append((request.path, {}))
            return self._answer(lambda: self.get_token(dict(request.query)))
        if not self.white_list:
            refusal = {"errcode": 60020, "errmsg": "not allow to access from your ip, hint: [1], from ip: 203.0.113.7"}
            return web.Response(text=json.dumps(refusal), content_type="application/json")
        return await super()._handle(request)

    @staticmethod
    def _answer(work: Any) -> web.Response:
        try:
            answer = {"errcode": 0, "errmsg": "ok", **work()}
        except Refusal as refusal:
            answer = {"errcode": refusal.code, "errmsg": refusal.message}
        return web.Response(text=json.dumps(answer, ensure_ascii=False), content_type="application/json")

    @property
    def token_calls(self) -> int:
        return sum(path == "/cgi-bin/gettoken" for path, _ in self.calls)

    def get_token(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("corpid") != self.app_id:
            raise Refusal(40013, "invalid corpid")
        if query.get("corpsecret") != self.secret:
            raise Refusal(40001, "invalid credential")
        now = time.monotonic()
        valid = [token for token, end in self.tokens.items() if end > now]
        if not valid:
            self.tokens = {secrets.token_hex(16): now + self.token_seconds}
            valid = list(self.tokens)
        return {"access_token": valid[0], "expires_in": int(self.tokens[valid[0]] - now)}

    def get_agent(self, _: dict[str, Any]) -> dict[str, Any]:
        users = [{"userid": member} for member in sorted(self.members)] if self.visible else []
        return {"agentid": self.agent_id, "name": "下单助手", "allow_userinfos": {"user": users}}

    def send_to_member(self, content: dict[str, Any]) -> dict[str, Any]:
        if content.get("agentid") != self.agent_id:
            raise Refusal(40056, "invalid agentid")
        self._check_text(content)
        if content["msgtype"] == "template_card":
            self._check_card(content["template_card"])
        member = content["touser"]
        if member not in self.members:
            return {"invaliduser": member}
        now = time.monotonic()
        self._recent[member] = [at for at in self._recent[member] if at > now - 60]
        if len(self._recent[member]) >= 30:
            self.dropped.append(member)
            return {}
        self._recent[member].append(now)
        self._reach(member, content)
        return {"msgid": secrets.token_hex(8)}

    def list_accounts(self, _: dict[str, Any]) -> dict[str, Any]:
        if not self.kf_open:
            raise Refusal(48002, "api forbidden")
        return {
            "account_list": [
                {"open_kfid": key, "name": account.name, "manage_privilege": account.managed}
                for key, account in self.accounts.items()
            ]
        }

    def sync(self, content: dict[str, Any]) -> dict[str, Any]:
        token = content.get("token")
        if token and token not in self.sync_tokens:
            raise Refusal(95007, "invalid msg token")
        account = self._account(content)
        start = int((content.get("cursor") or "0").split(".")[0])
        if self.empty_pages:
            self.empty_pages -= 1
            return {"next_cursor": f"{start}.{secrets.token_hex(4)}", "has_more": 1, "msg_list": []}
        end = min(start + min(content.get("limit", 1000), self.page), len(account.log))
        return {
            "next_cursor": f"{end:05d}",
            "has_more": int(end < len(account.log)),
            "msg_list": account.log[start:end],
        }

    def send_to_customer(self, content: dict[str, Any]) -> dict[str, Any]:
        account, customer = self._account(content), content["touser"]
        if customer not in account.left:
            raise Refusal(95002, "send time limit")
        if account.states[customer] not in (0, 1):
            raise Refusal(95018, "send msg session status invalid")
        if account.left[customer] <= 0:
            raise Refusal(95001, "send count limit")
        self._check_text(content)
        self._check_menu(content)
        account.left[customer] -= 1
        self._reach(customer, content)
        return {"msgid": secrets.token_hex(8)}

    def send_on_event(self, content: dict[str, Any]) -> dict[str, Any]:
        code = content["code"]
        welcome = self.welcome_codes.pop(code, None)
        if welcome is None and code not in self.event_codes:
            raise Refusal(40066, "invalid code")
        if welcome is not None and time.time() - welcome > WELCOME_SECONDS:
            raise Refusal(40066, "code expired")
        self.event_codes.discard(code)
        self._check_menu(content)
        self._reach(code, content)
        return {"msgid": secrets.token_hex(8)}

    def get_state(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"service_state": self._account(content).states[content["external_userid"]], "servicer_userid": ""}

    def change_state(self, content: dict[str, Any]) -> dict[str, Any]:
        account, customer, state = self._account(content), content["external_userid"], content["service_state"]
        if (account.states[customer], state) not in ALLOWED_MOVES:
            raise Refusal(95016, "not allowed to change service state")
        if not self.servicers or (state == 3 and content.get("servicer_userid") not in self.servicers):
            raise Refusal(95014, "not a servicer")
        account.states[customer] = state
        code = secrets.token_hex(8)
        self.event_codes.add(code)
        return {"msg_code": code}

    def _account(self, content: dict[str, Any]) -> KfAccount:
        if content["open_kfid"] not in self.accounts:
            raise Refusal(95000, "invalid open_kfid")
        return self.accounts[content["open_kfid"]]

    def _reach(self, to: str, content: dict[str, Any]) -> None:
        self.sent.append((to, content))
        self.on_sent(to, content)

    @staticmethod
    def _check_text(content: dict[str, Any]) -> None:
        if content["msgtype"] == "text" and not 0 < len(content["text"]["content"].encode()) <= LONGEST_TEXT:
            raise Refusal(45002, "content size out of limit")

    @staticmethod
    def _check_menu(content: dict[str, Any]) -> None:
        if content["msgtype"] != "msgmenu":
            return
        menu = content["msgmenu"]
        if len(menu["list"]) > MOST_ITEMS or len(menu["head_content"].encode()) > LONGEST_HEAD:
            raise Refusal(95008, "menu too large")
        for item in menu["list"]:
            if item["type"] != "click" or not 0 < len(item["click"]["content"].encode()) <= LONGEST_CLICK:
                raise Refusal(95009, "invalid menu item")

    def _check_card(self, card: dict[str, Any]) -> None:
        """What path/90236 demands of a card with buttons."""
        if card["card_type"] != "button_interaction" or not card.get("task_id") or not card["main_title"]["title"]:
            raise Refusal(40058, "invalid card")
        buttons, rows = card["button_list"], card.get("horizontal_content_list", [])
        if not 1 <= len(buttons) <= 6 or len(rows) > 6 or not all(b["text"] and b["key"] for b in buttons):
            raise Refusal(40058, "invalid card")
        if any(not row["keyname"] or not row["value"] for row in rows):
            raise Refusal(40058, "invalid card")
