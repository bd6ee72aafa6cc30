"""An artist's own money as messages: where they are paid, giving it away, what became of a payment. Pure."""

from collections.abc import Sequence

from cogs.common.lists import fitting
from cogs.common.look import Item, Tone, card, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, mention, money, plural, safe, safe_block, when
from cogs.paying.buttons import (
    edit_button,
    forget_button,
    gift_button,
    give_button,
    keep_button,
    wish_button,
)
from domain.money import Money
from services.kinds import PayBy, PaymentState, Unclaimed, Wish
from services.paying.claims import ClaimsOver, ClaimView
from services.paying.people import BalanceView
from services.paying.views import GiftView, PaymentLineView, PayView

_NAME = 60
_BALANCES = 4
_ROOM = 2500

_WISHES = {
    Wish.PAY: "**is paid to you**, once your balance reaches the show's minimum.",
    Wish.DONATE: "**is donated** to the show's reserve, for later episodes.",
    Wish.PASS_ON: "**is passed on** to the artists whose works yours were made from. What your own works earned "
    "stays yours.",
}
_NO_KEY = (
    "Where to be paid cannot be kept here yet: whoever runs this bot has set no key to encrypt it with "
    "(`SHOWRUNNER_PAYMENT_KEYS`). Your balance is safe meanwhile."
)
_GOES = {
    Unclaimed.RESERVE: "to the show's reserve, for later episodes",
    Unclaimed.HOUSE: "to whoever runs the show",
    Unclaimed.SOURCES: "to the artists whose works yours were made from",
    Unclaimed.POOL: "back to the episode, to be shared again",
}


def payment(view: PayView, *, can_keep: bool) -> Outgoing:
    """How an artist wants to be paid; theirs alone to see."""
    wish = view.wish or Wish.PAY
    parts: list[Item] = [
        text("### How you are paid", *_where(view, can_keep=can_keep)),
        rule(),
        text(f"What you earn from now on {_WISHES[wish]}"),
    ]
    if can_keep:
        ways: list[Item] = [edit_button(by, chosen=view.by is by) for by in PayBy]
        if view.by is not None:
            ways.append(forget_button())
        parts.insert(1, row(*ways))
    parts.append(row(*(wish_button(each, chosen=wish is each) for each in Wish)))
    return Outgoing(view=card(Tone.MONEY, *parts))


def gifts(balances: Sequence[BalanceView]) -> Outgoing:
    """Which balance to give away."""
    full = [each for each in balances if each.amount.amount > 0]
    if not full:
        return Outgoing(view=card(Tone.QUIET, text("### Nothing to give", "Your balance is empty.")))
    parts: list[Item] = [text("### Give your balance away", "You see what would happen before anything does.")]
    for each in full[:_BALANCES]:
        parts += [
            rule(),
            text(f"**{money(each.amount)}** with {safe(each.show_name, _NAME)}"),
            row(gift_button(Wish.DONATE, each.show_id), gift_button(Wish.PASS_ON, each.show_id)),
        ]
    return Outgoing(view=card(Tone.MONEY, *parts))


def gift(view: GiftView, wish: Wish, asked_by: int) -> Outgoing:
    """What giving a balance away would do, to be confirmed."""
    show = safe(view.show_name, _NAME)
    if wish is Wish.DONATE:
        words = [f"### Donate {money(view.amount)}?", f"It goes to the reserve of {show}, for later episodes."]
        label = f"Donate {money(view.amount)}"
    else:
        words = [f"### Pass on {money(view.amount)}?", *_takers(view)]
        label = f"Pass on {money(view.amount)}"
        if view.left.amount:
            words.append(f"{money(view.left)} stays yours: it was earned by works that nobody here is a source of.")
    words.append(small("This cannot be taken back."))
    button = give_button(wish, view.show_id, view.amount.amount, asked_by, label)
    return Outgoing(view=card(Tone.MONEY, text(*words), row(button)))


def given(view: GiftView) -> Outgoing:
    """A word of thanks, with what is left."""
    show = safe(view.show_name, _NAME)
    words = [f"### Thank you: {money(view.amount)} {'are passed on' if view.parts else 'are donated'}"]
    words += _takers(view) if view.parts else [f"The reserve of {show} has it now."]
    words.append(f"Your balance with {show} is {money(view.left)} now.")
    return Outgoing(view=card(Tone.MONEY, text(*words)))


