"""Lists that fit: as many lines as there is room for, and a word about the rest."""

from collections.abc import Callable, Sequence


def fitting(lines: Sequence[str], room: int, more: Callable[[int], str]) -> list[str]:
    """The lines that fit into `room` characters; where some do not, the last line is `more(how many are left out)`."""
    if sum(len(line) + 1 for line in lines) <= room:
        return list(lines)
    left = room - len(more(len(lines))) - 1
    kept: list[str] = []
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    return [*kept, more(len(lines) - len(kept))]
