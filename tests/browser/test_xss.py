"""What anybody says, user or assistant, is shown and never run."""

from __future__ import annotations

import csv
import json

from chat import ask, mine, replies, say
from playwright.sync_api import expect

from bot.store.columns import ORDER_COLUMNS

RUN = "window.hit=1"
PAYLOADS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>",
    f"<iframe src=javascript:{RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<a href=javascript:{RUN}>点</a>",
    f"[点](javascript:{RUN})",
    f"[点](JaVaScRiPt:{RUN})",
    f"[点](java\tscript:{RUN})",
    f"[点](data:text/html,<script>{RUN}</script>)",
    f"[点](vbscript:{RUN})",
    f"[点](//javascript:{RUN})",
    f"[<img src=x onerror={RUN}>](https://a.example)",
    f'[点](https://a.example"onmouseover="{RUN})',
    f"[点](https://a.example'onclick='{RUN})",
    f"**<img src=x onerror={RUN}>**",
    f"- <img src=x onerror={RUN}>",
    f"1. <svg/onload={RUN}>",
    f"![x](x onerror={RUN})",
    f"![x](javascript:{RUN})",
    f'https://a.example/"onmouseover="{RUN}',
    f"https://a.example/<script>{RUN}</script>",
    f"javascript:{RUN}",
    f"<javascript:{RUN}>",
    f"<video><source onerror={RUN}>",
    f"<audio src=x onerror={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<textarea autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    f"<form action=javascript:{RUN}><button>x",
    f"<button formaction=javascript:{RUN}>x",
    f"<math><mtext><script>{RUN}</script>",
    f"<template><script>{RUN}</script></template>",
    f"<style>@import 'javascript:{RUN}';</style>",
    f"<link rel=stylesheet href=javascript:{RUN}>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href=javascript:{RUN}//>",
    f"<div style=background:url(javascript:{RUN})>",
    f"<x onclick={RUN} tabindex=1 id=x>点",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<!--<img src=--><img src=x onerror={RUN}>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"<scr<script>ipt>{RUN}</script>",
    f"<IMG SRC=x ONERROR={RUN}>",
    f"<img/src=x/onerror={RUN}>",
    f"<img src=x onerror\n={RUN}>",
    f"'\"><script>{RUN}</script>",
    f"${{{RUN}}}{{{{{RUN}}}}}",
    f"`${{{RUN}}}`",
    f"<slot onslotchange={RUN}></slot>",
    f"<csp-assistant base=javascript:{RUN}></csp-assistant>",
    f"\u202e<script>{RUN}</script>",
]
ALLOWED = {"a", "p", "ul", "ol", "li", "strong", "div", "span", "time", "b", "dl", "dt", "dd"}
ATTRIBUTES = {"class", "role", "aria-label", "aria-current", "datetime", "href", "target", "rel", "start"}


def test_there_are_fifty_payloads():
    assert len(set(PAYLOADS)) >= 50


def _nothing_ran(page) -> None:
    for link in page.locator("csp-assistant .bubble a").all():
        assert link.get_attribute("href").startswith(("http://", "https://"))
        assert {"href", "target", "rel"} == set(link.evaluate("e => e.getAttributeNames()"))
    inside = page.evaluate(
        "[...document.querySelector('csp-assistant').shadowRoot.querySelectorAll('.bubble *')]"
        ".map(e => [e.localName, ...e.getAttributeNames()])"
    )
    assert {name for name, *_ in inside} <= ALLOWED
    assert {attribute for _, *attributes in inside for attribute in attributes} <= ATTRIBUTES
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") is None


def test_words_of_the_user_are_text(page):
    for number, payload in enumerate(PAYLOADS, 1):
        say(page, payload)
        expect(mine(page)).to_have_count(number)

    expect(page.locator("csp-assistant .row.user.sent")).to_have_count(len(PAYLOADS), timeout=200_000)
    assert mine(page).all_text_contents() == [payload.strip() for payload in PAYLOADS]
    _nothing_ran(page)
    page.reload()
    expect(mine(page).first).to_be_visible()
    _nothing_ran(page)


