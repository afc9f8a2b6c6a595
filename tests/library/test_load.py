from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.library.load import content_root, load
from bot.library.problems import errors
from bot.library.schema import Modality

Content = Callable[..., Path]
RAG = "terms/foundations/rag.md"


def test_small_content_is_sound(content: Content) -> None:
    loaded = load(content())
    assert loaded.problems == ()
    assert loaded.library.counts == {
        "terms": 3, "comparisons": 1, "models": 2, "tips": 1, "questions": 1, "topics": 2, "paths": 0,
    }  # fmt: skip


def test_terms_come_in_the_order_of_the_topics(content: Content) -> None:
    assert list(load(content()).library.terms) == ["fine-tuning", "rag", "ai-agent"]


def test_a_link_gets_the_words_to_show(content: Content) -> None:
    standard = load(content()).library.terms["rag"].standard
    assert "Unlike [[fine-tuning|fine-tuning]], nothing" in standard
    assert "[[ai-agent|AI agent]] systems" in standard
    assert "[[fine-tuning|tuned models]]" in standard


def test_a_difference_stated_once_is_found_from_both_sides(content: Content) -> None:
    library = load(content()).library
    line = "Fine-tuning changes the weights; RAG changes what the model reads."
    assert library.differences("rag") == {"fine-tuning": line}
    assert library.differences("fine-tuning") == {"rag": line}
    assert library.differences("nothing") == {}


def test_a_comparison_turns_to_the_order_asked_for(content: Content) -> None:
    library = load(content()).library
    there = library.comparison("rag", "fine-tuning")
    back = library.comparison("fine-tuning", "retrieval")
    assert there is not None
    assert back is not None
    assert there.rows[0].answers == ("What the model reads", "The model's weights")
    assert back.between == ("fine-tuning", "rag")
    assert back.rows[0].answers == ("The model's weights", "What the model reads")
    assert library.comparison("rag", "ai-agent") is None
    assert library.comparisons_of("fine-tuning") == (back,)


def test_a_renamed_id_still_leads_to_its_entry(content: Content) -> None:
    library = load(content()).library
    assert library.term("retrieval") is library.terms["rag"]
    assert library.term("retreival") is None


def test_questions_inherit_the_dates_of_their_file(content: Content) -> None:
    (question,) = load(content()).library.questions_for("rag")
    assert str(question.as_of) == "2026-11-24"
    assert str(question.review_by) == "2027-05-24"
    assert question.topic == "foundations"


def test_models_still_alive_come_first(content: Content) -> None:
    library = load(content()).library
    assert [m.id for m in library.models_of(Modality.TEXT, Modality.IMAGE)] == ["painter", "old-painter"]
    assert [m.id for m in library.models_of(Modality.IMAGE)] == ["painter"]
    assert library.models_of(gives=Modality.MUSIC) == ()


def test_tips_of_a_topic_are_those_about_its_terms(content: Content) -> None:
    library = load(content()).library
    assert [t.id for t in library.tips_for("agents")] == ["stop-button"]
    assert library.tips_for("foundations") == ()


def test_the_library_cannot_be_changed(content: Content) -> None:
    library = load(content()).library
    with pytest.raises(TypeError):
        library.terms["x"] = library.terms["rag"]  # type: ignore[index]


def test_an_entry_with_an_error_is_left_out_and_the_rest_is_there(content: Content) -> None:
    root = content()
    text = (root / RAG).read_text()
    (root / RAG).write_text(text.replace("level: core", "level: easy"))
    loaded = load(root)
    assert "rag" not in loaded.library.terms
    assert "fine-tuning" in loaded.library.terms
    lines = [str(p) for p in loaded.problems]
    assert f"{RAG}:5: level: easy is not a choice here. Choose 'core', 'common' or 'advanced'." in lines
    assert "tips/agents.yaml" not in " ".join(lines)
    assert loaded.library.terms["ai-agent"].prerequisites == ()


