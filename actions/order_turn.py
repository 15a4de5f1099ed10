"""One message about orders and what is said to it: what looking one up and listing several have in common."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import Part
from actions.messages import normal_text
from actions.order_reading import Asked, Aspect
from actions.order_text import OrderText
from actions.resources import in_store, policy
from actions.tasks import say_with_open_task
from bot.store import Store
from bot.store.records import Order
from bot.wording import reply

Events = List[Dict[str, Any]]
CHOICES = 5
"""Orders to choose from, as buttons."""
_WHY = re.compile(r"为什么|为啥|为何|怎么还|怎么会|原因|咋还|咋回事|怎么回事")


class Turn:  # its methods say something and return the events that Rasa shall keep
    """One message about orders and its answer."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker, now: Any) -> None:
        """Answer the latest message of ``tracker`` as of ``now``."""
        self._dispatcher = dispatcher
        self._tracker = tracker
        self._now = now
        self._normal = normal_text(tracker)
        self._entities = tracker.latest_message.get("entities") or []
        self._text = OrderText(now.date(), policy().provision_days)

    def say(
        self,
        text: str,
        buttons: Optional[List[Dict[str, Any]]] = None,
        *events: Dict[str, Any],
        parts: Sequence[Part] = (),
    ) -> Events:
        """Say ``text``, and what the open task waits for after it."""
        say_with_open_task(self._dispatcher, self._tracker, text, buttons, parts)
        return list(events)

    def show(self, orders: Sequence[Order], asked: Asked, note: str = "") -> Events:
        """Everything about ``orders``, the side that was asked for first; ``note`` goes before all of it."""
        if not orders:
            return self.not_found()
        papers = {o.number: in_store(Store.documents, o.partner, o.number) for o in orders if asked.aspect}
        told = [(order, asked.aspect, papers.get(order.number, ())) for order in orders]
        texts = [self._text.status(*one) for one in told]
        parts = [part for one in told for part in self._text.parts(*one)]
        late = any(self._text.standing(order).overdue for order in orders)
        if late and _WHY.search(self._normal):
            texts.append(reply("no_reason"))
            parts.append(reply("no_reason"))
        if note:
            texts[0] = f"{note}\n{texts[0]}"
            parts.insert(0, note)
        call = late or asked.aspect is Aspect.CHASE
        return self.say(
            "\n\n".join(texts), [human()] if call else None, SlotSet("order", orders[-1].number), parts=parts
        )

    def not_found(self) -> Events:
        """The same for an order that does not exist and for one of another partner."""
        return self.say(reply("not_found"), [all_orders()])


def human() -> Dict[str, Any]:
    """The button that calls for a person."""
    title = reply("buttons.human")
    return {"title": title, "payload": title, "leaf": "human/request"}


def all_orders() -> Dict[str, Any]:
    """The button that lists all orders."""
    title = reply("buttons.all")
    return {"title": title, "payload": title, "leaf": "order/list"}
