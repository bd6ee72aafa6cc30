"""What producers should look at in a vote: many new accounts at once, and ballots that are all alike.

Neither proves anything: friends come together, and people who like the same works mark alike. So nothing is done by
itself; producers are told, and whatever they do about it stands in public with a reason.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from domain.episode import snowflake_time

Key = TypeVar("Key", bound=Hashable)

NEW: Final = timedelta(days=14)
"""An account that was made less than this before the vote began is new."""

LEAST_NEW: Final = 5
"""Fewer new accounts than this are no surge; naming them would come close to naming a person."""

NEW_SHARE: Final = 5
"""They are a surge when they cast at least one in NEW_SHARE of all ballots ..."""

BURST: Final = timedelta(minutes=30)
"""... or when LEAST_NEW of them came within this time."""

ALIKE: Final = 3
"""As many equal ballots are pointed out ..."""

ALIKE_MARKS: Final = 4
"""... if they mark at least this many works: short ballots are alike by chance."""


@dataclass(frozen=True, slots=True)
class Surge:
    """New accounts in a vote: `new` of `ballots`, and the most that came within BURST."""

    ballots: int
    new: int
    burst: int

    @property
    def striking(self) -> bool:
        """Whether producers should hear of it."""
        return self.new >= LEAST_NEW and (self.new * NEW_SHARE >= self.ballots or self.burst >= LEAST_NEW)


def new_accounts(voters: Mapping[int, datetime], began: datetime) -> frozenset[int]:
    """Return those of the voters (Discord ids) whose account is new for a vote that began then."""
    return frozenset(user for user in voters if began - snowflake_time(user) < NEW)


def surge(voters: Mapping[int, datetime], began: datetime) -> Surge:
    """Return how many new accounts voted; `voters` says when each began their ballot."""
    new = new_accounts(voters, began)
    times = sorted(voters[user] for user in new)
    return Surge(len(voters), len(new), _most_within(times))


def alike(ballots: Mapping[Key, Mapping[int, Hashable]]) -> tuple[tuple[Key, ...], ...]:
    """Return the groups of ballots (marks by work) that are the same, largest first, in the order given."""
    groups: defaultdict[frozenset[tuple[int, Hashable]], list[Key]] = defaultdict(list)
    for key, marks in ballots.items():
        if len(marks) >= ALIKE_MARKS:
            groups[frozenset(marks.items())].append(key)
    found = [tuple(group) for group in groups.values() if len(group) >= ALIKE]
    return tuple(sorted(found, key=len, reverse=True))


def _most_within(times: Sequence[datetime]) -> int:
    """Return the largest number of the sorted times that lie within BURST."""
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] > BURST:
            first += 1
        most = max(most, last - first + 1)
    return most
