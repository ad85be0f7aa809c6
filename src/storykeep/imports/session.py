"""An import from its first look to its last story; the archive is open for writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from storykeep.config import Config
from storykeep.imports.catalogues import count_lacking
from storykeep.imports.importer import Importer
from storykeep.imports.pages import Pages
from storykeep.imports.report import Done, Tell, Wish
from storykeep.imports.shards import Shards
from storykeep.imports.warcs import Shelf, Warcs
from storykeep.intake import Intake, assemble_all
from storykeep.kept import Keeping
from storykeep.model import Page
from storykeep.profiles import Profile
from storykeep.room import Room
from storykeep.store import Store
from storykeep.warc import Resource, Writer


def put_away(
    store: Store, intake: Intake, writer: Writer, max_bytes: int, resources: Sequence[Resource]
) -> None:
    """Write saved pages: first the WARC, forced to the disk, then one transaction."""
    captures = writer.append_resources(resources)
    with store.atomic():
        for capture, resource in zip(captures, resources, strict=True):
            # As it will be read again from the WARC.
            body, cut = resource.body[:max_bytes], len(resource.body) > max_bytes
            fields = (("Content-Type", resource.mime),)
            page = Page(capture.url, 200, fields, body, "length" if cut else None)
            intake.take_in_kept(capture, page)


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
        away = partial(put_away, store, intake, writer, config.polite.max_bytes)
        pages = Pages(store, away, tell=tell, room=room, now=now, step=step)
        files = Warcs(
            store, keeping, shelf, tell=tell, room=room, link=wish.link, step=step, info=info
        )
        shards = Shards(store.conn, config, profiles, intake, tell=tell, step=step)
        importer = Importer(files, pages, shards, wish=wish, tell=tell, done=done)
        importer.run()
        pages.flush()
        for sealed in writer.seal():
            store.save_warc(sealed.file, sealed.bytes, sealed.sha256, sealed.sealed_at)
            done.warcs.append(sealed.file)
    keeping.settle()
    done.stories_new, done.stories_changed = assemble_all(store)
    count_lacking(importer.opened, store)
