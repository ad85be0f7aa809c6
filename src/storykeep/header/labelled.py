"""Labelled lines of a header: the label, its whole value, and the lines that it takes up."""

from __future__ import annotations

import itertools

from storykeep.header import byline, disclaimer, numbers, titles, voice
from storykeep.header.anchors import is_title_again
from storykeep.header.labels import Label, read_label, read_marked
from storykeep.header.lines import Line, is_symbols, label_of, words
from storykeep.header.runs import split_run
from storykeep.header.scan import Scan
from storykeep.header.shape import (
    CUE,
    JOINS,
    OWN_CUE,
    dashed_label,
    is_own_label,
    is_torn,
    joined,
    marked,
    url_within,
)
from storykeep.header.vocabulary import LONG
from storykeep.patterns import lazy

# An ordinary word may open a header line only this near to the last one.
_WEAK_REACH = 25


_TITLE = 14  # words that may stand above: a text file's title
_OWN_VALUE = 16  # words
_LONGEST_DAY = 5  # words
_MOST_NAMES = 5  # rows of further authors
_COLUMNS = 3  # labels that a table's head must have
_PAIRED, _LABEL_WORDS = 4, 4  # cells of a row with two labels; words of one
_PARTED = lazy(r"\s+[-–—|•·~]+\s*$")  # what parts a value from the next label
_PAIRED_VALUE = 12  # words
_DASHED_ROWS = 10  # among which labels with dashes stand
_PREFACE = 600  # words
_LONGEST_DISCLAIMER = 600  # words; one in a hundred has more than 410
_STOPS = lazy(r"[.!?:;…][\"'”’)*]*\s*$")
_FULL = 60  # characters
_COLUMN = lazy(r"\S {2,}(?=[A-Z])")
_CENTRED = 16  # columns
_RUN, _STRONG = 8, 3  # lines below a label, and labels among them that no narrator says
_ROW, _WORD = 100, 20  # characters
_VALUE_ENDS = frozenset('.!?,;)]"”|')


_SAID = lazy(
    r"\s*[\"“][^\"“”]+[\"”]\s+(?:(?:he|she|they|I|we|the\s+\w+|[A-Z]\w+)\s+)?"
    r"(?:said|says?|asked|read|reads|began|whispered|muttered|announced|added|cried|shouted|replied)\b"
)


def _is_said(text: str) -> bool:
    """True where somebody of the story says the label: '"Disclaimer: ...," said the boy.'."""
    return text.lstrip()[:1] in '"“' and _SAID.match(text) is not None


def take_label(scan: Scan, index: int) -> int | None:
    line = scan.lines[index]
    row = marked(line) if line.kind == "table_row" else None
    label = row or label_of(line) or marked(line)
    if label is None and (dashed := _dashed(scan, index)):
        if dashed.name == "author":
            scan.named = scan.named if scan.named is not None else index
        return _take_last(scan, dashed, index, 0)
    if label is None:
        if line.kind != "table_row":
            return None
        return _take_columns(scan, index) or _take_pairs(scan, index)
    if row is not None and (below := _take_columns(scan, index) or _take_pairs(scan, index)):
        return below
    if label.name == "notes" and _is_chapter_title(scan, label, index):
        scan.draft.found("chapter_title", line.bare, "position", line.bare)
        scan.draft.chapter_title = scan.draft.chapter_title or line.bare
        scan.draft.put(index, "field")
        return index + 1
    if label.name == "notes" and not label.value and line.kind == "heading":
        preface = _preface(scan, label, index)
        if preface is not None:
            return preface
    if scan.hints.strict and scan.gap_text and not label.long:
        return None  # the site has said all of this in places of its own
    mail = label.name in {"from", "to", "subject"}
    if label.name in {"published", "updated"} and _is_no_day(label.value):
        return None  # "Data: Captain, I see two ships.", which no Italian wrote
    if label.name == "disclaimer" and _is_said(line.text):
        return None
    if label.name == "notes" and scan.told:
        return None  # "(A/N: I looked this up!)" in the middle of a scene
    if label.weak or mail:
        if (scan.gap_text or scan.gap > _WEAK_REACH) and (
            scan.hints.strict or not (_opens_run(scan, index) or _opens_mail(scan, index))
        ):
            return None  # "Name: Pell", a game's status in the middle of a chapter
    elif scan.broken and scan.gap > 40:
        return None
    if mail and not (scan.mail or label.name == "from" or _mail_ahead(scan, index)):
        return None
    scan.mail = scan.mail or mail
    if label.name == "author":
        scan.named = scan.named if scan.named is not None else index
    if label.start == 0 and label.colon:  # the markup says that it is one: its value stands apart
        return _take_last(scan, label, index, 0)
    # A mail's subject is one value: the "FIC:" in it labels nothing.
    runs = [(0, len(line.text))] if label.name == "subject" else _runs(line)
    for begin, finish in runs[:-1]:
        _take_piece(scan, line, begin, finish, index)
    begin, finish = runs[-1]
    last = read_label(line.text[begin:finish])
    if last is None and begin:
        _take_piece(scan, line, begin, finish, index)
        return index + 1
    return _take_last(scan, last or label, index, begin)


