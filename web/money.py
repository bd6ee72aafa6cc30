"""The pages about money: one share told step by step, and a show's trends."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from aiohttp import web

from domain.allocation.story import Step, Story
from domain.money import Money
from services.gallery.shares import SharePage, share_page
from services.paying.trends import EpisodeTrend, public_trends
from services.text import money_text
from web.pages import PAGES
from web.surroundings import around, number_of
from web.words import percent

_FINER: Final = 4
_LONGEST_KEY: Final = 80
_NAMED: Final = 4
_LONG: Final = 100_000


@dataclass(frozen=True, slots=True)
class Bar:
    """An episode's place in the chart of a show's money: heights from 0 to 100."""

    trend: EpisodeTrend
    pool: int
    median: int
    x: int


async def share(request: web.Request) -> web.Response:
    """How an artist's share came about, line by line."""
    key = request.match_info["key"]
    if len(key) > _LONGEST_KEY:
        raise web.HTTPNotFound
    page = await share_page(around(request).db, round_id=number_of(request), key=key)
    return request.config_dict[PAGES].page(
        request, "share.html", page=page, round=page.round, story=page.story, episode=page.episode,
        zone=page.timezone, sentence=sentence(page), rounding=rounding(page.story), finely=finely, weight=weight,
        steps=sorted(page.story.steps, key=lambda step: (-step.line.amount, step.line.work or "")),
    )  # fmt: skip


async def trends(request: web.Request) -> web.Response:
    """What a show's episodes earned, and how long payment took."""
    found = await public_trends(around(request).db, slug=request.match_info["slug"])
    return request.config_dict[PAGES].page(request, "money.html", trends=found, bars=bars(found.episodes))


def sentence(page: SharePage) -> tuple[tuple[str, str], ...]:
    """The whole in a sentence, as amounts with what each is for."""
    parts: list[tuple[str, str]] = []
    by_work: dict[str, list[Step]] = {}
    for step in page.story.steps:
        by_work.setdefault(step.line.work or "", []).append(step)
    ranked = sorted(by_work.items(), key=lambda each: (-_units(each[1]), each[0]))
    named = ranked if len(ranked) <= _NAMED + 1 else ranked[:_NAMED]
    for name, steps in named:
        own = [step for step in steps if step.line.remix is None]
        passed = [step for step in steps if step.line.remix is not None]
        if own:
            parts.append((_text(page, _units(own)), f"for {page.titles[name]} in the cut"))
        if passed:
            of = "it" if own else page.titles[name]
            count = "a remix" if len(passed) == 1 else f"{len(passed)} remixes"
            parts.append((_text(page, _units(passed)), f"from {count} of {of}"))
    rest = [step for _, steps in ranked[len(named) :] for step in steps]
    if rest:
        parts.append((_text(page, _units(rest)), f"from {len(ranked) - len(named)} other works"))
    moved = sum(line.amount for line in page.story.moved)
    if page.story.moved:
        parts.append((_text(page, moved), "moved by limits or by hand"))
    return tuple(parts)


def finely(value: Fraction, like: Money) -> str:
    """An amount that is not rounded, with up to four decimals more than its currency has; … says that it goes on."""
    digits = like.currency.exponent + _FINER
    scaled = value * 10**_FINER
    whole = scaled.numerator // scaled.denominator
    sign = "-" if whole < 0 else ""
    units, part = divmod(abs(whole), 10**digits)
    decimals = f"{part:0{digits}d}"
    if scaled.denominator != 1:
        decimals += "…"
    else:
        least = like.currency.exponent
        decimals = decimals[:least] + decimals[least:].rstrip("0")
    return f"{sign}{units:,}{'.' if decimals else ''}{decimals} {like.currency.code}"


def weight(step: Step) -> str:
    """What a work weighs beside all of the cut: 1 of 12, or in percent where the numbers are long."""
    if step.weights <= _LONG:
        return f"{step.weight:,} of {step.weights:,}"
    return f"{percent(round(Fraction(step.weight * 10_000, step.weights)))} of all"


def rounding(story: Story) -> str:
    """What rounding did: nothing, took a part of a unit, or gave one."""
    if story.exact == story.rounded:
        return "exact"
    return "up" if story.up else "down"


def bars(episodes: Sequence[EpisodeTrend]) -> tuple[Bar, ...]:
    """The episodes of a chart, each scaled to the largest."""
    top = max((each.pool.amount for each in episodes), default=0) or 1
    middle = max((each.median.amount for each in episodes), default=0) or 1
    return tuple(
        Bar(each, round(100 * each.pool.amount / top), round(100 * each.median.amount / middle), place)
        for place, each in enumerate(episodes)
    )


def _units(steps: Sequence[Step]) -> int:
    return sum(step.line.amount for step in steps)


def _text(page: SharePage, amount: int) -> str:
    return money_text(Money(amount, page.round.pool.currency))
