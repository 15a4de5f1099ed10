"""Read a customer as staff describe them: a normal-form sentence in, what is known about the customer out.

Understands whole descriptions and pieces, corrections, what-ifs, and short answers to the question that was asked.
Nothing is guessed: what a sentence does not say stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.rules.casebook_answers import Statement, bare_level, name_what_if, read_answer
from bot.rules.casebook_changes import read_changes
from bot.rules.casebook_company import Before, Read, compare_domains, is_reverse, read_domain, read_tenant
from bot.rules.casebook_signs import Found, Signs, people, to_signs
from bot.rules.casebook_topics import read_sync, read_today, read_travel, read_use
from bot.rules.casebook_update import Change, mirrored, updated
from bot.rules.casebook_users import read_users
from bot.rules.customer_facts import Answer, CustomerFacts, Today, Travel
from bot.rules.datacenter import Fact

_BREAK = re.compile(
    r"[，。；！？!?;]|(?<!\d),|,(?!\d{3})|嗯+|呃+|那个(?!域名|人)|然后|不过|但是|但(?!凡)|而且|吧|呢|啊|嘛|哈"
    r"|(?:(?<=365)|(?<=global)|(?<=[GD]))(?=[MC][^。，]{0,4}N|他们|客户|我们)"
    r"|(?<=[了过])(?=他们|客户|我们|(?:现在)?[MC](?:这边|子公司|公司|分公司)?(?:也|N|想))"
    r"|(?=(?:[AF])(?:也|那边)?(?:没有?|无)(?:什么)?(?:母公司|公司|总部|分公司))"
    r"|(?<![个位名号十百千NS的])(?=(?:他们)?(?:销售|老板|老总|工程师|律师|船员|高管)(?:们|团队|人员)?.{0,4}(?:经常|老(?!板|总)|常|每|很少|偶尔|飞|往|出|天天|一半))"
    r"|(?<=[N人个])(?=(?:也|都)?(?:很少|几乎不|不怎么|基本不|从不)(?:去)?(?:出|飞))"
    r"|(?<=[NSMC人个])(?=出差(?:也|倒|是|不))"
    r"|(?<=出[差国去])(?=N(?:人|员工)?(?:全|都|在))"
)
_CORRECTION = re.compile(
    r"不对|[说搞弄记打写报讲看]错|错了|更正|纠正|改成|改为|改一?下|修改|应该是|应为|其实|才对|反了|typo|wrong|sorry|有误|不算|是错的|改口|重新说|我说的是|不是[^，。]{1,10}，?是(?!不)|^不是?[都全]"
)
_WRONG = re.compile(
    r"^.{0,24}(?:不对|[说搞弄记打写报讲看]错行?|错了|更正一?下?|纠正一?下?|有误|是错的|弄错了?的?|wrong|typo|重新说|改口一?下?|(?<=[，。])其实)(?:了|的|字|下|，|。)*"
)
_SWAPPED = re.compile(r"[说数搞弄写]?反了|倒过来|反过来|颠倒|对调")
_SUPPOSE = re.compile(
    r"要是|如果|假如|假设|假使|倘若|若(?!干)|万一|要真|换成|what\s?if|(?<![a-z])if(?![a-z])|换个情况|同样的客户|会改推荐|结论变不变|结果会变|推荐是否会变|会不会不一样"
)
_NEGATED = [
    re.compile(r"不是[^，。！；域同]{1,12}?(?:，|。|、|而)?(?=是[^不])"),
    re.compile(r"(?<=[^，。！；是])(?P<keep>)不是[^，。！；域同]{1,10}(?=$|[，。！；])"),
    re.compile(r"不(?:是)?[都全][^，。]{0,6}(?=，(?:还|其实|另外))"),
    re.compile(r"从[^，。]{1,8}?(?=[变涨降升改增减])"),
]
_TOPICS = [
    (re.compile("域名|domain"), Fact.DOMAIN),
    (re.compile("公司|总部|集团"), Fact.TENANT),
    (re.compile("出差|出国"), Fact.TRAVEL),
    (re.compile("访问|登|用得"), Fact.USE),
]
_SO_MANY = re.compile(r"(?:大概|大约|差不多|估计|也就|就|有|只有|一共|共)*N(?:人|个|左右|的样子)*")
_HEDGED = re.compile("也许|可能|说不定|没准")
_THE_OTHERS = re.compile(r"员工|其他|其余|别人|别的|剩下|普通")
_OTHER_SIDE = {"mainland": "abroad", "abroad": "mainland"}
_NOISE = re.compile(r"^[，。！？、\s啊嗯哦呃那就应该大概好像可能我觉得吧]*|[，。！？、\s吧呢啊呀哦的了]*$")


def read_statement(
    text: str, found: Iterable[Found], facts_so_far: CustomerFacts, asked: str | None = None, what_if: bool = False
) -> CustomerFacts:
    """What is known after ``text``.

    Args:
        text: the normal form of the message.
        found: the entities found in it, with spans of the normal form.
        facts_so_far: what was known before; :class:`CustomerFacts` for a new customer.
        asked: the :class:`~bot.rules.datacenter.Fact` that the assistant has just asked for, by value.
        what_if: nobody says that it is so, though no word like "if" tells it.
    """
    supposed = what_if or bool(_SUPPOSE.search(text))
    corrected = is_correction(text)
    plain, pieces, topic = _cleaned(text, list(found), supposed or corrected)
    question = Fact(asked) if asked else topic
    said = _read(to_signs(plain, pieces), facts_so_far, question, supposed)
    other = corrected and bool(asked) and topic is None  # what was said before is corrected, not the question answered
    read_answer(said, _NOISE.sub("", plain), facts_so_far, question, other)
    if supposed:
        name_what_if(said.facts, plain, facts_so_far)
    if question is Fact.TENANT and _HEDGED.search(plain) and said.facts.get("foreign_tenant") is Answer.YES:
        said.facts["foreign_tenant"] = Answer.UNKNOWN  # the customer is to be asked first (F51)
    if not said.facts and not said.changes.moves:
        said.facts |= bare_level(plain, facts_so_far, supposed or corrected)
    again = None not in (facts_so_far.mainland, facts_so_far.abroad) or facts_so_far.domestic_share is not None
    replaces = supposed or corrected or (asked == Fact.USERS and again)  # asked once more, since it did not fit
    _place_loose(said, text, facts_so_far, question, corrected)
    if _SWAPPED.search(text) and _only_turned_round(said, facts_so_far):
        return mirrored(facts_so_far)
    of_abroad = facts_so_far.abroad_share is not None and facts_so_far.domestic_share is None
    if said.users.sideless and asked is None and of_abroad and not re.search("回国|回来", text):
        said.facts["abroad_share"] = said.facts.pop("domestic_share")
    replaces = replaces or bool(set(said.changes.facts) - {"total"})
    change = Change(said.facts, said.changes.moves, said.users.places if not replaces else set(), replaces)
    return updated(facts_so_far, change)


def is_correction(text: str) -> bool:
    """Whether ``text`` takes something back that was said before."""
    return bool(_CORRECTION.search(text) or _SWAPPED.search(text))


def _cleaned(text: str, found: list[Found], replaced: bool) -> tuple[str, list[Found], Fact | None]:
    """The text with the words covered that a correction takes back, what was found in the rest, and its topic."""
    topic = None
    if replaced:
        wrong = _WRONG.search(text)
        if wrong and len(text) - wrong.end() >= 2:
            topic = next((fact for pattern, fact in _TOPICS if pattern.search(wrong[0])), None)
            text = "，" * wrong.end() + text[wrong.end() :]
        for pattern in _NEGATED:
            text = pattern.sub(lambda m: "·" * len(m[0]), text)
    return text, [f for f in found if text[f.start : f.end].strip("，·")], topic


def _read(signs: Signs, so_far: CustomerFacts, asked: Fact | None, supposed: bool) -> Statement:
    facts: dict[str, Any] = {}
    if is_reverse(signs.text):
        facts |= {"reverse": True, "today": Today.V21}
    before, travelled = Before(), False
    for start, end in _clauses(signs.text):
        clause = Signs(signs.text[start:end], signs.values[start:end])
        begin = len(clause.text)
        if travelled and _SO_MANY.fullmatch(clause.text):  # 「销售常出国，大概十个」
            facts["travellers"], begin = clause.values[clause.text.index("N")], 0
        travelled = False
        for read in _topics(clause, before, facts, so_far, asked, supposed):
            facts.update(_not_less_travel(clause.text, facts, read.facts))
            travelled = travelled or read.facts.get("travel") is Travel.OFTEN
            begin = min(begin, read.begin)
        before = Before(
            before.company
            or bool(re.search("总部|母公司|总公司|总社|集团|[AF].{0,4}公司|关联公司|[AF].{0,6}D", clause.text)),
            before.abroad or bool(re.search("[AFH]|老外", clause.text)),
        )
        signs = signs.masked(start + begin, end)
    _compare(facts, so_far)
    changes, signs = read_changes(signs, so_far, supposed)
    users = read_users(signs)
    facts.update({**users.facts, **changes.facts})
    return Statement(facts, users, changes)


def _not_less_travel(clause: str, facts: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """``new`` without 「员工不出去」 after 「高管经常飞美国」: who stays takes nothing back from who goes."""
    if new.get("travel") is Travel.NONE and "travel" in facts and _THE_OTHERS.search(clause):
        return {name: value for name, value in new.items() if name != "travel"}
    return new


def _clauses(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in _BREAK.finditer(text):
        spans.append((start, match.start()))
        start = match.end()
    return [(s, e) for s, e in [*spans, (start, len(text))] if e > s]


def _topics(
    clause: Signs, before: Before, facts: dict[str, Any], so_far: CustomerFacts, asked: Fact | None, supposed: bool
) -> list[Read]:
    """What a clause says beside where the users are; a company's clause says nothing about travel or use."""
    reads = []
    domain = read_domain(clause, before, facts.get("foreign_domain") or so_far.foreign_domain, supposed)
    tenant = None if facts.get("reverse") else read_tenant(clause, before)
    sync = read_sync(clause)
    reads += [read for read in (domain, tenant, sync) if read]
    if not tenant and not sync and (today := read_today(clause)):
        reads.append(today)
    if not domain and not tenant and not sync:
        travel = read_travel(clause, False)
        use = None if travel else read_use(clause, Before(before.company, before.abroad or asked is Fact.USE))
        reads += [read for read in (travel, use) if read]
    return reads


