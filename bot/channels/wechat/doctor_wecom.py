"""The doctor's checks of a WeCom application and of 微信客服."""

from __future__ import annotations

import re
import time

from bot.channels.wechat.accounts import wecom_account, wxkf_account
from bot.channels.wechat.client import PlatformClient
from bot.channels.wechat.crypto import Envelope
from bot.channels.wechat.doctor import Finding, State, finding
from bot.channels.wechat.doctor_callback import Callback, examine_callback
from bot.channels.wechat.doctor_official import local_base
from bot.channels.wechat.errors import PlatformError
from bot.settings import Settings

_NOT_LISTED = 60020
_TOKEN_FAULTS = frozenset({40001, 40013, 40014, 40091, 42001})
_UNUSED = frozenset({48002, 60011, 95011, 95012, 95017})
"""微信客服 is not open, or not given to this application."""
_VISIBLE = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
_EVENT = (
    "<xml><ToUserName>{corp}</ToUserName><FromUserName>csp-doctor</FromUserName><CreateTime>{now}</CreateTime>"
    "<MsgType>event</MsgType><Event>enter_agent</Event><EventKey></EventKey></xml>"
)


async def examine_wecom(settings: Settings, base: str) -> list[Finding]:
    """Check the application; ``base`` is where the assistant is reachable, empty for this machine."""
    part = "wecom"
    if not settings.wecom_agent_id:
        return [finding(part, "settings", State.HINT, "none", names="CSP_WECOM_…")]
    found = _check_settings(part, settings, "CSP_WECOM_TOKEN", settings.wecom_token.get_secret_value())
    found += await examine_callback(_callback(settings, base, part))
    client = PlatformClient(wecom_account(settings))
    try:
        agent = await client.call("agent/get", agentid=str(settings.wecom_agent_id))
    except PlatformError as error:
        return [*found, *_refused(part, error)]
    finally:
        await client.close()
    found += [finding(part, check, State.OK, "ok") for check in ("token", "white_list")]
    name = agent.get("name", settings.wecom_agent_id)
    seen = any((agent.get(group) or {}).get(members) for group, members in _VISIBLE)
    state, key = (State.OK, "ok_wecom") if seen else (State.FAULT, "nobody")
    return [*found, finding(part, "permissions", state, key, name=name)]


async def examine_wxkf(settings: Settings, base: str) -> list[Finding]:
    """Check 微信客服, which has settings of its own or lives in the application's."""
    part, own = "wxkf", bool(settings.wxkf_secret.get_secret_value())
    if not own and not settings.wecom_agent_id:
        return [finding(part, "settings", State.HINT, "none", names="CSP_WXKF_…")]
    found = []
    if own:
        found = _check_settings(part, settings, "CSP_WXKF_TOKEN", settings.wxkf_token.get_secret_value())
        found += await examine_callback(_callback(settings, base, part))
    client = PlatformClient(wxkf_account(settings))
    try:
        accounts = (await client.call("kf/account/list", {"offset": 0, "limit": 100})).get("account_list") or []
    except PlatformError as error:
        if not own and error.code in _UNUSED:
            return [*found, finding(part, "accounts", State.HINT, "unused", reason=error)]
        return [*found, *_refused(part, error)]
    finally:
        await client.close()
    if own:
        found += [finding(part, check, State.OK, "ok") for check in ("token", "white_list")]
    return [*found, _accounts(part, accounts, own)]


def _accounts(part: str, accounts: list[dict], own: bool) -> Finding:
    if not accounts:
        return finding(part, "accounts", State.FAULT if own else State.HINT, "none")
    foreign = [a for a in accounts if a.get("manage_privilege") is False]
    if foreign:
        return finding(part, "accounts", State.FAULT, "foreign", names=_names(foreign))
    return finding(part, "accounts", State.OK, "ok", count=len(accounts), names=_names(accounts))


def _names(accounts: list[dict]) -> str:
    return "、".join(f"{a.get('name', '')}（{a.get('open_kfid', '')}）" for a in accounts[:5])


def _check_settings(part: str, settings: Settings, variable: str, token: str) -> list[Finding]:
    found = []
    if not re.fullmatch(r"w[wx][0-9a-f]{16}", settings.wecom_corp_id):
        found.append(finding(part, "settings", State.FAULT, "corp_id"))
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", token):
        found.append(finding(part, "settings", State.FAULT, "token", variable=variable))
    return found or [finding(part, "settings", State.OK, "ok")]


def _callback(settings: Settings, base: str, part: str) -> Callback:
    own = part == "wecom"
    token = (settings.wecom_token if own else settings.wxkf_token).get_secret_value()
    key = (settings.wecom_aes_key if own else settings.wxkf_aes_key).get_secret_value()
    return Callback(
        part=part,
        url=f"{base or local_base(settings)}/webhooks/{part}/callback",
        local=not base,
        prefix=f"CSP_{part.upper()}",
        token=token,
        envelope=Envelope(token, key, settings.wecom_corp_id, settings.wechat_window),
        window=settings.wechat_window,
        sealed_echo=True,
        event=_EVENT.format(corp=settings.wecom_corp_id, now=int(time.time())),
    )


def _refused(part: str, error: PlatformError) -> list[Finding]:
    """What the platform's refusal says about token, addresses and permissions."""
    check = "permissions" if part == "wecom" else "accounts"
    if error.code == _NOT_LISTED:
        token = finding(part, "token", State.OK, "ok")
        return [token, finding(part, "white_list", State.FAULT, "fault", reason=error)]
    if error.code is None or error.code in _TOKEN_FAULTS:
        token = finding(part, "token", State.FAULT, "fault", reason=error)
        return [token, finding(part, "white_list", State.HINT, "unknown")]
    token = finding(part, "token", State.OK, "ok")
    return [token, finding(part, check, State.FAULT, "fault", reason=error)]
