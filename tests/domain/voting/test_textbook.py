"""Published elections whose outcome is known, down to the numbers on the way."""

from fractions import Fraction

from domain.voting import Criterion, Election, report, tally
from domain.voting.columns import of_ranks
from domain.voting.pairs import Pairs
from domain.voting.schulze import strongest_paths


def ranked(*groups):
    """Ballots from (how many, "ABC"): A first, then B, then C."""
    return tuple(
        {work: place for place, work in enumerate(order, start=1)} for times, order in groups for _ in range(times)
    )


def rated(*groups):
    """Ballots from (how many, marks)."""
    return tuple(marks for times, marks in groups for _ in range(times))


# The capital of Tennessee: Memphis, Nashville, Chattanooga, Knoxville, each voter for what is near.
TENNESSEE = ranked((42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))
CITIES = tuple("MNCK")


def test_tennessee_by_schulze_is_the_condorcet_winner():
    result = tally(Election("schulze", CITIES, TENNESSEE))
    assert result.order == (("N",), ("C",), ("K",), ("M",))


def test_tennessee_by_instant_runoff_is_knoxville():
    result = tally(Election("stv", CITIES, TENNESSEE, seats=1))
    assert result.quota == 51
    assert [(stage.kind, stage.works) for stage in result.stages] == [
        ("out", ("C",)),
        ("out", ("N",)),
        ("seated", ("K",)),
    ]
    assert result.stages[1].votes == {"M": 42, "N": 26, "K": 32}
    assert result.stages[2].votes == {"M": 42, "K": 58}
    assert result.winners == ("K",)


def test_tennessee_by_approval_of_the_two_nearest():
    both = tuple({work: 1 for work, rank in ballot.items() if rank <= 2} for ballot in TENNESSEE)
    result = tally(Election("approval", CITIES, both))
    assert result.scores == {"M": 42, "N": 68, "C": 58, "K": 32}
    assert result.winners == ("N",)


def test_tennessee_by_star():
    stars = rated(
        (42, {"M": 5, "N": 2, "C": 1, "K": 0}),
        (26, {"M": 0, "N": 5, "C": 2, "K": 1}),
        (15, {"M": 0, "N": 3, "C": 5, "K": 4}),
        (17, {"M": 0, "N": 2, "C": 4, "K": 5}),
    )
    result = tally(Election("star", CITIES, stars))
    assert (result.scores["M"], result.scores["N"], result.scores["C"]) == (210, 293, 237)
    assert result.winners == ("N",)  # over Chattanooga by 68 to 32


def test_star_differs_from_score_where_the_majority_prefers_another():
    """Three of five prefer B, though A has the higher total."""
    stars = rated((3, {"A": 4, "B": 5}), (2, {"A": 5, "B": 0}))
    assert tally(Election("score", ("A", "B"), stars)).winners == ("A",)
    result = tally(Election("star", ("A", "B"), stars))
    assert (result.scores, result.winners) == ({"A": 22, "B": 15}, ("B",))


SCHULZE_45 = ranked(
    (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")
)  # fmt: skip


def test_schulzes_example_of_45_voters():
    works = tuple("ABCDE")
    result = tally(Election("schulze", works, SCHULZE_45))
    assert result.order == (("E",), ("A",), ("C",), ("B",), ("D",))
    pairs = Pairs([(Fraction(1), of_ranks(works, SCHULZE_45))])
    matrix = [[0 if a == b else pairs.between(a, b)[0] for b in range(5)] for a in range(5)]
    assert matrix == [
        [0, 20, 26, 30, 22],
        [25, 0, 16, 33, 18],
        [19, 29, 0, 17, 24],
        [15, 12, 28, 0, 14],
        [23, 27, 21, 31, 0],
    ]
    assert strongest_paths(matrix) == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]


def test_schulze_leaves_equal_what_no_path_tells_apart():
    """A cycle of three, each win as strong as the others."""
    result = tally(Election("schulze", tuple("abc"), ranked((1, "abc"), (1, "bca"), (1, "cab"))))
    assert result.order == (("a", "b", "c"),)
    assert result.ties == (("a", "b", "c"),)


def test_the_party_food_by_stv():
    """Twenty guests, three dishes: the surplus of chocolate decides."""
    food = ("oranges", "pears", "chocolate", "strawberries", "sweets")
    votes = (
        *({"oranges": 1} for _ in range(4)),
        *({"pears": 1, "oranges": 2} for _ in range(2)),
        *({"chocolate": 1, "strawberries": 2} for _ in range(8)),
        *({"chocolate": 1, "sweets": 2} for _ in range(4)),
        {"strawberries": 1},
        {"sweets": 1},
    )
    result = tally(Election("stv", food, votes, seats=3))
    assert result.quota == 6
    assert [(stage.kind, stage.works) for stage in result.stages] == [
        ("seated", ("chocolate",)), ("out", ("pears",)), ("seated", ("oranges",)), ("out", ("sweets",)),
        ("left", ("strawberries",)),
    ]  # fmt: skip
    assert result.stages[1].votes == {"oranges": 4, "pears": 2, "strawberries": 5, "sweets": 3}
    assert result.winners == ("chocolate", "oranges", "strawberries")


