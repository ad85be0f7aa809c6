"""Captures, their parts, and what else the WARCs tell, as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from storykeep import codec, reader, urls
from storykeep.codec import PackedPart
from storykeep.errors import StoreError
from storykeep.model import Capture, Failure, Part
from storykeep.store.outlines import put_outline, take_out_part
from storykeep.store.repeats import PART_OF, forget
from storykeep.store.rows import Row, row_of

# Captures that this archive has asked for: what others made says nothing of what to ask now.
_ASKED = "c.origin = 'live' AND c.warc NOT LIKE 'imported/%'"

_PART_COLUMNS = "host, engine, engine_version, profile_sha256, json, prose"
_PART_OF = f"LEFT {PART_OF}"


def save_capture(conn: sqlite3.Connection, capture: Capture, host: str) -> Capture:
    """Return *capture* with the id of its row, which is made unless (warc, offset) has one."""
    row = row_of(
        capture.url,
        urls.key(capture.url),
        host,
        capture.source,
        capture.fetched_at,
        capture.status,
        capture.mime,
        capture.outcome or _outcome_of_original(conn, capture),
        capture.payload_sha1,
        capture.payload_sha256,
        capture.warc,
        capture.offset,
        capture.length,
        capture.record_id,
        capture.revisit_of,
        capture.truncated,
        capture.via,
        capture.hops,
        capture.provenance.origin,
        capture.provenance.form,
        capture.provenance.source_uri,
        capture.provenance.captured_by,
        capture.provenance.taken_at,
    )
    found = conn.execute(
        "INSERT INTO capture (url, url_key, host, source, fetched_at, status, "  # noqa: S608
        "mime, outcome, "
        'payload_sha1, payload_sha256, warc, "offset", length, record_id, revisit_of, truncated, '
        "via, hops, origin, form, source_uri, captured_by, taken_at, repeat) "
        # The only capture of its page is no repeat; of others it is found out later.
        f"VALUES ({', '.join(f'?{place}' for place in range(1, len(row) + 1))}, "
        "iif(EXISTS (SELECT 1 FROM capture WHERE url_key = ?2), NULL, 0)) "
        'ON CONFLICT (warc, "offset") DO NOTHING RETURNING id, outcome',
        row,
    ).fetchone()
    number, outcome = (
        found
        or conn.execute(
            'SELECT id, outcome FROM capture WHERE warc = ? AND "offset" = ?',
            (capture.warc, capture.offset),
        ).fetchone()
    )
    return replace(capture, id=number, outcome=outcome)


def _outcome_of_original(conn: sqlite3.Connection, capture: Capture) -> str | None:
    if capture.revisit_of is None:
        return None
    row = conn.execute(
        "SELECT outcome FROM capture WHERE record_id = ? ORDER BY id LIMIT 1",
        (capture.revisit_of,),
    ).fetchone()
    return row[0] if row else None


def save_part(
    conn: sqlite3.Connection,
    capture_id: int,
    part: Part,
    profile_sha256: str | None,
    packed: PackedPart | None = None,
) -> bool:
    """Make *part*, of which *packed* was made, the part of a capture; return whether it is news."""
    packed = packed or codec.pack_part(part)
    found = conn.execute(
        "SELECT c.host, c.record_id, c.revisit_of, c.outcome, "  # noqa: S608
        "EXISTS (SELECT 1 FROM capture AS o WHERE o.revisit_of = c.record_id), "
        "c.repeat IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM capture AS o WHERE o.url_key = c.url_key AND o.id != c.id), "
        f"p.capture, p.{_PART_COLUMNS} FROM capture AS c {_PART_OF} WHERE c.id = ?",
        (capture_id,),
    ).fetchone()
    if found is None:
        raise StoreError(f"there is no capture {capture_id}")
    host, record_id, revisit_of, outcome, is_revisited, was_looked_at, owner, *old = found
    row = (
        host,
        part.engine,
        part.engine_version,
        profile_sha256,
        packed.json,
        packed.prose,
    )
    # What a revisit refers to says the same for it: a page that never changes is kept once.
    if tuple(old) == row:
        return False
    if owner == capture_id and revisit_of and row == _part_row(conn, revisit_of):
        take_out_part(conn, capture_id)
    else:
        _put_part(conn, capture_id, row)
        put_outline(conn, capture_id, part, packed)
    if is_revisited or outcome != part.outcome:
        conn.execute(
            "UPDATE capture SET outcome = ?1 WHERE id = ?2 OR (revisit_of = ?3 "
            "AND NOT EXISTS (SELECT 1 FROM part WHERE capture = capture.id))",
            (part.outcome, capture_id, record_id),
        )
    if is_revisited or was_looked_at:
        forget(conn, capture_id, record_id)
    # The host's stories were made of what this part was before.
    conn.execute(
        "UPDATE host SET assembled = ?1 - 1, calm_since = NULL WHERE host = ?2 AND assembled >= ?1",
        (capture_id, host),
    )
    return True


def _put_part(conn: sqlite3.Connection, capture_id: int, row: Row) -> None:
    conn.execute(
        f"INSERT INTO part (capture, {_PART_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
        "ON CONFLICT (capture) DO UPDATE SET engine = excluded.engine, "
        "engine_version = excluded.engine_version, profile_sha256 = excluded.profile_sha256, "
        "json = excluded.json, prose = excluded.prose",
        (capture_id, *row),
    )


def _part_row(conn: sqlite3.Connection, record_id: str) -> Row | None:
    row: Row | None = conn.execute(
        f"SELECT {_PART_COLUMNS} FROM part AS p WHERE capture = "  # noqa: S608
        "(SELECT id FROM capture WHERE record_id = ? ORDER BY id LIMIT 1)",
        (record_id,),
    ).fetchone()
    return row


def made_by(conn: sqlite3.Connection, capture_id: int) -> tuple[str, int, str | None] | None:
    """Return by which engine, version and profile (its digest) a capture's own part was made."""
    row: tuple[str, int, str | None] | None = conn.execute(
        "SELECT engine, engine_version, profile_sha256 FROM part WHERE capture = ?", (capture_id,)
    ).fetchone()
    return row


