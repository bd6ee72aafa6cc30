"""What the demo shows while it runs: one line for each thing that happened, with the time it took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console

_EVERY = 10


@dataclass(slots=True)
class Progress:
    """Writes to stderr, so that stdout stays free for the summary. `clock` counts seconds."""

    console: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))
    clock: Callable[[], float] = time.monotonic
    started: float = field(init=False)
    times: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start counting."""
        self.started = self.clock()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def say(self, words: str) -> None:
        """Something that happened."""
        self.console.print(f"[dim]{self.seconds:6.1f} s[/]   {words}")

    def done(self, what: str, words: str) -> None:
        """A part of the episode that is over."""
        self.times[what] = round(self.seconds, 1)
        self.console.print(f"[dim]{self.seconds:6.1f} s[/] [green]✓[/] [bold]{words}[/]")

    def count(self, what: str, done: int, total: int) -> None:
        """How far a long part has come; now and then only."""
        if done == total or (total >= _EVERY * 2 and done % max(1, total // _EVERY) == 0):
            self.say(f"{done} of {total} {what}")
