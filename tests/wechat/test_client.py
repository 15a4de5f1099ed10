"""The API client against a real server: tokens, refusals, time-outs, what it says and what it does not."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import redis
import structlog

from bot.channels.wechat.client import Account, PlatformClient
from bot.channels.wechat.errors import NotNow, PlatformError, Unreachable
from bot.channels.wechat.tokens import FORCED_A_DAY, FORCED_APART, TokenHere, TokenShared
from bot.logs import configure_logs
from bot.settings import ROOT
from bot.shared_redis import open_redis
from tests.wechat.strict import StrictApi

_OWN = 12 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
"""A database for each process that runs tests: it is emptied, and files that share it run at the same time."""
REDIS = os.environ.get("CSP_TEST_REDIS_SENDING", f"redis://127.0.0.1:6379/{_OWN}")
NOBODY = "redis://127.0.0.1:1/0"
SEND = "message/custom/send"
OPENID = "oABC"
TEXT = {"touser": OPENID, "msgtype": "text", "text": {"content": "您好 🙂"}}


@pytest.fixture
def api(run) -> Iterator[StrictApi]:
    server = StrictApi()
    run(server.start())
    server.opened(OPENID, 1000)
    yield server
    run(server.stop())
    run(asyncio.sleep(max(server.delay.values(), default=0)))  # answers that nobody waits for any more


@pytest.fixture
def shared() -> Iterator[str]:
    """The address of an empty Redis database."""
    connection = redis.Redis.from_url(REDIS)
    connection.flushdb()
    yield REDIS
    connection.flushdb()
    connection.close()


def account(api: StrictApi, **other: str) -> Account:
    return Account(**{"side": "official", "id": api.app_id, "secret": api.secret, "api": api.url, **other})


@asynccontextmanager
async def client_of(api: StrictApi, redis_url: str = "", **other) -> AsyncIterator[PlatformClient]:
    connection = open_redis(redis_url) if redis_url else None
    client = PlatformClient(account(api), connection, **other)
    try:
        yield client
    finally:
        await client.close()
        if connection:
            await connection.close()


def calling(run: Callable, api: StrictApi, times: int = 1, redis_url: str = "", **other) -> list[str]:
    """What came of sending ``times`` texts with one client: "" or the complaint."""

    async def work() -> list[str]:
        said = []
        async with client_of(api, redis_url, **other) as client:
            for _ in range(times):
                try:
                    await client.call(SEND, TEXT)
                    said.append("")
                except PlatformError as error:
                    said.append(str(error))
        return said

    return run(work())


def test_one_token_serves_many_calls(run, api):
    assert calling(run, api, 3) == ["", "", ""]
    assert [body["force_refresh"] for body in api.token_calls] == [False]


def test_text_goes_out_as_it_is_not_as_escapes(run, api):
    calling(run, api)

    assert api.sent == [(OPENID, TEXT)]


def test_token_that_ran_out_is_fetched_anew_before_it_is_used(run, api):
    api.token_seconds = 1

    async def work() -> None:
        async with client_of(api) as client:
            await client.call(SEND, TEXT)
            await asyncio.sleep(1.1)
            await client.call(SEND, TEXT)

    run(work())

    assert len(api.token_calls) == 2
    assert [path for path, _ in api.calls].count("/cgi-bin/message/custom/send") == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_refused_token_is_renewed_and_the_call_made_once_more(run, api, code):
    async def work() -> None:
        async with client_of(api) as client:
            await client.call(SEND, TEXT)
            api.revoke()
            api.fail("/cgi-bin/message/custom/send", code)
            await client.call(SEND, TEXT)

    run(work())

    assert len(api.sent) == 2
    assert [body["force_refresh"] for body in api.token_calls] == [False, False]


def test_platform_that_insists_on_a_refused_token_is_forced_to_make_another(run, api):
    async def work() -> None:
        async with client_of(api) as client:
            await client.call(SEND, TEXT)
            api.spoil()
            await client.call(SEND, TEXT)

    run(work())

    assert len(api.sent) == 2
    assert [body["force_refresh"] for body in api.token_calls] == [False, False, True]


def test_token_refused_for_ever_ends_after_one_retry(run, api):
    api.rotting = True

    (said,) = calling(run, api)

    assert "access_token" in said and "AppSecret" in said
    assert [path for path, _ in api.calls].count("/cgi-bin/message/custom/send") == 2


def test_renewal_is_not_forced_twice_within_half_a_minute(run, api):
    async def work() -> list[Exception]:
        caught: list[Exception] = []
        async with client_of(api) as client:
            for _ in range(4):
                api.spoil()
                try:
                    await client.call(SEND, TEXT)
                except PlatformError as error:
                    caught.append(error)
        return caught

    caught = run(work())

    assert [body["force_refresh"] for body in api.token_calls].count(True) == 1
    assert api.forced_too_early == 0
    assert caught and all(isinstance(error, NotNow) and 0 < error.seconds <= FORCED_APART for error in caught)


@pytest.mark.parametrize("kind", ["here", "shared"])
def test_renewals_are_forced_at_most_so_many_times_a_day(run, shared, kind):
    async def work() -> tuple[list[float], float]:
        now = [0.0]
        connection = open_redis(shared)
        store = TokenHere(lambda: now[0]) if kind == "here" else TokenShared(connection, "x")
        waits = []
        for _ in range(FORCED_A_DAY):
            waits.append(await store.until_force())
            now[0] += FORCED_APART
            await connection.delete("csp:token:x:forced")
        last = await store.until_force()
        await connection.close()
        return waits, last

    waits, last = run(work())

    assert set(waits) == {0}
    assert 3600 < last <= 86400


def test_processes_share_one_token(run, api, shared):
    calling(run, api, redis_url=shared)
    calling(run, api, redis_url=shared)

    assert len(api.token_calls) == 1


def test_clients_that_begin_together_fetch_one_token(run, api, shared):
    api.delay["/cgi-bin/stable_token"] = 0.3

    async def one() -> None:
        async with client_of(api, shared) as client:
            await client.call(SEND, TEXT)

    async def work() -> None:
        await asyncio.gather(*(one() for _ in range(8)))

    run(work())

    assert len(api.sent) == 8
    assert len(api.token_calls) == 1


def test_clients_whose_token_is_refused_together_renew_it_once(run, api, shared):
    async def work() -> None:
        async with client_of(api, shared) as one, client_of(api, shared) as two, client_of(api, shared) as three:
            clients = [one, two, three]
            await asyncio.gather(*(client.call(SEND, TEXT) for client in clients))
            api.spoil()
            await asyncio.gather(*(client.call(SEND, TEXT) for client in clients * 3))

    run(work())

    assert len(api.sent) == 12
    assert [body["force_refresh"] for body in api.token_calls] == [False, False, True]


def test_real_processes_share_one_token(run, api, shared):
    script = (
        "import asyncio, json, sys\n"
        "from bot.channels.wechat.client import Account, PlatformClient\n"
        "from bot.shared_redis import open_redis\n"
        "async def work(kwargs, url):\n"
        "    client = PlatformClient(Account(**kwargs), open_redis(url))\n"
        f"    await client.call('{SEND}', {TEXT!r})\n"
        "    await client.close()\n"
        "asyncio.run(work(json.loads(sys.argv[1]), sys.argv[2]))\n"
    )
    known = json.dumps({"side": "official", "id": api.app_id, "secret": api.secret, "api": api.url})

    async def work() -> list[int]:
        started = [
            await asyncio.create_subprocess_exec(sys.executable, "-c", script, known, shared, cwd=ROOT)
            for _ in range(3)
        ]
        return [await process.wait() for process in started]

    assert run(work()) == [0, 0, 0]
    assert len(api.sent) == 3
    assert len(api.token_calls) == 1


def test_redis_that_is_away_costs_the_sharing_only(run, api):
    assert calling(run, api, 2, NOBODY) == ["", ""]
    assert len(api.token_calls) == 1


def test_other_secret_means_another_token(run, api, shared):
    calling(run, api, redis_url=shared)
    api.secret = "f" * 32
    api.tokens = {}

    assert calling(run, api, redis_url=shared) == [""]
    assert len(api.token_calls) == 2


def test_redis_holds_no_secret(run, api, shared):
    calling(run, api, redis_url=shared)

    connection = redis.Redis.from_url(shared)
    names = b" ".join(connection.keys())
    assert b"csp:token:" in names
    assert api.secret.encode() not in names and api.app_id.encode() not in names


def test_slow_answer_is_given_up(run, api):
    api.delay["/cgi-bin/message/custom/send"] = 1

    async def work() -> float:
        async with client_of(api, timeout=0.3) as client:
            begun = asyncio.get_running_loop().time()
            with pytest.raises(Unreachable, match=r"0\.3 秒内没有回应"):
                await client.call(SEND, TEXT)
            return asyncio.get_running_loop().time() - begun

    assert run(work()) < 0.9


def test_nobody_there_is_said(run, api):
    run(api.stop())

    (said,) = calling(run, api)

    assert "连不上平台（127.0.0.1" in said


@pytest.mark.parametrize(("raw", "status"), [(b"<html>", 200), (b"[]", 200), (b"", 200), (b"{}", 502), (b"\xff", 200)])
def test_answer_that_is_none_is_said(run, api, raw, status):
    api.raw, api.status = raw, status

    (said,) = calling(run, api)

    assert f"HTTP {status}" in said


def test_token_answer_without_a_token_is_said(run, api):
    api.raw = b'{"errcode": 0}'

    (said,) = calling(run, api)

    assert "看不懂" in said


@pytest.mark.parametrize(
    ("code", "words"),
    [(45015, "48 小时"), (45047, "5 条"), (45002, "太长"), (45009, "用完"), (48001, "权限"), (99999, "99999")],
)
def test_error_code_becomes_a_sentence(run, api, code, words):
    api.fail("/cgi-bin/message/custom/send", code)

    (said,) = calling(run, api)

    assert words in said and str(code) in said
    assert len(api.token_calls) == 1


def test_address_that_is_not_on_the_white_list_is_named(run, api):
    api.white_list = False

    (said,) = calling(run, api)

    assert "203.0.113.7" in said and "IP白名单" in said


@pytest.mark.parametrize("wrong", [{"secret": "e" * 32}, {"id": "wxffffffffffffffff"}])
def test_wrong_credentials_are_told_apart(run, api, wrong):
    async def work() -> str:
        client = PlatformClient(account(api, **wrong))
        with pytest.raises(PlatformError) as caught:
            await client.call(SEND, TEXT)
        await client.close()
        return str(caught.value)

    assert ("AppSecret" if "secret" in wrong else "AppID") in run(work())


def test_neither_token_nor_secret_is_logged_or_said(run, api, capfd):
    before = logging.getLogger("rasa.shared").level
    configure_logs(with_text=True)
    said = calling(run, api)
    tokens = set(api.tokens)
    api.rotting = True
    said += calling(run, api, 2)
    api.rotting = False
    api.delay["/cgi-bin/message/custom/send"] = 1
    said += calling(run, api, timeout=0.2)
    run(api.stop())
    said += calling(run, api)
    structlog.reset_defaults()
    logging.getLogger("rasa.shared").setLevel(before)

    written = "".join(capfd.readouterr()) + "".join(said) + repr(account(api))
    assert "access token refused" in written
    assert not any(secret in written for secret in {api.secret, *tokens, *api.tokens})