def _is_chapter_title(scan: Scan, label: Label, index: int) -> bool:
    """True for "Introduction" in bold type right below "Chapter One" in the same."""
    line = scan.lines[index]
    if label.value or label.colon or not line.strong or ":" in line.text:
        return False
    near = (scan.lines[at] for at in range(index - 1, max(-1, index - 4), -1))
    above = next((each for each in near if not each.blank), None)
    return above is not None and above.strong and numbers.is_part_line(above.bare)


def _dashed(scan: Scan, index: int) -> Label | None:
    """Return the label of "Title - The Brown Hat" at the top of a page, where two more rows below
    it are of that kind; in a sentence such words stand as well."""
    line = scan.lines[index]
    below_title = scan.end == scan.start and scan.gap <= _TITLE and line.wrapped
    if scan.hints.strict or ((scan.gap_text or scan.gap) and not (scan.dashed or below_title)):
        return None
    if (label := dashed_label(line)) is None:
        return None
    if label.name == "author" and byline.looks_like_name(label.value):
        return label
    if scan.gap_text:
        return None
    if not scan.dashed:
        near = [each for each in scan.lines[index + 1 : index + _DASHED_ROWS] if not each.blank]
        others = [each for each in near if dashed_label(each) is not None]
        scan.dashed = len(others) + 1 >= _COLUMNS
    return label if scan.dashed else None


def _is_no_day(value: str) -> bool:
    """True for a sentence without a number, where a date should be."""
    return words(value) > _LONGEST_DAY and not any(map(str.isdigit, value))


def _take_columns(scan: Scan, index: int) -> int | None:
    """Take two rows of a table, the first nothing but labels and the second their values."""
    if index + 1 >= scan.stop or scan.lines[index + 1].kind != "table_row":
        return None
    names = [cell.strip() for cell in scan.lines[index].text.split(" | ")]
    values = [cell.strip() for cell in scan.lines[index + 1].text.split(" | ")]
    if len(names) < _COLUMNS or len(names) != len(values):
        return None
    labels = [read_marked(name, value) for name, value in zip(names, values, strict=True)]
    known = [label for label in labels if label is not None]
    if len(known) < _COLUMNS or len(known) * 2 < len(names):
        return None
    at = 0
    for label, value in zip(labels, values, strict=True):
        line = scan.lines[index + 1]
        if label is not None and value:
            url = url_within(line, at, at + len(value) + 1)
            scan.draft.take(label, value, "head", url=url)
            if label.name == "author":
                scan.named = scan.named if scan.named is not None else index
        at += len(value) + 3
    scan.draft.found("fields", None, "markup", scan.lines[index].bare)
    scan.draft.found("fields", None, "markup", scan.lines[index + 1].bare)
    scan.draft.put(index, "field")
    scan.draft.put(index + 1, "field")
    return index + 2


