"""Where a story ends and its author's closing words begin, from which everything is theirs."""

from __future__ import annotations

from storykeep.header import (
    asides,
    byline,
    diction,
    disclaimer,
    talking,
    unmistakable,
    voice,
)
from storykeep.header.afterword import (
    END_MARK,
    SURE,
    is_cue,
    is_likely,
    is_parting,
    is_script,
    is_told_end,
    opens_closing,
    talk_begins,
)
from storykeep.header.draft import Draft
from storykeep.header.lastwords import last_words_begin
from storykeep.header.lines import Line, label_of, words
from storykeep.header.parting import parting_begins
from storykeep.header.passages import SIGDASHES, TAIL_NAMES, is_below_gap, line_above, paragraphs_of
from storykeep.header.shape import is_played, is_scene
from storykeep.header.signatures import begins_signature, is_nothing_but_signature, signed_name
from storykeep.header.vocabulary import LONG
from storykeep.patterns import lazy

_DRABBLE = 90  # words at least stand above what only its words show to be talk
_STORY = 150  # words, or two thirds of all, do if that is less
_LAST_ROWS = 20
_ASIDE = 12  # words
_I = lazy(r"\bI(?:['’](?:ve|m|d|ll))?\s")
_SCENE = 200  # words; a longer paragraph may be a scene with a note behind it
_FEW, _HEADED = 10, 0.25  # lines of a headed note, and its share of the text's words
_NOTED = 0.4  # of the text's words, that one label may make a note in which "I" speaks
_ABOVE = 12  # lines above a note that may show how the text itself is set
_ALL = 0.9  # of a line's characters
_TOLD, _NARRATED = 60, 0.15  # lines, and the share of them in which a narrator says "I"
_SPOKEN = lazy(r"\"[^\"]*\"?|“[^”]*”?")
_LONGEST_TAIL = 150  # lines that closing notes may have


def find_cut(draft: Draft, start: int, stop: int) -> int | None:
    """Return the first line from which everything down to *stop* is a closing note, else None."""
    lines = draft.lines
    shown = _last_shown(draft, start, stop)
    if len(shown) < 2:
        return None
    counts = [draft.sizes[index] for index in shown]
    total = sum(draft.sizes[start:stop])
    first = 1
    script = is_script([lines[index] for index in shown[-60:]])
    passed = total - sum(counts[first:])
    enough = min(40, total * 0.3)
    parted = is_parting(lines[shown[0]])
    told = _names_somebody(draft, shown)
    talk = talk_begins(draft, shown, narrated=lambda cut: _is_narrated(draft, cut, stop))
    said = last_words_begin(draft, shown) if talk is None else None
    if said is not None and not said[1] and _is_narrated(draft, shown[said[0]], stop):
        said = None
    last = said[0] if said is not None else None
    parting = parting_begins(draft, shown)
    if parting is not None and not parting[1] and _is_narrated(draft, shown[parting[0]], stop):
        parting = None
    plea = parting[0] if parting is not None else None
    sure = unmistakable.begins(draft, shown) if talk is None else None
    for place in range(first, len(shown)):
        index = shown[place]
        line = lines[index]
        if line.text[:2] == "--" and begins_signature(draft, shown, place):
            return index
        gap = line.wrapped and line.first and is_below_gap(lines, index)
        likely = parted or gap or place == talk or is_likely(line, last=place == len(shown) - 1)
        if place in (last, plea, sure) and passed >= enough:
            return _with_signature(draft, shown, place)
        parted = line.is_break or (len(line.text) < END_MARK and is_parting(line))
        if (
            likely
            and passed >= enough
            and (place == talk or not is_told_end(line))
            and (
                (place == talk and passed >= max(_DRABBLE, min(_STORY, total * 2 / 3)))
                or opens_closing(draft, shown, place)
            )
            and not (script and is_cue(line))
            and _all_notes(draft, index, stop, total)
        ):
            return _with_signature(draft, shown, place)
        may = told and line.first and passed >= enough and not is_parting(line)
        if may and _all_speak(draft, index, stop) and not _is_above_rule(draft, index, stop):
            return _with_signature(draft, shown, place)
        passed += counts[place]
    return None


