"""Pseudonyms: the same for the same artist in a round, and saying nothing without the round's secret."""

import re

import pytest

from domain.errors import UserError
from domain.pseudonyms import artist_pseudonym, require_distinct, spoken, work_pseudonym


def test_they_are_stable_different_and_readable() -> None:
    names = [artist_pseudonym("secret", number) for number in range(2_000)]
    assert names == [artist_pseudonym("secret", number) for number in range(2_000)]
    require_distinct(names)
    assert all(re.fullmatch(r"[a-z]+-[a-z]+-[2-9a-z]{7}", name) for name in names)
    assert not {artist_pseudonym("other", number) for number in range(2_000)} & set(names)
    assert re.fullmatch(r"work-[2-9a-z]{7}", work_pseudonym("secret", 7))
    assert spoken("amber-heron-k7q2m9x") == "Amber Heron K7Q2M9X"


def test_without_a_secret_there_are_none() -> None:
    with pytest.raises(ValueError, match="secret"):
        artist_pseudonym("", 1)


def test_two_alike_are_refused() -> None:
    with pytest.raises(UserError, match="almost never"):
        require_distinct(["a", "b", "a"])
