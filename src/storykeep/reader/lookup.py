"""What a user calls a story -> its row."""

from __future__ import annotations

import re
import sqlite3
from difflib import get_close_matches

from storykeep import urls
from storykeep.errors import UsageError

_ID = re.compile("[a-z2-7]{1,52}")
_NAMED = 5  # candidates that an error names


def resolve(conn: sqlite3.Connection, ref: str) -> int:
    """Return the row of the story that *ref* means.

    A ref is a public id, the beginning of one, or the address of the story, of one of its chapters
    or of another view of it. Raises UsageError where it means none, or more than one.
    """
    # NUL and half surrogate pairs, which a shell may send, are in no id, address or title.
    ref = re.sub("[\0\ud800-\udfff]", "\ufffd", ref).strip()
    rows = _by_address(conn, ref) if "/" in ref or ":" in ref else _by_id(conn, ref.lower())
    if len(rows) == 1:
        return rows[0]
    if rows:
        names = ", ".join(_described(conn, row) for row in rows[:_NAMED])
        more = " and others" if len(rows) > _NAMED else ""
        raise UsageError(f"{ref!r} means more than one story", hint=f"it may be {names}{more}")
    raise UsageError(f"there is no story {ref!r}", hint=_suggestion(conn, ref))


def has_text(conn: sqlite3.Connection, host: str, title: str | None, text: str) -> bool:
    """Return whether a chapter of a story of *host* called *title* has the very *text*."""
    row = conn.execute(
        "SELECT 1 FROM story AS s JOIN chapter AS c ON c.story = s.id "
        "WHERE s.host = ? AND s.title IS ? AND c.text = ? LIMIT 1",
        (host, title, text),
    ).fetchone()
    return row is not None


def public_id(conn: sqlite3.Connection, row: int) -> str:
    """Return the public id of the story in a row. Raises KeyError where there is none."""
    found = conn.execute("SELECT public_id FROM story WHERE id = ?", (row,)).fetchone()
    if found is None:
        raise KeyError(row)
    return str(found[0])


def _by_id(conn: sqlite3.Connection, ref: str) -> list[int]:
    if not _ID.fullmatch(ref):
        return []
    # An id is the beginning of the digest: one that was lengthened meanwhile is still found.
    rows = conn.execute(
        "SELECT id FROM story WHERE key_digest >= ?1 AND key_digest < ?1 || '~' "
        "ORDER BY key_digest LIMIT ?2",
        (ref, _NAMED + 1),
    )
    return [row[0] for row in rows]


def _by_address(conn: sqlite3.Connection, ref: str) -> list[int]:
    try:
        key = urls.key(ref if "://" in ref else f"http://{ref}")
    except ValueError:
        return []
    rows = conn.execute(
        "SELECT story FROM address WHERE url_key = ? ORDER BY story LIMIT ?", (key, _NAMED + 1)
    ).fetchall()
    if len(rows) > 1:
        # A page that several stories name belongs to the one that lives there.
        own = conn.execute(
            "SELECT DISTINCT story FROM chapter WHERE url = ? ORDER BY story", (ref,)
        ).fetchall()
        rows = own if len(own) == 1 else rows
    return [row[0] for row in rows]


def _suggestion(conn: sqlite3.Connection, ref: str) -> str:
    titled = conn.execute(
        "SELECT id FROM story WHERE title = ? COLLATE NOCASE ORDER BY public_id LIMIT ?",
        (ref, _NAMED),
    ).fetchall()
    rows = [row[0] for row in titled] or _similar_ids(conn, ref.lower())
    if rows:
        return "did you mean " + " or ".join(_described(conn, row) for row in rows) + "?"
    return "storykeep list shows them all"


def _similar_ids(conn: sqlite3.Connection, ref: str) -> list[int]:
    if not _ID.fullmatch(ref):
        return []
    # A slip of the finger seldom hits the first two letters as well: ids that begin alike will do.
    ids = dict(
        conn.execute(
            "SELECT public_id, id FROM story WHERE public_id >= ?1 AND public_id < ?1 || '~' "
            "LIMIT 5000",
            (ref[:1],),
        ).fetchall()
    )
    return [ids[each] for each in get_close_matches(ref, ids, n=3, cutoff=0.7)]


def _described(conn: sqlite3.Connection, row: int) -> str:
    public, title, author = conn.execute(
        "SELECT public_id, title, author FROM story WHERE id = ?", (row,)
    ).fetchone()
    by = f" by {author}" if author else ""
    return f"{public} ({title or 'untitled'}{by})"
