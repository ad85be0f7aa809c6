"""class Store: archive.db held open by its one writer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storykeep import urls
from storykeep.codec import PackedPart
from storykeep.model import (
    Capture,
    Failure,
    FrontierPage,
    Part,
    Report,
    SiteFact,
    Story,
)
from storykeep.store import (
    captures,
    decided,
    frontier,
    lastseen,
    opening,
    outlines,
    progress,
    repeats,
    runs,
    settling,
    stories,
)
from storykeep.store.documents import Documents, Index
from storykeep.store.sideindex import SideIndex, takes_tables
from storykeep.store.steps import Steps

if TYPE_CHECKING:
    import sqlite_utils

_LITTLE = 4_000  # kB
_SMALL_STEP = 8 << 20  # bytes of what stories are made of


class Store:
    """The open database. Everything that writes wants a transaction: `with store.atomic():`."""

    def __init__(
        self, db: sqlite_utils.Database, path: Path, documents: Index | None = None
    ) -> None:
        self.db = db
        self.path = path
        self._documents = documents or Documents(self.conn)
        self._words_changed = False
        self._steps = Steps(self.conn)
        self.found_settled = False  # the WARCs, when the file was opened: see `settled`

    @classmethod
    def open(cls, path: Path, *, told: Callable[[str], None] = lambda text: None) -> Self:
        """Return the store at *path*, created or migrated as needed; *told* hears of the latter.

        Raises StoreError where the file is not ours, or of a newer Storykeep; it is not touched.
        """
        return cls(opening.open_database(path, told=told), path)

    @classmethod
    def build(cls, path: Path) -> Self:
        """Return a new, empty store at *path*, to be filled, finished and given its place.

        What lies at *path* is removed; `replace_database` gives the place.
        """
        db = opening.create_database(path)
        return cls(db, path, SideIndex(db.conn, path) if takes_tables(db.conn) else None)

    @property
    def conn(self) -> sqlite3.Connection:
        """Return the connection, for reading what this run has written."""
        conn: sqlite3.Connection = self.db.conn
        return conn

    def hold_little(self) -> None:
        """Keep 4 MB of the database in memory from now on, an eighth of what is usual.

        And store stories by transactions of a quarter, for the index has the words of each in
        memory. For what comes in one row and is hardly read again: more would not make it faster,
        and how much of the usual is taken would grow with what comes.
        """
        self.conn.execute(f"PRAGMA cache_size = -{_LITTLE}")
        self._steps.most = _SMALL_STEP

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file. An error of SQLite's that is the disk's becomes a StoreError."""
        self.close()
        if isinstance(error, sqlite3.Error):
            self._explain("read", error)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Do all of the block or nothing of it; inside another `atomic`, all or nothing of that.

        Raises StoreError where the file cannot be written.
        """
        # No savepoints: each would make the full-text index write out what it holds in memory.
        if self.conn.in_transaction:
            yield
            return
        try:
            self.conn.execute("BEGIN IMMEDIATE")
            yield
            self.conn.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):  # it is taken back when the file is next opened
                self.conn.rollback()
            self._documents.taken_back()
            if isinstance(error, sqlite3.Error):
                self._explain("write", error)
            raise

    @contextmanager
    def in_steps(self) -> Iterator[None]:
        """Do the block in one transaction or, where stories make it a large one, in several.

        Inside `atomic` it is a part of that. Raises StoreError where the file cannot be written.
        """
        if self.conn.in_transaction:
            yield
            return
        with self.atomic(), self._steps.allowed():
            yield

    def finish(self) -> None:
        """Close a run that went well: join the pieces of the index, leave WAL mode, close the file.

        Raises StoreError where the file cannot be written.
        """
        try:
            if self._words_changed or self._steps.went_on:
                self._documents.join()
            opening.leave_wal(self.conn)
            self.close()
        except sqlite3.Error as error:
            self._explain("write", error)
            raise

    def close(self) -> None:
        """Let go of the file; what was committed stays."""
        try:
            self._documents.close()
        finally:
            self.db.close()

    # ---- captures

    def save_capture(self, capture: Capture, *, host: str = "") -> Capture:
        """Return *capture* with the id of its row, made unless (warc, offset) has one.

        *host* is the site that it belongs to, where that is not its own.
        """
        with self.atomic():
            return captures.save_capture(self.conn, capture, host or urls.host(capture.url))

    def has_capture(self, warc: str, offset: int) -> bool:
        """Return whether the capture at that place is saved."""
        return self._any('SELECT 1 FROM capture WHERE warc = ? AND "offset" = ?', warc, offset)

    def captured(self, url_key: str) -> bool:
        """Return whether any capture of the page is saved."""
        return self._any("SELECT 1 FROM capture WHERE url_key = ?", url_key)

    def find_original(self, url: str, payload_sha256: str | None = None) -> Capture | None:
        """Return the newest whole response for *url*, with that payload where one is given.

        Never a revisit and never a truncated one: it is what a revisit may refer to.
        """
        return captures.find_original(self.conn, url, payload_sha256)

    def find_payload(self, url: str, payload_sha256: str) -> Capture | None:
        """Return a whole response with that payload, for *url* or any other asset's address."""
        same = captures.find_original(self.conn, url, payload_sha256)
        return same or captures.find_asset(self.conn, payload_sha256)

    def last_readings(self, url: str, until: int, most: int) -> list[captures.Reading]:
        """Return the last *most* whole answers at *url* up to capture *until*, the newest first."""
        return captures.last_readings(self.conn, url, until, most)

    def capture(self, number: int) -> Capture | None:
        """Return the capture of that row, None where there is none."""
        return captures.capture(self.conn, number)

    def last_capture(self, url: str) -> Capture | None:
        """Return what was last captured at *url*, None where nothing was."""
        return captures.last_capture(self.conn, url)

    def original_of(self, capture: Capture) -> Capture | None:
        """Return the response that a revisit refers to, None where it is not in the archive."""
        return captures.original_of(self.conn, capture)

    def find_twin(self, capture: Capture) -> Capture | None:
        """Return a capture of the same page, moment and payload that lies elsewhere."""
        return captures.find_twin(self.conn, capture)

    def find_saved(self, url: str, payload_sha1: str) -> Capture | None:
        """Return the page that somebody saved of *url* with that payload, None for none."""
        return captures.find_saved(self.conn, url, payload_sha1)

    def has_story(self, host: str, work_id: str | None, addresses: Sequence[str]) -> bool:
        """Return whether there is a story of *host* with that id, or a page of one there."""
        return captures.has_story(self.conn, host, work_id, addresses)

    def unanswered(self, warc: str | None = None) -> list[Capture]:
        """Return the imported revisits whose response is not known, of one file or of all."""
        return captures.unanswered(self.conn, warc)

    def find_response(self, url: str, fetched_at: str, payload_sha1: str) -> Capture | None:
        """Return the imported response that a revisit means which names no record."""
        return captures.find_response(self.conn, url, fetched_at, payload_sha1)

    def refer(self, revisit: Capture, original: Capture) -> Capture:
        """Let a stored *revisit* refer to *original*; return it as it is now."""
        with self.atomic():
            return captures.refer(self.conn, revisit, original)

    def find_rules(self, url: str) -> Capture | None:
        """Return the newest answer to a request for the robots.txt at *url*, behind redirects."""
        return captures.find_rules(self.conn, url)

    def redirects_before(self, capture: Capture, most: int) -> list[str]:
        """Return the addresses that led to *capture* by redirects, it first; *most* before it."""
        return captures.redirects_before(self.conn, capture, most)

    def save_attempt(
        self,
        failure: Failure,
        *,
        source: str,
        via: str | None = None,
        place: tuple[str, int] | None = None,
    ) -> None:
        """Note a request that brought no answer; *place* is its record's (warc, offset)."""
        with self.atomic():
            captures.save_attempt(self.conn, failure, source=source, via=via, place=place)

    def has_attempt(self, warc: str, offset: int) -> bool:
        """Return whether the failed request recorded at that place is saved."""
        return self._any('SELECT 1 FROM attempt WHERE warc = ? AND "offset" = ?', warc, offset)

    def save_warc(self, file: str, size: int, sha256: str, sealed_at: str) -> None:
        """Note a sealed WARC: its size in bytes and its digest, all of whose captures are saved."""
        with self.atomic():
            self.conn.execute(
                "INSERT INTO warc (file, bytes, sha256, sealed_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (file) DO UPDATE SET bytes = excluded.bytes, "
                "sha256 = excluded.sha256, sealed_at = excluded.sealed_at",
                (file, size, sha256, sealed_at),
            )

    def count_warcs(self) -> int:
        """Return how many sealed WARC files are known."""
        (count,) = self.conn.execute("SELECT count(*) FROM warc").fetchone()
        return int(count)

    def knows_warc(self, file: str) -> bool:
        """Return whether the sealed WARC is noted."""
        return self._any("SELECT 1 FROM warc WHERE file = ?", file)

    def warc_size(self, file: str) -> int:
        """Return how many bytes the sealed WARC has, -1 where it is not noted."""
        row = self.conn.execute("SELECT bytes FROM warc WHERE file = ?", (file,)).fetchone()
        return int(row[0]) if row else -1

    def warcs_in_turn(self, most: int) -> list[tuple[str, int]]:
        """Return name and size of *most* sealed WARCs: those behind the ones of the last call."""
        with self.atomic():
            return settling.warcs_in_turn(self.conn, most)

    def settled(self) -> str | None:
        """Return how the WARCs lay when all of them were known, None where nobody has looked."""
        return settling.state(self.conn, settling.WARCS)

    def settle(self, state: str | None) -> None:
        """Note that the WARCs lie so (`warc.State`) and all of them are known; None: not all."""
        with self.atomic():
            settling.note(self.conn, settling.WARCS, state)

    # ---- parts

    def save_part(
        self,
        capture_id: int,
        part: Part,
        *,
        profile_sha256: str | None = None,
        packed: PackedPart | None = None,
    ) -> bool:
        """Make *part* the part of a capture; return whether that was news.

        The capture, and the revisits that refer to it, take its outcome. *packed* is what is to be
        stored, where that was made already.
        """
        with self.atomic():
            return captures.save_part(self.conn, capture_id, part, profile_sha256, packed)

    def made_by(self, capture_id: int) -> tuple[str, int, str | None] | None:
        """Return engine, version and profile digest of a capture's own part, None without one."""
        return captures.made_by(self.conn, capture_id)

    def part(self, capture_id: int) -> Part | None:
        """Return the whole part of a capture, or of what it refers to; None where there is none."""
        return captures.part(self.conn, capture_id)

    def packed_part(self, capture_id: int) -> PackedPart | None:
        """Return what `part` does, as it is stored."""
        return captures.packed_part(self.conn, capture_id)

    def outlines(self, host: str) -> outlines.Outlines:
        """Return the captures of *host* that have a part, with the outlines of these."""
        return outlines.Outlines(self.conn, host)

    def find_repeats(self) -> None:
        """Find the captures between two others of their page that say the same."""
        with self.atomic():
            repeats.find_repeats(self.conn)

    def derived(self) -> Iterator[tuple[Capture, Part | None]]:
        """Yield every capture with its whole part, or that of what it refers to."""
        return captures.derived(self.conn)

    # ---- stories

    def dirty_hosts(self) -> list[str]:
        """Return the hosts whose captures or parts are newer than their stories, by name."""
        return progress.dirty_hosts(self.conn)

    def assembled(self, host: str) -> tuple[int, str | None]:
        """Return up to which row the captures of *host* are in its stories, and since when calm.

        The latter is None where its stories are to be planned together.
        """
        return progress.assembled(self.conn, host)

    def fresh_pages(self, host: str, after: int) -> dict[str, set[int]] | None:
        """Return the captures of *host* behind the row *after*, by page; None: see `progress`."""
        return progress.fresh_pages(self.conn, host, after)

    def span_of(self, host: str, after: int) -> tuple[int, str, str]:
        """Return the number of WARCs, and first and last moment, of what is behind *after*."""
        return progress.span_of(self.conn, host, after)

    def is_waiting(self, host: str) -> bool:
        """Return whether something of *host* is missing, and nobody knows whether it is gone."""
        return progress.is_waiting(self.conn, host)

    def chapters(self) -> lastseen.Chapters:
        """Return the chapters of all stories as they were last seen; they are to stay so."""
        return lastseen.Chapters(self.conn)

    def plan_of(self, story: int) -> str:
        """Return the plan that is kept beside a story, "" where there is none."""
        return stories.plan_of(self.conn, story)

    def facts_of(self, host: str) -> tuple[SiteFact, ...]:
        """Return the site facts of *host*."""
        return stories.facts_of(self.conn, host)

    def save_some(
        self,
        host: str,
        found: Iterable[stories.Draft],
        seen: Mapping[int, Iterable[lastseen.LastSeen]],
        calm_since: str,
    ) -> stories.Saved:
        """Make *found* stories of *host*, and note what else was *seen* again, by story.

        Its other stories must be what all its captures make of them. Stored in steps as by
        `save_stories`: the next call goes on with what is left.
        """
        with self.in_steps():
            saved = stories.save_some(
                self.conn, host, found, documents=self._documents, steps=self._steps
            )
            for story, chapters in seen.items():
                lastseen.see(self.conn, story, chapters)
                saved.touched += 1
            progress.mark_assembled(self.conn, host, calm_since)
        self._words_changed |= bool(saved.new or saved.changed)
        return saved

    def save_stories(
        self,
        host: str,
        found: Iterable[Story | stories.Draft],
        facts: Iterable[SiteFact],
        calm_since: str | None = None,
    ) -> stories.Saved:
        """Make *found* the stories of *host*, all of them, and return how many changed.

        They must be made of all parts that the host has now. A draft is made only where its story
        was made of something else. What did not change is not written; a story that is not among
        them is taken out. New ones get their rows in the order given. *calm_since* is what
        `assemble.Survey` says.

        Many stories are stored by several transactions, unless this is called within `atomic`. What
        ends it in between leaves a host whose stories are to be saved again.
        """
        with self.in_steps():
            progress.mark_unsettled(self.conn, host)
            saved = stories.save_stories(
                self.conn, host, found, facts, documents=self._documents, steps=self._steps
            )
            progress.mark_assembled(self.conn, host, calm_since)
        self._words_changed |= bool(saved.new or saved.changed or saved.removed)
        return saved

    def decide(self, found: Mapping[str, tuple[str, str]]) -> bool:
        """Make *found* what a user decided: by story key its host and its corrections as JSON.

        Return whether that was news; the hosts it is about are then to be assembled again.
        """
        with self.atomic():
            return decided.decide(self.conn, "decided", found)

    def confirm(self, found: Mapping[str, tuple[str, str]]) -> bool:
        """Make *found* what a user said is gone: by story key the host, and when; as `decide`."""
        with self.atomic():
            return decided.decide(self.conn, "confirmed", found)

    def corrections(self, host: str) -> dict[str, str]:
        """Return what a user decided about stories of *host*, by key, as JSON."""
        return decided.decided(self.conn, "decided", host)

    def confirmed(self, host: str) -> dict[str, str]:
        """Return when a user said of stories of *host* that they are gone, by key."""
        return decided.decided(self.conn, "confirmed", host)

    def stories_at(self, url_key: str) -> set[int]:
        """Return the rows of the stories that have that address and are not gone."""
        rows = self.conn.execute(
            "SELECT s.id FROM address AS a JOIN story AS s ON s.id = a.story "
            "WHERE a.url_key = ? AND s.gone_since IS NULL",
            (url_key,),
        )
        return {row for (row,) in rows}

    def count_there(self, host: str) -> int:
        """Return how many stories of *host* are not gone."""
        query = "SELECT count(*) FROM story WHERE host = ? AND gone_since IS NULL"
        return int(self.conn.execute(query, (host,)).fetchone()[0])

    def count_stories(self) -> int:
        """Return how many stories there are."""
        return int(self.conn.execute("SELECT count(*) FROM story").fetchone()[0])

    # ---- frontier

    def next_due(self, sources: Collection[str]) -> str | None:
        """Return when the next page of *sources* is due, None where they have no page."""
        return frontier.next_due(self.conn, sources)

    def add_page(self, page: FrontierPage) -> bool:
        """Put *page* on the frontier unless its key is known; return whether it is new."""
        with self.atomic():
            return frontier.add_page(self.conn, page)

    def put_page(self, page: FrontierPage) -> None:
        """Make *page* what the frontier says of its key."""
        with self.atomic():
            frontier.put_page(self.conn, page)

    def page(self, url_key: str) -> FrontierPage | None:
        """Return what the frontier says of *url_key*, None where it does not know it."""
        return frontier.page(self.conn, url_key)

    def due_pages(self, now: str, sources: Collection[str] | None = None) -> list[FrontierPage]:
        """Return the pages due at *now* (UTC, as in `FrontierPage.next_due`), in order."""
        return frontier.due_pages(self.conn, now, sources)

    def due_on_host(self, host: str, now: str) -> list[FrontierPage]:
        """Return the pages of *host* due at *now*, whatever their source."""
        return frontier.due_on_host(self.conn, host, now)

    def consent_page(self, host: str) -> FrontierPage | None:
        """Return the page of *host* that was last told of one's age, None where none was."""
        return frontier.consent_page(self.conn, host)

    def pages_of_others(self, sources: Collection[str]) -> list[FrontierPage]:
        """Return the pages of no source in *sources*."""
        return frontier.pages_of_others(self.conn, sources)

    # ---- runs

    def suspected_since(self, moment: str) -> frozenset[str]:
        """Return the kinds of address that runs since *moment* have found to bring nothing."""
        rows = self.conn.execute("SELECT report FROM run WHERE started > ?", (moment,))
        return frozenset(kind for (text,) in rows for kind, _ in json.loads(text).get("traps", ()))

    def begin_run(self, started: str) -> int:
        """Note that a run begins, and close those that were killed; return its number."""
        with self.atomic():
            return runs.begin_run(self.conn, started)

    def save_run(
        self, started: str, finished: str, report: Report, *, number: int | None = None
    ) -> None:
        """Keep the report of a run that is over; *number* is what `begin_run` returned for it."""
        with self.atomic():
            if number is None:
                number = runs.add_run(self.conn, started)
            runs.end_run(self.conn, number, finished, report)

    def unfinished_run(self) -> str | None:
        """Return when the oldest run began that has not come to its end, None where all have."""
        return runs.unfinished_since(self.conn)

    def first_run(self) -> str | None:
        """Return when the first run began, None where there was none."""
        row = self.conn.execute("SELECT min(started) FROM run").fetchone()
        return row[0] if row else None

    def _explain(self, what: str, error: sqlite3.Error) -> None:
        if told := opening.explained(what, self.path, error):
            raise told from error

    def _any(self, query: str, *values: object) -> bool:
        return self.conn.execute(f"{query} LIMIT 1", values).fetchone() is not None
