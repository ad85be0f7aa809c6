"""A query, asked of the database: counts, ranked hits with snippets, facets, or all rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from storykeep.errors import QueryError, StoreError
from storykeep.reader import snapshot
from storykeep.search.advice import advice
from storykeep.search.cost import DEFAULT, EXACT, Budget, Cost, Widths
from storykeep.search.facets import NAMES, Facets, facets
from storykeep.search.fields import has_words
from storykeep.search.highlight import END, START
from storykeep.search.plan import Plan, plan
from storykeep.search.query import slips
from storykeep.search.rank import SORTS, Found, Ranked, find, newest_first, ranked, sorted_by
from storykeep.search.rows import Hit, hits_of
from storykeep.search.spelling import spellings
from storykeep.search.stem import forms
from storykeep.search.suggest import has_word, suggestions

_CACHE = 48_000  # kB: the common pages of the index and the rows of stories


class Results(NamedTuple):
    """One page of hits, how many there are in all, and what was not done exactly."""

    hits: tuple[Hit, ...]
    total: int
    total_is_exact: bool = True  # else there are at least so many
    # What the order was made from: every match, the newest of them, or no weighing at all.
    ranked: Literal["all", "window", "sorted"] = "all"
    window: int | None = None  # how many of the newest matches were weighed
    searched: int | None = None  # how many of the newest stories were looked through; None: all
    notes: tuple[str, ...] = ()  # in words, whatever was done otherwise than asked
    meant: Mapping[str, str] = MappingProxyType({})  # a word without a hit -> one that has some
    facets: Facets | None = None


def check(text: str) -> None:
    """Raise QueryError where *text* is no query."""
    plan(text)


def search(
    conn: sqlite3.Connection, text: str, *, limit: int = 20, offset: int = 0,
    sort: str = "relevance", facet: Sequence[str] = (), budget: Budget = DEFAULT,
    stem: bool = False,
) -> Results:  # fmt: skip
    """Return the stories that answer *text*, by one of SORTS.

    What would cost more than *budget* is done in part; `Results.notes` says what. *facet* are among
    facets.NAMES. With *stem* a word finds its other forms. Raises QueryError where *text* is no
    query and StoreError where the index cannot be read.
    """
    limit, offset = max(0, limit), max(0, offset)
    _refuse_unknown("sort order", [sort], SORTS)
    _refuse_unknown("facet", facet, NAMES)
    with _reading(conn), snapshot(conn):
        widths = Widths(conn, budget)
        asked = plan(text, widths.widen, _forms(conn) if stem else None, _spell(conn))
        _give_functions(conn, asked)
        # As good as their number, and at once; rows are numbered on, and few are ever taken out.
        (stories,) = conn.execute("SELECT coalesce(max(id), 0) FROM story").fetchone()
        cost = widths.cost(asked, stories)
        found = find(conn, asked, cost, budget, stories, sort if limit else "")
        page = _page(conn, asked, found, (cost, budget), sort, limit, offset, stories)
        return Results(
            hits_of(conn, page.rows, asked.needles),
            found.total,
            found.is_exact,
            _how(page),
            page.window,
            found.newest,
            (
                *_notes(asked, found, page, sort, stories, widths.approximate),
                *([] if found.total else [*slips(text), *advice(conn, asked.text)]),
            ),
            {} if found.total else suggestions(conn, _unspelt(asked)),
            facets(conn, found, facet) if facet else None,
        )


def _forms(conn: sqlite3.Connection) -> Callable[[str], tuple[str, ...]]:
    return lambda word: forms(word, partial(has_word, conn))


def _unspelt(asked: Plan) -> tuple[str, ...]:
    """Return the wanted words but for those that are known in another spelling or form."""
    return tuple(word for word in asked.words if word not in asked.forms)


def _spell(conn: sqlite3.Connection) -> Callable[[str], tuple[str, ...]]:
    return partial(spellings, is_known=partial(has_word, conn))


def matching_ids(conn: sqlite3.Connection, text: str) -> Iterator[int]:
    """Yield the row of every story that answers *text*, by author, title and public id.

    Every one, however long it takes. Raises as `search` does, at the first step.
    """
    with _reading(conn):
        asked = plan(text, spell=_spell(conn))
        _give_functions(conn, asked)
        everything = find(conn, asked, Cost(0, 0, 0, 0, 0, 0, False), EXACT, 0)
        chosen, values = everything.chosen()
        rows = conn.execute(
            f"SELECT s.id FROM story AS s WHERE s.id IN ({chosen}) "  # noqa: S608
            "ORDER BY s.author, s.title, s.public_id",
            values,
        )
        for row in rows:
            yield row[0]


def hit_row(hit: Hit) -> dict[str, Any]:
    """Return *hit* as `search --json` prints it: the snippet is plain text."""
    return {
        "id": hit.id,
        "url": hit.url,
        "title": hit.title,
        "authors": list(hit.authors),
        "words": hit.words,
        "site": hit.site,
        "gone_since": hit.gone_since,
        "score": hit.score,
        "snippet": hit.snippet.replace(START, "").replace(END, ""),
    }


def summary_row(results: Results) -> dict[str, Any]:
    """Return what `search --json --facets` says of all hits together, behind them."""
    counted = results.facets
    return {
        "total": results.total,
        "total_is_exact": results.total_is_exact,
        "ranked": results.ranked,
        "window": results.window,
        "searched": results.searched,
        "notes": list(results.notes),
        "meant": dict(results.meant),
        "facets": {
            name: [{"value": value, "stories": number} for value, number in values]
            for name, values in (counted.values if counted else {}).items()
        },
        "facets_are_exact": counted.is_exact if counted else None,
        "facets_of": counted.read if counted else None,
    }


@contextmanager
def _reading(conn: sqlite3.Connection) -> Iterator[None]:
    try:
        conn.execute(f"PRAGMA cache_size = -{_CACHE}")
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"cannot search: {error}", hint="storykeep rebuild makes the index again"
        ) from error


def _give_functions(conn: sqlite3.Connection, asked: Plan) -> None:
    # Only where it is asked: behind each change of a function SQLite makes every statement anew.
    if asked.asks_has_words:
        conn.create_function("has_words", 2, has_words, deterministic=True)


def _refuse_unknown(noun: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise QueryError(f"there is no {noun} {name!r}", hint="there are " + ", ".join(known))


def _page(
    conn: sqlite3.Connection, asked: Plan, found: Found, terms: tuple[Cost, Budget], sort: str,
    limit: int, offset: int, stories: int,
) -> Ranked:  # fmt: skip
    if not limit or not found.total:
        return Ranked([], is_weighed=sort == "relevance" and asked.match is not None)
    if sort == "newest":
        return newest_first(conn, found, limit=limit, offset=offset)
    if sort == "relevance":
        return ranked(conn, asked, found, *terms, limit=limit, offset=offset, stories=stories)
    return sorted_by(conn, found, sort, limit=limit, offset=offset)


def _how(page: Ranked) -> Literal["all", "window", "sorted"]:
    if not page.is_weighed:
        return "sorted"
    return "all" if page.window is None else "window"


def _notes(
    asked: Plan, found: Found, page: Ranked, sort: str, stories: int, approximate: Sequence[str]
) -> tuple[str, ...]:
    notes = list(approximate)
    notes += [f"{word} stands for {', '.join(each)}" for word, each in asked.forms.items()]
    if found.newest is not None:
        notes.append(
            f"the words are very common: only the newest {found.newest:,} of {stories:,} stories "
            "were looked through; a rarer word finds in all"
        )
    total = f"{found.total:,}" if found.is_exact else f"more than {found.total:,}"
    if page.window is not None:
        titles = ", and by title" if page.has_titles else ""
        notes.append(f"ranked among the newest {page.window:,} of {total} stories{titles}")
    elif sort == "relevance" and asked.match and not page.is_weighed:
        notes.append("not ranked, for the query has very many common words: the newest first")
    return tuple(notes)
