"""The head of a story page: from the first line to where the prose begins.

The head is what its anchors say it is (labels, by-lines, headings, a title the page names
elsewhere): it ends behind the last anchor that the top of the page can still reach. No label is
looked for beyond.
"""

from __future__ import annotations

from collections.abc import Callable

from storykeep.header import byline, claims, diction, epigraphs, numbers, voice
from storykeep.header.anchors import take_echo, take_heading, take_part, take_small
from storykeep.header.between import (
    first_title,
    notes_before_break,
    settle_gaps,
    skip_separators,
    words_apart,
)
from storykeep.header.chapterline import chapter_line
from storykeep.header.chat import take_chat
from storykeep.header.draft import Draft
from storykeep.header.drawn import take_drawn_title, take_lone_title
from storykeep.header.handover import (
    take_additions,
    take_handover,
    take_statement,
    take_unmistakable,
)
from storykeep.header.labelled import take_label, take_own_label
from storykeep.header.large import take_large
from storykeep.header.lines import Line, label_of, words
from storykeep.header.names import take_name, take_presented, take_signed
from storykeep.header.naming import is_bare_by, take_byline
from storykeep.header.opening import take_opening
from storykeep.header.preface import (
    take_invitation,
    take_preface,
    take_rated,
)
from storykeep.header.runin import take_run_in
from storykeep.header.scan import Hints, Scan, is_talk
from storykeep.header.shape import CUE, is_own_label, is_title_shape, is_titlecase, marked
from storykeep.header.trails import take_trail
from storykeep.header.unlabelled import (
    closes_talk,
    take_age,
    take_below_talk,
    take_facts,
    take_published,
    take_unlabelled,
)
from storykeep.patterns import lazy

# How many unlabelled words a header may hold between two of its lines (a teaser, an epigraph).
_REACH = 160
_MAX_LINES = 240
_FAR_TALK = 500  # words that an author may say before a label that is surely one
_FAR_LINES = 60
_BY_LINE = 120  # characters
_CENTRED = 16  # columns
_ALL_QUOTED = lazy(r"[\"“][^\"“”]{3,60}[\"”]")
_SHORT = 8  # words: a title, a name or a greeting
_AHEAD = 40  # lines among which the longest is looked for
_QUOTED = lazy(r"[\"“](?P<title>[^\"“”]{3,80}[^\"“”.,!?…—-])[\"”]")
# What is said has its comma within: '"Lamp Street!", Ada and all the others are copyright ...'.
_NAMED = lazy(r"[\"“](?P<title>[^\"“”]{3,60})[\"”](?:,|\s+and)\s")
_MENTIONED = lazy(r"[.,;]?\s+(?:is|was|has|will|takes|follows|[A-Z]\w+\s+(?:is|was|takes))\b")
_SELF = lazy(r"\b(?:I|[Mm]y|[Mm]e|[Yy]ou|[Yy]our)\b")
_FAR = 80  # words of story behind which only a label may still belong to the header


def _take_announced(scan: Scan, index: int) -> int | None:
    """Take the row of the talk that says what follows it, with the title and the author."""
    line = scan.lines[index]
    if not line.wrapped or '"' not in line.text or scan.told or scan.draft.authors:
        return None
    if claims.read_announced(line.bare) is None:
        return None
    scan.draft.add_note(line.bare, None, "head")  # it records whom and what it names
    scan.draft.found("notes", line.bare, "position", line.bare)
    scan.draft.put(index, "note")
    return index + 1


# Each takes the line at an index if it belongs to a header, and returns the line behind what it
# took.
_ANCHORS: tuple[Callable[[Scan, int], int | None], ...] = (
    take_label,
    take_own_label,
    take_name,
    take_presented,
    take_signed,
    take_trail,
    take_heading,
    take_run_in,
    take_byline,
    take_echo,
    take_drawn_title,
    take_large,
    take_part,
    take_small,
    take_lone_title,
    take_rated,
)
# Of these the same holds. What they take is said to readers, and has an author's words.
_SAID: tuple[Callable[[Scan, int], int | None], ...] = (
    take_published,
    take_facts,
    take_preface,
    take_age,
    take_unlabelled,
    take_invitation,
    _take_announced,
    take_chat,
    take_opening,
)


