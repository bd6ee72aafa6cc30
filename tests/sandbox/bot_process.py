"""A small real discord.py bot in a process of its own. Usage: bot_process.py API_BASE TOKEN INTENTS

INTENTS is "default" or "all" or "members". What it does is printed as words that the tests wait for through /control.
"""

import asyncio
import io
import sys

import aiohttp
import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket


class Counter(ui.DynamicItem[ui.Button], template=r"count:(?P<value>\d+)"):
    def __init__(self, value: int) -> None:
        super().__init__(ui.Button(label=f"Count {value}", custom_id=f"count:{value}"))
        self.value = value

    @classmethod
    async def from_custom_id(cls, _interaction, _item, match):
        return cls(int(match["value"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        view = ui.View(timeout=None).add_item(Counter(self.value + 1))
        await interaction.response.edit_message(content=f"counted to {self.value + 1}", view=view)


class Work(ui.Modal, title="Submit a work"):
    name = ui.Label(text="Title", component=ui.TextInput(max_length=100))
    medium = ui.Label(
        text="Medium",
        component=ui.Select(
            options=[discord.SelectOption(label="Picture", value="picture"), discord.SelectOption(label="Sound")]
        ),
    )
    files = ui.Label(text="Files", component=ui.FileUpload(max_values=3))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        uploads = [f"{a.filename}={len(await a.read())}" for a in self.files.component.values]
        chosen = self.medium.component.values[0]
        await interaction.response.send_message(f"got {self.name.component.value}, {chosen}, {uploads}", ephemeral=True)


class Prefilled(ui.Modal, title="Change it"):
    name = ui.Label(text="Title", component=ui.TextInput(default="Old title"))
    medium = ui.Label(
        text="Medium",
        component=ui.Select(
            options=[
                discord.SelectOption(label="Picture", value="picture"),
                discord.SelectOption(label="Sound", value="sound", default=True),
            ]
        ),
    )
    person = ui.Label(text="Person", component=ui.UserSelect(required=False))
    kind = ui.Label(
        text="Kind",
        component=ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label="Rough", value="rough"),
                discord.RadioGroupOption(label="Done", value="done", default=True),
            ]
        ),
    )

    def __init__(self, user: discord.abc.Snowflake) -> None:
        super().__init__()
        default = discord.SelectDefaultValue(id=user.id, type=discord.SelectDefaultValueType.user)
        self.person.component.default_values = [default]

    async def on_submit(self, interaction: discord.Interaction) -> None:
        people = [user.name for user in self.person.component.values]
        words = [self.name.component.value, self.medium.component.values, people, self.kind.component.value]
        await interaction.response.send_message(f"kept {words}", ephemeral=True)


class Pick(ui.Select):
    def __init__(self) -> None:
        options = [discord.SelectOption(label=f"Option {n}", value=str(n)) for n in range(3)]
        super().__init__(custom_id="pick", placeholder="Pick", options=options, max_values=2)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"picked {','.join(sorted(self.values))}", ephemeral=True)


def card(title: str, *, image: str | None = None) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    box = ui.Container(accent_colour=0x5865F2)
    box.add_item(ui.Section(ui.TextDisplay(f"## {title}"), accessory=Counter(0)))
    box.add_item(ui.Separator())
    if image is not None:
        box.add_item(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{image}")))
    view.add_item(box)
    return view


class Bot(discord.Client):
    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, chunk_guilds_at_startup=intents.members, guild_ready_timeout=0.2)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[str] = []

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Counter)
        view = ui.View(timeout=None)
        view.add_item(Pick())
        self.add_view(view)
        add_commands(self)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot:
            return
        word = message.content or f"<empty {len(message.attachments)} files>"
        self.seen.append(word)
        if message.content.startswith("echo ") or not message.content:
            await message.channel.send(f"heard {word}", reference=message)

    async def on_member_join(self, member: discord.Member) -> None:
        self.seen.append(f"joined {member.name}")


