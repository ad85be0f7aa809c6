"""Which of the captures that a web archive has of one page are asked for, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from storykeep import urls
from storykeep.config import Versions
from storykeep.mementos.cdx import Row

SHARED = 5  # pages with one payload: an apology, a parking page, not that many copies of a story


@dataclass(frozen=True, slots=True)
class Choice:
    """The captures of a page that are asked for, and those that are where none of these serves."""

    wanted: tuple[Row, ...]
    spare: tuple[Row, ...] = ()  # the next best first


def choose(
    rows: Iterable[Row], versions: Versions, *, shared: Collection[str] = frozenset()
) -> Choice:
    """Return which of *rows*, all of one page, are asked for.

    One payload is asked for once, as it was first captured. Redirects are asked for only where
    there is no page. *shared* are digests that SHARED or more pages have: with "good" they come
    last, as does nothing else, for only who has read a page knows whether it is a story.

    Addresses that differ in letter case are one page to a web archive, and were two stories on many
    a site: so of each of them that has a payload of its own, one is wanted.
    """
    ordered = sorted(rows, key=lambda row: (row.stamp, row.url))
    pages = [row for row in ordered if row.status is None or row.status < 300]
    distinct = _distinct(pages or ordered)
    if versions == "all":
        return Choice(tuple(distinct))
    if versions != "first":
        distinct.reverse()
    if versions == "good":
        distinct.sort(key=lambda row: row.digest in shared)
    wanted: dict[str, Row] = {}
    for row in distinct:
        if not (wanted and versions == "good" and row.digest in shared):
            wanted.setdefault(urls.key(row.url), row)
    first = tuple(wanted.values())
    return Choice(first, tuple(row for row in distinct if row not in first))


def _distinct(rows: Iterable[Row]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.digest or f"{row.stamp} {row.url}", row)
    return list(found.values())
