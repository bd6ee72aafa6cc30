"""The JSON API, version 1: what the pages show, for programs. Amounts are integers in minor units; see docs/api.md."""

from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from domain.commitments import canonical
from services import gallery, tallies
from services.gallery import EpisodePage, ShowPage
from services.kinds import ConcernState, SourceState, WorkState
from services.payouts import read as payouts
from services.payouts.views import RoundView
from services.tallies import ResultWork
from services.views import EpisodeView, LinkView, SourceView, WorkView
from web.surroundings import around, number_of

_OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3"}
"""Any page may read the API, and what it says may be a moment old."""


_MOST_DIGITS = 6
"""Of the number of a recount; nobody has as many."""


def as_json(value: Any, status: int = 200) -> web.Response:
    """A JSON answer that any page may read."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", headers=_OPEN)


async def shows(request: web.Request) -> web.Response:
    """Every show with its episodes."""
    found = await gallery.all_shows(around(request).db)
    return as_json({"shows": [_show(page) for page in found]})


async def episode(request: web.Request) -> web.Response:
    """One episode: phases with their times, counts, the deal, money, outcomes."""
    page = await gallery.episode_page(around(request).db, episode_id=number_of(request))
    return as_json(
        _episode(page.episode)
        | {
            "moves": [{"to": move.to_phase.value, "at": _time(move.at), "reason": move.reason} for move in page.moves],
            "counts": _counts(page),
            "deal": _deal(page.episode),
            "rounds": [_round(each) for each in page.rounds],
            "outcomes": {
                str(work.number): page.outcomes[work.id].value for work in page.works if work.id in page.outcomes
            },
            "result": _result(page),
        }
    )


async def works(request: web.Request) -> web.Response:
    """The works of an episode, with files, credits and sources."""
    page = await gallery.episode_page(around(request).db, episode_id=number_of(request))
    return as_json({"episode": page.episode.code, "works": [_work(work) for work in page.works]})


async def statement(request: web.Request) -> web.Response:
    """A round's statement as its canonical bytes: their SHA-256 is the digest that was announced."""
    view = await payouts.statement(around(request).db, round_id=number_of(request))
    return web.Response(
        body=canonical(view.document),
        content_type="application/json",
        headers={"X-Statement-SHA256": view.digest, **_OPEN},
    )


async def ballots(request: web.Request) -> web.Response:
    """The counted vote with every ballot, without its voter: the bytes whose SHA-256 the result names.

    `?before=1` gives what was published before the first recount.
    """
    before = request.query.get("before")
    if before is not None and not (before.isascii() and before.isdecimal() and len(before) < _MOST_DIGITS):
        raise web.HTTPNotFound
    document = await tallies.document(
        around(request).db, episode_id=number_of(request), before=int(before) if before is not None else None
    )
    return web.Response(body=canonical(document), content_type="application/json", headers=_OPEN)


def _show(page: ShowPage) -> dict[str, Any]:
    return {
        "name": page.show.name,
        "slug": page.show.slug,
        "timezone": page.show.timezone,
        "works": page.show.works,
        "queued_themes": page.queued_themes,
        "episodes": [_episode(view) for view in page.episodes],
    }


def _episode(view: EpisodeView) -> dict[str, Any]:
    return {
        "id": view.id,
        "code": view.code,
        "title": view.title,
        "prompt": view.prompt,
        "phase": view.phase.value,
        "opens_at": _time(view.opens_at),
        "closes_at": _time(view.closes_at),
        "votes_until": _time(view.votes_until),
        "released_at": _time(view.released_at),
        "release_url": view.release_url,
        "works": view.works,
    }


def _counts(page: EpisodePage) -> dict[str, int]:
    taking_part = page.taking_part()
    sources = [source for work in taking_part for source in work.sources if source.state is SourceState.CONFIRMED]
    return {
        "works": len(taking_part),
        "files": sum(len(work.files) for work in taking_part),
        "credits": sum(len(work.credits) for work in taking_part),
        "sources_inside": sum(source.work is not None for source in sources),
        "sources_outside": sum(source.work is None for source in sources),
        "ballots": page.turnout,
        "in_cut": len(page.cut.chosen),
        "cut_changes": len(page.cut.changes),
    }


