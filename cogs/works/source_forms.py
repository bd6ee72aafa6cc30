"""The forms around sources: thanks, what is known of an outside source, the parts, an objection, a claim."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.interactions import actor_of, runtime_of, say_privately
from cogs.common.panels import defer, present
from cogs.works import disputed
from cogs.works.source_buttons import name_of
from cogs.works.sourced import source_panel
from domain.errors import UserError
from domain.licences import TITLES, Licence
from services.views import SourceView, WorkView
from services.works import disputes, parts, read, sources, thanks
from services.works.sourcelines import read_part

Interaction = discord.Interaction[Any]

_TITLE = 45
_UNKNOWN, _KEEP, _OFF = "unknown", "keep", "off"
_OUTSIDE = tuple(licence for licence in Licence if licence is not Licence.COMMUNITY)


async def show_sources(interaction: Interaction, work_id: int, said: str = "") -> None:
    """Show, or renew, the panel in which a work's sources are set."""
    work = await read.for_hand(runtime_of(interaction).db, actor_of(interaction), work_id)
    await present(interaction, source_panel(work, said))


class ThanksForm(discord.ui.Modal):
    """A line of thanks for one source."""

    def __init__(self, work_id: int, source: SourceView) -> None:
        super().__init__(title=f"Thanks for {name_of(source)}"[:_TITLE])
        self.work_id, self.source_id = work_id, source.id
        self.words = _line(source.thanks, "What did it give you? “That bass line carried me.”", required=False)
        self.add_item(
            discord.ui.Label(text="A line of thanks", description="Shown beside the source", component=self.words)
        )

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Write it down."""
        await defer(interaction)
        runtime = runtime_of(interaction)
        await thanks.thank(
            runtime.db, interaction.user.id, self.work_id, self.source_id, text=self.words.value, now=runtime.clock()
        )
        runtime.wake()
        await say_privately(interaction, "Said. It stands beside the source, and its artist is told.")


class SourceWords(discord.ui.Modal):
    """What is said of one source, and whether it stays one; opened from the panel of sources."""

    def __init__(self, work: WorkView, source: SourceView) -> None:
        super().__init__(title=name_of(source)[:_TITLE])
        self.work_id, self.source = work.id, source
        self.words = _line(source.thanks, "Optional; shown beside the source", required=False)
        self.licence = _outside_licences(source.licence)
        self.stays: discord.ui.Select[Any] = discord.ui.Select(
            required=False,
            options=[
                discord.SelectOption(label="It stays a source", value=_KEEP, default=True),
                discord.SelectOption(label="Take it off the sources", value=_OFF),
            ],
        )
        self.add_item(discord.ui.Label(text="A line of thanks", component=self.words))
        if source.work is None:
            hint = "As its maker gave it; some do not allow remixes"
            self.add_item(discord.ui.Label(text="Its licence", description=hint, component=self.licence))
        self.add_item(discord.ui.Label(text="Still a source?", component=self.stays))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Change it, and show the panel as it is then."""
        await defer(interaction)
        runtime = runtime_of(interaction)
        said = await self._change(interaction)
        runtime.wake()
        await show_sources(interaction, self.work_id, said)

    async def _change(self, interaction: Interaction) -> str:
        runtime, actor, name = runtime_of(interaction), actor_of(interaction), name_of(self.source)
        if self.stays.values == [_OFF]:
            await sources.remove(runtime.db, actor, self.work_id, self.source.id, now=runtime.clock())
            return f"{name} is no longer a source."
        if self.words.value.strip() != self.source.thanks:
            await thanks.thank(
                runtime.db, actor.user_id, self.work_id, self.source.id, text=self.words.value, now=runtime.clock()
            )
        if self.source.work is None and self.licence.values:
            licence = None if self.licence.values == [_UNKNOWN] else Licence(self.licence.values[0])
            await thanks.licensed(
                runtime.db, actor.user_id, self.work_id, self.source.id, licence=licence, now=runtime.clock()
            )
        return f"{name} is as you said."


