"""The whole database as text that is the same wherever the same was stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from storykeep import codec

# Row numbers differ between two databases of the same archive: rows are named by what they mean.
_CAPTURE = "(SELECT warc || ':' || \"offset\" FROM capture WHERE id = {}) AS capture"
_STORY = "(SELECT public_id FROM story WHERE id = {}) AS story"
_TABLES = {
    "warc": "SELECT * FROM warc ORDER BY file",
    "capture": 'SELECT * FROM capture ORDER BY warc, "offset"',
    "part": f"SELECT p.*, {_CAPTURE.format('p.capture')} FROM part AS p "  # noqa: S608
    'JOIN capture AS c ON c.id = p.capture ORDER BY c.warc, c."offset"',
    "site_fact": "SELECT * FROM site_fact ORDER BY host, prefix, kind, text_sha256",
    "page": f"SELECT *, {_CAPTURE.format('last_capture')} FROM page ORDER BY url_key",  # noqa: S608
    "memento_list": "SELECT * FROM memento_list ORDER BY address",
    "memento": "SELECT * FROM memento ORDER BY address",
    "host": "SELECT host, calm_since FROM host ORDER BY host",
    "plan": f"SELECT p.json, {_STORY.format('p.story')} FROM plan AS p "  # noqa: S608
    "JOIN story AS s ON s.id = p.story ORDER BY s.key",
    "said": f"SELECT a.number, {_CAPTURE.format('a.capture')} FROM said AS a "  # noqa: S608
    'JOIN capture AS c ON c.id = a.capture ORDER BY c.warc, c."offset", a.number',
    "decided": "SELECT * FROM decided ORDER BY story",
    "confirmed": "SELECT * FROM confirmed ORDER BY story",
    "story": "SELECT * FROM story ORDER BY key",
    "chapter": f"SELECT c.*, {_STORY.format('c.story')} FROM chapter AS c "  # noqa: S608
    "JOIN story AS s ON s.id = c.story ORDER BY s.key, c.position, c.key",
    "version": f"SELECT v.*, {_CAPTURE.format('v.capture')}, "  # noqa: S608
    f"{_STORY.format('c.story')}, c.key AS chapter FROM version AS v "
    "JOIN chapter AS c ON c.id = v.chapter JOIN story AS s ON s.id = c.story "
    "ORDER BY s.key, c.position, c.key, v.number",
    "sketch": "SELECT k.bound, hex(k.digests) AS digests, s.public_id AS story, c.key AS chapter "
    "FROM sketch AS k JOIN chapter AS c ON c.id = k.chapter JOIN story AS s ON s.id = c.story "
    "ORDER BY s.key, c.position, c.key",
    "event": f"SELECT e.*, {_CAPTURE.format('e.capture')}, {_STORY.format('e.story')} "  # noqa: S608
    "FROM event AS e JOIN story AS s ON s.id = e.story ORDER BY s.key, e.number",
    **{
        name: f"SELECT t.*, {_STORY.format('t.story')} FROM {name} AS t "  # noqa: S608
        f"JOIN story AS s ON s.id = t.story ORDER BY s.key, {order}"
        for name, order in (
            ("note", "chapter, number"),
            ("disclaimer", "number"),
            ("tag", "number"),
            ("address", "t.url_key"),
        )
    },
}
_JSON = frozenset(
    {
        "json",
        "authors",
        "sources",
        "aliases",
        "fields",
        "chrome",
        "evidence",
        "marks",
        "rights_holders",
    }
)
# Row numbers, and digests that are made with them.
_LEFT_OUT = {
    "capture": {"id"},
    "page": {"id", "last_capture"},
    "story": {"id", "record_sha256"},
    "chapter": {"id"},
}


def canonical_dump(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield a line for each row of the archive: its table, a tab, and its values as JSON.

    Two databases that hold the same give the same lines. Logs of runs and attempts are left out.
    """
    for table, query in _TABLES.items():
        cursor = conn.execute(query)
        names = [column[0] for column in cursor.description]
        left_out = _LEFT_OUT.get(table, set())
        for row in cursor:
            values = {
                # Of two columns of one name the later one, which is no row number, counts.
                name: _readable(name, value)
                for name, value in zip(names, row, strict=True)
                if name not in left_out
            }
            yield f"{table}\t{json.dumps(values, sort_keys=True, ensure_ascii=True)}"


def _readable(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return codec.plain(codec.unpack_blocks(value))
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    return value
