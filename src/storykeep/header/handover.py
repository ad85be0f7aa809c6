"""Where an author stops talking to the readers and hands over to the story: "On with the show!"

Whatever was said above such a line is the author's, however little of it sounds like a note; so is
a first paragraph that says which kind of story follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storykeep.header import asides, diction, unmistakable, voice
from storykeep.header.chat import is_view
from storykeep.header.labelled import take_label
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan
from storykeep.header.shape import CUE, is_played
from storykeep.patterns import has_one, lazy

_ROWS = 40  # lines in which it is looked for
_LONGEST, _WIDEST = 14, 160  # words of the line, and characters
_TALK = 500  # words above it
_FEW = 40  # words that need not be like those of a note
_STORY = r"(?:the|my|this|our)\s+(?:actual\s+)?(?:story|fic|fan\s?fic(?:tion)?|chapter|show|tale)"
_HANDS_OVER = lazy(
    r"(?:^|[.!,;:…–—-]\s*|\b(?:so|now|and|but|okay|ok|anyways?|well)\W+)"
    rf"(?:on\s?(?:wards?\s)?(?:to|with)\s+{_STORY}|(?:let'?s\s+)?(?:get\s+)?(?:back\s+)?to\s+{_STORY}|"
    r"(?:it'?s\s+)?story\s?time|here(?:'s|\s+is|\s+goes|\s+we\s+go,?)\s+"
    rf"(?:{_STORY}|the\s+(?:next|first|second|third|last|new)\s+(?:chapter|part))|"
    rf"enough\s+(?:of\s+)?(?:this\s+|the\s+|my\s+|with\s+the\s+)?(?:{_STORY}|chatter|chit-?chat|"
    r"talk(?:ing)?|rambl\w+|babbl\w+|blather\w*|of\s+me)|without\s+(?:any\s+)?further\s+ado(?=\W*$|.{1,20}(?:stor|fic|chapter|enjoy))|"
    rf"let'?s\s+get\s+(?:this|{_STORY})\s+(?:\w+\s+){{0,2}}(?:started|moving|going|rolling|done)|"
    r"and\s+now,?\s+(?:for\s+)?(?:your|our)\s+featured?\s+presentation|"
    r"bonne\s+lecture|viel\s+spa(?:ß|ss)|buona\s+lettura|boa\s+leitura|(?:que\s+)?(?:lo\s+)?disfrut\w+|"
    r"(?:please\s+)?(?:read\s+(?:on\s+)?and\s+)?enjoy(?:\s+(?:the|this|my)\s+[^.!?]{1,40})?(?=\W*$))",
    re.IGNORECASE,
)
# "This is a spin-off of ...": a text does not begin by saying what it is made from.
_STATES = lazy(
    r"\W*(?:(?:this|the following)\s+(?:(?:short|little|whole)\s+)?"
    r"(?:(?:story|fic|fan\s?fic(?:tion)?|chapter|one-?shot|drabble|piece)\s+(?:is\s+)?"
    r"(?:takes\s+place\s+(?:in\s+the\s+universe|after|before|during)|occurs|diverg\w+|set\s+(?:\w+\s+){0,2}?(?:in|during|"
    r"after|before|between)|based\s+on|inspired|a\s+(?:direct\s+)?(?:sequel|prequel|spin-?\s?off|response|continuation|"
    r"companion|crossover|rewrite)|rated)|"
    r"is\s+set\s+(?:\w+\s+){0,3}?(?:pre|post|in|during|after|before|between|around|right|directly|just)\b|"
    r"(?:is|was)\s+(?:a|an|my|the|just|only)\b[^.!?]{0,60}?\b(?:fan\s?fic\w*|fics?|AU|spin-?\s?offs?|"
    r"one-?shots?|sequels?|prequels?|crossovers?|continuation|rewrite|drabbles?|point\s+of\s+"
    r"divergence)\b)|variation\s+(?:of|on)\s+(?:chapter|part)\b|"
    r"(?:(?:all\s+my|many|special|huge|big|my)\s+)?thanks\s+(?:go\s+(?:out\s+)?)?to\b"
    r"[^\n]{0,80}\bbeta|"
    r"(?:this\s+was\s+)?(?:originally\s+)?written\s+for\s+(?:(?:my|an?|the|our)\s+)?(?:\w+\s+){0,2}"
    r"(?:class|school|english|course|assignment|challenge|contest|prompt|exchange|ficathon)\b)",
    re.IGNORECASE,
)
# What an author adds below a note: "P.S.: ...", "EDIT: ...".
_ADDED = lazy(
    r"\W*(?:p\.?\s?s\.?|(?:\w+\s+)?edit(?:ed)?|update|eta)\s*[:.–-]|"
    r"(?:special|my)\s+thanks\b|"
    r".{0,200}\bnext\s+(?:chapter|part|update)\s+(?:will|should|may|might)\b",
    re.IGNORECASE | re.DOTALL,
)
_UNMISTAKABLE = 8  # paragraphs
_TO_READERS = 55  # weight of a paragraph that speaks to readers above a story
_YOU = lazy(
    r"\b(?:you|your|u|ya|y'?all|everyone|everybody|readers?|guys|folks)\b|\S@\S", re.IGNORECASE
)
_LETTER = lazy(r"\W*dear\s+(?!readers?\b|all\b|everyone\b|fans?\b)", re.IGNORECASE)
_PASSING = -20  # weight of a paragraph that may stand among them
_STATEMENTS, _ADDITIONS = 3, 5
_STATED = 150  # words
_SURE = 3  # words about writing
_MAY_HAND_OVER = (
    "get this",
    "presentation",
    "stor",
    "fic",
    "chapter",
    "show",
    "tale",
    "enough",
    "ado",
    "enjoy",
    "bonne",
    "viel ",
    "buona",
    "boa ",
    "disfrut",
)


def take_statement(scan: Scan) -> None:
    """Take a paragraph, right where the header ends, that says of which kind the story is."""
    for _ in range(_STATEMENTS):
        index = scan.end
        while index < scan.stop and (scan.lines[index].blank or scan.draft.bins[index]):
            index += 1
        if index >= scan.stop or not _STATES.match(scan.lines[index].text):
            return
        if not _take_paragraph(scan, index):
            return


def take_additions(scan: Scan) -> None:
    """Take paragraphs right below a note that surely go on with it."""
    for _ in range(_ADDITIONS):
        index = _below_note(scan)
        if index is None or voice.is_speech(scan.lines[index].text):
            return
        text = scan.lines[index].text
        if not (_ADDED.match(text) or asides.strength(text) >= _SURE):
            return
        if not _take_paragraph(scan, index):
            return


def take_unmistakable(scan: Scan) -> None:
    """Take the paragraphs below the header down to the last in words that nobody in a story says,
    where nobody speaks in them, and what is labelled among them."""
    for _ in range(_UNMISTAKABLE):
        ends, labelled = _talk_below(scan)
        if ends and not _take_down_to(scan, ends):
            return
        if labelled is None or (taken := take_label(scan, labelled)) is None:
            return
        scan.end = taken


def _talk_below(scan: Scan) -> tuple[int, int | None]:
    """Return the line behind the last paragraph below the header that is unmistakably talk, 0
    without one, and the line of a label that stands right below it, None without one."""
    index, end, size = scan.end, 0, 0
    for _ in range(_UNMISTAKABLE):
        while index < scan.stop and (scan.lines[index].blank or scan.draft.bins[index]):
            index += 1
        if index >= scan.stop or scan.lines[index].is_break or not scan.lines[index].first:
            break
        label = label_of(scan.lines[index])
        if label is not None and label.long and not label.weak:
            return (end, index) if end or index == scan.end else (0, None)
        below = index + 1
        while below < scan.stop and not _begins(scan, below):
            below += 1
        text = " ".join(line.bare for line in scan.lines[index:below])
        size += words(text)
        if size > _TALK or not _may_be_talk(scan.lines[index:below], text):
            break
        index = below
        if unmistakable.is_sure(text) and _speaks_to_readers(text):
            end = below
    if sum(scan.draft.sizes[end : scan.stop]) < size:
        end = 0  # the talk is all that there is
    return end, None


def _speaks_to_readers(text: str) -> bool:
    """True where "you" are spoken to: a narrator may write stories, too."""
    return diction.weight(text) >= _TO_READERS and _YOU.search(text) is not None


def _may_be_talk(lines: Sequence[Line], text: str) -> bool:
    """False where somebody speaks, also as in a play, and for what only a story or a poem says."""
    if voice.is_speech(text) or voice.is_talked_in(text) or text[:1] == ">" or is_view(text):
        return False
    if _LETTER.match(text):
        return False
    if any(CUE.match(line.text) and label_of(line) is None for line in lines):
        return False
    return diction.weight(text) >= _PASSING


def _take_down_to(scan: Scan, end: int) -> bool:
    while scan.end < end:
        at = scan.end
        while scan.lines[at].blank or scan.draft.bins[at]:
            at += 1
        if not _take_paragraph(scan, at):
            return False
    return True


def _below_note(scan: Scan) -> int | None:
    """Return the line where a paragraph begins right below a note that ends the header."""
    above, index = scan.end - 1, scan.end
    while above >= scan.start and scan.lines[above].blank:
        above -= 1
    if above < scan.start or scan.draft.bins[above] != "note":
        return None
    while index < scan.stop and scan.lines[index].blank:
        index += 1
    if index >= scan.stop or scan.draft.bins[index]:
        return None
    line = scan.lines[index]
    return index if line.first and not line.is_break else None


def _take_paragraph(scan: Scan, index: int) -> bool:
    """Take the paragraph that begins at *index* for a note; False where the story is not below."""
    end = index + 1
    while end < scan.stop and not _begins(scan, end):
        end += 1
    text = " ".join(line.bare for line in scan.lines[index:end])
    if words(text) > _STATED or sum(scan.draft.sizes[end : scan.stop]) < words(text):
        return False
    scan.draft.add_note(text, None, "head")
    scan.draft.found("notes", text, "position", scan.lines[index].bare)
    for taken in range(index, end):
        scan.draft.put(taken, "note")
    scan.end = end
    return True


def take_handover(scan: Scan) -> None:
    """Take what stands above a line that hands over, from where the header ends, for one note."""
    said: list[int] = []
    total = 0
    for at in range(scan.end, min(scan.stop, scan.start + _ROWS)):
        line = scan.lines[at]
        if not (line.is_break or line.blank or scan.draft.bins[at]):
            said.append(at)
            total += scan.draft.sizes[at]
        if total > _TALK:
            return
        if hands_over(scan, at):
            break
    else:
        return
    if sum(scan.draft.sizes[at + 1 : scan.stop]) < total:
        return
    if not _is_said(scan, said):
        return
    text = "\n\n".join(scan.lines[index].bare for index in said)
    scan.draft.add_note(text, None, "head")
    scan.draft.found("notes", text, "position", scan.lines[at].bare)
    for index in range(scan.end, at + 1):
        if not scan.draft.bins[index] and not scan.lines[index].blank:
            scan.draft.put(index, "note" if index in said else "chrome")
    scan.end = at + 1


def _is_said(scan: Scan, said: list[int]) -> bool:
    """True where nobody speaks above the line but to the readers, and where that is little, below
    a note, or at least once surely about the text."""
    above = [scan.lines[index].text for index in said[:-1]]
    if is_played(above):
        return False
    # Who speaks in a story says nothing of reviews.
    if any(voice.is_speech(text) and not voice.speaks_to_reader(text) for text in above):
        return False
    few = sum(map(words, above)) <= _FEW
    return few or any(map(asides.is_aside, above)) or "note" in scan.draft.bins[: said[0]]


def hands_over(scan: Scan, index: int) -> bool:
    """True for a short line, a paragraph of its own, that hands over to the story."""
    line = scan.lines[index]
    if not line.first or not 0 < len(line.text) <= _WIDEST or scan.draft.bins[index]:
        return False
    if not has_one(line.text.lower(), _MAY_HAND_OVER) or line.is_break:
        return False
    text = line.bare
    if words(text) > _LONGEST:
        return False
    if voice.is_speech(text) or _HANDS_OVER.search(text) is None:
        return False
    return _ends(scan, index)


def _ends(scan: Scan, index: int) -> bool:
    """True where the line is a paragraph of its own."""
    return index + 1 < scan.stop and _begins(scan, index + 1)


def _begins(scan: Scan, index: int) -> bool:
    line = scan.lines[index]
    return line.blank or line.first or line.is_break or bool(scan.draft.bins[index])
