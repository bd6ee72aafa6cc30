"""An episode's deal in plain words."""

from cogs.common.terms import money_lines, terms_in_short
from cogs.common.votes import fairness_lines, hidden_lines, how_it_works, who_may
from services.views import DealView

_LICENCES = "**Licences.** The show makes money, so what is not for commercial use (NC) cannot be a source here."


def deal_lines(deal: DealView) -> list[str]:
    """Everything the deal says, a line for each question an artist has."""
    pool, sharing, *after = money_lines(deal)
    vote = (f"**The vote.** {_vote(deal)}", f"**Who votes.** {who_may(deal.voting)}")
    return [pool, sharing, *vote, *after, *([_LICENCES] if deal.commercial else [])]


def deal_in_short(deal: DealView) -> str:
    """The deal in a line or two, for a card that has more to say."""
    return f"The deal: {terms_in_short(deal)}"


def _vote(deal: DealView) -> str:
    cut = "Producers make the final cut, and every change has a public reason."
    rules = deal.voting
    return " ".join([how_it_works(rules), *fairness_lines(rules), *hidden_lines(rules), cut])
