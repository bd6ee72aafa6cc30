"""What an artist agreed to about a work: licence, terms, files, when. Pure."""

import discord

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import safe
from cogs.works.buttons import button
from domain.licences import TITLES
from domain.terms import CURRENT, terms_of
from services.works.grants import Agreed, Cause, Grant

_ROOM = 2200
_FILES = 700
_CAUSES = {
    Cause.SUBMITTED: "submitted",
    Cause.LICENCE: "another licence",
    Cause.FILES: "other files",
}


def agreed_to(agreed: Agreed, site_url: str) -> Outgoing:
    """Every grant of a work, newest first, and the terms of the newest in short."""
    head = f"### What was agreed to about #{agreed.number} {safe(agreed.title, 100)}"
    back = button("more", agreed.work_id, label="Back to the work")
    if not agreed.grants:
        none = "It came in with a back catalogue: nobody agreed to anything here."
        return Outgoing(view=card(Tone.QUIET, text(head, none), row(back)))
    terms = terms_of(agreed.grants[0].terms) or CURRENT
    short = [f"- {sentence}" for sentence in terms.summary]
    grants = [_grant(grant, agreed.artist_user_id) for grant in agreed.grants]
    shown = fitting(grants, _ROOM, lambda left: small(f"and {left} before"))
    return Outgoing(
        view=card(
            Tone.WORK,
            text(head, *shown),
            rule(),
            text(f"**The terms in short** (version {terms.version})", *short),
            row(back, link("The whole text", f"{site_url}/terms")),
        )
    )


def _grant(grant: Grant, artist_user_id: int | None) -> str:
    by = "" if grant.by_user == artist_user_id else f" by <@{grant.by_user}> for the artist"
    at = discord.utils.format_dt(grant.at, "f")
    lines = [f"**{TITLES[grant.licence]}**, terms {grant.terms}", small(f"{_CAUSES[grant.cause]}{by} · {at}")]
    files = [small(f"{safe(file.name, 60)} · SHA-256 `{file.sha256[:16]}…`") for file in grant.files]
    return "\n".join([*lines, *fitting(files, _FILES, lambda left: small(f"and {left} more files"))])
