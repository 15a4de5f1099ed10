"""The command ``csp``. Heavy modules are imported when a command needs them, so that help and checks answer at once."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli_orders
from bot.logs import configure_logs, quiet_libraries
from bot.rules.policy import PolicyError, load_policy
from bot.rules.workdays import CHINA
from bot.settings import SettingsError, settings
from bot.training import ensure_model

if TYPE_CHECKING:
    from bot.store.demo import DemoCode

quiet_libraries()


class _ChineseErrors(click.Group):
    """A group whose commands end with a sentence, not a traceback, when settings or policy are wrong."""

    def invoke(self, context: click.Context) -> object:
        """Run the command (see parent class)."""
        try:
            return super().invoke(context)
        except (SettingsError, PolicyError) as error:
            click.echo(str(error), err=True)
            sys.exit(2)


@click.group(cls=_ChineseErrors, help="Office 365 代理商助手：训练、对话、提供服务。")
def main() -> None:
    """Read and check settings and policy before any command."""
    load_policy(settings().policy_file)
    configure_logs(with_text=settings().log_text)


def _model(force: bool = False) -> Path:
    click.echo("正在准备模型（数据有变化时训练，约一分钟）……", err=True)
    model, trained = ensure_model(settings().model_dir, force)
    click.echo(f"模型{'训练好了' if trained else '没有变化，直接使用'}：{model.name}", err=True)
    return model


@main.command(help="训练模型；数据和配置没变就不训练。")
@click.option("--force", is_flag=True, help="没变也重新训练。")
def train(force: bool) -> None:
    """Train."""
    _model(force)


@main.command(help="在终端里和助手对话。")
def chat() -> None:
    """Talk in the terminal."""
    from bot.server import run_chat

    run_chat(_model(), settings())


@main.command(help="提供服务：REST 和网页渠道，地址见 CSP_HOST 和 CSP_PORT。")
def run() -> None:
    """Serve."""
    from bot.server import serve

    model = _model()
    serve(model, settings(), _load_demo() if settings().demo else ())


def _load_demo() -> tuple[DemoCode, ...]:
    """Fill the store with examples; print and return the codes to bind with. A store in real use is left alone."""
    from bot.store import StoreUnavailable, open_store
    from bot.store.demo import NotADemo, load_demo

    now = dt.datetime.now(CHINA)
    try:
        store = open_store(settings().database_url)
        try:
            codes = load_demo(store, now, now.date())
        finally:
            store.close()
    except NotADemo:
        click.echo("数据库里有演示以外的代理商，没有放演示数据。", err=True)
    except StoreUnavailable:
        click.echo("数据库连不上或被占用，没有放演示数据。", err=True)
    else:
        click.echo("演示数据已放好。在对话里发下面的话就能绑定、查单（绑定码只能用一次，每次启动换新的）：", err=True)
        for code in codes:
            click.echo(f"  绑定 {code.code}    {code.partner} {code.name}", err=True)
        return codes
    return ()


main.add_command(cli_orders.partners)
main.add_command(cli_orders.orders)
main.add_command(cli_orders.staff)


if __name__ == "__main__":
    main()
