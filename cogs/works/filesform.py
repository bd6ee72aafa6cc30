"""The form for a work's files: replace one, add one, take one off."""

from typing import Any

import discord

from cogs.common.interactions import actor_of, asked_at, runtime_of, say_privately
from cogs.common.text import safe
from cogs.works.intake import attachments_of
from domain.errors import UserError
from services.views import WorkView
from services.works import replacing
from services.works.collect import Attachment

_REPLACE, _REMOVE, _ADD = "replace", "remove", "add"
_LABEL = 100


class FilesForm(discord.ui.Modal):
    """What to do with which file, and the new one."""

    def __init__(self, work: WorkView) -> None:
        super().__init__(title=f"Files of #{work.number}")
        self.work_id = work.id
        options = [_option("Replace", _REPLACE, file.name, file.id) for file in work.files]
        options.append(discord.SelectOption(label="Add another file", value=_ADD))
        options += [_option("Take off", _REMOVE, file.name, file.id) for file in work.files]
        options[0].default = True
        self.doing: discord.ui.Select[Any] = discord.ui.Select(options=options)
        self.upload: discord.ui.FileUpload[Any] = discord.ui.FileUpload(required=False, max_values=1)
        hint = "The old file stays in the history; nobody is shown it any more"
        self.add_item(discord.ui.Label(text="What to do", description=hint, component=self.doing))
        self.add_item(discord.ui.Label(text="The new file", component=self.upload))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Do it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        chosen = self.doing.values[0] if self.doing.values else self.doing.options[0].value
        doing, _, file_id = chosen.partition(":")
        new = next(iter(attachments_of(self.upload.values)), None)
        said = await _do(interaction, self.work_id, doing, int(file_id or 0), new)
        runtime_of(interaction).wake()
        await say_privately(interaction, said)


async def _do(
    interaction: discord.Interaction[Any], work_id: int, doing: str, file_id: int, new: Attachment | None
) -> str:
    """Change the files; the sentence that says what was done."""
    runtime, actor = runtime_of(interaction), actor_of(interaction)
    at, now = asked_at(interaction), runtime.clock()
    if doing == _REMOVE:
        old = await replacing.remove_file(runtime.db, actor, work_id, file_id, at=at, now=now)
        return f"“{safe(old, 60)}” is off the work. Its name and fingerprint stay in the history."
    if new is None:
        raise UserError("Choose the new file, too: open the form again.")
    if doing == _ADD:
        await replacing.add_file(runtime.db, actor, work_id, new, at=at, now=now)
        return f"“{safe(new.name, 60)}” is in."
    old = await replacing.replace_file(runtime.db, actor, work_id, file_id, new, at=at, now=now)
    return f"“{safe(new.name, 60)}” is in, in the place of “{safe(old, 60)}”, which stays in the history."


def _option(doing: str, value: str, name: str, file_id: int) -> discord.SelectOption:
    return discord.SelectOption(label=f"{doing} {name}"[:_LABEL], value=f"{value}:{file_id}")
