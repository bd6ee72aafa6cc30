"""How themes look to producers."""

from cogs.common.lists import fitting
from cogs.common.look import Tone, card, row, rule, small, text
from cogs.common.outgoing import Outgoing
from cogs.common.text import ago, plural, safe, safe_block, when
from cogs.themes.buttons import add_button
from services.shows import ShowView
from services.themes import QueueView, ThemeView
from services.views import EpisodeView

_ROOM = 3200
_NAME = 90


def queued(view: ThemeView, *, edited: bool = False) -> Outgoing:
    """A theme is in the queue."""
    place = "goes out next" if view.place == 1 else f"waits at place {view.place}"
    done = "is changed; it" if edited else "is in the queue and"
    return Outgoing(
        view=card(
            Tone.THEME,
            text(f"### {safe(view.title)}", safe_block(view.prompt, 1000)),
            rule(),
            text(f"It {done} {place} in {safe(view.show_name, _NAME)}.".replace("It is changed; it", "Changed. It")),
        )
    )


def queue(view: QueueView) -> Outgoing:
    """The queue, in order."""
    if view.next_theme_at is not None:
        next_line = f"The next theme goes out {when(view.next_theme_at)} ({ago(view.next_theme_at)})."
    else:
        next_line = "Themes go out only when a producer opens an episode with `/episode open`."
    if not view.themes:
        return Outgoing(
            view=card(
                Tone.QUIET,
                text(
                    f"## The queue of {safe(view.show_name, _NAME)} is empty",
                    next_line,
                    "Add a theme with `/theme add`.",
                ),
            )
        )
    lines = [_line(theme) for theme in view.themes]
    shown = fitting(lines, _ROOM, lambda left: f"and {left:,} more.")
    return Outgoing(
        view=card(
            Tone.THEME,
            text(
                f"## {plural(len(view.themes), 'theme')} in the queue of {safe(view.show_name, _NAME)}",
                *shown,
            ),
            rule(),
            text(small(next_line)),
        )
    )


def _line(theme: ThemeView) -> str:
    prompt = f": {safe(theme.prompt, 100)}" if theme.prompt else ""
    return f"{theme.place}. **{safe(theme.title, 110)}**{prompt}"


def queue_empty(view: ShowView, *, missed: bool) -> Outgoing | None:
    """Producers are told that there is no theme; None once there is one again."""
    if view.queued and not missed:
        return None
    if missed:
        title = "No theme went out"
        words = f"It was time for the next theme of {safe(view.name, _NAME)}, but the queue is empty."
    else:
        title = f"{safe(view.name, _NAME)} is out of themes"
        words = "The queue is empty."
    following = (
        f"The next one is due {when(view.next_theme_at)} ({ago(view.next_theme_at)})."
        if view.next_theme_at
        else "Nothing is due by the clock."
    )
    hint = "Add one now; `/episode open` sends it out at once." if missed else "Add one and the show goes on by itself."
    return Outgoing(
        view=card(Tone.TROUBLE, text(f"## {title}", f"{words} {following}", hint), row(add_button(view.id)))
    )


def note(view: ShowView, about: str, episode: EpisodeView | None) -> Outgoing | None:
    """Something else that producers should know about the schedule."""
    code = f"{episode.code} “{safe(episode.title, _NAME)}”" if episode else "An episode"
    following = f" The next turn is {when(view.next_theme_at)}." if view.next_theme_at else ""
    words = {
        "theme_waits": (
            "A theme had to wait",
            (
                f"It was time for the next theme of {safe(view.name, _NAME)}, but {code} is still open, and works must "
                f"know where they belong. The theme stays in the queue.{following} Close the episode earlier with "
                "`/episode advance`, or make the show's open time shorter with `/show durations`."
            ),
        ),
        "opening_waits": (
            "An opening had to wait",
            f"A planned episode was due to open, but {code} is still open. It opens when that one closes.",
        ),
        "no_works": (
            "Nobody submitted anything",
            (
                f"{code} closed without a single work, so it is canceled. It happens. A simpler prompt or a longer "
                "time often helps; `/theme add` puts the next one in the queue."
            ),
        ),
    }.get(about)
    if words is None:
        return None
    return Outgoing(view=card(Tone.QUIET, text(f"### {words[0]}", words[1])))
