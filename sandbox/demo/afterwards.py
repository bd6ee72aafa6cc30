"""Once the money is decided: a ballot is looked for in the count, artists are paid, a theme is suggested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sandbox.client import Member
from sandbox.demo.progress import Progress
from sandbox.demo.stage import PATIENCE, SceneError, Stage

_PAID_BY_PAYPAL: Final = 8
_APPROVALS: Final = 5


@dataclass(slots=True)
class Afterwards:
    """The last scenes of an episode, played by those who took part in it."""

    stage: Stage
    progress: Progress

    async def check_ballot(self) -> None:
        """Somebody who voted asks whether their ballot is in the count."""
        answer = await self.stage.command(self._people[0], "result check")
        if "in the count" not in answer.text:
            raise SceneError(f"/result check answered: {answer.text[:300]}")
        self.progress.say("An artist found their ballot in the published count.")

    async def pay(self) -> None:
        """Some artists say where they are paid; a producer exports the payment run and marks it as paid."""
        stage = self.stage
        for number, artist in enumerate(self._people[:_PAID_BY_PAYPAL]):
            await self._say_where(artist, f"artist{number}@example.org")
        await stage.command(stage.producer, "payout export", method="paypal", expect="by PayPal")
        (run,) = await stage.producer.autocomplete("payout mark", "run", channel=stage.news.id)
        await stage.command(stage.producer, "payout mark", run=str(run.value), payments="all", result="paid")
        self.progress.done("payments", f"{run.name.split(' (')[0]} is paid; what others got waits on their balances")

    async def _say_where(self, artist: Member, email: str) -> None:
        stage = self.stage
        card = await stage.insist(lambda: artist.slash("my payment", channel=stage.news.id))
        if card.message is None:
            raise SceneError(f"/my payment answered: {card.text[:300]}")
        message = card.message
        form = await stage.insist(lambda: artist.click(message, "PayPal"))
        await artist.submit_modal(form, {"The email address of your PayPal account": email})

    async def suggest(self) -> None:
        """An artist suggests the next theme, and others approve."""
        stage = self.stage
        title = "Letters never sent"
        await stage.command(
            self._people[0], "theme suggest", title=title, prompt="Write one, draw its envelope, or play it back."
        )
        post = await stage.client.control.wait_for_message(
            channel=stage.news, author="bot", contains=title, timeout_s=PATIENCE
        )
        for person in self._people[1 : 1 + _APPROVALS]:
            await stage.insist(lambda person=person: person.click(post, "I approve"))  # type: ignore[misc]
        self.progress.say(f"A theme for another week was suggested: {title}.")

    @property
    def _people(self) -> Sequence[Member]:
        return list(self.stage.artists.values())
