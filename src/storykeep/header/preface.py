"""What an author says above a story without a label, in sentences of their own: a preface that is
set apart, a letter to whom it is for, how the story is rated, and whom to write to."""

from __future__ import annotations

from storykeep.header import byline, disclaimer, voice
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan
from storykeep.header.shape import is_set_off
from storykeep.patterns import has_one, lazy
from storykeep.prose.pictures import is_right, is_small

_PREFACE = 100  # words
_NOBODY_ELSE = lazy(r"\W*I(?:['’]m|\s+am)\s+(?:still\s+)?not\s+[A-Z]")  # "I am not Anne Rice."
_INVITATION = 25  # words
_RATED = lazy(
    r"\W*(?:this\s+(?:story|fic|tale|one)\s+is\s+)?(?i:rated)\s+"
    r"(?P<rating>G|PG(?:[- ]?1[35])?|R|NC[- ]?17|FR(?:T|M|C|AO)|K\+?|T|M|MA|U)"
    r"(?:\W*$|\s*(?:[(,;.–—-]|(?:for|because|due|as)\b))"
)
_BRACKETS = frozenset("[(")
# What a site says in brackets above a chapter: "[ T - Teen: Not suitable for readers under 13 ]".
_RATED_BY_SITE = lazy(
    r"[\[(]\s*(?:[Rr]at(?:ed|ing)\W+)?(?P<rating>G|PG(?:-13)?|R|NC-17|K\+?|T|MA?|E|[APYX])\s+[-–:]\s+"
    r"(?:(?:Pre-?|Older\s+)?[Tt]eens?|(?:Young\s+)?Adults?|All|Mature|General|Kids|Restricted|Everyone|Parental)\b"
    r"[\w '/.,:+-]{0,90}[\])]"
)
_RATED_LENGTH = 40  # words
_INVITES = lazy(
    r"\b(?:feedback|comments?|c ?& ?c|questions|write|mail|e-?mail|contact|reviews?|flames|"
    r"let me know|reach me)\b"
)
_INVITING = (
    "feedback", "comment", "c&c", "c & c", "question", "write", "mail", "contact", "review",
    "flame", "let me", "reach",
)  # fmt: skip
_HEAD_ROWS, _HEAD_ROW = 5, 30  # rows below a by-line, and words of one
_ASKED = lazy(r"\s*(?P<who>[\w-]{2,40})\s+asked:?(?:\s|$)")
_ASKER = 50  # characters
_PROMPT = 60  # words
_DEAR = lazy(r"Dear\s+(?P<name>[\w.-]{3,40})\s*[,!:]")
_ASKED_FOR = lazy(
    r"\b(?:you\s+(?:asked|wanted|requested|said|mentioned|wished)|your\s+(?:prompts?|requests?|letter|likes)|"
    r"hope\s+(?:that\s+)?(?:you|this))\b"
)
_ALIKE = ("emphasis", "strong")


def take_preface(scan: Scan, index: int) -> int | None:
    """Take a paragraph right below the header, set apart from the text by how it is drawn, in a
    later sentence of which the rights are given away: it is a note, the sentence a disclaimer."""
    line = scan.lines[index]
    if line.wrapped or not line.first:
        return None
    if scan.gap and (line.text[:1] != "[" or not _answers(scan, index)):
        return None
    if words(line.text) > _PREFACE or voice.is_speech(line.text):
        return None
    if disclaimer.sentences(line.bare) is None or disclaimer.begins_so(line.bare):
        return None  # as of nearly every line; to see how one is drawn takes longer
    if _NOBODY_ELSE.match(line.bare):
        return None  # all of it is one
    drawn = drawn_as(line)
    if not drawn or (scan.end == scan.start and drawn == "small"):
        return None  # the first words of a page in small letters are the site's
    if not _is_left_alone(scan, index):
        return None
    for at in range(scan.end if scan.gap else index, index + 1):
        if scan.draft.bins[at] or scan.lines[at].blank or scan.lines[at].is_break:
            continue
        said = scan.lines[at].bare
        scan.draft.add_note(said, None, "head", kind="note" if at == index else "other")
        scan.draft.found("notes", said, "position", said)
        scan.draft.put(at, "note")
    return index + 1


def _answers(scan: Scan, index: int) -> bool:
    """True for a reply in square brackets, below what a reader has asked for, all in bold or
    italics."""
    if scan.gap > _PROMPT:
        return False
    above = [at for at in range(scan.end, index) if not scan.draft.bins[at]]
    return all(
        drawn_as(scan.lines[at]) in _ALIKE
        for at in above
        if not (scan.lines[at].blank or scan.lines[at].is_break)
    )


