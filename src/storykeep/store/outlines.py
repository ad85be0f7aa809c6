"""Outlines of parts as rows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import (
    Callable,
    Collection,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from functools import partial
from typing import NamedTuple

from storykeep import codec, outline, urls
from storykeep.codec import PackedPart
from storykeep.model import Capture, Part, Provenance
from storykeep.outline import traits_of
from storykeep.store.passing import (
    CaptureRow,
    open_pages,
    pages_of,
    runs_of,
    shared_by,
    told_elsewhere,
)
from storykeep.store.repeats import PART_OF

_ORIGINS: dict[str, Provenance] = {
    "live": Provenance(),
    "import": Provenance("import"),
    "wayback": Provenance("wayback"),
}


_OUTLINE = ", o.json"  # of a row that is sure to be read


class Seen(NamedTuple):
    """A capture as far as it shows what a run saw of the host."""

    # Its outline; None for what a robots.txt answered, and where nothing has asked for it: of a
    # page whose address is the capture's, with a text or a list that is about itself alone.
    part: Part | None
    url: str
    outcome: str
    fetched_at: str
    payload_sha256: str
    warc: str
    offset: int
    truncated: str | None


class Telling(NamedTuple):
    """A capture that is no repeat, with the outline and the digest of its whole part.

    Those of the same page right before it that are `passed` over tell nothing to the host.
    """

    capture: Capture
    part: Part
    sha256: str
    passed: Sequence[CaptureRow] = ()


def outline_row(packed: PackedPart, part: Part | None = None) -> tuple[str, str, bytes]:
    """Return the digest of a part as it is stored, and its outline as JSON and in numbers."""
    part = part or codec.part_from_json(packed.json)
    digest = hashlib.sha256(packed.json.encode())
    digest.update(b"\0")
    digest.update(packed.prose or b"")
    light = outline.outline(part)
    return digest.hexdigest(), outline.to_json(light), outline.traits(light)


def put_outline(conn: sqlite3.Connection, capture_id: int, part: Part, packed: PackedPart) -> None:
    """Make the outline of *part*, of which *packed* was made, that of a capture."""
    sha256, json, traits = outline_row(packed, part)
    _forget_said(conn, capture_id)
    conn.execute(
        "INSERT INTO outline (capture, engine_version, part_sha256, json, traits) "
        "VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (capture) DO UPDATE SET engine_version = excluded.engine_version, "
        "part_sha256 = excluded.part_sha256, json = excluded.json, traits = excluded.traits",
        (capture_id, part.engine_version, sha256, json, traits),
    )
    note_said(conn, capture_id, traits)


def take_out_part(conn: sqlite3.Connection, capture_id: int) -> None:
    """Take a capture's own part out, and with it its outline."""
    _forget_said(conn, capture_id)
    conn.execute("DELETE FROM part WHERE capture = ?", (capture_id,))


def note_said(conn: sqlite3.Connection, capture_id: int, traits: bytes) -> None:
    """Note of the part with those *traits* what may be said elsewhere, for `is_said_elsewhere`."""
    conn.executemany(
        "INSERT INTO said (number, capture) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(number, capture_id) for number in traits_of(traits)[1:]],
    )