class PartsForm(discord.ui.Modal):
    """The parts of all sources; up to five have a field each, more are written as lines."""

    def __init__(self, work: WorkView) -> None:
        super().__init__(title="What each source is passed")
        self.work_id, self.sources = work.id, work.sources
        self.fields: list[discord.ui.TextInput[Any]] = []
        if len(work.sources) <= _FIELDS:
            for source in work.sources:
                self._add(name_of(source)[:_TITLE], "", _part(default=_typed(source)))
            return
        lines = "\n".join(f"{_typed(source)}% {name_of(source)}"[:60] for source in work.sources)
        hint = "One a line, in the order of the list; together they make 100%"
        self._add("Parts in percent", hint, _part(default=lines, many=True))

    def _add(self, label: str, hint: str, component: discord.ui.TextInput[Any]) -> None:
        self.fields.append(component)
        self.add_item(discord.ui.Label(text=label, description=hint or None, component=component))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Set them, and show the panel as it is then."""
        await defer(interaction)
        runtime = runtime_of(interaction)
        given = _read_parts(self.sources, [component.value for component in self.fields])
        await parts.set_parts(runtime.db, actor_of(interaction), self.work_id, given, now=runtime.clock())
        runtime.wake()
        await show_sources(interaction, self.work_id, "The parts are set.")


class ObjectionForm(discord.ui.Modal):
    """Why a work was not made from one's own."""

    def __init__(self, work: WorkView, source: SourceView) -> None:
        super().__init__(title=f"Is #{work.number} made from yours?"[:_TITLE])
        self.work_id, self.source_id = work.id, source.work.id if source.work else 0
        self.reason = _block("What is wrong with the credit? The poster and the producers read it.")
        self.add_item(discord.ui.Label(text=f"Why {name_of(source)} is no source"[:_TITLE], component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Raise it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        made = await disputes.dispute(
            runtime.db, interaction.user.id, self.work_id, self.source_id, reason=self.reason.value,
            now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await say_privately(interaction, disputed.done(made, interaction.user.id))


class ClaimForm(discord.ui.Modal):
    """From which work of one's own another was made, without saying so."""

    def __init__(self, work: WorkView, suggestion: str = "") -> None:
        super().__init__(title=f"Is #{work.number} made from yours?"[:_TITLE])
        self.work_id = work.id
        self.mine: discord.ui.TextInput[Any] = discord.ui.TextInput(
            default=suggestion or None, placeholder="#12, or a link to it", max_length=200
        )
        self.reason = _block("What do you hear or see of yours in it?")
        self.add_item(discord.ui.Label(text="Your work", component=self.mine))
        hint = "The poster is asked first; the producers settle it"
        self.add_item(discord.ui.Label(text="How you know", description=hint, component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Raise it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await claim(interaction, self.work_id, self.mine.value, self.reason.value)


async def claim(interaction: Interaction, work_id: int, mine: str, reason: str) -> None:
    """Claim that a work was made from one's own; answers an interaction that was deferred."""
    runtime = runtime_of(interaction)
    made = await disputes.claim(
        runtime.db, actor_of(interaction), work_id, source=mine, reason=reason, site_url=runtime.site_url,
        now=runtime.clock(),
    )  # fmt: skip
    runtime.wake()
    await say_privately(interaction, disputed.done(made, interaction.user.id))


class ReplyForm(discord.ui.Modal):
    """The poster's side of a dispute."""

    def __init__(self, dispute_id: int) -> None:
        super().__init__(title="How was it?")
        self.dispute_id = dispute_id
        self.words = _block("The producers read it beside what the other says.")
        self.add_item(discord.ui.Label(text="Your side", component=self.words))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Pass it on."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        found = await disputes.reply(
            runtime.db, interaction.user.id, self.dispute_id, text=self.words.value, now=runtime.clock()
        )
        runtime.wake()
        await say_privately(interaction, disputed.done(found, interaction.user.id))


class VerdictForm(discord.ui.Modal):
    """Why producers settle a dispute as they do."""

    def __init__(self, dispute_id: int, *, uphold: bool, label: str) -> None:
        super().__init__(title=label[:_TITLE])
        self.dispute_id, self.uphold = dispute_id, uphold
        self.reason = _block("Both sides read it, and it stands in the work's history.")
        self.add_item(discord.ui.Label(text="Reason", component=self.reason))

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Settle it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        found = await disputes.settle(
            runtime.db, actor_of(interaction), self.dispute_id, uphold=self.uphold, reason=self.reason.value,
            now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await say_privately(interaction, disputed.done(found, interaction.user.id))


_FIELDS = 5


def _read_parts(sources: Sequence[SourceView], typed: Sequence[str]) -> dict[int, int | None]:
    """Parts by source; a field left empty is no part. UserError where a line is missing, or is no percentage."""
    lines = typed if len(sources) <= _FIELDS else [line for line in typed[0].splitlines() if line.strip()]
    if len(lines) != len(sources):
        raise UserError(f"Give one part for each of the {len(sources)} sources, one a line.")
    words = [line.strip().split("%")[0] for line in lines]
    return {source.id: read_part(word) if word else None for source, word in zip(sources, words, strict=True)}


def _typed(source: SourceView) -> str:
    return "" if source.share_bp is None else f"{source.share_bp / 100:g}"


def _outside_licences(chosen: Licence | None) -> discord.ui.Select[Any]:
    known = [discord.SelectOption(label="Not known", value=_UNKNOWN, default=chosen is None)]
    known += [
        discord.SelectOption(label=TITLES[licence][:100], value=licence.value, default=licence is chosen)
        for licence in _OUTSIDE
    ]
    return discord.ui.Select(required=False, options=known)


def _line(default: str, placeholder: str, *, required: bool = True) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(default=default or None, placeholder=placeholder, max_length=300, required=required)


def _part(*, default: str, many: bool = False) -> discord.ui.TextInput[Any]:
    style = discord.TextStyle.paragraph if many else discord.TextStyle.short
    most = 1500 if many else 8
    return discord.ui.TextInput(style=style, default=default or None, placeholder="40", max_length=most, required=False)


def _block(placeholder: str) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(style=discord.TextStyle.paragraph, placeholder=placeholder, max_length=500)
