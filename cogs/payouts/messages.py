"""Payout rounds as messages: the proposal, concerns with their answers, the final word. Pure."""

from collections.abc import Sequence
from datetime import datetime
from statistics import median_low

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import TEXT_DISPLAY, ago, mention, money, plural, safe, when
from cogs.payouts.buttons import concern_button, explain_button
from cogs.payouts.wording import headline
from domain.episode import RoundPhase
from domain.money import Money
from services.kinds import AllocationState, ConcernKind, ConcernState
from services.payouts.payments import PaymentView
from services.payouts.views import AllocationView, AnswerView, ChangeView, ConcernView, RoundView

SHOWN = 10
CHANGES_SHOWN = 15

CONCERNS = {
    ConcernKind.LEFT_OUT: "I was left out",
    ConcernKind.WRONG_SOURCE: "A source is wrong",
    ConcernKind.TOO_HIGH: "An amount is too high",
    ConcernKind.TOO_LOW: "An amount is too low",
    ConcernKind.OTHER: "Something else",
}
"""What each kind of concern is called."""

_TITLE = 100
_NAME = 60
_ROOM = TEXT_DISPLAY - 100
_MORE = 50


def title(view: RoundView) -> str:
    """The episode's name, harmless and on one line, with the round where it is not the first."""
    return safe(view.episode, _TITLE) + (f", round {view.number}" if view.number > 1 else "")


def page(view: RoundView, site_url: str) -> str:
    """The address where every line of the round can be read."""
    return f"{site_url}/episodes/{view.episode_id}/payout"


def proposal(view: RoundView, site_url: str, now: datetime) -> Outgoing:
    """The proposal for everyone, kept current until the round is final."""
    parts: list[Item] = [
        text(f"## Who gets what: {title(view)}", *headline(view)),
        rule(),
        text(*_top(view)),
        rule(),
        text(*_comments(view, now)),
    ]
    buttons: list[Item] = [explain_button(view.id)]
    if view.takes_concerns(now):
        buttons.append(concern_button(view.id))
    buttons.append(link("Every line", page(view, site_url)))
    return Outgoing(view=card(Tone.MONEY, *parts, row(*buttons)), thread=_thread(view))


def concern_raised(view: RoundView, concern: ConcernView) -> Outgoing:
    """A concern, in the open."""
    return Outgoing(
        view=card(
            Tone.TROUBLE,
            text(
                f"### Concern {concern.number}: {CONCERNS[concern.kind]}",
                f"{mention(concern.artist)} about {title(view)}:",
                *_quote(concern.text),
                _wanted(concern),
                small("A producer answers here, for all to read. Nothing becomes final before that."),
            ),
        )
    )


def concern_to_answer(view: RoundView, concern: ConcernView, talk_channel_id: int) -> Outgoing:
    """The same concern for the producers, with what to do about it."""
    return Outgoing(
        view=card(
            Tone.TROUBLE,
            text(
                f"### Concern {concern.number} on the payout of {title(view)}",
                f"{mention(concern.artist)} says in <#{talk_channel_id}>: {CONCERNS[concern.kind]}",
                *_quote(concern.text),
                _wanted(concern),
                "Answer it with `/payout answer`. If it is right, mend the credits, sources or cut first "
                "(`/work`, `/cut`), then accept: the shares are worked out anew and everyone sees before and after.",
            ),
        )
    )


def concern_answered(concern: ConcernView, changes: Sequence[ChangeView], view: RoundView) -> Outgoing:
    """A concern's answer, with everyone's before and after when it changed the proposal."""
    words = [
        f"### Concern {concern.number} is {'accepted' if concern.state is ConcernState.ACCEPTED else 'declined'}",
        f"{mention(concern.artist)} wrote:",
        f"> {safe(concern.text, 200)}",
        f"<@{concern.answered_by}> answers:",
        *_quote(concern.answer),
    ]
    parts: list[Item] = [text(*words)]
    after = ""
    if any(change.material for change in changes) and view.comments_until is not None:
        after = f"Because shares fell, everyone can comment again until {when(view.comments_until)}."
    if changes:
        room = _ROOM - len(after) - sum(len(line) + 1 for line in words)
        parts += [rule(), text(*_changes(changes, room))]
    if after:
        parts.append(text(after))
    people = (concern.artist.user_id, *(change.artist.user_id for change in changes[:CHANGES_SHOWN]))
    return Outgoing(view=card(Tone.MONEY, *parts), mention_users=tuple(dict.fromkeys(who for who in people if who)))


def answered(answer: AnswerView) -> str:
    """A word to the producer who answered."""
    done = "accepted" if answer.concern.state is ConcernState.ACCEPTED else "declined"
    moved = f" {plural(len(answer.changes), 'amount')} changed." if answer.changes else ""
    again = " The time for comments starts again, because shares fell." if answer.window_restarts else ""
    return f"Concern {answer.concern.number} is {done}, and your answer is posted.{moved}{again}"


def ready(view: RoundView) -> Outgoing:
    """To the producers: the time for comments is over."""
    waiting = view.open_concerns
    todo = (
        f"{plural(waiting, 'concern')} still {'needs' if waiting == 1 else 'need'} an answer: `/payout answer`."
        if waiting
        else "No concern is open: `/payout finalise` makes it final."
    )
    return Outgoing(view=card(Tone.MONEY, text(f"### Comments on the payout of {title(view)} are closed", todo)))


