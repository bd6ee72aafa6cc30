"""The kinds and states that callers of services pass or see; cogs and pages take them from here."""

from db.models import (
    AllocationState,
    Collecting,
    ConcernKind,
    ConcernState,
    CreditState,
    CutAction,
    DeadlineKind,
    FileState,
    FundKind,
    LinkState,
    SourceState,
    ThemeState,
    VoteMethod,
    Weights,
    WorkState,
)

__all__ = [
    "AllocationState",
    "Collecting",
    "ConcernKind",
    "ConcernState",
    "CreditState",
    "CutAction",
    "DeadlineKind",
    "FileState",
    "FundKind",
    "LinkState",
    "SourceState",
    "ThemeState",
    "VoteMethod",
    "Weights",
    "WorkState",
]
