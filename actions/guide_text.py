"""What the guide says. Pure: sentences come from ``data/guide.yml``, the position from :mod:`bot.rules.guide`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

import yaml

from bot.rules.guide import Case, Move, Position, position
from bot.rules.guide_remarks import Remark

_FACTS = ("customer", "product", "quantity", "years")


@dataclass(frozen=True)
class Prompt:
    """What is being waited for: one line, and buttons whose words are read like any answer."""

    text: str
    buttons: tuple[Dict[str, Any], ...]


@lru_cache(maxsize=4)
def load_guide_texts(path: Path) -> Dict[str, Any]:
    """The sentences at ``path``.

    Raises:
        KeyError: a move or a remark of the rules has none; the message names it.
    """
    texts: Dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    missing = [move.value for move in Move if "prompt" not in texts["moves"].get(move.value, {})]
    missing += [remark.value for remark in Remark if remark.value not in texts["remarks"]]
    if missing:
        raise KeyError(f"data/guide.yml 缺少：{'、'.join(missing)}")
    return texts


class GuideText:
    """Composes the guide's replies."""

    def __init__(self, texts: Mapping[str, Any], values: Mapping[str, str]) -> None:
        """Keep the sentences and the policy's values that fill them."""
        self._texts = texts
        self._values = values

    def layout(self, key: str, **values: Any) -> str:
        """A sentence of the frame."""
        return self._filled(self._texts["layout"][key], **values)

    def register(self, key: str, case: Case, **values: Any) -> str:
        """A sentence about registering ``case``."""
        known = {name: getattr(case, name) for name in _FACTS}
        known["years"] = case.years or 1
        return self._filled(self._texts["register"][key], **known, **values)

    def missing(self, case: Case) -> str:
        """The names of what is missing to register ``case``."""
        names = self._texts["register"]["names"]
        return "、".join(name for field, name in names.items() if not getattr(case, field))

    def noted(self, before: Case, after: Case, number: str = "") -> str:
        """One line with the details that are new, empty when there are none."""
        words = self._texts["facts"]
        facts = [words["number"].format(value=number)] if number else []
        facts += [
            words[name].format(value=getattr(after, name))
            for name in _FACTS
            if getattr(after, name) and getattr(after, name) != getattr(before, name)
        ]
        return self.layout("details", facts="，".join(facts)) if facts else ""

    def recalled(self, case: Case) -> str:
        """All details that are known of an order."""
        words = self._texts["facts"]
        facts = [words[name].format(value=getattr(case, name)) for name in _FACTS if getattr(case, name)]
        return self.layout("recalled", facts="，".join(facts)) if facts else self.layout("recalled_nothing")

    def cases(self, cases: Mapping[str, Case]) -> Prompt:
        """Where each customer's order is."""
        lines = [self.layout("cases", count=len(cases))]
        for name, case in cases.items():
            step = position(case).step
            lines.append(self.layout("case", customer=name, step=step, title=self._texts["steps"][step]["title"]))
        return Prompt("\n".join(lines), self.switches(list(cases)[1:]))

    def others_left(self, names: Iterable[str]) -> str:
        """Which customers' orders are still under way; empty when there are none."""
        return self.layout("others_left", names="、".join(names)) if names else ""

    def which_agreement(self) -> Prompt:
        """Which of the two agreements is meant."""
        return Prompt(
            self.layout("which_agreement"), tuple(answer(title) for title in self._texts["which_agreement_buttons"])
        )

    def switches(self, customers: Iterable[str]) -> tuple[Dict[str, Any], ...]:
        """A button for each customer whose order can be gone on with."""
        return tuple(answer(self._texts["switch_button"].format(customer=name)) for name in customers)

    def step(self, case: Case) -> str:
        """The step of ``case``, its checklist and what there is to say about the next move; not the prompt."""
        where = position(case)
        step = self._texts["steps"][where.step]
        lines = [self.layout("header", step=where.step, title=step["title"])]
        lines += [f"- {self._filled(line)}" for line in step["checklist"]]
        if where.early_payment:
            lines.append(self.layout("early_payment"))
        if where.assumes_number:
            lines.append(self.layout("assumes_number"))
        if say := self._texts["moves"][where.move.value].get("say"):
            lines.append(self._filled(say))
        return "\n".join(lines)

    def remark(self, remark: Remark, case: Case) -> str:
        """One line on a message that left ``case`` as it was."""
        where = position(case)
        text = self._texts["remarks"][remark.value]
        if remark is Remark.UNSURE:
            text = self._texts["unsure"].get(where.item.value, text)
        return self._filled(text, step=where.step, title=self._texts["steps"][where.step]["title"])

    def prompt(self, case: Case) -> Prompt:
        """What the guide waits for in ``case``."""
        move = self._texts["moves"][position(case).move.value]
        return Prompt(self._filled(move["prompt"]), tuple(answer(title) for title in move["buttons"]))

    def register_prompt(self, case: Case, again: bool = False) -> Prompt:
        """Whether ``case`` is to be registered."""
        titles = self._texts["register"]["buttons"]
        return Prompt(self.register("again" if again else "offer", case), (answer(titles["yes"]), answer(titles["no"])))

    def _filled(self, template: str, **values: Any) -> str:
        return template.format_map({**self._values, **values})


def answer(title: str) -> Dict[str, Any]:
    """A button that answers the guide; 「转人工」 is the one that leaves it."""
    leaf = "human/request" if title == "转人工" else "guide/where"
    return {"title": title, "payload": title, "leaf": leaf}


def waiting_for(state: Mapping[str, Any], texts: GuideText) -> Optional[Prompt]:
    """The prompt that a guide in ``state`` waits with, in one line; None when it waits for nothing."""
    case = Case.from_dict(state.get("case") or {})
    if state.get("left"):
        return None
    if state.get("register") == "offered" and case.can_register:
        return texts.register_prompt(case, again=True)
    where: Position = position(case)
    return None if where.move is Move.FINISHED else texts.prompt(case)
