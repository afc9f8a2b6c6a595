"""Checks of all prose: British spelling, tone, claims that age, known errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.library.lint.finding import Context, Finding
from bot.library.lint.prose import plain
from bot.library.problems import Severity

_BRITISH = {
    "color": "colour", "behavior": "behaviour", "favor": "favour", "flavor": "flavour", "labor": "labour",
    "neighbor": "neighbour", "honor": "honour", "humor": "humour", "rumor": "rumour", "vapor": "vapour",
    "harbor": "harbour", "endeavor": "endeavour", "center": "centre", "fiber": "fibre",
    "liter": "litre", "theater": "theatre", "caliber": "calibre", "specter": "spectre",
    "catalog": "catalogue",
    "dialog": "dialogue", "analog": "analogue", "gray": "grey", "defense": "defence", "offense": "offence",
    "modeling": "modelling", "modeled": "modelled", "labeling": "labelling", "labeled": "labelled",
    "traveling": "travelling", "traveled": "travelled", "traveler": "traveller", "canceled": "cancelled",
    "signaling": "signalling", "leveled": "levelled", "fueled": "fuelled", "channeled": "channelled",
    "totaled": "totalled", "counselor": "counsellor", "jewelry": "jewellery", "skeptical": "sceptical",
    "skeptic": "sceptic", "aging": "ageing", "artifact": "artefact", "plow": "plough", "mold": "mould",
    "pajamas": "pyjamas", "maneuver": "manoeuvre", "enrollment": "enrolment",
    "fulfill": "fulfil", "skillful": "skilful", "willful": "wilful", "math": "maths",
    "acknowledgment": "acknowledgement", "analyze": "analyse",
    "analyzes": "analyses", "analyzed": "analysed", "analyzing": "analysing", "analyzer": "analyser",
    "paralyze": "paralyse", "catalyze": "catalyse", "cozy": "cosy", "gotten": "got",
}  # fmt: skip
_PLURAL = {
    f"{w}s": f"{b}s" for w, b in _BRITISH.items() if not w.endswith(("s", "d", "g")) and w[-1] == b[-1]
}
_SPELLINGS = {**_PLURAL, **_BRITISH, **{
    f"{stem}{ending}": f"{british}{ending}"
    for stem, british in (("color", "colour"), ("favor", "favour"), ("behavior", "behaviour"),
                          ("neighbor", "neighbour"), ("center", "centr"), ("honor", "honour"))
    for ending in ("ed", "ing", "ful", "ite", "al", "hood", "able")
    if (stem, ending) != ("center", "al")
}}  # fmt: skip
_AMERICAN = re.compile(rf"\b({'|'.join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True))})\b")
_IZE = re.compile(r"\b([a-z]{3,}?)(iz)(e|es|ed|er|ers|ing|ation|ations|able)\b")
_ALWAYS_IZE = frozenset(
    ("siz", "priz", "seiz", "capsiz", "resiz", "oversiz", "downsiz", "undersiz", "midsiz", "maiz")
)

_TONE = re.compile(
    "|".join((
        r"\bit(?:'s| is) (?:important|worth|crucial|essential) (?:to (?:note|remember|mention)|noting)\b",
        r"\bin today['’]s (?:\w+ )?world\b",
        r"\bin the (?:ever|rapidly|fast)[- ]\w+ (?:world|landscape|field)\b",
        r"\b(?:ever[- ]evolving|delv(?:e|es|ed|ing)|game[- ]chang(?:er|ing)|seamless(?:ly)?|unleash)\b",
        r"\b(?:unlock(?:s|ing)?|harness(?:ing)?) the (?:power|potential)\b",
        r"\b(?:revolutioni[sz](?:e|es|ed|ing)|cutting[- ]edge|supercharg(?:e|es|ed|ing)|paradigm shift)\b",
        r"\bplays? an? (?:crucial|vital|key|pivotal) role\b",
        r"\b(?:a testament to|tapestry|in conclusion|needless to say|as an ai language model|the realm of)\b",
        r"\bnot just \w+, but\b",
        r"\bbest practices?\b",
    )),
    re.IGNORECASE,
)  # fmt: skip

_WHO = r"(?= (?:model|llm|lab|company|maker|provider|vendor|chatbot|assistant))"
_AGEING = re.compile(
    "|".join((
        r"(?<!\w)[$€£]\s?\d[\d.,]*\s?(?:per|an?|/)\s?(?:million|month|year|hour|token|seat|image|minute)\b",
        r"\b(?:the|its|their|our) (?:newest|latest)(?= (?:model|version|release|generation|gpt|llm))",
        rf"\bthe (?:largest|biggest|fastest|cheapest|smartest|leading){_WHO}",
        r"\bthe best (?:model|llm|chatbot|assistant|tool|image generator)s?\b",
        r"\b(?:state[- ]of[- ]the[- ]art|most (?:powerful|popular|advanced|capable)|best-in-class)\b",
        r"\b(?:(?:market|industry)[- ]leading|currently|at present|nowadays|as of (?:today|now)|recently)\b",
        r"\b\d[\d.,]* ?(?:million|billion) (?:weekly |monthly |daily |active |paying )*users\b",
    )),
    re.IGNORECASE,
)  # fmt: skip
_DATED = re.compile(r"\b(?:19|20)\d\d\b")

_ERRORS = (
    (r"GPT-?4\b[^.]{0,60}\b(?:1\.7\d?|1\.8|100) ?(?:T\b|trillion)",
     "The size of GPT-4 was never published."),
    (r"attention (?:was|is) (?:first )?(?:invented|introduced)[^.]{0,30}2017",
     "Attention dates from 2014 (Bahdanau et al.)."),
    (r"\bOpenAI[^.]{0,40}(?:invented|introduced|created) (?:the )?transformer",
     "The transformer is from Google, 2017."),
    (r"8x7B (?:is|has|means|equals|=)[^.?]{0,25}\b56 ?(?:B|billion)",
     "Mixtral 8x7B has 46.7 billion parameters in all."),
    (r"Turing (?:coined|invented the term)",
     "The term artificial intelligence is from the Dartmouth proposal of 1955."),
    (r"temperature (?:of )?(?:0|zero) (?:is|makes|gives|means)[^.]{0,25}(?:fully |always )?deterministic",
     "Temperature 0 makes sampling greedy; served output can still vary."),
    (r"\b(?:a|one|each) token (?:is|equals) (?:a|one) (?:whole )?word\b",
     "A token is a piece of a word, about three quarters of an English one."),
    (r"\bWhisper\b[^.]{0,40}\btext[- ]to[- ]speech", "Whisper turns speech into text."),
    (r"\bDALL[-·]E 1\b[^.]{0,40}\bdiffusion", "The first DALL-E was an autoregressive transformer."),
    (r"\bLlama[^.]{0,30}\bis open[- ]source\b", "Llama's weights are open under Meta's own licence."),
    (r"\bMCP\b[^.]{0,40}\b(?:by|from) OpenAI", "MCP is from Anthropic, November 2024."),
    (r"\bnetworks? works? (?:exactly |just )?like the (?:human )?brain\b",
     "Neural networks are only loosely inspired by the brain."),
)  # fmt: skip
_KNOWN_ERRORS = tuple((re.compile(pattern, re.IGNORECASE), truth) for pattern, truth in _ERRORS)
_WRONG_ON_PURPOSE = frozenset(("misconception", "distractors"))
"""Fields that quote errors in order to correct them."""


def spelling(context: Context) -> Iterator[Finding]:
    """Texts are in British spelling; names of things keep their own."""
    named = _names(context)
    for entry, passage in context.passages:
        text = passage.plain
        for match in _AMERICAN.finditer(text):
            if match[0] not in named:
                yield Finding(
                    entry,
                    passage.keys,
                    f"{match[0]} is American.",
                    f"Write {_SPELLINGS[match[0]]}.",
                    "spelling",
                )
        for match in _IZE.finditer(text):
            root = re.sub("^(?:un|de|re|pre)", "", match[1]) + match[2]
            if root not in _ALWAYS_IZE and match[0] not in named and not named & {root, match[1] + match[2]}:
                british = f"{match[1]}is{match[3]}"
                yield Finding(
                    entry, passage.keys, f"{match[0]} is American.", f"Write {british}.", "spelling"
                )


def _names(context: Context) -> frozenset[str]:
    """Words that are part of a name, in every form an ending gives them: `tokenizer`, so `tokenize` too."""
    found: set[str] = set()
    for entry in context.shelves.terms.values():
        for name in (entry.record.term, *entry.record.aliases):
            for word in re.findall(r"[a-z]+", name.lower()):
                found.add(word)
                if match := _IZE.fullmatch(word):
                    found.add(match[1] + match[2])
    return frozenset(found)


def tone(context: Context) -> Iterator[Finding]:
    """No worn phrases."""
    for entry, passage in context.passages:
        for match in _TONE.finditer(passage.plain):
            yield Finding(
                entry,
                passage.keys,
                f'"{match[0]}" is a worn phrase.',
                "Say it plainly, or leave it out.",
                "tone",
            )


def ageing(context: Context) -> Iterator[Finding]:
    """Prices, superlatives and "currently" age: the sentence is dated, or the entry has review_by."""
    for entry, passage in context.passages:
        if getattr(entry.record, "review_by", None) or "misconception" in passage.keys:
            continue
        for match in _AGEING.finditer(passage.plain):
            sentence = _around(passage.plain, match.start())
            if not _DATED.search(sentence):
                remedy = "Leave it out, or date it in the sentence and give the entry review_by."
                yield Finding(entry, passage.keys, f'"{match[0]}" will not stay true.', remedy, "ageing")


def _around(text: str, at: int) -> str:
    start = max(text.rfind(mark, 0, at) for mark in (". ", "? ", "! ", "\n")) + 1
    end = min(
        (found for mark in (". ", "? ", "! ", "\n") if (found := text.find(mark, at)) >= 0), default=len(text)
    )
    return text[start:end]


def facts(context: Context) -> Iterator[Finding]:
    """Errors that are often written, and what is so instead."""
    for entry, passage in context.passages:
        if _WRONG_ON_PURPOSE.intersection(map(str, passage.keys)):
            continue
        for pattern, truth in _KNOWN_ERRORS:
            if match := pattern.search(passage.plain):
                yield Finding(entry, passage.keys, f'"{match[0]}" is a known error.', truth, "facts")


def links(context: Context) -> Iterator[Finding]:
    """Links in texts are secure ones."""
    for entry, passage in context.passages:
        if "http://" in passage.text:
            yield Finding(entry, passage.keys, "A link begins with http://.", "Write https://.", "links")


def dates(context: Context) -> Iterator[Finding]:
    """What should have been reviewed by now, and days that have not come yet."""
    for entry in context.entries:
        as_of = getattr(entry.record, "as_of", None)
        review_by = getattr(entry.record, "review_by", None)
        if as_of and as_of > context.today:
            yield Finding(
                entry, ("as_of",), f"{as_of} has not come yet.", "Write the day it was checked.", "dates"
            )
        if review_by and review_by < context.today:
            message = f"It was to be reviewed by {review_by}."
            remedy = "Check it, and set as_of and review_by anew."
            yield Finding(entry, ("review_by",), message, remedy, "review", Severity.WARNING)
        if review_by and as_of and review_by <= as_of:
            yield Finding(entry, ("review_by",), "It lies before as_of.", "Set a later day.", "dates")


def unfinished(context: Context) -> Iterator[Finding]:
    """Nothing is left to be written."""
    for entry, passage in context.passages:
        if match := re.search(r"\b(TODO:|FIXME|TBD\b|lorem ipsum)|…\s*$|\?\?", plain(passage.text)):
            yield Finding(
                entry, passage.keys, f'"{match[0]}" looks unfinished.', "Finish the text.", "unfinished"
            )


CHECKS = (spelling, tone, ageing, facts, links, dates, unfinished)
