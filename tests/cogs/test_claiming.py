"""/work claim in Discord: a producer says who an imported artist is; the person finds the works under /my."""

from random import Random

from services import imports
from services.imports import Into, read_catalogue
from tests.cogs.test_works_in_discord import Stage, episode, saying, stage
from tests.support.imports import csv_of, row

__all__ = ["episode", "saying", "stage"]


async def test_an_imported_artist_is_a_member(stage: Stage) -> None:
    catalogue = read_catalogue(csv_of(row("1", artists="Old *Mira*"), row("2", artists="Bo|Old *Mira*")), "old.csv")
    await imports.import_works(
        stage.runtime.db, catalogue, show="night-shift", into=Into(None, "Before"), now=stage.clock(), rng=Random(1)
    )
    boss = stage.discord.member(stage.guild.owner_id, "Olga")
    offered = await boss.autocomplete("work claim", "name", "mira", channel=stage.producers)
    assert [choice.value for choice in offered] == ["Old *Mira*"]
    options = {"name": "Old *Mira*", "person": stage.member}
    refused = await stage.member.slash("work claim", channel=stage.works, options=options)
    assert "Only producers" in refused.text
    done = await boss.slash("work claim", channel=stage.producers, options=options)
    assert done.ephemeral
    assert r"“Old \*Mira\*” is Mira now, with 1 work and a part in 1 other" in done.text
    own = await stage.member.slash("my credits", channel=stage.works)
    assert "Title 1" in own.text
    assert "Title 2" in own.text
    again = await boss.slash("work claim", channel=stage.producers, options=options)
    assert "is Mira already" in again.text
