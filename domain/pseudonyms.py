"""Names that stand for artists and works in one statement: each can find their own, nobody else's.

They are made by HMAC-SHA-256 with a secret of the round, which stays in the database: so they differ from round to
round, and cannot be worked out from a list of artists.
"""

import hmac
from hashlib import sha256
from typing import Final

from domain.errors import UserError


def _words(text: str) -> list[str]:
    return text.split()


_FIRST: Final = _words(
    """
amber ashen azure bold brave brisk bright calm candid clear clever cobalt coral crimson crisp curious dapper
daring dusky eager early fabled fair fleet gentle gilded glad golden grand happy hazel humble indigo ivory
jade jolly keen kind lively loyal lucid lunar mellow merry mild misty noble opal patient plucky proud quick
quiet rosy ruby russet sable silver snowy spry sunny swift
"""
)
_SECOND: Final = _words(
    """
badger beaver bison bittern crane curlew deer dipper dolphin dove eagle egret elk falcon ferret finch fox
gecko goose grebe hare hawk heron hornet ibis jackdaw jay kestrel kite lark lemur linnet lynx magpie marten
martin mole moose newt nuthatch ocelot orca oriole osprey otter owl panda petrel pika plover puffin quail
raven robin salmon seal shrike siskin stoat stork swan swift tern wren
"""
)
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_DIGITS: Final = 7


def artist_pseudonym(secret: str, artist_id: int) -> str:
    """Return what an artist is called in a statement, such as "amber-heron-k7q2m9x"; ValueError without a secret."""
    number = _number(secret, "artist", artist_id)
    number, first = divmod(number, len(_FIRST))
    number, second = divmod(number, len(_SECOND))
    return f"{_FIRST[first]}-{_SECOND[second]}-{_letters(number)}"


def work_pseudonym(secret: str, number: int) -> str:
    """Return what a work is called in a statement, such as "work-k7q2m9x"; ValueError without a secret."""
    return f"work-{_letters(_number(secret, 'work', number))}"


def spoken(pseudonym: str) -> str:
    """Return a pseudonym as people read it: Amber Heron K7Q2M9X."""
    *words, code = pseudonym.split("-")
    return " ".join([*(word.capitalize() for word in words), code.upper()])


def require_distinct(names: list[str]) -> None:
    """Refuse names of which two are the same (one chance in millions); with another secret they will differ."""
    if len(set(names)) < len(names):
        raise UserError("Two pseudonyms came out the same, which almost never happens. Please ask again.")


def _number(secret: str, kind: str, which: int) -> int:
    if not secret:
        raise ValueError("a pseudonym takes a secret")
    return int.from_bytes(hmac.new(secret.encode(), f"{kind} {which}".encode(), sha256).digest()[:16], "big")


def _letters(number: int) -> str:
    found = ""
    for _ in range(_DIGITS):
        number, place = divmod(number, len(_LETTERS))
        found += _LETTERS[place]
    return found
