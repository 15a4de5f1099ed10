"""The widget in a real browser against a real server."""

from __future__ import annotations

import gzip
import re
import signal

import pytest
from chat import ask, mine, open_page, replies, said, say
from playwright.sync_api import expect

from bot.channels.web.page import STATIC
from bot.settings import ROOT

IMAGES = ROOT / "docs" / "img"
MAX_GZIP = 20 * 1024


def _loaded_with(name: str, found: set[str]) -> set[str]:
    """Every module that ``name`` needs, itself included."""
    found.add(name)
    for other in re.findall(r"from '\./([\w-]+\.js)'", (STATIC / name).read_text(encoding="utf-8")):
        if other not in found:
            _loaded_with(other, found)
    return found


WIDGET = sorted(_loaded_with("csp-assistant.js", set()))


def test_widget_is_small():
    assert {"cards.js", "client.js", "style.js"} < set(WIDGET)
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in WIDGET) < MAX_GZIP


def test_widget_names_no_other_host():
    text = "".join((STATIC / name).read_text(encoding="utf-8") for name in WIDGET)

    assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}  # the name of SVG, never fetched


def test_question_is_answered(page):
    answer = ask(page, "云总代有哪几家")

    assert "佳杰" in answer
    assert mine(page).all_inner_texts() == ["云总代有哪几家"]


def test_option_is_chosen_with_a_click(page):
    ask(page, "云总代有哪几家")
    option = page.locator("csp-assistant .row.bot .options button").first
    title = option.inner_text()

    option.click()

    expect(mine(page)).to_have_text(["云总代有哪几家", title])
    expect(replies(page)).to_have_count(2)
    expect(page.get_by_role("textbox", name="输入问题")).to_be_focused()


def test_sample_question_of_the_page_is_asked(page):
    page.get_by_role("button", name="服务协议要盖什么章？").click()

    expect(replies(page).first).to_contain_text("骑缝章")


