"""What archive.db says of the WARCs: a hint at what they held, where they cannot say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from storykeep import urls
from storykeep.errors import DamageError, StoreError
from storykeep.model import Capture
from storykeep.reader.health import AttemptRow, Index, opened_index
from storykeep.warc import Sealed, is_imported

Row = TypeVar("Row")

_RECORD_ID = re.compile(r"<urn:uuid:[0-9a-fA-F-]{36}>")


class Known:
    """The rows of archive.db, as far as they can be read and make sense."""

    def __init__(self, index: Index | None, problem: str) -> None:
        self.there = index is not None or bool(problem)
        self.problem = problem  # why the database must be made again, "" where it is sound
        self._index = index
        told = self._sealed()
        self.sealed = {each.file: each for each in told if is_name(each.file)}
        self.imported = {each.file: each for each in told if is_imported(each.file)}

    def files(self) -> list[str]:
        """Return the WARCs that rows name."""
        return [name for name in self._asked(lambda index: index.files_named()) if is_name(name)]

    def captures(self, file: str) -> list[Capture]:
        """Return the captures of *file* in the order in which they lay."""
        return list(filter(_makes_sense, self._asked(lambda index: index.captures_in(file))))

    def has_twin(self, capture: Capture) -> bool:
        """Return whether a row names the same page, moment and payload elsewhere."""
        return any(self._asked(lambda index: [index.has_twin(capture)]))

    def attempts(self, file: str) -> list[AttemptRow]:
        """Return the failed requests of *file*."""
        return self._asked(lambda index: index.attempts_in(file))

    def _sealed(self) -> list[Sealed]:
        return [
            Sealed(row.file, row.bytes, row.sha256, row.sealed_at)
            for row in self._asked(lambda index: index.sealed())
            if re.fullmatch("[0-9a-f]{64}", row.sha256)
        ]

    def _asked(self, question: Callable[[Index], Iterable[Row]]) -> list[Row]:
        """Return the rows that *question* finds, as many as can be read."""
        found: list[Row] = []
        try:
            if self._index is not None:
                for row in question(self._index):
                    found.append(row)  # noqa: PERF402 - what came before the damage counts
        except StoreError as error:
            self.problem = self.problem or str(error)
        return found


@contextmanager
def known_of(database: Path) -> Iterator[Known]:
    """Give what *database* knows; one that is damaged is read as far as it goes."""
    with ExitStack() as stack:
        try:
            index = stack.enter_context(opened_index(database))
        except (StoreError, DamageError) as error:
            yield Known(None, str(error))
        else:
            yield Known(index, _first_problem(index))


def _first_problem(index: Index | None) -> str:
    if index is None:
        return ""
    try:
        for checks in (index.problems(), index.changed_texts()):
            for problem in checks:
                return problem.why
    except StoreError as error:
        return str(error)
    return ""


def is_name(name: str) -> bool:
    """Return whether *name* can be that of a WARC in the archive's folder."""
    return name.endswith(".warc.gz") and "/" not in name and "\0" not in name and "\n" not in name


def _makes_sense(capture: Capture) -> bool:
    """Return whether a row of a database that may be damaged can be what was written."""
    try:
        datetime.fromisoformat(capture.fetched_at)
        texts = (capture.url, capture.source, capture.warc, capture.record_id)
        whole = all(isinstance(text, str) for text in texts) and isinstance(capture.offset, int)
    except (TypeError, ValueError):
        return False
    is_id = whole and _RECORD_ID.fullmatch(capture.record_id) is not None
    return is_id and urls.try_canonical(capture.url) is not None
