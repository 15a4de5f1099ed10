"""The database goes away in the middle of a talk and comes back: a real PostgreSQL is stopped and started."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from cluster import Cluster, binaries
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered

from bot.conversations import SnapshotTrackerStore
from bot.settings import ROOT
from bot.store import open_store
from bot.store.records import Order, Partner

NUMBER = "CSP20160315001"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    programs = binaries()
    if programs is None:
        pytest.skip("needs PostgreSQL's initdb and pg_ctl")
    own = Cluster(programs)
    yield own
    own.remove()


@pytest.fixture
def code(cluster: Cluster) -> str:
    """One partner with one order, and a code to bind with."""
    store = open_store(cluster.url)
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1001", "远景科技", "佳杰", "HZ-2016-0123")])
    now = dt.datetime.now(dt.timezone.utc)
    created = dt.date(2016, 3, 15)
    order = Order(NUMBER, "P1001", "佳杰", "北京晨光贸易有限公司", "Office 365 企业版 E3", 25, 1, created)
    store.put_order(order, "test", now)
    issued = store.invite("P1001", "王敏", now)
    store.close()
    return issued


def eventually(check: Callable[[], bool], within: float = 20.0) -> bool:
    until = time.monotonic() + within
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


def test_talks_go_on_without_the_database_and_after_it(cluster: Cluster, code: str, start_server: Callable) -> None:
    server = start_server(CSP_DATABASE_URL=cluster.url)
    assert "绑定成功" in server.send(f"绑定 {code}", "bound").text
    assert "晨光" in server.send(f"{NUMBER}到哪了", "bound").text
    server.send("带我走一遍", "guided")
    assert "第 2 步" in server.send("有编号", "guided").text
    assert "国内80人" in server.send("客户国内80人，国外20人", "advised").text

    cluster.stop()

    away = server.send(f"{NUMBER}到哪了", "bound")
    assert "暂时查不到" in away.text
    assert "转人工" in away.text + "".join(away.buttons)
    assert "晨光" not in away.text
    assert "骑缝章" in server.send("服务协议盖什么章", "bound").text
    answered = server.send("服务协议盖什么章", "guided")
    assert "骑缝章" in answered.text
    assert "客户已确认" in answered.buttons, "the guide waits for its answer again"
    told = server.send("客户已确认", "guided")
    assert "盖章了吗" in told.text
    assert "连不上数据库" in told.text
    assert "国内80人" in server.send("很少出差", "advised").text
    assert "国内90人" in server.send("客户国内90人，国外10人", "newcomer").text
    assert "国内90人" in server.send("很少出差", "newcomer").text

    cluster.start()

    back = server.send(f"{NUMBER}到哪了", "bound")
    assert "晨光" in back.text, "still bound"
    assert "第 2 步" in server.send("我到第几步了", "guided").text
    assert "第 3 步" in server.send("盖了骑缝章", "guided").text, "the guide went on where it was"
    advised = server.send("境外的人偶尔用用", "advised").text
    assert "国内80人" in advised
    assert "很少人经常去国外出差" in advised
    assert eventually(lambda: _slot(cluster, "rest:newcomer", "customer_case", "mainland") == 90)
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
    server.stop()


def _slot(cluster: Cluster, conversation: str, slot: str, name: str) -> object:
    """A value of a slot as the database has it."""
    engine = sa.create_engine(cluster.url)
    query = sa.text("SELECT slots FROM conversations WHERE conversation = :conversation")
    with engine.connect() as connection:
        kept = connection.execute(query, {"conversation": conversation}).scalar()
    engine.dispose()
    return (json.loads(kept).get(slot) or {}).get(name) if kept else None


class Process:
    """What one process of several does with conversations."""

    def __init__(self, url: str) -> None:
        self.store = SnapshotTrackerStore(url, Domain.load(str(ROOT / "domain.yml")))

    async def turn(self, text: str, **slots: str) -> dict[str, object]:
        """One user turn that sets ``slots``; the slots afterwards."""
        tracker = await self.store.get_or_create_tracker("rest:anna")
        tracker.update(UserUttered(text))
        tracker.update_with_events([SlotSet(name, value) for name, value in slots.items()], self.store.domain)
        await self.store.save(tracker)
        return tracker.current_slot_values()

    async def texts(self) -> list[str]:
        tracker = await self.store.retrieve("rest:anna")
        assert tracker is not None
        return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def test_conversation_begun_while_away_continues_what_the_database_had(cluster: Cluster) -> None:
    async def talk() -> tuple[dict[str, object], list[str]]:
        await Process(cluster.url).turn("before", task="guide", order="CSP20160315001")
        restarted = Process(cluster.url)
        cluster.stop()
        await restarted.turn("meanwhile", task="datacenter")
        cluster.start()
        slots = await restarted.turn("after")
        return slots, await Process(cluster.url).texts()

    slots, texts = asyncio.run(talk())

    assert (slots["task"], slots["order"]) == ("datacenter", "CSP20160315001")
    assert texts == ["before", "meanwhile", "after"]


def test_what_was_missed_is_written_without_a_further_message(cluster: Cluster) -> None:
    async def talk() -> list[str]:
        one = Process(cluster.url)
        await one.turn("before")
        cluster.stop()
        await one.turn("meanwhile")
        cluster.start()
        other = Process(cluster.url)
        for _ in range(50):
            if len(texts := await other.texts()) == 2:
                break
            await asyncio.sleep(0.2)
        return texts

    assert asyncio.run(talk()) == ["before", "meanwhile"]


def test_what_another_process_has_written_since_is_not_overwritten(cluster: Cluster) -> None:
    async def talk() -> dict[str, object]:
        one = Process(cluster.url)
        await one.turn("before", order="1")
        cluster.stop()
        await one.turn("meanwhile", order="2")
        cluster.start()
        await Process(cluster.url).turn("later, elsewhere", order="3")
        await asyncio.sleep(5)
        return await one.turn("back here")

    assert asyncio.run(talk())["order"] == "3"
