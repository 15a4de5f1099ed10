"""The whole assistant before WeCom and 微信客服: a member binds and asks for an order, a customer asks a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.samples import NOW, order
from tests.wechat.conftest import SCALE
from tests.wechat.platform import Account
from tests.wechat.trade import database, store  # noqa: F401  (fixtures)
from tests.wechat.work_platform import Corporation, WorkPlatform

MEMBER, CUSTOMER, KF = "wangmin", "wmCustomer", "wkA"


@pytest.fixture
def platform(run: Callable, start: Callable, model: Path, database: str):  # noqa: F811
    work = WorkPlatform(Corporation(), SCALE)
    run(work.start())
    more = {"CSP_DATABASE_URL": database, "CSP_WECHAT_REPLY_SECONDS": "4.5"}
    server = start(Account(), model, **work.corporation.settings(work.api.url, **more))
    work.callback = f"{server.url}/webhooks/wecom/callback"
    work.scale = 1.0
    yield work
    run(work.stop())
    server.stop()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_member_binds_and_sees_an_order_as_a_card_and_a_customer_is_answered(run, store, platform):  # noqa: F811
    code = store.invite("P1001", "王敏", NOW.now(NOW.tzinfo))

    bound = run(platform.say(MEMBER, f"绑定 {code}"))
    run(platform.say(MEMBER, "晨光那单到哪了"))
    ((card),) = run(platform.wait_for(MEMBER))
    run(platform.customer_says(KF, CUSTOMER, "服务协议盖什么章"))
    answers = run(platform.wait_for(CUSTOMER))

    assert "绑定成功" in bound.text
    assert store.partner_of(f"wecom:{platform.corporation.corp_id}:{MEMBER}").partner.number == "P1001"
    assert card["template_card"]["main_title"]["desc"] == order(1).number
    assert len(answers) == 1
    said = answers[0].get("msgmenu", {}).get("head_content") or answers[0]["text"]["content"]
    assert "骑缝章" in said
