"""Splitting whole units: nothing is lost, nobody is a unit off, names decide between equals."""

from fractions import Fraction
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from domain.allocation.splitting import Lots, split

weights = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


@given(st.integers(0, 10**20), weights)
def test_parts_are_the_exact_shares_rounded_by_largest_remainder(total, given_weights):
    parts = split(total, given_weights, str)
    exact = [Fraction(total * weight, sum(given_weights)) for weight in given_weights]
    assert sum(parts) == total
    up = [index for index, part in enumerate(parts) if part > exact[index]]
    for index, part in enumerate(parts):
        assert part in (exact[index].__floor__(), exact[index].__floor__() + 1)
        for other in up:
            # Nobody with a larger remainder, or an equal one and an earlier name, was passed over.
            if index not in up:
                assert (-(exact[other] % 1), other) < (-(exact[index] % 1), index)


def test_lots_are_what_the_documentation_says():
    assert Lots("s")("a1") == sha256(b'"s"a1').digest()
