"""`/tips`, and the buttons under a daily post."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, time
from itertools import product

from bot.adapters.asking import LETTERS
from bot.commands import Choice, Command, Feature, Handler, Param, ParamKind, PressRequest, Request
from bot.daily.calendar import Times, local_day
from bot.daily.when import EVERY_DAY, clock
from bot.daily.wish import Action, Kinds, Wish, read_wish
from bot.daily.zones import zone_name
from bot.features import daily_actions as acts
from bot.features import daily_words as words
from bot.features.bank import Bank
from bot.features.channels import Channels
from bot.features.daily_zone import PostZones
from bot.features.definition import STANDARD, View, buttons, definition
from bot.features.quiz_wish import MIXED
from bot.features.reminders import Reminders
from bot.features.services import Services
from bot.features.topics import find_topic
from bot.learners import account
from bot.learning.events import Event, Kind
from bot.model import Chat, ChatKind, User
from bot.postman import Postman
from bot.quiz.model import Item
from bot.reply import Button, Buttons, Heading, Note, Paragraph, Reply, Visibility, grid, plain_block
from bot.store import daily_questions, due, posts, subscriptions, votes
from bot.store.daily_questions import DailyQuestion
from bot.store.posts import Subscribed
from bot.store.subscriptions import Subscription
from bot.texts import N_, Texts

USUAL_TIME = time(9)
_GIVEN = ("action", "time", "timezone", "topic", "days", "kind")
MayDecide = Callable[[Chat, User], Awaitable[bool]]


class Daily:
    """The handlers. tip: what `/tips <topic>` without more leads to; may: who may decide for a chat."""

    def __init__(
        self,
        services: Services,
        bank: Bank,
        postman: Postman,
        channels: Channels,
        reminders: Reminders,
        *,
        may: MayDecide,
        tip: Handler,
    ) -> None:
        self._services = services
        self._bank = bank
        self._postman = postman
        self._channels = channels
        self._zones = PostZones(services.store, reminders)
        self._may = may
        self._tip = tip

    def feature(self) -> Feature:
        """What this module adds."""
        command = Command("tips", N_("The daily post here: on, off, status"), self.tips, params=_params())
        command = replace(command, split=split, example="on 9:30 London weekdays")
        presses = {
            acts.SUBSCRIBE: self.chosen,
            acts.END: self.ended,
            acts.ANSWER: self.answered,
            acts.VOTE: self.voted,
            acts.MORE: self.more,
        }
        return Feature((command,), presses)

    async def tips(self, request: Request) -> Reply | None:
        """Starts, ends or shows the daily post of this chat, or of a channel that was named."""
        wish = read_wish(" ".join(filter(None, map(request.value, _GIVEN))))
        action = wish.action or _meant(wish)
        if action is None and wish.rest:
            return await self._tip(replace(request, values={"topic": wish.rest}))
        place = await self._place(wish, request.chat, request.user, request.texts)
        if isinstance(place, Reply):
            return place
        if action in (None, Action.STATUS):
            return await self._status(place, request)
        if not await self._may(place, request.user):
            return _refused(request.texts)
        if action is Action.OFF:
            return await self._off(place, request.chat, request.user, request.texts, request.now)
        return await self._on(wish, place, request)

    async def chosen(self, press: PressRequest) -> Reply:
        """A press on one of several meanings, or on another kind of post."""
        choice = acts.chosen(press.args)
        place = await self._pressed_place(press, choice.channel) if choice else None
        if choice is None or place is None:
            return Reply(
                toast=press.texts.label("That can't be set any more. Please say it again with /tips.")
            )
        if not await self._may(place, press.user):
            return Reply(toast=press.texts.label("Only an admin can change that."))
        kept = await self._services.store.get(subscriptions.of_chat(place))
        # What was set up in the settings still is, whatever kind of post it becomes.
        asked = kept.asked if kept is not None and kept.on else ""
        subscribed = await self._subscribe(choice, place, press.user, press.now, asked=asked)
        notes = await self._zones.adopted(choice.times.zone, place, press)
        reply = self._confirmed(subscribed, press.chat, press.texts, press.owner, press.now)
        return replace(reply, blocks=(*reply.blocks, *notes), edit=True)

    async def ended(self, press: PressRequest) -> Reply:
        """A press on *Stop*."""
        place = await self._pressed_place(press, acts.channel_of(press.args))
        if place is None or not await self._may(place, press.user):
            return Reply(toast=press.texts.label("Only an admin can change that."))
        return _changed(press, await self._off(place, press.chat, press.user, press.texts, press.now))

    async def _learnt(self, press: PressRequest, question: DailyQuestion, *, right: bool) -> None:
        """The answer counts for what the person has learnt."""
        kind = Kind.ALONE if press.chat.private else Kind.GROUP
        ref, term = f"day:{question.subscription}:{question.day}", self._bank.tested(question.question)
        event = Event(account(press.user), ref, kind, term, press.now, question.question, right=right)
        await self._services.learners.keep(event)

    async def answered(self, press: PressRequest) -> Reply:
        """A press on an option of a question of the day. It is told only after the answer is safe."""
        store, texts, read = self._services.store, press.texts, acts.answered(press.args)
        question = await store.get(daily_questions.of_day(*read[:2])) if read else None
        if read is None or question is None or not 0 <= read[2] < len(question.places):
            return Reply(toast=texts.label("That question is gone."))
        if press.now >= question.closes_at:
            return Reply(toast=texts.label("Too late: that question is closed."))
        option, right = read[2], read[2] == question.key
        if not await daily_questions.answer(store.writer, question, press.user, option, press.now):
            return Reply(toast=texts.label("You have answered already. The first answer counts."))
        await self._learnt(press, question, right=right)
        if press.chat.private:
            return self._told(Item(question.question, question.places, 0), right=right, texts=texts)
        said = (
            texts.label("{letter} is right! The next post says why.", letter=LETTERS[option])
            if right
            else texts.label(
                "{letter} it is, but that's not it. The next post says why.", letter=LETTERS[option]
            )
        )
        return Reply(toast=said)

    async def voted(self, press: PressRequest) -> Reply:
        """A press on *Helpful* or *Not helpful*."""
        tip, given = (*press.args, "", "")[:2]
        if tip not in self._services.library.tips:
            return Reply(toast=press.texts.label("That tip is gone."))
        helpful = given == acts.HELPFUL
        await self._services.store.transact(votes.put(tip, press.user, press.now, helpful=helpful))
        thanks = N_("Glad it helped.") if helpful else N_("Thank you, the authors will see it.")
        return Reply(toast=press.texts.label(thanks))

    async def more(self, press: PressRequest) -> Reply:
        """A press on *Tell me more*: the tip's term, in a message of its own."""
        library, texts = self._services.library, press.texts
        term = library.term(press.args[0]) if press.args else None
        if term is None:
            return Reply(toast=texts.label("That entry is gone. Ask for it with /whatis."))
        self._services.store.shown(term.id)
        view = View(term, STANDARD, brief=False, owner=None)
        said = definition(view, library, texts, self._services.today())
        return Reply(said, buttons(view, library, texts), visibility=Visibility.PRIVATE)

    async def _on(self, wish: Wish, place: Chat, request: Request) -> Reply:
        texts, library = request.texts, self._services.library
        mixed = wish.rest.casefold() in MIXED
        topic = None if mixed else find_topic(library, wish.rest)
        if topic is None and not mixed:
            return self._not_understood(wish.rest, texts)
        kept = await self._services.store.get(subscriptions.of_chat(place))
        usual = await self._zones.usual(place, kept, request.user)
        zones = wish.zones or (usual.zone,)
        times = wish.times or (kept.times.at if kept else USUAL_TIME,)
        choices = [
            acts.Choice(
                Times(at, zone, wish.days or (kept.times.days if kept else EVERY_DAY)),
                topic.id if topic else kept.topic if kept and not wish.rest else "",
                wish.kinds or (kept.kinds if kept else Kinds.TIP),
                0 if place == request.chat else place.id,
            )
            for at, zone in product(times, zones)
        ]
        offered = await self._channels.of(request.user) if request.chat.private and not wish.target else []
        if len(choices) > 1:
            return _which(choices, request, acts.WHERE if offered else acts.SUBSCRIBE)
        if offered:
            return self._channels.where(choices[0], offered, texts)
        subscribed = await self._subscribe(choices[0], place, request.user, request.now)
        reply = self._confirmed(subscribed, request.chat, texts, request.owner, request.now)
        said = wish.zones and subscribed.subscription.times.zone
        notes = await self._zones.adopted(said, place, request) if said else usual.notes(texts)
        return replace(reply, blocks=(*reply.blocks, *notes))

    async def _subscribe(
        self, choice: acts.Choice, place: Chat, user: User, now: datetime, *, asked: str = ""
    ) -> Subscribed:
        token = f"{self._services.chance.getrandbits(64):016x}"
        wanted = Subscription(token, place, choice.times, choice.kinds, choice.topic, user, asked=asked)
        if place.kind is ChatKind.CHANNEL:
            await self._channels.remember(place, user, now)
        return await self._postman.subscribe(wanted, now)

    async def _off(self, place: Chat, here: Chat, user: User, texts: Texts, now: datetime) -> Reply:
        ended = await self._postman.unsubscribe(place, now)
        if ended is None:
            return Reply((Paragraph(texts.say("There is no daily post here. {how}", how=_how(texts))),))
        channel = 0 if place == here else place.id
        choice = acts.Choice(ended.times, ended.topic, ended.kinds, channel)
        again = Button(texts.label("On again"), acts.subscribe(choice, None if here.private else user.id))
        return Reply((Paragraph(texts.say("The daily post is off.")),), ((again,),))

    async def _status(self, place: Chat, request: Request) -> Reply:
        texts, store = request.texts, self._services.store
        kept = await store.get(subscriptions.of_chat(place))
        if kept is None or not kept.on:
            said = [Paragraph(texts.say("There is no daily post here. {how}", how=_how(texts)))]
            if kept is not None and kept.off_reason:
                said.append(Paragraph(texts.say("It was switched off: {reason}", reason=kept.off_reason)))
            return Reply(tuple(said))
        at = await store.get(due.when(posts.kind_of(place.platform), kept.token))
        zone = kept.times.zone
        today, then = local_day(request.now, zone), local_day(at or request.now, zone)
        return self._described(kept, words.day(then, today, texts), request.chat, texts, request.owner)

    def _confirmed(
        self, subscribed: Subscribed, here: Chat, texts: Texts, owner: int | None, now: datetime
    ) -> Reply:
        kept = subscribed.subscription
        today = local_day(now, kept.times.zone)
        return self._described(kept, words.day(subscribed.next.day, today, texts), here, texts, owner)

    def _described(
        self, kept: Subscription, following: str, here: Chat, texts: Texts, owner: int | None
    ) -> Reply:
        """How things stand, with the other kinds of post and *Stop* to press."""
        topic = self._services.library.topics.get(kept.topic)
        what = words.content(kept, topic.name if topic else "", texts)
        said = texts.say("You get {what} at {times}.", what=what, times=words.times(kept.times, texts))
        where = (Note(texts.say("In {chat}.", chat=kept.chat.title)),) if kept.chat.id != here.id else ()
        channel = 0 if kept.chat.id == here.id else kept.chat.id
        blocks = (
            Heading(texts.say("📬 The daily post")),
            Paragraph(said),
            *where,
            Paragraph(texts.say("Next: {day}.", day=following)),
        )
        return Reply(blocks, _others(kept, channel, texts, owner))

    async def _place(self, wish: Wish, here: Chat, user: User, texts: Texts) -> Chat | Reply:
        """The chat that is meant: this one, or a channel named in private: asking there publishes nothing."""
        if not wish.target:
            return here
        if not here.private:
            said = texts.say("Name a channel in our private chat, so that nothing shows before you want it.")
            return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
        found = await self._channels.find(here.platform, wish.target)
        if found is not None and await self._may(found, user):
            return found
        said = texts.say(
            "I can't post in {channel} for you. Make me an admin there who may post; its admins can ask.",
            channel=wish.target if wish.target.startswith("@") else texts.label("that channel"),
        )
        return Reply((Paragraph(said),))

    async def _pressed_place(self, press: PressRequest, channel: int) -> Chat | None:
        if not channel:
            return press.chat
        return await self._channels.find(press.chat.platform, str(channel)) if press.chat.private else None

    def _told(self, item: Item, *, right: bool, texts: Texts) -> Reply:
        """Alone nobody's answer is given away, so the reasons come at once."""
        shown = self._bank.shown(item)
        answer = shown.options[shown.key]
        said = (
            texts.say("✅ Right: {answer}.", answer=answer)
            if right
            else texts.say("The right answer is {answer}.", answer=answer)
        )
        return Reply((Paragraph(said), Note(texts.say("{why}", why=shown.explanation))))

    def _not_understood(self, rest: str, texts: Texts) -> Reply:
        names = ", ".join(topic.name for topic in self._services.library.topics.values())
        said = texts.say(
            "I don't understand “{word}”. Write it like {example}.", word=rest[:60], example=words.EXAMPLE
        )
        return Reply((Paragraph(said), Note(texts.say("Topics are: {names}.", names=names))))


