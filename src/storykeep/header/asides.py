"""What an author says about the text to those who read it, where nothing labels it.

These words occur in stories, too: they are asked for only where a rule or an end mark has already
set the paragraph apart from the story.
"""

from __future__ import annotations

import re

from storykeep.header import diction, legends, voice
from storykeep.patterns import has_one, lazy
from storykeep.spaces import count

# Of a text in small letters. Nobody in a story is likely to say these ...
_CRAFT = lazy(
    r"\b(?:fan ?fics?|fan ?fictions?|fics?|ficlets?|one-?shots?|drabbles?|lemons?|lemony|"
    r"next chapter|this chapter|last chapter|first chapter|previous chapters?|chapters|"
    r"reviews?|reviewers?|readers|ooc|out of character|in character|sequels?|prequels?|pairings?|"
    r"writer'?s block|cliff ?hangers?|pov|a/n|flamed?|flames|beta|proof-?read\w*|plot ?holes?|"
    r"(?:this|my) (?:story|stories|series|epilogue|prologue)|(?:oavs?|ovas?|anime|manga|canon)|"
    r"re-?read(?:ing)? (?:this|it)|wrote (?:this|it)|writing (?:this|it)|write (?:this|a sequel)|"
    r"on(?: ?to| with) (?:the|my) (?:story|fic|show|chapter)|(?:to|never) finish this|"
    r"some of you|you guys|let me know (?:what|if)|tell me what you think|"
    r"(?:some|any)(?:body|one) tell me)\b"
)
# None of them is without one of these, which are found many times faster.
_CRAFT_STEMS = (
    "fic", "shot", "drabble", "lemon", "chapter", "review", "readers", "ooc", "in character",
    "of character", "equel", "pairing", "block", "hanger", "pov", "a/n", "flame", "beta", "proof",
    "hole", "story", "stories", "my series", "this series", "logue", "oav", "ova", "anime",
    "manga", "canon", "re-read", "reread", "wrote ", "writing ", "write ", " show", "finish this",
    "some of you", "you guys", "let me know", "tell me",
)  # fmt: skip
# ... and these are words for it as well as for other things.
_ABOUT = lazy(
    r"\b(?:chapter|story|stories|episodes?|series|characters?|scenes?|ending|title|plot|songs?|"
    r"part|parts|wrote|write|writing|written|updates?|updated|posted|feedback|comments?|e-?mails?|"
    r"enjoyed?|liked it|inspired|inspiration|dedicated|translation|game|movie|thanks|thank you|"
    r"sorry|hopefully|next time|version|genre|short|finished|website|site)\b"
)
_SELF = lazy(r"\bI\b|\b(?:[Mm]y|[Mm]e|[Yy]ou|[Yy]our|[Yy]a|[Ww]e|[Uu]s)\b")
# "The waiters are from The Long Ferry, Ada is from Low Fell."
_FROM_SHOW = lazy(
    r"\b(?:is|are|was|were|appears?|comes?)\s+(?:\w+\s+){0,2}from\s+(?:the\s+)?"
    r"(?:(?:[a-z]+\s+){0,3})?[\"“'A-Z]"
)
_CAST = lazy(
    r"\W*(?:(?:the|our)\s+)?(?:staff|cast|characters|guest\s+stars?|guests|players)"
    r"(?:\s+(?:in|for|of)?\s*(?:this|the|today's)\s+(?:episode|chapter|story|part|fic))?\s*:\s",
    re.IGNORECASE,
)
# '"The Lamp" is from the film, sung by Ada.'
_SONG = lazy(
    r"[\"“'‘][^\"”]{2,80}[\"”'’]\s+(?:is|was|are|were)\s+(?:\w+\s+)?(?:from|by|sung|written|"
    r"performed|a\s+song|the\s+(?:song|title))\b"
)
_TEASER = lazy(
    r"\W*(?:(?:preview|next\s+(?:time|episode|chapter|part|week)|stay\s+tuned|tune\s+in|find\s+out|coming\s+"
    r"(?:up|soon)|what\s+will|who\s+will|how\s+will)\b)",
    re.IGNORECASE,
)
_SCENE = 200  # words: more in one paragraph are a scene whose rows nothing parts
_CRAFT_IN = 80  # words of a note have one that only authors use
_SHORT = 40  # words: one sign is enough in so few


def is_aside(text: str) -> bool:
    """True where a paragraph that is set apart is the author about the text."""
    if voice.speaks_to_reader(text):
        return True
    signs = strength(text)
    if signs >= 2 or (signs == 1 and len(text.split()) <= _SHORT) or legends.is_legend(text):
        return True
    surely = diction.weight(text) >= diction.SURE
    return surely and not voice.is_speech(text) and not is_teaser(text)


def strength(text: str) -> int:
    """Return how many words for a text and its making a paragraph has that speaks of "I" and
    "you"; 0 for speech, and where none of them is a word that only authors use."""
    if voice.is_speech(text) or not _SELF.search(text):
        return 0
    size = count(text)
    if size > _SCENE and voice.is_talked_in(text):
        return 0
    low = text.lower().replace("’", "'")
    craft = set(_CRAFT.findall(low)) if has_one(low, _CRAFT_STEMS) else set()
    if size > _SCENE and len(craft) < size // _CRAFT_IN:
        return 0
    return len(craft | set(_ABOUT.findall(low))) if craft else 0


def is_teaser(text: str) -> bool:
    """True for what a story says of the next part: "Find out in ..."; its own last words."""
    return _TEASER.match(text) is not None


def may_cast(text: str) -> bool:
    """True where a line opens as a list of the cast does: "Our cast this episode: ..."."""
    return ":" in text[:60] and _CAST.match(text) is not None


def is_cast(text: str) -> bool:
    """True for a paragraph that says which show each of the characters, or a song, is from."""
    if _SONG.match(text):
        return True
    if "from" not in text or voice.is_speech(text):
        return False
    shows = len(_FROM_SHOW.findall(text))
    return shows >= 2 or (shows == 1 and _CAST.match(text) is not None)
