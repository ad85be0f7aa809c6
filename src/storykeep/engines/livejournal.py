"""LiveJournal, Dreamwidth and their kin: entries in many styles, lists of entries, locked doors.

An entry is a journal's, and need be no story: it is one where it has a story's header, a part
number or a subject that says so, or where people speak in it. Comments are never part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from storykeep import urls
from storykeep.engines import generic, journal_rows, layouts, linking, outcomes, settle, whereabouts
from storykeep.engines.body import ledger, read_region
from storykeep.engines.dom import classed, classes, first, flat, having, links, outermost
from storykeep.engines.sheet import Anchor, Sheet
from storykeep.engines.spacing import own_gaps
from storykeep.header import Draft, Hints, dates, titles, voice
from storykeep.model import Block, Link, LinkKind, Outcome, Part
from storykeep.patterns import has_one, lazy
from storykeep.profiles import Profile

NAME = "livejournal"
VERSION = 1

_BODIES = (  # of an entry, in the order of the styles that are surest
    "b-singlepost-body", "aentry-post__text", "j-e-text", "entry-content", "contents", "entry_text",
    "entrytext", "entry-text", "entryText", "asset-body", "entry-body",
)  # fmt: skip
_BODY_IDS = ("entrytext", "entry-text", "entry_text", "entry")
_FRAMES = frozenset((
    "entry-wrapper",
    "aentry",
    "b-singlepost",
    "entryholder",
    "entrybox",
    "b-foldedpage",
    "asset-entry",
    "asset-content",
))  # fmt: skip
_OWN_BODIES = frozenset({"b-singlepost-body", "aentry-post__text", "j-e-text"})
_SUBJECTS = (
    "b-singlepost-title", "aentry-post__title", "j-e-title", "entry-title", "entry_title",
    "entry-subject", "subject", "asset-name", "entrysubj",
)  # fmt: skip
_DATES = ("b-singlepost-author-date", "aentry-head__date", "datetime", "date", "entry-date", "time")
_POSTERS = (
    "b-singlepost-author", "aentry-head__username", "poster", "entry-poster", "asset-meta",
    "entry-header", "userpic",
)  # fmt: skip
_POSTER_BOXES = frozenset({"poster", "entry-poster", "entry-header", "asset-meta", "posterinfo"})
_EXTRAS = frozenset((  # what the software puts into the element of the text
    "currents", "entry-management-links", "entry-interaction-links", "restrictions", "ljtags",
    "b-singlepost-tags", "aentry-post__tags", "lj-like", "b-adv", "header", "footer", "metadata",
    "entry-title", "quickreply", "ljcut-link", "comments", "tag", "entry-tags", "asset-meta",
    "asset-tags", "lj-currents", "user-icon", "entry-metadata",
))  # fmt: skip
_FIRST = 8  # pieces of a box's text
_CURRENT = lazy(
    r"\W*(?:current|entry) (?:mood|music|location|tags)|\[\s*(?:mood|music|location)\s*\|",
    re.IGNORECASE,
)
_TAGS = (
    "ljtags", "b-singlepost-tags", "aentry-post__tags", "tag", "entry-tags", "asset-tags",
)  # fmt: skip
_POLL = lazy(r"/poll/\?id=\d")
_COMMENTS = lazy(r"\bcomments?\b|\b(?:lj)?cmt(?:bar)?\d*\b|\btalk\b", re.IGNORECASE)
_SCRIPTS = lazy(
    r"(?:userinfo|talkpost|talkread|go|memadd|editjournal)\.bml|/tools/memadd|"
    r"[?&](?:mode=reply|replyto=|nc=\d)|//[\w-]+\.(?:livejournal\.com|dreamwidth\.org)/profile\b"
)
# No match of it is without one of these, which are found many times faster.
_SCRIPT_STEMS = (".bml", "/tools/", "mode=reply", "replyto=", "nc=", "/profile")
_SPURNED = lazy(
    r"[?&](?:mode=reply|replyto=|thread=|nc=|view=|page=|style=|usescheme=|share)|#(?:comments|t\d|cutid)|"
    r"\.bml\b|/tools/|/profile\b|/(?:login|logout|manage|friends|data|inbox|update|support|misc|shop|"
    r"subscribe|create|read|network|calendar|editjournal|go)\b"
)
_ENTRY = lazy(r"/(?:\d{1,12}|\d{4}/\d\d/\d\d/[^/]+)\.html$")
_PART = lazy(
    r"^\W*(?:(?:on )?to |continue (?:to |with )?)?(?:(?:next|previous|prev|first|last)?\s*"
    r"(?:part|chapter|section|pt|ch)\.?\s*[\w ]{0,20}(?:\W.{0,60})?|next|previous|prev|back|"
    r"\d{1,2}|[ivx]{1,5}|prologue|epilogue|continued?(?: here)?)\W*$",
    re.IGNORECASE,
)
_FIC = lazy(
    r"\bfan\s?fic\w*|\bfics?\b|\bficlets?\b|\bdrabbles?\b|\bfiction\b|\bstor(?:y|ies)\b",
    re.IGNORECASE,
)
_ANNOUNCED = lazy(
    r"^\W*(?:[\w'’-]+\s+){0,2}(?:fan)?fic(?:tion|let)?\b(?:\W*[:\-–—]|\s*[\])}])\s*",
    re.IGNORECASE,
)
_OF_WHAT = lazy(
    r"\s*[(\[](?![^()\[\]]*(?:\d\s*/\s*\d|\d of \d|\bpart\b|\bchapter\b))[^()\[\]]{2,60}[)\]]\s*$",
    re.IGNORECASE,
)
_RATED = lazy(
    r"\s*[(\[][^()\[\]]*?(?<![\w'])(?:G|PG(?:-?1[35])?|R|NC-?17|K\+?|T|M)(?![\w'])[^()\[\]]*[)\]]\s*$"
)
_SITE = lazy(r"\b(?:livejournal|dreamwidth|insanejournal|deadjournal|journalfen)\b", re.IGNORECASE)
_DOORS: tuple[tuple[Outcome, re.Pattern[str]], ...] = (
    ("gone", lazy(
        r"no such entry|entry (?:has been |was )?deleted|deleted and purged|"
        r"(?:journal|account|user) (?:has been |is |was )(?:deleted|purged|suspended)|"
        r"unknown (?:user|journal)", re.IGNORECASE)),
    ("login", lazy(
        r"not authori[sz]ed to view|protected (?:entry|post)|must be logged in|"
        r"entry is (?:private|locked|protected)|(?:don't|do not) have (?:permission|access)|"
        r"access[- ]?list|limited to (?:friends|members)", re.IGNORECASE)),
    ("gate", lazy(
        r"adult[_ ](?:check|concepts|content)|explicit adult|discretion advised|"
        r"inappropriate for (?:minors|anyone under)|under the age of 18|over 18|at least 18",
        re.IGNORECASE)),
)  # fmt: skip
_SUBJECT = 300  # characters: a longer heading was never closed
_LEVELS = 40  # elements above one among which a comment's is looked for
_DOOR = 260  # words: a longer page is no door
_ALL = 0.95  # the share of a row's letters that are in links
_STEP = 60  # characters that a link to the next part may have
_LISTED = 3  # entries that a list of them names
_OPENING = 6  # characters with which a row may begin before its link
_TOLD = 150  # words
_SAID = 0.2  # of the paragraphs of a text without a header in which somebody must speak


def matches(sheet: Sheet) -> bool:
    """True where an entry of this software stands on the page, or one of its doors."""
    if sheet.root is None:
        return False
    if sheet.has_class(_OWN_BODIES):
        return True
    if layouts.is_made_elsewhere(sheet):
        return False
    if not _is_journal(sheet):
        return (
            sheet.words < _DOOR and bool(_SITE.search(sheet.title_tag)) and _door(sheet) is not None
        )
    return bool(_bodies(sheet) or journal_rows.rows(sheet)) or _door(sheet) is not None


def _is_journal(sheet: Sheet) -> bool:
    """True where the page is of this software: other pages link to journals, too."""
    if sheet.has_class(_FRAMES) or sheet.by_id("lj_controlstrip") is not None:
        return True
    if _is_posted(sheet):
        return True
    if not has_one(sheet.addresses, _SCRIPT_STEMS) or not _SCRIPTS.search(sheet.addresses):
        return False
    if sheet.url.startswith(whereabouts.STAND_IN):
        return journal_rows.is_answer(sheet.addresses)  # of any host's: its own is not known
    here = urls.host(sheet.url)
    return any(
        _SCRIPTS.search(anchor.url) and here == urls.host(anchor.url) for anchor in sheet.anchors
    )


def _is_posted(sheet: Sheet) -> bool:
    """True where a user's name stands in what a style has above an entry: blogs that moved here
    have such names in their texts alone."""
    users = sheet.by_class("ljuser")
    return any(
        not _POSTER_BOXES.isdisjoint(classes(above))
        for each in users
        for above in islice(each.iterancestors(), 3)
    )


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the page's part."""
    bodies = _bodies(sheet)
    rows = journal_rows.rows(sheet) if not bodies else range(0)
    if rows:
        return _read_entry(sheet, sheet.root, list(rows))
    if not bodies:
        found = _door(sheet)
        if found is None:
            return generic.read(sheet, profile, engine=NAME, version=VERSION)
        return settle.plain_part(
            sheet, found[0], f"the page says {found[1]!r}", engine=NAME, version=VERSION,
            links=linking.collect(sheet, _outside),
        )  # fmt: skip
    if len(bodies) > 1:
        return _read_list(sheet)
    return _read_entry(sheet, bodies[0], sheet.inside(bodies[0]))


