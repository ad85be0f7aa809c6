"""What a verification found."""

from __future__ import annotations

from dataclasses import dataclass, field

from storykeep.model import Capture, Damage


@dataclass(frozen=True, slots=True)
class Sample:
    """The captures that were read where not all were: chosen by *seed* from *of*."""

    percent: float
    of: int
    seed: int
    chosen: tuple[Capture, ...] = ()


@dataclass(slots=True)
class Verified:
    """What was read and what of it is not as it was written."""

    files: int = 0  # WARCs
    bytes: int = 0  # of them, compressed
    records: int = 0  # whole ones
    captures: int = 0  # answers whose records are whole
    failures: int = 0  # requests without an answer
    texts: int = 0  # chapters and versions in archive.db
    damage: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what a person should know and is no damage
    sample: Sample | None = None
