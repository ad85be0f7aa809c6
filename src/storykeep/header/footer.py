"""The foot of a page: the site's own lines below a story, and the readers' comments."""

from __future__ import annotations

import re

from storykeep.header import diction, disclaimer, numbers, titles, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import Line, is_within, label_of, words
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_small

# The heading of the readers' comments in the usual journal software.
_COMMENTS = lazy(
    r"^this entry was posted on .{4,80}\bfiled under\b|"
    r"^(?:\d{1,4}|one|no)\s+(?:responses?|comments?|thoughts?|replies)\s+(?:to|on|for)\s+"
    r"[\"“«‘'].{1,120}[\"”»’']\W*$",
    re.IGNORECASE,
)
_COMMENT_SIGNS = frozenset("0123456789oOnNtT")  # no match begins with another
_COMMENT_BEGINS = ("this entry", "one", "no", *"0123456789")  # in small letters
# How a sentence may begin as well as the site's "Back to the archive" does.
_MAY_TELL = lazy(
    r"^(?:back|return|go|next|up|home|назад|вернуться|к|retour|zurück|volver|you|send|give|leave|"
    r"read|view|write|add|people|persons|souls|readers|visitors|feedback|comments?|this story|"
    r"print|counter|tell|rate|report|bookmark|jump|skip|contact|links?|"
    r"he|she|they|it|we|i|there|his|her|their|nobody|no one)\b",
    re.IGNORECASE,
)
_FEW = 12  # words
_TOLD = 0.25  # the share of the words that must be told before comments can begin
_SENTENCE_ENDS = tuple(".!?")
_LAST = 20  # lines among which small print is looked for
_SINCE = lazy(r"\bsince\b.{0,25}\b(?:19|20)\d\d\W*$", re.IGNORECASE)
_VISITS = lazy(r"^\W*$|\b(?:visit\w*|hits|people|persons|guests|readers|souls)\b", re.IGNORECASE)
_COUNTED = 8  # words
_RING = 30  # words
_HEADS_LINKS = lazy(r"\W*(?:(?:site|story|chapter|page)\s+)?navigation\W*", re.IGNORECASE)
# What a site's link to another part is behind: "Next:", "Immediately before, by Ada:".
_TO_PART = lazy(
    r"\W*(?:(?:immediately|directly|also)\s+)?(?:next|previous(?:ly)?|prev|before|earlier|after|later|"
    r"following|follows|continue[ds]?|concurrent(?:ly)?|meanwhile|first|last|up|index|contents)\b"
    r"[^:\n]{0,40}:\s*",
    re.IGNORECASE,
)
_SHARES = lazy(r"\W*share\s+(?:this(?:\s+\w+)?|on|via)\b[^.!?\"”]{0,60}", re.IGNORECASE)
_HEADS, _ROWS = 5, 3  # words of a heading, and rows of links below it
_LIST_HEADING = lazy(
    r"\W*(?:list of )?(?:chapters?|parts?|episodes?)(?: list| index)?\W*", re.IGNORECASE
)
_LISTED_PARTS, _LISTED_ROWS = 3, 60
_ROW_WORDS = 20  # of what stands in such a list, and below it
_NOTES = lazy(r"(?:^|[|·•]\s*)\d[\d,.]*\s+notes?(?:\s*[|·•]|$)")  # as Tumblr counts readers
_SIDE_BY_SIDE = lazy(r"\s*[|·•]\s*|(?<![\d\s])\s*/\s*(?!\d)|\s+[-–—]\s+")
_REVIEW = lazy(
    r"\W*(?:write|leave|post|submit|add|make|read|view|see)\s+(?:\w+\s+){0,2}reviews?\W*$",
    re.IGNORECASE,
)


def read_footer(draft: Draft, start: int, stop: int) -> int:
    """Put the site's own lines at the bottom into the chrome; return the line behind what is
    left."""
    index = _parts_below(draft, start, _comments_below(draft, start, stop))
    while index > start:
        line = draft.lines[index - 1]
        if draft.bins[index - 1]:
            index -= 1
            continue
        if line.blank or line.kind == "break" or (line.is_break and index < stop):
            index -= 1
            continue
        if not line.marks and diction.is_told(line.text):
            break
        small = index > stop - _LAST and _take_small_print(draft, index - 1)
        if not (small or _is_footer(draft, index - 1, start) or _is_above(draft, index, stop)):
            break
        index -= 1
    for taken in range(index, stop):
        if not draft.bins[taken]:
            draft.put(taken, "chrome")
    return index