def _compare(facts: dict[str, Any], so_far: CustomerFacts) -> None:
    foreign = facts.get("foreign_domain") or so_far.foreign_domain
    home = facts.get("home_domain") or so_far.home_domain
    if "domain" not in facts and foreign and home and ("home_domain" in facts or "foreign_domain" in facts):
        facts["domain"] = compare_domains(foreign, home)


def _place_loose(said: Statement, text: str, so_far: CustomerFacts, asked: Fact | None, corrected: bool) -> None:
    """A number that names neither a side nor a total: what was asked for, what it corrects, else all users."""
    loose = said.users.loose
    if loose is None or "total" in said.facts:
        return
    about_others = asked in (Fact.DOMAIN, Fact.TENANT, Fact.USE, Fact.HMT)
    if about_others and not corrected and not re.search("人|用户|员工|账号|帐号", text):
        return  # 「两个」 are domains here
    if {said.facts.get("mainland"), so_far.mainland} != {None} and re.search("外籍|外国人|老外", text):
        return  # some of those in the mainland, who count by where they are
    taken_back = re.search(r"不是(\d+|[零一二两三四五六七八九十百千万]+)", text)
    sides = {name: getattr(so_far, name) for name in ("mainland", "abroad", "hmt", "total")}
    known = [name for name, value in sides.items() if value is not None]
    if corrected:
        wrong = [name for name in known if taken_back and sides[name] == people(taken_back[1])]
        if target := wrong or (known if len(known) == 1 else _fitting(so_far, known, loose)):
            said.facts[target[0]] = loose
        return
    if asked is Fact.USERS and so_far.total is None and len(known) == 1 and known[0] in ("mainland", "abroad"):
        said.facts.setdefault("abroad" if known[0] == "mainland" else "mainland", loose)
    elif len(known) > 1:
        said.facts.update({name: loose for name in _fitting(so_far, known, loose)})
    elif so_far.total is None or loose >= so_far.total:  # fewer are some of them, nobody said on which side
        said.facts["total"] = loose


def _fitting(so_far: CustomerFacts, known: list[str], number: int) -> list[str]:
    """The one count that ``number`` can stand for so that sides and total fit, when they did not; else none."""
    sides = {name: getattr(so_far, name) for name in known if name != "hmt"}
    if len(sides) < 3 or sides["mainland"] + sides["abroad"] + (so_far.hmt or 0) == sides["total"]:
        return []
    rest = {name: sides["total"] - sides[other] - (so_far.hmt or 0) for name, other in _OTHER_SIDE.items()}
    rest["total"] = sides["mainland"] + sides["abroad"] + (so_far.hmt or 0)
    found = [name for name, value in rest.items() if value == number]
    return found if len(found) == 1 else []


def _only_turned_round(said: Statement, so_far: CustomerFacts) -> bool:
    """Whether a sentence that says "the other way round" names nothing new, or the same number on the other side."""
    other = {"mainland": so_far.abroad, "abroad": so_far.mainland}
    return all(name in other and value == other[name] for name, value in said.facts.items())
