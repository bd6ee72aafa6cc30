"""Licences of works, and whether a remix may be made and shown under its own."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.errors import UserError


class Licence(StrEnum):
    """What a work may be licensed under; COMMUNITY: all rights reserved, remixes within this community allowed."""

    CC0 = "CC0-1.0"
    CC_BY = "CC-BY-4.0"
    CC_BY_SA = "CC-BY-SA-4.0"
    CC_BY_NC = "CC-BY-NC-4.0"
    CC_BY_NC_SA = "CC-BY-NC-SA-4.0"
    CC_BY_ND = "CC-BY-ND-4.0"
    CC_BY_NC_ND = "CC-BY-NC-ND-4.0"
    COMMUNITY = "community"


TITLES: Final[Mapping[Licence, str]] = MappingProxyType(
    {
        Licence.CC0: "CC0 (no rights reserved)",
        Licence.CC_BY: "CC BY 4.0",
        Licence.CC_BY_SA: "CC BY-SA 4.0",
        Licence.CC_BY_NC: "CC BY-NC 4.0",
        Licence.CC_BY_NC_SA: "CC BY-NC-SA 4.0",
        Licence.CC_BY_ND: "CC BY-ND 4.0",
        Licence.CC_BY_NC_ND: "CC BY-NC-ND 4.0",
        Licence.COMMUNITY: "this community's licence (all rights reserved, remixes welcome here)",
    }
)
"""Each licence's name for people."""

NO_DERIVATIVES: Final = frozenset({Licence.CC_BY_ND, Licence.CC_BY_NC_ND})
SHARE_ALIKE: Final = frozenset({Licence.CC_BY_SA, Licence.CC_BY_NC_SA})
NON_COMMERCIAL: Final = frozenset({Licence.CC_BY_NC, Licence.CC_BY_NC_SA, Licence.CC_BY_NC_ND})

# What keeps "not for money" alive in a remix: the NC licences, and the community's own, which gives no such
# right away.
_KEEPS_NON_COMMERCIAL: Final = NON_COMMERCIAL | {Licence.COMMUNITY}


def parse_licence(text: str) -> Licence:
    """Read a licence's code in either case, with or without its version; UserError with the codes there are."""
    wanted = text.strip().lower()
    for licence in Licence:
        if wanted and wanted in (licence.lower(), licence.lower().rpartition("-")[0]):
            return licence
    raise UserError(f"“{text.strip()[:40]}” is not a licence we know. Use one of: {', '.join(Licence)}.")


def conflict(source: Licence, remix: Licence, commercial: bool) -> str | None:
    """Say why a work under `source` cannot be the source of a remix under `remix`, or None when it can.

    `commercial` is whether the show makes money. The sentence explains the conflict and what would solve it.
    """
    if source in NO_DERIVATIVES:
        return (
            f"The source is under {TITLES[source]}, which does not allow remixes. "
            "Ask its artist to change the licence, or choose another source."
        )
    if commercial and source in NON_COMMERCIAL:
        return (
            f"The source is under {TITLES[source]}: not for commercial use, and this show makes money. "
            "Ask its artist for permission or another licence, or choose another source."
        )
    return _licence_conflict(source, remix)


def flag(licence: Licence, *, commercial: bool) -> str | None:
    """Say what stands in the way of using a work under `licence` in a show, or None.

    Nothing is refused for it: its artist gave it to the show and can allow the use, or change the licence.
    """
    if commercial and licence in NON_COMMERCIAL:
        return (
            f"It is under {TITLES[licence]}: not for commercial use, and this show makes money. "
            "Its artist can choose another licence with Edit, or allow the use in writing."
        )
    return None


def _licence_conflict(source: Licence, remix: Licence) -> str | None:
    """Say why the remix's own licence does not fit the source's, or None."""
    if source in SHARE_ALIKE and remix != source:
        return (
            f"The source is under {TITLES[source]}, so a remix must keep that licence. "
            f"Put your remix under {TITLES[source]}, or choose another source."
        )
    if source is Licence.COMMUNITY and remix is not Licence.COMMUNITY:
        return (
            "The source may be remixed within this community only, so a remix cannot be given to everybody. "
            "Put your remix under the community licence too, or choose another source."
        )
    if source is Licence.CC_BY_NC and remix not in _KEEPS_NON_COMMERCIAL:
        return (
            f"The source is under {TITLES[source]}, so a remix may not be licensed for commercial use. "
            f"Put your remix under {TITLES[Licence.CC_BY_NC]}, or choose another source."
        )
    if source is not Licence.CC0 and remix is Licence.CC0:
        return (
            f"The source is under {TITLES[source]}: its artist stays named, and CC0 would give that up. "
            f"Put your remix under {TITLES[source]}, or choose another source."
        )
    return None
