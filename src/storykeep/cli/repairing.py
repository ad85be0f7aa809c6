"""The command that mends an archive: repair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.output import amount, line, own_name, put, put_json, say

if TYPE_CHECKING:
    from storykeep.archive import Archive
    from storykeep.model import Damage
    from storykeep.repair import MendedFile, Repaired
    from storykeep.warc import Lost

LOST = 6  # the exit code: damage was found (DESIGN.md 9), and not all of it could be mended


@click.command("repair")
@click.option(
    "--from",
    "copy",
    metavar="COPY",
    type=click.Path(path_type=Path),
    help="Take what is lost here from this second archive, or folder of WARC files.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def repair_command(context: Context, copy: Path | None, dry_run: bool, as_json: bool) -> int:
    """Mend damaged files: keep what is whole, and mark what is lost for fetching again.

    A damaged WARC file is written anew from its whole records and kept as NAME.damaged; nothing is
    thrown away. The copy is only read. Exit code 6: some captures are lost; the next run asks for
    their pages again.
    """
    from storykeep.archive import Archive
    from storykeep.cli.progress import counting

    archive = Archive(context.config_or_default())
    with counting("reading captures", quiet=context.quiet) as step:
        done = archive.repair(copy, dry_run=dry_run, step=step)
    if as_json:
        put_json(_as_json(done, dry_run=dry_run))
    else:
        _print(done, archive, context, dry_run=dry_run)
    damaged = dry_run and not done.found_nothing()
    return LOST if damaged or not done.is_whole() else 0


def _print(done: Repaired, archive: Archive, context: Context, *, dry_run: bool) -> None:
    for text in done.healed:
        say(f"mended: {line(text)}")
    if context.verbose or dry_run:
        for damage in done.damage:
            say(
                line(f"{_place(damage)}: {damage.why}" + (f" ({damage.url})" if damage.url else ""))
            )
    for mended in done.mended:
        put(line(_described(mended)))
    for damage in done.unknown:
        put(line(f"{_place(damage)}: {damage.why}"))
    for lost in done.lost:
        when = f", captured {lost.fetched_at}" if lost.fetched_at else ""
        put(line(f"lost: {lost.url}{when}: {lost.why}"))
    if done.database:
        made = "is to be made again" if dry_run else "made again"
        put(line(f"archive.db {made}: {done.database}"))
    for text in done.left:
        say(f"left: {line(text)}")
    if not context.quiet:
        put(_summary(done, dry_run=dry_run))
    _print_hints(done, archive, dry_run=dry_run)


def _place(damage: Damage) -> str:
    if damage.offset is None:
        return damage.file
    return f"{damage.file} at {damage.offset}" + (f"-{damage.end}" if damage.end else "")


def _described(mended: MendedFile) -> str:
    kept = amount(mended.captures, "capture")
    text = {
        "mended": f"written anew with {kept}",
        "put back": f"put back byte for byte as it was sealed, with {kept}",
        "made again": f"was missing; made again with {kept}",
        "set aside": "nothing in it is whole that other files lack",
        "listed anew": f"every record is whole, {kept}; the manifest lists it as it is now",
        "given up": "is missing, and nothing is known of it",
        "left": f"others wrote it, so it stays as it is; {kept} in it can be read",
    }[mended.done]
    if mended.from_copy:
        text += f", {mended.from_copy:,} from another file"
    if mended.lost:
        text += f", {mended.lost:,} lost"
    if mended.aside:
        text += f"; what lay there is kept as {mended.aside}"
    return f"{mended.file}: {text}"


def _summary(done: Repaired, *, dry_run: bool) -> str:
    read = f"read {amount(done.files, 'WARC file')}, {amount(done.captures, 'whole capture')}"
    if done.found_nothing():
        return f"{read}: nothing is damaged"
    said = f"{read}; {amount(len(done.mended), 'file')} {'to mend' if dry_run else 'mended'}"
    if done.restored:
        said += f", {amount(len(done.restored), 'capture')} from other files"
    said += f", {amount(len(done.lost), 'capture')} lost"
    return said + ("; nothing was changed" if dry_run else "")


def _print_hints(done: Repaired, archive: Archive, *, dry_run: bool) -> None:
    if done.unread:
        say(f"{amount(done.unread, 'later answer')} said only that a lost page had not changed")
    if done.database_aside:
        say(
            f"the database of before is kept as {done.database_aside.name}: "
            "it may hold texts that the WARC files have no longer"
        )
    if done.manifest_aside:
        say(f"the manifest of before is kept as {done.manifest_aside.name}")
    if done.lost and not dry_run:
        say("hint: a second copy may have what is lost: storykeep repair --from COPY")
        alone = [lost for lost in done.lost if not _is_due(lost, archive)]
        if len(alone) < len(done.lost):
            say("hint: the next storykeep run asks for the lost pages again")
        for lost in alone:
            say(f"hint: no source asks for it: {own_name()} add {line(lost.url)}")


def _is_due(lost: Lost, archive: Archive) -> bool:
    from storykeep.intake import rules_owner, source_of
    from storykeep.warc import is_imported

    if is_imported(lost.warc):
        return False  # nobody asked for it
    if rules_owner(lost.url, lost.via):
        return True  # every run asks for these
    return source_of(archive.config, lost.source, lost.url) is not None


def _as_json(done: Repaired, *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "files": done.files,
        "captures": done.captures,
        "damage": [_damage_as_json(each) for each in done.damage],
        "mended": [
            {
                "file": each.file,
                "done": each.done,
                "captures": each.captures,
                "from_copy": each.from_copy,
                "lost": each.lost,
                "aside": each.aside or None,
            }
            for each in done.mended
        ],
        "restored": [
            {"url": each.url, "fetched_at": each.fetched_at, "record_id": each.record_id}
            for each in done.restored
        ],
        "lost": [
            {
                "url": each.url,
                "fetched_at": each.fetched_at or None,
                "record_id": each.record_id,
                "file": each.warc,
                "offset": each.offset,
                "source": each.source or None,
                "why": each.why,
            }
            for each in done.lost
        ],
        "unknown": [_damage_as_json(each) for each in done.unknown],
        "unread": done.unread,
        "database": done.database or None,
        "database_aside": done.database_aside and str(done.database_aside),
        "manifest_aside": done.manifest_aside and str(done.manifest_aside),
        "healed": done.healed,
        "left": done.left,
    }


def _damage_as_json(damage: Damage) -> dict[str, object]:
    return {
        "file": damage.file,
        "offset": damage.offset,
        "end": damage.end,
        "kind": damage.kind,
        "url": damage.url or None,
        "why": damage.why,
    }
