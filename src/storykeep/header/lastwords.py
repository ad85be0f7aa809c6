"""A text's last passage, below a break: whether a few words there are its author's to the readers.

No story tells much below its last break in a hundred words, nobody speaks in what authors say
there, and they say "I" or "you". So it takes less to be theirs than within a story: a greeting, a
question, or some of the words that go with a text and its making.
"""

from __future__ import annotations

import re

from storykeep.header import asides, diction, talking, voice
from storykeep.header.draft import Draft
from storykeep.header.lines import label_of, words
from storykeep.header.passages import is_below_gap, paragraph_at
from storykeep.header.reach import speaks_up
from storykeep.header.shape import is_played
from storykeep.patterns import lazy

_WORDS, _PARAGRAPHS = 100, 6
_BRIEF, _FEWEST = 40, 3  # words
_SOME = 10  # weight
# "I hoped you enjoyed it."
_HOPES = lazy(
    r"\bhoped? (?:that )?(?:you|u|ya|y'all|everyone|everybody)\b(?: \w+){0,3} "
    r"(?:enjoy|lik|lov)(?:e|ed)?\b",
    re.IGNORECASE,
)
_SELF = lazy(r"\b(?:I|[Mm]y|[Mm]e|[Yy]ou|[Yy]our)\b")
_CREDITED = lazy(r"\s*[-–—]{1,3}\s?(?P<name>[A-Z][\w.'’-]+(?: [\w.'’-]+){0,2} [A-Z][\w'’-]+)\s*")
_SPELT = lazy(r"\b[A-Za-z]{3,}\b")
# What comes next, as a show tells it, is the story's own.
_NEXT = lazy(
    r"\W*(?:(?:a\s+)?preview|next\b|coming\b|(?:in|on)\s+(?:the|our)\s+next|to\s+be\s+con|stay\s+tuned)",
    re.IGNORECASE,
)


def last_words_begin(draft: Draft, shown: list[int]) -> tuple[int, bool] | None:
    """Return the place in *shown* at which the last passage begins, and whether no narrator would
    say it, where its author speaks in it; None elsewhere."""
    places: list[int] = []
    size, gap = 0, False
    for place in range(len(shown) - 1, 0, -1):
        line = draft.lines[shown[place]]
        if line.is_break or voice.is_end_mark(line.text):
            if places:
                break
            continue
        size += draft.sizes[shown[place]]
        if size > _WORDS or len(places) == _PARAGRAPHS or label_of(line) is not None:
            return None
        if voice.is_site_voice(line):
            return None  # a site says "you" as well: to its visitors
        if line.first:
            places.append(place)
            gap = line.wrapped and is_below_gap(draft.lines, shown[place])
            if gap:
                break
    else:
        return None
    if not places:
        return None
    place = places[-1]
    above = draft.lines[shown[place - 1]]
    texts = [paragraph_at(draft, shown, at) for at in reversed(places)]
    if is_played(draft.lines[index].text for index in shown[place:]) or not _may_be_said(texts):
        return None
    if len(texts) > 1 and _is_quoted(draft, texts[-1]):
        return None
    if _is_surely_said(texts):
        return place, True
    return (place, False) if not gap and above.value != "gap" and _is_said(texts) else None


def _is_quoted(draft: Draft, last: str) -> bool:
    """True for "-Jo Dee" below words that somebody else has said, who has not written the story."""
    found = _CREDITED.fullmatch(last)
    if found is None:
        return False
    return all(found["name"].lower() != author.name.lower() for author in draft.authors)


def _may_be_said(texts: list[str]) -> bool:
    """False where somebody speaks, where "I" and "you" are missing, and for what comes next."""
    whole = " ".join(texts)
    if '"' in whole or "“" in whole or "''" in whole or _SELF.search(whole) is None:
        return False
    if _NEXT.match(whole) or any(map(voice.is_speech, texts)):
        return False
    return len(_SPELT.findall(whole)) >= _FEWEST


def _is_surely_said(texts: list[str]) -> bool:
    """True for words that authors close with, below a mere gap, too."""
    whole = " ".join(texts)
    if speaks_up(texts[0]) or _HOPES.search(whole):
        return True
    weight = diction.weight(whole)
    brief = words(whole) <= _BRIEF and voice.speaks_to_reader(texts[0])
    return weight >= (_SOME if brief else diction.SURE) or (
        weight >= 0 and talking.weight(whole) > 1
    )


def _is_said(texts: list[str]) -> bool:
    """True for words that are an author's below a drawn break."""
    whole = " ".join(texts)
    if asides.is_teaser(whole):
        return False
    weight = diction.weight(whole)
    if weight >= diction.LIKELY or asides.strength(texts[0]) > 1:
        return True
    brief = words(whole) <= _BRIEF and voice.speaks_to_reader(texts[0])
    return weight >= 0 and (brief or (talking.weight(whole) > 0 and talking.addresses(whole)))
