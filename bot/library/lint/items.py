"""Checks of single questions.

After Haladyna, Downing and Rodriguez 2002, Applied Measurement in Education 15(3), 309-334.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from statistics import median

from bot.library.lint.finding import AnyEntry, Context, Finding
from bot.library.lint.prose import likeness, runs, sentences, words
from bot.library.normalise import canonical, fold, key
from bot.library.problems import Severity
from bot.library.schema import Question
from bot.library.words import everyday_words, stem

_NEGATIVE = re.compile(
    r"\b(not|never|except|incorrect|false|untrue)\b|n['’]t\b|(?<!at )\bleast\b", re.IGNORECASE
)
_OPINION = re.compile(
    r"\b(most important|coolest|nicest|should you|do you think|in your opinion|favou?rite|best)\b(?!-of)",
    re.IGNORECASE,
)
_ALL_ABOVE = re.compile(
    r"\b(?:all|none|both|neither|any) of (?:the|these)\b|\ball above\b"
    r"|\b(?:both )?[a-d] and [a-d]\b(?= (?:are|only)|$)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(always|never|only|completely|guaranteed|guarantees?|entirely|impossible|perfectly|every time)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(may|might|could|often|usually|typically|sometimes|generally|likely|probably)\b", re.IGNORECASE
)
_POSITION = re.compile(
    r"\b(?:[Oo]ption|[Aa]nswer|[Cc]hoice) [A-E1-5]\b"
    r"|\bthe (?:first|second|third|fourth|last|above) (?:option|answer|choice)\b"
)
_JOKE = re.compile(
    r"\b(banana|aliens?|magic(?:al)?|unicorns?|wizards?|fair(?:y|ies)|pizza|robots? take over|skynet)\b",
    re.IGNORECASE,
)
_CUE = re.compile(r"\ban?[ :…_]*\??$", re.IGNORECASE)
_STOP = frozenset(
    ("a", "about", "after", "again", "ai", "all", "an", "and", "answer", "answers", "any", "are", "as",
     "at", "be", "because", "been", "before", "by", "can", "data", "did", "do", "does", "doing", "done",
     "each", "for", "from", "get", "gives", "goes", "had", "has", "have", "how", "if", "in", "into",
     "is", "it", "its", "itself", "made", "make", "makes", "many", "may", "mean", "means", "model",
     "models", "more", "most", "much", "must", "need", "needs", "of", "off", "on", "one", "only", "onto",
     "or", "other", "out", "over", "own", "question", "questions", "run", "runs", "same", "should", "so",
     "some", "such", "system", "than", "that", "the", "their", "them", "then", "there", "these", "they",
     "thing", "this", "those", "to", "too", "two", "under", "up", "use", "used", "uses", "using", "very",
     "was", "way", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with",
     "without", "would", "you", "your")
)  # fmt: skip

ItemCheck = Callable[[AnyEntry, Context], Iterator[tuple[str, str, str, str]]]
"""Yields field, message, remedy and the name of the check."""


def _say(field: str, message: str, remedy: str, check: str) -> tuple[str, str, str, str]:
    return field, message, remedy, check


def stem_form(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """A stem is a real question that can be answered with the options hidden."""
    question: Question = entry.record
    if not question.stem.rstrip().endswith("?"):
        yield _say("stem", "It is not a question.", 'End it with "?".', "stem")
    if len(words(question.stem)) < 5:
        yield _say("stem", "It is too short to be a question.", "Write five words or more.", "stem")
    if re.search(
        r"\bwhich of (?:these|the following) (?:statements? )?is (?:true|correct|right)\b",
        question.stem,
        re.IGNORECASE,
    ):
        yield _say("stem", "It asks nothing until the options are read.", "Ask about one thing.", "stem")
    if len(sentences(question.stem)) > 3:
        yield _say("stem", "It tells a story before it asks.", "Keep the scene to two sentences.", "stem")
    if _CUE.search(question.stem):
        yield _say("stem", "It ends in a or an, which gives the answer away.", "End it otherwise.", "stem")


def negatives(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """The question itself asks for what is so; the scene before it may say what is not."""
    if match := _NEGATIVE.search(sentences(entry.record.stem)[-1]):
        yield _say("stem", f"It is negative: {match[0]}.", "Ask for what is so.", "negative")


def opinions(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """A question has an answer, whoever answers."""
    stem_text = entry.record.stem
    if (match := _OPINION.search(stem_text)) and "according to" not in stem_text.lower():
        yield _say("stem", f'It asks for an opinion: "{match[0]}".', "Ask for a fact.", "opinion")


def options(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """Options differ, none contains another, and none speaks of the others."""
    question: Question = entry.record
    folded = [fold(option) for option in question.options]
    for number, text in enumerate(folded):
        field = "key" if number == 0 else f"distractors {number}"
        if _ALL_ABOVE.search(question.options[number]):
            yield _say(field, "It speaks of the other options.", "Write an option of its own.", "options")
        for other, longer in enumerate(folded):
            if other != number and (text == longer and other < number):
                yield _say(field, "It is the same as another option.", "Write another.", "options")
            elif (
                other != number
                and text != longer
                and _holds(question.options[other], question.options[number])
            ):
                yield _say(
                    field,
                    f"It stands whole within another: {question.options[other]}.",
                    "Part them.",
                    "options",
                )
        if number and _JOKE.search(question.options[number]):
            yield _say(field, "Nobody takes it for the answer.", "Write a mistake that people make.", "joke")


def _holds(longer: str, shorter: str) -> bool:
    """Whether an option stands whole within another; a number within a longer phrase is no fault."""
    if not re.search(r"[a-z]{3}", shorter, re.IGNORECASE):
        return False
    return bool(re.search(rf"(?<![\w-]){re.escape(shorter)}(?![\w-])", longer, re.IGNORECASE))


def one_right_answer(entry: AnyEntry, context: Context) -> Iterator[tuple[str, str, str, str]]:
    """No distractor is another name of the key."""
    question: Question = entry.record
    meant = {i for i in context.owners.get(key(fold(question.key)), ()) if _is_one(context, i)}
    for number, distractor in enumerate(question.distractors, 1):
        versions = re.search(r"\d", question.key + distractor.text)
        if not versions and meant & context.owners.get(key(fold(distractor.text)), set()):
            yield _say(
                f"distractors {number}",
                "It is another name of the key.",
                "Write a wrong one.",
                "second-answer",
            )


def _is_one(context: Context, term_id: str) -> bool:
    """Whether the entry is about one thing; "Precision and recall" has names for each of two."""
    return " and " not in context.shelves.terms[term_id].record.term


def lengths(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """The key is about as long as the others."""
    question: Question = entry.record
    others = sorted(len(d.text) for d in question.distractors)
    longest = len(question.key) > others[-1] * 1.3 and len(question.key) - others[-1] > 6
    if longest or len(question.key) > max(1.5 * median(others), 14):
        message = f"The key has {len(question.key)} characters, the others {others[0]} to {others[-1]}."
        yield _say("key", message, "Shorten it, or lengthen the others.", "key-length")


def absolutes(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """Absolute words in wrong options alone give the key away."""
    question: Question = entry.record
    absolute = [number for number, d in enumerate(question.distractors, 1) if _ABSOLUTE.search(d.text)]
    if absolute and not _ABSOLUTE.search(question.key):
        field = f"distractors {absolute[0]}"
        word = _ABSOLUTE.search(question.distractors[absolute[0] - 1].text)
        yield _say(
            field, f'"{word[0] if word else ""}" is a clue that it is wrong.', "Leave it out.", "absolute"
        )


def clang(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """The key holds no word of the stem that the others lack."""
    question: Question = entry.record
    asked = _telling(question.stem)
    others = set().union(*(_telling(d.text) for d in question.distractors))
    shared = (asked.keys() & _telling(question.key).keys()) - others
    for root in sorted(shared):
        message = f'"{asked[root]}" stands in the stem and in the key alone.'
        yield _say("key", message, "Use another word, or use it in another option too.", "clang")


def _telling(text: str) -> dict[str, str]:
    """The words that carry meaning, by their stems."""
    found = (word for word in words(text) if len(word) > 2 and word not in _STOP)
    return {stem(canonical(fold(word).replace(" ", ""))): word for word in found}


def conspicuous(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """The key is not the only option with a digit, brackets, quotes or a hedge."""
    question: Question = entry.record
    for name, pattern in (
        ("a number", r"\d"),
        ("brackets", r"[()]"),
        ("quotes", '["“”]'),
        ("a hedge", _HEDGE.pattern),
    ):
        found = re.compile(pattern, re.IGNORECASE)
        if found.search(question.key) and not any(found.search(d.text) for d in question.distractors):
            yield _say(
                "key",
                f"It alone has {name}.",
                "Give another option the like, or leave it out.",
                "conspicuous",
            )


def alike(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """Options are written alike: all begin with a capital or none, all end in a full stop or none."""
    question: Question = entry.record
    starts = {_start(option) for option in question.options} - {"?"}
    if len(starts) > 1:
        yield _say("key", "Some options begin with a capital and some do not.", "Write all alike.", "alike")
    if len({option.rstrip()[-1] in ".!?" for option in question.options}) > 1:
        yield _say("key", "Some options end with a full stop and some do not.", "Write all alike.", "alike")


def _start(option: str) -> str:
    """`A` or `a`; `?` for what begins with neither, or with a name that keeps its own case."""
    first = option.split(maxsplit=1)[0]
    if (
        not first[0].isalpha()
        or any(c.isupper() for c in first[1:])
        or canonical(first.lower()) not in everyday_words()
    ):
        return "?"
    return "A" if first[0].isupper() else "a"


def pairs(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """No distractor is nearly the key: such a pair tells where the answer lies."""
    question: Question = entry.record
    chosen = [words(option) for option in question.options]
    for number, other in enumerate(chosen[1:], 1):
        close = len(other) > 3 and likeness(chosen[0], other) > 0.8
        if close and all(likeness(other, third) <= 0.7 for third in chosen[1:] if third is not other):
            yield _say(
                f"distractors {number}",
                "It is nearly the key.",
                "Make it differ more, or others less.",
                "pair",
            )


def feedback(entry: AnyEntry, _: Context) -> Iterator[tuple[str, str, str, str]]:
    """An explanation stands by itself; platforms shuffle the options."""
    question: Question = entry.record
    if match := _POSITION.search(question.explanation):
        yield _say(
            "explanation", f'"{match[0]}": options are shuffled.', "Name what the option says.", "feedback"
        )
    if question.explanation.count("\n") > 2:
        yield _say("explanation", "More than two line breaks.", "Telegram takes two.", "feedback")


def copied(entry: AnyEntry, context: Context) -> Iterator[tuple[str, str, str, str]]:
    """A question is in words of its own, so that it asks for understanding."""
    question: Question = entry.record
    tested = context.shelves.terms.get(question.tests)
    if tested is None:
        return
    known = {run for text in _texts(tested) for run in runs(words(text), 8)}
    for field, text in (("stem", question.stem), ("key", question.key)):
        if run := next((run for run in runs(words(text), 8) if run in known), None):
            yield _say(
                field, f'Eight words running from the entry: "{" ".join(run)}".', "Use other words.", "copied"
            )


def _texts(tested: AnyEntry) -> Iterator[str]:
    for name in ("one_liner", "simple", "standard", "deep", "example"):
        yield getattr(tested.record, name) or ""


_CHECKS: tuple[ItemCheck, ...] = (
    stem_form, negatives, opinions, options, one_right_answer, lengths, absolutes, clang, conspicuous, alike,
    pairs,
    feedback, copied,
)  # fmt: skip
_WARNINGS = frozenset(("conspicuous", "alike", "pair"))


def items(context: Context) -> Iterator[Finding]:
    """Every check of every question."""
    for entry in context.shelves.questions.values():
        for check in _CHECKS:
            for field, message, remedy, name in check(entry, context):
                severity = Severity.WARNING if name in _WARNINGS else Severity.ERROR
                yield Finding(entry, _keys(field), message, remedy, name, severity)


def _keys(field: str) -> tuple[str | int, ...]:
    name, _, number = field.partition(" ")
    return (name, int(number) - 1, "text") if number else (name,)


CHECKS = (items,)
