"""Results as cards: an order's progress, a data centre."""

from __future__ import annotations

import re

import pytest
from chat import ask, open_page, replies
from playwright.sync_api import Page, expect

from bot.settings import ROOT

IMAGES = ROOT / "docs" / "img"
LATE = "武汉长江机械有限公司"
TO_PAY = "成都锦城软件有限公司"
CASE = "客户300人，国内280人，国外20人偶尔用，选哪个数据中心？"


def _steps(page: Page) -> list[tuple[str, str | None]]:
    """Class and aria-current of each step on the latest card."""
    steps = page.locator("csp-assistant .card").last.get_by_role("list", name="进度，共五步").get_by_role("listitem")
    return [(step.get_attribute("class"), step.get_attribute("aria-current")) for step in steps.all()]


def test_order_is_shown_with_five_steps(staff_page: Page):
    ask(staff_page, f"{TO_PAY}那单到哪了")

    card = staff_page.get_by_role("group", name=re.compile(r"订单 CSP\d{11}"))
    expect(card).to_contain_text(TO_PAY)
    expect(card).to_contain_text("按付款通知付款（代理商）")
    assert _steps(staff_page) == [("done", None)] * 3 + [("now", "step"), ("todo", None)]


def test_order_that_is_late_says_so_once_and_by_whom_to_be_helped(staff_page: Page):
    reply = ask(staff_page, f"{LATE}那单到哪了")

    card = staff_page.locator("csp-assistant .card")
    assert card.locator(".late").inner_text().count("超期") == 1
    assert "请找人催办" in reply
    staff_page.screenshot(path=IMAGES / "order.png", clip=_around(staff_page))


def test_finished_order_has_nothing_left(staff_page: Page):
    ask(staff_page, "西安大唐文化有限公司那单到哪了")

    assert _steps(staff_page) == [("done", None)] * 5
    assert "下一步" not in staff_page.locator("csp-assistant .card").inner_text()


def test_card_is_there_after_a_reload(staff_page: Page):
    ask(staff_page, f"{TO_PAY}那单到哪了")
    before = replies(staff_page).last.inner_text()

    staff_page.reload()

    expect(staff_page.locator("csp-assistant .card")).to_have_count(1)
    assert replies(staff_page).last.inner_text() == before


def test_copy_gives_the_text_of_a_card(staff_page: Page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(staff_page, f"{TO_PAY}那单到哪了")

    staff_page.get_by_role("button", name="复制").last.click()

    expect(staff_page.locator("csp-assistant .bar")).to_have_text("已复制")
    copied = staff_page.evaluate("navigator.clipboard.readText()")
    assert "现在：待付款（第 4 步，共 5 步）" in copied and "*" not in copied


def test_data_centre_is_a_card_and_the_question_follows_it(page: Page):
    ask(page, CASE)

    reply = replies(page).last
    assert reply.evaluate("e => [...e.children].map(c => c.className || c.localName)") == ["card", "p"]
    expect(reply.locator(".tag")).to_have_text("初步")
    expect(reply.locator(".facts li")).to_have_text(["共300人", "国内280人", "国外20人", "境外用得少"])
    page.screenshot(path=IMAGES / "datacenter.png", clip=_around(page))


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-TW", ["進行中", "本階段始於"]), ("en", ["Now", "Next", "1 year"])],
)
def test_card_speaks_the_language_of_the_widget(staff_page: Page, lang: str, words: list[str]):
    ask(staff_page, f"{TO_PAY}那单到哪了")

    staff_page.evaluate(
        "lang => { const old = document.querySelector('csp-assistant'); const w = document.createElement('csp-assistant');"
        " w.lang = lang; old.replaceWith(w); }",
        lang,
    )

    for word in words:
        expect(staff_page.locator("csp-assistant .card")).to_contain_text(word)


def test_card_fits_a_phone_of_360_pixels(open_context, web):
    options = {
        "viewport": {"width": 360, "height": 740},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    }
    page = open_page(open_context(color_scheme="dark", **options), web.url)
    page.get_by_role("button", name="打开助手").tap()
    ask(page, f"绑定 {web.code()}")

    ask(page, f"{LATE}那单到哪了")

    assert page.locator("csp-assistant .log").evaluate("e => e.scrollWidth <= e.clientWidth")
    wide = page.locator("csp-assistant .steps li").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth)")
    assert wide == []
    page.screenshot(path=IMAGES / "phone-card.png")


def _around(page: Page) -> dict[str, float]:
    """The panel with its shadow, for a picture."""
    page.mouse.move(0, 0)
    page.get_by_role("textbox", name="输入问题").blur()
    box = page.locator("csp-assistant .panel").bounding_box()
    assert box
    return {"x": box["x"] - 14, "y": box["y"] - 14, "width": box["width"] + 28, "height": box["height"] + 28}
