"""Where an author speaks of a story below it in words that nobody in one says, and nothing of the
story follows.

What comes behind such a paragraph may be long, and say of those in the story what the story says as
well ("For those who wonder: Ada is his mother"); it need not sound like talk itself, as long as
nobody speaks in it.
"""

from __future__ import annotations

import re

from storykeep.header import asides, byline, diction, talking, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import label_of, words
from storykeep.header.passages import paragraph_at
from storykeep.header.shape import is_played, is_scene
from storykeep.patterns import lazy

_LEAST, _WEIGHT = 10, 50  # words of such a paragraph, and its weight
_SIGNS = 2
_MOST = 14  # paragraphs from it to the end
_POSTSCRIPT_WEIGHT = 10
_POSTSCRIPT = lazy(r"\W*(?:P\.?\s?){1,3}S\b\.?\W")
_ENDED = lazy(
    r"\W*(?:the\s+)?end\s+(?:of\s+)?(?:chapter|part|pt|episode|act|prologue|story)\s*[\w-]{0,12}[.!:…)*]+\s+",
    re.IGNORECASE,
)
# '"The Lamp" (a sequel to "Oil"), and ...', which nobody speaks.
_NAMED = lazy(r"[\"“][A-Z][^\"“”.?!,]{2,60}[!?]?[\"”]\s*[(,]")
_ANSWERED = lazy(r"\s*<[A-Z][\w .'’-]{0,20}(?::|>)")  # those who mock it have the last word
_SAID = lazy(r"[,.!?…][\"”]")
_SPOKEN = 2  # of them in one paragraph: a scene
_CITED = lazy(r"[\"“][^\"”]{20,400}[\"”]\s*(?:[-–—~]{1,3}|\()\s*[A-Z][^\"“”]{2,60}")


def begins(draft: Draft, shown: list[int]) -> int | None:
    """Return the place in *shown* of the first of the last paragraphs that is unmistakably an
    author's, None where there is none or the story goes on below."""
    found: int | None = None
    count, told = 0, False
    for place in range(len(shown) - 1, 0, -1):
        line = draft.lines[shown[place]]
        if line.is_break and told:
            break  # the story goes on below a break
        if line.is_break or not line.first:
            continue
        text = paragraph_at(draft, shown, place)
        count += 1
        if count > _MOST or (line.wrapped and line.text.lstrip()[:1] == ">"):
            break
        if asides.is_teaser(text) or is_cited(text) or _NAMED.match(text):
            continue
        if voice.is_speech(text) or len(_SAID.findall(text)) >= _SPOKEN:
            break
        told = told or diction.is_told(text)
        if label_of(line) is None and (is_sure(text) or (count == 1 and _is_last_said(text))):
            found = place
    if found is None:
        return None
    lines = [draft.lines[index] for index in shown[found:]]
    if is_played(line.text for line in lines) or is_scene(lines):
        return None
    if any(answers(line.text) for line in lines):
        return None
    return found


def _is_last_said(text: str) -> bool:
    """True for a last paragraph of a few words behind an end mark, or a postscript, to readers."""
    ended = _ENDED.match(text)
    if ended is not None:
        rest = text[ended.end() :]
        return voice.speaks_to_reader(rest) or diction.weight(rest) >= diction.LIKELY
    return _POSTSCRIPT.match(text) is not None and diction.weight(text) >= _POSTSCRIPT_WEIGHT


def is_sure(text: str) -> bool:
    """True for a paragraph in words for a text and its making that nobody in a story has."""
    if words(text) < _LEAST or diction.weight(text) < _WEIGHT:
        return False
    if byline.emails(text) and voice.speaks_to_reader(text):
        return True
    return asides.strength(text) >= _SIGNS and talking.weight(text) >= _SIGNS


def answers(text: str) -> bool:
    """True for "<Jo: That was bad.>", by which those who mock a story answer its author."""
    return _ANSWERED.match(text) is not None


def is_cited(text: str) -> bool:
    """True for somebody else's words with the name behind them: '"Know thyself."--Jo Moss'."""
    return text[:1] in '"“' and _CITED.fullmatch(text.strip()) is not None
