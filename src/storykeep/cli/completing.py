"""What the shell may put in at TAB: ids, authors, fandoms, sources, saved searches; completion.

All is read from the database, which is opened for reading only; where there is none, or where
anything is wrong with it, nothing is offered and nothing is said.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.output import line, put
from storykeep.errors import StorykeepError, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from storykeep.config import Config

_MOST = 50  # offers; more help nobody
_VARIABLE = "_STORYKEEP_COMPLETE"
SHELLS = ("bash", "zsh", "fish")
_Found = Iterator[tuple[str, str]]  # what is put in, and what it is


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> None:
    """Print the lines by which a shell completes commands, ids, authors and fandoms at TAB.

    \b
    bash   eval "$(storykeep completion bash)"  in ~/.bashrc
    zsh    eval "$(storykeep completion zsh)"  in ~/.zshrc
    fish   storykeep completion fish > ~/.config/fish/completions/storykeep.fish

    It completes ids by their beginning, or by a title that only one story has; in a search also
    fields and their values: author:ma, fandom:, site:, status:. Nothing is fetched or written.
    """
    from click.shell_completion import get_completion_class

    from storykeep.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    try:
        put(kind(cli, {}, "storykeep", _VARIABLE).source().rstrip("\n"))
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{shell} cannot be asked for its version: {error}") from error


# ---------------------------------------------------------------- what commands ask for


def story_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the ids that begin so; else the one story whose title has the words."""
    return _offered(ctx, lambda conn: _ids(conn, incomplete))


def authors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the authors whose names begin so."""
    return _offered(ctx, lambda conn: ((_quoted(each), "") for each in _names(conn, incomplete)))


def sources(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the sources of config.toml."""

    def named(config: Config) -> _Found:
        names = (source.name for source in config.sources)
        return ((_quoted(each), "") for each in names if _begins(each, incomplete))

    return _of_config(ctx, named)


def saved_searches(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer the names of saved searches."""

    def named(config: Config) -> _Found:
        from storykeep import decisions

        for each in decisions.read(config.folder / decisions.NAME).searches():
            if _begins(each.name, incomplete):
                yield _quoted(each.name), each.query

    return _of_config(ctx, named)


def query_words(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Offer fields, and behind a field its values."""
    field, colon, value = incomplete.rpartition(":")
    before = list(ctx.params.get(param.name or "") or ())
    if not field and (incomplete == ":" or before[-1:] == [":"]):
        # bash takes author, : and ma for three words, and puts in what comes for the last.
        field = before[-2] if before[-1:] == [":"] and len(before) > 1 else before[-1]
        return _offered(ctx, lambda conn: _values(conn, field, value))
    if colon:
        return _offered(
            ctx,
            lambda conn: ((f"{field}:{each}", what) for each, what in _values(conn, field, value)),
        )
    return _items(_fields(incomplete))


# ---------------------------------------------------------------- offers


def _context(ctx: click.Context) -> Context:
    """Return what the options before the command say; nothing has been run that would know."""
    options = ctx.find_root().params
    folder, path = options.get("folder"), options.get("config_path")
    return Context(Path(folder) if folder else None, Path(path) if path else None)


def _of_config(ctx: click.Context, ask: Callable[[Config], _Found]) -> list[CompletionItem]:
    try:
        return _items(ask(_context(ctx).config_or_default()))
    except (StorykeepError, OSError, ValueError):
        return []


def _offered(
    ctx: click.Context, ask: Callable[[sqlite3.Connection], _Found]
) -> list[CompletionItem]:
    from storykeep import reader

    try:
        connection = reader.connect(_context(ctx).config_or_default().archive.database)
        if connection is None:
            return []
        with closing(connection):
            return _items(ask(connection))
    except (StorykeepError, sqlite3.Error, OSError, ValueError):
        return []


def _items(found: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    items = []
    for value, what in found:
        # A value with a line end or an escape in it would be several, or steer the terminal.
        if value == line(value):
            items.append(CompletionItem(value, help=line(what) or None))
        if len(items) == _MOST:
            break
    return items


def _quoted(text: str) -> str:
    """Return *text* for the shell: bash puts in what it is given, the others quote it."""
    is_bash = os.environ.get(_VARIABLE, "").startswith("bash")
    # Two: the `read` of click's lines takes one of them away.
    return re.sub(r"([^\w.,@%+=:/-])", r"\\\\\1", text) if is_bash else text


def _begins(text: str, beginning: str) -> bool:
    return text.casefold().startswith(beginning.casefold())


# ---------------------------------------------------------------- from the database


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _ids(conn: sqlite3.Connection, incomplete: str) -> _Found:
    query = "SELECT public_id, title, author FROM story WHERE"
    found = conn.execute(
        f"{query} public_id LIKE ? ESCAPE '\\' ORDER BY public_id LIMIT {_MOST}",
        (_like(incomplete) + "%",),
    ).fetchall()
    if not found and len(incomplete) > 2:
        found = conn.execute(
            f"{query} title LIKE ? ESCAPE '\\' LIMIT 2",
            (f"%{_like(incomplete)}%",),
        ).fetchall()
        found = found if len(found) == 1 else []
    for number, title, author in found:
        yield number, f"{title or '(untitled)'}{' by ' + author if author else ''}"


def _names(conn: sqlite3.Connection, incomplete: str) -> Iterator[str]:
    rows = conn.execute(
        "SELECT DISTINCT a.value ->> 'name' AS name FROM story, json_each(story.authors) AS a "
        "WHERE name LIKE ? ESCAPE '\\' ORDER BY name COLLATE NOCASE LIMIT ?",
        (_like(incomplete) + "%", _MOST),
    )
    return (name for (name,) in rows)


_COLUMNS = {"site": "host", "lang": "language", "series": "series"}
_KNOWN = {
    "status": ("complete", "in_progress", "abandoned"),
    "is": ("gone", "changed", "complete"),
    "has": ("disclaimer", "notes", "summary", "series", "date", "fandom"),
}


def _fields(incomplete: str) -> _Found:
    from storykeep.search.fields import FIELDS

    if incomplete:
        yield from ((f"{name}:", "a field") for name in FIELDS if name.startswith(incomplete))


def _values(conn: sqlite3.Connection, field: str, incomplete: str) -> _Found:
    """Yield the values of a field that begin so, each as one word of a query."""
    field = field.lower().lstrip("-(")
    if field in _KNOWN:
        found: Iterable[str] = (each for each in _KNOWN[field] if each.startswith(incomplete))
    elif field == "author":
        found = _names(conn, incomplete)
    elif field in _COLUMNS:
        column = _COLUMNS[field]
        found = _distinct(conn, f"{column} AS value FROM story", incomplete)
    else:
        found = _distinct(conn, "value FROM tag", incomplete, field)
    # A word with signs in it is a phrase, and needs no quotes that a shell would take away.
    exact = field in _KNOWN or field in ("rating", "site", "lang")
    for each in found:
        word = each if exact else "-".join(re.findall(r"[^\W_]+", each))
        if word and word.split() == [word]:
            yield word, each if word != each else ""


def _distinct(
    conn: sqlite3.Connection, what: str, incomplete: str, kind: str | None = None
) -> Iterator[str]:
    where = "kind = ?1 AND" if kind else "?1 IS NULL AND"
    rows = conn.execute(
        f"SELECT DISTINCT {what} WHERE {where} value LIKE ?2 ESCAPE '\\' ORDER BY value LIMIT ?3",
        (kind, _like(incomplete).replace("-", "_") + "%", _MOST),
    )
    return (value for (value,) in rows)
