"""A title that a text file draws: a row of its own that counts ("The Lamp, Chapter 4: Oil"), stands
over a row that does, is underlined, or is in a box of signs."""

from __future__ import annotations

import re
from itertools import islice

from storykeep.header import asides, numbers, titles, voice
from storykeep.header.filename import is_apart
from storykeep.header.lines import Line, label_of, words
from storykeep.header.naming import take_title
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import CUE, is_title_shape, is_titlecase
from storykeep.patterns import lazy

_LONGEST = 10  # words before the part
_LONGEST_ROW = 22
_NEAR = 40  # words without a label above it
_SIGNS = "*#=+|~-_"
_RULE = lazy(r"^\s*([=\-~_*^\"])\1{3,}\s*$")
_DEEP = 40  # lines from the top
_WIDE = 8  # signs of a rule
_SMALL_WORD = 3  # letters
_SPARE = 4  # characters that a rule may be longer or shorter than what it underlines
_TAGGED = lazy(r"(?:\[[^\[\]]{2,30}\]\s*)+(?P<title>[A-Z\"“].{2,80})")
_COUNTED_NAME = lazy(r"\d[a-z]?\.\w{2,5}$", re.IGNORECASE)
_MIDDLE, _SHORT_ROW = 16, 50  # columns, and characters of a row that no other goes on from
_TELLS, _NAME_ROWS = 6, 3  # words of a row that tells something; rows of a name and an address
_QUOTED = lazy(r"[\"“](?P<title>[^\"“”]{3,80})[\"”]")
_NO_STORY = lazy(
    r"\b(?:ext|int|let[’']?s|prolog\w*|prolou?g\w*|author\w*|never\s+forget|thanks?|thank\s+you|mst\w*|disclaimer\w*)\b",
    re.IGNORECASE,
)
# Where and when a scene plays, which stands above it in the same way.
_WHERE = lazy(
    r"\b(?:house(?:hold)?|home|residence|shrine|lab(?:oratory)?|rooms?|hall|bridge|city|[ap]\.?m|morning|"
    r"night|noon|evening|dawn|dusk|midnight|today|tomorrow|yesterday|later|earlier|ago|meanwhile|elsewhere|"
    r"planet|ship|spaceship|years?|months?|weeks?|hours?|minutes?|palace|school|station|office|flashback|"
    r"street|scene|setting|chapter|part|episode|act|\d{3,4})\b",
    re.IGNORECASE,
)
_NO_TITLE = lazy(
    r"@|://|\d{1,2}:\d\d|\b(?:by|here(?:'s)?|x-?over|crossover|lemon|regular|said|asked|"
    r"disclaimer|copyright|belongs?|owned|property|last time|previously|see|read|this is|"
    r"presents?|next|note|warning|summary|story so far|end(?:s|ing|ed)?|opening|"
    r"(?:sun|mon|tues|wednes|thurs|fri|satur)day)\b",
    re.IGNORECASE,
)


def take_drawn_title(scan: Scan, index: int) -> int | None:
    """Take a row of a text file that is drawn as its title, where none is known."""
    line = scan.lines[index]
    if not line.wrapped or scan.hints.strict or scan.headings or _is_known(scan):
        return None
    framed = _is_framed(scan, index)
    if not framed and (
        scan.told or scan.script or (scan.gap > _NEAR and not _is_talked_of(scan, index))
    ):
        return None
    text = line.bare.strip(_SIGNS + " ").rstrip(",")
    if (
        not text
        or text[0] in "(["
        or words(text) > _LONGEST_ROW
        or label_of(line)
        or voice.is_speech(line.text)
    ):
        return None
    if numbers.is_part_line(text) or not (is_apart(scan.lines, index) or _is_whole(scan, index)):
        return None
    counted = _counted(text)
    if counted is None and not (
        is_title_shape(text.rstrip("."))
        and not _NO_TITLE.search(text)
        and (
            _is_underlined(scan, index)
            or _is_boxed(scan, index)
            or _is_over_part(scan, index)
            or (framed and " " in text and scan.end > scan.start and is_titlecase(text))
        )
    ):
        return None
    if counted is not None and _is_over_byline(scan):
        return _take_part_title(scan, index, counted)
    further = _second_row(scan, index)
    take_title(scan, index, f"{text}, {further}" if further else text, "position", 0.8)
    if further:
        scan.draft.put(index + 1, "field")
    return index + 1 + bool(further)


def _second_row(scan: Scan, index: int) -> str:
    """Return the row that goes on with a title whose first one ends in a comma; "" where none
    does."""
    if not scan.lines[index].bare.endswith(",") or index + 1 >= scan.stop:
        return ""
    below = scan.lines[index + 1]
    bare = below.bare.rstrip(".… ")
    if below.blank or words(bare) > _LONGEST or numbers.is_part_line(bare) or label_of(below):
        return ""
    return below.bare if is_titlecase(bare) and len(bare) < _SHORT_ROW else ""


