"""What lies between a header's anchors, before the first and behind the last of them."""

from __future__ import annotations

import re

from storykeep.header import (
    asides,
    byline,
    diction,
    disclaimer,
    epigraphs,
    legends,
    numbers,
    replies,
    sequels,
    talking,
    titles,
    voice,
)
from storykeep.header.handover import hands_over
from storykeep.header.large import is_drawn_large, is_titleish, stands_alone
from storykeep.header.lines import Line, is_within, words
from storykeep.header.naming import take_title
from storykeep.header.preface import drawn_as
from storykeep.header.scan import Scan
from storykeep.header.shape import (
    CUE,
    is_own_label,
    is_title_shape,
    is_titlecase,
    joined,
)
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_centred, is_small

_NEARLY = 0.6  # of a paragraph's letters
_SAYING = 12  # words: fewer are a subtitle or a motto
_SITE_NAME = 8  # words
_QUOTED = lazy(r"[\"“][^\"“”]{3,80}[\"”]")
_STEP = 8  # words
_PAST = ("skip to ", "jump to ")
_PAST_MENU = lazy(
    r"(?:skip|jump) to (?:the )?(?:main |page |site )?(?:content|text|story|navigation|menu|search|"
    r"footer)\W*",
    re.IGNORECASE,
)
_TOP, _NEAR = 4, 3  # rows
_SIGNED = lazy(r"^\s*(?:[-–—~]{1,3}\s*)(?P<name>\w[\w .'’-]{0,40}?)\s*$")
_VERSE_ROWS, _VERSE_WIDTH = 5, 48  # rows and characters
_STEPS = lazy(
    r"\W*(?:(?:(?:go|jump|move|continue|click here)\s+)?(?:back|on|onwards?|forwards?|return|"
    r"ahead|up)\b|(?:go|jump|skip|continue|proceed)\s+(?:on\s+|directly\s+)?to\b|"
    r"(?:the\s+)?(?:next|prev(?:ious)?|earlier|last|first|preceding|following)\b|"
    r"(?:part|chapter|chap|episode|book|section|prologue|epilogue)s?\b|read\s+(?:the\s+)?\w+|"
    r"home|index|contents|table of contents|menu|(?:main|story|title|chapter)\s+(?:page|index)|"
    r"stories|fan ?fic(?:tion)?s?|archive|zurück|weiter|retour|suite|назад|далее|дальше)",
    re.IGNORECASE,
)
_ARROW = lazy(r"^\s*(?:[←«‹◄<]|<<|<-)|(?:[→»›►>]|>>|->)\s*$")
_SMALL_NOTE = 60  # words
_LOOK, _FIRSTS = 40, 4  # rows, and paragraphs that begin in them
_FEW_WORDS, _EXCLAIMED = 150, 8
_SELF = lazy(r"\b(?:I|[Mm]y|[Mm]e|[Yy]ou|[Yy]our)\b")
_SHORT_NOTE = 100
_OPENS_SPEECH = frozenset('"“«„')
_STATES = frozenset({"completed", "complete", "story is complete", "in progress", "finished"})


def first_title(scan: Scan) -> None:
    """Without any anchor the first line may still be a title: set apart, short, no sentence."""
    if scan.end != scan.start or scan.hints.strict:
        return
    shown = [
        i
        for i in range(scan.start, min(scan.stop, scan.start + 12))
        if not scan.lines[i].blank and not scan.draft.bins[i]
    ]
    while shown and scan.lines[shown[0]].is_break:
        shown.pop(0)
    if len(shown) < 2:
        return
    index, line = shown[0], scan.lines[shown[0]]
    apart = (
        scan.lines[index + 1].blank or scan.lines[index + 1].first or scan.lines[index + 1].is_break
    )
    centred = (
        line.wrapped and len(line.text) - len(line.text.lstrip()) >= 8 and not _indented_style(scan)
    )
    drawn = line.strong or centred or line.bare.isupper() or is_titlecase(line.bare)
    if (
        not apart
        or not drawn
        or not is_title_shape(line.bare)
        or words(scan.lines[shown[1]].text) < 6
    ):
        return
    take_title(scan, index, line.bare, "position", 0.7)
    if scan.draft.bins[index]:
        scan.end = index + 1


def _indented_style(scan: Scan) -> bool:
    rows = [
        line.text
        for line in scan.lines[scan.start : scan.start + 60]
        if line.text.strip() and line.first
    ]
    deep = [
        row
        for row in rows
        if len(row.expandtabs()) - len(row.expandtabs().lstrip()) >= 8 and len(row) > 60
    ]
    return len(deep) > len(rows) / 3


