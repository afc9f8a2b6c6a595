"""What went wrong, told apart by what it means for sending again.

TelegramError (the library's)
├── Flooded       nothing was done; wait
├── NotConnected  nothing was sent
└── AnswerLost    sent, and perhaps done
"""

from __future__ import annotations

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError, TimedOut

from bot.adapters.base import AdapterError, Delayed, Moved, NotSent, OutcomeUnknown, Unreachable


class Flooded(TelegramError):
    """Telegram asks to wait `seconds`. Instead of the library's RetryAfter, which warns when it is made."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too Many Requests: retry after {seconds:g}")
        self.seconds = seconds


class NotConnected(NetworkError):
    """No connection was made, so nothing was sent."""


class AnswerLost(NetworkError):
    """The request was written and no whole answer came."""


class TopicGone(Unreachable):
    """The topic was deleted. The chat around it is as it was."""

    def __init__(self) -> None:
        super().__init__("the topic was deleted")


class Refused(NotSent):
    """Telegram read the request and will not do it; the same again is no use."""


_CLOSED = ("chat not found", "need administrator rights in the channel chat")
"""How a chat answers in which the bot may not post (any more), besides 403."""


def translated(error: TelegramError) -> AdapterError:
    """The library's error as the core knows it."""
    match error:
        case Flooded():
            return Delayed(error.seconds)
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden():
            return Unreachable(error.message)
        case BadRequest() if says(error, *_CLOSED):
            return Unreachable(error.message)
        case AnswerLost() | TimedOut():
            return OutcomeUnknown(error.message)
        case BadRequest():
            return Refused(error.message)
        case _:
            return NotSent(error.message)


def says(error: TelegramError, *words: str) -> bool:
    """Whether the error's sentence holds one of these (Bot API: there are no finer codes)."""
    return any(word in error.message.lower() for word in words)


TOPIC_GONE = "message thread not found"
QUESTION_GONE = ("message to be replied not found", "replied message not found")
"""How a topic that is deleted answers, and a message (400)."""
NEVER_STARTED = ("can't initiate conversation", "chat not found")
"""How a private chat answers that its owner never opened (403 and 400)."""
