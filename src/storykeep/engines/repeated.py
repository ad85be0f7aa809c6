"""The heading that a text has of its own where its page names title and author already.

Many a chapter has both once more above its first words, and above them a dedication, or the poem
that gave the title.
"""

from __future__ import annotations

from collections.abc import Sequence

from storykeep.header import Draft, Hints, asides, diction, numbers, read_head, titles, voice
from storykeep.header.lines import Line, label_of, words

_ROWS = 40  # lines in which it is looked for
_HEADING = 120  # characters
_TALK = 600  # words above a chapter's heading
_FEW = 60  # words right below a header of labels


def begin(draft: Draft, lines: list[int], title: str, hints: Hints) -> int:
    """Return which of the text's *lines* it begins with: its own heading, else the first.

    What stands above the heading is read as the author's notes.
    """
    wanted, first = titles.squash(title), lines[0]
    rows = [i for i in lines[:_ROWS] if len(draft.lines[i].bare) <= _HEADING + len(title)]
    found = (i for i in rows if titles.squash(draft.lines[i].bare) == wanted)
    at = next((index for index in found if _is_signed(draft, index)), first) if wanted else first
    if at == first:
        at = _chapter(draft, lines, hints)
    if at == first:
        return first
    read_head(draft, first, at, hints)
    loose = [i for i in range(first, at) if not draft.bins[i] and not draft.lines[i].blank]
    told = [index for index in loose if not draft.lines[index].is_break]
    if told:
        draft.add_note("\n".join(draft.lines[index].bare for index in told), None, "head")
    for index in loose:
        draft.put(index, "note" if index in told else "chrome")
    return at


def _chapter(draft: Draft, lines: list[int], hints: Hints) -> int:
    """Return the line of the chapter's own heading, where nothing but talk stands above it."""
    first = lines[0]
    for index in lines[1:_ROWS]:
        line = draft.lines[index]
        if (
            line.first
            and 0 < len(line.bare) <= _HEADING
            and _names_chapter(draft, line.bare, hints)
        ):
            return index if _is_said(draft, first, index, lines[-1], hints) else first
    return first


def _names_chapter(draft: Draft, text: str, hints: Hints) -> bool:
    if titles.squash(text) in hints.chapters:
        return True
    if not numbers.is_part_line(text):
        return False
    part = numbers.read_part(text)
    if part is None:
        return True  # "Prologue"
    if part.start:
        return False
    return part.number == draft.position or titles.squash(part.rest) in hints.chapters


def _is_said(draft: Draft, first: int, at: int, last: int, hints: Hints) -> bool:
    """True where the author speaks to the readers above line *at*, and the story stands below."""
    above = [draft.lines[index] for index in range(first, at)]
    headed = False
    while above and _is_header(above[0], hints):
        headed = headed or label_of(above[0]) is not None
        above = above[1:]
    rows = [line for line in above if line.bare and not line.is_break]
    size = sum(words(line.bare) for line in rows)
    if not 0 < size <= min(_TALK, sum(draft.sizes[at : last + 1])):
        return False
    label = label_of(rows[0])
    noted = label is not None and label.name == "notes"
    parts = _parted(above)
    if headed and len(parts) == 1 and _is_told(parts[0]):
        return True
    return all(_is_talk(rows, of_label=noted and not place) for place, rows in enumerate(parts))


def _is_header(line: Line, hints: Hints) -> bool:
    """True for a row that names the story once more, or has a label and no author's talk."""
    label = label_of(line)
    if label is not None:
        return label.name != "notes"
    return not line.bare or (not line.is_break and titles.squash(line.bare) in hints.titles)


def _parted(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines that show something, between one break and the next."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        if line.is_break:
            parts.append([])
        elif line.bare:
            parts[-1].append(line)
    return [part for part in parts if part]


def _is_talk(rows: Sequence[Line], *, of_label: bool) -> bool:
    """True where most of what stands between two breaks is said to the readers: a prologue may
    stand above the first chapter, too."""
    if of_label:
        return not any(voice.is_speech(line.text) for line in rows)
    size = sum(words(line.bare) for line in rows)
    return 2 * sum(words(line.bare) for line in rows if asides.is_aside(line.text)) >= size


def _is_told(rows: Sequence[Line]) -> bool:
    """True for a few words right below labels that are likelier an author's than a narrator's."""
    text = " ".join(line.text for line in rows)
    if words(text) > _FEW or any(voice.is_speech(line.text) for line in rows):
        return False
    return diction.weight(text) > 0


def _is_signed(draft: Draft, index: int) -> bool:
    """True where "by" and the author's name stand right below."""
    below = next((line.bare for line in draft.lines[index + 1 : index + 3] if line.bare), "")
    return below.lower() in {f"by {author.name.lower()}" for author in draft.authors}
