"""What producers do with payments, as messages: runs and their results, holds, reports. Pure."""

from collections.abc import Sequence

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, row, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import ago, money, plural, safe
from cogs.paying.buttons import all_paid_button, cancel_button, files_button, really_button
from domain.money import Money
from services.kinds import HoldState, PaymentState, RunMethod, RunState
from services.paying.views import ExportView, HoldView, ImportView, LeftOut, PaymentLineView, RunView

FILES_EACH = 10
"""Attachments that one Discord message takes."""

METHODS = {RunMethod.PAYPAL: "PayPal Payouts", RunMethod.WISE: "Wise batch", RunMethod.CSV: "CSV"}
RUN_STATES = {RunState.OPEN: "open", RunState.DONE: "done", RunState.CANCELED: "canceled"}
_MARKS = {
    PaymentState.WAITING: "…",
    PaymentState.PAID: "✓",
    PaymentState.FAILED: "✗",
    PaymentState.RETURNED: "↩",
    PaymentState.CANCELED: "–",
}
_DECISIONS = {
    HoldState.RELEASED: "goes to those it was meant for",
    HoldState.CREDITED: "goes to its artists, as its credits are now",
    HoldState.POOLED: "goes back to the episode and is shared again in its next round",
}
_NAME = 60
_ROOM = 2200


def title(run: RunView) -> str:
    """What a run is called."""
    return f"Run {run.number}: {money(run.total)} by {METHODS[run.method]}"


def exported(view: ExportView) -> tuple[Outgoing, ...]:
    """A run with its files, for the producer who asked; several messages where there are many files."""
    run = view.run
    first = "This run is still open, so these are the same files as before." if view.again else "Here is what to send."
    how = {
        RunMethod.PAYPAL: "Upload it at PayPal under Payouts.",
        RunMethod.WISE: "Upload it at Wise as a batch to email recipients.",
        RunMethod.CSV: "Pay them however you like.",
    }[run.method]
    parts: list[Item] = [
        text(
            f"### {title(run)}",
            f"{plural(len(run.lines), 'payment')}. {first} {how}",
            "The money is set apart; nobody is exported twice while this run is open. Then say what became of it: "
            "`/payout import` with the report, or the buttons, or `/payout mark`.",
            small(
                "The files hold private addresses. They are yours alone to see here; delete them once they are sent."
            ),
        ),
        *_left_out(view.left_out),
        row(all_paid_button(run.id), cancel_button(run.id)),
    ]
    files = [Attached(each.name, each.data) for each in view.files]
    first_few, more = files[:FILES_EACH], files[FILES_EACH:]
    batches = [more[start : start + FILES_EACH] for start in range(0, len(more), FILES_EACH)]
    head = Outgoing(view=card(Tone.MONEY, *parts, below=_shown(first_few)), files=tuple(first_few))
    return (head, *(Outgoing(view=card(Tone.MONEY, *_shown(batch)), files=tuple(batch)) for batch in batches))


def _shown(files: Sequence[Attached]) -> list[Item]:
    """Files in a layout: Discord shows none that the layout does not name."""
    return [discord.ui.File(f"attachment://{each.name}") for each in files]


def run_card(run: RunView) -> Outgoing:
    """A run with every payment, for producers."""
    done = f", {RUN_STATES[run.state]}" + (f" {ago(run.closed_at)}" if run.closed_at else "")
    lines = [_line(line) for line in run.lines]
    parts: list[Item] = [
        text(f"### {title(run)}{done}", _summary(run)),
        rule(),
        text(*fitting(lines, _ROOM, lambda left: f"…and {plural(left, 'more payment')}.")),
    ]
    if run.state is RunState.OPEN:
        parts.append(row(files_button(run.id), all_paid_button(run.id), cancel_button(run.id)))
    return Outgoing(view=card(Tone.MONEY, *parts))


def run_list(runs: Sequence[RunView]) -> Outgoing:
    """The runs of a show."""
    if not runs:
        words = "Nothing was sent yet. `/payout export` makes a payment run of everybody who is due."
        return Outgoing(view=card(Tone.QUIET, text("### Payment runs", words)))
    lines = [f"**{title(run)}**, {RUN_STATES[run.state]} ({_summary(run)})" for run in runs]
    return Outgoing(view=card(Tone.MONEY, text("### Payment runs", *fitting(lines, _ROOM, _older))))


def run_made(run: RunView) -> Outgoing:
    """To the producers: a run was made, by whom, and how much it is."""
    words = f"{plural(len(run.lines), 'payment')}, exported by <@{run.by_user}>. Only they have the file."
    return Outgoing(view=card(Tone.MONEY, text(f"### {title(run)}", words)))


