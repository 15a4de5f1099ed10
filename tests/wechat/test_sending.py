"""What goes out unasked: within the platform's windows, counted over restarts, and kept with the reason otherwise."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.channels.wechat.client import Account as ClientAccount
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.errors import NotNow, PlatformError
from bot.channels.wechat.inbound import Inbound
from bot.channels.wechat.notices import deliver_kept, notices_text
from bot.channels.wechat.records import Records
from bot.channels.wechat.service import OfficialService, WindowedSender
from bot.channels.wechat.windows import Contact
from bot.store.outbox import MAX_ATTEMPTS
from tests.integration.samples import NOW, order
from tests.wechat.conftest import SCALE
from tests.wechat.platform import Account, Platform
from tests.wechat.strict import StrictApi
from tests.wechat.trade import bind, database, move, store  # noqa: F401  (fixtures)

APP = "wx0123456789abcdef"
OPENID = "oWang_Min-1"
IDENTITY = f"wechat:{APP}:{OPENID}"
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
SEND = "/cgi-bin/message/custom/send"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(database: str) -> Iterator[Records]:  # noqa: F811
    opened = Records.open(database)
    yield opened
    opened.close()


@pytest.fixture
def api(run) -> Iterator[StrictApi]:
    server = StrictApi(APP)
    run(server.start())
    server.opened(OPENID, 1000)
    yield server
    run(server.stop())


@pytest.fixture
def client(run, api) -> Iterator[PlatformClient]:
    opened = PlatformClient(ClientAccount("official", APP, api.secret, api.url), timeout=2)
    yield opened
    run(opened.close())


@pytest.fixture
def service(client, records, clock) -> OfficialService:
    return OfficialService(WindowedSender(client, records, clock), lambda openid: f"wechat:{APP}:{openid}")


def wrote(service: OfficialService, clock: Clock, kind: str = "text", event: str = "", created: int = 0) -> None:
    service.contact(
        Inbound("gh_1", OPENID, kind, event=event, created=created or int(clock.now.timestamp()), message_id="1")
    )


def sends(run, service: OfficialService, count: int) -> list[bool]:
    """Which of ``count`` texts got through."""

    async def work() -> list[bool]:
        got = []
        for _ in range(count):
            try:
                await service.send_text(OPENID, "在审核")
                got.append(True)
            except PlatformError:
                got.append(False)
        return got

    return run(work())


async def _contact(service: OfficialService, clock: Clock, **what) -> None:
    wrote(service, clock, **what)
    await service._sender.settled()


def test_message_opens_five_sends_for_48_hours(run, service, clock, api):
    run(_contact(service, clock))
    clock.now += 47 * HOUR

    assert sends(run, service, 6) == [True] * 5 + [False]
    assert [path for path, _ in api.calls].count(SEND) == 5  # the sixth did not bother the platform


def test_window_of_a_message_closes(run, service, clock, api):
    run(_contact(service, clock))
    clock.now += 48 * HOUR

    with pytest.raises(NotNow, match="48 小时"):
        run(service.send_text(OPENID, "在审核"))
    assert api.calls == []


@pytest.mark.parametrize("event", ["click", "subscribe", "subscribe_scan", "scan"])
def test_event_opens_three_sends_for_a_minute(run, service, clock, event):
    run(_contact(service, clock, kind="event", event=event))
    clock.now += 50 * SECOND
    assert sends(run, service, 4) == [True] * 3 + [False]

    run(_contact(service, clock, kind="event", event=event))
    clock.now += MINUTE
    assert sends(run, service, 1) == [False]


@pytest.mark.parametrize("event", ["view", "location", "unsubscribe"])
def test_other_events_open_nothing(run, service, clock, event):
    run(_contact(service, clock, kind="event", event=event))

    assert sends(run, service, 1) == [False]


def test_next_message_opens_five_again(run, service, clock):
    run(_contact(service, clock))
    sends(run, service, 5)
    clock.now += MINUTE
    run(_contact(service, clock))

    assert sends(run, service, 6) == [True] * 5 + [False]


def test_repeated_or_old_delivery_opens_nothing_anew(run, service, clock):
    run(_contact(service, clock))
    sends(run, service, 5)
    run(_contact(service, clock))
    run(_contact(service, clock, created=int((clock.now - HOUR).timestamp())))

    assert sends(run, service, 1) == [False]


def test_counts_outlive_the_process(run, service, clock, database, client):  # noqa: F811
    run(_contact(service, clock))
    sends(run, service, 4)

    again = Records.open(database)
    after = OfficialService(WindowedSender(client, again, clock), lambda openid: f"wechat:{APP}:{openid}")

    assert sends(run, after, 2) == [True, False]
    again.close()


def test_processes_that_send_at_once_do_not_exceed_the_count(run, service, clock, client, database, records):  # noqa: F811
    run(_contact(service, clock))
    others = [Records.open(database) for _ in range(3)]
    services = [
        OfficialService(WindowedSender(client, r, clock), lambda openid: f"wechat:{APP}:{openid}") for r in others
    ]

    async def work() -> list[object]:
        calls = [s.send_text(OPENID, "在审核") for s in services for _ in range(4)]
        return await asyncio.gather(*calls, return_exceptions=True)

    outcomes = run(work())

    assert sum(outcome is None for outcome in outcomes) == 5
    assert all(isinstance(outcome, NotNow) for outcome in outcomes if outcome)
    for other in others:
        other.close()


def test_send_that_failed_before_it_reached_the_user_is_not_counted(run, service, clock, api):
    run(_contact(service, clock))
    api.fail(SEND, *[45009] * 5)

    assert sends(run, service, 10) == [False] * 5 + [True] * 5


@pytest.mark.parametrize("code", [45015, 45047])
def test_platform_that_counts_otherwise_is_believed(run, service, clock, api, code):
    run(_contact(service, clock))
    api.fail(SEND, code)

    assert sends(run, service, 2) == [False, False]
    assert [path for path, _ in api.calls].count(SEND) == 1


def test_options_are_sent_as_a_menu_to_click_on(run, service, clock, api):
    run(_contact(service, clock))
    run(service.send_menu(OPENID, "您想问哪个？", ["怎么付款", "转人工"], ""))

    ((openid, message),) = api.sent
    assert openid == OPENID
    assert message["msgmenu"]["list"] == [{"id": "1", "content": "怎么付款"}, {"id": "2", "content": "转人工"}]


def delivering(run, records: Records, service: OfficialService, clock: Clock) -> int:
    async def send(identity, notices) -> None:
        await service.send_text(identity.rpartition(":")[2], notices_text(notices))

    return run(deliver_kept(records, f"wechat:{APP}", send, clock.now))


def test_notice_goes_out_in_an_open_window(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    run(_contact(service, clock))

    assert delivering(run, records, service, clock) == 1
    ((_, message),) = api.sent
    text = message["text"]["content"]
    assert order(1).number in text and "待客户盖章 → 待提交采购订单" in text and "**" not in text
    assert delivering(run, records, service, clock) == 0


def test_notice_behind_a_closed_window_is_kept_with_the_reason_and_goes_out_when_the_user_writes(
    run, store, records, service, clock, api  # noqa: F811
):  # fmt: skip
    bind(store, IDENTITY)
    move(store)
    for _ in range(MAX_ATTEMPTS + 2):
        assert delivering(run, records, service, clock) == 0
        clock.now += 25 * HOUR

    (kept,) = records.kept_notices()
    assert (kept.identity, kept.order_number, kept.given_up) == (IDENTITY, order(1).number, False)
    assert "48 小时" in kept.reason
    assert api.calls == []

    clock.now += MINUTE
    run(_contact(service, clock))
    assert delivering(run, records, service, clock) == 1
    assert records.kept_notices() == ()


def test_user_who_writes_in_the_moment_a_notice_is_put_off_gets_it_next(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    move(store)

    async def closes(identity, notices) -> None:
        try:
            await service.send_text(OPENID, notices_text(notices))
        finally:
            await _contact(service, clock)

    assert run(deliver_kept(records, f"wechat:{APP}", closes, clock.now)) == 0
    assert delivering(run, records, service, clock) == 1


def test_notice_put_off_while_the_window_is_being_written_is_not_forgotten(run, store, records, database, clock):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    written, put_off = threading.Event(), threading.Event()
    other = Records.open(database)  # the process that has the user's message

    def before_commit(_: sa.engine.Connection) -> None:
        written.set()
        put_off.wait(1)

    sa.event.listen(other._engine, "commit", before_commit)
    writer = threading.Thread(target=other.open_window, args=(IDENTITY, Contact.MESSAGE, clock.now, clock.now))

    async def closed(identity, notices) -> None:
        writer.start()
        await asyncio.to_thread(written.wait)
        raise NotNow("48 小时")

    assert run(deliver_kept(records, f"wechat:{APP}", closed, clock.now)) == 0
    put_off.set()
    writer.join()
    assert [notice.identity for notice in records.waiting_notices("wechat", clock.now)] == [IDENTITY]
    other.close()


def test_notices_that_waited_make_one_message(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    for passed in (1, 2, 3):
        move(store, 1, passed)
        move(store, 2, passed)
    run(_contact(service, clock))

    assert delivering(run, records, service, clock) == 6
    ((_, message),) = api.sent
    lines = message["text"]["content"].splitlines()
    assert [line.count("待客户盖章 → 待付款通知") for line in lines] == [1, 1]


def test_many_notices_stay_within_a_message(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    for count in range(1, 61):
        move(store, count)
    run(_contact(service, clock))

    assert delivering(run, records, service, clock) == 60
    ((_, message),) = api.sent
    assert len(message["text"]["content"].encode()) <= 1800
    assert "我的单子都到哪了" in message["text"]["content"]


def test_processes_that_look_at_once_deliver_once(run, store, records, service, clock, api, database):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    run(_contact(service, clock))
    others = [Records.open(database) for _ in range(4)]
    api.delay[SEND] = 0.3

    async def send(identity, notices) -> None:
        await service.send_text(OPENID, notices_text(notices))

    async def work() -> list[int]:
        return await asyncio.gather(*(deliver_kept(r, f"wechat:{APP}", send, clock.now) for r in others))

    assert sorted(run(work())) == [0, 0, 0, 1]
    assert len(api.sent) == 1
    for other in others:
        other.close()


def test_notices_of_another_account_are_left_alone(run, store, records, service, clock, api):  # noqa: F811
    bind(store, f"wechat:wxother:{OPENID}")
    move(store)
    run(_contact(service, clock))

    assert delivering(run, records, service, clock) == 0
    assert records.kept_notices() == ()


def test_fault_that_somebody_must_mend_is_told_and_costs_no_attempt(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    api.white_list = False
    for _ in range(MAX_ATTEMPTS + 2):
        run(_contact(service, clock))
        delivering(run, records, service, clock)
        clock.now += 2 * HOUR
    assert "203.0.113.7" in records.kept_notices()[0].reason

    api.white_list = True
    run(_contact(service, clock))
    assert delivering(run, records, service, clock) == 1


def test_user_who_is_gone_is_given_up(run, store, records, service, clock, api):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    api.fail(SEND, *[43004] * 20)
    for _ in range(MAX_ATTEMPTS + 3):
        run(_contact(service, clock))
        delivering(run, records, service, clock)
        clock.now += 24 * HOUR

    (kept,) = records.kept_notices()
    assert kept.given_up and "关注" in kept.reason
    assert [path for path, _ in api.calls].count(SEND) == MAX_ATTEMPTS


def test_event_window_is_used_before_that_of_a_message(run, service, clock, records):
    run(_contact(service, clock))
    run(_contact(service, clock, kind="event", event="click"))

    assert records.take_send(IDENTITY, clock.now) is Contact.EVENT
    assert sends(run, service, 8) == [True] * 7 + [False]


def test_account_without_the_api_keeps_notices_with_that_reason(run, start, store, records, database):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    start(Account(app_id=APP), CSP_DATABASE_URL=database)
    deadline = time.monotonic() + 20
    while not records.kept_notices() and time.monotonic() < deadline:
        time.sleep(0.1)

    (kept,) = records.kept_notices()
    assert "没有客服消息接口" in kept.reason and not kept.given_up


def test_running_assistant_delivers_when_the_follower_writes(run, start, store, database):  # noqa: F811
    bind(store, IDENTITY)
    move(store)
    platform = Platform(Account(app_id=APP), scale=SCALE)
    run(platform.start())
    more = {"CSP_WECHAT_ACCOUNT": "verified", "CSP_WECHAT_API_URL": platform.api.url, "CSP_DATABASE_URL": database}
    platform.callback = start(platform.account, **more).callback
    user = platform.user(OPENID)

    run(user.say("你好"))
    deadline = time.monotonic() + 20
    while len(user.shown) < 2 and time.monotonic() < deadline:
        run(asyncio.sleep(0.1))
    run(platform.stop())

    assert "待客户盖章 → 待提交采购订单" in user.shown[1]
