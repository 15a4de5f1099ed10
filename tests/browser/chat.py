"""What a test does with a widget and sees in it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Locator, Page, expect


def open_page(context: BrowserContext, url: str) -> Page:
    """One more tab with the assistant's page."""
    page = context.new_page()
    page.goto(url)
    page.locator("csp-assistant .launcher").wait_for(state="attached")
    return page


def say(page: Page, text: str) -> None:
    """Type and send."""
    page.get_by_role("textbox", name="输入问题").fill(text)
    page.get_by_role("textbox", name="输入问题").press("Enter")


def mine(page: Page) -> Locator:
    """The user's bubbles."""
    return page.locator("csp-assistant .row.user .bubble")


def replies(page: Page) -> Locator:
    """The assistant's bubbles, without the greeting."""
    return page.locator("csp-assistant .row.bot .bubble")


def ask(page: Page, text: str) -> str:
    """Send and wait for the answer to the end; returns the last reply."""
    before = mine(page).count()
    say(page, text)
    expect(page.locator("csp-assistant .row.user.sent")).to_have_count(before + 1)
    expect(page.locator("csp-assistant .typing")).to_be_hidden()
    return replies(page).last.inner_text()


def said(page: Page) -> list[str]:
    """All bubbles in order."""
    return page.locator("csp-assistant .row .bubble").all_inner_texts()