def _with_signature(draft: Draft, shown: list[int], place: int) -> int:
    """Return where closing words begin: with a signature right above them, "- Jane"."""
    above = shown[place - 1]
    line = draft.lines[above]
    name = signed_name(line) if line.wrapped and line.first and place > 1 else None
    return above if name and byline.looks_like_name(name) else shown[place]


def _names_somebody(draft: Draft, shown: list[int]) -> bool:
    """True where a text file's last rows have an address to write to, or say who owns it all."""
    rows = [draft.lines[index] for index in shown[-_LAST_ROWS:]]
    if not rows or not rows[-1].wrapped:
        return False
    texts = [row.text for row in rows]
    return any(map(byline.emails, texts)) or disclaimer.one_asserts(texts)


def _is_above_rule(draft: Draft, cut: int, stop: int) -> bool:
    """True where a rule parts words that a story may end with, too, from those that it cannot."""
    rule = next((i for i in range(cut, stop) if draft.lines[i].is_break), None)
    if rule is None or draft.lines[rule].value == "gap" or not draft.lines[rule].wrapped:
        return False
    if cut and line_above(draft, cut).is_break:
        return False  # between two rules the author speaks
    above = [text for text, _ in paragraphs_of(draft, cut, rule)]
    below = [text for text, line in paragraphs_of(draft, rule, stop) if not line.is_break]
    if not above or not below or not _all_speak(draft, rule + 1, stop):
        return False
    return not any(
        asides.strength(text) or byline.emails(text) or disclaimer.asserts(text) for text in above
    )


def _all_speak(draft: Draft, cut: int, stop: int) -> bool:
    """True where every paragraph from *cut* on is the author to the readers, without exception.

    The first must say so itself; a few words between them need not.
    """
    paragraphs = paragraphs_of(draft, cut, stop)
    named = False
    for place, (text, line) in enumerate(paragraphs):
        if voice.is_speech(text) or (words(text) > _SCENE and not voice.speaks_to_reader(text)):
            return False
        if line.wrapped and text[:1] == ">":
            return False
        # Somebody in the story may tell another whose she is.
        alone = '"' not in text and "“" not in text
        names = bool(byline.emails(text)) or disclaimer.opens_with_disclaimer(text, set_off=alone)
        named = named or names
        if not (
            names
            or voice.speaks_to_reader(text)
            or (place and (words(text) <= _ASIDE or line.is_break or disclaimer.asserts(text)))
        ):
            return False
    return named


def _is_labelled(line: Line) -> bool:
    label = label_of(line)
    return label is not None and label.name in LONG | TAIL_NAMES and not label.weak


def _is_told_by_author(text: str) -> bool:
    """True for a paragraph below a label, in which "I" speaks and nobody else does."""
    spoken = voice.is_talked_in(text) or voice.is_speech(text)
    return _I.search(text) is not None and not spoken


def _is_narrated(draft: Draft, cut: int, stop: int) -> bool:
    """True where people speak as in a play from line *cut* on, and where an "I" tells what stands
    above it, outside of what is spoken."""
    if is_played(line.text for line in draft.lines[cut:stop]):
        return True
    rows = [line.text for line in draft.lines[max(0, cut - _TOLD) : cut] if not line.blank]
    said = sum(1 for text in rows if _I.search(_SPOKEN.sub("", text)))
    return said > _NARRATED * len(rows)


