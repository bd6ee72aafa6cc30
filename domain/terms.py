"""The terms under which artists give their works: their version, in short and in full. docs/terms.md is the same text.

A change of the words makes a new version; the old texts stay, because grants name the version they were made under.
"""

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms: what a tired person should know, and the whole text as paragraphs."""

    version: str
    summary: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the paragraphs, with an empty line between them."""
        return sha256("\n\n".join(self.paragraphs).encode()).hexdigest()


_ONE = Terms(
    version="1",
    summary=(
        "The work stays yours. You let this community show, keep, remix and use it under the licence you chose.",
        "You say that it is yours to give, or that you named what it was made from.",
        "You are credited wherever it is used, and paid by the deal that the episode was opened under.",
        "Until submissions close you can withdraw it. What was published or remixed under the licence stays so.",
    ),
    paragraphs=(
        (
            "You submit a work by posting it where the show collects, by a form, or by asking for one of your "
            "messages to be taken. Each time, these terms are recorded with your work: their version, the "
            "licence, the time, and the SHA-256 of every file once it is kept."
        ),
        (
            "The work stays yours. You let the show and its community keep copies of it, show it in its channels "
            "and its gallery, make previews of it, and use and remix it, in episodes and in other works, under "
            "the licence that stands on the work."
        ),
        (
            "You say that you made the work or may give it, and that you name what it was made from. Where others"
            " had a part in it, you credit them; their share counts once they confirm it."
        ),
        (
            "Wherever the work is used you are credited. If it is in the cut of an episode, or something in the "
            "cut was made from it, you are paid by the deal that was posted when the episode opened."
        ),
        (
            "Until submissions close you can change the work, choose another licence, replace its files, or "
            "withdraw it. A licence of the Creative Commons cannot be taken back from those who received the work"
            " under it: what was published or remixed meanwhile stays as it is."
        ),
        (
            "“All rights reserved, permission to this community” lets the members of this community use and remix"
            " the work for this show. Nobody else may use it without asking you."
        ),
    ),
)

_VERSIONS = {terms.version: terms for terms in (_ONE,)}

CURRENT = _ONE
"""What counts for works that are given now."""


def terms_of(version: str) -> Terms | None:
    """The terms of a version, or None for one that there never was."""
    return _VERSIONS.get(version)