def notes_before_break(scan: Scan) -> None:
    """Paragraphs to the readers between the last label and a break are notes, too."""
    spoken, index = _above_break(scan)
    total = sum([words(scan.lines[at].text) for at in spoken])
    if not spoken or total >= 400 or (scan.end == scan.start and total > 150):
        return
    if any(_is_verse(group) for group in _groups(scan, spoken)):
        return
    paragraphs = _paragraphs(scan, spoken)
    if numbers.is_part_line(scan.lines[spoken[0]].bare.strip("~ ")):
        return  # a chapter's name, and what it opens with
    told = [text for text in paragraphs if not _tells_how_to_read(text)]
    few = total <= _FEW_WORDS and not any('"' in text or "“" in text for text in told)
    unsaid = [text for text in told if not (_is_said(text, few=few) or disclaimer.sentences(text))]
    if len(told) < len(paragraphs):
        unsaid = [text for text in unsaid if not legends.is_entry(text)]
    silent = _silent(scan, spoken, index, paragraphs, unsaid)
    # Half is not enough: a story may begin in an archive, or with a chapter that somebody wrote. A
    # few words between a note's label and a rule go on with the note.
    near = _goes_on(scan, total, index) and asides.is_aside(paragraphs[0])
    if few and silent < len(paragraphs):
        silent -= sum(map(_is_exclaimed, unsaid))
    if silent * 2 >= len(paragraphs) + near or any(voice.is_speech(text) for text in told):
        return
    scan.draft.add_note("\n\n".join(paragraphs), None, "head")
    scan.draft.found("notes", paragraphs[0], "position", paragraphs[0])
    for taken in spoken:
        scan.draft.put(taken, "note")
    scan.end = index


def _above_break(scan: Scan) -> tuple[list[int], int]:
    """Return the lines with words between the header's end and the next drawn break, and the line
    of that; no lines where there is none soon, or somebody speaks there."""
    spoken: list[int] = []
    index, total = _below_rule(scan, scan.end), 0
    while index < scan.stop and total < 400:
        line = scan.lines[index]
        if line.is_break and line.value != "gap":
            return spoken, index
        if line.blank and line.wrapped and scan.lines[index - 1].blank and spoken:
            return spoken, index  # two blank rows part as much as a rule does
        if spoken and spoken[-1] == index - 1 and hands_over(scan, index - 1):
            return spoken, index
        if not line.blank and not scan.draft.bins[index] and not _is_step(line):
            if line.first and line.text[:1] in _OPENS_SPEECH and not legends.is_sample(line.bare):
                return [], index  # what somebody says, and no note
            total += words(line.text)
            spoken.append(index)
        index += 1
    return [], index


def _silent(
    scan: Scan, spoken: list[int], index: int, paragraphs: list[str], unsaid: list[str]
) -> int:
    """Return how many of the *paragraphs* above the break at line *index* do not show that the
    author speaks: of those *unsaid*, what stands beside them may."""
    size = sum([words(scan.lines[at].text) for at in spoken])
    if len(paragraphs) == 1 and size <= _FEW_WORDS and _is_worded(paragraphs[0]):
        unsaid = []
    silent = len(unsaid)
    if silent and (answers := replies.answered(paragraphs)):
        silent = max(0, silent - answers)
    if silent < len(paragraphs) and all(scan.lines[at].kind == "list_item" for at in spoken):
        return 0
    if _is_signed_off(scan, paragraphs[-1]) or _goes_on_alike(scan, spoken, index):
        return 0
    if scan.end > scan.start and size <= _SMALL_NOTE and _is_small_print(scan, spoken, index):
        return 0
    return silent


def words_apart(scan: Scan) -> None:
    """A paragraph below the header is a note where a blank row parts it from a text whose
    paragraphs are told by indents alone, and its words are an author's."""
    index = scan.end
    while index < scan.stop and scan.lines[index].blank:
        index += 1
    end = index
    while end < scan.stop and not (scan.lines[end].blank or scan.lines[end].is_break):
        if scan.draft.bins[end] or (end > index and scan.lines[end].first):
            return
        end += 1
    if not index < end < scan.stop or not _parts_scenes(scan, end):
        return
    text = joined([each.bare for each in scan.lines[index:end]], wrapped=True)
    if words(text) > _FEW_WORDS or not _is_worded(text):
        return
    scan.draft.add_note(text, None, "head")
    scan.draft.found("notes", text, "position", text)
    for taken in range(index, end):
        scan.draft.put(taken, "note")
    scan.end = end


