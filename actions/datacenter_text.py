"""The adviser's replies: what was understood, the recommendation, the next question, the text for the customer.

Pure: sentences come from ``data/datacenter.yml``, numbers from the policy, the decision from
:mod:`bot.rules.datacenter`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

from actions.cards import DatacenterCard
from actions.datacenter_facts import in_words
from actions.datacenter_figures import compared
from bot.rules.customer_facts import Contradiction, CustomerFacts, Domain, Travel, counted_users
from bot.rules.datacenter import Advice, Fact
from bot.rules.datacenter_notes import Argument, Caveat, Outcome
from bot.rules.datacenter_verdict import Reason
from bot.rules.policy import Policy


@dataclass(frozen=True)
class Question:
    """What to ask next; a button's title is what the user would type, and is read like any answer."""

    fact: Fact
    text: str
    buttons: tuple[str, ...]


class TextsError(ValueError):
    """``data/datacenter.yml`` lacks a sentence; the message names it."""


def load_texts(path: Path) -> dict[str, Any]:
    """The sentences at ``path``.

    Raises:
        TextsError: a sentence is missing for something that the rules can say.
    """
    return checked_texts(yaml.safe_load(path.read_text(encoding="utf-8")))


def checked_texts(texts: dict[str, Any]) -> dict[str, Any]:
    """``texts``, when every outcome, reason, caveat, argument, contradiction and question has its sentence.

    Raises:
        TextsError: see above.
    """
    needed: dict[str, type[Enum]] = {
        "outcome": Outcome,
        "reason": Reason,
        "caveat": Caveat,
        "argument": Argument,
        "contradiction": Contradiction,
        "question": Fact,
        "fact": Fact,
    }
    missing = [
        f"{part}.{one.value}" for part, kind in needed.items() for one in kind if one.value not in texts.get(part, {})
    ]
    if missing:
        raise TextsError(f"data/datacenter.yml 缺少：{'、'.join(missing)}。")
    return texts