def _take_pairs(scan: Scan, index: int) -> int | None:
    """Take a row of a table with several labels, each with its value in the cell behind it."""
    line = scan.lines[index]
    cells = line.text.split(" | ")
    if len(cells) < _PAIRED or len(cells) % 2 or not all(_heads(cell) for cell in cells[::2]):
        return None
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    labels = [read_marked(name.strip(), value) for name, value in pairs]
    if not any(labels):
        return None
    end = -3
    for label, (name, value) in zip(labels, pairs, strict=True):
        start = end + len(name) + 6
        end = start + len(value)
        if label is None:
            scan.draft.add_field(name.strip().rstrip(": "), value.strip())
            scan.draft.found("fields", value.strip(), "markup", f"{name} {value}")
            continue
        scan.draft.take(label, value, "head", url=url_within(line, start, end))
        if label.name == "author":
            scan.named = scan.named if scan.named is not None else index
    scan.draft.put(index, "field")
    return index + 1


def _heads(cell: str) -> bool:
    """True for a cell that is nothing but a label: "Last updated:"."""
    return cell.rstrip()[-1:] == ":" and words(cell) <= _LABEL_WORDS


def _is_paired(scan: Scan, index: int) -> bool:
    """True for a label alone in its block whose value stands in the next, as the label above or
    below it has it, too."""
    if not _is_pair(scan, index):
        return False
    return _is_pair(scan, index + 2) or (index - 2 >= scan.start and _is_pair(scan, index - 2))


def _is_pair(scan: Scan, index: int) -> bool:
    if index + 1 >= scan.stop:
        return False
    name, value = scan.lines[index], scan.lines[index + 1]
    if not (name.first and value.first) or name.wrapped or name.block == value.block:
        return False
    if not 0 < words(value.text) <= _PAIRED_VALUE or voice.is_speech(value.text):
        return False
    if name.strong and not value.strong and read_marked(name.bare, value.text) is not None:
        return True
    return _heads(name.bare) and value.bare[-1:] not in ".:!?…"


def _preface(scan: Scan, label: Label, index: int) -> int | None:
    """Take what stands between a heading "Author's Notes" and the next rule: a whole preface.

    None where there is no rule soon, the story is not below it, or somebody speaks above it.
    """
    end, size = index + 1, 0
    while end < scan.stop and scan.lines[end].kind not in {"break", "heading"}:
        if voice.is_speech(scan.lines[end].text):
            return None
        size += words(scan.lines[end].text)
        end += 1
    if end >= scan.stop or scan.lines[end].value != "rule" or not 0 < size <= _PREFACE:
        return None
    if sum(scan.draft.sizes[end : scan.stop]) < size or scan.gap_text:
        return None
    # Where the header goes on below it, the preface ends.
    below = (at for at in range(index + 1, end) if label_of(scan.lines[at]))
    end = next(below, end)
    shown = [line for line in scan.lines[index + 1 : end] if not line.blank]
    if not shown:
        return None
    text = "\n\n".join(line.bare for line in shown)
    bin_ = scan.draft.take(label, text, "head")
    for taken in range(index, end):
        scan.draft.put(taken, bin_)
    return end


def _take_own_pair(scan: Scan, index: int) -> int | None:
    """Take a label in words of a site's own, with its value in the next block, below others."""
    above = index - 2
    if above < scan.start or scan.end != index or not _is_pair(scan, above):
        return None
    if not _is_pair(scan, index) or scan.draft.bins[above] not in {"field", "note"}:
        return None
    typed, value = scan.lines[index].bare.rstrip(": "), scan.lines[index + 1].bare
    scan.draft.add_field(typed, value)
    scan.draft.found("fields", value, "markup", f"{typed}: {value}")
    scan.draft.put(index, "field")
    scan.draft.put(index + 1, "field")
    return index + 2


def take_own_label(scan: Scan, index: int) -> int | None:
    """A line right below the last label that the author has drawn as one, in words of one's own."""
    line = scan.lines[index]
    if not scan.gap and line.bare[-1:] == ":" and (below := _take_own_pair(scan, index)):
        return below
    if scan.gap or index == scan.start or not is_own_label(line):
        return None
    if line.first and not _is_last_label(scan, index):
        return None
    if scan.end < index or not scan.draft.bins[index - 1] or voice.is_speech(line.text):
        return None
    cue = OWN_CUE.match(line.text)
    if cue is None:
        return None
    scan.draft.add_field(cue["name"], cue["value"].strip())
    scan.draft.found("fields", cue["value"].strip(), "markup", line.bare)
    scan.draft.put(index, "field")
    return index + 1


