"""What of an author's closing words stands above the line that they are known by: their heading,
and what is said between the story's last break and them.

A story may have its own last lines between a break and its author's words. So only a few words go,
in which nobody speaks, and only where the first of them greets or asks the readers, says whose all
that is, or has what authors say of a text.
"""

from __future__ import annotations

import re

from storykeep.header import asides, diction, disclaimer, talking, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import words
from storykeep.header.passages import is_below_gap, paragraphs_of
from storykeep.patterns import has_one, lazy

_WORDS, _PARAGRAPHS = 60, 4  # between a break and closing words
_BRIEF = 25  # words: one kind of an author's words is enough in so few
_HEADING = 70  # characters
_OPENING = 200  # characters
_HEADING_STEMS = ("note", "comment", "rambl", "afterword", "after word")
# "Post-fic notes:", "More notes", "*Notes from the Author*".
_HEADED = lazy(
    r"[\W_]*(?:(?:and|now|some|more|a|few|final|last|end|ending|closing|other|additional|general|"
    r"random|post|fic|story|chapter|(?:author|writer|mst(?:er|r|ing)?|translator)['’]?s?['’]?|my)"
    r"[\W_]+){0,6}(?:notes?|comments?|ramblings?|after ?words?)"
    r"(?:\s+(?:from|by)\s+(?:the|your)\s+(?:author|writer))?[\W_]*",
    re.IGNORECASE,
)
_STRETCHED = lazy(r"(\w)\1{2,}")  # "Hiiii"
_GREETS = lazy(
    r"\W*(?:(?:well|ok(?:ay)?|so|oh|ah)\W+){0,2}(?:hi|hiya|hey|heya|hello|yo|greetings|howdy|"
    r"konnichi ?wa)\W+(?:(?:to|there|again|and|once|my|dear|fellow|good|faithful)\W+){0,3}"
    r"(?:all|everyone|everybody|guys|people|peoples|readers|minna|folks|y'?all|again|there|fans)\b"
)
_ASKS = lazy(
    r"\W*(?:(?:well|so|and|ok(?:ay)?|there|whew|phew|now|hi|hello|hey)\W+){0,3}(?:"
    r"how(?:'d| did| do| was| is) (?:you|ya|u|y'all|that|it|this)\b.{0,20}(?:like|think|\?)|"
    r"what(?:'?d| did| do)? ?(?:you|ya|u|y'all|everyone)\b.{0,12}\bthink|"
    r"(?:that'?s (?:it|all)|i'?m (?:finally )?(?:done|finished)|it'?s (?:finally )?finished)\W|"
    r"(?:did|do) (?:you|ya|u|y'all|everyone) (?:all |guys )?(?:like|enjoy|hate)\b)"
)


def reach_up(draft: Draft, start: int, cut: int) -> int:
    """Return where the closing words that are known from line *cut* on begin."""
    above = _between(draft, start, cut)
    if not above:
        return cut
    starts = [index for index, _ in above]
    texts = [text for _, text in above]
    headed = next((at for at, text in enumerate(texts) if _is_heading(text)), None)
    parted = _parting(draft, start, starts[0])
    if parted and _is_said(texts[:headed], sure=parted == "rule"):
        return starts[0]
    return cut if headed is None else starts[headed]


def _between(draft: Draft, start: int, cut: int) -> list[tuple[int, str]]:
    """Return the first line and the text of each paragraph between the last break above *cut* and
    it, but for what is further above than closing words begin."""
    found: list[tuple[int, str]] = []
    end, size = cut, 0
    for index in range(cut - 1, start, -1):
        line = draft.lines[index]
        if line.is_break or draft.bins[index] or voice.is_drawn_end(line.text):
            break
        if line.blank or not line.first:
            continue
        text = " ".join(text for text, _ in paragraphs_of(draft, index, end))
        size += words(text)
        if size > _WORDS or len(found) == _PARAGRAPHS or _is_end(text):
            break
        found.append((index, text))
        end = index
        if line.wrapped and is_below_gap(draft.lines, index):
            break
    return found[::-1]


def _is_end(text: str) -> bool:
    return voice.is_end_mark(text) and not _is_heading(text)


def _parting(draft: Draft, start: int, index: int) -> str:
    """Return what parts line *index* from the story: "rule", "gap", "" for nothing."""
    above = index - 1
    while above > start and draft.lines[above].blank:
        above -= 1
    line = draft.lines[above]
    if line.is_break:
        return "gap" if line.value == "gap" else "rule"
    if voice.is_drawn_end(line.text) or _is_end(line.bare):
        return "rule"
    return "gap" if draft.lines[index].wrapped and is_below_gap(draft.lines, index) else ""


def _is_heading(text: str) -> bool:
    """True for "Post-fic notes:" and the like."""
    low = text[:_HEADING].lower()
    if len(text) > _HEADING or not has_one(low, _HEADING_STEMS):
        return False
    return _HEADED.fullmatch(text) is not None


def _is_said(texts: list[str], *, sure: bool) -> bool:
    """True where nobody speaks in *texts* and the first is its author's; behind a mere gap, it
    must be *sure* by itself."""
    if not texts or any(voice.is_speech(text) or '"' in text or "“" in text for text in texts):
        return False
    text = texts[0]
    if speaks_up(text) or talking.weight(text) > 1:
        return True
    if disclaimer.asserts(text) or disclaimer.opens_with_disclaimer(text, set_off=True):
        return True
    if not sure:
        return diction.weight(text) >= diction.SURE
    brief = words(text) <= _BRIEF and talking.addresses(text) and talking.weight(text) > 0
    told = asides.strength(text) > 0 or diction.weight(text) >= diction.LIKELY
    return brief or told or voice.speaks_to_reader(text)


def speaks_up(text: str) -> bool:
    """True where a paragraph begins with a greeting or a question to readers: "Hiiii, everyone"."""
    low = _STRETCHED.sub(r"\1", text[:_OPENING].lower().replace("’", "'"))
    return _GREETS.match(low) is not None or _ASKS.match(low) is not None
