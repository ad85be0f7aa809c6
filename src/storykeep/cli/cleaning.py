"""Commands that show and renew what the cleaner makes of bytes: clean, derive."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from storykeep.cli.context import Context
from storykeep.cli.finding import has_warcs, json_option, nothing_yet
from storykeep.cli.output import amount, json_line, line, plain, put, put_json, results, say


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
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@json_option
@click.pass_obj
def derive_command(context: Context, dry_run: bool, as_json: bool) -> None:
    """Clean again what is archived, from the WARCs, and show what changed."""
    from storykeep.archive import Archive
    from storykeep.cli.progress import counting

    config = context.config_or_default()
    if not config.archive.database.exists() and not has_warcs(config.archive.warcs):
        nothing_yet(context, as_json)
        return
    archive = Archive(config)
    changed = 0
    with results() as put, counting("cleaning captures", quiet=context.quiet) as step:
        for each in archive.derive(step, dry_run=dry_run, told=lambda text: say(line(text))):
            changed += 1
            fields = each.changed_fields()
            if as_json:
                put(json_line({"url": each.url, "changed": list(fields)}))
            else:
                put(f"{line(each.url)}  {', '.join(fields)}")
    if not context.quiet:
        say(f"{amount(changed, 'page')} {'would change' if dry_run else 'changed'}")
