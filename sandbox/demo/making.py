"""The artists at work: they paint, compose, remix, fill in the form, and agree on their shares."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from sandbox.client import Member
from sandbox.demo import pictures, sounds
from sandbox.demo.pictures import Scene
from sandbox.demo.plan import Medium, Piece, Plan, Way
from sandbox.demo.stage import PATIENCE, SceneError, Stage
from sandbox.results import SeenMessage

_AT_ONCE = 6
_NUMBER = re.compile(r"#(\d+)")
_NOTE = "Made on the last train home."
_LICENCE = "CC-BY-4.0"
_CONFIRM = "Confirm my share"
_HELP = 3000  # basis points that a helper is offered

Files = list[tuple[str, bytes]]


@dataclass(slots=True)
class Made:
    """A piece once it is in: its message (or card, by form), the bot's card, and what it was painted from."""

    message: SeenMessage
    card: SeenMessage
    number: int
    scene: Scene
    tune: int


@dataclass(slots=True)
class Studio:
    """Everyone who makes something, several at once, remixes after what they are made from."""

    stage: Stage
    plan: Plan
    rng: Random
    step: Callable[[int], None]
    made: dict[int, Made] = field(default_factory=dict)
    _there: dict[int, asyncio.Event] = field(default_factory=dict)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def work(self) -> None:
        """Make and post every piece of the plan."""
        self._there = {index: asyncio.Event() for index in range(len(self.plan.pieces))}
        seeds = [self.rng.getrandbits(60) for _ in self.plan.pieces]
        async with asyncio.TaskGroup() as group:
            for index, piece in enumerate(self.plan.pieces):
                group.create_task(self._make(index, piece, Random(seeds[index])))

    async def _make(self, index: int, piece: Piece, rng: Random) -> None:
        if piece.source is not None:
            await self._there[piece.source].wait()
        async with self._gate:
            source = self.made.get(piece.source) if piece.source is not None else None
            scene = source.scene.remixed(rng) if source is not None else pictures.new_scene(rng)
            tune = rng.getrandbits(30)
            files = await asyncio.to_thread(_files, piece, scene, tune)
            message, card = await self._hand_in(piece, files, source)
            self.made[index] = Made(message, card, _number(card), scene, tune)
            await self._credit(piece, self.made[index])
        self._there[index].set()
        self.step(len(self.made))

    async def _hand_in(self, piece: Piece, files: Files, source: Made | None) -> tuple[SeenMessage, SeenMessage]:
        artist = self.stage.artists[piece.artist]
        if piece.way is Way.FORM:
            return await self._fill_in(artist, piece, files)
        words = _words(self.stage, piece, source)
        reply_to = source.message if source is not None and piece.way is Way.REPLY else None
        message = await artist.post(self.stage.works, words, files=files, reply_to=reply_to)
        card = await self.stage.client.control.wait_for_message(
            channel=self.stage.works, replies_to=message.id, author="bot", timeout_s=PATIENCE
        )
        return message, card

    async def _fill_in(self, artist: Member, piece: Piece, files: Files) -> tuple[SeenMessage, SeenMessage]:
        """Hand a piece in by the form; when the bot restarts meanwhile, look first whether it got in."""
        stage = self.stage

        tries = 0

        async def submit() -> int:
            nonlocal tries
            tries += 1
            if tries > 1 and (known := _among(await artist.messages(stage.works), piece.title)) is not None:
                return known
            form = await artist.slash("submit", channel=stage.works)
            words = {"Title": piece.title, "Note": _NOTE, "Licence": _LICENCE}
            answer = await artist.submit_modal(form, words, {"Files": files})
            found = _NUMBER.search(answer.text)
            if found is None:
                raise SceneError(f"/submit answered: {answer.text[:200]}")
            return int(found[1])

        number = await stage.insist(submit)
        card = await stage.client.control.wait_for_message(
            channel=stage.works, author="bot", contains=f"#{number} {piece.title}", timeout_s=PATIENCE
        )
        return card, card

    async def _credit(self, piece: Piece, made: Made) -> None:
        """Name where it comes from, if from elsewhere, and share it with those who helped."""
        artist = self.stage.artists[piece.artist]
        if piece.outside is not None:
            await self.stage.insist(
                lambda: artist.slash(
                    "work source add", channel=self.stage.works, work=f"#{made.number}", source=piece.outside
                )
            )
        for name in piece.helpers:
            await self._share(artist, self.stage.artists[name], made, len(piece.helpers))

    async def _share(self, artist: Member, helper: Member, made: Made, helpers: int) -> None:
        percent = str(_HELP // helpers // 100)
        await self.stage.insist(
            lambda: artist.slash(
                "work credit add",
                channel=self.stage.works,
                work=f"#{made.number}",
                person=helper,
                share=percent,
                role="helped",
            )
        )
        card = await self.stage.client.control.wait_for_message(
            channel=self.stage.works, replies_to=made.message.id, contains=_CONFIRM, timeout_s=PATIENCE
        )
        await self.stage.insist(lambda: helper.click(card, _CONFIRM))


def _files(piece: Piece, scene: Scene, tune: int) -> Files:
    name = re.sub(r"[^a-z0-9]+", "-", piece.title.lower()).strip("-") or "untitled"
    if piece.medium is Medium.SOUND:
        return [(f"{name[:60]}.wav", sounds.compose(tune))]
    return [(f"{name[:60]}.jpg", pictures.paint(scene))]


def _words(stage: Stage, piece: Piece, source: Made | None) -> str:
    if source is not None and piece.way is Way.NUMBER:
        return f"{piece.title}\nmade from #{source.number}"
    if source is not None and piece.way is Way.LINK:
        message = source.message
        return f"{piece.title}\nhttps://discord.com/channels/{stage.guild.id}/{message.channel_id}/{message.id}"
    return piece.title


def _among(messages: Sequence[SeenMessage], title: str) -> int | None:
    """The number of the work of this title, if its card is there."""
    wanted = re.compile(rf"#(\d+) {re.escape(title)}$", re.MULTILINE)
    return next((int(found[1]) for message in messages if (found := wanted.search(message.text))), None)


def _number(card: SeenMessage) -> int:
    found = _NUMBER.search(card.text)
    if found is None:
        raise SceneError(f"A work was not taken: {card.text[:200]}")
    return int(found[1])
