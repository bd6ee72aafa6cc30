"""The correction for few votes and the interval, against decimals and the textbook."""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.voting import (
    Election,
    correct_few_votes,
    few_votes_correction,
    few_votes_square,
    interval,
    median_votes,
    tally,
)

means = st.fractions(0, 5, max_denominator=60)
counts = st.integers(1, 500)


@given(means, counts, st.fractions(1, 300, max_denominator=2))
def test_the_correction_is_itchs_formula(mean, votes, median):
    with localcontext() as context:
        context.prec = 60
        share = min(Fraction(1), votes / median)
        exact = (Decimal(share.numerator) / share.denominator).sqrt() * mean.numerator / mean.denominator
        shown = few_votes_correction(mean, votes, median)
        assert abs(Decimal(shown.numerator) / shown.denominator - exact) <= Decimal("0.0005")
        square = few_votes_square(mean, votes, median)
        assert abs(Decimal(square.numerator) / square.denominator - exact * exact) < Decimal("1e-40")


def test_nothing_is_corrected_at_the_median_or_above_it():
    assert few_votes_correction(Fraction(7, 2), 10, Fraction(10)) == Fraction(7, 2)
    assert few_votes_correction(Fraction(7, 2), 11, Fraction(10)) == Fraction(7, 2)
    assert few_votes_correction(Fraction(4), 1, Fraction(4)) == 2
    assert few_votes_square(Fraction(4), 3, Fraction(0)) == 16


def test_one_fan_does_not_carry_a_work_to_the_top():
    cast = ({"a": 5}, *({"b": 4, "c": 3} for _ in range(9)))
    plain = tally(Election("score", ("a", "b", "c"), cast))
    assert plain.winners == ("a",)
    assert median_votes(plain) == 9
    corrected = correct_few_votes(plain, 1)
    assert corrected.order == (("b",), ("c",), ("a",))
    assert corrected.winners == ("b",)
    assert corrected.scores == plain.scores


@given(st.lists(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 5)), max_size=9))
def test_the_corrected_order_follows_the_corrected_means(cast):
    plain = tally(Election("score", tuple("abcd"), tuple(cast)))
    corrected = correct_few_votes(plain, 2)
    middle = median_votes(plain)
    shown = [
        few_votes_correction(plain.scores[group[0]], plain.numbers[group[0]].votes, middle) for group in corrected.order
    ]
    assert all(first >= second for first, second in pairwise(shown))
    assert sorted(work for group in corrected.order for work in group) == list("abcd")


@given(means, counts)
def test_the_interval_is_wilsons(mean, votes):
    low, high = interval(mean, votes, 5)
    # Wilson's ends are where the normal test statistic is z: (p - x)^2 = z^2 x (1 - x) / n.
    z, p = Decimal("1.96"), Decimal(mean.numerator) / mean.denominator / 5
    a, b = 1 + z * z / votes, -(2 * p + z * z / votes)
    root = (b * b - 4 * a * p * p).sqrt() if b * b > 4 * a * p * p else Decimal(0)
    for end, exact in ((low, (-b - root) / (2 * a) * 5), (high, (-b + root) / (2 * a) * 5)):
        assert abs(Decimal(end.numerator) / end.denominator - exact) < Decimal("0.0011")
    assert 0 <= low <= mean <= high <= 5
    assert 1000 % low.denominator == 0
    assert 1000 % high.denominator == 0


@given(means, st.integers(1, 200))
def test_more_votes_make_it_narrower(mean, votes):
    few, many = interval(mean, votes, 5), interval(mean, votes * 4, 5)
    assert many[1] - many[0] <= few[1] - few[0]


def test_without_votes_the_interval_is_everything():
    assert interval(Fraction(0), 0, 5) == (0, 5)
    assert interval(Fraction(0), 0, 0) == (0, 0)


def test_a_work_that_nobody_rated_stays_last_when_corrected():
    plain = tally(Election("score", ("a", "b"), ({"b": 0}, {"b": 0})))
    assert correct_few_votes(plain, 2).order == plain.order == (("b",), ("a",))
