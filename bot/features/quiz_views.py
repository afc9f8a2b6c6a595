"""How a quiz looks: the lobby, a question, its reveal, the podium. Pure; see `bot.hosting.views.Views`.

Short on purpose, the bot being a guest. Where a platform has polls, the last result rides on the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.adapters.asking import LETTERS
from bot.adapters.base import Question
from bot.features import quiz_actions as acts
from bot.features.bank import Bank, Shown
from bot.features.definition import STANDARD, short_name, show, wrong
from bot.features.scoreboard import Tally, board, listed, tally
from bot.hosting.views import Scene, lost_reference
from bot.library.schema import Term
from bot.markup import Markup, bold, escape
from bot.quiz.model import Item, Pace, Phase
from bot.reply import (
    Block,
    Bullets,
    Button,
    Heading,
    Note,
    Paragraph,
    Reply,
    countdown,
)
from bot.texts import N_, Texts

STANDINGS_EVERY = 5
"""Questions from one look at the standings to the next."""
IN_BETWEEN, AT_THE_END = 5, 10
"""How many of the standings are shown."""
MISSED_MOST = 3
_LATE = N_("I was away for a moment, so the last question closed late, with the answers that came.")


class QuizViews:
    """The views (see `bot.hosting.views.Views`); `bank` knows the questions."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def lobby(self, scene: Scene) -> Reply:
        """Who plays, when it begins, and what to expect."""
        texts, state = scene.texts, scene.state
        names = listed(sorted(state.active), scene.names, texts)
        playing = Paragraph(texts.say("Playing: {names}", names=names))
        note = Note(texts.say("Answering is joining. Answers are visible to the group afterwards."))
        head = (Heading(_title("🎯", scene)), Paragraph(_length(scene)))
        if state.phase is not Phase.LOBBY or state.due is None:
            return Reply((*head, playing, note))
        begins = countdown(texts.say("Starts"), state.due, scene.now, texts)
        join = Button(texts.label("Join"), acts.join(scene.quiz))
        begin = Button(texts.label("Start now"), acts.start(scene.quiz))
        quietly = Button(texts.label("Play quietly"), acts.quietly(scene.quiz))
        return Reply((*head, begins, playing, note), ((join, begin), (quietly,)))

    def question(self, scene: Scene, number: int) -> Question:
        """The item of that number, and above it what came before."""
        item = scene.state.items[number]
        shown = self._bank.shown(item)
        buttons = (Button(letter, acts.answer(scene.quiz, number, n)) for n, letter in _lettered(shown))
        return Question(
            label=_label(scene, number),
            head=tuple(self._head(scene, number)),
            stem=shown.stem,
            options=shown.options,
            key=shown.key,
            explanation=shown.explanation,
            seconds=item.seconds,
            closes_at=scene.now + timedelta(seconds=item.seconds) if item.seconds else None,
            buttons=(tuple(buttons),),
        )

    def reveal(self, scene: Scene, number: int) -> Reply:
        """What was right and why, and how the group did."""
        item = scene.state.items[number]
        shown, count = self._bank.shown(item), tally(item, number, scene.given)
        said: list[Block] = [
            Heading(escape(_label(scene, number))),
            Paragraph(bold(shown.stem)),
            Bullets(tuple(_options(shown, count, alone=scene.state.alone))),
            Paragraph(escape(shown.explanation)),
            *_why_not(shown, count, scene.texts),
            *_how_it_went(item, count, scene),
        ]
        return Reply(tuple(said), tuple(_after_reveal(scene, item, shown)))

    def paused(self, scene: Scene) -> Reply:
        """That the quiz sleeps, and how it is woken."""
        texts = scene.texts
        said = (
            *self._last_result(scene, scene.state.number),
            Paragraph(texts.say("⏸ Paused, since nobody answered. It goes on when somebody wants it to.")),
        )
        go_on = Button(texts.label("Go on"), acts.resume(scene.quiz))
        stop = Button(texts.label("Stop"), acts.stop(scene.quiz))
        return Reply(said, ((go_on, stop),))

    def podium(self, scene: Scene) -> Reply:
        """The final standings; for somebody alone, how it went."""
        last = self._last_result(scene, scene.state.number)
        said = _alone(scene) if scene.state.alone else _group(scene)
        return Reply((*said, *last), tuple(self._after_podium(scene)))

    def lost(self, scene: Scene) -> Reply:
        """That the quiz cannot go on."""
        said = scene.texts.say(
            "I have lost the quiz that ran here: my notes of it are damaged. Start another with /quiz. "
            "If this happens again, tell the admins: {number}.",
            number=lost_reference(scene.quiz),
        )
        return Reply((Paragraph(said),))

    def nobody(self, scene: Scene) -> Reply:
        """Too few came: the same questions alone?"""
        texts = scene.texts
        said = texts.say(
            "Nobody else joined “{title}”. The same questions just for you?", title=_about(scene)
        )
        play = Button(texts.label("Play alone"), acts.quietly(scene.quiz))
        return Reply((Paragraph(said),), ((play,),))

    def _head(self, scene: Scene, number: int) -> Iterator[Block]:
        texts = scene.texts
        if scene.late:
            yield Note(texts.say(_LATE))
        yield from self._last_result(scene, number - 1)
        before = _counted(scene, number)
        if before and before % STANDINGS_EVERY == 0 and not scene.state.alone and scene.standings:
            yield Paragraph(board(scene.standings, scene.names, texts, most=IN_BETWEEN, of=before))

    def _last_result(self, scene: Scene, number: int) -> Iterator[Block]:
        """What was right before, where the poll that asked was closed in silence."""
        if not scene.polls or number < 0:
            return
        item, texts = scene.state.items[number], scene.texts
        shown, count = self._bank.shown(item), tally(item, number, scene.given)
        if item.void:
            yield Note(_void(texts))
            return
        if not scene.state.alone:
            yield Paragraph(_result(shown, count, texts))
        yield from _why_not(shown, count, texts)
        if shown.term is not None and scene.state.phase is not Phase.ENDED:
            yield Note(texts.say("More: /whatis {term}", term=short_name(shown.term)))

    def _after_podium(self, scene: Scene) -> Iterator[tuple[Button, ...]]:
        texts = scene.texts
        again = Button(texts.label("Play again"), acts.again(scene.quiz))
        review = Button(texts.label("All answers"), acts.review(scene.quiz, 0))
        yield (again, review) if scene.state.number >= 0 else (again,)
        missed = self._missed(scene)
        if missed:
            yield tuple(Button(short_name(term), show(term, STANDARD, None)) for term in missed)

    def _missed(self, scene: Scene) -> list[Term]:
        """What was wrong most often, worst first."""
        found: dict[str, tuple[float, Term]] = {}
        for number, item in enumerate(scene.state.items[: scene.state.number + 1]):
            count, term = tally(item, number, scene.given), self._bank.shown(item).term
            if term is not None and not item.void and count.right < count.answered:
                found.setdefault(term.id, (count.right / count.answered, term))
        return [term for _, term in sorted(found.values(), key=lambda f: f[0])][:MISSED_MOST]