def _parts_scenes(scan: Scan, index: int) -> bool:
    """True for a blank row of a text whose paragraphs are told by indents alone: it is a break."""
    if not scan.lines[index].wrapped:
        return False
    firsts = [at for at in range(index + 1, min(scan.stop, index + _LOOK)) if scan.lines[at].first]
    joined = sum(not scan.lines[at - 1].blank for at in firsts)
    return len(firsts) >= _FIRSTS and joined * 3 >= len(firsts) * 2


def _is_said(text: str, *, few: bool) -> bool:
    """True for an author's words above a break: where these are *few*, a "me" or a "you" and some
    of the words that only go with an author's are enough."""
    if asides.is_aside(text):
        return True
    if not few or _SELF.search(text) is None or voice.is_talked_in(text):
        return False
    weight = diction.weight(text)
    return weight >= diction.LIKELY or (weight >= 0 and talking.weight(text) > 0)


def _tells_how_to_read(text: str) -> bool:
    """True for a legend, of signs or of names."""
    return legends.is_legend(text) or legends.is_glossary(text)


def _is_worded(text: str) -> bool:
    """True for what stands alone above a page's first break in words that hardly a story has."""
    if numbers.is_part_line(text.partition("\n")[0]) or text[:1] in "\"“'‘":
        return False
    return diction.weight(text) >= diction.SURE and not voice.is_talked_in(text)


def _is_exclaimed(text: str) -> bool:
    """True for "Gasp!" and "(Hope you like it)": they say nothing against what is beside them."""
    if words(text) > _EXCLAIMED:
        return False
    return text[-1:] == "!" or (text[-1:] == ")" and "you" in text)


def _goes_on_alike(scan: Scan, spoken: list[int], below: int) -> bool:
    """True where the lines above a drawn rule are drawn as the disclaimer or note above them, and
    the text below the rule is not."""
    last = scan.end - 1
    while last > scan.start and scan.lines[last].blank:
        last -= 1
    if scan.end == scan.start or scan.draft.bins[last] not in {"disclaimer", "note"}:
        return False
    drawn = drawn_as(scan.lines[last])
    if not drawn or scan.lines[below].value != "rule":
        return False
    told = next((line for line in scan.lines[below:] if not (line.blank or line.is_break)), None)
    return (
        told is not None
        and drawn_as(told) != drawn
        and all(drawn_as(scan.lines[place]) == drawn for place in spoken)
    )


def _goes_on(scan: Scan, total: int, below: int) -> bool:
    """True for few words right below a note, above a drawn rule."""
    last = scan.end - 1
    while last > scan.start and scan.lines[last].blank:
        last -= 1
    noted = scan.end > scan.start and scan.draft.bins[last] == "note"
    return noted and total <= _SHORT_NOTE and scan.lines[below].value == "rule"


def _below_rule(scan: Scan, index: int) -> int:
    """Return the line below a rule that closes the header, where the words below it stand between
    it and another; any other header ends where it did."""
    if scan.end == scan.start:
        return index
    at = index
    while at < scan.stop and (scan.lines[at].blank or scan.draft.bins[at]):
        at += 1
    if at >= scan.stop or not scan.lines[at].is_break or scan.lines[at].value == "gap":
        return index
    # A list, and text that is set as it was typed, are hardly the story's between two rules.
    below = scan.lines[at + 1] if at + 1 < scan.stop else scan.lines[at]
    opened = scan.lines[at].wrapped or below.wrapped or below.kind == "list_item"
    return at + 1 if opened else index


def _is_small_print(scan: Scan, spoken: list[int], below: int) -> bool:
    """True where the lines above a rule are in smaller letters than the text below it."""
    told = next((line for line in scan.lines[below:] if not (line.blank or line.is_break)), None)
    return (
        told is not None
        and not is_small(told.element)
        and all(is_small(scan.lines[place].element) for place in spoken)
    )


def _is_verse(group: list[tuple[int, Line]]) -> bool:
    """True for many short rows: a song above the story speaks to "you" as well."""
    rows = [line.bare for _, line in group]
    return len(rows) >= _VERSE_ROWS and max(map(len, rows)) < _VERSE_WIDTH


def _is_signed_off(scan: Scan, text: str) -> bool:
    """True for "- Jane": whoever signs what stands above the story has written it."""
    signed = _SIGNED.match(text)
    if signed is None:
        return False
    known = {titles.squash(author.name) for author in scan.draft.authors}
    return titles.squash(signed["name"]) in known


def _paragraphs(scan: Scan, indexes: list[int]) -> list[str]:
    return [
        joined([line.bare for _, line in group], group[0][1].wrapped)
        for group in _groups(scan, indexes)
    ]


