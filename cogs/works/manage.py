"""/work: looking at a work and changing it, for its artist and for producers."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, say_privately
from cogs.common.text import safe
from cogs.runtime import Runtime
from cogs.works.claiming import Claiming
from cogs.works.forms import EditForm, offer
from cogs.works.life import WorkLife
from cogs.works.lineage import show_lineage
from cogs.works.picking import WORK, pick, suggest
from cogs.works.sourcing import WorkSources
from cogs.works.views import open_form, restore, show_panel, withdraw
from domain.errors import UserError
from services.works import credits, edit, read, sources

Interaction = discord.Interaction[Any]


class ManageWorks(
    WorkLife,
    Claiming,
    WorkSources,
    commands.GroupCog,
    group_name="work",
    group_description="Look at a work, and change your own",
    name="ManageWorks",
):
    """The commands under /work."""

    source = app_commands.Group(name="source", description="What a work was made from")
    credit = app_commands.Group(name="credit", description="Who has a part in a work")

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="show", description="A work, its files, and what you can do with it now")
    @app_commands.describe(work=WORK)
    async def show(self, interaction: Interaction, work: str) -> None:
        """Show its panel."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_panel(interaction, (await pick(interaction, work)).id)

    @app_commands.command(name="lineage", description="Where a work comes from and what became of it, as a picture")
    @app_commands.describe(work=WORK)
    async def lineage(self, interaction: Interaction, work: str) -> None:
        """Draw it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await show_lineage(interaction, (await pick(interaction, work)).id)

    @app_commands.command(name="edit", description="Change your work's title, note or licence, until submissions close")
    @app_commands.describe(work=WORK)
    async def edit(self, interaction: Interaction, work: str) -> None:
        """Open the form."""
        await open_form(interaction, (await pick(interaction, work)).id, EditForm)

    @app_commands.command(name="withdraw", description="Take your work out of the episode, until submissions close")
    @app_commands.describe(work=WORK)
    async def withdraw(self, interaction: Interaction, work: str) -> None:
        """Take it out."""
        await withdraw(interaction, (await pick(interaction, work)).id)

    @app_commands.command(name="restore", description="Bring a withdrawn work back; producers: a disqualified one")
    @app_commands.describe(work=WORK)
    async def restore(self, interaction: Interaction, work: str) -> None:
        """Bring it back."""
        await restore(interaction, (await pick(interaction, work)).id)

    @app_commands.command(name="disqualify", description="Producers: take a work out, with a reason for its artist")
    @app_commands.describe(work=WORK, reason="Why; the artist reads it, and it stands on the card")
    async def disqualify(self, interaction: Interaction, work: str, reason: app_commands.Range[str, 1, 500]) -> None:
        """Take it out."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await pick(interaction, work)
        await edit.disqualify(self.runtime.db, actor_of(interaction), found.id, reason=reason, now=self.runtime.clock())
        self.runtime.wake()
        await say_privately(interaction, f"#{found.number} is out, and {safe(found.artist, 60)} is told why.")

    @source.command(name="add", description="Say what your work was made from")
    @app_commands.describe(
        work=WORK, source="A work (#12 or a link), or a title from elsewhere with its link", thanks="A line of thanks"
    )
    async def add_source(
        self,
        interaction: Interaction,
        work: str,
        source: app_commands.Range[str, 1, 500],
        thanks: app_commands.Range[str, 0, 300] = "",
    ) -> None:
        """Add it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await pick(interaction, work)
        said = await sources.add(
            self.runtime.db, actor_of(interaction), found.id, text=source, thanks=thanks,
            site_url=self.runtime.site_url, now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(interaction, discord.utils.escape_markdown("\n".join(said)))

    @source.command(name="remove", description="Take a source off your work")
    @app_commands.describe(work=WORK, source="Which source")
    async def remove_source(self, interaction: Interaction, work: str, source: str) -> None:
        """Take it off."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await pick(interaction, work)
        edge = await self._edge(found.id, source)
        await sources.remove(self.runtime.db, actor_of(interaction), found.id, edge, now=self.runtime.clock())
        self.runtime.wake()
        await say_privately(interaction, f"#{found.number} is no longer credited to that source.")

    async def _edge(self, work_id: int, typed: str) -> int:
        """The source meant: as autocomplete gives it, or by its number or title."""
        edges = (await read.view(self.runtime.db, work_id)).sources
        for edge in edges:
            names = (f"id:{edge.id}", f"#{edge.work.number}" if edge.work else edge.outside_title)
            if typed.strip() in names:
                return edge.id
        raise UserError("This work has no such source. Pick one from the list.")

    @credit.command(name="add", description="Offer somebody a share of your work; it counts once they confirm")
    @app_commands.describe(work=WORK, person="Who", share="Their share in percent, such as 30", role="What they did")
    async def add_credit(
        self,
        interaction: Interaction,
        work: str,
        person: discord.User,
        share: str,
        role: app_commands.Range[str, 0, 60] = "",
    ) -> None:
        """Offer it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await offer(interaction, (await pick(interaction, work)).id, person, share, role)

    @credit.command(name="remove", description="Take an offered share back, or leave a work yourself")
    @app_commands.describe(work=WORK, person="Whose share")
    async def remove_credit(self, interaction: Interaction, work: str, person: discord.User) -> None:
        """Take it off."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await pick(interaction, work)
        await credits.remove(
            self.runtime.db, actor_of(interaction), found.id, user_id=person.id, now=self.runtime.clock()
        )
        self.runtime.wake()
        name = discord.utils.escape_markdown(person.display_name)
        await say_privately(interaction, f"{name} is no longer credited on #{found.number}.")

    @show.autocomplete("work")
    @lineage.autocomplete("work")
    async def _any_work(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest(interaction, current, own=False)

    @edit.autocomplete("work")
    @withdraw.autocomplete("work")
    @restore.autocomplete("work")
    @add_source.autocomplete("work")
    @remove_source.autocomplete("work")
    @add_credit.autocomplete("work")
    @remove_credit.autocomplete("work")
    async def _own_work(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest(interaction, current, own=True)

    @disqualify.autocomplete("work")
    async def _every_work(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest(interaction, current, own=False)

    @add_source.autocomplete("source")
    async def _source_work(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        found = await suggest(interaction, current, own=False)
        typed = [app_commands.Choice(name=current[:100], value=current[:100])] if current.strip() else []
        return [*found[:24], *typed] if found else typed

    @remove_source.autocomplete("source")
    async def _edges(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        typed = str(getattr(interaction.namespace, "work", "") or "")
        try:
            work = await pick(interaction, typed)
        except UserError:
            return []
        edges = (await read.view(self.runtime.db, work.id)).sources
        named = [
            (f"#{edge.work.number} {edge.work.title}" if edge.work else str(edge.outside_title), edge.id)
            for edge in edges
        ]
        return [
            app_commands.Choice(name=name[:100], value=f"id:{edge_id}")
            for name, edge_id in named
            if current.casefold() in name.casefold()
        ][:25]
