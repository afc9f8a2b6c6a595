from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from bot.library.cli import register
from bot.library.json_schema import schemas, text
from bot.library.load import content_root, load

Content = Callable[..., Path]


def run(*args: object, typed: str | None = None) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(arg) for arg in args], input=typed)


def test_check_passes_sound_content_and_counts_it(content: Content) -> None:
    result = run("check", content())
    assert result.exit_code == 0
    assert "3 terms, 1 comparisons" in result.output
    assert result.output.endswith("0 errors, 0 warnings\n")


def test_check_fails_and_names_line_and_remedy(content: Content) -> None:
    tip = "as_of: 2026-11-24\ntips:\n  - id: A\n    term: rag\n    title: T\n    text: T\n"
    result = run("check", content({"tips/agents.yaml": tip}))
    assert result.exit_code == 1
    assert "tips/agents.yaml:3: A: id: 'A' is not an id." in result.output


def test_a_communitys_own_folder_is_checked_over_the_shipped_content(content: Content) -> None:
    tip = "as_of: 2026-11-24\ntips:\n  - id: ours\n    term: nothing-like-it\n    title: T\n    text: T\n"
    result = run("check", content({"tips/agents.yaml": tip}, base=None, name="ours"))
    assert result.exit_code == 1
    assert "ours/tips/agents.yaml:4: ours: term: There is no entry nothing-like-it." in result.output
    assert "terms/" not in result.output


def test_stats_are_a_table_by_topic_and_level(content: Content) -> None:
    lines = run("check", content(), "--stats").output.splitlines()
    assert lines[0].split()[:5] == ["topic", "core", "common", "advanced", "terms"]
    assert lines[1].split() == ["Foundations", "2", "0", "0", "2", "0", "1", "0", "1", "1"]
    assert lines[3].split()[:5] == ["all", "3", "0", "0", "3"]
    assert "Too few questions to tell; from 60 on." in lines


def test_stats_of_the_shipped_content_show_what_gives_keys_away() -> None:
    output = run("check", "--stats").output
    assert "the longest option (chance 25%)" in output
    assert "words of wrong options:" in output


def test_lookup_prints_json_for_each_query(content: Content) -> None:
    result = run("lookup", "--json", "--content", content(), typed="whats RAG?\ngang\n\ntuning\n")
    assert [json.loads(line) for line in result.output.splitlines()] == [
        {"query": "whats RAG?", "alternatives": [],
         "answer": {"id": "rag", "term": "Retrieval-augmented generation", "score": 1.0}},
        {"query": "gang", "answer": None, "alternatives": []},
        {"query": "", "answer": None, "alternatives": []},
        {"query": "tuning", "answer": None, "alternatives": [
            {"id": "fine-tuning", "term": "Fine-tuning", "score": 1.0},
            {"id": "rag", "term": "Retrieval-augmented generation", "score": 1.0}]},
    ]  # fmt: skip


def test_lookup_in_words(content: Content) -> None:
    result = run("lookup", "--content", content(), "rag", "tuning", "gang")
    assert result.output.splitlines() == [
        "rag: Retrieval-augmented generation (rag)",
        "tuning: did you mean Fine-tuning, Retrieval-augmented generation?",
        "gang: nothing found",
    ]


def test_new_entries_are_to_be_filled_in(content: Content) -> None:
    root = content()
    for kind in ("term", "question", "tip", "comparison"):
        assert run("new", kind, "own-word", "--topic", "agents", "--content", root).exit_code == 0
    assert (root / "terms/agents/own-word.md").read_text().startswith("---\nterm: Own word\n")
    assert load(root).library.tips["stop-button"]
    output = run("check", root).output
    assert "terms/agents/own-word.md" in output
    assert "questions/agents.yaml" in output
    assert run("new", "term", "own-word", "--topic", "agents", "--content", root).exit_code == 1
    assert run("new", "term", "Own Word", "--topic", "agents", "--content", root).exit_code == 1


def test_new_asks_for_what_is_not_given(content: Content) -> None:
    root = content()
    assert run("new", "term", "--content", root, typed="own-word\nagents\n").exit_code == 0
    assert (root / "terms/agents/own-word.md").exists()


def test_export_and_import_change_nothing_by_themselves(content: Content, tmp_path: Path) -> None:
    root = content()
    before = {p: p.read_text() for p in root.rglob("*.yaml")}
    for kind in ("questions", "tips"):
        run("export", kind, tmp_path / f"{kind}.csv", "--content", root)
        result = run("import", kind, tmp_path / f"{kind}.csv", "--content", root)
        assert result.output == "Nothing is new.\n"
    assert {p: p.read_text() for p in root.rglob("*.yaml")} == before


def test_an_edited_table_comes_back_as_yaml(content: Content, tmp_path: Path) -> None:
    root, table = content(), tmp_path / "questions.csv"
    run("export", "questions", table, "--content", root)
    rows = list(csv.DictReader(io.StringIO(table.read_text().removeprefix("\ufeff"))))
    added = {**rows[0], "id": "second", "key": 'With: a colon, and "quotes"', "topic": "agents"}
    rows[0]["stem"] = "What is new when a user asks the bot something?"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows([rows[0], added])
    table.write_text("\ufeff" + out.getvalue())
    assert run("import", "questions", table, "--content", root).exit_code == 0
    loaded = load(root)
    assert loaded.problems == ()
    assert loaded.library.questions["rag-what-changes"].stem == rows[0]["stem"]
    assert loaded.library.questions["second"].key == 'With: a colon, and "quotes"'
    assert loaded.library.questions["second"].topic == "agents"


def test_a_table_with_an_error_changes_nothing(content: Content, tmp_path: Path) -> None:
    root, table = content(), tmp_path / "tips.csv"
    table.write_text("topic,id,term,title,text,as_of\nagents,new-tip,rag,T,,2026-11-24\n")
    result = run("import", "tips", table, "--content", root)
    assert result.exit_code == 1
    assert "tips.csv:2: new-tip: text: It is missing." in result.output
    assert "new-tip" not in (root / "tips/agents.yaml").read_text()


def test_the_shipped_tables_survive_the_round_trip(tmp_path: Path) -> None:
    shelves = load(content_root()).shelves
    for kind in ("questions", "tips"):
        run("export", kind, tmp_path / f"{kind}.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / f"{kind}.csv").read_text())))
        assert len(rows) == len(shelves.shelf(kind))
        assert run("import", kind, tmp_path / f"{kind}.csv").output == "Nothing is new.\n"


def test_the_schemas_for_editors_are_current() -> None:
    folder = content_root() / "schema"
    assert {p.name: p.read_text() for p in folder.glob("*.json")} == {
        n: text(s) for n, s in schemas().items()
    }
