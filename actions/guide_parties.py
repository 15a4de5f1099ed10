"""More than one customer in the guide: each has a case of its own, and one of them is followed at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional, Sequence

from actions.guide_prompt import guide_texts
from actions.guide_session import Session
from bot.rules.customer_name import placed_name, reported_name
from bot.rules.guide import Agreement, Case
from bot.rules.parties import another_customer, chosen, names_several, parties_in, said_of, same_party

_KEPT = 5
"""Other customers whose cases are kept."""
_RENAMES = ("客户是", "客户叫", "客户名", "改成", "不对", "应该", "搞错", "说错", "写错")


@dataclass(frozen=True)
class Outcome:
    """What a message that names customers comes to.

    Attributes:
        ask: the sentence to say instead of reading the message (a key of the layout); None when it may be read.
        names: the customers spoken of.
        switched: whether another case is followed now.
    """

    ask: Optional[str] = None
    names: tuple[str, ...] = ()
    switched: bool = False


def follow(session: Session, text: str, read: Callable[[str, Case], Case], distributors: Sequence[str] = ()) -> Outcome:
    """Make ``session`` follow the customer that ``text`` (a normal form) is about, unless it must be asked which.

    Args:
        session: changed in place: its case and the others.
        text: the message.
        read: a text and the case before it; the case after it.
        distributors: names that are no customers unless they were said to be.
    """
    known = tuple(filter(None, [session.case.customer, *session.others]))
    another = another_customer(text)
    if another is not None and (session.case != Case() or known):
        begin_another(session, next((name for name in known if another and same_party(name, another)), another))
        return Outcome(None, (another,), switched=True)
    turned_to = chosen(text, (*known, *parties_in(text)))
    if turned_to and (known or session.others):
        return _switch(session, turned_to)
    others = [name for name in distributors if not any(same_party(name, customer) for customer in known)]
    names = tuple(n for n in parties_in(text, known) if not any(same_party(n, name) for name in others))
    alone = None if names else placed_name(text) or reported_name(text)
    if alone and not any(same_party(alone, name) for name in others):
        names = (next((name for name in known if same_party(name, alone)), alone),)
    if len(names) > 1:
        for name, said in said_of(text, names).items():
            before = _case_of(session, name)
            if session.case.customer and same_party(name, session.case.customer):
                session.case = replace(read(said, session.case), customer=session.case.customer)
            else:
                session.others = _kept(session.others, name, replace(read(said, before), customer=name))
        return Outcome("one_at_a_time", names)
    if names_several(text):
        return Outcome("several")
    if not names or names[0] == session.case.customer:
        return Outcome()
    if names[0] in session.others:
        return _switch(session, names[0])
    if session.case.customer and not any(word in text for word in _RENAMES):
        return Outcome("other_order", names)
    return Outcome()


def begin_another(session: Session, name: Optional[str] = None) -> None:
    """Follow a new order, of ``name`` if that is known; of the one before only the agreement is taken along (F14)."""
    if name:
        _switch(session, name)
        return
    number = session.has_number or session.case.agreement is Agreement.NUMBER
    agreement = session.case.agreement or (Agreement.NUMBER if number else None)
    if _is_worth_keeping(session.case):
        session.others = _kept(session.others, session.case.customer or _free_name(session), session.case)
    session.case, session.register, session.prefilled = Case(agreement=agreement), None, False
    session.closed = False


def end_other(session: Session, text: str) -> Optional[tuple[str, str]]:
    """End the order of another customer than the one that is followed, where ``text`` gives up that one (「鼎盛公司不做了」).

    Returns:
        What to say of it (a key of the layout) and its customer; None where the text is about the order that is followed.
    """
    current = session.case.customer
    known = tuple(filter(None, [current, *session.others]))
    name = next((name for name in parties_in(text, known) if not current or not same_party(name, current)), None)
    if name is None or not (current or name in session.others):
        return None
    ended = session.others.pop(name, None)
    return ("other_ended" if ended else "other_unknown"), name


def listed(session: Session) -> dict[str, Case]:
    """The orders under way by their customers, the one that is followed first."""
    called = session.case.customer or guide_texts().layout("this_one")
    followed = {called: session.case} if _is_worth_keeping(session.case) else {}
    return {**followed, **{name: Case.from_dict(case) for name, case in session.others.items()}}


def _free_name(session: Session) -> str:
    """What an order goes by that is put aside before its customer was named."""
    unnamed = guide_texts().layout("unnamed")
    names = (unnamed + (str(n) if n > 1 else "") for n in range(1, _KEPT + 2))
    return next(name for name in names if name not in session.others)


def _is_worth_keeping(case: Case) -> bool:
    """Whether more is known of an order than how far the agreement is."""
    return replace(case, agreement=None) != Case()


def _switch(session: Session, name: str) -> Outcome:
    current = session.case.customer
    if current != name:
        if current or _is_worth_keeping(session.case):
            session.others = _kept(session.others, current or _free_name(session), session.case)
        case = _case_of(session, name)
        session.others = {n: c for n, c in session.others.items() if n != name}
        session.case = case
        session.register, session.prefilled = None, False
    return Outcome(None, (name,), switched=True)


def _case_of(session: Session, name: str) -> Case:
    """What is known of the order of ``name``; the agreement with the distributor is the same for all customers."""
    unnamed = guide_texts().layout("unnamed")
    fresh = {} if name.startswith(unnamed) else {"customer": name}
    case = Case.from_dict(session.others.get(name) or fresh)
    return case if case.agreement else replace(case, agreement=session.case.agreement)


def _kept(others: dict, name: str, case: Case) -> dict:
    return dict([*((n, c) for n, c in others.items() if n != name), (name, case.to_dict())][-_KEPT:])
