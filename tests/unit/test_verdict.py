"""Questions about the adviser's verdict, told from all others."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.verdict import CASE, ORDER, RESULT, WHY, leaf_about_verdict
from bot.nlu.normalize import normalize

ABOUT_IT = [
    *(
        (text, RESULT)
        for text in ("再说一遍结果", "结论是啥", "刚才的结果再说一遍", "再说一遍", "结果呢", "再给我说下结论")
    ),
    *(
        (text, WHY)
        for text in ("为什么", "点解", "點解呀", "理由是什么", "怎么判断的", "为什么这么推荐", "怎么就转人工了")
    ),
    *(
        (text, WHY)
        for text in ("为啥不是全球版", "點解唔係全球版", "为什么不选21v", "凭什么说偏21v", "为什么只能用国外的")
    ),
    *(
        (text, WHY)
        for text in ("那就是不能买21v", "那21v就不行了是吧", "所以选全球版对吧", "那就是全球版咯", "意思是21v不能用？")
    ),
    *(
        (text, WHY)
        for text in ("你就直接说选哪个", "到底选哪个", "别绕了选哪个", "给个准话", "哪个好", "到底21v还是全球版")
    ),
    *(
        (text, ORDER)
        for text in ("怎么下单", "咁點樣落單", "那怎么买", "那走云总代怎么下", "那还能走云总代吗", "走云总代行吗")
    ),
    *((text, WHY) for text in ("那就21v吧", "就用全球版好了", "客户非要21v怎么办", "你觉得呢", "所以呢")),
    *((text, CASE) for text in ("必须一样", "不一样的")),
]
NOT_ABOUT_IT = [
    "为什么不能月付",
    "为什么要盖骑缝章",
    "推荐哪个云总代",
    "到底选哪家",
    "审核结果是什么",
    "那21v多少钱",
    "那21v在哪里",
    "那选21v国外的人会慢吗",
    "那全球版怎么下单",
    "客户说用哪个都行",
    "直接买e3行吗",
    "云总代有哪几家",
    "客户用21v了",
    "如果买全球版呢",
    "发票怎么开",
    "国内80国外20",
    "不同",
]


def leaf(text: str, *, open_: bool = False, case: bool = True, latest: str | None = "dc/case") -> str | None:
    parse: dict[str, Any] = {"normal": normalize(text).text, "entities": []}
    return leaf_about_verdict(parse, open_, case, latest)


@pytest.mark.parametrize(("text", "meant"), ABOUT_IT)
def test_a_question_about_the_verdict(text: str, meant: str) -> None:
    assert leaf(text) == meant


@pytest.mark.parametrize("text", NOT_ABOUT_IT)
def test_a_question_about_something_else(text: str) -> None:
    assert leaf(text) in (None, CASE if text == "不同" else None)


def test_what_was_answered_in_between_is_what_why_asks_about() -> None:
    assert leaf("为什么", open_=True, latest="faq/billing_yearly") is None
    assert leaf("为什么", open_=True, latest="chitchat/thanks") == WHY


@pytest.mark.parametrize("text", ["200", "二十来个", "大概三四百人吧"])
def test_a_number_answers_the_adviser_and_nobody_else(text: str) -> None:
    assert leaf(text, open_=True, case=False, latest=None) == CASE
    assert leaf(text, open_=False) is None


def test_without_a_customer_there_is_no_verdict() -> None:
    assert leaf("结论是啥", case=False) is None
    assert leaf("为什么", case=False) is None


def test_the_result_can_be_asked_for_after_something_else() -> None:
    assert leaf("刚才的结果再说一遍", latest="faq/seal") == RESULT
    assert leaf("再说一遍", latest="faq/seal") is None


def test_a_distributor_or_an_order_is_another_matter() -> None:
    parse: dict[str, Any] = {"normal": "为什么", "entities": [{"entity": "distributor"}]}
    assert leaf_about_verdict(parse, False, True, "dc/case") is None
