"""The tail of a story page: closing notes, disclaimers, signatures, and the site's footer below
them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from storykeep.header import asides, byline, disclaimer, voice
from storykeep.header.draft import Draft
from storykeep.header.labels import may_open, read_label
from storykeep.header.lines import Line, has_words, label_of, words
from storykeep.header.shape import CUE, is_set_off
from storykeep.header.vocabulary import LONG
from storykeep.patterns import has_one, lazy
from storykeep.prose.pictures import is_right

_CLOSING = lazy(
    r"^\W*(?:(?:many )?thanks?\b.{0,60}|sincerely|love|later|ja ne|cheers|"
    r"yours(?: truly)?|(?:merry|happy) \w+(?: \w+)?|enjoy|bye|regards|"
    r"best wishes|until next time.{0,20}|see (?:ya|you).{0,20}|peace|sayonara)[,.!]*\W*$",
    re.IGNORECASE,
)
_WRITE = lazy(r"@|\b(?:me|e-?mail|mail|write|feedback|comments?|thoughts?)\b", re.IGNORECASE)
_FOOTER_ROWS = 40
_LIST_FOOTER = lazy(
    r"^[-_=~\s]*(?:Yahoo!? Groups|eGroups(?:\.com)?) (?:Sponsor|Links)\b|^\s*To unsubscribe\b|"
    r"\bunsubscribe@|/mailman/listinfo/|^\s*Your use of Yahoo!? Groups\b|^\s*Do you Yahoo!\?|"
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
    "was last ",
    " last ",
)
_MOTTO_LENGTH = 40  # words that a signature may have in a page
_END_MARK = 80  # characters, and no mark of an end is as long
_LAST_ROWS = 20
_ASIDE = 12  # words
_LONGEST_TAIL = 150  # lines that closing notes may have
_SURE = 4  # words about writing
_TO_READERS = lazy(
    r"(?:dear readers?|well, that'?s (?:it|all)|so,? (?:what did|how was)|"
    r"(?:please|pls) (?:review|r&r)|thanks? (?:you )?(?:for|to) )",
    re.IGNORECASE,
)
_ASKS = lazy(
    r"\W*(?:(?:so,?\s+)?(?:please\s+|pls\s+|plz\s+)?"
    r"(?:r\s?(?:&|and|n)\s?r|review|comment|feedback|read and review)s?"
    r"(?:[,.!\s]+(?:please|pls|plz|everyone|people|guys|me))?|(?:as always,?\s+)?(?:all\s+)?"
    r"(?:reviews?|reviewers?|comments?|feedback|con-?crit)\s+(?:are|is)\s+(?:\w+\s+){0,2}"
    r"(?:loved?|welcome|appreciated|nice|cherished|adored)(?:\s+(?:and\s+)?\w+){0,3}|"
    r"praise me.{0,40}|(?:please\s+)?(?:leave|drop|write|send)\s+(?:me\s+)?(?:a\s+|some\s+)?"
    r"(?:review|comment|feedback)s?.{0,20})\W*",
    re.IGNORECASE,
)
_A_NOTE = lazy(r"[\[(]?\s*(?:A/N|AN:|author'?s? note)", re.IGNORECASE)
# What any match of these two begins with; it is asked of every line near the end of a story.
_ASKING = frozenset("dDwWsSpPtTaA[(")  # and no match of the next is without one of these
_MAY_ASK = lazy(r"\s*(?:dear|well|so|pl(?:ea)?s|thank|[\[(]?\s*(?:a/n|an:|author))", re.IGNORECASE)
_SIGDASHES = lazy(r"^--\s*$")  # RFC 3676, section 4.3: what follows is the sender's signature
_SIGNED = lazy(
    r"^\s*(?:[-–—~=]{1,3}\s*)(?P<name>[\w][\w .'’-]{1,40}?)\s*[-–—~=]{0,3}"
    r"\s*(?:[(<]?[\w.+-]{1,40}@[\w.-]{3,60}[)>]?)?\s*$"
)
_FROM = lazy(
    r"\b(?:(?:silliness|story|fic|fanfic|tale|writing|insanity|madness|fun|work|"
    r"nonsense|brought to you)\b.{0,25}?\b(?:from|by)|written by|"
    r"by)\s+(?P<names>[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,3})(?:\s*\(.*)?$"
)
# What somebody else is named for.
_OTHERS = lazy(
    r"\b(?:songs?|sung|sings?|music|lyrics|album|theme|ending|opening|quot\w+|poem|created|"
    r"based|characters?|owned|directed|beta\w*|edited|drawn|art)\b",
    re.IGNORECASE,
)
_QUOTED_BY = lazy(
    r"^[\"“](?P<title>[^\"”]{2,100})[\"”],?\s+(?:is\s+|was\s+)?(?:written\s+)?by\s+"
    r"(?P<names>[A-Z][^.,;!?]{1,60})(?:[.,;!?]|$)"
)
_ADDRESS = lazy(r"^\s*<?(?:https?://|www\.)\S+>?\s*$")
_MOTTO = lazy(r"^\s*[\"“][^\"”]+[\"”]\s*$")
_TAIL_NAMES = frozenset(
    {
        "author",
        "email",
        "published",
        "updated",
        "title",
        "website",
        "status",
        "words",
        "archive",
        "rating",
        "series",
    }
)


def read_tail(draft: Draft, start: int, stop: int) -> int:
    """Read the notes behind the story in lines [start, stop); return where the prose ends."""
    stop = _list_footer(draft, start, stop)
    cut = _find_cut(draft, start, stop)
    if cut is not None:
        _read_notes(draft, cut, stop)
        stop = cut
    return _trim(draft, start, stop)


def _list_footer(draft: Draft, start: int, stop: int) -> int:
    """Put what a mailing list adds below a mail into the chrome; return where it begins."""
    first = max(start, stop - _FOOTER_ROWS)
    # One text is looked through many times faster than its pieces, and few pages have such rows.
    foot = "\n".join([line.text[:300] for line in draft.lines[first:stop]]).lower()
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


def _find_cut(draft: Draft, start: int, stop: int) -> int | None:
    """Return the first line from which everything down to *stop* is a closing note, else None."""
    lines = draft.lines
    shown = _last_shown(draft, start, stop)
    if len(shown) < 2:
        return None
    counts = [draft.sizes[index] for index in shown]
    total = sum(draft.sizes[start:stop])
    first = 1
    script = _is_script([lines[index] for index in shown[-60:]])
    passed = total - sum(counts[first:])
    enough = min(40, total * 0.3)
    parted = _parts(lines[shown[0]])
    told = _names_somebody(draft, shown)
    for place in range(first, len(shown)):
        index = shown[place]
        line = lines[index]
        if _begins_signature(draft, shown, place):
            return index
        gap = line.wrapped and line.first and _is_gap(lines, index)
        likely = parted or gap or _is_likely(line, last=place == len(shown) - 1)
        parted = _parts(line)
        if (
            likely
            and passed >= enough
            and not _is_told_end(line)
            and _opens(draft, shown, place)
            and not (script and _is_cue(line))
            and _all_notes(draft, index, stop, total)
        ):
            return index
        may = told and line.first and passed >= enough and not _parts(line)
        if may and _all_speak(draft, index, stop):
            return index
        passed += counts[place]
    return None


def _is_gap(lines: Sequence[Line], index: int) -> bool:
    """True where two blank rows of hard-wrapped text stand above a row."""
    return index > 1 and lines[index - 1].blank and lines[index - 2].blank


def _is_told_end(line: Line) -> bool:
    """True for "To be continued..." and the like, which are the story's own last words."""
    return voice.is_end_mark(line.text) and not voice.is_drawn_end(line.text)


