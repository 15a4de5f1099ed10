"""``make wechat-sim``: a phone in the terminal. What is typed goes to the running assistant as genuine callbacks.

Account and address are those of the settings (``CSP_WECHAT_…``, ``CSP_PORT``). The platform's API is served at
``CSP_WECHAT_API_URL`` if that is on this machine, so that what the assistant pushes is seen, too.
"""

from __future__ import annotations

import asyncio
import sys
from urllib.parse import urlsplit

import aiohttp

from bot.settings import Settings, SettingsError, settings
from tests.wechat.platform import Account, Delivery, Platform, User

HELP = """直接打字就是发消息。另外：
  /关注  /取关  /扫码 场景值  /菜单 键值  /语音 识别出的文字  /图片  /视频  /位置  /链接  /换人  /退出"""
UNSET = """还没有设公众号。可以用下面的设置启动助手，再开这个窗口（两边要一样）：
  export CSP_WECHAT_APP_ID=wx5823bf96d3bd56c7 CSP_WECHAT_TOKEN=some-token
  export CSP_WECHAT_AES_KEY=jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
  export CSP_WECHAT_SECRET=some-secret CSP_WECHAT_ACCOUNT=service CSP_WECHAT_API_URL=http://127.0.0.1:5099
  make run"""


def account_of(own: Settings) -> Account:
    return Account(
        app_id=own.wechat_app_id,
        token=own.wechat_token.get_secret_value(),
        aes_key=own.wechat_aes_key.get_secret_value(),
        secret=own.wechat_secret.get_secret_value(),
        mode=own.wechat_mode,
    )


async def act(user: User, typed: str) -> Delivery | None:
    """Do what was typed on the phone."""
    command, _, rest = typed.partition(" ")
    if not typed.startswith("/"):
        return await user.say(typed)
    if command == "/关注":
        return await user.do("subscribe")
    if command == "/取关":
        return await user.do("unsubscribe")
    if command == "/扫码":
        return await user.do("SCAN", EventKey=rest or "1", Ticket="ticket")
    if command == "/菜单":
        return await user.do("CLICK", EventKey=rest)
    if command == "/语音":
        return await user.send("voice", MediaId="m", Format="amr", Recognition=rest)
    if command == "/图片":
        return await user.send("image", PicUrl="http://mmbiz.example/1", MediaId="m")
    if command == "/视频":
        return await user.send("video", MediaId="m", ThumbMediaId="t")
    if command == "/位置":
        return await user.send("location", Location_X="23.1", Location_Y="113.3", Scale="20", Label="广州")
    if command == "/链接":
        return await user.send("link", Title="标题", Description="说明", Url="https://a.example/")
    print(HELP)
    return None


def bubble(text: str) -> str:
    """A message as the phone shows it."""
    return "\n".join(("  ┃ " if number else "助手┃ ") + line for number, line in enumerate(text.splitlines() or [""]))


async def show(user: User) -> None:
    """Print what comes to the phone, asked for or not."""
    seen = handed = 0
    while True:
        for text in user.shown[seen:]:
            print(bubble(text), flush=True)
        seen = len(user.shown)
        if user.handed_over > handed:
            print("（已转给公众号的人工客服）", flush=True)
        handed = user.handed_over
        await asyncio.sleep(0.05)


def how(delivery: Delivery) -> str:
    """How the deliveries went, for who looks after the assistant."""
    tries = "，".join(f"{a.ms:.0f} 毫秒 {a.status or '没等到'}" for a in delivery.attempts)
    return f"      （{tries}）"


async def talk(own: Settings) -> None:
    """Talk until end of file."""
    platform = Platform(account_of(own), f"http://127.0.0.1:{own.port}/webhooks/wechat/callback")
    api = urlsplit(own.wechat_api_url)
    await platform.start(api.port or 80 if api.hostname in ("127.0.0.1", "localhost") else 0)
    try:
        status, echo = await platform.verify("hello")
        print(f"校验地址：{'通过' if (status, echo) == (200, 'hello') else f'没通过（{status}），看看 Token 是否一样'}")
        print(HELP)
        user = platform.user()
        shower = asyncio.ensure_future(show(user))
        while True:
            typed = (await asyncio.to_thread(input, "")).strip()
            if typed == "/退出":
                break
            if typed == "/换人":
                shower.cancel()
                user = platform.user()
                shower = asyncio.ensure_future(show(user))
            elif typed:
                delivery = await act(user, typed)
                await asyncio.sleep(0.1)
                if delivery:
                    print(how(delivery))
    except EOFError:
        await asyncio.sleep(0.2)
    except aiohttp.ClientConnectionError:
        print(f"助手没有在 127.0.0.1:{own.port} 上运行，先 make run。")
    finally:
        await platform.stop()


def main() -> None:
    try:
        own = settings()
    except SettingsError as error:
        sys.exit(str(error))
    if not own.wechat_app_id:
        sys.exit(UNSET)
    asyncio.run(talk(own))


if __name__ == "__main__":
    main()
