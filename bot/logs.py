"""Logs of the whole process, the libraries' included: for people or as JSON, and never with a secret in them."""

import json
import logging
import re
from collections.abc import Iterable
from typing import Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import Processor, WrappedLogger

HIDDEN = "[secret]"
# A shorter value would hit harmless text everywhere; where it stands in an address, _SHAPES finds it.
_SHORTEST = 4
# What is a secret by its shape, wherever it comes from: group 1 stays, the rest goes.
_SHAPES = (
    re.compile(
        r"((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?(?:(?:bot|bearer|basic)\s+)?)[^\s'\",}]+", re.IGNORECASE
    ),
    re.compile(r"(\b(?:Bot|Bearer)\s+)[\w-]{8,}\.[\w.-]+"),
    re.compile(r"()\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),  # a Discord token
    re.compile(r"(://[^\s:/@'\"]*:)[^\s/@'\"]+(?=@)"),  # the password in an address
    re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w.-]{16,}"),  # whoever has it can answer in the bot's name
)
# More talkative at their usual level than an operator wants.
_QUIET = {
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "PIL": logging.INFO,
    # At "debug" these two write whole messages and forms down, with what people typed for one reader alone.
    "discord.gateway": logging.INFO,
    "discord.http": logging.INFO,
}


class Redactor:
    """The last processor: takes secrets out of the finished line, so that no way around it is left, traces included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        written = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        # The longest first: one secret may be part of another.
        self._known = [re.compile(re.escape(form)) for form in sorted(written, key=len, reverse=True)]

    def __call__(self, logger: WrappedLogger, method: str, line: str) -> str:
        """Return the line without secrets."""
        del logger, method
        for known in self._known:
            line = known.sub(HIDDEN, line)
        for shape in _SHAPES:
            line = shape.sub(rf"\1{HIDDEN}", line)
        return line


def _forms(secret: str) -> set[str]:
    """How a secret may be written in a line: as it is, in an address, in a Python string, and each of them in JSON."""
    plain = {secret, quote(secret, safe=""), repr(secret)[1:-1]}
    return plain | {json.dumps(form, ensure_ascii=ascii_only)[1:-1] for form in plain for ascii_only in (True, False)}


def configure_logs(
    stream: TextIO, *, level: str, layout: Literal["console", "json"], secrets: Iterable[str] = ()
) -> None:
    """Send everything that is logged from now on to `stream`, at `level` (debug, info, warning, error) and above.

    structlog's loggers and the standard library's end in the same lines. Called once, by the composition root.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(layout, colors=stream.isatty()),
                Redactor(secrets),  # type: ignore[list-item]  # after the renderer there is a line, no dictionary
            ],
        )
    )
    _route(handler, logging.getLevelNamesMapping()[level.upper()])


def _renderers(layout: Literal["console", "json"], *, colors: bool) -> list[Processor]:
    if layout == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # Plain traces: rich ones show local variables and break lines, and either may carry a secret past the redactor.
    return [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)]


def _route(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, least))
    logging.captureWarnings(capture=True)
