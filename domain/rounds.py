"""What a change to a proposed payout round does to each person, and when it is large enough to ask again."""

from collections.abc import Mapping
from dataclasses import dataclass

MATERIAL_BP = 100
"""A fall of one percent or more is material: smaller ones are the rounding and ripple of other people's changes."""


@dataclass(frozen=True, slots=True)
class Change:
    """An artist's amount before and after, in minor units."""

    artist: str
    before: int
    after: int

    @property
    def material(self) -> bool:
        """Whether the amount falls by MATERIAL_BP or more of what it was."""
        return (self.before - self.after) * 10_000 >= self.before * MATERIAL_BP > 0


def changes(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Change, ...]:
    """Everyone whose amount differs, largest change first; who is in neither has nothing to see."""
    found = [
        Change(artist, before.get(artist, 0), after.get(artist, 0))
        for artist in before.keys() | after.keys()
        if before.get(artist, 0) != after.get(artist, 0)
    ]
    return tuple(sorted(found, key=lambda change: (-abs(change.after - change.before), change.artist)))