def test_enter_while_composing_does_not_send(page, context):
    box = page.get_by_role("textbox", name="输入问题")
    box.focus()
    ime = context.new_cdp_session(page)

    ime.send("Input.imeSetComposition", {"text": "yunzongdai", "selectionStart": 10, "selectionEnd": 10})
    for kind in ("rawKeyDown", "keyUp"):
        key = {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        ime.send("Input.dispatchKeyEvent", key)
    during = mine(page).count()
    ime.send("Input.insertText", {"text": "云总代有哪几家"})
    box.press("Enter")

    assert during == 0
    expect(mine(page)).to_have_text(["云总代有哪几家"])


@pytest.mark.parametrize("mark", [{"isComposing": True}, {"keyCode": 229}], ids=["isComposing", "keyCode 229"])
def test_either_sign_of_composition_keeps_enter_from_sending(page, mark):
    page.get_by_role("textbox", name="输入问题").fill("盖章")

    page.evaluate(
        "mark => document.querySelector('csp-assistant').shadowRoot.querySelector('textarea')"
        ".dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...mark}))",
        mark,
    )

    assert mine(page).count() == 0
    assert page.get_by_role("textbox", name="输入问题").input_value() == "盖章"


def test_shift_enter_begins_a_line(page):
    box = page.get_by_role("textbox", name="输入问题")
    box.fill("第一行")
    box.press("Shift+Enter")

    assert mine(page).count() == 0
    assert "\n" in box.input_value()


def test_history_and_draft_are_there_after_a_reload(page):
    ask(page, "云总代有哪几家")
    before = said(page)
    page.get_by_role("textbox", name="输入问题").fill("还没写完")

    page.reload()

    expect(replies(page)).to_have_count(1)
    assert said(page) == before
    assert page.get_by_role("textbox", name="输入问题").input_value() == "还没写完"


def test_two_tabs_show_the_same(page, context, web):
    other = open_page(context, web.url)
    ask(page, "云总代有哪几家")
    expect(replies(other)).to_have_count(1)

    ask(other, "服务协议盖什么章")

    expect(replies(page)).to_have_count(2)
    assert said(page) == said(other)


def test_tab_goes_on_when_the_first_one_is_closed(page, context, web):
    ask(page, "云总代有哪几家")
    other = open_page(context, web.url)
    expect(replies(other)).to_have_count(1)
    page.close()

    third = open_page(context, web.url)
    expect(replies(third)).to_have_count(1)  # what was said before is there: ``ask`` counts from it
    ask(third, "服务协议盖什么章")

    expect(replies(other)).to_have_count(2)


def test_nothing_is_lost_or_doubled_when_the_network_goes_and_comes_back(page, context):
    ask(page, "云总代有哪几家")
    context.set_offline(True)
    say(page, "服务协议盖什么章")
    say(page, "付款以后几天开通")
    expect(page.locator("csp-assistant .row.user.queued")).to_have_count(2)

    context.set_offline(False)

    expect(page.locator("csp-assistant .row.user.sent")).to_have_count(3)
    expect(replies(page)).to_have_count(3)
    page.reload()
    expect(replies(page)).to_have_count(3)
    assert mine(page).all_inner_texts() == ["云总代有哪几家", "服务协议盖什么章", "付款以后几天开通"]


def test_queue_is_kept_when_the_page_is_closed_offline(page, context, web):
    context.set_offline(True)
    say(page, "云总代有哪几家")
    expect(page.locator("csp-assistant .row.user.queued")).to_have_count(1)
    page.close()
    context.set_offline(False)

    again = open_page(context, web.url)

    expect(replies(again)).to_have_count(1)
    assert mine(again).all_inner_texts() == ["云总代有哪几家"]


def test_reply_that_is_cut_off_is_fetched_and_not_doubled(page):
    ask(page, "云总代有哪几家")
    cut = []

    def lose_the_answer(route):
        if cut:
            route.continue_()
        else:
            cut.append(route.fetch())  # the server has answered, the browser never hears of it
            route.abort()

    page.route("**/webhooks/web/messages", lose_the_answer)

    say(page, "服务协议盖什么章")

    expect(page.locator("csp-assistant .row.user.sent")).to_have_count(2)
    page.reload()
    expect(replies(page)).to_have_count(2)
    expect(mine(page)).to_have_count(2)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_server_restarted_in_mid_talk_loses_nothing(page, web, how):
    ask(page, "云总代有哪几家")
    web.stop(how)
    say(page, "服务协议盖什么章")
    expect(page.locator("csp-assistant .bar")).to_contain_text("正在重连")

    web.start()

    expect(page.locator("csp-assistant .row.user.sent")).to_have_count(2, timeout=60_000)
    expect(replies(page)).to_have_count(2)
    expect(page.locator("csp-assistant .bar")).to_be_hidden()


def test_message_that_the_server_cannot_answer_is_sent_again_on_demand(page):
    page.route("**/webhooks/web/messages", lambda route: route.fulfill(status=400, json={"error": "这样不行。"}))
    say(page, "云总代有哪几家")
    expect(page.locator("csp-assistant .row.user.failed")).to_contain_text("这样不行。")
    page.unroute("**/webhooks/web/messages")

    page.get_by_role("button", name="重试").click()

    expect(replies(page)).to_have_count(1)
    expect(mine(page)).to_have_count(1)


def test_too_fast_is_said_and_the_message_goes_out_later(page):
    refused = []

    def refuse_once(route):
        if refused:
            route.continue_()
        else:
            refused.append(True)
            route.fulfill(status=429, json={"error": "您发得太快了，请 8 秒后再试。", "retry_after": 8})

    page.route("**/webhooks/web/messages", refuse_once)

    say(page, "云总代有哪几家")

    expect(page.locator("csp-assistant .bar")).to_contain_text("您发得太快了", timeout=20_000)
    expect(replies(page)).to_have_count(1, timeout=30_000)


def test_unread_replies_are_counted_on_the_launcher(page):
    ask(page, "云总代有哪几家")
    page.get_by_role("button", name="关闭").click()

    page.evaluate("document.querySelector('csp-assistant').client.send('服务协议盖什么章')")

    expect(page.locator("csp-assistant .badge")).to_have_text("1")
    page.get_by_role("button", name="打开助手，1 条未读").click()
    expect(page.locator("csp-assistant .badge")).to_be_hidden()


def test_feedback_is_given_and_shown(page):
    ask(page, "云总代有哪几家")

    page.get_by_role("button", name="没用").click()

    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("csp-assistant .bar")).to_have_text("谢谢反馈")
    page.reload()
    expect(page.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")


def test_reply_is_copied(page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = ask(page, "云总代有哪几家")

    page.get_by_role("button", name="复制").click()

    expect(page.locator("csp-assistant .bar")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()")[:10] == answer[:10]


def test_restart_empties_the_conversation_in_every_tab(page, context, web):
    ask(page, "云总代有哪几家")
    other = open_page(context, web.url)
    expect(replies(other)).to_have_count(1)

    page.get_by_role("button", name="重新开始对话").click()

    for tab in (page, other):
        expect(replies(tab)).to_have_count(0)
        expect(tab.locator("csp-assistant .bubble")).to_contain_text("您好")
    page.reload()
    expect(page.locator("csp-assistant .bubble")).to_contain_text("您好")
    expect(replies(page)).to_have_count(0)


def test_everything_works_from_the_keyboard(page):
    page.get_by_role("textbox", name="输入问题").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="打开助手")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="输入问题")).to_be_focused()
    page.keyboard.type("云总代有哪几家")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(replies(page)).to_have_count(1)
    page.locator("csp-assistant .options button").first.focus()
    page.keyboard.press("Enter")

    expect(replies(page)).to_have_count(2)


