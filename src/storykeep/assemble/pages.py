"""Captures -> pages: which readings are good ones, and what is an alias."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from storykeep import urls
from storykeep.assemble.plan import Piece, SitePage
from storykeep.consent import is_consent, without_consent
from storykeep.model import Link

_MOST_HOPS = 10


def page_key(url: str) -> str:
    """Return the name of the page at *url*; a file that was cleaned keeps its own address."""
    try:
        return urls.key(url)
    except ValueError:
        return url


def host_of(url: str) -> str:
    """Return the host of *url*, "" where it names a file."""
    try:
        return urls.host(url)
    except ValueError:
        return ""


def pages_of(pieces: Iterable[Piece]) -> dict[str, SitePage]:
    """Return every page by its key, in key order."""
    by_address: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_address[piece.part.url].append(piece)
    grouped: dict[str, list[Piece]] = defaultdict(list)
    for url, found in by_address.items():
        grouped[page_key(url)] += found
    return {key: page_of(key, grouped[key]) for key in sorted(grouped)}


def page_of(key: str, pieces: Iterable[Piece]) -> SitePage:
    """Return the page of that key, of which *pieces* are all captures."""
    ordered = _without_repeats(sorted(pieces, key=lambda piece: piece.order))
    return SitePage(key, tuple(ordered), tuple(readings_of(ordered)))


def readings_of(pieces: Iterable[Piece]) -> list[Piece]:
    """Return those of a page's *pieces* that read as a story: the whole ones, where any is."""
    readings = [piece for piece in pieces if piece.part.outcome == "story"]
    whole = [piece for piece in readings if not (piece.capture and piece.capture.truncated)]
    return whole or readings


def _without_repeats(pieces: list[Piece]) -> list[Piece]:
    """Return *pieces* where of those in a row that say the same the first and the last stand.

    After years most captures are of pages that did not change; when they were made, the first of
    them tells. Sections are left as they are: they are put in order with those of other pages.
    """
    kept: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if run and not _repeats(run[-1], piece):
            kept += _shortened(run)
            run = []
        run.append(piece)
    return kept + _shortened(run)


def _shortened(run: list[Piece]) -> list[Piece]:
    if len(run) < 3:
        return run
    first, *between, last = run
    return [replace(first, again=tuple(piece.order for piece in between)), last]


def _repeats(before: Piece, piece: Piece) -> bool:
    one, two = before.capture, piece.capture
    return (
        piece.part is before.part
        and not piece.passed
        and not piece.part.sections
        and one is not None
        and two is not None
        and one.source == two.source
        and one.payload_sha256 == two.payload_sha256
        and one.truncated is two.truncated is None
    )


def aliases_of(pages: Mapping[str, SitePage]) -> dict[str, str]:
    """Return key -> key of the page it stands for: redirects, print views, framesets.

    A chain is followed to its end; what leads nowhere we have, or in a circle, stands for itself.
    """
    step = {key: target for key, page in pages.items() if (target := _stands_for(page, pages))}
    found = {}
    for key in step:
        here, seen = key, {key}
        while here in step and step[here] not in seen and len(seen) <= _MOST_HOPS:
            here = step[here]
            seen.add(here)
        if here not in step:
            found[key] = here
    return found


def _stands_for(page: SitePage, pages: Mapping[str, SitePage]) -> str | None:
    for link in page.current.links:
        if not _leads_to_the_same_text(page, link):
            continue
        target = page_key(link.url)
        # A page that was a story keeps being one while what it points to is not a story.
        if target != page.key and target in pages and (not page.stories or pages[target].stories):
            return target
    return _behind_its_gate(page, pages)


def _behind_its_gate(page: SitePage, pages: Mapping[str, SitePage]) -> str | None:
    """Return the page that *page* shows to those who say that they are of age, where we have it."""
    url = page.current.url
    if "?" not in url or "://" not in url or not is_consent(url):
        return None
    target = page_key(without_consent(url))
    return target if target in pages and pages[target].stories else None


def _leads_to_the_same_text(page: SitePage, link: Link) -> bool:
    outcome = page.current.outcome
    return (
        (link.kind == "redirect" and outcome == "redirect")
        or (link.kind == "frame" and outcome == "frameset")
        or (link.kind == "canonical" and outcome == "story")
    )
