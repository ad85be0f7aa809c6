"""Lines that were broken for their sound: poems and songs, told from addresses and labels."""

from __future__ import annotations

import re
from collections.abc import Iterable

from storykeep.patterns import lazy

_NOT_VERSE = lazy(r"@|https?:|www\.|^\s*(?:by|from|to|date|subject)\b", re.IGNORECASE | re.M)
_LABEL = lazy(r"^[A-Z][\w'’ /&.()-]{0,28}:(?:\s|$)", re.MULTILINE)
_LONGEST = 65
_CAPITALS = 0.9  # of the lines below another
_FEWEST = 6  # of them: so few begin with a capital by chance


def opens_with_capitals(pairs: Iterable[tuple[str, str]]) -> bool:
    """Return whether lines below another begin with a capital each: no column cuts a text so.

    Where most lines end a sentence, they are sentences. Lines all in capitals say nothing.
    """
    capitals = ended = total = 0
    for above, line in pairs:
        if line.isupper():
            continue
        total += 1
        capitals += line.lstrip("\"“«'‘([*_ ")[:1].isupper()
        ended += above[-1:] in '.!?…"”'
    return total >= _FEWEST and capitals >= _CAPITALS * total and ended <= 0.6 * total


def is_verse(text: str) -> bool:
    """Return whether *text* reads as verse: four short lines or more, no talk, no labels."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 4 or max(map(len, lines)) > _LONGEST:
        return False
    if _NOT_VERSE.search(text) or _LABEL.search(text):
        return False
    words = [len(line.split()) for line in lines]
    spoken = sum(line.lstrip()[0] in '"“«' for line in lines)
    full = sum(count >= 3 for count in words)  # greetings and signatures have one word or two
    return full >= 0.75 * len(lines) and spoken * 3 <= len(lines)
