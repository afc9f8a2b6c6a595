"""The settings: environment or `.env`, all with the prefix `WHATIS_`. Secrets are never printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.model import Platform

PREFIX = "WHATIS_"
NOTHING_TO_SERVE = (
    "No token is set, so there is no platform to serve. Run `whatis-bot setup`, or put WHATIS_TELEGRAM_TOKEN "
    "(from @BotFather on Telegram) or WHATIS_DISCORD_TOKEN (from discord.com/developers/applications) into "
    ".env. To try the bot without any token: `whatis-bot chat`."
)


class ConfigError(Exception):
    """The settings cannot be used; the message names each that is wrong, and the remedy."""


def _an_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("write host:port, for example 127.0.0.1:8080")
    return value


def _a_web_address(value: str) -> str:
    if not value.startswith(("http://", "https://", "ws://", "wss://")):
        raise ValueError("write a whole address, beginning with https://")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_an_address)]
WebAddress = Annotated[str, AfterValidator(_a_web_address)]
Owner = tuple[Platform, int]


class Settings(BaseSettings):
    """Each field is a variable with the prefix `WHATIS_`; its description stands in the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    telegram_token: SecretStr | None = Field(None, description="Serve Telegram. From @BotFather")
    discord_token: SecretStr | None = Field(
        None, description="Serve Discord. From discord.com/developers/applications"
    )
    database_url: str | None = Field(
        None,
        description="`sqlite:///path` or `postgresql://…`; a SQLite file in the data directory if not set",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("whatis-bot"),
        description="Where the database and backups lie; the system's place for user data if not set",
    )
    content_dir: Path | None = Field(
        None, description="A community's own entries, laid over the shipped content"
    )
    owners: Annotated[tuple[Owner, ...], NoDecode] = Field(
        (), description="Who may read reports in private: `telegram:123, discord:456`"
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="A Bot API server of one's own"
    )
    discord_api_url: WebAddress | None = Field(None, description="A proxy in front of Discord's API")
    discord_gateway_url: WebAddress | None = Field(None, description="A proxy in front of Discord's gateway")
    telegram_webhook_url: WebAddress | None = Field(
        None, description="Receive by webhook at this public address instead of polling"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        None, description="What Telegram sends along; a request without it gets 401"
    )
    telegram_webhook_listen: Address = Field(
        "127.0.0.1:8443", description="Where the webhook listens, behind your TLS proxy"
    )
    http_listen: Address | None = Field(
        None, description="Serve `/healthz`, `/readyz` and `/metrics` at this `host:port`; off if not set"
    )
    log_format: Literal["console", "json"] = Field("console", description="`json` for machines")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged")

    @field_validator("telegram_token", "discord_token", "telegram_webhook_secret", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """`.env` files often carry a name with nothing behind it."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        """Bot API: setWebhook, secret_token."""
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("write 1 to 256 of A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("owners", mode="before")
    @classmethod
    def _owners(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(_owner(part.strip()) for part in value.split(",") if part.strip())

    @property
    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'whatis.db'}"


def _owner(text: str) -> Owner:
    platform, _, number = text.partition(":")
    if platform not in {Platform.TELEGRAM, Platform.DISCORD} or not number.strip().isdecimal():
        raise ValueError(f"{text!r} is no owner; write telegram:123 or discord:456, separated by commas")
    return Platform(platform), int(number)


def load_settings(**overrides: object) -> Settings:
    """Reads the settings. Raises ConfigError naming every one that is wrong, never its value if secret."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'_'.join(map(str, problem['loc'][:1])).upper()}: "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigError("\n".join(lines)) from None
    if settings.telegram_webhook_url and not settings.telegram_webhook_secret:
        raise ConfigError(
            "WHATIS_TELEGRAM_WEBHOOK_SECRET: set it too, to 16 or more letters and digits of your choosing"
        )
    return settings
