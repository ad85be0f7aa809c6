"""A filled ledger becomes a part: the winners chosen, every other candidate kept as evidence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from storykeep.engines import notices
from storykeep.engines.sheet import Sheet
from storykeep.engines.titling import (
    settle_part_number,
    settle_pieces,
    settle_title,
    story_title,
    without_count,
)
from storykeep.header import Draft, Line, byline, claims, titles
from storykeep.model import Author, Block, Evidence, Link, Outcome, Part
from storykeep.patterns import has_one, lazy

# Where several places name the title: the first of these that has one. A candidate that the
# <title> tag repeats goes before one that it does not.
_OWN_HOST = lazy(r"https?://(?P<name>(?!www\.)[\w-]{2,40})\.(?:tumblr|deviantart)\.", re.IGNORECASE)
_FOOT = 12  # lines
_AT_HOUR = lazy(r"\bat \d{1,2}:\d\d\b")
_POST_ROW = 150  # characters
_NOBODY = frozenset({"admin", "administrator", "webmaster", "anonymous", "guest", "archivist"})
_POSSESSED = lazy(
    r"(?P<name>(?!(?:The|An?|My|Our)\s)\S+(?:\s\S+){1,2})['’]s\s+(?P<title>\S.{1,100})$"
)
_RIGHTS = ("©", "(c)", "copyright")
_HOLDER = lazy(
    r"\W*(?:(?:copyright|©|\(c\))\s*){1,2}(?:(?:19|20)\d\d(?:\s*[-–,]\s*)?){0,3}\s*(?:by\s+)?"
    r"(?P<name>[^\W\d][^\d,;:|()<>]{2,60}?)\s*(?:,?\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?)?"
    r"(?:\W+all rights reserved)?\W*",
    re.IGNORECASE,
)
_WRITE_TO = lazy(
    r"\W*(?:please\s+)?(?:send\s+)?(?:all\s+)?(?:comments?|feedback|e-?mail|mail|write|reviews?)\s+"
    r"(?:to\s+)?(?:the\s+author,?\s+)?",
    re.IGNORECASE,
)
_LEAD = 40  # characters before a link among which its "by" stands
_ABOVE = 60  # lines at the top of a page among which a by-line with a link is looked for
_PERSON = lazy(r"author|user|profile|member|/u/|/~", re.IGNORECASE)
_LEADS = lazy(r"(?:^|[\[(|,;.»›❯–—-])\s*(?:by|author|von|par|автор)\s*:?\s*$", re.IGNORECASE)
# "[ NAME - Rating: K - Type: Fanfiction ]": a row of facts that begins with a person's link.
_FACTS_BEHIND = lazy(
    r"\s*[-–—|,·•]\s*(?:rating|rated|type|genres?|categor(?:y|ies)|words|published|updated|status|"
    r"chapters?)\s*:",
    re.IGNORECASE,
)
_COMMON = {
    code: frozenset(words.split(" "))
    for code, words in {
        "en": "the and of to a in that was he she it her his with had for you as at on not",
        "de": "der die das und nicht ich sie er es ein eine war mit zu den auf",
        "fr": "le la les et de un une que il elle ne pas dans je vous est",
        "es": "el la los que de y en un una no se por con su lo había",
        "it": "il la che di e un una non per con si lo era gli del mi",
        "nl": "de het een en van ik dat niet hij zij was met op te voor",
    }.items()
}
_ANY_COMMON = frozenset[str]().union(*_COMMON.values())
_SAMPLE, _SAMPLED = 2000, 40  # characters, and blocks, among which the commonest words are counted
_TOO_FEW, _COMMON_SHARE = 40, 0.12  # words that say nothing, and the least share of the commonest


def to_part(
    draft: Draft,
    sheet: Sheet,
    prose: Sequence[Block],
    *,
    engine: str,
    version: int,
    outcome: Outcome = "story",
    reason: str = "",
    links: tuple[Link, ...] = (),
    work_id: str | None = None,
    chapter_id: str | None = None,
    file_name_titles: bool = True,
    labels_first: bool = False,
    warnings: tuple[str, ...] = (),
    words: int = 0,
) -> Part:
    """Return the part of a story page. *words* has who knows already how many the prose has;
    *labels_first* where "Title:" in a text says more than the page's own heading."""
    if outcome == "story":
        notices.take(draft)
    title = settle_pieces(
        draft, settle_title(draft, sheet, file_names=file_name_titles, labels_first=labels_first)
    )
    _settle_authors(draft, sheet)
    settle_part_number(draft, title)
    if draft.position is not None and title is not None:
        title = without_count(story_title(title), draft)
        won, *others = draft.evidence["title"]
        others = [replace(each, value=without_count(each.value, draft)) for each in others]
        draft.evidence["title"] = [replace(won, value=title), *others]
    language = draft.language or _language(draft, sheet, prose)
    evidence = draft.evidence
    evidence["outcome"] = [Evidence(outcome, "inferred", reason=reason)]
    evidence["encoding"] = [sheet.encoding]
    return Part(
        url=sheet.url,
        outcome=outcome,
        engine=engine,
        engine_version=version,
        reason=reason,
        work_id=work_id,
        chapter_id=chapter_id,
        position=draft.position,
        of=draft.of,
        title=title,
        chapter_title=draft.chapter_title,
        authors=draft.authors,
        disclaimers=tuple(draft.disclaimers),
        summary=draft.summary,
        tags=tuple(draft.tags),
        notes=tuple(draft.notes),
        series=draft.series,
        published=draft.published,
        updated=draft.updated,
        status=draft.status,
        language=language,
        words_stated=draft.words_stated,
        prose_words=words,
        fields=dict(draft.fields),
        prose=tuple(prose),
        chrome=chrome_of(draft),
        links=links,
        evidence={name: tuple(found) for name, found in evidence.items() if found},
        warnings=sheet.warnings + warnings,
    )


