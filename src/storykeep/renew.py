"""What the WARCs hold, brought into a database: all of it, what is missing, or cleaned again.

Knows nothing of locks and of who opens the database.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from storykeep import urls
from storykeep.ahead import Ahead, jobs_for
from storykeep.config import Config
from storykeep.errors import DamageError
from storykeep.intake import Intake, assemble_all, is_kept
from storykeep.kept import Keeping, Met
from storykeep.model import Capture, Page
from storykeep.profiles import Profile
from storykeep.rederive import Rederived, Rederiver, Wish
from storykeep.store import Store
from storykeep.warc import (
    FailureRecord,
    Torn,
    files,
    is_imported,
    load_head,
    load_page,
    manifest,
    name_in,
    scan,
)


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild read and made."""

    files: int = 0
    captures: int = 0
    stories: int = 0
    healed: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # of decisions.jsonl: what cannot take effect


class Renewal:
    """The way from the WARCs of one archive into one open database."""

    def __init__(self, store: Store, config: Config, profiles: Sequence[Profile]) -> None:
        self._store = store
        self._config = config
        self._warcs = config.archive.warcs
        self._profiles = profiles
        self._intake = Intake(store, config, profiles)
        self._keeping = Keeping(store, config, self._intake)
        self._ahead: Ahead | None = None

    def take_in_all(
        self,
        done: Rebuilt,
        damage: list[str],
        step: Callable[[int], None],
        *,
        jobs: int | None = None,
    ) -> None:
        """Take in every WARC and assemble; *done* counts, *damage* is told what is lost.

        *jobs* processes clean the pages; None: as many as there are cores, where that is worth it.
        """
        damage += missing_warcs(self._warcs)
        jobs = jobs or jobs_for(self._warcs)
        with Ahead(self._store, self._config, self._profiles, jobs=jobs) as self._ahead:
            for path in files(self._warcs):
                done.files += 1
                # One transaction a file: nobody reads this database before it is whole.
                with self._store.atomic():
                    done.captures += self._take_in_file(path, damage)
                step(done.captures)
        self._ahead = None
        self._keeping.settle()
        assemble_all(self._store)
        done.stories = self._store.count_stories()

    def take_in_missing(self, healed: list[str]) -> None:
        """Take in whole captures that the database lacks, after a crash or when it was lost."""
        taken = 0
        for path in files(self._warcs):
            if not self._store.knows_warc(name_in(self._warcs, path)):
                taken += self._take_in_file(path, healed)
        if taken:
            healed.append(f"the database lacked captures that are in the WARCs; took in {taken}")
            assemble_all(self._store)

    def derive_again(
        self, wish: Wish, step: Callable[[int], None]
    ) -> Generator[Rederived, None, None]:
        """Clean again what *wish* says; save each part that is not what it was, and yield it.

        Where it ends, or is stopped, what was saved is assembled: by this, or by the next writer.
        """
        rederiver = Rederiver(self._store.conn, self._config, self._profiles)
        with closing(rederiver.rederive(wish, step)) as found:
            for each in found:
                if each.after is not None and each.capture is not None:
                    self._intake.save_again(each.capture, each.after)
                yield each
        assemble_all(self._store)

    def _take_in_file(self, path: Path, damage: list[str]) -> int:
        """Take in what of the WARC at *path* the database lacks; return how many captures.

        What cannot be read is told in *damage*: it must not keep the rest from its readers.
        """
        if is_imported(name := name_in(self._warcs, path)):
            taken = self._take_in_kept(path, name, damage)
        else:
            taken = self._take_in_own(path, damage)
        for sealed in manifest(self._warcs):
            if sealed.file == name:
                self._store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)
        return taken

    def _take_in_kept(self, path: Path, name: str, damage: list[str]) -> int:
        taken = 0

        def tell(met: Met) -> None:
            nonlocal taken
            taken += met.what == "taken"

        # What of it is damaged was told when it came, and is as it came: `verify` knows.
        try:
            self._keeping.take_in_file(path, name, tell)
        except OSError as error:
            damage.append(f"{name} cannot be read: {error.strerror or error}")
        return taken

    def _take_in_own(self, path: Path, damage: list[str]) -> int:
        taken = 0
        torn: list[Torn] = []
        for record in scan(path, on_torn=torn.append):
            if isinstance(record, FailureRecord):
                if not self._store.has_attempt(record.warc, record.offset):
                    self._intake.failed(record)
            elif self._is_wanted(record.capture):
                try:
                    self._take_in(record.capture)
                except DamageError as error:
                    damage.append(str(error))
                    continue
                taken += 1
        damage += [f"{each.warc} from {each.start} to {each.end}: {each.why}" for each in torn]
        return taken

    def _take_in(self, capture: Capture) -> None:
        if is_kept(capture):
            self._intake.take_in_kept(capture, self._page(capture, self._original(capture)))
            return
        if self._intake.is_lost(capture.revisit_of) and self._original(capture) is None:
            self._intake.take_in_unread(capture, load_head(self._warcs, capture))
            return
        original = self._original(capture)
        page = self._page(capture, original)
        packed = self._ahead.part(capture, original) if self._ahead else None
        self._intake.take_in(capture, page, packed)

    def _is_wanted(self, capture: Capture) -> bool:
        # A WARC of another tool may hold answers of another kind, such as dns:.
        is_web = urls.try_canonical(capture.url) is not None
        return is_web and not self._store.has_capture(capture.warc, capture.offset)

    def _page(self, capture: Capture, original: Capture | None) -> Page:
        max_bytes = self._config.polite.max_bytes
        return load_page(self._warcs, capture, original=original, max_bytes=max_bytes)

    def _original(self, capture: Capture) -> Capture | None:
        return self._store.original_of(capture) if capture.revisit_of else None


def missing_warcs(folder: Path) -> list[str]:
    """Return, in words, which WARCs the manifest of *folder* lists that are not there."""
    there = {name_in(folder, path) for path in files(folder)}
    there |= {each.file for each in manifest(folder) if (folder / each.file).is_file()}
    lost = [each.file for each in manifest(folder) if each.file not in there]
    return [f"{name} is in the manifest and missing" for name in lost]
