"""The money terms of a show or a deal in plain words."""

from cogs.common.text import money, percent, plural
from domain.money import Money
from domain.schedule import duration_text
from services.kinds import Funding, ShownAs, Unclaimed, Weights
from services.shows import ShowView
from services.views import DealView

_ALL = 10_000

UNCLAIMED = {
    Unclaimed.RESERVE: "goes to the show's reserve, for later episodes",
    Unclaimed.HOUSE: "goes to the house",
    Unclaimed.SOURCES: "goes to the artists whose work theirs was made from, or else to the show's reserve",
    Unclaimed.POOL: "is shared again among the episode's artists",
}
"""What becomes of money that nobody claims in time."""


Terms = DealView | ShowView
"""A show's rules, or the deal that an episode has of them."""


def money_lines(terms: Terms) -> list[str]:
    """Everything about money, a line for each question an artist has."""
    return [
        f"**The money.** {pool_words(terms)}",
        f"**Who gets it.** {sharing_words(terms)}",
        (
            "**Before it is final.** The list of who gets what is open for comments for "
            f"{duration_text(terms.comment_seconds)}, and every concern gets an answer."
        ),
        f"**Small sums.** {_small_sums(terms)}",
        f"**Who sees it.** {_who_sees(terms)}",
    ]


def terms_in_short(terms: Terms) -> str:
    """The money terms in a line or two, for a card that has more to say."""
    if terms.funding is Funding.POOL:
        house = f"a pool of {_amount(terms, terms.promised)}" if terms.promised else "a pool of its own"
    elif not terms.house_bp:
        house = "everything left after costs is the artists'"
    else:
        house = f"the house keeps {percent(terms.house_bp)} of the profit"
    lineage = (
        f"remixes pass {percent(terms.lineage_bp)} to their sources" if terms.lineage_bp else "remixes keep it all"
    )
    least = f" from {_amount(terms, terms.payout_min)}" if terms.payout_min else ""
    return f"{house}, {_weights_in_short(terms)}, {lineage}, paid in {terms.currency.code}{least}."


def pool_words(terms: Terms) -> str:
    """Where the money comes from."""
    promise = f" At least {_amount(terms, terms.promised)} is promised." if terms.promised else ""
    if terms.funding is Funding.POOL:
        return f"The artists share the budget that is put in; the house keeps what the episode earns.{promise}"
    if not terms.house_bp:
        return f"All that the episode earns after its costs, and any budget put in, goes to its artists.{promise}"
    if terms.house_bp == _ALL:
        return f"The house keeps what the episode earns; the artists share the budget that is put in.{promise}"
    return (
        f"Artists share {percent(_ALL - terms.house_bp)} of what the episode earns after its costs, and any budget "
        f"put in; the house keeps {percent(terms.house_bp)}.{promise}"
    )


def sharing_words(terms: Terms) -> str:
    """Who gets how much of it."""
    words = weights_words(terms)
    if terms.lineage_bp:
        words += f" A remix passes {percent(terms.lineage_bp)} of its share to what it was made from."
    if terms.floor:
        words += f" Nobody who is in gets less than {_amount(terms, terms.floor)}."
    if terms.cap_bp < _ALL:
        words += f" Nobody gets more than {percent(terms.cap_bp)} of the pool."
    return words


def weights_words(terms: Terms) -> str:
    """What a work in the cut weighs, in a sentence."""
    match terms.weights:
        case Weights.EQUAL:
            return "Every work in the cut weighs the same."
        case Weights.POINTS:
            return "Producers give the works in the cut points, in the open; twice the points is twice the share."
        case Weights.VOTES:
            return "Works in the cut weigh by their score in the vote; twice the score is twice the share."
        case Weights.BLEND:
            return f"Of the pool, {blend_words(terms)}."


def blend_words(terms: Terms) -> str:
    """The parts of a blend: half of it is shared equally, the rest by the producers' points and by the vote."""
    named = (
        (terms.equal_parts, "is shared equally among the works in the cut"),
        (terms.points_parts, "by the producers' points"),
        (terms.votes_parts, "by the vote"),
    )
    total = sum(part for part, _ in named)
    whole = [(f"{percent(part * _ALL // total)} {words}" if total else words) for part, words in named if part]
    if not terms.equal_parts and whole:
        whole[0] = whole[0].replace("% by", "% is shared by", 1)
    return whole[0] if len(whole) == 1 else f"{', '.join(whole[:-1])} and {whole[-1]}"


def _weights_in_short(terms: Terms) -> str:
    return {
        Weights.EQUAL: "works in the cut weigh the same",
        Weights.POINTS: "producers weigh the works in the open",
        Weights.VOTES: "works in the cut weigh by the vote",
        Weights.BLEND: blend_words(terms) if terms.weights is Weights.BLEND else "",
    }[terms.weights]


def _small_sums(terms: Terms) -> str:
    claim = f"Money that nobody claims for {plural(terms.claim_days, 'day')} {UNCLAIMED[terms.unclaimed]}."
    if not terms.payout_min:
        return f"Any amount is sent. {claim}"
    least = _amount(terms, terms.payout_min)
    return f"Your balance is sent once it reaches {least}, and kept for you until then. {claim}"


def _who_sees(terms: Terms) -> str:
    receipts = (
        " Receipts of what came in and went out are open to everyone in the server." if terms.receipts_public else ""
    )
    if terms.shown_as is ShownAs.NAMES:
        return f"The list names everyone with their amount.{receipts}"
    return f"Amounts are listed under pseudonyms; only you and the producers know which one is you.{receipts}"


def _amount(terms: Terms, amount: int) -> str:
    return money(Money(amount, terms.currency))
