"""What an import would do: everything is read and recognised, and nothing at all is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory, gettempdir

from storykeep import reader, urls
from storykeep.config import Config
from storykeep.imports.catalogues import Opened, count_lacking, is_known
from storykeep.imports.importer import Importer
from storykeep.imports.pages import Pages
from storykeep.imports.report import Done, Imported, Tell, Told, Wish
from storykeep.imports.shards import Shards
from storykeep.imports.warcs import FORMS, gap_teller, repacked
from storykeep.model import Capture
from storykeep.profiles import Profile
from storykeep.room import Room, free_bytes
from storykeep.store.captures import find_saved, find_twin, has_story
from storykeep.warc import Torn, Unit, manifest, scan
from storykeep.warc.folder import IMPORTED, SUFFIX, fingerprint
from storykeep.warc.foreign import Form, HostileError


def foresee(
    config: Config, profiles: Sequence[Profile], wish: Wish, done: Done, *, tell: Tell
) -> None:
    """Tell *done* what an import would take in. Raises StoreError for a database that is none."""
    database = config.archive.database
    connection = reader.connect(database)
    known = Known(connection)
    now = datetime.now(UTC)
    with closing(known), reader.explaining(database):
        pages = Pages(known, None, tell=tell, room=Room(), now=now, step=lambda taken: None)
        warcs = ForeseenWarcs(config.archive.warcs, known, tell)
        shards = Shards(connection, config, profiles, None, tell=tell, step=lambda taken: None)
        importer = Importer(warcs, pages, shards, wish=wish, tell=tell, done=done)
        importer.run()
        count_lacking(importer.opened, known)


class Known:
    """What the archive has, read only; nothing where there is no database."""

    def __init__(self, conn: sqlite3.Connection | None) -> None:
        self._conn = conn

    def close(self) -> None:
        """Let go of the file."""
        if self._conn is not None:
            self._conn.close()

    def find_saved(self, url: str, payload_sha1: str) -> Capture | None:
        """Return the page that somebody saved of *url* with that payload, None for none."""
        return find_saved(self._conn, url, payload_sha1) if self._conn else None

    def has_story(self, host: str, work_id: str | None, addresses: Sequence[str]) -> bool:
        """Return whether a page of that story is there."""
        return self._conn is not None and has_story(self._conn, host, work_id, addresses)

    def find_twin(self, capture: Capture) -> Capture | None:
        """Return a capture of the same page, moment and payload that lies elsewhere."""
        return find_twin(self._conn, capture) if self._conn else None


class ForeseenWarcs:
    """Says of WARCs what `Warcs` would do with them."""

    def __init__(self, folder: Path, known: Known, tell: Tell) -> None:
        self._listed = {each.sha256: each.file for each in manifest(folder)}
        self._known = known
        self._tell = tell
        self.work = Path(gettempdir())

    @contextmanager
    def room_for(self, size: int) -> Iterator[Path]:
        """Give a folder in which *size* bytes may lie while they are looked at.

        Raises HostileError where there is no room for them.
        """
        if free_bytes(self.work) < size:
            raise HostileError(f"its {size} bytes have no room in {self.work} to be looked at")
        with TemporaryDirectory() as folder:
            yield Path(folder)

    def take_in(self, path: Path, form: Form, result: Imported, *, is_copy: bool = False) -> None:
        """Count what would be taken in of the file at *path*."""
        result.form = (is_copy and result.form) or FORMS[form]
        known = self._listed.get(fingerprint(path)[0])
        if known is not None:
            result.note = f"it is {known} of this archive"
        elif form == "records":
            self._count(path, path.name, result)
        else:
            with NamedTemporaryFile(suffix=SUFFIX) as out:
                told = gap_teller(path.name, result, self._tell)
                problem = repacked(path, form, out, name=path.name, told=told, work=self.work)
                out.flush()
                if problem:
                    self._say(result, path.name, "", problem)
                self._count(Path(out.name), path.name, result)

    def take_catalogue(self, opened: Opened, *, is_copy: bool = False) -> None:
        """Count the entries that would be taken in."""
        known = self._listed.get(fingerprint(opened.path)[0])
        if known is not None and is_known(self._known, opened.look()):
            opened.result.note = f"it is {known} of this archive"
            return
        opened.wanted.clear()
        for resource in opened.resources():
            self._capture(resource.capture, opened.path.name, opened.result)

    def keep_whole(self, path: Path, result: Imported, *, is_copy: bool = False) -> None:
        """Keep nothing."""

    def _count(self, path: Path, called: str, result: Imported) -> None:
        torn: list[Torn] = []
        for found in scan(path, name=f"{IMPORTED}/{called}", on_torn=torn.append):
            if isinstance(found, Unit):
                self._capture(found.capture, called, result)
        for each in torn:
            why = f"{each.why}; {each.end - each.start} bytes"
            self._say(result, f"{called} at {each.start}", each.url, why)

    def _capture(self, capture: Capture, called: str, result: Imported) -> None:
        place = f"{called} at {capture.offset}"
        if urls.try_canonical(capture.url) is None:
            result.count("other")
            self._tell(Told("other", place, capture.url, "its address is no web address"))
        elif not capture.status:
            self._say(result, place, capture.url, "it holds no HTTP answer")
        elif (twin := self._known.find_twin(capture)) is not None:
            result.count("there")
            why = f"{twin.warc} at {twin.offset} has it"
            self._tell(Told("there", place, capture.url, why))
        else:
            result.count("taken")

    def _say(self, result: Imported, place: str, url: str, why: str) -> None:
        result.count("refused")
        self._tell(Told("refused", place, url, why))
