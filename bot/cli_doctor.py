"""The command ``csp doctor``: is what is set up working, and what to do where it is not."""

from __future__ import annotations

import asyncio
import logging
import sys
from itertools import groupby

import click
import structlog

from bot.settings import settings


@click.group(help="检查：哪里设得不对，怎么办。")
def doctor() -> None:
    """Group."""


@doctor.command(
    "wechat", help="检查微信：设置、签名、解密、access_token、IP白名单、权限、菜单、Redis。有要改的，退出码为 1。"
)
@click.option("--url", default="", help="助手的公网地址，如 https://bot.example.com；不写就检查本机。")
def wechat(url: str) -> None:
    """Examine WeChat."""
    from bot.channels.wechat.doctor import examine, ill, texts

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))  # the findings say it all
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter("应以 http:// 或 https:// 开头。", param_hint="--url")
    findings = asyncio.run(examine(settings(), url))
    for part, mine in groupby(findings, lambda f: f.part):
        click.echo(texts()["parts"][part])
        for found in mine:
            click.echo(f"  {found.line()}")
    sys.exit(1 if ill(findings) else 0)