def _is_last_label(scan: Scan, index: int) -> bool:
    """True for a paragraph of a few words in a page, below a label's and above a rule or another's:
    "Violence: less than on the show"."""
    line, below = scan.lines[index], index + 1
    if line.wrapped or words(line.text) > _OWN_VALUE:
        return False
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop:
        return False
    return scan.lines[below].is_break or label_of(scan.lines[below]) is not None


def _runs(line: Line) -> list[tuple[int, int]]:
    """Return the (start, end) of each label's share of a line: where the page draws a label in
    bold, or sets it in a column of its own, it cuts even a disclaimer."""
    cuts = [0, *_drawn_labels(line), len(line.text)]
    return [
        (begin + low, begin + high)
        for begin, finish in itertools.pairwise(cuts)
        for low, high in split_run(line.text[begin:finish])
    ]


def _drawn_labels(line: Line) -> list[int]:
    first = line.text[: len(line.text) - len(line.text.lstrip())]
    bold = {mark.start: mark.end for mark in line.marks if mark.kind == "strong"}
    starts = set(bold)
    if line.wrapped:
        starts |= {gap.end() for gap in _COLUMN.finditer(line.text)}
    found = []
    for start in sorted(starts):
        if start <= len(first):
            continue
        label = read_label(line.text[start:])
        known = label is not None and label.colon and label.typed[:1].isupper()
        if known or _is_drawn_label(line.text, start, bold.get(start, 0)):
            found.append(start)
    return found


def _is_drawn_label(text: str, start: int, end: int) -> bool:
    """True for a word or two in bold, in whatever words, with the colon of a label, behind the end
    of a value."""
    drawn = text[start:end].rstrip()
    colon = drawn[-1:] == ":" or text[end : end + 1] == ":"
    above = text[:start].rstrip()[-1:]
    return colon and drawn[:1].isupper() and words(drawn) <= 3 and above in _VALUE_ENDS


def _opens_run(scan: Scan, index: int) -> bool:
    """True where two more labels stand right below, one of them no usual word: "Title: ..."; among
    labels of an author's own, three."""
    below = [scan.lines[i] for i in range(index + 1, min(index + _RUN, scan.stop))]
    labels = [label_of(line) for line in below if not line.blank]
    first = labels[:2]
    if len(first) == 2 and all(first) and not all(label and label.weak for label in first):
        return True
    strong = [label for label in labels if label and label.colon and not label.weak]
    return len(strong) >= _STRONG


def _opens_mail(scan: Scan, index: int) -> bool:
    """True for a mail's head below nothing but the links and the counts of an archive, which end in
    no full stop: a mail in a story stands below sentences."""
    if scan.end > scan.start or scan.told:
        return False
    named = {label.name for at in range(index, index + 3) if (label := _label_at(scan, at))}
    if not ({"from", "subject"} <= named and named & {"published", "to"}):
        return False
    above = (line.bare for line in scan.lines[scan.start : index])
    return not any(text.endswith((".", "!", "?", '"', "”")) for text in above)


def _label_at(scan: Scan, index: int) -> Label | None:
    return label_of(scan.lines[index]) if index < scan.stop else None


def _mail_ahead(scan: Scan, index: int) -> bool:
    ahead = [label_of(line) for line in scan.lines[index + 1 : min(index + 6, scan.stop)]]
    return any(label and label.name in {"from", "subject", "to"} for label in ahead)


def _take_piece(scan: Scan, line: Line, begin: int, finish: int, index: int) -> None:
    label = read_label(line.text[begin:finish])
    if label is not None:
        value = label.value if label.long else _PARTED.sub("", label.value)
        scan.draft.put(
            index, scan.draft.take(label, value, "head", url=url_within(line, begin, finish))
        )
        return
    own, _, value = line.text[begin:finish].partition(":")
    scan.draft.add_field(own.strip(), value.strip())
    scan.draft.found("fields", value.strip(), "markup", line.text[begin:finish].strip())
    scan.draft.put(index, "field")


def _take_last(scan: Scan, label: Label, index: int, begin: int) -> int:
    line = scan.lines[index]
    value, end = _value(scan, label, index)
    if label.name == "author" and line.wrapped and end == index + 1:
        more = _names_below(scan, label, index)
        value, end = ", ".join([value, *more]), end + len(more)
    url = url_within(line, begin, len(line.text)) or (
        url_within(scan.lines[end - 1], 0, 999) if end > index + 1 else None
    )
    bin_ = scan.draft.take(label, value, "head", url=url)
    for taken in range(index, end):
        scan.draft.put(taken, bin_)
    return end


