"""What an operator can set, read from the environment and a .env file when asked, and judged before anything starts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from dotenv.parser import parse_stream

from domain.totals import US_THRESHOLDS, Threshold, read_thresholds

DISCORD_API = "https://discord.com/api/v10"
SQLITE = "sqlite:///./var/showrunner.db"


class SettingsError(Exception):
    """The start must not go on; `problems` has a sentence for everything that is wrong, never a secret value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Secret:
    """A value that shows itself in no log and no trace: only get_secret_value() gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The value."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"


def _parts(value: str, expected: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # out of range: ValueError
    except ValueError:
        raise ValueError(expected) from None
    return parts


def _address(value: str) -> str:
    expected = "an address as in http://127.0.0.1:8080 or https://show.example.org"
    parts = _parts(value, expected)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(expected)
    return value.rstrip("/")


def _database(value: str) -> Secret:
    expected = "a SQLite file as in sqlite:///./var/showrunner.db, or postgresql://USER:PASSWORD@HOST/NAME"
    parts = _parts(value, expected)
    file = value.removeprefix("sqlite:///")
    sqlite = parts.scheme == "sqlite" and value != file and file.split("?")[0] not in {"", ":memory:"}
    postgresql = parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1
    if not (sqlite or postgresql):
        raise ValueError(expected)
    return Secret(value)


def _media(value: str) -> str:
    expected = "a folder as in ./var/media, or s3://BUCKET/PREFIX"
    if "://" in value:
        parts = _parts(value, expected)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(expected)
    elif not value.strip():
        raise ValueError(expected)
    return value


_A_TOKEN = "the bot's token from Discord's developer portal, in one piece"  # noqa: S105 - what it must be
_A_PORT = "a port from 0 (any free one) to 65535"
_MEGABYTES = "a whole number of megabytes from 1 to 2000"
_LEVELS = ("debug", "info", "warning", "error")


def _token(value: str) -> Secret:
    if not value.strip() or any(character.isspace() for character in value.strip()):
        raise ValueError(_A_TOKEN)
    return Secret(value.strip())


def _keys(value: str) -> tuple[Secret, ...]:
    """Keys between commas, each 32 bytes in URL-safe base64, as `showrunner keys new` makes them."""
    keys = tuple(part.strip() for part in value.split(",") if part.strip())
    if not all(_is_key(key) for key in keys):
        raise ValueError("keys made by `showrunner keys new`, between commas, the one to encrypt with first")
    return tuple(Secret(key) for key in keys)


def _is_key(key: str) -> bool:
    """Whether it is one in full: decoding alone would pass over quotes and brackets around it."""
    return re.fullmatch(r"[A-Za-z0-9_-]{43}=", key) is not None


def _host(value: str) -> str:
    if not value.strip():
        raise ValueError("an address to listen on, as in 127.0.0.1")
    return value


def _number(low: int, high: int, expected: str) -> Callable[[str], int]:
    def read(value: str) -> int:
        digits = value.strip()
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and low <= int(digits) <= high):  # noqa: PLR2004 - more than any of them
            raise ValueError(expected)
        return int(digits)

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        word = value.strip().lower()
        if word not in words:
            raise ValueError(f"{', '.join(words[:-1])} or {words[-1]}")
        return word

    return read


def _switch(value: str) -> bool:
    return _one_of("true", "false")(value) == "true"


def _from(name: str, read: Callable[[str], Any]) -> dict[str, Any]:
    """Where a setting comes from: its name in the environment, and how its text is read.

    `read` raises ValueError with what the value must be.
    """
    return {"name": name, "read": read}


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """All settings, in the types that the program uses. `load_settings` makes it; .env.example explains each one."""

    discord_token: Secret | None = field(default=None, metadata=_from("DISCORD_TOKEN", _token))
    discord_api_base: str = field(default=DISCORD_API, metadata=_from("DISCORD_API_BASE", _address))
    database_url: Secret = field(default=Secret(SQLITE), metadata=_from("DATABASE_URL", _database))
    media: str = field(default="./var/media", metadata=_from("SHOWRUNNER_MEDIA", _media))
    web_host: str = field(default="127.0.0.1", metadata=_from("SHOWRUNNER_WEB_HOST", _host))
    web_port: int = field(default=8080, metadata=_from("SHOWRUNNER_WEB_PORT", _number(0, 65_535, _A_PORT)))
    site_url: str | None = field(default=None, metadata=_from("SHOWRUNNER_SITE_URL", _address))
    log_level: str = field(default="info", metadata=_from("SHOWRUNNER_LOG_LEVEL", _one_of(*_LEVELS)))
    log_format: Literal["console", "json"] = field(
        default="console", metadata=_from("SHOWRUNNER_LOG_FORMAT", _one_of("console", "json"))
    )
    message_content: bool = field(default=True, metadata=_from("SHOWRUNNER_MESSAGE_CONTENT", _switch))
    link_previews: bool = field(default=True, metadata=_from("SHOWRUNNER_LINK_PREVIEWS", _switch))
    max_file_mb: int = field(default=25, metadata=_from("SHOWRUNNER_MAX_FILE_MB", _number(1, 2000, _MEGABYTES)))
    payment_keys: tuple[Secret, ...] = field(default=(), metadata=_from("SHOWRUNNER_PAYMENT_KEYS", _keys))
    totals_from: tuple[Threshold, ...] = field(
        default=US_THRESHOLDS, metadata=_from("SHOWRUNNER_TOTALS_FROM", read_thresholds)
    )
    ready_file: Path | None = field(default=None, metadata=_from("SHOWRUNNER_READY_FILE", Path))

    @property
    def max_file_bytes(self) -> int:
        """The largest file that is collected, in bytes."""
        return self.max_file_mb * 1024 * 1024

    def token(self) -> Secret:
        """The bot's token. SettingsError where there is none: only the commands that talk to Discord need it."""
        if self.discord_token is None:
            raise SettingsError([_sentence("DISCORD_TOKEN", "missing", _A_TOKEN)])
        return self.discord_token

    def public_url(self, port: int) -> str:
        """Where people find the gallery: the address that was set, or else this machine's with the port in use."""
        if self.site_url is not None:
            return self.site_url
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.web_host, self.web_host)  # noqa: S104 - only compared
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def secrets(self) -> tuple[str, ...]:
        """Every value that no log may show: the token, the database's password as written and decoded, the keys."""
        token = self.discord_token.get_secret_value() if self.discord_token else None
        password = _password(self.database_url.get_secret_value())
        keys = (key.get_secret_value() for key in self.payment_keys)
        return tuple(dict.fromkeys(filter(None, (token, password, password and unquote(password), *keys))))

    def shown_database(self) -> str:
        """DATABASE_URL with its password masked."""
        url = self.database_url.get_secret_value()
        password = _password(url)
        return url.replace(f":{password}@", ":***@", 1).replace(f"={password}", "=***", 1) if password else url

    def __repr__(self) -> str:
        """The database without its password, so that a log of all settings helps and harms nobody."""
        shown = {each.name: getattr(self, each.name) for each in fields(self)} | {"database_url": self.shown_database()}
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


