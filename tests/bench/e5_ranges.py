"""Write bot/nlu/e5/ranges.py: between what limits the inputs of the encoder's products lie. ``python -m tests.bench.e5_ranges``."""

from __future__ import annotations

import random

import numpy as np

from bot.nlu.e5 import Encoder, graph
from bot.settings import ROOT
from tests.bench import nlu_data

TEXTS = 1500
OUTSIDE = 0.05
"""Share of the texts whose smallest (or largest) number may lie outside: it is cut, and all others get finer steps."""


def main() -> None:
    """Measure on training sentences, in 32 bits, and write."""
    encoder = Encoder()
    texts = nlu_data.normal([sentence for sentence, _ in nlu_data.sentences()])
    built = graph.build(encoder.weights, None)
    session = built.session()
    sources = list(dict.fromkeys(built.sources.values()))
    lows: dict[str, list[float]] = {source: [] for source in sources}
    highs: dict[str, list[float]] = {source: [] for source in sources}
    for text in random.Random(0).sample(texts, TEXTS):
        embedded = encoder.embedded(encoder.pieces(text))
        for source, values in zip(sources, session.run(sources, {graph.INPUT: embedded[None]})):
            lows[source].append(float(values.min()))
            highs[source].append(float(values.max()))
    lines = [
        f'    "{name}": ({np.quantile(lows[source], OUTSIDE):.3f}, {np.quantile(highs[source], 1 - OUTSIDE):.3f}),'
        for name, source in built.sources.items()
    ]
    (ROOT / "bot" / "nlu" / "e5" / "ranges.py").write_text(_HEAD + "\n".join(["RANGES = {", *lines, "}", ""]))


_HEAD = '''"""Between what limits the numbers lie that each product of the encoder multiplies, measured on this project's sentences.

Written by ``python -m tests.bench.e5_ranges``. Outliers belong to the model and hardly to the text: the limits of 1,500
sentences differ by a few hundredths (docs/decisions/0008).
"""

'''

if __name__ == "__main__":
    main()
