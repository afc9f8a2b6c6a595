"""Takes the question words off a question: "whats RAG?" asks for RAG."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

_ME = r"(?: (?:me|us))?"
_PLEASE = r"(?: (?:please|pls|plz|kindly|just|quickly|briefly|simply|maybe))*"
_BE = r"(?:is|are|was|were|r|does|do|did|exactly is|exactly are|actually is|actually are)"
_ACCOUNT = r"(?:definition|meaning|explanation|overview|summary|idea|info|information|details)"
_GRASP = r"(?:understand|know|get|grasp)"
_WHAT = r"(?:what|wat|wut|wht|whta|waht)"
_ASKING = (
    rf"(?:can|could|would|will) (?:you|u|we|i|(?:any|some)(?:one|body)){_PLEASE}(?: help{_ME})?(?: to)?",
    rf"(?:explain|define|describe|clarify|elaborate|introduce)(?: to)?{_ME}(?: about| on)?{_PLEASE}",
    rf"(?:tell|teach|show|remind){_ME}(?: a bit| a little)?(?: more| something| everything)?(?: about)?",
    rf"(?:give|send|get){_ME}(?: an?| the| some)?(?: short| quick| simple)? {_ACCOUNT}(?: of| on| about)?",
    rf"{_WHAT} (?:do|does|did) (?:you|u|we|they|people|it) (?:mean|understand|call)(?: by| with)?",
    rf"{_WHAT} (?:the (?:hell|heck|fuck) )?{_BE}(?: (?:called|this|that|meant by))?(?: exactly)?",
    r"(?:whats|wats|whts|wahts|whos|hows|wtf is|wtf are|wtf|whatis|what about|how about)",
    r"who or what (?:is|are)",
    r"(?:who|which|where|when|why) (?:is|are|was|were|do|does|did|would|should)",
    r"how (?:does|do|did|is|are|can|would|should)(?: (?:you|u|i|we|one))?",
    r"(?:what|which|who|how|why)(?: (?:exactly|actually))?",
    rf"i (?:dont|do not|didnt|cant|cannot|still dont|never) (?:really )?{_GRASP}(?: (?:about|what|how))?",
    r"(?:im|i am) (?:confused|curious|wondering) (?:about|by)?",
    rf"(?:i (?:want|need|would like|wanna)|id like) (?:to )?(?:{_GRASP}|learn|help)(?: (?:about|with|what))?",
    r"(?:any(?:one|body)? )?(?:idea|clue|know|knows) (?:about|what)",
    r"(?:the )?(?:meaning|definition|explanation|concept|purpose|point|full form|basics) (?:of|behind)",
    r"(?:the )?(?:deal with|up with|meant by|differences? between|difference of|like im (?:5|five))",
    r"(?:eli5|eli 5|tldr|tl dr|define|lookup|look up|search for|learn about|introduction to|intro to)",
)
_POLITE = (
    r"(?:hi|hey|hello|yo|ok|okay|so|well|and|but|um|hmm|please|pls|plz|sorry|guys|bot|(?:quick )?question)",
    r"(?:the (?:term|word|concept|idea|acronym)|a thing called|something called|this|called|about)",
    r"(?:a|an|the|is|are|my|your|some|exactly|actually)",
)
_TRAILING = (
    r"(?:please|pls|plz|thanks|thank you|thx|ty|again|then|though|anyway|bro|guys|bot)",
    r"(?:exactly|really|actually|is|are|do|does|called)",
    r"(?:mean|means|meant|stand for|stands for|stood for|refer to|refers to|all about|about)",
    r"(?:(?:and how )?(?:does it |it )?works?|working|used for|good for|useful for|used)",
    r"(?:definition|meaning|explained|explanation|defined|overview|tutorial|basics|examples?|concept|term)",
    r"(?:for (?:dummies|beginners|kids|noobs)|to (?:me|us)|like im (?:5|five)|eli5|in short|briefly|simply)",
    r"(?:in (?:very )?(?:simple|plain|easy|layman|laymans|other) (?:terms?|words?|english|language))",
)


def _leading(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(parts)})(?: |$)")


_ASK, _CHAT = _leading(_ASKING), _leading(_POLITE)
_TRAIL = re.compile(rf"(?:^| )(?:{'|'.join(_TRAILING)})$")
_STEPS = 12
"""Question words taken off before giving up; nobody stacks more."""


_COMMANDS = ("explain", "define", "describe", "definition", "meaning", "whats", "please")


def _mended(folded: str) -> str:
    """The text with a misspelt first word put right: "explian RAG"."""
    first, _, rest = folded.partition(" ")
    if len(first) < 5 or first in _COMMANDS:
        return folded
    meant = next((word for word in _COMMANDS if OSA.distance(first, word, score_cutoff=1) == 1), first)
    return f"{meant} {rest}".strip()


def asks(text: str, folded: str) -> bool:
    """Whether the text reads as a question or a request to explain."""
    if "?" in text[-40:] or "？" in text[-40:]:
        return True
    folded = _mended(folded)
    for _ in range(_STEPS):
        if _ASK.match(folded):
            return True
        polite = _CHAT.match(folded)
        if polite is None:
            return False
        folded = folded[polite.end() :]
    return False


def subjects(folded: str) -> Iterator[str]:
    """The text with ever fewer question words: itself first, its bare subject last."""
    yield folded
    folded = _mended(folded)
    for _ in range(_STEPS):
        shorter = _shorter(folded)
        if shorter == folded:
            return
        folded = shorter
        yield folded


def _shorter(folded: str) -> str:
    lead = _ASK.match(folded) or _CHAT.match(folded)
    if lead:
        return folded[lead.end() :].strip()
    trail = _TRAIL.search(folded)
    return folded[: trail.start()].strip() if trail else folded
