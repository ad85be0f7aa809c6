"""Takes in shards: what a cluster made of the captures of this archive, as if derived here.

A shard that is damaged, of other code, or of a WARC that the archive does not have, is refused
whole, before anything of it is taken; so is each capture that is another one here by now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from storykeep.config import Config
from storykeep.imports.report import Imported, Tell, Told
from storykeep.intake import Intake
from storykeep.model import Capture
from storykeep.profiles import Profile
from storykeep.rederive import Rederived, Rederiver, Wish
from storykeep.shards import Shard, ShardError, answer_of, find_shards, given, opened
from storykeep.shards.tables import Row
from storykeep.store.captures import sealed_warcs
from storykeep.workers import Answer, Task

Found = dict[str, Shard]  # by the WARC


class Shards:
    """Takes in shards by *conn*; without an *intake*, what would come of them is only told."""

    def __init__(
        self,
        conn: sqlite3.Connection | None,
        config: Config,
        profiles: Sequence[Profile],
        intake: Intake | None,
        *,
        tell: Tell,
        step: Callable[[int], None],
    ) -> None:
        self._conn = conn
        self._config = config
        self._profiles = profiles
        self._intake = intake
        self._tell = tell
        self._step = step

    def take_in(self, path: Path, result: Imported) -> None:
        """Take in the shard at *path*, or all in that folder; *result* is told what came of it.

        Counted as taken is a capture that says something else now.
        """
        result.form = "folder of shards" if path.is_dir() else "shard"
        found = self._whole(path, result)
        if self._conn is None or not found:
            return
        answers = _Answers(found, self._profiles, self._config.polite.max_bytes)
        rederiver = Rederiver(self._conn, self._config, self._profiles)
        wish = Wish(everything=True, warcs=frozenset(found))
        try:
            with closing(rederiver.rederive(wish, self._step, answers.clean)) as changes:
                for each in changes:
                    self._change(each, found, result)
        except ShardError as error:  # it has changed since it was found whole
            self._refuse(result, path.name, str(error), "")
        finally:
            answers.close()
        result.there = wish.cleaned - result.taken - answers.refused
        for place, url in answers.unknown:
            self._refuse(result, place, "the archive has no such capture", url)

    def _change(self, each: Rederived, found: Found, result: Imported) -> None:
        assert each.capture is not None
        if each.after is None:
            place = _place(found[each.capture.warc], each.capture.offset)
            self._refuse(result, place, each.problem, each.url)
            return
        if self._intake is not None:
            self._intake.save_again(each.capture, each.after)
        result.count("taken")

    def _whole(self, path: Path, result: Imported) -> Found:
        """Return the shards at *path* that are whole, and of WARCs of this archive."""
        ours = dict(sealed_warcs(self._conn)) if self._conn is not None else {}
        found: Found = {}
        for file in find_shards(path):
            try:
                shard = opened(file)
                _check(shard, ours, found)
            except ShardError as error:
                self._refuse(result, file.name, str(error), "")
            else:
                found[shard.warc] = shard
        return found

    def _refuse(self, result: Imported, place: str, why: str, url: str) -> None:
        result.count("refused")
        self._tell(Told("refused", place, url, why))


def _check(shard: Shard, ours: dict[str, str], found: Found) -> None:
    """Raise ShardError unless *shard* tells of a WARC as this archive has it."""
    if shard.warc not in ours:
        raise ShardError(f"this archive has no WARC {shard.warc}, or it is not sealed")
    if shard.warc_sha256 != ours[shard.warc]:
        raise ShardError(f"it was made of another {shard.warc} than this archive has")
    if shard.warc in found:
        raise ShardError(f"{found[shard.warc].path.name} has the same captures")


def _place(shard: Shard, offset: int) -> str:
    return f"{shard.path.name} (offset {offset})"


class _Answers:
    """Gives the captures of the archive the answers of shards; both are in the same order."""

    def __init__(self, found: Found, profiles: Sequence[Profile], max_bytes: int) -> None:
        self._found = found
        self._profiles = profiles
        self._max_bytes = max_bytes
        self._open: dict[str, Iterator[Row]] = {}
        self._passed: dict[tuple[str, int], Row] = {}  # rows whose capture may be asked for later
        self.refused = 0
        self.unknown: list[tuple[str, str]] = []

    def clean(self, tasks: Iterator[Task]) -> Generator[tuple[Task, Answer | None], None, None]:
        """Yield every task with its answer, None where the shard has none."""
        for task in tasks:
            row = self._row(task.capture)
            answer = self._answer(task, row) if row is not None else None
            self.refused += answer is not None and bool(answer.problem)
            yield task, answer
        self._rest()

    def close(self) -> None:
        """Let go of the files."""
        for rows in self._open.values():
            rows.close()  # type: ignore[attr-defined]

    def _row(self, capture: Capture) -> Row | None:
        key = capture.warc, capture.offset
        if key in self._passed:
            return self._passed.pop(key)
        rows = self._open.setdefault(capture.warc, self._found[capture.warc].rows())
        for row in rows:
            if row["offset"] == capture.offset:
                return row
            self._passed[row["warc"], row["offset"]] = row
            if row["offset"] > capture.offset:
                return None
        return None

    def _answer(self, task: Task, row: Row) -> Answer:
        capture = task.capture
        if (row["record_id"], row["payload_sha256"]) != (capture.record_id, capture.payload_sha256):
            return Answer(problem="it was made of another capture than the archive has there")
        if row["given"] != given(task, self._profiles, self._max_bytes):
            return Answer(
                problem="it was made with another profile or config, or the archive has learned "
                "since what it refers to: make it again"
            )
        return answer_of(row)

    def _rest(self) -> None:
        """Find the rows that no capture of the archive has asked for."""
        for rows in self._open.values():
            for row in rows:
                self._passed[row["warc"], row["offset"]] = row
        for warc, offset in sorted(self._passed):
            url = self._passed[warc, offset]["url"]
            self.unknown.append((_place(self._found[warc], offset), url))
