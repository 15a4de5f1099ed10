"""Every setting, read once from the environment (``CSP_…``, or a ``.env`` file) and typed."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseSettings, Field, SecretStr, ValidationError, root_validator, validator

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATABASE = f"sqlite:///{ROOT / 'var' / 'csp.db'}"


class SettingsError(ValueError):
    """A setting has a wrong value; the message is a sentence that names the variable."""


class MissingSetting(ValueError):
    """A setting that another one needs is empty."""

    def __init__(self, name: str) -> None:
        """Keep its name."""
        super().__init__("设了公众号、企业微信应用或微信客服就不能为空")
        self.name = name


_WXKF = ("wxkf_secret", "wxkf_token", "wxkf_aes_key")


def _filled(value: int | SecretStr) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


class Settings(BaseSettings):
    """The settings of one process; ``.env.example`` explains each in one line."""

    host: str = "127.0.0.1"
    port: int = Field(default=5005, ge=1, le=65535)
    model_dir: Path = ROOT / "models"
    policy_file: Path = ROOT / "data" / "policy.yml"
    rest_token: str = ""
    action_url: str = ""
    database_url: str = DEFAULT_DATABASE
    redis_url: str = ""
    broker_url: str = ""
    demo: bool = False
    log_text: bool = False
    metrics_port: int = Field(default=0, ge=0, le=65000)
    metrics_host: str = "127.0.0.1"
    stop_grace: float = Field(default=20.0, ge=0, le=600)
    web_origins: str = ""
    web_jwt_secret: str = ""
    web_session_days: float = Field(default=30.0, gt=0, le=365)
    web_rate_session: int = Field(default=20, ge=1)
    web_rate_address: int = Field(default=300, ge=1)
    web_proxies: int = Field(default=0, ge=0, le=5)
    wechat_app_id: str = ""
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_secret: SecretStr = SecretStr("")
    wechat_mode: Literal["plain", "compatible", "secure"] = "secure"
    wechat_account: Literal["subscription", "verified", "service"] = "subscription"
    wechat_human: bool = False
    wechat_reply_seconds: float = Field(default=4.5, ge=0.1, le=4.8)
    wechat_window: float = Field(default=300.0, ge=30, le=3600)
    wechat_api_url: str = "https://api.weixin.qq.com"
    wecom_corp_id: str = ""
    wecom_agent_id: int = Field(default=0, ge=0)
    wecom_secret: SecretStr = SecretStr("")
    wecom_token: SecretStr = SecretStr("")
    wecom_aes_key: SecretStr = SecretStr("")
    wecom_api_url: str = "https://qyapi.weixin.qq.com"
    wxkf_secret: SecretStr = SecretStr("")
    wxkf_token: SecretStr = SecretStr("")
    wxkf_aes_key: SecretStr = SecretStr("")
    wxkf_servicer: str = ""

    class Config:
        env_prefix = "CSP_"
        env_file = ROOT / ".env"

    @validator("database_url", pre=True)
    def _database_url(cls, value: str) -> str:
        if not value:
            return DEFAULT_DATABASE
        if not value.startswith(("sqlite:", "postgresql:", "postgresql+")):
            raise ValueError("应以 sqlite:/// 或 postgresql:// 开头")
        return value

    @validator("action_url", "wechat_api_url", "wecom_api_url")
    def _http_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("应以 http:// 或 https:// 开头")
        return value

    @validator("web_origins")
    def _origins(cls, value: str) -> str:
        if any(not o.strip().startswith(("http://", "https://")) for o in value.split(",") if o.strip()):
            raise ValueError("应是以逗号分开的 https://主机")
        return value

    @validator("web_jwt_secret")
    def _long_secret(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("至少 32 个字符")
        return value

    @validator("redis_url")
    def _redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://")):
            raise ValueError("应以 redis:// 或 rediss:// 开头")
        return value

    @validator("wechat_aes_key", "wecom_aes_key", "wxkf_aes_key")
    def _aes_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
            raise ValueError("应是 43 个字母和数字")
        return value

    @root_validator(skip_on_failure=True)
    def _whole_account(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An official account without its token could not tell the platform from anybody else."""
        if values["wechat_app_id"]:
            needed = ["wechat_token"]
            needed += ["wechat_aes_key"] if values["wechat_mode"] != "plain" else []
            needed += ["wechat_secret"] if values["wechat_account"] != "subscription" else []
            for name in needed:
                if not values[name].get_secret_value():
                    raise MissingSetting(name)
        return values

    @root_validator(skip_on_failure=True)
    def _whole_corporation(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The same for an application of WeCom and for 微信客服: all of its settings, or none."""
        for side in (("wecom_agent_id", "wecom_secret", "wecom_token", "wecom_aes_key"), _WXKF):
            empty = [name for name in side if not _filled(values[name])]
            if empty and len(empty) < len(side):
                raise MissingSetting(empty[0])
            if not empty and not values["wecom_corp_id"]:
                raise MissingSetting("wecom_corp_id")
        return values

    @validator("broker_url")
    def _broker_url(cls, value: str) -> str:
        if value and not value.startswith(("amqp://", "amqps://")):
            raise ValueError("应以 amqp:// 或 amqps:// 开头")
        return value


_REASONS = {
    "type_error.integer": "应是整数",
    "type_error.float": "应是数字",
    "value_error.number.not_ge": "太小",
    "value_error.number.not_le": "太大",
    "type_error.bool": "应是 true 或 false",
    "value_error.extra": "没有这个设置",
    "value_error.const": "不是可选的值之一",
}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable has a wrong value.
    """
    # Nothing may leave this machine: Rasa reads this variable whenever it would report.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        cause = error.raw_errors[0].exc  # type: ignore[union-attr]
        field = cause.name if isinstance(cause, MissingSetting) else str(first["loc"][0])
        name = "CSP_" + field.upper()
        raise SettingsError(f"环境变量 {name} 的值不对：{_REASONS.get(first['type'], first['msg'])}。") from error
