"""Readings of a page between two others that tell nothing to the rest of its host.

Stories are planned of the pages of a host together, and after years most of what these said is
over. Of readings in a row that have one shape (`outline.traits`) the first and the last stand for
all: a page that was a story all the while is planned as such by any of them. What those between
say can matter elsewhere only where another page says the same, and then none is passed over. The
versions of the story itself are made of all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from storykeep.model import Truncated
from storykeep.outline import NO_SHAPE, SHAPE, traits_of


class CaptureRow(NamedTuple):
    """A capture as far as its row tells it; `owner` is the capture whose part it has."""

    owner: int
    source: str
    fetched_at: str
    payload_sha256: str
    warc: str
    offset: int
    truncated: Truncated | None
    id: int
    origin: str
    url: str
    url_key: str
    part_sha256: str
    traits: bytes  # as `outline.traits` writes them
    outline: str | None = None  # as `outline.to_json` writes it, where it was asked for

    @property
    def is_list(self) -> bool:
        """Return whether it is of a page that lists stories."""
        return len(self.traits) == SHAPE


Pages = Mapping[str, Sequence[CaptureRow]]  # by url_key, the oldest first
Run = Sequence[CaptureRow]  # in a row of one page, and of one shape


def pages_of(rows: Iterable[CaptureRow]) -> dict[str, list[CaptureRow]]:
    """Return *rows* by page, each page's in the order of time."""
    pages: dict[str, list[CaptureRow]] = defaultdict(list)
    for row in rows:
        pages[row.url_key].append(row)
    for found in pages.values():
        found.sort(key=lambda each: (each.fetched_at, each.warc, each.offset))
    return pages


def runs_of(rows: Sequence[CaptureRow]) -> list[Run]:
    """Return the captures of a page in runs of which only the first and the last need be read."""
    return [list(run) for _, run in groupby(rows, _Alike())]


class _Alike:
    """Gives captures in a row that are of one run the same key, any other one of its own."""

    def __init__(self) -> None:
        self._alone = 0

    def __call__(self, row: CaptureRow) -> tuple[bytes | int, str]:
        shape = row.traits[:SHAPE]
        if shape > NO_SHAPE and row.truncated is None and row.origin == "live":
            return shape, row.source
        self._alone += 1
        return self._alone, ""


def told_elsewhere(runs: Mapping[str, Sequence[Run]], shared: Container[int]) -> set[str]:
    """Return the pages of whose runs more than the first and the last matters to other pages.

    *shared* are the numbers that several pages have `said`.
    """
    return {key for key, found in runs.items() if any(_tells(run, shared) for run in found)}


def shared_by(pages: Pages) -> set[int]:
    """Return the numbers that several of *pages* have `said`."""
    owners: dict[int, str] = {}
    shared: set[int] = set()
    for key, rows in pages.items():
        parts = {row.owner: row for row in rows if row.traits and not row.is_list}.values()
        lists = (row for row in rows if row.is_list)
        for number in {number for row in (*parts, *lists) for number in said(row)}:
            if owners.setdefault(number, key) != key:
                shared.add(number)
    return shared


def said(row: CaptureRow) -> tuple[int, ...]:
    """Return the signature and the texts of a story, or the payload of a list, in numbers."""
    if row.is_list:
        return (int(row.payload_sha256[:15] or "0", 16),)
    return traits_of(row.traits)[1:]


def _tells(run: Run, shared: Container[int]) -> bool:
    """Return whether a run that is longer than two says what stands on another page as well.

    But for texts that all of its readings have: it does not matter which of them is asked.
    """
    if len(run) < 3:
        return False
    if run[0].is_list:
        return any(number in shared for row in run for number in said(row))
    parts = [traits_of(each) for each in {row.owner: row.traits for row in run}.values()]
    if any(each[1] in shared for each in parts):
        return True
    texts = [set(each[2:]) for each in parts]
    changed = set().union(*texts).difference(set(texts[0]).intersection(*texts[1:]))
    return any(number in shared for number in changed)


Shown = Callable[[CaptureRow], Collection[str]]


def open_pages(runs: Mapping[str, Sequence[Run]], elsewhere: Shown) -> set[str]:
    """Return the pages that must be read whole for the sake of others, by lower-case key.

    *elsewhere* tells to which pages besides its own a capture belongs, or leads.
    """
    found: set[str] = set()
    for key, all_runs in runs.items():
        told = {each for run in all_runs for row in (run[0], run[-1]) for each in elsewhere(row)}
        found |= {each.lower() for each in told}
        if told:
            found.add(key.lower())
    return found