def _door(sheet: Sheet) -> tuple[Outcome, str] | None:
    if sheet.words >= _DOOR:
        return None
    said = f"{sheet.title_tag}\n{sheet.text[:4000]}"
    for outcome, pattern in _DOORS:
        if found := pattern.search(said):
            return outcome, found.group()
    return None


def _bodies(sheet: Sheet) -> list[Any]:
    """Return the elements of entries' texts, by the first style that the page has any of."""
    for name in _BODIES:
        found = [each for each in outermost(sheet.by_class(name)) if not _is_comment(each)]
        if found:
            return found
    cells = [each for each in sheet.by_class("entry", "td") if not _is_comment(each)]
    cells += [
        each for each in sheet.by_class("text", "div")
        if "entry" in classes(each.getparent()) and not _is_comment(each)
    ]  # fmt: skip
    if cells:  # the oldest styles are tables
        return cells
    named = [sheet.by_id(name) for name in _BODY_IDS]
    found = [each for each in named if each is not None and each.tag != "body"][:1]
    return found or _largest(sheet)


def _largest(sheet: Sheet) -> list[Any]:
    """Return the box with most of an entry's page: the oldest styles name none."""
    known = not sheet.url.startswith(whereabouts.STAND_IN)
    if known and not _ENTRY.search(urls.split(sheet.url).path):
        return []
    sizes: Counter[Any] = Counter()
    for line, size in zip(sheet.lines, sheet.sizes, strict=True):
        at = line.element
        while at is not None and at.tag not in {"div", "td", "body"}:
            at = at.getparent()
        if at is not None and at.tag != "body":
            sizes[at] += size
    if not sizes:
        return []
    box, size = max(sizes.items(), key=lambda each: each[1])
    return [box] if size >= max(60, 0.4 * sheet.words) and not _is_comment(box) else []


