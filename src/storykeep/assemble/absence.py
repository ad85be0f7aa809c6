"""Pages that were stories and are none: since when, shown by which captures, until when.

What is said here of each page by itself need not be believed: `brake` weighs it for the host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from storykeep.assemble.pages import page_key
from storykeep.assemble.plan import Absence, Order, Piece, SitePage
from storykeep.model import Part

# What a page answers when its story was taken away. An error or a challenge says nothing about it.
GONE = frozenset({"gone", "soft_404", "moderated", "login", "gate", "not_story"})
EMPTY = "the body is empty"
_FEW = 30  # words: an author's "moved to ..." is shorter
_SHARE = 10  # and what stood there was so many times as long

Signature = tuple[str | None, tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Blankets:
    """Answers that the host gives for many pages alike, so that they are about none of them."""

    # Read as a story where several different stories had been -> the page whose text it is, if any.
    texts: Mapping[Signature, str | None]
    lists: frozenset[str]  # payload digests of index pages that several addresses answer


def absences_of(pages: Mapping[str, SitePage]) -> dict[str, SitePage]:
    """Return *pages* with their absences; what only looked like a story is no reading any more."""
    blankets = blankets_of(pages)
    found = {}
    for key, page in pages.items():
        stories = tuple(
            each for each in page.stories if blankets.texts.get(signature(each.part), key) == key
        )
        page = replace(page, stories=stories)
        found[key] = _with_absences(page, pages, blankets) if stories else page
    return found


def _with_absences(page: SitePage, pages: Mapping[str, SitePage], blankets: Blankets) -> SitePage:
    readings = {id(piece) for piece in page.stories}
    kept: list[Piece] = []
    absences: list[Absence] = []
    shown: list[Piece] = []
    reason = ""
    for piece in page.pieces:
        before = kept[-1].part if kept else None
        if id(piece) in readings and not _is_emptied(piece.part, before):
            if shown:
                absences.append(Absence(tuple(shown), reason, piece))
            kept.append(piece)
            shown = []
        elif before is not None and (why := why_gone(piece, page, pages, blankets, before)):
            reason = reason if shown else why
            shown.append(piece)
    if shown:
        absences.append(Absence(tuple(shown), reason))
    return replace(page, stories=tuple(kept), absences=tuple(absences))


def why_gone(
    piece: Piece, page: SitePage, pages: Mapping[str, SitePage], blankets: Blankets, before: Part
) -> str:
    """Return, in words, how a capture shows that its page lost its story, "" if it does not."""
    part, capture = piece.part, piece.capture
    if capture is None or capture.truncated:
        return ""
    if has_nothing(part):
        return part.reason or part.outcome
    if part.outcome == "redirect":
        return _why_redirected(part, page, pages)
    if part.outcome == "index" and not before.work_id and capture.payload_sha256 in blankets.lists:
        return "a list that other addresses of the site answer, too"
    if part.outcome != "story":
        return ""
    if _is_emptied(part, before):
        return f"{part.prose_words} words are left of {before.prose_words:,}"
    if blankets.texts.get(signature(part), page.key) != page.key:
        return "the same text as at other addresses that had stories of their own"
    return ""


def has_nothing(part: Part) -> bool:
    """Return whether a page that was a story says by itself that it is none any more."""
    return part.outcome in GONE or (part.outcome == "error" and part.reason == EMPTY)


def is_no_rest(part: Part) -> bool:
    """Return whether a text is too long to be what is left of another one."""
    return part.prose_words > _FEW


def _is_emptied(part: Part, before: Part | None) -> bool:
    """Return whether next to nothing is left of a story; parts of before 0.1 do not say."""
    if before is None or is_no_rest(part) or not part.prose_words:
        return False
    return part.prose_words * _SHARE <= before.prose_words


# ---- redirects


def _why_redirected(part: Part, page: SitePage, pages: Mapping[str, SitePage]) -> str:
    target = next((link.url for link in part.links if link.kind == "redirect"), "")
    other = pages.get(page_key(target)) if target else None
    if not target or page_key(target) == page.key:
        return ""
    if is_above(target, page.current.url):
        return f"it leads to {target}"
    if other is not None and other.stories:
        return ""
    if other is not None and other.current.outcome in GONE | {"index"}:
        return f"it leads to {target}, which is no story ({other.current.outcome})"
    return ""


def is_above(target: str, url: str) -> bool:
    """Return whether *target* is a site's home page, or the list of a folder that *url* is in."""
    parts = urlsplit(target)
    folder, _, name = parts.path.rpartition("/")
    is_list = not name or name.partition(".")[0].lower() in {"index", "default", "home", "main"}
    if parts.query or not is_list:
        return False
    return not folder.strip("/") or urlsplit(url).path.startswith(f"{folder}/")


