"""The tables, a file per aggregate. Importing this package registers them all."""

from db.models.base import Base
from db.models.episode import Deadline, DeadlineKind, DeadlineState, Deal, Episode, EpisodeMove
from db.models.money import (
    Adjustment,
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
from db.models.recount import Recount, Strike, VoteReminder
from db.models.show import (
    Artist,
    Collecting,
    Funding,
    Guild,
    Show,
    ShownAs,
    Theme,
    ThemeState,
    Unclaimed,
    VoteMethod,
    Weights,
)
from db.models.suggestion import Suggestion, SuggestionApproval, SuggestionState
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
    "Adjustment", "Allocation", "AllocationLine", "AllocationState", "Artist", "Ballot", "Base",
    "ChannelCursor", "Collecting", "Concern", "ConcernKind", "ConcernState", "Credit", "CreditState",
    "CutAction", "CutChange", "CutEntry", "Deadline", "DeadlineKind", "DeadlineState", "Deal", "Episode",
    "EpisodeMove", "Exposure", "FileState", "FundEntry", "FundKind", "Funding", "Guild", "LedgerEntry",
    "LedgerPosting", "LinkState", "Mark", "OutboxAction", "OutboxRow", "OutboxState", "Payment", "PayoutRound",
    "Post", "ProcessFact", "Recount", "Show", "ShownAs", "Source", "SourceState", "Strike", "Suggestion",
    "SuggestionApproval", "SuggestionState", "Tally", "Theme", "ThemeState", "Unclaimed", "VoteMethod",
    "VoteReminder", "Weights", "Work", "WorkEvent", "WorkFile", "WorkLink", "WorkState",
]  # fmt: skip
