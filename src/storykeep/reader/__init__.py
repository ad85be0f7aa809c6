"""archive.db, read: a read-only connection and what can be asked of it without a search.

Loads nothing heavy, so that reading commands start at once; nothing at all before it is asked for.
"""

from typing import TYPE_CHECKING

from storykeep import later

if TYPE_CHECKING:
    from storykeep.reader.asked import Unreachable, archive_asked, refused, unreachable
    from storykeep.reader.connection import connect, explaining, snapshot
    from storykeep.reader.forms import reconstructed
    from storykeep.reader.lists import captures, list_stories, status
    from storykeep.reader.loading import (
        CAPTURE_COLUMNS,
        all_captures,
        capture_of,
        chapter_captures,
        load_story,
        stories,
        story_rows,
    )
    from storykeep.reader.lookup import has_text, public_id, resolve
    from storykeep.reader.missing import named, undecided, vanished
    from storykeep.reader.wanting import Wanted, copies, wanted
else:
    __getattr__ = later.names(
        __name__,
        {
            "asked": "Unreachable archive_asked refused unreachable",
            "connection": "connect explaining snapshot",
            "forms": "reconstructed",
            "lists": "captures list_stories status",
            "loading": "CAPTURE_COLUMNS all_captures capture_of chapter_captures load_story "
            "stories story_rows",
            "lookup": "has_text public_id resolve",
            "missing": "named undecided vanished",
            "wanting": "Wanted copies wanted",
        },
    )

__all__ = [
    "CAPTURE_COLUMNS",
    "Unreachable",
    "Wanted",
    "all_captures",
    "archive_asked",
    "capture_of",
    "captures",
    "chapter_captures",
    "connect",
    "copies",
    "explaining",
    "has_text",
    "list_stories",
    "load_story",
    "named",
    "public_id",
    "reconstructed",
    "refused",
    "resolve",
    "snapshot",
    "status",
    "stories",
    "story_rows",
    "undecided",
    "unreachable",
    "vanished",
    "wanted",
]
