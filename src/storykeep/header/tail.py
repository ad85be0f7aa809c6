"""The tail of a story page: closing notes, disclaimers, signatures, and what a mailing list
adds below them."""

from __future__ import annotations

import re

from storykeep.header import byline, claims, disclaimer, replies, voice
from storykeep.header.boards import board_footer
from storykeep.header.closing import find_cut
from storykeep.header.draft import Draft
from storykeep.header.labels import read_label
from storykeep.header.lines import Line, label_of
from storykeep.header.passages import SIGDASHES, TAIL_NAMES, note_end, piece_end, text_of
from storykeep.header.reach import reach_up
from storykeep.header.signatures import record_last_name, record_signatures, signed_row
from storykeep.header.vocabulary import LONG
from storykeep.patterns import has_one, lazy

_FOOTER_ROWS = 40
_LIST_FOOTER = lazy(
    r"^[-_=~\s]*(?:Yahoo!? Groups|eGroups(?:\.com)?) (?:Sponsor|Links)\b|^\s*To unsubscribe\b|"
    r"\bunsubscribe@|/mailman/listinfo/|^\s*Your use of Yahoo!? Groups\b|^\s*Do you Yahoo!\?|"
    r"^\s*Press .{1,12} to (?:return|continue|go|quit|exit)\b|"
    r"^\s*Pursuant to the Berne Convention, this work is\b|"
    r"^\s*This (?:file|story|document|text) (?:was )?last (?:modified|updated|changed)\b",
    re.IGNORECASE,
)
_LIST_FOOTER_STEMS = (
    "yahoo",
    "egroups",
    "unsubscribe",
    "listinfo",
    "berne convention",
    "press ",
    " last ",
)
_OF_THE_TEXT = ("text ", "story ", "fic ", "fiction ", "this story ", "this fic ")
_OPENING = 60  # characters among which a page's row of that kind says so


def read_tail(draft: Draft, start: int, stop: int) -> int:
    """Read the notes behind the story in lines [start, stop); return where the prose ends."""
    stop = board_footer(draft, start, _list_footer(draft, start, stop))
    cut = find_cut(draft, start, stop)
    answers = replies.find(draft, start, stop if cut is None else cut)
    if answers is not None:
        cut = answers
    signed = signed_row(draft, start, stop if cut is None else cut)
    cut = cut if signed is None else signed
    if cut is not None:
        cut = cut if answers is not None else reach_up(draft, start, cut)
        _read_notes(draft, cut, stop)
        record_last_name(draft, cut, stop)
        stop = cut
    return _trim(draft, start, stop)


def _list_footer(draft: Draft, start: int, stop: int) -> int:
    """Put what a mailing list adds below a mail into the chrome; return where it begins."""
    first = max(start, stop - _FOOTER_ROWS)
    # One text is looked through many times faster than its pieces, and few pages have such rows.
    foot = "\n".join([_opening(line) for line in draft.lines[first:stop]]).lower()
    if not has_one(foot, _LIST_FOOTER_STEMS):
        return stop
    # In a page only what begins a line says so: its rows may be whole paragraphs.
    found = next((i for i in range(first, stop) if _is_list_footer(draft.lines[i])), None)
    if found is None or sum(draft.sizes[start:found]) < 0.5 * sum(draft.sizes[start:stop]):
        return stop
    while found > start and (draft.lines[found - 1].blank or draft.lines[found - 1].is_break):
        found -= 1
    for index in range(found, stop):
        if not draft.bins[index]:
            draft.put(index, "chrome")
    return found


def _opening(line: Line) -> str:
    """Return what of a line may say that it is of a list's footer."""
    text = line.text
    if line.wrapped or not text[:1].isalnum():
        return text[:300]
    return text[:_OPENING]  # in a page only what begins a line says so


def _is_list_footer(line: Line) -> bool:
    text = line.text[:300]
    if not has_one(text.lower(), _LIST_FOOTER_STEMS):
        return False
    found = _LIST_FOOTER.search(text)
    return found is not None and (line.wrapped or found.start() == 0)


def _trim(draft: Draft, start: int, stop: int) -> int:
    """Leave breaks and drawn end marks behind the last prose line out of it."""
    while stop > start:
        line = draft.lines[stop - 1]
        if not (
            line.blank or line.is_break or voice.is_drawn_end(line.text) or draft.bins[stop - 1]
        ):
            break
        if not draft.bins[stop - 1]:
            draft.put(stop - 1, "chrome")
        stop -= 1
    return stop


def _record_claim(draft: Draft, index: int) -> None:
    """Record who claims the text itself in the first row of a notice: "Text copyright 1997, Jo
    Dee"; a mere "copyright 1997, Jo Dee" may be that of whose characters they are."""
    line = draft.lines[index].bare
    claimed = claims.read_claimed(line) if line.lower().startswith(_OF_THE_TEXT) else None
    if claimed is not None and not draft.authors:
        draft.add_authors(claimed[0], "byline", line, place="tail", confidence=0.7)


def _read_notes(draft: Draft, start: int, stop: int) -> None:
    """Sort the lines of the tail: labelled pieces by their label, the rest into one closing
    note."""
    index = start
    loose: list[str] = []
    while index < stop:
        line = draft.lines[index]
        if line.blank or draft.bins[index]:
            index += 1
            continue
        if line.is_break or voice.is_drawn_end(line.text) or SIGDASHES.match(line.text):
            draft.put(index, "chrome")
            index += 1
            continue
        label = label_of(line)
        end = piece_end(draft, index, stop, long=label is None or label.long)
        text = text_of(draft, index, end)
        if label is None or label.name not in LONG | TAIL_NAMES:
            if _is_links(line) and end == index + 1:
                draft.put(index, "chrome")
                index = end
                continue
            if disclaimer.is_notice(text):
                _record_claim(draft, index)
                draft.add_disclaimer(text, None, "tail", text, method="position")
                for taken in range(index, end):
                    draft.put(taken, "disclaimer")
                index = end
                continue
            record_signatures(draft, index, end)
            loose.append(text)
            bin_ = "note"
            for taken in range(index, end):
                draft.put(taken, "note")
        else:
            if loose:
                draft.add_note("\n\n".join(loose), None, "tail")
                loose = []
            if label.name in {"notes", "feedback", "credits", "dedication"}:
                end = note_end(draft, end, stop)
                text = text_of(draft, index, end)
                record_signatures(draft, index, end)
            bin_ = draft.take(label, text[_skip(text, label.typed) :], "tail")
            for taken in range(index, end):
                draft.put(taken, "chrome" if draft.lines[taken].is_break else bin_)
        index = end
    if loose:
        draft.add_note("\n\n".join(loose), None, "tail")


def _is_links(line: Line) -> bool:
    """True for the site's links in the middle of closing words."""
    return (
        voice.is_site_voice(line)
        and line.linked >= 0.6
        and not any(byline.mailto(address) for address, _ in line.links())
    )


def _skip(text: str, typed: str) -> int:
    """Return where the value begins in a piece of text that opens with the label *typed*."""
    label = read_label(text)
    if label is not None and label.typed == typed:
        return label.start
    at = text.find(typed)
    return at + len(typed) if at >= 0 else 0
