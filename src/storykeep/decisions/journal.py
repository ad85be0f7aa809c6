"""decisions.jsonl: what a user decided, one JSON object a line, written behind what is there.

Nothing in it is ever changed: what is undone is undone by a further line. A line that cannot be
read is told and passed over; the others hold.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storykeep import urls
from storykeep.decisions.searches import SavedSearch, called, is_name, name_key
from storykeep.decisions.values import FIELDS, TAG_KINDS, check
from storykeep.errors import StoreError, UsageError

NAME = "decisions.jsonl"
FORMAT = 1
_LONGEST = 1 << 20  # bytes of a line
_ID = re.compile(r"[0-9a-z]{6,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a correction ("fix"), that a story is "gone", that an earlier line no longer holds
    ("undo"), or a "search" that was saved."""

    id: str
    kind: str
    at: str  # "2026-11-22T18:22:39Z"
    story: str = ""  # Story.key; of a search: none
    values: Mapping[str, Any] = field(default_factory=dict)  # of a fix: field -> value
    undoes: str = ""  # of an undo: the id of the line that no longer holds
    name: str = ""  # of a search
    query: str | None = None  # of a search; None: there is no search of that name any more


@dataclass(frozen=True, slots=True)
class Journal:
    """What the file says: its entries in order, and in words what of it cannot be read."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()

    def in_force(self) -> list[Entry]:
        """Return the corrections that are not undone, in order."""
        return self._not_undone("fix")

    def gone(self) -> list[Entry]:
        """Return which stories were said to be gone, where that is not undone, in order."""
        return self._not_undone("gone")

    def _not_undone(self, kind: str) -> list[Entry]:
        undone = {(each.story, each.undoes) for each in self.entries if each.kind == "undo"}
        found = (each for each in self.entries if each.kind == kind)
        return [each for each in found if (each.story, each.id) not in undone]

    def searches(self) -> list[SavedSearch]:
        """Return the searches that are saved now, by name."""
        found: dict[str, SavedSearch] = {}
        for entry in self.entries:
            if entry.kind != "search":
                continue
            known = found.pop(key := name_key(entry.name), None)
            if entry.query is not None:
                first = known.id if known else entry.id
                found[key] = SavedSearch(entry.name, entry.query, entry.at, first)
        return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class Correction:
    """The value that a user gave a field, None for "there is none", and when."""

    value: Any
    at: str


Corrections = Mapping[str, Correction]  # by field


def corrections(entries: Iterable[Entry]) -> dict[str, dict[str, Correction]]:
    """Return what holds of each story, by its key: for each field the last word."""
    found: dict[str, dict[str, Correction]] = {}
    for entry in entries:
        fields = found.setdefault(entry.story, {})
        if "tags" in entry.values:  # all of them: what was said of one kind before is over
            for kind in TAG_KINDS:
                fields.pop(kind, None)
        fields.update({name: Correction(value, entry.at) for name, value in entry.values.items()})
    return found


def to_json(found: Corrections) -> str:
    """Return the corrections of one story as one canonical text."""
    plain = {name: [each.value, each.at] for name, each in found.items()}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> dict[str, Correction]:
    """Return the corrections that `to_json` wrote."""
    return {name: Correction(*each) for name, each in json.loads(text).items()}


def host_of(story: str) -> str:
    """Return the host of the story with that key, "" where it has none."""
    if "://" not in story:
        return story.partition("/")[0]
    return urls.host(story) if urls.try_canonical(story) else ""


# ---------------------------------------------------------------- reading


def read(path: Path) -> Journal:
    """Return what the file *path* says; nothing where there is none.

    Raises StoreError where it cannot be opened, or is of a newer Storykeep.
    """
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    try:
        with path.open("rb") as file:
            for number, line in _lines(file):
                _read_line(path, number, line, entries, problems)
    except FileNotFoundError:
        return Journal()
    except OSError as error:
        raise StoreError(
            f"cannot read {path}: {error.strerror or error}",
            hint="it holds your corrections: let this user read it",
        ) from error
    return Journal(tuple(entries.values()), tuple(problems))


def find_search(path: Path, name: str) -> SavedSearch:
    """Return the search that the file *path* has as *name*; raises UsageError without one."""
    known = read(path).searches()
    if found := called(known, name):
        return found
    names = ", ".join(each.name for each in known)
    hint = f"there are {names}" if names else "storykeep search QUERY --save NAME saves one"
    raise UsageError(f"there is no saved search {name!r}", hint=hint)


def _lines(file: Any) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines with their numbers; None for one that is too long to be one of ours."""
    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(_LONGEST)):
            pass
        yield number, line if len(line) <= _LONGEST else None


