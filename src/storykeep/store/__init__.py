"""archive.db, written: the only module that changes a row."""

from storykeep.store.aside import keep_aside
from storykeep.store.captures import Reading
from storykeep.store.dump import canonical_dump
from storykeep.store.lastseen import Chapters, Shown
from storykeep.store.opening import refuse_foreign, replace_database
from storykeep.store.outlines import Outlines, Seen, Telling
from storykeep.store.passing import CaptureRow, said
from storykeep.store.preparing import Ready
from storykeep.store.rows import storable
from storykeep.store.store import Store
from storykeep.store.stories import Draft, Saved

__all__ = [
    "CaptureRow",
    "Chapters",
    "Draft",
    "Outlines",
    "Reading",
    "Ready",
    "Saved",
    "Seen",
    "Shown",
    "Store",
    "Telling",
    "canonical_dump",
    "keep_aside",
    "refuse_foreign",
    "replace_database",
    "said",
    "storable",
]
