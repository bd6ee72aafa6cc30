"""The forms: submitting a work, editing it, naming its sources, crediting somebody."""

import re
from typing import Any

import discord

from cogs.common.interactions import actor_of, answer, asked_at, runtime_of, say_privately
from cogs.common.outgoing import Outgoing
from cogs.works import messages
from cogs.works.intake import attachments_of
from cogs.works.sourced import credited
from domain.errors import UserError
from domain.filekinds import kinds_words
from domain.licences import TITLES, Licence
from domain.terms import CURRENT
from services.views import WorkView
from services.works import credits, edit, read, sources, submit
from services.works.collect import Took
from services.works.standing import flags

_TITLE, _LABEL = 45, 100
_TERMS = f"You give it under this, and the terms, version {CURRENT.version}: it stays yours"
_NOTE = 1500
_SOURCES = 1000
_HINT = "One a line: #12, then a colon and thanks; or a title from elsewhere, its link and licence"
_EXAMPLE = "#12: your drums carried me\nAn old waltz https://example.org CC BY"


def _licences(chosen: Licence) -> discord.ui.Select[Any]:
    # Not required, so that leaving it alone is no answer to give: then the usual one counts.
    return discord.ui.Select(
        required=False,
        options=[
            discord.SelectOption(label=title[:100], value=licence.value, default=licence is chosen)
            for licence, title in TITLES.items()
        ],
    )


def _line(*, default: str = "", placeholder: str = "", most: int, required: bool = True) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(default=default or None, placeholder=placeholder, max_length=most, required=required)


def _block(*, default: str = "", placeholder: str = "", most: int, required: bool = False) -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(
        style=discord.TextStyle.paragraph, default=default or None, placeholder=placeholder, max_length=most,
        required=required,
    )  # fmt: skip


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _taken(desk: submit.Desk) -> str:
    """What files the form takes."""
    size = f", up to {desk.max_file_mb} MB each" if desk.max_file_mb else ""
    kinds = kinds_words(desk.file_kinds)
    return _cut(f"{kinds[0].upper()}{kinds[1:]}{size}", _LABEL)


class SubmitForm(discord.ui.Modal):
    """A work: its title, files, words, sources and licence."""

    def __init__(self, desk: submit.Desk, *, show: str | None, channel_id: int, made_from: str = "") -> None:
        super().__init__(title=_cut(f"Submit to {desk.episode_code} {desk.episode_title}", _TITLE))
        self.show, self.channel_id, self.usual = show, channel_id, desk.licence
        self.name = _line(most=100, placeholder="What is it called?")
        self.files: discord.ui.FileUpload[Any] = discord.ui.FileUpload(required=False, max_values=desk.max_files)
        self.words = _block(most=_NOTE, placeholder="A few words, links to where it can be heard or seen")
        self.made_from = _block(most=_SOURCES, default=made_from, placeholder=_EXAMPLE)
        self.licence = _licences(desk.licence)
        self.add_item(discord.ui.Label(text="Title", component=self.name))
        self.add_item(discord.ui.Label(text="Files", description=_taken(desk), component=self.files))
        self.add_item(discord.ui.Label(text="Note", component=self.words))
        self.add_item(discord.ui.Label(text="Made from", description=_HINT, component=self.made_from))
        self.add_item(discord.ui.Label(text="Licence", description=_TERMS, component=self.licence))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Take the work in."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        chosen = Licence(self.licence.values[0]) if self.licence.values else self.usual
        form = submit.Form(
            channel_id=self.channel_id,
            asked_by=interaction.id,
            title=self.name.value,
            note=self.words.value,
            sources=self.made_from.value,
            # The usual one untouched leaves room for what the sources demand.
            licence=None if chosen is self.usual else chosen,
            attachments=attachments_of(self.files.values),
            show=self.show,
        )
        try:
            took = await submit.submit(
                runtime.db, actor_of(interaction), form, at=asked_at(interaction), site_url=runtime.site_url,
                now=runtime.clock(),
            )  # fmt: skip
        except UserError as error:
            raise UserError(f"{error}{messages.typed(form.title, form.note, form.sources)}") from error
        runtime.wake()
        await tell_submitted(interaction, took.work_id, again=took.took is Took.KNOWN)