def _forget_said(conn: sqlite3.Connection, capture_id: int) -> None:
    row = conn.execute("SELECT traits FROM outline WHERE capture = ?", (capture_id,)).fetchone()
    if row is not None:
        conn.executemany(
            "DELETE FROM said WHERE number = ? AND capture = ?",
            [(number, capture_id) for number in traits_of(row[0])[1:]],
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
        # Parts that are not of the page whose capture has them: of which one, None for no page.
        self._strange: dict[int, str | None] = {}
        self._is_forgetful = False
        self.opened: Set[str] = frozenset()  # what `open_pages` says of what was told last
        self.is_complete = True  # no part was met that something else has put there

    def telling(self) -> Iterator[tuple[Capture, Part, str]]:
        """Yield those that are no repeats, by id, with the outline and the whole part's digest.

        What a robots.txt answered is left out. Of the captures there is what assemble asks of them:
        source, time, payload, place, origin and row.
        """
        for row in sorted(self._rows(), key=lambda each: each.id):
            yield self.told(row)[:3]

    def telling_the_host(self) -> Iterator[Telling]:
        """Yield of `telling` what the stories of the host are planned of; see `passing`."""
        pages = pages_of(self._rows())
        yield from self._tell(pages, lambda: shared_by(pages))

    def telling_of(self, captures: Sequence[int], shared: Container[int]) -> Iterator[Telling]:
        """Yield of `telling_the_host` what is of the pages that *captures* are of.

        *shared* are the numbers that several pages of the host have said (`passing.said`).
        """
        rows = self._select(
            "INDEXED BY capture_page",
            "c.url_key IN (SELECT k.url_key FROM json_each(?) AS j JOIN capture AS k "
            "ON k.id = j.value) AND c.host = ? AND c.repeat IS NOT 1",
            json.dumps(list(captures)), self._host,
            more=_OUTLINE,
        )  # fmt: skip
        yield from self._tell(pages_of(rows), lambda: shared)

    def _tell(
        self, pages: Mapping[str, Sequence[CaptureRow]], shared: Callable[[], Container[int]]
    ) -> Iterator[Telling]:
        runs = {key: runs_of(rows) for key, rows in pages.items()}
        is_long = any(len(run) > 2 for found in runs.values() for run in found)
        whole = told_elsewhere(runs, shared()) if is_long else set()
        self.opened = open_pages(runs, self._elsewhere)
        for key, all_runs in runs.items():
            is_whole = key in whole or key.lower() in self.opened
            for run in all_runs:
                read = run if is_whole or len(run) < 3 else (run[0], run[-1])
                for row in read[:-1]:
                    yield self.told(row)
                yield self.told(read[-1])._replace(passed=run[len(read) - 1 : -1])

    def has_few(self, most: int) -> bool:
        """Return whether no more than *most* captures are told by `telling`."""
        (count,) = self._conn.execute(
            "SELECT count(*) FROM (SELECT 1 FROM capture INDEXED BY capture_telling "
            "WHERE host = ? AND repeat IS NOT 1 LIMIT ?)",
            (self._host, most + 1),
        ).fetchone()
        return bool(count <= most)

    def looked_through(self) -> Iterator[tuple[CaptureRow, Callable[[], Part]]]:
        """Yield the captures of `telling`, by id, with what reads the outline of each.

        Nothing of them is remembered; what a list leads to is not told.
        """
        self._is_forgetful = True
        for row in self._select(
            "INDEXED BY capture_telling",
            "c.host = ? AND c.repeat IS NOT 1",
            self._host,
            order="ORDER BY c.id",
            more=_OUTLINE,
        ):
            yield row, partial(self._look_at, row)

    def in_time(self) -> Iterator[tuple[str, str]]:
        """Yield moment and page of the captures of `telling`, and of a few others, by moment."""
        return self._conn.execute(
            "SELECT fetched_at, url_key FROM capture INDEXED BY capture_seen "
            "WHERE host = ? AND repeat IS NOT 1 AND outcome IS NOT 'robots' ORDER BY fetched_at",
            (self._host,),
        )

    def _look_at(self, row: CaptureRow) -> Part:
        part = outline.from_json(self._json(row), lambda: True)
        own = row.url if row.owner == row.id else self._url_of(row.owner)
        if part.engine == outline.CATALOGUE:
            self._strange[row.owner] = None
        elif part.url != own:
            self._strange[row.owner] = part.url
        return part

    def _url_of(self, capture: int) -> str:
        row = self._conn.execute("SELECT url FROM capture WHERE id = ?", (capture,)).fetchone()
        return str(row[0])

    def forget(self, kept: Collection[int]) -> None:
        """Forget the outlines that were read, but for those whose `id` is among *kept*."""
        self._known = {owner: known for owner, known in self._known.items() if id(known[0]) in kept}
        self._newest.clear()

    def told(self, row: CaptureRow) -> Telling:
        """Return the capture of *row* with what its part tells."""
        part, sha256 = self._outline(row)
        capture = Capture(
            url=part.url,
            source=sys.intern(row.source),
            fetched_at=row.fetched_at,
            status=0,
            mime="",
            payload_sha1="",
            payload_sha256=row.payload_sha256,
            warc=sys.intern(row.warc),
            offset=row.offset,
            length=0,
            record_id="",
            truncated=row.truncated,
            id=row.id,
            provenance=_ORIGINS[row.origin],
        )
        return Telling(capture, part, sha256)

    def _outline(self, row: CaptureRow) -> tuple[Part, str]:
        if row.owner not in self._known:
            is_over = self._is_over(row.owner, row.url_key)
            part = outline.from_json(self._json(row), is_over)
            self._known[row.owner] = part, row.part_sha256
        return self._known[row.owner]

    def _json(self, row: CaptureRow) -> str:
        return row.outline or _row(self._conn, row.owner)[1]

    def page(self, url_key: str) -> list[Telling]:
        """Return of one page the captures that are no repeats."""
        rows = self._select(
            "INDEXED BY capture_page", "c.url_key = ? AND c.host = ? AND c.repeat IS NOT 1",
            url_key, self._host,
        )  # fmt: skip
        return [self.told(row) for row in rows]

    def newest(self, url_key: str) -> Iterator[CaptureRow]:
        """Yield the captures of one page, the newest first."""
        return self._select(
            "INDEXED BY capture_page",
            "c.url_key = ? AND c.host = ?",
            url_key, self._host,
            order='ORDER BY c.fetched_at DESC, c.warc DESC, c."offset" DESC',
        )  # fmt: skip

    def is_said_elsewhere(self, numbers: Iterable[int], url_key: str) -> bool:
        """Return whether another page than that has ever said one of *numbers* of its traits."""
        return any(
            self._conn.execute(
                "SELECT 1 FROM said AS s JOIN capture AS c ON c.id = s.capture "
                "WHERE s.number = ? AND c.host = ? AND c.url_key != ? LIMIT 1",
                (number, self._host, url_key),
            ).fetchone()
            for number in numbers
        )

    def is_shown_elsewhere(self, payload_sha256: str, url_key: str) -> bool:
        """Return whether another page than that has ever had the same payload.

        All captures of the host are gone through.
        """
        row = self._conn.execute(
            "SELECT 1 FROM capture INDEXED BY capture_host "
            "WHERE host = ? AND payload_sha256 = ? AND url_key != ? LIMIT 1",
            (self._host, payload_sha256, url_key),
        ).fetchone()
        return row is not None

    def _rows(self) -> list[CaptureRow]:
        rows = self._select(
            "INDEXED BY capture_telling", "c.host = ? AND c.repeat IS NOT 1", self._host
        )
        return list(rows)

    def _select(
        self, index: str, condition: str, *values: str, order: str = "", more: str = ""
    ) -> Iterator[CaptureRow]:
        rows = self._conn.execute(
            'SELECT p.capture, c.source, c.fetched_at, c.payload_sha256, c.warc, c."offset", '  # noqa: S608
            "c.truncated, c.id, c.origin, c.url, c.url_key, o.part_sha256, o.traits "
            f"{more} FROM capture AS c {index} {PART_OF} "
            "LEFT JOIN outline AS o "
            "ON o.capture = p.capture AND o.engine_version = p.engine_version "
            f"WHERE {condition} AND c.outcome IS NOT 'robots' {order}",
            values,
        )
        for row in (CaptureRow(*each) for each in rows):
            yield row if row.part_sha256 else self._made_up(row)

    def _made_up(self, row: CaptureRow) -> CaptureRow:
        self.is_complete = False
        sha256, json, traits = _row(self._conn, row.owner)
        return row._replace(part_sha256=sha256, traits=traits, outline=json)

    def _elsewhere(self, row: CaptureRow) -> set[str]:
        """Return the pages besides its own that a capture belongs or leads to, by key.

        With its own where it holds several chapters: each other reading is one of some chapter.
        """
        part, _ = self._outline(row)
        found = {link.url for link in part.links if link.kind == "redirect"}
        if row.origin != "live" or part.url != row.url or part.sections:
            found.add(part.url)
        return {urls.key(each) for each in found if urls.try_canonical(each) is not None}

    def since(self, fetched_at: str, warc: str, offset: int) -> Iterator[Seen]:
        """Yield all captures from that place in time on, the oldest first."""
        return self._seen(">=", "ASC", (fetched_at, warc, offset))

    def before(self, fetched_at: str, warc: str, offset: int) -> Iterator[Seen]:
        """Yield all captures before that place in time, the newest first."""
        return self._seen("<", "DESC", (fetched_at, warc, offset))

    def _seen(self, side: str, way: str, start: tuple[str, str, int]) -> Iterator[Seen]:
        rows = self._conn.execute(
            "SELECT p.capture, c.id, c.url, c.outcome, c.fetched_at, c.payload_sha256, "  # noqa: S608
            'c.warc, c."offset", c.truncated FROM capture AS c INDEXED BY capture_seen '
            f"{PART_OF} WHERE c.host = ? AND c.fetched_at {side[0]}= ? "
            f'AND (c.fetched_at, c.warc, c."offset") {side} (?, ?, ?) '
            f'ORDER BY c.fetched_at {way}, c.warc {way}, c."offset" {way}',
            (self._host, start[0], *start),
        )
        for owner, number, url, outcome, *place in rows:
            known = self._known.get(owner) if outcome != "robots" else None
            if known is None and self._is_forgetful and outcome != "robots":
                own = url if owner == number else self._url_of(owner)
                if (found := self._strange.get(owner, own)) is None:
                    continue
                url = found
            yield Seen(known[0] if known else None, url, outcome, *place)

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


def _row(conn: sqlite3.Connection, owner: int) -> tuple[str, str, bytes]:
    """Return what `outline_row` makes of a capture's own part."""
    row: tuple[str, str, bytes] | None = conn.execute(
        "SELECT o.part_sha256, o.json, o.traits FROM part AS p JOIN outline AS o "
        "ON o.capture = p.capture AND o.engine_version = p.engine_version WHERE p.capture = ?",
        (owner,),
    ).fetchone()
    if row is None:  # the part was put there by something else
        part = conn.execute("SELECT json, prose FROM part WHERE capture = ?", (owner,)).fetchone()
        row = outline_row(PackedPart(*part))
    return row
