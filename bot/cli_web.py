"""The command ``csp web``: what users of the widget think of the replies."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter

import click

from bot.rules.workdays import CHINA
from bot.settings import settings


@click.group(help="网页助手：用户对回复的评价。")
def web() -> None:
    """Group."""


@web.command("ratings", help="每类问题的「有用」「没用」各多少，没用最多的在前；再列出最近几条没用的问与答。")
@click.option("--last", type=click.IntRange(0), default=10, show_default=True, help="列出几条没用的。")
def ratings(last: int) -> None:
    """Show what was rated, by leaf, and the latest that were of no use."""
    from bot.channels.web.records import WebRecords
    from bot.store import StoreUnavailable

    try:
        records = WebRecords.open(settings().database_url)
        rated = records.ratings()
        records.close()
    except StoreUnavailable:
        click.echo("数据库连不上或被占用，请检查 CSP_DATABASE_URL 后再试。", err=True)
        sys.exit(2)
    if not rated:
        click.echo("还没有人评价过。")
        return
    useless = Counter(rating.intent or "-" for rating in rated if not rating.useful)
    useful = Counter(rating.intent or "-" for rating in rated if rating.useful)
    click.echo("没用  有用  类别")
    for intent in sorted({*useless, *useful}, key=lambda name: (-useless[name], useful[name], name)):
        click.echo(f"{useless[intent]:4}  {useful[intent]:4}  {intent}")
    for rating in [rating for rating in rated if not rating.useful][:last]:
        click.echo(f"\n{dt.datetime.fromtimestamp(rating.at, CHINA):%Y-%m-%d %H:%M}  {rating.intent or '-'}")
        click.echo(f"问：{_line(rating.question)}\n答：{_line(rating.reply)}")


def _line(text: str) -> str:
    """One line, without what a terminal would take for a command."""
    return "".join(char if char.isprintable() else " " for char in text)
