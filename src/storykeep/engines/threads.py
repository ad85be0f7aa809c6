"""What forums have in common: a thread is cut into posts, and some of them may be a story.

Which posts they are is decided by what the page shows: threadmarks before all; else the forum's
name, the header of the first post, and who started the thread. A thread that shows nothing of the
kind is a discussion. Each story post is a section of its page with the site's own id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from storykeep.engines import linking, outcomes, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.dom import classed, classes, first, outermost
from storykeep.engines.linking import Classify
from storykeep.engines.sheet import Sheet
from storykeep.engines.spacing import own_gaps
from storykeep.header import (
    Draft,
    Hints,
    byline,
    dates,
    disclaimer,
    numbers,
    titles,
    voice,
)
from storykeep.header.labels import read_label
from storykeep.model import Block, Date, Part, Section
from storykeep.patterns import lazy

# Marks of threads for what is not told: the story's own list of characters, pictures, rules.
_SIGNATURE, _SIGNATURE_RULE = 10, "_" * 17  # its lines, and what phpBB 2 draws above it
_NO_STORY = lazy(r"\b(?:information\w*|media|staff|index|rules|art|meta|voting|links?)\b", re.I)
_SIDE = lazy(r"\b(?:omake|apocrypha|side\s?stor\w+|snippets?|extras?|non-?canon|guest)\b", re.I)
_FICTION = lazy(
    r"\b(?:fan\s?-?fic\w*|fics?|ficlets?|drabbles?|fiction|stor(?:y|ies)|creative writing|"
    r"writings?|writers?|quests?|prose|novels?|shorts|flash|tales?|literature|library|fanworks?|snippets?|one-?shots?|"
    r"cross-?overs?|rp|role-?play\w*)\b",
    re.IGNORECASE,
)
_NO_FICTION = lazy(
    r"\b(?:discussion|discuss\w*|ideas?|recs?|recommend\w*|help|news|reviews?|non-?fiction|requests?|"
    r"questions?|support|talk|chat|critique|advice|resources?|announcements?|rules|contests?|"
    r"philosophy|politics|off-?topic|general)\b",
    re.IGNORECASE,
)
# What a writer puts beside a title; "(fic)" tells more than "my fic" in a question.
_TITLED = lazy(
    r"[\[({]\s*(?:[^\])}]{0,30}\b)?(?:fan\s?-?fic\w*|fics?|ficlet|drabble|one-?\s?shot|oneshot|"
    r"(?:original|short|flash)\s+(?:fiction|story)|short|quest|wip|complete|chapters?\s+\d+[^\])}]{0,12})"
    r"\s*[\])}]|\b(?:one-?shot|ficlet|drabble|fan\s?-?fic(?:tion)?)\s*$|"
    r"\b(?:a|an)\s+(?:[\w'-]+\s+){0,3}(?:fan\s?-?fic(?:tion)?|ficlet|drabble|one-?shot)\b",
    re.IGNORECASE,
)
_BESIDE = lazy(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")  # "(PG, complete)" beside a title
# "(complete)", "(PG)", "[WIP]" behind a title.
_STATED = lazy(
    r"\s*[(\[]\s*(?:(?:now\s+)?complete[d]?|finished|wip|in progress|one-?\s?shot|fic|gen|slash|"
    r"rated\s+)?\W*(?:G|PG|PG-?1[35]|R|NC-?17|K\+?|T|M|MA|1?\d/\d{1,2})?\W*"
    r"(?:(?:now\s+)?complete[d]?|finished|wip|in progress|one-?\s?shot)?\s*[)\]]\s*$",
    re.IGNORECASE,
)
_LONG = 400  # words: a first post as long as that, mostly speech and narration, is a story
_SPOKEN = 0.25  # of its paragraphs
_ASIDES = 0.1  # of them may speak to the reader
_HEADER = frozenset(
    {"title", "rating", "pairing", "fandom", "disclaimer", "summary", "warning", "spoiler", "genre"}
)
_ADDED = frozenset((  # what the software puts into a post, by class
    "dice_container", "bbCodeBlock-expandLink", "bbCodeBlock-shrinkLink", "quoteExpand",
    "attachedFiles", "attachments", "attachbox", "attachment", "message-signature", "signature",
    "signaturecontainer", "editDate", "message-lastEdit", "lastedited", "postedit", "edited-text",
    "likesSummary", "reactionsBar", "noticeContent", "messageNotices", "js-unfurl",
    "bbcode_description", "b-post-attachments", "quote-expand", "edit", "ipsComment_meta",
    "ipsItemControls",
))  # fmt: skip
_QUOTES = frozenset(
    {
        "bbCodeQuote", "bbCodeBlock--quote", "bbcode_quote", "quotecontent", "quotewrapper",
        "bbc_standard_quote", "bbc_alternate_quote", "quotemain", "ipsQuote", "ipsBlockquote",
        "quote",
    }
)  # fmt: skip
_QUOTE_HEADS = frozenset({"quotetitle", "quoteheader", "quotetop"})
_QUOTED = 4  # quotations in quotations that are looked into
_SAYS = lazy(
    r"^\W*(?:quote|zitat)\s*(?:(?:from|von)\s*:?\s*|\(\s*)(?P<quoted>[^\n@)]{1,60}?)\s*"
    r"(?:@|\)|\bon\b|\bam\b|$)|"
    r"^\W*(?:quote\W+)?(?:originally posted by\W+)?(?P<name>[^:\n]{1,60}?)\s*"
    r"(?:said|wrote|schrieb|a écrit|posted)?\s*:|originally posted by\s+(?P<poster>[^\n]{1,60})",
    re.IGNORECASE,
)
_POST_LINK = lazy(r"(?:goto/post|showpost|/posts?/|[?&#]p(?:ost)?[=-]?)\d*|#post", re.IGNORECASE)
_CHAPTER_POST = 150  # words: a shorter post of the writer's is an answer to readers
_SOME, _MOST = 3, 4  # paragraphs of such a post, without and with a word to readers at its ends
_SHORT_STORY = 60  # with a header, a title or a chapter number above it


@dataclass(frozen=True)
class Post:
    """One post: the site's id, who wrote what, and what the thread's keeper calls it."""

    id: str  # "post-123"
    body: Any  # the element of what its writer wrote
    author: str
    author_url: str | None = None
    date: str = ""  # as the page says it
    heading: str | None = None  # its threadmark, or a subject of its own
    mark: str | None = None  # the kind of its threadmark ("Threadmarks", "Omake"); None without one
    number: int | None = None  # in its thread, from 1
    around: frozenset[int] = frozenset()  # lines in its element that the software has written


@dataclass(frozen=True)
class Thread:
    """One page of a thread, whatever the software."""

    software: str
    work_id: str
    title: str | None
    posts: tuple[Post, ...]
    starter: str | None = None
    opens: bool = False  # the first post of the page is that of the thread
    trail: tuple[str, ...] = ()  # the names of the forums that it is in, from the outside in
    marked: bool = False  # the thread has threadmarks, on this page or on others
    tags: tuple[str, ...] = ()
    named: Sequence[Any] = field(default=())  # the elements of title and starter


@dataclass(frozen=True)
class _Choice:
    posts: tuple[Post, ...]
    reason: str
    warnings: tuple[str, ...] = ()


def _told_apart(posts: Sequence[Post]) -> tuple[Post, ...]:
    """Return the posts with a number behind an id that another has already: a skin, or a hand, may
    have given all of them the first one's."""
    seen: Counter[str] = Counter()
    apart = []
    for post in posts:
        seen[post.id] += 1
        count = seen[post.id]
        apart.append(post if count == 1 else replace(post, id=f"{post.id}.{count}"))
    return tuple(apart)