def test_weighted_inclusive_gregory_on_dogs_cats_and_fish():
    """A hundred votes for five owners of pets; three seats. Every vote of D1 moves on with 9/35 of its value."""
    groups = (
        (21, "D1 D2 F C1 C2"), (19, "D2 D1 F C1 C2"), (40, "C1 C2 F D1 D2"), (6, "C2 C1 F D1 D2"),
        (7, "F D1 D2 C1 C2"), (6, "F D1 C1 C2 D2"), (1, "F D1"),
    )  # fmt: skip
    votes = ranked(*((times, order.split()) for times, order in groups))
    result = tally(Election("stv", ("D1", "D2", "C1", "C2", "F"), votes, seats=3))
    assert result.quota == 26
    assert [(stage.kind, stage.works) for stage in result.stages] == [
        ("seated", ("C1",)), ("out", ("F",)), ("seated", ("D1",)), ("seated", ("D2",)),
    ]  # fmt: skip
    assert result.stages[1].votes == {"D1": 21, "D2": 19, "C2": 20, "F": 14}
    assert result.stages[2].votes == {"D1": 35, "D2": 19, "C2": 20}
    assert result.stages[3].votes == {"D2": 19 + Fraction(28 * 9, 35), "C2": 20 + Fraction(6 * 9, 35)}
    assert result.winners == ("C1", "D1", "D2")


def test_parts_of_a_vote_with_equal_ranks():
    """Half for each of two equals; when one is out its half goes to the other, not past it."""
    votes = ({"a": 1, "b": 1, "c": 2}, *ranked((3, "c"), (2, "b"), (2, "d"), (1, "a")))
    result = tally(Election("stv", tuple("abcd"), votes, seats=1))
    assert result.stages[0].votes == {"a": Fraction(3, 2), "b": Fraction(5, 2), "c": 3, "d": 2}
    assert result.stages[0].works == ("a",)
    assert result.stages[1].votes == {"b": 3, "c": 3, "d": 2}


def test_the_last_difference_decides_who_is_out_before_any_draw():
    votes = ranked((5, "a"), (4, "b"), (3, "c"), (2, "dc"), (1, "eb"))
    result = tally(Election("stv", tuple("abcde"), votes, seats=1))
    # Both have five when d and e are out; b had four and c three at first.
    assert result.stages[2].votes == {"a": 5, "b": 5, "c": 5}
    assert [stage.works for stage in result.stages if stage.kind == "out"][2] == ("c",)
    assert not any(stage.drawn for stage in result.stages)


def test_ludum_dares_categories_are_means_of_their_own():
    """Two criteria, two to one: a voter who rates one of them says nothing of the other."""
    both = (Criterion("craft", 2), Criterion("idea", 1))
    cast = ({"a": {"craft": 5, "idea": 2}}, {"a": {"craft": 4}}, {"b": {"idea": 3}})
    election = Election("score", ("a", "b", "c"), cast, criteria=both)
    result = tally(election)
    assert result.scores == {"a": Fraction(2 * Fraction(9, 2) + 2, 3), "b": 3, "c": 0}
    shown = {work: numbers["criteria"] for work, numbers in report(election)["numbers"].items()}
    assert shown == {"a": {"craft": "9/2", "idea": 2}, "b": {"idea": 3}, "c": {}}


def test_a_category_of_jury_and_public_by_their_shares():
    both, cast = (Criterion("craft", 2), Criterion("idea", 1)), ({"a": {"craft": 5, "idea": 1}}, {"a": {"craft": 3}})
    for method in ("score", "star"):
        election = Election(method, ("a",), cast, criteria=both, jury=({"a": {"craft": 1}},), jury_bp=2500)
        assert tally(election).numbers["a"].criteria == {"craft": Fraction(3 * 4 + 1, 4), "idea": 1}


def test_a_song_contest_of_jury_and_public():
    """Half and half, though nine of ten ballots are the public's."""
    public = rated((6, {"a": 4, "b": 2}), (3, {"a": 3, "b": 5}))
    jury = ({"a": 1, "b": 4},)
    result = tally(Election("score", ("a", "b"), public, jury=jury, jury_bp=5000))
    assert result.scores == {"a": (Fraction(33, 9) + 1) / 2, "b": (Fraction(27, 9) + 4) / 2}
    assert result.winners == ("b",)
    assert tally(Election("score", ("a", "b"), public)).winners == ("a",)


def test_a_jury_weighs_its_share_in_every_method():
    works, voters = ("a", "b"), 9
    for method, ours, theirs in (
        ("approval", {"a": 1}, {"b": 1}),
        ("star", {"a": 5}, {"b": 5}),
        ("schulze", {"a": 1}, {"b": 1}),
    ):
        for bp, winner in ((4999, "a"), (5001, "b")):
            election = Election(method, works, (ours,) * voters, jury=(theirs,), jury_bp=bp, max_score=5)
            assert tally(election).winners == (winner,), (method, bp)
        tied = tally(Election(method, works, (ours,) * voters, jury=(theirs, {}), jury_bp=5000))
        assert tied.order == (("a", "b"),)
    stv = tally(Election("stv", works, ({"a": 1},) * voters, jury=({"b": 1},), jury_bp=3000, seats=1))
    assert stv.scores == {"a": 7, "b": 3}  # of ten
