"""Sentences in which a word like 没, 一 or 是 means something else than alone, and numbers that belong together."""

from __future__ import annotations

from typing import Any

import pytest

from actions.datacenter_figures import compared
from actions.datacenter_text import load_texts
from bot.rules.customer_facts import Answer, CustomerFacts, Domain, Side, Spread, Travel, Use
from bot.settings import ROOT
from tests.unit.test_casebook import POLICY, read

TWO_SIDES = CustomerFacts(mainland=70, abroad=12)
SAME = CustomerFacts(foreign_tenant=Answer.YES, domain=Domain.SAME)

ALONE: list[tuple[str, dict[str, Any]]] = [
    ("德国总公司早买了global国内40人想用域名一样", {
        "mainland": 40, "foreign_tenant": "yes", "tenant_place": "德国", "domain": "same"}),
    ("没有已买365的国外公司", {"foreign_tenant": "no"}),
    ("没有已经买了365的海外公司", {"foreign_tenant": "no"}),
    ("已买365的国外公司没有", {"foreign_tenant": "no"}),
    ("没有已购365的海外集团", {"foreign_tenant": "no"}),
    ("国外公司已买365", {"foreign_tenant": "yes"}),
    ("有没有已买365的国外公司还不清楚", {"foreign_tenant": "unknown"}),
    ("整个公司没有一位出国", {"travel": "none"}),
    ("杭州40人，一个出国的都没有", {"mainland": 40, "travel": "none"}),
    ("没有一个人驻国外", {"abroad": 0}),
    ("没有一个人出国60人都在苏州", {"mainland": 60, "abroad": 0, "travel": "none"}),
    ("国内员工里四成经常出差去日本", {"travel": "often", "travel_share": 0.4}),
    ("武汉40 长沙20 新加坡6", {"mainland": 60, "abroad": 6}),
    ("一百多人都在厦门然后有八个销售经常跑欧洲", {
        "mainland": 100, "abroad": 0, "travel": "often", "travellers": 8}),
    ("境外一个员工也没有", {"abroad": 0}),
    ("国内90人国外10人,帮忙看看放哪边", {"mainland": 90, "abroad": 10}),
    ("国内90人国外10人,你看一下该选哪个", {"mainland": 90, "abroad": 10}),
    ("国内90人国外10人,国外的只是看看", {"mainland": 90, "abroad": 10, "use": "light"}),
    ("他们2个办公地点，南京30大阪8", {"mainland": 30, "abroad": 8}),
    ("国内员工不足七成", {"domestic_share": 0.69}),
    ("国内外64开", {"domestic_share": 0.6}),
    ("国内国外85比15", {"domestic_share": 0.85}),
    ("国外国内10:90", {"abroad_share": 0.1}),
    ("30个外籍，都在天津办公", {"total": 30, "abroad": 0}),
    ("国内80人，有6个外籍", {"mainland": 80}),
    ("国内过了一半", {"domestic_share": 0.5}),
    ("超过一半在境外", {"spread": "more_abroad"}),
    ("国外不足一半", {"spread": "more_mainland"}),
    ("国内八成以上", {"domestic_share": 0.8}),
]  # fmt: skip
IN_CONTEXT: list[tuple[CustomerFacts, str, str, dict[str, Any]]] = [
    (TWO_SIDES, "tenant", "从没在境外买过", {"foreign_tenant": "no"}),
    (TWO_SIDES, "tenant", "没有哪家国外公司买过365", {"foreign_tenant": "no"}),
    (TWO_SIDES, "travel", "没有其他公司买过", {"foreign_tenant": "no"}),
    (TWO_SIDES, "travel", "没有人买过", {"foreign_tenant": "no"}),
    (TWO_SIDES, "tenant", "在国外买过", {"foreign_tenant": "yes"}),
    (CustomerFacts(abroad_share=0.9), "tenant", "不是九成都在欧洲吗", {}),
    (CustomerFacts(mainland=70, abroad=12, travel=Travel.MANY), "tenant", "说错了，是少数", {"travel": "few"}),
    (CustomerFacts(mainland=70, abroad=12, travel=Travel.FEW), "domain", "不对，大部分", {"travel": "many"}),
    (TWO_SIDES, "tenant", "是的", {"foreign_tenant": "yes"}),
    (TWO_SIDES, "tenant", "是15个人", {}),
    (CustomerFacts(hmt_share=1.0, domestic_share=0.0), "hmt", "六成在国内", {"domestic_share": 0.6}),
    (CustomerFacts(hmt_share=1.0, domestic_share=0.0), "hmt", "按国外", {"hmt_side": "abroad"}),
    (CustomerFacts(domestic_share=0.9), "travel", "60比40", {"domestic_share": 0.6}),
    (CustomerFacts(domestic_share=0.9), "travel", "两成", {"travel_share": 0.2}),
    (TWO_SIDES, "travel", "国外那12个是外包，偶尔看一眼", {"use": "light"}),
    (CustomerFacts(foreign_tenant=Answer.YES), "domain", "我们用 sh.acme.com", {
        "domain": "subdomain", "home_domain": "sh.acme.com"}),
    (CustomerFacts(foreign_tenant=Answer.YES), "domain", "我们用 acme.com.cn", {
        "domain": "other", "home_domain": "acme.com.cn"}),
]  # fmt: skip
WHAT_IFS: list[tuple[str, dict[str, Any]]] = [
    ("假如改用acme.cn", {"domain": "other", "home_domain": "acme.cn"}),
    ("要是另一个域名行吗", {"domain": "other"}),
    ("如果单独注册域名可不可以", {"domain": "other"}),
    ("如果总部的域名是acme.com", {"foreign_domain": "acme.com"}),
]