class DatacenterText:
    """Composes the replies of the adviser."""

    def __init__(self, texts: Mapping[str, Any], policy: Policy) -> None:
        """Keep the sentences (from :func:`load_texts`) and the values that fill them."""
        self._texts = texts
        self._policy = policy
        self._values = policy.placeholders()

    def understood(self, facts: CustomerFacts, supposed: bool = False) -> str:
        """One line with everything that is known about the customer, or ``supposed`` of him."""
        said = "；".join(in_words(facts, self._texts["understood"]))
        if supposed:
            return self._texts["layout"]["supposed"] + said
        return self._texts["understood"]["title"] + said if said else str(self._texts["understood"]["nothing"])

    def restarted(self) -> str:
        """That everything begins anew."""
        return str(self._texts["layout"]["restarted"])

    def not_understood(self) -> str:
        """That a correction did not say what it corrects."""
        return str(self._texts["layout"]["not_understood"])

    def nothing_new(self) -> str:
        """That nothing was understood in an answer."""
        return str(self._texts["layout"]["nothing_new"])

    def interim(self, advice: Advice, facts: CustomerFacts, before: CustomerFacts, supposed: bool = False) -> str:
        """What is noted, and which way it leans: a few lines before the next question, for a phone.

        That two domains are two organisations is said as soon as the customer has two (F54).
        """
        lines = [self.understood(facts, supposed), *self._leaning(advice)]
        if facts.domain is Domain.OTHER and before.domain is not Domain.OTHER:
            told = [c for c in (Caveat.ADDRESS_BOOK, Caveat.SYNC_NEEDED) if c in advice.caveats]
            lines += [self._filled(self._texts["caveat"][c.value]["staff"]) for c in told]
        return "\n".join(lines)

    def _leaning(self, advice: Advice) -> Iterator[str]:
        interim = self._texts["interim"]
        if advice.outcome is not Outcome.UNDECIDED:
            yield self._filled(interim["leaning"], side=self._texts["outcome"][advice.outcome.value]["short"])
        elif advice.leaning:
            yield self._filled(self._texts["leaning"], side=self._texts["outcome"][advice.leaning.value]["short"])
        elif advice.reason is Reason.SILENT:
            yield self._filled(interim["silent"])

    def why(self, advice: Advice, facts: CustomerFacts, named: Outcome | None, supposed: bool = False) -> str:
        """The verdict and why; ``named`` is the version that was asked about, whose condition is said when it is not it."""
        lines = [self._recommendation(advice, supposed)]
        lines.append(self._texts["layout"]["why"] + self._why(advice, facts, "staff"))
        lines += [*self._against(advice), *self._sides(advice)]
        if named and advice.outcome not in (named, Outcome.FOLLOW_FOREIGN):
            lines.append(self._filled(self._texts["condition"][named.value]))
        if advice.needs_human:
            lines.append(self._filled(self._texts["layout"]["human"]))
        return "\n".join(lines)

    def supposed(self, advice: Advice, facts: CustomerFacts) -> str:
        """What a what-if would come to."""
        lines = [self.understood(facts, True), self._recommendation(advice, False)]
        lines.append(self._texts["layout"]["why"] + self._why(advice, facts, "staff"))
        return "\n".join([*lines, self._texts["layout"]["not_supposed"]])

    def how_to_order(self, advice: Advice) -> str:
        """How to order what was recommended; before that, that it hangs on the version."""
        following = self._texts["outcome"][advice.outcome.value]["next"]
        return self._filled(following if following and not advice.preliminary else self._texts["layout"]["order_later"])

    def question(self, fact: Fact, facts: CustomerFacts, advice: Advice) -> Question:
        """The question for ``fact``, worded for what is known already."""
        chosen = self._texts["question"][self._question_key(fact, facts, advice)]
        problem = "；".join(self._texts["contradiction"][c.value] for c in advice.contradictions)
        text = self._filled(
            chosen["text"], mainland=facts.mainland, abroad=facts.abroad, travellers=facts.travellers, problem=problem
        )
        return Question(fact, text, tuple(chosen["buttons"]))

    def result(self, advice: Advice, facts: CustomerFacts, supposed: bool = False) -> str:
        """The recommendation for staff: facts, verdict, why, caveats, next step; ``supposed``: of a what-if."""
        layout = self._texts["layout"]
        card = self.card(advice, facts, supposed)
        why, *more = card.reasons
        lines = [self.understood(facts, supposed), card.recommendation, layout["why"] + why, *more]
        if card.caveats:
            lines += [layout["caveats"], *(f"- {caveat}" for caveat in card.caveats)]
        return "\n".join([*lines, *card.next])

    def card(self, advice: Advice, facts: CustomerFacts, supposed: bool = False) -> DatacenterCard:
        """The recommendation for staff, as a card."""
        return DatacenterCard(
            facts=tuple(in_words(facts, self._texts["understood"])),
            recommendation=self._recommendation(advice, supposed),
            preliminary=advice.preliminary,
            reasons=(self._why(advice, facts, "staff"), *self._against(advice), *self._sides(advice)),
            caveats=tuple(self._filled(self._texts["caveat"][c.value]["staff"]) for c in advice.caveats),
            next=(self._texts["layout"]["not_supposed"],) if supposed else tuple(self._next(advice)),
        )

    def _recommendation(self, advice: Advice, supposed: bool) -> str:
        outcome = self._texts["outcome"][advice.outcome.value]
        said = self._filled(outcome["open" if advice.preliminary and not advice.needs_human else "staff"])
        return self._texts["layout"]["only_supposed"] + said if supposed else said

    def _against(self, advice: Advice) -> Iterator[str]:
        """What does not fit together, and where a case that is open leans."""
        if advice.contradictions:
            found = "；".join(self._texts["contradiction"][c.value] for c in advice.contradictions)
            yield self._texts["layout"]["contradictions"] + found
        if advice.leaning:
            side = self._texts["outcome"][advice.leaning.value]["short"]
            yield self._filled(self._texts["leaning"], side=side)

    def _next(self, advice: Advice) -> Iterator[str]:
        if advice.preliminary:
            open_facts = "、".join(self._texts["fact"][f.value] for f in advice.missing)
            yield f"{self._texts['preliminary']}{open_facts}。"
        if advice.needs_human:
            yield self._filled(self._texts["layout"]["human"])
        following = self._texts["outcome"][advice.outcome.value]["next"]
        if following and not advice.preliminary:
            yield self._filled(following)

    def for_customer(self, advice: Advice, facts: CustomerFacts) -> str:
        """A text to forward to the customer; nothing about the reseller's margin is in it (F46)."""
        layout = self._texts["layout"]
        said = "；".join(in_words(facts, self._texts["understood"]))
        lines = [layout["customer_title"]]
        if said:
            lines.append(self._filled(layout["customer_understood"], facts=said))
        lines += [
            self._filled(self._texts["outcome"][advice.outcome.value]["customer"]),
            self._why(advice, facts, "customer"),
        ]
        notes = [self._texts["caveat"][c.value].get("customer") for c in advice.caveats]
        notes = [self._filled(note) for note in notes if note]
        if notes:
            lines += [layout["customer_caveats"], *(f"- {note}" for note in notes)]
        if advice.preliminary and advice.outcome is not Outcome.UNDECIDED:
            lines.append(self._texts["preliminary_customer"])
        lines.append(self._filled(layout["as_of"]))
        return "\n".join(lines)

    def _why(self, advice: Advice, facts: CustomerFacts, reader: str) -> str:
        other = self._texts["other_domain"][reader] if "F53" in advice.rules else ""
        sides = {
            name: self._filled(clause) for name, clause in compared(facts, self._policy, self._texts["measure"]).items()
        }
        reason = self._texts["reason"][advice.reason.value][reader]
        return other + self._filled(reason, at_home=sides["mainland"], away=sides["abroad"])

    def _sides(self, advice: Advice) -> Iterator[str]:
        conflict = advice.for_21v and advice.for_global and advice.outcome is not Outcome.FOLLOW_FOREIGN
        if advice.outcome is not Outcome.UNDECIDED and not conflict:
            return
        for side, found in (("for_21v", advice.for_21v), ("for_global", advice.for_global)):
            if found and advice.outcome is not Outcome.FOLLOW_FOREIGN:
                yield self._texts["sides"][side] + "、".join(
                    self._filled(self._texts["argument"][a.value]) for a in found
                )

    def _question_key(self, fact: Fact, facts: CustomerFacts, advice: Advice) -> str:
        if fact is Fact.USERS:
            if any(c is not Contradiction.DOMAINS for c in advice.contradictions):
                return "users_again"
            if advice.reason is Reason.USERS_VAGUE:
                return "users_vague"
            if facts.mainland is not None:
                return "users_abroad"
            return "users_mainland" if facts.abroad is not None else "users"
        if fact is Fact.USE and Contradiction.USERS_AND_USE in advice.contradictions:
            return "use_again"
        if fact is Fact.TRAVEL and facts.travellers and facts.total is None and counted_users(facts)[0] is None:
            return "travel_of_how_many"
        if fact is Fact.DOMAIN and Contradiction.DOMAINS in advice.contradictions:
            return "domain_again"
        return "travel_how_many" if fact is Fact.TRAVEL and facts.travel is Travel.OFTEN else fact.value

    def _filled(self, template: str, **values: Any) -> str:
        return template.format_map({**self._values, **values})
