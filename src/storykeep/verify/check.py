"""The whole archive: database, manifest, folder and files, in the order in which they are read."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from storykeep import lock
from storykeep.model import Damage
from storykeep.reader.health import Index
from storykeep.verify import sampling
from storykeep.verify.database import open_database
from storykeep.verify.look import Look, Step, judge, opened, unreadable_told
from storykeep.verify.onefile import FileCheck, unread_damage
from storykeep.verify.result import Verified
from storykeep.verify.rows import DATABASE
from storykeep.verify.sealed import Listed, list_files, missing_damage, read_manifest
from storykeep.verify.walk import is_our_name
from storykeep.warc import Sealed
from storykeep.warc.folder import OPEN, fingerprint


def _nobody(done: int, total: int) -> None:
    pass


def verify(
    warcs: Path,
    database: Path,
    *,
    percent: float | None = None,
    seed: int | None = None,
    step: Step = _nobody,
) -> Verified:
    """Check the archive of *warcs* and *database* and return all damage; nothing is changed.

    With *percent* that share of the captures is read, chosen by *seed* (a new one by default); the
    sizes of sealed files, the manifest and the database are checked all the same. *step* is told
    the bytes read so far and the bytes to read. Raises StoreError for a database that cannot be
    opened, is not ours or is of a newer Storykeep, and where a share is asked for and there is no
    database.
    """
    result = Verified()
    with ExitStack() as stack:
        was_held = lock.holder_of(database) is not None
        index = open_database(stack, database, result)
        entries, damage = read_manifest(warcs)
        listed = list_files(warcs, entries)
        is_unfinished = (
            was_held or lock.holder_of(database) is not None or any(each.is_open for each in listed)
        )
        result.damage += damage
        if listed and index is None and database.exists() and not database.stat().st_size:
            result.damage.append(Damage(DATABASE, "database", "it is empty; the WARCs are not"))
        rows = _sealed_rows(index)
        newer = _newer(listed, rows) if index is not None else ()
        look = Look(warcs, index, rows, entries, listed, result, step, is_unfinished, newer)
        if percent is None:
            _check_all(look)
        else:
            sampling.check(look, percent, seed)
        _check_names(look)
        _check_missing(look)
        _check_revisits(look)
    result.damage.sort(key=lambda each: (each.file, each.offset or 0))
    return result


def _sealed_rows(index: Index | None) -> dict[str, Sealed]:
    rows = index.sealed() if index else []
    return {row.file: Sealed(row.file, row.bytes, row.sha256, row.sealed_at) for row in rows}


def _newer(listed: list[Listed], rows: dict[str, Sealed]) -> tuple[str, ...]:
    """Return the files of ours behind the last that has a row: a run was killed at their sealing.

    It tells the database last of all, when it ends.
    """
    names = [each.name for each in listed if is_our_name(each.name)]
    known = [at for at, name in enumerate(names) if name in rows]
    return tuple(names[max(known, default=-1) + 1 :])


def _check_all(look: Look) -> None:
    look.total = sum(each.size for each in look.listed)
    for listed in look.listed:
        with unreadable_told(look, listed):
            _check_file(look, listed)
        look.done += listed.size


def _check_file(look: Look, listed: Listed) -> None:
    sha256 = None
    with unreadable_told(look, listed):  # its records are read as far as they go
        sha256 = None if listed.is_open else fingerprint(listed.path)[0]
    is_right = judge(look, listed, sha256) and (listed.is_open or sha256 is not None)
    before = len(look.result.damage)
    if not listed.name.endswith((".warc.gz", ".warc")):
        return  # the manifest lists it, and that is all there is to say of it

    def step(reached: int) -> None:
        look.step(look.done + reached, look.total)

    with opened(look, listed, is_right=is_right, step=step) as check:
        if check is None:
            return
        with unreadable_told(look, listed):
            check.span(0, listed.size)
        if check.rows is not None:
            look.result.damage += check.rows.rest()
        if sha256 is not None and not is_right:
            _place_change(look, check, look.result.damage[before:])


def _place_change(look: Look, check: FileCheck, found: list[Damage]) -> None:
    """Find where a file that is not what was sealed has changed, if no record showed it."""
    listed, damage = check.listed, look.result.damage
    placed = [each for each in found if each.file == listed.name and each.offset is not None]
    for at, each in enumerate(damage):
        if each.file == listed.name and each.kind == "size":
            told = look.entries.get(listed.name) or look.rows.get(listed.name)
            if told is None:
                return
            start, end = sorted((told.bytes, listed.size))
            if all(each.end is None or each.end >= start for each in placed):
                # All before is as it was: the end was cut off, or something was put behind it.
                damage[at] = replace(each, offset=start, end=end)
            return
    if not placed:
        damage += unread_damage(listed, check.file, check.maker)


def _check_names(look: Look) -> None:
    """Tell of files that are there both sealed and open: the next run could seal neither."""
    for listed in look.listed:
        pair = [look.warcs / listed.name, look.warcs / (listed.name + OPEN)]
        if all(path.exists() for path in pair):
            why = f"{pair[0].name} and {pair[1].name} claim one name; move one of them away"
            look.result.damage.append(Damage(listed.name, "manifest", why))


def _check_missing(look: Look) -> None:
    """Tell of files that the manifest or the database names and that are not in the folder."""
    there = {each.name for each in look.listed}
    named = dict.fromkeys([*look.entries, *look.rows])
    if look.index is not None:
        named.update(dict.fromkeys(look.index.files_named()))
    for name in named:
        if name not in there:
            captures = look.index.captures_in(name) if look.index else ()
            look.result.damage += missing_damage(name, captures, in_manifest=name in look.entries)


def _check_revisits(look: Look) -> None:
    """Tell of the revisits whose response is missing or another."""
    damaged = {each.file for each in look.result.damage}
    for capture, why in look.responses.problems():
        rows = look.index.captures_of_record(capture.revisit_of or "") if look.index else []
        place = capture
        # The damage is where the response should be, unless that file is as it should be.
        if rows and (rows[0].warc in damaged or capture.warc not in damaged):
            place = rows[0]
            why = f"{why} ({capture.warc} at {capture.offset} refers to it)"
        end = place.offset + place.length
        look.result.damage.append(Damage(place.warc, "pair", why, place.offset, end, capture.url))
