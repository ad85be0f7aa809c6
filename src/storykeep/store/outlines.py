"""Outlines of parts as rows."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator

from storykeep import codec, outline
from storykeep.codec import PackedPart
from storykeep.model import Capture, Part, Provenance

# A revisit has no part of its own unless it was given one: it says what it refers to says.
_PART_OF = """
JOIN part AS p ON p.capture = CASE
    WHEN c.revisit_of IS NULL OR EXISTS (SELECT 1 FROM part WHERE capture = c.id) THEN c.id
    ELSE (SELECT id FROM capture WHERE record_id = c.revisit_of ORDER BY id LIMIT 1) END
"""

_ORIGINS: dict[str, Provenance] = {
    "live": Provenance(),
    "import": Provenance("import"),
    "wayback": Provenance("wayback"),
}


def outline_row(packed: PackedPart, part: Part | None = None) -> tuple[str, str]:
    """Return the digest of a part as it is stored, and its outline as JSON."""
    part = part or codec.part_from_json(packed.json)
    digest = hashlib.sha256(packed.json.encode())
    digest.update(b"\0")
    digest.update(packed.prose or b"")
    return digest.hexdigest(), outline.to_json(outline.outline(part))


def put_outline(conn: sqlite3.Connection, capture_id: int, part: Part, packed: PackedPart) -> None:
    """Make the outline of *part*, of which *packed* was made, that of a capture."""
    conn.execute(
        "INSERT INTO outline (capture, engine_version, part_sha256, json) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (capture) DO UPDATE SET engine_version = excluded.engine_version, "
        "part_sha256 = excluded.part_sha256, json = excluded.json",
        (capture_id, part.engine_version, *outline_row(packed, part)),
    )


def outlines(conn: sqlite3.Connection, host: str) -> Iterator[tuple[Capture, Part, str]]:
    """Yield every capture of *host* that has a part, with its outline and the part's digest, by id.

    Of the captures there is what assemble asks of them: source, time, payload, place, origin and
    row. Captures that share a part share the outline: after years most are of pages that did not
    change.
    """
    rows = conn.execute(
        'SELECT p.capture, c.source, c.fetched_at, c.payload_sha256, c.warc, c."offset", '  # noqa: S608
        f"c.truncated, c.id, c.origin FROM capture AS c {_PART_OF} WHERE c.host = ? ORDER BY c.id",
        (host,),
    )
    known: dict[int, tuple[Part, str]] = {}
    for owner, source, fetched_at, payload_sha256, warc, offset, truncated, number, origin in rows:
        if owner not in known:
            known[owner] = _outline(conn, owner)
        part, sha256 = known[owner]
        capture = Capture(
            url=part.url,
            source=sys.intern(source),
            fetched_at=fetched_at,
            status=0,
            mime="",
            payload_sha1="",
            payload_sha256=payload_sha256,
            warc=sys.intern(warc),
            offset=offset,
            length=0,
            record_id="",
            truncated=truncated,
            id=number,
            provenance=_ORIGINS[origin],
        )
        yield capture, part, sha256


def _outline(conn: sqlite3.Connection, capture_id: int) -> tuple[Part, str]:
    """Return the outline of a capture's own part, and that part's digest."""
    row = conn.execute(
        "SELECT o.part_sha256, o.json FROM part AS p JOIN outline AS o "
        "ON o.capture = p.capture AND o.engine_version = p.engine_version WHERE p.capture = ?",
        (capture_id,),
    ).fetchone()
    if row is None:  # the part was put there by something else
        row = conn.execute(
            "SELECT json, prose FROM part WHERE capture = ?", (capture_id,)
        ).fetchone()
        row = outline_row(PackedPart(*row))
    return outline.from_json(row[1]), row[0]
