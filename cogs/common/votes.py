"""The rules of a vote in plain words: how works are marked and counted, and who may vote."""

from collections.abc import Sequence

from cogs.common.text import percent, plural, safe
from services.kinds import VoteMethod
from services.views import VoteRules

NOBODYS_OWN = "Nobody votes on their own works, or on those that name them."
_ALL = 10_000


def vote_lines(rules: VoteRules) -> list[str]:
    """Everything that is agreed about a vote: how it works, and below it a point for each further question."""
    points = (*fairness_lines(rules), who_may(rules), *hidden_lines(rules))
    return [how_it_works(rules), *(f"- {point}" for point in points)]


def how_it_works(rules: VoteRules) -> str:
    """What a voter does, and what becomes of it."""
    works = plural(rules.seats, "work")
    what = f" for {criteria_words(rules)}" if rules.criteria else ""
    words = {
        VoteMethod.APPROVAL: (
            f"Everyone approves of the works they like; the {works} with the most approvals start in the cut."
        ),
        VoteMethod.SCORE: (
            f"Everyone rates works from 0 to {rules.max_score}{what}; the {works} with the best averages start in the "
            "cut. Not rating a work does it no harm."
        ),
        VoteMethod.STAR: (
            f"Everyone rates works from 0 to {rules.max_score}{what}. For each place the two works with the highest "
            f"totals meet, and the one that more people rated higher takes it; {works} start in the cut."
        ),
        VoteMethod.SCHULZE: (
            "Everyone puts works into an order, as many as they like, equals allowed. Works are compared two by two: "
            f"the one that more people put higher is ahead. The first {works} start in the cut."
        ),
        VoteMethod.STV: (
            f"Everyone puts works into an order, as many as they like. {works.capitalize()} start in the cut, chosen "
            "so that every large enough group of voters finds a favourite of theirs in it."
        ),
    }
    return words[rules.method]


def criteria_words(rules: VoteRules) -> str:
    """The criteria with their weights: "Craft (counts double) and Story"."""
    least = min((each.weight for each in rules.criteria), default=1)
    names = [f"{safe(each.name, 40)}{_counts(each.weight, least)}" for each in rules.criteria]
    return _joined(names)


def _counts(weight: int, least: int) -> str:
    if weight == least:
        return ""
    if weight % least:
        return f" (counts {weight} to {least})"
    times = weight // least
    return " (counts double)" if times == 2 else f" (counts {times} times)"  # noqa: PLR2004 - double is two


def fairness_lines(rules: VoteRules) -> list[str]:
    """What is done to the numbers, and the jury's part."""
    lines = []
    if rules.normalise:
        lines.append("Each voter's marks are stretched to the whole scale, so strict and generous voters count alike.")
    if rules.few_votes:
        lines.append("A work that few people rated has its average lowered a little, so that luck decides less.")
    if rules.jury_bp and rules.jury_role_id is not None:
        rest = f", everybody else {percent(_ALL - rules.jury_bp)}" if rules.jury_bp < _ALL else ""
        lines.append(f"The jury (<@&{rules.jury_role_id}>) has {percent(rules.jury_bp)} of the result{rest}.")
    return lines


def who_may(rules: VoteRules) -> str:
    """Who votes."""
    must = []
    if rules.voter_role_id is not None:
        must.append(f"has the <@&{rules.voter_role_id}> role")
    if rules.min_member_days:
        must.append(f"has been in this server for {plural(rules.min_member_days, 'day')}")
    if rules.min_account_days:
        must.append(f"has a Discord account that is {plural(rules.min_account_days, 'day')} old")
    who = f"Everybody who {_joined(must)} may vote." if must else "Everybody in this server may vote."
    jury = " So may the jury." if must and rules.jury_role_id is not None and rules.jury_bp else ""
    return f"{who}{jury} {NOBODYS_OWN}"


def hidden_lines(rules: VoteRules) -> list[str]:
    """What is said where artists are hidden, and what is not hidden."""
    if not rules.hide_artists:
        return []
    booth = "Artists are not named in the booth and in the gallery until the vote ends."
    return [f"{booth} What they post in the channel themselves still shows who made it."]


def _joined(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