def _groups(scan: Scan, indexes: list[int]) -> list[list[tuple[int, Line]]]:
    """Return the lines at *indexes* by paragraph."""
    groups: list[list[tuple[int, Line]]] = []
    for index in indexes:
        line = scan.lines[index]
        if line.first or not groups:
            groups.append([])
        groups[-1].append((index, line))
    return groups


def settle_gaps(scan: Scan) -> None:
    """Give the unlabelled lines inside the header to a title, a note or the chrome."""
    left = [
        i for i in range(scan.start, scan.end) if not scan.draft.bins[i] and not scan.lines[i].blank
    ]
    above = [i for i in left if scan.named is not None and i < scan.named and is_titleish(scan, i)]
    above = [i for i in above if _may_be_title(scan, i)]
    above = [i for i in above if not _signs_off(scan, i, left)]
    if (stopped := _stopped_title(scan, left)) is not None:
        above.append(stopped)
    quoted = [i for i in above if scan.lines[i].wrapped and _is_quoted_title(scan.lines[i].bare)]
    chosen = (quoted or above)[-1] if above and not scan.headings else None
    if chosen is None and not scan.headings and scan.named is None:
        chosen = next((i for i in left if is_titleish(scan, i) and stands_alone(scan, i)), None)
        # What is drawn large in the middle is the title, whatever the host has put above it.
        chosen = next((i for i in left if is_titleish(scan, i) and is_drawn_large(scan, i)), chosen)
    begun = _row_above(scan, chosen) if chosen is not None else None
    spoken: list[int] = []
    for index in left:
        line = scan.lines[index]
        if index == begun:
            scan.draft.put(index, "field")
        elif index == chosen:
            first = f"{scan.lines[begun].bare} " if begun is not None else ""
            take_title(scan, index, f"{first}{line.bare}", "position", 0.75)
        elif (followed := sequels.followed(scan, index)) is not None:
            scan.draft.take_sequel(followed, line.bare)
            scan.draft.put(index, "field")
        elif (fandom := byline.read_fandom(line.bare)) is not None:
            scan.draft.add_tag("fandom", fandom)
            scan.draft.found("tags", fandom, "position", line.bare)
            scan.draft.put(index, "field")
        elif is_own_label(line) and (own := CUE.match(line.text)):
            scan.draft.add_field(own["name"], own["value"].strip())
            scan.draft.found("fields", own["value"].strip(), "markup", line.bare)
            scan.draft.put(index, "field")
        elif (
            line.is_break
            or (line.linked and voice.is_site_voice(line))
            or (not is_within(scan.lines, index) and _is_the_site_s(scan, line))
        ):
            scan.draft.put(index, "chrome")
        else:
            spoken.append(index)
    groups = _groups(scan, spoken)
    told = epigraphs.storys_own(scan, groups)
    for group in groups:
        if group[0][0] in told:
            continue
        text = joined([line.bare for _, line in group], group[0][1].wrapped)
        if group[0][1].wrapped and _disclaims_all(text):
            scan.draft.add_disclaimer(text, None, "first_paragraph", text, method="position")
            for index, _ in group:
                scan.draft.put(index, "disclaimer")
            continue
        says = words(text) > _SAYING or disclaimer.asserts(text)
        scan.draft.add_note(text, None, "head", kind="note" if says else "other")
        for index, _ in group:
            scan.draft.put(index, "note")


def _row_above(scan: Scan, index: int) -> int | None:
    """Return the row that a title goes on from, "The Devil and Mr. Moss:"; None without one."""
    above = index - 1
    while above > max(scan.start, index - _NEAR) and scan.lines[above].blank:
        above -= 1
    if above < scan.start or not scan.lines[index].wrapped or scan.draft.bins[above]:
        return None
    bare = scan.lines[above].bare
    first = bare.rstrip(":").rstrip()
    return above if bare != first and is_title_shape(first) and is_titlecase(first) else None


def _is_quoted_title(text: str) -> bool:
    """True for a title between quotation marks: what is quoted is a sentence mostly."""
    return _QUOTED.fullmatch(text) is not None and (text[-2:-1] != "." or is_titlecase(text[1:-2]))


def _signs_off(scan: Scan, index: int, left: list[int]) -> bool:
    """True for one word above other rows that stand over the by-line: "Jo", below what Jo says."""
    line = scan.lines[index]
    if not line.wrapped or scan.named is None or len(line.bare.split()) > 1 or line.bare.isupper():
        return False
    return any(index < other < scan.named and not scan.lines[other].is_break for other in left)


