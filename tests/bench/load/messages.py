"""What the clients say: visits of four messages, the same for both assistants.

Unseen words: questions that nobody trained on (tests/questions/heldout.yml), each part of them with another filler word
every time, so that neither a whole message nor a part of one has been seen by any cache. Orders and customers change with
every visit. Repeated words: the same few questions over and over.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import yaml

from bot.nlu.normalize import normalize
from bot.nlu.questions import clauses
from bot.store.records import Order
from tests.bench.heldout import QUESTIONS

LENGTH = 4
"""Messages of a visit."""


class Kind(str, Enum):
    """What a visit is about."""

    FAQ = "faq"
    ORDER = "order"
    DATACENTER = "datacenter"


@dataclass(frozen=True)
class Visit:
    """Messages that one client sends one after the other in one conversation."""

    kind: Kind
    messages: tuple[str, ...]


_PIECE = re.compile(r"([^，。？！；、,.?!;\s]+)([，。？！；、,.?!;\s]*)")
_BEFORE = ("", "请问", "想问下", "那", "就是", "其实", "麻烦问一下", "这个", "我想知道", "对了")
_AFTER = ("", "呢", "啊", "哈", "呀", "嘛", "哦", "来着", "的说", "咧")
_STATUS = (
    "帮我查一下{number}到哪一步了{after}",
    "{before}{number}现在什么状态",
    "{customer}那单开通了没{after}",
    "{number}的原件寄了没有{after}",
    "{before}{customer}的单审核过了吗",
    "{before}{number}付款到账了没{after}",
    "查一下{customer}的订单进度{after}",
    "{number}什么时候能开通{after}",
)
_CASE = (
    "{before}我有个客户要买365，选哪个数据中心{after}",
    "国内{home}个用户，国外{away}个用户{after}",
    "{before}国内经常出国出差的有{travel}个人{after}",
    "{before}国外的公司没买过365{after}",
)
_ASKED_AGAIN = (
    "服务协议盖什么章",
    "付款以后多久开通",
    "原件什么时候寄",
    "CSP是什么意思",
    "能按月付款吗",
    "总代都有哪几家",
)


class Speaker:
    """Makes visits; two speakers with the same seed and orders say the same."""

    def __init__(self, orders: Sequence[Order], seed: int = 0) -> None:
        """Speak of ``orders``, which are all of one partner."""
        self._chance = random.Random(seed)
        self._orders = orders
        self._questions = self._unseen_questions()

    def visit(self, kind: Kind, unseen: bool = True) -> Visit:
        """The next visit."""
        if kind is Kind.FAQ and not unseen:
            return Visit(kind, tuple(self._chance.choices(_ASKED_AGAIN, k=LENGTH)))
        if kind is Kind.FAQ:
            return Visit(kind, tuple(itertools.islice(self._questions, LENGTH)))
        templates = self._chance.sample(_STATUS, LENGTH) if kind is Kind.ORDER else _CASE
        return Visit(kind, tuple(self._filled(template) for template in templates))

    def _filled(self, template: str) -> str:
        order = self._chance.choice(self._orders)
        home = self._chance.randrange(10, 900)
        return template.format(
            number=order.number,
            customer=order.customer,
            before=self._chance.choice(_BEFORE),
            after=self._chance.choice(_AFTER),
            home=home,
            away=self._chance.randrange(1, 900),
            travel=self._chance.randrange(1, home),
        )

    def _unseen_questions(self) -> Iterator[str]:
        entries = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
        asked = [str(e["say"]) for e in entries if str(e.get("leaf") or e["both"]).find("faq/") >= 0]
        used: set[str] = set()
        missed = 0
        for question in itertools.cycle(self._chance.sample(asked, len(asked))):
            said = _PIECE.sub(self._with_fillers, question)
            normal = normalize(said).text
            parts = {normal, *(clause.text for clause in clauses(normal))}
            missed = missed + 1 if parts & used else 0
            if missed > 20 * len(asked):
                raise RuntimeError("the fillers do not yield another unseen question")
            if not parts & used:
                used |= parts
                yield said

    def _with_fillers(self, piece: re.Match[str]) -> str:
        return self._chance.choice(_BEFORE) + piece[1] + self._chance.choice(_AFTER) + piece[2]


def history(turns: int, speaker: Speaker) -> list[str]:
    """``turns`` messages of a long talk: visits of every kind by turns, a few questions at the end."""
    kinds = itertools.cycle(Kind)
    talk = [message for _ in range(turns // LENGTH) for message in speaker.visit(next(kinds)).messages]
    return [*talk, *speaker.visit(Kind.FAQ).messages[: turns % LENGTH]]