# ---- one answer for many pages


def signature(part: Part) -> Signature:
    """Return what of a text its outline tells: title, beginning and end."""
    return part.title, part.head_sha256, part.tail_sha256


def blankets_of(pages: Mapping[str, SitePage]) -> Blankets:
    """Return what the host answers for many pages alike."""
    before: dict[Signature, dict[str, Signature]] = defaultdict(dict)
    lists: dict[str, set[str]] = defaultdict(set)
    for key, page in pages.items():
        for one, two in zip(page.stories, page.stories[1:], strict=False):
            if signature(one.part) != signature(two.part) and not two.part.sections:
                before[signature(two.part)].setdefault(key, signature(one.part))
        for piece in page.pieces:
            if piece.part.outcome == "index" and piece.capture and not piece.part.work_id:
                lists[piece.capture.payload_sha256].add(key)
    found = {each for each, earlier in before.items() if len(set(earlier.values())) > 1}
    return Blankets(
        _owners(found, pages),
        frozenset(each for each, keys in lists.items() if len(keys) > 1),
    )


def _owners(found: set[Signature], pages: Mapping[str, SitePage]) -> dict[Signature, str | None]:
    """Return whose each text is: of a page that said it from the first, or a run before others."""
    said: dict[Signature, list[tuple[Order, str, bool]]] = {name: [] for name in found}
    for key, page in pages.items() if found else ():
        met: set[Signature] = set()
        for piece in page.stories:
            name = signature(piece.part)
            if name in found and name not in met:
                met.add(name)
                said[name].append((piece.order, key, piece is page.pieces[0]))
    owners: dict[Signature, str | None] = {}
    for name, each in said.items():
        first, *others = sorted(each)
        is_alone = not others or others[0][0][1] != first[0][1]  # in another WARC
        owners[name] = first[1] if first[2] or is_alone else None
    return owners


# ---- chapters that their work no longer lists


def without_unlisted(work: Iterable[SitePage], pages: Mapping[str, SitePage]) -> list[SitePage]:
    """Return the pages of one work; one that it no longer lists and that answers no story is gone.

    An error alone proves nothing, nor does a list: both together do.
    """
    work = list(work)
    lists = _lists_of(work, pages)
    return [_without_unlisted(page, lists) for page in work]


def _lists_of(work: list[SitePage], pages: Mapping[str, SitePage]) -> list[tuple[Piece, set[str]]]:
    """Return what each table of contents of a work, and each of its pages, listed, in time."""
    work_id = work[0].current.work_id if work else None
    if work_id is None or len(work) < 2:
        return []
    found = [
        (piece, keys)
        for page in pages.values()
        if page.current.work_id == work_id
        for piece in page.pieces
        if piece.capture and piece.part.outcome in {"index", "story"}
        if (keys := {page_key(link.url) for link in piece.part.links if link.kind == "chapter"})
    ]
    return sorted(found, key=lambda each: each[0].order)


def _without_unlisted(page: SitePage, lists: list[tuple[Piece, set[str]]]) -> SitePage:
    if page.gone_since or not page.stories or not any(page.key in keys for _, keys in lists):
        return page
    last = page.stories[-1].order
    later = tuple(piece for piece in page.pieces if piece.order > last and piece.capture)
    told = [(piece, keys) for piece, keys in lists if piece.order > last]
    if not later or not told or page.key in told[-1][1]:
        return page
    reason = f"its story no longer lists it, and it answers: {later[0].part.reason}"
    return replace(page, absences=(*page.absences, Absence(later, reason)))