def _comments_below(draft: Draft, start: int, stop: int) -> int:
    """Return the line at which readers' comments begin, *stop* where there are none.

    Nothing of the author's stands behind "2 Responses to ...".
    """
    total: int | None = None  # how many words there are; few pages have a line that asks for it
    passed, counted = 0, start
    texts = [line.text for line in draft.lines[start:stop]]
    for index in [at for at, text in enumerate(texts, start) if text[:1] in _COMMENT_SIGNS]:
        text = texts[index - start]
        if not text[:10].lower().startswith(_COMMENT_BEGINS) or not _COMMENTS.match(text[:300]):
            continue
        if total is None:
            total = sum(draft.sizes[start:stop])
        passed, counted = passed + sum(draft.sizes[counted:index]), index
        if passed >= _TOLD * total:
            return index
    return stop


def _parts_below(draft: Draft, start: int, stop: int) -> int:
    """Return the line at which a list of the story's parts begins below a text, *stop* where there
    is none: "Chapter 4", its name, "Chapter 5", its name, and no text between them."""
    first = max(start, stop - _LISTED_ROWS)
    lines = draft.lines
    rows = [at for at in range(first, stop) if lines[at].text.rstrip()[-1:].isdigit()]
    if len(rows) < _LISTED_PARTS:
        return stop
    parts = [
        (at, part.number)
        for at in rows
        if numbers.is_part_line(lines[at].bare) and (part := numbers.read_part(lines[at].bare))
    ]
    while len(parts) >= _LISTED_PARTS:
        counted = [number for _, number in parts]
        at = parts[0][0]
        if counted == list(range(counted[0], counted[0] + len(counted))) and all(
            words(line.text) <= _ROW_WORDS for line in lines[at:stop]
        ):
            above = next((each for each in range(at - 1, first, -1) if not lines[each].blank), at)
            return above if _LIST_HEADING.fullmatch(lines[above].bare) else at
        del parts[0]
    return stop


def _take_small_print(draft: Draft, index: int) -> bool:
    """Take a last paragraph in small print that gives the rights to somebody else."""
    line = draft.lines[index]
    if line.wrapped or not line.first or line.kind != "paragraph" or label_of(line):
        return False
    if not is_small(line.element):
        return False
    if not (
        disclaimer.opens_with_disclaimer(line.bare, set_off=True)
        or disclaimer.is_unaffiliated(line.bare)
    ):
        return False
    if disclaimer.is_of_a_site(line.bare):
        return False
    text = without_last_link(line)
    draft.add_disclaimer(text, None, "tail", line.bare, method="position")
    draft.put(index, "disclaimer")
    return True


def without_last_link(line: Line) -> str:
    """Return a notice without the way home behind its last sentence."""
    for mark in line.marks:
        before = line.text[: mark.start].rstrip()
        if mark.kind == "link" and mark.end == len(line.text) and before[-1:] in _SENTENCE_ENDS:
            return " ".join(before.split()) or line.bare
    return line.bare


def _is_footer(draft: Draft, index: int, start: int) -> bool:
    line = draft.lines[index]
    ruled = _rule_above(draft, index, start)
    if line.kind == "heading" and _heads_list(draft, index):
        return True
    if ruled and _HEADS_LINKS.fullmatch(line.bare):
        return True
    if line.kind == "heading" and line.linked < 0.5 and not (ruled and voice.is_site_voice(line)):
        return False
    if label_of(line) and line.linked < 0.6 and not (ruled and _heads_links(draft, index)):
        return False
    is_site = voice.is_site_voice(line)
    if (
        _is_counter(line)
        or _is_of_a_site(line)
        or (is_site and _is_lone_link(line))
        or (line.linked > 0.5 and _NOTES.search(line.bare) is not None)
        or _asks_for_reviews(line)
        or _heads_menu(draft, index)
        or (words(line.text) <= _COUNTED and _SHARES.fullmatch(line.bare) is not None)
        or (is_site and voice.is_menu(line))
    ):
        return True
    if ruled and _is_menu(line):
        return True
    if ruled and (_counts(line) or _heads_links(draft, index) or _is_address(line)):
        return True
    if ruled and (_leads_to_part(line) or _leads_on(line)):
        return True
    if not is_site or (not line.linked and is_within(draft.lines, index)):
        return False
    # "Home." and "Next" may be how a story ends: without a link or a rule above, they are prose.
    if any(m.kind in {"link", "image"} for m in line.marks):
        return True
    if line.bare[:1] == "©":
        return True
    tells = words(line.text) > 3 and _MAY_TELL.match(line.bare) is not None
    if ruled:
        return not (tells and line.bare[-1] in ".!?…")
    return words(line.text) > 3 and not tells


