"""What anybody says, user or assistant, is shown and never run."""

from __future__ import annotations

import json

import pytest
from chat import mine, replies, say
from playwright.sync_api import expect

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
ALLOWED = {"a", "p", "ul", "ol", "li", "strong"}


def test_there_are_fifty_payloads():
    assert len(set(PAYLOADS)) >= 50


def _nothing_ran(page) -> None:
    for link in page.locator("csp-assistant .bubble a").all():
        assert link.get_attribute("href").startswith(("http://", "https://"))
        assert {"href", "target", "rel"} == set(link.evaluate("e => e.getAttributeNames()"))
    inside = page.evaluate(
        "[...document.querySelector('csp-assistant').shadowRoot.querySelectorAll('.bubble *')].map(e => e.localName)"
    )
    assert set(inside) <= ALLOWED
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


@pytest.mark.parametrize("part", ["text", "buttons"])
def test_words_of_the_assistant_are_text(page, part):
    def answer(route):
        client_id = route.request.post_data_json["id"]
        asked = {"id": 1, "role": "user", "at": 0, "cid": client_id, "text": "你好"}
        frames = [f"event: message\ndata: {json.dumps(asked)}\n\n"]
        for number, payload in enumerate(PAYLOADS, 2):
            reply = {"id": number, "role": "bot", "at": 0, "reply": client_id, "text": "好", "buttons": PAYLOADS}
            reply[part] = payload if part == "text" else PAYLOADS
            frames.append(f"event: message\ndata: {json.dumps(reply)}\n\n")
        ids = list(range(2, len(PAYLOADS) + 2))
        frames.append(f"event: done\ndata: {json.dumps({'cid': client_id, 'ids': ids})}\n\n")
        route.fulfill(content_type="text/event-stream", body="".join(frames))

    page.route("**/webhooks/web/messages", answer)

    say(page, "你好")

    expect(replies(page)).to_have_count(len(PAYLOADS))
    expect(page.locator("csp-assistant .row.bot .options button")).to_have_text([p.strip() for p in PAYLOADS])
    _nothing_ran(page)
