"""What a measure comes to: lines of ours, the other, their ratio, and the goal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on ours divided by the other (`of` "ratio"), or on ours by itself (`of` "ours")."""

    word: str
    bound: float
    of: str = "ratio"

    def met(self, value: float) -> bool:
        """Whether `value` keeps to it."""
        return value <= self.bound if self.word == "at most" else value >= self.bound

    def text(self, unit: str) -> str:
        """It in words."""
        if self.of == "ratio":
            return f"{self.word} {self.bound:g}x"
        return f"{self.word} {self.bound:,g}{'' if unit.startswith('/') else ' '}{unit}"


def at_most(bound: float, of: str = "ratio") -> Goal:
    """Less is better."""
    return Goal("at most", bound, of)


def at_least(bound: float, of: str = "ratio") -> Goal:
    """More is better."""
    return Goal("at least", bound, of)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `beside` names the floor or peer that `other` was measured with, in the same unit."""

    what: str
    unit: str
    ours: float
    beside: str = ""
    other: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Ours divided by the other."""
        return self.ours / self.other if self.other else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        value = self.ours if self.goal is not None and self.goal.of == "ours" else self.ratio
        return None if self.goal is None or value is None else self.goal.met(value)

    def as_json(self, measure: str, *, judged: bool = True) -> dict[str, Any]:
        """The line with what follows from it; without a verdict where the sizes were too small for one."""
        goal = self.goal.text(self.unit) if self.goal is not None else None
        return {
            "measure": measure, "what": self.what, "unit": self.unit, "ours": self.ours, "beside": self.beside,
            "other": self.other, "ratio": self.ratio, "goal": goal,
            "met": self.met if judged else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: `quick` only shows that it works, `full` adds what takes minutes. `folder` is scratch."""

    folder: Path
    quick: bool = False
    full: bool = False

    def some(self, usual: int, quick: int) -> int:
        """A number of rounds or of things."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Measure:
    """A subject: a name to ask for it by, what it is about, and how it is measured."""

    name: str
    about: str
    run: Callable[[Plan], Awaitable[list[Line]]]
