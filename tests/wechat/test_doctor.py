"""What the doctor finds, for each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels.wechat.doctor import Finding, State, examine, ill, texts
from bot.channels.wechat.menu import load_menu, to_platform
from bot.settings import Settings
from tests.wechat.conftest import free_port
from tests.wechat.platform import Account
from tests.wechat.strict import StrictApi
from tests.wechat.test_client import NOBODY, REDIS
from tests.wechat.test_menu import csp
from tests.wechat.trade import bind, database, move, store  # noqa: F401  (fixtures)
from tests.wechat.work_platform import Corporation, WorkPlatform

ACCOUNT = Account(app_id="wx0123456789abcdef", token="TokenOfTheAccount", secret="0123456789abcdef0123456789abcdef")
CORPORATION = Corporation()


@pytest.fixture
def api(run) -> Iterator[StrictApi]:
    server = StrictApi(ACCOUNT.app_id, ACCOUNT.secret)
    server.menu = to_platform(load_menu())
    run(server.start())
    yield server
    run(server.stop())


@pytest.fixture
def work(run) -> Iterator[WorkPlatform]:
    platform = WorkPlatform(CORPORATION)
    run(platform.start())
    yield platform
    run(platform.stop())


@pytest.fixture(scope="module")
def running(start) -> str:
    """The address of an assistant with an official account, a WeCom application and 微信客服."""
    more = CORPORATION.settings("http://127.0.0.1:9")
    kf = {"CSP_WXKF_SECRET": "x", "CSP_WXKF_TOKEN": CORPORATION.token, "CSP_WXKF_AES_KEY": CORPORATION.aes_key}
    return start(ACCOUNT, **more, **kf).url


def settings(api: StrictApi, tmp_path: Path, **other: Any) -> Settings:
    values = {
        "wechat_app_id": ACCOUNT.app_id,
        "wechat_token": ACCOUNT.token,
        "wechat_aes_key": ACCOUNT.aes_key,
        "wechat_secret": ACCOUNT.secret,
        "wechat_account": "verified",
        "wechat_api_url": api.url,
        "redis_url": REDIS,
        "database_url": f"sqlite:///{tmp_path / 'csp.db'}",
        "port": free_port(),
        **other,
    }
    return Settings(_env_file=None, **values)


def wecom(work: WorkPlatform, tmp_path: Path, **other: Any) -> Settings:
    values = {
        "wecom_corp_id": CORPORATION.corp_id,
        "wecom_agent_id": CORPORATION.agent_id,
        "wecom_secret": CORPORATION.secret,
        "wecom_token": CORPORATION.token,
        "wecom_aes_key": CORPORATION.aes_key,
        "wecom_api_url": work.api.url,
        "redis_url": "",
        "database_url": f"sqlite:///{tmp_path / 'csp.db'}",
        "port": free_port(),
        **other,
    }
    return Settings(_env_file=None, **values)


def found(findings: list[Finding], check: str, part: str = "official") -> Finding:
    (one,) = [f for f in findings if (f.part, f.check) == (part, check)]
    return one


def faults(findings: list[Finding]) -> list[str]:
    return [f"{f.part}.{f.check}" for f in findings if f.state is State.FAULT]


def test_everything_right_is_said_to_be_right(run, api, running, tmp_path):
    findings = run(examine(settings(api, tmp_path), running))

    assert faults(findings) == []
    checks = ["settings", "callback", "signature", "decryption", "token", "white_list", "permissions", "menu"]
    states = {f.check: f.state for f in findings if f.part == "official"}
    assert list(states) == checks
    assert {check for check, state in states.items() if state is not State.OK} <= {"callback"}  # the port of a test
    assert [found(findings, check, "common").state for check in ("redis", "database", "notices")] == [State.OK] * 3


def test_doctor_sends_nothing_to_anybody_and_forces_no_token(run, api, running, tmp_path):
    run(examine(settings(api, tmp_path), running))

    assert api.sent == []
    assert [body["force_refresh"] for body in api.token_calls] == [False]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"wechat_app_id": "wx123"}, "AppID"),
        ({"wechat_secret": "short"}, "AppSecret"),
        ({"wechat_token": "has space"}, "令牌"),
    ],
)
def test_setting_that_looks_wrong_is_named(run, api, tmp_path, wrong, words):
    findings = run(examine(settings(api, tmp_path, **wrong)))

    assert "official.settings" in faults(findings)
    assert words in found(findings, "settings").text


def test_assistant_that_does_not_run_here_is_a_hint_and_the_rest_is_checked_in_process(run, api, tmp_path):
    findings = run(examine(settings(api, tmp_path)))

    assert found(findings, "callback").state is State.HINT
    assert (found(findings, "signature").state, found(findings, "decryption").state) == (State.OK, State.OK)
    assert not ill(findings)


def test_address_that_was_given_and_does_not_answer_is_a_fault(run, api, tmp_path):
    findings = run(examine(settings(api, tmp_path), f"http://127.0.0.1:{free_port()}"))

    assert "连不上" in found(findings, "callback").text
    assert faults(findings) == ["official.callback"]


def test_other_token_than_the_running_assistant_is_found(run, api, running, tmp_path):
    findings = run(examine(settings(api, tmp_path, wechat_token="AnotherToken"), running))

    assert "CSP_WECHAT_TOKEN" in found(findings, "signature").text
    assert faults(findings) == ["official.signature"]


@pytest.mark.parametrize("wrong", [{"wechat_aes_key": "a" * 43}, {"wechat_app_id": "wxffffffffffffffff"}])
def test_other_key_or_account_than_the_running_assistant_is_found(run, api, running, tmp_path, wrong):
    findings = run(examine(settings(api, tmp_path, **wrong), running))

    assert found(findings, "signature").state is State.OK
    assert "official.decryption" in faults(findings)
    assert "CSP_WECHAT_AES_KEY" in found(findings, "decryption").text


def test_channel_that_is_not_served_is_found(run, start, work, tmp_path, api):
    url = start(ACCOUNT, CSP_WECHAT_APP_ID="", CSP_REST_TOKEN="x", **CORPORATION.settings(work.api.url)).url

    findings = run(examine(settings(api, tmp_path), url))

    assert "/webhooks/wechat/callback" in found(findings, "callback").text
    assert faults(findings) == ["official.callback"]


class Impostor:
    """Something else that answers at the address."""

    def __init__(self, run, answer) -> None:
        self._run = run
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        self._runner = web.AppRunner(app, access_log=None)

    def __enter__(self) -> str:
        async def begin() -> str:
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

        return self._run(begin())

    def __exit__(self, *_: object) -> None:
        self._run(self._runner.cleanup())


async def _redirects(_: web.Request) -> web.Response:
    return web.Response(status=301, headers={"Location": "https://elsewhere.example/"})


async def _breaks(_: web.Request) -> web.Response:
    return web.Response(status=502)


async def _echoes(request: web.Request) -> web.Response:
    return web.Response(text=request.query.get("echostr", ""))


async def _quotes(request: web.Request) -> web.Response:
    return web.Response(text=f'"{request.query.get("echostr", "")}"')


@pytest.mark.parametrize(
    ("answer", "check", "words"),
    [
        (_redirects, "callback", "跳转"),
        (_breaks, "callback", "HTTP 502"),
        (_echoes, "signature", "错的签名也被接受"),
        (_quotes, "signature", "变了样"),
    ],
)
def test_what_stands_in_front_is_found(run, api, tmp_path, answer, check, words):
    with Impostor(run, answer) as url:
        findings = run(examine(settings(api, tmp_path), url))

    assert faults(findings) == [f"official.{check}"]
    assert words in found(findings, check).text


def test_wrong_secret_is_found(run, api, tmp_path):
    findings = run(examine(settings(api, tmp_path, wechat_secret="f" * 32)))

    assert faults(findings) == ["official.token"]
    assert "AppSecret" in found(findings, "token").text
    assert "f" * 32 not in "".join(f.text for f in findings)


def test_address_that_is_not_on_the_white_list_is_found(run, api, tmp_path):
    api.white_list = False

    findings = run(examine(settings(api, tmp_path)))

    assert "official.white_list" in faults(findings)
    assert "203.0.113.7" in found(findings, "white_list").text


def test_platform_that_cannot_be_reached_is_found(run, api, tmp_path):
    findings = run(examine(settings(api, tmp_path, wechat_api_url="http://127.0.0.1:9")))

    assert faults(findings) == ["official.token"]
    assert "连不上平台" in found(findings, "token").text


@pytest.mark.parametrize(
    ("permitted", "kind", "state", "words"),
    [
        (False, "verified", State.FAULT, "subscription"),
        (False, "subscription", State.HINT, "被动回复"),
        (True, "subscription", State.HINT, "verified"),
        (True, "service", State.OK, "客服消息"),
    ],
)
def test_permissions_are_compared_with_the_settings(run, api, tmp_path, permitted, kind, state, words):
    api.permitted = permitted

    findings = run(examine(settings(api, tmp_path, wechat_account=kind)))

    assert found(findings, "permissions").state is state
    assert words in found(findings, "permissions").text


@pytest.mark.parametrize(("menu", "words"), [(None, "还没有"), ({"button": []}, "还没有"), (True, "不一样")])
def test_menu_is_compared_with_the_file(run, api, tmp_path, menu, words):
    api.menu = {"button": [{"type": "click", "name": "旧的", "key": "旧的"}]} if menu is True else menu

    findings = run(examine(settings(api, tmp_path)))

    assert found(findings, "menu").state is State.HINT
    assert words in found(findings, "menu").text


@pytest.mark.parametrize(
    ("url", "state"), [("", State.HINT), (NOBODY, State.FAULT), (REDIS, State.OK)], ids=["none", "away", "there"]
)
def test_redis_is_tried(run, api, tmp_path, url, state):
    findings = run(examine(settings(api, tmp_path, redis_url=url)))

    assert found(findings, "redis", "common").state is state


def test_database_that_is_away_is_found(run, api, tmp_path):
    findings = run(examine(settings(api, tmp_path, database_url="postgresql://postgres@127.0.0.1:1/nothing")))

    assert faults(findings) == ["common.database"]


def test_notices_that_wait_are_told(run, api, store, database, tmp_path):  # noqa: F811
    bind(store, f"wechat:{ACCOUNT.app_id}:oA")
    move(store)
    (notice,) = store.waiting_notices("wechat", replace_time())
    store.keep_notice(notice, replace_time(), "用户没有写过")

    findings = run(examine(settings(api, tmp_path, database_url=database)))

    assert "用户没有写过" in found(findings, "notices", "common").text


def replace_time():
    from tests.integration.samples import MINUTE, NOW

    return NOW + MINUTE


def test_plain_mode_is_a_hint(run, api, start, tmp_path):
    url = start(replace(ACCOUNT, mode="plain")).url

    findings = run(examine(settings(api, tmp_path, wechat_mode="plain"), url))

    assert faults(findings) == []
    assert "明文" in found(findings, "decryption").text


def test_wecom_right_and_running(run, work, running, tmp_path):
    findings = run(examine(wecom(work, tmp_path), running))

    assert faults(findings) == []
    states = {f.check: f.state for f in findings if f.part == "wecom"}
    assert set(states.values()) == {State.OK}
    assert list(states) == ["settings", "callback", "signature", "decryption", "token", "white_list", "permissions"]
    assert "订购咨询" in found(findings, "accounts", "wxkf").text


def test_kf_of_its_own_right_and_running(run, work, running, tmp_path):
    more = {"wxkf_secret": CORPORATION.secret, "wxkf_token": CORPORATION.token, "wxkf_aes_key": CORPORATION.aes_key}

    findings = run(examine(wecom(work, tmp_path, **more), running))

    states = {f.check: f.state for f in findings if f.part == "wxkf"}
    assert set(states.values()) == {State.OK}
    assert {"callback", "signature", "decryption", "token", "accounts"} <= set(states)


@pytest.mark.parametrize(
    ("wrong", "fault", "words"),
    [
        ({"wecom_corp_id": "x"}, "wecom.settings", "企业ID"),
        ({"wecom_secret": "wrong"}, "wecom.token", "Secret"),
        ({"wecom_token": "AnotherToken"}, "wecom.signature", "CSP_WECOM_TOKEN"),
        ({"wecom_aes_key": "a" * 43}, "wecom.decryption", "CSP_WECOM_AES_KEY"),
    ],
)
def test_wecom_fault_is_named(run, work, running, tmp_path, wrong, fault, words):
    findings = run(examine(wecom(work, tmp_path, **wrong), running))

    assert fault in faults(findings)
    part, _, check = fault.partition(".")
    assert words in found(findings, check, part).text


def test_wecom_address_that_is_not_trusted_is_named(run, work, tmp_path):
    work.api.white_list = False

    findings = run(examine(wecom(work, tmp_path)))

    assert "203.0.113.7" in found(findings, "white_list", "wecom").text
    assert found(findings, "token", "wecom").state is State.OK


def test_application_that_nobody_sees_is_named(run, work, tmp_path):
    work.api.visible = False

    findings = run(examine(wecom(work, tmp_path)))

    assert "可见范围" in found(findings, "permissions", "wecom").text
    assert "wecom.permissions" in faults(findings)


def test_kf_that_is_not_used_is_no_fault(run, work, tmp_path):
    work.api.kf_open = False

    findings = run(examine(wecom(work, tmp_path)))

    assert found(findings, "accounts", "wxkf").state is State.HINT


def test_kf_account_that_others_manage_is_a_fault(run, work, tmp_path):
    work.api.accounts["wkA"].managed = False

    findings = run(examine(wecom(work, tmp_path)))

    assert "没有交给接口管理" in found(findings, "accounts", "wxkf").text


def test_command_says_it_line_by_line_and_ends_with_what_it_found(run, loop, api, tmp_path):
    own = {"CSP_DATABASE_URL": f"sqlite:///{tmp_path / 'csp.db'}", "CSP_PORT": str(free_port())}
    healthy = csp(run, loop, api, "doctor", "wechat", CSP_WECHAT_ACCOUNT="verified", **own)
    api.white_list = False
    sick = csp(run, loop, api, "doctor", "wechat", CSP_WECHAT_ACCOUNT="verified", **own)
    nothing = csp(run, loop, api, "doctor", "wechat", CSP_WECHAT_APP_ID="", **own)

    assert (healthy.returncode, sick.returncode, nothing.returncode) == (0, 1, 1)
    assert "[好]   access_token" in healthy.stdout and texts()["states"]["fault"] not in healthy.stdout
    assert "[要改] IP白名单" in sick.stdout and "203.0.113.7" in sick.stdout
    assert "docs/wechat.md" in nothing.stdout
    assert api.secret not in healthy.stdout + healthy.stderr + sick.stdout + sick.stderr


def test_half_an_account_stops_every_command_with_a_sentence(run, loop, api):
    ended = csp(run, loop, api, "doctor", "wechat", CSP_WECOM_SECRET="x")

    assert ended.returncode == 2
    assert "CSP_WECOM_AGENT_ID" in ended.stderr
