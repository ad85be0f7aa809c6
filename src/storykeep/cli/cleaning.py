"""Commands that show and renew what the cleaner makes of bytes: clean, derive."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storykeep.cli.completing import story_ids
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option
from storykeep.cli.opened import has_warcs, nothing_yet
from storykeep.cli.output import amount, json_line, line, plain, put, put_json, results, say

if TYPE_CHECKING:
    from storykeep.archive import Rederived, Wish

_LONGEST = 200  # letters of a value that a diff shows


@click.command("clean")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--url", help="The address the page was saved from; its site's rules then apply.")
@json_option
@click.pass_obj
def clean_command(
    context: Context, files: tuple[Path, ...], url: str | None, as_json: bool
) -> None:
    """Show what the cleaner makes of saved pages; nothing is stored."""
    from storykeep.cleaning import clean, saved_page
    from storykeep.profiles import SHIPPED, load

    profiles = load(context.path.parent.absolute() / "profiles", SHIPPED)
    for path in files:
        body = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        record = clean(saved_page(path.name, body, url=url), profiles)
        if as_json:
            put_json(record)
        else:
            _print_record(record, heading=str(path) if len(files) > 1 else "")


def _print_record(record, heading: str) -> None:  # type: ignore[no-untyped-def]
    if heading:
        put(f"== {line(heading)}")
    why = f": {line(record['reason'])}" if record["reason"] else ""
    put(f"outcome: {record['outcome']}  ({record['engine']}{why})")
    put(f"title:   {line(record['title'] or '(none)')}")
    put(f"author:  {line(', '.join(each['name'] for each in record['authors'])) or '(none)'}")
    for each in record["disclaimers"]:
        put(f"disclaimer ({each['place']}, {each['scope']}): {line(each['text'])}")
    if record["summary"]:
        put(f"summary: {line(record['summary'])}")
    for tag in record["tags"]:
        put(f"{tag['kind']}: {line(tag['value'])}")
    for note in record["notes"]:
        put(f"note ({note['place']}): {line(note['text'])}")
    for text in record["chrome"]:
        put(f"cut away: {line(text)}")
    for chapter in record["chapters"]:
        put()
        put(plain(chapter["text"]))


@click.command("derive")
@click.argument("pages", nargs=-1, metavar="[STORY|URL]...", shell_complete=story_ids)
@click.option("--all", "everything", is_flag=True, help="Everything, whatever it was cleaned by.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing at all.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), help="Processes that work; default: all cores."
)
@click.option(
    "--shards",
    metavar="DIR",
    help="Write what comes of it into this folder, as Parquet tables, one set for each WARC; the "
    "archive stays as it is, and import takes them in.",
)
@click.option(
    "--engine",
    type=click.Choice(["pool", "dask"]),
    default="pool",
    show_default=True,
    help="Who cleans: processes of this machine, or the workers of a Dask cluster.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp://HOST:8786.")
@click.option(
    "--warcs",
    metavar="DIR",
    help="The folder of the WARCs as the workers reach it: a path, or s3://... or any other "
    "address that fsspec knows; default: the archive's own.",
)
@json_option
@click.pass_obj
def derive_command(
    context: Context,
    pages: tuple[str, ...],
    everything: bool,
    dry_run: bool,
    jobs: int | None,
    shards: str | None,
    engine: str,
    scheduler: str | None,
    warcs: str | None,
    as_json: bool,
) -> int:
    """Clean again what is archived, from the WARCs, and show what changed.

    Without --all, only what an older engine or another profile has cleaned; a story or a page that
    is named is always cleaned again. With --shards, what comes of it goes into tables instead, and
    --engine dask has them made by a cluster, which reads the WARCs itself; called again, it makes
    those that are not there yet. Exit code 3: some page could not be cleaned, and stays as it was;
    6: its bytes are damaged.
    """
    from storykeep.archive import Archive, Wish
    from storykeep.cli.progress import counting
    from storykeep.cli.sharding import check, make_shards

    is_all = everything and not pages
    check(shards, engine, scheduler, warcs, is_all=is_all, dry_run=dry_run, jobs=jobs)
    config = context.config_or_default()
    if not config.archive.database.exists() and not has_warcs(config.archive.warcs):
        nothing_yet(context, as_json)
        return 0
    archive = Archive(config)
    wish = Wish(everything or bool(pages), pages, jobs)
    if shards is not None:
        return make_shards(context, archive, wish, (shards, warcs, scheduler), as_json=as_json)
    changed = 0
    code = 0
    with (
        results() as put,
        counting("cleaning captures", quiet=context.quiet) as step,
        closing(archive.derive(step, dry_run=dry_run, told=_told, wish=wish)) as found,
    ):
        for each in found:
            if each.problem:
                code = max(code, 6 if each.is_damage else 3)
                say(f"left as it was: {line(each.url)}: {line(each.problem)}")
                continue
            changed += 1
            for text in [_as_json(each)] if as_json else _as_text(each):
                put(text)
    if not context.quiet:
        say(_summary(wish, changed, dry_run=dry_run))
    if code == 6:
        say("hint: storykeep verify names the damage, storykeep repair mends what it can")
    return code


def _told(text: str) -> None:
    say(line(text))


def _summary(wish: Wish, changed: int, *, dry_run: bool) -> str:
    said = f"{amount(changed, 'page')} {'would change' if dry_run else 'changed'}"
    said += f"; cleaned again: {wish.cleaned:,} of {amount(wish.looked_at, 'capture')}"
    if not wish.everything:
        said += " (what an older engine or another profile had cleaned; --all takes them all)"
    return said


def _as_json(each: Rederived) -> str:
    diff = {
        change.field: {"before": change.before, "after": change.after} for change in each.changes()
    }
    return json_line({"url": each.url, "changed": list(each.changed_fields()), "diff": diff})


def _as_text(each: Rederived) -> Iterator[str]:
    yield line(each.url) + ("" if each.before is not None else "  (new)")
    for change in each.changes():
        before, after = (_short(value) for value in (change.before, change.after))
        yield f"  {change.field}: {before} -> {after}"


def _short(value: str | None) -> str:
    text = "(none)" if value is None else line(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} letters)"
