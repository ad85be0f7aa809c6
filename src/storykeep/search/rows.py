"""A found story as it is shown: what the page of hits says of it, with its best passage."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from storykeep.model import Hit
from storykeep.search.highlight import Highlighter, Needle, beginning


def hit_of(conn: sqlite3.Connection, row: int, score: float, needles: Iterable[Needle]) -> Hit:
    """Return the story of *row* as a hit; *score* is bm25's, the lower the better."""
    public_id, url, title, authors, words, host, gone_since, summary = conn.execute(
        "SELECT public_id, url, title, authors, words, host, gone_since, summary FROM story "
        "WHERE id = ?",
        (row,),
    ).fetchone()
    return Hit(
        id=public_id,
        url=url,
        title=title,
        authors=tuple(each["name"] for each in json.loads(authors)),
        words=words,
        site=host,
        gone_since=gone_since,
        score=float(f"{-score + 0.0:.6g}"),
        snippet=_snippet(conn, row, summary, tuple(needles)),
    )


def _snippet(
    conn: sqlite3.Connection, row: int, summary: str | None, needles: tuple[Needle, ...]
) -> str:
    """Return the best passage of the story, else of what stands around it, else its beginning."""
    passage = Highlighter(needles, "body").best(_chapters(conn, row))
    if passage is None and summary:
        passage = Highlighter(needles, "summary").best([summary])
    for table, column in (("note", "notes"), ("disclaimer", "disclaimer")):
        if passage is None:
            passage = Highlighter(needles, column).best(_texts(conn, table, row))
    if passage is not None:
        return passage.snippet
    return beginning(next(_chapters(conn, row), ""))


def _chapters(conn: sqlite3.Connection, row: int) -> Iterator[str]:
    # Sorted by themselves: with the texts SQLite would read all of a long story before the first.
    ids = conn.execute("SELECT id FROM chapter WHERE story = ? ORDER BY position, id", (row,))
    for (number,) in ids.fetchall():
        title, text = conn.execute(
            "SELECT title, text FROM chapter WHERE id = ?", (number,)
        ).fetchone()
        yield f"{title}\n\n{text}" if title else text


def _texts(conn: sqlite3.Connection, table: str, row: int) -> list[str]:
    rows = conn.execute(f"SELECT text FROM {table} WHERE story = ? ORDER BY number", (row,))  # noqa: S608
    return [each[0] for each in rows]