def _is_comment(element: Any) -> bool:
    for each in islice(element.iterancestors(), _LEVELS):
        name = f"{each.get('class') or ''} {each.get('id') or ''}".replace("_", "-")
        if each.tag not in {"body", "html"} and _COMMENTS.search(name):
            return True
    return False


# ---------------------------------------------------------------- an entry


def _read_entry(sheet: Sheet, body: Any, lines: Sequence[int]) -> Part:
    draft = ledger(sheet)
    poster, address = _poster(sheet, body, lines)
    subject = _subject(sheet, draft, body, poster)
    fiction_tags = _extras(sheet, draft, body)
    journal_rows.put_currents(draft, lines, poster)
    hints = Hints(
        frozenset({titles.squash(subject or "")}) - {""}, sheet.site_names, sheet.url
    )  # fmt: skip
    _put_steps(sheet, draft, lines)
    prose = (
        read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=False)
        if lines
        else []
    )
    prose = own_gaps(sheet, body, prose)  # comments have a measure of their own
    if _lists(sheet, lines):
        return _read_list(sheet, listed=True)
    why = _why(draft, prose, subject, fiction_tags)
    if poster:
        draft.add_authors((poster,), "markup", poster, url=address, place="poster", confidence=0.8)
    _date(sheet, draft, body, lines)
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
    found = _links(sheet, body)
    told = _recommends(prose)
    if told or not why:
        return settle.plain_part(
            sheet, "not_story", told or "an entry that nothing calls a story", engine=NAME,
            version=VERSION, links=found, title=subject,
        )  # fmt: skip
    return settle.to_part(
        draft, sheet, prose, engine=NAME, version=VERSION, links=found, reason=f"an entry: {why}",
        file_name_titles=False, labels_first=True,
    )  # fmt: skip


