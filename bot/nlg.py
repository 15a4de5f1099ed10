"""Turn a response of ``data/responses`` into what the user reads.

A response's text is filled from ``data/policy.yml``. Its ``metadata`` says how it is asked and led:

``claims``  ``[{if: regex, say: lead}, …, {say: lead}]``: the first whose ``if`` is found in the question gives ``{lead}``,
            so that a yes/no question hears its verdict first;
``title``   the question this response answers, as a button;
``next``    up to three leaves offered as buttons;
``context`` the words that name its topic (see :mod:`bot.dialogue.followup`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Dict, List, Optional

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.nlu.normalize import normalize
from bot.rules.policy import load_policy
from bot.settings import settings

MAX_NEXT = 3


class PolicyNLG(TemplatedNaturalLanguageGenerator):
    """Rasa's templated generator, filled from the policy, led by the claim, followed by the next questions."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        """Read the policy; the responses come with ``domain`` or are set by the agent when a model is loaded."""
        super().__init__(domain.responses if domain else {})
        self._policy = load_policy(settings().policy_file).placeholders()

    def use(self, responses: Dict[str, List[Dict[str, Any]]]) -> None:
        """Answer with ``responses``, those of a model; their conditions are compiled now, so that no user waits for that."""
        self.responses = responses
        for variation in (variation for variations in responses.values() for variation in variations):
            for claim in (variation.get("metadata") or {}).get("claims") or []:
                if "if" in claim:
                    _pattern(claim["if"])

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[Dict[str, Any]]:
        """Fill a response.

        Args:
            utter_action: its name, ``utter_…``.
            tracker: the conversation (slots are not used: what a user typed never reaches a template unasked).
            output_channel: for channel-specific variations.
            kwargs: values for the placeholders, and ``question`` (the user's words, to choose the lead), ``offer``
                (leaves to offer as buttons instead of ``next``; an empty list offers none).
        """
        response = self._random_response_for(utter_action, output_channel, {})
        if response is None:
            return None
        metadata = response.get("metadata") or self.metadata(utter_action)
        question = kwargs.pop("question", None) or ""
        offer = kwargs.pop("offer", None)
        values = {**self._policy, **{k: v for k, v in kwargs.items() if isinstance(v, (str, int, float))}}
        values["lead"] = _lead(metadata.get("claims") or [], question).format_map(values)
        filled: Dict[str, Any] = {"text": (response.get("text") or "").format_map(values)}
        buttons = self.buttons(metadata.get("next", [])[:MAX_NEXT] if offer is None else offer)
        if buttons:
            filled["buttons"] = buttons
        return filled

    def metadata(self, utter_action: str) -> Dict[str, Any]:
        """The metadata of a response (its first variation carries it), empty where there is none."""
        variations = self.responses.get(utter_action) or [{}]
        return variations[0].get("metadata") or {}

    def buttons(self, leaves: List[str]) -> List[Dict[str, Any]]:
        """One button a leaf. Its payload is its title: what comes back is plain text, see :mod:`bot.dialogue.options`."""
        found = []
        for leaf in leaves:
            title = self.metadata(f"utter_{leaf}").get("title")
            if title:
                found.append({"title": title, "payload": title, "leaf": leaf})
        return found


def _lead(claims: List[Dict[str, str]], question: str) -> str:
    asked = normalize(question).text if claims else ""
    for claim in claims:
        if "if" not in claim or _pattern(claim["if"]).search(asked):
            return claim["say"]
    return ""


@cache  # as many as the answers have; ``re`` keeps 512 and would compile the others for every message
def _pattern(condition: str) -> re.Pattern[str]:
    return re.compile(condition)
