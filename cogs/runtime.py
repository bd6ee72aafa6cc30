"""What a cog is given: the database, a clock, chance, and how to reach the rest of the process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from domain.totals import US_THRESHOLDS, Threshold
from services.media import MediaStore
from services.store import Database
from services.vault import Vault


@dataclass(frozen=True, slots=True)
class Runtime:
    """One process's surroundings, made in the composition root (bot/__main__) and handed to each cog.

    `clock` gives aware UTC; `wake` asks the process to look at once for what is due and what must be said;
    `site_url` is the public address of the gallery, without a slash at the end. `vault` keeps where artists are
    paid; `totals_from` are the yearly amounts that producers want pointed out.
    """

    db: Database
    media: MediaStore
    clock: Callable[[], datetime]
    rng: Random
    wake: Callable[[], None]
    site_url: str
    message_content: bool
    max_file_bytes: int
    vault: Vault = field(default_factory=Vault)
    totals_from: tuple[Threshold, ...] = US_THRESHOLDS
