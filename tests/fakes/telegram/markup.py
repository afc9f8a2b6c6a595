"""Telegram's HTML, read as strictly as the server does (tdlib, MessageEntity.cpp: parse_html)."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.errors import bad

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([^\s>]*)([^>]*)>")
_ATTRIBUTE = re.compile(r"""\s*([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_FOUND = (
    ("mention", re.compile(r"(?<![\w@])@\w{3,32}", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/\w{1,64}(?:@\w{3,32})?(?![\w/<>])", re.ASCII)),
)
LONE = ("code", "pre")
"""Kinds that hold no other and lie in none but a quote (Bot API: formatting options)."""


@dataclass
class _Open:
    tag: str
    at: int
    offset: int
    attributes: dict[str, str]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[_Open] = []

    def read(self) -> None:
        at = 0
        while (begin := self.source.find("<", at)) >= 0:
            self._words(self.source[at:begin])
            tag = _TAG.match(self.source, begin)
            if tag is None:
                kind = "end" if self.source[begin + 1 : begin + 2] == "/" else "start"
                raise self._broken(f"Unclosed {kind} tag", begin)
            self._tag(tag)
            at = tag.end()
        self._words(self.source[at:])
        if self.open:
            raise bad(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self.open[-1].tag}\""
            )

    def _words(self, words: str) -> None:
        self.text += _REFERENCE.sub(lambda match: html.unescape(match[0]), words)

    def _tag(self, tag: re.Match[str]) -> None:
        closing, name, rest = tag.groups()
        if closing:
            self._close(name, tag.start())
            return
        name = name.lower()
        if name not in KINDS:
            raise self._broken(f'Unsupported start tag "{name}"', tag.start())
        attributes = {m[1]: html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(rest)}
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._broken('Tag "span" must have class "tg-spoiler"', tag.start())
        self.open.append(_Open(name, tag.start(), units(self.text), attributes))

    def _close(self, name: str, at: int) -> None:
        if not self.open:
            raise self._broken("Unexpected end tag", at)
        last = self.open.pop()
        if name and name != last.tag:
            raise bad(
                f"can't parse entities: Unmatched end tag at byte offset {self._bytes(at)}, "
                f'expected "</{last.tag}>", found "</{name}>"'
            )
        length = units(self.text) - last.offset
        if length and (entity := self._entity(last)) is not None:
            self.entities.append({**entity, "offset": last.offset, "length": length})

    def _entity(self, tag: _Open) -> dict[str, Any] | None:
        kind = KINDS[tag.tag]
        if kind == "text_link":
            return _link(tag.attributes.get("href", ""))
        language = tag.attributes.get("class", "").removeprefix("language-")
        if kind == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].attributes["language"] = language
            return None
        if kind == "pre" and tag.attributes.get("language"):
            return {"type": kind, "language": tag.attributes["language"]}
        return {"type": kind}

    def _broken(self, what: str, at: int) -> Exception:
        return bad(f"can't parse entities: {what} at byte offset {self._bytes(at)}")

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())


def _link(href: str) -> dict[str, Any] | None:
    """A link that opens, one that names a person, or plain words when it is neither."""
    if match := re.fullmatch(r"tg://user\?id=(\d+)", href):
        return {"type": "text_mention", "user_id": int(match[1])}
    return {"type": "text_link", "url": href} if re.match(r"https?://[^\s/]+", href) else None


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text and its entities. Raises Refusal with the server's words."""
    reader = _Reader(source)
    reader.read()
    return trimmed(reader.text, reader.entities)


def trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Without space at both ends, as it is shown; entities move along."""
    lead = units(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    end = units(text)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    moved.sort(key=lambda entity: (entity["offset"], -entity["length"], entity["type"] != "blockquote"))
    return text, moved


def found_entities(text: str, taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What Telegram recognises by itself in a text: names and commands, but not in code or links."""
    blocked = [e for e in taken if e["type"] in (*LONE, "text_link", "text_mention")]
    found = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            start, length = units(text[: match.start()]), units(match[0])
            if not any(e["offset"] < start + length and start < e["offset"] + e["length"] for e in blocked):
                found.append({"type": kind, "offset": start, "length": length})
    return found


def nesting_faults(entities: list[dict[str, Any]]) -> list[str]:
    """Where entities cross, or lie in one that holds no other; Telegram would drop or split them."""
    faults = []
    for index, a in enumerate(entities):
        for b in entities[index + 1 :]:
            a_end, b_end = a["offset"] + a["length"], b["offset"] + b["length"]
            if b["offset"] >= a_end:
                continue
            if b_end > a_end:
                faults.append(f"{a} and {b} cross")
            elif (
                a["type"] == b["type"]
                or a["type"] in LONE
                or (b["type"] in LONE and a["type"] != "blockquote")
            ):
                faults.append(f"{b} lies in {a}")
    return faults
