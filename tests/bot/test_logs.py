"""One stream of lines for everything that logs, in the chosen layout, and no secret in any of them."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from bot.logs import HIDDEN, Redactor, configure_logs
from bot.settings import load_settings

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"
PASSWORD = 'pä"ss/w0rd'
LAYOUTS: list[Literal["console", "json"]] = ["console", "json"]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the process's logging as it was: it is shared with pytest."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def start(layout: Literal["console", "json"], level: str = "info", secrets: tuple[str, ...] = ()) -> io.StringIO:
    stream = io.StringIO()
    configure_logs(stream, level=level, layout=layout, secrets=secrets)
    return stream


def objects(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_one_object_a_line_for_ours_and_for_libraries() -> None:
    stream = start("json")
    structlog.contextvars.bind_contextvars(reference="a1b2")
    structlog.get_logger("bot.jobs").info("episode moved", episode=3)
    logging.getLogger("discord.gateway").warning("Shard %s resumed", 0)
    ours, theirs = objects(stream)
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {
        "event": "episode moved",
        "episode": 3,
        "level": "info",
        "logger": "bot.jobs",
        "reference": "a1b2",
    }
    assert (theirs["event"], theirs["level"], theirs["logger"]) == ("Shard 0 resumed", "warning", "discord.gateway")


def test_the_console_is_for_people() -> None:
    stream = start("console")
    structlog.get_logger("bot.jobs").info("episode moved", episode=3)
    line = stream.getvalue()
    assert "episode moved" in line
    assert "episode=3" in line
    assert "\x1b" not in line


def test_the_level_holds_for_everybody_and_talkative_libraries_are_quiet() -> None:
    stream = start("json", level="info")
    structlog.get_logger("bot").debug("not told")
    logging.getLogger("discord").debug("not told")
    logging.getLogger("apscheduler.scheduler").info("not told")
    logging.getLogger("alembic.runtime.migration").info("not told")
    logging.getLogger("apscheduler.scheduler").error("told")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.warn("told too", UserWarning, stacklevel=1)
    assert [each["logger"] for each in objects(stream)] == ["apscheduler.scheduler", "py.warnings"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_trace_stands_in_the_line(layout: Literal["console", "json"]) -> None:
    stream = start(layout)
    try:
        {}["pool"]
    except KeyError:
        logging.getLogger("aiohttp.server").exception("Error handling request")
        structlog.get_logger("bot").exception("delivery failed")
    assert stream.getvalue().count("Traceback (most recent call last)") == 2
    assert stream.getvalue().count("KeyError: 'pool'") == 2


def _log_everywhere(secret: str) -> None:
    log = structlog.get_logger("bot")
    sentence = f"plain {secret}"
    log.info(sentence)
    log.info("field", value=secret, nested={"deep": [secret]})
    log.info("words %s", secret)
    logging.getLogger("lib").warning("words %s and %r", secret, {"key": secret})
    logging.getLogger("lib").warning("extra", extra={"value": secret})
    try:
        {}[secret]
    except KeyError:
        log.exception("trace")
        logging.getLogger("lib").exception("trace")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("secret", ["MTE.not-of-the-usual-shape", PASSWORD, "back\\slash'quote"])
def test_a_known_secret_reaches_no_line(layout: Literal["console", "json"], secret: str) -> None:
    stream = start(layout, secrets=(secret,))
    _log_everywhere(secret)
    said = stream.getvalue()
    assert said.count(HIDDEN) >= 9
    for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert form not in said


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_secrets_of_the_settings_reach_no_line(layout: Literal["console", "json"]) -> None:
    url = "postgresql://show:p%C3%A4%22ss%2Fw0rd@db/show"
    settings = load_settings({"DISCORD_TOKEN": TOKEN, "DATABASE_URL": url}, None)
    stream = start(layout, level="debug", secrets=settings.secrets())
    structlog.get_logger("bot").info("starting", settings=settings, url=url, password=PASSWORD)
    logging.getLogger("discord.http").debug("headers %s", {"Authorization": f"Bot {TOKEN}"})
    said = stream.getvalue()
    assert "starting" in said
    for secret in (TOKEN, "w0rd", "ss%2F"):
        assert secret not in said


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("Authorization: Bot abc.def", f"Authorization: Bot {HIDDEN}"),
        ("{'authorization': 'Bearer xyz', 'a': 1}", f"{{'authorization': 'Bearer {HIDDEN}', 'a': 1}}"),
        (f"token {TOKEN}!", f"token {HIDDEN}!"),
        ("postgresql://u:pw@host/name", f"postgresql://u:{HIDDEN}@host/name"),
        (
            "POST /webhooks/123/aW50ZXJhY3Rpb246MTIz with 200",
            f"POST /webhooks/123/{HIDDEN} with 200",
        ),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_unasked(line: str, safe: str) -> None:
    assert Redactor(())(None, "info", line) == safe


@pytest.mark.parametrize(
    "line",
    [
        "episode 3 of Tide Pool opened at 2026-01-05T18:00:00Z",
        "GET http://127.0.0.1:8080/episodes/3 200",
        "Bot is ready",
        "work 12 by <@123456789012345678>: https://show.example.org/works/12",
        "GET /webhooks/123/messages",
    ],
)
def test_harmless_lines_stay_as_they_are(line: str) -> None:
    assert Redactor(("abc",))(None, "info", line) == line
