"""What is published beforehand so that all can check later that nothing changed: hashes, seeds, Merkle roots."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

_LEAF = b"\x00"
_NODE = b"\x01"
_HEX = 64
_DIGITS = frozenset("0123456789abcdef")


def canonical(obj: Any) -> bytes:
    """Return the one canonical JSON text of an object, as UTF-8 bytes.

    Keys sorted by code point, no spaces, no escapes beyond JSON's own, integers only: a float has no
    single text, so TypeError; so too for keys that are not strings. ValueError for text that is not Unicode
    (lone surrogates).
    """
    _check(obj)
    text = json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(obj: Any) -> str:
    """Return the SHA-256 of the object's canonical JSON, in hex."""
    return hashlib.sha256(canonical(obj)).hexdigest()


def commit(seed: str) -> str:
    """Return what is published before a draw: the SHA-256 of the seed's UTF-8 text, in hex.

    Anyone can check it with sha256sum once the seed is told. A seed must be long and random (128 bits or
    more), or it could be guessed from its commitment.
    """
    return hashlib.sha256(seed.encode()).hexdigest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """Return the Merkle root over the leaves in their order, in hex, as RFC 6962 (section 2.1) defines it.

    Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
    """
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def merkle_path(leaves: Sequence[bytes], index: int) -> list[str]:
    """Return the audit path of the leaf at `index` (from 0): the hashes beside its way up to the root, in hex.

    It is RFC 6962's (section 2.1.1); whoever has the leaf and this path can check that the root holds the leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    level = [hashlib.sha256(_LEAF + leaf).digest() for leaf in leaves]
    path: list[str] = []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level, index = _above(level), index // 2
    return path


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[str]) -> str | None:
    """Return the Merkle root, in hex, that the path leads to from the leaf at `index` of `size`.

    None when no path of that length or with such hashes can belong there.
    """
    if not 0 <= index < size:
        return None
    found, left = hashlib.sha256(_LEAF + leaf).digest(), list(reversed(path))
    while size > 1:
        if index ^ 1 < size:
            if not left or not _is_hash(left[-1]):
                return None
            beside = bytes.fromhex(left.pop())
            found = hashlib.sha256(_NODE + (beside + found if index & 1 else found + beside)).digest()
        index, size = index // 2, (size + 1) // 2
    return None if left else found.hex()


def _above(level: list[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
    # The odd one moves up as it is; that gives RFC 6962's tree, split at the largest power of two.
    return above + level[len(above) * 2 :]


def _is_hash(text: str) -> bool:
    return len(text) == _HEX and set(text) <= _DIGITS


def _check(root: Any) -> None:
    """Refuse what has no single JSON text, without recursion of our own."""
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if not all(isinstance(key, str) for key in item):
                raise TypeError("keys of canonical JSON are strings")
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif item is not None and not isinstance(item, str | int):
            raise TypeError(f"{type(item).__name__} has no canonical JSON")
