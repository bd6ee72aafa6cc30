"""A real discord.py bot that shows everything the page must be able to show. Usage: page_bot.py API_BASE TOKEN"""

import asyncio
import io
import logging
import sys
from datetime import timedelta

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket

from tests.sandbox.pictures import melody, painting

RULES = """# The studio
**Bold**, *italics*, __underlined__, ~~struck~~, `code`, ||a secret||, ***both***
> A quote of two
> lines
- one
  - inside one
- two
1. first
2. second
-# Small print with a [masked link](https://example.com/a_(b)) and https://example.com/c.
```py
print("<b>not markup</b>")
```"""


class Counter(ui.DynamicItem[ui.Button], template=r"count:(?P<value>\d+)"):
    """A button whose state is in its id, so that it outlives a restart."""

    def __init__(self, value: int) -> None:
        button = ui.Button(
            label=f"Count {value}", custom_id=f"count:{value}", style=discord.ButtonStyle.primary, emoji="🧮"
        )
        super().__init__(button)
        self.value = value

    @classmethod
    async def from_custom_id(cls, _interaction, _item, match):
        return cls(int(match["value"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        view = ui.View(timeout=None).add_item(Counter(self.value + 1))
        await interaction.response.edit_message(content=f"counted to {self.value + 1}", view=view)


class Work(ui.Modal, title="Submit a work"):
    """Every kind of field that the page must be able to fill in."""

    note = ui.TextDisplay("Anything you made **yourself** counts.")
    name = ui.Label(text="Title", component=ui.TextInput(max_length=40, placeholder="What is it called?"))
    medium = ui.Label(
        text="Medium",
        description="What it mostly is",
        component=ui.Select(
            options=[
                discord.SelectOption(label="Picture", value="picture", emoji="🖼️"),
                discord.SelectOption(label="Sound", value="sound", emoji="🎵", description="Music or noise"),
            ],
        ),
    )
    partner = ui.Label(text="Made with", component=ui.UserSelect(required=False, max_values=2, min_values=0))
    files = ui.Label(text="Files", component=ui.FileUpload(max_values=3))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        uploads = [f"{a.filename}={len(await a.read())}" for a in self.files.component.values]
        partners = [user.name for user in self.partner.component.values]
        words = f"got {self.name.component.value!r}, {self.medium.component.values}, {partners}, {uploads}"
        await interaction.response.send_message(words, ephemeral=True)


class Word(ui.Modal, title="A word about it"):
    """The older form: inputs in rows."""

    about = ui.TextInput(label="About", style=discord.TextStyle.paragraph, min_length=3, placeholder="How was it made?")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"wrote {self.about.value!r}")


class Pick(ui.Select):
    """A menu of which two may be chosen."""

    def __init__(self) -> None:
        options = [
            discord.SelectOption(label=label, value=label.lower(), emoji=emoji, description=f"The {label.lower()} one")
            for label, emoji in (("Rain", "🌧️"), ("Thunder", "⛈️"), ("Sun", "☀️"))
        ]
        super().__init__(custom_id="pick", placeholder="Pick the weather", options=options, max_values=2)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"picked {', '.join(sorted(self.values))}", ephemeral=True)


class Whom(ui.UserSelect):
    """A menu of members."""

    def __init__(self) -> None:
        super().__init__(custom_id="whom", placeholder="Choose a member")

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"chose {self.values[0].name}", ephemeral=True)


class Broken(ui.Button):
    """A button that is never answered."""

    def __init__(self) -> None:
        super().__init__(label="Broken", custom_id="broken", style=discord.ButtonStyle.danger)

    async def callback(self, interaction: discord.Interaction) -> None:
        pass


class Open(ui.Button):
    """A button that opens the modal."""

    def __init__(self) -> None:
        super().__init__(label="Submit a work", custom_id="open", style=discord.ButtonStyle.success)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Work())


def controls() -> ui.View:
    """Version 1 components: rows of buttons and menus."""
    view = ui.View(timeout=None)
    view.add_item(Counter(0)).add_item(Open()).add_item(Broken())
    view.add_item(ui.Button(label="Off", custom_id="off", disabled=True))
    view.add_item(ui.Button(label="Gallery", url="https://example.com/gallery"))
    return view.add_item(Pick()).add_item(Whom())


def card() -> ui.LayoutView:
    """A version 2 layout with every part."""
    view = ui.LayoutView(timeout=None)
    box = ui.Container(accent_colour=0xF0B232)
    thumbnail = ui.Thumbnail("attachment://p0.png", description="A storm seen from the cellar")
    box.add_item(ui.Section("## Storm Season", "By **Mira** and two others\n-# Work #12", accessory=thumbnail))
    box.add_item(ui.Separator())
    box.add_item(ui.TextDisplay("Closes <t:4102444800:R>. Remix of *Cellar door*."))
    box.add_item(ui.MediaGallery(*(discord.MediaGalleryItem(f"attachment://p{n}.png") for n in range(4))))
    box.add_item(ui.File("attachment://notes.txt"))
    box.add_item(ui.Separator(spacing=discord.SeparatorSpacing.large))
    box.add_item(ui.Section("Do you like it?", accessory=Counter(7)))
    row = ui.ActionRow(
        ui.Button(label="Credits", custom_id="credits"), ui.Button(label="Listen", url="https://example.com/x")
    )
    view.add_item(box.add_item(row))
    return view


