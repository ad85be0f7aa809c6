"""What a header says without a label: who owns it all, and the run of facts above a journal's
story."""

from __future__ import annotations

import re

from storykeep.header import amid, brief, byline, diction, disclaimer, disowning, numbers, voice
from storykeep.header.chat import is_view
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import is_scene, is_set_off, is_torn, joined
from storykeep.model import DisclaimerPlace, Note
from storykeep.patterns import has_one, lazy

_RULED_OFF = 60  # words
_LONGEST = 30  # rows of a paragraph
# "Will/Jonah, PG, 150 words. For the winter prompt." Each kind counts once.
_RATED = lazy(
    r"(?:^|[,;(.|/\s])(?:G|PG(?:-?1[35])?|R|NC-?17|FR(?:T|M|C|AO)|(?:[Rr]ated|[Rr]ating)\b.{0,12})"
    r"(?=$|[,;).|/]|\s[-–(])"
)
# Before each pattern: what all that it matches has, in small letters; that is found many times
# faster.
_FACTS = tuple(
    (stems.split("|"), lazy(pattern, re.IGNORECASE if stems != "/" else 0))
    for stems, pattern in (
        (
            "words|drabble|ficlet|shot",
            r"\b(?:[\d,.]+k?|(?:one|two|three|four|five|six)\s+hundred)\s+words\b|"
            r"\b(?:double\s+)?drabble\b|\bficlet\b|\bone-?shot\b",
        ),
        ("/", r"(?<![\w/])[A-Z][\w.']+/[A-Z][\w.']+(?![\w/])"),
        (
            "gen|het|slash|/",
            r"(?:^|[,;(.]\s*)(?:gen|het|(?:fem)?slash|m/m|f/f|m/f|gen-?ish)(?=$|[,;).])",
        ),
        (
            "prompt|challenge|meme|fest|ficathon|exchange|comment_fic|100|bingo",
            r"\bfor\s+(?:the\s+)?.{1,60}?\b(?:prompt|challenge|meme|fest\w*|ficathon|exchange|"
            r"comment_fic|\w+100|bingo)\b",
        ),
        (
            "spoiler|post|pre",
            r"\bspoilers?\s+(?:for|through|up\s+to)\b|\bpost-?(?:series|canon|finale)\b|"
            r"\bpre-?series\b",
        ),
    )
)
_PUBLISHED = lazy(
    r"^\W*(?:(?:first|originally|previously)\s+(?:published|appeared|posted|printed)\s+(?:in|on|at|by)|"
    r"reprinted\s+(?:by|with|from)|posted\s+(?:with|by)\s+(?:\w+\s+)?permission)\b",
    re.IGNORECASE,
)
_COPYRIGHTS = ("©", "(c)", "(C)", "Copyright", "copyright")
_AGE_SIGNS = ("eighteen", "18", "twenty-one", "21", "legal age", "age of consent", "adults")
_OF_AGE = lazy(
    r"\ball\s+(?:(?:of\s+)?(?:the|my|these)\s+)?(?:\w+\s+){0,2}"
    r"(?:characters?|participants?|persons?|people|parties|individuals|models)\b[^.!?]{0,80}"
    r"\b(?:(?:over|above|at\s+least|older\s+than)\s+(?:the\s+age\s+of\s+)?"
    r"(?:eighteen|18|twenty-one|21)|(?:18|21|eighteen|twenty-one)\s*(?:\+|years?\b|(?:and|or)\s+"
    r"(?:older|over|above))|(?:of|above)\s+(?:the\s+)?(?:legal\s+age|age\s+of\s+consent)|"
    r"(?:consenting|legal)\s+adults|are\s+adults)\b",
    re.IGNORECASE,
)
_AGE_LENGTH = 90  # words
_TALK = 50  # words
_BRIEF = 40  # words of the disclaimer that ends a long talk
_SAID_FIRST = 20  # characters of what a paragraph that disclaims begins with
_SELF = lazy(r"\b(?:I|my)\b")
_SENTENCE = lazy(r".{1,400}?[.!?](?=\s)")
_FACTS_LENGTH = 60  # words
_FACTS_SIGNS = 500  # characters


