"""What the bot needs in a show's channels, and how to mend what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import discord

from services.shows import DoctorFacts, ShowView

_SPEAKING = ("view_channel", "send_messages", "embed_links", "read_message_history")
_NEEDS = {
    "works": (*_SPEAKING, "attach_files", "send_messages_in_threads"),
    "news": (*_SPEAKING, "attach_files", "create_public_threads", "send_messages_in_threads"),
    "producers": ("view_channel", "send_messages", "embed_links"),
}
_NAMES = {"view_channel": "View Channel", "embed_links": "Embed Links"}


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of a show as Discord has it: what the bot may do there; None when it is gone or out of sight."""

    purpose: str
    channel_id: int
    permissions: discord.Permissions | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: fine or not, and if not, what to do."""

    ok: bool
    sentence: str


def places_of(view: ShowView, look: Callable[[int], discord.Permissions | None]) -> list[Place]:
    """The show's channels with what `look` says the bot may do in each."""
    ids = {"works": view.works_channel_id, "news": view.news_channel_id, "producers": view.producers_channel_id}
    return [Place(purpose, channel, look(channel)) for purpose, channel in ids.items() if channel is not None]


def look_around(guild: discord.Guild | None) -> Callable[[int], discord.Permissions | None]:
    """What the bot may do in a channel of the guild, by id."""

    def look(channel_id: int) -> discord.Permissions | None:
        channel = guild.get_channel(channel_id) if guild else None
        return channel.permissions_for(channel.guild.me) if channel else None

    return look


def findings(facts: DoctorFacts, places: Sequence[Place], *, message_content: bool) -> list[Finding]:
    """Everything that the check looks at, in the order that a person would mend it."""
    found = [_channel(place) for place in places]
    if facts.show.producer_role_id is None:
        found.append(Finding(ok=True, sentence="No producer role: whoever may manage the server runs the show."))
    found.append(_content(message_content))
    found.append(_delivery(facts))
    found.append(_queue(facts))
    return found


def _channel(place: Place) -> Finding:
    if place.permissions is None:
        return Finding(
            ok=False,
            sentence=f"The {place.purpose} channel <#{place.channel_id}> is gone, or I cannot see it. Give me View "
            "Channel there, or choose another with `/show channels`.",
        )
    missing = [_name(need) for need in _NEEDS[place.purpose] if not getattr(place.permissions, need)]
    if missing:
        return Finding(
            ok=False,
            sentence=f"In <#{place.channel_id}> ({place.purpose}) I lack **{', '.join(missing)}**. Give it to my role "
            "under Edit Channel, Permissions.",
        )
    return Finding(ok=True, sentence=f"<#{place.channel_id}> ({place.purpose}): I may do all I need.")


def _name(permission: str) -> str:
    return _NAMES.get(permission, permission.replace("_", " ").title())


def _content(message_content: bool) -> Finding:
    if message_content:
        return Finding(ok=True, sentence="I can read posts, so works are collected as they are posted.")
    return Finding(
        ok=False,
        sentence="The Message Content intent is off, so I cannot collect posts by myself. All else works: `/submit`, "
        "the menus “Submit this” and “Remix this”, posts that mention me, votes. To change it, turn the intent on in "
        "Discord's developer portal, then set SHOWRUNNER_MESSAGE_CONTENT=true.",
    )


def _delivery(facts: DoctorFacts) -> Finding:
    if facts.failed:
        return Finding(ok=False, sentence=f"{facts.failed} of my messages could not be delivered (see below).")
    return Finding(ok=True, sentence="Everything I had to say was delivered.")


def _queue(facts: DoctorFacts) -> Finding:
    show = facts.show
    if show.queued or show.next_theme_at is None:
        words = "one theme waits" if show.queued == 1 else f"{show.queued} themes wait"
        return Finding(ok=True, sentence=f"In the queue {words}." if show.queued else "The queue is empty.")
    return Finding(ok=False, sentence="The queue is empty, so nothing can go out next time. Add a theme.")
