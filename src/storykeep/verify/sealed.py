"""The folder against the manifest against the table `warc`: which files there should be, and how
large, and with which SHA-256. Where two of the three agree, the third is what is damaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storykeep.model import Capture, Damage, DamageKind
from storykeep.verify.rows import DATABASE
from storykeep.warc import Sealed, files
from storykeep.warc.folder import MANIFEST, OPEN, is_replaced_line, name_in

_REMARK = re.compile(rb"# size (\d{1,18}) sealed (\S+)")
_LINE = re.compile(rb"([0-9a-f]{64})  ([^\n]+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A WARC that is there."""

    name: str  # the final one
    path: Path
    size: int  # bytes, when the folder was looked at
    is_open: bool


def read_manifest(folder: Path) -> tuple[dict[str, Sealed], list[Damage]]:
    """Return what the manifest lists by file, and each line of it that is not as it is written."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return {}, []
    entries: dict[str, Sealed] = {}
    damage: list[Damage] = []
    lines, offset = data.splitlines(keepends=True), 0
    while lines:
        entry, taken = _entry(lines)
        if entry is None and is_replaced_line(lines[0]):
            offset, lines = offset + len(lines[0]), lines[1:]
            continue  # what a repair has replaced is kept under another name
        size = sum(map(len, lines[:taken]))
        if entry is None:
            damage.append(_manifest("Storykeep writes no such line", offset, offset + size))
        elif entry.file in entries:
            damage.append(_manifest(f"{entry.file} is listed twice", offset, offset + size))
        else:
            entries[entry.file] = entry
        lines, offset = lines[taken:], offset + size
    return entries, damage


def _entry(lines: list[bytes]) -> tuple[Sealed | None, int]:
    """Return the entry that *lines* begin with, if any, and how many of them it takes."""
    if len(lines) > 1 and lines[0].endswith(b"\n") and lines[1].endswith(b"\n"):
        remark, line = _REMARK.fullmatch(lines[0][:-1]), _LINE.fullmatch(lines[1][:-1])
        if remark and line:
            name = line[2].decode("utf-8", "replace")
            sealed_at = remark[2].decode("utf-8", "replace")
            return Sealed(name, int(remark[1]), line[1].decode(), sealed_at), 2
    return None, 1


def _manifest(why: str, start: int | None = None, end: int | None = None) -> Damage:
    return Damage(MANIFEST, "manifest", why, start, end)


def list_files(folder: Path, named: Iterable[str]) -> list[Listed]:
    """Return the WARCs of *folder* in capture order, then what else of *named* is there."""
    # Twice: a file that is sealed between looking for open and for sealed ones is in neither.
    found = {name_in(folder, path): path for path in [*files(folder), *files(folder)]}
    # Where both are there, which is told apart, the sealed one is read.
    found = {n: folder / n if (folder / n).is_file() else path for n, path in found.items()}
    found.update({path.name: path for path in sorted(folder.glob("*.warc")) if path.is_file()})
    for name in named:
        # A line of the manifest must not lead out of the folder.
        if name not in found and _is_inside(folder, name) and (folder / name).is_file():
            found[name] = folder / name
    return list(filter(None, (_listed(name, path) for name, path in found.items())))


def _is_inside(folder: Path, name: str) -> bool:
    # Not the file itself: `import --link` leaves it where it was.
    return "\0" not in name and (folder / name).parent.resolve().is_relative_to(folder.resolve())


def _listed(name: str, path: Path) -> Listed | None:
    for each in (path, path.with_name(Path(name).name)):
        try:
            return Listed(name, each, each.stat().st_size, each.name.endswith(OPEN))
        except FileNotFoundError:  # sealed since, or a run had nothing to put in
            continue
    return None


def judge_file(
    file: Listed, sha256: str | None, entry: Sealed | None, row: Sealed | None, *, has_rows: bool
) -> Iterator[Damage]:
    """Yield what is wrong with a sealed *file*, its line in the manifest, or its row.

    *sha256* is None where only the size is looked at. *has_rows*: there is a table `warc`.
    """
    wrong_entry = _mismatch(file, sha256, entry)
    wrong_row = _mismatch(file, sha256, row)
    if entry is None:
        yield _manifest(f"it does not list {file.name}")
        if row and wrong_row:
            yield _changed(file, wrong_row, row)
    elif wrong_entry and row and not wrong_row:
        yield _manifest(f"it tells another {wrong_entry} of {file.name} than file and archive.db")
    elif wrong_entry:
        yield _changed(file, wrong_entry, entry)
    elif wrong_row:
        yield _row(f"it tells another {wrong_row} of {file.name} than file and manifest")
    elif row and row.sealed_at != entry.sealed_at:
        yield _manifest(f"it and archive.db tell two times at which {file.name} was sealed")
    if row is None and has_rows:
        yield _row(f"its table warc lacks {file.name}")


def _row(why: str) -> Damage:
    return Damage(DATABASE, "row", why)


def missing_damage(
    name: str, captures: Iterable[Capture], *, in_manifest: bool
) -> Iterator[Damage]:
    """Yield that the file *name* is not there, and each of its *captures*, as rows tell them."""
    who = "the manifest lists it" if in_manifest else "archive.db names it"
    yield Damage(name, "missing", f"the file is not there; {who}")
    for row in captures:
        why = "lost with its file"
        yield Damage(name, "missing", why, row.offset, row.offset + row.length, row.url)


def _mismatch(file: Listed, sha256: str | None, told: Sealed | None) -> DamageKind | None:
    if told is None:
        return None
    if told.bytes != file.size:
        return "size"
    return "sha256" if sha256 is not None and told.sha256 != sha256 else None


def _changed(file: Listed, kind: DamageKind, told: Sealed) -> Damage:
    if kind == "size":
        return Damage(file.name, kind, f"it has {file.size} bytes; it was sealed with {told.bytes}")
    return Damage(file.name, kind, "its SHA-256 is not that with which it was sealed")
