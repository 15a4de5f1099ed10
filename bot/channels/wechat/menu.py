"""The custom menu: from ``data/wechat/menu.yml`` to the platform's JSON and back.

Limits: developers.weixin.qq.com/doc/service, 创建自定义菜单.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.channels.wechat.errors import PlatformError
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.channels.wechat.client import PlatformClient

MENU_FILE = ROOT / "data" / "wechat" / "menu.yml"
NO_MENU = 46003
MOST_BUTTONS, MOST_ITEMS = 3, 5
NAME_BYTES, ITEM_NAME_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024
_ACTS = ("say", "url", "items")


class BadMenu(ValueError):
    """The menu cannot be used; the message has one sentence in Chinese for each fault."""

    def __init__(self, faults: list[str]) -> None:
        """Join the sentences, one a line."""
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Item:
    """A place in the menu: its name and what it does, one of the three.

    Attributes:
        say: text that a click says for the user.
        url: page that a click opens.
        items: the menu below.
    """

    name: str
    say: str = ""
    url: str = ""
    items: tuple[Item, ...] = ()


def load_menu(path: Path = MENU_FILE) -> tuple[Item, ...]:
    """Read and check a menu.

    Raises:
        BadMenu: with every fault that was found.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadMenu([f"读不了菜单文件 {path}。"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadMenu([f"菜单文件 {path} 不是正确的 YAML（UTF-8）。"]) from error
    faults: list[str] = []
    menu = _read_items(content, "菜单", MOST_BUTTONS, NAME_BYTES, faults)
    if faults:
        raise BadMenu(faults)
    return menu


def _read_items(content: Any, where: str, most: int, name_bytes: int, faults: list[str]) -> tuple[Item, ...]:
    if not isinstance(content, list) or not content:
        faults.append(f"{where}：应是以「- name:」开头的列表，至少一项。")
        return ()
    if len(content) > most:
        faults.append(f"{where}：最多 {most} 项，现在有 {len(content)} 项。")
    found = []
    for place, entry in enumerate(content, 1):
        here = f"{where}第 {place} 项"
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and entry["name"].strip():
            found.append(_read_item(entry, f"{here}「{entry['name']}」", name_bytes, faults))
        else:
            faults.append(f"{here}：要有 name（菜单上的字）。")
    return tuple(found)


def _read_item(entry: dict[str, Any], where: str, name_bytes: int, faults: list[str]) -> Item:
    acts = [act for act in _ACTS if act in entry]
    unknown = sorted(str(key) for key in entry if key not in ("name", *_ACTS))
    if unknown:
        faults.append(f"{where}：不认识 {'、'.join(unknown)}，能写的是 name、say、url、items。")
    _check_bytes(entry["name"], f"{where}的 name", name_bytes, faults)
    if len(acts) != 1:
        faults.append(f"{where}：say、url、items 要写一样，也只能写一样。")
        return Item(entry["name"])
    (act,) = acts
    value = entry[act]
    if act == "items":
        if name_bytes == ITEM_NAME_BYTES:
            faults.append(f"{where}：菜单只有两级，下面不能再有 items。")
            return Item(entry["name"])
        return Item(entry["name"], items=_read_items(value, where, MOST_ITEMS, ITEM_NAME_BYTES, faults))
    if not isinstance(value, str) or not value.strip():
        faults.append(f"{where}的 {act}：应是不为空的文字。")
        return Item(entry["name"])
    _check_bytes(value, f"{where}的 {act}", KEY_BYTES if act == "say" else URL_BYTES, faults)
    if act == "url" and not value.startswith(("http://", "https://")):
        faults.append(f"{where}的 url：应以 http:// 或 https:// 开头。")
    return Item(entry["name"], say=value) if act == "say" else Item(entry["name"], url=value)


def _check_bytes(text: str, where: str, most: int, faults: list[str]) -> None:
    size = len(text.encode())
    if size > most:
        faults.append(f"{where}：太长，最多 {most} 字节（一个汉字 3 字节），现在 {size} 字节。")


def to_platform(menu: tuple[Item, ...]) -> dict[str, Any]:
    """The menu as the platform takes it; a click's key is what it says."""

    def button(item: Item) -> dict[str, Any]:
        if item.items:
            return {"name": item.name, "sub_button": [button(below) for below in item.items]}
        if item.url:
            return {"type": "view", "name": item.name, "url": item.url}
        return {"type": "click", "name": item.name, "key": item.say}

    return {"button": [button(item) for item in menu]}


def from_platform(buttons: list[dict[str, Any]]) -> tuple[Item, ...]:
    """The platform's menu; a kind of item that a file cannot express has its name only."""

    def item(button: dict[str, Any]) -> Item:
        below = button.get("sub_button") or []
        url = button.get("url", "") if button.get("type") == "view" else ""
        say = button.get("key", "") if button.get("type") == "click" else ""
        return Item(button["name"], say, url, tuple(item(one) for one in below))

    return tuple(item(button) for button in buttons)


def outline(menu: tuple[Item, ...], indent: str = "") -> list[str]:
    """The menu as lines to read."""
    lines = []
    for item in menu:
        act = f"：说「{item.say}」" if item.say else f"：打开 {item.url}" if item.url else ""
        lines += [f"{indent}{item.name}{act}", *outline(item.items, indent + "  ")]
    return lines


async def push_menu(client: PlatformClient, menu: tuple[Item, ...]) -> None:
    """Make ``menu`` the account's.

    Raises:
        PlatformError: the platform did not take it.
    """
    await client.call("menu/create", to_platform(menu))


async def fetch_menu(client: PlatformClient) -> tuple[Item, ...]:
    """The account's menu; empty if there is none.

    Raises:
        PlatformError: the platform does not tell.
    """
    try:
        answer = await client.call("menu/get")
    except PlatformError as error:
        if error.code == NO_MENU:
            return ()
        raise
    return from_platform((answer.get("menu") or {}).get("button") or [])
