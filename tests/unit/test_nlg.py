"""Answers: filled from the policy, led by what the question claims, never by what a user typed."""

import asyncio
import re

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import PolicyNLG
from bot.settings import ROOT, settings

POLICY = ROOT / "data" / "policy.yml"


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load([ROOT / "domain.yml", ROOT / "data" / "responses"])


@pytest.fixture
def policy_file(tmp_path, monkeypatch):
    """A policy file of the test's own; write to it, then build the generator."""
    path = tmp_path / "policy.yml"
    path.write_text(POLICY.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("CSP_POLICY_FILE", str(path))
    settings.cache_clear()
    yield path
    settings.cache_clear()


def change(path, **values) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**content, **values}, allow_unicode=True), encoding="utf-8")


def generate(domain: Domain, name: str, **given) -> dict:
    tracker = DialogueStateTracker("rest:test", domain.slots)
    return asyncio.run(PolicyNLG(None, domain).generate(name, tracker, "rest", **given))


def answer(domain: Domain, leaf: str, question: str = "", **given) -> str:
    return generate(domain, f"utter_{leaf}", question=question, **given)["text"]


@pytest.fixture
def own_domain() -> Domain:
    """A domain whose responses the test can see."""
    return Domain.from_dict(
        {
            "responses": {
                "utter_faq/days": [
                    {
                        "text": "{lead}到账后{provision_days}个工作日。",
                        "metadata": {
                            "title": "几天开通？",
                            "next": ["faq/seal", "faq/nobody", "faq/days"],
                            "claims": [
                                {"if": "当天|马上", "say": "不能当天开通。"},
                                {"if": "三天|3天", "say": "是{provision_days}个工作日。"},
                                {"say": "请等到账。"},
                            ],
                        },
                    }
                ],
                "utter_faq/seal": [{"text": "骑缝章。", "metadata": {"title": "盖什么章？"}}],
                "utter_order": [{"text": "{customer}的单在第{step}步。"}],
            }
        }
    )


@pytest.mark.parametrize(
    ("leaf", "question", "changed", "shown"),
    [
        ("faq/provision_time", "几天开通", {"provision_days": 9}, "9个工作日"),
        ("faq/total_time", "全流程要多久", {"total_weeks": 6}, "6周"),
        ("faq/billing_period", "能月付吗", {"billing": "双月付"}, "双月付"),
        ("faq/change_distributor", "能换云总代吗", {"lock_months": 18}, "18个月"),
        ("faq/provision_time", "几天开通", {"as_of": "2031年秋"}, "2031年秋"),
        ("faq/distributor_list", "云总代有哪几家", {"distributors": [{"name": "某某云", "since": "2031年"}]}, "某某云"),
        ("faq/distributor_list", "云总代有哪几家", {"distributors": [{"name": "某某云", "since": "2031年"}]}, "1家"),
        (
            "faq/distributor_list",
            "云总代有哪几家",
            {"expected_distributor": {"name": "待定云", "when": "2031年底"}},
            "2031年底待定云",
        ),
        ("faq/dc_rule", "怎么选数据中心", {"domestic_share": 0.66}, "66%"),
        ("faq/webdirect_rumor", "三月以后不用停了吧", {"webdirect_change": "2031年5月"}, "2031年5月"),
        ("faq/domain_sync_future", "以后会自带同步吗", {"sync_builtin": "2031年底"}, "2031年底"),
        ("faq/dc_bandwidth", "全球版机房在哪", {"datacenters": ["月球"]}, "月球"),
        ("human/request", "转人工", {"human": {"contact": "王姐", "hours": "周一上午"}}, "王姐，服务时间：周一上午"),
    ],
)
def test_changed_policy_changes_the_answer(domain, policy_file, leaf, question, changed, shown):
    before = answer(domain, leaf, question)

    change(policy_file, **changed)

    assert shown not in before
    assert shown in answer(domain, leaf, question)


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("能当天开通吗", "不能当天开通。"),
        ("听说三天就开通", "是3个工作日。"),
        ("马上开，还是3天", "不能当天开通。"),  # the first claim that fits
        ("聽說３天就開通", "是3个工作日。"),  # claims read the normal form
        ("几时开通", "请等到账。"),
        ("", "请等到账。"),
    ],
)
def test_claim_of_the_question_leads_the_answer(own_domain, policy_file, question, lead):
    assert answer(own_domain, "faq/days", question) == f"{lead}到账后3个工作日。"


def test_claimed_number_is_filled_from_the_policy(own_domain, policy_file):
    change(policy_file, provision_days=9)

    assert answer(own_domain, "faq/days", "听说三天就开通") == "是9个工作日。到账后9个工作日。"


def test_yes_no_question_hears_its_verdict_first(domain, policy_file):
    said = answer(domain, "faq/seal", "不是公章吧")

    assert re.match(r"(要盖|不是|不行).{0,6}骑缝章", said.replace("*", ""))


@pytest.mark.parametrize(
    "typed", ["{as_of}", "{human_contact}{lead}", "%s %(x)s", "{0}", "{", "}", "{as_of.__class__}"]
)
def test_value_with_braces_is_shown_as_it_is(own_domain, policy_file, typed):
    assert answer(own_domain, "order", customer=typed, step=3) == f"{typed}的单在第3步。"


@pytest.mark.parametrize("typed", ["{as_of}当天开通", "{0}{1}当天", "{当天", "%s当天%d"])
def test_question_with_braces_is_never_filled_or_repeated(own_domain, policy_file, typed):
    assert answer(own_domain, "faq/days", typed) == "不能当天开通。到账后3个工作日。"


def test_next_questions_are_buttons_with_their_titles(own_domain, policy_file):
    buttons = generate(own_domain, "utter_faq/days")["buttons"]

    assert [(b["title"], b["payload"], b["leaf"]) for b in buttons] == [
        ("盖什么章？", "盖什么章？", "faq/seal"),
        ("几天开通？", "几天开通？", "faq/days"),
    ]


def test_payload_of_a_button_carries_no_command(domain, policy_file):
    shown = [b for name in domain.responses if "faq/" in name for b in (generate(domain, name).get("buttons") or [])]

    assert shown
    assert [b["payload"] for b in shown if b["payload"] != b["title"] or b["payload"].startswith("/")] == []


def test_offer_takes_the_place_of_the_next_questions(own_domain, policy_file):
    some = generate(own_domain, "utter_faq/days", offer=["faq/seal"])
    none = generate(own_domain, "utter_faq/days", offer=[])

    assert [b["leaf"] for b in some["buttons"]] == ["faq/seal"]
    assert "buttons" not in none


def test_unknown_response_says_nothing(own_domain, policy_file):
    assert generate(own_domain, "utter_faq/nobody") is None
