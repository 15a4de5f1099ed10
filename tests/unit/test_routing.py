"""Which task a message belongs to: guide, adviser, orders or none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.guide_talk import is_lost, is_newcomer, recalls, resumes
from bot.dialogue.order_talk import leaf_on_list
from bot.dialogue.routing import DATACENTER, GUIDE, leaf_in_task
from bot.rules.guide import Case, Move, Sealing, position
from bot.rules.guide_reading import read_said
from bot.rules.parties import chosen, names_several, parties_in, said_of, same_party


def parse(normal: str, leaf: str, confidence: float = 0.5, **entities: Any) -> dict[str, Any]:
    found = [{"entity": e, "value": v, "normal_start": 0, "normal_end": 1} for e, v in entities.items()]
    return {
        "normal": normal,
        "leaf": leaf,
        "intent": {"name": leaf.split("/")[0], "confidence": confidence},
        "entities": found,
    }


def draft(**case: Any) -> dict[str, Any]:
    return {"case": Case(**case).to_dict()}


@pytest.mark.parametrize(
    ("normal", "entities"),
    [("成都锦诚", {"place": "mainland"}), ("第七个", {}), ("他邮箱里有五年的邮件", {}), ("三十五个", {})],
)
def test_guess_opens_no_form(normal: str, entities: dict[str, str]):
    assert leaf_in_task(parse(normal, "dc/case", 0.89, **entities), None) == "nlu_fallback"


@pytest.mark.parametrize(
    ("normal", "entities"),
    [
        ("帮我选数据中心", {}),
        ("北京40，东京8", {"place": "mainland"}),
        ("我有个客户不知道该推21v还是全球版", {}),
        ("客户都在武汉", {"place": "mainland"}),
    ],
)
def test_choice_or_description_opens_the_adviser(normal: str, entities: dict[str, str]):
    assert leaf_in_task(parse(normal, "dc/case", **entities), None) is None


@pytest.mark.parametrize("task", [None, GUIDE, DATACENTER])
@pytest.mark.parametrize("normal", ["008", "1120006", "20261120006"])
def test_end_of_an_orders_number_is_looked_up_whatever_is_open(normal: str, task: str | None):
    assert leaf_in_task(parse(normal, "nlu_fallback", 0.1), task) == "order/status"


@pytest.mark.parametrize("normal", ["25", "120", "1200"])
def test_head_count_is_none(normal: str):
    assert leaf_in_task(parse(normal, "dc/case"), DATACENTER) == "dc/case"


@pytest.mark.parametrize(
    "normal",
    [
        "接着走",
        "继续",
        "继续刚才的下单",
        "回到刚才那个下单",
        "刚刚说到哪了",
        "刚才的单继续",
        "接着办吧",
        "算了继续",
    ],
)
def test_left_guide_goes_on(normal: str):
    assert resumes(normal)
    assert leaf_in_task(parse(normal, "guide/back"), None, guide=draft(paid=True)) == "guide/where"


@pytest.mark.parametrize("normal", ["下一步", "回到上一步", "继续付款", "接着寄原件", "单子到哪了", "接下来干嘛"])
def test_these_do_not_only_go_on(normal: str):
    assert not resumes(normal)


@pytest.mark.parametrize("normal", ["现在记的是啥", "我刚才说几个来着", "你都记了什么", "记下了吗"])
def test_what_was_noted_is_asked_for(normal: str):
    assert recalls(normal)
    assert leaf_in_task(parse(normal, "nlu_fallback"), GUIDE, guide=draft()) == "guide/where"


@pytest.mark.parametrize("normal", ["要填几个", "发票记什么", "记得什么时候付款吗", "三十五个"])
def test_these_ask_for_no_note(normal: str):
    assert not recalls(normal)


def test_newcomer_is_led_from_the_beginning():
    lost = "我刚来公司做365的销售，老板让我下第一单，完全不懂从哪儿弄起"

    assert is_lost(lost)
    assert leaf_in_task(parse(lost, "nlu_fallback", 0.26), None) == "guide/start"
    assert leaf_in_task(parse("新手，第一次下单，从哪开始", "faq/returning_partner", 0.99), None) == "guide/start"


def test_what_follows_an_answer_opens_no_form():
    assert leaf_in_task(parse("那不同域名呢", "dc/case", 0.68), None, latest="faq/domain_choice") == "followup/any"
    assert leaf_in_task(parse("那100人都在国内呢", "dc/case", people=100), None, True, latest="dc/case") is None


def test_newcomers_question_is_answered():
    asked = "第一次下单要签合作协议吗"

    assert is_newcomer(asked)
    assert not is_lost(asked)
    assert leaf_in_task(parse(asked, "faq/agreement_once", 0.9), None) is None


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("退回的", "guide/back", "guide/where"),
        ("回到上一步", "guide/back", "guide/back"),
        ("帮客户选下机房吧，二百人都在成都", "dc/case", "dc/case"),
        ("二百人都在成都", "dc/case", "guide/where"),
        ("成都锦城的付款了没", "order/status", None),
        ("订单上要填编号不", "faq/order_form", None),
        ("原件要寄到哪", "faq/mailing_address", None),
        ("那就换成全球版", "faq/migrate_version", "faq/dc_global_order"),
        ("从全球版换成21v要迁移吗", "faq/migrate_version", None),
        ("那这单还继续吗", "order/status", "guide/where"),
        ("周五付的几号能开通", "order/status", "faq/provision_time"),
        ("锦城的几号能开通", "order/status", None),
        ("开好了客户说没收到密码", "faq/account_delivery", None),
        ("还没收到账号", "faq/account_delivery", "guide/where"),
        ("找不到编号了", "guide/where", "faq/agreement_number"),
        ("没有编号", "guide/where", "guide/where"),
    ],
)
def test_in_the_guide(normal: str, leaf: str, meant: str | None):
    assert leaf_in_task(parse(normal, leaf), GUIDE, guide=draft()) == meant


def test_account_is_the_distributors_while_one_pays():
    paying = draft(notice=True)
    asked = parse("账号给我", "refuse/credentials", 0.94)

    assert leaf_in_task(asked, GUIDE, guide=paying) == "faq/pay_account"
    assert leaf_in_task(asked, GUIDE, guide=draft(), latest="faq/pay_account") == "faq/pay_account"
    assert leaf_in_task(asked, GUIDE, guide=draft()) is None
    assert leaf_in_task(parse("管理员账号密码给我", "refuse/credentials"), GUIDE, guide=paying) is None


def test_order_that_the_adviser_has_interrupted_is_still_heard():
    told = parse("客户已确认", "guide/told")

    assert leaf_in_task(told, DATACENTER, guide=draft()) == "guide/where"
    assert leaf_in_task(told, DATACENTER, guide={**draft(), "left": True}) != "guide/where"


@pytest.mark.parametrize(
    ("normal", "latest", "listed", "meant"),
    [
        ("下一页", "faq/seal", True, "order/list"),
        ("下一页", "faq/seal", False, None),
        ("更多", "order/list", True, "order/list"),
        ("更多", "faq/seal", True, None),
        ("退回的", "order/list", True, "order/list"),
        ("退回的", "guide/where", False, None),
        ("第七个", "order/list", True, "order/status"),
        ("下一步", "order/list", True, None),
        ("材料被退回来了", "order/list", True, None),
    ],
)
def test_what_follows_a_list(normal: str, latest: str, listed: bool, meant: str | None):
    assert leaf_on_list(parse(normal, "guide/next"), listed, latest) == meant


@pytest.mark.parametrize(
    ("text", "step", "move"),
    [
        ("我手上啥都有了就差付钱", 4, Move.ASK_NOTICE),
        ("刚付完款", 5, Move.ASK_PROVISIONED),
        ("钱都付清了", 5, Move.ASK_PROVISIONED),
        ("客户那边谈得差不多了就等盖章", 2, Move.SEAL),
        ("就等付款通知了", 4, Move.WAIT_FOR_NOTICE),
        ("只差寄原件了", 5, Move.SEND_ORIGINALS),
        ("骑缝章盖好了就差发材料", 3, Move.SEND_PAPER),
        ("都弄好了就等开通", 5, Move.WAIT_FOR_PROVISIONING),
        ("还没付完款", 1, Move.ASK_AGREEMENT),
        ("付完款才能开通", 1, Move.ASK_AGREEMENT),
        ("客户付完款了", 1, Move.ASK_AGREEMENT),
    ],
)
def test_what_is_left_tells_the_step(text: str, step: int, move: Move):
    where = position(read_said(text, {}, Case(), None))

    assert (where.step, where.move) == (step, move)


def test_seal_that_was_missing_can_come():
    asked = position(Case(seal=Sealing.NONE)).item

    assert read_said("盖好了", {}, Case(seal=Sealing.NONE), asked).seal is Sealing.UNKNOWN_KIND
    assert read_said("盖好了", {}, Case(seal=Sealing.PLAIN), asked).seal is Sealing.PLAIN


def test_customers_are_kept_apart():
    text = "同时在弄两个客户，甲公司的材料都交上去了，乙公司协议还没盖"

    assert names_several(text)
    assert parties_in(text) == ("甲公司", "乙公司")
    assert said_of(text, parties_in(text)) == {"甲公司": "客户的材料都交上去了", "乙公司": "客户的服务协议还没盖"}
    assert parties_in("那乙公司现在该干嘛") == ("乙公司",)
    assert chosen("先办甲公司", ["甲公司", "乙公司"]) == "甲公司"
    assert same_party("恒通", "恒通公司")
    assert not same_party("甲公司", "乙公司")


@pytest.mark.parametrize(
    "text", ["快递公司收到了", "我们公司有编号", "他们公司还没盖", "母公司在美国", "我刚来公司做销售", "公司盖了章"]
)
def test_these_name_no_customer(text: str):
    assert parties_in(text) == ()


@pytest.mark.parametrize(
    ("normal", "leaf", "entities", "meant"),
    [
        ("没有其他公司买过", "refuse/other_orders", {}, "dc/case"),
        ("别家代理买过什么", "refuse/other_orders", {}, None),
        ("云总代利润大，不过他们七成在国外", "faq/csp_margin", {"share": 0.7, "place": "abroad"}, "dc/case"),
        ("云总代利润大吗", "faq/csp_margin", {}, None),
    ],
)
def test_what_the_adviser_hears_as_its_own(normal: str, leaf: str, entities: dict[str, Any], meant: str | None):
    assert leaf_in_task(parse(normal, leaf, **entities), DATACENTER) == meant


@pytest.mark.parametrize("normal", ["切换到白鹭公司", "先办白鹭公司"])
def test_guide_turns_to_a_company_whatever_the_words_look_like(normal: str):
    assert leaf_in_task(parse(normal, "order/unbind"), GUIDE, guide=draft(customer="云江科技公司")) == "guide/where"
    assert leaf_in_task(parse(normal + "有什么影响吗", "faq/change_distributor"), GUIDE) is None
