"""One stratified 80/20 split of the training sentences (seed 0), and the part of it that both assistants train on.

DIET takes hours for all sentences on two cores, so each side trains on at most :data:`PER_LEAF` sentences of a leaf; all
held-out sentences are tested.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from sklearn.model_selection import train_test_split

from tests.bench.stock.project import Examples

PER_LEAF = 30
HELD_OUT = 0.2


@dataclass(frozen=True)
class Split:
    """Sentences with their markup, by leaf."""

    train: Examples
    test: Examples


def split(examples: Examples, per_leaf: int = PER_LEAF) -> Split:
    """Split ``examples``; at most ``per_leaf`` sentences of each leaf are for training, chosen by lot."""
    pairs = [(leaf, sentence) for leaf, sentences in examples.items() for sentence in dict.fromkeys(sentences)]
    train, test = train_test_split(pairs, test_size=HELD_OUT, stratify=[leaf for leaf, _ in pairs], random_state=0)
    chance = random.Random(0)
    by_leaf = {
        leaf: [sentence for other, sentence in train if other == leaf] for leaf in sorted({leaf for leaf, _ in train})
    }
    return Split(
        train={leaf: chance.sample(said, min(per_leaf, len(said))) for leaf, said in by_leaf.items()},
        test={leaf: [sentence for other, sentence in test if other == leaf] for leaf in by_leaf},
    )
