"""Write a stock Rasa project from this project's data: what a team would have that uses Rasa as its documentation says.

JiebaTokenizer, word and character counts, DIETClassifier and ResponseSelector with 100 epochs each, RulePolicy and
MemoizationPolicy, a form for the data centre, actions on a server of their own. Leaves that are answered from the facts
are retrieval intents (``faq/seal``); the others are intents (``order/status`` → ``order_status``). The training sentences
are the same, the marked customer names included; answers are filled from the policy when the project is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.rules.policy import load_policy
from bot.settings import ROOT, settings

EPOCHS = 100
RETRIEVAL = ("faq", "chitchat", "refuse", "human")
"""Kinds whose leaves are answered by a response each; Rasa picks it with its ResponseSelector."""
FORM = "datacenter_form"
FORM_SLOTS = ("dc_users", "dc_travel", "dc_tenant")
_ACTION_OF = {
    "order": "action_stock_orders",
    "guide": "action_stock_guide",
    "control": "action_stock_control",
    "followup": "utter_ask_rephrase",
}
_RECOMMEND = "action_stock_recommend"
_REMEMBERED = ("task", "asked", "customer_case", "guide", "order", "order_list")


class _Block(str):
    """A text that YAML writes in lines, as Rasa wants its examples."""


yaml.SafeDumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)

Examples = dict[str, list[str]]
"""Leaf → its sentences with their markup."""


def examples_of_the_project() -> Examples:
    """Every training sentence, by leaf, as it stands in ``data/nlu``."""
    found: Examples = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = (line.strip() for line in block["examples"].splitlines())
            found.setdefault(block["intent"], []).extend(line[2:] for line in lines if line.startswith("- "))
    return found


def intent_of(leaf: str) -> str:
    """The name that ``leaf`` has in the stock project."""
    return leaf if leaf.split("/")[0] in RETRIEVAL else leaf.replace("/", "_")


def leaf_of(name: str) -> str:
    """The leaf that the stock project calls ``name``."""
    return name if "/" in name else name.replace("_", "/", 1)


def project_files(examples: Examples) -> dict[str, Any]:
    """The project's files by name, as what YAML holds."""
    plain = sorted(intent_of(leaf) for leaf in examples if "/" not in intent_of(leaf))
    return {
        "config.yml": _config(),
        "domain.yml": {**_domain(plain), "responses": _responses(examples)},
        "data/nlu.yml": {"version": "3.1", "nlu": _nlu(examples)},
        "data/rules.yml": {"version": "3.1", "rules": list(_rules(plain))},
        "data/stories.yml": {"version": "3.1", "stories": list(_stories())},
        "credentials.yml": {"rest": None},
    }


