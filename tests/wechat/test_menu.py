"""The custom menu: what a file may say, and how it gets to the platform and back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from bot.channels.wechat.menu import BadMenu, from_platform, load_menu, outline, to_platform
from bot.settings import ROOT
from tests.wechat.strict import StrictApi


@pytest.fixture
def api(run) -> Iterator[StrictApi]:
    server = StrictApi()
    run(server.start())
    yield server
    run(server.stop())


def write(folder: Path, content: object) -> Path:
    path = folder / "menu.yml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


def csp(run, loop, api: StrictApi, *arguments: str, **more: str) -> subprocess.CompletedProcess:
    """The command, while the API's loop runs."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CSP_")},
        "CSP_WECHAT_APP_ID": api.app_id,
        "CSP_WECHAT_SECRET": api.secret,
        "CSP_WECHAT_TOKEN": "abcdef",
        "CSP_WECHAT_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        "CSP_WECHAT_API_URL": api.url,
        "CSP_REDIS_URL": "",
        **more,
    }

    def work() -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    with ThreadPoolExecutor(1) as pool:
        return run(loop.run_in_executor(pool, work))


def test_own_menu_is_good_and_survives_the_way_there_and_back():
    menu = load_menu()

    assert from_platform(to_platform(menu)["button"]) == menu
    assert all(len(item.say.encode()) <= 128 for top in menu for item in (top, *top.items))


def test_platforms_json_has_clicks_views_and_submenus(tmp_path):
    path = write(
        tmp_path,
        [
            {"name": "查订单", "items": [{"name": "我的单子", "say": "我的单子都到哪了"}]},
            {"name": "官网", "url": "https://example.com/a"},
        ],
    )

    assert to_platform(load_menu(path)) == {
        "button": [
            {"name": "查订单", "sub_button": [{"type": "click", "name": "我的单子", "key": "我的单子都到哪了"}]},
            {"type": "view", "name": "官网", "url": "https://example.com/a"},
        ]
    }


ITEM = {"name": "项", "say": "你好"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([ITEM] * 4, "最多 3 项，现在有 4 项"),
        ([{"name": "上", "items": [ITEM] * 6}], "最多 5 项，现在有 6 项"),
        ([{"name": "很长很长的名字", "say": "x"}], "最多 16 字节（一个汉字 3 字节），现在 21 字节"),
        ([{"name": "上", "items": [{"name": "长" * 21, "say": "x"}]}], "最多 60 字节"),
        ([{"name": "项", "say": "长" * 43}], "say：太长，最多 128 字节（一个汉字 3 字节），现在 129 字节"),
        ([{"name": "项", "url": "https://e.com/" + "x" * 1020}], "url：太长，最多 1024 字节"),
        ([{"name": "项", "url": "javascript:alert(1)"}], "应以 http:// 或 https:// 开头"),
        ([{"name": "项"}], "要写一样"),
        ([{"name": "项", "say": "x", "url": "https://e.com"}], "只能写一样"),
        ([{"name": "项", "say": ""}], "不为空"),
        ([{"name": "项", "say": 5}], "不为空"),
        ([{"name": "", "say": "x"}], "要有 name"),
        ([{"say": "x"}], "要有 name"),
        (["x"], "要有 name"),
        ([{"name": "项", "say": "x", "colour": "red"}], "不认识 colour"),
        ([{"name": "上", "items": []}], "至少一项"),
        ([{"name": "上", "items": [{"name": "中", "items": [ITEM]}]}], "只有两级"),
        ([], "至少一项"),
        ({"name": "项"}, "至少一项"),
        ("a: [", "YAML"),
        ("", "至少一项"),
    ],
)
def test_fault_is_named_in_a_sentence(tmp_path, content, words):
    with pytest.raises(BadMenu) as caught:
        load_menu(write(tmp_path, content))

    assert words in str(caught.value)
    assert all(line.endswith("。") for line in str(caught.value).splitlines())


def test_all_faults_are_told_with_their_place(tmp_path):
    with pytest.raises(BadMenu) as caught:
        load_menu(write(tmp_path, [{"name": "甲", "items": [ITEM, {"name": "乙"}]}, {"name": "丙"}]))

    assert [line.partition("：")[0] for line in str(caught.value).splitlines()] == [
        "菜单第 1 项「甲」第 2 项「乙」",
        "菜单第 2 项「丙」",
    ]


def test_missing_file_is_said(tmp_path):
    with pytest.raises(BadMenu, match="读不了"):
        load_menu(tmp_path / "nothing.yml")


def test_menu_is_pushed_and_shown(run, loop, api):
    before = csp(run, loop, api, "wechat", "menu", "show")
    pushed = csp(run, loop, api, "wechat", "menu", "push")
    after = csp(run, loop, api, "wechat", "menu", "show")

    assert [ended.returncode for ended in (before, pushed, after)] == [0, 0, 0]
    assert "还没有自定义菜单" in before.stdout
    assert api.menu == to_platform(load_menu())
    assert "和菜单文件一样" in after.stdout
    assert all(line in after.stdout for line in outline(load_menu()))


def test_bad_file_is_not_pushed(run, loop, api, tmp_path):
    ended = csp(run, loop, api, "wechat", "menu", "push", "--file", str(write(tmp_path, [ITEM] * 4)))

    assert ended.returncode == 2
    assert "最多 3 项" in ended.stderr and "Traceback" not in ended.stderr
    assert api.calls == []


def test_refusal_of_the_platform_is_told(run, loop, api):
    api.permitted = False

    ended = csp(run, loop, api, "wechat", "menu", "push")

    assert ended.returncode == 2
    assert "权限" in ended.stderr and "48001" in ended.stderr and "Traceback" not in ended.stderr


def test_without_an_account_it_says_what_to_set(run, loop, api):
    ended = csp(run, loop, api, "wechat", "menu", "show", CSP_WECHAT_APP_ID="", CSP_WECHAT_SECRET="")

    assert ended.returncode == 2
    assert "CSP_WECHAT_APP_ID" in ended.stderr
