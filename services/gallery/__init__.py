"""What the public gallery shows: everything of a show, an episode, a work or a payout that anybody may see.

Each page is one reading in one transaction, in a number of queries that does not grow with what it shows.
"""

from services.gallery.episodes import PER_PAGE, episode_front, episode_page
from services.gallery.files import media_type
from services.gallery.payouts import payout_page
from services.gallery.shows import alive, all_shows, home, show_page
from services.gallery.views import (
    EpisodeFront,
    EpisodePage,
    Home,
    Lineage,
    PayoutPage,
    RoundPage,
    ShowCard,
    ShowPage,
    WorkPage,
)
from services.gallery.works import work_page

__all__ = [
    "PER_PAGE",
    "EpisodeFront",
    "EpisodePage",
    "Home",
    "Lineage",
    "PayoutPage",
    "RoundPage",
    "ShowCard",
    "ShowPage",
    "WorkPage",
    "alive",
    "all_shows",
    "episode_front",
    "episode_page",
    "home",
    "media_type",
    "payout_page",
    "show_page",
    "work_page",
]
