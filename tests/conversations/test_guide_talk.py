"""The guide hears what users say of their order: what moves it, and what must not."""

from __future__ import annotations

import pytest

TO_STEP_3 = ["带我下单", "有编号", "客户已确认", "骑缝的"]
TO_STEP_4 = [*TO_STEP_3, "材料都发了"]
TO_PAY = [*TO_STEP_4, "收到付款通知了"]
TO_STEP_5 = [*TO_PAY, "已经付款了"]


@pytest.mark.parametrize(
    ("before", "said", "expected", "absent"),
    [
        (TO_STEP_4, ["云总代退回来了"], "材料被退", "收到付款通知就可以付款"),
        (TO_STEP_4, ["云总代退回来了", "已经改好了"], "等审核", "第 5 步"),
        (TO_STEP_5, ["三天了还没动静"], "3 个工作日", "先付款"),
        (TO_STEP_5, ["四天没动静"], "第 5 步", "先付款"),
        (["带我下单"], ["下单到付款这步了但是还没有通知 之前的都弄完了", "有没有办法催"], "等付款通知", "第 5 步"),
        (["带我下单"], ["走到付款了 不过通知还没来"], "等付款通知", "没有通知就付了"),
        (["带我下单", "没签过"], ["盖完章扫给他们了"], "扫描件已发", "找一家云总代"),
        (["带我下单", "没签过", "盖完章扫给他们了"], ["编号给了"], "客户确认产品", "盖的是"),
        (TO_STEP_3, ["嗯"], "还在第 3 步", "第 4 步"),
        (TO_STEP_3, ["下一步"], "还在第 3 步", "第 4 步"),
        (TO_STEP_4, ["不对，其实还没发"], "第 3 步", "第 4 步"),
        (["开始下单", "好"], ["有没有我也不知道"], "请云总代查", "第 2 步"),
        (TO_PAY, ["还没付", "老板不批"], "还在第 4 步", "引导到这里结束"),
        (TO_PAY, ["付完"], "第 5 步", "第 4 步"),
        (TO_PAY, ["财务明天付"], "还没付款", "没接到通知"),
        (TO_STEP_4, ["付款通知是短信来的 算不算"], "书面通知", "就可以付款了"),
        (TO_STEP_4, ["他们说没问题"], "材料通过了，等付款通知", "已经付款了吗"),
        (["带我下单", "有编号"], ["客户改主意了"], "客户还在谈", "盖的是骑缝章"),
        ([*TO_STEP_4, "打回来了"], ["重新盖了"], "第 4 步", "从头来"),
    ],
)
def test_what_is_said_leads_to_its_step(talk, before: list[str], said: list[str], expected: str, absent: str):
    for text in before:
        talk(text)
    replies = [talk(text) for text in said]

    assert expected in replies[-1].text.replace("*", "")
    assert absent not in replies[-1].text.replace("*", "")
