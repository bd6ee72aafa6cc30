"""Payout rounds as messages: the proposal, concerns with answers, what each artist gets and why. Pure."""

from collections.abc import Sequence
from statistics import median_low

from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, money, percent, plural, safe, safe_block, when
from cogs.payouts.buttons import concern_button, explain_button
from domain.episode import RoundPhase
from domain.money import Money
from services.kinds import AllocationState, ConcernKind, ConcernState, Weights
from services.payouts.payments import PaymentView
from services.payouts.views import (
    AllocationView,
    AnswerView,
    ChangeView,
    ConcernView,
    EarningsView,
    ExplainView,
    LineView,
    RoundView,
)

SHOWN = 10
CHANGES_SHOWN = 15
LINES_SHOWN = 20

CONCERNS = {
    ConcernKind.LEFT_OUT: "I was left out",
    ConcernKind.WRONG_SOURCE: "A source is wrong",
    ConcernKind.TOO_HIGH: "An amount is too high",
    ConcernKind.TOO_LOW: "An amount is too low",
    ConcernKind.OTHER: "Something else",
}
"""What each kind of concern is called."""

_STATES = {
    AllocationState.PROPOSED: "proposed",
    AllocationState.CARRIED: "on your balance",
    AllocationState.PAID: "paid",
    AllocationState.DONATED: "donated",
}


def proposal(view: RoundView, site_url: str) -> Outgoing:
    """The proposal for everyone, kept current until the round is final."""
    title = f"## Who gets what: {safe(view.episode)}"
    if view.number > 1:
        title += f" (round {view.number})"
    parts: list[Item] = [text(title, _sentence(view)), rule(), text(*_top(view)), rule(), text(*_comments(view))]
    buttons: list[Item] = [explain_button(view.id)]
    if view.phase is RoundPhase.PROPOSED:
        buttons.append(concern_button(view.id))
    buttons.append(link("Every line", _page(view, site_url)))
    return Outgoing(
        view=card(Tone.MONEY, *parts, row(*buttons)),
        thread=f"Payout {view.episode}: questions and concerns"[:100],
    )


def concern_raised(view: RoundView, concern: ConcernView) -> Outgoing:
    """A concern, in the open."""
    return Outgoing(
        view=card(
            Tone.TROUBLE,
            text(
                f"### Concern {concern.number}: {CONCERNS[concern.kind].lower()}",
                f"<@{concern.artist.user_id}> about {safe(view.episode)}:",
                *_quote(concern.text),
                small("A producer answers here, for all to read. The round cannot become final before."),
            ),
        )
    )


def concern_answered(concern: ConcernView, changes: Sequence[ChangeView], view: RoundView) -> Outgoing:
    """A concern's answer, with everyone's before and after when it changed the proposal."""
    accepted = concern.state is ConcernState.ACCEPTED
    parts: list[Item] = [
        text(
            f"### Concern {concern.number} is {'accepted' if accepted else 'declined'}",
            f"<@{concern.artist.user_id}> wrote:",
            *_quote(concern.text),
            f"<@{concern.answered_by}> answers:",
            *_quote(concern.answer),
        )
    ]
    if changes:
        parts += [rule(), text(*_changes(changes))]
    if any(change.material for change in changes) and view.comments_until is not None:
        parts.append(text(f"Because shares fell, everyone can comment again until {when(view.comments_until)}."))
    people = (concern.artist.user_id, *(change.artist.user_id for change in changes[:CHANGES_SHOWN]))
    return Outgoing(view=card(Tone.MONEY, *parts), mention_users=tuple(dict.fromkeys(people)))


def answered(answer: AnswerView) -> str:
    """A word to the producer who answered."""
    done = "accepted" if answer.concern.state is ConcernState.ACCEPTED else "declined"
    moved = f" {plural(len(answer.changes), 'amount')} changed." if answer.changes else ""
    again = " The comment window starts again, because shares fell." if answer.window_restarts else ""
    return f"Concern {answer.concern.number} is {done}, and your answer is posted.{moved}{again}"