def write_project(folder: Path, files: dict[str, Any]) -> None:
    """Write ``files`` (from :func:`project_files`) into ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
        path.write_text(text, encoding="utf-8")


def _config() -> dict[str, Any]:
    return {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "zh",
        "pipeline": [
            {"name": "JiebaTokenizer"},
            {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "DIETClassifier", "epochs": EPOCHS},
            {"name": "ResponseSelector", "epochs": EPOCHS},
        ],
        "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
    }


def _domain(plain: list[str]) -> dict[str, Any]:
    slots: dict[str, Any] = {
        name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]} for name in _REMEMBERED
    }
    for name in FORM_SLOTS:
        answered = {"type": "from_text", "conditions": [{"active_loop": FORM, "requested_slot": name}]}
        slots[name] = {"type": "text", "influence_conversation": False, "mappings": [answered]}
    return {
        "version": "3.1",
        "intents": [*RETRIEVAL, *plain],
        "entities": ["customer"],
        "slots": slots,
        "forms": {FORM: {"required_slots": list(FORM_SLOTS)}},
        "actions": [
            *sorted({a for a in _ACTION_OF.values() if a.startswith("action")}),
            _RECOMMEND,
            f"validate_{FORM}",
        ],
        "session_config": {"session_expiration_time": 720, "carry_over_slots_to_new_session": True},
    }


def _nlu(examples: Examples) -> list[dict[str, Any]]:
    return [
        {"intent": intent_of(leaf), "examples": _Block("".join(f"- {s}\n" for s in sentences))}
        for leaf, sentences in examples.items()
    ]


def _responses(examples: Examples) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for path in sorted((ROOT / "data" / "responses").glob("*.yml")):
        known.update(yaml.safe_load(path.read_text(encoding="utf-8"))["responses"])
    values = load_policy(settings().policy_file).placeholders()
    found = {
        name: [_filled(variation, known, values) for variation in known[name]]
        for name in (f"utter_{leaf}" for leaf in examples if leaf.split("/")[0] in RETRIEVAL)
    }
    for name in ("utter_cancelled", "utter_nothing_open"):
        found[name] = [_filled(known[name][0], known, values)]
    found["utter_back_to_task"] = known["utter_back_to_task"]
    found["utter_ask_rephrase"] = [{"text": known["utter_which_topic"][0]["text"]}]
    questions = yaml.safe_load((ROOT / "data" / "datacenter.yml").read_text(encoding="utf-8"))["question"]
    for slot, key in zip(FORM_SLOTS, ("users", "travel", "tenant")):
        buttons = [{"title": b, "payload": b} for b in questions[key]["buttons"]]
        found[f"utter_ask_{slot}"] = [{"text": questions[key]["text"], "buttons": buttons}]
    return found


def _filled(variation: dict[str, Any], known: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """The response as Rasa takes it: no placeholders, the usual lead, the next questions as buttons."""
    metadata = variation.get("metadata") or {}
    claims = metadata.get("claims") or [{"say": ""}]
    text = variation["text"].format_map({**values, "lead": claims[-1]["say"].format_map(values)})
    titles = [known[f"utter_{leaf}"][0]["metadata"]["title"] for leaf in metadata.get("next", [])]
    buttons = [{"title": title, "payload": title} for title in titles]
    return {"text": text, **({"buttons": buttons} if buttons else {})}


def _rules(plain: Iterable[str]) -> Iterable[dict[str, Any]]:
    for kind in RETRIEVAL:
        yield {"rule": kind, "steps": [{"intent": kind}, {"action": f"utter_{kind}"}]}
    for intent in plain:
        action = _ACTION_OF.get(intent.split("_")[0])
        if action:
            yield {"rule": intent, "steps": [{"intent": intent}, {"action": action}]}
    yield {"rule": "text for the customer", "steps": [{"intent": "dc_customer_text"}, {"action": _RECOMMEND}]}
    yield {
        "rule": "the form begins",
        "steps": [{"intent": "dc_case"}, {"action": FORM}, {"active_loop": FORM}],
    }
    yield {
        "rule": "the form ends",
        "condition": [{"active_loop": FORM}],
        "steps": [
            {"action": FORM},
            {"active_loop": None},
            {"slot_was_set": [{"requested_slot": None}]},
            {"action": _RECOMMEND},
        ],
    }


def _stories() -> Iterable[dict[str, Any]]:
    """A few talks for the MemoizationPolicy, in line with the rules."""
    turns = {
        "greet": [{"intent": "chitchat"}, {"action": "utter_chitchat"}],
        "fact": [{"intent": "faq"}, {"action": "utter_faq"}],
        "order": [{"intent": "order_status"}, {"action": _ACTION_OF["order"]}],
        "list": [{"intent": "order_list"}, {"action": _ACTION_OF["order"]}],
        "human": [{"intent": "human"}, {"action": "utter_human"}],
    }
    for talk in ("greet fact fact", "greet order list", "fact order fact human", "greet list order"):
        yield {"story": talk, "steps": [step for turn in talk.split() for step in turns[turn]]}
