"""What a disk has damaged is mended: the rest stays, what is lost is due again, all bytes are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.verify import verify
from storykeep.warc import Unit, files, scan
from tests.archives import dump, rows
from tests.damage import members
from tests.stocked import HOST, bodies, stock


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive that nobody damages."""
    folder = tmp_path_factory.mktemp("whole")
    stock(folder)
    return folder


@pytest.fixture
def archive(whole: Path, tmp_path: Path) -> Archive:
    """Return an archive of one's own."""
    return copied(whole, tmp_path / "mine")


def copied(whole: Path, folder: Path) -> Archive:
    shutil.copytree(whole, folder)
    return Archive(load(folder / "config.toml"))


def warcs(archive: Archive) -> list[Path]:
    return files(archive.config.archive.warcs)


def state(archive: Archive) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of every file but the lock."""
    folder = archive.config.folder
    found = (path for path in folder.rglob("*") if path.is_file() and ".lock" not in path.name)
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def damage_member(path: Path, place: int) -> None:
    """Put zeros into the middle of the member at *place*."""
    data = path.read_bytes()
    member = members(data)[place]
    middle = (member.start + member.end) // 2
    path.write_bytes(data[: middle - 8] + b"\0" * 16 + data[middle + 8 :])


def check_whole(archive: Archive) -> None:
    """Nothing is damaged, a second repair finds nothing, and a rebuild gives the same database."""
    found = verify(archive.config.archive.warcs, archive.config.archive.database)
    assert found.damage == []
    before = state(archive)
    again = archive.repair()
    assert again.found_nothing()
    assert again.is_whole()
    assert state(archive) == before
    once = dump(archive)
    archive.rebuild()
    assert dump(archive) == once


def due(archive: Archive) -> set[str]:
    """Return the addresses that a run would ask for, whatever was asked for lately."""
    return {url for (url,) in rows(archive, "SELECT url FROM page WHERE state = 'due'")}


def test_nothing_is_touched_where_nothing_is_damaged(archive: Archive) -> None:
    """A whole archive stays as it is, to the time of its files."""
    before = state(archive)
    done = archive.repair()
    assert done.found_nothing()
    assert (done.files, done.captures) == (3, 21)
    assert state(archive) == before


def test_an_empty_archive_is_whole(tmp_path: Path, whole: Path) -> None:
    """No WARC, no database: nothing is made."""
    shutil.copy(whole / "config.toml", tmp_path)
    done = Archive(load(tmp_path / "config.toml")).repair()
    assert done.found_nothing()
    assert [path.name for path in tmp_path.iterdir() if ".lock" not in path.name] == ["config.toml"]


def test_a_damaged_answer_is_due_again_and_the_rest_is_kept(archive: Archive) -> None:
    """The story that cannot be read is lost, told, and asked for again; no byte is thrown away."""
    path = warcs(archive)[0]
    captures = [each.capture for each in scan(path) if isinstance(each, Unit)]
    before = bodies(archive)
    damage_member(path, 3 * 3)  # warcinfo, robots, index, 0.html: the answer
    damaged = path.read_bytes()
    done = archive.repair()
    (lost,) = done.lost
    assert (lost.url, lost.record_id) == (f"{HOST}/0.html", captures[2].record_id)
    (mended,) = done.mended
    assert (mended.file, mended.done, mended.lost) == (path.name, "mended", 1)
    assert (path.parent / mended.aside).read_bytes() == damaged
    assert done.unread == 2
    after = bodies(archive)
    assert after == {key: before[key] for key in after}
    assert len(after) == len(before) - 3  # the story and two revisits of it
    assert due(archive) == {f"{HOST}/0.html"}
    assert rows(archive, "SELECT url, kind FROM attempt WHERE kind = 'lost'") == [
        (lost.url, "lost")
    ]
    assert done.database_aside is not None
    check_whole(archive)
