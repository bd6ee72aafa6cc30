"""Answers to op 8, request guild members."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.state import Guild, Member, World, serializers

CHUNK = 1_000


def member_chunks(world: World, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the GUILD_MEMBERS_CHUNK payloads for a request by query, by ids, or for everybody."""
    raw = request.get("guild_id")
    guild = world.backend.guilds.get(int(raw[0] if isinstance(raw, list) else raw or 0))
    if guild is None:
        return
    members, not_found = _chosen(world, guild, request)
    pages = [members[start : start + CHUNK] for start in range(0, len(members), CHUNK)] or [[]]
    for index, page in enumerate(pages):
        chunk: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [serializers.member_payload(world.backend, guild, member) for member in page],
            "chunk_index": index,
            "chunk_count": len(pages),
        }
        if request.get("presences"):
            chunk["presences"] = [_offline(guild, member) for member in page]
        if not_found and index == 0:
            chunk["not_found"] = not_found
        if request.get("nonce"):
            chunk["nonce"] = request["nonce"]
        yield chunk


def _chosen(world: World, guild: Guild, request: Mapping[str, Any]) -> tuple[list[Member], list[str]]:
    limit = int(request.get("limit") or 0)
    ids = request.get("user_ids")
    if ids:
        wanted = [int(one) for one in (ids if isinstance(ids, list) else [ids])]
        return [guild.members[i] for i in wanted if i in guild.members], [
            str(i) for i in wanted if i not in guild.members
        ]
    members = list(guild.members.values())
    query = str(request.get("query") or "").lower()
    if query:
        members = [m for m in members if _matches(world, m, query)]
    return (members[:limit] if limit else members), []


def _matches(world: World, member: Member, query: str) -> bool:
    user = world.backend.users[member.user_id]
    return any((name or "").lower().startswith(query) for name in (user.name, user.global_name, member.nick))


def _offline(guild: Guild, member: Member) -> dict[str, Any]:
    return {
        "user": {"id": str(member.user_id)},
        "guild_id": str(guild.id),
        "status": "offline",
        "activities": [],
        "client_status": {},
    }
