"""What authors say to their readers at the very top, with neither a label nor a rule to part it
from the story: "Hey guys, sorry for the late update".

A story may open with "I" and "you", with a greeting, or with somebody who writes. So a paragraph
counts only where it speaks of the text that it stands above, in words of two or more kinds that
few stories have; right below a note, one kind is enough.
"""

from __future__ import annotations

import re

from storykeep.header import diction, disclaimer, legends, talking, voice
from storykeep.header.lines import label_of, words
from storykeep.header.numbers import is_part_line
from storykeep.header.scan import Scan
from storykeep.header.shape import is_title_shape, is_titlecase, joined
from storykeep.patterns import lazy

_ENOUGH, _ENOUGH_BELOW = 3, 2  # weight at the top, and right below a note
_UNADDRESSED = 2  # more, where nobody is spoken to
_LONG = 120  # words: a longer paragraph needs one more for each so many
_LONGEST = 400  # words
_ROWS = 40  # of a paragraph
_SAID, _BEYOND = 5, 70  # what a kind of words that only authors use adds, and what is enough
_FULL = 40  # characters: what a row of prose has, but for the last of its paragraph
_GAP = 150  # unlabelled words above
_STORY = 60  # words that must follow at least
_SHORT = 8  # words: a signature, a few words to end with
_PARTED = 12  # words between the talk and a drawn rule, whatever they say
_FEW = 40  # words between the talk and a part's heading, whatever they say
_LAST = 120  # words between the talk and what parts it from the story
_QUOTED = lazy(r"\s*['‘]\s?[A-Z].*[,.!?…]['’](?=\W|$)")
_SELF = lazy(r"\b(?:I|[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Yy]ou|[Yy]our)\b")
# Who tells a story mostly says "I went".
_PRESENT = lazy(
    r"\b(?:[Yy]our?|[Pp]lease)\b|\bI(?:['’](?:m|ve|ll)| (?:am|have|will|do|don['’]?t|"
    r"want|hope|think|know|like|love|feel|plan|promise|can|can['’]?t))\b|\b(?:[Ll]et's|[Ee]njoy|[Rr]ead)\b"
)
_DASHED = lazy(r"\s*(?:--?|[–—~])\s?[A-Z][\w .'’&-]{0,30}~?\s*$")
_SIGNS = lazy(
    r"\s*(?:love|lots of love|hugs|xoxo|cheers|until next time|ja(?: ne)?)\W{1,3}\w"
    r"[\w .'’&~-]{0,60}\W*$|\s*(?:until next time|see you (?:soon|next time)|xoxo)\W*$",
    re.IGNORECASE,
)
# "Ada's-wildrose- Thank you!": an answer to one reader.
_ANSWERS = lazy(r"\W{0,2}[\w][\w.'’]*(?: [\w.'’]+){0,2}\s?(?:--?|[–—:])\s+\S")
_POSTSCRIPT = lazy(r"\W{0,2}(?:P\.?\s?)+S(?:\b|\.)", re.IGNORECASE)
_SPEAKS = lazy(r"\s*>*\s*(?:<(?P<within>[A-Z][^<>]{0,20})>|(?P<name>[A-Z][\w .'’-]{0,24}?)\s?:\s)")
_SPEECHES, _SCENE = 3, 30  # lines of a play, and among how many
_POV = lazy(
    r"\W*(?:[A-Z][\w.'’ -]{0,30}\s)?(?:P\.?\s?O\.?\s?V\b\.?|[Pp]oint of [Vv]iew)"
    r"\W*(?:\(.{0,40}\))?\W*$|"
    r"\W*[A-Z]{1,6}POV\W*$"
)
_POV_LENGTH = 80  # characters


def is_view(text: str) -> bool:
    """True for a line that says who tells what follows: "Ada's POV", from where it is a story."""
    return len(text) <= _POV_LENGTH and _POV.match(text) is not None


def take_chat(scan: Scan, index: int) -> int | None:
    """Take paragraphs in which the author surely speaks to readers, as one note."""
    line = scan.lines[index]
    if scan.told or scan.broken or scan.script or scan.gap > _GAP:
        return None
    if not line.first and not _is_sign_below_title(scan, index):
        return None
    end = paragraph_end(scan, index)
    below, text = _is_below_note(scan, index), text_of(scan, index, end)
    if legends.is_sample(text) and (below or not line.first or _is_sampled(scan, end)):
        return take_said(scan, index, _legend_end(scan, end))
    surely = (
        _is_chat(text, _ENOUGH_BELOW if below else _ENOUGH)
        or (below and _POSTSCRIPT.match(text) is not None)
        or (below and _ends_note(scan, text))
        or _is_worded(scan, index, end, text)
    )
    if not surely or not _may_be_above(scan, index):
        return None
    end = whole_talk(scan, end)
    if _is_signed(scan, end) or not story_follows(scan, index, end):
        return None
    return take_said(scan, index, end)


