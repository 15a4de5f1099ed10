"""What the real answers say first: the verdict that fits the question, and no verdict that the material does not give."""

from __future__ import annotations

import asyncio
import re

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import PolicyNLG
from bot.settings import ROOT


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load([ROOT / "domain.yml", ROOT / "data" / "responses"])


@pytest.fixture(scope="module")
def say(domain):
    """The text of an answer to a question."""
    nlg = PolicyNLG(None, domain)

    def answer(leaf: str, question: str) -> str:
        tracker = DialogueStateTracker("rest:test", domain.slots)
        return asyncio.run(nlg.generate(f"utter_{leaf}", tracker, "rest", question=question))["text"].replace("*", "")

    return answer


def first_sentence(text: str) -> str:
    return text.split("。")[0]


@pytest.mark.parametrize(
    ("leaf", "question", "verdict"),
    [
        # who comes for the first time starts with the first step, also where the question was taken for that of an old partner
        ("faq/step1", "第一次合作从第几步开始", "^第一次合作.*第一步"),
        ("faq/step1", "还没签过协议的新代理能直接从第二步走吗", "^第一次合作.*第一步"),
        ("faq/returning_partner", "我们头一回跟总代合作，从哪步做起", "^第一次合作.*第一步"),
        ("faq/returning_partner", "不是第一次了，从哪一步开始", "^从第二步"),
        ("faq/returning_partner", "我们不是新手，该直接进哪一步", "^从第二步"),
        ("faq/step1", "第一次合作，第一步要付款吗", "^付款在第四步"),
        # a false number of distributors is corrected, a name alone is not
        ("faq/distributor_list", "国内只有佳杰一家云总代对吧", "^不是.*4家"),
        ("faq/distributor_list", "总代不就联想一个吗", "^不是.*4家"),
        ("faq/distributor_list", "云总代只有佳杰和英迈两家吧", "^不是.*4家"),
        ("faq/distributor_list", "佳杰是云总代吗", "^佳杰是云总代"),
        ("faq/distributor_list", "云总代除了佳杰英迈还有哪两家", "^国内云总代共4家"),
        ("faq/distributor_list", "佳杰英迈联想中建材，是不是就这四家", "^您问的这几家都是"),
        # money
        ("faq/pay_when", "客户把钱打给我们了，我们现在能转给云总代吗", "^收到客户的款也先别转.*通知"),
        ("faq/pay_when", "客户付了，总代也通知付款了，现在能付吗", "^先审后付|^没接到通知"),
        ("faq/pay_when", "客户还没付我们，总代催了要先垫吗", "^客户款没到要不要先垫付"),
        ("faq/pay_when", "等客户验收完再给云总代付款，能谈吗", "^先审后付"),
        ("faq/pay_when", "付款凭证要发给总代吗", "^付款凭证.*没有写"),
        ("faq/submit_what", "交材料要带上付款凭证吗", "^付款凭证不在"),
        ("faq/pay_account", "钱付错账户了", "^付错.*没有写"),
        ("faq/pay_account", "总代让把款打到另一家关联公司账户，敢打不", "^收款账户"),
        ("faq/customer_contract", "客户跑路不付钱咋办", "^客户欠款.*没有写.*合同"),
        ("faq/customer_contract", "怎么连个客户合同的模板都不给", "^资料里没有合同模板"),
        ("faq/pay_to", "客户是付我们，不付总代，这个理解没错吧", "^客户付给代理商"),
        # a trial is known of the direct sale only
        ("faq/webdirect_payment", "客户想先试用一个月", "^走云总代.*没有写"),
        ("faq/webdirect_payment", "在线直购能先试用吗", "^在线直购可以先试用"),
        # a date is no span of time
        ("faq/total_time", "我打算这个月底前要给客户用上 来得及吗", "^来不来得及，要看"),
        ("faq/total_time", "15号之前要用，来得及吗", "^来不来得及，要看"),
        ("faq/total_time", "还有两个月，来得及吗", "^一般用不了那么久"),
        # working days
        ("faq/provision_time", "过节会不会影响开通", "^周末和节假日不算.*3个工作日"),
        ("faq/review_time", "国庆总代审核吗", "^周末、节假日.*没有写.*开通"),
        # on the topic, not in the material
        ("refuse/out_of_scope", "e3跟e5有什么不同", "没有写.*世纪互联"),
        ("refuse/out_of_scope", "onedrive有多大空间", "没有写.*世纪互联"),
        ("refuse/out_of_scope", "域名备案要不要", "^域名要不要备案.*没有写"),
        ("refuse/out_of_scope", "世纪互联有没有客户案例", "没有写.*世纪互联"),
        ("refuse/out_of_scope", "联想电脑怎么样", "^别家产品"),
        ("refuse/out_of_scope", "印象笔记企业版功能有哪些", "^别家产品"),
        ("refuse/out_of_scope", "世纪互联今年校招网申截止没", "招聘不在我的范围"),
        ("refuse/out_of_scope", "365乘以24是多少", "^我只能回答"),
        ("refuse/out_of_scope", "帮我给客户写首诗", "^我只能回答"),
        ("faq/global_vs_21v", "copilot国内有没有", "^这个功能.*没有写"),
        ("faq/operator", "世纪互联客服电话多少", "^世纪互联.*电话.*不提供"),
        ("faq/operator", "21V这个缩写打哪儿来的", "^21V 就是世纪互联"),
        ("faq/migrate_cost_time", "迁移的时候数据会不会丢", "^迁移会不会丢数据.*没有写.*备份"),
        ("faq/migrate_cost_time", "迁移要几天", "^迁移要多长时间"),
        ("faq/distributor_choice", "联想怎么样", "^这家好不好.*不排名"),
        ("faq/distributor_choice", "佳杰英迈跟联想中建材比怎么样", "^资料不排名"),
    ],
)
def test_first_sentence_answers_what_was_asked(say, leaf, question, verdict):
    assert re.search(verdict, first_sentence(say(leaf, question)))


@pytest.mark.parametrize("question", ["能换云总代吗", "没满一年想换总代", "一年限制从哪天算"])
def test_whom_the_year_binds_is_said_to_be_unwritten(say, question):
    """F40 names no subject."""
    said = say("faq/change_distributor", question)

    assert re.search("没写明", said)
    assert "12个月" in said