def take_lone_title(scan: Scan, index: int) -> int | None:
    """Take a short row of a text file with capitals, alone between what its author says and the
    story, or right below the name and the address that begin the file, where no title is known."""
    line = scan.lines[index]
    if not line.wrapped or scan.gap or scan.told or scan.hints.strict or scan.headings:
        return None
    if line.text[:1] == "[" and (taken := _take_tagged(scan, index)) is not None:
        return taken
    if scan.end == scan.start or _is_known(scan) or not _is_alone_below(scan, index):
        return None
    text = line.bare.strip(_SIGNS + " ")
    quoted = _QUOTED.fullmatch(text)
    text = quoted["title"].strip() if quoted is not None else text
    if not text or words(text) > _LONGEST + 2 or not is_title_shape(text) or label_of(line):
        return None
    if text[0] in "([<" or _NO_TITLE.search(text) or numbers.is_part_line(text):
        return None
    if " " not in text or _NO_STORY.search(text):
        return None
    if quoted is None and (voice.is_speech(line.text) or _is_cue(text) or _WHERE.search(text)):
        return None
    drawn = text.isupper() or is_titlecase(text) or _is_in_the_middle(scan, index)
    if not drawn or not any(map(str.isalpha, text)):
        return None
    if titles.from_file_name(scan.hints.url) is not None and _COUNTED_NAME.search(scan.hints.url):
        # The file is a part of what its name says: this row is what the part is called.
        scan.draft.chapter_title = scan.draft.chapter_title or text
        scan.draft.found("chapter_title", text, "position", line.bare, confidence=0.7)
        scan.draft.put(index, "field")
        return index + 1
    take_title(scan, index, text, "position", 0.7)
    return index + 1


def _take_tagged(scan: Scan, index: int) -> int | None:
    """Take "[Low Fell/Crossover] The Lamp", as a list's subject has it, below who sent it."""
    found = _TAGGED.fullmatch(scan.lines[index].bare)
    sent = scan.end > scan.start and scan.draft.sent_only()
    if found is None or not sent or _is_known(scan) or not is_title_shape(found["title"]):
        return None
    if index + 1 < scan.stop and not scan.lines[index + 1].blank:
        return None
    take_title(scan, index, found["title"], "position", 0.7)
    return index + 1


def _is_in_the_middle(scan: Scan, index: int) -> bool:
    """True for a row far from the margin, above one that is not."""
    shown = next((at for at in range(index + 1, scan.stop) if not scan.lines[at].blank), index)
    short = len(scan.lines[index].bare) < _SHORT_ROW
    return short and _indent(scan.lines[index]) >= _MIDDLE > _indent(scan.lines[shown])


def _indent(line: Line) -> int:
    shown = line.text.expandtabs(8)
    return len(shown) - len(shown.lstrip())


def _is_cue(text: str) -> bool:
    """True for "Jo: Well?", and for no title with a colon: "Low Fell: The Lamp"."""
    cue = CUE.match(text)
    return cue is not None and not (is_titlecase(cue["value"]) and " " in cue["value"])


def _is_alone_below(scan: Scan, index: int) -> bool:
    """True for a row that nothing but blank ones parts from the author's words above it, or from
    the name that begins the file, and that no row goes on from."""
    above = index - 1
    while above > scan.start and scan.lines[above].blank:
        above -= 1
    if any(_is_free_title(scan, at) for at in range(scan.start, index)):
        return False
    said = scan.draft.bins[above] in {"disclaimer", "note"} and above < index - 1
    named = scan.draft.bins[above] == "field" and _begins_with_name(scan, above)
    if not (said or named):
        return False
    shown = [at for at in range(index + 1, min(scan.stop, index + 5)) if not scan.lines[at].blank]
    if not shown:
        return False
    below = scan.lines[shown[0]]
    apart = shown[0] > index + 1 or below.first or below.is_break
    apart = apart or _is_in_the_middle(scan, index)
    apart = apart or (named and above == index - 1 and len(scan.lines[index].bare) < _SHORT_ROW)
    tells = below.is_break or words(below.text) >= _TELLS or numbers.is_part_line(below.bare)
    longer = below.is_break or len(below.bare) > len(scan.lines[index].bare) // 2
    return apart and tells and longer


def _is_free_title(scan: Scan, index: int) -> bool:
    """True for a row that may be the title, which nothing has taken yet."""
    line = scan.lines[index]
    return not (line.blank or line.is_break or scan.draft.bins[index]) and is_title_shape(line.bare)


def _begins_with_name(scan: Scan, last: int) -> bool:
    """True where nothing but who wrote it stands from the file's first row down to row *last*."""
    shown = [at for at in range(scan.start, last + 1) if not scan.lines[at].blank]
    return (
        scan.named == shown[0]
        and len(shown) <= _NAME_ROWS
        and all(scan.draft.bins[at] == "field" for at in shown)
    )


