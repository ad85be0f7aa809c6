"""Found stories as they are shown: what the page of hits says of each, with its best passage."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from storykeep.search.highlight import Highlighter, Needle, Passage, beginning


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
# The first chapter comes with its story: most passages are in it, and a query less is made of each.
_HITS = """
SELECT s.id, s.public_id, s.url, s.title, s.authors, s.words, s.host, s.gone_since, s.summary,
    c.title, c.text
FROM json_each(?) AS j CROSS JOIN story AS s ON s.id = j.value LEFT JOIN chapter AS c ON c.id =
    (SELECT id FROM chapter WHERE story = s.id ORDER BY position, id LIMIT 1)
"""


_decode = json.JSONDecoder().raw_decode  # json.loads is two calls more around it


def hits_of(
    conn: sqlite3.Connection, rows: Sequence[tuple[int, float]], needles: Iterable[Needle]
) -> tuple[Hit, ...]:
    """Return the stories of *rows* as hits, in that order; the lower a score, the better."""
    if not rows:
        return ()
    passages, scores = _Passages(conn, tuple(needles)), dict(rows)
    found = {
        row: _hit(row, scores[row], values, passages)
        for row, *values in conn.execute(_HITS, (json.dumps(list(scores)),))
    }
    return tuple(found[row] for row in scores)


def _hit(row: int, score: float, values: list[Any], passages: _Passages) -> Hit:
    public_id, url, title, authors, words, host, gone_since, summary, *first = values
    return Hit(
        public_id,
        url,
        title,
        tuple([each["name"] for each in _decode(authors)[0]]),
        words,
        host,
        gone_since,
        float(f"{-score + 0.0:.6g}"),
        passages.snippet(row, summary, *first),
    )


class _Passages:
    """Finds the passages for one query; what it looks for is made ready once."""

    def __init__(self, conn: sqlite3.Connection, needles: tuple[Needle, ...]) -> None:
        self._conn = conn
        self._needles = needles
        self._of: dict[str, Highlighter] = {}
        self._body = self._in("body")
        self._leads = self._body.leads

    def snippet(self, row: int, summary: str | None, title: str | None, text: str | None) -> str:
        """Return the best passage of the story, of what stands around it, or its beginning.

        *title* and *text* are those of its first chapter, None where it has none.
        """
        first = _chapter(title, text or "")
        is_soon = self._leads
        if is_soon:
            if (snippet := self._body.lead(first)) is not None:
                return snippet
            is_soon = first.isascii()
            for other in self._others(row):
                if (snippet := self._body.lead(other)) is not None:
                    return snippet
                is_soon = is_soon and other.isascii()
        if not is_soon:
            passage = self._body.best(itertools.chain([first], self._others(row)))
            if passage is not None:
                return passage.snippet
        beside = self._beside(row, summary)
        return beginning(first) if beside is None else beside.snippet

    def _beside(self, row: int, summary: str | None) -> Passage | None:
        """Return the best passage of what stands around the story."""
        passage = self._in("summary").best([summary]) if summary else None
        for table, column in _BESIDE:
            if passage is None:
                passage = self._in(column).best(self._texts(table, row))
        return passage

    def _in(self, column: str) -> Highlighter:
        if column not in self._of:
            self._of[column] = Highlighter(self._needles, column)
        return self._of[column]

    def _others(self, row: int) -> Iterator[str]:
        """Yield the chapters behind the first."""
        # In the order of an index: a text is read when it is come to, and not all to be sorted.
        query = (
            "SELECT title, text FROM chapter WHERE story = ? "
            "ORDER BY position, id LIMIT -1 OFFSET 1"
        )
        for each in self._conn.execute(query, (row,)):
            yield _chapter(*each)

    def _texts(self, table: str, row: int) -> Iterator[str]:
        query = f"SELECT text FROM {table} WHERE story = ? ORDER BY number"  # noqa: S608
        for (text,) in self._conn.execute(query, (row,)):
            yield text


def _chapter(title: str | None, text: str) -> str:
    return f"{title}\n\n{text}" if title else text
