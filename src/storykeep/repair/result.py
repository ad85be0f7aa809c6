"""What a repair found and did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from storykeep.model import Capture, Damage
from storykeep.warc import Lost

Done = Literal["mended", "put back", "made again", "set aside", "listed anew", "given up", "left"]


@dataclass(frozen=True, slots=True)
class MendedFile:
    """What became of one WARC.

    "mended": written anew from what is whole. "put back": byte for byte as it was sealed. "made
    again": it was missing, and holds what a copy had of it and notes of what is lost. "set aside":
    nothing of it was whole, or only what lies in other files. "listed anew": every record is whole,
    only the manifest was wrong. "given up": it is missing, and nothing of it is known. "left":
    others wrote it, so nothing in it was touched; what of it can be read is read.
    """

    file: str
    done: Done
    captures: int = 0  # whole ones that it holds now
    from_copy: int = 0  # of these, those that the copy gave
    lost: int = 0
    aside: str = ""  # the name under which the damaged file is kept


@dataclass(slots=True)
class Repaired:
    """What was not as it was written, and what was done; in a dry run, what would be done."""

    files: int = 0  # WARCs that were read
    captures: int = 0  # whole ones in them
    damage: list[Damage] = field(default_factory=list)
    mended: list[MendedFile] = field(default_factory=list)
    restored: list[Capture] = field(default_factory=list)  # taken from the copy
    lost: list[Lost] = field(default_factory=list)
    unknown: list[Damage] = field(default_factory=list)  # bytes lost of which nothing is known
    unread: int = 0  # revisits that are kept and have no text without what is lost
    database: str = ""  # why archive.db was made again, "" where it was not
    database_aside: Path | None = None
    manifest_aside: Path | None = None
    healed: list[str] = field(default_factory=list)  # what a killed run had left
    left: list[str] = field(default_factory=list)  # what could not be taken in, in words

    def is_whole(self) -> bool:
        """Return whether nothing was lost."""
        return not (self.lost or self.unknown or self.left)

    def found_nothing(self) -> bool:
        """Return whether everything was as it was written, and the copy had nothing to add."""
        return not (self.damage or self.mended or self.database or self.healed or self.lost)
