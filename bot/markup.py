"""The small inline markup of texts: CommonMark read by markdown-it, with a short allow-list.

Bold, italics, code, links, and `[[id|words]]` for another entry. Everything else is plain text.
Renderers take `Span`s; nobody else parses markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_TERM_SCHEME = "term:"
_REFERENCE = re.compile(r"\[\[([a-z0-9-]{1,24})(?:\|([^\[\]|]+))?\]\]")
_ESCAPES = str.maketrans({"\n": " "} | {sign: f"\\{sign}" for sign in "\\`*_{}[]()#+-.!|<>~&"})


class Markup(str):
    """A text that is markup already and must not be escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; `term` is the id of the entry it refers to."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""
    term: str = ""


def escape(text: str) -> Markup:
    """Makes any text safe to stand within markup: it will be shown as it is."""
    if isinstance(text, Markup):
        return text
    return Markup(text.translate(_ESCAPES))


def bold(text: str) -> Markup:
    """The text, escaped and bold."""
    return Markup(f"**{escape(text)}**")


def references(text: str) -> Iterator[str]:
    """The ids of the entries that a text refers to."""
    return (match[1] for match in _REFERENCE.finditer(text))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero").enable(["emphasis", "backticks", "link", "escape", "newline", "entity"])
    parser.enable(["list", "fence", "paragraph", "blockquote"])
    parser.validateLink = lambda url: url.startswith(("https://", _TERM_SCHEME))  # type: ignore[method-assign]
    return parser


PARSER = _parser()


def with_links(text: str) -> str:
    """Turns `[[id|words]]` into a link the parser knows."""
    return _REFERENCE.sub(lambda m: f"[{m[2] or m[1]}]({_TERM_SCHEME}{m[1]})", text)


@lru_cache(maxsize=4096)
def spans(text: str) -> tuple[Span, ...]:
    """The runs of an inline text, in order, neighbours of one style joined."""
    tokens = PARSER.parseInline(with_links(text))
    return tuple(_joined(_runs(tokens[0].children or [])))


def plain(text: str) -> str:
    """The text without its markup."""
    return "".join(span.text for span in spans(text))


def _runs(tokens: list[Token]) -> Iterator[Span]:
    style = Span("")
    for token in tokens:
        style = _restyled(style, token)
        if token.type in ("softbreak", "hardbreak"):
            yield replace(style, text=" " if token.type == "softbreak" else "\n")
        elif token.content:
            yield replace(style, text=token.content, code=token.type == "code_inline")


def _restyled(style: Span, token: Token) -> Span:
    match token.type:
        case "strong_open" | "strong_close":
            return replace(style, bold=token.nesting == 1)
        case "em_open" | "em_close":
            return replace(style, italic=token.nesting == 1)
        case "link_open":
            target = str(token.attrs.get("href", ""))
            if target.startswith(_TERM_SCHEME):
                return replace(style, term=target.removeprefix(_TERM_SCHEME))
            return replace(style, url=target)
        case "link_close":
            return replace(style, url="", term="")
    return style


def _joined(runs: Iterator[Span]) -> Iterator[Span]:
    held: Span | None = None
    for run in runs:
        if held is not None and replace(run, text=held.text) == held:
            held = replace(held, text=held.text + run.text)
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held
