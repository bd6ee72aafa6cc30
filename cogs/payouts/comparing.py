"""Policies side by side, and what producers moved by hand, as messages. Pure."""

from collections.abc import Sequence
from typing import Any

import discord

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, rule, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import TEXT_DISPLAY, mention, money, percent, plural, safe, when
from cogs.payouts.wording import way
from domain.allocation import Parts
from services.kinds import Weights
from services.payouts.adjusting import AdjustedView
from services.payouts.preview import Policy, PolicyView, PreviewView
from services.payouts.views import AdjustmentView, ChangeView, RoundView

_NAME = "comparison.png"
_HOW = (
    "Bars are artists, from the most to the least; yellow is the middle, orange is under the minimum. Choose with "
    "/show money, before an episode opens; an open episode keeps the deal it was opened with."
)
_EPISODE = 80
_CHANGES = 15
_ROOM = TEXT_DISPLAY - 1600


def comparison(view: PreviewView) -> Outgoing:
    """What each policy would give, with a picture of how it spreads."""
    shown = [policy for policy in view.policies if policy.amounts]
    whose = f"a pool of {money(view.pool)}" if view.assumed else f"the {money(view.pool)} that are there"
    agreed = view.policies[0].policy.lineage_bp
    parts: list[Item] = [
        text(
            f"### Who would get what: {safe(view.episode, _EPISODE)}",
            f"With the cut as it is now, and {whose}. A remix passes {percent(agreed)} to its sources unless it says "
            "otherwise. Nothing is promised to anybody by looking.",
        )
    ]
    files: tuple[Attached, ...] = ()
    if shown:
        files = (Attached(_NAME, _picture(view, shown)),)
        gallery: discord.ui.MediaGallery[Any] = discord.ui.MediaGallery()
        gallery.add_item(media=f"attachment://{_NAME}", description=_in_words(view, shown)[:1000])
        parts.append(gallery)
    parts += [text(*(_policy(policy, view) for policy in view.policies)), text(small(_HOW))]
    return Outgoing(view=card(Tone.MONEY, *parts), files=files)


def adjusted(view: AdjustmentView, changes: Sequence[ChangeView], of: RoundView, title: str) -> Outgoing:
    """What producers moved by hand, for everybody."""
    moved = f"{money(view.amount)} {way(view)}"
    words = [
        f"### Adjustment {view.number} is taken back" if view.undone else f"### Adjusted by hand: {moved}",
        f"<@{view.by_user}> on the payout of {title}:",
        f"> {safe(view.reason, 500)}",
    ]
    parts: list[Item] = [text(*words)]
    if changes:
        lines = [
            f"{mention(change.artist)} {money(change.before)} → **{money(change.after)}**"
            for change in changes[:_CHANGES]
        ]
        hidden = len(changes) - len(lines)
        shown = fitting(lines, _ROOM, lambda left: f"…and {left + hidden:,} more, changed by less.")
        if hidden and len(shown) == len(lines):
            shown = [*shown, f"…and {hidden:,} more, changed by less."]
        parts += [rule(), text(*shown)]
    if any(change.material for change in changes) and of.comments_until is not None:
        parts.append(text(f"Because shares fell, everyone can comment again until {when(of.comments_until)}."))
    people = tuple(change.artist.user_id for change in changes[:_CHANGES] if change.artist.user_id)
    return Outgoing(view=card(Tone.MONEY, *parts), mention_users=people)


def done(view: AdjustedView) -> str:
    """A word to the producer who adjusted."""
    one = view.adjustment
    what = "is taken back" if one.undone else f"moves {money(one.amount)} {way(one)}"
    changed = f" {plural(len(view.changes), 'amount')} changed; everybody can read why." if view.changes else ""
    again = " The time for comments starts again, because shares fell." if view.window_restarts else ""
    return f"Adjustment {one.number} {what}.{changed}{again}"


def _policy(view: PolicyView, whole: PreviewView) -> str:
    name = f"**{_name(view.policy, whole)}**" + (" · the deal" if view.policy.deal else "")
    if view.policy.weights is Weights.BLEND and view.amounts:
        name += f" · {_blend(view.policy.parts)}"
    if not view.amounts:
        return f"{name}\n{safe(view.refused, 300)}"
    return f"{name}\n{_numbers(view, whole)}"


def _name(policy: Policy, whole: PreviewView) -> str:
    """What a policy is called, with what it passes to sources where that is not what the deal says."""
    plain = {
        Weights.EQUAL: "Equal", Weights.POINTS: "Points", Weights.VOTES: "Votes alone", Weights.BLEND: "Blend"
    }[policy.weights]  # fmt: skip
    if policy.lineage_bp == whole.policies[0].policy.lineage_bp:
        return plain
    return f"{plain}, {percent(policy.lineage_bp) if policy.lineage_bp else 'nothing'} to sources"


def _numbers(view: PolicyView, whole: PreviewView) -> str:
    spread = (
        f"{money(view.largest)} each"
        if view.smallest == view.largest
        else f"{money(view.smallest)} to {money(view.largest)}, half at least {money(view.median)}"
    )
    if not whole.payout_min.amount:
        return spread
    below = f"{view.below_min:,}" if view.below_min else "nobody"
    return f"{spread}; {below} under {money(whole.payout_min)}"


def _blend(parts: Parts) -> str:
    total = parts.equal + parts.points + parts.votes
    named = ((parts.equal, "equal"), (parts.points, "points"), (parts.votes, "votes"))
    return ", ".join(f"{percent(part * 10_000 // total)} {name}" for part, name in named if part)


def _picture(view: PreviewView, shown: Sequence[PolicyView]) -> bytes:
    from cogs.payouts import distribution  # noqa: PLC0415 - Pillow is not needed before the first comparison

    rows = [
        distribution.Distribution(
            name=_name(one.policy, view) + (": the deal" if one.policy.deal else ""),
            amounts=[amount.amount for amount in one.amounts],
            deal=one.policy.deal,
        )
        for one in shown
    ]
    people = plural(len(shown[0].amounts), "artist")
    return distribution.draw(f"{money(view.pool)} for {people}", rows, least=view.payout_min.amount)


def _in_words(view: PreviewView, shown: Sequence[PolicyView]) -> str:
    return "; ".join(f"{_name(one.policy, view)}: {_numbers(one, view)}" for one in shown)