def _recommends(prose: list[Block]) -> str:
    """Return how an entry shows that it is about a story that stands elsewhere, "" where not."""
    label = outcomes.recommends("\n".join(each.text for each in prose), outcomes.size_of(prose))
    return f"an entry that recommends a story: {label!r}" if label else ""


def _why(draft: Draft, prose: list[Block], subject: str | None, tags: list[str]) -> str:
    """Return what says that an entry is a story; "" where nothing does."""
    texts = [block.text for block in prose if block.kind not in {"break", "heading"}]
    size = outcomes.size_of(prose)
    if not texts or size < 40:
        return ""
    if draft.disclaimers or any(tag.kind != "keyword" for tag in draft.tags):
        return "it has a story's header"
    if draft.position is not None:
        return "it is a part of several"
    if _FIC.search(subject or "") or any(_FIC.search(tag) for tag in tags):
        return "its subject or a tag calls it one"
    spoken = outcomes.dialogue_lines(texts)
    if spoken and spoken >= _SAID * len(texts) and size >= 60:
        return "people speak in it"
    told = spoken and size >= _TOLD and outcomes.is_narrated(texts)
    if told:
        return "it is told of others, who speak"
    parted = spoken and size >= _TOLD and any(block.kind == "break" for block in prose)
    talked = any(
        voice.speaks_to_reader(text) for text in [*texts[:1], *(n.text for n in draft.notes)]
    )
    return "the author says so, and scenes are parted in it" if parted and talked else ""


def _put_steps(sheet: Sheet, draft: Draft, lines: Sequence[int]) -> None:
    """Put rows at the end of an entry that only lead to another part of it into the chrome."""
    for index in reversed(lines):
        line = draft.lines[index]
        if line.blank or line.is_break or draft.bins[index]:
            continue
        if line.linked < _ALL or len(line.bare) > _STEP or not _PART.match(line.bare):
            return
        draft.put(index, "chrome")


def _lists(sheet: Sheet, lines: Sequence[int]) -> bool:
    """True for an entry that lists others: most of its rows open with a link to one."""
    shown = [sheet.lines[index] for index in lines if not sheet.lines[index].blank]
    here = urls.split(sheet.url).path
    opened = sum(
        any(
            mark.kind == "link"
            and mark.start <= _OPENING
            and "://" in mark.value
            and _ENTRY.search(path := urls.split(mark.value).path)
            and path != here
            for mark in line.marks
        )
        for line in shown
    )
    return opened >= _LISTED and opened >= 0.4 * len(shown)


def _poster(sheet: Sheet, body: Any, lines: Sequence[int]) -> tuple[str | None, str | None]:
    """Return the name and address of who posted the entry: it may be a community's member."""
    inside = frozenset(body.iter())
    users = [
        each for each in sheet.by_class("ljuser") if each not in inside and not _is_comment(each)
    ]
    near = [each for name in _POSTERS for each in sheet.by_class(name) if not _is_comment(each)]
    for each in [*(user for box in near for user in having(box, "ljuser")), *near, *users]:
        name = each.get("lj:user") or each.get("data-user") or _name_in(each)
        if name:
            link = next(links(each), None)
            return name, urls.join(sheet.base_url, link.get("href")) if link is not None else None
    for each in having(body, "ljuser")[:1]:
        name = each.get("lj:user") or _name_in(each)
        top = next((sheet.lines[at] for at in sheet.inside(body) if sheet.lines[at].text), None)
        if name and top is not None and top.bare.rstrip(":") == name:
            return name, None
    above = journal_rows.posted_above(sheet, lines[0])[0] if lines else None
    if above is not None:
        return above, None
    if sheet.url.startswith(whereabouts.STAND_IN):
        answered = (each.url for each in sheet.anchors if journal_rows.is_answer(each.url))
        return _owner(next(answered, ""))
    return _owner(sheet.url)