def _take_letter(scan: Scan, index: int) -> int | None:
    """Take a letter to whom the story is given, whom the header names: "Dear moth, you asked"."""
    line = scan.lines[index]
    if scan.gap_text or line.wrapped or not line.first:
        return None
    found = _DEAR.match(line.bare)
    if found is None or words(line.text) > _PREFACE or not _ASKED_FOR.search(line.text):
        return None
    if found["name"].lower() not in " ".join(scan.lines[at].bare for at in range(index)).lower():
        return None
    scan.draft.add_note(line.bare, None, "head")
    scan.draft.found("notes", line.bare, "position", line.bare)
    scan.draft.put(index, "note")
    return index + 1


def drawn_as(line: Line) -> str:
    """Return how all of a line differs from a page's text: italics, bold, small letters, at the
    right; "" where it does not."""
    size = len(line.bare)
    for kind in _ALIKE:
        if any(mark.kind == kind and mark.end - mark.start >= size - 2 for mark in line.marks):
            return kind
    if is_small(line.element):
        return "small"
    if is_right(line.element):
        return "right"
    return "brackets" if is_set_off(line) else ""


def _is_left_alone(scan: Scan, index: int) -> bool:
    """True where the paragraph below is not drawn as this one is."""
    shown = (
        each for each in scan.lines[index + 1 : scan.stop] if not (each.blank or each.is_break)
    )
    below = next(shown, None)
    return below is not None and drawn_as(below) != drawn_as(scan.lines[index])


def take_rated(scan: Scan, index: int) -> int | None:
    """Take a sentence that says how the story is rated, and why, what a reader asked for,
    or a letter to whom it is for."""
    line = scan.lines[index]
    if line.marks and " asked" in line.text[:_ASKER] and not scan.gap_text:
        return _take_asked(scan, index)
    begins = line.text[:40]
    if begins[:5] == "Dear ":
        return _take_letter(scan, index)
    bracketed = begins[:1] in _BRACKETS
    if scan.gap_text or not (bracketed or "ated " in begins):
        return None
    if words(line.text) > _RATED_LENGTH:
        return None
    if bracketed and (site := _RATED_BY_SITE.fullmatch(line.bare)):
        scan.draft.add_tag("rating", site["rating"])
        scan.draft.found("tags", site["rating"], "position", line.bare)
        scan.draft.put(index, "field")
        return index + 1
    found = _RATED.match(line.bare)
    if found is None or line.wrapped:
        return None
    scan.draft.add_tag("rating", found["rating"])
    scan.draft.found("tags", found["rating"], "position", line.bare)
    scan.draft.add_note(line.bare, None, "head")
    scan.draft.put(index, "note")
    return index + 1


def _take_asked(scan: Scan, index: int) -> int | None:
    """Take what a reader asked a blog to tell, with a link to whoever it was: "moth asked: ..."."""
    line = scan.lines[index]
    found = _ASKED.match(line.text)
    if found is None or not any(
        mark.kind == "link" and mark.start <= found.start("who") < mark.end for mark in line.marks
    ):
        return None
    scan.draft.add_note(line.bare, None, "head")
    scan.draft.found("notes", line.bare, "position", line.bare)
    scan.draft.put(index, "note")
    return index + 1


def _head_rows(scan: Scan, index: int) -> int | None:
    """Take the further rows of the paragraph that opens with the title and the by-line: what the
    story is about, how it is rated, which it follows."""
    line, named = scan.lines[index], scan.lines[scan.named or 0]
    if scan.end != index or line.block != named.block or named.first:
        return None
    end = index
    while end < scan.stop and scan.lines[end].block == line.block:
        row = scan.lines[end]
        if words(row.text) > _HEAD_ROW or voice.is_speech(row.text):
            return None
        end += 1
    if end - index > _HEAD_ROWS:
        return None
    end = next((at for at in range(index, end) if label_of(scan.lines[at])), end)
    text = "\n".join(each.bare for each in scan.lines[index:end])
    scan.draft.add_note(text, None, "head", kind="other")
    scan.draft.found("notes", text, "position", text)
    for taken in range(index, end):
        scan.draft.put(taken, "note")
    return end if end > index else None


def take_invitation(scan: Scan, index: int) -> int | None:
    """Take a short paragraph that asks the readers to write to an address, and further rows of the
    title's own paragraph."""
    line = scan.lines[index]
    if scan.named is not None and not (line.first or line.wrapped or scan.gap):
        rows = _head_rows(scan, index)
        if rows is not None:
            return rows
    if not line.marks and "@" not in line.text:  # most lines
        return None
    if scan.told or scan.end == scan.start or line.wrapped or words(line.text) > _INVITATION:
        return None
    if not (byline.emails(line.text) or any(byline.mailto(url) for url, _ in line.links())):
        return None
    low = line.text.lower()
    if not has_one(low, _INVITING) or not _INVITES.search(low) or voice.is_speech(line.text):
        return None
    scan.draft.add_note(line.bare, None, "head", kind="feedback")
    scan.draft.found("notes", line.bare, "position", line.bare)
    for address in byline.emails(line.text)[:1]:
        scan.draft.add_email(address, line.bare)
    scan.draft.put(index, "note")
    return index + 1
