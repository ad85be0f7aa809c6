"""Any page that no other engine knows: by the grammar of headers and the shape of its text
alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from storykeep.engines import (
    farewells,
    linking,
    listing,
    messages,
    outcomes,
    settle,
    several,
    taught,
    text,
    untold,
)
from storykeep.engines.body import read_story
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, byline, voice
from storykeep.model import Block, Part
from storykeep.profiles import Profile

NAME = "generic"
VERSION = 1

# A page with no by-line, label or heading of a story's must show more than this many words of
# prose.
_HEAD = 2000  # characters of a digest in which it says so
_ROWS = 400  # lines, among which a digest has its subjects
_BARE_STORY = 120
_LABELS = 2
_LEAFLET = 60  # words
_BEGINNING = 80  # blocks
_SAMPLE = 4000  # characters: what a page is about shows at its beginning


def matches(sheet: Sheet) -> bool:
    """True for every page: the last engine in line."""
    return sheet is not None


def read(
    sheet: Sheet,
    profile: Profile | None = None,
    *,
    engine: str = NAME,
    version: int = VERSION,
    file_name_titles: bool = True,
) -> Part:
    """Return the page's part; another engine may lend its name."""
    part = _read(sheet, file_name_titles=file_name_titles)
    if (part.engine, part.engine_version) == (engine, version):
        return part
    return replace(part, engine=engine, engine_version=version)


def _read(sheet: Sheet, *, file_name_titles: bool) -> Part:
    links = linking.collect(sheet)
    if outcomes.frames(sheet.root):
        return _plain(sheet, "frameset", "the page is a frameset", links)
    found = outcomes.door(sheet)
    if found is not None and found[1] == outcomes.ASKS:
        found = messages.said(sheet) or found
    shape = listing.measure(sheet)
    passed = found is not None and messages.is_remark(sheet, found[1], shape.entries)
    if passed:
        found = None
    if found and found[0] not in {"soft_404", "gate"}:
        if not _is_told_in_spite(sheet):
            return _plain(sheet, found[0], found[1], links)
        found, passed = None, True
    kind = taught.page_kind(sheet)
    if kind == "index" and found is None:
        why = taught.why(sheet, "index")
        return _plain(sheet, "index", why, listing.mark_links(sheet, links))
    draft, prose = read_story(sheet)
    if found and found[0] == "gate":
        if not _tells(draft, prose):
            return _plain(sheet, found[0], found[1], links)
        found = None  # a short story under a warning of its own
    if found and messages.is_told(prose, signed=_is_bylined(draft)):
        found, passed = None, True
    may_list = found is None and kind != "story" and not _is_taught(sheet, prose)
    if may_list and (
        listing.is_surely_index(sheet, shape)
        or (listing.is_index(sheet, shape) and not _is_signed(sheet, draft, prose))
    ):
        if named := outcomes.never_a_list(sheet):
            return _plain(sheet, "not_story", f"the page calls itself {named.strip()!r}", links)
        return _plain(
            sheet,
            "index",
            f"{shape.entries} links that open a line, {shape.longest} words at most between links",
            listing.mark_links(sheet, links),
        )
    if may_list and (by := _goes_on(sheet, draft, prose)):
        reason = f"the page leads on to its works: {by!r}"
        return _plain(sheet, "index", reason, listing.mark_links(sheet, links))
    return judge(
        sheet, draft, prose, links, shape, door=found, passed=passed,
        file_name_titles=file_name_titles,
    )  # fmt: skip


def _is_told_in_spite(sheet: Sheet) -> bool:
    """True where the words of a door are a story's own, which somebody signs or tells in speech."""
    draft, prose = read_story(sheet)
    # "Password:" is labelled like an author, and a form like a story's header.
    signed = _is_bylined(draft) and not outcomes.has_password(sheet)
    return messages.is_told(prose, signed=signed)


def _tells(draft: Draft, prose: Sequence[Block]) -> bool:
    """True where somebody signs a text in which people speak."""
    paragraphs = [block.text for block in prose]
    return bool(draft.authors) and len(paragraphs) >= 3 and outcomes.speech_lines(paragraphs) >= 1