def payment_result(line: PaymentLineView, show_name: str, *, public: bool) -> Outgoing:
    """To an artist: a payment was made, or did not get through. In public it names no sum."""
    show = safe(show_name, _NAME)
    if public:
        return Outgoing(content=f"There is news about a payment of {show} to you: look at `/my earnings`.")
    if line.state is PaymentState.PAID:
        words = f"It can take a few days to arrive. Its reference is `{line.reference}`."
        return Outgoing(view=card(Tone.MONEY, text(f"### {show} has paid you {money(line.amount)}", words)))
    how = "came back" if line.state is PaymentState.RETURNED else "did not get through"
    why = [f"The reason given: {safe(line.reason, 200)}."] if line.reason else []
    return Outgoing(
        view=card(
            Tone.TROUBLE,
            text(
                f"### A payment of {money(line.amount)} {how}",
                *why,
                f"It is on your balance with {show} again. Please check how you are paid: `/my payment` there.",
            ),
        )
    )


def received(show_name: str, amount: Money, *, public: bool) -> Outgoing | None:
    """To an artist: somebody passed money on to them."""
    if public:
        return None
    words = f"Their work was made from yours. It is on your balance with {safe(show_name, _NAME)} now."
    return Outgoing(view=card(Tone.MONEY, text(f"### An artist passed {money(amount)} on to you", words)))


def claim_reminder(view: ClaimView, *, public: bool) -> Outgoing | None:
    """To an artist: money waits for a word. Nothing where they have claimed it meanwhile."""
    if view.claimed or view.until is None:
        return None
    where = f"{safe(view.episode, _NAME)} of {safe(view.show_name, _NAME)}"
    if public:
        words = f"Your share of {where} waits for you: say how you want to be paid with `/my payment`."
        return Outgoing(content=f"{words} The time for that ends {ago(view.until)}.")
    return Outgoing(
        view=card(
            Tone.MONEY,
            text(
                f"### {money(view.amount)} of yours waits",
                f"From {where}. Nobody knows yet how you want it: use `/my payment` there, or press the button.",
                f"If you do neither by {when(view.until)} ({ago(view.until)}), it goes {_GOES[view.goes]}, as the "
                "episode's terms say.",
            ),
            row(keep_button(view.artist_id)),
        )
    )


def kept() -> str:
    """A word to who claimed their money."""
    return "Good: it stays on your balance. Say how you want to be paid with `/my payment` in the server."


def unclaimed(view: ClaimsOver, *, own: bool, public: bool) -> Outgoing | None:
    """What was not claimed in time: to the artist, or in all for everybody."""
    where = f"{safe(view.episode, _NAME)} of {safe(view.show_name, _NAME)}"
    if own:
        if public:
            return None
        head = f"### {money(view.amount)} went unclaimed"
        words = f"It was your share of {where}. As its terms say, it went {_GOES[view.goes]}."
        return Outgoing(view=card(Tone.QUIET, text(head, words)))
    who = plural(view.people, "artist")
    words = f"{money(view.amount)} of {who} went {_GOES[view.goes].replace('yours', 'theirs')}, as the terms say."
    return Outgoing(view=card(Tone.QUIET, text(f"### The time to claim shares of {where} is over", words)))


def _where(view: PayView, *, can_keep: bool) -> list[str]:
    if not can_keep:
        return [_NO_KEY]
    if view.by is None:
        return ["Nobody knows yet. Choose a way below; it takes a minute."]
    if view.locked or view.to is None:
        return ["What you entered cannot be opened any more: a key of this bot is gone. Please enter it again."]
    return [
        *_details(view),
        small("Kept encrypted. Only you are shown it, and only the file that pays you has it."),
        _on_its_way(view.on_its_way),
    ]


def _on_its_way(count: int) -> str:
    if not count:
        return ""
    if count == 1:
        return small("A payment that is on its way to you still goes where it was first meant to.")
    return small(f"{count} payments that are on their way to you still go where they were first meant to.")


def _details(view: PayView) -> list[str]:
    if view.to is None:
        return []
    if view.by is PayBy.PAYPAL:
        return [f"**PayPal**, to {safe(view.to.email, 254)}"]
    if view.by is PayBy.WISE:
        return [f"**Wise**, to {safe(view.to.name, 100)}, {safe(view.to.email, 254)}"]
    return ["**Another way**:", *(f"> {line}" for line in safe_block(view.to.words, 1000).splitlines())]


def _takers(view: GiftView) -> list[str]:
    lines = [f"{money(part.amount)} to {mention(part.artist)}" for part in view.parts]
    return fitting(lines, _ROOM, lambda left: f"…and {plural(left, 'other')}.")
