"""A run that dies while it seals its files leaves work for the next one, and no damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.store import Store
from storykeep.verify import verify
from storykeep.warc import Writer, files
from storykeep.warc.folder import MANIFEST
from tests.archives import PROSE, ROBOTS_FREE, answer, dump, story_page, write_config
from tests.site import RawServer

STEPS = [
    (os, "open"), (os, "write"), (os, "fsync"), (os, "rename"), (os, "replace"), (os, "unlink"),
    (Store, "save_warc"), (Store, "save_run"), (Store, "finish"),
]  # fmt: skip


def site() -> dict[str, bytes]:
    links = "".join(f'<a href="{n}.html">{n}</a>' for n in range(3))
    pages = {f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", PROSE)) for n in range(3)}
    index = answer(f"<html><body>{links}</body></html>".encode())
    return {"/robots.txt": ROBOTS_FREE, "/": index, **pages}


def run_until(folder: Path, count: int, small: int, *, behind: bool) -> bool:
    """Run in a process of its own that dies at step *count* of sealing; return whether it did."""
    child = os.fork()
    if not child:
        try:
            _die_at(count, small, behind=behind)
            Archive(load(folder / "config.toml")).run()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _die_at(count: int, small: int, *, behind: bool) -> None:
    left, sealing = [count], [False]

    def dying(real: Callable) -> Callable:
        def step(*args, **options):
            left[0] -= sealing[0]
            if left[0] < 0 and not behind:
                os._exit(9)
            done = real(*args, **options)
            if left[0] < 0:
                os._exit(9)
            return done

        return step

    def began(writer: Writer, *args):
        sealing[0] = True
        return finish(writer, *args)

    for where, name in STEPS:
        setattr(where, name, dying(getattr(where, name)))
    finish, Writer._finish_file = Writer._finish_file, began
    begin = Writer.__init__

    def small_files(writer: Writer, *args, **options) -> None:
        begin(writer, *args, **{**options, "max_bytes": small})

    if small:
        Writer.__init__ = small_files


@pytest.mark.parametrize(
    ("small", "behind"),
    [
        pytest.param(0, False, id="before the step"),
        pytest.param(0, True, id="behind the step"),
        pytest.param(1500, False, id="several files"),
    ],
)
def test_a_kill_at_any_step_of_sealing_is_no_damage(
    tmp_path: Path, small: int, *, behind: bool
) -> None:
    """verify alarms nobody, has a word for what is left, and none after the next run."""
    died, count, noted, tries = True, 0, 0, 0
    with RawServer(site()) as server:
        while died:
            folder = tmp_path / str(count)
            folder.mkdir()
            write_config(folder, [server.url("/")])
            died = run_until(folder, count, small, behind=behind)
            archive = Archive(load(folder / "config.toml"))
            found = archive.verify()
            assert found.damage == [], count
            noted += bool(found.notes)
            archive.run()
            again = archive.verify()
            assert (again.damage, again.notes) == ([], []), count
            tries += 1
            count += 4 if small else 1
    assert tries > 8
    assert noted > 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    with RawServer(site()) as server:
        write_config(folder, [server.url("/")])
        Archive(load(folder / "config.toml")).run()
    return folder


def left_by_a_kill(whole: Path, folder: Path, *, listed: bool, captures: int) -> Archive:
    """Return an archive whose last file has no row, nor the last *captures* of it."""
    shutil.copytree(whole, folder)
    archive = Archive(load(folder / "config.toml"))
    with closing(sqlite3.connect(archive.config.archive.database)) as conn:
        conn.execute("DELETE FROM warc")
        last = "SELECT id FROM capture ORDER BY id DESC LIMIT ?"
        for statement in (
            "DELETE FROM outline WHERE capture IN",
            "DELETE FROM part WHERE capture IN",
            "DELETE FROM event WHERE capture IN",
            "UPDATE version SET capture = NULL WHERE capture IN",
            "UPDATE page SET last_capture = NULL WHERE last_capture IN",
            "DELETE FROM capture WHERE id IN",
        ):
            conn.execute(f"{statement} ({last})", (captures,))
        # Stories of a capture are made after its row: nothing was made of these yet.
        conn.execute("UPDATE host SET assembled = 0")
        conn.execute("DELETE FROM settled")  # which is said at the end of a run
        conn.execute("UPDATE story SET record_sha256 = ''")
        conn.commit()
    if not listed:
        (archive.config.archive.warcs / MANIFEST).unlink()
    return archive


@pytest.mark.parametrize("listed", [True, False])
def test_captures_that_the_next_run_takes_in_are_a_note(
    whole: Path, tmp_path: Path, *, listed: bool
) -> None:
    """The WARC was written, and the process died before the row was."""
    archive = left_by_a_kill(whole, tmp_path / "mine", listed=listed, captures=1)
    found = archive.verify()
    assert found.damage == []
    name = files(archive.config.archive.warcs)[0].name
    assert [name in note and "next run" in note for note in found.notes] == [True]
    archive.run()
    again = archive.verify()
    assert (again.damage, again.notes) == ([], [])
    reference = Archive(load(whole / "config.toml"))
    assert len(dump(archive)) == len(dump(reference))


def test_what_no_kill_leaves_is_damage(whole: Path, tmp_path: Path) -> None:
    """A file that is not what the manifest lists, or a row in the midst that is not there."""
    archive = left_by_a_kill(whole, tmp_path / "mine", listed=True, captures=1)
    archived = archive.config.archive
    path = files(archived.warcs)[0]
    data = path.read_bytes()
    path.write_bytes(data[:-900])
    assert {each.file for each in verify(archived.warcs, archived.database).damage} == {path.name}
    path.write_bytes(data)
    with closing(sqlite3.connect(archived.database)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("DELETE FROM capture WHERE id = 2")
        conn.commit()
    assert verify(archived.warcs, archived.database).damage
