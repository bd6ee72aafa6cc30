"""Episodes: planning, opening, the one transition, deadlines, release, and how they are read."""

from services.episodes.credits import CanceledView, CreditedWork, ReleaseView, canceled_view, release_view
from services.episodes.moves import move, open_one
from services.episodes.notices import keep_current
from services.episodes.plan import create_planned, open_episode, plan_episode
from services.episodes.steps import (
    Step,
    advance_episode,
    cancel_episode,
    change_deadline,
    producers_episode,
    release_episode,
)
from services.episodes.views import (
    EpisodeChoice,
    EpisodeStatus,
    MoveView,
    current_episode,
    episode_choices,
    episode_status,
    episode_view,
    episode_views,
    find_episode,
    get_episode,
    history,
)

__all__ = [
    "CanceledView",
    "CreditedWork",
    "EpisodeChoice",
    "EpisodeStatus",
    "MoveView",
    "ReleaseView",
    "Step",
    "advance_episode",
    "cancel_episode",
    "canceled_view",
    "change_deadline",
    "create_planned",
    "current_episode",
    "episode_choices",
    "episode_status",
    "episode_view",
    "episode_views",
    "find_episode",
    "get_episode",
    "history",
    "keep_current",
    "move",
    "open_episode",
    "open_one",
    "plan_episode",
    "producers_episode",
    "release_episode",
    "release_view",
]
