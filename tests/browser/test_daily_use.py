"""What would annoy in daily use: expired sessions, plain http, foreign styles, long words, small screens, long replies."""

from __future__ import annotations

import time

import jwt
import sqlalchemy as sa
from chat import ask, mine, open_page, replies, said, say
from playwright.sync_api import expect

CASE = "客户300人，国内280人，国外20人偶尔用，选哪个数据中心？"


def test_session_that_has_expired_begins_anew_in_every_tab_and_the_message_is_answered(page, context, web):
    ask(page, "云总代有哪几家")
    other = open_page(context, web.url)
    expect(replies(other)).to_have_count(1)
    engine = sa.create_engine(web.database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM web_sessions")
    engine.dispose()

    say(page, "服务协议盖什么章")

    for tab in (page, other):
        expect(mine(tab)).to_have_text(["服务协议盖什么章"])
        expect(replies(tab)).to_contain_text(["骑缝章"])
    page.reload()
    expect(mine(page)).to_have_text(["服务协议盖什么章"])


def _sign_in(page, key: str) -> None:
    """What the server of a page that embeds the widget does for a member of staff."""
    now = int(time.time())
    claim = {"partner": "P1001", "staff": "王敏", "aud": "csp-web", "iat": now, "exp": now + 300}
    page.evaluate(
        "token => document.querySelector('csp-assistant').setAttribute('identity', token)", jwt.encode(claim, key)
    )


def test_member_of_staff_whom_the_page_names_needs_no_code(page, web):
    _sign_in(page, web.secret)

    ask(page, "武汉长江那单到哪了")

    expect(page.locator("csp-assistant .card")).to_contain_text("武汉长江机械有限公司")


def test_identity_that_is_forged_is_said_and_the_talk_goes_on_unbound(page):
    _sign_in(page, "x" * 40)

    reply = ask(page, "武汉长江那单到哪了")

    expect(page.locator("csp-assistant .bar")).to_contain_text("身份无效")
    assert "绑定" in reply


def test_reply_is_copied_on_a_page_without_https(context, web):
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })")
    page = open_page(context, web.url)
    answer = ask(page, "云总代有哪几家")

    page.get_by_role("button", name="复制").click()

    expect(page.locator("csp-assistant .bar")).to_have_text("已复制")
    box = page.get_by_role("textbox", name="输入问题")
    box.press("Control+V")
    assert box.input_value()[:10] == answer[:10]


def test_tabs_without_locks_show_the_same(context, web):
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
    one, two = open_page(context, web.url), open_page(context, web.url)
    ask(one, "云总代有哪几家")
    expect(replies(two)).to_have_count(1)

    say(two, "服务协议盖什么章")
    say(one, "付款以后几天开通")

    for tab in (one, two):
        expect(replies(tab)).to_have_count(3)
        expect(tab.locator("csp-assistant .row.user.sent")).to_have_count(3)
    assert said(one) == said(two)


def test_two_tabs_that_were_offline_send_everything_once_and_in_order(page, context, web):
    other = open_page(context, web.url)
    ask(page, "云总代有哪几家")
    context.set_offline(True)
    say(page, "服务协议盖什么章")
    say(other, "付款以后几天开通")
    expect(page.locator("csp-assistant .row.user.queued")).to_have_count(2)

    context.set_offline(False)

    for tab in (page, other):
        expect(replies(tab)).to_have_count(3)
        assert mine(tab).all_inner_texts() == ["云总代有哪几家", "服务协议盖什么章", "付款以后几天开通"]


def test_rating_is_seen_in_the_other_tab(page, context, web):
    ask(page, "云总代有哪几家")
    other = open_page(context, web.url)

    page.get_by_role("button", name="没用").click()

    expect(other.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="没用")).to_be_focused()


def test_long_reply_is_shown_from_its_beginning(page):
    ask(page, "云总代有哪几家")
    ask(page, CASE)

    log, card = page.locator("csp-assistant .log").bounding_box(), page.locator("csp-assistant .card").bounding_box()
    assert 0 <= card["y"] - log["y"] < 40


def test_what_the_other_way_tells_late_moves_nothing_and_shows_no_dots(page):
    """The stream of events may say "your message has come in" after the reply was read from the request itself."""
    ask(page, "云总代有哪几家")
    ask(page, CASE)
    top = page.locator("csp-assistant .log").evaluate("log => log.scrollTop")

    page.locator("csp-assistant").evaluate(
        "({ client }) => { const mine = [...client.items.values()].findLast((i) => i.role === 'user');"
        " client.receive({ name: 'message', data: { ...mine, done: false } }, true); }"
    )

    expect(page.locator("csp-assistant .typing")).to_be_hidden()
    assert page.locator("csp-assistant .log").evaluate("log => log.scrollTop") == top


def test_styles_of_the_page_stay_outside(page):
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('body { text-align: center; font-style: italic;"
        " letter-spacing: 4px; text-transform: uppercase; white-space: nowrap } p, button, ol { color: red !important }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )
    ask(page, "云总代有哪几家")

    seen = replies(page).evaluate(
        "e => { const s = getComputedStyle(e.querySelector('p'));"
        " return [s.textAlign, s.fontStyle, s.letterSpacing, s.textTransform, s.color]; }"
    )
    assert seen == ["start", "normal", "normal", "none", "rgb(28, 36, 48)"]


def test_long_words_do_not_widen_a_phone(open_context, web):
    phone = open_context(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    page = open_page(phone, web.url)
    page.get_by_role("button", name="打开助手").tap()

    ask(page, f"{'a' * 300} https://example.com/{'x' * 200}")

    assert page.locator("csp-assistant .log").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_phone_held_sideways_is_filled(open_context, web):
    phone = open_context(viewport={"width": 740, "height": 360}, is_mobile=True, has_touch=True)
    page = open_page(phone, web.url)
    page.get_by_role("button", name="打开助手").tap()

    box = page.locator("csp-assistant .panel").bounding_box()

    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 740, 360)
    assert page.get_by_role("textbox", name="输入问题").is_visible()


def test_odd_line_ends_and_pictures_arrive_as_they_were_sent(page):
    text = "甲\u2028乙\u2029丙\x85丁\r\n戊 👩‍💻 𠮷"

    ask(page, text)

    page.reload()
    expect(mine(page)).to_have_count(1)
    assert mine(page).text_content() == text.replace("\r\n", "\n")
