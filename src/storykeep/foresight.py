"""What a run would ask for, in which order and why; looked up, with nothing written or asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from storykeep import seeds, urls
from storykeep.config import Config
from storykeep.intake import source_of, timestamp
from storykeep.intake.mementos import lists_of
from storykeep.mementos import is_list
from storykeep.model import FrontierPage
from storykeep.store import frontier, mementos

_TIMES = ("", "once", "twice", "three times or more")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A page that a run would ask for, and the reason in words."""

    page: FrontierPage
    why: str
    waits: str = ""  # why it is left for a later run, in words; "" where it is not
    is_live: bool = True  # its site is asked, not a web archive


def foresee(
    conn: sqlite3.Connection | None, config: Config, names: Collection[str], now: datetime
) -> list[Foreseen]:
    """Return what `Archive.run` would begin with at *now*; *conn* is None where nothing is stored.

    What these pages lead to is not known yet.
    """
    wanted = set(names or [source.name for source in config.sources])
    pages = [page for page in _rows(conn, config, timestamp(now)) if page.source in wanted]
    planted = [page for page in _starts(conn, config) if page.source in wanted]
    taken = {page.url_key for page in planted}
    due = [*planted, *(page for page in pages if page.url_key not in taken)]
    due = [page for page in due if not seeds.is_sample(config, page)]
    due += [page for page in _from_archives(conn, config, timestamp(now)) if page.source in wanted]
    room = {source.name: source.limit or len(due) for source in config.sources}
    found = []
    for page in due:
        room[page.source] -= 1
        waits = _shut(config, page, now)
        if not waits and room[page.source] < 0:
            waits = "the limit of its source lets it wait for a later run"
        found.append(Foreseen(page, _why(conn, page), waits, _is_live(config, page)))
    return found


def _shut(config: Config, page: FrontierPage, now: datetime) -> str:
    """Return in words why the hour is wrong for *page*, "" where it is not."""
    source = config.source(page.source)
    hours = (source.hours if source else None) or config.polite.hours
    return "" if hours.left(now.timestamp()) else f"it is asked only {hours}"


def _rows(conn: sqlite3.Connection | None, config: Config, now: str) -> list[FrontierPage]:
    """Return the due pages as `seeds.plant` would name their sources."""
    if conn is None:
        return []
    found = []
    for page in frontier.due_pages(conn, now, None):
        source = source_of(config, page.source, page.url)
        found.append(replace(page, source=source.name) if source else page)
    return found


def _starts(conn: sqlite3.Connection | None, config: Config) -> list[FrontierPage]:
    """Return the start pages that the frontier does not know as such."""
    found: dict[str, FrontierPage] = {}
    for source in config.sources:
        for url in source.start if source.via == "live" else ():
            key = urls.key(url)
            row = frontier.page(conn, key) if conn is not None else None
            if row is None or config.source(row.source) is None:
                found.setdefault(key, FrontierPage(key, url, source.name, kind="start"))
    return list(found.values())


def _is_live(config: Config, page: FrontierPage) -> bool:
    source = config.source(page.source)
    return source is None or source.via == "live"


def _from_archives(conn: sqlite3.Connection | None, config: Config, now: str) -> list[FrontierPage]:
    """Return the lists and captures that web archives would be asked for, as pages."""
    names = seeds.via_archives(config, ())
    lists = {} if conn is None else {each.address: each for each in mementos.lists(conn, names)}
    found = [
        FrontierPage(address, lists[address].next if address in lists else address, source.name)
        for source in config.sources
        if source.via == "wayback"
        for address in lists_of(source)
        if address not in lists or lists[address].next_due <= now
    ]
    rows = mementos.due_mementos(conn, names, now) if conn is not None else ()
    return [*found, *(FrontierPage(e.address, e.address, e.source, kind="memento") for e in rows)]


def _why(conn: sqlite3.Connection | None, page: FrontierPage) -> str:
    if is_list(page.url):
        return "a list of what the web archive has"
    if page.kind == "memento":
        return "the web archive lists it"
    if page.last_capture is None and page.tries == 0:
        if page.kind == "start":
            return "a start page, never asked for"
        return f"never asked for; {page.via} led to it" if page.via else "never asked for"
    if page.state == "failed":
        times = "once" if page.tries == 1 else f"{page.tries} times in a row"
        return f"it had no whole answer, {times}"
    if page.state == "refused":
        return "robots.txt forbade it; that may have changed"
    row = (
        conn
        and conn.execute(
            "SELECT outcome, fetched_at FROM capture WHERE id = ?", (page.last_capture,)
        ).fetchone()
    )
    if not row:
        return "what was captured of it is lost"
    told = f"{'a start page' if page.kind == 'start' else row[0]}, last asked for {row[1][:10]}"
    if page.unchanged:
        told += f", nothing new {_TIMES[min(page.unchanged, 3)]}"
    return told
