"""The look and names of the buttons around a vote; what they do is in views.py."""

from typing import Any

import discord

from cogs.common.buttons import number

REMIND = rf"vote:(?P<way>remind|forget):{number('episode')}"
CHECK = rf"result:check:{number('episode')}"
TYPE = rf"result:type:{number('episode')}"
STRIKE = rf"result:strike:{number('episode')}"
MARKS = rf"outcome:marks:{number('episode')}"


def remind_button(episode_id: int) -> discord.ui.Button[Any]:
    """Be reminded before the vote ends."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Remind me before it ends", emoji="⏰",
        custom_id=f"vote:remind:{episode_id}",
    )  # fmt: skip


def forget_button(episode_id: int) -> discord.ui.Button[Any]:
    """No reminder after all."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="No reminder", custom_id=f"vote:forget:{episode_id}"
    )


def check_button(episode_id: int) -> discord.ui.Button[Any]:
    """Look for one's own ballot in what was published."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Is my ballot in the count?", emoji="🔍",
        custom_id=f"result:check:{episode_id}",
    )  # fmt: skip


def type_button(episode_id: int) -> discord.ui.Button[Any]:
    """Look for the ballot of a receipt that is typed."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="Check another receipt", custom_id=f"result:type:{episode_id}"
    )


def strike_button(episode_id: int) -> discord.ui.Button[Any]:
    """Strike ballots, with a public reason."""
    return discord.ui.Button(
        style=discord.ButtonStyle.danger, label="Strike ballots", custom_id=f"result:strike:{episode_id}"
    )


def marks_button(episode_id: int) -> discord.ui.Button[Any]:
    """See how one's own works did in the vote."""
    return discord.ui.Button(
        style=discord.ButtonStyle.secondary, label="How they did in the vote", custom_id=f"outcome:marks:{episode_id}"
    )
