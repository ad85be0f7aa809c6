"""The command that writes texts to files or stdout: export."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.opened import nothing_yet, reading
from storykeep.cli.output import amount, say
from storykeep.errors import UsageError

if TYPE_CHECKING:
    import sqlite3

    from storykeep.export import Options
    from storykeep.model import Story

    Then = Callable[[Story], Story | None]

_ENDINGS = {".txt": "txt", ".md": "md", ".jsonl": "jsonl"}
_FOLDER = "exports"


@click.command("export")
@click.argument("stories", nargs=-1, metavar="[STORY...]", shell_complete=story_ids)
@click.option("--query", "-Q", help="Only the stories that this search finds.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["txt", "md", "jsonl"]),
    help="Default: txt, or as -o ends.",
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="A file ending in .txt .md .jsonl, a folder, or - for stdout. Default: exports/, "
    "and stdout for jsonl.",
)
@click.option(
    "--breaks",
    type=click.Choice(["stars", "rule", "blank"]),
    default="stars",
    show_default=True,
    help="How scene breaks are written in txt: * * *, dashes, or one more empty line.",
)
@click.option("--as-of", "as_of", metavar="DATE", help="As they were then: 2026-05-01.")
@click.option("--no-header", is_flag=True, help="The prose only, without title and notes.")
@click.option("--emails", is_flag=True, help="Keep e-mail addresses; else they read [e-mail].")
@click.pass_obj
def export_command(
    context: Context,
    stories: tuple[str, ...],
    query: str | None,
    format_: str | None,
    output: str | None,
    breaks: str,
    no_header: bool,
    emails: bool,
    as_of: str | None,
) -> None:
    """Write stories to files: those named, those a search finds, or all.

    STORY is an id that list or search prints, or the address of one of its pages.
    """
    from storykeep.export import Options

    if stories and query is not None:
        raise UsageError("name stories or give --query, not both", hint="storykeep export --help")
    options = Options(breaks=breaks, header=not no_header, emails=emails)  # type: ignore[arg-type]
    with reading(context) as connection:
        if connection is None:
            nothing_yet(context)
            return
        chosen = _chosen(connection, stories, query)
        chosen_format, target = _target(format_, output, context)
        told = _texts(connection, chosen, chosen_format, options, _then(as_of))
        count = _write(told, chosen_format, target)
    if not context.quiet and target is not None:
        if count:
            say(f"wrote {amount(count, 'story', 'stories')} to {_short(target)}")
        else:
            say(_nothing(query, as_of))


def _nothing(query: str | None, as_of: str | None) -> str:
    if as_of is not None:
        return f"no such story was archived by {as_of}"
    return "no story has that" if query is not None else "there is no story yet"


def _then(as_of: str | None) -> Then:
    """Return what makes a story what it was at a moment, None where it was not archived yet."""
    from storykeep import history

    if as_of is None:
        return lambda story: story
    moment = history.read_moment(as_of)
    return lambda story: history.as_of(story, moment)


def _short(path: Path) -> str:
    """Return *path* as seen from the current folder where it lies below it."""
    with suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


def _target(format_: str | None, output: str | None, context: Context) -> tuple[str, Path | None]:
    """Return the format and where it goes: a file, a folder, or None for stdout."""
    ending = _ENDINGS.get(Path(output).suffix.lower()) if output and output != "-" else None
    chosen = format_ or ending or "txt"
    if ending and chosen != ending:
        raise UsageError(
            f"{output} ends like {ending}, but --format says {chosen}",
            hint=f"leave --format out, or let the file end in .{chosen}",
        )
    if output == "-" or (output is None and chosen == "jsonl"):
        return chosen, None
    if output is None:
        return chosen, context.config_or_default().folder / _FOLDER
    return chosen, Path(output)


def _chosen(
    connection: sqlite3.Connection, stories: tuple[str, ...], query: str | None
) -> Iterable[int]:
    """Return the row ids to export; every name is looked up before anything is written."""
    from storykeep import reader, search

    if stories:
        return [reader.resolve(connection, name) for name in stories]
    if query is not None:
        return search.matching_ids(connection, query)
    return reader.story_rows(connection)


def _texts(
    connection: sqlite3.Connection,
    rows: Iterable[int],
    format_: str,
    options: Options,
    then: Then,
) -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of each story, one at a time."""
    from storykeep import reader
    from storykeep.export import file_name, render

    for row in rows:
        story = then(reader.load_story(connection, row))
        if story is None:
            continue
        public_id = reader.public_id(connection, row)
        text = render(story, id=public_id, format=format_, options=options)
        yield file_name(story, id=public_id, format=format_), text


def _write(texts: Iterator[tuple[str, str]], format_: str, target: Path | None) -> int:
    if target is None:
        return _to_stdout(texts, format_)
    if target.suffix.lower() in _ENDINGS and not target.is_dir():
        return _to_file(texts, format_, target)
    target.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, text in texts:
        with _replacing(target / name) as file:
            file.write(text)
        count += 1
    return count


def _to_stdout(texts: Iterator[tuple[str, str]], format_: str) -> int:
    stream = sys.stdout.buffer
    count = 0
    for count, (_, text) in enumerate(texts, 1):
        stream.write(_between(count, format_).encode())
        stream.write(text.encode("utf-8", "replace"))
    stream.flush()
    return count


def _to_file(texts: Iterator[tuple[str, str]], format_: str, target: Path) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with _replacing(target) as file:
        for count, (_, text) in enumerate(texts, 1):
            file.write(_between(count, format_))
            file.write(text)
    return count


def _between(count: int, format_: str) -> str:
    """Return what stands between two stories in one file: empty lines, but none in JSON Lines."""
    return "\n\n" if count > 1 and format_ != "jsonl" else ""


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """Give a text file that takes the name *path* only when it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".export-")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            yield file
        # mkstemp makes files that only their owner can read; an export is an ordinary file.
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