def read(
    sheet: Sheet,
    thread: Thread,
    *,
    engine: str,
    version: int,
    classify: Classify | None = None,
) -> Part:
    """Return the part of a thread's page: its story posts as sections, all else as chrome."""
    links = linking.collect(sheet, classify)
    thread = replace(thread, posts=_told_apart(thread.posts))
    cuts = {post.id: _trimmings(sheet, thread, post) for post in thread.posts}
    chosen = _choose(sheet, thread, cuts)
    if not chosen.posts:
        return replace(
            settle.plain_part(
                sheet, "not_story", chosen.reason, engine=engine, version=version, links=links,
                title=thread.title, work_id=thread.work_id,
            ),
            warnings=sheet.warnings + chosen.warnings,
        )  # fmt: skip
    draft = ledger(sheet)
    prose, sections = _read_posts(sheet, thread, chosen.posts, cuts, draft)
    _say_the_rest(sheet, thread, draft)
    if not sections:
        return settle.plain_part(
            sheet, "not_story", "the posts hold no text of a story", engine=engine, version=version,
            links=links, title=thread.title, work_id=thread.work_id,
        )  # fmt: skip
    part = settle.to_part(
        draft, sheet, prose, engine=engine, version=version, reason=chosen.reason, links=links,
        work_id=thread.work_id, file_name_titles=False, warnings=chosen.warnings,
    )  # fmt: skip
    said = [each.published for each in sections if each.published]
    return replace(
        part,
        position=None,
        of=None,
        chapter_title=sections[0].title if len(sections) == 1 else None,
        published=part.published or (said[0] if said else None),
        updated=part.updated or (said[-1] if said else None),
        sections=tuple(sections),
    )