@pytest.mark.parametrize(("text", "facts"), ALONE, ids=[text for text, _ in ALONE])
def test_it_is_read(text: str, facts: dict[str, Any]) -> None:
    assert read(text).to_dict() == facts


@pytest.mark.parametrize(("before", "asked", "text", "changed"), IN_CONTEXT, ids=[case[2] for case in IN_CONTEXT])
def test_it_is_read_by_what_is_asked(before: CustomerFacts, asked: str, text: str, changed: dict[str, Any]) -> None:
    assert read(text, before, asked).to_dict() == {**before.to_dict(), **changed}


@pytest.mark.parametrize(("text", "changed"), WHAT_IFS, ids=[text for text, _ in WHAT_IFS])
def test_a_domain_supposed_after_the_same_one_is_another(text: str, changed: dict[str, Any]) -> None:
    assert read(text, SAME).to_dict() == {**SAME.to_dict(), **changed}


def test_a_domain_named_later_is_the_same_one_still() -> None:
    assert read("域名是acme.cn", SAME).domain is Domain.SAME


CLAUSES: list[tuple[CustomerFacts, str, str]] = [
    (CustomerFacts(abroad_share=0.9), "abroad", "国外用户占90%，超过80%的线，属于绝大部分在国外"),
    (CustomerFacts(abroad_share=0.8), "abroad", "国外用户占80%，达到80%的线，属于绝大部分在国外"),
    (CustomerFacts(mainland=0, abroad=9), "abroad", "国外用户占100%，超过80%的线，属于绝大部分在国外"),
    (CustomerFacts(spread=Spread.MOSTLY_ABROAD), "abroad", "绝大部分用户在国外"),
    (CustomerFacts(spread=Spread.MOSTLY_MAINLAND), "mainland", "绝大部分用户在国内"),
    (CustomerFacts(domestic_share=0.7), "mainland", "国内用户占70%，达到70%的线"),
    (CustomerFacts(mainland=704, abroad=296), "mainland", "国内用户占70.4%，超过70%的线"),
    (CustomerFacts(mainland=80, hmt=10, abroad=10), "mainland", "国内用户占80%到90%，超过70%的线"),
    (CustomerFacts(mainland=8, hmt=1, abroad=1, hmt_side=Side.ABROAD, use=Use.NONE), "mainland", "国内用户占80%，超过70%的线"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "side", "clause"), CLAUSES)
def test_a_reason_names_the_customers_figure_and_the_line(facts: CustomerFacts, side: str, clause: str) -> None:
    texts = load_texts(ROOT / "data" / "datacenter.yml")["measure"]
    assert compared(facts, POLICY, texts)[side].format_map(POLICY.placeholders()) == clause