def plain_part(
    sheet: Sheet,
    outcome: Outcome,
    reason: str,
    *,
    engine: str,
    version: int,
    links: tuple[Link, ...] = (),
    title: str | None = None,
    work_id: str | None = None,
) -> Part:
    """Return the part of a page that is no story: its text is listed as chrome, its links are
    kept."""
    chrome = tuple(text for line in sheet.lines for text in pieces(line))
    return Part(
        url=sheet.url,
        outcome=outcome,
        engine=engine,
        engine_version=version,
        reason=reason,
        work_id=work_id,
        title=title,
        chrome=chrome,
        links=links,
        warnings=sheet.warnings,
        evidence={
            "outcome": (Evidence(outcome, "inferred", reason=reason),),
            "encoding": (sheet.encoding,),
        },
    )


def chrome_of(draft: Draft) -> tuple[str, ...]:
    """Return the texts that were cut away, in page order."""
    found: list[str] = []
    for line, bin_ in zip(draft.lines, draft.bins, strict=True):
        if bin_ == "chrome":
            found += pieces(line)
    return (*found, *draft.cut_breaks)


def pieces(line: Line) -> list[str]:
    """Return the texts of a line of chrome, links that stand side by side and image texts apart."""
    # Its "* * *" is ours: the page drew a rule or left a gap.
    is_ours = line.kind == "break" and line.value != "symbol"
    if not line.marks or (len(line.marks) == 1 and line.marks[0].kind != "image"):  # most lines
        text = "" if is_ours else " ".join(line.text.split())
        return [text] if text else []
    alts: dict[int, list[str]] = {}
    for offset, alt in line.alts():
        alts.setdefault(offset, []).append(alt)
    if is_ours:
        return [alt for found in alts.values() for alt in found]
    cuts = sorted({0, len(line.text), *alts, *_seams(line)})
    out: list[str] = []
    for begin, finish in zip(cuts, [*cuts[1:], len(line.text) + 1], strict=False):
        out += alts.get(begin, ())
        text = " ".join(line.text[begin:finish].split())
        if text:
            out.append(text)
    return out


def _seams(line: Line) -> set[int]:
    """Return the offsets where one link ends and the next begins with no word between."""
    links = sorted((m.start, m.end) for m in line.marks if m.kind == "link" and m.start < m.end)
    return {
        later[0]
        for earlier, later in itertools.pairwise(links)
        if not line.text[earlier[1] : later[0]].strip()
    }


