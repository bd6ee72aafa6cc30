"""The look and names of the buttons about being paid; what they do is in views.py and running.py."""

from typing import Any

import discord

from cogs.common.buttons import number
from services.kinds import PayBy, Wish

OPEN = r"pay:open"
EDIT = r"pay:edit:(?P<by>paypal|wise|other)"
FORGET = r"pay:forget"
WISH = r"pay:wish:(?P<wish>pay|donate|pass_on)"
GIFTS = r"pay:gifts"
GIFT = rf"pay:gift:(?P<wish>donate|pass_on):{number('show')}"
GIVE = rf"pay:give:(?P<wish>donate|pass_on):{number('show')}:{number('amount')}:{number('asked')}"
KEEP = rf"pay:keep:{number('artist')}"
RUN_FILES = rf"pay:files:{number('run')}"
RUN_PAID = rf"pay:allpaid:{number('run')}"
RUN_CANCEL = rf"pay:cancel:{number('run')}"
RUN_REALLY = rf"pay:really:(?P<what>paid|cancel):{number('run')}"

_WAYS = {PayBy.PAYPAL: "PayPal", PayBy.WISE: "Wise", PayBy.OTHER: "Another way"}
_WISHES = {Wish.PAY: "Pay me", Wish.DONATE: "Donate it", Wish.PASS_ON: "Pass it on"}

Button = discord.ui.Button[Any]


def open_button() -> Button:
    """How do I want to be paid?"""
    return _button("How I am paid", "pay:open", primary=True)


def gifts_button() -> Button:
    """Give my balance away."""
    return _button("Give it away", "pay:gifts")


def edit_button(by: PayBy, *, chosen: bool) -> Button:
    """Say where to be paid."""
    return _button(_WAYS[by], f"pay:edit:{by.value}", primary=chosen)


def forget_button() -> Button:
    """Delete where I am paid."""
    return discord.ui.Button(style=discord.ButtonStyle.danger, label="Forget it", custom_id="pay:forget")


def wish_button(wish: Wish, *, chosen: bool) -> Button:
    """What to do with what I earn from now on."""
    return _button(_WISHES[wish], f"pay:wish:{wish.value}", primary=chosen, off=chosen)


def gift_button(wish: Wish, show_id: int) -> Button:
    """What would giving this balance away do?"""
    label = "Donate to the reserve" if wish is Wish.DONATE else "Pass on to sources"
    return _button(label, f"pay:gift:{wish.value}:{show_id}")


def give_button(wish: Wish, show_id: int, amount: int, asked_by: int, label: str) -> Button:
    """Yes, give it."""
    return _button(label, f"pay:give:{wish.value}:{show_id}:{amount}:{asked_by}", primary=True)


def keep_button(artist_id: int) -> Button:
    """This money is mine."""
    return _button("It is mine, keep it for me", f"pay:keep:{artist_id}", primary=True)


def files_button(run_id: int) -> Button:
    """The run's files again."""
    return _button("The files again", f"pay:files:{run_id}")


def all_paid_button(run_id: int) -> Button:
    """All that wait were paid."""
    return _button("All were paid", f"pay:allpaid:{run_id}", primary=True)


def cancel_button(run_id: int) -> Button:
    """The file was not sent after all."""
    return discord.ui.Button(
        style=discord.ButtonStyle.danger, label="Cancel this run", custom_id=f"pay:cancel:{run_id}"
    )


def really_button(what: str, run_id: int, label: str) -> Button:
    """Yes, I am sure."""
    return discord.ui.Button(style=discord.ButtonStyle.danger, label=label, custom_id=f"pay:really:{what}:{run_id}")


def _button(label: str, name: str, *, primary: bool = False, off: bool = False) -> Button:
    style = discord.ButtonStyle.primary if primary else discord.ButtonStyle.secondary
    return discord.ui.Button(style=style, label=label, custom_id=name, disabled=off)