def _names_somebody(draft: Draft, shown: list[int]) -> bool:
    """True where a text file's last rows have an address to write to, or say who owns it all."""
    rows = [draft.lines[index] for index in shown[-_LAST_ROWS:]]
    if not rows or not rows[-1].wrapped:
        return False
    return any(byline.emails(row.text) or disclaimer.asserts(row.text) for row in rows)


def _all_speak(draft: Draft, cut: int, stop: int) -> bool:
    """True where every paragraph from *cut* on is the author to the readers, without exception.

    The first must say so itself; a few words between them need not.
    """
    paragraphs = _paragraphs(draft, cut, stop)
    named = False
    for place, (text, line) in enumerate(paragraphs):
        if voice.is_speech(text):
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


def _begins_signature(draft: Draft, shown: list[int], place: int) -> bool:
    """True for "--" above a sender's signature; more than that is the scene behind a break."""
    line = draft.lines[shown[place]]
    if line.text[:2] != "--" or not _SIGDASHES.match(line.text) or len(shown) - place > 10:
        return False
    below = shown[place + 1 :]
    others = sum(_SIGDASHES.match(draft.lines[index].text) is not None for index in shown) - 1
    if others and not any(_has_address(draft.lines[index].text) for index in below):
        return False  # this author parts scenes so
    if sum(draft.sizes[index] for index in below) <= _MOTTO_LENGTH:
        return True
    talk = sum(voice.is_speech(draft.lines[index].text) for index in below)
    return line.wrapped and talk < 2