# ---------------------------------------------------------------- authors and language


def _settle_authors(draft: Draft, sheet: Sheet) -> None:
    if not draft.authors:
        _authors_from_links(draft, sheet)
    if not draft.authors:
        _authors_from_markup(draft, sheet)
    if not draft.authors:
        _authors_from_claims(draft)
    if not draft.authors:
        _authors_from_foot(draft)
    if not draft.authors:
        _authors_from_tag(draft, sheet)
    if not draft.authors:
        _authors_from_rights(draft, sheet)
    if not draft.authors:
        _authors_from_posts(draft)
    if not draft.authors:
        _authors_from_host(draft, sheet)
    found = draft.evidence.get("authors", [])
    if not draft.authors:
        draft.evidence["authors"] = [
            *found,
            Evidence(None, "inferred", reason="no by-line, label, sender or signature names one"),
        ]
        return
    if longer := _signed_in_full(draft):
        draft.authors = (replace(draft.authors[0], name=longer.value or ""),)
        found.remove(longer)
        found.insert(0, longer)
    mail_only = found and found[0].method == "mail_header"
    signed = next((item for item in found if item.place == "tail" and item.value), None)
    if mail_only and signed is not None and signed.value and not _is_sender(draft, signed.value):
        # The sender of a list mail is often the list's poster; who signs the story wrote it.
        address = draft.authors[0].url
        draft.authors = byline.authors(byline.split_names(signed.value), address)
        found.remove(signed)
        found.insert(0, replace(signed, reason="signed by; the mail's sender is another candidate"))
    if (
        len(draft.authors) == 1
        and draft.authors[0].url is None
        and draft.email
        not in {
            None,
            draft.sender,
        }
    ):
        draft.authors = (Author(draft.authors[0].name, f"mailto:{draft.email}"),)


def _is_sender(draft: Draft, signed: str) -> bool:
    """True for "Jo", signed below a mail that Jo Dee has sent: the sender's is the whole name."""
    words = draft.authors[0].name.split() if draft.authors else []
    return len(words) > 1 and signed.lower() in {word.lower() for word in words}


def _signed_in_full(draft: Draft) -> Evidence | None:
    """Return the signature that says all of a name of which another is the first word."""
    first = f"{draft.authors[0].name} "
    if len(draft.authors) > 1 or len(first.split()) > 1:
        return None
    others = draft.evidence.get("authors", [])[1:]
    return next(
        (e for e in others if e.method == "byline" and (e.value or "").startswith(first)), None
    )


def _authors_from_links(draft: Draft, sheet: Sheet) -> None:
    """Take whom a line above the text names behind a "by", where the name leads to a person:
    "[ Ranma 1/2 ] [ By: NAME ] [ Words: 240 ]"."""
    for index, line in enumerate(draft.lines[:_ABOVE]):
        if draft.bins[index] == "prose":
            return
        for mark in line.marks:
            if mark.kind != "link" or not _PERSON.search(mark.value):
                continue
            name = line.text[mark.start : mark.end].strip()
            before = line.text[max(0, mark.start - _LEAD) : mark.start]
            leads = _LEADS.search(before) or (
                not before.strip(" [(|") and _FACTS_BEHIND.match(line.text, mark.end)
            )
            if leads and byline.plausible(name, linked=True):
                draft.add_authors(
                    (name,), "byline", line.bare[:200], url=mark.value, confidence=0.7
                )
                return


def _authors_from_foot(draft: Draft) -> None:
    """Take whose name the address to write to at the foot is: "comments to Mrs. Pask"."""
    for line in draft.lines[-_FOOT:]:
        if not line.marks or not _WRITE_TO.match(line.bare):
            continue
        for address, text in line.links():
            url = byline.mailto(address)
            if url and byline.is_name_shape(text.strip()) and not titles.is_placeholder(text):
                draft.add_authors(
                    (text.strip(),), "position", line.bare[:200], url=url, place="tail",
                    confidence=0.6,
                )  # fmt: skip
                return


def _authors_from_claims(draft: Draft) -> None:
    """Take who says in a note or a disclaimer that the story is theirs."""
    for text in [note.text for note in draft.notes] + [each.text for each in draft.disclaimers]:
        if name := claims.read_claim_within(text):
            draft.add_authors((name,), "byline", text[:200], place="note", confidence=0.6)
            return


