"""Words and numbers as the pages write them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.episode import Outcome, Phase, RoundPhase
from domain.licences import Licence
from domain.money import Money
from services.kinds import AllocationState, ConcernKind, ConcernState, CutAction, VoteMethod, Weights
from services.works.history import PublicLine

PHASES: Final[Mapping[Phase, str]] = MappingProxyType(
    {
        Phase.PLANNED: "Planned",
        Phase.OPEN: "Open for works",
        Phase.VOTING: "In the vote",
        Phase.CUTTING: "In the cut",
        Phase.RELEASED: "Released",
        Phase.CANCELED: "Canceled",
    }
)
OUTCOMES: Final[Mapping[Outcome, str]] = MappingProxyType(
    {Outcome.USED: "In the cut", Outcome.INFLUENCE: "Influence", Outcome.NOT_USED: "Not used"}
)
ROUNDS: Final[Mapping[RoundPhase, str]] = MappingProxyType(
    {
        RoundPhase.DRAFT: "Draft",
        RoundPhase.PROPOSED: "Proposed, open for comments",
        RoundPhase.FINAL: "Final",
        RoundPhase.SETTLED: "Settled",
    }
)
ALLOCATIONS: Final[Mapping[AllocationState, str]] = MappingProxyType(
    {
        AllocationState.PROPOSED: "proposed",
        AllocationState.HELD: "waits for a decision",
        AllocationState.CARRIED: "on the artist's balance",
        AllocationState.SENDING: "on its way",
        AllocationState.PAID: "paid",
        AllocationState.DONATED: "donated",
        AllocationState.PASSED_ON: "passed on to its sources",
        AllocationState.UNCLAIMED: "not claimed in time",
        AllocationState.REDIRECTED: "decided to be others'",
    }
)
CONCERNS: Final[Mapping[ConcernKind, str]] = MappingProxyType(
    {
        ConcernKind.LEFT_OUT: "left out",
        ConcernKind.WRONG_SOURCE: "a wrong source",
        ConcernKind.TOO_HIGH: "an amount too high",
        ConcernKind.TOO_LOW: "an amount too low",
        ConcernKind.OTHER: "something else",
    }
)
ANSWERS: Final[Mapping[ConcernState, str]] = MappingProxyType(
    {ConcernState.OPEN: "Open", ConcernState.ACCEPTED: "Accepted", ConcernState.DECLINED: "Declined"}
)
CHANGES: Final[Mapping[CutAction, str]] = MappingProxyType(
    {CutAction.ADD: "put in", CutAction.REMOVE: "taken out", CutAction.POINTS: "points"}
)
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "own": "own part",
        "lineage": "passed on by a remix",
        "floor": "moved by the minimum",
        "cap": "moved by the maximum",
        "adjustment": "adjustment",
    }
)
"""What each kind of line of an allocation is called."""
WEIGHTS: Final[Mapping[Weights, str]] = MappingProxyType(
    {
        Weights.EQUAL: "Every work in the cut weighs the same.",
        Weights.POINTS: "Each work in the cut weighs the points that the producers gave it, with a public reason.",
        Weights.VOTES: "Each work in the cut weighs its score in the vote.",
        Weights.BLEND: "Their part is shared equally, by the producers' points and by the vote in the proportion",
    }
)
METHODS: Final[Mapping[VoteMethod, str]] = MappingProxyType(
    {
        VoteMethod.APPROVAL: "approval vote",
        VoteMethod.SCORE: "score vote",
        VoteMethod.STAR: "STAR vote",
        VoteMethod.SCHULZE: "ranked vote (Schulze)",
        VoteMethod.STV: "ranked vote (STV)",
    }
)
MEASURES: Final[Mapping[VoteMethod, str]] = MappingProxyType(
    {
        VoteMethod.APPROVAL: "Approvals",
        VoteMethod.SCORE: "Mean",
        VoteMethod.STAR: "Points",
        VoteMethod.SCHULZE: "Ahead of",
        VoteMethod.STV: "Votes",
    }
)
"""What the order of each method follows."""
_INTERVAL = "The thin line shows where a work would probably stand if more people had voted: few votes, long line."
UNCERTAIN: Final[Mapping[VoteMethod, str]] = MappingProxyType(
    {
        VoteMethod.APPROVAL: _INTERVAL,
        VoteMethod.SCORE: _INTERVAL,
        VoteMethod.STAR: f"For each place the two highest totals meet, and more ballots decide. {_INTERVAL}",
        VoteMethod.SCHULZE: f"Works are compared two by two, ballot by ballot. {_INTERVAL}",
        VoteMethod.STV: "The bar shows the votes a work had when it was in or out.",
    }
)
GLYPHS: Final[Mapping[str, str]] = MappingProxyType(
    {"picture": "◩", "sound": "♪", "video": "▶", "text": "¶", "link": "↗", "mixed": "✳"}
)


_HAPPENED = {
    "collected": "{who} posted it",
    "imported": "it came in with a back catalogue",
    "edited": "{who} changed {what}",
    "message_edited": "{who} changed {what} by editing the message",
    "licence_fitted": "it took the licence that its sources ask for",
    "file_replaced": "{who} replaced a file by {what}",
    "file_added": "{who} added {what}",
    "file_removed": "{who} took {what} off",
    "disqualified": "the producers took it out",
    "restored": "{who} brought it back",
    "source_added": "{who} credited {what}",
    "source_removed": "{who} took {what} off the sources",
    "credit_confirmed": "{what} confirmed a part in it",
}


def happened(line: PublicLine) -> str:
    """What happened to a work, as everybody may read it; names and titles are not made safe here."""
    what = line.what or ("its links" if line.kind.endswith("edited") else "somebody")
    words = _HAPPENED[line.kind].format(who=line.who or "A producer", what=what)
    return words[:1].upper() + words[1:]


def deed(licence: Licence) -> str | None:
    """Where a licence can be read; None for the community's own."""
    if licence is Licence.COMMUNITY:
        return None
    if licence is Licence.CC0:
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    kind, version = licence.value.removeprefix("CC-").rsplit("-", 1)
    return f"https://creativecommons.org/licenses/{kind.lower()}/{version}/"