def part(conn: sqlite3.Connection, capture_id: int) -> Part | None:
    """Return the whole part of a capture, None where it has none."""
    packed = packed_part(conn, capture_id)
    return packed.unpacked() if packed else None


def packed_part(conn: sqlite3.Connection, capture_id: int) -> PackedPart | None:
    """Return the whole part of a capture as it is stored, None where it has none."""
    row = conn.execute(
        f"SELECT p.json, p.prose FROM capture AS c {_PART_OF} WHERE c.id = ?",  # noqa: S608
        (capture_id,),
    ).fetchone()
    return None if row is None or row[0] is None else PackedPart(*row)


def derived(conn: sqlite3.Connection) -> Iterator[tuple[Capture, Part | None]]:
    """Yield every capture, in order of id, with the whole part it has or refers to."""
    rows = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS}, p.json, p.prose "  # noqa: S608
        f"FROM capture AS c {_PART_OF} ORDER BY c.id"
    )
    for *columns, json, packed in rows:
        blocks = codec.unpack_blocks(packed) if packed else ()
        yield reader.capture_of(columns), codec.part_from_json(json, blocks) if json else None


@dataclass(frozen=True, slots=True)
class Made:
    """By what a part was made, and the capture whose row it is."""

    engine: str
    engine_version: int
    profile_sha256: str | None
    owner: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as it is stored, and the capture whose row it is."""

    json: str
    prose: bytes | None
    owner: int


def made(conn: sqlite3.Connection, after: int, most: int) -> list[tuple[Capture, Made | None]]:
    """Return *most* captures with ids above *after*, by id, and how the part of each was made."""
    rows = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS}, p.engine, "  # noqa: S608
        f"p.engine_version, p.profile_sha256, p.capture FROM capture AS c {_PART_OF} "
        "WHERE c.id > ? ORDER BY c.id LIMIT ?",
        (after, most),
    ).fetchall()
    return [_made(row) for row in rows]


def made_in(
    conn: sqlite3.Connection, warc: str, after: int, most: int
) -> list[tuple[Capture, Made | None]]:
    """Return as `made` does, of one WARC, by their place, what lies behind the offset *after*."""
    rows = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS}, p.engine, "  # noqa: S608
        f"p.engine_version, p.profile_sha256, p.capture FROM capture AS c {_PART_OF} "
        'WHERE c.warc = ? AND c."offset" > ? ORDER BY c."offset" LIMIT ?',
        (warc, after, most),
    ).fetchall()
    return [_made(row) for row in rows]


def _made(row: Row) -> tuple[Capture, Made | None]:
    return reader.capture_of(row[:-4]), Made(*row[-4:]) if row[-1] is not None else None


def sealed_warcs(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return the names of the files that are never written again, and their SHA-256, by name."""
    return conn.execute("SELECT file, sha256 FROM warc ORDER BY file").fetchall()


def open_warcs(conn: sqlite3.Connection) -> list[str]:
    """Return the names of the files that captures lie in and that are not sealed, by name."""
    rows = conn.execute(
        "SELECT DISTINCT warc FROM capture WHERE warc NOT IN (SELECT file FROM warc) ORDER BY warc"
    )
    return [row[0] for row in rows]


def part_row(conn: sqlite3.Connection, owner: int) -> PartRow:
    """Return the part that is the capture *owner*'s own, as it is stored."""
    row = conn.execute(
        "SELECT json, prose, capture FROM part WHERE capture = ?", (owner,)
    ).fetchone()
    return PartRow(*row)


