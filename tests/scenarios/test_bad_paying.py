"""Nonsense about being paid: refused with a sentence, and nothing in the database changes."""

from typing import Any

import pytest

from tests.scenarios.studio import Studio, private

pytestmark = [pytest.mark.scenario, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("payout export", {"method": "paypal"}, "SHOWRUNNER_PAYMENT_KEYS"),
        ("payout export", {"method": "csv", "show": "Noon"}, "There is no show called"),
        ("payout runs", {"run": "the first"}, "from the list"),
        ("payout runs", {"run": "9" * 18}, "no such payment run"),
        ("payout mark", {"run": "77", "payments": "all", "result": "paid"}, "no such payment run"),
        ("payout mark", {"run": "²", "payments": "1", "result": "paid"}, "from the list"),
        ("payout import", {"report": ("r.csv", b"a,b\n1,2\n")}, "line of names"),
        ("payout import", {"report": ("r.csv", b"\x00" * 9)}, "no text"),
        ("payout release", {"hold": "99", "to": "pooled", "decision": "So be it"}, "no such hold"),
        ("payout release", {"hold": "-1", "to": "pooled", "decision": "So be it"}, "from the list"),
        ("payout totals", {"year": 26}, "none that anybody was paid in"),
        ("payout totals", {"year": 10**9}, "none that anybody was paid in"),
    ],
)
async def test_a_command_about_paying_that_makes_no_sense(
    studio: Studio, command: str, options: dict[str, Any], sentence: str
) -> None:
    house = studio.night
    async with studio.world.unchanged():
        answer = await house.producer.slash(command, channel=house.producers, options=options)
        assert sentence in private(answer)


async def test_buttons_about_other_peoples_money(studio: Studio) -> None:
    names = {
        "pay:keep:1": "somebody else's money",
        "pay:files:1": "no such payment run",
        "pay:allpaid:1": "no such payment run",
        "pay:really:cancel:1": "no such payment run",
        "pay:gift:donate:1": "empty",
        "pay:gift:donate:999": "another server",
        "pay:give:donate:1:100:5": "has changed since",
        "pay:edit:paypal": "SHOWRUNNER_PAYMENT_KEYS",
    }
    forged = await studio.world.forged(studio.night.news, *names)
    async with studio.world.unchanged():
        for name, sentence in names.items():
            assert sentence in private(await studio.jo.click(forged, custom_id=name)), name