def read_head(draft: Draft, start: int, stop: int, hints: Hints) -> int:
    """Read the header in lines [start, stop) into *draft*; return the first line behind it."""
    scan = Scan(draft, start, stop, hints, end=start)
    index, reach = start, start
    while index < min(stop, start + _MAX_LINES):
        if scan.gap > _REACH and index >= reach:
            reach = _label_ahead(scan, index)
            if index >= reach:
                break
        taken = None
        if _may_be_header(scan.lines[index]) and not draft.bins[index]:
            taken = _anchor(scan, index)
        if taken is not None:
            scan.end, scan.gap, scan.gap_text, scan.broken = taken, 0, False, False
            scan.told = False
            index = taken
            continue
        _count(scan, index)
        index += 1
    first_title(scan)
    above = scan.end
    notes_before_break(scan)
    if scan.end > above:
        notes_before_break(scan)  # what is parted from the next by one rule more
    words_apart(scan)
    end = scan.end
    take_statement(scan)
    take_additions(scan)
    take_handover(scan)
    take_unmistakable(scan)
    if scan.end > end:
        notes_before_break(scan)
    settle_gaps(scan)
    index = _part_below(scan, skip_separators(scan))
    return chapter_line(scan, index) if index < stop else index


def _part_below(scan: Scan, index: int) -> int:
    """Take the heading of a text file's part right below what its author says, where no other part
    follows in it; return where the text goes on."""
    if index >= scan.stop or scan.end == scan.start or not scan.lines[index].wrapped:
        return index
    below = scan.lines[index + 1] if index + 1 < scan.stop else None
    alone = below is None or below.blank or below.first or below.is_break
    if not (alone and scan.lines[index].first and numbers.is_part_line(scan.lines[index].bare)):
        return index
    if any(numbers.is_part_line(line.bare) for line in scan.lines[index + 1 : scan.stop]):
        return index
    scan.gap_text = False
    if (taken := take_part(scan, index)) is None:
        return index
    scan.end = taken
    return skip_separators(scan)


def _label_ahead(scan: Scan, index: int) -> int:
    """Return the line behind a labelled disclaimer, the title that the page names elsewhere, or a
    title with its by-line, to which the author talks on; 0 without one.

    Some chat for a page before it; where somebody speaks, or most of it is no talk to readers, a
    story has begun.
    """
    total, found = scan.gap, 0
    for at in range(index, min(scan.stop, index + _FAR_LINES)):
        line = scan.lines[at]
        low = line.text[:40].lower()
        if "disclaim" in low and line.first and (label := label_of(line)) is not None:
            found = at + 1 if label.name == "disclaimer" and label.colon else 0
            break
        said = line.wrapped and '"' in line.text and claims.read_announced(line.bare) is not None
        if closes_talk(scan, at):
            return at + 1
        if _is_meant(scan, at) or _is_signed(scan, at) or said:
            found = at + 1
            break
        total += scan.draft.sizes[at]
        spoken = _is_spoken(line)
        if total > _FAR_TALK or scan.told or spoken:
            return 0
    if not found:
        return 0
    signed = _is_signed(scan, found - 1) and scan.named is None and not scan.draft.authors
    return found if is_talk(scan, found - 1) or (signed and _tells_of_self(scan, found)) else 0


def _may_be_header(line: Line) -> bool:
    """False for a line without words, and for a rule, a gap or stars: two dozen rules would be
    asked in vain."""
    return bool(line.text) and not line.blank and not line.is_break


def _anchor(scan: Scan, index: int) -> int | None:
    if scan.gap_text:
        line = scan.lines[index]
        if scan.gap >= _FAR and label_of(line) is None and marked(line) is None:
            return _far_anchor(scan, index)
        signed = scan.is_meant(index) and byline.read_titled(line.bare) is not None
        if (scan.script and not signed) or not _story_below(scan, index):
            return None
    for take in _ANCHORS:
        taken = take(scan, index)
        if taken is not None:
            return taken
    if diction.is_told(scan.lines[index].text) or _is_over_byline(scan, index):
        return None
    return next((end for take in _SAID if (end := take(scan, index)) is not None), None)


def _is_over_byline(scan: Scan, index: int) -> bool:
    """True for a title in a text file right above its by-line, whatever the title speaks of."""
    line = scan.lines[index]
    if not line.wrapped or not line.first or index + 1 >= scan.stop:
        return False
    below = scan.lines[index + 1].bare
    if len(below) > _BY_LINE or "by" not in below.lower() or not is_title_shape(line.bare):
        return False
    named = byline.read_byline(below)
    return named is not None and all(map(byline.looks_like_name, named[0]))


def _far_anchor(scan: Scan, index: int) -> int | None:
    """Take what may stand so far down without a label; all other anchors would say no, at more
    cost."""
    line = scan.lines[index]
    if (taken := _take_announced(scan, index)) is not None:
        return taken
    if len(line.text) <= _BY_LINE and "by" in line.text.lower():
        return take_byline(scan, index)
    if line.text.lstrip()[:1] in "-–—~":
        return take_signed(scan, index)
    if line.wrapped and line.first and numbers.read_part(line.bare) and _is_below_rule(scan, index):
        return take_drawn_title(scan, index)
    if (taken := take_below_talk(scan, index)) is not None:
        return taken
    return take_echo(scan, index) if _is_meant(scan, index) else None