def moment(instant: datetime | None, zone: str) -> Markup:
    """An instant in a show's time zone, with the exact one for programs; a dash for none."""
    if instant is None:
        return Markup("–")
    local = instant.astimezone(ZoneInfo(zone))
    name = local.strftime("%Z")
    shown = f"{local:%a} {local.day} {local:%b %Y, %H:%M} {'UTC' + name if name[:1] in '+-' else name}"
    return Markup('<time datetime="{}">{}</time>').format(instant.isoformat(), shown)


def percent(basis_points: int) -> str:
    """Basis points as a percentage, without needless zeros: 2000 is 20%."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its word: 1 work, 2 works."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def minor(amount: int, like: Money) -> Money:
    """Minor units of the currency of another amount."""
    return Money(amount, like.currency)


def number(value: Fraction) -> str:
    """An exact number to two decimals, without needless zeros."""
    return score(value).rstrip("0").rstrip(".")


def score(value: Fraction) -> str:
    """An exact number to two decimals."""
    hundredths = round(value * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def span(seconds: int) -> str:
    """A length of time in its largest whole unit: 14 days."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            return plural(seconds // size, name)
    return plural(seconds, "second")


def cut(text: str, limit: int) -> str:
    """Text on one line, cut to `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def media(sha256: str, name: str = "") -> str:
    """The address of a file."""
    return f"/media/{sha256}?name={quote(name, safe='')}" if name else f"/media/{sha256}"


def host(url: str) -> str:
    """Whose page a link leads to."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def safe_links(urls: Iterable[str | None]) -> list[str]:
    """Those of the addresses that a page may link to: http and https only."""
    found = []
    for url in urls:
        try:
            parts = urlsplit(url or "")
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and parts.hostname and url is not None:
            found.append(url)
    return found


def playing(milliseconds: int) -> str:
    """How long something plays: 3:07, or 1:02:30."""
    minutes, seconds = divmod(max(1, milliseconds // 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


@lru_cache(maxsize=1024)
def bars(peaks: tuple[int, ...]) -> str:
    """A waveform as the path of an SVG: bars 3 wide and 4 apart, around the middle of a height of 48."""
    path = []
    for place, peak in enumerate(peaks):
        half = max(1, round(min(peak, 100) * 23 / 100))
        path.append(f"M{4 * place} {24 - half}h3v{2 * half}h-3z")
    return "".join(path)


def size(count: int) -> str:
    """A number of bytes as people write it."""
    for limit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")):
        if count >= limit:
            return f"{count / limit:.1f} {name}"
    return plural(count, "byte")


FILTERS: Final[Mapping[str, Callable[..., object]]] = MappingProxyType(
    {
        call.__name__: call
        for call in (
            *(moment, percent, plural, minor, number, score, span, cut, media, host, safe_links, size, deed),
            *(playing, bars, happened),
        )
    }
)
"""What templates can do to a value."""
NAMES: Final[Mapping[str, Mapping[Any, str]]] = MappingProxyType(
    {
        "phases": PHASES,
        "outcomes": OUTCOMES,
        "rounds": ROUNDS,
        "allocations": ALLOCATIONS,
        "concerns": CONCERNS,
        "answers": ANSWERS,
        "changes": CHANGES,
        "kinds": KINDS,
        "weights": WEIGHTS,
        "methods": METHODS,
        "measures": MEASURES,
        "uncertain": UNCERTAIN,
        "glyphs": GLYPHS,
    }
)
"""The words for every kind and state, as templates know them."""
