"""Found stories as they are shown: what the page of hits says of each, with its best passage."""

from __future__ import annotations

import itertools
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
# The first chapter comes with its story: most passages are in it, and a query less is made of each.
_HITS = """
SELECT s.id, s.public_id, s.url, s.title, s.authors, s.words, s.host, s.gone_since, s.summary,
    c.title, c.text
FROM json_each(?) AS j CROSS JOIN story AS s ON s.id = j.value LEFT JOIN chapter AS c ON c.id =
    (SELECT id FROM chapter WHERE story = s.id ORDER BY position, id LIMIT 1)
"""


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
        tuple([each["name"] for each in json.loads(authors)]),
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
        self._of = {
            column: Highlighter(needles, column)
            for column in ("body", "summary", *(column for _, column in _BESIDE))
        }

    def snippet(self, row: int, summary: str | None, title: str | None, text: str | None) -> str:
        """Return the best passage of the story, of what stands around it, or its beginning.

        *title* and *text* are those of its first chapter, None where it has none.
        """
        first = _chapter(title, text or "")
        body, is_soon = self._of["body"], False
        if body.leads:
            is_soon = True
            for each in itertools.chain([first], self._others(row)):
                if (snippet := body.lead(each)) is not None:
                    return snippet
                is_soon = is_soon and each.isascii()
        passage = None if is_soon else body.best(itertools.chain([first], self._others(row)))
        if passage is None and summary:
            passage = self._of["summary"].best([summary])
        for table, column in _BESIDE:
            if passage is None:
                passage = self._of[column].best(self._texts(table, row))
        return beginning(first) if passage is None else passage.snippet

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
