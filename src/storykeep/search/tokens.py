"""Texts as the index sees them, asked of SQLite itself so that the two never differ."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

_TOKENIZER = "unicode61 remove_diacritics 2"  # that of story_fts


def tokens_of(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the tokens of each of *texts*: lower case, without Latin diacritics."""
    found: list[list[str]] = [[] for _ in texts]
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute(f"CREATE VIRTUAL TABLE text USING fts5 (t, tokenize = '{_TOKENIZER}')")
        conn.execute("CREATE VIRTUAL TABLE word USING fts5vocab ('text', 'instance')")
        conn.executemany("INSERT INTO text (rowid, t) VALUES (?, ?)", enumerate(texts))
        for number, term in conn.execute("SELECT doc, term FROM word ORDER BY doc, offset"):
            found[number].append(term)
    return [tuple(each) for each in found]