def _stopped_title(scan: Scan, left: list[int]) -> int | None:
    """Return the row right above the by-line that is a title with a full stop: "The Lamp."."""
    above = [i for i in left if scan.named is not None and i < scan.named]
    line = scan.lines[above[-1]] if above else None
    if line is None or not line.wrapped or line.is_break or not line.bare.endswith("."):
        return None
    title = line.bare.rstrip(".")
    near = all(scan.lines[i].blank for i in range(above[-1] + 1, scan.named or 0))
    # Nothing but a title stands alone above the by-line at the very top.
    shown = [i for i in range(scan.start, scan.named or 0) if not scan.lines[i].blank]
    top = shown == above and (scan.named or 0) <= scan.start + _TOP and words(title) <= _SAYING
    drawn = (is_titlecase(title) or top) and is_title_shape(title) and len(title.split()) > 1
    return above[-1] if near and drawn and line.first else None


def _disclaims_all(text: str) -> bool:
    """True for a paragraph that is a disclaimer from its first sentence to its last."""
    if not disclaimer.opens_with_disclaimer(text):
        return False
    return len(disclaimer.sentences(text) or "") >= _NEARLY * len(text)


def _is_the_site_s(scan: Scan, line: Line) -> bool:
    """True for a stock phrase of a site, and for its name."""
    named = titles.is_site_name(line.bare, scan.hints.url, scan.hints.site_names)
    return voice.is_site_voice(line) or (named and words(line.text) <= _SITE_NAME)


def _may_be_title(scan: Scan, index: int) -> bool:
    """False for what says of which kind a story is, for a part's heading, a stage direction, and
    for the last row of a longer paragraph."""
    line = scan.lines[index]
    bare = line.bare
    if byline.is_subtitle(bare) or numbers.is_part_line(bare):
        return False
    if line.wrapped and (bare.count("(") != bare.count(")") or bare[:1] in "([>"):
        return False
    if line.wrapped and (epigraphs.is_credit(line) or epigraphs.is_credited(scan, index)):
        return False
    cue = CUE.match(bare) if line.wrapped else None
    if cue is not None and bare[-1:] in "?!" and words(cue["value"]) > 2:
        return False  # "Jo: All right, calm down, will you?!"
    bins = scan.draft.bins
    taken = bool(index > scan.start and bins[index - 1]) or bool(
        "".join(bins[index + 1 : index + 2])
    )
    return taken or not is_within(scan.lines, index) or is_titlecase(bare)


def _is_menu(line: Line) -> bool:
    """True for a row of links between the header and the story: "previous | contents | next"."""
    links = line.links()
    if len(links) == 1 and line.linked >= 0.95 and words(line.text) <= 6:
        return _ARROW.search(line.text) is not None  # "<- Part One"
    if len(links) < 2 or voice.is_speech(line.text):
        return False
    # "Previously: one, two": next to nothing but the links of other parts.
    few = words(line.text) <= sum(words(text) for _, text in links) + 1
    return voice.is_site_voice(line) or (few and ":" in line.text)


def _is_step(line: Line) -> bool:
    """True for one link that is a line of its own: "Back to Part 3", above the story of part 4."""
    links = line.links()
    if len(links) != 1 or links[0][1].strip() != line.bare or voice.is_speech(line.text):
        return False
    address = links[0][0].lower()
    return (
        line.first
        and 0 < words(line.text) <= _STEP
        and not address.startswith(("mailto:", "#"))
        and _STEPS.match(line.bare) is not None
    )


def _is_stamp(line: Line) -> bool:
    """True for what a site puts above and below a title: "Skip to main content", "Posted by <the
    site> on May 3, 2011"."""
    begins = line.bare[:9].lower()
    if begins.startswith(_PAST):
        return _PAST_MENU.fullmatch(line.bare) is not None
    return begins == "posted by" and voice.is_stock(line.bare)


def _is_sign(line: Line) -> bool:
    """True for what the site draws in the middle between header and story: "Completed"."""
    if line.wrapped or line.element is None or not is_centred(line.element):
        return False
    if line.bare.lower().strip("[]()*. ") in _STATES:
        return True
    return words(line.text) > 3 and voice.is_site_voice(line) and not voice.is_speech(line.text)


def skip_separators(scan: Scan) -> int:
    index = scan.end
    while index < scan.stop and (
        scan.lines[index].blank
        or scan.draft.bins[index]
        or scan.lines[index].is_break
        or _is_menu(scan.lines[index])
        or _is_step(scan.lines[index])
        or _is_stamp(scan.lines[index])
        or _is_sign(scan.lines[index])
    ):
        if not scan.draft.bins[index]:
            scan.draft.put(index, "chrome")
        index += 1
    return index