def _read_line(
    path: Path, number: int, line: bytes | None, entries: dict[str, Entry], problems: list[str]
) -> None:
    if line is not None and not line.strip():
        return
    try:
        entry = _entry(line)
    except _NewerError as error:
        raise StoreError(
            f"{path}, line {number}, is of a newer Storykeep (format {error}; this one knows "
            f"{FORMAT})",
            hint="update Storykeep",
        ) from error
    except ValueError as error:
        torn = line is not None and not line.endswith(b"\n")
        why = "was not written to its end" if torn else f"cannot be read: {error}"
        problems.append(f"{path.name}, line {number}, {why}; it is left out")
        return
    if (known := entries.setdefault(entry.id, entry)) != entry:
        problems.append(
            f"{path.name}, line {number}, has the id of another line ({known.id}); it is left out"
        )


class _NewerError(Exception):
    """A line of a format that this version does not know."""


def _entry(line: bytes | None) -> Entry:
    """Return what a line says; raises ValueError, in words, where it says nothing."""
    if line is None:
        raise ValueError("it is too long")
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    if not isinstance(data, dict):
        raise ValueError("it is no JSON object")
    version = data.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise _NewerError(version)
    if version != FORMAT or isinstance(version, bool):
        raise ValueError("it names no format")
    if data.get("kind") == "search":
        return _search(data)
    texts = [data.get(name) for name in ("id", "kind", "at", "story")]
    if not all(isinstance(each, str) for each in texts):
        raise ValueError("id, kind, at or story is missing")
    number, kind, at, story = map(str, texts)
    if not _ID.fullmatch(number) or not _TIME.fullmatch(at) or not story:
        raise ValueError("id, at or story is not as it should be")
    if kind == "undo" and isinstance(data.get("undoes"), str):
        return Entry(number, kind, at, story, undoes=data["undoes"])
    if kind == "fix" and isinstance(data.get("set"), dict) and data["set"]:
        return Entry(number, kind, at, story, values=_values(data["set"]))
    if kind == "gone":
        return Entry(number, kind, at, story)
    raise ValueError(f"a decision of kind {kind!r} is not known, or says nothing")


def _search(data: Mapping[str, Any]) -> Entry:
    number, at, name, query = (data.get(each) for each in ("id", "at", "name", "query"))
    if not all(isinstance(each, str) for each in (number, at, name)):
        raise ValueError("id, at or name is missing")
    if not _ID.fullmatch(str(number)) or not _TIME.fullmatch(str(at)) or not is_name(str(name)):
        raise ValueError("id, at or name is not as it should be")
    if query is not None and not (isinstance(query, str) and query.strip()):
        raise ValueError("a search has no query")
    return Entry(str(number), "search", str(at), name=str(name), query=query)


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in data.items():
        if name not in FIELDS:
            raise ValueError(f"there is no field {name!r}")
        try:
            check(name, value)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return dict(data)


# ---------------------------------------------------------------- writing


def new_id() -> str:
    """Return an id that no other line has."""
    return secrets.token_hex(6)


def append(path: Path, *entries: Entry) -> None:
    """Write *entries* behind the last line of *path*, all of them on the disk, or none.

    What a kill left of a line is kept in a file beside it, NAME.torn. Raises StoreError.
    """
    line = b"".join(
        json.dumps(_as_json(each), ensure_ascii=True).encode() + b"\n" for each in entries
    )
    try:
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _append(path, descriptor, line)
        finally:
            os.close(descriptor)
        if is_new:
            _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror or error}",
            hint="nothing was changed; make room on its disk, and let this user write there",
        ) from error


def _append(path: Path, descriptor: int, line: bytes) -> None:
    end = os.lseek(descriptor, 0, os.SEEK_END)
    whole, tail = _whole(descriptor, end)
    if tail:
        try:
            _entry(tail)
        except ValueError:
            _keep_torn(path, tail)
            os.ftruncate(descriptor, whole)
            end = whole
        else:
            line = b"\n" + line  # an editor left out the last line end
    os.lseek(descriptor, end, os.SEEK_SET)
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except BaseException:
        os.ftruncate(descriptor, end)
        raise


def _whole(descriptor: int, end: int) -> tuple[int, bytes]:
    """Return where the last whole line ends, and what is behind it."""
    tail = b""
    at = end
    while at and b"\n" not in tail:
        step = min(65536, at)
        at -= step
        os.lseek(descriptor, at, os.SEEK_SET)
        tail = os.read(descriptor, step) + tail
    kept = tail.rfind(b"\n") + 1
    return at + kept, tail[kept:]


def _keep_torn(path: Path, tail: bytes) -> None:
    with path.with_name(path.name + ".torn").open("ab") as file:
        file.write(tail + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folder
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _as_json(entry: Entry) -> dict[str, Any]:
    said: dict[str, Any] = {
        "format": FORMAT,
        "kind": entry.kind,
        "id": entry.id,
        "at": entry.at,
    }
    if entry.kind == "search":
        return said | {"name": entry.name, "query": entry.query}
    said["story"] = entry.story
    if entry.kind == "fix":
        said["set"] = dict(entry.values)
    elif entry.kind == "undo":
        said["undoes"] = entry.undoes
    return said