def _password(url: str) -> str | None:
    """The password in a database's address as it is written there: before the host, or among the options."""
    parts = urlsplit(url)
    among_options = re.search(r"(?:^|&)password=([^&]+)", parts.query)
    return parts.password or (among_options and among_options.group(1))


_FIELDS = {str(each.metadata["name"]): each for each in fields(Settings)}
NAMES = frozenset(_FIELDS)
_PREFIXES = ("SHOWRUNNER_", "DISCORD_")
# Lower than difflib's default would take DATABASE_PASSWORD of some other program for ours.
_CLOSE = 0.85


def load_settings(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read `env_file` (where it exists) and then `environ`, which wins. An empty value counts as not set.

    SettingsError has one sentence for every name that is unknown or misspelt and every value that is malformed.
    """
    values, problems = _read(env_file) if env_file is not None and env_file.is_file() else ({}, [])
    problems += [_unknown(name, "the environment") for name in sorted(environ) if _meant_for_us(name)]
    values |= environ
    read: dict[str, Any] = {}
    for name, each in _FIELDS.items():
        try:
            if values.get(name):
                read[each.name] = each.metadata["read"](values[name])
        except ValueError as error:
            problems.append(_sentence(name, "malformed", str(error)))
    if problems:
        raise SettingsError(problems)
    return Settings(**read)


def _read(env_file: Path) -> tuple[dict[str, str], list[str]]:
    """The values of a .env file, and a sentence for every line that is no setting. Such a file is ours alone."""
    values: dict[str, str] = {}
    problems: list[str] = []
    try:
        with env_file.open(encoding="utf-8") as lines:
            for line in parse_stream(lines):
                if line.error or (line.key is not None and line.value is None):
                    problems.append(f"Line {line.original.line} of {env_file} is malformed: it must be NAME=value.")
                elif line.key is not None and line.key not in NAMES:
                    problems.append(_unknown(line.key, str(env_file)))
                elif line.key is not None:
                    values[line.key] = line.value or ""
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{env_file} cannot be read as text: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.")
    return values, problems


def _meant_for_us(name: str) -> bool:
    """Whether an unknown name of the environment is likely a slip: other programs' names are none of our business."""
    if name in NAMES:
        return False
    return name.upper().startswith(_PREFIXES) or bool(get_close_matches(name.upper(), NAMES, 1, _CLOSE))


def _unknown(name: str, place: str) -> str:
    close = get_close_matches(name.upper(), sorted(NAMES), 1)
    hint = f"Did you mean {close[0]}?" if close else "See .env.example for the names that exist."
    return f"{name} in {place} is not a setting of Showrunner. {hint}"


def _sentence(name: str, state: str, expected: str) -> str:
    return f"{name} is {state}: it must be {expected}."
