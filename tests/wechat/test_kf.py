"""微信客服 over real sockets: fetching with a cursor, duplicates, restarts, humans, welcomes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from tests.wechat.conftest import SCALE
from tests.wechat.platform import Account
from tests.wechat.test_client import shared  # noqa: F401  (fixture)
from tests.wechat.trade import bind, database, move, store  # noqa: F401  (fixtures)
from tests.wechat.work_api import KfAccount
from tests.wechat.work_platform import Corporation, WorkPlatform

KF = "wkA"
KF_TOKEN, KF_SECRET = "KfToken1", "a-secret-of-its-own"


def identity(customer: str, account: str = KF) -> str:
    return f"wxkf:ww0123456789abcdef:{account}:{customer}"


class Desk:
    """A corporation whose customers write, and the assistant that is called."""

    def __init__(self, run: Callable, start: Callable) -> None:
        self.run, self._start = run, start
        self.platform = WorkPlatform(Corporation(), SCALE)
        self.api = self.platform.api
        run(self.platform.start())
        self.servers: list = []

    def serve(self, **more: str):
        server = self._start(Account(), **self.platform.corporation.settings(self.api.url, **more))
        self.platform.callback = f"{server.url}/webhooks/wecom/callback"
        self.servers.append(server)
        return server

    def say(self, customer: str, text: str, count: int = 1, account: str = KF) -> list[dict]:
        """Say something; what reached the customer since."""
        before = len(self.platform.shown_to(customer))
        self.run(self.platform.customer_says(account, customer, text))
        return self.run(self.platform.wait_for(customer, before + count))[before:]

    def texts(self, customer: str) -> list[str]:
        return [m["text"]["content"] for m in self.platform.shown_to(customer) if m["msgtype"] == "text"]


@pytest.fixture
def desk(run, start) -> Iterator[Desk]:
    own = Desk(run, start)
    yield own
    for server in own.servers:
        server.stop()
    run(own.platform.stop())


@pytest.fixture(scope="module")
def busy(run, start) -> Iterator[Desk]:
    """The desk that most tests share; each has a customer of its own."""
    own = Desk(run, start)
    own.serve()
    yield own
    run(own.platform.stop())


@pytest.fixture
def customer() -> str:
    return f"wm{time.monotonic_ns()}"


def test_customers_message_is_fetched_and_answered(busy, customer):
    ((message),) = busy.say(customer, "云总代有哪几家")

    assert message["text"]["content"] == f"答：云总代有哪几家（{identity(customer)}）"
    assert message["open_kfid"] == KF


def test_callback_is_acknowledged_before_the_answer_is_there(busy, customer):
    busy.platform.customer_message(KF, customer, text={"content": "慢1 你好"})
    attempt = busy.run(busy.platform.tell(KF))

    assert attempt.acknowledged
    assert busy.platform.shown_to(customer) == []
    assert len(busy.run(busy.platform.wait_for(customer))) == 1


def test_messages_of_one_callback_are_answered_each_and_in_order(busy, customer):
    for number in range(5):
        busy.platform.customer_message(KF, customer, text={"content": f"第{number}问"})
        busy.api.accounts[KF].left[customer] = 5
    busy.run(busy.platform.tell(KF))
    busy.run(busy.platform.wait_for(customer, 5))

    assert [text[2:5] for text in busy.texts(customer)] == [f"第{number}问" for number in range(5)]


def test_many_pages_and_empty_ones_are_read_to_the_end(busy, customer):
    busy.api.page, busy.api.empty_pages = 2, 2
    for number in range(5):
        busy.platform.customer_message(KF, customer, text={"content": f"第{number}问"})
    busy.run(busy.platform.tell(KF))
    busy.run(busy.platform.wait_for(customer, 5))
    busy.api.page = 1000

    assert len(busy.texts(customer)) == 5


def test_callbacks_that_come_twice_and_at_once_answer_once(busy, customer):
    busy.platform.customer_message(KF, customer, text={"content": "慢0.3 你好"})

    async def storm() -> None:
        await asyncio.gather(*(busy.platform.tell(KF) for _ in range(6)))

    busy.run(storm())
    busy.run(busy.platform.wait_for(customer, 2, seconds=3))

    assert len(busy.texts(customer)) == 1


def test_token_that_ran_out_costs_nothing(busy, customer):
    busy.platform.customer_message(KF, customer, text={"content": "你好"})
    busy.api.fail("/cgi-bin/kf/sync_msg", 95007)
    busy.run(busy.platform.tell(KF))

    assert len(busy.run(busy.platform.wait_for(customer))) == 1


def test_options_are_a_menu_and_a_click_says_its_words(busy, customer):
    ((menu),) = busy.say(customer, "选")
    assert menu["msgtype"] == "msgmenu"
    assert [item["click"]["content"] for item in menu["msgmenu"]["list"]] == ["云总代有哪几家", "怎么付款"]
    assert "**" not in menu["msgmenu"]["head_content"]

    busy.platform.customer_message(KF, customer, text={"content": "怎么付款", "menu_id": "2"})
    busy.run(busy.platform.tell(KF))
    busy.run(busy.platform.wait_for(customer, 2))
    assert busy.texts(customer)[-1].startswith("答：怎么付款")


def test_long_answer_comes_in_pieces_and_what_is_over_five_waits_for_the_next_message(busy, customer):
    first = busy.say(customer, "长300", 5)
    assert len(first) == 5
    assert all(len(m["text"]["content"].encode()) <= 2048 for m in first)

    rest = busy.say(customer, "更多", 3)

    lines = "\n".join(m["text"]["content"] for m in [*first, *rest]).split("\n")
    expected = [f"第{n}行：这一行讲的是盖章和寄件的事。" for n in range(300)]
    assert [line for line in lines if line in set(expected)] == expected


def test_two_accounts_are_two_conversations(busy, customer):
    busy.api.accounts["wkB"] = KfAccount("售后")
    busy.say(customer, "你好")
    busy.say(customer, "你好", account="wkB")

    assert [text.partition("（")[2][:-1] for text in busy.texts(customer)] == [
        identity(customer),
        identity(customer, "wkB"),
    ]


@pytest.mark.parametrize("kind", ["image", "voice", "video", "file", "location", "business_card", "miniprogram"])
def test_other_kinds_are_answered_kindly(busy, customer, kind):
    busy.platform.customer_message(KF, customer, kind, **{kind: {"media_id": "m"}})
    busy.run(busy.platform.tell(KF))
    busy.run(busy.platform.wait_for(customer))

    (text,) = busy.texts(customer)
    assert any(words in text for words in ("文字", "打字", "打出来"))


def test_newcomer_is_welcomed_once_with_options(busy, customer):
    code = f"welcome-{customer}"
    busy.api.welcome_codes[code] = time.time()
    busy.platform.kf_event(KF, customer, "enter_session", welcome_code=code, scene="x")

    async def twice() -> list[dict]:
        await asyncio.gather(busy.platform.tell(KF), busy.platform.tell(KF))
        return await busy.platform.wait_for(code)

    ((message),) = busy.run(twice())
    assert message["msgtype"] == "msgmenu" and "代理商助手" in message["msgmenu"]["head_content"]
    assert 0 < len(message["msgmenu"]["list"]) <= 10


def test_welcome_that_is_too_late_is_not_tried(busy, customer):
    code = f"welcome-{customer}"
    busy.api.welcome_codes[code] = time.time() - 30
    busy.platform.kf_event(KF, customer, "enter_session", welcome_code=code)
    busy.api.accounts[KF].log[-1]["send_time"] -= 30
    before = [path for path, _ in busy.api.calls].count("/cgi-bin/kf/send_msg_on_event")
    busy.say(customer, "你好")

    assert [path for path, _ in busy.api.calls].count("/cgi-bin/kf/send_msg_on_event") == before


def test_asking_for_a_human_hands_the_conversation_over(busy, customer):
    busy.run(busy.platform.customer_says(KF, customer, "转人工"))
    codes = busy.api.event_codes
    deadline = time.monotonic() + 10
    while busy.api.accounts[KF].states[customer] != 2 and time.monotonic() < deadline:
        busy.run(asyncio.sleep(0.05))
    busy.run(asyncio.sleep(0.3))

    assert busy.api.accounts[KF].states[customer] == 2
    assert busy.texts(customer) == []
    assert any("人工" in json.dumps(m, ensure_ascii=False) for to, m in busy.api.sent if to not in codes)


@pytest.mark.parametrize("state", [2, 3])
def test_assistant_keeps_quiet_while_a_human_has_the_conversation(busy, customer, state):
    busy.api.accounts[KF].states[customer] = state
    busy.say(customer, "你好", 0)
    other = f"{customer}x"
    busy.say(other, "你好")  # what came before has been dealt with

    assert busy.texts(customer) == [] and len(busy.texts(other)) == 1


def test_assistant_answers_again_when_the_human_has_ended(busy, customer):
    busy.api.accounts[KF].states[customer] = 4

    assert len(busy.say(customer, "你好")) == 1


def test_what_the_human_writes_is_not_answered(busy, customer):
    message = busy.platform.customer_message(KF, customer, text={"content": "您好，我是小张"})
    message["origin"] = 5
    busy.run(busy.platform.tell(KF))
    busy.say(f"{customer}x", "你好")

    assert busy.texts(customer) == []


def test_nobody_to_hand_over_to_is_answered_by_the_assistant(busy, customer):
    busy.api.servicers.clear()
    ((message),) = busy.say(customer, "转人工")
    busy.api.servicers.add("zhangsan")

    assert message["text"]["content"].startswith("答：转人工")


def test_state_that_is_not_told_does_not_silence_the_assistant(busy, customer):
    busy.api.fail("/cgi-bin/kf/service_state/get", -1)

    assert len(busy.say(customer, "你好")) == 1


def test_answer_that_could_not_be_sent_comes_with_the_next_message(busy, customer):
    busy.api.fail("/cgi-bin/kf/send_msg", -1)
    busy.say(customer, "第一问", 0)
    busy.run(asyncio.sleep(0.5))
    ((message),) = busy.say(customer, "第二问")

    assert "答：第一问" in message["text"]["content"] and "答：第二问" in message["text"]["content"]


def test_failed_delivery_is_told_in_the_log(busy, customer):
    busy.platform.kf_event(KF, customer, "msg_send_fail", fail_msgid="x", fail_type=6)
    busy.say(customer, "你好")

    assert "已经发满 5 条" in busy.servers[0].log_text()


@pytest.mark.parametrize("account", ["", "a:b", "a|b", "x" * 65])
def test_account_that_is_none_is_refused(busy, account):
    busy.api.sync_tokens.add("t")

    assert busy.run(busy.platform.tell(account, "t")).status == 400


def cursor_in(url: str) -> str | None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT cursor FROM wxkf_cursors").scalar()
    engine.dispose()
    return found


def test_restart_reads_on_from_the_cursor_and_answers_what_came_meanwhile(desk, database):  # noqa: F811
    first = desk.serve(CSP_DATABASE_URL=database)
    desk.say("wmA", "第一问")
    first.stop()
    kept = cursor_in(database)
    desk.platform.customer_message(KF, "wmA", text={"content": "第二问"})
    desk.api.calls.clear()

    desk.serve(CSP_DATABASE_URL=database)  # nobody calls it: it looks by itself
    desk.run(desk.platform.wait_for("wmA", 2))

    assert [text[2:5] for text in desk.texts("wmA")] == ["第一问", "第二问"]
    syncs = [body for path, body in desk.api.calls if path == "/cgi-bin/kf/sync_msg"]
    assert kept and syncs[0]["cursor"] == kept


def test_lost_cursor_replays_three_days_and_answers_nothing_twice(desk, tmp_path):
    url = f"sqlite:///{tmp_path / 'csp.db'}"
    desk.serve(CSP_DATABASE_URL=url)
    desk.say("wmA", "第一问")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM wxkf_cursors")
    engine.dispose()

    desk.say("wmA", "第二问")

    assert [text[2:5] for text in desk.texts("wmA")] == ["第一问", "第二问"]


def test_first_reading_leaves_old_messages_alone(desk):
    for days in (2, 1):
        message = desk.platform.customer_message(KF, "wmOld", text={"content": "很久以前"})
        message["send_time"] -= days * 86400
    desk.serve()

    assert len(desk.say("wmNew", "你好")) == 1
    assert desk.texts("wmOld") == []


def test_message_under_way_when_the_process_is_killed_is_answered_by_another(desk, database, shared):  # noqa: F811
    settings = {"CSP_DATABASE_URL": database, "CSP_REDIS_URL": shared}
    first = desk.serve(**settings)
    desk.platform.customer_message(KF, "wmA", text={"content": "慢20 急事"})
    desk.run(desk.platform.tell(KF))
    desk.run(asyncio.sleep(1))
    os.kill(first.process.pid, signal.SIGKILL)
    first.process.join()
    message = desk.api.accounts[KF].log[-1]
    message["text"]["content"] = "急事"  # the second attempt is quick
    engine = sa.create_engine(database)
    with engine.begin() as connection:  # as if the lease's minute were over
        connection.execute(sa.text("UPDATE wxkf_messages SET leased_until = :then"), {"then": "2016-01-01 00:00:00+00"})
    engine.dispose()

    desk.serve(**settings)
    desk.run(desk.platform.wait_for("wmA", 1, seconds=25))

    assert [text[2:4] for text in desk.texts("wmA")] == ["急事"]


def test_two_processes_answer_each_message_once(desk, database, shared):  # noqa: F811
    settings = {"CSP_DATABASE_URL": database, "CSP_REDIS_URL": shared}
    addresses = []
    for _ in range(2):
        desk.serve(**settings)
        addresses.append(desk.platform.callback)
    customers = [f"wm{n}" for n in range(12)]

    async def storm() -> None:
        for customer in customers:
            desk.platform.customer_message(KF, customer, text={"content": "你好"})
            for address in addresses:
                desk.platform.callback = address
                await desk.platform.tell(KF)
        for customer in customers:
            await desk.platform.wait_for(customer)

    desk.run(storm())

    assert [len(desk.texts(customer)) for customer in customers] == [1] * 12


def test_database_that_was_away_loses_no_message(desk, tmp_path):
    url = f"sqlite:///{tmp_path / 'csp.db'}"
    desk.serve(CSP_DATABASE_URL=url)
    desk.say("wmA", "第一问")
    desk.api.fail("/cgi-bin/kf/sync_msg", -1)
    desk.platform.customer_message(KF, "wmA", text={"content": "第二问"})
    desk.run(desk.platform.tell(KF))
    desk.run(asyncio.sleep(0.5))
    assert len(desk.texts("wmA")) == 1

    desk.say("wmB", "你好")  # the next callback brings everything

    assert [text[2:5] for text in desk.texts("wmA")] == ["第一问", "第二问"]


def test_own_callback_with_own_secret(run, start):
    platform = WorkPlatform(Corporation(secret=KF_SECRET, token=KF_TOKEN), SCALE)
    run(platform.start())
    key = platform.corporation.aes_key
    own = {
        "CSP_WECOM_CORP_ID": platform.corporation.corp_id,
        "CSP_WECOM_API_URL": platform.api.url,
        "CSP_WXKF_SECRET": KF_SECRET,
        "CSP_WXKF_TOKEN": KF_TOKEN,
        "CSP_WXKF_AES_KEY": key,
        "CSP_WXKF_SERVICER": "zhangsan",
    }
    server = start(Account(), **own)
    platform.callback = f"{server.url}/webhooks/wxkf/callback"

    status, body, _ = run(platform.verify("12345"))
    run(platform.customer_says(KF, "wmA", "你好"))
    run(platform.wait_for("wmA"))
    run(platform.customer_says(KF, "wmA", "转人工"))
    deadline = time.monotonic() + 10
    while platform.api.accounts[KF].states["wmA"] != 3 and time.monotonic() < deadline:
        run(asyncio.sleep(0.05))
    run(platform.stop())

    assert (status, body) == (200, b"12345")
    assert len(platform.shown_to("wmA")) == 1
    assert platform.api.accounts[KF].states["wmA"] == 3
    assert any(body.get("servicer_userid") == "zhangsan" for _, body in platform.api.calls)


def test_notice_reaches_a_bound_customer_in_the_window_and_waits_otherwise(desk, store, database):  # noqa: F811
    bind(store, identity("wmA"))
    desk.serve(CSP_DATABASE_URL=database)
    move(store)
    desk.run(asyncio.sleep(5))
    assert desk.texts("wmA") == []

    desk.say("wmA", "你好", 2)
    desk.run(desk.platform.wait_for("wmA", 2))

    assert any("待客户盖章 → 待提交采购订单" in text for text in desk.texts("wmA"))
