"""Every setting, read once from the environment (``CSP_…``, or a ``.env`` file) and typed."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import BaseSettings, Field, ValidationError, validator

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATABASE = f"sqlite:///{ROOT / 'var' / 'csp.db'}"


class SettingsError(ValueError):
    """A setting has a wrong value; the message is a sentence that names the variable."""


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
    stop_grace: float = Field(default=20.0, ge=0, le=600)
    web_origins: str = ""
    web_jwt_secret: str = ""
    web_session_days: float = Field(default=30.0, gt=0, le=365)
    web_rate_session: int = Field(default=20, ge=1)
    web_rate_address: int = Field(default=300, ge=1)
    web_proxies: int = Field(default=0, ge=0, le=5)

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

    @validator("action_url")
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
        name = "CSP_" + str(first["loc"][0]).upper()
        raise SettingsError(f"环境变量 {name} 的值不对：{_REASONS.get(first['type'], first['msg'])}。") from error