def take_unlabelled(scan: Scan, index: int) -> int | None:
    """A paragraph, or a row of one, with no label that gives the rights to somebody else."""
    line = scan.lines[index]
    if scan.gap_text and scan.gap > 60:
        return take_below_talk(scan, index)
    end = _rows_end(scan, index)
    rows = range(index, end)
    begins = line.first or _is_below_header(scan, index)
    if end - index > _LONGEST or (line.wrapped and not begins):
        return None
    if not line.wrapped and (end - index > 1 or not line.first):
        if _disclaims_alone(scan, index):
            return _take(scan, index, index + 1)
        if any(_disclaims_alone(scan, row) for row in rows[1:]):
            return None  # its own row will be asked, too
    if not begins:
        return None
    pieces = [scan.lines[row].bare for row in rows if not scan.lines[row].is_break]
    text = joined(pieces, line.wrapped)
    if scan.broken and not (line.wrapped and _is_ruled_off(scan, end, text)):
        return None
    set_off = (
        is_set_off(line)
        or (
            _is_parted(scan, index, end) and (disclaimer.begins_so(text) or disowning.disowns(text))
        )
        or (_is_in_place(scan) and disclaimer.names_holder(text))
    )
    opens = disclaimer.opens_with_disclaimer(text, set_off=set_off)
    near = (
        not opens
        and scan.gap == 0
        and (
            disclaimer.disowns_in_person(text)
            or (_is_below_top(scan, line) and brief.surely(text, set_off=set_off))
            or ((_is_in_place(scan) or set_off) and disowning.disowns(text, set_off=set_off))
        )
    )
    if not near and not opens:
        if scan.end == scan.start and scan.gap == 0 and _talks_on(text):
            return _take_note(scan, index, end, text)
        return _take_shares(scan, index, end, text) if scan.gap == 0 else None
    if near and (taken := _take_shares(scan, index, end, text)) is not None:
        return taken
    if disclaimer.is_dedicated(text) or _talks_long(text):
        return _take_note(scan, index, end, text)
    return _take(scan, index, end)


def _is_below_top(scan: Scan, line: Line) -> bool:
    """False for a text file's first rows: its title, and "(c) 2003 Jo Dee" below it."""
    return scan.end > scan.start or not line.wrapped


def closes_talk(scan: Scan, index: int) -> bool:
    """True for a short paragraph that disclaims and ends what nothing but talk to the readers
    began: "... And now you know. I don't own the lamps, but this chapter is mine."."""
    line = scan.lines[index]
    if not line.first or scan.told or scan.draft.sizes[index] > _BRIEF or "own" not in line.text:
        return False
    text = joined([each.bare for each in scan.lines[index : _rows_end(scan, index)]], line.wrapped)
    if not disclaimer.opens_with_disclaimer(text) or is_scene(scan.lines[scan.end : index]):
        return False
    return is_talk(scan, index)


def take_below_talk(scan: Scan, index: int) -> int | None:
    """Take the disclaimer with which an author ends a long talk to the readers."""
    return _take(scan, index, _rows_end(scan, index)) if closes_talk(scan, index) else None


def _talks_on(text: str) -> bool:
    """True for a first paragraph that says whose it is, and goes on in words that authors use:
    "Low Fell is not mine, though I wish it were. This chapter is about Ada, so bear with me."."""
    if not disclaimer.may_disclaim(text) or voice.is_speech(text):
        return False
    said = disclaimer.sentences(text)
    if said is None or not text.startswith(said[:_SAID_FIRST]) or len(said) * 2 > len(text):
        return False
    return diction.weight(text) >= diction.LIKELY and _SELF.search(text[len(said) :]) is not None


