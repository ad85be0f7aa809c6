"""What to say where a query has no hit: a value that no story has, a text without spaces."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from storykeep.patterns import lazy
from storykeep.search.fields import TAG_KINDS, filter_of
from storykeep.search.query import Term, parse, terms_of

_COMMON = 5  # values that are named
_OF_STORY = {"lang": "language", "site": "host"}
# Written without spaces between words: what stands between two signs is one word of the index.
_UNPARTED = lazy("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def advice(conn: sqlite3.Connection, text: str) -> list[str]:
    """Return in words what of *text*, a query without a hit, cannot have had one.

    *conn* has the functions that the query's conditions ask for.
    """
    terms = list(dict.fromkeys(terms_of(parse(text), positive=True)))
    return [*_unknown_values(conn, terms), *_unparted(terms)]


def _unknown_values(conn: sqlite3.Connection, terms: list[Term]) -> Iterator[str]:
    for term in terms:
        field = term.field or ""
        if field not in _OF_STORY and field != "rating" and field not in TAG_KINDS:
            continue
        asked = filter_of(field, term.text, is_prefix=term.is_prefix)
        query = f"SELECT 1 FROM story AS s WHERE {asked.sql} LIMIT 1"  # noqa: S608
        if conn.execute(query, asked.values).fetchone():
            continue
        known = ", ".join(_commonest(conn, field)) or "none at all"
        star = "*" if term.is_prefix else ""
        yield f"no story has {field}:{term.text}{star}; the commonest are {known}"


def _commonest(conn: sqlite3.Connection, field: str) -> list[str]:
    if column := _OF_STORY.get(field):
        query = (
            f"SELECT {column} FROM story WHERE {column} IS NOT NULL "  # noqa: S608
            f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {_COMMON}"
        )
        return [value for (value,) in conn.execute(query)]
    query = (
        "SELECT value FROM tag WHERE kind = ? GROUP BY value ORDER BY count(*) DESC, value LIMIT ?"
    )
    return [value for (value,) in conn.execute(query, (field, _COMMON))]


def _unparted(terms: list[Term]) -> Iterator[str]:
    for term in terms:
        if not term.is_prefix and _UNPARTED.search(term.text):
            yield (
                "in a script without spaces all that stands between two signs is one word: "
                f"{term.text}* finds what begins so"
            )
            return
