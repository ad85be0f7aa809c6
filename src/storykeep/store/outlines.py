"""Outlines of parts as rows."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from storykeep import codec, outline
from storykeep.codec import PackedPart
from storykeep.model import Capture, Part, Provenance
from storykeep.store.repeats import PART_OF

_ORIGINS: dict[str, Provenance] = {
    "live": Provenance(),
    "import": Provenance("import"),
    "wayback": Provenance("wayback"),
}


class Seen(NamedTuple):
    """A capture as far as it shows what a run saw of the host."""

    part: Part | None  # its outline; None for what a robots.txt answered
    url: str
    outcome: str
    fetched_at: str
    payload_sha256: str
    warc: str
    offset: int
    truncated: str | None


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


class Outlines:
    """The captures of one host that have a part, each with the outline of that part.

    Captures that share a part share the outline: after years most are of pages that did not change.
    """

    def __init__(self, conn: sqlite3.Connection, host: str) -> None:
        self._conn = conn
        self._host = host
        self._known: dict[int, tuple[Part, str]] = {}  # by the capture whose part it is
        self._newest: dict[str, int | None] = {}  # by page: whose part is what it says now

    def telling(self) -> Iterator[tuple[Capture, Part, str]]:
        """Yield those that are no repeats, by id, with the outline and the whole part's digest.

        What a robots.txt answered is left out. Of the captures there is what assemble asks of them:
        source, time, payload, place, origin and row.
        """
        rows = self._conn.execute(
            'SELECT p.capture, c.source, c.fetched_at, c.payload_sha256, c.warc, c."offset", '  # noqa: S608
            "c.truncated, c.id, c.origin, c.url_key, o.part_sha256, o.json "
            f"FROM capture AS c INDEXED BY capture_telling {PART_OF} "
            "LEFT JOIN outline AS o "
            "ON o.capture = p.capture AND o.engine_version = p.engine_version "
            "WHERE c.host = ? AND c.repeat IS NOT 1 AND c.outcome IS NOT 'robots' ORDER BY c.id",
            (self._host,),
        )
        for owner, source, fetched_at, payload_sha256, warc, offset, truncated, *rest in rows:
            number, origin, url_key, *row = rest
            if owner not in self._known:
                self._keep(owner, row if row[0] else None, url_key)
            part, sha256 = self._known[owner]
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

    def since(self, fetched_at: str, warc: str, offset: int) -> Iterator[Seen]:
        """Yield all captures from that place in time on, the oldest first."""
        return self._seen(">=", "ASC", (fetched_at, warc, offset))

    def before(self, fetched_at: str, warc: str, offset: int) -> Iterator[Seen]:
        """Yield all captures before that place in time, the newest first."""
        return self._seen("<", "DESC", (fetched_at, warc, offset))

    def _seen(self, side: str, way: str, start: tuple[str, str, int]) -> Iterator[Seen]:
        rows = self._conn.execute(
            "SELECT p.capture, c.url_key, c.url, c.outcome, c.fetched_at, c.payload_sha256, "  # noqa: S608
            'c.warc, c."offset", c.truncated FROM capture AS c INDEXED BY capture_seen '
            f"{PART_OF} WHERE c.host = ? AND c.fetched_at {side[0]}= ? "
            f'AND (c.fetched_at, c.warc, c."offset") {side} (?, ?, ?) '
            f'ORDER BY c.fetched_at {way}, c.warc {way}, c."offset" {way}',
            (self._host, start[0], *start),
        )
        for owner, url_key, url, outcome, *place in rows:
            if outcome != "robots" and owner not in self._known:
                self._keep(owner, None, url_key)
            part = None if outcome == "robots" else self._known[owner][0]
            yield Seen(part, url, outcome, *place)

    def _keep(self, owner: int, row: Sequence[str] | None, url_key: str) -> None:
        """Remember the outline of a part, which *row* has as its digest and JSON."""
        sha256, json = row or _row(self._conn, owner)
        self._known[owner] = outline.from_json(json, self._is_over(owner, url_key)), sha256

    def _is_over(self, owner: int, url_key: str) -> Callable[[], bool]:
        """Return what tells whether a page says something else now than a part of it."""

        def is_over() -> bool:
            if url_key not in self._newest:
                row = self._conn.execute(
                    f"SELECT p.capture FROM capture AS c {PART_OF} WHERE c.url_key = ? "  # noqa: S608
                    "AND c.host = ? AND c.outcome IS NOT 'robots' "
                    'ORDER BY c.fetched_at DESC, c.warc DESC, c."offset" DESC LIMIT 1',
                    (url_key, self._host),
                ).fetchone()
                self._newest[url_key] = row[0] if row else None
            return self._newest[url_key] != owner

        return is_over


def _row(conn: sqlite3.Connection, owner: int) -> tuple[str, str]:
    """Return the digest of a capture's own part, and its outline as JSON."""
    row = conn.execute(
        "SELECT o.part_sha256, o.json FROM part AS p JOIN outline AS o "
        "ON o.capture = p.capture AND o.engine_version = p.engine_version WHERE p.capture = ?",
        (owner,),
    ).fetchone()
    if row is None:  # the part was put there by something else
        row = conn.execute("SELECT json, prose FROM part WHERE capture = ?", (owner,)).fetchone()
        row = outline_row(PackedPart(*row))
    return row[0], row[1]