def test_page_of_another_site_with_a_strict_policy(context, web, host_page):
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(host_page(web.url))
    page.get_by_role("button", name="打开助手").click()

    answer = ask(page, "云总代有哪几家")

    assert "佳杰" in answer
    assert page.locator("csp-assistant .panel").evaluate("e => getComputedStyle(e).display") == "flex"
    assert faults == []


def test_own_page_keeps_its_strict_policy(context, web):
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    answer = page.goto(web.url)
    ask(page, "云总代有哪几家")

    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert faults == []


def test_desktop(staff_page):
    page = staff_page
    ask(page, "服务协议要盖什么章？")
    ask(page, "成都锦城软件那单到哪了？")
    page.mouse.move(0, 0)

    box = page.locator("csp-assistant .panel").bounding_box()
    page.screenshot(path=IMAGES / "desktop.png")

    assert 320 <= box["width"] <= 420


def test_phone_of_360_pixels_is_filled_and_nothing_is_cut(open_context, web):
    phone = open_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = open_page(phone, web.url)
    page.get_by_role("button", name="打开助手").tap()
    ask(page, "云总代有哪几家")

    box = page.locator("csp-assistant .panel").bounding_box()
    page.screenshot(path=IMAGES / "phone.png")

    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    log = page.locator("csp-assistant .log")
    assert log.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_dark(open_context, web):
    page = open_page(open_context(color_scheme="dark"), web.url)
    ask(page, "服务协议要盖什么章？")

    back = page.locator("csp-assistant .panel").evaluate("e => getComputedStyle(e).backgroundColor")
    page.screenshot(path=IMAGES / "dark.png")

    assert all(int(part) < 64 for part in re.findall(r"\d+", back)[:3])


def test_reduced_motion_stops_the_dots(open_context, web):
    page = open_page(open_context(reduced_motion="reduce"), web.url)

    assert page.locator("csp-assistant .typing i").first.evaluate("e => getComputedStyle(e).animationName") == "none"


@pytest.mark.parametrize(("lang", "name"), [("zh-TW", "開啟助理"), ("en", "Open the assistant")])
def test_other_languages(page, lang, name):
    page.evaluate(
        "lang => { const old = document.querySelector('csp-assistant'); const w = document.createElement('csp-assistant');"
        " w.lang = lang; old.replaceWith(w); }",
        lang,
    )

    expect(page.get_by_role("button", name=name)).to_be_attached()
