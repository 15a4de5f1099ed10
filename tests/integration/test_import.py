"""Files in and out, on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from samples import DANGEROUS, GOOD, HEADER, NOW, TODAY, load, row, write_csv

from bot.rules.ordering import Fault
from bot.store import Store, open_store
from bot.store.columns import PARTNER_COLUMNS
from bot.store.demo import load_demo
from bot.store.exporting import export_orders, export_partners
from bot.store.importing import import_partners
from bot.store.records import Partner
from bot.store.sheets import FileUnreadable
from tests.pace import slowness


def test_columns_are_those_that_distributors_send():
    assert list(PARTNER_COLUMNS.values()) == [
        "代理商编号",
        "代理商名称",
        "云总代",
        "合作协议编号",
        "协议签署日期",
        "协议原件签收日期",
    ]
    assert HEADER == [
        "订单号",
        "代理商编号",
        "云总代",
        "客户名称",
        "产品",
        "数量",
        "年限",
        "下单日期",
        "服务协议盖章日期",
        "采购订单提交日期",
        "材料审核通过日期",
        "材料问题",
        "付款通知日期",
        "到账日期",
        "开通日期",
        "原件签收日期",
        "备注",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_exported_files_of_one_store_fill_another(store: Store, tmp_path: Path, suffix: str):
    load_demo(store, NOW, TODAY)
    export_partners(store, tmp_path / f"p{suffix}")
    export_orders(store, tmp_path / f"o{suffix}")
    other = open_store(f"sqlite:///{tmp_path / 'other.db'}")

    partners = import_partners(other, tmp_path / f"p{suffix}")
    orders = load(other, tmp_path / f"o{suffix}")

    assert (partners.created, orders.created, orders.errors, orders.doubts) == (2, 12, [], [])
    assert other.every_partner() == store.every_partner()
    assert list(other.every_order()) == list(store.every_order())
    other.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_file_is_read_in_each_encoding(trade: Store, tmp_path: Path, encoding: str):
    result = load(trade, write_csv(tmp_path / "o.csv", row(), encoding=encoding))

    assert (result.created, result.errors) == (1, [])
    assert trade.order("P1001", GOOD["订单号"]).customer == "北京晨光贸易有限公司"


def test_workbook_with_dates_and_numbers_is_read(trade: Store, tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append([*HEADER, "别的列"])
    book.active.append([*row(数量="", 下单日期="").values(), "不看"])
    book.active["F2"], book.active["H2"] = 25, dt.datetime(2016, 3, 15)
    book.active["Q2"] = "=1+1"
    book.save(tmp_path / "o.xlsx")

    result = load(trade, tmp_path / "o.xlsx")

    found = trade.order("P1001", GOOD["订单号"])
    assert result.errors == []
    assert (found.quantity, found.created, found.remark) == (25, dt.date(2016, 3, 15), "=1+1")


def test_importing_again_changes_nothing(trade: Store, tmp_path: Path):
    path = write_csv(tmp_path / "o.csv", row(1), row(2))
    load(trade, path)

    again = load(trade, path)

    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_row_updates_the_order_of_its_number_and_an_empty_cell_clears(trade: Store, tmp_path: Path):
    load(trade, write_csv(tmp_path / "o.csv", row(服务协议盖章日期="2016-03-16", 备注="加急")))

    result = load(trade, write_csv(tmp_path / "o.csv", row(采购订单提交日期="2016-03-17")))

    found = trade.order("P1001", GOOD["订单号"])
    assert result.updated == 1
    assert (found.sealed, found.submitted, found.remark) == (None, dt.date(2016, 3, 17), "")


def test_import_that_moves_an_order_tells_bound_staff_once(trade: Store, tmp_path: Path):
    trade.bind("web:1", trade.invite("P1001", "王敏", NOW), NOW)
    load(trade, write_csv(tmp_path / "o.csv", row()))
    path = write_csv(tmp_path / "o.csv", row(服务协议盖章日期="2016-03-16"))

    load(trade, path)
    load(trade, path)

    assert len(trade.waiting_notices("web", NOW)) == 1


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("订单号", "", "不能为空"),
        ("订单号", "SO-1", "应是 CSP 加 11 位数字，如 CSP20160315001"),
        ("代理商编号", "P9999", "没有这个代理商，请先导入代理商"),
        ("代理商编号", "张三", "应由字母和数字组成，如 P1001"),
        ("客户名称", "", "不能为空"),
        ("客户名称", "长" * 101, "太长，最多 100 个字"),
        ("客户名称", "晨\u200b光", "含有看不见的控制字符"),
        ("数量", "", "不能为空"),
        ("数量", "很多", "应是整数"),
        ("数量", "0", "应在 1 到 1000000 之间"),
        ("数量", "2.5", "应是整数"),
        ("数量", "9" * 5000, "应是整数"),
        ("年限", "-1", "应是整数"),
        ("下单日期", "", "不能为空"),
        ("到账日期", "明天", "应是日期，如 2016-03-15"),
        ("到账日期", "2016-02-30", "没有这一天"),
        ("到账日期", "1916-02-03", "年份应在 2000 到 2100 之间"),
    ],
)
def test_bad_cell_is_reported_with_place_and_reason(trade: Store, tmp_path: Path, column: str, value: str, reason: str):
    result = load(trade, write_csv(tmp_path / "o.csv", row(1), row(2, **{column: value}), row(3)))

    (error,) = result.errors
    assert (error.line, error.column, error.value, error.reason) == (3, column, value, reason)
    assert result.created == 2


@pytest.mark.parametrize(
    "written",
    ["2016-3-5", "2016/03/05", "2016.3.5", "2016年3月5日", "20160305", "２０１６－０３－０５", "2016-03-05 00:00:00"],
)
def test_date_is_understood_in_each_form(trade: Store, tmp_path: Path, written: str):
    load(trade, write_csv(tmp_path / "o.csv", row(下单日期=written)))

    assert trade.order("P1001", GOOD["订单号"]).created == dt.date(2016, 3, 5)


def test_every_fault_of_a_row_is_reported(trade: Store, tmp_path: Path):
    result = load(trade, write_csv(tmp_path / "o.csv", row(数量="x", 年限="y")))

    assert [(e.line, e.column) for e in result.errors] == [(2, "数量"), (2, "年限")]


def test_line_is_counted_over_cells_with_line_breaks(trade: Store, tmp_path: Path):
    result = load(trade, write_csv(tmp_path / "o.csv", row(1, 备注="一\n二\n三"), row(2, 数量="x")))

    assert [e.line for e in result.errors] == [5]
    assert trade.order("P1001", GOOD["订单号"]).remark == "一 二 三"


def test_number_that_comes_twice_in_a_file_is_reported(trade: Store, tmp_path: Path):
    result = load(trade, write_csv(tmp_path / "o.csv", row(1), row(2), row(1, 备注="又一次")))

    assert [(e.line, e.column, e.reason) for e in result.errors] == [(4, "订单号", "和第 2 行重复")]
    assert trade.order("P1001", GOOD["订单号"]).remark == ""


def test_order_of_another_partner_is_not_taken_over(trade: Store, tmp_path: Path):
    load(trade, write_csv(tmp_path / "o.csv", row(1)))

    result = load(trade, write_csv(tmp_path / "o.csv", row(1, 代理商编号="P1002")))

    assert [e.reason for e in result.errors] == ["这个订单已属于别的代理商，不能改"]
    assert trade.order("P1002", GOOD["订单号"]) is None


def test_all_or_nothing_keeps_nothing_when_a_row_is_bad(trade: Store, tmp_path: Path):
    several = [row(n) for n in range(1, 700)]
    path = write_csv(tmp_path / "o.csv", *several, row(700, 数量="x"))

    result = load(trade, path, all_or_nothing=True)

    assert (result.kept, result.created, len(result.errors)) == (False, 0, 1)
    assert list(trade.every_order()) == []


def test_all_or_nothing_keeps_a_good_file(trade: Store, tmp_path: Path):
    result = load(trade, write_csv(tmp_path / "o.csv", row(1), row(2)), all_or_nothing=True)

    assert (result.kept, result.created) == (True, 2)


def test_impossible_sequence_goes_in_and_is_reported(trade: Store, tmp_path: Path):
    result = load(trade, write_csv(tmp_path / "o.csv", row(开通日期="2016-03-20")))

    assert result.created == 1
    assert ("money_arrived", Fault.MISSING) in {(d.problem.field, d.problem.fault) for d in result.doubts}
    assert {d.line for d in result.doubts} == {2}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("o.csv", b"", "文件是空的"),
        ("o.csv", "订单号,客户名称\n".encode(), "缺少列：代理商编号"),
        ("o.csv", (",".join([*HEADER, "订单号"]) + "\n").encode(), "不止一次：订单号"),
        ("o.csv", b"\xff\xff\xff", "编码"),
        ("o.txt", b"x", "不是 .csv 或 .xlsx"),
        ("o.xlsx", b"PK not a zip", "已损坏"),
    ],
)
def test_file_that_cannot_be_used_is_refused_with_a_sentence(
    trade: Store, tmp_path: Path, name: str, content: bytes, sentence: str
):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(FileUnreadable, match=sentence):
        load(trade, tmp_path / name)


def test_file_that_does_not_exist_is_refused(trade: Store, tmp_path: Path):
    with pytest.raises(FileUnreadable, match="找不到"):
        load(trade, tmp_path / "no.csv")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_export_holds_no_formula_and_comes_back_unchanged(trade: Store, tmp_path: Path, suffix: str):
    several = [row(n, 备注=text, 客户名称=text) for n, text in enumerate(DANGEROUS, 1)]
    load(trade, write_csv(tmp_path / "o.csv", *several))
    before = list(trade.every_order())

    export_orders(trade, tmp_path / f"e{suffix}")
    again = load(trade, tmp_path / f"e{suffix}")

    assert (again.unchanged, again.errors) == (len(DANGEROUS), [])
    assert list(trade.every_order()) == before
    assert {o.remark for o in before} == {
        "=cmd|'/C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "=1",
        "'",
        "＝1+1",
        DANGEROUS[-1],
    }
    for cell in _cells(tmp_path / f"e{suffix}"):
        assert cell[:1] not in tuple("=+-@＝＋－＠"), cell


def _cells(path: Path) -> list[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [cell for line in csv.reader(file) for cell in line]
    sheet = openpyxl.load_workbook(path).active
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    return [str(cell or "") for line in sheet.iter_rows(values_only=True) for cell in line]


def test_export_of_one_partner_has_its_orders_only(trade: Store, tmp_path: Path):
    load(trade, write_csv(tmp_path / "o.csv", row(1), row(2, 代理商编号="P1002")))

    assert export_orders(trade, tmp_path / "e.csv", "P1002") == 1
    assert "CSP20160315001" not in (tmp_path / "e.csv").read_text("utf-8-sig")


def test_two_thousand_rows_a_second_go_into_sqlite(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path / 'csp.db'}")
    with store.writing() as connection:
        store.put_partners(connection, [Partner("P1001", "远景科技", "佳杰")])
    path = write_csv(
        tmp_path / "o.csv",
        *(
            row(客户名称=f"北京第{n}贸易有限公司", 订单号=f"CSP{20160000000 + n}", 服务协议盖章日期="2016-03-16")
            for n in range(6000)
        ),
    )

    start = dt.datetime.now()
    result = load(store, path)
    seconds = (dt.datetime.now() - start).total_seconds()

    assert result.created == 6000
    assert 6000 / seconds * slowness() >= 2000