def ready(view: RoundView) -> Outgoing:
    """To the producers: the time for comments is over."""
    open_ = view.open_concerns
    todo = (
        f"{plural(open_, 'concern')} still {'needs' if open_ == 1 else 'need'} an answer: /payout answer."
        if open_
        else "No concern is open: /payout finalise makes it final."
    )
    return Outgoing(view=card(Tone.MONEY, text(f"### Comments on the payout of {safe(view.episode)} are closed", todo)))


def final(view: RoundView, site_url: str) -> Outgoing:
    """The final statement, for everyone."""
    parts = [
        text(
            f"## Final: {money(view.pool)} for {plural(len(view.allocations), 'artist')}",
            f"The payout of {safe(view.episode)} is final. Every share is on its artist's balance now.",
        ),
        rule(),
        text(*_top(view)),
        text(small(f"The statement's SHA-256 is `{view.digest}`; anyone can recompute it.")),
        row(explain_button(view.id), link("Every line", _page(view, site_url))),
    ]
    return Outgoing(view=card(Tone.MONEY, *parts))


def settled(view: RoundView) -> Outgoing:
    """A word that the round is done."""
    paid = sum(share.state is AllocationState.PAID for share in view.allocations)
    carried = len(view.allocations) - paid
    lines = [f"{plural(paid, 'artist')} paid."] if paid else []
    if carried:
        lines.append(
            f"{plural(carried, 'share')} stay on their artists' balances until they are paid; nothing expires here."
        )
    return Outgoing(view=card(Tone.MONEY, text(f"### The payout of {safe(view.episode)} is settled", *lines)))


def allocation(view: ExplainView, site_url: str) -> Outgoing:
    """To an artist: what is theirs, and why."""
    parts = [
        text(
            f"## {money(view.amount)} is yours",
            f"From {safe(view.round.episode)} of {safe(view.round.show_name)}. It is on your balance now.",
        ),
        rule(),
        text(*_lines(view.lines)),
        row(link("Every line of the payout", _page(view.round, site_url))),
    ]
    return Outgoing(view=card(Tone.MONEY, *parts), mention_users=(view.artist.user_id,))


def explanation(view: ExplainView, *, own: bool, site_url: str) -> Outgoing:
    """How an artist's amount came about."""
    who = "You get" if own else f"{safe(view.artist.name)} gets"
    if not view.lines:
        none = "You are" if own else f"{safe(view.artist.name)} is"
        sentence = f"{none} not in this payout: no work of theirs is in the cut or is a source of one that is."
        if own:
            sentence = sentence.replace("of theirs", "of yours")
        return Outgoing(view=card(Tone.QUIET, text(f"### {safe(view.round.episode)}", sentence)))
    verb = "was" if view.round.phase in (RoundPhase.FINAL, RoundPhase.SETTLED) else "would be"
    parts = [
        text(
            f"## {who} {money(view.amount)}", f"This is how the share of {safe(view.round.episode)} {verb} worked out:"
        ),
        rule(),
        text(*_lines(view.lines)),
        text(small(f"What a remix earns, {percent(view.round.lineage_bp)} of it goes to what it was made from.")),
        row(link("Every line of the payout", _page(view.round, site_url))),
    ]
    return Outgoing(view=card(Tone.MONEY, *parts))


def status(view: RoundView, site_url: str) -> Outgoing:
    """The round for whoever asks, with its concerns."""
    parts = [text(f"### {safe(view.episode)}, round {view.number}: {view.phase.value}", _sentence(view)), rule()]
    parts += [text(*_top(view)), rule(), text(*_comments(view))]
    asked = [
        f"{concern.number}. {CONCERNS[concern.kind]} ({concern.state.value}): {safe(concern.text, 80)}"
        for concern in view.concerns[-SHOWN:]
    ]
    if asked:
        parts.append(text(*asked))
    return Outgoing(
        view=card(Tone.MONEY, *parts, row(explain_button(view.id), link("Every line", _page(view, site_url))))
    )


