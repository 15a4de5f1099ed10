"""The commands ``csp partners``, ``csp orders`` and ``csp staff``."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.rules.ordering import Standing, standing
from bot.rules.policy import load_policy
from bot.rules.steps import agreement_state
from bot.rules.workdays import CHINA
from bot.settings import settings
from bot.store import OtherPartner, Store, StoreUnavailable, UnknownPartner, open_store
from bot.store.cells import Wrong, parse_order_field
from bot.store.columns import DOCUMENT_COLUMNS, DOCUMENT_NAMES, ORDER_COLUMNS
from bot.store.documents import FIELDS as DOCUMENT_FIELDS
from bot.store.exporting import export_orders, export_partners
from bot.store.importing import Imported, import_orders, import_partners
from bot.store.records import Order, OrderKind
from bot.store.sheets import FileUnreadable, count_lines
from bot.wording import describe_problem, name_of

_PAGE = 20
_FIXED = ("number", "partner")
"""Fields of an order that ``csp orders set`` cannot change."""
_COLUMNS = {**ORDER_COLUMNS, **DOCUMENT_COLUMNS}
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Sentences(click.Group):
    """A group whose commands end with a sentence when a file or the database cannot be used."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command (see parent class)."""
        try:
            return super().invoke(context)
        except FileUnreadable as error:
            _fail(str(error))
        except StoreUnavailable:
            _fail("数据库连不上或被占用，请检查 CSP_DATABASE_URL 后再试。")


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(2)


def _store() -> Store:
    return open_store(settings().database_url)


def _now() -> dt.datetime:
    return dt.datetime.now(CHINA)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return str(os.getuid())


def _provision_days() -> int:
    return load_policy(settings().policy_file).provision_days


def _standing(order: Order) -> Standing:
    return standing(order.progress, _now().date(), _provision_days())


@click.group(cls=_Sentences, help="代理商：导入、导出、查看。")
def partners() -> None:
    """Group."""


@partners.command("import", help="导入代理商（.csv 或 .xlsx），已有的按编号更新。")
@click.argument("file", type=_FILE)
@click.option("--all-or-nothing", is_flag=True, help="有一行不对就整个文件都不导入。")
def import_partners_command(file: Path, all_or_nothing: bool) -> None:
    """Import partners."""
    with _progress(file) as bar:
        result = import_partners(_store(), file, all_or_nothing, bar.update)
    _report(result)


@partners.command("export", help="导出全部代理商到 .csv 或 .xlsx 文件。")
@click.argument("file", type=_FILE)
def export_partners_command(file: Path) -> None:
    """Export partners."""
    click.echo(f"导出了 {export_partners(_store(), file)} 个代理商。")


@partners.command("list", help="列出代理商和合作协议办到哪了。")
def list_partners() -> None:
    """List partners."""
    for partner in _store().every_partner():
        state = agreement_state(partner.agreement_number, partner.agreement_signed, partner.agreement_original_received)
        click.echo(
            "  ".join([partner.number, partner.name, partner.distributor, partner.agreement_number, name_of(state)])
        )


@click.group(cls=_Sentences, help="订单：导入、导出、查看、修改。")
def orders() -> None:
    """Group."""


@orders.command("import", help="导入订单（.csv 或 .xlsx），已有的按订单号更新；空格子表示还没发生。")
@click.argument("file", type=_FILE)
@click.option("--all-or-nothing", is_flag=True, help="有一行不对就整个文件都不导入。")
def import_orders_command(file: Path, all_or_nothing: bool) -> None:
    """Import orders."""
    now = _now()
    with _progress(file) as bar:
        result = import_orders(_store(), file, now, now.date(), all_or_nothing, bar.update)
    _report(result)


@orders.command("export", help="导出订单到 .csv 或 .xlsx 文件，Excel 打开是安全的。")
@click.argument("file", type=_FILE)
@click.option("--partner", help="只导出这个代理商的，如 P1001。")
def export_orders_command(file: Path, partner: str | None) -> None:
    """Export orders."""
    click.echo(f"导出了 {export_orders(_store(), file, partner)} 个订单。")


@orders.command("show", help="一个订单办到哪了，以及它的变更记录。")
@click.argument("number")
def show_order(number: str) -> None:
    """Show an order."""
    store = _store()
    order = _existing(store, number)
    where = _standing(order)
    for field, column in ORDER_COLUMNS.items():
        if value := getattr(order, field):
            click.echo(f"{column}：{value}")
    for paper in store.documents(order.partner, order.number):
        for field in DOCUMENT_FIELDS:
            if value := getattr(paper, field):
                click.echo(f"{DOCUMENT_COLUMNS[f'{paper.kind.value}.{field}']}：{value}")
    click.echo(f"现在：{name_of(where.stage)}（第 {where.step} 步，从 {where.since} 起）")
    click.echo(f"下一步：{name_of(where.action)}；由谁：{name_of(where.actor)}")
    if where.due:
        inexact = "" if where.due.exact else "（当年的节假日安排还不知道，只扣除了周末）"
        late = f"，已超期 {where.late_days} 个工作日" if where.overdue else ""
        click.echo(f"应在 {where.due.day} 前开通{inexact}{late}")
    for problem in where.problems:
        click.echo(f"数据有问题：{describe_problem(problem)}")
    for change in store.history_of(order.number):
        fields = "；".join(f"{_COLUMNS[f]} {old or '空'} → {new or '空'}" for f, (old, new) in change.fields.items())
        click.echo(f"{change.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {change.by}  {fields}")


