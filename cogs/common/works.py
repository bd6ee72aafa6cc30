"""Choosing a work while typing."""

import re
from collections.abc import Iterable

from discord import app_commands

from domain.errors import UserError
from services.views import WorkRef

_MOST = 25


def work_choices(works: Iterable[WorkRef], current: str) -> list[app_commands.Choice[str]]:
    """Those works whose number, title or artist fit what is typed so far; the value is the number ("#12")."""
    typed = current.strip().casefold()
    fitting = [work for work in works if typed in f"#{work.number} {work.title} {work.artist}".casefold()]
    exact = [work for work in fitting if typed.removeprefix("#") == str(work.number)]
    ranked = [*exact, *(work for work in fitting if work not in exact)]
    return [
        app_commands.Choice(name=f"#{work.number} {work.title} by {work.artist}"[:100], value=f"#{work.number}")
        for work in ranked[:_MOST]
    ]


def number_typed(words: str) -> int:
    """The number in "#12", "12" or "#12 Dawn by Mira"; UserError for anything else."""
    found = re.match(r"\s*#?(\d{1,9})\b", words)
    if found is None:
        raise UserError("Name the work by its number, such as #12, or pick one from the list.")
    return int(found[1])