def _name_in(element: Any) -> str | None:
    """Return the name of a user's link: it is one word, not "Profile" or "Previous entry"."""
    words = [flat(each) for each in element.iter("a", "b") if flat(each)]
    named = next((each for each in words if re.fullmatch(r"[\w-]{2,40}", each)), None)
    return named if "ljuser" in classes(element) or element.tag == "a" else None


def _owner(url: str) -> tuple[str | None, str | None]:
    """Return whose journal an address is in: "ada" of ada.livejournal.com and of /users/ada/."""
    if "://" not in url:
        return None, None
    path = urls.split(url).path
    if found := re.match(r"/(?:users/|~)([\w-]+)/", path):
        return found[1], f"{urls.origin(url)}{found[0]}"
    name = urls.hostname(url).split(".")[0]
    if name in {"www", "community", "users", "syndicated"} or urls.hostname(url).count(".") < 2:
        return None, None
    return name.replace("-", "_"), f"{urls.origin(url)}/"


def _subject(sheet: Sheet, draft: Draft, body: Any, poster: str | None) -> str | None:
    """Read the entry's subject: an element of its own, or `<title>` but for the journal."""
    journal = {titles.squash(each) for each in (poster, _owner(sheet.url)[0]) if each}
    for name in _SUBJECTS:
        named = sheet.by_id(name)
        for each in [*sheet.by_class(name), *([named] if named is not None else [])]:
            text = flat(each)
            if not text or len(text) > _SUBJECT or _is_comment(each) or each is body:
                continue
            text = journal_rows.without_hour(text)
            draft.found("title", _tidy_subject(text), "markup", text, place=name)
            for index in sheet.inside(each):
                draft.found("fields", draft.lines[index].bare, "markup", place=name)
                draft.put(index, "field")
            return text
    if shown := journal_rows.subject_in(sheet, poster):
        draft.found("title", _tidy_subject(shown), "title_tag", sheet.title_tag, place="title")
        return shown
    text = (
        re.sub(r"\s+[-—–|]\s+\w+\s*$", "", sheet.title_tag)
        if _SITE.search(sheet.title_tag)
        else sheet.title_tag
    )
    before, _, rest = text.partition(": ")
    value = rest if titles.squash(before) in journal or not _owner(sheet.url)[0] else text
    if rest and titles.squash(text.rpartition(": ")[2]) in journal:
        value = text.rpartition(": ")[0]
    value = value.strip()
    if not value or titles.squash(value) in journal or not rest:
        return None
    draft.found("title", _tidy_subject(value), "title_tag", sheet.title_tag, place="title")
    return value


def _tidy_subject(text: str) -> str:
    """Return a subject without "Fic:" and without the fandom and rating in brackets behind it."""
    bare = _ANNOUNCED.sub("", text)
    if bare != text:  # what is told of whom stands behind it
        bare = _OF_WHAT.sub("", bare) or bare
    return _RATED.sub("", bare) or bare


def _extras(sheet: Sheet, draft: Draft, body: Any) -> list[str]:
    """Put moods, menus and tags into their bins; return the tags."""
    for each in classed(body, _EXTRAS):
        for index in sheet.inside(each):
            if not draft.bins[index]:
                draft.put(index, "chrome")
    for box in body.iter("table", "ul", "dl"):
        # Boxes nest as deep as a page likes: only what each begins with is looked at.
        if _CURRENT.match(" ".join("".join(islice(box.itertext(), _FIRST)).split())):
            for index in sheet.inside(box):
                draft.put(index, "chrome")
    for index in sheet.inside(body):
        line = draft.lines[index]
        if line.text[:10] == "View Poll:" and any(_POLL.search(url) for url, _ in line.links()):
            draft.put(index, "chrome")
    found = [each for name in _TAGS for box in sheet.by_class(name) for each in links(box)]
    found += [
        a.element for a in sheet.anchors if re.search(r"[/?&]tag[/=]", a.url) or a.rel == "tag"
    ]
    names = [flat(each) for each in found if flat(each) and not _is_comment(each)]
    return list(dict.fromkeys(names))


