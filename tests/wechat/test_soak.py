"""Thousands of callbacks, some of them twice, late, forged or slow: every message is answered exactly once."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from tests.pace import slowness
from tests.wechat.conftest import SCALE
from tests.wechat.platform import OUT_OF_SERVICE, Account, Platform, User, callback_of, xml_of
from tests.wechat.test_once import REDIS

CALLBACKS = 2000
CALLBACKS_OF_WHOLE = 500
DUPLICATES, FORGED, LATE, SLOW = 0.10, 0.05, 0.05, 0.01
USERS = 120
AT_ONCE = 12
SLOWNESS = 7 * SCALE
"""Seconds of a slowed turn: the first delivery cannot wait for it."""
SEED = 42


@dataclass
class Outcome:
    """What happened."""

    said: dict[str, Counter] = field(default_factory=dict)
    """By OpenID: how often each text was sent."""
    statuses: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    differing: int = 0
    """Duplicates that were answered otherwise than their message."""
    seconds: float = 0.0


def planned(rng: random.Random, users: list[User], texts: Callable[[int], str], count: int) -> list[tuple[str, dict]]:
    """``count`` requests in order: new messages, duplicates of earlier ones, old requests again, forged ones."""
    parts = {"duplicate": DUPLICATES, "forged": FORGED, "late": LATE}
    others = {kind: int(count * part) for kind, part in parts.items()}
    new = count - sum(others.values())
    slow = set(rng.sample(range(new), int(count * SLOW)))
    messages = [
        rng.choice(users).message("text", Content=(f"慢{SLOWNESS}" if n in slow else "") + texts(n)) for n in range(new)
    ]
    plan = [(n + rng.random(), "new", fields) for n, fields in enumerate(messages)]
    for kind, count in others.items():
        for _ in range(count):
            n = rng.randrange(new)
            plan.append((n + rng.choice([0.1, 1, 5, 40, 200]) * rng.random(), kind, messages[n]))
    return [(kind, fields) for _, kind, fields in sorted(plan, key=lambda step: step[0])]


async def play(platform: Platform, plan: list[tuple[str, dict]]) -> Outcome:
    outcome = Outcome()
    replies: dict[int, set[str]] = {}
    started = time.monotonic()
    steps = iter(plan)

    async def do(kind: str, fields: dict) -> None:
        if kind in ("forged", "late"):
            xml = xml_of(fields)
            wrong = {"token": "guessed"} if kind == "forged" else {"now": time.time() - 600}
            outcome.refused[(await platform.post(callback_of(platform.account, xml, **wrong))).status] += 1
            return
        if kind == "new":
            text = re.sub(r"^慢[\d.]+", "", fields["Content"])
            outcome.said.setdefault(fields["FromUserName"], Counter())[text] += 1
        delivery = await platform.deliver(fields, shown=kind == "new")
        outcome.statuses.update(attempt.status for attempt in delivery.attempts)
        replies.setdefault(fields["MsgId"], set()).add(delivery.text)

    async def work() -> None:
        for kind, fields in steps:
            await do(kind, fields)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    outcome.seconds = time.monotonic() - started
    outcome.differing = sum(len(found) > 1 for found in replies.values())
    return outcome


def soak(platform: Platform, run, texts: Callable[[int], str], count: int) -> tuple[Outcome, list[User]]:
    rng = random.Random(SEED)
    users = [platform.user() for _ in range(USERS)]
    outcome = run(play(platform, planned(rng, users, texts, count)))

    async def go(user: User) -> None:
        """What is still owed comes with the next message; one more for what that one has waited for."""
        await user.say("谢谢")
        await user.say("谢谢")

    async def go_all() -> None:
        await asyncio.sleep(2 * SLOWNESS)  # the turns under way come to their end
        await asyncio.gather(*map(go, users))

    run(go_all())
    return outcome, users


def check(outcome: Outcome, count: int) -> None:
    assert sum(sum(texts.values()) for texts in outcome.said.values()) == count * 8 // 10
    assert outcome.refused == {403: count // 10}
    assert set(outcome.statuses) == {0, 200}  # 0: hung up on a slow turn, as the platform does
    assert outcome.differing == 0
    assert outcome.seconds < 90 * slowness()


def test_two_processes_answer_every_message_exactly_once(start, open_platform, run, tmp_path):
    """Each text is one of its kind and comes back in its answer, so that every answer can be counted."""
    account = Account(app_id="wx00000000000050a1")
    shared = {"CSP_REDIS_URL": REDIS, "CSP_DATABASE_URL": f"sqlite:///{tmp_path / 'csp.db'}"}
    platform = open_platform(account, start(account, **shared).callback)
    platform.others = [start(account, **shared).callback]

    outcome, users = soak(platform, run, lambda n: f"第{n}问", CALLBACKS)
    with redis.Redis.from_url(REDIS) as shared_store:
        for name in shared_store.scan_iter("csp:once:*"):
            shared_store.delete(name)

    check(outcome, CALLBACKS)
    for user in users:
        answers = Counter(re.findall(r"答：(第\d+问)（", "\n".join(user.shown)))
        assert answers == outcome.said.get(user.openid, Counter())
        assert OUT_OF_SERVICE not in user.shown


QUESTIONS = {
    "云总代有哪几家": "国内云总代共4家",
    "服务协议盖公章行不行": "只盖普通公章不行",
    "货款到账后几天开通": "起算点是云总代收到货款",
    "转人工": "请联系云总代客服同事",
}
"""Questions, and what only their answers say."""


def test_whole_assistant_answers_every_message_exactly_once(start, open_platform, run, model):
    account = Account(app_id="wx00000000000050a2")
    server = start(account, model=model)
    platform = open_platform(account, server.callback)
    texts = list(QUESTIONS)

    outcome, users = soak(platform, run, lambda n: texts[n % len(texts)], CALLBACKS_OF_WHOLE)

    check(outcome, CALLBACKS_OF_WHOLE)
    for user in users:
        shown = "\n".join(user.shown)
        assert {text: shown.count(only) for text, only in QUESTIONS.items()} == {
            text: outcome.said.get(user.openid, Counter())[text] for text in texts
        }
    assert "Traceback" not in server.log_text()