# ---------------------------------------------------------------- which posts are story


def _choose(sheet: Sheet, thread: Thread, cuts: dict[str, frozenset[int]]) -> _Choice:
    if any(post.mark is not None for post in thread.posts):
        return _marked(thread)
    if thread.marked:
        return _Choice((), f"a {thread.software} thread: no post on this page has a threadmark")
    writer, doubt = _writer(sheet, thread, cuts)
    if writer is None:
        return _Choice((), f"a {thread.software} thread: the page does not say who began it")
    own = tuple(
        post
        for post in thread.posts
        if post.author == writer
        and _is_told(sheet, post, cuts[post.id], opens=_opens(thread, post))
    )
    why = _is_fiction(sheet, thread, own, cuts)
    if not why:
        where = f" in {thread.trail[-1]!r}" if thread.trail else ""
        return _Choice((), f"a {thread.software} thread{where}: nothing says that it is fiction")
    if not own:
        return _Choice((), f"a {thread.software} thread: {writer!r} tells nothing on this page")
    return _Choice(own, f"{why}; {len(own)} of {len(thread.posts)} posts are {writer!r}'s", doubt)


def _marked(thread: Thread) -> _Choice:
    """Choose by threadmarks: side stories count where they are by whom the story is by."""
    told = [post for post in thread.posts if post.mark and not _NO_STORY.search(post.mark)]
    main = [post for post in told if not _SIDE.search(post.mark or "")]
    owners = {post.author for post in main} | ({thread.starter} if thread.starter else set())
    chosen = [post for post in told if post in main or post.author in owners]
    left = [post for post in thread.posts if post.mark is not None and post not in chosen]
    warnings = tuple(
        f"{post.id} is marked {post.mark}: {post.heading or 'untitled'}, by {post.author}; "
        "it is not part of the story"
        for post in left
    )
    reason = f"{len(chosen)} of {len(thread.posts)} posts have a threadmark of the story"
    return _Choice(tuple(chosen), reason, warnings)


def _opens(thread: Thread, post: Post) -> bool:
    return thread.opens and post is thread.posts[0]


def _writer(
    sheet: Sheet, thread: Thread, cuts: dict[str, frozenset[int]]
) -> tuple[str | None, tuple[str, ...]]:
    """Return whose thread it is; where the page does not say, who alone tells at length."""
    if thread.starter:
        return thread.starter, ()
    if thread.opens:
        return thread.posts[0].author or None, ()
    told = {
        post.author for post in thread.posts if _is_told(sheet, post, cuts[post.id], opens=False)
    }
    if len(told) != 1 or "" in told:
        return None, ()
    (writer,) = told
    return writer, (
        f"the page does not say who began the thread: {writer!r} alone tells at length",
    )


def _is_fiction(
    sheet: Sheet, thread: Thread, own: Sequence[Post], cuts: dict[str, frozenset[int]]
) -> str:
    """Return what says that a thread is fiction; "" where nothing does."""
    for name in reversed(thread.trail[-2:]):
        if _FICTION.search(name) and not _NO_FICTION.search(name):
            return f"its forum is called {name!r}"
    if own and _TITLED.search(thread.title or "") and not _NO_FICTION.search(thread.title or ""):
        return f"it is called {thread.title!r}"
    for post in own[:1]:
        named = set()
        for index in _shown(sheet, post, cuts[post.id])[:40]:
            label = read_label(sheet.lines[index].text)
            if label is not None:
                named.add(label.name)
        if len(named & _HEADER) >= 2:
            return f"{post.id} has a story's header"
        shown = _shown(sheet, post, cuts[post.id])
        if _opens(thread, post) and _is_disowned(sheet, shown):
            return f"{post.id} opens with a disclaimer"
        if _opens(thread, post) and _reads_like_one(sheet, shown):
            return f"{post.id} reads like a story"
    return ""


def _is_disowned(sheet: Sheet, shown: Sequence[int]) -> bool:
    """True where a text in which people speak begins with whose its characters are."""
    if not shown or not disclaimer.opens_with_disclaimer(sheet.lines[shown[0]].bare, set_off=True):
        return False
    return outcomes.speech_lines([sheet.lines[index].text for index in shown]) >= 2


