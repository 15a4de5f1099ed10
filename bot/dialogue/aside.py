"""What somebody says before what they mean: 「先等等，…」, 「算了 我问下 …」. The rest is read, as if it had been said alone."""

from __future__ import annotations

import re

from bot.dialogue.asking import is_question

_HOLD = r"(?:算了(?:吧|不管了)?|先?等等|先?等一?[下会]儿?|稍等|慢着|且慢|打断一下|插一?句|先不管(?:这个|那个)?|先别管(?:这个|那个)?|不好意思)"
_ASKING = r"(?:那|哦|噢|对了|话说|顺便)*(?:我|再|先|就|还|另外|想|要|得|来)*(?:请教|请问|问问?)(?:一?[下句]|个(?:别的|问题|事情?)|[你您])*(?:别的|其他的?|另一件事)?"
_GAP = r"[\s，,。.!！、:：；;…~～]+"
_ASIDE = re.compile(rf"^\s*(?:(?P<hold>{_HOLD}){_GAP})?(?P<asks>{_ASKING}{_GAP})?")
_MEANT = 4
"""Characters that a question needs; with fewer (「算了 吗」) the whole is read."""


def without_aside(text: str) -> str:
    """``text`` without the words that only announce what follows; ``text`` itself when they may be what is meant.

    「算了，不办了」 goes on with what it began with. 「算了 我问下 …」 says that a question comes, and 「等等，…？」 is one.
    """
    match = _ASIDE.match(text)
    if match is None or match.end() == 0:
        return text
    rest = text[match.end() :]
    announced = match["asks"] is not None or is_question(rest)
    return rest if announced and len(rest.strip()) >= _MEANT else text
