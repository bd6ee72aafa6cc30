"""A published statement recomputed: it holds, or the first place that does not is named."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, Final

from domain.allocation.allocate import allocate
from domain.allocation.format import RESULTS, allocation_to_json, from_json, to_json
from domain.allocation.model import Inputs
from domain.commitments import digest

_NOT_RULES: Final = frozenset({"kind", "works", "digests", *RESULTS})
_SHORT: Final = 16
_LONGEST: Final = 60


def statement(inputs: Inputs, about: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what is published of an allocation: inputs, results, and digests that name what was changed later.

    `about` is free text and whole numbers about the round, for readers.
    """
    found = to_json(inputs) | ({"about": dict(about)} if about else {})
    return found | allocation_to_json(allocate(inputs)) | {"digests": _digests(found)}


def difference(document: Any) -> str | None:
    """Return the first place where a statement is not what its inputs give; None when it holds.

    A statement that carries digests is compared with them first: so a number that was changed later is named even where
    it changes nobody's amount. UserError for a malformed document, which cannot be recomputed at all.
    """
    inputs = from_json(document)
    changed = _changed(document)
    if changed is not None:
        return changed
    wanted = allocation_to_json(allocate(inputs))
    for name in RESULTS:
        if name not in document:
            return f"{name}: is missing; the inputs give it."
    return (
        _difference_of_lines(document["lines"], wanted["lines"])
        or _difference_of_amounts(document["allocations"], wanted["allocations"])
        or _difference("unallocated", document["unallocated"], wanted["unallocated"])
    )


def _digests(document: Mapping[str, Any]) -> dict[str, Any]:
    """The first digits of the SHA-256 of each part of the inputs: every rule by its name, every work in its place."""
    rules = {name: _short(value) for name, value in document.items() if name not in _NOT_RULES}
    return {"rules": rules, "works": [_short(work) for work in document["works"]]}


def _short(value: Any) -> str:
    return digest(value)[:_SHORT]


def _changed(document: Mapping[str, Any]) -> str | None:
    """The first part of the inputs that does not have its digest any more."""
    stated = document.get("digests")
    if stated is None:
        return None
    rules, works = (stated.get("rules"), stated.get("works")) if isinstance(stated, dict) else (None, None)
    if not isinstance(rules, dict) or not isinstance(works, list):
        return "digests: must be an object with the digests of “rules” and “works”."
    now = _digests(document)
    pairs = [(name, rules.get(name), now["rules"].get(name)) for name in sorted(rules.keys() | now["rules"].keys())]
    pairs += [(f"works[{place}]", *pair) for place, pair in enumerate(zip_longest(works, now["works"]))]
    for place, was, is_now in pairs:
        if was != is_now:
            return f"{place}: was changed after the statement was made; its digest is {is_now}, not {_json(was)}."
    return None


def _difference_of_lines(stated: Any, wanted: list[dict[str, Any]]) -> str | None:
    if not isinstance(stated, list):
        return "lines: must be a list."
    for place, (line, right) in enumerate(zip_longest(stated, wanted)):
        if right is None:
            return f"lines[{place}]: there is no such line; the inputs give {len(wanted)}."
        if not isinstance(line, dict):
            return f"lines[{place}]: must be {_said(right)}."
        for name in dict.fromkeys((*right, *line)):
            if not (name in line and name in right and _same(line[name], right[name])):
                return f"lines[{place}].{name}: is {_json(line.get(name))}, but the inputs give {_said(right)}."
    return None


def _difference_of_amounts(stated: Any, wanted: Mapping[str, int]) -> str | None:
    if not isinstance(stated, dict):
        return "allocations: must be an object."
    for artist in sorted(stated.keys() | wanted.keys()):
        found = _difference(f"allocations.{artist}", stated.get(artist), wanted.get(artist))
        if found is not None:
            return found
    return None


def _difference(place: str, stated: Any, right: Any) -> str | None:
    return None if _same(stated, right) else f"{place}: is {_json(stated)}, but the inputs give {_json(right)}."


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where true is not 1."""
    return type(one) is type(other) and bool(one == other)


def _said(line: Mapping[str, Any]) -> str:
    origin = f" from {line['from']}" if line["from"] else ""
    work = f" for {line['work']}" if line["work"] else ""
    return f"{line['amount']} to {line['artist']} ({line['kind']}{work}{origin})"


def _json(value: Any) -> str:
    text = "missing" if value is None else f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
