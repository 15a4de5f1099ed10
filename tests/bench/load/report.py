"""The result of ``make bench`` as JSON, as a Markdown table and as a picture, with the ratios that matter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from tests.bench.load.measure import CLIENTS, TURNS, Cell


@dataclass
class Result:
    """Everything that a run measured.

    Attributes:
        machine: processor, cores, date, commit.
        start: seconds from the command to the first answer, by assistant.
        memory: MB by assistant: ``idle`` after the first answers and ``loaded`` at the end, each ``rss`` and ``pss``.
        training: seconds and processor seconds by assistant, and how many sentences.
        cells: all cells of load.
        pairs: what is compared within this assistant: medians of both sides by kind.
    """

    machine: dict[str, Any]
    start: dict[str, float] = field(default_factory=dict)
    memory: dict[str, dict[str, float]] = field(default_factory=dict)
    training: dict[str, dict[str, float]] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    pairs: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def cell(self, assistant: str, clients: int, turn: int, kind: str = "all", words: str = "unseen") -> Cell | None:
        """The cell, or None where it was not measured."""
        wanted = (assistant, clients, turn, words, kind)
        return next((c for c in self.cells if (c.assistant, c.clients, c.turn, c.words, c.kind) == wanted), None)


@dataclass(frozen=True)
class Target:
    """A ratio (this / stock, or within this) and what it must be."""

    name: str
    ratio: float
    limit: float
    at_least: bool

    @property
    def met(self) -> bool:
        """Whether it is what it must be."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def targets(result: Result) -> list[Target]:
    """Every target that the run has figures for."""
    found = []

    def compare(name: str, attribute: str, clients: int, turn: int, limit: float, at_least: bool) -> None:
        this, stock = result.cell("this", clients, turn), result.cell("stock", clients, turn)
        if this and stock:
            ratio = getattr(this.figures, attribute) / getattr(stock.figures, attribute)
            found.append(Target(name, ratio, limit, at_least))

    compare("messages a second, 10 clients, turn 200", "per_second", 10, 200, 12, True)
    compare("messages a second, 10 clients, turn 1", "per_second", 10, 1, 3, True)
    compare("median, 1 client, turn 1", "median", 1, 1, 1 / 3, False)
    compare("p99, 50 clients, turn 1", "p99", 50, 1, 1 / 5, False)
    if {"this", "stock"} <= result.memory.keys():
        ratio = result.memory["this"]["idle_rss"] / result.memory["stock"]["idle_rss"]
        found.append(Target("resident memory", ratio, 0.75, False))
    if {"this", "stock"} <= result.start.keys():
        found.append(Target("start to first answer", result.start["this"] / result.start["stock"], 0.5, False))
    if {"this", "stock"} <= result.training.keys():
        ratio = result.training["this"]["seconds"] / result.training["stock"]["seconds"]
        found.append(Target("training", ratio, 0.1, False))
    for name, limit in (("turn 200 / turn 1", 1.1), ("a million orders / a hundred", 1.2)):
        if name in result.pairs:
            first, second = result.pairs[name]["all"]
            found.append(Target(name, second / first, limit, False))
    return found


def write(result: Result, docs: Path) -> str:
    """Write ``bench.json``, ``bench.md`` and ``img/bench.png`` under ``docs``; the Markdown."""
    (docs / "img").mkdir(parents=True, exist_ok=True)
    text = markdown(result)
    (docs / "bench.json").write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (docs / "bench.md").write_text(text, encoding="utf-8")
    _draw(result, docs / "img" / "bench.png")
    return text


def markdown(result: Result) -> str:
    """The result for people."""
    machine = ", ".join(str(value) for value in result.machine.values())
    lines = [
        "# This assistant and a stock Rasa assistant",
        "",
        f"Written by `make bench`: {machine}. What is compared, and how: tests/bench/load and tests/bench/stock.",
        "",
        "| | ratio | target | met |",
        "|---|---|---|---|",
        *(
            f"| {t.name} | {t.ratio:.2f} | {'≥' if t.at_least else '≤'} {t.limit:.2f} | {'yes' if t.met else '**no**'} |"
            for t in targets(result)
        ),
        "",
        "| | " + " | ".join(result.start) + " |",
        "|---|" + "---|" * len(result.start),
        "| start to first answer, s | " + " | ".join(f"{s:.1f}" for s in result.start.values()) + " |",
    ]
    for key in ("idle_rss", "idle_pss", "loaded_rss"):
        values = [f"{result.memory[name][key]:.0f}" for name in result.start if name in result.memory]
        lines.append(f"| memory, MB, {key.replace('_', ' ')} | " + " | ".join(values) + " |")
    for name, training in result.training.items():
        lines += [
            "",
            f"Training, {name}: " + ", ".join(f"{key.replace('_', ' ')} {v}" for key, v in training.items()) + ".",
        ]
    lines += ["", *_table(result.cells), ""]
    for name, kinds in result.pairs.items():
        lines += [f"{name}, median ms: " + "; ".join(f"{k} {b} / {a}" for k, (a, b) in kinds.items()), ""]
    return "\n".join(lines)


def _table(cells: Sequence[Cell]) -> list[str]:
    head = "| | words | turn | clients | kind | messages a second | median ms | p95 | p99 | messages | errors |"
    rows = [
        f"| {c.assistant} | {c.words} | {c.turn} | {c.clients} | {c.kind} | {c.figures.per_second} | {c.figures.median} | "
        f"{c.figures.p95} | {c.figures.p99} | {c.figures.messages} | {c.figures.errors} |"
        for c in cells
    ]
    return [head, "|---" * 11 + "|", *rows]


def _draw(result: Result, path: Path) -> None:
    figure, axes = plt.subplots(1, len(CLIENTS), figsize=(11, 3.6), sharey=True)
    for axis, clients in zip(axes, CLIENTS):
        for shift, name in ((-0.2, "stock"), (0.2, "this")):
            found = [result.cell(name, clients, turn) for turn in TURNS]
            heights = [cell.figures.per_second if cell else 0 for cell in found]
            bars = axis.bar([i + shift for i in range(len(TURNS))], heights, width=0.38, label=name)
            axis.bar_label(bars, fmt="%.0f", fontsize=8)
        axis.set(title=f"{clients} client{'s' if clients > 1 else ''}", xlabel="turn")
        axis.set_xticks(range(len(TURNS)), [str(turn) for turn in TURNS])
    axes[0].set_ylabel("messages a second, unseen words")
    axes[0].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)
