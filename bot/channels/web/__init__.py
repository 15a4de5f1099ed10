"""The web channel: plain HTTP with streamed replies, and the widget that speaks it (``static/``)."""

from bot.channels.web.channel import WebChannel
from bot.channels.web.page import page_routes

__all__ = ["WebChannel", "page_routes"]