def split(text: str) -> Mapping[str, str]:
    """The parameters in a typed text: what is to be done, and the rest, read by what each word is."""
    first, _, rest = text.partition(" ")
    wish = read_wish(first)
    if wish.action is None:
        return {"time": text} if text else {}
    return {"action": wish.action.value, **({"time": rest} if rest else {})}


def _params() -> tuple[Param, ...]:
    actions = (Choice("on", N_("on")), Choice("off", N_("off")), Choice("status", N_("status")))
    kinds = (
        Choice("tip", N_("a tip")),
        Choice("question", N_("a question of the day")),
        Choice("both", N_("both")),
    )
    return (
        Param("action", ParamKind.CHOICE, N_("on, off or status"), choices=actions),
        Param("time", ParamKind.TEXT, N_("When: 9, 9:30pm, 21.30, noon")),
        Param("timezone", ParamKind.TEXT, N_("Where: London, New York, IST, UTC+5:30")),
        Param("topic", ParamKind.TOPIC, N_("A topic; anything if left out")),
        Param("days", ParamKind.TEXT, N_("weekdays, weekends, mon-fri, sat and sun")),
        Param("kind", ParamKind.CHOICE, N_("A tip, a question of the day, or both"), choices=kinds),
    )


def _meant(wish: Wish) -> Action | None:
    """Whoever names a time, days or a zone wants it on."""
    return Action.ON if wish.times or wish.days or wish.zones else None


