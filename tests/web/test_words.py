"""Words and numbers as pages write them."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from domain.episode import Outcome, Phase, RoundPhase
from domain.licences import Licence
from services.kinds import AllocationState, ConcernKind, ConcernState, CutAction, VoteMethod, Weights
from web import words


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "Mon 1 Jun 2026, 20:00 CEST"),
        ("UTC", "Mon 1 Jun 2026, 18:00 UTC"),
        ("America/Sao_Paulo", "Mon 1 Jun 2026, 15:00 UTC-03"),
        ("Asia/Kolkata", "Mon 1 Jun 2026, 23:30 IST"),
    ],
)
def test_a_moment_in_a_zone(zone: str, shown: str) -> None:
    moment = words.moment(datetime(2026, 6, 1, 18, 0, tzinfo=UTC), zone)
    assert moment == f'<time datetime="2026-06-01T18:00:00+00:00">{shown}</time>'


def test_numbers() -> None:
    assert [words.number(Fraction(n)) for n in ("4", "7/2", "10/3", "100")] == ["4", "3.5", "3.33", "100"]
    assert [words.score(Fraction(n)) for n in ("4", "7/2", "0")] == ["4.00", "3.50", "0.00"]
    assert [words.percent(n) for n in (2000, 10_000, 1250, 1)] == ["20%", "100%", "12.5%", "0.01%"]
    assert [words.span(n) for n in (1_209_600, 3600, 90, 86_400)] == ["14 days", "1 hour", "90 seconds", "1 day"]
    assert [words.size(n) for n in (1, 999, 109_000, 2_500_000)] == ["1 byte", "999 bytes", "109.0 kB", "2.5 MB"]


def test_text_is_cut_on_one_line() -> None:
    assert words.cut("a\n  b", 10) == "a b"
    assert words.cut("abcdefghij", 5) == "abcd…"


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        (Licence.CC0, "https://creativecommons.org/publicdomain/zero/1.0/"),
        (Licence.CC_BY_NC_SA, "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        (Licence.COMMUNITY, None),
    ],
)
def test_a_licence_can_be_read(licence: Licence, address: str | None) -> None:
    assert words.deed(licence) == address


def test_every_kind_has_its_words() -> None:
    kinds = {
        Phase: words.PHASES,
        Outcome: words.OUTCOMES,
        RoundPhase: words.ROUNDS,
        AllocationState: words.ALLOCATIONS,
        ConcernKind: words.CONCERNS,
        ConcernState: words.ANSWERS,
        CutAction: words.CHANGES,
        Weights: words.WEIGHTS,
        VoteMethod: words.METHODS,
    }
    assert {kind: set(named) for kind, named in kinds.items()} == {kind: set(kind) for kind in kinds}
