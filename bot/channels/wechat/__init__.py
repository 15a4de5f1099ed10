"""WeChat: the official account, and what shares its core."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasa.core.channels.channel import InputChannel

    from bot.settings import Settings


def wechat_channels(settings: Settings) -> list[InputChannel]:
    """The channels that the settings configure; loaded here only, since commands use single modules of this package."""
    channels: list[InputChannel] = []
    if settings.wechat_app_id:
        from bot.channels.wechat.official import WeChatChannel

        channels.append(WeChatChannel(settings))
    if settings.wecom_corp_id:
        from bot.channels.wechat.wecom import WeComChannel, WxkfChannel

        if settings.wecom_agent_id:
            channels.append(WeComChannel(settings))
        if settings.wxkf_secret.get_secret_value():
            channels.append(WxkfChannel(settings))
    return channels
