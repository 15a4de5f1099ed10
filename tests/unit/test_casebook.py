"""Customers as staff describe them, read sentence by sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.lexicon import entity_words
from bot.nlu.normalize import normalize
from bot.nlu.values import Found, find_values
from bot.rules.casebook import read_statement
from bot.rules.customer_facts import Answer, CustomerFacts, Domain, Side, Spread, Travel, Use, counted_users
from bot.rules.datacenter import Fact, advise
from bot.rules.datacenter_notes import Outcome
from bot.rules.policy import load_policy

POLICY = load_policy(Path(__file__).resolve().parents[2] / "data" / "policy.yml")
WORDS = {spelling: (entity, value) for entity, words in entity_words().items() for spelling, value in words.items()}
KNOWN = re.compile("|".join(re.escape(spelling) for spelling in sorted(WORDS, key=len, reverse=True)))


def entities(text: str) -> list[Found]:
    """What the entity finder finds: regular language, then known words (without spaCy, which takes seconds to load)."""
    found = list(find_values(text))
    for match in KNOWN.finditer(text):
        if not any(match.start() < f.end and f.start < match.end() for f in found):
            found.append(Found(WORDS[match[0]][0], match.start(), match.end(), WORDS[match[0]][1]))
    return sorted(found, key=lambda f: f.start)


def read(text: str, before: CustomerFacts | None = None, asked: str | None = None) -> CustomerFacts:
    normal = normalize(text).text
    return read_statement(normal, entities(normal), before or CustomerFacts(), asked)


DESCRIPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("总共120人，除了3个都在国外", {"total": 120, "mainland": 3, "spread": "mostly_abroad"}),
    ("120人，除了3个在东京，其余全在深圳", {"total": 120, "abroad": 3, "spread": "mostly_mainland"}),
    ("除了老板都在国内", {"abroad": 1, "spread": "mostly_mainland"}),
    ("北京30上海50，新加坡20", {"mainland": 80, "abroad": 20}),
    ("北京上海各30人，伦敦10人", {"mainland": 60, "abroad": 10}),
    ("八成在国内", {"domestic_share": 0.8}),
    ("国内55%国外45%", {"domestic_share": 0.55, "abroad_share": 0.45}),
    ("九成的人在国内一成在国外", {"domestic_share": 0.9, "abroad_share": 0.1}),
    ("国内国外八二开", {"domestic_share": 0.8}),
    (
        "35个人办公室都在杭州，难得出一趟国，老外也不会登我们的系统，境外没有关联公司在用",
        {"mainland": 35, "abroad": 0, "travel": "few", "use": "none", "foreign_tenant": "no"},
    ),
    ("销售老往美国跑", {"travel": "often"}),
    (
        "德国总部用 abc.com，国内想用 abc.cn",
        {
            "foreign_tenant": "yes",
            "tenant_place": "德国",
            "domain": "other",
            "foreign_domain": "abc.com",
            "home_domain": "abc.cn",
        },
    ),
    ("另起一个域名", {"domain": "other"}),
    ("都在国内", {"abroad": 0, "domestic_share": 1.0}),
    ("对半", {"domestic_share": 0.5}),
    ("一半一半", {"domestic_share": 0.5}),
    ("就国外那两位用得不多", {"abroad": 2, "use": "light"}),
    ("客户80个人，全在上海", {"abroad": 0, "total": 80}),
    ("国内120海外15", {"mainland": 120, "abroad": 15}),
    ("国内50国外50的客户，帮我出个主意", {"mainland": 50, "abroad": 50}),
    ("我客户六成人在国内四成在东南亚", {"domestic_share": 0.6, "abroad_share": 0.4}),
    ("客户总共45个人，30个常驻非洲", {"abroad": 30, "total": 45}),
    ("20个人，销售一半时间在国外", {"total": 20, "travel": "often"}),
    ("杭州总部90人，新加坡办事处10人", {"mainland": 90, "abroad": 10}),
    ("深圳60人，美国仓库那边25人", {"mainland": 60, "abroad": 25}),
    ("上海200人，日本30人，日本那边天天要用邮箱", {"mainland": 200, "abroad": 30, "use": "heavy"}),
    ("广州有70个人，经常去欧洲出差的有十来个", {"mainland": 70, "travel": "often", "travellers": 10}),
    ("就是我客户五十个人有十个在国外选什么好", {"abroad": 10, "total": 50}),
    ("客户200 user，80% in China", {"total": 200, "domestic_share": 0.8}),
    ("客户95个人国内5个人国外", {"mainland": 95, "abroad": 5}),
    ("客户15人，全是国内的，老板每月飞美国", {"abroad": 0, "total": 15, "travel": "few"}),
    ("上海150香港30怎么选版本", {"mainland": 150, "hmt": 30}),
    ("80国内20国外，快说选哪个", {"mainland": 80, "abroad": 20}),
    ("员工260名，其中境外40名", {"abroad": 40, "total": 260}),
    ("美国总部用了abc.com，上海40人想用同一个域名", {
        "mainland": 40, "foreign_tenant": "yes", "tenant_place": "美国", "domain": "same",
        "foreign_domain": "abc.com"}),
    ("法国母公司已经有365，国内30人换个域名单独买", {
        "mainland": 30, "foreign_tenant": "yes", "tenant_place": "法国", "domain": "other"}),
    ("西安85人、莫斯科6人", {"mainland": 85, "abroad": 6}),
    ("客户18个人都在迪拜", {"mainland": 0, "abroad": 18}),
    ("三百人的客户，国内国外各一半", {"total": 300, "domestic_share": 0.5}),
    ("我客户都在国内，但是供应商天天从国外登进来看文件", {"abroad": 0, "domestic_share": 1.0, "use": "heavy"}),
    ("国内一百二，国外三十", {"mainland": 120, "abroad": 30}),
    ("国内五十，国外五", {"mainland": 50, "abroad": 5}),
    ("國內五十人國外十人", {"mainland": 50, "abroad": 10}),
    ("国外的多，国内就十几个人", {"mainland": 15, "spread": "more_abroad"}),
    ("一共85个人，国外的5个", {"abroad": 5, "total": 85}),
    ("绝大部分人在国外", {"spread": "mostly_abroad"}),
    ("大部分在国内", {"spread": "more_mainland"}),
    ("就是他们人基本上都在国内的国外没几个", {"spread": "mostly_mainland"}),
    ("对半开，各50人", {"mainland": 50, "abroad": 50}),
    ("75%在大陆，其他在台湾", {"domestic_share": 0.75, "hmt_share": 0.25}),
    ("用户都在香港", {"domestic_share": 0.0, "hmt_share": 1.0}),
    ("嗯国内大概有那个八十个吧国外就十几个", {"mainland": 80, "abroad": 15}),
    ("1,200人在国内，300在海外", {"mainland": 1200, "abroad": 300}),
    ("国内一百五十人，另外外籍的有十个也在国内上班", {"mainland": 160}),
    ("很少出差", {"travel": "few"}),
    ("出差不多，一年一两次", {"travel": "few"}),
    ("没人出国", {"travel": "none"}),
    ("一个月得出去两三趟，出差多", {"travel": "often"}),
    ("他们一大半人经常出国", {"travel": "many"}),
    ("出国的就两三个人", {"travellers": 3}),
    ("出国的人占三成左右", {"travel_share": 0.3}),
    ("不怎么出国，就在国内跑跑", {"travel": "none"}),
    ("出差都在国内", {"travel": "none"}),
    ("嗯出国的话应该是不多吧我记得就老总会去", {"travel": "few"}),
    ("国外没人访问", {"use": "none"}),
    ("国外那边偶尔看看文件", {"use": "light"}),
    ("境外有三十来个人要天天用", {"abroad": 30, "use": "heavy"}),
    ("国外那几个人用得不重，就收收邮件", {"use": "light"}),
    ("国外没有公司", {"foreign_tenant": "no"}),
    ("国外有公司，但没买过365", {"foreign_tenant": "no"}),
    ("总部在英国，那边用的就是O365", {"foreign_tenant": "yes", "tenant_place": "英国"}),
    ("母公司在法国，他们买没买365我不知道", {"foreign_tenant": "unknown", "tenant_place": "法国"}),
    ("跟国外用一样的域名", {"domain": "same"}),
    ("还是用总部那个域名", {"domain": "same"}),
    ("不是一个域名，两边各用各的", {"domain": "other"}),
    ("他们打算另外用一个.cn的", {"domain": "other"}),
    ("域名的事客户还没想好", {"domain": "unknown"}),
    ("国外用abc.com，国内想用cn.abc.com", {
        "domain": "subdomain", "foreign_domain": "abc.com", "home_domain": "cn.abc.com"}),
    ("国内总部已经在用21V，国外分公司想加入同一个域名", {"domain": "same", "reverse": True, "today": "v21"}),
    ("他们现在用的是国际版，有邮箱", {"today": "global", "mailboxes": "yes"}),
    ("目前在用世纪互联的版本，有80个邮箱", {"total": 80, "today": "v21", "mailboxes": "yes"}),
    ("出差很频繁，差不多人人都出国", {"travel": "many"}),
    ("美国那边用的是xyz.com这个域名，已经上了365", {"foreign_tenant": "yes", "foreign_domain": "xyz.com"}),
    ("七三开，国内七国外三", {"domestic_share": 0.7}),
    ("全公司就两个人常驻德国，其他都在北京", {"abroad": 2}),
    ("原来是在线买的21V", {"today": "v21_direct"}),
    ("目前用腾讯企业邮箱", {"today": "other_mail"}),
    ("还没有邮箱", {"today": "nothing", "mailboxes": "no"}),
    ("通讯簿不同步他们不介意", {"needs_sync": "no"}),
    ("国内80国外20，销售经常出国", {"mainland": 80, "abroad": 20, "travel": "often"}),
    ("国内90个，国外没有公司，也不怎么出差", {"mainland": 90, "travel": "few", "foreign_tenant": "no"}),
    (
        "嗯他们呢总共一百人国外大概有十个那个出差也不怎么出差国外也没有什么母公司",
        {"abroad": 10, "total": 100, "travel": "few", "foreign_tenant": "no"},
    ),
    ("德国有200人，国内30人，域名打算用.cn，通讯录不同步无所谓", {
        "mainland": 30, "abroad": 200, "domain": "other", "needs_sync": "no"}),
    ("国外那部分人在新加坡，18个", {"abroad": 18}),
    ("俺们客户几十号人全搁国内", {"abroad": 0, "domestic_share": 1.0}),
    ("客户一两百人都在国内", {"mainland": 200, "abroad": 0}),
    ("销售天天往东南亚飞，大概三四十个", {"travel": "often", "travellers": 40}),
    ("国外是国内的两倍，国内50人", {"mainland": 50, "domestic_share": 0.3333}),
    ("国类80人国歪20人", {"mainland": 80, "abroad": 20}),
    ("客户原来用全球版，现在90%的人都回国了，推荐换21V吗", {"domestic_share": 0.9, "today": "global"}),
    # Going abroad is not being abroad.
    ("每个月都有人去美国", {"travel": "often"}),
    ("每年都有几个人去德国培训", {"travel": "few"}),
    ("老板每个月去一趟日本", {"travel": "few"}),
    ("人都去国外了", {}),
    ("高管经常飞美国，员工不出去", {"travel": "few"}),
    ("刚问了客户，经常出差的有一半以上", {"travel": "many"}),
    ("八十人全部在国内，一半人经常出国", {"mainland": 80, "abroad": 0, "travel": "often", "travel_share": 0.5}),
    # Headquarters abroad and subsidiaries, in the words of people who type without stops.
    ("客户总公司在德国 那边已经有365了 他们中国子公司也想用", {"foreign_tenant": "yes", "tenant_place": "德国"}),
    ("应该还是用总部的那个域名吧", {"domain": "same"}),
    ("总公司德国的 那边有365 国内两百人想用总部那个域名", {
        "mainland": 200, "foreign_tenant": "yes", "tenant_place": "德国", "domain": "same"}),
    ("外企，总部在荷兰，365是总部统一买的", {"foreign_tenant": "yes", "tenant_place": "荷兰"}),
    ("法国总部统一采购的365，中国分公司80人也要用，域名一样", {
        "mainland": 80, "foreign_tenant": "yes", "tenant_place": "法国", "domain": "same"}),
    ("集团在国外有365，域名要跟集团一致", {"foreign_tenant": "yes", "domain": "same"}),
    ("我这个客户总部在法国，总部有365，他们想用总部域名", {
        "foreign_tenant": "yes", "tenant_place": "法国", "domain": "same"}),
    ("母公司的域名不让用，只能新申请一个", {"domain": "other"}),
    ("客户问国内公司能不能用国外总部的域名", {}),
    ("总部在国外但是没用365", {"foreign_tenant": "no"}),
    ("国外没买过", {"foreign_tenant": "no"}),
    ("他们是国企，没有海外机构，没人出国", {"travel": "none", "foreign_tenant": "no"}),
    ("美国分公司20人，国内总部150人，总部在用21V，美国想加入", {
        "mainland": 150, "abroad": 20, "reverse": True, "today": "v21"}),
    ("国外有分公司，人不多，也就十来个，会用邮箱", {"abroad": 10}),
    # Cantonese, Taiwan.
    ("全部喺國內，好少出差，冇海外公司", {
        "abroad": 0, "domestic_share": 1.0, "travel": "few", "foreign_tenant": "no"}),
    ("七成國內三成國外，成日飛美國", {"domestic_share": 0.7, "abroad_share": 0.3, "travel": "often"}),
    ("我哋客有八十個人喺香港，二十個喺深圳", {"mainland": 20, "hmt": 80}),
    ("國外公司買咗365，用唔同域名", {"foreign_tenant": "yes", "domain": "other"}),
    ("公司嘅聯絡系統", {}),
    # Shares, Hong Kong beside a city, numbers in short.
    ("客户都在香港和深圳，各一半", {"domestic_share": 0.5, "hmt_share": 0.5}),
    ("上海香港新加坡各三分之一", {"domestic_share": 0.3333, "abroad_share": 0.3333, "hmt_share": 0.3333}),
    ("客户在香港有个办事处五个人，其他人都在广州，大概一百人", {"abroad": 0, "hmt": 5, "total": 100}),
    ("国内跟国外三比七", {"domestic_share": 0.3}),
    ("国外国内三比七", {"abroad_share": 0.3}),
    ("国内三国外七", {"domestic_share": 0.3, "abroad_share": 0.7}),
    ("国内三十国外七十", {"mainland": 30, "abroad": 70}),
    ("国内：国外=7:3", {"domestic_share": 0.7}),
    ("国内1.2万人，国外800人", {"mainland": 12000, "abroad": 800}),
    ("国内2k人，国外100", {"mainland": 2000, "abroad": 100}),
    ("国内用户六百，海外分公司两家各二十人", {"mainland": 600, "abroad": 40}),
    ("国内120，国外30，其中10个人天天登", {"mainland": 120, "abroad": 30, "use": "heavy"}),
    # Words.
    ("国外的人比国内多", {"spread": "more_abroad"}),
    ("国内的人比国外少", {"spread": "more_abroad"}),
    ("他们业务主要在东南亚，人在国内", {"abroad": 0, "domestic_share": 1.0}),
    ("人都在国内，就老板常年在国外", {"abroad": 1, "spread": "mostly_mainland"}),
    ("除了财务都在国外", {"spread": "mostly_abroad"}),
    ("不到五十人，基本国内", {"total": 50, "spread": "mostly_mainland"}),
    ("员工里外国人占三成，都在北京上班", {"abroad": 0}),
]  # fmt: skip

NOTHING = [
    "帮我选数据中心",
    "我有个客户不知道该推21V还是全球版",
    "有个新客户，版本还没定，你给参谋参谋",
    "客户一般什么时候付款",
    "万一出问题怎么办",
    "第三步要什么材料",
]

BEFORE = CustomerFacts(
    mainland=80, abroad=10, travel=Travel.FEW, use=Use.LIGHT, foreign_tenant=Answer.YES, domain=Domain.SAME
)

# What was known, what is said, and which facts must then differ (None: no longer known).
CHANGES: list[tuple[CustomerFacts, str, dict[str, Any]]] = [
    (
        CustomerFacts(domestic_share=0.9, total=100),
        "说错了，是九成在国外",
        {"domestic_share": None, "abroad_share": 0.9},
    ),
    (CustomerFacts(domestic_share=0.7), "不是七成，是五成", {"domestic_share": 0.5}),
    (BEFORE, "不对，国外是30个", {"abroad": 30}),
    (CustomerFacts(total=100, abroad=10), "不对，国外是30个", {"abroad": 30}),
    (CustomerFacts(mainland=50, abroad=10, total=60), "不对，国外是30个", {"abroad": 30, "total": None}),
    (CustomerFacts(domestic_share=0.9), "不对，国外是30个", {"abroad": 30, "domestic_share": None}),
    (BEFORE, "等等，国外不是10个是15个", {"abroad": 15}),
    (BEFORE, "不是都在国内，还有20个在日本", {"abroad": 20}),
    (CustomerFacts(mainland=30, abroad=14), "打错了哈 是四十不是十四", {"abroad": 40}),
    (BEFORE, "国内国外我说反了", {"mainland": 10, "abroad": 80}),
    (BEFORE, "数反了，国内20国外80才对", {"mainland": 20, "abroad": 80}),
    (BEFORE, "搞错了，他们是不同域名", {"domain": "other"}),
    (CustomerFacts(foreign_tenant=Answer.NO), "前面说没有国外公司，其实有，在美国", {"foreign_tenant": "yes"}),
    (CustomerFacts(travel=Travel.NONE), "谁说都不出差了，我是说很少出差", {"travel": "few"}),
    (BEFORE, "更正一下，客户现在用的是21V不是全球版", {"today": "v21"}),
    (BEFORE, "还有杭州20个", {"mainland": 100}),
    (BEFORE, "如果他们换域名呢", {"domain": "other"}),
    (BEFORE, "要是国外再多20人呢", {"abroad": 30}),
    (BEFORE, "假如不出差", {"travel": "none"}),
    (
        CustomerFacts(foreign_tenant=Answer.NO),
        "要是国外总部买了365同域名呢",
        {"foreign_tenant": "yes", "domain": "same"},
    ),
    (BEFORE, "如果多数人经常出国呢", {"travel": "many"}),
    (BEFORE, "如果把国外那批人去掉呢", {"abroad": 0}),
    (BEFORE, "假如国外公司没买365呢", {"foreign_tenant": "no"}),
    (BEFORE, "倒过来，国内20国外80呢", {"mainland": 20, "abroad": 80}),
    (BEFORE, "那国外比例要是降到一成呢", {"mainland": None, "abroad": None, "total": 90, "abroad_share": 0.1}),
    (CustomerFacts(mainland=10, abroad=20), "要是他们把新加坡那15个人裁掉", {"abroad": 5}),
    (BEFORE, "同样的客户，国外从5个变成40个你还这么建议吗", {"abroad": 40}),
    (BEFORE, "要是再招20个国内员工呢", {"mainland": 100}),
    (BEFORE, "如果国外撤掉一半呢", {"abroad": 5}),
    (BEFORE, "国外翻一倍", {"abroad": 20}),
    (BEFORE, "要是总人数翻倍呢", {"mainland": 160, "abroad": 20}),
    (BEFORE, "国外是我说的三倍", {"abroad": 30}),
    (BEFORE, "国外减半", {"abroad": 5}),
    (BEFORE, "再加12个", {"total": 102}),
    (BEFORE, "国外还得加上12个，共22", {"abroad": 22}),
    (BEFORE, "国外还得加上12个，共30", {"abroad": 30}),
    (BEFORE, "国外还得加上12个，一共102", {"abroad": 22}),
    (BEFORE, "国外少算了5个", {"abroad": 15}),
    (BEFORE, "国外多算了5个", {"abroad": 5}),
    (BEFORE, "漏算了国外10个", {"abroad": 20}),
    (BEFORE, "加20个国内的", {"mainland": 100}),
    (BEFORE, "国内又招了30人", {"mainland": 110}),
    (BEFORE, "国内减少10个", {"mainland": 70}),
    (BEFORE, "国外加到50", {"abroad": 50}),
    (BEFORE, "漏了香港5个", {"hmt": 5}),
    (CustomerFacts(total=100), "少算了20个", {"total": 120}),
    (CustomerFacts(mainland=80), "少算了5个", {"mainland": 85}),
    (CustomerFacts(domestic_share=0.8), "国外翻一倍", {"domestic_share": 0.6667}),
    (CustomerFacts(domestic_share=0.8), "国内多一成", {"domestic_share": 0.9}),
    (CustomerFacts(domestic_share=0.8), "改成六成", {"domestic_share": 0.6}),
    (CustomerFacts(abroad_share=0.2), "改成三成", {"abroad_share": 0.3}),
    (BEFORE, "改成六成", {"mainland": None, "abroad": None, "total": 90, "domestic_share": 0.6}),
    (CustomerFacts(mainland=30), "国外是国内的两倍", {"abroad": 60}),
    (BEFORE, "谢谢，知道了", {}),
    (CustomerFacts(mainland=50, hmt=50), "改一下 香港那五十个不用了", {"hmt": 0, "abroad": 0}),
    (BEFORE, "国外那10个不算", {"abroad": 0}),
    (BEFORE, "国外其实有20个", {"abroad": 20}),
    (BEFORE, "人数反过来", {"mainland": 10, "abroad": 80}),
    (CustomerFacts(mainland=80, travel=Travel.MANY), "那换成少数呢", {"travel": "few"}),
    (CustomerFacts(mainland=80), "那换成少数呢", {}),
    (CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME), "如果他们另外申请一个cn的呢", {"domain": "other"}),
    (CustomerFacts(total=230, abroad=70), "每个月都有人去美国", {"travel": "often"}),
    (CustomerFacts(abroad=0, use=Use.NONE), "漏了，还有德国5个", {"abroad": 5, "use": None}),
]

ANSWERS: list[tuple[str, str, dict[str, Any]]] = [
    ("travel", "很少", {"travel": "few"}),
    ("travel", "经常", {"travel": "often"}),
    ("travel", "没有", {"travel": "none"}),
    ("travel", "基本没有", {"travel": "none"}),
    ("travel", "是", {"travel": "often"}),
    ("travel", "不知道", {"travel": "unknown"}),
    ("travel", "5个", {"travellers": 5}),
    ("travel", "没有国外公司", {"foreign_tenant": "no"}),
    ("travel", "没买过", {"foreign_tenant": "no"}),
    ("use", "买过", {"foreign_tenant": "yes"}),
    ("travel", "销售有60个，总共100人", {"total": 100, "travellers": 60}),
    ("use", "很少出差", {"travel": "few"}),
    ("tenant", "又错了，是5个", {}),
    ("travel", "又错了，是5个", {}),
    ("use", "没有", {"use": "none"}),
    ("use", "不多", {"use": "light"}),
    ("use", "每天都用", {"use": "heavy"}),
    ("use", "说不准", {"use": "unknown"}),
    ("tenant", "有", {"foreign_tenant": "yes"}),
    ("tenant", "没有", {"foreign_tenant": "no"}),
    ("tenant", "在美国，买了", {"foreign_tenant": "yes"}),
    ("tenant", "还不清楚", {"foreign_tenant": "unknown"}),
    ("domain", "是", {"domain": "same"}),
    ("domain", "不是", {"domain": "other"}),
    ("domain", "用自己的", {"domain": "other"}),
    ("domain", "还没定", {"domain": "unknown"}),
    ("hmt", "不算国内", {"hmt_side": "abroad"}),
    ("users", "120", {"total": 120}),
    ("users", "不清楚", {"spread": "unknown"}),
    ("users", "七三", {"domestic_share": 0.7}),
    ("users", "基本上国内", {"spread": "mostly_mainland"}),
    ("travel", "一年出去一两次", {"travel": "few"}),
    ("travel", "都不出去", {"travel": "none"}),
    ("travel", "唔使出差", {"travel": "none"}),
    ("travel", "从来不", {"travel": "none"}),
    ("travel", "不一定", {"travel": "unknown"}),
    ("travel", "不太清楚", {"travel": "unknown"}),
    ("travel", "少部分", {"travel": "few"}),
    ("travel", "会有什么影响", {}),
    ("travel", "老板说了", {}),
    ("travel", "老板说很少", {"travel": "few"}),
    ("travel", "就老板", {"travel": "few"}),
    ("travel", "没什么人出去", {"travel": "none"}),
    ("travel", "有什么区别", {}),
    ("use", "会不会很慢", {}),
    ("tenant", "有什么关系", {}),
    ("travel", "销售会去", {"travel": "often"}),
    ("travel", "两成左右", {"travel_share": 0.2}),
    ("travel", "一半一半", {"travel_share": 0.5}),
    ("travel", "国外没买过", {"foreign_tenant": "no"}),
    ("travel", "冇買過", {"foreign_tenant": "no"}),
    ("travel", "没有，国外公司买过365", {"travel": "none", "foreign_tenant": "yes"}),
    ("use", "老外客户不看", {"use": "none"}),
    ("use", "只有国内用", {"use": "none"}),
    ("use", "都是国内的", {"use": "none", "abroad": 0, "domestic_share": 1.0}),
    ("use", "客户天天问我进度", {}),
    ("use", "客户天天用", {"use": "heavy"}),
    ("tenant", "不同", {"domain": "other"}),
    ("tenant", "不一样的", {"domain": "other"}),
    ("tenant", "一样", {"domain": "same"}),
    ("tenant", "不是", {"foreign_tenant": "no"}),
    ("tenant", "未买", {"foreign_tenant": "no"}),
    ("tenant", "暂时没有", {"foreign_tenant": "no"}),
    ("tenant", "有公司但没买", {"foreign_tenant": "no"}),
    ("tenant", "有国外公司", {}),
    ("tenant", "可能买过", {"foreign_tenant": "unknown"}),
    ("tenant", "买过，域名不一样", {"foreign_tenant": "yes", "domain": "other"}),
    ("tenant", "那边没有用365", {"foreign_tenant": "no"}),
    ("tenant", "国企", {"foreign_tenant": "no"}),
    ("domain", "必须一样", {"domain": "same"}),
    ("domain", "总部那个", {"domain": "same"}),
    ("domain", "唔同", {"domain": "other"}),
    ("domain", "用cn的", {"domain": "other"}),
    ("domain", "用abc.cn", {"domain": "other", "home_domain": "abc.cn"}),
    ("domain", "用cn.abc.com", {"home_domain": "cn.abc.com", "domain": "subdomain"}),
    ("domain", "能不能一样吗", {}),
    ("domain", "不知道有什么区别", {}),
    ("domain", "两个", {}),
]

# What each button of the adviser's questions must come to.
BUTTONS: list[tuple[str, list[str]]] = [
    ("users", ["abroad", "domestic_share", "domestic_share", "spread", "spread"]),
    ("users_vague", ["domestic_share"] * 5),
    ("hmt", ["hmt_side"] * 3),
    ("tenant", ["foreign_tenant"] * 4),
    ("domain", ["domain"] * 3),
    ("travel", ["travel"] * 4),
    ("travel_how_many", ["travel"] * 3),
    ("travel_of_how_many", ["travel"] * 3),
    ("use", ["use"] * 4),
    ("use_again", ["use"] * 4),
]


@pytest.mark.parametrize(("text", "facts"), DESCRIPTIONS, ids=[text for text, _ in DESCRIPTIONS])
def test_a_description_is_read(text: str, facts: dict[str, Any]) -> None:
    assert read(text).to_dict() == facts


@pytest.mark.parametrize("text", NOTHING)
def test_a_sentence_about_no_customer_says_nothing(text: str) -> None:
    assert read(text) == CustomerFacts()


@pytest.mark.parametrize(("before", "text", "changed"), CHANGES, ids=[text for _, text, _ in CHANGES])
def test_a_correction_or_what_if_changes_only_what_it_says(
    before: CustomerFacts, text: str, changed: dict[str, Any]
) -> None:
    after = {**before.to_dict(), **changed}
    assert read(text, before).to_dict() == {name: value for name, value in after.items() if value is not None}


@pytest.mark.parametrize(("asked", "text", "facts"), ANSWERS)
def test_a_short_answer_answers_the_question(asked: str, text: str, facts: dict[str, Any]) -> None:
    assert read(text, asked=asked).to_dict() == facts


def test_hong_kong_may_be_counted_as_abroad_before_it_is_asked_for() -> None:
    assert read("算国外", CustomerFacts(mainland=70, hmt=30), "travel").hmt_side is Side.ABROAD


@pytest.mark.parametrize("text", ["香港算国内还是国外", "香港算国内吗"])
def test_asking_how_hong_kong_counts_settles_nothing(text: str) -> None:
    before = CustomerFacts(mainland=50, hmt=50)
    assert read(text, before, "travel") == before


# What was known and asked, what is answered, and which facts must then differ (None: no longer known).
IN_CONTEXT: list[tuple[CustomerFacts, str, str, dict[str, Any]]] = [
    (CustomerFacts(spread=Spread.UNKNOWN), "travel", "三百人吧", {"total": 300}),
    (CustomerFacts(spread=Spread.UNKNOWN), "travel", "三四个", {"travellers": 4}),
    (CustomerFacts(mainland=80), "travel", "五人", {"travellers": 5}),
    (CustomerFacts(abroad=0, travel=Travel.OFTEN), "travel", "二十来个", {"travellers": 20, "travel": None}),
    (CustomerFacts(abroad=0, travellers=20), "travel", "两百", {"total": 200}),
    (CustomerFacts(abroad=0, travellers=20), "travel", "20", {"total": 20, "travellers": None}),
    (CustomerFacts(abroad=0, travellers=20), "travel", "是少数人", {"travel": "few", "travellers": None}),
    (CustomerFacts(travel=Travel.OFTEN), "travel", "冇買過", {"foreign_tenant": "no"}),
    (CustomerFacts(abroad=20), "users", "没有", {"mainland": 0}),
    (CustomerFacts(travel=Travel.UNKNOWN), "tenant", "少数", {"travel": "few"}),
    (CustomerFacts(mainland=80), "tenant", "少数", {}),
    (CustomerFacts(mainland=80, abroad=20, use=Use.NONE), "use", "他们不用", {"abroad": 0}),
    (CustomerFacts(mainland=80, abroad=20, use=Use.NONE), "use", "偶尔用", {"use": "light"}),
    (CustomerFacts(domestic_share=0.8, use=Use.NONE), "use", "不用", {"domestic_share": 1.0}),
    (CustomerFacts(mainland=80, abroad=20), "use", "不用", {"use": "none"}),
    (CustomerFacts(domestic_share=0.8), "travel", "不是八成，是六成", {"domestic_share": 0.6}),
]


@pytest.mark.parametrize(("before", "asked", "text", "changed"), IN_CONTEXT, ids=[case[2] for case in IN_CONTEXT])
def test_an_answer_is_read_by_what_is_known(
    before: CustomerFacts, asked: str, text: str, changed: dict[str, Any]
) -> None:
    after = {**before.to_dict(), **changed}
    assert read(text, before, asked).to_dict() == {name: value for name, value in after.items() if value is not None}


def test_a_number_after_one_side_is_known_is_the_other_side() -> None:
    assert read("20", CustomerFacts(mainland=80), "users").abroad == 20


@pytest.mark.parametrize(("number", "sides"), [("20", (80, 20)), ("70", (70, 30)), ("110", (80, 30))])
def test_a_number_among_counts_that_do_not_fit_is_the_one_that_makes_them_fit(
    number: str, sides: tuple[int, int]
) -> None:
    after = read(number, CustomerFacts(mainland=80, abroad=30, total=100), "users")
    assert counted_users(after)[:2] == sides
    assert advise(after, POLICY).contradictions == ()


def test_a_number_that_makes_nothing_fit_changes_nothing() -> None:
    before = CustomerFacts(mainland=80, abroad=30, total=100)
    assert read("50", before, "users") == before


def test_a_number_below_the_total_says_no_side() -> None:
    assert read("20", CustomerFacts(total=100), "users") == CustomerFacts(total=100)


def test_by_far_the_most_sharpens_what_was_said_in_words() -> None:
    assert read("绝大部分", CustomerFacts(spread=Spread.MORE_ABROAD), "users").spread is Spread.MOSTLY_ABROAD


def test_nobody_who_uses_it_abroad_means_nobody_abroad() -> None:
    assert read("境外没人用", CustomerFacts(mainland=35), "users").abroad == 0


def test_none_after_one_side_is_known_means_nobody_abroad() -> None:
    assert read("没有", CustomerFacts(mainland=80), "users").abroad == 0


@pytest.mark.parametrize(("key", "facts"), BUTTONS)
def test_every_button_is_understood(key: str, facts: list[str], question_buttons: dict[str, list[str]]) -> None:
    asked = next(fact for fact in Fact if key.startswith(fact.value)).value
    for title, fact in zip(question_buttons[key], facts, strict=True):
        assert fact in read(title, asked=asked).to_dict(), title


@pytest.fixture(scope="module")
def question_buttons() -> dict[str, list[str]]:
    from actions.datacenter_text import load_texts

    texts = load_texts(Path(__file__).resolve().parents[2] / "data" / "datacenter.yml")
    return {key: question["buttons"] for key, question in texts["question"].items()}


def test_a_conversation_piece_by_piece_ends_where_one_sentence_does() -> None:
    facts = CustomerFacts()
    for text in ("国内90个", "国外10个", "很少出差", "国外没有公司", "境外的人偶尔用用"):
        facts = read(text, facts)
    whole = read("国内90个，国外10个，很少出差，国外没有公司，境外的人偶尔用用")
    assert facts == whole
    assert advise(facts, POLICY).outcome is Outcome.DOMESTIC_21V
    assert advise(facts, POLICY).missing == ()


FRAGMENTS = sorted(
    {part for text, _ in DESCRIPTIONS for part in re.findall(r"[\u4e00-\u9fff]{1,3}|[a-z0-9.%]+|，", text)}
)


@settings(max_examples=25, database=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12), st.none() | st.sampled_from([fact.value for fact in Fact]))
def test_any_muddle_of_words_can_be_read(parts: list[str], asked: str | None) -> None:
    facts = read("".join(parts), BEFORE, asked)
    assert all(count is None or count >= 0 for count in (facts.mainland, facts.abroad, facts.hmt, facts.total))
    assert CustomerFacts.from_dict(facts.to_dict()) == facts


def test_what_if_another_domain_leads_to_another_outcome() -> None:
    assert advise(BEFORE, POLICY).outcome is Outcome.FOLLOW_FOREIGN
    assert advise(read("如果他们换域名呢", BEFORE), POLICY).outcome is Outcome.DOMESTIC_21V
