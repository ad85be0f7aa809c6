"""One look at an archive: what there should be, what there is, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from storykeep.model import Damage
from storykeep.reader.health import Index
from storykeep.store.rows import storable
from storykeep.verify.onefile import FileCheck
from storykeep.verify.responses import Responses
from storykeep.verify.result import Verified
from storykeep.verify.rows import RowCheck
from storykeep.verify.sealed import Listed, judge_file, read_manifest
from storykeep.verify.walk import maker_of
from storykeep.warc import Sealed, is_imported
from storykeep.warc.folder import MANIFEST, ORIGINAL

Step = Callable[[int, int], None]  # bytes read, bytes to read
_TOLD = 5  # places of a damaged file that a note names


@dataclass(slots=True)
class Look:
    """What the checks of the files share."""

    warcs: Path
    index: Index | None
    rows: dict[str, Sealed]  # of the table warc
    entries: dict[str, Sealed]  # of the manifest
    listed: list[Listed]
    result: Verified
    step: Step
    is_unfinished: bool  # a run is at work, or was killed: rows may lack what the WARCs have
    newer: tuple[str, ...] = ()  # files behind the last that the table warc knows
    responses: Responses = field(default_factory=Responses)
    done: int = 0  # bytes of the files that were read
    total: int = 0


def judge(look: Look, listed: Listed, sha256: str | None) -> bool:
    """Tell where file, manifest and database differ; return whether nothing speaks against it.

    With *sha256* None the size alone is looked at.
    """
    look.result.files += 1
    look.result.bytes += listed.size
    if listed.is_open:
        return True
    entry, row = look.entries.get(listed.name), look.rows.get(listed.name)
    if entry is None:
        # It may have been sealed after the manifest was read.
        entry = read_manifest(look.warcs)[0].get(listed.name)
    if row is None and (look.is_unfinished or listed.name in look.newer):
        row = entry  # a run seals first, then lists, then tells the database
        if _is_left(look, listed, entry):
            return True
    if entry is None and row is None and (look.is_unfinished or listed.name.endswith(".warc")):
        return True  # nothing of ours lists an uncompressed one
    # What is kept beside a repacked file is listed, and nothing is read from it.
    has_rows = look.index is not None and not listed.name.endswith(ORIGINAL)
    found = list(judge_file(listed, sha256, entry, row, has_rows=has_rows))
    look.result.damage += found
    return not any(each.file == listed.name for each in found)


def _is_left(look: Look, listed: Listed, entry: Sealed | None) -> bool:
    """Note what a run that was killed while it sealed *listed* has left to the next one.

    Return whether nothing more can be said of the file, which is not even in the manifest.
    """
    if look.is_unfinished or listed.name not in look.newer:
        return False
    if entry is None and listed.name != look.newer[-1]:
        return False  # the next file is begun when this one is listed
    who = "archive.db does" if entry else f"{MANIFEST} and archive.db do"
    look.result.notes.append(f"{who} not list {listed.name} yet; the next run sees to it")
    return entry is None


@contextmanager
def unreadable_told(look: Look, listed: Listed) -> Iterator[None]:
    """Tell, once for each file, that the disk or its rights do not let us read it."""
    try:
        yield
    except OSError as error:
        why = f"it cannot be read: {error.strerror or error}"
        damage = Damage(listed.name, "unreadable", why)
        if damage not in look.result.damage:
            look.result.damage.append(damage)


@contextmanager
def opened(
    look: Look, listed: Listed, *, is_right: bool, step: Callable[[int], None]
) -> Iterator[FileCheck | None]:
    """Give the check of one file, None where it is gone: a run had nothing to put in.

    *is_right*: nothing speaks against it so far. *step* is told the offset that was reached.
    """
    file = open_file(listed)
    if file is None:
        yield None
        return
    before = len(look.result.damage)
    with file:
        rows = None
        if look.index is not None:
            is_new = look.is_unfinished and listed.name not in look.rows
            may_grow = listed.is_open or is_new or listed.name in look.newer
            rows = RowCheck(look.index, listed.name, blames_rows=is_right, may_grow=may_grow)
        yield FileCheck(
            listed=listed,
            file=file,
            maker=maker_of(file, listed.name),
            rows=rows,
            responses=look.responses,
            result=look.result,
            step=step,
        )
        if is_right and is_imported(listed.name):
            _spare_as_it_came(look, listed.name, before)


def _spare_as_it_came(look: Look, name: str, before: int) -> None:
    """Take for no damage what was damaged before others' file came here, and so has no row."""
    came: list[Damage] = []
    for each in look.result.damage[before:]:
        if each.file != name or each.offset is None or look.index is None:
            continue
        end = each.offset + 1 if each.end is None else each.end
        if not look.index.captures_between(storable(name), each.offset, end):
            came.append(each)
    if came:
        places = "1 place" if len(came) == 1 else f"{len(came)} places"
        look.result.notes.append(
            f"{name} is as it was imported; it was damaged in {places} then: "
            f"at {', '.join(str(each.offset) for each in came[:_TOLD])}"
        )
        look.result.damage[before:] = [
            each for each in look.result.damage[before:] if each not in came
        ]


def open_file(listed: Listed) -> BinaryIO | None:
    """Return the file, None where it is gone since the folder was looked at."""
    # Sealed meanwhile, it has its final name.
    for path in (listed.path, listed.path.with_name(Path(listed.name).name)):
        try:
            return path.open("rb")
        except FileNotFoundError:
            continue
    return None