def _is_above(draft: Draft, index: int, stop: int) -> bool:
    """True for a stock phrase right above the site's own line at *index*, in one block with it."""
    if index >= stop or draft.bins[index]:
        return False
    line, below = draft.lines[index - 1], draft.lines[index]
    return line.block == below.block and not line.wrapped and voice.is_site_voice(line)


def _is_of_a_site(line: Line) -> bool:
    """True for a short line with a link that says whose a site is: a web ring's, mostly."""
    return (
        words(line.text) <= _RING
        and any(mark.kind == "link" for mark in line.marks)
        and disclaimer.is_of_a_site(line.bare)
    )


def _is_counter(line: Line) -> bool:
    """True for the few words beside a picture that is called a counter: "visits"."""
    return (
        any(mark.kind == "image" and "count" in mark.value.lower() for mark in line.marks)
        and words(line.text) <= _COUNTED
        and _VISITS.search(line.bare) is not None
    )


def _counts(line: Line) -> bool:
    """True for the words beside the picture of a counter: "hits since May 1999"."""
    return (
        any(mark.kind == "image" for mark in line.marks)
        and words(line.text) <= 12
        and _SINCE.search(line.bare) is not None
    )


def _heads_links(draft: Draft, index: int) -> bool:
    """True for "Other stories:" above nothing but the site's links."""
    line = draft.lines[index]
    if line.bare[-1:] != ":" or words(line.text) > 5:
        return False
    below = next((each for each in draft.lines[index + 1 :] if not each.blank), None)
    return below is not None and below.linked >= 0.95 and below.block != line.block


def _heads_menu(draft: Draft, index: int) -> bool:
    """True for "Other stories:" above a row of links, without a rule as well."""
    if not draft.lines[index].bare.endswith(":") or not _heads_links(draft, index):
        return False
    below = next(each for each in draft.lines[index + 1 :] if not each.blank)
    return len(below.links()) > 1


def _heads_list(draft: Draft, index: int) -> bool:
    """True for a few words in large type above rows of nothing but links to other pages."""
    if words(draft.lines[index].text) > _HEADS:
        return False
    below = [line for line in draft.lines[index + 1 :] if not line.blank][:_ROWS]
    return len(below) == _ROWS and all(line.linked >= 0.95 for line in below)


def _leads_to_part(line: Line) -> bool:
    """True for "Previously: A Week of Rain", whose second half is a link."""
    if not line.marks or ":" not in line.text:
        return False
    named = _TO_PART.match(line.text)
    if named is None:
        return False
    links = [mark for mark in line.marks if mark.kind == "link"]
    shown = sum(mark.end - mark.start for mark in links if mark.start >= named.end())
    return shown >= 0.9 * len(line.text[named.end() :].strip())


def _is_address(line: Line) -> bool:
    """True for what a page's <address> says below the last rule."""
    return getattr(line.element, "tag", "") == "address" and words(line.text) <= 20


def _is_lone_link(line: Line) -> bool:
    """True where a line of the site's is nothing but a link: "top", "<< Back"."""
    if line.element is None:
        return False
    return any(
        " ".join("".join(anchor.itertext()).split()) == line.bare
        for anchor in line.element.iter("a")
    )


def _asks_for_reviews(line: Line) -> bool:
    """True where a link to the site's form for reviews begins a paragraph: what the site says of
    reviews goes on behind it."""
    if line.wrapped or not line.first or not line.marks:
        return False
    text = line.text.lstrip()
    return any(
        mark.kind == "link"
        and mark.start <= len(line.text) - len(text)
        and not mark.value.lower().startswith("mailto:")
        and _REVIEW.match(line.text[mark.start : mark.end]) is not None
        for mark in line.marks
    )


def _leads_on(line: Line) -> bool:
    """True for the few words below the last rule of which some are a link: "Write to me here!"."""
    spoken = voice.is_speech(line.text) or label_of(line) is not None
    return not spoken and line.linked > 0 and words(line.text) <= _FEW


def _is_menu(line: Line) -> bool:
    """True for "The Greenwood Library | All stories": names of the site and links, side by side."""
    linked = {text for _, text in line.links()}
    if not linked:
        return False
    pieces = [piece.strip() for piece in _SIDE_BY_SIDE.split(line.bare)]
    return (
        len(pieces) > 1
        and words(line.text) <= 20
        and any(piece in linked for piece in pieces)
        and all(
            piece in linked or titles.is_site_name(piece) or voice.is_stock(piece)
            for piece in pieces
        )
    )


def _rule_above(draft: Draft, index: int, start: int) -> bool:
    for above in range(index - 1, max(start, index - 12) - 1, -1):
        if draft.lines[above].kind == "break" and draft.lines[above].value == "rule":
            return True
    return False