def _talks_long(text: str) -> bool:
    """True for a long paragraph that begins with something else, and most of which does not
    disclaim."""
    if words(text) <= _TALK:
        return False
    said, first = disclaimer.sentences(text), _SENTENCE.match(text)
    if said is None or first is None or said.startswith(("Is ", "Are ")):
        return False
    return len(said) * 2 < len(text) and not disclaimer.may_disclaim(first.group())


def _take_note(scan: Scan, index: int, end: int, text: str) -> int:
    """Take a paragraph as a note, in which somebody is given the story before it disclaims."""
    scan.draft.add_note(text, None, "head")
    scan.draft.found("notes", text, "position", text)
    for taken in range(index, end):
        scan.draft.put(taken, "note")
    return end


def _take_shares(scan: Scan, index: int, end: int, text: str) -> int | None:
    """Take an opening paragraph that gives each their share: the series to its owner, the story to
    its author."""
    said = disclaimer.shares(text)
    if said is None:
        return None
    scan.take_rights(index, end)
    scan.draft.add_disclaimer(said, None, "first_paragraph", text, method="position")
    return end


def _is_below_header(scan: Scan, index: int) -> bool:
    """True for a row of hard-wrapped text right below one that the header has taken."""
    above = index - 1
    return scan.lines[index].wrapped and above >= scan.start and scan.draft.bins[above] == "field"


def _is_in_place(scan: Scan) -> bool:
    """True right below what is surely header: who wrote it, or who is written to."""
    return not scan.gap and not scan.gap_text and scan.end > scan.start and not scan.hints.strict


def _is_parted(scan: Scan, index: int, end: int) -> bool:
    """True for a paragraph between the header and what parts it from the story: a rule, a gap, a
    part's heading."""
    if scan.gap or scan.gap_text:
        return False
    first = end
    while end < scan.stop and (scan.lines[end].blank or _is_address(scan.lines[end])):
        end += 1
    if end >= scan.stop:
        return False
    if scan.lines[index].wrapped and end - first > 1:
        return True
    below = scan.lines[end]
    if label_of(below) is not None:
        return True
    if is_view(below.bare):
        return True
    return below.is_break or below.kind == "heading" or numbers.is_part_line(below.bare)


def _is_ruled_off(scan: Scan, end: int, text: str) -> bool:
    """True for a few words about owning below a rule, which a title, a part or a rule follow."""
    while end < scan.stop and scan.lines[end].blank:
        end += 1
    if end >= scan.stop or words(text) > _RULED_OFF or not disclaimer.opens_with_disclaimer(text):
        return False
    below = scan.lines[end]
    return below.is_break or scan.is_meant(end) or numbers.read_part(below.bare) is not None


def _rows_end(scan: Scan, index: int) -> int:
    end = index + 1
    stop = min(scan.stop, index + _LONGEST + 2)
    while end < stop:
        below = scan.lines[end]
        if below.blank:
            if end + 1 >= stop or not is_torn(scan.lines[end - 1], scan.lines[end + 1]):
                break
        elif _begins_other(scan, end):
            break
        end += 1
    return end


def _is_address(line: Line) -> bool:
    """True for a row that is nothing but whom to write to."""
    return line.wrapped and "@" in line.text and byline.emails(line.bare) == [line.bare]


def _begins_other(scan: Scan, index: int) -> bool:
    """True for a row that goes on with no sentence above it."""
    line = scan.lines[index]
    if _is_address(line):
        return True
    if line.first and not is_torn(_shown_above(scan, index), line):
        return True
    return label_of(line) is not None or scan.begins_anew(index)


def _shown_above(scan: Scan, index: int) -> Line:
    above = scan.lines[index - 1]
    return scan.lines[index - 2] if above.blank and index > 1 else above


def _disclaims_alone(scan: Scan, index: int) -> bool:
    """True for a row between other rows that is a whole sentence and disclaims."""
    text = scan.lines[index].bare
    whole = text[:1].isupper() and text[-1:] in ".!?)*…"
    return whole and disclaimer.opens_with_disclaimer(text, set_off=True)


