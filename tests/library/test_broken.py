"""Each folder under broken/ spoils the small content in one way; expected.txt is what the check then says."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.library.cli import checked, shown
from bot.library.load import load
from tests.library.conftest import SMALL

BROKEN = sorted(path for path in (Path(__file__).parent / "broken").iterdir() if path.is_dir())
TODAY = dt.date(2026, 11, 24)


def test_there_are_at_least_thirty() -> None:
    assert len(BROKEN) >= 30


@pytest.mark.parametrize("folder", BROKEN, ids=lambda path: path.name)
def test_what_is_broken_is_named_with_its_remedy_and_nothing_else_is(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "content")
    shutil.copytree(folder, tmp_path / "content", dirs_exist_ok=True)
    (tmp_path / "content" / "expected.txt").unlink()
    lines = [shown(problem) for problem in checked(load(tmp_path / "content"), TODAY)]
    assert lines == (folder / "expected.txt").read_text().splitlines()
    assert lines


def test_sound_content_passes_every_check() -> None:
    assert checked(load(SMALL), TODAY) == ()
