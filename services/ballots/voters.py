"""Who may vote: when the vote is on, by the rules of its deal, and never on what is one's own."""

from datetime import datetime, timedelta

from domain.episode import Phase, require_phase, snowflake_time
from domain.errors import UserError
from services.access import Actor
from services.views import VoteRules
from services.voting import VoteEpisode

DOING = "mark works"


def require_open(phase: Phase, until: datetime | None, asked_at: datetime) -> None:
    """UserError when the vote is not on, or was over when the voter pressed."""
    require_phase(phase, Phase.VOTING, doing=DOING)
    if until is not None and asked_at >= until:
        raise UserError("The vote has ended. Whatever you marked before that counts.")


def in_jury(rules: VoteRules, voter: Actor) -> bool:
    """Whether the voter's ballot is one of the jury's."""
    return rules.jury_role_id is not None and rules.jury_role_id in voter.role_ids


def require_voter(episode: VoteEpisode, voter: Actor, asked_at: datetime) -> None:
    """UserError that names each rule the voter does not fulfil, and when they will. The jury always votes."""
    if voter.guild_id != episode.guild_id:
        raise UserError("This vote is held in another server.")
    rules = episode.rules
    if in_jury(rules, voter):
        return
    lacking = _role(rules, voter) + _member(voter, episode, asked_at) + _account(voter, episode, asked_at)
    if lacking:
        raise UserError(" ".join(("You cannot vote here yet.", *lacking)))


def _role(rules: VoteRules, voter: Actor) -> list[str]:
    if rules.voter_role_id is None or rules.voter_role_id in voter.role_ids:
        return []
    return [f"This vote is for members with the <@&{rules.voter_role_id}> role: ask the producers how to get it."]


def _member(voter: Actor, episode: VoteEpisode, asked_at: datetime) -> list[str]:
    days = episode.rules.min_member_days
    if not days:
        return []
    rule = f"Voters have been in this server for {_days(days)} or more."
    if voter.joined_at is None:
        return [f"{rule} Discord does not say since when you are here."]
    return _wait(rule, voter.joined_at + timedelta(days=days), episode, asked_at)


def _account(voter: Actor, episode: VoteEpisode, asked_at: datetime) -> list[str]:
    days = episode.rules.min_account_days
    if not days:
        return []
    rule = f"Voters have a Discord account that is {_days(days)} old or more."
    return _wait(rule, snowflake_time(voter.user_id) + timedelta(days=days), episode, asked_at)


def _wait(rule: str, begins: datetime, episode: VoteEpisode, asked_at: datetime) -> list[str]:
    if begins <= asked_at:
        return []
    stamp = int(begins.timestamp()) + (begins.microsecond > 0)
    late = episode.votes_until is not None and begins >= episode.votes_until
    then = f"You fulfil that from <t:{stamp}:F> (<t:{stamp}:R>) on"
    return [f"{rule} {then}, in time for the next vote." if late else f"{rule} {then}."]


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"
