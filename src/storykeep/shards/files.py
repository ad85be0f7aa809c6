"""Shards as Parquet files: written where fsspec leads, read from a folder of this machine.

One door to pyarrow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from storykeep.errors import UsageError
from storykeep.shards.job import Job, made_by
from storykeep.shards.places import INSTALL, Place
from storykeep.shards.tables import COLUMNS, Row, answer_of

TABLES = ("chapter", "story", "capture")  # in the order in which they are put into their place
_FIRST = b"PAR1"
_META = b"storykeep"
_TOLD = frozenset({"table", "made_by", "warc", "warc_sha256", "inputs", "captures", "unread"})
_BATCH_BYTES = 16 << 20  # of text that a row group holds
_BATCH_ROWS = 1000
_READ_ROWS = 50


class ShardError(Exception):
    """A file is no whole shard, or not one of now; the text says why."""


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("pyarrow, which Parquet needs, is missing", hint=INSTALL) from None
    return pyarrow


def _schema(table: str) -> Any:
    pa = _pyarrow()
    kinds = {
        "text": pa.string(), "number": pa.int64(), "yes": pa.bool_(), "bytes": pa.binary(),
        "texts": pa.list_(pa.string()),
    }  # fmt: skip
    return pa.schema([(name, kinds[kind]) for name, kind in COLUMNS[table].items()])


# ---------------------------------------------------------------- writing


class _Table:
    """One table of a shard while it is written, a row group at a time."""

    def __init__(self, table: str, out: IO[bytes]) -> None:
        self._pa = _pyarrow()
        self._schema = _schema(table)
        self._writer = self._pa.parquet.ParquetWriter(out, self._schema, compression="zstd")
        self._rows: list[Row] = []
        self._bytes = 0

    def add(self, row: Row) -> None:
        """Take one more row."""
        self._rows.append(row)
        self._bytes += sum(len(each) for each in row.values() if isinstance(each, (str, bytes)))
        if self._bytes > _BATCH_BYTES or len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def finish(self, told: dict[str, Any]) -> None:
        """Write what is left, and *told* into the file's own metadata."""
        self._flush()
        self._writer.add_key_value_metadata({_META: json.dumps(told)})

    def close(self) -> None:
        """Write how the file is made up; without that it is none."""
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._bytes = [], 0


def write(place: Place, job: Job, rows: Iterable[tuple[str, Row]]) -> tuple[int, int, int]:
    """Write the shard of *job*; return how many captures it has, cannot tell of, and are damaged.

    Each table is there in full or not at all, that of the captures last. Raises OSError.
    """
    count = unread = damaged = 0
    with ExitStack() as files:
        tables = {}
        # Left in the other order: what is entered last gets its name first.
        for table in reversed(TABLES):
            out = files.enter_context(place.writing(file_name(table, job)))
            tables[table] = files.enter_context(closing(_Table(table, out)))
        for table, row in rows:
            tables[table].add(row)
            if table == "capture":
                count += 1
                unread += row["problem"] is not None
                damaged += bool(row["is_damage"])
        for table in TABLES:
            told = {
                "table": table, "warc": job.warc, "warc_sha256": job.sha256, "inputs": job.inputs,
                "made_by": job.made_by, "captures": count, "unread": unread,
            }  # fmt: skip
            tables[table].finish(told)
    return count, unread, damaged


def file_name(table: str, job: Job) -> str:
    """Return how one table of a shard is called."""
    return f"{table}-{job.name}.parquet"


def whole(place: Place, job: Job) -> int | None:
    """Return how many captures the shard has that is there, None unless it is what *job* makes.

    One that could not tell of some capture is made again: its WARC may be mended by now.
    """
    name = file_name("capture", job)
    try:
        if not all(place.has(file_name(table, job)) for table in TABLES):
            return None
        with place.open(name) as file:
            told = _told(_pyarrow().parquet.ParquetFile(file), name)
        is_it = (told["inputs"], told["unread"]) == (job.inputs, 0)
        return int(told["captures"]) if is_it else None
    except Exception:  # noqa: BLE001  whatever is there is no shard, and is made again
        return None


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Shard:
    """The table of captures of one shard, which has been found whole."""

    path: Path
    warc: str
    warc_sha256: str

    def rows(self) -> Iterator[Row]:
        """Yield its rows, each proved by its digest. Raises ShardError."""
        parquet = _pyarrow().parquet
        with _contained(), self.path.open("rb") as file:
            for row in _rows(parquet.ParquetFile(file)):
                answer_of(row)
                yield row


def is_shards(path: Path) -> bool:
    """Return whether *path* is a Parquet file, or a folder that has tables of captures in it."""
    if path.is_dir():
        return any(path.glob("capture-*.parquet"))
    with suppress(OSError), path.open("rb") as file:  # who reads it says what is wrong with it
        return file.read(len(_FIRST)) == _FIRST
    return False


def find_shards(path: Path) -> list[Path]:
    """Return the tables of captures in the folder at *path*, or the one that it is."""
    return sorted(path.glob("capture-*.parquet")) if path.is_dir() else [path]


def opened(path: Path) -> Shard:
    """Return the shard at *path* after reading all of it. Raises ShardError."""
    parquet = _pyarrow().parquet
    with _contained(), path.open("rb") as file:
        table = parquet.ParquetFile(file)
        told = _told(table, path.name)
        shard = Shard(path, str(told["warc"]), str(told["warc_sha256"]))
        count = 0
        for row in _rows(table):
            answer_of(row)
            if row["warc"] != shard.warc:
                raise ShardError(f"it is damaged: it has captures of {row['warc']}, too")
            count += 1
        if count != told["captures"]:
            raise ShardError(f"it is damaged: {count} of its {told['captures']} captures are there")
    return shard


def _told(parquet: Any, name: str) -> dict[str, Any]:
    """Return what a table tells of itself. Raises ShardError where it is not one to take in."""
    metadata = parquet.metadata.metadata or {}
    if _META not in metadata:
        raise ShardError("it is no shard of Storykeep")
    told: dict[str, Any] = json.loads(metadata[_META])
    if missing := _TOLD - told.keys():
        raise ShardError(f"it is damaged: it does not tell its {', '.join(sorted(missing))}")
    if told["table"] != "capture":
        raise ShardError(f"it is a table for reading; capture-… beside it, not {name}, is taken in")
    if told["made_by"] != made_by():
        raise ShardError(
            f"it was made by other code ({_difference(told['made_by'])}): make it again"
        )
    return told


def _difference(theirs: str) -> str:
    """Return in words where the code that made a shard is not that of now."""
    then, now = json.loads(theirs), json.loads(made_by())
    for name in ("format", "storykeep"):
        if then.get(name) != now[name]:
            return f"{name} {then.get(name)}, now {now[name]}"
    told = [
        f"engine {name} {then['engines'].get(name)}, now {version}"
        for name, version in now["engines"].items()
        if then["engines"].get(name) != version
    ]
    return "; ".join(told) or "it has engines that are not known here"


def _rows(parquet: Any) -> Iterator[Row]:
    names = list(COLUMNS["capture"])
    for batch in parquet.iter_batches(batch_size=_READ_ROWS, columns=names):
        yield from batch.to_pylist()


@contextmanager
def _contained() -> Iterator[None]:
    """Turn what comes of a damaged file into a ShardError: pyarrow knows many words for it."""
    try:
        yield
    except ShardError:
        raise
    except Exception as error:
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise ShardError(f"it is damaged: {told}") from error
