"""Rate limits as Discord applies them: a bucket per route and channel, a global one, headers on every answer."""

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

GLOBAL_PER_SECOND = 50
FAST_FACTOR = 1_000
KEPT_WINDOWS, LONGEST_SECONDS = 10_000, 60.0
_ID = re.compile(r"/\d{15,20}")
_MAJOR = re.compile(r"^/(?:channels|guilds)/(\d+)|^/webhooks/(\d+/[^/]+)")
_TOKENS = re.compile(r"^/(webhooks|interactions)/(\d+)/([^/]+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """`limit` requests in `seconds`."""

    limit: int
    seconds: float


_RULES: tuple[tuple[str, re.Pattern[str], Rule], ...] = (
    ("POST", re.compile(r"^/channels/\{id\}/messages$"), Rule(5, 5.0)),
    ("PATCH", re.compile(r"^/channels/\{id\}/messages/\{id\}$"), Rule(5, 5.0)),
    ("DELETE", re.compile(r"^/channels/\{id\}/messages/\{id\}$"), Rule(5, 1.0)),
    ("PUT", re.compile(r"/reactions/"), Rule(1, 0.25)),
    ("PATCH", re.compile(r"^/channels/\{id\}$"), Rule(5, 15.0)),
    ("POST", re.compile(r"^/webhooks/\{token\}"), Rule(5, 2.0)),
    ("PATCH", re.compile(r"^/webhooks/\{token\}"), Rule(5, 2.0)),
    ("POST", re.compile(r"^/guilds/\{id\}/scheduled-events$"), Rule(5, 60.0)),
    ("PUT", re.compile(r"^/applications/\{id\}"), Rule(2, 20.0)),
)
_DEFAULT = Rule(30, 1.0)


@dataclass(slots=True)
class _Window:
    started: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one request may do, and the headers that say so."""

    allowed: bool
    headers: dict[str, str]
    retry_after: float = 0.0
    everywhere: bool = False


def route_of(path: str) -> str:
    """Name a path's route: ids and tokens replaced by what they are."""
    return _ID.sub("/{id}", _TOKENS.sub(r"/\1/{token}", path))


class Limits:
    """Counts requests in fixed windows. `factor` multiplies every limit; the headers stay."""

    def __init__(self, monotonic: Callable[[], float], factor: int = 1) -> None:
        self._clock = monotonic
        self.factor = factor
        self._windows: dict[tuple[str, str], _Window] = {}
        self._global = _Window(0.0)

    def take(self, method: str, path: str) -> Verdict:
        """Count one request; say whether it may pass."""
        if path.startswith("/interactions/"):
            return Verdict(allowed=True, headers={})
        route = route_of(path)
        rule = next((r for verb, pattern, r in _RULES if verb == method and pattern.search(route)), _DEFAULT)
        now = self._clock()
        if not path.startswith("/webhooks/") and not self._pass_global(now):
            wait = max(0.001, self._global.started + 1.0 - now)
            headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            return Verdict(allowed=False, headers=headers, retry_after=wait, everywhere=True)
        major = _MAJOR.match(path)
        bucket = hashlib.blake2s(f"{method} {route}".encode(), digest_size=16).hexdigest()
        key = (bucket, (major[1] or major[2]) if major else "")
        window = self._windows.get(key)
        if window is None or now >= window.started + rule.seconds:
            window = self._windows[key] = _Window(now)
        limit = rule.limit * self.factor
        allowed = window.used < limit
        window.used += allowed
        left = max(0.001, window.started + rule.seconds - now)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - window.used),
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Reset": f"{now + left:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        return Verdict(allowed=allowed, headers=headers, retry_after=0.0 if allowed else left)

    def _pass_global(self, now: float) -> bool:
        if now >= self._global.started + 1.0:
            self._global = _Window(now)
            self._tidy(now)
        if self._global.used >= GLOBAL_PER_SECOND * self.factor:
            return False
        self._global.used += 1
        return True

    def _tidy(self, now: float) -> None:
        if len(self._windows) > KEPT_WINDOWS:
            self._windows = {
                key: window for key, window in self._windows.items() if now - window.started < LONGEST_SECONDS
            }


def refusal_headers(verdict: Verdict, scope: str = "user") -> dict[str, str]:
    """Headers of a 429. Without Via, discord.py takes it for a ban by Cloudflare."""
    return {
        "X-RateLimit-Scope": scope,
        **verdict.headers,
        "Retry-After": str(math.ceil(verdict.retry_after)),
        "Via": "1.1 sandbox",
    }
