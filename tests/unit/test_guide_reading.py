"""What users say of an order under way, message after message, each in answer to what the guide asks then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.nlu.normalize import normalize
from bot.rules.guide import Agreement, Case, Move, Paper, Review, Sealing, position
from bot.rules.guide_reading import is_short_answer, read_said, says_something
from bot.rules.guide_remarks import Remark, asks_where, remark_on

STEP_1 = Case()
NEW = Case(agreement=Agreement.NONE)
STEP_2 = Case(agreement=Agreement.NUMBER)
TO_SEAL = Case(agreement=Agreement.NUMBER, confirmed=True)
STEP_3 = Case(agreement=Agreement.NUMBER, confirmed=True, seal=Sealing.CROSS_PAGE)
STEP_4 = Case(agreement=Agreement.NUMBER, confirmed=True, seal=Sealing.CROSS_PAGE, paper=Paper.SENT)
NOTIFIED = Case(agreement=Agreement.NUMBER, confirmed=True, seal=Sealing.CROSS_PAGE, paper=Paper.SENT, notice=True)
PAID = Case(
    agreement=Agreement.NUMBER, confirmed=True, seal=Sealing.CROSS_PAGE, paper=Paper.SENT, notice=True, paid=True
)


def heard(case: Case, talk: str) -> Case:
    """``case`` after the messages of ``talk``, which ``/`` separates."""
    for text in talk.split("/"):
        case = read_said(normalize(text.strip()).text, {}, case, position(case).item)
    return case


def standing(case: Case) -> tuple[int, Move]:
    return position(case).step, position(case).move


@pytest.mark.parametrize(
    ("before", "talk", "step", "move"),
    [
        # the cooperation agreement on its way to a number
        (STEP_1, "签过了", 1, Move.ASK_NUMBER),
        (STEP_1, "没签过 / 盖完章扫给他们了", 1, Move.SEND_AGREEMENT),
        (STEP_1, "没签过 / 盖完章扫给他们了 / 编号给了", 2, Move.ASK_CONFIRMED),
        (NEW, "签了 盖章扫描发过去了", 1, Move.SEND_AGREEMENT),
        (STEP_1, "第一次 啥都没有 / 签是签了 章还没盖", 1, Move.FINISH_AGREEMENT),
        (STEP_1, "第一次 啥都没有 / 签是签了 章还没盖 / 盖了", 1, Move.SCAN_AGREEMENT),
        (STEP_1, "第一次 啥都没有 / 签是签了 章还没盖 / 盖了 / 扫描的也给了", 1, Move.SEND_AGREEMENT),
        (NEW, "盖好了 / 扫描的也给了 / 哦那已经寄出去了", 1, Move.GET_NUMBER),
        (NEW, "盖好了 / 扫描的也给了 / 哦那已经寄出去了 / 编号发过来了", 2, Move.ASK_CONFIRMED),
        (NEW, "昨天签的 / 章盖好了 / 扫给佳杰了 / 原件也快递走了 / 编号还没给", 1, Move.GET_NUMBER),
        (NEW, "协议寄给他们了", 1, Move.GET_NUMBER),
        (NEW, "章在老板那儿 明天盖", 1, Move.SIGN_AGREEMENT),
        (NEW, "签了 / 又被退回来了", 1, Move.FINISH_AGREEMENT),
        (STEP_1, "编号要礼拜三才给我们", 1, Move.SIGN_AGREEMENT),
        (STEP_1, "客户的章盖好了", 2, Move.ASK_SEAL_KIND),
        (STEP_1, "服务协议盖好骑缝章了", 3, Move.ASK_PAPER),
        (STEP_1, "章有了单没填", 2, Move.ASK_SEAL_KIND),
        # the customer
        (STEP_2, "客户改主意了", 2, Move.CONFIRM),
        (STEP_2, "客户还在犹豫", 2, Move.CONFIRM),
        (STEP_2, "客户还在犹豫 / 客户说可以了", 2, Move.ASK_SEAL),
        (STEP_2, "客户口头答应了 合同下周签", 2, Move.ASK_SEAL),
        (STEP_2, "客户没问题", 2, Move.ASK_SEAL),
        (STEP_3, "客户又不买了", 2, Move.CONFIRM),
        (TO_SEAL, "客户说盖好了", 2, Move.ASK_SEAL_KIND),
        (TO_SEAL, "让客户去补骑缝章了", 2, Move.SEAL),
        (TO_SEAL, "盖了 / 不是骑缝的", 2, Move.SEAL_AGAIN),
        (TO_SEAL, "只盖了公章 / 客户说明天补", 2, Move.SEAL_AGAIN),
        (TO_SEAL, "只盖了公章 / 客户说明天补 / 补好了", 3, Move.ASK_PAPER),
        (TO_SEAL, "公章和骑缝章都盖了", 3, Move.ASK_PAPER),
        (STEP_3, "不是 骑缝章其实没盖", 2, Move.SEAL),
        # the documents
        (STEP_3, "采购订单填了一半", 3, Move.FILL_PAPER),
        (STEP_3, "正在填", 3, Move.FILL_PAPER),
        (STEP_3, "弄好了", 3, Move.SEND_PAPER),
        (STEP_3, "都好了", 4, Move.ASK_NOTICE),
        (STEP_3, "同事说发了", 4, Move.ASK_NOTICE),
        (STEP_3, "订单填好了明天发", 3, Move.SEND_PAPER),
        (STEP_3, "发了扫描件 电子版还没发", 3, Move.SEND_PAPER),
        (STEP_3, "订单也填了 / 发过去昨天", 4, Move.ASK_NOTICE),
        (STEP_3, "订单填好还没发 / 还没", 3, Move.SEND_PAPER),
        (STEP_4, "不对，其实还没发", 3, Move.SEND_PAPER),
        (NOTIFIED, "其实材料还没发", 3, Move.SEND_PAPER),
        (PAID, "不对 材料其实没发", 3, Move.SEND_PAPER),
        # the distributor's look at them
        (STEP_4, "云总代退回来了", 4, Move.CORRECT),
        (STEP_4, "云总代退回来了 / 不对 还没收到", 4, Move.CORRECT),
        (STEP_4, "云总代退回来了 / 正在改", 4, Move.CORRECT),
        (STEP_4, "云总代退回来了 / 已经改好了", 4, Move.SEND_AGAIN),
        (STEP_4, "云总代退回来了 / 已经改好了 / 发了", 4, Move.WAIT_AFTER_CORRECTION),
        (STEP_4, "退回来了 / 改完发过去了 / 通过了", 4, Move.WAIT_AFTER_REVIEW),
        (STEP_4, "退回来了 / 改完发过去了 / 通过了 / 通知来了", 4, Move.ASK_PAID),
        (STEP_4, "退回来了 / 没退 搞错了", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "审核没过", 4, Move.CORRECT),
        (STEP_4, "说订单填错了让重填", 4, Move.CORRECT),
        (STEP_4, "打回来了说章不清楚", 4, Move.CORRECT),
        (STEP_4, "材料被退过一回，改完又发过去了", 4, Move.WAIT_AFTER_CORRECTION),
        (NOTIFIED, "云总代又退回来了", 4, Move.CORRECT),
        (STEP_4, "还没审完", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "他们说没问题", 4, Move.WAIT_AFTER_REVIEW),
        (STEP_4, "审过了 但没让付款", 4, Move.WAIT_AFTER_REVIEW),
        # the notice and the payment
        (STEP_1, "下单到付款这步了但是还没有通知 之前的都弄完了", 4, Move.WAIT_FOR_NOTICE),
        (STEP_1, "下单到付款这步了但是还没有通知 / 有没有办法催", 4, Move.WAIT_FOR_NOTICE),
        (STEP_1, "下单到付款这步了但是还没有通知 / 有没有办法催 / 收到了", 4, Move.ASK_PAID),
        (STEP_1, "走到付款了 不过通知还没来", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "没消息", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "收到让付款的邮件了", 4, Move.ASK_PAID),
        (STEP_4, "让我们付款了", 4, Move.ASK_PAID),
        (NOTIFIED, "不对 还没收到", 4, Move.WAIT_FOR_NOTICE),
        (NOTIFIED, "付完", 5, Move.ASK_PROVISIONED),
        (NOTIFIED, "财务付了", 5, Move.ASK_PROVISIONED),
        (NOTIFIED, "钱打过去了", 5, Move.ASK_PROVISIONED),
        (NOTIFIED, "财务明天付", 4, Move.PAY),
        (NOTIFIED, "马上付", 4, Move.PAY),
        (NOTIFIED, "在走付款流程", 4, Move.PAY),
        (NOTIFIED, "刚提交付款申请", 4, Move.PAY),
        (NOTIFIED, "付了一半", 4, Move.PAY),
        (NOTIFIED, "还没付 / 老板不批", 4, Move.PAY),
        (NOTIFIED, "银行退回来了", 4, Move.PAY),
        # provisioning
        (PAID, "三天了还没动静", 5, Move.WAIT_FOR_PROVISIONING),
        (PAID, "四天没动静", 5, Move.WAIT_FOR_PROVISIONING),
        (PAID, "收到了刚才", 5, Move.SEND_ORIGINALS),
        (PAID, "邮件收到了", 5, Move.SEND_ORIGINALS),
        (PAID, "客户说能登录了", 5, Move.SEND_ORIGINALS),
        (PAID, "不对 还没付", 4, Move.PAY),
        (PAID, "其实没付成功", 4, Move.PAY),
        (PAID, "钱被退回来了", 4, Move.PAY),
        (PAID, "开通了 / 其实还没开通", 5, Move.WAIT_FOR_PROVISIONING),
        (PAID, "开通了 / 快递走了", 5, Move.FINISHED),
        (PAID, "开通失败了", 5, Move.WAIT_FOR_PROVISIONING),
        (PAID, "开通了 / 原件寄丢了", 5, Move.SEND_ORIGINALS),
        (PAID, "开通了 / 快递签收了", 5, Move.FINISHED),
        (STEP_4, "总代催款了", 4, Move.ASK_PAID),
        (TO_SEAL, "盖是盖了 但不是骑缝", 2, Move.SEAL_AGAIN),
        (TO_SEAL, "盖了骑缝章 但是没盖公章", 3, Move.ASK_PAPER),
        (STEP_3, "材料齐了", 3, Move.SEND_PAPER),
        # corrections, and what was done in part or cannot be done
        (STEP_1, "有 / 不对 还没有", 1, Move.SIGN_AGREEMENT),
        (STEP_4, "不对 还没", 3, Move.SEND_PAPER),
        (NOTIFIED, "还没收到", 4, Move.WAIT_FOR_NOTICE),
        (NOTIFIED, "付不了", 4, Move.PAY),
        (NOTIFIED, "还没 等老板签字", 4, Move.PAY),
        (STEP_3, "先发了订单", 3, Move.SEND_PAPER),
        (STEP_3, "都发给他们商务了", 4, Move.ASK_NOTICE),
        (STEP_2, "数量还没定 产品定了", 2, Move.CONFIRM),
        (STEP_4, "他们说今天给通知", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "催了 没回", 4, Move.WAIT_FOR_NOTICE),
        (STEP_4, "云总代说没问题 可以付款了", 4, Move.ASK_PAID),
        (NEW, "签完寄过去一周了没消息", 1, Move.GET_NUMBER),
    ],
)
def test_what_is_told_leads_to_its_step(before: Case, talk: str, step: int, move: Move):
    assert standing(heard(before, talk)) == (step, move)


@pytest.mark.parametrize(
    ("case", "text"),
    [
        # questions
        (STEP_4, "付款通知是短信来的 算不算"),
        (STEP_4, "收到一个付款通知 是微信发的 可以付吗"),
        (STEP_4, "有没有办法催"),
        (STEP_4, "可以付了吗"),
        (STEP_4, "通知来了吗"),
        (STEP_4, "是不是要先付款"),
        (NOTIFIED, "付款了多久能开通"),
        (TO_SEAL, "骑缝章盖没盖怎么看"),
        (TO_SEAL, "要不要盖章"),
        (STEP_3, "订单谁来填"),
        (PAID, "怎么还没开通"),
        (PAID, "什么时候开通了算数"),
        # doubts
        (STEP_1, "有没有我也不知道"),
        (STEP_1, "应该有吧"),
        (STEP_1, "好像签过"),
        (STEP_3, "可能发了"),
        (STEP_4, "好像通知了"),
        (STEP_4, "通知可能明天来"),
        (PAID, "可能开通了吧"),
        (TO_SEAL, "盖了骑缝章吧"),
        # conditions and plans
        (STEP_4, "如果收到付款通知了"),
        (PAID, "云总代说明天开"),
        (TO_SEAL, "寄给客户盖去了"),
        # heard, and no more
        (STEP_3, "嗯"),
        (STEP_3, "是的"),
        (Case(agreement=Agreement.NUMBER, confirmed=True, seal=Sealing.UNKNOWN_KIND), "嗯"),
        (NOTIFIED, "嗯"),
        (Case(paper=Paper.SENT, notice=False), "嗯"),
        (Case(paper=Paper.SENT, notice=False), "好的"),
        (replace(STEP_3, paper=Paper.FILLED), "对"),
        # what others did, or what was done to something else
        (STEP_4, "老板出差了"),
        (STEP_4, "他们放假了"),
        (STEP_4, "搞错了"),
        (STEP_4, "总代刚来邮件"),
        (STEP_4, "客户已经付款了"),
        (STEP_3, "客户说付了"),
        (NOTIFIED, "客户把全款打我们账上了"),
        (NOTIFIED, "收到了"),
        (STEP_4, "付款通知收到了 但是金额不对"),
        (PAID, "已经过了三天了"),
        (PAID, "下周再付一笔别的"),
        (STEP_4, "收到了材料 在看"),
        (STEP_4, "他们收到了"),
        (STEP_4, "可以付款了"),
        (STEP_4, "他们让我先付"),
        (STEP_4, "财务催我"),
        (STEP_3, "发给客户了"),
        (NOTIFIED, "打给客户了"),
        (NOTIFIED, "通知上的账号跟上次不一样"),
        (PAID, "云总代收到钱了"),
    ],
)
def test_what_tells_nothing_of_the_kind_changes_nothing(case: Case, text: str):
    assert heard(case, text) == case


def test_what_was_found_wrong_is_over_when_the_notice_comes():
    assert heard(STEP_4, "退回来了 / 收到付款通知了").review is Review.PASSED
    assert standing(heard(STEP_4, "退回来了 / 收到付款通知了")) == (4, Move.ASK_PAID)


def test_paid_while_the_documents_are_returned_is_early():
    assert position(heard(STEP_4, "退回来了 / 已经付了")).early_payment


def test_wrong_seal_is_caught_in_a_question_too():
    assert heard(TO_SEAL, "盖公章了，是不是不行").seal is Sealing.PLAIN
    assert heard(TO_SEAL, "只盖了公章 行不行").seal is Sealing.PLAIN


@pytest.mark.parametrize(
    ("talk", "known"),
    [
        ("除了付钱别的都弄完了", {"paid": False}),
        (
            "协议编号有了合同也有了就差客户那个章了",
            {"agreement": Agreement.NUMBER, "confirmed": True, "seal": Sealing.NONE},
        ),
        ("客户法务看完了没意见，下午就去盖骑缝章", {"seal": Sealing.NONE}),
        ("公章先盖了，骑缝客户说明天补", {"seal": Sealing.PLAIN}),
        ("已经收到让我们打款的通知了，这算第几步", {"notice": True}),
        ("我在等总代让付款，这是第几步", {"notice": False}),
        ("事情办到付款这儿了，钱明早打", {"paper": Paper.SENT, "paid": False}),
        ("客户把全款打我们账上了", {}),
        ("服务协议打了两份", {"seal": Sealing.UNKNOWN_KIND}),
    ],
)
def test_what_is_told_without_a_question_before_it(talk: str, known: dict):
    assert read_said(normalize(talk).text, {}, Case(), None) == Case(**known)


@pytest.mark.parametrize("text", ["付完", "发过去昨天", "收到了刚才", "还没收到", "嗯", "财务付了"])
def test_bare_verb_is_a_short_answer(text: str):
    assert is_short_answer(text)


@pytest.mark.parametrize("text", ["付款", "老板出差了", "客户跑了", "云总代有几家", "下班了"])
def test_what_is_no_verb_of_an_order_is_no_short_answer(text: str):
    assert not is_short_answer(text)


@pytest.mark.parametrize("text", ["财务明天付", "老板不批", "云总代退回来了", "付款通知是短信来的"])
def test_news_of_the_order_are_told_whatever_was_asked(text: str):
    assert says_something(text)


@pytest.mark.parametrize(
    ("case", "text", "remark"),
    [
        (STEP_4, "付款通知是短信来的，算不算", Remark.UNVERIFIED),
        (STEP_4, "云总代打电话让付款", Remark.UNVERIFIED),
        (STEP_4, "付款通知收到了，但是金额不对", Remark.UNVERIFIED),
        (STEP_4, "客户已经付款了", Remark.CUSTOMER_PAID),
        (STEP_4, "有没有办法催", Remark.CHASE),
        (PAID, "客户在催", Remark.CHASE_PROVISIONING),
        (PAID, "钱打了还没到账", Remark.CHASE_PROVISIONING),
        (NOTIFIED, "老板不批", Remark.REFUSED),
        (STEP_1, "有没有我也不知道", Remark.UNSURE),
        (STEP_1, "有是有，忘了放哪了", Remark.NUMBER_LOST),
        (STEP_1, "我问下老板", Remark.FINDING_OUT),
        (TO_SEAL, "只盖公章行不行", Remark.PLAIN_SEAL),
        (STEP_3, "嗯", Remark.WHICH_ONE),
        (STEP_4, "好的", Remark.NOTED),
        (STEP_4, "不对", Remark.CORRECTION),
        (STEP_4, "材料都发了", Remark.KNOWN),
        (NOTIFIED, "收到了", Remark.KNOWN),
        (PAID, "云总代说明天开", Remark.LATER),
        (STEP_4, "老板出差了", Remark.NOT_UNDERSTOOD),
    ],
)
def test_message_that_changes_nothing_has_its_answer(case: Case, text: str, remark: Remark):
    assert remark_on(text, case) is remark


@pytest.mark.parametrize("text", ["我到第几步了", "接下来该干啥", "下一步呢", "然后呢", "现在怎么办", "继续"])
def test_asking_where_one_is_gets_the_whole_step(text: str):
    assert asks_where(text)


@pytest.mark.parametrize("text", ["客户那边在走用印流程", "有没有办法催", "老板出差了", "嗯"])
def test_what_is_no_such_question_does_not(text: str):
    assert not asks_where(text)
