"""The command that proves an archive: verify."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from storykeep.cli.context import Context
from storykeep.cli.output import amount, line, put, put_json, say
from storykeep.errors import UsageError
from storykeep.room import size

if TYPE_CHECKING:
    from storykeep.model import Damage
    from storykeep.verify import Sample, Verified

DAMAGED = 6  # the exit code: damage was found (DESIGN.md 9)

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%")


@click.command("verify")
@click.option("--sample", metavar="SHARE", help="Read a random share of the captures: 5%.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def verify_command(context: Context, sample: str | None, as_json: bool) -> int:
    """Check that everything on disk is as it was written.

    Reads every record of every WARC file, the manifest and archive.db, and holds them against each
    other. Changes nothing, and may be called while a run writes. Exit code 6: damage was found.
    """
    from storykeep.archive import Archive
    from storykeep.cli.progress import reading

    percent = _percent(sample) if sample is not None else None
    archive = Archive(context.config_or_default())
    with reading("reading", quiet=context.quiet) as step:
        found = archive.verify(step, percent=percent)
    if as_json:
        put_json(_as_json(found))
    else:
        _print(found, context)
    return DAMAGED if found.damage else 0


def _percent(text: str) -> float:
    match = _PERCENT.fullmatch(text.strip())
    percent = float(match[1]) if match else 0.0
    if not 0 < percent <= 100:
        raise UsageError(
            f"--sample {text!r} is no share of the captures",
            hint="say it in percent, above 0% and up to 100%: --sample 5%",
        )
    return percent


def _print(found: Verified, context: Context) -> None:
    for damage in found.damage:
        put(line(_described(damage)))
    for note in found.notes:
        say(f"note: {line(note)}")
    if found.sample and not context.quiet:
        _say_sample(found.sample, context)
    if not context.quiet:
        put(_totals(found))
    if found.damage:
        say("hint: storykeep repair sets damaged bytes aside and keeps the rest readable")


def _described(damage: Damage) -> str:
    place = damage.file
    if damage.offset is not None:
        place += f" at {damage.offset}"
        place += f"-{damage.end}" if damage.end is not None else ""
    about = f" ({damage.url})" if damage.url else ""
    return f"{place}: {damage.kind}: {damage.why}{about}"


def _say_sample(sample: Sample, context: Context) -> None:
    captures = amount(sample.of, "capture")
    say(f"read {len(sample.chosen):,} of {captures}, chosen at random (seed {sample.seed})")
    if context.verbose:
        for each in sample.chosen:
            say(f"  {each.warc} at {each.offset}: {line(each.url)}")


def _totals(found: Verified) -> str:
    damage = amount(len(found.damage), "damage") if found.damage else "no damage"
    return (
        f"checked {amount(found.files, 'file')} ({size(found.bytes)}), "
        f"{amount(found.records, 'record')}, {amount(found.captures, 'capture')}, "
        f"{amount(found.failures, 'failed request')}, {amount(found.texts, 'text')}: {damage}"
    )


def _as_json(found: Verified) -> dict[str, object]:
    sample = found.sample
    return {
        "files": found.files,
        "bytes": found.bytes,
        "records": found.records,
        "captures": found.captures,
        "failures": found.failures,
        "texts": found.texts,
        "sample": sample
        and {
            "percent": sample.percent,
            "of": sample.of,
            "seed": sample.seed,
            "chosen": [
                {"file": each.warc, "offset": each.offset, "url": each.url}
                for each in sample.chosen
            ],
        },
        "notes": found.notes,
        "damage": [
            {
                "file": each.file,
                "offset": each.offset,
                "end": each.end,
                "kind": each.kind,
                "url": each.url or None,
                "why": each.why,
            }
            for each in found.damage
        ],
    }
