"""Where an order stands, as a template card of WeCom (button_interaction, path/90236).

A card that is only text needs a page to open on a click; one with buttons needs none, and a button says something for the
member as a menu's does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import yaml

from bot.channels.wechat.render import plain
from bot.rules.ordering import standing
from bot.rules.policy import load_policy
from bot.rules.workdays import CHINA
from bot.settings import ROOT, settings
from bot.store.records import Notice
from bot.wording import name_of, reply

MAX_ROWS, MAX_BUTTONS = 6, 6
_TITLE, _DESC, _TEXT, _VALUE, _BUTTON = 26, 30, 112, 30, 10
"""Characters that the platform recommends; what is longer it cuts at a place of its own."""


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "data" / "wechat" / "cards.yml").read_text(encoding="utf-8"))
    return content


def order_card(order: dict[str, Any], options: Sequence[str]) -> dict[str, Any]:
    """The card for an order.

    Args:
        order: as ``actions.cards.OrderCard`` tells it.
        options: what the buttons say, in order.
    """
    words = _words()
    steps = order["steps"]
    done = sum(step["state"] == "done" for step in steps)
    waiting = order.get("waiting_for") or {}
    rows = [
        ("product", f"{order['product']} ×{order['quantity']}，{order['years']}年"),
        ("step", words["progress"].format(bar="●" * done + "○" * (len(steps) - done), done=done, all=len(steps))),
        ("next", waiting.get("action", "")),
        ("who", waiting.get("actor", "")),
        ("due", order.get("due") or ""),
    ]
    late = words["late"].format(days=order["overdue"]) if order.get("overdue") else ""
    buttons = [(words["titles"].get(option, option), option) for option in options]
    return _card(order["customer"], order["number"], words["now"].format(stage=order["stage"]) + late, rows, buttons)


def notice_card(notice: Notice) -> dict[str, Any]:
    """The card for an order that has moved."""
    words, order = _words(), notice.order
    today = notice.created_at.astimezone(CHINA).date()
    where = standing(order.progress, today, load_policy(settings().policy_file).provision_days)
    rows = [
        ("product", f"{order.product} ×{order.quantity}，{order.years}年"),
        ("next", name_of(where.action)),
        ("who", reply(f"actors.{where.actor.value}")),
        ("due", str(where.due.day) if where.due else ""),
    ]
    moved = words["moved"].format(before=name_of(notice.before), after=name_of(notice.after))
    return _card(
        order.customer, order.number, moved, rows, [(words["look"], words["asks"].format(number=order.number))]
    )


def _card(
    title: str, number: str, text: str, rows: Sequence[tuple[str, str]], buttons: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """A card; ``rows`` have a key and a value each, ``buttons`` a title and what it says."""
    words = _words()
    shown = list(buttons)[:MAX_BUTTONS] or [(words["all"], words["asks_all"])]
    return {
        "card_type": "button_interaction",
        "source": {"desc": words["source"]},
        "main_title": {"title": _short(title, _TITLE), "desc": _short(number, _DESC)},
        "sub_title_text": _short(plain(text), _TEXT),
        "horizontal_content_list": [
            {"keyname": words["rows"][key], "value": _short(plain(value), _VALUE)} for key, value in rows if value
        ][:MAX_ROWS],
        "button_list": [
            {"text": _short(label, _BUTTON), "style": 1 if place == 0 else 2, "key": says}
            for place, (label, says) in enumerate(shown)
        ],
    }


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