def embed() -> discord.Embed:
    """An embed with everything on it."""
    made = discord.Embed(
        title="The results", description="**38** voters, `12` works", colour=0x57F287, url="https://example.com/r"
    )
    made.set_author(name="Showrunner", icon_url="https://example.com/never-asked-for.png").set_footer(
        text="Count of episode 3"
    ).set_thumbnail(url="attachment://p4.png")
    made.set_image(url="attachment://p5.png")
    made.timestamp = discord.utils.utcnow()
    for name, value in (("First", "Storm Season"), ("Second", "Cellar door"), ("Third", "Hail")):
        made.add_field(name=name, value=value)
    return made.add_field(name="How it was counted", value="Score, corrected for few votes", inline=False)


def pictures(*numbers: int) -> list[discord.File]:
    return [discord.File(io.BytesIO(painting(n)), f"p{n}.png") for n in numbers]


async def text(channel: discord.TextChannel) -> None:
    await channel.send(RULES)


async def results(channel: discord.TextChannel) -> None:
    await channel.send(embed=embed(), files=pictures(4, 5))


async def choose(channel: discord.TextChannel) -> None:
    await channel.send("Choose something", view=controls())


async def layout(channel: discord.TextChannel) -> None:
    note = discord.File(io.BytesIO(b"some notes"), "notes.txt")
    await channel.send(view=card(), files=[*pictures(0, 1, 2, 3), note])


async def files(channel: discord.TextChannel) -> None:
    await channel.send(files=[*pictures(6, 7, 8), discord.File(io.BytesIO(melody()), "rain.wav")])


async def talk(channel: discord.TextChannel) -> None:
    message = await channel.send("🌧️🎉")
    await message.add_reaction("🔥")
    thread = await message.create_thread(name="About the rain")
    await thread.send("Let us talk here.")
    await message.edit(content="🌧️🎉 edited")


async def schedule(channel: discord.TextChannel) -> None:
    start = discord.utils.utcnow() + timedelta(hours=3)
    await channel.guild.create_scheduled_event(
        name="Voting closes",
        start_time=start,
        end_time=start + timedelta(hours=1),
        location="#theme",
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
    )


# A member says the word, and the bot posts it.
PARTS = {"text": text, "results": results, "choose": choose, "layout": layout, "files": files, "talk": talk}
WORDS = {**PARTS, "schedule": schedule}


class Bot(discord.Client):
    """The bot."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all(), chunk_guilds_at_startup=True, guild_ready_timeout=0)
        self.tree = app_commands.CommandTree(self)
        self.waiting: list[discord.Interaction] = []

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Counter)
        self.add_view(controls())
        add_commands(self)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        if message.content == "go":
            while self.waiting:
                await self.waiting.pop().edit_original_response(content="It was worth the wait.")
        for word in PARTS if message.content == "show" else [message.content]:
            if word in WORDS:
                await WORDS[word](message.channel)


def add_commands(bot: Bot) -> None:
    theme = app_commands.Group(name="theme", description="Themes of the show")

    @theme.command(name="queue", description="Queue a theme for the next episode")
    @app_commands.describe(
        title="Its title", mood="The mood it has", who="Who thought of it", weight="How much it counts"
    )
    @app_commands.choices(mood=[app_commands.Choice(name=n, value=n.lower()) for n in ("Calm", "Stormy")])
    async def queue(
        interaction: discord.Interaction,
        title: app_commands.Range[str, 1, 40],
        mood: app_commands.Choice[str],
        who: discord.Member | None = None,
        weight: app_commands.Range[int, 1, 9] = 1,
        picture: discord.Attachment | None = None,
    ) -> None:
        size = len(await picture.read()) if picture else 0
        await interaction.response.send_message(f"queued {title}|{mood.value}|{who and who.name}|{weight}|{size}")

    @theme.command(name="show", description="Show a theme")
    @app_commands.describe(title="Which one")
    async def show_theme(interaction: discord.Interaction, title: str) -> None:
        await interaction.response.send_message(f"showing {title}")

    @show_theme.autocomplete("title")
    async def _titles(interaction: discord.Interaction, current: str):
        names = ["Sea of glass", "Sea of sand", "Night shift"]
        return [app_commands.Choice(name=n, value=n) for n in names if current.lower() in n.lower()]

    bot.tree.add_command(theme)

    @bot.tree.command(description="Say something to you alone")
    async def secret(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("This is between us.", ephemeral=True)

    @bot.tree.command(description="Think until somebody says go")
    async def slow(interaction: discord.Interaction) -> None:
        bot.waiting.append(interaction)
        await interaction.response.defer(thinking=True)

    @bot.tree.command(description="Never answer")
    async def silent(interaction: discord.Interaction) -> None:
        pass

    @bot.tree.command(description="Submit a work")
    async def submit(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Work())

    @bot.tree.command(description="Write a word about a work")
    async def write(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Word())

    @bot.tree.context_menu(name="Submit this")
    async def submit_this(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"submitted {message.content!r}", ephemeral=True)


def main() -> None:
    base, token = sys.argv[1:3]
    discord.http.Route.BASE = base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws").replace("/api/v10", "/gateway"))
    asyncio.run(_run(token))


async def _run(token: str) -> None:
    discord.utils.setup_logging(level=logging.ERROR)
    async with Bot() as bot:
        await bot.start(token)


if __name__ == "__main__":
    main()
