"""Texts without a command: in private any is a question; in a group only what is surely one."""

from __future__ import annotations

from bot.commands import Request
from bot.features.channels import Channels
from bot.features.compare import Compare
from bot.features.help import Help
from bot.features.whatis import Whatis
from bot.library.normalise import fold
from bot.reply import Paragraph, Reply
from bot.texts import Texts

LONGEST = 300
"""Characters of a text that may still be a question; longer ones are conversation."""
_GREETINGS = frozenset(
    {"hi", "hello", "hey", "start", "help", "hola", "good morning", "good evening", "who are you"}
    | {"what are you", "what can you do", "hi there", "hello there"}
)
_THANKS = frozenset(
    {
        "thanks",
        "thank you",
        "thx",
        "tnx",
        "thnx",
        "ty",
        "thank",
        "cool",
        "ok",
        "okay",
        "great",
        "nice",
        "got it",
        "thank u",
    }
)


class Chatting:
    """Tells questions from conversation."""

    def __init__(self, whatis: Whatis, compare: Compare, help_: Help, channels: Channels) -> None:
        self._whatis = whatis
        self._compare = compare
        self._help = help_
        self._channels = channels

    async def asked(self, request: Request) -> Reply | None:
        """The answer to a text, or None where silence is better."""
        text = request.value("term")
        if set_up := await self._channels.forwarded(request):
            return set_up
        if small_talk := _small_talk(text):
            return await self._polite(small_talk, request)
        if len(text) > LONGEST:
            return self._too_long(request.texts) if request.chat.private else None
        return await self._compare.asked(request) or await self._whatis.asked(request)

    async def _polite(self, said: str, request: Request) -> Reply | None:
        if not request.chat.private:
            return None
        if said in _GREETINGS:
            return await self._help.start(request)
        return Reply((Paragraph(request.texts.say("You're welcome. Any other word?")),))

    @staticmethod
    def _too_long(texts: Texts) -> Reply:
        return Reply((Paragraph(texts.say("That's long for me. Ask about one word or idea at a time.")),))


def _small_talk(text: str) -> str:
    word = fold(text)
    return word if word in _GREETINGS or word in _THANKS else ""
