"""YAML and Markdown files as values that remember their lines.

YAML is composed into nodes by libyaml and turned into values here, because the stock loader forgets where
a value stood, keeps the last of two equal keys without a word, and is four times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_FENCE = re.compile(r"\s*(```|~~~)")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
"""Plain words that YAML 1.1 reads as something else than text."""
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_DECIMAL = re.compile(r"[-+]?([0-9][0-9_]*)?\.[0-9_]+([eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*\.")
_NUMERIC = frozenset("0123456789+-.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What makes a file unreadable, or a part of it doubtful. line: counted from 1."""

    line: int
    field: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file's values, and where each stands.

    offset: how many lines of the file precede the YAML.
    sections: the line of each `##` heading of a term, by its name in lower case.
    """

    value: Any
    node: Node | None
    offset: int = 0
    faults: tuple[Fault, ...] = ()
    sections: dict[str, int] = field(default_factory=dict)

    def line(self, *keys: str | int) -> int:
        """The line of the value under these keys, or of the nearest thing around it."""
        if keys and isinstance(keys[0], str) and keys[0] in self.sections:
            return self.sections[keys[0]]
        node = self.node
        line = 1 if node is None else _line(node, self.offset)
        for key in keys:
            found = _step(node, key)
            if found is None:
                break
            line, node = found[0] + self.offset, found[1]
        return line

    def written(self, *keys: str | int) -> str:
        """The scalar under these keys as the author wrote it; empty when there is none."""
        node = self.node
        for key in keys:
            found = _step(node, key)
            node = found[1] if found else None
        return str(node.value) if isinstance(node, ScalarNode) else ""


def read_text(path: Path) -> str | Fault:
    """The file's text, or why it cannot be read."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Fault(line, "", "The file holds characters that are not UTF-8.", "Save it as UTF-8.")


def read_yaml(text: str, offset: int = 0) -> Document:
    """The values of a YAML text that begins `offset` lines into its file."""
    try:
        node = _compose(text)
    except yaml.YAMLError as error:
        return Document(None, None, offset, (_unreadable(error, text, offset),))
    builder = _Builder(offset)
    value = builder.build(node) if node is not None else None
    return Document(value, node, offset, tuple(builder.faults))


def read_term(text: str) -> Document:
    """The front matter of a term's file, with its sections as further values."""
    lines = text.split("\n")
    end = _end_of_front_matter(lines)
    if end is None:
        remedy = "Begin with a line ---, then the fields, then another line ---."
        return Document(None, None, 0, (Fault(1, "", "The fields at the top are missing.", remedy),))
    head = read_yaml("\n".join(lines[1:end]) + "\n", 1)
    if head.value is None and head.faults:
        return head
    sections, faults = _sections(lines, end + 1)
    value = head.value if isinstance(head.value, dict) else {}
    value.update({name: body for name, (_, body) in sections.items()})
    places = {name: line for name, (line, _) in sections.items()}
    return Document(value, head.node, 1, (*head.faults, *faults), places)


SECTIONS = ("simple", "standard", "deep", "example")


def _end_of_front_matter(lines: Sequence[str]) -> int | None:
    if lines[0].rstrip() != "---":
        return None
    return next((n for n, line in enumerate(lines) if n and line.rstrip() == "---"), None)


def _sections(lines: Sequence[str], start: int) -> tuple[dict[str, tuple[int, str]], list[Fault]]:
    found: dict[str, tuple[int, str]] = {}
    faults = []
    headings = list(_headings(lines, start))
    first = headings[0][0] if headings else len(lines)
    if any(line.strip() for line in lines[start:first]):
        faults.append(Fault(start + 1, "", "Text before the first heading.", "Put it under ## Standard."))
    for (at, name), (until, _) in zip(headings, [*headings[1:], (len(lines), "")], strict=True):
        fault = _heading_fault(at + 1, name, found)
        if fault:
            faults.append(fault)
        else:
            found[name.lower()] = (at + 1, "\n".join(lines[at + 1 : until]).strip())
    return found, faults


def _heading_fault(line: int, name: str, found: dict[str, tuple[int, str]]) -> Fault | None:
    if name.lower() not in SECTIONS:
        remedy = "The sections are ## Simple, ## Standard, ## Deep and ## Example."
        return Fault(line, f"## {name}", "There is no such section.", remedy)
    if name.lower() in found:
        first = found[name.lower()][0]
        return Fault(line, f"## {name}", f"The section stands in line {first} already.", "Join the two.")
    return None


def _headings(lines: Sequence[str], start: int) -> Iterator[tuple[int, str]]:
    fenced = False
    for at in range(start, len(lines)):
        line = lines[at]
        if _FENCE.match(line):
            fenced = not fenced
        elif line.startswith("#") and not fenced:
            yield at, line.lstrip("#").strip()


