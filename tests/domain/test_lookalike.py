"""The dHash of pictures, and that its bands find whatever is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lookalike import BANDS, COLUMNS, NEAR, ROWS, bands, dhash, distance, probes, signed, unsigned

BITS = st.integers(1, (1 << 64) - 2)
RAMP = [[28 * (COLUMNS - column) for column in range(COLUMNS)] for _ in range(ROWS)]


def test_a_bit_says_that_it_gets_darker_to_the_right() -> None:
    picture = [[0, 200, 100, 100, 50, 60, 70, 80, 10], *[[100] * COLUMNS for _ in range(ROWS - 1)]]
    assert dhash(picture) == 0b01010001 << 56


@pytest.mark.parametrize("shade", [0, 7, 255])
def test_a_plain_picture_has_none(shade: int) -> None:
    assert dhash([[shade] * COLUMNS for _ in range(ROWS)]) is None
    almost = [[shade] * COLUMNS for _ in range(ROWS)]
    almost[3][4] = abs(shade - 11)
    assert dhash(almost) is None, "noise is not a picture"


def test_what_only_fades_one_way_has_none() -> None:
    """Every picture that gets darker to the right would be like every other."""
    assert dhash(RAMP) is None
    assert dhash([row[::-1] for row in RAMP]) is None


@pytest.mark.parametrize("picture", [[], [[0] * COLUMNS] * 7, [[0] * 8] * ROWS])
def test_another_size_is_refused(picture: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="8 rows of 9"):
        dhash(picture)


@given(st.lists(st.lists(st.integers(0, 200), min_size=COLUMNS, max_size=COLUMNS), min_size=ROWS, max_size=ROWS))
def test_lighter_or_twice_as_strong_it_is_the_same_picture(picture: list[list[int]]) -> None:
    found = dhash(picture)
    if found is not None:
        assert dhash([[shade + 55 for shade in row] for row in picture]) == found
        assert dhash([[shade * 2 for shade in row] for row in picture]) == found


@given(BITS)
def test_a_hash_survives_the_database(bits: int) -> None:
    assert -(1 << 63) <= signed(bits) < 1 << 63
    assert unsigned(signed(bits)) == bits
    joined = 0
    for band in bands(bits):
        joined = joined << 16 | band
    assert joined == bits


@given(BITS, st.sets(st.integers(0, 63), max_size=12))
def test_bands_find_what_is_near(bits: int, flips: set[int]) -> None:
    other = bits
    for bit in flips:
        other ^= 1 << bit
    assert distance(bits, other) == distance(other, bits) == len(flips)
    plain = any(band in (0, 0xFFFF) for band in (*bands(bits), *bands(other)))
    found = any(band in wanted for band, wanted in zip(bands(other), probes(bits), strict=True))
    if len(flips) <= NEAR and not plain:
        assert found
    assert len(probes(bits)) == BANDS


def test_a_band_that_is_in_everything_is_not_looked_for() -> None:
    sky = 0x0000_1234_FFFF_0001
    wanted = probes(sky)
    assert wanted[0] == wanted[2] == frozenset()
    assert 0x1234 in wanted[1]
    assert 0 not in wanted[3]
