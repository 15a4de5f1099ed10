"""The command ``csp``. Heavy modules are imported when a command needs them, so that help and checks answer at once."""

from __future__ import annotations

import datetime as dt
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import cli_doctor, cli_orders, cli_web, cli_wechat
from bot.deferred import defer_training_code
from bot.logs import configure_logs, quiet_libraries
from bot.rules.policy import PolicyError, load_policy
from bot.rules.workdays import CHINA
from bot.running import running, tell_running
from bot.settings import SettingsError, settings
from bot.training import ensure_model
from bot.workers import Workers, check_shareable

if TYPE_CHECKING:
    from bot.store.demo import DemoCode

quiet_libraries()
defer_training_code()


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


_STAGES = {
    "nlu_training_data_provider": "读取例句",
    "train_bot.nlu.entities": "训练实体识别",
    "train_bot.nlu.classifier": "训练意图分类，最久的一步",
    "train_RulePolicy": "训练对话规则",
}
"""What a training's parts are called for users, by how the graph calls them."""


def _model(force: bool = False) -> Path:
    def say(part: str) -> None:
        for name, stage in _STAGES.items():
            if part.startswith(name):
                click.echo(f"  {time.monotonic() - started:3.0f} 秒  {stage}……", err=True)

    click.echo("正在准备模型（数据有变化时训练，约两分钟）……", err=True)
    started = time.monotonic()
    model, trained = ensure_model(settings().model_dir, force, say)
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


@main.command(help="提供服务：REST、网页和微信渠道，地址见 CSP_HOST 和 CSP_PORT。")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="几个进程。")
def run(workers: int) -> None:
    """Serve, in this process or in several that this one watches."""
    own = settings()
    if workers > 1:
        check_shareable(own)
    model = _model()
    codes = _load_demo() if own.demo else ()
    with running(own.port):
        if workers > 1:
            if not Workers(workers, model, own, codes).run():
                sys.exit(1)
            return
        from bot.server import serve
        from bot.stopping import leave

        serve(model, own, codes)
    leave()


@main.command(help="训练（有变化时），然后让运行中的助手换上新模型，不停机。")
def reload() -> None:
    """Train, then tell the running service on this machine."""
    model = _model()
    if not tell_running(settings().port, signal.SIGHUP):
        click.echo(f"端口 {settings().port} 上没有运行中的助手。", err=True)
        sys.exit(1)
    click.echo(f"已通知运行中的助手换上 {model.name}；结果见它的日志（reloaded）。", err=True)


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
main.add_command(cli_wechat.wechat)
main.add_command(cli_web.web)
main.add_command(cli_doctor.doctor)


if __name__ == "__main__":
    main()
