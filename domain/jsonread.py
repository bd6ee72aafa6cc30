"""Reading parsed JSON with sentences that name the place: "works[3].credits[0].bp: must be a whole number"."""

import json
from collections.abc import Collection
from typing import Any, NoReturn

from domain.errors import UserError

_SHOWN = 40
_DEEPEST = 100


def load(data: bytes) -> Any:
    """Parse a JSON file that is going to be checked or hashed; UserError with the place of what is malformed.

    Refused besides what is no JSON: a name that stands twice in one object, numbers that are not whole, and text
    that is not Unicode. They have no single canonical text, and readers differ in what they make of them.
    """
    try:
        parsed = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_no_twins, parse_float=_refuse, parse_constant=_refuse
        )
    except UnicodeDecodeError as error:
        raise UserError(f"byte {error.start}: is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise UserError(f"line {error.lineno}, column {error.colno}: is not JSON ({error.msg}).") from error
    except RecursionError as error:
        raise UserError("the file: is nested too deeply.") from error
    except ValueError as error:
        raise UserError(f"the file: {error}.") from error
    _check_text(parsed)
    return parsed


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise UserError(f"{_ascii(name)}: stands twice in one object.")
            seen.add(name)
    return found


def _refuse(text: str) -> NoReturn:
    raise UserError(f"the file: the number {text[:_SHOWN]} is not a whole number.")


def _check_text(root: Any) -> None:
    """Refuse text that is not Unicode, and nesting that could not be written again, without recursion of our own."""
    waiting = [("", root, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if depth > _DEEPEST:
            raise UserError("the file: is nested too deeply.")
        if isinstance(item, dict):
            for name, value in item.items():
                if isinstance(value, dict | list | str) or not name.isascii():
                    place = f"{path}.{name}" if path else name
                    waiting += [(place, value, depth + 1), (place, name, depth)]
        elif isinstance(item, list):
            inner = ((number, value) for number, value in enumerate(item) if type(value) is not int)
            waiting += [(f"{path}[{number}]", value, depth + 1) for number, value in inner]
        elif isinstance(item, str) and not item.isascii():
            try:
                item.encode()
            except UnicodeEncodeError as error:
                raise UserError(f"{_ascii(path) or 'the file'}: has text that is not Unicode.") from error


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()[: 2 * _SHOWN]


class Reader:
    """One JSON object and its path; every fault is a UserError that begins with the path of what is wrong."""

    __slots__ = ("_obj", "_path", "_seen")

    def __init__(self, obj: Any, path: str) -> None:
        self._path = path
        if not isinstance(obj, dict):
            self.fail(f"must be an object, not {_shown(obj)}")
        self._obj: dict[str, Any] = obj
        self._seen: set[str] = set()

    def fail(self, fault: str, key: str = "") -> NoReturn:
        """Raise the UserError for a fault of the object, or of its member `key`."""
        place = ".".join(part for part in (self._path, key) if part) or "the file"
        raise UserError(f"{place}: {fault}.")

    def constant(self, key: str, wanted: str) -> None:
        """Require the member to be this text."""
        if self.text(key) != wanted:
            self.fail(f"must be “{wanted}”, not {_shown(self._obj[key])}", key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text member; required unless there is a default."""
        value = self._get(key, default)
        if not isinstance(value, str):
            self.fail(f"must be a text, not {_shown(value)}", key)
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("is not valid Unicode", key)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole-number member; required unless there is a default."""
        value = self._get(key, default)
        if type(value) is not int:
            self.fail(f"must be a whole number, not {_shown(value)}", key)
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return a true/false member."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.fail(f"must be true or false, not {_shown(value)}", key)
        return value

    def maybe_text(self, key: str) -> str | None:
        """Return a text member, or None when it is absent or null."""
        return None if self._absent(key) else self.text(key)

    def maybe_number(self, key: str) -> int | None:
        """Return a whole-number member, or None when it is absent or null."""
        return None if self._absent(key) else self.number(key)

    def values(self, key: str, *, optional: bool = False) -> list[Any]:
        """Return a list member as it is."""
        value = self._get(key, [] if optional else None)
        if not isinstance(value, list):
            self.fail(f"must be a list, not {_shown(value)}", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        found = self.values(key)
        for number, value in enumerate(found):
            Reader({"": value}, self._place(f"{key}[{number}]")).text("")
        return tuple(found)

    def numbers(self, key: str) -> dict[str, int]:
        """Return an object of whole numbers by name; empty when it is absent or null."""
        within = self.maybe_object(key)
        return {} if within is None else {name: within.number(name) for name in within.names()}

    def maybe_object(self, key: str) -> "Reader | None":
        """Return an object member with its own path, or None when it is absent or null."""
        return None if self._absent(key) else Reader(self._obj[key], self._place(key))

    def object(self, key: str) -> "Reader":
        """Return a member that is an object, with its own path."""
        return Reader(self._get(key, None), self._place(key))

    def names(self) -> list[str]:
        """Return the names of all members."""
        return list(self._obj)

    def items(self, key: str, *, optional: bool = False) -> list["Reader"]:
        """Return a list member's objects, each with its own path."""
        path = self._place(key)
        return [Reader(item, f"{path}[{number}]") for number, item in enumerate(self.values(key, optional=optional))]

    def nothing_else(self, also: Collection[str] = ()) -> None:
        """Refuse members that were not read, which are mostly misspelt."""
        for key in self._obj:
            if key not in self._seen and key not in also:
                self.fail("is not a member that we know", key[:_SHOWN])

    def _get(self, key: str, default: Any) -> Any:
        self._seen.add(key)
        value = self._obj.get(key, default)
        if value is None:
            self.fail("is missing", key)
        return value

    def _place(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _absent(self, key: str) -> bool:
        self._seen.add(key)
        return self._obj.get(key) is None


def _shown(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else "null" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
