"""/show works: what a show takes from its artists."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.look import small
from cogs.common.shows import show_choices
from cogs.runtime import Runtime
from cogs.shows import messages
from domain.filekinds import KINDS, kinds_words
from services.shows import WorkRuleChanges, update_work_rules

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_MEGABYTE = 1024 * 1024
_OFFERED = ("everything", "pictures", "sound", "video", "pictures sound", "pictures sound video", "text pdf")


class WorkRules(commands.Cog):
    """A part of the cog of /show: the command for works."""

    runtime: Runtime

    @app_commands.command(name="works", description="Change what works can bring along (producers)")
    @app_commands.describe(
        max_files="How many files a work can have, 1 to 10",
        max_size="How large a file can be, in megabytes; 0 for as large as I keep at all",
        types="Kinds of files, such as “pictures, sound”; “everything” for all",
        commercial="The show makes money: nothing that is not for commercial use can be a source",
        show="Which show (the one of this channel if left out)",
    )
    async def works(
        self,
        interaction: Interaction,
        max_files: app_commands.Range[int, 1, 10] | None = None,
        max_size: app_commands.Range[int, 0, 10_000] | None = None,
        types: app_commands.Range[str, 1, 100] | None = None,
        commercial: bool | None = None,
        show: str | None = None,
    ) -> None:
        """Change what is taken."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        changes = WorkRuleChanges(max_files=max_files, max_size=max_size, types=types, commercial=commercial)
        view = await update_work_rules(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), changes=changes,
            kept_mb=self.runtime.max_file_bytes // _MEGABYTE,
        )  # fmt: skip
        kept = [small("Files: it counts from now on; what is in already stays as it is.")]
        kept += [small("Episodes that exist keep their deal.")] if commercial is not None else []
        await answer(interaction, messages.changed(view, *messages.file_lines(view), *kept))

    @works.autocomplete("types")
    async def _types(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        typed = current.strip().lower()
        offered = [words for words in (*_OFFERED, *KINDS) if typed in words]
        return [
            app_commands.Choice(name=_named(words), value=words.replace(" ", ", ")) for words in dict.fromkeys(offered)
        ]

    @works.autocomplete("show")
    async def _work_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)


def _named(words: str) -> str:
    return "Everything" if words == "everything" else kinds_words(words.split())
