"""How closing words may begin: a label, an appeal for reviews, a name, what is behind an end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable

from storykeep.header import (
    asides,
    byline,
    claims,
    diction,
    disclaimer,
    noted,
    numbers,
    talking,
    unmistakable,
    voice,
)
from storykeep.header.draft import Draft
from storykeep.header.labels import may_open
from storykeep.header.lines import Line, label_of, words
from storykeep.header.passages import TAIL_NAMES, is_below_end, is_below_gap, paragraph_at
from storykeep.header.shape import CUE, is_set_off
from storykeep.header.signatures import (
    begins_signature,
    from_names,
    is_colophon,
    is_name_at_right,
    is_name_behind_end,
    is_nothing_but_signature,
    offers_address,
    signed_name,
)
from storykeep.header.vocabulary import LONG
from storykeep.patterns import has_one, lazy

END_MARK = 80  # characters, and no mark of an end is as long
SURE = 4  # words about writing
_TO_READERS = lazy(
    r"(?:dear readers?|well,? that'?s (?:it|all)|"
    r"so,? (?:what did|how was|was (?:it|that|this)|did you)|"
    r"(?:i )?(?:really )?hope (?:that )?(?:you|everyone)(?: all| guys)? (?:have )?"
    r"(?:enjoy|lik|lov)|"
    r"(?:please|pls) (?:review|r&r)|thanks? (?:you )?(?:for|to) )",
    re.IGNORECASE,
)
_ASKS = lazy(
    r"\W*(?:(?:(?:so|now|well|okay|ok|and|anyways?)\W+){0,2}(?:(?:please|pls|plz)\W+)?"
    r"(?:r\s?(?:&|and|n)\s?r|review|comment|feedback|read and review)s?"
    r"(?:[,.!\s]+(?:please|pls|plz|everyone|people|guys|me))?|(?:as always,?\s+)?(?:all\s+)?"
    r"(?:reviews?|reviewers?|comments?|feedback|con-?crit)\s+(?:are|is)\s+(?:\w+\s+){0,2}"
    r"(?:loved?|welcome|appreciated|nice|cherished|adored)(?:\s+(?:and\s+)?\w+){0,3}|"
    r"praise me.{0,40}|(?:please\s+)?(?:leave|drop|write|send)\s+(?:me\s+)?(?:a\s+|some\s+)?"
    r"(?:review|comment|feedback)s?.{0,20})\W*",
    re.IGNORECASE,
)
# Whether there shall be more, and whether they would say so: "TBC?? Tell me if I should!!".
_PLEADS = lazy(
    r"\W*(?:(?:tbc|to be continued|the end|fin|owari|more|continue|so|well|ok(?:ay)?|and|anyways?|"
    r"that'?s (?:it|all)(?: (?:lol|folks))?)\W+){0,3}(?:"
    r"you\s+know\s+you\s+(?:want|wanna)\s+(?:to\s+)?(?:push|press|click|hit|review|comment)\b|"
    r"(?:push|press|click|hit)\s+(?:that|the)\s+(?:\w+\s+){0,4}button\b|"
    r"(?:(?:please|pls|plz)\s+)?(?:tell\s+me|let\s+me\s+know)\s+(?:if|whether)\s+(?:i\s+should|"
    r"(?:you|ya|u)(?:'d|\s+(?:would|guys))?\s+(?:want|wanna|like|liked|enjoyed))\b|"
    r"(?:if|when|once)\s+(?:this|it|i|we)\s+gets?\s+(?:\d+|ten|five|twenty|enough|some|more|a\s+few)\s+"
    r"(?:\w+\s+)?(?:reviews?|hearts?|likes?|comments?|kudos|votes?|reads?)\b|"
    r"should\s+i\s+(?:continue|keep\s+(?:going|writing)|write\s+(?:more|another)|update|post)\b|"
    r"(?:did|do)\s+(?:you|ya|u)\s+(?:like|want)\s+(?:it|this|more)\b|"
    r"(?:is\s+it\s+|is\s+this\s+)?worth\s+continuing\b)",
    re.IGNORECASE,
)
_PLEADING = (
    "push",
    "press",
    "click",
    "hit ",
    "review",
    "comment",
    " i ",
    "worth",
    "did ",
    "do ",
    " you",
    " get",
)
_LOUD = lazy(
    r"[?!]{2}|\*\w+\*|[:;]-?[)D(P]|\^_*\^|\b(?:button|review|continu|update|chapter|tbc|sequel|lol|heart|kudos)",
    re.IGNORECASE,
)
_PLEA = 25  # words
_BEHIND = 8  # words behind a bracket that the paragraph goes on with
# Thanks to readers at the end, in languages that part no words; what is said there is in brackets.
_WIDE_THANKS = lazy(
    r"[^「『“\"]{0,60}(?:お読みいただき|お読み下さ|読んでいただき|読んで頂き|読んでくださ|ご感想|"
    r"感想(?:など)?を?お待ち|お付き合い(?:いただき|くださ|頂き)|感谢(?:阅读|观看|大家的)|謝謝(?:觀看|閱讀)|"
    r"谢谢(?:观看|阅读))"
)
_ELSEWHERE = lazy(
    r"\W*(?:also|(?:cross|x)-?\s?posted|(?:originally|first|previously)\s+(?:posted|published)|mirrored|"
    r"archived|read\s+it)\s+(?:posted\s+|archived\s+|here\s+and\s+)?(?:on|at|to|in|over\s+at)\b",
    re.IGNORECASE,
)
_PROMISES = lazy(
    r"\W*(?:the\s+)?next\s+(?:chapter|part|update|instal+ment)\s+(?:will|should|may|might|is)\b",
    re.IGNORECASE,
)
_SAID = lazy(r"[,.!?…][\"”]")
_I = lazy(r"\b(?:I|[Mm]y|[Mm]e)\b")
_BRIEF, _SURE_OF_BRIEF = 14, 45  # words, and the weight that so few must have
_NO_NARRATOR = 60  # weight
_CLOSING = 8  # paragraphs at most that are asked for what their words are
_GOES_ON = -10  # weight of a paragraph that may stand between others of the author
_FEW = 8  # words: whose they are, so few do not say
_QUOTING = 5  # rows near the end of a text
_LAST, _LAST_OF_ALL = 3, 8  # lines from the end in which "Note:" opens closing words
_A_NOTE = lazy(r"[\[(]?\s*(?:A/N|AN:|author'?s? note)", re.IGNORECASE)
# With which two letters any match of the next pattern begins, where it begins with letters: every
# line near a story's end is asked.
_ASKING = frozenset(
    begins[0] + begins[1]
    for pair in ("de", "we", "so", "pl", "th", "ho", "re", "i ", "a/", "an", "au")
    for begins in itertools.product(*({letter, letter.upper()} for letter in pair))
)
_MAY_ASK = lazy(
    r"\s*(?:dear|well|so|pl(?:ea)?s|thank|(?:i )?(?:really )?hope|[\[(]?\s*(?:a/n|an:|author))",
    re.IGNORECASE,
)


def is_likely(line: Line, *, last: bool) -> bool:
    """False for most lines of a story: with no mark above them they open no closing note."""
    text = line.text
    if may_open(text):
        return True
    # Within a paragraph only a label does; the last line of all may be a signature, too. A cast has
    # a colon, with which a label may open.
    return line.first and (last or (_may_ask(text) and _MAY_ASK.match(text) is not None))


def _may_ask(text: str) -> bool:
    return text[:2] in _ASKING or text[:1] in "[(" or text[:1].isspace()


def talk_begins(draft: Draft, shown: list[int], *, narrated: Callable[[int], bool]) -> int | None:
    """Return the place in *shown* of the first of the last paragraphs whose words are an author's,
    from one to the next; None where they are hardly those of one.

    *narrated* tells of a line whether "I" tells the story above it, and may well write a letter.
    """
    found: int | None = None
    asked: list[str] = []
    for place in range(len(shown) - 1, 0, -1):
        line = draft.lines[shown[place]]
        if line.is_break or not line.first:
            continue
        text = paragraph_at(draft, shown, place)
        if len(asked) >= _CLOSING or (line.wrapped and line.text.lstrip()[:1] == ">"):
            break  # what is quoted, too
        if asides.is_teaser(text):
            continue
        if voice.is_speech(text) or len(_SAID.findall(text)) > 1 or unmistakable.answers(text):
            break
        asked.append(text)
        weight = diction.weight(text)
        enough = diction.SURE if words(text) > _BRIEF else _SURE_OF_BRIEF
        if weight >= enough or talking.speaks_elsewhere(text):
            # In rows of one paragraph the story's own last words may stand above.
            ended = is_told_end(line) and label_of(line) is None and place + 1 < len(shown)
            found = place + ended
        elif weight < _GOES_ON and words(text) > _FEW:
            break
    if found is None or not narrated(shown[found]):
        return found
    return found if any(map(_is_no_narrator, asked)) else None


def _is_no_narrator(text: str) -> bool:
    """True for talk that who tells the story has no part in: without "I", or with words that only
    authors use."""
    if talking.speaks_elsewhere(text) or asides.strength(text):
        return True
    return diction.weight(text) >= _NO_NARRATOR and _I.search(text) is None


def is_parting(line: Line) -> bool:
    """True where a line stands between the story and what may follow it."""
    return line.is_break or (len(line.text) < END_MARK and voice.is_end_mark(line.text))


def is_told_end(line: Line) -> bool:
    """True for "To be continued..." and the like, which are the story's own last words."""
    return voice.is_end_mark(line.text) and not voice.is_drawn_end(line.text)