async def tell_submitted(interaction: discord.Interaction[Any], work_id: int | None, *, again: bool) -> None:
    """Tell the person under which number their work is in."""
    if work_id is None:
        raise UserError("There was nothing to collect.")
    db = runtime_of(interaction).db
    work = await read.view(db, work_id)
    told = messages.submitted(work.number, work.title, again=again)
    await answer(interaction, Outgoing(content=told) if again else credited(work, told, await flags(db, work_id)))


class EditForm(discord.ui.Modal):
    """A work's title, note and licence."""

    def __init__(self, work: WorkView) -> None:
        super().__init__(title=f"Edit #{work.number}")
        self.work_id = work.id
        self.name = _line(most=100, default=work.title)
        self.words = _block(most=2000, default=work.note)
        self.licence = _licences(work.licence)
        self.add_item(discord.ui.Label(text="Title", component=self.name))
        self.add_item(discord.ui.Label(text="Note", component=self.words))
        self.add_item(discord.ui.Label(text="Licence", component=self.licence))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Change the work."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        licence = Licence(self.licence.values[0]) if self.licence.values else None
        change = edit.Change(title=self.name.value, note=self.words.value, licence=licence)
        await edit.edit(
            runtime.db, actor_of(interaction), self.work_id, change, at=asked_at(interaction), now=runtime.clock()
        )
        runtime.wake()
        flagged = [f"⚖️ {flag}" for flag in await flags(runtime.db, self.work_id)]
        await say_privately(interaction, "\n".join(["Changed.", *flagged]))


class SourceForm(discord.ui.Modal):
    """What a work was made from."""

    def __init__(self, work: WorkView) -> None:
        super().__init__(title=f"What is #{work.number} made from?")
        self.work_id = work.id
        self.made_from = _block(most=_SOURCES, required=True, placeholder=_EXAMPLE)
        self.thanks = _line(most=300, required=False, placeholder="Optional; for those that have none of their own yet")
        self.add_item(discord.ui.Label(text="Sources", description=_HINT, component=self.made_from))
        self.add_item(discord.ui.Label(text="A line of thanks", component=self.thanks))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Add the sources."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        said = await sources.add(
            runtime.db, actor_of(interaction), self.work_id, text=self.made_from.value, thanks=self.thanks.value,
            site_url=runtime.site_url, now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await say_privately(interaction, discord.utils.escape_markdown("\n".join(said)))


class CreditForm(discord.ui.Modal):
    """Somebody's part in a work."""

    def __init__(self, work: WorkView) -> None:
        super().__init__(title=f"Credit someone on #{work.number}")
        self.work_id = work.id
        self.person: discord.ui.UserSelect[Any] = discord.ui.UserSelect(placeholder="Who worked on it?")
        self.share = _line(most=8, placeholder="30")
        self.role = _line(most=60, required=False, placeholder="vocals, drums, colours...")
        self.add_item(discord.ui.Label(text="Person", component=self.person))
        hint = "You keep what the others do not have"
        self.add_item(discord.ui.Label(text="Share in percent", description=hint, component=self.share))
        self.add_item(discord.ui.Label(text="Role", component=self.role))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Offer the share."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await offer(interaction, self.work_id, self.person.values[0], self.share.value, self.role.value)


async def offer(
    interaction: discord.Interaction[Any], work_id: int, person: discord.abc.User, share: str, role: str
) -> None:
    """Offer a person a share, and say so privately."""
    if person.bot:
        raise UserError("Bots cannot be credited; credit the person behind it.")
    runtime = runtime_of(interaction)
    await credits.offer(
        runtime.db, actor_of(interaction), work_id, user_id=person.id, name=person.display_name, role=role,
        share_bp=share_of(share), now=runtime.clock(),
    )  # fmt: skip
    runtime.wake()
    name = discord.utils.escape_markdown(person.display_name)
    await say_privately(interaction, f"{name} is asked to confirm. Until then the share stays with you.")


def share_of(words: str) -> int:
    """A percentage as people type it ("30", "33.3 %") in basis points; UserError for anything else."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?", words.strip().removesuffix("%").strip())
    if found is None:
        raise UserError("Write the share as a percentage, such as 30 or 33.5.")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
