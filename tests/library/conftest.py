"""A small content folder that every test may change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def content(tmp_path: Path) -> Callable[..., Path]:
    """Writes files, given by path and text, over a copy of the small content."""

    def write(
        files: dict[str, str] | None = None, *, base: Path | None = SMALL, name: str = "content"
    ) -> Path:
        root = tmp_path / name
        sources = {p.relative_to(base).as_posix(): p.read_text() for p in base.rglob("*.*")} if base else {}
        for path, text in (sources | (files or {})).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return root

    return write