def marked(run: RunView) -> str:
    """A word to the producer who marked payments."""
    state = " The run is done." if run.state is not RunState.OPEN else ""
    return f"Run {run.number}: {_summary(run)}.{state}"


def asking(run: RunView, what: str) -> Outgoing:
    """Are you sure?"""
    waiting = run.having(PaymentState.WAITING)
    count, total = plural(len(waiting), "payment"), money(_sum(run, waiting))
    if what == "paid":
        words = f"{count} of {total} in run {run.number} will count as paid, and their artists are told."
        button = really_button("paid", run.id, "Yes, all were paid")
    else:
        words = (
            f"{count} of {total} go back to their artists' balances. Do this only if run {run.number} was not sent "
            "to anybody: whoever was paid all the same would be paid twice."
        )
        button = really_button("cancel", run.id, "Yes, it was not sent")
    return Outgoing(view=card(Tone.TROUBLE, text("### Are you sure?", words), row(button)))


def imported(view: ImportView) -> Outgoing:
    """What a report changed, and what in it did not fit."""
    counts = (
        (view.paid, "paid"), (view.failed, "failed"), (view.returned, "returned"), (view.waiting, "not decided yet"),
        (view.known, "known already"),
    )  # fmt: skip
    said = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing in it is about this show"
    lines = [text("### The report is taken in", f"{said[0].upper()}{said[1:]}.", *(marked(run) for run in view.runs))]
    parts: list[Item] = [*lines]
    if view.unmatched:
        room = fitting([safe(one, 200) for one in view.unmatched], 1500, lambda left: f"…and {left} more.")
        parts += [rule(), text(f"**{plural(len(view.unmatched), 'row')} did not fit** and changed nothing:", *room)]
    return Outgoing(view=card(Tone.TROUBLE if view.unmatched else Tone.MONEY, *parts))


def hold(view: HoldView) -> Outgoing:
    """That a work's money waits, or what was decided about it: for everybody."""
    work = f"#{view.work.number} {safe(view.work.title, _NAME)}"
    total = "The money" if view.hidden else money(view.amount)
    if view.state is HoldState.HELD:
        return Outgoing(
            view=card(
                Tone.TROUBLE,
                text(
                    f"### {total} for {work} waits",
                    _quote(view.reason),
                    "It stays apart until the producers have decided. Everybody else's share goes on as planned.",
                ),
            )
        )
    head = f"### {total} for {work} {_DECISIONS[view.state]}"
    if not view.final:
        head = f"### {work} is not held any more"
    return Outgoing(view=card(Tone.MONEY, text(head, _quote(view.decision))))


def held(view: HoldView) -> str:
    """A word to the producer who holds a work's money."""
    return (
        f"{money(view.amount)} for #{view.work.number} will wait when the round becomes final; the others' shares will "
        "not. Decide later with /payout release."
    )


def decided(view: HoldView) -> str:
    """A word to the producer who decided."""
    what = _DECISIONS[view.state] if view.final else "is not held any more"
    return f"{money(view.amount)} for #{view.work.number} {what}. It is being posted."


def _left_out(left: LeftOut) -> list[Item]:
    lines = []
    if left.silent:
        who = plural(left.silent, "artist who has", "artists who have")
        lines.append(f"{who} not said how they want to be paid ({money(left.silent_sum)}).")
    if left.small:
        lines.append(f"{plural(left.small, 'balance')} below the minimum ({money(left.small_sum)}) are carried on.")
    if left.other:
        lines.append(f"{plural(left.other, 'artist wants', 'artists want')} it another way.")
    if left.locked:
        lines.append(f"{plural(left.locked, 'address', 'addresses')} cannot be opened with the keys that are set.")
    return [rule(), text("**Not in it:**", *lines)] if lines else []


def _summary(run: RunView) -> str:
    counts = [(len(run.having(state)), state) for state in PaymentState]
    return ", ".join(f"{count} {state.value}" for count, state in counts if count)


def _line(line: PaymentLineView) -> str:
    why = f" ({safe(line.reason, 60)})" if line.reason else ""
    return f"{line.place}. {_MARKS[line.state]} **{money(line.amount)}** {safe(line.artist.name, _NAME)}{why}"


def _sum(run: RunView, lines: Sequence[PaymentLineView]) -> Money:
    return Money(sum(line.amount.amount for line in lines), run.total.currency)


def _older(left: int) -> str:
    return f"…and {left} older."


def _quote(words: str) -> str:
    return "\n".join(f"> {safe(line, 500)}" for line in words.strip().splitlines())
