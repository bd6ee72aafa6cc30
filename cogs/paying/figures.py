"""Trends and yearly totals as messages. Pure."""

from collections.abc import Sequence

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, link, row, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import money, plural, safe
from domain.money import Money
from services.paying.totals import TotalsView, YearTotal
from services.paying.trends import EpisodeTrend, Trends

SHOWN = 12
_WIDE = 14
_BAR = "█"
_HALF = "▌"
_NAME = 60


def trends(view: Trends, site_url: str) -> Outgoing:
    """What the newest episodes earned, as bars that a phone shows whole, and how long payment took."""
    shown = view.episodes[-SHOWN:]
    own = bool(view.artist)
    head = "### Does your pay go up?" if own else f"### Does pay go up? {safe(view.show_name, _NAME)}"
    page = link("All the numbers", f"{site_url}/shows/{view.show_slug}/money")
    if not shown:
        words = "You are in no final payout yet." if own else "No payout is final yet."
        return Outgoing(view=card(Tone.QUIET, text(head, words), row(page)))
    parts: list[Item] = [
        text(head, _chart(shown), "" if own else _shares(shown)),
        rule(),
        text(*_waits(shown, own=own)),
    ]
    if own:
        parts.append(text(small("Only you see this.")))
    return Outgoing(view=card(Tone.MONEY, *parts, row(page)))


def totals(view: TotalsView) -> Outgoing:
    """What was paid in a year, with the file; for the producer who asked."""
    head = f"### Paid in {view.year}: {safe(view.show_name, _NAME)}"
    if not view.lines:
        return Outgoing(view=card(Tone.QUIET, text(head, "Nobody was paid anything.")))
    lines = fitting([_total(line) for line in view.lines], 2400, lambda left: f"…and {left:,} more in the file.")
    over = sum(line.over is not None for line in view.lines)
    note = f"◆ {plural(over, 'total is', 'totals are')} at or above the amount that this bot's settings name. "
    words = "A help for your own forms, no advice on taxes. Years are counted in UTC, by the day of payment."
    file = Attached(f"{view.show_slug}-paid-{view.year}.csv", view.data)
    shown: list[Item] = [discord.ui.File(f"attachment://{file.name}")]
    below = text(small(f"{note if over else ''}{words}"))
    return Outgoing(view=card(Tone.MONEY, text(head, *lines), below, below=shown), files=(file,))


def _chart(shown: Sequence[EpisodeTrend]) -> str:
    top = max(each.pool.amount for each in shown) or 1
    wide = max(len(each.code) for each in shown)
    lines = [f"{each.code:<{wide}} {_bar(each.pool, top):<{_WIDE}} {money(each.pool)}" for each in shown]
    return "\n".join(("```", *lines, "```"))


def _bar(amount: Money, top: int) -> str:
    halves = round(2 * _WIDE * amount.amount / top)
    return _BAR * (halves // 2) + (_HALF if halves % 2 or (not halves and amount.amount) else "")


def _shares(shown: Sequence[EpisodeTrend]) -> str:
    last = shown[-1]
    before = shown[-2] if len(shown) > 1 else None
    words = f"In {last.code}, {plural(last.artists, 'artist')} earned; half of them at least {money(last.median)}"
    if before is not None and before.median.amount:
        change = round(100 * (last.median.amount - before.median.amount) / before.median.amount)
        way = "as much as" if not change else f"{abs(change)}% {'more' if change > 0 else 'less'} than"
        words += f", {way} in {before.code}"
    return words + "."


def _waits(shown: Sequence[EpisodeTrend], *, own: bool) -> list[str]:
    known = [each for each in shown if each.days is not None]
    if not known:
        return ["Nothing of it is paid yet." if own else "No share of these is paid yet."]
    last, first = known[-1], known[0]
    lines = [f"From release to payment it took {plural(last.days or 0, 'day')} in {last.code}."]
    if first is not last:
        lines = [f"{lines[0][:-1]}, and {plural(first.days or 0, 'day')} in {first.code}."]
    return lines


def _total(line: YearTotal) -> str:
    mark = " ◆" if line.over else ""
    return f"**{money(line.amount)}** {safe(line.artist, _NAME)} ({plural(line.payments, 'payment')}){mark}"