def _has_address(text: str) -> bool:
    return bool(byline.emails(text)) or _ADDRESS.match(text) is not None


def _parts(line: Line) -> bool:
    """True where a line stands between the story and what may follow it."""
    return line.is_break or (len(line.text) < _END_MARK and voice.is_end_mark(line.text))


def _is_likely(line: Line, *, last: bool) -> bool:
    """False for most lines of a story: with no mark above them they open no closing note."""
    if may_open(line.text):
        return True
    # Within a paragraph only a label does; the last line of all may be a signature, too.
    if not line.first:
        return False
    if last or (line.text.lstrip()[:1] in _ASKING and _MAY_ASK.match(line.text) is not None):
        return True
    return asides.may_cast(line.text)


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


def _is_script(lines: Iterable[Line]) -> bool:
    """True where names with a colon come again and again: "Author:" may be one of them."""
    cues = [
        cue["name"]
        for line in lines
        if ":" in line.text and (cue := CUE.match(line.text)) and not label_of(line)
    ]
    return len(cues) >= 3 and len(set(cues)) < len(cues)


def _is_cue(line: Line) -> bool:
    label = label_of(line)
    return label is not None and label.name not in LONG


def _opens(draft: Draft, shown: list[int], place: int) -> bool:
    """True where a closing note may begin at shown[place]."""
    lines = draft.lines
    line = lines[shown[place]]
    above = lines[shown[place - 1]]
    if (not line.first and not voice.is_drawn_end(above.text)) or line.is_break:
        label = label_of(line)
        if _begins_signature(draft, shown, place):
            return True
        if voice.is_end_mark(above.text) and byline.emails(line.text) and words(line.text) <= 8:
            return True  # "End of part 2/2" and, in the next row, whom to write to
        return bool(label and not label.weak and label.long and label.colon)
    set_apart = above.is_break or voice.is_end_mark(above.text)
    label = label_of(line)
    if label is not None:
        if label.name in LONG | _TAIL_NAMES and (not label.weak or line.text.strip()[:3].isupper()):
            return True
        return set_apart and label.name in LONG | _TAIL_NAMES
    text = line.bare
    if set_apart:
        return (
            voice.is_drawn_end(above.text)
            or voice.speaks_to_reader(text)
            or _is_afterword(draft, shown, place)
            or (line.strong and voice.is_end_mark(above.text))
            or _is_signature(draft, shown[place:])
            or _is_colophon(draft, shown[place])
            or _offers_address(line)
            or _is_name_behind_end(draft, shown, place)
            or text[:1] in "([*"
            or _signed(line) is not None
            or _FROM.search(text) is not None
        )
    if place == len(shown) - 1 and words(text) <= 15:
        if _ASKS.fullmatch(text) and not voice.is_speech(text):
            return True  # "Review, please!"
        if byline.read_signed(_unlinked(line)) or _is_name_at_right(line):
            return True  # "Written by Jane Doe, May 2001."
        if any(disclaimer.claims_for(text, author.name) for author in draft.authors):
            return True
        if _offers_address(line) and not voice.is_speech(text):
            return True
    if line.wrapped and _is_gap(lines, shown[place]) and _is_afterword(draft, shown, place):
        return True
    # Somebody's last thoughts are in italics as well: they give no rights away.
    if place == len(shown) - 1 and is_set_off(line) and disclaimer.opens_with_disclaimer(text):
        return not voice.is_speech(text)
    if _TO_READERS.match(text):
        return voice.speaks_to_reader(text)
    if asides.may_cast(text):
        return asides.is_cast(_paragraph(draft, shown, place))
    return bool(_A_NOTE.match(text))


def _is_afterword(draft: Draft, shown: list[int], place: int) -> bool:
    """True where the whole paragraph behind a rule or an end mark is about the text; behind a
    mere gap it must be surely so."""
    text, above = _paragraph(draft, shown, place), draft.lines[shown[place - 1]]
    if (above.is_break and above.value != "gap") or voice.is_end_mark(above.text):
        return asides.is_aside(text) or asides.is_cast(text)
    return asides.strength(text) >= _SURE


def _paragraph(draft: Draft, shown: list[int], place: int) -> str:
    """Return the text of the paragraph that begins at shown[place]."""
    index, end = shown[place], shown[place] + 1
    while end < len(draft.lines) and not (
        draft.bins[end] or draft.lines[end].first or draft.lines[end].is_break
    ):
        end += 1
    return " ".join([line.bare for line in draft.lines[index:end] if not line.blank])


