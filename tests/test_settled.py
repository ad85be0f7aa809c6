"""WARCs that lie as they did are not looked at again; whatever has changed is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import settled
from storykeep.archive import Archive
from storykeep.clock import Clock
from storykeep.store import Store
from storykeep.store.settling import warcs_in_turn
from storykeep.warc import manifest, state_of
from tests.archives import PROSE, ROBOTS_FREE, answer, make_archive, rows, story_page
from tests.site import RawServer

PAGES = {
    "/robots.txt": ROBOTS_FREE,
    "/": answer(story_page("The Lamp", "Ana", PROSE)),
}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive after its first run, of which all is due again at once."""
    with RawServer(PAGES) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        assert archive.run().damage == []
        yield archive


def remembered(archive: Archive) -> bool:
    """Return whether the archive remembers that its WARCs lie as they do."""
    with Store.open(archive.config.archive.database) as store:
        return store.settled() == state_of(archive.config.archive.warcs).digest


def test_each_run_leaves_the_folder_known(archive: Archive) -> None:
    """Also the second, which has written one more file: nothing but that is new since."""
    folder = archive.config.archive.warcs
    before = state_of(folder)
    assert remembered(archive)
    (new,) = archive.run().warcs
    assert remembered(archive)
    after = state_of(folder)
    assert after.digest != before.digest
    assert after.is_but_for([new], before.digest)
    assert not after.is_but_for([], before.digest)
    assert not after.is_but_for(["other.warc.gz"], before.digest)
    assert not after.is_but_for([new], None)


def test_a_file_that_is_not_as_it_was_sealed_is_told_by_each_run(archive: Archive) -> None:
    """One that was cut, and one that is missing: until it is back."""
    folder = archive.config.archive.warcs
    first = folder / manifest(folder)[0].file
    whole = first.read_bytes()
    first.write_bytes(whole[:-1])
    for _ in range(2):
        assert [each.startswith(f"{first.name} has") for each in archive.run().damage] == [True]
    first.unlink()
    for _ in range(2):
        assert archive.run().damage == [f"{first.name} is missing"]
    first.write_bytes(whole)
    assert archive.run().damage == []
    assert remembered(archive)
    assert archive.verify().damage == []


def test_of_many_files_the_sizes_are_looked_at_in_turn(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was cut is found when its turn comes, and told by each run from then on."""
    monkeypatch.setattr(settled, "AT_ONCE", 2)
    folder = archive.config.archive.warcs
    while len(manifest(folder)) < 7:
        assert archive.run().damage == []
    cut = folder / manifest(folder)[4].file
    whole = cut.read_bytes()
    cut.write_bytes(whole[:-1])
    told = [archive.run().damage for _ in range(8)]
    first = next(place for place, damage in enumerate(told) if damage)
    assert first <= len(manifest(folder)) // 2
    assert all(damage[0].startswith(f"{cut.name} has") for damage in told[first:])
    cut.write_bytes(whole)
    assert archive.run().damage == []
    assert remembered(archive)
    cut.unlink()  # which needs no turn
    assert archive.run().damage == [f"{cut.name} is missing"]


@given(st.integers(0, 9), st.integers(1, 9))
def test_each_file_has_its_turn(files: int, most: int) -> None:
    """However many are asked for at a time: none comes again before all others came."""
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE TABLE warc (file TEXT PRIMARY KEY, bytes INTEGER)")
        conn.execute("CREATE TABLE settled (place TEXT PRIMARY KEY, state TEXT NOT NULL)")
        names = [f"{n}.warc.gz" for n in range(files)]
        conn.executemany("INSERT INTO warc VALUES (?, 1)", [(name,) for name in names])
        found = [[name for name, _ in warcs_in_turn(conn, most)] for _ in range(5)]
    assert all(len(each) == min(most, files) for each in found)
    assert all(sorted(each) == names for each in found if most >= files)
    if most < files:
        turn = [names.index(name) for each in found for name in each]
        assert all((one + 1) % files == two for one, two in pairwise(turn))


def test_a_file_that_came_from_elsewhere_is_taken_in(archive: Archive, tmp_path: Path) -> None:
    """One that a run on a copy has written, brought here without its line in the manifest."""
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("copy"))
    other = make_archive(copy, archive.config.sources[0].start, source='every = "0s"')
    ahead = datetime(2031, 1, 1, tzinfo=UTC).timestamp()
    other.clock = Clock(lambda: ahead, lambda: 0.0, lambda seconds: None)
    (new,) = Archive(other.config, clock=other.clock).run().warcs
    shutil.copy(copy / "warcs" / new, archive.config.archive.warcs / new)
    known = rows(archive, "SELECT count(*) FROM capture")[0][0]
    report = archive.run()
    assert any("took in 2" in each for each in report.healed)
    assert rows(archive, "SELECT count(*) FROM capture")[0][0] == known + 2 + report.captures
    assert remembered(archive)