@orders.command("list", help="列出一个代理商的订单，最急的在前。")
@click.argument("partner")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in OrderKind]),
    default=OrderKind.ALL.value,
    help="；".join(f"{kind.value} {name_of(kind)}" for kind in OrderKind) + "。",
)
@click.option("--page", type=click.IntRange(1, 10_000), default=1, help=f"第几页，一页 {_PAGE} 个。")
def list_orders(partner: str, kind: str, page: int) -> None:
    """List orders."""
    found = _store().list_orders(partner, OrderKind(kind), (page - 1) * _PAGE, _PAGE, _now().date(), _provision_days())
    for order in found.orders:
        where = _standing(order)
        late = f"（超期 {where.late_days} 个工作日）" if where.overdue else ""
        click.echo(f"{order.number}  {order.customer}  {order.product}×{order.quantity}  {name_of(where.stage)}{late}")
    click.echo(f"共 {found.total} 个订单，第 {page} 页。")


@orders.command(
    "set", help="修改订单，如：csp orders set CSP20160315001 到账日期=2016-03-18 材料问题=（等号后空着就是清掉）"
)
@click.argument("number")
@click.argument("changes", nargs=-1, required=True)
def set_order(number: str, changes: tuple[str, ...]) -> None:
    """Change an order."""
    store = _store()
    after = _existing(store, number)
    parsed = dict(_parse_change(change) for change in changes)
    own = {field: value for field, value in parsed.items() if field in ORDER_COLUMNS}
    by, now = f"cli:{_user()}", _now()
    try:
        if own:
            after = replace(after, **own)
            store.put_order(after, by, now)
        for kind in DOCUMENT_NAMES:
            of_paper = {f.partition(".")[2]: v for f, v in parsed.items() if f.startswith(f"{kind.value}.")}
            if of_paper:
                after = store.set_document(after.number, kind, of_paper, by, now)
    except (UnknownPartner, OtherPartner):
        _fail("这个订单刚被别人改过，请再试一次。")
    where = _standing(after)
    click.echo(f"{after.number} 现在：{name_of(where.stage)}")
    for problem in where.problems:
        click.echo(f"数据有问题：{describe_problem(problem)}", err=True)


@click.group(cls=_Sentences, help="代理商的人员：邀请、查看、取消。")
def staff() -> None:
    """Group."""


@staff.command("invite", help="给一个人发一次性绑定码，7 天内有效；他在对话里发「绑定 码」。")
@click.argument("partner")
@click.option("--name", required=True, help="姓名。")
def invite(partner: str, name: str) -> None:
    """Invite."""
    name = " ".join(name.split())
    if not name or len(name) > 50 or not name.isprintable():
        raise click.BadParameter("姓名应有 1 到 50 个字。", param_hint="--name")
    try:
        click.echo(_store().invite(partner, name, _now()))
    except UnknownPartner:
        _fail(f"没有代理商 {partner}。")


@staff.command("list", help="列出人员、绑定的账号和还能用的绑定码数。")
@click.argument("partner", required=False)
def list_staff(partner: str | None) -> None:
    """List staff."""
    for entry in _store().staff_list(_now(), partner):
        bound = "、".join(entry.identities) or "还没绑定"
        click.echo(f"{entry.staff_id}  {entry.partner}  {entry.name}  {bound}  可用绑定码 {entry.open_codes} 个")


@staff.command("revoke", help="取消一个人（编号见 staff list）：解除他所有账号的绑定，绑定码作废。")
@click.argument("staff_id", type=int)
def revoke(staff_id: int) -> None:
    """Revoke."""
    if not _store().revoke(staff_id, _now()):
        _fail(f"没有编号 {staff_id} 的人员。")
    click.echo("已取消。")


def _existing(store: Store, number: str) -> Order:
    order = store.order_for_operator(number)
    if order is None:
        raise click.BadParameter(f"没有订单 {number}。", param_hint="NUMBER")
    return order


def _parse_change(change: str) -> tuple[str, Any]:
    column, equals, text = change.partition("=")
    fields = {name: field for field, name in _COLUMNS.items() if field not in _FIXED}
    if not equals or column not in fields:
        raise click.BadParameter(f"「{change}」应是 列名=值，列名是：{'、'.join(fields)}。", param_hint="CHANGES")
    field = fields[column]
    like = field if field in ORDER_COLUMNS else "problem" if field.endswith(".problem") else "checked"
    try:
        return field, parse_order_field(like, " ".join(text.split()))
    except Wrong as error:
        raise click.BadParameter(f"{column}「{text}」{error}。", param_hint="CHANGES") from error


def _progress(file: Path) -> Any:
    """A bar on the terminal; silent elsewhere."""
    lines = count_lines(file) if file.is_file() else 0
    return click.progressbar(length=lines, label="导入", file=sys.stderr, hidden=not sys.stderr.isatty())


def _report(result: Imported) -> None:
    for doubt in result.doubts:
        click.echo(f"第 {doubt.line} 行 {doubt.order}：数据有问题，{describe_problem(doubt.problem)}", err=True)
    for error in result.errors:
        where = f"「{error.column}」的值「{error.value}」" if error.column else ""
        click.echo(f"第 {error.line} 行{where}：{error.reason}", err=True)
    bad = len({error.line for error in result.errors})
    if not result.kept:
        click.echo(f"有 {bad} 行不对，整个文件都没有导入。")
    else:
        click.echo(f"新增 {result.created}，更新 {result.updated}，没变 {result.unchanged}，不对 {bad} 行。")
    if bad:
        sys.exit(1)
