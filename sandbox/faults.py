"""Faults on demand: what goes wrong with which request, how often."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = ("status", "rate_limit", "delay", "lose_answer", "refuse")


class FaultError(ValueError):
    """A fault was described wrongly; the message says how."""


@dataclass
class Fault:
    """One planned fault. `path` is a regular expression searched in the path ("/channels/...", "/cdn/...")."""

    id: int
    kind: str
    method: str = "*"
    path: str = ""
    times: int | None = 1
    status: int = 500
    code: int = 0
    message: str = "The sandbox was told to fail."
    retry_after: float = 0.5
    everywhere: bool = False
    seconds: float = 1.0
    hits: int = 0
    pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FaultError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        try:
            self.pattern = re.compile(self.path)
        except re.error as wrong:
            raise FaultError(f"path is not a regular expression: {wrong}") from wrong

    def matches(self, method: str, path: str) -> bool:
        """Say whether this fault is for this request and has something left to do."""
        spent = self.times is not None and self.hits >= self.times
        return not spent and self.method in ("*", method) and self.pattern.search(path) is not None

    def described(self) -> dict[str, Any]:
        """Return the fault as JSON."""
        return {key: value for key, value in asdict(self).items() if key != "pattern"}


class Faults:
    """The faults planned now, in the order they were planned."""

    def __init__(self) -> None:
        self._next = 1
        self._planned: list[Fault] = []

    def plan(self, spec: Mapping[str, Any]) -> Fault:
        """Add a fault; FaultError when the description is wrong."""
        known = set(Fault.__dataclass_fields__) - {"id", "hits", "pattern"}
        unknown = sorted(set(spec) - known)
        if unknown:
            raise FaultError(f"unknown field {unknown[0]!r}; known are {', '.join(sorted(known))}")
        if "kind" not in spec:
            raise FaultError(f"kind is missing: one of {', '.join(KINDS)}")
        fault = Fault(id=self._next, **spec)
        self._next += 1
        self._planned.append(fault)
        return fault

    def hit(self, method: str, path: str) -> Fault | None:
        """Return the first fault that this request runs into, counted, or None."""
        for fault in self._planned:
            if fault.matches(method, path):
                fault.hits += 1
                return fault
        return None

    def listing(self) -> list[dict[str, Any]]:
        """All faults, spent ones too, with their hits."""
        return [fault.described() for fault in self._planned]

    def clear(self, fault_id: int | None = None) -> None:
        """Forget one fault, or all."""
        self._planned = [f for f in self._planned if fault_id is not None and f.id != fault_id]
