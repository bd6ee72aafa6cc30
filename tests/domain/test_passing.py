"""Passing money on: exact, nothing lost, nobody but sources gets any."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.passing import KEPT, Earned, Origin, pass_on

NAMES = st.sampled_from(["1", "2", "3", "4"])


@st.composite
def credits(draw: st.DrawFn) -> tuple[tuple[str, int], ...]:
    names = draw(st.lists(NAMES, unique=True, max_size=3))
    return tuple((name, draw(st.integers(1, 10_000))) for name in names)


@st.composite
def earned(draw: st.DrawFn) -> Earned:
    count = draw(st.integers(0, 3))
    declared = draw(st.booleans())
    shares = [10_000 - 1000 * (count - 1), *([1000] * (count - 1))] if declared and count else [None] * count
    return Earned(draw(st.integers(1, 10**9)), tuple(Origin(bp, draw(credits())) for bp in shares))


def exactly(found: list[Earned], giver: str) -> dict[str, Fraction]:
    """The parts by the words of the rule, one source at a time."""
    parts: dict[str, Fraction] = {}
    for each in found:
        count = len(each.origins)
        left = Fraction(each.amount)
        for origin in each.origins:
            share = Fraction(origin.bp, 10_000) if origin.bp is not None else Fraction(1, count)
            total = sum(bp for _, bp in origin.credits)
            for name, bp in origin.credits:
                if name != giver:
                    part = each.amount * share * Fraction(bp, total)
                    parts[name] = parts.get(name, Fraction(0)) + part
                    left -= part
        parts[KEPT] = parts.get(KEPT, Fraction(0)) + left
    return {name: part for name, part in parts.items() if part}


@given(st.lists(earned(), min_size=1, max_size=4), st.integers(0, 10**15), NAMES)
def test_it_sums_and_everyone_is_within_a_unit_of_the_exact_part(found: list[Earned], total: int, giver: str) -> None:
    parts = pass_on(total, found, giver)
    assert sum(parts.values()) == total
    assert giver not in parts
    wanted = exactly(found, giver)
    whole = sum(wanted.values())
    assert parts.keys() <= wanted.keys()
    for name, part in wanted.items():
        assert abs(parts.get(name, 0) - total * part / whole) < 1
    assert pass_on(total, list(reversed(found)), giver) == parts


def test_by_hand() -> None:
    remix = Earned(8000, (Origin(None, (("2", 10_000),)), Origin(None, (("3", 6000), ("1", 4000)))))
    assert pass_on(8000, [remix], "1") == {"2": 4000, "3": 2400, KEPT: 1600}
    assert pass_on(8000, [Earned(8000, ())], "1") == {KEPT: 8000}
    assert pass_on(0, [remix], "1") == {}
    assert pass_on(100, [], "1") == {KEPT: 100}