def _is_name_behind_end(draft: Draft, shown: list[int], place: int) -> bool:
    """True for nothing but a name below "The End": whoever signs a story that names nobody."""
    line, above = draft.lines[shown[place]], draft.lines[shown[place - 1]]
    return (
        place == len(shown) - 1
        and not draft.authors
        and voice.is_end_mark(above.text)
        and byline.is_name_shape(line.bare)
    )


def _is_name_at_right(line: Line) -> bool:
    """True for "- Jane Doe" at the right edge: whoever signs a letter in a story does not end it
    there as well."""
    if words(line.text) > 4 or not is_right(line.element):
        return False
    return (signed := _signed(line)) is not None and byline.is_name_shape(signed)


def _unlinked(line: Line) -> str:
    """Return the text of a line without that of its links."""
    text = line.text
    for mark in sorted(line.marks, key=lambda mark: mark.start, reverse=True):
        if mark.kind == "link":
            text = text[: mark.start] + text[mark.end :]
    return text


def _offers_address(line: Line) -> bool:
    """True for a short line with a link to write to: "Like it? Hate it? Mail me!"."""
    return words(line.text) <= 15 and any(
        byline.mailto(address) and _WRITE.search(text) for address, text in line.links()
    )


def _is_signature(draft: Draft, left: list[int]) -> bool:
    """True where nothing but a name and an address is left."""
    if len(left) > 5 or any(
        words(draft.lines[index].text) > (12 if _MOTTO.match(draft.lines[index].text) else 6)
        for index in left
    ):
        return False
    known = {author.name for author in draft.authors}
    return any(
        byline.emails(draft.lines[index].text)
        or draft.lines[index].bare in known
        or _ADDRESS.match(draft.lines[index].text)
        for index in left
    )


def _is_colophon(draft: Draft, index: int) -> bool:
    """True for a closing paragraph that names the story or its owners: '"Keepers" by Ada. ...'."""
    text = _text(draft, index, _piece_end(draft, index, len(draft.lines), long=True))
    return _QUOTED_BY.match(text) is not None or disclaimer.opens_with_disclaimer(text)


def _all_notes(draft: Draft, cut: int, stop: int, total: int) -> bool:
    """True where the paragraphs from *cut* on speak to the readers, but for a small remainder."""
    paragraphs = _paragraphs(draft, cut, stop)
    size = sum(words(text) for text, _ in paragraphs)
    if not paragraphs or size > max(400, 0.6 * total):
        return False
    if (cut and voice.is_drawn_end(_above(draft, cut).text)) or _SIGDASHES.match(
        draft.lines[cut].text
    ):
        return True
    left = [i for i in range(cut, stop) if not draft.lines[i].blank and not draft.bins[i]]
    if cut and _above(draft, cut).is_break and _is_signature(draft, left):
        return True
    story, labelled = 0, False
    # Behind "The End", or with a rule above, it takes less to be the author's own.
    above = _above(draft, cut)
    apart = cut > 0 and (
        _is_told_end(above)
        # A narrator smiles at the readers, too, but does not begin with chapters and reviews.
        or (above.is_break and above.value != "gap" and asides.strength(paragraphs[0][0]) > 0)
        or asides.strength(paragraphs[0][0]) >= _SURE
    )
    for text, line in paragraphs:
        label = label_of(line)
        count = words(text)
        if label is not None and label.name in LONG | _TAIL_NAMES:
            labelled = True
        elif not (
            voice.speaks_to_reader(text)
            or disclaimer.asserts(text)
            or byline.emails(text)
            or line.is_break
            or asides.is_cast(text)
            or (apart and asides.is_aside(text))
            or _signed(line)
            or (count <= 12 and not voice.is_speech(text))
        ):
            # Only a label, or asides in brackets, make the paragraphs behind it the author's.
            story += count * (3 if voice.is_speech(text) else 1)
    return story <= max(25, size * (0.5 if labelled else 0.35))


def _above(draft: Draft, index: int) -> Line:
    """Return the nearest line above *index* that shows something."""
    while index > 0:
        index -= 1
        if not draft.lines[index].blank:
            break
    return draft.lines[index]