def _is_over_byline(scan: Scan) -> bool:
    """True where the by-line has a title of its own above it, at the very top: what counts further
    down is a part of that."""
    if scan.named is None:
        return False
    above = [at for at in range(scan.start, scan.named) if not scan.lines[at].blank]
    return (
        len(above) == 1
        and not scan.draft.bins[above[0]]
        and is_title_shape(scan.lines[above[0]].bare)
        and not numbers.read_part(scan.lines[above[0]].bare)
    )


def _take_part_title(scan: Scan, index: int, title: str) -> int:
    """Take a row below the header as the title of the part that it counts."""
    part = numbers.read_part(scan.lines[index].bare)
    scan.draft.chapter_title = scan.draft.chapter_title or title
    scan.draft.found("chapter_title", title, "position", scan.lines[index].bare)
    if part is not None and scan.draft.position is None:
        scan.draft.position, scan.draft.of = part.number, part.of
        scan.draft.found("position", str(part.number), "position", scan.lines[index].bare)
    scan.draft.put(index, "field")
    return index + 1


def _is_framed(scan: Scan, index: int) -> bool:
    """True for a row between two rules, with a row above it or a part's below at most."""
    if index - scan.start > _DEEP:
        return False
    shown = (at for at in range(index - 1, scan.start - 1, -1) if not scan.lines[at].blank)
    if not any(_is_rule(scan.lines[at]) for at in islice(shown, 2)):
        return False
    below = [at for at in range(index + 1, min(scan.stop, index + 6)) if not scan.lines[at].blank]
    behind = next((at for at in below if not numbers.is_part_line(scan.lines[at].bare)), None)
    return behind is not None and _is_rule(scan.lines[behind])


def _is_rule(line: Line) -> bool:
    return line.is_break and len(line.bare) >= _WIDE


def _is_whole(scan: Scan, index: int) -> bool:
    """True for a long row that opens a paragraph, and that the next row does not go on from."""
    line, below = scan.lines[index], scan.lines[index + 1 : index + 2]
    if not (line.first or (index > scan.start and scan.draft.bins[index - 1])) or not below:
        return False
    last = line.bare.split()[-1]
    ends = last[:1].isupper() or not last.islower() or len(last) > _SMALL_WORD
    return ends and line.bare[-1:] not in ",;-" and below[0].bare[:1].isupper()


def _is_talked_of(scan: Scan, index: int) -> bool:
    """True where the author speaks to the readers in what no label owns above a row."""
    rows = range(scan.end, index)
    return is_talk(scan, index) or any(
        asides.strength(scan.lines[at].text) or scan.speaks_to_reader(at) for at in rows
    )


def _is_known(scan: Scan) -> bool:
    """True where more than a mail's subject names the title."""
    return any(item.method != "mail_header" for item in scan.draft.evidence.get("title", ()))


def _counted(text: str) -> str | None:
    """Return the title before the part that a row names, None where it has none."""
    part = numbers.read_part(text)
    if part is None or part.start == 0:
        return None
    title = text[: part.start].strip(' \t:.,-–—~([“"|/#')
    capital = bool(title) and (title.isupper() or is_titlecase(title))
    if not capital or words(title) > _LONGEST or _NO_TITLE.search(title) or CUE.match(title):
        return None
    behind = text[part.end :].lstrip()
    if title.split()[-1].islower() or (behind[:1].islower() and not behind.startswith("of ")):
        return None  # "Mara and Chapter 4 had never met."
    if text[-1:] in ",;" or titles.is_placeholder(title):
        return None
    return title


def _is_underlined(scan: Scan, index: int) -> bool:
    """True for a row over a rule that is as long as it is, and with none above."""
    if index + 1 >= scan.stop or not scan.lines[index].first:
        return False
    rule = scan.lines[index + 1].text
    return (
        _RULE.match(rule) is not None
        and abs(len(rule.strip()) - len(scan.lines[index].bare)) <= _SPARE
    )


def _is_boxed(scan: Scan, index: int) -> bool:
    """True for a row between two signs, with a rule of them above and below."""
    bare = scan.lines[index].bare
    if len(bare) < 5 or bare[0] != bare[-1] or bare[0] not in _SIGNS or bare[1].isalnum():
        return False
    near = [scan.lines[at] for at in (index - 1, index + 1) if scan.start <= at < scan.stop]
    return len(near) == 2 and all(_is_rule_of(line, bare[0]) for line in near)


def _is_rule_of(line: Line, sign: str) -> bool:
    bare = line.bare
    return len(bare) > 5 and bare.count(sign) > len(bare) // 2 and not any(map(str.isalnum, bare))


def _is_over_part(scan: Scan, index: int) -> bool:
    """True for a row with capitals over one that is nothing but "Part 3, Blue Moon"."""
    bare = scan.lines[index].bare
    below = index + 1
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop or below > index + 2 or not numbers.is_part_line(scan.lines[below].bare):
        return False
    return is_titlecase(bare.rstrip(".,")) or bare.isupper()
