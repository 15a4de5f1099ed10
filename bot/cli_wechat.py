"""The command ``csp wechat``: the custom menu, and notices that could not be sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.menu import MENU_FILE, BadMenu, Item, fetch_menu, load_menu, outline, push_menu
from bot.rules.workdays import CHINA
from bot.settings import settings

if TYPE_CHECKING:
    from bot.channels.wechat.client import PlatformClient

Result = TypeVar("Result")


@click.group(help="微信：自定义菜单、没发出去的通知。")
def wechat() -> None:
    """Group."""


@wechat.group(help="公众号的自定义菜单（data/wechat/menu.yml）。")
def menu() -> None:
    """Group."""


_FILE = click.option("--file", type=click.Path(path_type=Path), default=MENU_FILE, help="别的菜单文件。")


@menu.command("push", help="检查菜单文件，推到公众号上；约五分钟后重新打开对话就能看到。")
@_FILE
def push(file: Path) -> None:
    """Push the menu."""
    wanted = _load(file)
    _with_client(lambda client: push_menu(client, wanted))
    click.echo("\n".join(outline(wanted)))
    click.echo("已推到公众号上。")


@menu.command("show", help="公众号现在的菜单，以及它和菜单文件是不是一样。")
@_FILE
def show(file: Path) -> None:
    """Show the menu."""
    wanted = _load(file)
    present = _with_client(fetch_menu)
    click.echo("\n".join(outline(present)) if present else "公众号还没有自定义菜单。")
    click.echo("和菜单文件一样。" if present == wanted else "和菜单文件不一样：csp wechat menu push 把文件推上去。")


@wechat.command("notices", help="没发出去的订单通知，以及为什么。")
def notices() -> None:
    """List notices that did not arrive."""
    from bot.channels.wechat.records import Records
    from bot.store import StoreUnavailable

    try:
        records = Records.open(settings().database_url)
        kept = records.kept_notices()
        records.close()
    except StoreUnavailable:
        _fail("数据库连不上或被占用，请检查 CSP_DATABASE_URL 后再试。")
    for notice in kept:
        state = "已放弃" if notice.given_up else "等着发"
        since = f"{notice.created_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
        click.echo(f"{since}  {notice.identity}  {notice.order_number}  {state}：{notice.reason}")
    click.echo(f"共 {len(kept)} 条没发出去。")


def _load(file: Path) -> tuple[Item, ...]:
    try:
        return load_menu(file)
    except BadMenu as error:
        _fail(str(error))


def _with_client(work: Callable[[PlatformClient], Awaitable[Result]]) -> Result:
    from bot.channels.wechat.accounts import official_account
    from bot.channels.wechat.client import PlatformClient
    from bot.shared_redis import open_redis

    own = settings()
    if not own.wechat_app_id or not own.wechat_secret.get_secret_value():
        _fail("还没设公众号：CSP_WECHAT_APP_ID 和 CSP_WECHAT_SECRET。")

    async def run() -> Result:
        shared = open_redis(own.redis_url) if own.redis_url else None
        client = PlatformClient(official_account(own), shared)
        try:
            return await work(client)
        finally:
            await client.close()
            if shared:
                await shared.close()

    try:
        return asyncio.run(run())
    except PlatformError as error:
        _fail(str(error))


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