def _names_below(scan: Scan, label: Label, index: int) -> list[str]:
    """Return the names in the rows right below an author's that stand in the same column."""
    found: list[str] = []
    column = len(scan.lines[index].text[: label.start].expandtabs(8))
    for line in scan.lines[index + 1 : min(scan.stop, index + 1 + _MOST_NAMES)]:
        shown = line.text.expandtabs(8)
        indent = len(shown) - len(shown.lstrip())
        name = line.bare.removeprefix("and ").removeprefix("& ")
        if (
            line.blank
            or indent != column
            or not all(map(byline.looks_like_name, byline.split_names(name) or ("",)))
        ):
            break
        found.append(line.bare)
    return found


def _value(scan: Scan, label: Label, index: int) -> tuple[str, int]:
    """Return a label's whole value and the line behind it: wraps, `<br>` lines, the paragraph
    after."""
    pieces = [label.value] if label.value else []
    line = scan.lines[index]
    end = index + 1
    started, apart = bool(label.value), False
    while end < scan.stop:
        following = scan.lines[end]
        if following.blank:
            if started and not _is_torn_below(scan, label, line, end):
                break
            apart = apart or not started
            end += 1
            continue
        if following.is_break and (started or not is_symbols(following.text)):
            break
        if scan.draft.bins[end]:
            break
        if not following.is_break:  # a row of dashes underlines the label
            attached = following.wrapped and not apart and label.name in LONG
            if not ((attached and not started) or _continues(scan, label, line, end, started)):
                break
            pieces.append(following.bare)
            started = True
            line = following
        end += 1
    if not pieces:
        return "", index + 1
    if label.name == "disclaimer" and scan.lines[index].wrapped and _is_story(pieces):
        kept = _disclaimed(pieces)
        end -= len(pieces) - kept
        pieces = pieces[:kept]
    return joined(pieces, scan.lines[index].wrapped), end


def _is_torn_below(scan: Scan, label: Label, last: Line, index: int) -> bool:
    """True for the blank row *index* in the midst of a sentence of a disclaimer or a note."""
    if not label.long or index + 1 >= scan.stop:
        return False
    below = scan.lines[index + 1]
    if label.name == "disclaimer" and is_torn(last, below):
        return True
    # A first row that a mailer has parted from the rest: "... Send me your" and "opinion of it".
    first = label.name == "disclaimer" or label.line == last.text.strip()
    first = first and last.wrapped and below.wrapped
    full = len(last.bare) >= _FULL and _STOPS.search(last.text) is None
    return first and full and label.value[:1].isupper() and below.bare[:1].islower()


def _is_story(rows: list[str]) -> bool:
    """True for more rows without a blank one than any disclaimer has: the story is in them."""
    return sum(map(words, rows)) > _LONGEST_DISCLAIMER


def _disclaimed(rows: list[str]) -> int:
    """Return how many of the first rows are the disclaimer: to the end of a sentence below which no
    row is about owning."""
    for at, row in enumerate(rows, start=1):
        if row[-1:] in ".!?)" and not any(
            disclaimer.may_disclaim(each) for each in rows[at : at + 4]
        ):
            return at
    return len(rows)


def _is_amid(last: Line, line: Line) -> bool:
    """True for a row in the midst of a sentence: "... some time after" and, below, "ep. 13."."""
    full = line.wrapped and not line.first and len(last.bare) >= _FULL
    return full and line.bare[:1].islower() and last.bare[-1:] not in _VALUE_ENDS


