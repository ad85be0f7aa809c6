"""Lines with holes, "a {fandom} fanfiction by {author}", and lines with stars, "Back to *"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 300  # characters of a line that is held against a template
_MOST_HOLES = 3  # more would take too long on a line made for the purpose
_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A line as typed in a profile, the names of its holes, and the pattern that reads it."""

    text: str
    holes: tuple[str, ...]
    pattern: re.Pattern[str]

    def read(self, line: str) -> dict[str, str] | None:
        """Return what stands in the holes of *line*, None where it is no such line."""
        if len(line) > LONGEST:
            return None
        found = self.pattern.fullmatch(line)
        return {name: found[name].strip() for name in self.holes} if found else None


@lru_cache(maxsize=512)
def read(text: str, known: frozenset[str]) -> Template:
    """Return the template that *text* is; raises ValueError, in words, for one that is none."""
    holes = tuple(_HOLE.findall(text))
    if not holes:
        raise ValueError("has no hole, as in 'a {fandom} story by {author}'")
    if unknown := [each for each in holes if each not in known]:
        raise ValueError(f"has a hole {{{unknown[0]}}}; known: {', '.join(sorted(known))}")
    if len(holes) > _MOST_HOLES or len(set(holes)) < len(holes):
        raise ValueError(f"has more than {_MOST_HOLES} holes, or one of them twice")
    words = _HOLE.split(text)[::2]
    if not "".join(words).strip():
        raise ValueError("has nothing but holes: every line would fit")
    if any(not each.strip() for each in words[1:-1]):
        raise ValueError("has two holes with no words between them")
    pattern = _literal(words[0])
    for name, following in zip(holes, words[1:], strict=True):
        pattern += rf"(?P<{name}>\S(?:.*?\S)?){_literal(following)}"
    return Template(text, holes, re.compile(pattern, re.IGNORECASE))


def _literal(text: str) -> str:
    """Return the pattern of words as typed; white space is any white space."""
    return r"\s+".join(re.escape(each) for each in re.split(r"\s+", text))


def is_like(line: str, starred: str) -> bool:
    """Return whether *line* is *starred*, in which "*" is any text; case and blanks do not count.

    >>> is_like("Back to  Tides", "back to *")
    True
    """
    text = " ".join(line.casefold().split())
    wanted = " ".join(starred.casefold().split())
    if "*" not in wanted:
        return text == wanted
    first, *middle, last = wanted.split("*")
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
