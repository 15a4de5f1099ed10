"""axe-core finds nothing, light and dark, with answers and cards."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from chat import ask, open_page

from bot.settings import ROOT

FOLDER = ROOT / ".cache" / "axe"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def axe() -> Path:
    """axe-core, fetched once; it is no part of the project."""
    if not AXE.exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--prefix", str(FOLDER), "axe-core@4"], check=True)
    return AXE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation(open_context, web, axe, scheme):
    page = open_page(open_context(color_scheme=scheme, bypass_csp=True), web.url)
    ask(page, f"绑定 {web.code()}")
    for question in ("云总代有哪几家", "武汉长江那单到哪了", "客户300人，国内280人，国外20人偶尔用，选哪个数据中心？"):
        ask(page, question)
    assert page.locator("csp-assistant .card").count() == 2
    page.evaluate(axe.read_text(encoding="utf-8"))

    found = page.evaluate("axe.run().then(result => result.violations)")

    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


def test_conversation_is_a_live_log_with_a_name(page):
    log = page.get_by_role("log", name="对话记录")

    assert log.count() == 1
    assert page.get_by_role("dialog", name="Office 365 代理商助手").count() == 1
