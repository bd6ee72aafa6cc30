"""Random small allocations: any graph without circles, any credits, any weights."""

from hypothesis import strategies as st

from domain.allocation import AllocationWork, CreditShare, Inputs, SourceShare

ARTISTS = [f"a{number}" for number in range(6)]
POOLS = st.sampled_from([0, 1, 2, 99, 100, 5_000_000, 10**15]) | st.integers(0, 10**6)


@st.composite
def basis_points(draw, count):
    """Parts that sum to 10,000, some of them perhaps zero."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=count - 1, max_size=count - 1)))
    return [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]


@st.composite
def works(draw, number):
    """Work number n, made from any of the works before it and perhaps from something outside."""
    artists = draw(st.lists(st.sampled_from(ARTISTS), min_size=1, max_size=3, unique=True))
    credited = zip(artists, draw(basis_points(len(artists))), strict=True)
    inside = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
    outside = draw(st.lists(st.sampled_from(["a song", "a film"]), max_size=1))
    shares = [{"work": f"w{source}"} for source in inside] + [{"outside": title} for title in outside]
    bps = draw(basis_points(len(shares))) if shares and draw(st.booleans()) else [None] * len(shares)
    return AllocationWork(
        id=f"w{number}",
        weight=draw(st.integers(0, 9)),
        in_cut=draw(st.booleans()),
        credits=tuple(CreditShare(artist, bp) for artist, bp in credited),
        sources=tuple(SourceShare(**share, bp=bp) for share, bp in zip(shares, bps, strict=True)),
    )


@st.composite
def inputs(draw):
    """A pool and up to seven works; at least one in the cut weighs something, or the cut is empty."""
    all_works = [draw(works(number)) for number in range(draw(st.integers(0, 7)))]
    cut = [work for work in all_works if work.in_cut]
    if cut and not any(work.weight for work in cut):
        all_works = [
            AllocationWork(work.id, 1, work.in_cut, work.credits, work.sources) if work is cut[0] else work
            for work in all_works
        ]
    return Inputs(
        currency=draw(st.sampled_from(["USD", "JPY", "KWD"])),
        pool=draw(POOLS),
        works=tuple(all_works),
        lineage_bp=draw(st.sampled_from([0, 1, 2_000, 3_333, 10_000])),
        seed=draw(st.text(max_size=3)),
    )