def _last_shown(draft: Draft, start: int, stop: int) -> list[int]:
    """Return the lines that may hold closing notes, and one above them: never the whole story."""
    found: list[int] = []
    longest = 0
    for index in range(stop - 1, start - 1, -1):
        line = draft.lines[index]
        if line.blank or draft.bins[index]:
            continue
        longest = longest or (_LONGEST_TAIL if line.wrapped else _LONGEST_TAIL // 3)
        found.append(index)
        if len(found) > longest:
            break
    return found[::-1]


def _is_drawn_note(draft: Draft, cut: int, stop: int) -> bool:
    """True where a note's label opens lines that are all in bold, or all in italics, below a text
    that is not: a note may tell a scene of its own."""
    label = label_of(draft.lines[cut])
    if label is None or label.name not in LONG:
        return False
    below = [line for line in draft.lines[cut:stop] if not (line.blank or line.is_break)]
    above = [line for line in draft.lines[max(0, cut - _ABOVE) : cut] if line.bare]
    return any(
        all(_is_all(line, kind) for line in below)
        and not any(_is_all(line, kind) for line in above)
        for kind in ("strong", "emphasis")
    )


def _is_headed(draft: Draft, cut: int, stop: int, size: int, total: int) -> bool:
    """True where a note's label, alone in its line or below a break, stands above a few last
    paragraphs in which nobody speaks: it is their heading."""
    label = label_of(draft.lines[cut])
    if label is None or label.name != "notes" or size > _HEADED * total:
        return False
    below = [line for line in draft.lines[cut:stop] if not line.blank]
    if len(below) > _FEW or any(line.is_break or voice.is_speech(line.text) for line in below):
        return False
    if is_played(line.text for line in below):
        return False
    return not label.value or line_above(draft, cut).is_break


def _is_all(line: Line, kind: str) -> bool:
    """True where all of a line is marked as *kind*."""
    marked = sum(mark.end - mark.start for mark in line.marks if mark.kind == kind)
    return marked >= _ALL * len(line.bare)


def _is_worded(text: str) -> bool:
    """True for a paragraph in an author's words, which nobody speaks in the story."""
    likely = diction.weight(text) >= diction.LIKELY
    return likely and not voice.is_speech(text) and not asides.is_teaser(text)


def _all_notes(draft: Draft, cut: int, stop: int, total: int) -> bool:
    """True where the paragraphs from *cut* on speak to the readers, but for a small remainder."""
    paragraphs = paragraphs_of(draft, cut, stop)
    size = sum(words(text) for text, _ in paragraphs)
    if not paragraphs or size > max(400, 0.6 * total):
        return False
    if _is_drawn_note(draft, cut, stop) or _is_headed(draft, cut, stop, size, total):
        return True
    if not _is_labelled(draft.lines[cut]) and is_scene(draft.lines[cut:stop]):
        return False  # those who mock a story go on behind its author's words
    if (cut and voice.is_drawn_end(line_above(draft, cut).text)) or SIGDASHES.match(
        draft.lines[cut].text
    ):
        return True
    left = [i for i in range(cut, stop) if not draft.lines[i].blank and not draft.bins[i]]
    if cut and line_above(draft, cut).is_break and is_nothing_but_signature(draft, left):
        return True
    story, labelled, noted = 0, False, False
    # Behind "The End", or with a rule above, it takes less to be the author's own.
    above = line_above(draft, cut)
    apart = cut > 0 and (
        is_told_end(above)
        # A narrator smiles at the readers, too, but does not begin with chapters and reviews.
        or (
            above.is_break
            and above.value != "gap"
            and (asides.strength(paragraphs[0][0]) > 0 or _is_labelled(paragraphs[0][1]))
        )
        or asides.strength(paragraphs[0][0]) >= SURE
    )
    for text, line in paragraphs:
        label = label_of(line)
        count = words(text)
        if label is not None and label.name in LONG | TAIL_NAMES:
            # A note that its own brackets close says nothing of what stands behind it.
            if not (text[:1] in "([" and text[-1:] in ")]"):
                labelled, noted = True, noted or label.name == "notes"
        elif not (
            unmistakable.is_cited(text)
            or voice.speaks_to_reader(text)
            or (count <= _SCENE and (disclaimer.asserts(text) or byline.emails(text)))
            or (labelled and (count > _SCENE or apart) and _is_told_by_author(text))
            or (
                noted
                and size <= _NOTED * total
                and _is_told_by_author(text)
                and not _is_narrated(draft, cut, stop)
            )
            or line.is_break
            or asides.is_cast(text)
            or (apart and asides.is_aside(text))
            or _is_worded(text)
            or talking.speaks_elsewhere(text)
            or signed_name(line)
            or (count <= 12 and not voice.is_speech(text))
        ):
            # Only a label, or asides in brackets, make the paragraphs behind it the author's.
            story += count * (3 if voice.is_speech(text) else 1)
    return story <= max(25, size * (0.5 if labelled else 0.35))
