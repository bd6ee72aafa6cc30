"""The tables, a file per aggregate. Importing this package registers them all."""

from db.models.base import Base
from db.models.episode import Deadline, DeadlineKind, DeadlineState, Deal, Episode, EpisodeMove
from db.models.grant import GrantedFile, WorkGrant
from db.models.lineage import Dispute, DisputeKind, DisputeState, Likeness, LikenessState, PictureHash
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
from db.models.payment import (
    Hold,
    HoldShare,
    HoldState,
    PayBy,
    PaymentLine,
    PaymentRun,
    PaymentState,
    PayTo,
    PayWish,
    RunMethod,
    RunState,
    Wish,
)
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
from db.models.vote import Ballot, CriterionMark, CutAction, CutChange, CutEntry, Exposure, Mark, Tally
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
    "CriterionMark", "CutAction", "CutChange", "CutEntry", "Deadline", "DeadlineKind", "DeadlineState",
    "Deal", "Dispute", "DisputeKind", "DisputeState", "Episode", "EpisodeMove", "Exposure", "FileState",
    "FundEntry", "FundKind", "Funding", "GrantedFile", "Guild", "Hold", "HoldShare", "HoldState",
    "LedgerEntry", "LedgerPosting", "Likeness", "LikenessState", "LinkState", "Mark", "OutboxAction",
    "OutboxRow", "OutboxState", "PayBy", "PayTo", "PayWish", "Payment", "PaymentLine", "PaymentRun",
    "PaymentState", "PayoutRound", "PictureHash", "Post", "ProcessFact", "Recount", "RunMethod", "RunState",
    "Show", "ShownAs", "Source", "SourceState", "Strike", "Suggestion", "SuggestionApproval",
    "SuggestionState", "Tally", "Theme", "ThemeState", "Unclaimed", "VoteMethod", "VoteReminder", "Weights",
    "Wish", "Work", "WorkEvent", "WorkFile", "WorkGrant", "WorkLink", "WorkState",
]  # fmt: skip