if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Parser(CParser):
        """Composes nodes without resolving their types, which `_Builder` does in one look."""

        def resolve(self, *_: object) -> str:
            return ""

        def ascend_resolver(self) -> None:
            pass

        def descend_resolver(self, *_: object) -> None:
            pass


def _compose(text: str) -> Node | None:
    if yaml.__with_libyaml__:
        composed: Node | None = _Parser(text).get_single_node()
        return composed
    return yaml.compose(text, yaml.SafeLoader)


class _Builder:
    """Turns nodes into values; what other readers of YAML would misread becomes a fault."""

    def __init__(self, offset: int) -> None:
        self._offset = offset
        self._open: set[int] = set()
        self.faults: list[Fault] = []

    def build(self, node: Node) -> Any:
        if isinstance(node, ScalarNode):
            return node.value if node.style else _plain(node.value)
        if id(node) in self._open:
            self._fault(node, "", "An anchor (&name) is used again (*name).", "Write the values out.")
            return None
        self._open.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node)
        return [self.build(item) for item in node.value] if isinstance(node, SequenceNode) else None

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._fault(
                    key_node, "", "The name before the colon is missing.", "Put a text with braces in quotes."
                )
            elif key in value:
                self._fault(key_node, key, "It stands here twice.", "Keep one of the two.")
            elif not key_node.style and key in _WORDS:
                self._fault(key_node, key, f"YAML reads {key} as true, false or nothing.", f'Write "{key}".')
            value[key] = self.build(value_node)
        return value

    def _fault(self, node: Node, name: str, message: str, remedy: str) -> None:
        self.faults.append(Fault(_line(node, self._offset), name, message, remedy))


def _plain(text: str) -> Any:
    """A value without quotes, as YAML 1.1 reads it; dates stay text."""
    if text[:1] in _NUMERIC:
        return _number(text)
    return _WORDS[text] if len(text) <= 5 and text in _WORDS else text


def _number(text: str) -> Any:
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    return float(text.replace("_", "")) if _DECIMAL.fullmatch(text) else text


def _line(node: Node, offset: int) -> int:
    return int(node.start_mark.line) + 1 + offset


def _step(node: Node | None, key: str | int) -> tuple[int, Node] | None:
    """The line (without offset) and the node one key further; None when there is nothing."""
    if isinstance(node, MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == key:
                return _line(key_node, 0), value_node
    if isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
        return _line(node.value[key], 0), node.value[key]
    return None


_INDENTED = "The line does not fit the lines around it."
_STRAY = "A text without quotes begins with a character that means something to YAML."
_QUOTE_IT = 'Put the whole text in "double quotes".'
_CAUSES = (
    ("mapping values are not allowed", "A colon and a space stand in a text without quotes.", _QUOTE_IT),
    ("could not find expected ':'", "A line has no colon after its name, or is indented wrongly.",
     "Write name: value, and line it up with the lines around it."),
    ("unexpected end of stream", "A quote is opened and never closed.", 'End the text with ".'),
    ("expected ',' or", "A list in [brackets] or {braces} is not closed, or lacks a comma.",
     "Close it; put texts with commas, brackets or braces in quotes."),
    ("expected '-' indicator", _INDENTED, "Check how far it is indented."),
    ("expected <block end>", _INDENTED, "Check how far it is indented."),
    ("expected key", "Something follows a closing quote, or the line does not fit the lines around it.",
     'Write quotes within "quotes" as \\", and check the indentation.'),
    ("escape character", "A backslash in a quoted text means something to YAML.",
     "Write two backslashes, or use 'single quotes'."),
    ("cannot start any token", _STRAY, _QUOTE_IT),
    ("expected node content", _STRAY, _QUOTE_IT),
    ("expected comment or line break", _STRAY, _QUOTE_IT),
    ("undefined alias", _STRAY, _QUOTE_IT),
    ("expected a single document", "A line --- stands in the middle of the file.", "Remove it."),
)  # fmt: skip


def _unreadable(error: yaml.YAMLError, text: str, offset: int) -> Fault:
    """libyaml's complaint in an author's words; at the opening quote where a quote is not closed."""
    told = str(error)
    mark = getattr(error, "context_mark" if "end of stream" in told else "problem_mark", None)
    line = mark.line if mark else 0
    lines = text.split("\n")
    if line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]:
        tab = "A tab stands where spaces must be."
        return Fault(line + 1 + offset, "", tab, "Indent with spaces, two for each step.")
    for sign, message, remedy in _CAUSES:
        if sign in told:
            return Fault(line + 1 + offset, "", message, remedy)
    reason = getattr(error, "problem", None) or told
    return Fault(
        line + 1 + offset, "", f"This is not YAML: {reason}.", "Compare it with an entry that works."
    )
