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
        # who signs what
        ("faq/agreement_parties", "客户跟21V签，还是跟总代签", "^客户要盖章的是世纪互联"),
        ("faq/agreement_parties", "合作协议客户要不要跟21V签", "^21V（世纪互联）和微软都不参与"),
        ("faq/service_agreement", "用户那份是和世纪互联签的还是和英迈签的", "^客户盖章的是世纪互联"),
        ("faq/customer_contract", "为什么合同与云总代无关", "^因为.*代理商和客户"),
        ("faq/customer_contract", "给甲方的合同要用印吗", "^合同要不要盖章.*没写"),
        ("faq/customer_contract", "合同要云总代盖章吗", "^合同只在"),
        # an old partner, a partner without a number
        ("faq/step1", "干代理好几年了，从哪步开始", "第二步开始"),
        ("faq/step1", "做365多年，头一次找总代合作，从哪步开始", "^第一次合作.*第一步"),
        ("faq/agreement_number", "编号还没有，先报单以后补可以么", "^不行，首次合作要先签"),
        ("faq/agreement_number", "编号忘了，能先下单吗", "^编号忘了"),
        ("faq/service_agreement_renew", "甲方换了公司名，协议怎么办", "^客户改名后.*没写"),
        ("faq/agreement_once", "我们更名了要再签吗", "^公司改名后.*没有写"),
        # money
        ("faq/billing_period", "不想月付，年付就好", "^可以.*年付"),
        ("faq/billing_period", "不想年付，能不能月付", "^不能按月付"),
        ("faq/billing_period", "一次付清还是分开付", "^全款还是分次付.*没有写"),
        ("faq/review_problem", "审不过，款退给我们吗", "^审核在付款之前.*没有写"),
        ("faq/review_problem", "材料退回来了怎么办", "^先向云总代问清"),
        ("faq/renewal", "没交钱停了，数据几天后清", "暂停60天"),
        ("faq/renewal", "客户不满意，七天能退不", "^退订、取消和退款.*没有写"),
        ("faq/invoice", "发票谁来开，能开专票吗", "^代理商开给客户；专票"),
        ("faq/invoice", "几天能出", "^什么时候开票.*没写"),
        ("faq/csp_vs_webdirect", "在线下单折扣有没有", "^web-direct（在线下单）有没有折扣.*没写"),
        ("faq/csp_vs_webdirect", "csp和在线下单折扣一样吗", "^折扣上，CSP"),
        ("faq/pay_when", "给总代是付全额还是分两次", "^全款还是分次付.*没有写"),
        ("faq/review_problem", "付了款，材料又给退回来了", "^(?!审核在付款之前)"),
        # the seal
        ("faq/seal", "骑缝章归我们代理商盖吧", "^由客户盖，不是代理商"),
        ("faq/seal", "骑缝章要盖在什么文件上", "^骑缝章盖在世纪互联（21V）出具的《服务协议》"),
        ("faq/seal", "甲方死活不盖骑缝章", "^骑缝章必须盖；客户不肯盖.*没写"),
        ("faq/seal", "我们客户盖公章就行吧", "^要盖骑缝章"),
        ("faq/seal", "骑缝章是盖公章还是合同章", "公章还是合同章，资料里没写"),
        ("faq/seal", "骑缝章最晚什么时候补", "多久能补.*没写"),
        ("faq/seal", "骑缝章怎么盖", "^骑缝章盖在各页"),
        ("faq/seal", "要是没有呢", "^没有骑缝章不合要求"),
        ("faq/service_agreement", "这份协议大概几页", "^《服务协议》有多少页.*没写"),
        ("faq/customer_contract", "合同盖完章要寄给谁备案", "^(?!合同要不要盖章)"),
        # sentences that have such words and ask for something else
        ("faq/billing_period", "隔三年付一次，年付免了行吗", "^(?!可以)"),
        ("faq/billing_period", "半年付可以么", "^不能按季度或半年"),
        ("faq/originals_when", "原件是马上寄还是等开通", "^(?!不影响)"),
        ("faq/seal", "甲方不想盖章只愿签字", "签字代替"),
        ("faq/migrate_cost_time", "三百个账号搬起来慢吗", "^迁移要多长时间"),
        ("faq/step1", "没和哪家总代合作过，从哪步起", "^第一次合作.*第一步"),
        ("faq/agreement_number", "协议签完了编号没到，先下单成吗", "^(?!不行，首次)"),
        ("faq/account_delivery", "账号是不是能先给我们代理商转交", "^账号密码直接发给客户"),
        ("faq/distributor_list", "为什么联强不在里面", "^联强当时还不是"),
        ("faq/dc_rule", "比例模棱两可的话怎么定", "资料没直接给答案"),
        # papers
        ("faq/originals_when", "快递延误会不会拖慢开通", "^不影响开通"),
        ("faq/originals_when", "正本客户自留一份行吗", "^客户要不要留一份原件.*没有写"),
        ("faq/order_form", "采购单哪个填，由谁填写，要盖公章不", "^采购订单由代理商填；要不要盖章"),
        ("faq/account_delivery", "账号难道不该到我们手上", "^账号密码|^不是"),
        ("faq/account_delivery", "密码不是给我们代理的吗", "^不是，账号密码直接发给客户.*通知"),
        # times
        ("faq/provision_time", "上午刚转的账，几号能用", "收到货款那天起，3个工作日"),
        ("faq/provision_time", "刚付款，能今天就开吗", "^能不能加急"),
        ("faq/total_time", "全套不是三天就走完了么", "^全流程不能按三天算，3个工作日"),
        # reasons that are not written
        ("faq/distributor_list", "为什么不多几家云总代", "^为什么是这4家，原因.*没有写"),
        ("faq/dc_rule", "七成这条线咋来的", "^70%是资料作者的经验线，怎么算出来的没有写"),
        ("faq/dc_rule", "老外常要连进来访问，那就该选世纪互联", "^不对"),
        ("faq/dc_rule", "没有老外要访问，所以选21V对吗", "^(?!不对)"),
        # other things
        ("faq/migrate_cost_time", "搬完要换登录密码不", "^迁移后密码.*没有写"),
        ("faq/webdirect_to_csp_refund", "停旧账户以前准备什么", "^停之前请先备份"),
        ("faq/domain_choice", "域名跟国外不一样有什么影响", "^不用同一个域名.*不同步"),
        ("faq/teams", "跟德国同事一块开会行吗", "^可以跨云"),
        ("chitchat/who_are_you", "你就是米拉吧", "^不是，瑾童 Mira"),
        ("chitchat/who_are_you", "你是真人吗", "^我是机器人"),
        ("refuse/out_of_scope", "你们要不要招销售", "招聘不在我的范围"),
        ("refuse/out_of_scope", "机房招人么", "^这里说的数据中心"),
        # not in the material at all
        ("faq/microsoft365", "O365和M365差在哪", "^Office 365 和 Microsoft 365 是不是一回事.*没有写"),
        ("faq/other_programs", "EA和CSP差哪", "^CSP 和 EA.*没有写"),
        ("faq/other_programs", "mpn跟csp呢", "^CSP 和 MPN.*没有写"),
        ("faq/migrate_from_other", "本地exchange搬上来几天", "^从别家邮箱.*要多久.*没有写"),
        ("faq/other_programs", "先得进MPN才能做CSP吗", "^做 CSP 要不要先加入 MPN.*没有写"),
        ("faq/become_reseller", "当代理五年了，走哪一步", "第二步开始"),
        ("faq/data_compliance", "微软会不会查看我们的邮件", "^微软能不能看到.*没有写"),
        ("faq/data_compliance", "数据必须留在大陆", "可以选21V.*只在中国大陆"),
        ("faq/data_compliance", "存在美国的机房合法吗", "没有写"),
        ("faq/data_compliance", "等保用哪个版", "^过等保.*没有写"),
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