def _reads_like_one(sheet: Sheet, shown: Sequence[int]) -> bool:
    """True for a long text of speech and narration that is spoken to no reader."""
    texts = [sheet.lines[index].text for index in shown]
    long = sum(sheet.sizes[index] for index in shown) >= _LONG
    if not long or sum(map(voice.speaks_to_reader, texts)) > _ASIDES * len(texts):
        return False
    return outcomes.speech_lines(texts) >= _SPOKEN * len(texts)


def _is_told(sheet: Sheet, post: Post, cut: frozenset[int], *, opens: bool) -> bool:
    """True for a post that tells a story at some length, and does not answer others."""
    shown = _shown(sheet, post, cut)
    size = sum(sheet.sizes[index] for index in shown)
    if size < _SHORT_STORY or size < sum(sheet.sizes[index] for index in cut):
        return False
    texts = [sheet.lines[index].text for index in shown]
    part = numbers.read_part(texts[0]) if texts else None
    headed = part is not None and part.start == 0
    asides, spoken = sum(map(voice.speaks_to_reader, texts)), outcomes.speech_lines(texts)
    if size < _CHAPTER_POST and not (opens or headed or _is_short_part(texts)):
        return False
    return headed or asides <= 0.5 * len(texts) or spoken >= 0.2 * len(texts)


def _is_short_part(texts: Sequence[str]) -> bool:
    """True where people speak in a short post, and nobody to the readers but at its ends."""
    told = list(texts)
    while told and voice.speaks_to_reader(told[-1]):
        told.pop()
    while told and voice.speaks_to_reader(told[0]):
        del told[0]
    whole = len(told) == len(texts)
    if len(told) < (_SOME if whole else _MOST) or any(map(voice.speaks_to_reader, told)):
        return False
    # Who thanks for one remark quotes it; a part that ends in thanks has people answer each other.
    return outcomes.speech_lines(told) > 0 if whole else outcomes.dialogue_lines(told) > 1


# ---------------------------------------------------------------- what is not the writer's


def _shown(sheet: Sheet, post: Post, cut: frozenset[int]) -> list[int]:
    inside = sheet.inside(post.body)
    return [index for index in inside if index not in cut and not sheet.lines[index].blank]


def _signature(sheet: Sheet, post: Post) -> list[int]:
    """Return the lines of a signature that phpBB 2 puts below the rule that it draws, within the
    post's own text."""
    inside = sheet.inside(post.body)
    for place in range(max(len(inside) - _SIGNATURE, 1), len(inside)):
        if sheet.lines[inside[place]].bare == _SIGNATURE_RULE:
            return inside[place:]
    return []


def _trimmings(sheet: Sheet, thread: Thread, post: Post) -> frozenset[int]:
    """Return the lines of a post that its writer did not tell: rolls, buttons, quoted posts."""
    found: set[int] = set(post.around)
    found.update(_signature(sheet, post))
    for element in classed(post.body, _ADDED):
        found.update(sheet.inside(element))
    for element in post.body.iter("span"):
        if "postbody" in classes(element) and (element.text or "").strip().startswith("_____"):
            found.update(sheet.inside(element))  # a signature in the cell of the text
    names = {each.author.casefold() for each in thread.posts}
    waiting = _quotations(post.body)
    for _ in range(_QUOTED):
        deeper: list[Any] = []
        for element in waiting:
            if _quotes_a_post(element, names):
                found.update(sheet.inside(element))
                found.update(_title_of(sheet, element))
            else:
                deeper += _quotations(element)
        waiting = deeper
    return frozenset(found)


def _quotations(element: Any) -> list[Any]:
    inside = (each for each in element.iter() if each is not element)
    return outermost(each for each in inside if each.tag == "blockquote" or classes(each) & _QUOTES)


def _quotes_a_post(element: Any, names: set[str]) -> bool:
    """True where a quotation names its post or a poster: a writer's own quotations name neither."""
    if "quotecontent" in classes(element):
        return True
    if (element.get("data-source") or "").startswith("post"):
        return True
    said = element.get("data-author") or element.get("data-quote") or ""
    if said and said.casefold() in names:
        return True
    head = first(element, "attribution", "bbCodeBlock-title", "bbcode_postedby", "quote-author")
    if head is None:
        head = next(element.iter("cite"), None)
    if head is None:
        above = element.getprevious()
        head = above if above is not None and classes(above) & _QUOTE_HEADS else None
    if head is None:
        return False
    if any(_POST_LINK.search(each.get("href") or "") for each in head.iter("a")):
        return True
    found = _SAYS.search(" ".join("".join(head.itertext()).split()))
    name = (found["quoted"] or found["name"] or found["poster"] or "") if found else ""
    return name.strip().casefold() in names


