"""What an operator can set, read from the environment and a .env file when asked, and judged before anything starts."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from dotenv.parser import parse_stream
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from domain.totals import US_THRESHOLDS, Threshold, read_thresholds

DISCORD_API = "https://discord.com/api/v10"
SQLITE = "sqlite:///./var/showrunner.db"


class SettingsError(Exception):
    """The start must not go on; `problems` has a sentence for everything that is wrong, never a secret value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


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


def _database(value: str) -> str:
    expected = "a SQLite file as in sqlite:///./var/showrunner.db, or postgresql://USER:PASSWORD@HOST/NAME"
    parts = _parts(value, expected)
    file = value.removeprefix("sqlite:///")
    sqlite = parts.scheme == "sqlite" and value != file and file.split("?")[0] not in {"", ":memory:"}
    postgresql = parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1
    if not (sqlite or postgresql):
        raise ValueError(expected)
    return value


def _media(value: str) -> str:
    expected = "a folder as in ./var/media, or s3://BUCKET/PREFIX"
    if "://" in value:
        parts = _parts(value, expected)
        if parts.scheme != "s3" or not parts.netloc:
            raise ValueError(expected)
    elif not value.strip():
        raise ValueError(expected)
    return value


def _token(value: str) -> str:
    if not value.strip() or any(character.isspace() for character in value.strip()):
        raise ValueError("the bot's token from Discord's developer portal, in one piece")
    return value.strip()


def _keys(value: object) -> object:
    """Keys between commas, each 32 bytes in URL-safe base64, as `showrunner keys new` makes them."""
    keys = tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    if not isinstance(keys, tuple) or not all(_is_key(key) for key in keys):
        raise ValueError("keys made by `showrunner keys new`, between commas, the one to encrypt with first")
    return tuple(SecretStr(key) for key in keys)


def _is_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == 32 and key.isascii()  # noqa: PLR2004 - what Fernet takes
    except ValueError:
        return False


def _thresholds(value: object) -> object:
    """Amounts between commas, each with its currency and perhaps the year it begins with."""
    return read_thresholds(value) if isinstance(value, str) else value


def _switch(value: object) -> object:
    switches: dict[object, bool] = {"true": True, "false": False}
    read = switches.get(value.strip().lower() if isinstance(value, str) else value, value)
    if not isinstance(read, bool):
        raise ValueError("true or false")  # noqa: TRY004 - pydantic turns only a ValueError into one of its problems
    return read


def _choice(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Switch = Annotated[bool, BeforeValidator(_switch)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_choice)]
LogFormat = Annotated[Literal["console", "json"], BeforeValidator(_choice)]
Keys = Annotated[tuple[SecretStr, ...], BeforeValidator(_keys)]
Thresholds = Annotated[tuple[Threshold, ...], BeforeValidator(_thresholds)]
Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseModel):
    """All settings, in the types that the program uses. `load_settings` makes it; .env.example explains each one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    discord_token: Annotated[SecretStr | None, BeforeValidator(_token)] = Field(None, alias="DISCORD_TOKEN")
    discord_api_base: Address = Field(DISCORD_API, alias="DISCORD_API_BASE")
    database_url: Annotated[SecretStr, BeforeValidator(_database)] = Field(SecretStr(SQLITE), alias="DATABASE_URL")
    media: Annotated[str, AfterValidator(_media)] = Field("./var/media", alias="SHOWRUNNER_MEDIA")
    web_host: str = Field("127.0.0.1", alias="SHOWRUNNER_WEB_HOST", min_length=1)
    web_port: int = Field(8080, alias="SHOWRUNNER_WEB_PORT", ge=0, le=65535)
    site_url: Address | None = Field(None, alias="SHOWRUNNER_SITE_URL")
    log_level: LogLevel = Field("info", alias="SHOWRUNNER_LOG_LEVEL")
    log_format: LogFormat = Field("console", alias="SHOWRUNNER_LOG_FORMAT")
    message_content: Switch = Field(default=True, alias="SHOWRUNNER_MESSAGE_CONTENT")
    link_previews: Switch = Field(default=True, alias="SHOWRUNNER_LINK_PREVIEWS")
    max_file_mb: int = Field(25, alias="SHOWRUNNER_MAX_FILE_MB", ge=1, le=2000)
    payment_keys: Keys = Field((), alias="SHOWRUNNER_PAYMENT_KEYS")
    totals_from: Thresholds = Field(US_THRESHOLDS, alias="SHOWRUNNER_TOTALS_FROM")
    ready_file: Path | None = Field(None, alias="SHOWRUNNER_READY_FILE")

    @property
    def max_file_bytes(self) -> int:
        """The largest file that is collected, in bytes."""
        return self.max_file_mb * 1024 * 1024

    def token(self) -> SecretStr:
        """The bot's token. SettingsError where there is none: only the commands that talk to Discord need it."""
        if self.discord_token is None:
            raise SettingsError([_sentence("DISCORD_TOKEN", "missing", _EXPECTED["DISCORD_TOKEN"])])
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

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show the database without its password, so that a log of all settings helps and harms nobody."""
        for name, value in super().__repr_args__():
            yield name, self.shown_database() if name == "database_url" else value


def _password(url: str) -> str | None:
    """The password in a database's address as it is written there: before the host, or among the options."""
    parts = urlsplit(url)
    among_options = re.search(r"(?:^|&)password=([^&]+)", parts.query)
    return parts.password or (among_options and among_options.group(1))


NAMES = frozenset(str(field.alias) for field in Settings.model_fields.values())
_PREFIXES = ("SHOWRUNNER_", "DISCORD_")
# Lower than difflib's default would take DATABASE_PASSWORD of some other program for ours.
_CLOSE = 0.85

_EXPECTED = {
    "DISCORD_TOKEN": "the bot's token from Discord's developer portal, in one piece",
    "SHOWRUNNER_WEB_HOST": "an address to listen on, as in 127.0.0.1",
    "SHOWRUNNER_WEB_PORT": "a port from 0 (any free one) to 65535",
    "SHOWRUNNER_LOG_LEVEL": "debug, info, warning or error",
    "SHOWRUNNER_LOG_FORMAT": "console or json",
    "SHOWRUNNER_MAX_FILE_MB": "a whole number of megabytes from 1 to 2000",
    "SHOWRUNNER_READY_FILE": "the path of a file to write",
}


def load_settings(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read `env_file` (where it exists) and then `environ`, which wins. An empty value counts as not set.

    SettingsError has one sentence for every name that is unknown or misspelt and every value that is malformed.
    """
    values, problems = _read(env_file) if env_file is not None and env_file.is_file() else ({}, [])
    problems += [_unknown(name, "the environment") for name in sorted(environ) if _meant_for_us(name)]
    values |= environ
    try:
        settings = Settings.model_validate({name: value for name, value in values.items() if name in NAMES and value})
    except ValidationError as error:
        problems += [_malformed(str(each["loc"][0]), each) for each in error.errors(include_input=False)]
    if problems:
        raise SettingsError(problems)
    return settings


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


def _malformed(name: str, error: Mapping[str, Any]) -> str:
    own = error.get("ctx", {}).get("error")
    return _sentence(name, "malformed", str(own) if isinstance(own, ValueError) else _EXPECTED[name])


def _sentence(name: str, state: str, expected: str) -> str:
    return f"{name} is {state}: it must be {expected}."
