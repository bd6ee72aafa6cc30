"""Payment runs in Discord: /payout export, runs, mark and import, and the buttons under a run. Producers only."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, place_of, runtime_of, say_privately
from cogs.common.shows import show_choices
from cogs.paying import notes
from cogs.paying.buttons import RUN_CANCEL, RUN_FILES, RUN_PAID, RUN_REALLY
from cogs.paying.views import give, replace
from cogs.runtime import Runtime
from domain.errors import UserError
from domain.payment_reports import MOST_BYTES, Result, read_report
from services.kinds import RunMethod
from services.paying import results, runs
from services.paying.views import ExportView

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_SHOW = "Which show (the one of this channel if left out)"
_LONGEST_ID = 18
_MOST = 25
_RESULTS = [
    app_commands.Choice(name="Paid: it arrived, or was sent", value=Result.PAID.value),
    app_commands.Choice(name="Failed: it was never sent", value=Result.FAILED.value),
    app_commands.Choice(name="Returned: it came back", value=Result.RETURNED.value),
]
_METHODS = [
    app_commands.Choice(name="PayPal Payouts file", value=RunMethod.PAYPAL.value),
    app_commands.Choice(name="Wise batch file", value=RunMethod.WISE.value),
    app_commands.Choice(name="CSV of everybody, however they are paid", value=RunMethod.CSV.value),
]


class RunCommands(commands.Cog):
    """Parts of /payout about sending money."""

    runtime: Runtime

    @app_commands.command(name="export", description="A file that pays everybody who is due, for you alone (producers)")
    @app_commands.describe(method="For whom the file is", show=_SHOW)
    @app_commands.choices(method=_METHODS)
    async def export(self, interaction: Interaction, method: str, show: str | None = None) -> None:
        """Make a payment run, or give the files of the open one again."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await runs.export(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction),
            method=RunMethod(method), vault=self.runtime.vault, now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await _hand_over(interaction, view)

    @app_commands.command(name="runs", description="Payment runs, and what became of each payment (producers)")
    @app_commands.describe(run="One of them, payment by payment", show=_SHOW)
    async def runs(self, interaction: Interaction, run: str | None = None, show: str | None = None) -> None:
        """Show the runs, or one of them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        if run is not None:
            await give(interaction, notes.run_card(await runs.get_run(self.runtime.db, actor, run_id=_id(run))))
            return
        found = await runs.runs_of(self.runtime.db, actor, show=show, channel_id=place_of(interaction))
        await give(interaction, notes.run_card(found[0]) if len(found) == 1 else notes.run_list(found))

    @app_commands.command(name="mark", description="Say what became of payments of a run (producers)")
    @app_commands.describe(
        run="Which run",
        payments="Their numbers, as in 3 or 2, 5-7, or all that still wait",
        result="What became of them",
        reason="Why it failed or came back; the artist reads it",
    )
    @app_commands.choices(result=_RESULTS)
    async def mark(
        self,
        interaction: Interaction,
        run: str,
        payments: app_commands.Range[str, 1, 100],
        result: str,
        reason: app_commands.Range[str, 1, results.MAX_REASON] | None = None,
    ) -> None:
        """Mark payments."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await results.mark(
            self.runtime.db, actor_of(interaction), run_id=_id(run), which=payments, result=Result(result),
            reason=reason or "", now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(interaction, notes.marked(view))

    @app_commands.command(name="import", description="Take in a provider's report of what was paid (producers)")
    @app_commands.describe(report="The report as CSV, as PayPal or Wise gives it", show=_SHOW)
    async def take_in(self, interaction: Interaction, report: discord.Attachment, show: str | None = None) -> None:
        """Take a report in."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if report.size > MOST_BYTES:
            raise UserError(f"The report is larger than {MOST_BYTES // 1_000_000} MB. Export a shorter time.")
        view = await results.take_report(
            self.runtime.db, actor_of(interaction), read_report(await report.read()), show=show,
            channel_id=place_of(interaction), vault=self.runtime.vault, now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await give(interaction, notes.imported(view))

    @export.autocomplete("show")
    @runs.autocomplete("show")
    @take_in.autocomplete("show")
    async def _run_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)

    @runs.autocomplete("run")
    @mark.autocomplete("run")
    async def _run_choices(self, interaction: Interaction, current: str) -> Choices:
        try:
            found = await runs.runs_of(
                self.runtime.db, actor_of(interaction), show=getattr(interaction.namespace, "show", None),
                channel_id=place_of(interaction),
            )  # fmt: skip
        except UserError:
            return []
        names = [(f"{notes.title(run)} ({notes.RUN_STATES[run.state]})"[:100], str(run.id)) for run in found]
        typed = current.casefold()
        return [app_commands.Choice(name=name, value=value) for name, value in names if typed in name.casefold()][
            :_MOST
        ]


class FilesButton(LastingButton, template=RUN_FILES):
    """Gives a run's files again."""

    async def callback(self, interaction: Interaction) -> None:
        """Give them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await runs.files_again(runtime.db, actor_of(interaction), run_id=self.number("run"), vault=runtime.vault)
        await _hand_over(interaction, view)


class AllPaidButton(LastingButton, template=RUN_PAID):
    """Asks whether all that wait were paid."""

    async def callback(self, interaction: Interaction) -> None:
        """Ask."""
        await _ask(interaction, self.number("run"), "paid")


class CancelButton(LastingButton, template=RUN_CANCEL):
    """Asks whether the run was really not sent."""

    async def callback(self, interaction: Interaction) -> None:
        """Ask."""
        await _ask(interaction, self.number("run"), "cancel")


class ReallyButton(LastingButton, template=RUN_REALLY):
    """Does what was asked about."""

    async def callback(self, interaction: Interaction) -> None:
        """Do it, and show the run as it is now."""
        await interaction.response.defer()
        runtime, actor, run_id = runtime_of(interaction), actor_of(interaction), self.number("run")
        if self.word("what") == "paid":
            view = await results.mark(
                runtime.db, actor, run_id=run_id, which="all", result=Result.PAID, reason="", now=runtime.clock()
            )
        else:
            view = await runs.cancel(runtime.db, actor, run_id=run_id, now=runtime.clock())
        runtime.wake()
        await replace(interaction, notes.run_card(view))


async def _ask(interaction: Interaction, run_id: int, what: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    run = await runs.get_run(runtime_of(interaction).db, actor_of(interaction), run_id=run_id)
    await give(interaction, notes.asking(run, what))


async def _hand_over(interaction: Interaction, view: ExportView) -> None:
    """Give a run's files to whoever asked, and to nobody else."""
    first, *more = notes.exported(view)
    await give(interaction, first)
    for each in more:
        await give(interaction, each)


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
        raise UserError("Pick the run from the list that appears while you type.")
    return int(text)
