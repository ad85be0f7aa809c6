"""Commands that look things up: search, list, captures, status. None of them writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from storykeep.cli.context import Context
from storykeep.cli.output import amount, highlighted, line, put, put_json, say, size
from storykeep.errors import UsageError

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")


@contextmanager
def reading(context: Context) -> Iterator[sqlite3.Connection | None]:
    """Give a read-only connection, or None where nothing was archived yet."""
    from storykeep import reader

    database = context.config_or_default().archive.database
    connection = reader.connect(database)
    try:
        with reader.explaining(database):
            yield connection
    finally:
        if connection is not None:
            connection.close()


def nothing_yet(context: Context, as_json: bool = False) -> None:
    """Say on stderr why there is no archive and what to do; no data is printed."""
    if context.quiet or as_json:
        return
    archive = context.config_or_default().archive
    if has_warcs(archive.warcs):
        name = archive.database.name
        say(f"{name} is missing or empty; storykeep rebuild makes it from the WARCs")
    elif context.path.exists():
        say("nothing is archived here yet; storykeep run archives what config.toml names")
    else:
        say("nothing is archived in this folder; storykeep init begins, -C DIR works in another")


def has_warcs(folder: Path) -> bool:
    """Return whether there is any capture file in *folder*."""
    return any(folder.glob("*.warc.gz*")) if folder.is_dir() else False


# As storykeep.search has them; a test compares. To import them here would slow every command.
SORTS = ("relevance", "newest", "date", "updated", "words", "title", "author", "changed")
FACETS = ("author", "fandom", "site", "year", "rating", "status", "language")


@click.command("search")
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="Hits a page.")
@click.option("--page", type=click.IntRange(1), default=1, help="Which page of hits, from 1.")
@click.option("--offset", type=click.IntRange(0), help="Skip so many hits, instead of --page.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="relevance",
    show_default=True,
    help="The order. newest: what was archived last; date: of publication.",
)
@click.option("--facets", is_flag=True, help="Say how the hits spread over authors, sites, years.")
@click.option(
    "--facet", "only", type=click.Choice(FACETS), multiple=True, help="Only this; may be repeated."
)
@click.option("--exact", is_flag=True, help="Search and rank all stories, however long it takes.")
@json_option
@click.pass_obj
def search_command(
    context: Context,
    query: tuple[str, ...],
    limit: int,
    page: int,
    offset: int | None,
    sort: str,
    facets: bool,
    only: tuple[str, ...],
    exact: bool,
    as_json: bool,
) -> None:
    """Find stories by their words.

    \b
    lighthouse keeper      both words, in any order
    "lighthouse keeper"    the phrase (in quotes for the shell, too: '"lighthouse keeper"')
    light*                 words that begin so
    storm NEAR/5 sea       at most five words between them
    storm OR rain          either; parentheses group
    storm -rain            without a word (-- before a query that begins so)
    author:mako            also title: fandom: tag: text: summary: notes: disclaimer:
    rating:PG site:example also status: lang: series: pairing: character: category: genre:
    words:>5000            also words:1000..5000 date:2001..2004 updated:<2010-06
    is:gone                also is:changed is:complete has:disclaimer

    With --json each line is a hit; with --facets a last line says what is true of all of them.
    """
    from storykeep import search

    text = " ".join(query)
    with reading(context) as connection:
        if connection is None:
            search.check(text)
            nothing_yet(context, as_json)
            return
        at = (page - 1) * limit if offset is None else offset
        shown = only or (FACETS if facets else ())
        results = search.search(
            connection, text, limit=limit, offset=at, sort=sort, facet=shown,
            budget=search.EXACT if exact else search.Budget(),
        )  # fmt: skip
    if as_json:
        for hit in results.hits:
            put_json(search.hit_row(hit))
        if shown:
            put_json(search.summary_row(results))
    else:
        for hit in results.hits:
            _print_hit(hit)
        _print_facets(results)
    if not context.quiet and not (as_json and not results.notes):
        for each in _found(results, at, as_json):
            say(each)


def _print_facets(results: Any) -> None:
    if results.facets is None:
        return
    of = "" if results.facets.is_exact else f" (of the newest {results.facets.read:,} hits)"
    for name, values in results.facets.values.items():
        counts = ", ".join(f"{line(value)} {number:,}" for value, number in values)
        put(f"{name}{of}: {counts or 'none'}")


def _print_hit(hit: Any) -> None:
    gone = f"  gone since {hit.gone_since[:10]}" if hit.gone_since else ""
    by = " by " + line(", ".join(hit.authors)) if hit.authors else ""
    put(f"{hit.id}  {line(hit.title or '(untitled)')}{by}  {hit.words:,} words{gone}")
    put(f"          {highlighted(hit.snippet)}")


def _found(results: Any, offset: int, as_json: bool) -> list[str]:
    """Return what to say of the hits as a whole: their number, and what was not done exactly."""
    said = [] if as_json else [_number(results, offset)]
    said += results.notes
    for word, other in results.meant.items():
        said.append(f"no story has {line(word)}; did you mean {line(other)}?")
    return said


def _number(results: Any, offset: int) -> str:
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


@click.command("list")
@click.option("--author", help="Only stories by this author.")
@click.option("--source", help="Only stories of this source.")
@click.option("--gone", is_flag=True, help="Only stories that vanished from their site.")
@click.option(
    "--duplicates", is_flag=True, help="Only stories that share half of their text or more."
)
@json_option
@click.pass_obj
def list_command(
    context: Context,
    author: str | None,
    source: str | None,
    gone: bool,
    duplicates: bool,
    as_json: bool,
) -> None:
    """List the archived stories.

    With --duplicates each group begins with its longest text; how much the others have of it stands
    before them. With --json a group is one line.
    """
    from storykeep import reader

    if duplicates:
        from storykeep.cli.similar import list_duplicates

        if author or source or gone:
            raise UsageError("--duplicates lists those of the whole archive, without a choice")
        list_duplicates(context, as_json)
        return
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        rows = reader.list_stories(connection, author=author, source=source, gone=gone or None)
        if as_json:
            _put_rows(rows)
            return
        found = False
        for row in rows:
            found = True
            since = f"  gone since {row['gone_since'][:10]}" if row["gone_since"] else ""
            by = line(", ".join(row["authors"])) or "(unknown)"
            title = line(row["title"] or "(untitled)")
            put(f"{row['id']}  {title}  by {by}  {row['words']:,} words  {row['site']}{since}")
    if not found and not context.quiet:
        say("no story is like that" if author or source or gone else "there is no story yet")


@click.command("captures")
@click.argument("url", required=False)
@click.option("--source", help="Only captures of this source.")
@json_option
@click.pass_obj
def captures_command(context: Context, url: str | None, source: str | None, as_json: bool) -> None:
    """List what was fetched: every capture, or those of one page.

    A capture that no run of this archive made says how it came here: import or wayback, and
    verbatim, reconstructed or saved.
    """
    from storykeep import reader

    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        rows = reader.captures(connection, url=url, source=source)
        if as_json:
            _put_rows(rows)
            return
        found = False
        for row in rows:
            found = True
            cut = f"  cut ({row['truncated']})" if row["truncated"] else ""
            way = f"  {row['origin']}, {row['form']}" if row["origin"] != "live" else ""
            put(
                f"{row['fetched_at'][:19]}  {row['status']}  {row['outcome']:<10} "
                f"{line(row['url'])}  {row['warc']}:{row['offset']}{cut}{way}"
            )
    if not found and not context.quiet:
        say("no capture is like that" if url or source else "there is no capture yet")


def _put_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        put_json(row)


@click.command("status")
@click.option(
    "--politeness", is_flag=True, help="Prove from the WARCs how gently each host was asked."
)
@json_option
@click.pass_obj
def status_command(context: Context, politeness: bool, as_json: bool) -> None:
    """Say what the archive holds and what is due."""
    from storykeep import reader

    if politeness:
        from storykeep.cli.politeness import show_politeness

        show_politeness(context, as_json)
        return

    config = context.config_or_default()
    warcs = config.archive.warcs
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context, as_json)
            return
        found = reader.status(connection)
        sizes = [path.stat().st_size for path in warcs.glob("*.warc.gz*")] if warcs.is_dir() else []
        found["database_bytes"] = config.archive.database.stat().st_size
        found["warc_files"], found["warc_bytes"] = len(sizes), sum(sizes)
        if as_json:
            put_json(found)
        else:
            _print_status(found)


def _print_status(found: Mapping[str, Any]) -> None:
    put(f"stories:  {found['stories']:,}  ({found['words']:,} words, {found['gone']:,} gone)")
    outcomes = ", ".join(f"{number:,} {name}" for name, number in found["outcomes"].items())
    put(f"captures: {found['captures']:,}" + (f"  ({outcomes})" if outcomes else ""))
    put(
        f"on disk:  {size(found['warc_bytes'])} in {amount(found['warc_files'], 'WARC file')}, "
        f"{size(found['database_bytes'])} index"
    )
    for source in found["sources"]:
        due = f"next due {_minute(source['next_due'])}" if source["next_due"] else ""
        put(f"source {source['name']}: {amount(source['pages'], 'page')}  {due}".rstrip())
    _print_unreachable(found["unreachable"])
    if last := found.get("last_run"):
        put(f"last run: {_minute(last['finished'] or last['started'])}")


def _print_unreachable(found: Iterable[Mapping[str, Any]]) -> None:
    from storykeep.cli.politeness import IGNORE_HINT

    for each in found:
        put(
            f"no robots.txt at {line(each['origin'])} since {each['since'][:10]}, so it is left "
            f"alone ({amount(each['times'], 'try', 'tries')}, the last on {each['last'][:10]}: "
            f"{line(each['why'])})"
        )
        put(f"  {IGNORE_HINT}")


def _minute(timestamp: str) -> str:
    return f"{timestamp[:16].replace('T', ' ')} UTC"