def _which(choices: list[acts.Choice], request: Request, verb: str) -> Reply:
    """Asks which is meant; every button holds the whole wish."""
    several_times = len({choice.times.at for choice in choices}) > 1
    several_zones = len({choice.times.zone for choice in choices}) > 1

    def label(choice: acts.Choice) -> str:
        zone = zone_name(choice.times.zone) if several_zones else ""
        at = clock(choice.times.at) if several_times or not zone else ""
        return f"{at} {zone}".strip()

    said = request.texts.say("Which do you mean?")
    return Reply(
        (Paragraph(said),),
        grid([Button(label(choice), acts.subscribe(choice, request.owner, verb)) for choice in choices]),
    )


def _others(kept: Subscription, channel: int, texts: Texts, owner: int | None) -> Buttons:
    labels = {
        Kinds.TIP: N_("Tips only"),
        Kinds.QUESTION: N_("Questions only"),
        Kinds.BOTH: N_("Tip and question"),
    }
    choice = acts.Choice(kept.times, kept.topic, kept.kinds, channel)
    kinds = tuple(
        Button(texts.label(label), acts.subscribe(replace(choice, kinds=kind), owner))
        for kind, label in labels.items()
        if kind is not kept.kinds
    )
    return kinds, (Button(texts.label("Stop it"), acts.end(channel, owner)),)


def _changed(press: PressRequest, reply: Reply) -> Reply:
    """In place of the message, for its owner. A copy would stand in a chat that its buttons do not mean."""
    if press.own:
        return replace(reply, edit=True)
    said = next(block for block in reply.blocks if isinstance(block, Paragraph))
    return Reply(toast=plain_block(said))


def _how(texts: Texts) -> str:
    return texts.label("{example} starts one.", example=words.EXAMPLE)


def _refused(texts: Texts) -> Reply:
    said = texts.say(
        "Only an admin can change the daily post of this chat. In private you can have your own."
    )
    return Reply((Paragraph(said),), visibility=Visibility.PRIVATE)
