"""The WeCom application over real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

import pytest

from bot.channels.wechat.client import Account as ClientAccount
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import NotNow, PlatformError
from bot.channels.wechat.notices import deliver_kept, notices_text
from bot.channels.wechat.records import Records
from bot.channels.wechat.wecom_service import MemberLimits, WeComService
from bot.shared_redis import open_redis
from tests.integration.samples import NOW, order
from tests.wechat.conftest import SCALE
from tests.wechat.platform import Account, xml_of
from tests.wechat.test_client import REDIS, shared  # noqa: F401  (fixture)
from tests.wechat.trade import bind, database, move, store  # noqa: F401  (fixtures)
from tests.wechat.work_platform import Corporation, WorkPlatform

MEMBER = "wangmin"
SEND = "/cgi-bin/message/send"


@pytest.fixture(scope="module")
def work(run: Callable, start: Callable) -> Iterator[WorkPlatform]:
    """A corporation whose application calls an assistant."""
    platform = WorkPlatform(Corporation(), SCALE)
    run(platform.start())
    assistant = start(Account(), **platform.corporation.settings(platform.api.url))
    platform.callback = f"{assistant.url}/webhooks/wecom/callback"
    yield platform
    run(platform.stop())


@pytest.fixture(autouse=True)
def _forget(request: pytest.FixtureRequest) -> None:
    if "work" in request.fixturenames:
        api = request.getfixturevalue("work").api
        api.sent.clear()
        api.calls.clear()


@pytest.mark.parametrize("echo", ["4855901734590112345", "你好 \"'<>&", "0"])
def test_encrypted_echo_is_answered_in_plain_without_quotes_or_bom(run, work, echo):
    status, body, kind = run(work.verify(echo))

    assert (status, body) == (200, echo.encode())
    assert kind.startswith("text/plain")


@pytest.mark.parametrize(
    "wrong", [{"token": "WrongToken"}, {"now": 0.0}, {"now": 9e9}, {"receiver": "wwffffffffffffffff"}]
)
def test_echo_of_somebody_else_is_refused(run, work, wrong):
    status, body, _ = run(work.verify("secret", **wrong))

    assert status in (400, 403)
    assert body == b""


@pytest.mark.parametrize(
    "wrong", [{"token": "WrongToken"}, {"now": 0.0}, {"now": 9e9}, {"receiver": "wwffffffffffffffff"}]
)
def test_message_of_somebody_else_is_refused(run, work, wrong):
    xml = xml_of(work.message(MEMBER, "text", Content="你好"))

    assert run(work.post(xml, **wrong)).status in (400, 403)


def test_message_is_answered_passively_as_its_member(run, work):
    delivery = run(work.say(MEMBER, "云总代有哪几家"))

    assert delivery.text == f"答：云总代有哪几家（wecom:{work.corporation.corp_id}:{MEMBER}）"
    assert (delivery.reply["ToUserName"], delivery.reply["FromUserName"]) == (MEMBER, work.corporation.corp_id)
    assert work.api.sent == []


def test_member_cannot_be_named_like_another_channels_user(run, work):
    assert run(work.post(xml_of(work.message("web:1", "text", Content="你好")))).status == 400


def test_event_without_words_is_answered_with_an_empty_body(run, work):
    delivery = run(work.deliver(work.message(MEMBER, "event", Event="enter_agent", EventKey="")))

    assert delivery.attempts[0].acknowledged


def test_same_message_delivered_twice_is_answered_once(run, work):
    fields = work.message(MEMBER, "text", Content="慢0.3 两条")

    async def both() -> list[str]:
        first, second = await asyncio.gather(work.deliver(fields), work.deliver(fields))
        return [first.text, second.text]

    assert run(both()) == ["第一条。\n\n第二条。"] * 2


def test_answer_that_is_late_comes_by_the_api(run, work):
    async def late() -> tuple[bool, list[dict]]:
        delivery = await work.say(MEMBER, f"慢{6 * SCALE} 原件寄给谁")
        return delivery.attempts[-1].acknowledged, await work.wait_for(MEMBER)

    acknowledged, sent = run(late())

    assert acknowledged
    ((message),) = sent
    assert message["agentid"] == work.corporation.agent_id
    assert message["text"]["content"].startswith("答：原件寄给谁")


def test_long_answer_goes_on_by_the_api(run, work):
    async def long() -> tuple[str, list[dict]]:
        delivery = await work.say(MEMBER, "长100")
        return delivery.text, await work.wait_for(MEMBER, 2)

    head, rest = run(long())

    whole = "\n".join([head, *(message["text"]["content"] for message in rest)])
    assert whole.split("\n") == [f"第{n}行：这一行讲的是盖章和寄件的事。" for n in range(100)]


def test_menu_click_says_its_key(run, work):
    delivery = run(work.deliver(work.message(MEMBER, "event", Event="click", EventKey="怎么付款")))

    assert delivery.text.startswith("答：怎么付款")


def test_order_is_shown_as_a_card_whose_buttons_speak(run, work):
    async def look() -> tuple[bool, list[dict]]:
        delivery = await work.say(MEMBER, "单")
        return delivery.attempts[-1].acknowledged, await work.wait_for(MEMBER)

    acknowledged, ((message),) = run(look())
    card = message["template_card"]
    assert acknowledged and message["msgtype"] == "template_card"
    assert card["main_title"] == {"title": "北京晨光贸易有限公司", "desc": "CSP20160315001"}
    assert "待付款" in card["sub_title_text"] and "超期 2 个工作日" in card["sub_title_text"]
    assert {row["keyname"]: row["value"] for row in card["horizontal_content_list"]}["由谁办"] == "您这边（代理商）"
    assert [button["key"] for button in card["button_list"]] == ["转人工"]


def test_card_that_is_refused_becomes_text(run, work):
    work.api.fail(SEND, 40058)

    delivery = run(work.say(MEMBER, "单"))

    assert delivery.text.startswith("晨光那单在审核。")


def test_click_on_a_card_is_answered_once_by_the_api(run, work):
    fields = work.message(
        MEMBER,
        "event",
        Event="template_card_event",
        EventKey="CSP20160315001到哪了",
        TaskId="csp-1",
        CardType="button_interaction",
        ResponseCode="r",
    )

    async def click() -> tuple[bool, list[dict]]:
        delivery, _ = await asyncio.gather(work.deliver(fields), work.deliver(fields))
        return delivery.attempts[-1].acknowledged, await work.wait_for(MEMBER)

    acknowledged, ((message),) = run(click())

    assert acknowledged
    assert message["text"]["content"].startswith("答：CSP20160315001到哪了")


@pytest.mark.parametrize("kind", ["image", "voice", "video", "location", "link", "file"])
def test_other_kinds_are_answered_kindly(run, work, kind):
    delivery = run(work.deliver(work.message(MEMBER, kind, MediaId="m", PicUrl="p")))

    assert "文字" in delivery.text or "打字" in delivery.text or "打出来" in delivery.text


@pytest.fixture
def api(run) -> Iterator[WorkPlatform]:
    platform = WorkPlatform(Corporation())
    run(platform.start())
    yield platform.api
    run(platform.stop())


@pytest.fixture
def service(run, api) -> Iterator[WeComService]:
    client = PlatformClient(ClientAccount("wecom", api.app_id, api.secret, api.url))
    yield WeComService(client, api.agent_id, MemberLimits(api.app_id, None))
    run(client.close())


def push(run, service: WeComService, count: int, member: str = MEMBER) -> list[Exception | None]:
    async def work() -> list[Exception | None]:
        found: list[Exception | None] = []
        for _ in range(count):
            try:
                await service.send_text(member, "在审核")
                found.append(None)
            except PlatformError as error:
                found.append(error)
        return found

    return run(work())


def test_member_is_never_sent_what_the_platform_would_drop(run, service, api):
    outcomes = push(run, service, 40)

    assert api.dropped == []
    assert 10 <= outcomes.count(None) <= 30
    refused = [outcome for outcome in outcomes if outcome]
    assert all(isinstance(error, NotNow) and error.seconds and "30" in str(error) for error in refused)


def test_one_members_limit_is_not_anothers(run, service):
    push(run, service, 40)

    assert push(run, service, 1, "li.qiang") == [None]


def test_processes_share_a_members_limit(run, api, shared):  # noqa: F811
    async def work() -> int:
        sent = 0
        for _ in range(3):
            connection = open_redis(REDIS)
            client = PlatformClient(ClientAccount("wecom", api.app_id, api.secret, api.url), connection)
            one = WeComService(client, api.agent_id, MemberLimits(api.app_id, connection))
            for _ in range(20):
                try:
                    await one.send_text(MEMBER, "在审核")
                    sent += 1
                except NotNow:
                    pass
            await client.close()
            await connection.close()
        return sent

    assert run(work()) <= 30
    assert api.dropped == []
    assert api.token_calls == 1


def test_member_whom_the_application_cannot_see_is_an_error(run, service):
    (error,) = push(run, service, 1, "nobody")

    assert "可见范围" in str(error)


def test_token_that_the_platform_keeps_refusing_is_not_asked_for_again_and_again(run, service, api):
    push(run, service, 1)
    api.fail(SEND, 42001, 42001)

    (error,) = push(run, service, 1)

    assert "42001" in str(error)
    assert api.token_calls == 2
    assert [path for path, _ in api.calls].count(SEND) == 3


def test_address_that_is_not_trusted_is_named(run, service, api):
    api.white_list = False

    (error,) = push(run, service, 1)

    assert "203.0.113.7" in str(error) and "企业可信IP" in str(error)


def test_one_notice_is_a_card_and_several_are_a_text(run, work, store, database, service, api):  # noqa: F811
    from bot.channels.wechat.cards import notice_card

    identity = bind(store, f"wecom:{api.app_id}:{MEMBER}")
    records = Records.open(database)

    async def send(_: str, notices) -> None:
        if len(notices) == 1:
            await service.send_card(MEMBER, notice_card(notices[0]))
        else:
            await service.send_text(MEMBER, notices_text(notices))

    move(store)
    assert run(deliver_kept(records, f"wecom:{api.app_id}", send, NOW)) == 1
    move(store, 2)
    move(store, 3)
    assert run(deliver_kept(records, f"wecom:{api.app_id}", send, NOW)) == 2
    records.close()

    card, text = (content for _, content in api.sent)
    assert card["template_card"]["main_title"]["desc"] == order(1).number
    assert card["template_card"]["sub_title_text"] == "待客户盖章 → 待提交采购订单"
    assert card["template_card"]["button_list"][0]["key"] == f"{order(1).number}到哪了"
    assert order(2).number in text["text"]["content"] and order(3).number in text["text"]["content"]
    assert identity.startswith("wecom:")


def test_bound_members_notice_arrives_from_a_running_assistant(run, start, store, database):  # noqa: F811
    bind(store, "wecom:ww0123456789abcdef:wangmin")
    move(store)
    platform = WorkPlatform(Corporation(), SCALE)
    run(platform.start())
    started = time.monotonic()
    start(Account(), **platform.corporation.settings(platform.api.url, CSP_DATABASE_URL=database))

    ((message),) = run(platform.wait_for(MEMBER, seconds=20))
    run(platform.stop())

    assert message["msgtype"] == "template_card"
    assert time.monotonic() - started < 60
