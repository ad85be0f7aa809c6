"""Found stories as they are shown: what the page of hits says of each, with its best passage."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from storykeep.search.highlight import Highlighter, Needle, beginning


class Hit(NamedTuple):
    """One search result."""

    id: str
    url: str
    title: str | None
    authors: tuple[str, ...]
    words: int
    site: str
    gone_since: str | None
    score: float
    snippet: str  # matched words between U+E000 and U+E001


_BESIDE = (("note", "notes"), ("disclaimer", "disclaimer"))  # tables and their columns of the index


def hits_of(
    conn: sqlite3.Connection, rows: Sequence[tuple[int, float]], needles: Iterable[Needle]
) -> tuple[Hit, ...]:
    """Return the stories of *rows* as hits, in that order; the lower a score, the better."""
    if not rows:
        return ()
    stories = {
        row: values
        for row, *values in conn.execute(
            "SELECT id, public_id, url, title, authors, words, host, gone_since, summary "
            "FROM story WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps([row for row, _ in rows]),),
        )
    }
    passages = _Passages(conn, tuple(needles))
    return tuple(_hit(row, score, stories[row], passages) for row, score in rows)


def _hit(row: int, score: float, values: list[Any], passages: _Passages) -> Hit:
    public_id, url, title, authors, words, host, gone_since, summary = values
    return Hit(
        id=public_id,
        url=url,
        title=title,
        authors=tuple(each["name"] for each in json.loads(authors)),
        words=words,
        site=host,
        gone_since=gone_since,
        score=float(f"{-score + 0.0:.6g}"),
        snippet=passages.snippet(row, summary),
    )


class _Passages:
    """Finds the passages for one query; what it looks for is made ready once."""

    def __init__(self, conn: sqlite3.Connection, needles: tuple[Needle, ...]) -> None:
        self._conn = conn
        self._of = {
            column: Highlighter(needles, column)
            for column in ("body", "summary", *(column for _, column in _BESIDE))
        }

    def snippet(self, row: int, summary: str | None) -> str:
        """Return the best passage of the story, of what stands around it, or its beginning."""
        passage = self._of["body"].best(self._chapters(row))
        if passage is None and summary:
            passage = self._of["summary"].best([summary])
        for table, column in _BESIDE:
            if passage is None:
                passage = self._of[column].best(self._texts(table, row))
        if passage is not None:
            return passage.snippet
        return beginning(next(self._chapters(row), ""))

    def _chapters(self, row: int) -> Iterator[str]:
        # In the order of an index: a text is read when it is come to, and not all to be sorted.
        chapters = self._conn.execute(
            "SELECT title, text FROM chapter WHERE story = ? ORDER BY position, id", (row,)
        )
        for title, text in chapters:
            yield f"{title}\n\n{text}" if title else text

    def _texts(self, table: str, row: int) -> Iterator[str]:
        query = f"SELECT text FROM {table} WHERE story = ? ORDER BY number"  # noqa: S608
        return (text for (text,) in self._conn.execute(query, (row,)))
