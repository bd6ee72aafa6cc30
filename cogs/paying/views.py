"""An artist's buttons about their own money, and the forms for where it goes. What is typed there is never logged."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, runtime_of, say_privately
from cogs.common.outgoing import Outgoing
from cogs.paying import messages
from cogs.paying.buttons import EDIT, FORGET, GIFT, GIFTS, GIVE, KEEP, OPEN, WISH
from cogs.paying.earnings import earnings as earnings_card
from domain import payments
from services.kinds import PayBy, Wish
from services.paying import claims, details, giving, people
from services.payouts.read import earnings

Interaction = discord.Interaction[Any]


async def show_payment(interaction: Interaction) -> None:
    """Show whoever asks how they want to be paid."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    view = await details.pay_view(runtime.db, actor_of(interaction), vault=runtime.vault)
    await give(interaction, messages.payment(view, can_keep=bool(runtime.vault)))


async def show_earnings(interaction: Interaction) -> None:
    """Show whoever asks what they earned, with what they can do about it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    actor = actor_of(interaction)
    view = await earnings(runtime_of(interaction).db, guild_id=actor.guild_id, user_id=actor.user_id)
    await give(interaction, earnings_card(view))


async def give(interaction: Interaction, message: Outgoing) -> None:
    """Answer with a card; its buttons are known by their ids, so discord.py need not keep it in memory for ever."""
    if message.view is not None:
        message.view.stop()
    await answer(interaction, message)


async def replace(interaction: Interaction, message: Outgoing) -> None:
    """Put a card where the button that was pressed is, so that the old one cannot be pressed again."""
    if message.view is not None:
        message.view.stop()
    await interaction.edit_original_response(view=message.view)


class OpenButton(LastingButton, template=OPEN):
    """Opens the card that /my payment shows."""

    async def callback(self, interaction: Interaction) -> None:
        """Show it."""
        await show_payment(interaction)


class EditButton(LastingButton, template=EDIT):
    """Opens the form for a way to be paid."""

    async def callback(self, interaction: Interaction) -> None:
        """Open it, unless there is no key to keep it with."""
        runtime_of(interaction).vault.require()
        await interaction.response.send_modal(_FORMS[PayBy(self.word("by"))]())


class ForgetButton(LastingButton, template=FORGET):
    """Deletes where somebody is paid."""

    async def callback(self, interaction: Interaction) -> None:
        """Delete it, and show that it is gone."""
        await interaction.response.defer()
        runtime = runtime_of(interaction)
        view = await details.delete_details(runtime.db, actor_of(interaction), vault=runtime.vault)
        await replace(interaction, messages.payment(view, can_keep=bool(runtime.vault)))


class WishButton(LastingButton, template=WISH):
    """Keeps what somebody wants done with what they earn."""

    async def callback(self, interaction: Interaction) -> None:
        """Keep it, and show it."""
        await interaction.response.defer()
        runtime = runtime_of(interaction)
        view = await details.set_wish(
            runtime.db, actor_of(interaction), wish=Wish(self.word("wish")), vault=runtime.vault, now=runtime.clock()
        )
        await replace(interaction, messages.payment(view, can_keep=bool(runtime.vault)))


class GiftsButton(LastingButton, template=GIFTS):
    """Shows the balances that can be given away."""

    async def callback(self, interaction: Interaction) -> None:
        """Show them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await people.my_balances(runtime_of(interaction).db, actor_of(interaction))
        await give(interaction, messages.gifts(found))


class GiftButton(LastingButton, template=GIFT):
    """Shows what giving a balance away would do."""

    async def callback(self, interaction: Interaction) -> None:
        """Show it, with the button that does it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        wish = Wish(self.word("wish"))
        view = await giving.gift(
            runtime_of(interaction).db, actor_of(interaction), show_id=self.number("show"), wish=wish
        )
        await give(interaction, messages.gift(view, wish, interaction.id))


class GiveButton(LastingButton, template=GIVE):
    """Gives a balance away."""

    async def callback(self, interaction: Interaction) -> None:
        """Give it, and say what is left."""
        await interaction.response.defer()
        runtime = runtime_of(interaction)
        view = await giving.give(
            runtime.db, actor_of(interaction), show_id=self.number("show"), wish=Wish(self.word("wish")),
            amount=self.number("amount"), asked_by=self.number("asked"), now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await replace(interaction, messages.given(view))


class KeepButton(LastingButton, template=KEEP):
    """Claims money, from the message that reminded of it."""

    async def callback(self, interaction: Interaction) -> None:
        """Keep it for them."""
        runtime = runtime_of(interaction)
        await claims.keep(runtime.db, artist_id=self.number("artist"), user_id=interaction.user.id, now=runtime.clock())
        await say_privately(interaction, messages.kept())


class _Form(discord.ui.Modal):
    """Where somebody wants to be paid."""

    by: PayBy

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Keep it, and show what is kept."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await details.set_details(
            runtime.db, actor_of(interaction), by=self.by, fields=self.fields(), vault=runtime.vault,
            now=runtime.clock(),
        )  # fmt: skip
        await give(interaction, messages.payment(view, can_keep=True))

    def fields(self) -> dict[str, str]:
        """What was typed."""
        raise NotImplementedError


def _email() -> discord.ui.TextInput[Any]:
    return discord.ui.TextInput(placeholder="you@example.org", max_length=payments.MAX_EMAIL)


_KEPT = "Kept encrypted; nobody but you is shown it."


class PayPalForm(_Form, title="Be paid by PayPal"):
    """An email address."""

    by = PayBy.PAYPAL

    def __init__(self) -> None:
        super().__init__()
        self.email = _email()
        self.add_item(
            discord.ui.Label(text="The email address of your PayPal account", description=_KEPT, component=self.email)
        )

    def fields(self) -> dict[str, str]:
        """What was typed."""
        return {"email": self.email.value}


class WiseForm(_Form, title="Be paid by Wise"):
    """A name and an email address."""

    by = PayBy.WISE

    def __init__(self) -> None:
        super().__init__()
        self.name: discord.ui.TextInput[Any] = discord.ui.TextInput(max_length=payments.MAX_NAME)
        self.email = _email()
        self.add_item(discord.ui.Label(text="Your full name, as your bank has it", component=self.name))
        self.add_item(
            discord.ui.Label(text="Your email address", description=f"Wise writes to it. {_KEPT}", component=self.email)
        )

    def fields(self) -> dict[str, str]:
        """What was typed."""
        return {"email": self.email.value, "name": self.name.value}


class OtherForm(_Form, title="Be paid another way"):
    """A few words."""

    by = PayBy.OTHER

    def __init__(self) -> None:
        super().__init__()
        self.words: discord.ui.TextInput[Any] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=payments.MAX_WORDS
        )
        self.add_item(
            discord.ui.Label(text="How can you be paid?", description=f"A bank account, say. {_KEPT}",
                             component=self.words)
        )  # fmt: skip

    def fields(self) -> dict[str, str]:
        """What was typed."""
        return {"words": self.words.value}


_FORMS: dict[PayBy, type[_Form]] = {PayBy.PAYPAL: PayPalForm, PayBy.WISE: WiseForm, PayBy.OTHER: OtherForm}
