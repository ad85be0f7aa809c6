""" "Did you mean": a word of the index that is spelt nearly like one that it does not have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
)
_MOST_LETTERS = 24  # of a word that is looked at
_MOST_WORDS = 3  # of a query
_MOST_COUNTED = 2_000  # stories
_MOST_NEIGHBOURS = 200  # words of the vocabulary read for one


def suggestions(conn: sqlite3.Connection, words: tuple[str, ...]) -> dict[str, str]:
    """Return for each of *words* that no story has the most likely word that one has."""
    missing = [word for word in words if not has_word(conn, word)][:_MOST_WORDS]
    found = {}
    for word in missing:
        if 2 < len(word) <= _MOST_LETTERS and (near := _likeliest(conn, word)):
            found[word] = near
    return found


def _likeliest(conn: sqlite3.Connection, word: str) -> str | None:
    """Return a word like *word*, or the two that were written as one."""
    near, parted = _nearest(conn, word), _parted(conn, word)
    if parted is None or near is None:
        return near or parted
    # "dont" is two words, as nearly every "don" is of "don't"; "tthe" is no "t the".
    both = "-" in parted and min(map(len, parted.split("-"))) > 1
    spoken = parted.replace("-", " ").replace("'", " ")
    return parted if both or 2 * _count(conn, spoken) >= _count(conn, near) else near


def _parted(conn: sqlite3.Connection, word: str) -> str | None:
    """Return two words that stand in a row somewhere and were written as one: xfiles, dont."""
    for at in range(1, len(word)):
        first, second = word[:at], word[at:]
        is_short = second == "t" and first.endswith("n")
        if not (has_word(conn, first) and has_word(conn, second)):
            continue
        # To find out that two common words stand nowhere in a row takes long.
        rarer = min(_count(conn, first), _count(conn, second))
        if (is_short or rarer < _MOST_COUNTED) and has_word(conn, f"{first} {second}"):
            return f"{first}'t" if is_short else f"{first}-{second}"
    return None


def _nearest(conn: sqlite3.Connection, word: str) -> str | None:
    near = [each for each in _one_off(word) if has_word(conn, each)]
    if near:
        return max(near, key=lambda each: (_count(conn, each), each))
    from difflib import get_close_matches

    with _vocabulary(conn) as next_word:
        return next(iter(get_close_matches(word, _beside(next_word, word), n=1, cutoff=0.75)), None)


def _one_off(word: str) -> list[str]:
    """Return what one slip makes of *word*: two letters swapped, one too many, wrong or missing."""
    letters = next((each for each in _ALPHABETS if set(each) & set(word)), "")
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    swapped = [a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1]
    without = [a + b[1:] for a, b in splits if b]
    other = [a + letter + b[1:] for a, b in splits if b for letter in letters]
    more = [a + letter + b for a, b in splits for letter in letters]
    return [each for each in dict.fromkeys(swapped + without + other + more) if each != word]


def has_word(conn: sqlite3.Connection, word: str, *, table: str = "story_fts") -> bool:
    """Return whether any text of an index has *word*, as it spells it."""
    query = f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1"  # noqa: S608
    return bool(word) and conn.execute(query, (f'"{word}"',)).fetchone() is not None


def _count(conn: sqlite3.Connection, word: str) -> int:
    """Return how many stories have *word*, or at least _MOST_COUNTED."""
    query = "SELECT count(*) FROM (SELECT 1 FROM story_fts WHERE story_fts MATCH ? LIMIT ?)"
    return int(conn.execute(query, (f'"{word}"', _MOST_COUNTED)).fetchone()[0])


class _NextWord:
    """The vocabulary, asked for the word behind another: one step down a tree each."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def __call__(self, word: str) -> str | None:
        row = self._conn.execute(
            "SELECT term FROM temp.story_word WHERE term > ? LIMIT 1", (word,)
        ).fetchone()
        return row[0] if row else None


@contextmanager
def _vocabulary(conn: sqlite3.Connection) -> Iterator[_NextWord]:
    # The table is the connection's own and holds nothing; the file stays open for reading only.
    (only,) = conn.execute("PRAGMA query_only").fetchone()
    conn.execute("PRAGMA query_only = OFF")
    try:
        conn.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.story_word "
            "USING fts5vocab (main, story_fts, instance)"
        )
    finally:
        conn.execute(f"PRAGMA query_only = {int(only)}")
    yield _NextWord(conn)


def _beside(next_word: _NextWord, word: str) -> Iterator[str]:
    """Yield words that begin as *word* does, as far as one can read in a moment."""
    beginning = word[: max(2, len(word) // 2)]
    at: str | None = beginning
    for _ in range(_MOST_NEIGHBOURS):
        at = next_word(at) if at else None
        if at is None or not at.startswith(beginning):
            return
        yield at
