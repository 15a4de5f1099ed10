"""What a message means in its conversation, where the model has to be asked again: the open task, the topic before."""

from __future__ import annotations

from typing import Any, Dict, Optional

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.followup import FOLLOWUP, asks_about_topic, has_claim_for, latest_topic, leaf_of_followup
from bot.dialogue.guide_talk import topic_of
from bot.dialogue.order_talk import leaf_in_orders, leaf_on_list
from bot.dialogue.parse import FALLBACK, about_leaf, parse_of_leaf
from bot.dialogue.routing import DATACENTER, GUIDE, leaf_after_order, leaf_in_task
from bot.dialogue.verdict import leaf_about_verdict

_WEAK = 0.55
"""Below it a short question right after an answer may be about that answer."""
_SURE_WITH_TOPIC = 0.7
_OF_ONE_CUSTOMER = ("guide/", "order/")


class ContextReading:
    """The part of a message processor that reads a parse in the light of the conversation."""

    domain: Domain

    async def _parsed(
        self, message: UserMessage, tracker: Optional[DialogueStateTracker], names: bool = False
    ) -> Dict[str, Any]:
        raise NotImplementedError

    async def _in_context(
        self, message: UserMessage, tracker: DialogueStateTracker, parse: Dict[str, Any]
    ) -> Dict[str, Any]:
        """``parse`` as the open task or the topic before makes it."""
        latest = (tracker.latest_message.parse_data or {}).get("leaf") if tracker.latest_message else None
        task, guide = tracker.get_slot("task"), tracker.get_slot("guide")
        case, order = bool(tracker.get_slot("customer_case")), tracker.get_slot("order")
        listed = bool(tracker.get_slot("order_list"))
        leaf = leaf_on_list(parse, listed, latest)
        if leaf is None and task != GUIDE:
            leaf = leaf_about_verdict(parse, task == DATACENTER, case, latest)
        leaf = leaf or leaf_in_task(parse, task, case, guide, latest)
        leaf = leaf or leaf_in_orders(parse, order, latest, task) or leaf_after_order(parse, order, latest)
        if leaf is not None:
            if leaf.startswith(_OF_ONE_CUSTOMER) and not parse["leaf"].startswith(_OF_ONE_CUSTOMER):
                parse = await self._parsed(message, tracker, names=True)
            parse = {**parse, **about_leaf(message.text or "", leaf, parse["intent"]["confidence"])}
        after_fact = leaf is None and (latest or "").startswith("faq/")
        if (
            after_fact
            and parse["leaf"].startswith("faq/")
            and asks_about_topic(parse.get("normal") or "", self._metadata(str(latest)))
        ):
            return parse_of_leaf(message.text or "", str(latest), parse["intent"]["confidence"], parse["entities"])
        weak = parse["leaf"].startswith("faq/") and parse["intent"]["confidence"] < _WEAK and parse["short"]
        if parse["intent"]["name"] in (FOLLOWUP, FALLBACK):
            return await self._with_topic(message, tracker, parse)
        if after_fact and weak:
            return await self._about(message, tracker, parse, self._metadata(str(latest)).get("context", ""))
        return parse

    async def _with_topic(
        self, message: UserMessage, tracker: DialogueStateTracker, parse: Dict[str, Any]
    ) -> Dict[str, Any]:
        """Read a follow-up again with the words of its topic before it; ``parse`` where that makes no sense either."""
        if not (parse["intent"]["name"] == FOLLOWUP or parse["short"]):
            return parse
        topic = latest_topic(tracker)
        # 「那联强呢」 names what the answer before has a word for, whatever the guide has asked since.
        named = bool(parse["entities"]) and has_claim_for(parse.get("normal") or "", self._metadata(topic or ""))
        if tracker.get_slot("task") == GUIDE and latest_topic(tracker, turns=1) is None and not named:
            about = await self._about(message, tracker, parse, topic_of(tracker.get_slot("guide")))
            if about is not parse:
                return about
        if topic is None:
            return parse
        metadata = self._metadata(topic)
        context = metadata.get("context", "")
        again = await self._parsed(UserMessage(f"{context}，{message.text}"), tracker)
        leaf = leaf_of_followup(again["intent_ranking"], topic, metadata, parse.get("normal") or "")
        if leaf is None:
            return {**parse, "topic": context} if parse["intent"]["name"] == FOLLOWUP else parse
        return parse_of_leaf(message.text or "", leaf["name"], leaf["confidence"], parse["entities"])

    async def _about(
        self, message: UserMessage, tracker: DialogueStateTracker, parse: Dict[str, Any], context: str
    ) -> Dict[str, Any]:
        """``parse``, or what the message surely asks with the words of ``context`` before it."""
        again = await self._parsed(UserMessage(f"{context}，{message.text}"), tracker)
        best = again["intent_ranking"][0]
        if not best["name"].startswith("faq/") or best["confidence"] < _SURE_WITH_TOPIC:
            return parse
        return parse_of_leaf(message.text or "", best["name"], best["confidence"], parse["entities"])

    def _metadata(self, leaf: str) -> Dict[str, Any]:
        response = (self.domain.responses.get(f"utter_{leaf}") or [{}])[0]
        return response.get("metadata") or {}