def _is_sign_below_title(scan: Scan, index: int) -> bool:
    """True for a sign and what it means, right below a row that the header has taken."""
    line = scan.lines[index]
    below = line.wrapped and index > scan.start and scan.draft.bins[index - 1] == "field"
    return below and legends.is_sample(line.bare)


def take_said(scan: Scan, index: int, end: int) -> int:
    """Take what nobody has claimed above line *end*, and what begins at *index*, as one note."""
    line = scan.lines[index]
    said = [at for at in range(scan.end, end) if _is_unclaimed(scan, at)]
    said = [at for at in said if at >= index or not _is_title(scan, at)]
    starts = [at for at in said if at == said[0] or scan.lines[at].first]
    text = "\n\n".join(text_of(scan, at, min(paragraph_end(scan, at), end)) for at in starts)
    scan.draft.add_note(text, None, "head")
    scan.draft.found("notes", text, "position", line.bare)
    scan.talked = True
    for at in said:
        scan.draft.put(at, "note")
    return end


def _is_sampled(scan: Scan, index: int, *, listed: bool = False) -> bool:
    """True where the paragraph that begins at line *index* shows a sign and what it means, too;
    in a list of them a few words between two signs are enough."""
    while index < scan.stop and scan.lines[index].blank:
        index += 1
    if index >= scan.stop:
        return False
    text = text_of(scan, index, paragraph_end(scan, index))
    return legends.is_sample(text) or (listed and legends.is_between_signs(text))


def _legend_end(scan: Scan, end: int) -> int:
    """Return where the list of signs ends that goes on at line *end*."""
    while _is_sampled(scan, end, listed=True):
        while scan.lines[end].blank:
            end += 1
        end = paragraph_end(scan, end)
    return end


def _is_signed(scan: Scan, index: int) -> bool:
    """True where a text file signs with a name what stands above: that is read with its name."""
    if scan.draft.authors:
        return False
    while index < scan.stop and scan.lines[index].blank:
        index += 1
    return (
        index < scan.stop
        and scan.lines[index].wrapped
        and _DASHED.match(scan.lines[index].text) is not None
    )


def _is_unclaimed(scan: Scan, index: int) -> bool:
    line = scan.lines[index]
    return not (line.blank or line.is_break or scan.draft.bins[index])


def _is_below_note(scan: Scan, index: int) -> bool:
    """True below what the author has said already, a note or a disclaimer, and at most a few words
    more."""
    above, few = index - 1, 0
    while above > scan.start and not scan.draft.bins[above] and not scan.lines[above].is_break:
        few += scan.draft.sizes[above]
        if few > _SHORT:
            return False
        above -= 1
    return above >= scan.start and scan.draft.bins[above] in {"note", "disclaimer"}


def _is_chat(text: str, need: int) -> bool:
    if not may_be_talk(text):
        return False
    size = words(text)
    if not talking.addresses(text):
        need += _UNADDRESSED
    return talking.weight(text) >= need + size // _LONG


def may_be_talk(text: str) -> bool:
    """False for speech, for a scene, and for what somebody in a story has written."""
    if _QUOTED.match(text) or voice.is_speech(text) or voice.is_talked_in(text):
        return False
    return words(text) <= _LONGEST and not talking.is_written(text)


def _is_worded(scan: Scan, index: int, end: int, text: str) -> bool:
    """True for prose whose words hardly any story has: more of them where nobody says "I" or "you".

    Rows with a title, and with whose story it is, have an author's words as well.
    """
    if end - index > 1 and any(len(line.bare) < _FULL for line in scan.lines[index : end - 1]):
        return False
    if talking.speaks_elsewhere(text):
        return True
    weight = diction.weight(text)
    if weight < diction.LIKELY or not may_be_talk(text):
        return False
    said = _SELF.search(text) is not None
    if _is_below_note(scan, index):
        return weight >= (diction.LIKELY if said else diction.SURE)
    if weight < diction.SURE:
        return False
    if not said:
        return weight >= _BEYOND and not is_titlecase(text)
    # Somebody who writes may tell a story, too: that takes more words, or what only authors say.
    surely = weight + _SAID * talking.weight(text) >= _BEYOND
    return surely or disclaimer.sentences(text) is not None


