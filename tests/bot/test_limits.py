"""What Discord would refuse is found before it is sent."""

import discord

from bot.limits import problems
from bot.sending import marker
from cogs.common.outgoing import Attached, Outgoing
from services.outbox import nonce_of


def layout(*texts: str) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.Container(*(discord.ui.TextDisplay(text) for text in texts)))
    return view


def test_what_fits_has_no_problems() -> None:
    assert problems(Outgoing(content="x" * 2000)) == []
    assert problems(Outgoing(view=layout("x" * 3999, "x"), thread="t" * 100)) == []
    assert problems(Outgoing(files=(Attached("a.png", b""),))) == []


def test_each_limit_is_named() -> None:
    assert problems(Outgoing(content="x" * 2001)) == ["Its content has 2,001 characters; 2,000 are allowed."]
    assert problems(Outgoing(content="  ")) == ["It is empty."]
    assert problems(Outgoing(view=layout("x" * 4000, "x"))) == ["Its texts have 4,001 characters; 4,000 are allowed."]
    assert problems(Outgoing(view=layout(" "))) == ["One of its texts is empty."]
    assert problems(Outgoing(view=discord.ui.LayoutView(timeout=None))) == ["Its layout is empty."]
    assert problems(Outgoing(view=layout("x"), content="y")) == ["It has content beside a layout."]
    assert problems(Outgoing(content="x", thread="t" * 101))[0].startswith("Its thread's name has 101")
    eleven = tuple(Attached(f"{number}.png", b"") for number in range(11))
    assert problems(Outgoing(content="x", files=eleven)) == ["It has 11 files; 10 are allowed."]


def test_markers_are_component_ids_of_their_own() -> None:
    markers = {marker(nonce_of(f"episode:{number}:opened")) for number in range(2000)}
    assert len(markers) == 2000
    assert all(2**30 <= found < 2**31 for found in markers)
