"""Measurements of running assistants: cells of load, and pairs whose ratio matters."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.bench.load.assistants import Assistant
from tests.bench.load.client import Sample
from tests.bench.load.messages import LENGTH, Kind, Speaker, history

CLIENTS = (1, 10, 50)
TURNS = (1, 50, 200)
LEAST_VISITS = {1: 10, 10: 2, 50: 1}
"""Visits of each client, by the number of clients: enough messages for a 99th percentile with 50, 40 with one."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Figures:
    """A sample in milliseconds and messages a second."""

    messages: int
    errors: int
    median: float
    p95: float
    p99: float
    per_second: float

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Figures:
        """Samples that were taken one after the other."""
        taken = [1000 * s for sample in samples for s in sample.seconds]
        if len(taken) < 2:
            raise RuntimeError(f"no figures: {[e for sample in samples for e in sample.errors][:3]}")
        parts = statistics.quantiles(taken, n=100, method="inclusive")
        return cls(
            messages=len(taken),
            errors=sum(len(sample.errors) for sample in samples),
            median=round(statistics.median(taken), 2),
            p95=round(parts[94], 2),
            p99=round(parts[98], 2),
            per_second=round(len(taken) / sum(sample.elapsed for sample in samples), 2),
        )


@dataclass(frozen=True)
class Cell:
    """One row of the result; ``kind`` is ``all`` for the kinds together, ``words`` is ``unseen`` or ``repeated``."""

    assistant: str
    clients: int
    turn: int
    words: str
    kind: str
    figures: Figures


async def warm_up(assistant: Assistant, speaker: Speaker) -> None:
    """One visit of each kind, unmeasured."""
    assistant.bind(["warm"])
    await assistant.hold("warm", [m for kind in Kind for m in speaker.visit(kind).messages])


async def hold_histories(assistant: Assistant, speaker: Speaker) -> None:
    """Really hold the long talks that :func:`measure` copies."""
    for turn in TURNS:
        if turn > 1:
            assistant.bind([_talked(turn)])
            await assistant.hold(_talked(turn), history(turn - 1, speaker))


async def measure(assistant: Assistant, speaker: Speaker, say: Say) -> list[Cell]:
    """Every cell: first unseen words, then repeated ones (questions only: an order's number is never repeated)."""
    found = []
    for unseen, turn, clients in itertools.product((True, False), TURNS, CLIENTS):
        words = "unseen" if unseen else "repeated"
        samples = {}
        for kind in Kind if unseen else (Kind.FAQ,):
            talks = await _talks(assistant, speaker, kind, turn, clients, unseen)
            samples[kind] = await assistant.client.load(talks)
            found.append(Cell(assistant.name, clients, turn, words, kind.value, Figures.of([samples[kind]])))
        if unseen:
            found.append(Cell(assistant.name, clients, turn, words, "all", Figures.of(list(samples.values()))))
        figures = found[-1].figures
        say(
            f"{assistant.name}: {words}, turn {turn}, {clients} clients: {figures.per_second} a second, "
            f"median {figures.median} ms, p99 {figures.p99} ms, {figures.errors} errors"
        )
        for sample in samples.values():
            for error in sample.errors[:2]:
                say(f"  {error}")
    return found


async def pair(first: Side, second: Side, kinds: Sequence[Kind], rounds: int) -> dict[str, tuple[float, float]]:
    """Median milliseconds of two sides whose visits take turns, by kind and for all; one client.

    Taking turns keeps what else happens on the machine from falling on one side.
    """
    seconds: dict[str, tuple[list[float], list[float]]] = {}
    for _ in range(rounds):
        for kind in kinds:
            taken = seconds.setdefault(kind.value, ([], []))
            for side, times in zip((first, second), taken):
                talks = await _talks(side.assistant, side.speaker, kind, side.turn, 1, True, 1)
                times += (await side.assistant.client.load(talks)).seconds
    seconds["all"] = ([s for a, _ in seconds.values() for s in a], [s for _, b in seconds.values() for s in b])
    return {
        kind: (round(1000 * statistics.median(a), 2), round(1000 * statistics.median(b), 2))
        for kind, (a, b) in seconds.items()
    }


@dataclass(frozen=True)
class Side:
    """One side of a :func:`pair`."""

    assistant: Assistant
    speaker: Speaker
    turn: int


_names: Iterator[int] = itertools.count()


async def _talks(
    assistant: Assistant,
    speaker: Speaker,
    kind: Kind,
    turn: int,
    clients: int,
    unseen: bool,
    visits: int | None = None,
) -> list[list[tuple[str, Sequence[str]]]]:
    """For each client its visits, each in a conversation of its own that is ``turn - 1`` turns old."""
    each = LEAST_VISITS[clients] if visits is None else visits
    talks = [[(f"v{next(_names)}", speaker.visit(kind, unseen).messages) for _ in range(each)] for _ in range(clients)]
    senders = [sender for visits_of_one in talks for sender, _ in visits_of_one]
    if turn > 1:
        await assistant.copy(_talked(turn), senders)
    if kind is Kind.ORDER:
        assistant.bind(senders)
    return talks


def _talked(turn: int) -> str:
    return f"talked-{turn}"


MESSAGES_OF_A_CELL = {clients: clients * LEAST_VISITS[clients] * LENGTH for clients in CLIENTS}
"""Messages of each kind in a cell, by the number of clients."""
