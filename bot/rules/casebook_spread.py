"""Read where the users are when it is said in words: most, more than, hardly any (signs: :mod:`bot.rules.casebook_signs`)."""

from __future__ import annotations

import re

from bot.rules.casebook_signs import PLACES, SIDE_OF
from bot.rules.customer_facts import Spread

_P, _GAP = f"[{PLACES}]", f"[^，。NS{PLACES}]"
OVER_HALF = "(?:超过?|多于|不止|大于)了?(?:一半|半数)|(?:一半|半数)(?:以上|还多|多)"
UNDER_HALF = "(?:不到|不足|少于|小于)(?:一半|半数)|(?:一半|半数)(?:以下|不到)"
_NONE = [
    re.compile(
        rf"(?:没有?|无|零)(?:什么|任何|一[个位名])?(?:人|员工|用户)?(?:在|驻)?(?P<side>{_P})(?:的|用户|员工|人|业务)*(?=[，。]|$)"
    ),
    re.compile(
        rf"(?P<side>{_P})(?:那边|这边|的话|人)?(?:也|都|是|就)*(?:没有?人?|一[个位名](?:人|用户|员工)?[都也]没有??|为?零)(?:了|的)?(?=[，。]|$)"
    ),
    re.compile(
        r"(?:把|去掉|不算)?(?P<side>[AFH])(?:那)?(?:批|些|边|部分)*的?人?(?:都|全)*(?:去掉|裁掉|撤掉|撤回来|不要|不算|撤了)(?![NS·])"
    ),
    re.compile(r"只给(?P<side>[MC])的?人买"),
]
_MOSTLY = re.compile(
    rf"(?:绝大部分|绝大多数|几乎|基本上?|差不多|大都){_GAP}{{0,6}}(?:在|驻|是|全|都){_GAP}{{0,2}}(?P<side>{_P})"
)
_MORE = [
    re.compile(rf"(?:大部分|大多数?|多数|主要|大半|过半|多半|{OVER_HALF}){_GAP}{{0,6}}(?P<side>{_P})"),
    re.compile(rf"(?P<side>{_P})(?:的|人|用户)*(?:比较|居|占)?(?:大头|多(?![少点])|大半|过半|为主|占多数|{OVER_HALF})"),
]
_THAN = re.compile(rf"(?P<side>{_P}){_GAP}{{0,5}}比{_GAP}{{0,3}}{_P}{_GAP}{{0,5}}(?P<more>多|少)")
_HARDLY = re.compile(
    rf"(?P<side>{_P})(?:的|人|那边|也|就|只有?)*(?:没几个|没多少|个别|极少|很少|几个)(?:人)?(?=[，。]|$)"
)
_MINORITY = re.compile(
    rf"(?P<side>{_P})(?:的|人|只)*(?:占?(?:一?小半|少数|{UNDER_HALF})|(?:比较|较|很)?少(?=[，。]|$))"
)
_MOSTLY_BARE = re.compile(rf"(?:绝大部分|绝大多数|几乎|基本上?|差不多){_GAP}{{0,2}}(?P<side>[MA])(?=[，。]|$)")
_PART_OF = re.compile("其中|里面|里头")
NATIONALITY = re.compile("外籍|外国人|老外")
_NOT_USERS = re.compile(r"(?:业务|生意|市场|销路|订单|产品|出差)[^，。；]*")
"""Where the business is says nothing of where the users are."""
_OPPOSITE = {"mainland": "abroad", "abroad": "mainland", "hmt": "mainland"}


def only_some(clause: str, text: str) -> bool:
    """Whether a number without a place in ``clause`` counts a part of the users.

    Foreigners are a part, unless the sentence ``text`` counts nobody else (「50个外国人，都在上海」).
    """
    alone = len(re.findall("[NS]", text)) == 1 and re.search(f"[都全均].{{0,4}}{_P}", text)
    return bool(_PART_OF.search(clause) or (NATIONALITY.search(clause) and not alone))


def sides_without_users(text: str) -> list[str]:
    """The sides on which ``text`` says that nobody is."""
    found = [match for pattern in _NONE for match in pattern.finditer(text)]
    return ["abroad" if match[0].startswith("只给") else SIDE_OF[match["side"]] for match in found]


def spread_in_words(text: str) -> Spread | None:
    """The spread that ``text`` says, None when it says none."""
    text = _NOT_USERS.sub("，", text)
    if than := _THAN.search(text):
        at_home = (SIDE_OF[than["side"]] == "mainland") == (than["more"] == "多")
        return Spread.MORE_MAINLAND if at_home else Spread.MORE_ABROAD
    found = [(SIDE_OF[m["side"]], True) for pattern in (_MOSTLY, _MOSTLY_BARE) for m in pattern.finditer(text)]
    found += [(SIDE_OF[m["side"]], False) for pattern in _MORE for m in pattern.finditer(text)]
    found += [(_OPPOSITE[SIDE_OF[m["side"]]], True) for m in _HARDLY.finditer(text)]
    found += [(_OPPOSITE[SIDE_OF[m["side"]]], False) for m in _MINORITY.finditer(text)]
    if not found:
        return None
    side, mostly = found[0]
    return Spread(f"{'mostly' if mostly else 'more'}_{'mainland' if side == 'mainland' else 'abroad'}")
