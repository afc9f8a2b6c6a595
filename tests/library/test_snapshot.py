"""The content is read once and kept; it is read again whenever anything may be different."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.library import snapshot
from bot.library.library import Library
from bot.library.load import Loaded, content_root, load

Content = Callable[..., Path]
RAG = "terms/foundations/rag.md"
OWN = Path(__file__).parent.parent.parent / "docs" / "own-entries"


class Desk:
    """A snapshot's file, and how often the content itself had to be read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.readings = 0

    def read(self, root: Path, overlay: Path | None = None) -> Loaded:
        self.readings += 1
        return load(root, overlay)

    def library(self, root: Path, overlay: Path | None = None) -> Library:
        library, wrong = snapshot.library_at(root, overlay, self.file)
        assert wrong == ()
        return library


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(tmp_path / "data" / snapshot.FILE)
    monkeypatch.setattr(snapshot, "load", desk.read)
    return desk


@pytest.mark.parametrize("overlay", [None, OWN])
def test_what_was_kept_is_what_was_read(desk: Desk, overlay: Path | None) -> None:
    read = desk.library(content_root(), overlay)
    kept = desk.library(content_root(), overlay)
    assert desk.readings == 1
    assert kept == read
    assert [*kept.terms, *kept.questions, *kept.topics] == [*read.terms, *read.questions, *read.topics]
    assert list(desk.file.parent.iterdir()) == [desk.file]


def test_a_change_that_leaves_size_and_time_is_seen(desk: Desk, content: Content) -> None:
    root = content()
    desk.library(root)
    file = root / RAG
    written = file.stat()
    file.write_text(file.read_text().replace("kind: technique", "kind: benchmark"))
    os.utime(file, ns=(written.st_atime_ns, written.st_mtime_ns))
    assert file.stat().st_size == written.st_size
    assert desk.library(root).terms["rag"].kind == "benchmark"


def test_files_that_come_and_go_are_seen(desk: Desk, content: Content) -> None:
    root, ours = content(), content({"index.yaml": "popular: [rag]\n"}, base=None, name="ours")
    desk.library(root)
    assert desk.library(root, ours).index.popular == ("rag",)
    (ours / "index.yaml").write_text("hide: [fine-tuning]\n")
    assert "fine-tuning" not in desk.library(root, ours).terms
    (ours / "index.yaml").unlink()
    assert "fine-tuning" in desk.library(root, ours).terms
    assert desk.readings == 4


def test_other_code_reads_the_content_anew(
    desk: Desk, content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_CODE", tmp_path / "code")
    (tmp_path / "code").mkdir()
    root = content()
    desk.library(root)
    (tmp_path / "code" / "schema.py").write_text("# a new version\n")
    desk.library(root)
    assert desk.readings == 2


def test_a_copy_with_other_times_is_the_same_content(desk: Desk, content: Content) -> None:
    root = content()
    desk.library(root)
    os.utime(root / RAG, ns=(0, 0))
    desk.library(root.rename(root.with_name("elsewhere")))
    assert desk.readings == 1


def test_an_editors_hidden_files_change_nothing(desk: Desk, content: Content) -> None:
    root = content()
    desk.library(root)
    (root / "terms" / ".rag.md.swp").write_text("half a word")
    (root / ".#topics.yaml").symlink_to("nobody@nowhere")
    desk.library(root)
    assert desk.readings == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"Retrieval", b"Retrieved"),
        lambda whole: b"",
        lambda whole: b"\x80\x04K\x01.",
        lambda whole: whole.partition(b"\n")[0] + b"\n{}",
    ],
    ids=["cut off", "altered", "empty", "something else", "emptied"],
)
def test_a_damaged_file_is_made_anew(desk: Desk, content: Content, damage: Callable[[bytes], bytes]) -> None:
    root = content()
    library = desk.library(root)
    desk.file.write_bytes(damage(desk.file.read_bytes()))
    assert desk.library(root) == library
    assert desk.library(root) == library
    assert desk.readings == 2


def test_records_that_the_schema_refuses_are_not_taken(desk: Desk, content: Content) -> None:
    root = content()
    library = desk.library(root)
    head, _, body = desk.file.read_bytes().partition(b"\n")
    forged = body.replace(b'"kind":"technique"', b'"kind":"magic"')
    assert forged != body
    desk.file.write_bytes(snapshot._head(head.split()[0].decode(), forged) + b"\n" + forged)
    assert desk.library(root) == library
    assert desk.readings == 2


def test_where_nothing_can_be_written_the_content_is_read(desk: Desk, content: Content) -> None:
    desk.file.parent.write_text("a file where the folder should be")
    root = content()
    assert desk.library(root) == desk.library(root)
    assert desk.readings == 2


def test_an_error_is_told_at_every_start_until_it_is_mended(desk: Desk, content: Content) -> None:
    root = content()
    sound = (root / RAG).read_text()
    (root / RAG).write_text(sound.replace("level: core", "level: easy"))
    for _ in range(2):
        library, wrong = snapshot.library_at(root, None, desk.file)
        assert "rag" not in library.terms
        assert "level: easy is not a choice here" in " ".join(map(str, wrong))
    (root / RAG).write_text(sound)
    assert "rag" in desk.library(root).terms


START = """
import sys
from pathlib import Path
from bot.library.snapshot import library_at
library, wrong = library_at(Path(sys.argv[1]), None, Path(sys.argv[2]))
print(len(library.terms), len(wrong))
"""


def test_processes_that_start_at_once_do_not_disturb_each_other(desk: Desk, content: Content) -> None:
    root = content()
    command = [sys.executable, "-c", START, str(root), str(desk.file)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[0] for process in started] == ["3 0\n"] * 4
    desk.library(root)
    assert desk.readings == 0
    assert list(desk.file.parent.iterdir()) == [desk.file]
