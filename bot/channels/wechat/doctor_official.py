"""The doctor's checks of an official account."""

from __future__ import annotations

import re
import time

from bot.channels.wechat.accounts import official_account
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.crypto import Envelope
from bot.channels.wechat.doctor import Finding, State, finding
from bot.channels.wechat.doctor_callback import Callback, examine_callback
from bot.channels.wechat.errors import PlatformError
from bot.channels.wechat.menu import BadMenu, fetch_menu, load_menu
from bot.settings import Settings

PATH = "/webhooks/wechat/callback"
PART = "official"
_NOBODY = "csp-doctor"
"""An OpenID that nobody has: a message to it shows whether messages could be sent, and reaches no one."""
_INVALID_OPENID = 40003
_UNAUTHORISED = frozenset({48001, 48004, 48006, 50002, 50004})
_NOT_LISTED = frozenset({40164, 61004, 89501, 89503, 89506, 89507})
_EVENT = (
    "<xml><ToUserName>gh_doctor</ToUserName><FromUserName>csp-doctor</FromUserName><CreateTime>{now}</CreateTime>"
    "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>doctor</EventKey></xml>"
)


async def examine_official(settings: Settings, base: str) -> list[Finding]:
    """Check the official account; ``base`` is where the assistant is reachable, empty for this machine."""
    if not settings.wechat_app_id:
        return [finding(PART, "settings", State.HINT, "none", names="CSP_WECHAT_…")]
    found = check_settings(settings)
    found += await examine_callback(_callback(settings, base))
    if not settings.wechat_secret.get_secret_value():
        return found
    client = PlatformClient(official_account(settings))  # not the shared token: that would say nothing of the secret
    try:
        return [*found, *await _examine_api(client, settings)]
    finally:
        await client.close()


def check_settings(settings: Settings) -> list[Finding]:
    """Whether the settings look as the console shows them."""
    secret = settings.wechat_secret.get_secret_value()
    found = []
    if not re.fullmatch(r"wx[0-9a-f]{16}", settings.wechat_app_id):
        found.append(finding(PART, "settings", State.FAULT, "app_id"))
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", settings.wechat_token.get_secret_value()):
        found.append(finding(PART, "settings", State.FAULT, "token", variable="CSP_WECHAT_TOKEN"))
    if secret and not re.fullmatch(r"[0-9a-zA-Z]{32}", secret):
        found.append(finding(PART, "settings", State.FAULT, "secret"))
    if not secret:
        found.append(finding(PART, "settings", State.HINT, "no_secret"))
    return found or [finding(PART, "settings", State.OK, "ok")]


def _callback(settings: Settings, base: str) -> Callback:
    token = settings.wechat_token.get_secret_value()
    key = settings.wechat_aes_key.get_secret_value()
    plain = settings.wechat_mode == "plain"
    return Callback(
        part=PART,
        url=(base or local_base(settings)) + PATH,
        local=not base,
        prefix="CSP_WECHAT",
        token=token,
        envelope=None if plain else Envelope(token, key, settings.wechat_app_id, settings.wechat_window),
        window=settings.wechat_window,
        sealed_echo=False,
        event=_EVENT.format(now=int(time.time())),
    )


def local_base(settings: Settings) -> str:
    """Where the assistant listens on this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return f"http://{host}:{settings.port}"


async def _examine_api(client: PlatformClient, settings: Settings) -> list[Finding]:
    try:
        await client.call("message/custom/send", {"touser": _NOBODY, "msgtype": "text", "text": {"content": "-"}})
        error = None
    except PlatformError as caught:
        error = caught
    unknown = [finding(PART, check, State.HINT, "unknown") for check in ("permissions", "menu")]
    if error and error.code in _NOT_LISTED:
        token = finding(PART, "token", State.FAULT, "fault", reason="")
        return [token, finding(PART, "white_list", State.FAULT, "fault", reason=error), *unknown]
    if error and error.code != _INVALID_OPENID and error.code not in _UNAUTHORISED:
        token = finding(PART, "token", State.FAULT, "fault", reason=error)
        return [token, finding(PART, "white_list", State.HINT, "unknown"), *unknown]
    token, white_list = (finding(PART, check, State.OK, "ok") for check in ("token", "white_list"))
    return [token, white_list, _permission(error, settings), await _menu(client)]


def _permission(error: PlatformError | None, settings: Settings) -> Finding:
    """What the account may do, against what the settings say of it."""
    passive = settings.wechat_account == "subscription"
    if error and error.code in _UNAUTHORISED:
        if passive:
            return finding(PART, "permissions", State.HINT, "passive")
        return finding(PART, "permissions", State.FAULT, "less", account=settings.wechat_account, reason=error)
    return finding(PART, "permissions", State.HINT, "more") if passive else finding(PART, "permissions", State.OK, "ok")


async def _menu(client: PlatformClient) -> Finding:
    try:
        wanted = load_menu()
    except BadMenu as error:
        return finding(PART, "menu", State.FAULT, "bad", reason=error)
    try:
        present = await fetch_menu(client)
    except PlatformError as error:
        state = State.HINT if error.code in _UNAUTHORISED else State.FAULT
        return finding(PART, "menu", state, "fault", reason=error)
    if not present:
        return finding(PART, "menu", State.HINT, "none")
    return finding(PART, "menu", State.OK, "ok") if present == wanted else finding(PART, "menu", State.HINT, "other")