def find_original(conn: sqlite3.Connection, url: str, payload_sha256: str | None) -> Capture | None:
    """Return the newest whole response of its site for *url*, with that payload where one is given.

    What an archive or another tool has of it is no original: its headers are theirs.
    """
    index = "INDEXED BY capture_payload " if payload_sha256 else ""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c {index}"  # noqa: S608
        "WHERE url_key = ?1 AND url = ?2 AND revisit_of IS NULL AND truncated IS NULL "
        # What others captured may be taken away again (a linked file): ours stands by itself.
        f"AND {_ASKED} {'AND payload_sha256 = ?3 ' if payload_sha256 else ''}"
        "ORDER BY fetched_at DESC, id DESC LIMIT 1",
        (urls.key(url), url, *([payload_sha256] if payload_sha256 else [])),
    ).fetchone()
    return reader.capture_of(row) if row else None


# What `intake.is_whole` calls a whole answer.
_WHOLE = (
    "(c.status = 304 AND c.revisit_of IS NOT NULL OR c.truncated IS NULL AND c.status < 500 "
    "AND c.status NOT IN (206, 304, 426, 429))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address answered once: the capture whose part tells it, and its payload's digest."""

    part_of: int | None
    outcome: str | None
    payload_sha256: str


def last_readings(conn: sqlite3.Connection, url: str, until: int, most: int) -> list[Reading]:
    """Return the last *most* whole answers at *url* up to the capture *until*, the newest first."""
    rows = conn.execute(
        f"SELECT p.capture, c.outcome, c.payload_sha256 FROM capture AS c {_PART_OF} "  # noqa: S608
        f"WHERE c.url_key = ?1 AND c.url = ?2 AND c.id <= ?3 AND {_WHOLE} AND {_ASKED} "
        # A gate that was passed says nothing of the page behind it.
        "AND (c.outcome IS NOT 'gate' OR (SELECT outcome FROM capture WHERE id = ?3) IS 'gate') "
        "ORDER BY c.id DESC LIMIT ?4",
        (urls.key(url), url, until, most),
    )
    return [Reading(*row) for row in rows]


def capture(conn: sqlite3.Connection, number: int) -> Capture | None:
    """Return the capture of that row, None where there is none."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c WHERE id = ?",  # noqa: S608
        (number,),
    ).fetchone()
    return reader.capture_of(row) if row else None


def last_capture(conn: sqlite3.Connection, url: str) -> Capture | None:
    """Return what a run of ours last captured at *url*, None where none did."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        f"WHERE url_key = ? AND url = ? AND {_ASKED} ORDER BY id DESC LIMIT 1",
        (urls.key(url), url),
    ).fetchone()
    return reader.capture_of(row) if row else None


def find_twin(conn: sqlite3.Connection, capture: Capture) -> Capture | None:
    """Return the capture of the same page, moment and payload that lies elsewhere, or None."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE url_key = ?1 AND url = ?2 AND fetched_at = ?3 AND payload_sha1 = ?4 "
        'AND (revisit_of IS NULL) = ?5 AND NOT (warc = ?6 AND "offset" = ?7) ORDER BY id LIMIT 1',
        row_of(
            urls.key(capture.url),
            capture.url,
            capture.fetched_at,
            capture.payload_sha1,
            capture.revisit_of is None,
            capture.warc,
            capture.offset,
        ),
    ).fetchone()
    return reader.capture_of(row) if row else None


def find_saved(conn: sqlite3.Connection, url: str, payload_sha1: str) -> Capture | None:
    """Return the page that somebody saved of *url* with that payload, None where there is none."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE url_key = ? AND url = ? AND payload_sha1 = ? AND form = 'saved' ORDER BY id LIMIT 1",
        row_of(urls.key(url), url, payload_sha1),
    ).fetchone()
    return reader.capture_of(row) if row else None


def has_story(
    conn: sqlite3.Connection, host: str, work_id: str | None, addresses: Sequence[str]
) -> bool:
    """Return whether there is a story of *host* with that id, or a page of one at an address."""
    if work_id is not None:
        found = conn.execute("SELECT 1 FROM story WHERE key = ?", row_of(f"{host}/{work_id}"))
        return found.fetchone() is not None
    query = "SELECT 1 FROM capture WHERE url_key = ? AND outcome = 'story' LIMIT 1"
    return any(conn.execute(query, row_of(urls.key(each))).fetchone() for each in addresses)


def unanswered(conn: sqlite3.Connection, warc: str | None) -> list[Capture]:
    """Return the revisits in imported files whose response is not known, of one file or of all."""
    rows = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE c.revisit_of IS NOT NULL AND (?1 IS NULL OR c.warc = ?1) "
        "AND c.warc LIKE 'imported/%' AND NOT EXISTS (SELECT 1 FROM capture AS o "
        'WHERE o.record_id = c.revisit_of AND o.revisit_of IS NULL) ORDER BY c.warc, c."offset"',
        (warc,),
    )
    return [reader.capture_of(row) for row in rows]