def add_commands(bot: Bot) -> None:  # noqa: C901 - a list of commands, nothing else
    theme = app_commands.Group(name="theme", description="Themes")
    titles = app_commands.Group(name="title", description="Titles", parent=theme)

    @theme.command(name="add", description="Add a theme")
    @app_commands.describe(title="Its title", who="Who", where="Where", picture="A picture", times="How often")
    async def add(
        interaction: discord.Interaction,
        title: app_commands.Range[str, 1, 20],
        who: discord.Member | None = None,
        role: discord.Role | None = None,
        where: discord.TextChannel | None = None,
        picture: discord.Attachment | None = None,
        times: int = 1,
        ratio: float = 0.5,
        sure: bool = True,
    ) -> None:
        size = len(await picture.read()) if picture else 0
        words = f"{title}|{who and who.name}|{role and role.name}|{where and where.name}|{size}|{times}|{ratio}|{sure}"
        await interaction.response.send_message(words)

    @titles.command(name="show", description="Show a title")
    async def show(interaction: discord.Interaction, title: str) -> None:
        callback = await interaction.response.send_message(f"showing {title}")
        assert callback.message_id

    @show.autocomplete("title")
    async def _titles(interaction: discord.Interaction, current: str):
        names = ["Sea of glass", "Sea of sand", "Night shift"]
        return [app_commands.Choice(name=n, value=n) for n in names if current.lower() in n.lower()]

    bot.tree.add_command(theme)

    @bot.tree.command(description="Answer late")
    async def later(interaction: discord.Interaction, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        await interaction.edit_original_response(content="late but there")
        await interaction.followup.send("and more", ephemeral=private)

    @bot.tree.command(description="Never answer")
    async def silent(interaction: discord.Interaction) -> None:
        bot.seen.append("silent")

    @bot.tree.command(description="A card with a picture")
    async def show_card(interaction: discord.Interaction, title: str = "Card") -> None:
        from sandbox.cdn import portrait

        file = discord.File(io.BytesIO(portrait("card")), "card.png")
        await interaction.response.send_message(view=card(title, image="card.png"), file=file)

    @bot.tree.command(description="A counter")
    async def counter(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("counting", view=ui.View(timeout=None).add_item(Counter(0)))

    @bot.tree.command(description="A menu")
    async def choose(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("choose", view=ui.View(timeout=None).add_item(Pick()))

    @bot.tree.command(description="A modal")
    async def submit(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Work())

    @bot.tree.command(description="A modal that is filled in")
    async def change(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Prefilled(interaction.user))

    @bot.tree.command(description="What was seen")
    async def seen(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("\n".join(bot.seen[-40:]) or "nothing")

    @bot.tree.command(description="Try something that Discord may refuse")
    async def attempt(interaction: discord.Interaction, what: str) -> None:
        await interaction.response.defer(thinking=True)
        try:
            word = await ATTEMPTS[what](interaction)
        except discord.HTTPException as error:
            word = f"{type(error).__name__} {error.status} {error.code}: {error.text}"
        await interaction.edit_original_response(content=str(word)[:1900])

    @bot.tree.context_menu(name="Submit this")
    async def submit_this(interaction: discord.Interaction, message: discord.Message) -> None:
        names = [a.filename for a in message.attachments]
        await interaction.response.send_message(f"{message.content!r} {names}", ephemeral=True)

    @bot.tree.context_menu(name="Who")
    async def who_is(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"this is {member.name}", ephemeral=True)


async def _long(i):
    await i.channel.send("x" * 2001)


async def _nonce(i):
    one = await i.channel.send("said once", nonce="n1")
    two = await i.channel.send("said once", nonce="n1")
    return f"same {one.id == two.id}"


async def _burst(i):
    await asyncio.gather(*(i.channel.send(f"burst {n}") for n in range(5)))
    return "burst done"


async def _retry(i):
    await i.channel.send("sent at last")
    return "sent"


async def _lost(i):
    try:
        await i.channel.send("lost answer", nonce="lost-1")
    except (aiohttp.ClientError, discord.HTTPException) as error:
        again = await i.channel.send("lost answer", nonce="lost-1")
        return f"{type(error).__name__} then {again.content}"
    return "no error"


async def _dm(i):
    await i.user.send("a private word")
    return "dm sent"


async def _mixed(i):
    from discord.http import Route

    box = {"type": 10, "content": "x"}
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=i.channel.id)
    await i.client.http.request(route, json={"content": "both", "flags": 1 << 15, "components": [box]})


async def _wide(i):
    view = ui.LayoutView()
    for _ in range(41):
        view._children.append(ui.TextDisplay("x"))
    await i.channel.send(view=view)


async def _long_text(i):
    await i.channel.send(view=ui.LayoutView().add_item(ui.TextDisplay("y" * 4001)))


async def _options(i):
    select = ui.Select(options=[discord.SelectOption(label=str(n)) for n in range(26)])
    await i.channel.send("menu", view=ui.View().add_item(select))


async def _embeds(i):
    await i.channel.send(embeds=[discord.Embed(description="z" * 4000), discord.Embed(description="z" * 4000)])


async def _post(i):
    channel = discord.utils.get(i.guild.text_channels, name="closed")
    await channel.send("let me in")


async def _hidden(i):
    channel = discord.utils.get(i.guild.text_channels, name="hidden")
    await channel.send("let me in")


async def _thread(i):
    message = await i.channel.send("a start")
    thread = await message.create_thread(name="a talk")
    await thread.send("first word")
    forum = discord.utils.get(i.guild.forums, name="works")
    made = await forum.create_thread(name="a post", content="its text", file=discord.File(io.BytesIO(b"text"), "a.txt"))
    return f"{thread.name} {made.thread.name} {made.message.attachments[0].filename}"


async def _event(i):
    start = discord.utils.utcnow() + __import__("datetime").timedelta(hours=1)
    end = start + __import__("datetime").timedelta(hours=1)
    event = await i.guild.create_scheduled_event(
        name="deadline",
        start_time=start,
        end_time=end,
        location="here",
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
    )
    event = await event.edit(name="the deadline")
    return f"event {event.name}"


async def _history(i):
    words = [m.content async for m in i.channel.history(limit=250)]
    return f"{len(words)} messages"


async def _members(i):
    found = await i.guild.query_members(query="extra", limit=100)
    return f"{len(i.guild.members)} cached, {len(found)} found, {i.guild.member_count} counted"


async def _fetch(i):
    message = await anext(m async for m in i.channel.history(limit=20) if m.attachments)
    return message.attachments[0].url


async def _embed(i):
    embed = discord.Embed(title="t").set_image(url="attachment://p.png")
    from sandbox.cdn import portrait

    message = await i.channel.send(embed=embed, file=discord.File(io.BytesIO(portrait("e")), "p.png"))
    message = await message.edit(
        content="edited", attachments=[*message.attachments, discord.File(io.BytesIO(b"x"), "x.txt")]
    )
    return f"{message.embeds[0].image.url.startswith('http://127.0.0.1')} {len(message.attachments)}"


async def _setup(i):
    guild, nobody = i.guild, discord.PermissionOverwrite(send_messages=False)
    role = await guild.create_role(
        name="Producer", colour=discord.Colour.red(), permissions=discord.Permissions(manage_messages=True)
    )
    await role.edit(name="Producers", hoist=True)
    show = await guild.create_category("Show", overwrites={guild.default_role: nobody})
    text = await guild.create_text_channel("board", category=show, topic="t", nsfw=False, overwrites={role: nobody})
    await text.edit(topic="news", slowmode_delay=5)
    await text.set_permissions(guild.me, send_messages=True)
    forum = await guild.create_forum("salon", category=show, available_tags=[discord.ForumTag(name="picture")])
    post = await forum.create_thread(name="first", content="words", applied_tags=forum.available_tags)
    await post.thread.edit(archived=True, locked=True)
    message = await text.send("pin me", silent=True, allowed_mentions=discord.AllowedMentions.none())
    await message.pin()
    await message.add_reaction("🎨")
    await i.user.add_roles(role)
    await text.purge(limit=2)
    return f"{post.thread.id == post.message.id} {post.thread.applied_tags[0].name} {text.category.name}"


ATTEMPTS = {
    "setup": _setup,
    "long": _long,
    "nonce": _nonce,
    "burst": _burst,
    "retry": _retry,
    "lost": _lost,
    "dm": _dm,
    "mixed": _mixed,
    "wide": _wide,
    "long_text": _long_text,
    "options": _options,
    "embeds": _embeds,
    "closed": _post,
    "hidden": _hidden,
    "thread": _thread,
    "event": _event,
    "history": _history,
    "members": _members,
    "fetch": _fetch,
    "embed": _embed,
}


def main() -> None:
    base, token, chosen = sys.argv[1:4]
    intents = discord.Intents.all() if chosen == "all" else discord.Intents.default()
    if chosen == "members":
        intents.members = True
    discord.http.Route.BASE = base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base.replace("http", "ws").replace("/api/v10", "/gateway"))
    discord.Asset.BASE = base.replace("/api/v10", "/cdn")
    Bot(intents).run(token)


if __name__ == "__main__":
    main()
