"""What a search found, in words; saved searches, too. It does without click.

Who searches waits for this, so what a search does not need is imported where it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from storykeep.cli.context import Context
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, highlighted, line, put, put_json, say
from storykeep.errors import UsageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from storykeep.search import Budget, Results
    from storykeep.search.earlier import Earlier
    from storykeep.search.rows import Hit

# As storykeep.search has them; a test compares. To import them here would slow every --help.
SORTS = ("relevance", "newest", "date", "updated", "words", "title", "author", "changed")
FACETS = ("author", "fandom", "site", "year", "rating", "status", "language", "outcome")


class Asked(NamedTuple):
    """What the command line of `search` says, each as its option is called."""

    query: tuple[str, ...] = ()
    limit: int = 20
    page: int = 1
    offset: int | None = None
    sort: str = "relevance"
    facets: bool = False
    only: tuple[str, ...] = ()
    exact: bool = False
    stem: bool = False
    all_versions: bool = False
    number: int | None = None
    save: str | None = None
    saved: str | None = None
    forget: str | None = None
    listing: bool = False
    as_json: bool = False

    @property
    def first(self) -> int:
        """Return how many hits stand before the first one that is shown."""
        return (self.page - 1) * self.limit if self.offset is None else self.offset


def answer(context: Context, asked: Asked) -> None:
    """Print what *asked* finds, or what has become of a saved search."""
    from storykeep import search

    if asked.listing or asked.forget is not None:
        _manage(context, asked)
        return
    text = _text(context, asked.query, asked.saved)
    if asked.save is not None:
        _save(context, asked.save, text)
    with reading(context) as connection:
        if connection is None:
            search.check(text)
            nothing_yet(context, asked.as_json)
            return
        options: dict[str, Any] = {
            "sort": asked.sort,
            "stem": asked.stem,
            "budget": search.EXACT if asked.exact else search.Budget(),
        }
        if asked.number is not None:
            _open(connection, text, asked.number, options, asked.as_json)
            return
        at, limit = asked.first, asked.limit
        shown = asked.only or (FACETS if asked.facets else ())
        results = search.search(connection, text, limit=limit, offset=at, facet=shown, **options)
        old = (
            _earlier(connection, text, limit, at, options["budget"]) if asked.all_versions else None
        )
        rebuilt = _rebuilt(connection, results) if not asked.as_json else frozenset()
    _print(results, at, context, asked.as_json, summary=bool(shown), rebuilt=rebuilt)
    if old is not None:
        _print_earlier(old, at, context, asked.as_json)


def _earlier(
    connection: sqlite3.Connection, text: str, limit: int, at: int, budget: Budget
) -> Earlier:
    from storykeep.search.earlier import earlier

    return earlier(connection, text, limit=limit, offset=at, budget=budget)


def _print_earlier(found: Earlier, at: int, context: Context, as_json: bool) -> None:
    from storykeep.search.earlier import earlier_row

    for hit in found.hits:
        if as_json:
            put_json(earlier_row(hit))
            continue
        by = " by " + line(", ".join(hit.authors)) if hit.authors else ""
        put(f"{hit.id}  {line(hit.title or '(untitled)')}{by}, chapter {hit.chapter}, as it was")
        put(f"          {highlighted(hit.snippet)}")
        put(f"          storykeep show {hit.id} --as-of {hit.last_seen[:19]}")
    if not as_json and not context.quiet:
        shown = f"{at + 1:,} to {at + len(found.hits):,} of " if found.hits and at else ""
        is_all = at + len(found.hits) >= found.total and found.total_is_exact
        more = "" if is_all else "; --page 2 or --limit shows more"
        total = "" if found.total_is_exact else "more than "
        say(f"{shown}{total}{amount(found.total, 'earlier text')}{more}")
    if not context.quiet:
        for each in found.notes:
            say(each)


def _print(
    results: Results,
    at: int,
    context: Context,
    as_json: bool,
    *,
    summary: bool,
    rebuilt: frozenset[str],
) -> None:
    from storykeep import search

    if as_json:
        for hit in results.hits:
            put_json(search.hit_row(hit))
        if summary:
            put_json(search.summary_row(results))
    else:
        for hit in results.hits:
            _print_hit(hit, is_rebuilt=hit.id in rebuilt)
        _print_facets(results)
    if not context.quiet and not (as_json and not results.notes):
        for each in _found(results, at, as_json):
            say(each)


def _text(context: Context, query: Sequence[str], saved: str | None) -> str:
    """Return what is to be searched: the words typed, or those saved under a name."""
    if saved is None:
        if not query:
            raise UsageError("no QUERY is given", hint="storykeep search --help")
        return " ".join(query)
    if query:
        raise UsageError(
            f"--saved {saved} brings its own query", hint="leave the words out, or the option"
        )
    from storykeep import decisions

    return decisions.find_search(context.config_or_default().folder / decisions.NAME, saved).query


def _open(
    connection: sqlite3.Connection, text: str, number: int, options: dict[str, Any], as_json: bool
) -> None:
    """Show the whole text of a hit, as `show` does."""
    from storykeep import reader, search
    from storykeep.cli.reading import show_story

    results = search.search(connection, text, limit=1, offset=number - 1, **options)
    if not results.hits:
        total = amount(results.total, "story has", "stories have")
        what = f"only {total} that" if results.total else "no story has that"
        raise UsageError(f"there is no hit {number:,}: {what}")
    show_story(connection, reader.resolve(connection, results.hits[0].id), as_json=as_json)


# ---------------------------------------------------------------- saved searches


def _save(context: Context, name: str, text: str) -> None:
    from storykeep.archive import Archive
    from storykeep.saved import feed_name

    if not context.path.exists() and not context.config_or_default().archive.database.exists():
        raise UsageError(
            "there is no archive in this folder to save a search for",
            hint="storykeep init begins one; -C DIR works in another folder",
        )
    before = Archive(context.config_or_default()).searches.save(name, text)
    if context.quiet:
        return
    if before is not None and before.query != text:
        say(f"saved as {name!r}, which was: {line(before.query)}")
    else:
        say(f"saved as {name!r}; each run writes what it finds to {feed_name(name)}")


def _manage(context: Context, asked: Asked) -> None:
    forget, as_json = asked.forget, asked.as_json
    if asked.query or asked.save is not None or asked.saved is not None:
        raise UsageError("--list and --forget take no query", hint="storykeep search --help")
    if forget is not None:
        from storykeep.archive import Archive

        before = Archive(context.config_or_default()).searches.forget(forget)
        if not context.quiet:
            say(f"{before.name!r} is no saved search any more; it was: {line(before.query)}")
        return
    from storykeep import decisions

    journal = decisions.read(context.config_or_default().folder / decisions.NAME)
    for each in journal.searches():
        if as_json:
            put_json({"name": each.name, "query": each.query, "saved_at": each.at})
        else:
            put(f"{each.name}: {line(each.query)}")
    if not journal.searches() and not as_json and not context.quiet:
        say("no search is saved; storykeep search QUERY --save NAME saves one")


# ---------------------------------------------------------------- what is printed


def _print_facets(results: Results) -> None:
    if results.facets is None:
        return
    of = "" if results.facets.is_exact else f" (of the newest {results.facets.read:,} hits)"
    for name, values in results.facets.values.items():
        counts = ", ".join(f"{line(value)} {number:,}" for value, number in values)
        put(f"{name}{of}: {counts or 'none'}")


def _rebuilt(connection: sqlite3.Connection, results: Results) -> frozenset[str]:
    """Return the hits whose text was made of what a web archive tells of a page."""
    from storykeep.reader.forms import reconstructed

    return reconstructed(connection, [hit.id for hit in results.hits])


def _print_hit(hit: Hit, *, is_rebuilt: bool) -> None:
    gone = "  reconstructed" if is_rebuilt else ""
    gone += f"  gone since {hit.gone_since[:10]}" if hit.gone_since else ""
    by = " by " + line(", ".join(hit.authors)) if hit.authors else ""
    put(f"{hit.id}  {line(hit.title or '(untitled)')}{by}  {hit.words:,} words{gone}")
    put(f"          {highlighted(hit.snippet)}")


def _found(results: Results, offset: int, as_json: bool) -> list[str]:
    """Return what to say of the hits as a whole: their number, and what was not done exactly."""
    said = [] if as_json else [_number(results, offset)]
    said += results.notes
    for word, other in results.meant.items():
        said.append(f"no story has {line(word)}; did you mean {line(other)}?")
    return said


def _number(results: Results, offset: int) -> str:
    shown = len(results.hits)
    if not results.total:
        return "no story has that" if results.searched is None else "no story was found"
    total = amount(results.total, "story", "stories")
    if not results.total_is_exact:
        total = f"more than {results.total:,} stories"
    if not shown and offset:
        return f"{total}; none of them behind hit {offset:,}"
    if shown and offset:
        return f"{offset + 1:,} to {offset + shown:,} of {total}"
    is_all = shown >= results.total and results.total_is_exact
    return total if is_all or not shown else f"{shown:,} of {total}; --page 2 or --limit shows more"
