"""What web archives have, and what of it is asked for: moved on by each answer, as the frontier is.

A list of captures names mementos; each source's `versions` says which of them are wanted. What
comes of one decides whether the next best is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storykeep import mementos, urls
from storykeep.config import ADDED, Config, Source, Versions
from storykeep.intake.answers import is_whole, leads_on, redirect_target
from storykeep.intake.moments import moment_of, timestamp
from storykeep.mementos import ListError, Row
from storykeep.model import Capture, Page, Part
from storykeep.store import Store
from storykeep.store import mementos as rows
from storykeep.store.mementos import ListRow, MementoRow
from storykeep.warc import FailureRecord

NOTHING = "the web archive lists nothing"  # of a part: the reason
_MOST_LOOKED_AT = 10  # captures of one page, before its best is taken for a story after all
_MOST_HOPS = 5  # redirects in a row
_NEVER = 1_000_000  # the rank of what is not asked for
_FIRST_RETRY, _LAST_RETRY = timedelta(seconds=30), timedelta(days=1)
_MOST_TRIES = 8  # answers that were none, of one capture
# What our own config forbids is due at once when that is mended.
_OUR_OWN = frozenset({"refused_address"})
# What a page became later, or says instead of its story.
_NO_STORY = frozenset(
    {"gone", "soft_404", "error", "challenge", "login", "gate", "moderated", "not_story",
     "redirect"}
)  # fmt: skip


def lists_of(source: Source) -> tuple[str, ...]:
    """Return the addresses of the lists that a source asks its web archive for.

    One for each folder, or beginning of a path, that is in its scope.
    """
    wanted: dict[str, None] = {}
    for start in source.start:
        origin, parts = urls.origin(start), urlsplit(start)
        paths = [each.partition("*")[0] or "/" for each in source.include] or [urls.folder(start)]
        whole = parts.path + (f"?{parts.query}" if parts.query else "")
        wanted |= dict.fromkeys(origin + path for path in [*paths, whole])
    shortest = [each for each in wanted if not any(_covers(other, each) for other in wanted)]
    return tuple(mementos.list_address(source.cdx, each, prefix=True) for each in shortest)


def _covers(other: str, url: str) -> bool:
    return other != url and url.startswith(other)


def list_part(page: Page) -> Part:
    """Return what a list of captures is to the archive: no page of any site."""
    if mementos.has_none(page.status, page.body):
        return Part(page.url, "asset", reason=NOTHING)
    try:
        listing = mementos.parse(page.body)
    except ListError as error:
        return Part(page.url, "error", reason=f"this is no list of captures: {error}")
    odd = (f"{listing.odd} rows cannot be read",) if listing.odd else ()
    count = len(listing.rows)
    reason = f"a web archive's list of {count} captures" if count or odd else NOTHING
    return Part(page.url, "asset", reason=reason, warnings=odd)


class Mementos:
    """The lists and captures of the sources that ask a web archive."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config

    def plant(self) -> None:
        """Note the lists to ask for, and give captures the new name of their source."""
        for source in self._config.sources:
            for address in lists_of(source) if source.via == "wayback" else ():
                if rows.listed(self._store.conn, address) is None:
                    rows.put_list(self._store.conn, ListRow(address, source.name, address))
        known = [ADDED, *(source.name for source in self._config.sources)]
        for orphan in rows.other_sources(self._store.conn, known):
            if (wanting := self._wanting(orphan.url)) is not None:
                rows.put_memento(self._store.conn, replace(orphan, source=wanting.name))

    def _wanting(self, url: str) -> Source | None:
        found = (each for each in self._config.sources if each.via == "wayback" and each.wants(url))
        return next(found, None)

    # ---- lists

    def take_list(self, capture: Capture, page: Page) -> None:
        """Note what a list says; once it is whole, choose from it.

        The capture's `via` is where the web archive gives what it lists.
        """
        root, at = mementos.root_of(capture.url), moment_of(capture.fetched_at)
        row = rows.listed(self._store.conn, root) or ListRow(root, capture.source, root)
        source = self._config.source(row.source)
        if capture.status == 429:
            return  # nothing is wrong with the list: the whole archive rests
        is_empty = mementos.has_none(page.status, page.body)
        if not (is_whole(capture) and (capture.status == 200 or is_empty)):
            # A refusal is the archive's word; it is not asked again at once.
            refused = is_whole(capture) and capture.status >= 400
            self._put_off(row, at, "failed" if refused else "due")
            return
        try:
            listing = mementos.Listing(()) if is_empty else mementos.parse(page.body)
        except ListError:
            self._put_off(row, at, "failed")
            return
        for each in self._wanted(listing.rows, source, row.source):
            address = mementos.memento_address(capture.via or "", each.stamp, each.url)
            known = MementoRow(
                address, row.source, each.page, each.stamp, each.url, each.mime, each.status,
                each.digest,
            )  # fmt: skip
            rows.add_memento(self._store.conn, known)
        following = mementos.next_address(root, listing.resume) if listing.resume else root
        more = bool(listing.resume) and following != capture.url  # a key that leads nowhere ends it
        again = at if more else at + (source.every if source else timedelta(days=36500))
        done = replace(
            row, next=following if more else root, state="due" if more else "done", tries=0,
            next_due=timestamp(again),
        )  # fmt: skip
        rows.put_list(self._store.conn, done)
        if not more:
            self._choose(row.source, source.versions if source else "good", at)

    def _wanted(self, listed: Iterable[Row], source: Source | None, name: str) -> Iterator[Row]:
        for each in listed:
            wanted = name == ADDED or (source is not None and source.wants(each.url))
            if each.is_page and wanted and urls.is_askable(each.url):
                yield each

    def _put_off(self, row: ListRow, at: datetime, state: str) -> None:
        tries = row.tries + 1
        due = timestamp(at + (_LAST_RETRY if state == "failed" else _retry(tries)))
        rows.put_list(self._store.conn, replace(row, state=state, tries=tries, next_due=due))

    def _choose(self, source: str, versions: Versions, at: datetime) -> None:
        conn = self._store.conn
        shared = rows.shared_digests(conn, source) if versions == "good" else set()
        for page in rows.unranked_pages(conn, source):
            found = {(each.stamp, each.url): each for each in rows.of_page(conn, source, page)}
            choice = mementos.choose((e.row for e in found.values()), versions, shared=shared)
            order = [(each.stamp, each.url) for each in (*choice.wanted, *choice.spare)]
            ranks = {name: rank for rank, name in enumerate(order, 1)}
            for name, each in found.items():
                rank = ranks.get(name, _NEVER)
                ranked = replace(each, rank=rank)
                if rank <= len(choice.wanted) and each.state == "listed":
                    ranked = replace(ranked, state="due", next_due=timestamp(at))
                if ranked != each:
                    rows.put_memento(conn, ranked)

    # ---- captures

    def awaits(self, url: str) -> bool:
        """Return whether *url* is where a web archive gives a capture that it has listed."""
        return rows.memento(self._store.conn, url) is not None

    def taken(self, capture: Capture, part: Part) -> None:
        """Note that a capture was given, and what came of it."""
        row = rows.memento(self._store.conn, capture.provenance.source_uri or "")
        if row is None:
            return
        at = moment_of(capture.provenance.taken_at or capture.fetched_at)
        if capture.truncated is not None:
            self._try_again(row, at)
            return
        rows.put_memento(self._store.conn, replace(row, state="done", tries=0))
        if leads_on(capture.status) and (target := redirect_target(part)):
            self._redirected(row, target, at)
        if self._versions(row) == "good" and self._is_no_story(row, part):
            self._fall_back(row, at)

    def _is_no_story(self, row: MementoRow, part: Part) -> bool:
        """Return whether a capture shows what a page became later, or says instead of its story."""
        if part.outcome == "frameset":
            # Who has bought a domain frames a page of his own.
            frames = (link.url for link in part.links if link.kind == "frame")
            return not any(urls.same_site(url, row.url) for url in frames)
        if part.outcome == "index" and row.source != ADDED:
            # A page of advertisements is a list, too: of nothing that the archive has of the site.
            pages = {urls.key(link.url).lower() for link in part.links} - {row.page}
            return not rows.lists_any(self._store.conn, row.source, pages)
        return part.outcome in _NO_STORY

    def answered(self, capture: Capture, page: Page) -> None:
        """Note what a web archive has said instead of giving a capture."""
        row = rows.memento(self._store.conn, capture.url)
        if row is None:
            return
        at = moment_of(capture.fetched_at)
        if capture.status == 429:
            return  # nothing is wrong with the capture: the whole archive rests
        if not is_whole(capture):
            self._try_again(row, at)
            return
        target = urls.join(capture.url, page.header("location")) if leads_on(page.status) else None
        moved = mementos.told_by(target) if target else None
        if target and moved and urls.same_site(target, row.address) and row.depth < _MOST_HOPS:
            rows.put_memento(self._store.conn, replace(row, state="done", tries=0))
            self._add(row, target, moved.stamp, moved.url, at)
            return
        self._missing(row, at)

    def failed(self, record: FailureRecord) -> bool:
        """Note that a request to a web archive brought no answer; return whether it was one."""
        conn, failure = self._store.conn, record.failure
        if failure.kind == "lost":
            return self._owe(record)
        if mementos.is_list(failure.url):
            root = mementos.root_of(failure.url)
            row = rows.listed(conn, root) or ListRow(root, record.source, root)
            if failure.kind in _OUR_OWN:
                rows.put_list(conn, replace(row, next_due=timestamp(failure.started_at)))
            else:
                self._put_off(row, failure.started_at, "due")
            return True
        if (awaited := rows.memento(conn, failure.url)) is not None:
            if failure.kind not in _OUR_OWN:
                self._try_again(awaited, failure.started_at, counts=False)
            return True
        return False

    def _owe(self, record: FailureRecord) -> bool:
        """Ask again for a capture that a repair has found lost."""
        failure, lost = record.failure, record.lost
        source = self._config.source(record.source)
        if lost is not None and lost.fetched_at:
            row = None
            with suppress(ValueError):  # the note of a damaged record may hold no date
                stamp = mementos.stamp_of(moment_of(lost.fetched_at))
                row = rows.of_capture(self._store.conn, failure.url, stamp)
            if row is not None:
                due = timestamp(failure.started_at)
                rows.put_memento(self._store.conn, replace(row, state="due", next_due=due))
                return True
        return source is not None and source.via == "wayback"

    def _versions(self, row: MementoRow) -> Versions:
        source = self._config.source(row.source)
        return source.versions if source else "good"

    def _try_again(self, row: MementoRow, at: datetime, *, counts: bool = True) -> None:
        tries = row.tries + 1
        if counts and tries >= _MOST_TRIES:
            self._missing(row, at)
            return
        due = timestamp(at + _retry(tries))
        rows.put_memento(self._store.conn, replace(row, tries=tries, next_due=due))

    def _missing(self, row: MementoRow, at: datetime) -> None:
        rows.put_memento(self._store.conn, replace(row, state="missing", tries=0))
        if self._versions(row) != "all":
            self._fall_back(row, at)

    def _fall_back(self, row: MementoRow, at: datetime) -> None:
        """Ask for the next best capture of the address, if there is one and this is not endless."""
        address = urls.key(row.url)  # in another letter case, the page is asked for besides
        of_page = rows.of_page(self._store.conn, row.source, row.page)
        found = [each for each in of_page if urls.key(each.url) == address]
        tried = sum(each.state in ("done", "missing") for each in found)
        following = next((each for each in found if row.rank < each.rank < _NEVER), None)
        if following is None or following.state != "listed" or tried >= _MOST_LOOKED_AT:
            return
        due = replace(following, state="due", next_due=timestamp(at))
        rows.put_memento(self._store.conn, due)

    def _redirected(self, row: MementoRow, target: str, at: datetime) -> None:
        """Ask for what a captured redirect led to, at that time, unless it is listed anyway."""
        source = self._config.source(row.source)
        wanted = row.source == ADDED or (source is not None and source.wants(target))
        service = mementos.told_by(row.address)
        if not wanted or service is None or row.depth >= _MOST_HOPS:
            return
        if not rows.of_page(self._store.conn, row.source, urls.key(target).lower()):
            address = mementos.memento_address(service.service, row.stamp, target)
            self._add(row, address, row.stamp, target, at)

    def _add(self, row: MementoRow, address: str, stamp: str, url: str, at: datetime) -> None:
        """Ask for a capture that no list names, but *row* has led to."""
        page = urls.key(url).lower()
        found = MementoRow(
            address, row.source, page, stamp, url, rank=row.rank, depth=row.depth + 1
        )
        known = rows.memento(self._store.conn, address) or found
        if known.state == "listed":
            due = replace(known, rank=row.rank, state="due", next_due=timestamp(at))
            rows.put_memento(self._store.conn, due)


def _retry(tries: int) -> timedelta:
    pause: timedelta = _FIRST_RETRY * 4 ** min(tries - 1, 8)
    return min(pause, _LAST_RETRY)
