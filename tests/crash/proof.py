"""What must hold after a bad day: looked at with warcio and SQL, not with our own readers alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from storykeep import reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.export import Options, render
from tests.archives import dump, rows
from tests.crash.process import Call, Done, Fault

_TIDYING = ("-wal", "-shm", "-journal")
_ROOM = ("room", "space", "full", "quota")


class _Argument:
    """What warcio's checker takes from its command line."""

    verbose = False

    def __init__(self, path: Path) -> None:
        self.inputs = [str(path)]


def responses(warcs: Path) -> Iterator[tuple[str, int, str, bytes, bool]]:
    """Yield (file, offset, address, stored bytes, is a revisit), as warcio reads them."""
    for path in sorted(warcs.glob("*.warc.gz")):
        with path.open("rb") as file:
            records = ArchiveIterator(file, no_record_parse=True)
            for record in records:
                block = b"".join(iter(record.raw_stream.read, b""))
                offset = records.get_record_offset()
                if record.rec_type in ("response", "revisit"):
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    yield path.name, offset, url, block, record.rec_type == "revisit"


def wrong_end(done: Done, fault: Fault) -> list[str]:
    """Return what is wrong with how a process ended whose disk failed at one call."""
    wrong = []
    at = next((n for n, call in enumerate(done.calls) if call.done != "-"), None)
    call = None if at is None else done.calls[at]
    if "Traceback" in done.stderr:
        wrong.append(f"a traceback: {done.stderr[-600:]}")
    if call is None:  # the run was over before it came to the call
        return wrong
    if fault.how in ("before", "half", "after"):
        return wrong if done.code == -9 else [*wrong, f"it was to be killed: exit {done.code}"]
    if fault.how == "short":
        return wrong if done.code in (0, 3) else [*wrong, f"a short write: exit {done.code}"]
    if done.code == 1:
        return wrong + wrong_words(done, fault, call)
    if _is_harmless(call, done.calls[at - 1] if at else None):
        return wrong
    return [*wrong, f"{call.kind} of {call.name} failed: exit {done.code}"]


def _is_harmless(call: Call, before: Call | None) -> bool:
    """Return whether all was stored although *call* failed."""
    # Who holds the lock is told as far as it can be; a -shm holds nothing that lasts.
    if "lock-holder" in call.name or call.name.endswith("-shm"):
        return True
    if call.kind == "fsync" and before is not None and before.path.startswith(call.path):
        # SQLite takes no notice when it cannot sync the folder of its journal; a power failure then
        # could cost the database, which is an index.
        return before.kind == "fsync" and before.name.endswith(_TIDYING)
    return call.kind == "unlink" and call.name.endswith(_TIDYING)


def wrong_words(done: Done, fault: Fault, call: Call) -> list[str]:
    """Return what an error's message lacks: the file, what to do, and that there is no room.

    A fault that lasts meets others, too, behind the *call* that met it first; one is named.
    """
    stderr = done.stderr
    failed = [call, *(each for each in done.calls if each.result < 0)]
    said = stderr[stderr.rfind("error: ") :] if "error: " in stderr else ""
    wrong = []
    if "hint: " not in said:
        wrong.append(f"no error with a hint: {stderr[-300:]!r}")
    if not any(name in said for each in failed for name in _names_of(Path(each.path))):
        wrong.append(f"{call.name} is not named: {said!r}")
    if fault.how in ("enospc", "full") and not any(word in said for word in _ROOM):
        wrong.append(f"it does not say that the disk is full: {said!r}")
    return wrong


def _names_of(path: Path) -> tuple[str, ...]:
    """Return what may stand for the file or folder *path* of an archive in an error's message."""
    if path.name.startswith("archive.db"):  # its -wal, say: the database is what people know
        return ("archive.db",)
    if "warcs" in (path.name, path.parent.name):
        return ("warcs",)
    # The archive's own folder: what is put in it, or it itself.
    return ("archive.db", "warcs", path.name)


def losses(
    folder: Path, stored: set[str], wanted: set[str], expected: Callable[[str], bytes]
) -> list[str]:
    """Return what is lost, half or wrong in the archive of *folder* after it was healed.

    *stored* are the addresses that were reported, *wanted* those that a whole run has.
    """
    archive = Archive(load(folder / "config.toml"))
    wrong = list(_wrong_files(folder / "warcs"))
    kept = {}
    for file, offset, url, block, revisit in responses(folder / "warcs"):
        kept[file, offset] = url
        sent = expected(url)
        if revisit:  # the head alone is stored
            sent = sent[: sent.index(b"\r\n\r\n") + 4]
        if block != sent:
            wrong.append(f"{url} in {file} at {offset} is not what was sent")
    found = {
        (warc, at): url
        for warc, at, url in rows(archive, 'SELECT warc, "offset", url FROM capture')
    }
    if found != kept:
        wrong.append(f"rows and records differ: {sorted(set(found.items()) ^ set(kept.items()))}")
    if lost := stored - set(found.values()):
        wrong.append(f"reported and lost: {sorted(lost)}")
    pages = {url for url in found.values() if not url.endswith("/robots.txt")}
    if pages != wanted:
        wrong.append(f"not as after a whole run: {sorted(pages ^ wanted)}")
    return wrong + _wrong_database(archive)


def _wrong_files(warcs: Path) -> Iterator[str]:
    if left := [path.name for path in warcs.iterdir() if path.name.endswith((".open", ".new"))]:
        yield f"not healed: {left}"
    listed = dict(
        reversed(line.split("  "))
        for line in (warcs / "manifest-sha256.txt").read_text().splitlines()
        if not line.startswith("#")
    )
    for path in sorted(warcs.glob("*.warc.gz")):
        if listed.pop(path.name, "") != hashlib.sha256(path.read_bytes()).hexdigest():
            yield f"{path.name} is not what the manifest says"
        checker = Checker(_Argument(path))
        checker.process_all()
        if checker.exit_value:
            yield f"warcio check says no to {path.name}"
    if listed:
        yield f"in the manifest and missing: {sorted(listed)}"


def _wrong_database(archive: Archive) -> list[str]:
    wrong = []
    if rows(archive, "PRAGMA integrity_check") != [("ok",)]:
        wrong.append("the database is damaged")
    database = archive.config.archive.database
    if beside := [path.name for path in database.parent.glob("archive.db-*")]:
        wrong.append(f"left beside the database: {beside}")
    again = replace(archive.config.archive, database=database.with_name("again.db"))
    rebuilt = Archive(replace(archive.config, archive=again))
    rebuilt.rebuild()
    if (is_now := dump(archive)) != (made_again := dump(rebuilt)):
        differing = sorted(set(is_now) ^ set(made_again))
        wrong.append(f"a rebuild differs: {differing[:4]}")
    return wrong


def exported(folder: Path) -> set[tuple[str, str]]:
    """Return (title, text) of every story, as an export gives it."""
    connection = reader.connect(folder / "archive.db")
    assert connection is not None
    try:
        stories = [reader.load_story(connection, row) for row in reader.story_rows(connection)]
    finally:
        connection.close()
    records = [
        json.loads(render(story, id="x", format="jsonl", options=Options())) for story in stories
    ]
    return {
        (record["title"], "\n".join(chapter["text"] for chapter in record["chapters"]))
        for record in records
    }
