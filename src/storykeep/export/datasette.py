"""What Datasette needs to show archive.db to people: words, facets, orders, queries. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from storykeep.reader.tables import VIEWS, described

# `escape_fts` is a function of Datasette's: what is typed is words, whatever signs are in it.
_SEARCH = """
select s.public_id as id, s.title, s.author, s.host as site, s.words, s.url
from story_fts join story as s on s.id = story_fts.rowid
where story_fts match escape_fts(:words) order by story_fts.rank limit 100
""".strip()
_VANISHED = """
select id, title, author, site, words, gone_since from stories
where gone_since is not null order by gone_since desc
""".strip()
_CHANGED = """
select s.public_id as id, s.title, s.author, c.position as chapter, v.number as version,
    v.first_seen, v.words from version as v join chapter as c on c.id = v.chapter
    join story as s on s.id = c.story where v.number > 1 order by v.first_seen desc limit 100
""".strip()
_SHOWN: dict[str, dict[str, Any]] = {
    "stories": {"sort": "title", "facets": ["author", "site", "status", "language"]},
    "chapters": {"label_column": "title"},
    "captures": {"sort_desc": "fetched_at", "facets": ["outcome", "status", "source", "origin"]},
}


def metadata(database: str, present: Iterable[str]) -> dict[str, Any]:
    """Return the metadata for a database called *database* whose tables and views are *present*.

    Tables that are for programs are hidden from Datasette's front page, not from its visitors.
    """
    tables: dict[str, Any] = {}
    for name in present:
        known = described().get(name)
        tables[name] = dict(_SHOWN.get(name, {}))
        if known is not None:
            tables[name] |= {"description": known.about, "columns": dict(known.columns)}
        if name not in VIEWS:
            tables[name]["hidden"] = True
    return {
        "title": "An archive of web fiction",
        "description": "Made by Storykeep. What is archived belongs to its authors.",
        "databases": {
            database: {
                "description": "The views stories, chapters and captures are for people; "
                "docs/database.md has all tables.",
                "tables": tables,
                "queries": {
                    "search": {"title": "Search the stories", "sql": _SEARCH},
                    "vanished": {"title": "What vanished from its site", "sql": _VANISHED},
                    "changed": {"title": "What changed last", "sql": _CHANGED},
                },
            }
        },
    }