def _is_signed(scan: Scan, index: int) -> bool:
    """True for a by-line in a text file, with what can be its title right above it."""
    line = scan.lines[index]
    if not line.wrapped or len(line.text) > _BY_LINE or "by" not in line.text.lower():
        return False
    if is_bare_by(line):
        below = next((each for each in scan.lines[index + 1 : index + 4] if not each.blank), None)
        names = byline.split_names(below.bare) if below is not None else ()
    else:
        named = byline.read_byline(line.bare)
        names = named[0] if named is not None else ()
    above = [each for each in scan.lines[max(scan.start, index - 3) : index] if not each.blank]
    return (
        bool(names)
        and bool(above)
        and all(map(byline.looks_like_name, names))
        and is_title_shape(above[-1].bare.strip('"“”').rstrip("."))
    )


def _tells_of_self(scan: Scan, stop: int) -> bool:
    """True where most paragraphs above line *stop* say "I" or "you"."""
    texts: list[str] = []
    for line in scan.lines[scan.end : stop]:
        if line.blank or line.is_break:
            continue
        if line.first or not texts:
            texts.append("")
        texts[-1] += f" {line.bare}"
    long = [text for text in texts if words(text) > _SHORT]
    return bool(long) and sum(bool(_SELF.search(text)) for text in long) * 2 > len(long)


def _is_below_rule(scan: Scan, index: int) -> bool:
    above = index - 1
    while above > scan.start and scan.lines[above].blank:
        above -= 1
    return above >= scan.start and scan.lines[above].is_break


def _is_meant(scan: Scan, index: int) -> bool:
    """True for the row of a text file that its name means, where no title is known."""
    if not scan.hints.titles or scan.draft.evidence.get("title"):
        return False
    return scan.is_meant(index)


def _story_below(scan: Scan, index: int) -> bool:
    """True where more story follows than what was passed: a header stands above its story.

    A short story with its notes at the end is passed whole before the first of their labels.
    """
    # One long paragraph is mostly enough, and it is asked about again and again.
    near = scan.draft.sizes[index : min(scan.stop, index + _AHEAD)]
    if near and _told(scan, index + near.index(max(near))) > scan.gap:
        return True
    below = 0
    for following in range(index, scan.stop):
        below += _told(scan, following)
        if below > scan.gap:
            return True
    return False


def _told(scan: Scan, index: int) -> int:
    """Return how many words of story a line has."""
    known = scan.stories.get(index)
    if known is None:
        line = scan.lines[index]
        silent = line.blank or line.is_break or label_of(line) or scan.speaks_to_reader(index)
        known = scan.stories[index] = 0 if silent else words(line.text)
    return known


def _count(scan: Scan, index: int) -> None:
    line = scan.lines[index]
    if line.blank or scan.draft.bins[index]:
        return
    if line.is_break:
        scan.broken = scan.broken or scan.gap_text
        return
    size = words(line.text)
    spoken = _is_spoken(line) and not epigraphs.opens(scan, index)
    scan.gap += size
    if ":" in line.text and (cue := CUE.match(line.text)) and label_of(line) is None:
        scan.script = scan.script or cue["name"] in scan.cues
        scan.cues.add(cue["name"])
        if is_own_label(line):
            return
    scan.told = scan.told or spoken
    if size > 12 or voice.is_speech(line.text) or (size > 4 and line.bare[-1:] in '.!?…"'):
        scan.gap_text = True


def _is_spoken(line: Line) -> bool:
    """True for what somebody says, and for no title between quotation marks, which may be drawn in
    the middle of a text file's row."""
    if not voice.is_speech(line.text) or _is_quoted_title(line.bare):
        return False
    indent = line.text[: len(line.text) - len(line.text.lstrip())].expandtabs(8)
    return not (line.wrapped and len(indent) >= _CENTRED and _ALL_QUOTED.fullmatch(line.bare))


def _is_quoted_title(text: str) -> bool:
    """True for a title between quotation marks, which nobody speaks: "The Lamp on the Pier", also
    where a sentence about it goes on."""
    named = _NAMED.match(text)
    if named is not None and is_titlecase(named["title"].rstrip("!?")):
        return True
    quoted = _QUOTED.match(text)
    if quoted is None or not is_titlecase(quoted["title"]):
        return False
    rest = text[quoted.end() :]
    return (not rest and len(text.split()) > 1) or bool(_MENTIONED.match(rest))


__all__ = ["Hints", "read_head"]