def opens_closing(draft: Draft, shown: list[int], place: int) -> bool:
    """True where a closing note may begin at shown[place]."""
    lines = draft.lines
    line = lines[shown[place]]
    above = lines[shown[place - 1]]
    if line.wrapped and line.text.lstrip()[:1] == ">" and _is_mocked(draft, shown):
        return False  # its author's words, too, are quoted to be mocked below
    below_end = voice.is_drawn_end(above.text) or is_below_end(lines, shown[place])
    if (not line.first and not below_end) or line.is_break:
        label = label_of(line)
        if begins_signature(draft, shown, place):
            return True
        if voice.is_end_mark(above.text) and byline.emails(line.text) and words(line.text) <= 8:
            return True  # "End of part 2/2" and, in the next row, whom to write to
        return bool(label and not label.weak and label.long and label.colon)
    set_apart = above.is_break or voice.is_end_mark(above.text)
    label = label_of(line)
    if label is not None and line.bare[:1] in "([" and _is_inserted(draft, shown, place):
        return False
    if label is not None:
        if label.name in LONG | TAIL_NAMES and (not label.weak or line.text.strip()[:3].isupper()):
            return True
        near = place >= len(shown) - (_LAST if label.value else _LAST_OF_ALL)
        if near and label.name == "notes" and label.colon and line.text.lstrip()[:4] == "Note":
            return True
        parted = set_apart or (line.wrapped and is_below_gap(lines, shown[place]))
        return parted and label.name in LONG | TAIL_NAMES
    text = line.bare
    if set_apart and numbers.is_part_line(text):
        return False  # "Chapter 9", behind a rule
    if set_apart:
        if voice.is_drawn_end(above.text) or text[:1] in "([*":
            return True
        return not diction.is_told(text) and (
            voice.speaks_to_reader(text)
            or _pleads(text)
            or _is_afterword(draft, shown, place)
            or (line.strong and voice.is_end_mark(above.text))
            or is_nothing_but_signature(draft, shown[place:])
            or is_colophon(draft, shown[place])
            or offers_address(line)
            or is_name_behind_end(draft, shown, place)
            or signed_name(line) is not None
            or from_names(text) is not None
        )
    if place == len(shown) - 1 and words(text) <= _PLEA and _pleads(text):
        return True
    if place == len(shown) - 1 and words(text) <= 15:
        if (_ASKS.fullmatch(text) or _PROMISES.match(text)) and not voice.is_speech(text):
            return True  # "Review, please!"
        if not text.isascii() and _WIDE_THANKS.match(text):
            return True
        if line.marks and _ELSEWHERE.match(text) and line.links():
            return True  # "also on AO3"
        if claims.read_signed(_unlinked(line)) or is_name_at_right(line):
            return True  # "Written by Jane Doe, May 2001."
        if any(disclaimer.claims_for(text, author.name) for author in draft.authors):
            return True
        if offers_address(line) and not voice.is_speech(text):
            return True
    if line.wrapped and is_below_gap(lines, shown[place]) and _is_afterword(draft, shown, place):
        return True
    # Somebody's last thoughts are in italics as well: they give no rights away.
    if (
        place == len(shown) - 1
        and is_set_off(line)
        and (disclaimer.opens_with_disclaimer(text) or noted.equates(text))
    ):
        return not voice.is_speech(text)
    if _TO_READERS.match(text):
        return voice.speaks_to_reader(text)
    if asides.may_cast(text):
        return asides.is_cast(paragraph_at(draft, shown, place))
    return bool(_A_NOTE.match(text))


