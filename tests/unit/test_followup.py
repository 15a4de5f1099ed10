"""Bare questions right after an answer: about that answer, or about what most people mean by them."""

from __future__ import annotations

import pytest
import yaml

from bot.dialogue.followup import asks_about_topic
from bot.settings import ROOT

RESPONSES = {
    name: variations
    for path in (ROOT / "data" / "responses").glob("*.yml")
    for name, variations in yaml.safe_load(path.read_text(encoding="utf-8"))["responses"].items()
}


@pytest.mark.parametrize(
    ("topic", "text", "about_it"),
    [
        ("faq/invoice", "多久开", True),
        ("faq/invoice", "什么时候开", True),
        ("faq/seal", "多久能补", True),
        ("faq/migrate_tool", "多少钱", True),
        ("faq/service_agreement", "谁出的", True),
        ("faq/service_agreement_edit", "谁出的", True),
        ("faq/agreement_once", "谁盖章", True),
        ("faq/agreement_number", "盖什么章呢", True),
        ("faq/customer_contract", "那谁盖", True),
        ("faq/order_form", "盖啥章", True),
        ("faq/migrate_version", "大概多少钱呀", True),
        # the claim is about the time of something else
        ("faq/order_form", "什么时候付", False),
        # the answer has nothing to say to it
        ("faq/distributor_list", "多少钱", False),
        ("faq/seal", "多久开", False),
        # the question says itself what it is about
        ("faq/invoice", "付款后多久开通", False),
        ("faq/migrate_tool", "e3多少钱", False),
    ],
)
def test_bare_question_is_about_the_answer_that_speaks_of_it(topic, text, about_it):
    metadata = RESPONSES[f"utter_{topic}"][0]["metadata"]

    assert asks_about_topic(text, metadata) is about_it
