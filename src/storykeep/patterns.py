"""Regular expressions that are compiled when they are first used, not when the program starts.

The cleaner has hundreds of them, and a command that cleans nothing, or one small page, needs few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, AnyStr, Generic, cast


class _Uncompiled(Generic[AnyStr]):
    """Stands for `re.compile(pattern, flags)`, and does that work when it is asked for anything."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern  # known without compiling: larger patterns are made of it
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name == "_compiled":
            self._compiled: re.Pattern[AnyStr] = re.compile(self.pattern, self._flags)
            return self._compiled
        found = getattr(self._compiled, name)
        # From now on the method is an attribute like any other: a look-up costs no more than that
        # of a compiled pattern's own.
        setattr(self, name, found)
        return found

    def __repr__(self) -> str:
        return f"lazy({self.pattern!r}, {self._flags})"


def has_one(text: str, words: Iterable[str]) -> bool:
    """Return whether one of *words* is in *text*.

    To look for many fixed words so takes a tenth of what a pattern of them takes.
    """
    for word in words:  # noqa: SIM110  any() makes a generator, and calls it for each word
        if word in text:
            return True
    return False


def begins_word(text: str, beginning: str) -> bool:
    """Return whether a word of *text* begins with *beginning*, which begins with a letter."""
    at = text.find(beginning)
    while at >= 0:
        if not at or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            return True
        at = text.find(beginning, at + 1)
    return False


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return *pattern* as `re.compile` would, compiled at its first use.

    It has the methods and attributes of a compiled pattern, but `re.sub(it, ...)` and the like do
    not know it. What is wrong with it is raised at its first use (re.error); `test_patterns.py`
    compiles each one.
    """
    return cast("re.Pattern[AnyStr]", _Uncompiled(pattern, flags))
