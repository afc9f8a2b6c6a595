"""What goes into a daily post, and how it looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.adapters.asking import LETTERS
from bot.daily.calendar import local_day
from bot.daily.choice import choose
from bot.daily.manners import manners
from bot.daily.wish import Kinds
from bot.features import daily_actions as acts
from bot.features.bank import Bank, Shown
from bot.features.homes import lost_posts
from bot.features.quiz_actions import quiz_me
from bot.features.rules import next_weekly, rules
from bot.features.services import Services
from bot.library.schema import Tip
from bot.markup import Markup, bold, escape
from bot.model import Chat
from bot.postman import Edition
from bot.quiz.model import Item
from bot.quiz.pick import pick
from bot.reply import Block, Bullets, Button, Heading, Note, Paragraph, Quote, Reply
from bot.rooms import room_code
from bot.store import daily_questions
from bot.store.daily_questions import DailyQuestion, Tally
from bot.store.deliveries import Dossier
from bot.store.subscriptions import Subscription
from bot.texts import Texts


class DailyEditor:
    """Chooses and shows (see `bot.postman.Editor`). Posts are in the catalogue's own language."""

    def __init__(self, services: Services, bank: Bank, texts: Texts) -> None:
        self._services = services
        self._bank = bank
        self._texts = texts

    def choose(self, dossier: Dossier, opens_at: datetime, closes_at: datetime) -> Edition | None:
        """A tip, a question or both, as the subscription wants it."""
        kinds = dossier.subscription.kinds
        tip = self._tip(dossier) if Kinds.TIP in kinds else ""
        question = self._question(dossier, opens_at, closes_at) if Kinds.QUESTION in kinds else None
        return Edition(tip, question) if tip or question else None

    async def post(self, dossier: Dossier, edition: Edition, now: datetime) -> Reply:
        """The tip, what was right in the last question, and the next one, with its buttons."""
        tip = self._services.library.tips.get(edition.tip)
        shown = self._shown(edition.question) if edition.question else None
        said: list[Block] = [*(_tip(tip, self._topic(tip), self._texts) if tip else ())]
        if dossier.last is not None and not dossier.subscription.chat.private:
            tally = await self._services.store.get(daily_questions.tally(dossier.last))
            said += last_result(self._shown(dossier.last), tally, self._texts)
        said += self._announced(dossier, now)
        said += _asked(shown, self._texts) if shown else ()
        rows = [_options(edition.question, shown)] if edition.question and shown else []
        rows += self._tip_buttons(tip) if tip else ()
        return Reply(tuple(said), tuple(rows), loud=manners(dossier.settings).loud)

    def farewell(self, subscription: Subscription) -> Reply:
        """That a chat cannot be reached any more."""
        said = self._texts.say(
            "I can't post in {chat} any more, so its daily post is off. When I may write there again, "
            "/tips on starts it.",
            chat=bold(subscription.chat.title or self._texts.label("your chat")),
        )
        return Reply((Paragraph(said),))

    def homeless(self, lost: Chat, moved: Subscription | None) -> Reply:
        """That posts have no home any more."""
        return Reply((lost_posts(lost, moved, self._texts),))

    def _announced(self, dossier: Dossier, now: datetime) -> Iterator[Block]:
        """The weekly quiz, on its day, where it is announced at all: this is the one unasked message."""
        kept, here = rules(dossier.settings), room_code(dossier.subscription.chat)
        if kept.weekly is None or not kept.announced or (kept.announced_at or here) != here:
            return
        at = next_weekly(kept.weekly, kept.zone, now)
        if local_day(at, kept.zone) != local_day(now, kept.zone):
            return
        topic = self._services.library.topics.get(kept.weekly.topic)
        title = topic.name if topic else self._texts.label("a bit of everything")
        said = self._texts.say(
            "🎯 Today at {hour}:00: this week's quiz, {title}.", hour=kept.weekly.hour, title=title
        )
        yield Paragraph(said)

    def _tip(self, dossier: Dossier) -> str:
        library, topic = self._services.library, dossier.subscription.topic
        if dossier.tip in library.tips:
            return dossier.tip
        tips = library.tips_for(topic) if topic in library.topics else ()
        pool = {tip.id: tip.topic for tip in tips or library.tips.values()}
        return choose(pool, dossier.seen_tips, dossier.subscription.token) or ""

    def _question(self, dossier: Dossier, opens_at: datetime, closes_at: datetime) -> DailyQuestion | None:
        kept, subscription = dossier.question, dossier.subscription
        if kept is not None and self._bank.find(kept.question) is not None:
            return replace(kept, chat=subscription.chat, opened_at=opens_at, closes_at=closes_at)
        name = choose(self._pool(subscription.topic), dossier.seen_questions, subscription.token)
        question = self._bank.find(name) if name else None
        if question is None:
            return None
        day = dossier.day
        item = pick([question], {}, {}, 1, f"{subscription.token}:{day}", seconds=0).items[0]
        return DailyQuestion(
            subscription.token, day, subscription.chat, question.id, item.order, opens_at, closes_at
        )

    def _pool(self, topic: str) -> Mapping[str, str]:
        """The questions that were written, of a topic if it has any."""
        questions = self._services.library.questions.values()
        of_topic = {q.id: q.topic for q in questions if q.topic == topic}
        return of_topic or {q.id: q.topic for q in questions}

    def _shown(self, question: DailyQuestion) -> Shown:
        return self._bank.shown(Item(question.question, question.places, 0))

    def _topic(self, tip: Tip) -> str:
        return self._services.library.topics[tip.topic].name

    def _tip_buttons(self, tip: Tip) -> Iterator[tuple[Button, ...]]:
        texts, term = self._texts, self._services.library.term(tip.term)
        if term is not None:
            more = Button(texts.label("Tell me more"), acts.more(term.id))
            yield more, Button(texts.label("Quiz me"), quiz_me(term.id))
        yield (
            Button(texts.label("👍 Helpful"), acts.vote(tip.id, helpful=True)),
            Button(texts.label("👎 Not helpful"), acts.vote(tip.id, helpful=False)),
        )


def last_result(shown: Shown, tally: Tally, texts: Texts) -> Iterator[Block]:
    """What was right in the question before, why, and how the chat did."""
    answer = bold(shown.options[shown.key])
    if not tally.answered:
        head = texts.say("Last question: {answer}. Nobody answered it.", answer=answer)
    else:
        head = texts.plural(
            "Last question: {answer}. {right} of {n} was right.",
            "Last question: {answer}. {right} of {n} were right.",
            tally.answered,
            answer=answer,
            right=tally.right,
        )
    yield Quote(Markup(f"{head} {escape(shown.explanation)}"))


def _tip(tip: Tip, topic: str, texts: Texts) -> tuple[Block, ...]:
    note = Note(texts.say("{topic} · checked {day}", topic=topic, day=tip.as_of))
    return Heading(escape(f"💡 {tip.title}")), Paragraph(tip.text), note


def _asked(shown: Shown, texts: Texts) -> tuple[Block, ...]:
    lines = zip(LETTERS, shown.options, strict=False)
    return (
        Heading(texts.say("❓ Question of the day")),
        Paragraph(bold(shown.stem)),
        Bullets(tuple(Markup(f"**{letter}** {escape(option)}") for letter, option in lines)),
        Note(texts.say("Open for a day, no hurry. The first answer counts.")),
    )


def _options(question: DailyQuestion, shown: Shown) -> tuple[Button, ...]:
    letters = zip(LETTERS, shown.options, strict=False)
    return tuple(Button(letter, acts.answer(question, place)) for place, (letter, _) in enumerate(letters))
