"""What a word or phrase of a query stands for besides itself. Pure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

from storykeep.search.query import Term

MOST_VARIANTS = 60  # of a phrase

# A word -> itself and what else is to be found for it.
Forms = Callable[[str], tuple[str, ...]]
Others = dict[str, tuple[str, ...]]  # words that have such, with them


def is_free(term: Term, tokens: tuple[str, ...]) -> bool:
    """Return whether *term* is one word, which may stand for its other forms."""
    return len(tokens) == 1 and not term.is_prefix and not term.is_quoted


def others_of(tokens: dict[Term, tuple[str, ...]], forms: Forms | None, spelt: Others) -> Others:
    """Return what words by themselves stand for: their forms, and how else they are written."""
    words = {found[0] for term, found in tokens.items() if is_free(term, found)}
    known = {
        word: tuple(dict.fromkeys((*(forms(word) if forms else ()), *spelt.get(word, ()))))
        for word in sorted(words)
    }
    return {word: found for word, found in known.items() if len(found) > 1}


def spelt_of(tokens: dict[Term, tuple[str, ...]], spell: Forms) -> Others:
    """Return how else the words of *tokens* are written; an open one stands for what it begins."""
    words = {each for term, found in tokens.items() for each in closed(term, found)}
    known = {word: spell(word) for word in sorted(words)}
    return {word: found for word, found in known.items() if len(found) > 1}


def closed(term: Term, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a term's *tokens* that are whole words."""
    return tokens[:-1] if term.is_prefix else tokens


def phrases(term: Term, tokens: tuple[str, ...], spelt: Others) -> list[tuple[str, ...]]:
    """Return *tokens* in each way in which they are written."""
    whole = closed(term, tokens)
    ways = product(*(spelt.get(each, (each,)) for each in whole))
    return [(*way, *tokens[len(whole) :]) for way in islice(ways, MOST_VARIANTS)]
