"""The accounts that the settings name, as the client needs them."""

from __future__ import annotations

from bot.channels.wechat.client import Account
from bot.settings import Settings


def official_account(settings: Settings) -> Account:
    """The official account (公众号)."""
    secret = settings.wechat_secret.get_secret_value()
    return Account("official", settings.wechat_app_id, secret, settings.wechat_api_url.rstrip("/"))


def wecom_account(settings: Settings) -> Account:
    """The application of WeCom (企业微信自建应用)."""
    secret = settings.wecom_secret.get_secret_value()
    return Account("wecom", settings.wecom_corp_id, secret, settings.wecom_api_url.rstrip("/"))


def wxkf_account(settings: Settings) -> Account:
    """微信客服: its own secret, or the application's that it was given to."""
    secret = settings.wxkf_secret.get_secret_value() or settings.wecom_secret.get_secret_value()
    return Account("wecom", settings.wecom_corp_id, secret, settings.wecom_api_url.rstrip("/"))
