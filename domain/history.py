"""A work's history, played again: from its first line to what the work is now.

Every line says what changed, so that a work can be checked against its history, and read as it was at any moment.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.lineage import rescaled

WHOLE = 10_000

Detail = Mapping[str, Any]
SourceKey = tuple[int | None, str | None, str | None]
"""A source: the row id of a work, or a title outside with its link."""


@dataclass(slots=True)
class Part:
    """Somebody's part: role, share in basis points, and offered, confirmed or declined."""

    role: str
    share_bp: int
    state: str


@dataclass(slots=True)
class Edge:
    """A source: its line of thanks, whether it is disputed, and its declared part in basis points."""

    thanks: str = ""
    disputed: bool = False
    share_bp: int | None = None


@dataclass(slots=True)
class Past:
    """A work as its history tells it. Files are by place: name and SHA-256 once kept. People are Discord ids.

    `order` is that in which sources have their rows: a work that is credited again takes its old one.
    """

    artist: int = 0
    title: str = ""
    note: str = ""
    licence: str = ""
    state: str = "in"
    reason: str = ""
    files: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    credits: dict[int, Part] = field(default_factory=dict)
    sources: dict[SourceKey, Edge] = field(default_factory=dict)
    order: dict[SourceKey, int] = field(default_factory=dict, compare=False)

    @property
    def own_share(self) -> int:
        """What is left to whoever posted it: all that the others have not confirmed."""
        return WHOLE - sum(part.share_bp for part in self.credits.values() if part.state == "confirmed")


def replay(lines: Iterable[tuple[str, Detail]]) -> Past:
    """Play a history (kind and detail of each line, oldest first). Lines that change nothing about it are passed over.

    KeyError for a line that lacks what it should say.
    """
    past = Past()
    for kind, detail in lines:
        step = _STEPS.get(kind)
        if step is not None:
            step(past, detail)
    return past


def _collected(past: Past, detail: Detail) -> None:
    past.artist = detail["artist"]
    past.title, past.note, past.licence = detail["title"], detail["note"], detail["licence"]
    past.files = {place: (name, None) for place, name in enumerate(detail["files"])}
    past.links = list(detail["links"])


def _edited(past: Past, detail: Detail) -> None:
    for name, (_, after) in detail["changed"].items():
        setattr(past, name, after)
    past.links = [link for link in past.links if link not in detail.get("without", ())]
    past.links += detail.get("links", ())
    for file in detail.get("gone", ()):
        del past.files[file["position"]]


def _withdrawn(past: Past, detail: Detail) -> None:
    past.state, past.reason = "withdrawn", detail["reason"]


def _restored(past: Past, detail: Detail) -> None:
    del detail
    past.state, past.reason = "in", ""


def _disqualified(past: Past, detail: Detail) -> None:
    past.state, past.reason = "disqualified", detail["reason"]


def _file_kept(past: Past, detail: Detail) -> None:
    past.files[detail["position"]] = (detail["file"], detail["sha256"])


def _file_put(past: Past, detail: Detail) -> None:
    past.files[detail["position"]] = (detail["file"], None)


def _file_removed(past: Past, detail: Detail) -> None:
    del past.files[detail["position"]]


def _offered(past: Past, detail: Detail) -> None:
    past.credits[detail["user"]] = Part(detail["role"], detail["share_bp"], "offered")


def _confirmed(past: Past, detail: Detail) -> None:
    past.credits[detail["user"]].state = "confirmed"


def _declined(past: Past, detail: Detail) -> None:
    past.credits[detail["user"]].state = "declined"


def _credit_removed(past: Past, detail: Detail) -> None:
    del past.credits[detail["user"]]


def _source_added(past: Past, detail: Detail) -> None:
    key = _key(past, detail)
    past.sources[key] = Edge(detail.get("thanks", ""))
    if key[0] is None or key not in past.order:
        past.order[key] = max(past.order.values(), default=0) + 1
    _settle(past)


def _source_removed(past: Past, detail: Detail) -> None:
    del past.sources[_key(past, detail)]
    _settle(past)


def _thanked(past: Past, detail: Detail) -> None:
    past.sources[_key(past, detail)].thanks = detail["thanks"]


def _parted(past: Past, detail: Detail) -> None:
    for part in detail["parts"]:
        past.sources[_key(past, part)].share_bp = part["share_bp"]


def _disputed(past: Past, detail: Detail) -> None:
    edge = past.sources.get(_key(past, detail))
    if edge is not None:
        edge.disputed = True


def _dispute_settled(past: Past, detail: Detail) -> None:
    edge = past.sources.get(_key(past, detail))
    if edge is not None and detail.get("dispute") == "wrong":
        edge.disputed = False


def _key(past: Past, detail: Detail) -> SourceKey:
    """The source that a line is about; one outside that does not say its link is the first of that title."""
    work, title = detail.get("source"), detail.get("outside")
    if work is not None or "url" in detail:
        return (work, title if work is None else None, detail.get("url") if work is None else None)
    return next((key for key in past.sources if key[1] == title), (None, title, None))


def _settle(past: Past) -> None:
    """One source without a part beside others makes all equal; where one went, the rest keep their proportions."""
    edges = [past.sources[key] for key in sorted(past.sources, key=past.order.__getitem__)]
    shares = [edge.share_bp for edge in edges]
    declared = [share for share in shares if share is not None]
    if not declared:
        return
    new: list[int | None] = [*rescaled(declared)] if len(declared) == len(shares) else [None] * len(shares)
    for edge, share in zip(edges, new, strict=True):
        edge.share_bp = share


_STEPS: Mapping[str, Callable[[Past, Detail], None]] = {
    "collected": _collected,
    "edited": _edited,
    "message_edited": _edited,
    "licence_fitted": _edited,
    "withdrawn": _withdrawn,
    "restored": _restored,
    "disqualified": _disqualified,
    "file_kept": _file_kept,
    "file_replaced": _file_put,
    "file_added": _file_put,
    "file_removed": _file_removed,
    "credit_offered": _offered,
    "credit_confirmed": _confirmed,
    "credit_declined": _declined,
    "credit_removed": _credit_removed,
    "source_added": _source_added,
    "source_removed": _source_removed,
    "source_thanked": _thanked,
    "sources_parted": _parted,
    "source_disputed": _disputed,
    "dispute_settled": _dispute_settled,
}
