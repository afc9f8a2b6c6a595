"""What a failed request means: whether it may be repeated, and what the core is told."""

from __future__ import annotations

import aiohttp
import discord

from bot.adapters.base import (
    AdapterError,
    CredentialsRefused,
    Delayed,
    NetworkDown,
    NotSent,
    OutcomeUnknown,
    Unreachable,
)

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE = 10008
ACKNOWLEDGED = 40060
_CLOSED = {10003, 10004, 10013, 50001, 50007, 50013, 50083, 50278, 160005}
_DEAD_TOKEN = {10062, 10015, 50027}

NETWORK = (aiohttp.ClientError, OSError, TimeoutError)
"""What a request raises when no answer came. OSError covers a reset connection."""
FAILED = (discord.DiscordException, *NETWORK)
"""Everything by which discord.py says that a request failed."""

REFUSED = (
    "Discord refuses the token. Open https://discord.com/developers/applications, choose the application, "
    "press 'Reset Token' under 'Bot', and put the new one into WHATIS_DISCORD_TOKEN."
)


def is_dead_token(error: BaseException) -> bool:
    """Whether an interaction can be answered no more: too late, or its fifteen minutes are over."""
    return isinstance(error, discord.HTTPException) and error.code in _DEAD_TOKEN


def in_sending(error: Exception) -> AdapterError:
    """Why a message could not be sent or edited."""
    match error:
        case discord.RateLimited():
            return Delayed(error.retry_after)
        case discord.HTTPException(status=429):
            return Delayed(_retry_after(error))
        case discord.HTTPException() if error.code in _CLOSED:
            return Unreachable(str(error))
        case discord.HTTPException(status=status) if status >= 500 and status != 503:
            return OutcomeUnknown(f"Discord failed while it had the message: {error}")
        case discord.DiscordException() | aiohttp.ClientConnectorError():
            return NotSent(str(error))
        case _:
            return OutcomeUnknown(f"no answer came: {error!r}")


def in_serving(error: BaseException | None) -> AdapterError:
    """Why the client ended. Whatever it was but a refusal, a new client may do better."""
    refused = isinstance(error, discord.LoginFailure) or (
        isinstance(error, discord.ConnectionClosed) and error.code == 4004
    )
    if refused:
        return CredentialsRefused(REFUSED)
    return NetworkDown(f"the connection to Discord ended: {error!r}")


def _retry_after(error: discord.HTTPException) -> float:
    """Seconds to wait; a minute when the refusal does not say (it came from the shield before Discord)."""
    try:
        return float(error.response.headers.get("Retry-After", ""))
    except ValueError:
        return 60.0