def _deal(view: EpisodeView) -> dict[str, Any]:
    deal = view.deal
    return {
        "currency": deal.currency.code,
        "vote_method": deal.vote_method.value,
        "max_score": deal.max_score,
        "seats": deal.seats,
        "criteria": [{"name": each.name, "weight": each.weight} for each in deal.voting.criteria],
        "normalise": deal.voting.normalise,
        "few_votes": deal.voting.few_votes,
        "hide_artists": deal.voting.hide_artists,
        "jury_bp": deal.voting.jury_bp,
        "voters_need_role": deal.voting.voter_role_id is not None,
        "min_member_days": deal.voting.min_member_days,
        "min_account_days": deal.voting.min_account_days,
        "weights": deal.weights.value,
        "blend": {"equal": deal.equal_parts, "points": deal.points_parts, "votes": deal.votes_parts},
        "funding": deal.funding.value,
        "promised": deal.promised,
        "lineage_bp": deal.lineage_bp,
        "house_bp": deal.house_bp,
        "floor": deal.floor,
        "cap_bp": deal.cap_bp,
        "payout_min": deal.payout_min,
        "claim_days": deal.claim_days,
        "unclaimed": deal.unclaimed.value,
        "shown_as": deal.shown_as.value,
        "receipts_public": deal.receipts_public,
        "comment_seconds": deal.comment_seconds,
        "grace_seconds": deal.grace_seconds,
        "locked_at": _time(deal.locked_at),
    }


def _round(view: RoundView) -> dict[str, Any]:
    return {
        "id": view.id,
        "number": view.number,
        "phase": view.phase.value,
        "currency": view.pool.currency.code,
        "pool": view.pool.amount,
        "allocated": sum(share.amount.amount for share in view.allocations),
        "artists": len(view.allocations),
        "names_are_pseudonyms": view.hidden,
        "allocations": [
            {"artist": share.artist.name, "amount": share.amount.amount, "state": share.state.value}
            for share in view.allocations
        ],
        "concerns": [
            {
                "number": concern.number,
                "kind": concern.kind.value,
                "state": concern.state.value,
                "answer": concern.answer,
            }
            for concern in view.concerns
        ],
        "open_concerns": sum(concern.state is ConcernState.OPEN for concern in view.concerns),
        "comments_until": _time(view.comments_until),
        "digest": view.digest,
    }


def _result(page: EpisodePage) -> dict[str, Any] | None:
    if page.result is None:
        return None
    return {
        "ballots": page.result.ballots,
        "digest": page.result.digest,
        "root": page.result.root,
        "seed": page.result.seed,
        "works": [_result_work(line) for line in page.result.works],
        "recounts": [
            {
                "number": one.number,
                "reason": one.reason,
                "struck": one.struck,
                "restored": one.restored,
                "at": _time(one.at),
                "before_root": one.before_root,
                "before_digest": one.before_digest,
            }
            for one in page.result.recounts
        ],
    }


def _result_work(line: ResultWork) -> dict[str, Any]:
    """A work's numbers; exact ones are texts such as "11/3"."""
    return {
        "work": line.work.number,
        "place": line.place,
        "votes": line.votes,
        "score": str(line.mean),
        "low": str(line.low),
        "high": str(line.high),
        "shown": line.shown,
        "chosen": line.chosen,
        "drawn": line.drawn,
    }


def _work(view: WorkView) -> dict[str, Any]:
    """A work; of one that no longer takes part, neither files nor links are given out."""
    shown = view.state is WorkState.IN
    return {
        "id": view.id,
        "number": view.number,
        "title": view.title,
        "medium": view.medium,
        "licence": view.licence.value,
        "state": view.state.value,
        "artist": view.artist.name,
        "submitted_at": _time(view.submitted_at),
        "credits": [
            {"artist": credit.artist.name, "role": credit.role, "bp": credit.share_bp, "state": credit.state.value}
            for credit in view.credits
        ],
        "sources": [_source(source) for source in view.sources],
        "used_in": [ref.number for ref in view.used_in],
        "files": [
            {
                "name": file.name,
                "type": file.content_type,
                "size": file.size,
                "state": file.state.value,
                "sha256": file.sha256,
                "preview": file.preview,
                "duration_ms": file.duration_ms,
                "peaks": list(file.peaks),
            }
            for file in view.files
            if shown
        ],
        "links": list(view.links) if shown else [],
        "link_previews": [_link(link) for link in view.link_previews] if shown else [],
    }


def _link(link: LinkView) -> dict[str, Any]:
    return {"url": link.url, "title": link.title, "site": link.site, "preview": link.preview}


def _source(source: SourceView) -> dict[str, Any]:
    if source.work is not None:
        return {
            "work": source.work.number,
            "title": source.work.title,
            "thanks": source.thanks,
            "state": source.state.value,
            "bp": source.share_bp,
        }
    return {
        "outside": source.outside_title,
        "url": source.outside_url,
        "licence": source.licence.value if source.licence else None,
        "thanks": source.thanks,
        "state": source.state.value,
        "bp": source.share_bp,
    }


def _time(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
