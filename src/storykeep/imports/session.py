"""An import from its first look to its last story; the archive is open for writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from storykeep.config import Config
from storykeep.imports.importer import Importer
from storykeep.imports.pages import Pages
from storykeep.imports.report import Done, Tell, Wish
from storykeep.imports.warcs import Shelf, Warcs
from storykeep.intake import Intake, assemble_all
from storykeep.kept import Keeping
from storykeep.profiles import Profile
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Writer


def take_in(
    store: Store,
    config: Config,
    profiles: Sequence[Profile],
    wish: Wish,
    done: Done,
    *,
    tell: Tell,
    room: Room,
    step: Callable[[int], None],
    info: Mapping[str, str],
    prefix: str,
) -> None:
    """Take in what *wish* names and make stories of it; *done* is told what came of it.

    What was counted as taken is on the disk, whatever stops the rest. Raises CaptureError and
    StoreError where that cannot be written.
    """
    now, warcs = datetime.now(UTC), config.archive.warcs
    intake = Intake(store, config, profiles)
    keeping, shelf = Keeping(store, config, intake), Shelf(warcs, now)
    shelf.clear()
    with Writer(warcs, prefix=prefix, info=info) as writer:
        pages = Pages(
            store, intake, writer, tell=tell, room=room, now=now,
            max_bytes=config.polite.max_bytes, step=step,
        )  # fmt: skip
        files = Warcs(store, keeping, shelf, tell=tell, room=room, link=wish.link, step=step)
        Importer(files, pages, wish=wish, tell=tell).run(done)
        pages.flush()
        for sealed in writer.seal():
            store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)
            done.warcs.append(sealed.file)
    keeping.settle()
    done.stories_new, done.stories_changed = assemble_all(store)
