"""Texts as the index sees them; but for plain ASCII SQLite itself is asked, so as never to differ.

A tokenizer in memory takes as long as to find a rare word; ASCII is letters and digits and what is
between them (SQLite FTS5, section 4.3.1), and a property test holds the two together.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing

_TOKENIZER = "unicode61 remove_diacritics 2"  # that of story_fts
_WORD = re.compile("[a-z0-9]+")


def tokens_of(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the tokens of each of *texts*: lower case, without Latin diacritics."""
    if all(map(str.isascii, texts)):
        return [tuple(_WORD.findall(text.lower())) for text in texts]
    return _asked(texts)


def _asked(texts: Sequence[str]) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _ in texts]
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute(f"CREATE VIRTUAL TABLE text USING fts5 (t, tokenize = '{_TOKENIZER}')")
        conn.execute("CREATE VIRTUAL TABLE word USING fts5vocab ('text', 'instance')")
        conn.executemany("INSERT INTO text (rowid, t) VALUES (?, ?)", enumerate(texts))
        for number, term in conn.execute("SELECT doc, term FROM word ORDER BY doc, offset"):
            found[number].append(term)
    return [tuple(each) for each in found]
