"""archive.db, written: the only module that changes a row."""

from storykeep.store.aside import keep_aside
from storykeep.store.captures import Reading
from storykeep.store.dump import canonical_dump
from storykeep.store.opening import refuse_foreign, replace_database
from storykeep.store.outlines import Outlines, Seen
from storykeep.store.preparing import Ready
from storykeep.store.rows import storable
from storykeep.store.store import Store
from storykeep.store.stories import Draft, Saved

__all__ = [
    "Draft",
    "Outlines",
    "Reading",
    "Ready",
    "Saved",
    "Seen",
    "Store",
    "canonical_dump",
    "keep_aside",
    "refuse_foreign",
    "replace_database",
    "storable",
]
