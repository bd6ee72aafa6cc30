"""The record of all REST traffic: in memory for the last requests, and as JSON lines in a file when asked for."""

from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of the bot and what it was answered. `status` 0: the connection was dropped without an answer."""

    t: float
    method: str
    path: str
    query: dict[str, str]
    request: Any
    files: list[str]
    status: int
    response: Any
    fault: str | None = None


class Recorder:
    """Numbers exchanges from 1, keeps the last ones, counts all, and writes each to the file at once."""

    def __init__(self, file: Path | None = None, keep: int = 5_000) -> None:
        self.last = 0
        self.by_status: Counter[int] = Counter()
        self._kept: deque[tuple[int, Exchange]] = deque(maxlen=keep)
        self._file: IO[bytes] | None = file.open("ab") if file is not None else None

    def add(self, exchange: Exchange) -> None:
        """Keep, count and write one exchange."""
        self.last += 1
        self.by_status[exchange.status] += 1
        self._kept.append((self.last, exchange))
        if self._file is not None:
            self._file.write(orjson.dumps(exchange, default=str, option=orjson.OPT_APPEND_NEWLINE))
            self._file.flush()

    def after(self, index: int) -> list[tuple[int, Exchange]]:
        """Kept exchanges whose number is greater."""
        if index >= self.last:
            return []
        return [pair for pair in self._kept if pair[0] > index]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None
