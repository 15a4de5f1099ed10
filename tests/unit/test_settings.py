"""Settings: read once, typed, and a wrong one is named."""

import os
import subprocess
import sys

import pytest

from bot.settings import ROOT, Settings, SettingsError, settings


@pytest.fixture
def environment(monkeypatch):
    """An environment without settings; what the test sets is read afresh and forgotten afterwards."""
    for name in [name for name in os.environ if name.startswith("CSP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(Settings.__config__, "env_file", None)
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


def test_nothing_set_serves_this_machine_only(environment):
    found = settings()

    assert (found.host, found.port, found.demo, found.rest_token, found.log_text) == (
        "127.0.0.1",
        5005,
        False,
        "",
        False,
    )


def test_what_is_set_is_typed(environment):
    environment.setenv("CSP_PORT", "8080")
    environment.setenv("CSP_DEMO", "true")

    found = settings()

    assert (found.port, found.demo) == (8080, True)


def test_file_is_read_and_the_environment_wins(environment, tmp_path):
    path = tmp_path / ".env"
    path.write_text("CSP_PORT=6001\nCSP_HOST=0.0.0.0\n", encoding="utf-8")
    environment.setattr(Settings.__config__, "env_file", path)
    environment.setenv("CSP_PORT", "6002")

    found = settings()

    assert (found.host, found.port) == ("0.0.0.0", 6002)


def test_settings_are_read_once(environment):
    first = settings()
    environment.setenv("CSP_PORT", "8080")

    assert settings() is first


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("CSP_PORT", "abc"),
        ("CSP_PORT", "0"),
        ("CSP_PORT", "70000"),
        ("CSP_DEMO", "vielleicht"),
        ("CSP_LOG_TEXT", "2"),
        ("CSP_STOP_GRACE", "-1"),
        ("CSP_STOP_GRACE", "lang"),
        ("CSP_ACTION_URL", "localhost:5055"),
        ("CSP_REDIS_URL", "localhost"),
        ("CSP_BROKER_URL", "http://localhost"),
        ("CSP_DATABASE_URL", "nirgends"),
        ("CSP_WECHAT_MODE", "geheim"),
        ("CSP_WECHAT_ACCOUNT", "personal"),
        ("CSP_WECHAT_AES_KEY", "zu kurz"),
        ("CSP_WECHAT_REPLY_SECONDS", "6"),
        ("CSP_WECHAT_API_URL", "api.weixin.qq.com"),
    ],
)
def test_wrong_value_names_the_variable_in_a_sentence(environment, name, wrong):
    environment.setenv(name, wrong)

    with pytest.raises(SettingsError, match=rf"{name}.*。$"):
        settings()


def test_complaint_does_not_repeat_a_secret(environment):
    environment.setenv("CSP_REDIS_URL", "http://user:geheim@redis:6379")

    with pytest.raises(SettingsError) as complaint:
        settings()

    assert "geheim" not in str(complaint.value)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "CSP_WECHAT_TOKEN"),
        ({"CSP_WECHAT_TOKEN": "t"}, "CSP_WECHAT_AES_KEY"),
        ({"CSP_WECHAT_TOKEN": "t", "CSP_WECHAT_MODE": "plain", "CSP_WECHAT_ACCOUNT": "service"}, "CSP_WECHAT_SECRET"),
    ],
)
def test_account_that_is_set_half_names_what_is_missing(environment, given, missing):
    for name, value in {"CSP_WECHAT_APP_ID": "wx1", **given}.items():
        environment.setenv(name, value)

    with pytest.raises(SettingsError, match=missing):
        settings()


def test_secrets_of_an_account_do_not_show(environment):
    secrets = {"TOKEN": "geheim-eins", "AES_KEY": "k" * 43, "SECRET": "geheim-drei"}
    for name, value in secrets.items():
        environment.setenv(f"CSP_WECHAT_{name}", value)

    shown = repr(settings()) + str(settings().dict())

    assert [value for value in secrets.values() if value in shown] == []


def test_telemetry_is_off(environment):
    environment.setenv("RASA_TELEMETRY_ENABLED", "true")

    settings()

    assert os.environ["RASA_TELEMETRY_ENABLED"] == "false"


def test_every_setting_stands_in_the_example_file():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    missing = [name for name in Settings.__fields__ if f"CSP_{name.upper()}=" not in example]

    assert missing == []


def test_wrong_value_stops_the_start_with_a_sentence():
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=ROOT,
        env={**os.environ, "CSP_PORT": "achtzig"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 2
    assert "CSP_PORT" in ended.stderr
    assert "应是整数" in ended.stderr
    assert "Traceback" not in ended.stderr
