"""Logs for people or machines, with no token in them, whichever library writes."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{20,}")
"""What a Telegram token and a Discord token look like."""


def configure(log_format: str, level: str) -> None:
    """Sends structlog's and the standard library's records through one formatter to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_unwrapped, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The libraries' own news (each request, each heartbeat) is of no use to an admin.
    for name in ("telegram", "httpx", "httpcore", "discord", "aiohttp.access", "watchfiles", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def redacted(text: str) -> str:
    """The text with everything that looks like a token taken out."""
    return _TOKEN.sub("[token]", text)


def _redact(_logger: Any, _name: str, record: EventDict) -> EventDict:
    return {key: redacted(value) if isinstance(value, str) else value for key, value in record.items()}


def _unwrapped(logger: Any, name: str, record: EventDict) -> EventDict:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(logger, name, record)
