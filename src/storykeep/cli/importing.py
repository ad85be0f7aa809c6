"""The command that takes in what others saved: import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.output import amount, json_line, line, results, say

if TYPE_CHECKING:
    from storykeep.imports import Done, Imported, Told

_ALIKE = 20  # refusals for one reason that are named; who forgets --base-url has thousands
_NOT_ALL = 3  # the exit code: something was refused (DESIGN.md 9)


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE|DIR...",
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--base-url", metavar="URL", help="Where saved pages were: the folder's address.")
@click.option("--link", is_flag=True, help="Leave WARCs where they are, and refer to them.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken in; write nothing at all.")
@json_option
@click.pass_obj
def import_command(
    context: Context,
    paths: tuple[Path, ...],
    base_url: str | None,
    link: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Take in what others saved, each file as what it is, whatever its name.

    WARC and ARC files of any tool, and WACZ, are kept as they came under warcs/imported/, or stay
    where they are with --link. Saved pages and texts (.html, .txt), in folders and zips too, the
    HTML and EPUB downloads of AO3 and FanFicFare, and the messages of an mbox are stored under the
    address that --base-url gives, or that they tell themselves. What ARCHIVE_DB.pl of an Automated
    Archive or an SQL dump of eFiction says of stories stands beside what their pages say; texts in
    it are not taken. A folder of shards, which derive --shards made of this archive's captures, is
    taken in as derive itself would. What is there already is not taken in again, so an import that
    was stopped is just called again. Exit code 3: something was damaged or refused; the rest is
    taken in.
    """
    from storykeep.archive import Archive
    from storykeep.cli.progress import counting
    from storykeep.imports import Wish

    archive = Archive(context.config_or_default())
    with (
        results() as put,
        counting("taking in captures", quiet=context.quiet) as step,
    ):

        def tell(told: Told) -> None:
            if as_json:
                put(json_line(_told(told)))
            elif context.verbose:
                say(_words(told))
            elif told.what == "refused":
                refusals[told.why] += 1
                if refusals[told.why] <= _ALIKE:
                    say(_words(told))

        refusals: Counter[str] = Counter()
        done = archive.take_in(Wish(paths, _base(base_url), link, dry_run), tell, step)
        for why, count in refusals.items():
            if count > _ALIKE:
                more = f"{count - _ALIKE:,} more, as {line(why)}"
                say(f"refused: {more} (storykeep -v import names them)")
        for text in done.healed:
            say(f"mended: {line(text)}")
        for text in done.unwritten:
            say(f"warning: {line(text)}")
        if as_json:
            _put_json(done, put)
        elif not context.quiet:
            _put_text(done, put, dry_run=dry_run)
    return _NOT_ALL if done.total("refused") else 0


def _base(url: str | None) -> str | None:
    """Return the address of a folder: it ends with a slash. Raises UsageError."""
    from storykeep import urls

    if url is None:
        return None
    address = urls.canonical(url)
    return address if address.endswith("/") else f"{address}/"


def _words(told: Told) -> str:
    url = f": {line(told.url)}" if told.url else ""
    return f"{told.what}: {line(told.place)}{url}: {line(told.why)}"


def _told(told: Told) -> dict[str, str]:
    return {"event": told.what, "place": told.place, "url": told.url, "why": told.why}


def _put_text(done: Done, put: Callable[[str], None], *, dry_run: bool) -> None:
    for each in done.files:
        put(f"{line(each.path)}: {each.form}: {_counts(each)}")
        if each.note:
            put(f"  {line(each.note)}")
        elif each.kept_as:
            put(f"  kept in warcs/{each.kept_as}")
        if each.lacking:
            about = amount(each.lacking, "entry", "entries")
            put(f"  {about} of stories that the archive has no page of")
    for name in done.warcs:
        put(f"saved pages are kept in warcs/{name}")
    if dry_run:
        put("nothing was written: without --dry-run it would be taken in")
    else:
        put(f"stories: {done.stories_new:,} new, {done.stories_changed:,} changed")


def _counts(each: Imported) -> str:
    plural = "entries" if each.noun == "entry" else None
    said = [f"{amount(each.taken, each.noun, plural)} taken in"]
    for number, what in (
        (each.there, "already there"),
        (each.other, "no web page"),
        (each.skipped, "skipped"),
        (each.refused, "refused"),
    ):
        if number:
            said.append(f"{number:,} {what}")
    return ", ".join(said)


def _put_json(done: Done, put: Callable[[str], None]) -> None:
    for each in done.files:
        put(
            json_line(
                {
                    "event": "file", "path": each.path, "form": each.form,
                    "kept_as": each.kept_as or None, "taken": each.taken, "there": each.there,
                    "other": each.other, "skipped": each.skipped, "refused": each.refused,
                    "note": each.note or None, "without_page": each.lacking,
                }
            )
        )  # fmt: skip
    put(
        json_line(
            {
                "event": "done",
                "taken": done.total("taken"),
                "there": done.total("there"),
                "refused": done.total("refused"),
                "warcs": done.warcs,
                "stories_new": done.stories_new,
                "stories_changed": done.stories_changed,
            }
        )
    )