def _paragraphs(draft: Draft, start: int, stop: int) -> list[tuple[str, Line]]:
    """Return (text, first line) of the paragraphs in lines [start, stop)."""
    found: list[tuple[list[str], Line]] = []
    for index in range(start, stop):
        line = draft.lines[index]
        if line.blank or draft.bins[index]:
            continue
        if line.first or line.is_break or not found or label_of(line):
            found.append(([], line))
        found[-1][0].append(line.bare)
    return [((" " if line.wrapped else "\n").join(pieces), line) for pieces, line in found]


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
        if line.is_break or voice.is_drawn_end(line.text) or _SIGDASHES.match(line.text):
            draft.put(index, "chrome")
            index += 1
            continue
        label = label_of(line)
        end = _piece_end(draft, index, stop, long=label is None or label.long)
        text = _text(draft, index, end)
        if label is None or label.name not in LONG | _TAIL_NAMES:
            if _is_links(line) and end == index + 1:
                draft.put(index, "chrome")
                index = end
                continue
            if disclaimer.is_notice(text):
                draft.add_disclaimer(text, None, "tail", text, method="position")
                for taken in range(index, end):
                    draft.put(taken, "disclaimer")
                index = end
                continue
            _signatures(draft, index, end)
            loose.append(text)
            bin_ = "note"
            for taken in range(index, end):
                draft.put(taken, "note")
        else:
            if loose:
                draft.add_note("\n\n".join(loose), None, "tail")
                loose = []
            if label.name in {"notes", "feedback", "credits", "dedication"}:
                end = _note_end(draft, end, stop)
                text = _text(draft, index, end)
                _signatures(draft, index, end)
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


def _piece_end(draft: Draft, index: int, stop: int, *, long: bool) -> int:
    end = index + 1
    label = label_of(draft.lines[index])
    alone = label is not None and not label.value
    while end < stop:
        line = draft.lines[end]
        if draft.bins[end] or line.is_break or label_of(line):
            break
        if line.blank and not alone:
            break
        if line.first and not alone and not line.blank:
            break
        if not line.blank:
            alone = False
        if not long and not line.wrapped:
            break
        end += 1
    return end


def _note_end(draft: Draft, index: int, stop: int) -> int:
    """Return how far a closing note's further paragraphs reach: to the next label or break."""
    while index < stop:
        line = draft.lines[index]
        if draft.bins[index] or label_of(line) or (line.is_break and line.value != "gap"):
            break
        index += 1
    return index


def _text(draft: Draft, start: int, end: int) -> str:
    return "\n\n".join(text for text, _ in _paragraphs_plain(draft, start, end))


def _paragraphs_plain(draft: Draft, start: int, stop: int) -> list[tuple[str, Line]]:
    found: list[tuple[list[str], Line]] = []
    for index in range(start, stop):
        line = draft.lines[index]
        if line.blank or line.is_break:
            continue
        if line.first or not found:
            found.append(([], line))
        found[-1][0].append(line.bare)
    return [((" " if line.wrapped else "\n").join(pieces), line) for pieces, line in found]


def _signed(line: Line) -> str | None:
    matched = _SIGNED.match(line.text)
    if matched and _CLOSING.match(matched["name"]):
        return None
    if matched and has_words(matched["name"]) and words(matched["name"]) <= 4:
        return matched["name"].strip()
    return None


def _signatures(draft: Draft, start: int, end: int) -> None:
    """Record who signs a closing note as a candidate for the author."""
    shown = [i for i in range(start, end) if not draft.lines[i].blank]
    if matched := _QUOTED_BY.match(_text(draft, start, end)):
        if "title" not in draft.evidence:
            draft.found("title", matched["title"], "position", matched.group(), place="tail")
        draft.add_authors(
            byline.split_names(matched["names"]), "byline", matched.group(), place="tail"
        )
    for place, index in enumerate(shown):
        line = draft.lines[index]
        text = line.bare
        name: tuple[str, ...] = ()
        if matched := _FROM.search(text):
            name = () if _OTHERS.search(text) else byline.split_names(matched["names"])
        elif place and _CLOSING.match(draft.lines[shown[place - 1]].bare) and words(text) <= 8:
            name = byline.split_names(text)
        elif place == len(shown) - 1 and (signed := _signed(line)):
            name = (signed,)
        elif len(shown) == 1 and not draft.authors and byline.is_name_shape(text):
            name = (text,) if voice.is_end_mark(_above(draft, start).text if start else "") else ()
        elif (claimed := byline.read_claimed(text)) is not None:
            name = claimed[0]
        elif (named := byline.read_byline(text, linked=bool(line.links()))) is not None:
            name = named[0]
        if name and all(byline.plausible(each, linked=False) for each in name):
            draft.add_authors(name, "byline", text, place="tail", confidence=0.7)
    for index in shown:
        for address in byline.emails(draft.lines[index].text):
            if draft.email is None:
                draft.add_email(address, draft.lines[index].bare, place="tail")