def _is_inserted(draft: Draft, shown: list[int], place: int) -> bool:
    """True for "(AN: Remember that tune?) She ran through the village ...", with which the story
    goes on behind the bracket."""
    text = paragraph_at(draft, shown, place)
    closed = text.find(")" if text[:1] == "(" else "]")
    return closed > 0 and words(text[closed + 1 :]) > _BEHIND


def _pleads(text: str) -> bool:
    """True for a few loud words that ask readers whether there shall be more."""
    low = text.lower()
    if not has_one(low, _PLEADING) or voice.is_speech(text) or words(text) > _PLEA:
        return False
    return _PLEADS.match(text) is not None and _LOUD.search(text) is not None


def _is_mocked(draft: Draft, shown: list[int]) -> bool:
    """True where rows quote a text again and again."""
    return sum(draft.lines[i].text.lstrip()[:1] == ">" for i in shown) >= _QUOTING


def _is_afterword(draft: Draft, shown: list[int], place: int) -> bool:
    """True where the whole paragraph behind a rule or an end mark is about the text; behind a
    mere gap it must be surely so."""
    text, above = paragraph_at(draft, shown, place), draft.lines[shown[place - 1]]
    if (above.is_break and above.value != "gap") or voice.is_end_mark(above.text):
        return asides.is_aside(text) or asides.is_cast(text)
    return asides.strength(text) >= SURE


def _unlinked(line: Line) -> str:
    """Return the text of a line without that of its links."""
    text = line.text
    for mark in sorted(line.marks, key=lambda mark: mark.start, reverse=True):
        if mark.kind == "link":
            text = text[: mark.start] + text[mark.end :]
    return text


def is_script(lines: Iterable[Line]) -> bool:
    """True where names with a colon come again and again: "Author:" may be one of them."""
    cues = [
        cue["name"]
        for line in lines
        if ":" in line.text and (cue := CUE.match(line.text)) and not label_of(line)
    ]
    return len(cues) >= 3 and len(set(cues)) < len(cues)


def is_cue(line: Line) -> bool:
    """True for a label that a script has as the name of one who speaks."""
    label = label_of(line)
    return label is not None and label.name not in LONG
