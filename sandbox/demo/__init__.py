"""A whole episode played on loopback: a guild with producers and artists who make pictures and sounds."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """`showrunner demo`: 0 when the episode went well, 1 when something was off, 2 for wrong usage."""
    from sandbox.demo.command import run  # noqa: PLC0415 - the sandbox is only for those who ask for it

    return run(argv)