def _is_signed(sheet: Sheet, draft: Draft, prose: Sequence[Block]) -> bool:
    """True for a short story beside a long menu: a by-line or disclaimer above prose that lists
    nothing."""
    if not (draft.authors or draft.disclaimers or _is_labelled(draft)):
        return False
    if (
        any(evidence.method == "title_tag" for evidence in draft.evidence.get("authors", ()))
        and not draft.disclaimers
    ):
        return False
    size = sum(
        len(block.text.split())
        for block in prose
        if block.kind in {"paragraph", "quote", "verse", "pre"}
    )
    # A drabble in a language of long words has fewer: its author and its disclaimer speak for it.
    enough = 25 if draft.authors and draft.disclaimers else 50
    return size >= enough and listing.entries_in(sheet, prose) <= 1


def _goes_on(sheet: Sheet, draft: Draft, prose: Sequence[Block]) -> str:
    """Return how a page that holds no signed story leads on to several, "" where it does not."""
    return "" if draft.disclaimers or _is_bylined(draft) else untold.lists(sheet, prose)


def _is_labelled(draft: Draft) -> bool:
    """True where labels say what is told and of whom: a list has them for each of its entries."""
    return bool(draft.summary) and len(draft.tags) + (draft.words_stated is not None) >= _LABELS


def _is_taught(sheet: Sheet, prose: Sequence[Block]) -> bool:
    """True where a profile says where the text is, and it is one: menus beside it say nothing."""
    if not taught.body_lines(sheet):
        return False
    return outcomes.size_of(prose) >= 50 and listing.entries_in(sheet, prose) <= 1


def judge(
    sheet: Sheet,
    draft: Draft,
    prose: Sequence[Block],
    links: tuple[Any, ...],
    shape: listing.Shape,
    *,
    engine: str = NAME,
    version: int = VERSION,
    door: tuple[Any, str] | None = None,
    passed: bool = False,
    **more: Any,
) -> Part:
    """Return the part of a page that was read as a story, unless what was found there is none;
    where it was *passed*, no door is looked for again."""
    words, size = outcomes.sizes_of(prose, spaced=sheet.spaced)
    body = "\n".join([block.text for block in prose])
    found = door or (None if passed else outcomes.door(sheet, visible=body, size=size))
    if found and found[0] == "gate" and _tells(draft, prose):
        found = None
    if found is None and not draft.disclaimers and (said := farewells.said(body[:_SAMPLE], size)):
        found = ("gone", f"the author says {said!r}")
    if found:
        part = settle.to_part(
            draft,
            sheet,
            prose,
            engine=engine,
            version=version,
            outcome=found[0],
            reason=found[1],
            links=links,
            words=words,
            **more,
        )
        if part.title and outcomes.is_message(part.title):
            part = replace(part, title=None)
        return replace(part, prose=(), chrome=part.chrome + tuple(block.text for block in prose))
    signs = _signs(sheet, draft)
    is_told = size > 0 and taught.page_kind(sheet) == "story"
    reason = "" if is_told else _not_story(sheet, draft, prose, size, body, signs)
    if reason:
        return settle.plain_part(
            sheet, "not_story", reason, engine=engine, version=version, links=links
        )
    if size == 0:
        return settle.plain_part(
            sheet,
            "index" if shape.entries > 1 else "not_story",
            "no prose on the page",
            engine=engine,
            version=version,
            links=links,
        )
    return settle.to_part(
        draft,
        sheet,
        prose,
        engine=engine,
        version=version,
        links=links,
        words=words,
        reason=f"{size} words of prose, {', '.join(signs) or 'nothing else'} of a story's header",
        **more,
    )


def _signs(sheet: Sheet, draft: Draft) -> list[str]:
    """Return which parts of a story's header the page has."""
    found = []
    if draft.authors:
        found.append("author")
    if draft.disclaimers:
        found.append("disclaimer")
    if draft.evidence.get("title"):
        found.append("title")
    if draft.tags or draft.summary or draft.fields.keys() & {"Archive", "Feedback"}:
        found.append("labels")
    if draft.position is not None or draft.chapter_title:
        found.append("part number")
    if not found and byline.read_titled(sheet.title_tag) is not None:
        found.append("author in the title tag")
    return found


