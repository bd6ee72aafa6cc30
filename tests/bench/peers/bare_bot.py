"""The least of a bot that discord.py makes: one slash command. `python -m tests.bench.peers.bare_bot API TOKEN FILE`.

It writes FILE when it is ready: {"pid", "ready_at", "on_ready_at"}, seconds of the epoch. `--sync` sends the command.
"""

import json
import os
import sys
import time
from pathlib import Path

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Bare(commands.Bot):
    """Connects, and answers /status."""

    def __init__(self, file: Path, *, sync: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.message_content = True
        super().__init__(command_prefix=commands.when_mentioned, help_command=None, intents=intents)
        self.file, self.sync = file, sync
        self.ready_at = 0.0

    async def setup_hook(self) -> None:
        @self.tree.command(name="status", description="Answers at once")
        async def status(interaction: discord.Interaction[Bare]) -> None:
            await interaction.response.send_message("All is well.", ephemeral=True)

        _, gateway, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        if self.sync:
            await self.tree.sync()

    async def on_connect(self) -> None:
        """READY has come."""
        self.ready_at = self.ready_at or time.time()

    async def on_ready(self) -> None:
        """The guilds are there."""
        half = self.file.with_suffix(".part")
        facts = {"pid": os.getpid(), "ready_at": self.ready_at, "on_ready_at": time.time()}
        half.write_text(json.dumps(facts), encoding="utf-8")
        half.replace(self.file)


def main() -> None:
    """Run until killed."""
    Route.BASE = sys.argv[1]
    Bare(Path(sys.argv[3]), sync="--sync" in sys.argv).run(sys.argv[2], log_handler=None)


if __name__ == "__main__":
    main()
