"""Marks and picks in words."""

from collections.abc import Sequence

from cogs.common.text import safe
from services.ballots.views import Given
from services.kinds import VoteMethod
from services.views import VoteRules


def given_words(given: Given, rules: VoteRules, *, short: bool = False) -> str:
    """What a voter gave a work: "4", "Craft 4, Story –", "pick no. 3"; `short` leaves names away."""
    if rules.ranked:
        return f"pick no. {given[0]}"
    if rules.criteria:
        marks = ["–" if mark is None else str(mark) for mark in given]
        if short:
            return " · ".join(marks)
        return ", ".join(f"{safe(each.name, 40)} {mark}" for each, mark in zip(rules.criteria, marks, strict=True))
    if rules.method is VoteMethod.APPROVAL:
        return "yes" if given[0] else "no"
    return str(given[0])


def place_words(place: int | None) -> str:
    """A place at the head of a line, so that Discord does not number it anew."""
    return f"**{place}.**"


def joined(names: Sequence[str], most: int) -> str:
    """Names as one says them ("a, b and c"), `most` of them at most."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
