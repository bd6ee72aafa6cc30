"""What a work's buttons do. They outlive a restart: the ids are in their names, the rest in the database."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, asked_at, runtime_of, say_privately
from cogs.common.panels import defer, present
from cogs.works import messages, mine
from cogs.works.agreed import agreed_to
from cogs.works.buttons import HISTORY, MINE, PRESS
from cogs.works.filesform import FilesForm
from cogs.works.forms import CreditForm, EditForm, SourceForm, SubmitForm
from cogs.works.happened import history_page
from cogs.works.lineage import show_lineage
from cogs.works.panel import work_panel
from domain.errors import UserError
from services import shows
from services.kinds import WorkState
from services.views import WorkView
from services.works import credits, edit, grants, history, lists, panel, read, submit

Interaction = discord.Interaction[Any]


class WorkButton(LastingButton, template=PRESS):
    """Any button of a work's card."""

    async def callback(self, interaction: Interaction) -> None:
        """Do what the button says."""
        await _DOINGS[self.word("doing")](interaction, self.number("work"))


class HistoryButton(LastingButton, template=HISTORY):
    """A page of a work's history."""

    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await defer(interaction)
        await show_history(interaction, self.number("work"), self.number("page"))


class MineButton(LastingButton, template=MINE):
    """A page of one's own works."""

    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await defer(interaction)
        await show_mine(interaction, self.number("page"))


async def open_form(interaction: Interaction, work_id: int, form: Callable[[WorkView], discord.ui.Modal]) -> None:
    """Open a form about a work, for who may change it."""
    work = await read.for_hand(runtime_of(interaction).db, actor_of(interaction), work_id)
    await interaction.response.send_modal(form(work))


async def open_submit(interaction: Interaction, *, show: str | None = None, made_from: str = "") -> None:
    """Open the form for a work, where an episode is open."""
    actor, channel = actor_of(interaction), interaction.channel
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    place = parent or interaction.channel_id
    desk = await submit.desk(
        runtime_of(interaction).db, actor.guild_id, show=show, channel_id=place, at=asked_at(interaction)
    )
    here = interaction.channel_id if parent == desk.works_channel_id else None
    target = here or _sendable(interaction, desk.works_channel_id)
    form = SubmitForm(desk, show=desk.show_name, channel_id=target, made_from=made_from)
    await interaction.response.send_modal(form)


def _sendable(interaction: Interaction, channel_id: int) -> int:
    """The works channel, or where the person is if that one holds posts only."""
    channel = interaction.client.get_channel(channel_id)
    holds_posts = isinstance(channel, discord.ForumChannel)
    return interaction.channel_id if holds_posts and interaction.channel_id is not None else channel_id


async def show_panel(interaction: Interaction, work_id: int) -> None:
    """Show the person what they can do with a work now; a panel of theirs is renewed, else they get one."""
    if not interaction.response.is_done():
        await defer(interaction)
    runtime = runtime_of(interaction)
    found = await panel.panel(runtime.db, actor_of(interaction), work_id, at=asked_at(interaction))
    await present(interaction, work_panel(found, runtime.site_url, interaction.user.id))


async def show_history(interaction: Interaction, work_id: int, page: int) -> None:
    """Show a page of what happened to a work."""
    runtime = runtime_of(interaction)
    found = await history.history(runtime.db, actor_of(interaction), work_id, page=page)
    await present(interaction, history_page(found))


async def show_mine(interaction: Interaction, page: int) -> None:
    """Show a page of the person's own works."""
    runtime, actor = runtime_of(interaction), actor_of(interaction)
    found = await lists.my_works(runtime.db, actor.guild_id, actor.user_id)
    await present(interaction, mine.my_works(found, runtime.site_url, page))


async def _show_agreed(interaction: Interaction, work_id: int) -> None:
    await defer(interaction)
    runtime = runtime_of(interaction)
    found = await grants.agreed(runtime.db, actor_of(interaction), work_id)
    await present(interaction, agreed_to(found, runtime.site_url))


async def withdraw(interaction: Interaction, work_id: int) -> None:
    """Take the work out."""
    await defer(interaction)
    runtime = runtime_of(interaction)
    await edit.withdraw(runtime.db, actor_of(interaction), work_id, at=asked_at(interaction), now=runtime.clock())
    runtime.wake()
    await show_panel(interaction, work_id)


async def restore(interaction: Interaction, work_id: int) -> None:
    """Bring the work back; one's own from the direct message about it, too."""
    await defer(interaction)
    runtime = runtime_of(interaction)
    if interaction.guild_id is None:
        back = await edit.bring_back(
            runtime.db, interaction.user.id, work_id, at=asked_at(interaction), now=runtime.clock()
        )
        runtime.wake()
        await say_privately(interaction, messages.brought_back(back))
        return
    await edit.restore(runtime.db, actor_of(interaction), work_id, at=asked_at(interaction), now=runtime.clock())
    runtime.wake()
    await show_panel(interaction, work_id)


async def show_kit(interaction: Interaction, work_id: int) -> None:
    """Give what is needed for a remix."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    work = await read.view(runtime.db, work_id)
    if work.state is not WorkState.IN:
        raise UserError(f"#{work.number} is {work.state.value}, so it cannot be remixed.")
    await answer(interaction, messages.remix_kit(work, runtime.site_url))


async def _decide(interaction: Interaction, work_id: int, *, confirm: bool) -> None:
    """Confirm or decline one's own share; works in direct messages too."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    decision = await credits.answer(runtime.db, interaction.user.id, work_id, confirm=confirm, now=runtime.clock())
    runtime.wake()
    await say_privately(interaction, messages.decided(decision))


async def _remix_form(interaction: Interaction, work_id: int) -> None:
    db = runtime_of(interaction).db
    work = await read.view(db, work_id)
    show = await shows.show_by_id(db, work.show_id)  # it may be another than the one of this channel
    await open_submit(interaction, show=show.slug, made_from=f"#{work.number}")


_DOINGS: dict[str, Callable[[Interaction, int], Awaitable[None]]] = {
    "source": lambda interaction, work_id: open_form(interaction, work_id, SourceForm),
    "credit": lambda interaction, work_id: open_form(interaction, work_id, CreditForm),
    "edit": lambda interaction, work_id: open_form(interaction, work_id, EditForm),
    "files": lambda interaction, work_id: open_form(interaction, work_id, FilesForm),
    "agreed": _show_agreed,
    "withdraw": withdraw,
    "restore": restore,
    "remix": show_kit,
    "form": _remix_form,
    "more": show_panel,
    "lineage": show_lineage,
    "confirm": lambda interaction, work_id: _decide(interaction, work_id, confirm=True),
    "decline": lambda interaction, work_id: _decide(interaction, work_id, confirm=False),
}
ITEMS = (WorkButton, HistoryButton, MineButton)
