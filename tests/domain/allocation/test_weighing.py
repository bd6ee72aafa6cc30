"""Weights from equal parts, points and votes: exact proportions, in whole numbers, whatever the works are called."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allocation import AllocationWork, CreditShare, Inputs, Parts, Weighing, amounts, votes_of, weights_of
from domain.errors import UserError

PARTS = st.builds(Parts, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)).filter(lambda p: p != Parts())
WORKS = st.dictionaries(
    st.sampled_from([f"w{n}" for n in range(9)]), st.tuples(st.integers(0, 20), st.integers(0, 5 * 10**6)), min_size=1
)


def exact(parts: Parts, works: dict[str, tuple[int, int]]) -> dict[str, Fraction]:
    """The weights as fractions of the whole, by the words of docs/rules.md."""
    found = dict.fromkeys(works, Fraction(0))
    whole = parts.equal + parts.points + parts.votes
    for part, column in (
        (parts.equal, dict.fromkeys(works, 1)),
        (parts.points, {name: points for name, (points, _) in works.items()}),
        (parts.votes, {name: votes for name, (_, votes) in works.items()}),
    ):
        shares = column if any(column.values()) else dict.fromkeys(works, 1)
        for name in works:
            found[name] += Fraction(part, whole) * Fraction(shares[name], sum(shares.values()))
    return found


@given(PARTS, WORKS)
def test_weights_have_exactly_the_stated_proportions(parts: Parts, works: dict[str, tuple[int, int]]) -> None:
    weights = weights_of(Weighing(parts, works))
    total = sum(weights.values())
    assert {name: Fraction(weight, total) for name, weight in weights.items()} == exact(parts, works)


@given(PARTS, WORKS)
def test_names_and_their_order_never_matter(parts: Parts, works: dict[str, tuple[int, int]]) -> None:
    renamed = {f"other {name}": value for name, value in reversed(works.items())}
    weights = weights_of(Weighing(parts, works))
    assert weights_of(Weighing(parts, renamed)) == {f"other {name}": weight for name, weight in weights.items()}


def test_a_blend_by_hand() -> None:
    # Half equally (1/4 each), half by votes (3/4 and 1/4 of it): 5/8 and 3/8.
    works = {"a": (9, 3_000_000), "b": (1, 1_000_000)}
    assert weights_of(Weighing(Parts(equal=50, votes=50), works)) == {"a": 5, "b": 3}


def test_scores_count_in_millionths() -> None:
    assert votes_of(Fraction(11, 3)) == 3_666_667
    assert votes_of(Fraction(1, 2_000_000)) == 1


@pytest.mark.parametrize(
    ("weighing", "says"),
    [
        (Weighing(Parts(), {"w0": (1, 1)}), "not all of them zero"),
        (Weighing(Parts(equal=-1, points=2), {"w0": (1, 1)}), "weighing.parts"),
        (Weighing(Parts(points=1), {"w0": (-1, 1)}), "points and votes of “w0”"),
        (Weighing(Parts(points=1), {"w0": (3, 0), "w1": (1, 0), "w9": (1, 0)}), "“w9” is not in the cut"),
        (Weighing(Parts(points=1), {"w0": (3, 0), "w1": (2, 0)}), "works[1].weight: is 1, but “weighing” gives “w1” 2"),
        (Weighing(Parts(points=1), {"w0": (1, 0)}), "works[0].weight: is 3, but “weighing” gives “w0” 1"),
    ],
)
def test_weights_that_are_not_what_the_weighing_gives_are_refused(weighing: Weighing, says: str) -> None:
    works = tuple(
        AllocationWork(f"w{n}", weight, True, (CreditShare(f"a{n}", 10_000),)) for n, weight in enumerate((3, 1))
    )
    with pytest.raises(UserError) as refused:
        amounts(Inputs("USD", 100, works, weighing=weighing))
    assert says in str(refused.value)
