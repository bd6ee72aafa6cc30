"""What /help says to artists, and more to producers."""

from collections.abc import Sequence

from cogs.common.look import Tone, card, link, row, rule, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import safe
from services.shows import ShowRef

_ARTISTS = (
    "**Take part:** post in the works channel, or use `/submit`.",
    "**Remix:** `/remix` finds a work and gives you its files; reply to it, or name its number like #12, to credit it.",
    "**Vote:** `/vote booth`, while a vote is on; `/result check` for whether your ballot counted.",
    "**Suggest:** `/theme suggest` a theme, and approve of others with `/theme suggestions`.",
    "**Yours:** `/my` for your works and how you are paid, `/payout explain` for how your share came about.",
    "**Look:** `/episode status`, `/show info`, `/work`, `/credits`.",
)
_PRODUCERS = (
    "**Themes:** `/theme add`, `queue`, `veto`. The next one goes out by the schedule.",
    "**Episodes:** `/episode plan`, `open`, `deadline`, `advance`, `release`, `cancel`.",
    "**The cut:** `/cut show`, `add`, `remove`; a change needs a public reason.",
    "**Works:** `/work disqualify`, `restore`, `allow`; `/work disputes` for sources that are disputed.",
    "**Oddities:** `/result watch` for ballots that stand out, `/result strike` with a public reason.",
    "**Money:** `/fund` for what comes in, `/payout propose`, `answer`, `finalise`, `export`.",
    "**The show:** `/show rules`, `schedule`, `durations`, `channels`. `/doctor` when something seems wrong.",
)
_START = "This server has no show yet. Someone who may manage the server starts one with `/setup`."


def help_card(shows: Sequence[ShowRef], *, producer: bool, site_url: str) -> Outgoing:
    """What one can do here."""
    if not shows:
        return Outgoing(view=card(Tone.QUIET, text("## Showrunner", _START)))
    names = ", ".join(f"**{safe(show.name, 80)}** in <#{show.works_channel_id}>" for show in shows[:8])
    parts = [text("## Showrunner", f"Running here: {names}"), rule(), text(*_ARTISTS)]
    if producer:
        parts += [rule(), text("### For producers", *_PRODUCERS)]
    return Outgoing(view=card(Tone.THEME, *parts, row(link("Gallery", f"{site_url}/"))))
