"""Keeps one platform served: what befalls it never reaches the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum

import structlog

from bot.adapters.base import Adapter, CredentialsRefused, NetworkDown

log = structlog.get_logger()
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds between attempts to reach a platform; each wait is twice the one before."""

CLOSE_WITHIN = 3.0
"""Seconds a platform gets to say goodbye, so that the process ends when it is told to."""

Sleep = Callable[[float], Awaitable[None]]


class Outcome(StrEnum):
    """How a supervised platform ended."""

    REFUSED = "refused"


async def supervise(adapter: Adapter, sleep: Sleep = asyncio.sleep) -> Outcome:
    """Runs the adapter, again and again while the network (or a fault of its own) is the trouble.

    Returns REFUSED when the platform refuses the credentials: trying again would be no use.
    """
    now = asyncio.get_running_loop().time
    wait = FIRST_WAIT
    while True:
        began = now()
        try:
            await adapter.run()
        except CredentialsRefused as error:
            # The sentence says all; a stack trace would only frighten.
            log.error("login refused", platform=adapter.platform, reason=str(error))  # noqa: TRY400
            return Outcome.REFUSED
        except NetworkDown as error:
            log.warning("network down", platform=adapter.platform, reason=str(error), retry_in=wait)
        except Exception:  # a platform's fault stays with that platform
            log.exception("platform failed", platform=adapter.platform, retry_in=wait)
        finally:
            await _close(adapter)
        await sleep(wait)
        wait = FIRST_WAIT if now() - began > 2 * LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)


async def _close(adapter: Adapter) -> None:
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            await adapter.close()
    except (TimeoutError, OSError) as error:
        log.warning("not closed in time", platform=adapter.platform, reason=str(error))