def _title(mark: str, scene: Scene) -> Markup:
    return Markup(f"{mark} {escape(_about(scene))}")


def _about(scene: Scene) -> str:
    return scene.plan.title or scene.texts.label("AI quiz")


def _length(scene: Scene) -> Markup:
    """`7 questions of about 30 s`."""
    texts, items = scene.texts, scene.state.items
    each = round(sum(i.seconds for i in items) / len(items))
    count = texts.plural(
        "{n} question of about {each} s", "{n} questions of about {each} s", len(items), each=each
    )
    if scene.state.pace is Pace.SPRINT:
        return Markup(f"{count} · {texts.say('quick answers earn more')}")
    return count


def _counted(scene: Scene, number: int) -> int:
    """How many items before that number count."""
    return sum(not item.void for item in scene.state.items[:number])


def _label(scene: Scene, number: int) -> str:
    total = _counted(scene, len(scene.state.items)) + scene.state.items[number].void
    return scene.texts.label("Question {n} of {total}", n=_counted(scene, number) + 1, total=total)


def _lettered(shown: Shown) -> Iterator[tuple[int, str]]:
    return enumerate(LETTERS[: len(shown.options)])


def _options(shown: Shown, count: Tally, *, alone: bool) -> Iterator[Markup]:
    """The options, the right one marked, with how many took each; alone, one's own wrong one is marked."""
    for n, letter in _lettered(shown):
        mark = "✅ " if n == shown.key else "❌ " if alone and count.counts[n] else ""
        taken = f" · {count.counts[n]}" if count.counts[n] and not alone else ""
        yield Markup(f"{mark}**{letter}** {escape(shown.options[n])}{taken}")


