"""An episode's deal in plain words."""

from cogs.common.text import money, percent, plural
from domain.money import Money
from domain.schedule import duration_text
from services.kinds import VoteMethod, Weights
from services.views import DealView

_ALL = 10_000


def deal_lines(deal: DealView) -> list[str]:
    """Everything the deal says, a line for each question an artist has."""
    return [
        f"**The money.** {_pool(deal)}",
        f"**Who gets it.** {_sharing(deal)}",
        f"**The vote.** {vote_sentence(deal)} Producers make the final cut, and every change has a public reason.",
        (
            f"**Before it is final.** The list of who gets what is open for comments for "
            f"{duration_text(deal.comment_seconds)}, and every concern gets an answer."
        ),
        f"**Small sums.** {_small_sums(deal)}",
    ]


def deal_in_short(deal: DealView) -> str:
    """The deal in a line or two, for a card that has more to say."""
    house = (
        "everything left after costs is the artists'"
        if not deal.house_bp
        else f"the house keeps {percent(deal.house_bp)} of the profit"
    )
    weights = (
        "works in the cut weigh the same" if deal.weights is Weights.EQUAL else "producers weigh the works in the open"
    )
    lineage = f"remixes pass {percent(deal.lineage_bp)} to their sources" if deal.lineage_bp else "remixes keep it all"
    least = f" from {money(Money(deal.payout_min, deal.currency))}" if deal.payout_min else ""
    return f"The deal: {house}, {weights}, {lineage}, paid in {deal.currency.code}{least}."


def vote_sentence(deal: DealView) -> str:
    """How the vote works, in a sentence."""
    works = plural(deal.seats, "work")
    if deal.vote_method is VoteMethod.APPROVAL:
        return f"Everyone approves of the works they like; the {works} with the most approvals start in the cut."
    return f"Everyone rates works from 0 to {deal.max_score}; the best {works} start in the cut."


def _pool(deal: DealView) -> str:
    if not deal.house_bp:
        return "All that the episode earns after its costs, and any budget put in, goes to its artists."
    if deal.house_bp == _ALL:
        return "The house keeps what the episode earns; the artists share the budget that is put in."
    return (
        f"Artists share {percent(_ALL - deal.house_bp)} of what the episode earns after its costs, and any budget "
        f"put in; the house keeps {percent(deal.house_bp)}."
    )


def _sharing(deal: DealView) -> str:
    if deal.weights is Weights.EQUAL:
        words = "Every work in the cut weighs the same."
    else:
        words = "Producers give the works in the cut points, in the open; twice the points is twice the share."
    if deal.lineage_bp:
        words += f" A remix passes {percent(deal.lineage_bp)} of its share to what it was made from."
    if deal.floor:
        words += f" Nobody who is in gets less than {money(Money(deal.floor, deal.currency))}."
    if deal.cap_bp < _ALL:
        words += f" Nobody gets more than {percent(deal.cap_bp)} of the pool."
    return words


def _small_sums(deal: DealView) -> str:
    claim = f"Money that nobody claims for {plural(deal.claim_days, 'day')} goes to the show's reserve."
    if not deal.payout_min:
        return f"Any amount is sent. {claim}"
    least = money(Money(deal.payout_min, deal.currency))
    return f"Your balance is sent once it reaches {least}, and kept for you until then. {claim}"
