"""Stock DIET and this assistant's classifier on one split: ``python -m tests.bench.nlu_stock [RESULT.json]``.

Both are trained on the same sentences and asked the same held-out ones (:mod:`tests.bench.stock.split`). For stock Rasa the
leaf is DIET's intent and, where that is a retrieval intent, the ResponseSelector's choice. Trains the stock model if it is
not kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from sklearn.metrics import accuracy_score, f1_score

from bot.nlu.leaf_model import LeafModel
from bot.nlu.normalize import normalize
from tests.bench.nlu_data import without_markup
from tests.bench.stock.model import StockModel, ensure_stock_model
from tests.bench.stock.project import Examples, examples_of_the_project, leaf_of
from tests.bench.stock.split import split


def _pairs(examples: Examples) -> tuple[list[str], list[str]]:
    """Sentences without their markup, and the leaf of each."""
    pairs = [(without_markup(sentence), leaf) for leaf, sentences in examples.items() for sentence in sentences]
    return [text for text, _ in pairs], [leaf for _, leaf in pairs]


async def said_by_stock(model: StockModel, texts: list[str]) -> list[str]:
    """The leaf that the stock assistant finds in each text."""
    agent = Agent.load(str(model.path))
    return [_leaf(await agent.parse_message(text)) for text in texts]


def _leaf(parse: dict[str, Any]) -> str:
    intent = parse["intent"]["name"]
    selected = parse.get("response_selector", {})
    if intent in selected.get("all_retrieval_intents", []):
        chosen: str = selected["default"]["response"]["intent_response_key"]
        return chosen
    return leaf_of(intent or "")


def said_by_this(train: Examples, texts: list[str]) -> list[str]:
    """The leaf that this assistant's classifier, trained on ``train``, finds in each text."""
    sentences, leaves = _pairs(train)
    model = LeafModel.fit([normalize(sentence).text for sentence in sentences], leaves)
    return [model.leaves[int(model.probabilities(normalize(text).text).argmax())] for text in texts]


def main() -> None:
    """Measure and print."""
    stock = ensure_stock_model(split(examples_of_the_project()), latest_will_do=True)
    texts, leaves = _pairs(stock.split.test)
    said = {"stock": asyncio.run(said_by_stock(stock, texts)), "this": said_by_this(stock.split.train, texts)}
    result = {
        name: {
            "accuracy": round(accuracy_score(leaves, found), 4),
            "macro_f1": round(f1_score(leaves, found, average="macro"), 4),
            "kind_accuracy": round(
                accuracy_score([leaf.split("/")[0] for leaf in leaves], [leaf.split("/")[0] for leaf in found]), 4
            ),
        }
        for name, found in said.items()
    }
    result["data"] = {"trained_on": stock.sentences, "tested_on": len(texts), "leaves": stock.leaves}
    text = json.dumps(result, indent=1)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