def _continues(scan: Scan, label: Label, last: Line, end: int, started: bool) -> bool:
    line = scan.lines[end]
    found = label_of(line)
    if label.name == "disclaimer" and _is_played_below(last, line):
        return found is None or found.name not in LONG
    if found and line.wrapped and line.bare.islower() and not (found.colon or found.value):
        found = None  # "to", all of a row that a mailer broke once more
    if found or line.kind == "heading" or not line.text.strip():  # a picture has no words
        return False
    if started and numbers.is_part_line(line.bare) and not _is_amid(last, line):
        return False
    named = byline.read_byline(line.text) and not byline.leaves_open(last.bare)
    drawn = not line.wrapped and marked(line)
    if started and (named or drawn or is_own_label(line)):
        return False
    if scan.dashed and dashed_label(line) is not None:
        return False
    if not started:
        may_be = _may_be_value(label, line) or _is_paired(scan, end - 1)
        return marked(line) is None and may_be
    if not line.wrapped and _runs_over(last, line):
        return True
    if line.first:
        if not line.wrapped:
            return label.name == "disclaimer" and _is_of_its_paragraph(last, line)
        if label.name == "disclaimer" and is_torn(last, line):
            return True
        if label.long and _is_torn_below(scan, label, last, end - 1):
            return True
        long = label.name in LONG or line.bare[:1].islower()
        return long and _hangs(last, line)
    if line.wrapped:
        if len(line.text) > _ROW and len(line.text) > len(last.text) + _WORD:
            return False  # nothing wraps so late, and the first words had room above
        if started and (scan.begins_anew(end) or _is_between_labels(scan, label, end)):
            return False
        if label.name in LONG and line.bare[:1].islower() and not _STOPS.search(last.text):
            return True  # a row that a mailer broke once more goes on with its last word
        return len(last.text.rstrip()) >= 50 or line.text[:1] in " \t" or label.name == "disclaimer"
    if label.name not in LONG or is_title_again(scan, titles.squash(line.bare)):
        return False
    return not voice.is_speech(line.text) and (
        _rest_of_paragraph(scan, end) <= 6
        or voice.speaks_to_reader(line.text)
        or disclaimer.asserts(line.text)
    )


def _is_played_below(last: Line, line: Line) -> bool:
    """True for a cue of the scene that a disclaimer is: indented alike below its label."""
    if not line.wrapped or line.text[:2] != "  " or CUE.match(line.text.lstrip()) is None:
        return False
    indent, above = (len(each.text) - len(each.text.lstrip()) for each in (line, last))
    return above in {0, indent} and indent < _CENTRED


def _is_of_its_paragraph(last: Line, line: Line) -> bool:
    """True for a further line of the disclaimer's own <p> that is about owning, too."""
    same = last.element is line.element and getattr(line.element, "tag", "") == "p"
    return same and disclaimer.may_disclaim(line.text)


def _is_between_labels(scan: Scan, label: Label, index: int) -> bool:
    """True for a row with a colon like a label's, below a short label and above another one."""
    if label.name in LONG or CUE.match(scan.lines[index].text) is None or index + 1 >= scan.stop:
        return False
    below = label_of(scan.lines[index + 1])
    return below is not None and below.colon


def _runs_over(last: Line, line: Line) -> bool:
    """True for a line in small letters that goes on with the sentence above it."""
    text = last.text.rstrip()
    unended = JOINS.search(text) or (len(text) >= _FULL and _STOPS.search(text) is None)
    beside = not line.first or line.element is last.element
    return bool(unended) and beside and line.bare[:1].islower()


def _hangs(last: Line, line: Line) -> bool:
    """True for an indented row that goes on with the sentence of a label's row above it."""
    indented = line.text[:1] in " \t" and last.text[:1] not in " \t"
    return indented and words(last.text) > 4 and _STOPS.search(last.text) is None


def _may_be_value(label: Label, line: Line) -> bool:
    """True where the line below a label that stands alone can be its value, and not the story."""
    if label.name == "disclaimer":
        # In one paragraph with its label it is the value, whatever it says, rhymed or not.
        if getattr(line.element, "tag", "") == "dd":
            return True
        return disclaimer.may_disclaim(line.text) or (not line.first and not line.wrapped)
    if voice.is_speech(line.text):
        return False
    if label.name in LONG:
        return True
    # Terms of a list and cells of a table have their values in the next block; a bare "Rating:"
    # has none.
    return not line.first or (label.start == 0 and words(line.text) <= 12)


def _rest_of_paragraph(scan: Scan, index: int) -> int:
    count = 0
    while (
        index + count < scan.stop and count < 8 and not (count and scan.lines[index + count].first)
    ):
        count += 1
    return count
