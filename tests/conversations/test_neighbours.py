"""Questions with almost the same words that ask for different things; none of them is among the training sentences."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "leaf"),
    [
        ("第一回做csp，一上来做哪一步", "faq/step1"),
        ("从来没和总代合作过 起步第几步呀", "faq/step1"),
        ("上次跟佳杰签了协议，这次第几步起", "faq/returning_partner"),
        ("第一次下单，你一步步带我", "guide/start"),
        ("邮箱给多少G啊", "refuse/out_of_scope"),
        ("e3 能在几台电脑上装", "refuse/out_of_scope"),
        ("E1跟E5价格差几块", "faq/price"),
        ("卖这个有多大利润空间", "faq/margin"),
        ("网盘空间满了同步不动", "refuse/tech_support"),
        ("邮箱搬过来会不会丢邮件", "faq/migrate_cost_time"),
        ("你能担保迁移百分百不丢吗", "refuse/guarantee"),
        ("数据放在哪儿", "faq/dc_location"),
        ("中国就英迈一个云总代吧", "faq/distributor_list"),
        ("我只能跟一家总代签吗", "faq/distributor_several"),
        ("客户的款到了，能不能马上打给佳杰", "faq/pay_when"),
        ("客户的钱给谁", "faq/pay_to"),
        ("客户欠着钱不还，怎么搞", "faq/customer_contract"),
        ("客户没给钱能先开票吗", "faq/invoice"),
        ("钱打到错误的账户里了", "faq/pay_account"),
        ("钱已经打给总代了", "guide/told"),
        ("中建材咋样啊", "faq/distributor_choice"),
        ("世纪互联的联系电话有没有", "faq/operator"),
        ("英迈电话多少", "faq/distributor_contact"),
        ("国内有copilot吗", "faq/global_vs_21v"),
        ("国内版有没有teams", "faq/teams"),
        ("没备案的域名能不能绑365", "refuse/out_of_scope"),
        ("过年影不影响开通时间", "faq/provision_time"),
        ("过节期间总代还审资料么", "faq/review_time"),
        ("碰到春节全流程要多久", "faq/total_time"),
        ("开通完还要做什么", "faq/after_provision"),
        ("剩余的年费退吗", "faq/webdirect_to_csp_refund"),
        ("从总代那买的能退款吗", "faq/renewal"),
    ],
)
def test_neighbouring_questions_are_told_apart(parse, text, leaf):
    assert parse(text)["leaf"] == leaf