def find_response(
    conn: sqlite3.Connection, url: str, fetched_at: str, payload_sha1: str
) -> Capture | None:
    """Return the imported response that a revisit means which names no record.

    That of the page and moment it tells; else the first with that payload, of the same page. The
    first is that of the file imported first, so that what comes later changes nothing.
    """
    for condition, value in (("fetched_at", fetched_at), ("payload_sha1", payload_sha1)):
        row = conn.execute(
            f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
            f"WHERE url_key = ?1 AND url = ?2 AND {condition} = ?3 AND ?3 != '' "
            "AND revisit_of IS NULL AND warc LIKE 'imported/%' "
            'ORDER BY warc, "offset" LIMIT 1',
            row_of(urls.key(url), url, value),
        ).fetchone()
        if row:
            return reader.capture_of(row)
    return None


def refer(conn: sqlite3.Connection, capture: Capture, original: Capture) -> Capture:
    """Let a stored revisit refer to *original*; return it as it is now."""
    assert capture.id is not None
    conn.execute("UPDATE capture SET revisit_of = ? WHERE id = ?", (original.record_id, capture.id))
    conn.execute(
        "UPDATE host SET calm_since = NULL WHERE host = (SELECT host FROM capture WHERE id = ?)",
        (capture.id,),
    )
    forget(conn, capture.id, capture.record_id)
    return replace(capture, revisit_of=original.record_id)


def find_asset(conn: sqlite3.Connection, payload_sha256: str) -> Capture | None:
    """Return the first whole response with that payload that is a picture or the like."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c "  # noqa: S608
        "WHERE payload_sha256 = ? AND outcome = 'asset' AND revisit_of IS NULL "
        f"AND truncated IS NULL AND {_ASKED} ORDER BY id LIMIT 1",
        (payload_sha256,),
    ).fetchone()
    return reader.capture_of(row) if row else None


def find_rules(conn: sqlite3.Connection, url: str) -> Capture | None:
    """Return the newest answer to a request for the robots.txt at *url*, behind its redirects."""
    newest = (
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c WHERE outcome = 'robots' "  # noqa: S608
        f"AND {_ASKED} "
    )
    row = conn.execute(
        f"{newest} AND url_key = ? AND url = ? ORDER BY id DESC LIMIT 1", (urls.key(url), url)
    ).fetchone()
    capture = reader.capture_of(row) if row else None
    if capture is None or capture.status == 304 or not 300 <= capture.status < 400:
        return capture
    row = conn.execute(
        f"{newest} AND id > ? AND via = ? AND (status NOT BETWEEN 300 AND 399 OR status = 304) "
        "ORDER BY id LIMIT 1",
        (capture.id, url),
    ).fetchone()
    return reader.capture_of(row) if row else None


def redirects_before(conn: sqlite3.Connection, capture: Capture, most: int) -> list[str]:
    """Return the addresses that led to *capture* by redirects, it first; *most* before it."""
    chain = [capture.url]
    via = capture.via
    while via is not None and via not in chain and len(chain) <= most:
        row = conn.execute(
            "SELECT via FROM capture WHERE url_key = ? AND url = ? AND outcome = 'redirect' "
            "ORDER BY id DESC LIMIT 1",
            (urls.key(via), via),
        ).fetchone()
        if row is None:
            break
        chain.append(via)
        via = row[0]
    return chain


def original_of(conn: sqlite3.Connection, capture: Capture) -> Capture | None:
    """Return the response that a revisit refers to, None where it is not in the archive."""
    row = conn.execute(
        f"SELECT {reader.CAPTURE_COLUMNS} FROM capture AS c WHERE record_id = ? "  # noqa: S608
        "AND revisit_of IS NULL ORDER BY id LIMIT 1",
        (capture.revisit_of,),
    ).fetchone()
    return reader.capture_of(row) if row else None


def save_attempt(
    conn: sqlite3.Connection,
    failure: Failure,
    *,
    source: str,
    via: str | None,
    place: tuple[str, int] | None,
) -> None:
    """Note a request that brought no answer; *place* is its record's (warc, offset)."""
    warc, offset = place or (None, None)
    conn.execute(
        "INSERT INTO attempt (url, source, kind, detail, started_at, elapsed_ms, ip, received, "
        'via, warc, "offset") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        row_of(
            failure.url,
            source,
            failure.kind,
            failure.detail,
            failure.started_at.isoformat(),
            failure.elapsed_ms,
            failure.ip,
            len(failure.received),
            via,
            warc,
            offset,
        ),
    )
