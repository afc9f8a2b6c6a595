"""The same scripts on every platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.conversations.surfaces import Surface, surface


@pytest.fixture(params=["terminal", "telegram", "discord"])
async def chat(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> AsyncIterator[Surface]:
    async with surface(request.param, tmp_path, clock) as opened:
        yield opened