def _authors_from_tag(draft: Draft, sheet: Sheet) -> None:
    """Take the name before a title that the page repeats without it: "Jo Moss's Salt Water"."""
    named = _POSSESSED.match(sheet.title_tag)
    title = draft.evidence.get("title", ())
    if named is None or not title or not byline.looks_like_name(named["name"]):
        return
    if titles.squash(named["title"]) == titles.squash(title[0].value or ""):
        draft.add_authors(
            (named["name"],), "title_tag", sheet.title_tag, place="title", confidence=0.6
        )


def _authors_from_rights(draft: Draft, sheet: Sheet) -> None:
    """Take the name that opens the page's title as a catalogue has it, if the rights at the foot
    are that writer's: "Jo Moss. Salt Water" and "Copyright © 1998-2021 Jo Moss."."""
    for line in draft.lines[-_FOOT:]:
        held = _HOLDER.fullmatch(line.bare) if has_one(line.bare.lower(), _RIGHTS) else None
        if held is None or not byline.looks_like_name(held["name"]):
            continue
        # A site's name is parted from a title by anything but a full stop.
        if sheet.title_tag.startswith(f"{held['name']}. "):
            draft.add_authors(
                (held["name"],), "title_tag", sheet.title_tag, place="title", confidence=0.6
            )
            return


def _authors_from_posts(draft: Draft) -> None:
    """Take who posted an entry, as a blog says below it: "Posted by jo at 10:04 PM | Comments"."""
    for line in draft.lines[-_FOOT:]:
        if line.text[:6].lower() != "posted" or not _AT_HOUR.search(line.text[:_POST_ROW]):
            continue  # archives say who put somebody else's story there, and on which day
        names = byline.read_posted(line.text)
        if names and names[0].lower() not in _NOBODY:
            draft.add_authors(names, "byline", line.bare, place="tail", confidence=0.5)
            return


def _authors_from_host(draft: Draft, sheet: Sheet) -> None:
    """Take the name before the host of a service that gives each writer one: NAME.tumblr.com."""
    if found := _OWN_HOST.match(sheet.url):
        draft.add_authors((found["name"],), "url", sheet.url, place="address", confidence=0.6)


def _authors_from_markup(draft: Draft, sheet: Sheet) -> None:
    """Take who the page's meta tag names, if its text does so too: the tag alone may mean the
    site's maker."""
    if sheet.root is None:
        return
    for meta in sheet.metas:
        name = " ".join((meta.get("content") or "").split())
        if (meta.get("name") or "").lower() != "author" or not byline.plausible(name, linked=False):
            continue
        if name.lower() in sheet.text.lower():
            draft.add_authors((name,), "markup", name, place="meta author", confidence=0.6)


def _language(draft: Draft, sheet: Sheet, prose: Sequence[Block]) -> str | None:
    stated = sheet.root.get("lang") if sheet.root is not None else None
    if stated and re.fullmatch(r"[a-zA-Z]{2,3}(?:-[\w-]+)?", stated):
        draft.found("language", stated, "markup", f'lang="{stated}"', place="html")
        return str(stated)
    text = " ".join([block.text for block in prose[:_SAMPLED]])
    # Below a cast or a time line there is more to go by.
    found = _language_of(text[:_SAMPLE]) or _language_of(text[: 2 * _SAMPLE])
    if found is None:
        return None
    code, share = found
    reason = f"{share:.0%} of the words are its commonest"
    draft.found("language", code, "inferred", place="prose", confidence=0.9, reason=reason)
    return code


def _language_of(text: str) -> tuple[str, float] | None:
    """Return the language whose commonest words *text* has most of, and their share of all; None
    where they are few."""
    tokens = text.lower().split()
    if len(tokens) < _TOO_FEW:
        return None
    known = list(filter(_ANY_COMMON.__contains__, tokens))
    totals = {code: sum(map(common.__contains__, known)) for code, common in _COMMON.items()}
    code = max(totals, key=lambda name: totals[name])
    share = totals[code] / len(tokens)
    return (code, share) if share >= _COMMON_SHARE else None