def _card_of(words: str) -> dict:
    """A card of each kind that says ``words`` wherever it says anything."""
    order = dict.fromkeys(("number", "customer", "product", "quantity", "years", "stage", "since", "due"), words)
    steps = [{"name": words, "state": words, "date": words}, {"name": words, "state": "now", "date": None}]
    order.update(kind="order", steps=steps, waiting_for={"action": words, "actor": words}, overdue=words)
    lists = {name: [words] for name in ("facts", "reasons", "caveats", "next")}
    datacenter = {"kind": "datacenter", "recommendation": words, "preliminary": True, **lists}
    return {"parts": [{"text": words}, {"card": order}, {"card": datacenter}]}


def _answer_all(page, replies_to: list[dict]) -> None:
    """Let the server answer anything with these messages."""

    def answer(route):
        client_id = route.request.post_data_json["id"]
        asked = {"id": 1, "role": "user", "at": 0, "cid": client_id, "text": "你好"}
        frames = [f"event: message\ndata: {json.dumps(asked)}\n\n"]
        for number, content in enumerate(replies_to, 2):
            reply = {"id": number, "role": "bot", "at": 0, "reply": client_id, "text": "好", **content}
            frames.append(f"event: message\ndata: {json.dumps(reply)}\n\n")
        ids = list(range(2, len(replies_to) + 2))
        frames.append(f"event: done\ndata: {json.dumps({'cid': client_id, 'ids': ids})}\n\n")
        route.fulfill(content_type="text/event-stream", body="".join(frames))

    page.route("**/webhooks/web/messages", answer)
    say(page, "你好")
    expect(replies(page)).to_have_count(len(replies_to))


def test_words_of_the_assistant_are_text(page):
    _answer_all(page, [{"text": payload} for payload in PAYLOADS])

    _nothing_ran(page)


def test_buttons_are_text(page):
    _answer_all(page, [{"buttons": PAYLOADS}])

    expect(page.locator("csp-assistant .row.bot .options button")).to_have_text([p.strip() for p in PAYLOADS])
    _nothing_ran(page)


def test_cards_are_text(page):
    _answer_all(page, [_card_of(payload) for payload in PAYLOADS])

    expect(page.locator("csp-assistant .card")).to_have_count(2 * len(PAYLOADS))
    _nothing_ran(page)


def test_card_of_an_unknown_kind_leaves_the_text(page):
    parts = [{"text": "新"}, {"card": {"kind": "constructor"}}]

    _answer_all(page, [{"text": "旧样子", "parts": parts}])

    assert replies(page).all_inner_texts() == ["旧样子"]


def test_customers_names_are_text(page, web):
    names = [p.strip() for p in PAYLOADS if p.isprintable() and len(p) <= 100]
    numbers = [f"CSP20260105{count:03d}" for count in range(1, len(names) + 1)]
    _import_orders(web, dict(zip(numbers, names)))
    ask(page, f"绑定 {web.code('P1002')}")

    for number in numbers:
        ask(page, f"{number} 到哪了")
    listed = ask(page, "我的单子都到哪了") + ask(page, "更多")

    assert len(names) >= 50
    assert page.locator("csp-assistant .card .title").all_text_contents() == names
    assert "<script>" in listed and "<iframe" in listed
    _nothing_ran(page)
    page.reload()
    expect(page.locator("csp-assistant .card").first).to_be_visible()
    _nothing_ran(page)


def _import_orders(web, customers: dict[str, str]) -> None:
    """Orders by number with these customers."""
    path = web.folder / "orders.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ORDER_COLUMNS.values(), restval="")
        writer.writeheader()
        for number, customer in customers.items():
            row = {"number": number, "partner": "P1002", "distributor": "英迈", "customer": customer, "product": "E3"}
            row |= {"quantity": "1", "years": "1", "created": "2026-01-05"}
            writer.writerow({ORDER_COLUMNS[name]: value for name, value in row.items()})
    assert f"{len(customers)}" in web.csp("orders", "import", str(path))