def _may_be_above(scan: Scan, index: int) -> bool:
    """True where what stands unclaimed above may be talk as well: it says "I" or "you", or is
    short, and nobody has been said to tell the story from there."""
    if _is_play(scan, scan.end, index + _SCENE):
        return False
    for at in range(scan.end, index):
        if not _is_unclaimed(scan, at) or not scan.lines[at].first:
            continue
        text = text_of(scan, at, paragraph_end(scan, at))
        if is_view(text) or (words(text) > _SHORT and not _may_go_above(text)):
            return False
    return True


def _may_go_above(text: str) -> bool:
    """True for a paragraph that may belong to talk below it."""
    return _SELF.search(text) is not None or diction.weight(text) >= diction.LIKELY


def _is_play(scan: Scan, start: int, stop: int) -> bool:
    """True where some of those speak again whose names stand before what they say; who answers
    readers has a word for each."""
    found = (_SPEAKS.match(line.text) for line in scan.lines[start : min(stop, scan.stop)])
    names = [each["within"] or each["name"] for each in found if each is not None]
    return len(names) >= _SPEECHES and len(set(names)) < len(names)


def whole_talk(scan: Scan, end: int) -> int:
    """Return where the talk ends that goes on at line *end*."""
    at, passed, personal = end, 0, True
    while at < scan.stop and passed <= _LAST:
        line = scan.lines[at]
        if line.blank:
            at += 1
            continue
        below = paragraph_end(scan, at)
        text = text_of(scan, at, below)
        if line.is_break:
            few = _PARTED if line.value == "rule" else _SHORT
            return at if 0 < passed <= (_LAST if personal else few) else end
        if scan.draft.bins[at] or line.is_break or line.kind == "heading":
            break
        if label_of(line) is not None or is_part_line(line.bare) or is_view(text):
            near = 0 < passed <= (_LAST if personal else _FEW)
            return at if near and is_part_line(line.bare) else end
        if _DASHED.match(text):
            return end  # whose name that is, others ask
        if _is_title(scan, at) and not _SIGNS.match(text):
            return end
        if voice.is_speech(text) or disclaimer.opens_with_disclaimer(text, set_off=True):
            break
        at = below
        if (
            _is_chat(text, _ENOUGH_BELOW)
            or (not passed and _ends_note(scan, text))
            or (not passed and _POSTSCRIPT.match(text))
            or (_SELF.search(text) and may_be_talk(text) and diction.weight(text) > diction.LIKELY)
        ):
            end, passed, personal = below, 0, True
        elif words(text) <= _SHORT or _SELF.search(text):
            passed += words(text)
            personal = personal and _PRESENT.search(text) is not None
        else:
            break
    return end


def _is_title(scan: Scan, index: int) -> bool:
    """True for a line that may be the title, or a part's: it is no part of the talk around it."""
    bare = scan.lines[index].bare
    if scan.is_meant(index):
        return True
    drawn = is_titlecase(bare.strip('*_~-="“” ')) or bare.isupper()
    return words(bare) <= _SHORT and drawn and is_title_shape(bare) and bare[-1:] not in ".!?"


def _ends_note(scan: Scan, text: str) -> bool:
    """True for a signature or an answer right below a note."""
    if words(text) <= _SHORT and _SIGNS.match(text):
        return not is_view(text)
    if _DASHED.match(text):  # "-Unknown Waters" may be a part's title
        name = text.strip("-–—~ ").lower()
        known = [author.name.lower() for author in scan.draft.authors]
        return name in known or (bool(scan.hints.names) and name in scan.hints.names)
    return bool(_ANSWERS.match(text)) and talking.weight(text) > 0


def paragraph_end(scan: Scan, index: int) -> int:
    """Return the line behind the paragraph that begins at *index*."""
    end = index + 1
    while end < min(scan.stop, index + _ROWS):
        line = scan.lines[end]
        if line.blank or line.first or line.is_break or scan.draft.bins[end]:
            break
        if scan.begins_anew(end) or (line.wrapped and _DASHED.match(line.text)):
            break
        end += 1
    return end


def text_of(scan: Scan, start: int, end: int) -> str:
    """Return the text of lines [start, end) as one paragraph."""
    return joined([line.bare for line in scan.lines[start:end]], scan.lines[start].wrapped)


def story_follows(scan: Scan, start: int, end: int) -> bool:
    """True where more of a story than the talk has words stands below it."""
    need = max(_STORY, sum(scan.draft.sizes[start:end]))
    told = 0
    for at in range(end, scan.stop):
        line = scan.lines[at]
        if line.blank or line.is_break or scan.speaks_to_reader(at):
            continue
        told += scan.draft.sizes[at]
        if told >= need:
            return True
    return False