def _title_of(sheet: Sheet, element: Any) -> list[int]:
    """Return the lines of "X wrote:" where it stands in a box above the quotation."""
    above = element.getprevious()
    return sheet.inside(above) if above is not None and classes(above) & _QUOTE_HEADS else []


# ---------------------------------------------------------------- reading


def _read_posts(
    sheet: Sheet,
    thread: Thread,
    posts: Sequence[Post],
    cuts: dict[str, frozenset[int]],
    draft: Draft,
) -> tuple[list[Block], list[Section]]:
    if thread.title:
        named = _STATED.sub("", thread.title) or thread.title
        draft.found("title", named, "markup", thread.title, place="thread", confidence=1.0)
    prose: list[Block] = []
    sections: list[Section] = []
    for post in posts:
        opens = _opens(thread, post)
        if not opens:
            _sign(draft, posts, post)
        text = _read_post(sheet, thread, post, cuts[post.id], draft, opens=opens)
        if opens:
            _sign(draft, posts, post)
        if text is not None:
            blocks, section = text
            start = len(prose)
            prose += blocks
            sections.append(replace(section, start=start, end=len(prose)))
    return prose, sections


def _sign(draft: Draft, posts: Sequence[Post], post: Post) -> None:
    """Take the poster for the author: whom the first post itself names goes before."""
    main = [each for each in posts if each.mark is None or not _SIDE.search(each.mark)] or posts
    if post in main:
        known = {author.name for author in draft.authors}
        named = draft.evidence.get("authors", ())
        by_post = all(each.place.startswith("post-") for each in named)
        draft.found("authors", post.author, "markup", post.author, place=post.id)
        if post.author and post.author not in known and by_post:
            draft.authors += byline.authors((post.author,), post.author_url)


def _read_post(
    sheet: Sheet, thread: Thread, post: Post, cut: frozenset[int], draft: Draft, *, opens: bool
) -> tuple[list[Block], Section] | None:
    lines = sheet.inside(post.body)
    if not lines:
        return None
    for index in cut:
        draft.put(index, "chrome")
    for index in set(range(lines[0], lines[-1])) - set(lines):
        draft.put(index, "chrome")  # what is hidden in a post may stand before what is above it
    named = (thread.title or "", _BESIDE.sub("", thread.title or ""))
    hints = Hints(
        frozenset(map(titles.squash, named)) - {""}, sheet.site_names, sheet.url,
        chapters=frozenset({titles.squash(post.heading or "")}) - {""}, strict=True,
    )  # fmt: skip
    known, noted = len(draft.evidence.get("title", ())), len(draft.notes)
    blocks = read_region(draft, sheet.blocks, lines[0], lines[-1] + 1, hints, footer=False)
    blocks = own_gaps(sheet, post.body, blocks)
    heading = post.heading or draft.chapter_title
    if not opens:
        # A later post that names a title names its chapter's.
        later = draft.evidence.get("title", [])[known:]
        del draft.evidence.get("title", [])[known:]
        for each in later:
            heading = heading or each.value
            draft.evidence.setdefault("chapter_title", []).append(each)
    if heading:
        draft.found("chapter_title", heading, "markup", heading, place=post.id)
    draft.chapter_title = draft.position = draft.of = None
    notes = tuple(draft.notes[noted:])
    if not any(block.kind != "break" for block in blocks):
        return None
    return blocks, Section(post.id, 0, 0, heading, notes, _date(draft, post))


def _date(draft: Draft, post: Post) -> Date | None:
    date = dates.read_date(post.date, day_first=draft.day_first) if post.date else None
    if date is not None:
        draft.found("published", date.value, "markup", post.date, place=post.id)
    return date


def _say_the_rest(sheet: Sheet, thread: Thread, draft: Draft) -> None:
    for element in thread.named:
        for index in sheet.inside(element):
            line = draft.lines[index]
            if not draft.bins[index] and not line.blank:
                draft.found("fields", line.bare, "markup", line.bare, place="thread")
                draft.put(index, "field")
    for tag in thread.tags:
        draft.add_tag("keyword", tag)
        draft.found("tags", tag, "markup", tag, place="thread tags")
    for index, line in enumerate(draft.lines):
        if not draft.bins[index] and not line.blank:
            draft.put(index, "chrome")