def _why_not(shown: Shown, count: Tally, texts: Texts) -> Iterator[Block]:
    """Why the wrong option most took is wrong."""
    place = count.usual_wrong
    if place is not None and shown.whys[place]:
        option = shown.options[place]
        yield Paragraph(texts.say("Not “{option}”: {why}", option=option, why=shown.whys[place]))


def _how_it_went(item: Item, count: Tally, scene: Scene) -> Iterator[Block]:
    if item.void:
        yield Note(_void(scene.texts))
    elif not scene.state.alone:
        yield Note(_knew(count, scene.texts))


def _void(texts: Texts) -> Markup:
    return texts.say("That question does not count.")


def _knew(count: Tally, texts: Texts) -> Markup:
    if not count.answered:
        return texts.say("Nobody answered.")
    if not count.right:
        return texts.say("Nobody knew it.")
    if count.right == count.answered > 1:
        return texts.say("All {n} knew it.", n=count.answered)
    return texts.say("{right} of {answered} knew it.", right=count.right, answered=count.answered)


def _result(shown: Shown, count: Tally, texts: Texts) -> Markup:
    right = bold(shown.options[shown.key])
    return Markup(f"{texts.say('Last one: {right}.', right=right)} {_knew(count, texts)}")


def _after_reveal(scene: Scene, item: Item, shown: Shown) -> Iterator[tuple[Button, ...]]:
    texts, state = scene.texts, scene.state
    if state.alone and not state.last and state.phase is not Phase.ENDED:
        yield (
            Button(texts.label("Next"), acts.go_on(scene.quiz)),
            Button(texts.label("Stop"), acts.stop(scene.quiz)),
        )
    about = shown.term
    more = (
        (Button(texts.label("About {term}", term=short_name(about)), show(about, STANDARD, None)),)
        if about
        else ()
    )
    yield (*more, wrong("question", item.question, texts))


def _group(scene: Scene) -> Iterator[Block]:
    texts = scene.texts
    yield Heading(_title("🏆", scene))
    if not scene.standings:
        yield Paragraph(texts.say("Nobody answered this time."))
        return
    counted = _counted(scene, scene.state.number + 1)
    yield Paragraph(board(scene.standings, scene.names, texts, most=AT_THE_END, of=counted))
    yield from _uncounted(scene)


def _alone(scene: Scene) -> Iterator[Block]:
    texts, counted = scene.texts, _counted(scene, scene.state.number + 1)
    right = scene.standings[0].right if scene.standings else 0
    yield Heading(_title("🏁", scene))
    score = texts.say("{right} of {of} right.", right=right, of=counted)
    praise = texts.say("Not one wrong. Well done!") if counted and right == counted else Markup("")
    yield Paragraph(Markup(f"**{score}** {praise}".rstrip()))
    yield from _uncounted(scene)


def _uncounted(scene: Scene) -> Iterator[Block]:
    asked = scene.state.items[: scene.state.number + 1]
    if void := sum(item.void for item in asked):
        yield Note(scene.texts.plural("{n} question did not count.", "{n} questions did not count.", void))
