"""The plain forms of `storykeep search`, read without click: to load that takes most of the time.

What is not plain (--help, a mistake, an option that is rare) is None here, and click's to read; a
test holds the two together.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from storykeep.cli.answering import FACETS, SORTS, Asked
from storykeep.cli.context import Context

_FLAGS = {
    "--facets": "facets",
    "--exact": "exact",
    "--stem": "stem",
    "--all-versions": "all_versions",
    "--json": "as_json",
}
_NUMBERS = {"--limit": ("limit", 0), "--page": ("page", 1), "--offset": ("offset", 0)}
_MOST_DIGITS = 9


class _NotPlainError(Exception):
    """Click is to read the command line."""


def search_of(words: Sequence[str]) -> tuple[Context, Asked] | None:
    """Return what a command line asks of `search`, None where it is not plainly that."""
    # On Windows click makes names of files of `light*`; and a shell asks click for completions.
    if sys.platform == "win32" or "_STORYKEEP_COMPLETE" in os.environ:
        return None
    left = iter(words)
    try:
        context = _context(left)
        return context, _asked(left)
    except _NotPlainError:
        return None


def _context(left: Iterator[str]) -> Context:
    """Read the global options and the name of the command."""
    folder, verbose, quiet = None, False, False
    for word in left:
        if word == "search":
            return Context(folder, None, verbose=verbose, quiet=quiet)
        if word == "-C":
            folder = Path(_next(left))
            if not folder.is_dir():
                raise _NotPlainError
        elif word in ("-q", "--quiet"):
            quiet = True
        elif word in ("-v", "--verbose"):
            verbose = True
        else:
            break
    raise _NotPlainError


def _asked(left: Iterator[str]) -> Asked:
    query: list[str] = []
    options: dict[str, Any] = {}
    for word in left:
        if word == "--":
            query += left
        elif not word.startswith("-"):
            query.append(word)
        elif word in _FLAGS:
            options[_FLAGS[word]] = True
        else:
            _read_option(word, left, options)
    if not query:
        raise _NotPlainError
    return Asked(tuple(query), **options)


def _read_option(word: str, left: Iterator[str], options: dict[str, Any]) -> None:
    name, is_joined, value = word.partition("=")
    value = value if is_joined else _next(left)
    if name in _NUMBERS:
        key, least = _NUMBERS[name]
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
            raise _NotPlainError
        options[key] = int(value)
        if options[key] < least:
            raise _NotPlainError
    elif name == "--sort" and value in SORTS:
        options["sort"] = value
    elif name == "--facet" and value in FACETS:
        options["only"] = (*options.get("only", ()), value)
    else:
        raise _NotPlainError


def _next(left: Iterator[str]) -> str:
    for word in left:
        return word
    raise _NotPlainError
