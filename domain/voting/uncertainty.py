"""How sure a result is: an interval for showing, and a correction for works that few people rated."""

from fractions import Fraction
from math import isqrt
from typing import Final

THOUSAND: Final = 1000
_Z: Final = Fraction(196, 100)
"""Two-sided 95% of the normal distribution."""


def few_votes_square(mean: Fraction, votes: int, median: Fraction) -> Fraction:
    """Return the square of the corrected mean, mean² * min(1, votes / median): exact, for comparing.

    `median` is the median number of votes over the works. With a median of 0 nothing is corrected.
    """
    share = min(Fraction(1), Fraction(votes) / median) if median > 0 else Fraction(1)
    return mean * mean * share


def few_votes_correction(mean: Fraction, votes: int, median: Fraction) -> Fraction:
    """Return mean * sqrt(min(1, votes / median)), rounded to the nearest thousandth, for showing.

    Compare works by few_votes_square, which is exact.
    """
    return _root(few_votes_square(mean, votes, median))


def interval(mean: Fraction, votes: Fraction | int, top: int) -> tuple[Fraction, Fraction]:
    """Return Wilson's 95% interval around a mean of marks from 0 to `top`, in thousandths rounded outwards.

    Marks between 0 and `top` vary at most as much as marks of only 0 and `top` with the same mean do, so
    the interval is on the careful side. Without votes it is the whole range. Where votes weigh differently, `votes`
    is how many of equal weight would say as much.
    """
    if votes <= 0 or top <= 0:
        return Fraction(0), Fraction(max(top, 0))
    votes = Fraction(votes)
    part, square = mean / top, _Z * _Z
    middle = part + square / (2 * votes)
    spread = _Z * _Z * (part * (1 - part) / votes + square / (4 * votes * votes))
    whole = 1 + square / votes
    # middle ± sqrt(spread), over whole, times top; the root is taken of an integer, so no float comes near.
    scale = 10**9
    root = Fraction(isqrt(int(spread * scale * scale)) + 1, scale)
    low, high = (middle - root) / whole * top, (middle + root) / whole * top
    return max(Fraction(0), _thousandths(low)), min(Fraction(top), -_thousandths(-high))


def _thousandths(value: Fraction) -> Fraction:
    """Round down to thousandths."""
    return Fraction(value.numerator * THOUSAND // value.denominator, THOUSAND)


def _root(square: Fraction) -> Fraction:
    """Return the square root to the nearest thousandth."""
    doubled = isqrt(square.numerator * (2 * THOUSAND) ** 2 // square.denominator)
    return Fraction((doubled + 1) // 2, THOUSAND)
