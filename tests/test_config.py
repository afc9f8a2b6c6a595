"""Settings: all errors at once, in words that help, and never a secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import ConfigError, load_settings
from bot.model import Platform


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [n for n in os.environ if n.startswith("WHATIS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_everything_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHATIS_OWNERS", "ann")
    monkeypatch.setenv("WHATIS_HTTP_LISTEN", "8080")
    monkeypatch.setenv("WHATIS_LOG_LEVEL", "loud")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "WHATIS_OWNERS: 'ann' is no owner; write telegram:123 or discord:456" in str(caught.value)
    assert "WHATIS_HTTP_LISTEN: write host:port, for example 127.0.0.1:8080" in str(caught.value)
    assert "WHATIS_LOG_LEVEL: " in str(caught.value)


def test_a_secret_is_never_in_an_error_or_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHATIS_TELEGRAM_TOKEN", "12345:topsecret")
    assert "topsecret" not in repr(load_settings())
    monkeypatch.setenv("WHATIS_TELEGRAM_WEBHOOK_SECRET", "top secret!")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "top secret" not in str(caught.value)


def test_owners_and_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WHATIS_OWNERS=telegram:12, discord:34\nWHATIS_DISCORD_TOKEN=\nOTHER=1\n")
    settings = load_settings()
    assert settings.owners == ((Platform.TELEGRAM, 12), (Platform.DISCORD, 34))
    assert settings.discord_token is None


def test_a_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHATIS_TELEGRAM_WEBHOOK_URL", "https://bot.example/hook")
    with pytest.raises(ConfigError, match="WHATIS_TELEGRAM_WEBHOOK_SECRET"):
        load_settings()


def test_the_database_lies_in_the_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WHATIS_DATA_DIR", str(tmp_path))
    assert load_settings().database == f"sqlite:///{tmp_path / 'whatis.db'}"
