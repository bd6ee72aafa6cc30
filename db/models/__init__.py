"""The tables, a file per aggregate. Importing this package registers them all."""

from db.models.base import Base
from db.models.episode import Deadline, DeadlineKind, DeadlineState, Deal, Episode, EpisodeMove
from db.models.money import (
    Allocation,
    AllocationLine,
    AllocationState,
    Concern,
    ConcernKind,
    ConcernState,
    FundEntry,
    FundKind,
    LedgerEntry,
    LedgerPosting,
    Payment,
    PayoutRound,
)
from db.models.outbox import OutboxAction, OutboxRow, OutboxState, Post, ProcessFact
from db.models.show import Artist, Collecting, Guild, Show, Theme, ThemeState, VoteMethod, Weights
from db.models.vote import Ballot, CutAction, CutChange, CutEntry, Exposure, Mark, Tally
from db.models.work import (
    ChannelCursor,
    Credit,
    CreditState,
    FileState,
    LinkState,
    Source,
    SourceState,
    Work,
    WorkEvent,
    WorkFile,
    WorkLink,
    WorkState,
)

__all__ = [
    "Allocation", "AllocationLine", "AllocationState", "Artist", "Ballot", "Base", "ChannelCursor",
    "Collecting", "Concern", "ConcernKind", "ConcernState", "Credit", "CreditState", "CutAction", "CutChange",
    "CutEntry", "Deadline", "DeadlineKind", "DeadlineState", "Deal", "Episode", "EpisodeMove", "Exposure", "FileState",
    "FundEntry", "FundKind", "Guild", "LedgerEntry", "LedgerPosting", "LinkState", "Mark", "OutboxAction", "OutboxRow",
    "OutboxState", "Payment", "PayoutRound", "Post", "ProcessFact", "Show", "Source", "SourceState", "Tally",
    "Theme", "ThemeState", "VoteMethod", "Weights", "Work", "WorkEvent", "WorkFile", "WorkLink", "WorkState",
]  # fmt: skip
