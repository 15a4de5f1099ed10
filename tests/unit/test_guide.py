"""Which step somebody is at, from what they say they have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.routing import DATACENTER, GUIDE, leaf_after_order, leaf_in_task
from bot.rules.customer_name import customer_in
from bot.rules.guide import Agreement, Case, Item, Move, Paper, Review, Sealing, position
from bot.rules.guide_reading import means_no, means_yes, read_said
from bot.rules.guide_steps import settle, step_back

CASES = st.builds(
    Case,
    agreement=st.sampled_from([None, *Agreement]),
    confirmed=st.sampled_from([None, True, False]),
    product=st.sampled_from([None, "Office 365 企业版 E3"]),
    quantity=st.sampled_from([None, 25]),
    seal=st.sampled_from([None, *Sealing]),
    paper=st.sampled_from([None, *Paper]),
    review=st.sampled_from([None, *Review]),
    notice=st.sampled_from([None, True, False]),
    paid=st.sampled_from([None, True, False]),
    provisioned=st.sampled_from([None, True, False]),
    originals=st.sampled_from([None, True, False]),
)


def said(*texts: str, asked: Item | None = None, **entities) -> Case:
    case = Case()
    for text in texts:
        case = read_said(text, entities, case, asked)
    return case


@pytest.mark.parametrize(
    ("text", "step", "move"),
    [  # the judging table, §2.2 of the fact sheet
        ("第一次做，没有合作协议编号", 1, Move.SIGN_AGREEMENT),
        ("协议盖了章，只发了扫描件", 1, Move.SEND_AGREEMENT),
        ("合作协议原件也寄了", 1, Move.GET_NUMBER),
        ("有编号，客户还在谈", 2, Move.CONFIRM),
        ("有编号，客户的服务协议还没盖", 2, Move.SEAL),
        ("有编号，客户只盖了公章", 2, Move.SEAL_AGAIN),
        ("服务协议盖好骑缝章了，订单没填", 3, Move.FILL_PAPER),
        ("采购订单填好了，还没发，骑缝章盖了", 3, Move.SEND_PAPER),
        ("材料都发了，还没让付款", 4, Move.WAIT_FOR_NOTICE),
        ("收到付款通知了", 4, Move.ASK_PAID),
        ("刚付款了", 5, Move.ASK_PROVISIONED),
        ("客户收到账号密码了", 5, Move.SEND_ORIGINALS),
        ("收到开通邮件了", 5, Move.SEND_ORIGINALS),
    ],
)
def test_table_is_followed(text: str, step: int, move: Move):
    where = position(said(text))

    assert (where.step, where.move) == (step, move)


def test_everything_may_be_said_at_once_and_in_any_order():
    parts = ["有编号", "客户盖好骑缝章了", "采购订单还没填"]
    cases = {said("，".join(order)) for order in (parts, parts[::-1], [parts[1], parts[0], parts[2]])}

    assert cases == {Case(agreement=Agreement.NUMBER, seal=Sealing.CROSS_PAGE, paper=Paper.NOT_FILLED)}


def test_official_seal_alone_is_caught_even_when_everything_was_sent():
    assert position(said("材料都发了", "客户只盖了公章")).move is Move.SEAL_AGAIN


@pytest.mark.parametrize("text", ["不是公章，是骑缝章", "盖的是骑缝章", "骑锋章盖好了", "每页边上都盖了章"])
def test_seal_across_pages_is_right(text: str):
    assert said("只盖了公章", text, asked=Item.SEAL).seal in (Sealing.CROSS_PAGE,)


def test_seal_of_unknown_kind_is_asked_for():
    assert position(said("有编号，客户盖好章了")).move is Move.ASK_SEAL_KIND


def test_correction_replaces_what_was_said():
    assert said("采购订单填好发了", "采购订单其实还没发").paper is Paper.FILLED
    assert said("已经付款了", "还没付款").paid is False


@pytest.mark.parametrize(
    ("asked", "yes", "no"),
    [
        (Item.AGREEMENT, Agreement.NUMBER, Agreement.NONE),
        (Item.CONFIRMED, True, False),
        (Item.SEAL, Sealing.UNKNOWN_KIND, Sealing.NONE),
        (Item.PAPER, None, Paper.NOT_FILLED),
        (Item.NOTICE, True, False),
    ],
)
def test_bare_yes_and_no_answer_the_open_question(asked: Item, yes, no):
    assert getattr(said("有的", asked=asked), asked.value) == yes
    assert getattr(said("还没", asked=asked), asked.value) == no


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [("是的", True, False), ("没错", True, False), ("没有", False, True), ("不用", False, True), ("E3", False, False)],
)
def test_yes_and_no(text: str, yes: bool, no: bool):
    assert (means_yes(text), means_no(text)) == (yes, no)


def test_asking_where_one_is_answers_nothing():
    assert said("我到第几步了", asked=Item.PAID) == Case()


def test_done_means_the_open_question():
    assert said("寄出去了", asked=Item.ORIGINALS).originals is True
    assert said("算了", asked=Item.ORIGINALS) == Case()


@pytest.mark.parametrize(
    ("asked", "text", "known"),
    [
        (Item.AGREEMENT, "扫描件发了", {"agreement": Agreement.SCAN_SENT}),
        (Item.AGREEMENT, "寄了", {"agreement": Agreement.ORIGINAL_SENT}),
        (Item.AGREEMENT, "好，继续", {}),
        (Item.CONFIRMED, "我们填好了", {"paper": Paper.FILLED}),
        (Item.CONFIRMED, "客户还没想好买什么", {"confirmed": False}),
        (Item.SEAL, "都寄回来了", {"seal": Sealing.UNKNOWN_KIND}),
        (Item.PAPER, "填了没发", {"paper": Paper.FILLED}),
        (Item.NOTICE, "改好重新发了", {"paper": Paper.SENT}),
        (Item.PROVISIONED, "还没收到通知", {"notice": False}),
    ],
)
def test_what_was_done_is_what_its_verb_says_whatever_was_asked(asked: Item, text: str, known: dict):
    assert said(text, asked=asked) == Case(**known)


def test_what_is_known_already_answers_no_other_question():
    assert said("收到付款通知了", "通知付款了", asked=Item.PAID).paid is None
    assert said("付了", "付了", asked=Item.PROVISIONED).provisioned is None
    assert said("只盖了公章", "不是骑缝章，是公章", asked=Item.SEAL).seal is Sealing.PLAIN


@pytest.mark.parametrize(
    ("text", "recognised", "name"),
    [
        ("客户定了，是大连星海商贸，要e3", "星海商贸", "大连星海商贸"),
        ("老代理了，客户深圳启明，商业协作版", "启明，，", "深圳启明"),
        ("客户是北京未来新材料有限公司", None, "北京未来新材料有限公司"),
        ("好，继续", "继续", None),
        ("客户星河传媒", None, "星河传媒"),
        ("客户是做餐饮的", None, None),
        ("客户是一家物流公司", None, None),
        ("客户没有网络", None, None),
        ("刚成立的公司", None, None),
        ("我客户在香港有分公司，选哪个", "香港有分公司", None),
    ],
)
def test_customers_name_is_whole_and_a_name(text: str, recognised: str | None, name: str | None):
    assert customer_in(text, recognised) == name


def test_hundred_is_a_quantity():
    assert said("买e3，一百个，两年").quantity == 100


def test_copies_of_a_paper_are_no_quantity():
    assert said("服务协议打了两份").quantity is None
    assert said("要两份e3").quantity == 2


@pytest.mark.parametrize("text", ["一十个", "一十百个"])
def test_what_is_no_number_is_no_quantity(text: str):
    said(text)


def test_details_are_read():
    case = said("北京晨光贸易有限公司，e3，50个，一年", product=["Office 365 企业版 E3"])

    assert (case.customer, case.product, case.quantity, case.years) == (
        "北京晨光贸易有限公司",
        "Office 365 企业版 E3",
        50,
        1,
    )


@pytest.mark.parametrize(
    "text", ["我们跟佳杰合作两年了", "给我一个客户", "4月1号开始用", "明年开始", "还要3个工作日", "我们公司是代理商"]
)
def test_what_is_no_detail_is_not_read_as_one(text: str):
    case = said(text)

    assert (case.customer, case.quantity, case.years) == (None, None, None)


@pytest.mark.parametrize("text", ["骑缝章怎么盖", "账号下来了吗", "客户钱还没给我们", "下一步", "带我走一遍"])
def test_questions_and_commands_tell_nothing(text: str):
    assert said(text) == Case()


@given(CASES)
def test_every_case_has_one_position_and_next_never_goes_back(case: Case):
    where, after = position(case), position(settle(case))

    assert 1 <= where.step <= 5
    assert after.step >= where.step


@given(CASES)
def test_next_answers_no_question_and_makes_nobody_else_act(case: Case):
    where, after = position(case), settle(case)

    if where.asks or where.item in (Item.NOTICE, Item.PAID, Item.PROVISIONED) or where.move is Move.GET_NUMBER:
        assert after == case
    elif where.move is not Move.FINISHED:
        assert after != case


@given(CASES)
def test_back_leads_to_the_step_before(case: Case):
    before = position(case).step

    assert position(step_back(case)).step == max(before - 1, 1)


@given(CASES)
def test_case_survives_json(case: Case):
    assert Case.from_dict(case.to_dict()) == case


@given(st.text(max_size=40), CASES, st.sampled_from([None, *Item]))
def test_any_text_can_be_read(text: str, case: Case, asked: Item | None):
    position(read_said(text, {}, case, asked))


def parse(normal: str, leaf: str, *entities: str) -> dict:
    return {"normal": normal, "leaf": leaf, "entities": [{"entity": e} for e in entities]}


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("客户只盖了公章", "faq/seal", "guide/where"),
        ("有编号", "control/affirm", "guide/where"),
        ("骑缝章怎么盖", "faq/seal", None),
        ("那原件呢", "followup/any", None),
        ("那原件啥时候寄", "faq/originals_when", None),
        ("原件哪天寄", "faq/originals_when", None),
        ("没啥问题，骑缝章盖了", "faq/seal", "guide/where"),
        ("下一步", "faq/process_overview", "guide/next"),
        ("我到第几步了", "faq/step1", "guide/where"),
        ("取消", "order/unbind", "control/cancel"),
        ("绑定 k7wq2mxa", "chitchat/ok", "order/bind"),
        ("填了没发", "control/cancel", "guide/where"),
        ("改好重新发了", "guide/next", "guide/where"),
        ("先这样，还没盖", "control/cancel", None),
        ("接着刚才的", "control/restart", "guide/where"),
        ("盖公章了，是不是不行", "faq/seal", "guide/where"),
        ("骑缝章还是公章都盖了", "faq/seal", None),
        ("客户还没想好买什么", "faq/confirm_first", "guide/where"),
        ("启航那单到哪了", "order/status", None),
        ("回到下单，我下一步做什么", "nlu_fallback", "guide/where"),
    ],
)
def test_message_in_the_guide(normal: str, leaf: str, meant: str | None):
    assert leaf_in_task(parse(normal, leaf), GUIDE) == meant


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("csp20160315001", "order/status", "order/status"),
        ("csp20160315001那张呢", "refuse/order_change", "order/status"),
        ("把csp20160315001取消", "refuse/order_change", None),
    ],
)
def test_order_number_in_the_guide_is_asked_for(normal: str, leaf: str, meant: str | None):
    assert leaf_in_task(parse(normal, leaf, "order_number"), GUIDE) == meant


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("那什么时候能开通", "faq/provision_time", "order/status"),
        ("原件寄了没", "followup/any", "order/status"),
        ("原件什么时候寄", "faq/originals_when", None),
        ("一般多久开通", "faq/provision_time", None),
        ("骑缝章怎么盖", "faq/seal", None),
    ],
)
def test_short_question_after_an_order_is_about_it(normal: str, leaf: str, meant: str | None):
    assert leaf_after_order(parse(normal, leaf), "CSP20160315001", "order/status") == meant
    assert leaf_after_order(parse(normal, leaf), None, "order/status") is None
    assert leaf_after_order(parse(normal, leaf), "CSP20160315001", "faq/seal") is None


@pytest.mark.parametrize(("normal", "meant"), [("带我下单", None), ("我要下单", None), ("第一次做", "dc/case")])
def test_who_asks_for_the_guide_leaves_the_adviser(normal, meant):
    assert leaf_in_task(parse(normal, "guide/start"), DATACENTER) == meant


@pytest.mark.parametrize(
    ("normal", "leaf", "meant"),
    [
        ("晨光那单到哪了", "order/status", None),
        ("查我的单", "order/list", None),
        ("30个e3", "order/status", "dc/case"),
    ],
)
def test_who_asks_for_an_order_in_the_adviser_gets_it(normal, leaf, meant):
    assert leaf_in_task(parse(normal, leaf), DATACENTER) == meant


def test_news_of_papers_is_no_answer_to_the_adviser():
    assert leaf_in_task(parse("合作协议盖好章了，原件还没寄", "guide/told", "document"), DATACENTER) is None
    assert leaf_in_task(parse("还没定", "guide/told"), DATACENTER) == "dc/case"