def paid(view: PaymentView) -> str:
    """A word to the producer who recorded a payment."""
    return f"Recorded: {money(view.amount)} to {safe(view.artist.name)}. Their balance is {money(view.left)} now."


def earnings(view: EarningsView) -> Outgoing:
    """What an artist earned so far; theirs alone to see."""
    if not view.earnings:
        words = "Nothing yet: you earn when a work of yours, or a remix of one, makes it into an episode's cut."
        return Outgoing(view=card(Tone.QUIET, text("### Your earnings", words)))
    lines = [
        f"**{money(each.amount)}** {safe(each.show_name)} {safe(each.episode)} ({_STATES[each.state]})"
        for each in view.earnings[:LINES_SHOWN]
    ]
    held = [f"Your balance with {safe(name)}: **{money(amount)}**" for name, amount in view.balances]
    return Outgoing(view=card(Tone.MONEY, text("### Your earnings", *lines), rule(), text(*held)))


def _sentence(view: RoundView) -> str:
    weigh = "All of them weigh the same" if view.weights is Weights.EQUAL else "They weigh by the producers' points"
    return (
        f"**{money(view.pool)}** for **{plural(len(view.allocations), 'artist')}**, from "
        f"{plural(view.works_in_cut, 'work')} in the cut. {weigh}; {percent(view.lineage_bp)} of what a remix earns "
        "goes to what it was made from."
    )


def _top(view: RoundView) -> list[str]:
    amounts = [share.amount.amount for share in view.allocations]
    lines = [_share(share) for share in view.allocations[:SHOWN]]
    hidden = len(amounts) - len(lines)
    if hidden > 0:
        unit = view.pool.currency
        low, middle, high = (Money(n, unit) for n in (min(amounts), median_low(amounts), max(amounts)))
        lines.append(
            f"…and {plural(hidden, 'more', 'more')}. From {money(low)} to {money(high)}, median {money(middle)}."
        )
    return lines


def _share(share: AllocationView) -> str:
    return f"**{money(share.amount)}** {safe(share.artist.name, 60)}"


def _comments(view: RoundView) -> list[str]:
    counts = (
        f"{plural(len(view.concerns), 'concern')}, {view.open_concerns} open" if view.concerns else "No concerns yet"
    )
    if view.phase is not RoundPhase.PROPOSED or view.comments_until is None:
        return [f"This round is {view.phase.value}. {counts.replace(' yet', '')}."]
    return [
        f"Something wrong? Say so until {when(view.comments_until)} ({ago(view.comments_until)}).",
        small(f"{counts}. Each is answered in the open before anything is final."),
    ]


def _changes(changes: Sequence[ChangeView]) -> list[str]:
    lines = [
        f"<@{change.artist.user_id}> {money(change.before)} → **{money(change.after)}**"
        for change in changes[:CHANGES_SHOWN]
    ]
    hidden = len(changes) - len(lines)
    return [*lines, f"…and {plural(hidden, 'more', 'more')}, smaller."] if hidden > 0 else lines


def _lines(lines: Sequence[LineView]) -> list[str]:
    shown = [_line(line) for line in lines[:LINES_SHOWN]]
    hidden = len(lines) - len(shown)
    return [*shown, f"…and {plural(hidden, 'smaller line')}."] if hidden > 0 else shown


def _line(line: LineView) -> str:
    amount = f"**{money(line.amount)}**"
    work = f"#{line.work.number} {safe(line.work.title, 60)}" if line.work else ""
    if line.remix is not None:
        return f"{amount} because #{line.remix.number} {safe(line.remix.title, 60)} was made from {work}"
    names = {"own": f"for {work}", "floor": "to lift it to the floor", "cap": "because of the cap"}
    return f"{amount} {names.get(line.kind, line.kind)}"


def _quote(words: str) -> list[str]:
    return [f"> {line}" for line in safe_block(words, 1000).splitlines()]


def _page(view: RoundView, site_url: str) -> str:
    return f"{site_url}/episodes/{view.episode_id}/payout"