def not_story(sheet: Sheet, draft: Draft, prose: Sequence[Block], *, forms: bool = True) -> str:
    """Return why a text is no story, whoever has put it on the page; "" where it is one.

    Without *forms*, one to write in says nothing.
    """
    body = "\n".join(block.text for block in prose)
    size, signs = outcomes.size_of(prose), _signs(sheet, draft)
    return _not_story(sheet, draft, prose, size, body, signs, forms=forms)


def _not_story(
    sheet: Sheet,
    draft: Draft,
    prose: Sequence[Block],
    size: int,
    body: str,
    signs: list[str],
    *,
    forms: bool = True,
) -> str:
    """Return why the text is no story; "" where it is one."""
    begun = prose[:_BEGINNING]
    if "igest" in body[:_HEAD] or " in this issue" in body[:_HEAD]:
        rows = [row for line in sheet.lines[:_ROWS] for row in line.text.split("\n") if row.strip()]
        if digest := text.is_digest(rows):
            return digest
    if outcomes.is_pending(body, size):
        return "the page says that the story is still to come"
    if "re:" in sheet.title_tag.lower() and outcomes.answers(
        sheet.title_tag, [row for block in begun for row in block.text.split("\n")]
    ):
        return "the page is an answer to a mail, which it quotes"
    if label := outcomes.recommends(body[:_SAMPLE], size):
        return f"the page recommends a story: {label!r}"
    if label := outcomes.reviews(sheet, [block.text for block in begun], size):
        return f"the page reviews a story: {label!r}"
    if each := several.named(sheet, size):
        return f"the page speaks of several stories: {each}"
    speech = outcomes.speech_lines([block.text for block in begun])
    if known := untold.none(sheet, body, size):
        return known
    signed = bool(draft.authors)
    if not (draft.disclaimers or draft.tags or draft.position is not None) and (
        known := untold.why(sheet, prose, body, size, speech, signed=signed)
    ):
        return known
    if not speech and size < _LEAFLET and outcomes.leads_to_files(sheet):
        return "the page offers a story in files"
    if not speech and outcomes.is_profile(sheet, [block.text for block in begun]):
        return "the page is a member's own"
    named = outcomes.names_itself(sheet)
    if named and not ({"author", "disclaimer"} & set(signs) and size > 300):
        told = _is_bylined(draft) and speech >= 2 and outcomes.site_talk(body[:_SAMPLE]) <= 0.03
        if not told or outcomes.never_a_story(named):
            return f"the page calls itself {named.strip()!r}"
    # A drabble may have its readers' comment form below; a guest book has no by-line.
    signed = _is_bylined(draft) and len(signs) > 1
    if forms and outcomes.has_textarea(sheet) and size < 200 and not signed:
        return "the page is a form to write in"
    strong = {"author", "disclaimer", "part number"} & set(signs)
    if strong:
        if speech or size >= 400:
            return ""
        return "the text is about a site" if outcomes.site_talk(body[:_SAMPLE]) > 0.12 else ""
    if outcomes.is_about_writer(body[:_SAMPLE]):
        return "the page is about its writer"
    talk = outcomes.site_talk(body[:_SAMPLE])
    if talk > 0.035 and speech <= len(begun) * 0.1:
        return "the text is about a site and its stories"
    dialogue = speech >= 3 and speech >= len(begun) / 3 and size >= 60 and talk <= 0.01
    if size < _BARE_STORY and not (signs and (speech or size >= 60)) and not dialogue:
        return f"only {size} words and no header of a story"
    asides = sum(1 for block in prose[:40] if voice.speaks_to_reader(block.text))
    if asides > min(40, len(prose)) * 0.6 and not speech:
        return "the text speaks to visitors"
    return ""


def _is_bylined(draft: Draft) -> bool:
    """True where the page itself, not its title tag, says who wrote it."""
    known = draft.evidence.get("authors", ())
    return any(item.value and item.method in {"byline", "label"} for item in known)


def _plain(sheet: Sheet, outcome: Any, reason: str, links: tuple[Any, ...]) -> Part:
    return settle.plain_part(sheet, outcome, reason, engine=NAME, version=VERSION, links=links)
