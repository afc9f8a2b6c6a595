"""A quiz typed into a terminal by a script, from the command line on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def played(lines: str, folder: Path) -> list[dict[str, object]]:
    """What `whatis-bot chat --json` prints for the lines."""
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json"],
        input=lines, capture_output=True, text=True, check=True, timeout=60,
        env={"WHATIS_DATA_DIR": str(folder), "PATH": "", "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert run.stderr == ""
    return [json.loads(line) for line in run.stdout.splitlines()]


def texts(events: list[dict[str, object]]) -> str:
    return "\n".join(str(event.get("text", "")) for event in events)


def test_a_script_plays_alone_to_the_end(tmp_path: Path) -> None:
    events = played("/quiz rag 3\n!press A\n!press Next\nb\n!press Next\nC\n", tmp_path)
    assert [e["event"] for e in events].count("done") == 6
    assert "🏁 Retrieval and RAG" in texts(events[-3:])
    assert not [e for e in events if e["event"] == "error"]


def test_a_script_that_ends_in_the_midst_sees_the_standings_and_leaves_nothing(tmp_path: Path) -> None:
    events = played("@ann /quiz rag 3 60\n@ben !press Join\n@ann !press Start now\n@ann a\n", tmp_path)
    assert "A it is." in texts(events)
    assert "🏆 Retrieval and RAG" in texts(events)
    assert "Join" in str(played("@you /quiz agents 3\n", tmp_path)), "none is running any more"


def test_buttons_of_older_messages_can_be_pressed_the_newest_that_has_one_first(tmp_path: Path) -> None:
    events = played("/whatis rag\n/whatis lora\n/tip\n!press Deeper\n!press no such button\n", tmp_path)
    deeper, _, trouble, _ = events[-4:]
    assert deeper["event"] == "edit"
    assert "LoRA" in str(deeper["text"])
    assert trouble["event"] == "error"
    assert "Buttons: " in str(trouble["text"])


@pytest.mark.slow
def test_a_script_waits_for_the_time_to_pass(tmp_path: Path) -> None:
    opening = "@ann /quiz rag 3 10\n@ben !press Join\n@ann !press Start now\n"
    events = played(f"{opening}@ann a\n@ben a\n!wait\n!wait\n!wait\n", tmp_path)
    assert "Question 2 of 3" in texts(events)