def _date(sheet: Sheet, draft: Draft, body: Any, lines: Sequence[int]) -> None:
    inside = frozenset(body.iter())
    stamps = [
        each
        for each in sheet.root.iter("time", "abbr")
        if each.get("datetime") or each.get("title")
    ]
    for each in [*(e for name in _DATES for e in sheet.by_class(name)), *stamps]:
        said = each.get("datetime") or flat(each) or each.get("title") or ""
        if _is_comment(each) or (each in inside and "contents" not in classes(body)):
            continue
        if date := dates.read_date(said, day_first=draft.day_first):
            draft.published = draft.published or date
            draft.found("published", date.value, "markup", said, place="entry's date")
            return
    stamp = journal_rows.posted_above(sheet, lines[0])[1] if lines else ""
    if stamp and (date := dates.read_date(stamp, day_first=draft.day_first)):
        draft.published = draft.published or date
        draft.found("published", date.value, "position", stamp, place="entry's date")


# ---------------------------------------------------------------- links and lists


def _outside(anchor: Anchor) -> LinkKind | None:
    """Return the kind of a link outside of the text: neighbours in a journal are no chapters."""
    if _SPURNED.search(anchor.url) or "#" in (anchor.element.get("href") or "")[:1]:
        return "ignore"
    return "link" if _ENTRY.search(urls.split(anchor.url).path) else None


def _links(sheet: Sheet, body: Any) -> tuple[Link, ...]:
    inside = frozenset(body.iter("a"))
    here = urls.host(sheet.url) if "://" in sheet.url else ""
    split = urls.split(sheet.url)

    def classify(anchor: Anchor) -> LinkKind | None:
        at = urls.split(anchor.url)
        if at.query == "format=light" and at.path == split.path:
            return "alias"
        if anchor.element not in inside:
            return _outside(anchor)
        is_part = _ENTRY.search(at.path) and urls.host(anchor.url) == here and at.path != split.path
        if is_part and _PART.match(anchor.text):
            return "chapter"
        return "ignore" if _SPURNED.search(anchor.url) else "link"

    found = linking.collect(sheet, classify)
    bare = sheet.url.split("?")[0]
    stated = any(link.kind == "canonical" for link in found)
    if split.query and _ENTRY.search(split.path) and not stated:
        found += (Link(bare, "", "canonical"),)
    return found


def _read_list(sheet: Sheet, *, listed: bool = False) -> Part:
    """Return the part of a page of several entries: an index of those that have subjects.

    *listed* says that it is one entry with a list of others.
    """
    entries: dict[str, tuple[str, str | None]] = {}
    owner = _owner(sheet.url)[0]
    for name in _SUBJECTS:
        for each in sheet.by_class(name):
            inside = [each] if each.tag == "a" else list(links(each))
            above = each.getparent()
            inside += [above] if above is not None and above.tag == "a" else []
            for link in inside:
                address = urls.join(sheet.base_url, link.get("href") or "")
                if address and _ENTRY.search(urls.split(address).path) and flat(each):
                    box = next(
                        (b for b in islice(each.iterancestors(), 4) if having(b, "ljuser")), None
                    )
                    user = flat(first(box, "ljuser")) if box is not None else ""
                    entries.setdefault(address.split("#")[0], (flat(each), user or owner))
    found = linking.with_entries(linking.collect(sheet, _outside), entries)
    why = "an entry that lists others" if listed else f"a page of {len(_bodies(sheet))} entries"
    lists = re.compile(r"[?&]skip=|/tag/|/\d{4}/(?:\d\d/)?(?:\d\d/)?$")
    return settle.plain_part(
        sheet, "index", why, engine=NAME, version=VERSION,
        links=tuple(
            replace(link, kind="index") if link.kind == "link" and lists.search(link.url) else link
            for link in found
        ),
    )  # fmt: skip