def _take(scan: Scan, index: int, end: int) -> int:
    line = scan.lines[index]
    text = joined(
        [taken.bare for taken in scan.lines[index:end] if not taken.is_break], line.wrapped
    )
    if any(disclaimer.claims_for(text, author.name) for author in scan.draft.authors):
        scan.draft.add_note(text, None, "head", kind="rights")
        scan.draft.found("notes", text, "position", text)
        for taken in range(index, end):
            scan.draft.put(taken, "note")
        if said := disclaimer.beside_claim(text, [each.name for each in scan.draft.authors]):
            scan.draft.add_disclaimer(said, None, "first_paragraph", text, method="position")
        return end
    within = amid.said_in(text)
    said = text if within is None else within
    above = index - 1
    while above > scan.start and scan.lines[above].blank:
        above -= 1
    if scan.draft.bins[above] == "disclaimer" and not scan.gap and scan.draft.disclaimers:
        # Its first words may go on with the sentence above.
        scan.draft.extend_disclaimer(text[: text.find(said) + len(said)] if said in text else said)
    else:
        spot: DisclaimerPlace = "first_paragraph" if text.startswith(said) else "note"
        scan.draft.add_disclaimer(said, None, spot, text, method="position")
    if within is not None:
        scan.draft.notes.append(Note(text, "head", None, "note"))
        scan.draft.found("notes", text, "position", text)
    for taken in range(index, end):
        scan.draft.put(taken, "disclaimer" if within is None else "note")
    return end


def take_age(scan: Scan, index: int) -> int | None:
    """Take what sites for adults ask an author to say: "All characters are over eighteen."."""
    line = scan.lines[index]
    low = line.text.lower()
    if scan.gap_text or scan.told or not has_one(low, _AGE_SIGNS) or "all" not in low:
        return None
    end = _rows_end(scan, index) if line.wrapped else index + 1
    text = joined([each.bare for each in scan.lines[index:end]], line.wrapped)
    if words(text) > _AGE_LENGTH or voice.is_speech(text) or not _OF_AGE.search(text):
        return None
    return _take_note(scan, index, end, text)


def take_published(scan: Scan, index: int) -> int | None:
    """Take where the story came out first, by whose leave it is here, or whose it is: its
    author's."""
    line = scan.lines[index]
    if scan.gap_text or words(line.text) > _FACTS_LENGTH:
        return None
    if not (_PUBLISHED.match(line.bare) or _is_the_authors(scan, line)):
        return None
    end = _rows_end(scan, index) if line.wrapped else index + 1
    scan.take_rights(index, end)
    return end


def _is_the_authors(scan: Scan, line: Line) -> bool:
    """True for "(c) 2005 Ada, so hands off.", where Ada is the author."""
    if not line.bare.startswith(_COPYRIGHTS) or not line.first:
        return False
    return any(disclaimer.claims_for(line.bare, each.name) for each in scan.draft.authors)


def take_facts(scan: Scan, index: int) -> int | None:
    """A run of facts without labels: "Will/Jonah, PG, 150 words. For the winter prompt."."""
    line = scan.lines[index]
    if scan.gap_text or line.wrapped or len(line.text) > _FACTS_SIGNS:
        return None
    if scan.hints.strict and not disclaimer.is_denied(line.text):
        return None
    if not _has_facts(line.text) or voice.is_speech(line.text):
        return None
    scan.draft.add_note(line.bare, None, "head")
    scan.draft.found("notes", line.bare, "position", line.bare)
    scan.draft.put(index, "note")
    return index + 1


def _has_facts(text: str) -> bool:
    """True where two kinds of facts are in *text*."""
    low = text.lower()
    found = 0
    for stems, fact in _FACTS:
        found += has_one(low, stems) and fact.search(text) is not None
    return found > 1 or (
        found == 1 and (_RATED.search(text) is not None or disclaimer.is_denied(text))
    )