def final(view: RoundView, site_url: str) -> Outgoing:
    """The final statement, for everyone."""
    parts = [
        text(
            f"## Final: {money(view.pool)} for {plural(len(view.allocations), 'artist')}",
            f"The payout of {title(view)} is final. Every share is on its artist's balance now.",
        ),
        rule(),
        text(*_top(view)),
        text(small(f"Anyone can recompute it. The statement's SHA-256 is `{view.digest}`.")),
        row(explain_button(view.id), link("Every line", page(view, site_url))),
    ]
    return Outgoing(view=card(Tone.MONEY, *parts))


def settled(view: RoundView) -> Outgoing:
    """A word that the round is done."""
    paid = [share for share in view.allocations if share.state is AllocationState.PAID]
    kept = [share for share in view.allocations if share.state is AllocationState.CARRIED and share.amount.amount]
    lines = [f"{plural(len(paid), 'artist has', 'artists have')} been paid {money(_sum(view, paid))}."] if paid else []
    if kept:
        waiting = plural(len(kept), "share is", "shares are")
        lines.append(f"{waiting} not sent in full yet; what is left stays on the artists' balances.")
    return Outgoing(view=card(Tone.MONEY, text(f"### The payout of {title(view)} is settled", *lines)))


def status(view: RoundView, site_url: str, now: datetime) -> Outgoing:
    """The round for whoever asks, with its concerns."""
    head = f"### Payout of {title(view)}: {view.phase.value}"
    parts: list[Item] = [text(head, *headline(view)), rule(), text(*_top(view))]
    parts += [rule(), text(*_comments(view, now))]
    asked = [
        f"{concern.number}. {CONCERNS[concern.kind]} ({concern.state.value}): {safe(concern.text, 80)}"
        for concern in reversed(view.concerns)
    ]
    if asked:
        parts.append(text(*fitting(asked, 1200, lambda left: f"…and {plural(left, 'earlier one')}.")))
    buttons: list[Item] = [explain_button(view.id)]
    if view.takes_concerns(now):
        buttons.append(concern_button(view.id))
    return Outgoing(view=card(Tone.MONEY, *parts, row(*buttons, link("Every line", page(view, site_url)))))


def proposed(view: RoundView) -> str:
    """A word to the producer who proposed."""
    until = f" Artists can comment until {when(view.comments_until)}." if view.comments_until else ""
    people = plural(len(view.allocations), "artist")
    return f"Proposed: {money(view.pool)} of {title(view)} for {people}. It is being posted.{until}"


def paid(view: PaymentView) -> str:
    """A word to the producer who recorded a payment."""
    return f"Recorded: {money(view.amount)} to {safe(view.artist.name)}. Their balance is {money(view.left)} now."


def _thread(view: RoundView) -> str:
    ending = " payout: questions and concerns"
    name = " ".join(view.episode.split()) + (f", round {view.number}" if view.number > 1 else "")
    return (name if len(name) + len(ending) <= _TITLE else name[: _TITLE - len(ending) - 1] + "…") + ending


def _top(view: RoundView) -> list[str]:
    amounts = [share.amount.amount for share in view.allocations]
    shown = view.allocations if len(amounts) == SHOWN + 1 else view.allocations[:SHOWN]
    lines = [_share(share) for share in shown]
    hidden = len(amounts) - len(lines)
    if hidden > 0:
        unit = view.pool.currency
        low, middle, high = (Money(n, unit) for n in (min(amounts), median_low(amounts), max(amounts)))
        lines.append(f"…and {hidden:,} more. From {money(low)} to {money(high)}, half of all at least {money(middle)}.")
    return lines


def _share(share: AllocationView) -> str:
    return f"**{money(share.amount)}** {safe(share.artist.name, _NAME)}"


def _sum(view: RoundView, shares: Sequence[AllocationView]) -> Money:
    return Money(sum(share.amount.amount for share in shares), view.pool.currency)


def _comments(view: RoundView, now: datetime) -> list[str]:
    count = len(view.concerns)
    waiting = f"{view.open_concerns} open" if view.open_concerns else "all answered"
    raised = f"{plural(count, 'concern')}, {waiting}" if count else "No concerns"
    if view.phase is not RoundPhase.PROPOSED or view.comments_until is None:
        return [f"This is {view.phase.value} and does not change any more. {raised}."]
    if not view.takes_concerns(now):
        return [f"Comments are closed. {raised}. A producer makes it final next."]
    return [
        f"Something wrong? Say so until {when(view.comments_until)} ({ago(view.comments_until)}).",
        small(f"{raised}{'' if count else ' so far'}. Each is answered in the open before anything is final."),
    ]


def _changes(changes: Sequence[ChangeView], room: int) -> list[str]:
    lines = [
        f"{mention(change.artist)} {money(change.before)} → **{money(change.after)}**"
        for change in changes[:CHANGES_SHOWN]
    ]
    hidden = len(changes) - len(lines)
    shown = fitting(lines, room - _MORE, lambda left: f"…and {left + hidden:,} more, changed by less.")
    return [*shown, f"…and {hidden:,} more, changed by less."] if hidden and len(shown) == len(lines) else shown


def _wanted(concern: ConcernView) -> str:
    return f"They would find {money(concern.amount)} right." if concern.amount is not None else ""


def _quote(words: str) -> list[str]:
    """Somebody's words, every line of them; 1,000 characters come to 2,600 at the very most."""
    return [f"> {safe(line, 1000)}" for line in words.strip().splitlines()]
