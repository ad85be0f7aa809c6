"""One import: every file that was named, by what it is and not by what it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from storykeep.config import Config
from storykeep.imports.report import Done, Imported, Tell, Told, Wish
from storykeep.imports.warcs import HostileError, Shelf, is_ours, repacked, repacked_name
from storykeep.intake import Intake, assemble_all
from storykeep.kept import Keeping, Met
from storykeep.profiles import Profile
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import manifest
from storykeep.warc.folder import ORIGINAL, SUFFIX, fingerprint
from storykeep.warc.foreign import Form, form_of
from storykeep.warc.scanning import Gap

_FORMS: dict[Form, str] = {
    "records": "WARC, gzip per record",
    "gzip": "WARC, gzip around all of it",
    "plain": "WARC, not compressed",
    "arc": "ARC",
    "arc.gz": "ARC, compressed",
    "zstd": "WARC, zstd",
}


class Importer:
    """Takes in what *wish* names; the archive is open for writing, and `tell` hears of the rest."""

    def __init__(
        self,
        store: Store,
        config: Config,
        profiles: Sequence[Profile],
        *,
        wish: Wish,
        tell: Tell,
        room: Room,
        step: Callable[[int], None],
    ) -> None:
        self._store = store
        self._keeping = Keeping(store, config, Intake(store, config, profiles))
        self._shelf = Shelf(config.archive.warcs, datetime.now(UTC))
        self._wish = wish
        self._tell = tell
        self._room = room
        self._step = step
        self._taken = 0

    def run(self, done: Done) -> None:
        """Take in every path of the wish; *done* is told what came of each."""
        self._shelf.clear()
        for path in self._wish.paths:
            done.files.append(self._file(path))
        self._keeping.settle()
        done.stories_new, done.stories_changed = assemble_all(self._store)

    def _file(self, path: Path) -> Imported:
        form = form_of(path)
        if form is None:
            result = Imported(str(path), "unknown")
            is_empty = not path.stat().st_size
            why = "it is empty" if is_empty else "it is nothing that can be imported"
            self._refuse(result, str(path), why)
            return result
        result = Imported(str(path), _FORMS[form])
        try:
            self._warc(path, form, result)
        except HostileError as error:
            self._refuse(result, str(path), str(error))
        return result

    def _refuse(self, result: Imported, place: str, why: str, url: str = "") -> None:
        result.count("refused")
        self._tell(Told("refused", place, url, why))

    # ---- WARCs

    def _warc(self, path: Path, form: Form, result: Imported) -> None:
        sha256, size = fingerprint(path)
        known = self._shelf.find(sha256)
        if known is not None and is_ours(known):
            result.note = f"it is {known} of this archive"
            return
        name = known or self._keep(path, form, sha256, size)
        if name.endswith(ORIGINAL):
            name = self._repacked(path, form, name, result)
        result.kept_as = name
        if self._store.knows_warc(name):
            result.note = result.note or "this very file is there already"
            return
        self._take_in(name, path.name, result)

    def _keep(self, path: Path, form: Form, sha256: str, size: int) -> str:
        """Put the file into the archive, or a link to it; return its name there."""
        self._room.check_fits(0 if self._wish.link else size)
        if form == "records":
            name = self._shelf.name_for(_stem(path.name)) + SUFFIX
        else:
            name = self._shelf.name_for(path.name) + ORIGINAL
        self._shelf.put(path, name, sha256, size, link=self._wish.link)
        return name

    def _repacked(self, path: Path, form: Form, original: str, result: Imported) -> str:
        name = repacked_name(original)
        if name in {each.file for each in manifest(self._shelf.warcs)}:
            return name

        def told(gap: Gap) -> None:
            url = next((v for k, v in gap.told if k.lower() == "warc-target-uri"), "")
            why = f"{gap.why}; {gap.end - gap.start} bytes"
            self._refuse(result, f"{path.name} at {gap.start}", why, url)

        with self._shelf.writing(name) as out:
            problem = self._write_repacked(path, form, out, told)
        if problem:
            self._refuse(result, path.name, problem)
        self._shelf.seal(name)
        result.note = f"kept as it came as {original}, and read from a copy packed by record"
        return name

    def _write_repacked(
        self, path: Path, form: Form, out: IO[bytes], told: Callable[[Gap], None]
    ) -> str:
        work = self._shelf.warcs / "imported"
        return repacked(path, form, out, name=path.name, told=told, work=work)

    def _take_in(self, name: str, called: str, result: Imported) -> None:
        def tell(met: Met) -> None:
            result.count(met.what)
            if met.what == "taken":
                self._taken += 1
                self._step(self._taken)
            else:
                self._tell(Told(met.what, f"{called} at {met.offset}", met.url, met.why))

        self._keeping.take_in_file(self._shelf.warcs / name, name, tell)
        for sealed in manifest(self._shelf.warcs):
            if sealed.file == name:
                self._store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)


def _stem(name: str) -> str:
    return name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else name
