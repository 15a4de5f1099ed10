"""The guide tells what has happened from what is promised, near, doubted, or said of something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.nlu.normalize import normalize
from bot.rules.guide import Agreement, Case, Move, Paper, Sealing, position
from bot.rules.guide_manner import does_not_know
from bot.rules.guide_reading import is_short_answer, read_said
from bot.rules.guide_remarks import Remark, remark_on

BEGUN = Case()
SCANNED = Case(agreement=Agreement.SCAN_SENT)
MAILED = Case(agreement=Agreement.ORIGINAL_SENT)
NUMBERED = Case(agreement=Agreement.NUMBER)
AGREED = replace(NUMBERED, confirmed=True)
PLAIN = replace(AGREED, seal=Sealing.PLAIN)
SEALED = replace(AGREED, seal=Sealing.CROSS_PAGE)
SENT = replace(SEALED, paper=Paper.SENT)
NOTIFIED = replace(SENT, notice=True)
PAID = replace(NOTIFIED, paid=True)
OPEN = replace(PAID, provisioned=True)


def heard(case: Case, talk: str) -> Case:
    """``case`` after the messages of ``talk``, which ``/`` separates."""
    for text in talk.split("/"):
        case = read_said(normalize(text.strip()).text, {}, case, position(case).item)
    return case


@pytest.mark.parametrize(
    ("before", "talk", "move"),
    [
        (SENT, "对方说应该很快会通知我们付", Move.WAIT_FOR_NOTICE),
        (SENT, "通知快发下来了", Move.WAIT_FOR_NOTICE),
        (SENT, "总代承诺这两天通知付款", Move.WAIT_FOR_NOTICE),
        (SENT, "财务通知付款了", Move.ASK_NOTICE),
        (SENT, "老板让我们赶紧付", Move.ASK_NOTICE),
        (NOTIFIED, "财务那边答应打款了", Move.PAY),
        (NOTIFIED, "领导批了付款", Move.PAY),
        (NOTIFIED, "付款已经批下来了", Move.PAY),
        (AGREED, "客户保证盖骑缝章", Move.SEAL),
        (AGREED, "甲方同意补骑缝章了", Move.SEAL),
        (MAILED, "编号快出来了", Move.GET_NUMBER),
        (MAILED, "他们承诺给我编号了", Move.GET_NUMBER),
        (NUMBERED, "客户快敲定了", Move.CONFIRM),
        (SEALED, "等客户填好了发过来", Move.ASK_PAPER),
        (SEALED, "助理说她会把材料发过去", Move.ASK_PAPER),
        (PAID, "服务快开好了", Move.WAIT_FOR_PROVISIONING),
        (OPEN, "原件快寄出去了", Move.SEND_ORIGINALS),
    ],
)
def test_what_is_promised_or_near_has_not_happened(before: Case, talk: str, move: Move):
    assert position(heard(before, talk)).move is move


@pytest.mark.parametrize(
    ("before", "talk", "move"),
    [
        (NUMBERED, "客户答应了", Move.ASK_SEAL),
        (NUMBERED, "客户同意E3三十个了", Move.ASK_SEAL),
        (SENT, "总代同意付款了", Move.ASK_PAID),
        (SEALED, "材料快递发了", Move.ASK_NOTICE),
        (PAID, "快三天了 已经开通了", Move.SEND_ORIGINALS),
        (SENT, "财务说总代通知付款了", Move.ASK_PAID),
        (MAILED, "编号批下来发给我们了", Move.ASK_CONFIRMED),
    ],
)
def test_what_sounds_like_a_promise_has_happened(before: Case, talk: str, move: Move):
    assert position(heard(before, talk)).move is move


@pytest.mark.parametrize(
    ("talk", "seal"),
    [
        ("骑缝章已经盖了，合同章还没盖", Sealing.CROSS_PAGE),
        ("客户盖的骑缝章没盖公章", Sealing.CROSS_PAGE),
        ("盖的是骑缝章不是公章", Sealing.CROSS_PAGE),
        ("公章盖了，骑缝章没盖", Sealing.PLAIN),
        ("是公章，不是骑缝章", Sealing.PLAIN),
        ("公章和骑缝章都没盖", Sealing.NONE),
        ("骑缝章和公章都盖好了", Sealing.CROSS_PAGE),
        ("骑缝章盖过了，合同章也盖了", Sealing.CROSS_PAGE),
        ("客户同意盖骑缝章并且已经盖了", Sealing.CROSS_PAGE),
    ],
)
def test_denial_belongs_to_the_seal_beside_it(talk: str, seal: Sealing):
    assert heard(AGREED, talk).seal is seal


@pytest.mark.parametrize(
    ("before", "talk", "move"),
    [
        (PLAIN, "骑缝章补好了又发了一遍", Move.ASK_NOTICE),
        (SENT, "云总代说漏了骑缝章", Move.SEAL),
        (SENT, "云总代说漏了骑缝章 / 重盖了骑缝章", Move.SEND_AGAIN),
        (SENT, "云总代说漏了骑缝章 / 重盖了骑缝章 / 重新发了", Move.WAIT_AFTER_CORRECTION),
        (SENT, "云总代说漏了骑缝章 / 我催客户补盖了骑缝章，拿到手了", Move.SEND_AGAIN),
        (SENT, "其实只盖了公章 / 骑缝章盖上了", Move.SEND_AGAIN),
        (SENT, "其实骑缝章没盖 / 不对 骑缝章盖了", Move.ASK_NOTICE),
        (BEGUN, "我们章都盖了，没寄呢", Move.SCAN_AGREEMENT),
        (BEGUN, "章盖好了扫描件也发了，原件没寄", Move.SEND_AGREEMENT),
    ],
)
def test_seal_that_is_made_good_has_still_to_be_sent(before: Case, talk: str, move: Move):
    assert position(heard(before, talk)).move is move


@pytest.mark.parametrize("text", ["对方说没见到钱", "他们财务说款还没到", "钱总代那边没查到", "云总代没收到我们的款"])
def test_money_that_has_not_arrived_is_not_unpaid(text: str):
    normal = normalize(text).text

    assert heard(PAID, text) == PAID
    assert remark_on(normal, PAID) is Remark.NOT_ARRIVED


@pytest.mark.parametrize("text", ["没付成功，被退回来了", "不对 转账失败了 退回来了", "不对 没打成功"])
def test_payment_that_came_back_is_no_paper_that_came_back(text: str):
    assert position(heard(PAID, text)).move is Move.PAY


def test_documents_that_came_back_are_still_documents():
    assert position(heard(PAID, "材料被退回来了")).move is Move.CORRECT


@pytest.mark.parametrize("text", ["不对 那是另外一家客户的", "其实不是这单的", "搞错了 是别的单子的"])
def test_what_belongs_to_another_customer_is_taken_back(text: str):
    assert position(heard(NOTIFIED, text)).move is Move.WAIT_FOR_NOTICE


@pytest.mark.parametrize(
    ("before", "text", "move"),
    [
        (AGREED, "盖咯", Move.ASK_SEAL_KIND),
        (SEALED, "交啦", Move.ASK_NOTICE),
        (NOTIFIED, "打啦", Move.ASK_PROVISIONED),
        (PAID, "开通啦", Move.SEND_ORIGINALS),
        (Case(agreement=Agreement.SEALED), "扫了传了", Move.SEND_AGREEMENT),
        (SEALED, "查过了 的确交了", Move.ASK_NOTICE),
        (SEALED, "财务确认交了", Move.ASK_NOTICE),
    ],
)
def test_short_answers_of_daily_talk(before: Case, text: str, move: Move):
    assert is_short_answer(normalize(text).text)
    assert position(heard(before, text)).move is move


@pytest.mark.parametrize("text", ["交了吗？我也不清楚 助理说交了", "订单填了没有我给忘了", "说不准 他说发了"])
def test_who_does_not_know_has_told_nothing(text: str):
    assert heard(SEALED, text) == SEALED
    assert remark_on(normalize(text).text, SEALED) is Remark.UNSURE


def test_doubt_about_one_thing_leaves_another():
    assert heard(SEALED, "材料发了没我也不清楚，订单填好了").paper is Paper.FILLED


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("寄没寄我也不清楚", False),
        ("订单填了没有我给忘了", False),
        ("盖了吗？不太确定", False),
        ("客户不知道要盖章", True),
        ("骑缝章怎么盖我不会", True),
        ("材料发了", True),
    ],
)
def test_not_knowing_whether(text: str, known: bool):
    assert does_not_know(normalize(text).text) is not known


def test_notice_that_is_taken_back_leaves_the_review_open():
    told = heard(SENT, "云总代说漏了骑缝章 / 重盖了骑缝章 / 收到付款通知了 / 不对 那是另外一家客户的")

    assert position(told).move is Move.WAIT_FOR_NOTICE
