"""The commands for partners, orders and staff."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from samples import row, write_csv

from bot import cli_orders
from bot.settings import settings as bot_settings
from bot.store.columns import PARTNER_COLUMNS


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch):
    """Run a command on an empty database."""
    monkeypatch.setenv("CSP_DATABASE_URL", database_url)
    bot_settings.cache_clear()
    yield lambda group, *args: CliRunner().invoke(getattr(cli_orders, group), [str(a) for a in args])
    bot_settings.cache_clear()


def partners_file(path: Path) -> Path:
    """A file with P1001."""
    path.write_text(",".join(PARTNER_COLUMNS.values()) + "\nP1001,远景科技,佳杰,HZ-2016-0123,2016-01-11,\n", "utf-8")
    return path


def test_commands_import_show_change_and_export(run, tmp_path: Path):
    assert (
        run("partners", "import", partners_file(tmp_path / "p.csv")).output == "新增 1，更新 0，没变 0，不对 0 行。\n"
    )
    assert run("orders", "import", write_csv(tmp_path / "o.csv", row())).exit_code == 0
    assert "现在：待客户盖章（第 2 步" in run("orders", "show", "csp20160315001").output
    changed = run("orders", "set", "CSP20160315001", "服务协议盖章日期=2016-03-16", "备注=加急")
    assert changed.output.startswith("CSP20160315001 现在：待提交采购订单")
    assert "服务协议盖章日期 空 → 2016-03-16" in run("orders", "show", "CSP20160315001").output
    assert "待提交采购订单" in run("orders", "list", "P1001").output
    assert "共 0 个订单" in run("orders", "list", "P1001", "--kind", "overdue").output
    assert run("orders", "export", tmp_path / "e.xlsx").output == "导出了 1 个订单。\n"
    assert run("partners", "export", tmp_path / "e.csv").output == "导出了 1 个代理商。\n"
    assert "合作协议待寄原件" in run("partners", "list").output


def test_command_reports_bad_rows_and_fails(run, tmp_path: Path):
    run("partners", "import", partners_file(tmp_path / "p.csv"))

    result = run("orders", "import", write_csv(tmp_path / "o.csv", row(1), row(2, 数量="x")))

    assert result.exit_code == 1
    assert "第 3 行「数量」的值「x」：应是整数" in result.output
    assert "新增 1，更新 0，没变 0，不对 1 行。" in result.output


@pytest.mark.parametrize("change", ["到账日期", "订单号=CSP20160315002", "没有=1", "到账日期=明天", "数量="])
def test_command_refuses_a_change_that_cannot_be(run, tmp_path: Path, change: str):
    run("partners", "import", partners_file(tmp_path / "p.csv"))
    run("orders", "import", write_csv(tmp_path / "o.csv", row()))

    assert run("orders", "set", "CSP20160315001", change).exit_code == 2


def test_commands_invite_list_and_revoke_staff(run, tmp_path: Path):
    run("partners", "import", partners_file(tmp_path / "p.csv"))

    code = run("staff", "invite", "P1001", "--name", "王敏").output.strip()

    assert len(code) == 8
    assert "P1001  王敏  还没绑定  可用绑定码 1 个" in run("staff", "list").output
    assert run("staff", "revoke", "1").output == "已取消。\n"
    assert run("staff", "list", "P1001").output == ""
    assert run("staff", "revoke", "1").exit_code == 2
    assert run("staff", "invite", "P9999", "--name", "王敏").exit_code == 2


def test_unreachable_database_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CSP_DATABASE_URL", "postgresql://postgres@127.0.0.1:1/none")
    bot_settings.cache_clear()

    result = CliRunner().invoke(cli_orders.staff, ["list"])

    bot_settings.cache_clear()
    assert (result.exit_code, result.output) == (2, "数据库连不上或被占用，请检查 CSP_DATABASE_URL 后再试。\n")


def test_single_papers_are_set_and_shown(run, tmp_path: Path):
    run("partners", "import", partners_file(tmp_path / "p.csv"))
    run("orders", "import", write_csv(tmp_path / "o.csv", row()))

    changed = run("orders", "set", "CSP20160315001", "服务协议盖章日期=2016-03-16", "服务协议问题=缺骑缝章")
    shown = run("orders", "show", "CSP20160315001").output

    assert "材料有问题" in changed.output
    assert "服务协议问题：缺骑缝章" in shown
    assert "服务协议问题 空 → 缺骑缝章" in shown
    assert "材料问题 空 → 《服务协议》：缺骑缝章" in shown
