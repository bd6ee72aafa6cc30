"""Hashes and Merkle roots, against hashlib, json and the words of RFC 6962."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commitments import canonical, commit, digest, merkle_path, merkle_root, root_from_path

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
objects = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(objects)
def test_canonical_reads_back(obj):
    text = canonical(obj)
    assert json.loads(text) == obj
    assert canonical(json.loads(text)) == text
    assert digest(obj) == hashlib.sha256(text).hexdigest()


@given(st.dictionaries(texts, st.integers(), min_size=2))
def test_the_order_of_keys_never_matters(obj):
    assert canonical(dict(reversed(obj.items()))) == canonical(obj)


def test_one_text():
    assert canonical({"b": [1, (True, None)], "a": "é\n"}) == '{"a":"é\\n","b":[1,[true,null]]}'.encode()


@pytest.mark.parametrize("obj", [1.5, [float("nan")], {"a": {1}}, {1: "a"}, [{"x": {2: 3}}], b"raw"])
def test_what_has_no_single_text_is_refused(obj):
    with pytest.raises(TypeError):
        canonical(obj)


def test_lone_surrogates_are_refused():
    with pytest.raises(ValueError, match="surrogates"):
        canonical("\ud800")


@given(texts)
def test_a_seed_is_checked_with_any_sha256(seed):
    assert commit(seed) == hashlib.sha256(seed.encode()).hexdigest()


def rfc_6962(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + rfc_6962(leaves[:k]) + rfc_6962(leaves[k:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_merkle_root_is_the_rfcs(leaves):
    assert merkle_root(leaves) == rfc_6962(leaves).hex()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=12), st.data())
def test_any_change_changes_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaves[place] + b"!", *leaves[place + 1 :]]
    assert merkle_root(changed) != merkle_root(leaves)
    assert merkle_root([*leaves, leaves[-1]]) != merkle_root(leaves)


def rfc_6962_path(index: int, leaves: list[bytes]) -> list[str]:
    """PATH of RFC 6962, section 2.1.1, word by word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return [*rfc_6962_path(index, leaves[:k]), rfc_6962(leaves[k:]).hex()]
    return [*rfc_6962_path(index - k, leaves[k:]), rfc_6962(leaves[:k]).hex()]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_path_is_the_rfcs_and_leads_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle_path(leaves, index)
    assert path == rfc_6962_path(index, leaves)
    assert root_from_path(leaves[index], index, len(leaves), path) == merkle_root(leaves)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20, unique=True), st.data())
def test_no_other_leaf_place_or_path_leads_to_the_root(leaves, data):
    index, size = data.draw(st.integers(0, len(leaves) - 1)), len(leaves)
    path, leaf, root = merkle_path(leaves, index), leaves[index], merkle_root(leaves)
    assert root_from_path(leaf + b"!", index, size, path) != root
    assert root_from_path(leaf, index, size, [*path, "00" * 32]) is None
    assert root_from_path(leaf, size, size, path) is root_from_path(leaf, -1, size, path) is None
    for wrong in range(size):
        if wrong != index:
            assert root_from_path(leaf, wrong, size, path) != root
    if path:
        assert root_from_path(leaf, index, size, path[1:]) is None
        assert root_from_path(leaf, index, size, ["no hash", *path[1:]]) is None


def test_there_is_no_path_of_a_leaf_that_is_not_there():
    with pytest.raises(IndexError, match="there is no leaf 1 among 1"):
        merkle_path([b""], 1)
