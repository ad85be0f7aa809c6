"""What a user decided about stories, in decisions.jsonl beside config.toml.

The database holds what follows from it, and can be made again from it.
"""

from storykeep.decisions.journal import (
    NAME,
    Correction,
    Corrections,
    Entry,
    Journal,
    append,
    corrections,
    find_search,
    from_json,
    host_of,
    new_id,
    read,
    to_json,
)
from storykeep.decisions.searches import SavedSearch, called, is_name, name_key
from storykeep.decisions.values import FIELDS, TAG_KINDS, read_word, shown

__all__ = [
    "FIELDS",
    "NAME",
    "TAG_KINDS",
    "Correction",
    "Corrections",
    "Entry",
    "Journal",
    "SavedSearch",
    "append",
    "called",
    "corrections",
    "find_search",
    "from_json",
    "host_of",
    "is_name",
    "name_key",
    "new_id",
    "read",
    "read_word",
    "shown",
    "to_json",
]
