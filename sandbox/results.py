"""What members see, as dataclasses made from Discord's JSON. Ids are ints; `raw` is the JSON itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

EPHEMERAL, LOADING = 1 << 6, 1 << 7
BUTTON, LABEL = 2, 18
SELECTS = (3, 5, 6, 7, 8)


@dataclass(frozen=True)
class SeenFile:
    """An attachment."""

    id: int
    filename: str
    url: str
    content_type: str
    size: int
    description: str | None = None


@dataclass(frozen=True)
class SeenButton:
    """A button; `custom_id` is empty for a link."""

    label: str
    custom_id: str
    url: str | None = None
    disabled: bool = False
    emoji: str | None = None


@dataclass(frozen=True)
class SeenMenu:
    """A select menu; `options` are (label, value), empty for menus of users, roles and channels."""

    custom_id: str
    placeholder: str
    options: tuple[tuple[str, str], ...] = ()
    disabled: bool = False


@dataclass(frozen=True)
class SeenMessage:
    """A message. `text` is everything a person reads in it: content, embeds, layouts, labels, file names."""

    id: int
    channel_id: int
    author_id: int
    author_name: str
    content: str
    text: str
    files: tuple[SeenFile, ...]
    buttons: tuple[SeenButton, ...]
    menus: tuple[SeenMenu, ...]
    reply_to: int | None
    ephemeral: bool
    loading: bool
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "SeenMessage":
        """Read Discord's JSON of a message."""
        parts = list(walk(raw.get("components") or []))
        flags = int(raw.get("flags") or 0)
        reply = (raw.get("message_reference") or {}).get("message_id")
        return cls(
            id=int(raw["id"]),
            channel_id=int(raw["channel_id"]),
            author_id=int(raw["author"]["id"]),
            author_name=str(raw["author"].get("global_name") or raw["author"]["username"]),
            content=str(raw.get("content") or ""),
            text=readable(raw),
            files=tuple(_file(item) for item in raw.get("attachments") or ()),
            buttons=tuple(_button(part) for part in parts if part["type"] == BUTTON),
            menus=tuple(_menu(part) for part in parts if part["type"] in SELECTS),
            reply_to=int(reply) if reply else None,
            ephemeral=bool(flags & EPHEMERAL),
            loading=bool(flags & LOADING),
            raw=raw,
        )


@dataclass(frozen=True)
class ModalField:
    """One thing to fill in; `kind` is Discord's component type (4 text, 3 select, 19 files...)."""

    custom_id: str
    label: str
    kind: int
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    value: str | None = None


@dataclass(frozen=True)
class Modal:
    """A modal that the bot opened; send it off with `member.submit_modal`."""

    interaction: int
    custom_id: str
    title: str
    fields: tuple[ModalField, ...]
    raw: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Choice:
    """An autocomplete suggestion."""

    name: str
    value: str | float


@dataclass(frozen=True)
class Answer:
    """What the bot answered. `kind`: message, update, modal, autocomplete, deferred or deferred_update."""

    interaction: int
    kind: str
    message: SeenMessage | None
    ephemeral: bool
    modal: Modal | None
    choices: tuple[Choice, ...]
    followups: tuple[SeenMessage, ...]

    @property
    def text(self) -> str:
        """All text of the message and the followups."""
        messages = dict.fromkeys(m.text for m in (self.message, *self.followups) if m is not None)
        return "\n".join(messages)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Answer":
        """Read the JSON of an answer of /act."""
        interaction = int(raw["interaction"])
        modal = raw.get("modal")
        return cls(
            interaction=interaction,
            kind=str(raw["type"]),
            message=SeenMessage.of(raw["message"]) if raw.get("message") else None,
            ephemeral=bool(raw.get("ephemeral")),
            modal=_modal(interaction, modal) if modal else None,
            choices=tuple(Choice(str(c["name"]), c["value"]) for c in raw.get("choices") or ()),
            followups=tuple(SeenMessage.of(message) for message in raw.get("followups") or ()),
        )


@dataclass(frozen=True)
class Guild:
    """A guild; its @everyone role has the guild's id."""

    id: int
    name: str
    owner_id: int


@dataclass(frozen=True)
class Role:
    """A role."""

    id: int
    name: str


@dataclass(frozen=True)
class Channel:
    """A channel or thread; `kind` is Discord's type (0 text, 11 thread, 15 forum...)."""

    id: int
    name: str
    kind: int
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Channel":
        """Read Discord's JSON of a channel."""
        return cls(int(raw["id"]), str(raw.get("name") or ""), int(raw["type"]), raw)


def walk(components: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every component of a message or modal, parents first."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def readable(raw: Mapping[str, Any]) -> str:
    """All text a person reads in a message."""
    parts = [str(raw.get("content") or "")]
    for embed in raw.get("embeds") or ():
        parts += [str((embed.get("author") or {}).get("name") or "")]
        parts += [str(embed.get(key) or "") for key in ("title", "description")]
        for item in embed.get("fields") or ():
            parts += [str(item.get("name")), str(item.get("value"))]
        parts += [str((embed.get("footer") or {}).get("text") or "")]
    for component in walk(raw.get("components") or []):
        parts += [str(component.get(key) or "") for key in ("content", "label", "placeholder")]
        parts += [str(option.get("label")) for option in component.get("options") or ()]
        parts += [str(item.get("description") or "") for item in component.get("items") or ()]
    parts += [str(item.get("filename")) for item in raw.get("attachments") or ()]
    return "\n".join(part for part in parts if part)


def _file(raw: Mapping[str, Any]) -> SeenFile:
    kind = str(raw.get("content_type") or "")
    return SeenFile(int(raw["id"]), raw["filename"], raw["url"], kind, int(raw["size"]), raw.get("description"))


def _button(raw: Mapping[str, Any]) -> SeenButton:
    emoji = (raw.get("emoji") or {}).get("name")
    label = str(raw.get("label") or "")
    return SeenButton(label, str(raw.get("custom_id") or ""), raw.get("url"), bool(raw.get("disabled")), emoji)


def _options(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(option["label"]), str(option["value"])) for option in raw.get("options") or ())


def _menu(raw: Mapping[str, Any]) -> SeenMenu:
    return SeenMenu(
        custom_id=str(raw["custom_id"]),
        placeholder=str(raw.get("placeholder") or ""),
        options=_options(raw),
        disabled=bool(raw.get("disabled")),
    )


def _modal(interaction: int, raw: Mapping[str, Any]) -> Modal:
    fields = []
    for outer in raw["components"]:
        inner = [outer["component"]] if outer["type"] == LABEL else outer.get("components") or []
        for control in inner:
            label = outer.get("label") if outer["type"] == LABEL else control.get("label")
            fields.append(
                ModalField(
                    custom_id=str(control["custom_id"]),
                    label=str(label or ""),
                    kind=int(control["type"]),
                    required=bool(control.get("required", True)),
                    options=_options(control),
                    value=control.get("value"),
                )
            )
    return Modal(interaction, str(raw["custom_id"]), str(raw["title"]), tuple(fields), raw)