def test_lines_are_counted_as_an_editor_counts_them(content: Content) -> None:
    root = content()
    text = (root / RAG).read_text().replace("one_liner: Letting", "one_liner: " + "Long " * 30 + "Letting")
    (root / RAG).write_text(text)
    (problem, *_) = (p for p in load(root).problems if p.path == RAG)
    assert str(problem) == f"{RAG}:6: one_liner: 237 characters, at most 160. Shorten it by 77."
    assert text.split("\n")[problem.line - 1].startswith("one_liner")


def test_files_from_windows_are_read(content: Content) -> None:
    root = content()
    path = root / RAG
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(root).problems == ()


def test_a_fenced_comment_is_no_heading(content: Content) -> None:
    root = content()
    path = root / RAG
    path.write_text(path.read_text() + "\n```\n# not a heading\n```\n")
    loaded = load(root)
    assert loaded.problems == ()
    assert loaded.library.terms["rag"].example.endswith("# not a heading\n```")


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path / "none").problems
    assert "There is no such folder." in str(problem)


TERM = """---
term: {name}
kind: technique
level: core
one_liner: What our own community means by it, said in one line.
sources:
  - {{title: "Our page", url: "https://example.org"}}
as_of: 2026-11-24
---
## Standard
Words of our own beside [[ai-agent]].

## Example
One of our own.
"""


def overlay(content: Content, files: dict[str, str]) -> Path:
    return content(files, base=None, name="ours")


def test_an_overlay_adds_replaces_and_hides(content: Content) -> None:
    ours = overlay(content, {
        "terms/agents/house-bot.md": TERM.format(name="House bot"),
        "terms/agents/rag.md": TERM.format(name="Our RAG"),
        "index.yaml": "hide: [fine-tuning]\n",
        "resources.yaml": "as_of: 2026-11-24\ncommunity:\n  - {title: Us, url: 'https://example.org'}\n",
    })  # fmt: skip
    loaded = load(content(), ours)
    library = loaded.library
    assert loaded.problems == ()
    assert set(library.terms) == {"rag", "ai-agent", "house-bot"}
    assert library.terms["rag"].topic == "agents"
    assert library.terms["rag"].standard == "Words of our own beside [[ai-agent|AI agent]]."
    assert library.comparisons == {}
    assert library.models["painter"].term is None
    assert library.index.popular == ("rag",)
    assert library.index.ambiguous == {}
    assert [link.title for link in library.resources.community] == ["Us"]


def test_problems_of_an_overlay_name_its_files(content: Content) -> None:
    ours = overlay(
        content, {"tips/agents.yaml": "tips:\n  - id: a\n    term: nope\n    title: T\n    text: T\n"}
    )
    lines = [str(p) for p in load(content(), ours).problems]
    assert lines == ["ours/tips/agents.yaml:2: a: as_of: It is missing. Add a line as_of: …"]


def test_the_shipped_content_loads_in_under_half_a_second() -> None:
    """Processor time, best of three: other work on the machine is no fault of the loader."""
    times = []
    for _ in range(3):
        start = time.process_time()
        loaded = load(content_root())
        times.append(time.process_time() - start)
    assert min(times) < 0.5
    assert len(loaded.library.terms) > 50


def test_every_reference_of_the_library_leads_somewhere() -> None:
    library = load(content_root()).library
    for term in library.terms.values():
        assert {*term.prerequisites, *term.related, *term.confused_with} <= library.terms.keys()
    assert {t.term for t in library.tips.values()} <= library.terms.keys()
    assert {q.tests for q in library.questions.values()} <= library.terms.keys()


def test_errors_are_told_from_warnings(content: Content) -> None:
    root = content({"notes.txt": "x", "tips/agents.yml": "x"})
    loaded = load(root)
    assert errors(loaded.problems) == ()
    assert [p.path for p in loaded.problems] == ["notes.txt", "tips/agents.yml"]
