"""What a disk has damaged is mended: the rest stays, what is lost is due again, all bytes are kept."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from storykeep import lock
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import StoreError, StorykeepError, UsageError
from storykeep.verify import verify
from storykeep.warc import FailureRecord, Sealed, Unit, files, manifest, scan
from tests.archives import ROBOTS_FREE, answer, command, dump, make_archive, rows
from tests.damage import Folder, _digested, _join, members, pack
from tests.site import RawServer
from tests.stocked import HOST, bodies, index, stock, tale
from tests.test_warc_checkers import check
from tests.test_warc_digest import alter


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


def damage_member(path: Path, *places: int) -> None:
    """Put zeros into the middle of the members at *places*."""
    data = bytearray(path.read_bytes())
    found = members(bytes(data))
    for place in places:
        middle = (found[place].start + found[place].end) // 2
        data[middle - 8 : middle + 8] = bytes(16)
    path.write_bytes(data)


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


def lose(archive: Archive, *places: int) -> Path:
    """Damage the answer of the first story, or other members of its file; return that."""
    path = warcs(archive)[0]
    damage_member(path, *(places or (9,)))
    return path


@pytest.mark.parametrize("place", [7, 8], ids=["request", "metadata"])
def test_an_answer_is_kept_without_the_records_beside_it(archive: Archive, place: int) -> None:
    """Only its request or metadata is damaged: the capture stays, row and all."""
    before = bodies(archive)
    told = rows(archive, "SELECT url, source, via, hops, payload_sha256 FROM capture ORDER BY id")
    lose(archive, place)
    done = archive.repair()
    assert done.is_whole()
    assert done.mended[0].lost == 0
    assert bodies(archive) == before
    assert told == rows(
        archive, "SELECT url, source, via, hops, payload_sha256 FROM capture ORDER BY id"
    )
    assert due(archive) == set()
    check_whole(archive)


@pytest.mark.parametrize("place", [7, 8, 9], ids=["request", "metadata", "answer"])
def test_other_checkers_pass_what_was_mended(archive: Archive, place: int) -> None:
    """warcio's and FastWARC's checks find every record of the new file as it should be."""
    path = lose(archive, place)
    archive.repair()
    for tool in ("warcio", "fastwarc"):
        done = check(tool, str(path))
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_altered_answer_is_no_capture(archive: Archive) -> None:
    """Its checksum is right and its digest is not: it is lost, and its bytes are kept aside."""
    path = warcs(archive)[0]
    alter(path, b"Tale 0", b"Tail 0")
    done = archive.repair()
    assert {lost.url for lost in done.lost} == {f"{HOST}/", f"{HOST}/0.html"} or len(done.lost) == 1
    assert b"".join(bodies(archive).values()).count(b"Tail 0") == 0
    check_whole(archive)


def test_a_missing_file_is_made_again_with_notes(archive: Archive) -> None:
    """All that it held is due again; who looks into the folder finds out why."""
    path = warcs(archive)[0]
    path.unlink()
    done = archive.repair()
    assert len(done.lost) == 7
    assert done.mended[0].done == "made again"
    assert [each.failure.kind for each in scan(path) if isinstance(each, FailureRecord)] == [
        "lost"
    ] * 7
    assert due(archive) == {f"{HOST}/", *(f"{HOST}/{number}.html" for number in range(5))}
    check_whole(archive)


def test_what_only_revisits_tell_of_is_due_again(archive: Archive) -> None:
    """No file, no database: the answers that were the same later say that there was one."""
    warcs(archive)[0].unlink()
    archive.config.archive.database.unlink()
    done = archive.repair()
    # The index and the stories, as two later runs found them; robots.txt was stored whole each time.
    assert {lost.url for lost in done.lost} == {f"{HOST}/", *(f"{HOST}/{n}.html" for n in range(5))}
    assert not done.is_whole()
    check_whole(archive)


def test_a_file_of_which_nothing_is_known_is_given_up_aloud(archive: Archive) -> None:
    """Its line leaves the manifest as a remark, and the exit code says that something is lost."""
    path = warcs(archive)[-1]
    path.unlink()
    archive.config.archive.database.unlink()
    done = archive.repair()
    assert [each.file for each in done.unknown] == [path.name]
    assert not done.is_whole()
    assert path.name not in {each.file for each in manifest(path.parent)}
    check_whole(archive)


@pytest.mark.parametrize("left", [0, 1], ids=["nothing", "the warcinfo"])
def test_a_file_cut_between_records_is_no_silent_loss(archive: Archive, left: int) -> None:
    """No database, and what is left is whole: the manifest tells that there was more."""
    path = warcs(archive)[-1]
    data = path.read_bytes()
    path.write_bytes(data[: members(data)[left].start])
    archive.config.archive.database.unlink()
    done = archive.repair()
    assert [each.end for each in done.unknown] == [len(data)]
    assert not done.is_whole()
    check_whole(archive)


def test_swapped_files_are_put_back(archive: Archive) -> None:
    """Two names changed hands: both files are as they were sealed, and nothing is lost."""
    before = bodies(archive)
    one, two, _ = warcs(archive)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    done = archive.repair()
    assert [each.done for each in done.mended] == ["put back", "put back"]
    assert (one.read_bytes(), two.read_bytes()) == (first, second)
    assert bodies(archive) == before
    assert done.is_whole()
    check_whole(archive)


def test_swapped_files_find_their_names_by_themselves(archive: Archive) -> None:
    """No manifest, no database: each file says which one it is."""
    told, before = dump(archive), bodies(archive)
    one, two, _ = warcs(archive)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    archive.config.archive.database.unlink()
    (one.parent / "manifest-sha256.txt").unlink()
    done = archive.repair()
    assert done.is_whole()
    assert (one.read_bytes(), two.read_bytes()) == (first, second)
    assert bodies(archive) == before
    assert [line for line in dump(archive) if not line.startswith("warc\t")] == [
        line for line in told if not line.startswith("warc\t")
    ]
    check_whole(archive)


def test_a_file_that_was_renamed_gets_its_name_back(archive: Archive) -> None:
    """Rows and revisits know it by its own name only."""
    told = dump(archive)
    path = warcs(archive)[0]
    sealed = path.read_bytes()
    path.rename(path.with_name("mine.warc.gz"))
    done = archive.repair()
    assert done.is_whole()
    assert path.read_bytes() == sealed
    assert not path.with_name("mine.warc.gz").exists()
    assert dump(archive) == told
    check_whole(archive)


def test_junk_behind_the_end_goes(archive: Archive) -> None:
    """The file is again what was sealed, the junk is in the file aside, nothing was lost."""
    path = warcs(archive)[1]
    sealed = path.read_bytes()
    path.write_bytes(sealed + b"\0\0 junk")
    done = archive.repair()
    assert done.is_whole()
    assert (done.mended[0].done, path.read_bytes()) == ("put back", sealed)
    assert (path.parent / done.mended[0].aside).read_bytes() == sealed + b"\0\0 junk"
    check_whole(archive)


def test_a_file_without_anything_whole_is_set_aside(archive: Archive) -> None:
    """What is no WARC is kept under another name, and the archive is whole without it."""
    path = archive.config.archive.warcs / "junk.warc.gz"
    path.write_bytes(b"no WARC at all")
    done = archive.repair()
    assert [(each.file, each.done) for each in done.mended] == [("junk.warc.gz", "set aside")]
    assert path.with_name("junk.warc.gz.damaged").read_bytes() == b"no WARC at all"
    assert not path.exists()
    check_whole(archive)


# ---- the manifest and the database


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: None,
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"# size", b"# sise", 1),
        lambda data: bytes([data[0] ^ 0x80]) + data[1:],
        lambda data: data[:80] + bytes([data[80] ^ 1]) + data[81:],
        lambda data: data + data,
        lambda data: b"",
    ],
    ids=["missing", "cut", "a remark", "no UTF-8", "a digest", "twice", "empty"],
)
def test_a_damaged_manifest_is_made_again(archive: Archive, damage) -> None:
    """The files and the database agree on what it said; the old one is kept."""
    path = archive.config.archive.warcs / "manifest-sha256.txt"
    before = path.read_bytes()
    damaged = damage(before)
    if damaged is None:
        path.unlink()
    else:
        path.write_bytes(damaged)
    told = dump(archive)
    done = archive.repair()
    assert not done.found_nothing()
    assert done.is_whole()
    assert sorted(manifest(path.parent), key=lambda each: each.file) == sorted(
        parsed(before, path.with_name("then")), key=lambda each: each.file
    )
    assert dump(archive) == told
    if damaged is not None:
        aside = list(path.parent.glob("manifest*.damaged*"))
        assert (
            damaged in [each.read_bytes() for each in aside] or b"# replaced" in path.read_bytes()
        )
    check_whole(archive)


def parsed(data: bytes, folder: Path) -> list[Sealed]:
    folder.mkdir()
    (folder / "manifest-sha256.txt").write_bytes(data)
    return manifest(folder)


def test_a_damaged_database_is_made_again_and_kept(archive: Archive) -> None:
    """Zeros over its pages: the old one is kept aside, the new one is that of the WARCs."""
    database = archive.config.archive.database
    told = dump(archive)
    data = bytearray(database.read_bytes())
    for at in range(4096 * 4, len(data), 4096 * 3):
        data[at : at + 2000] = bytes(2000)
    database.write_bytes(data)
    done = archive.repair()
    assert done.database
    assert done.is_whole()
    assert done.database_aside is not None
    assert done.database_aside.read_bytes() == data
    assert dump(archive) == told
    check_whole(archive)


def test_no_database_is_made_from_the_files(archive: Archive) -> None:
    """It was deleted: it is there again, and nothing else was touched."""
    told = dump(archive)
    archive.config.archive.database.unlink()
    done = archive.repair()
    assert (done.database, done.mended, done.is_whole()) == ("there was none", [], True)
    assert dump(archive) == told


def test_another_programs_database_is_refused(archive: Archive) -> None:
    """Nothing is changed."""
    archive.config.archive.database.unlink()
    with closing(sqlite3.connect(archive.config.archive.database)) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE story (id INTEGER)")
    lose(archive)
    before = state(archive)
    with pytest.raises(StoreError, match="not a Storykeep database"):
        archive.repair()
    assert state(archive) == before


def test_an_archive_whose_disk_is_away_is_not_taken_for_lost(archive: Archive) -> None:
    """An empty folder of WARCs: who has pulled out a disk loses nothing by a repair."""
    folder = archive.config.archive.warcs
    folder.rename(folder.with_name("elsewhere"))
    for there in (False, True):
        if there:
            folder.mkdir()
        with pytest.raises(StoreError, match="3 WARC files should be"):
            archive.repair()
    folder.rmdir()
    folder.with_name("elsewhere").rename(folder)
    assert archive.repair().found_nothing()


@pytest.mark.parametrize("is_there", [False, True], ids=["no folder", "an empty folder"])
def test_a_copy_fills_the_folder_again(archive: Archive, whole: Path, is_there: bool) -> None:
    """What the hint of a lost folder promises: every file comes back, and the manifest."""
    told = dump(archive)
    folder = archive.config.archive.warcs
    sealed = {path.name: path.read_bytes() for path in warcs(archive)}
    shutil.rmtree(folder)
    if is_there:
        folder.mkdir()
    foreseen = archive.repair(whole, dry_run=True)
    assert {each.done for each in foreseen.mended} == {"put back"}
    assert folder.is_dir() == is_there
    done = archive.repair(whole)
    assert ({each.done for each in done.mended}, done.lost) == ({"put back"}, [])
    assert {path.name: path.read_bytes() for path in warcs(archive)} == sealed
    assert dump(archive) == told
    check_whole(archive)


@pytest.mark.parametrize("is_dry", [False, True], ids=["done", "foreseen"])
@pytest.mark.parametrize("form", ["unpacked", "as one member"])
def test_a_file_that_was_packed_otherwise_is_packed_as_it_was(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, is_dry: bool
) -> None:
    """gunzip and gzip lose no record: the file comes back byte for byte, and nothing is lost."""
    path = warcs(archive)[1]
    sealed = path.read_bytes()
    told = dump(archive)
    plain = gzip.decompress(sealed)
    if form == "unpacked":
        path.with_suffix("").write_bytes(plain)
        path.unlink()
    else:
        path.write_bytes(gzip.compress(plain))
    monkeypatch.setattr(tempfile, "tempdir", str(room := tmp_path / "room"))
    room.mkdir()
    done = archive.repair(dry_run=is_dry)
    assert list(room.iterdir()) == []
    assert ([each.done for each in done.mended], done.lost) == (["put back"], [])
    if is_dry:
        assert not path.exists() or path.read_bytes() != sealed
        return
    assert path.read_bytes() == sealed
    assert dump(archive) == told
    check_whole(archive)


def test_a_file_that_was_unpacked_and_damaged_gives_what_is_whole(archive: Archive) -> None:
    """Of an unpacked file with a hole each whole capture is kept; what a repair gave up comes back."""
    path = warcs(archive)[0]
    sealed = path.read_bytes()
    plain = bytearray(gzip.decompress(sealed))
    middle = plain.index(b"Tale 1.")
    plain[middle : middle + 4] = b"\0\0\0\0"
    path.with_suffix("").write_bytes(plain)
    path.unlink()
    done = archive.repair()
    assert [each.url for each in done.lost] == [f"{HOST}/1.html"]
    path.with_suffix("").unlink()  # verify looks at it as well, and it is damaged
    check_whole(archive)
    path.with_suffix("").write_bytes(gzip.decompress(sealed))
    damage_member(path, 8)
    done = archive.repair()
    assert ([each.done for each in done.mended], done.lost) == (["put back"], [])
    assert path.read_bytes() == sealed
    check_whole(archive)


# ---- from a copy


def test_the_very_file_is_put_back_from_a_copy(archive: Archive, whole: Path) -> None:
    """The copy has the file with the SHA-256 of our manifest: it takes its place, byte for byte."""
    path = warcs(archive)[0]
    sealed = path.read_bytes()
    told = dump(archive)
    lose(archive)
    done = archive.repair(whole)
    assert (done.mended[0].done, done.mended[0].from_copy) == ("put back", 1)
    assert [each.url for each in done.restored] == [f"{HOST}/0.html"]
    assert (done.lost, path.read_bytes()) == ([], sealed)
    assert dump(archive) == told
    check_whole(archive)


def test_what_a_repair_gave_up_comes_back_from_a_copy_later(archive: Archive, whole: Path) -> None:
    """The notes of the lost captures make room for them."""
    told = dump(archive)
    path = lose(archive)
    warcs(archive)[1].unlink()
    assert len(archive.repair().lost) == 8
    done = archive.repair(whole / "warcs")
    assert {each.done for each in done.mended} == {"put back"}
    assert len(done.restored) == 8
    assert dump(archive) == told
    assert archive.repair(whole).found_nothing()
    assert path.exists()
    check_whole(archive)


def test_two_damaged_copies_make_one_whole(archive: Archive, whole: Path, tmp_path: Path) -> None:
    """Each lacks what the other has: unit by unit the file becomes again what was sealed."""
    other = copied(whole, tmp_path / "other")
    sealed = warcs(archive)[0].read_bytes()
    lose(archive, 4, 9)
    lose(other, 0, 12)
    before = state(other)
    done = archive.repair(other.config.folder)
    assert done.is_whole()
    assert (done.mended[0].done, done.mended[0].from_copy) == ("put back", 1)
    assert warcs(archive)[0].read_bytes() == sealed
    assert state(other) == before
    check_whole(archive)


def test_what_came_back_byte_for_byte_is_not_called_lost(
    archive: Archive, whole: Path, tmp_path: Path
) -> None:
    """Without a database nothing says what damaged bytes were; that the file is whole again does."""
    other = copied(whole, tmp_path / "other")
    sealed = warcs(archive)[0].read_bytes()
    place = members(sealed)
    data = bytearray(sealed)
    data[place[9].start : place[9].end] = bytes(place[9].end - place[9].start)
    warcs(archive)[0].write_bytes(data)
    lose(other, 0, 12)
    archive.config.archive.database.unlink()
    done = archive.repair(other.config.folder)
    assert warcs(archive)[0].read_bytes() == sealed
    assert done.mended[0].done == "put back"
    assert done.unknown == []
    assert done.is_whole()
    check_whole(archive)


def test_a_copy_under_other_names_gives_single_captures(
    archive: Archive, whole: Path, tmp_path: Path
) -> None:
    """A folder with one file of another name and other bytes: the captures are found by their ids."""
    folder = tmp_path / "loose"
    folder.mkdir()
    data = b"".join(path.read_bytes() for path in files(whole / "warcs"))
    (folder / "all.warc.gz").write_bytes(data[:9000] + b"\0" * 30 + data[9030:])
    before = bodies(archive)
    lose(archive)
    done = archive.repair(folder)
    assert [each.url for each in done.restored] == [f"{HOST}/0.html"]
    assert done.is_whole()
    assert bodies(archive) == before
    check_whole(archive)


def test_a_copy_that_lies_is_not_believed(archive: Archive, whole: Path, tmp_path: Path) -> None:
    """Another payload under every digest counted again, as our row does not tell it: refused."""
    other = copied(whole, tmp_path / "other")
    folder = Folder(other.config.archive.warcs, Random(1))
    name = warcs(archive)[0].name
    at = folder.members[name][9]
    text = at.text.replace(b"The keeper counted", b"The keeper forgets", 1)
    head, block = text.split(b"\r\n\r\n", 1)[0], text.split(b"\r\n\r\n", 1)[1][:-4]
    new = pack(_join(_digested(head, block), block))
    pieces = folder.pieces(name)
    pieces[9], pieces[8] = new, b""
    folder.write(name, pieces)
    lose(archive)
    done = archive.repair(other.config.folder)
    assert [lost.url for lost in done.lost] == [f"{HOST}/0.html"]
    assert done.restored == []
    check_whole(archive)


def test_a_copy_that_is_none_is_refused(archive: Archive, tmp_path: Path) -> None:
    """No folder, a folder without WARCs, this archive itself."""
    for copy in (
        tmp_path / "nowhere",
        tmp_path,
        archive.config.folder,
        archive.config.archive.warcs,
    ):
        with pytest.raises(UsageError):
            archive.repair(copy)


# ---- a kill at any point

_STEPS = ("fsync", "rename", "replace", "link", "unlink")


class Died(BaseException):
    """The process is gone: nothing catches this, and nothing works after it."""


@contextmanager
def dies_at(count: int, monkeypatch: pytest.MonkeyPatch, *, behind: bool) -> Iterator[list[str]]:
    """Let the process die at its step number *count*; yield the steps that were begun."""
    steps: list[str] = []

    def dying(name: str, real: Callable) -> Callable:
        def step(*args, **options):
            steps.append(name)
            if len(steps) > count:
                if len(steps) == count + 1 and behind:
                    real(*args, **options)
                raise Died
            return real(*args, **options)

        return step

    with monkeypatch.context() as patch:
        for name in _STEPS:
            patch.setattr(os, name, dying(name, getattr(os, name)))
        yield steps


@pytest.mark.parametrize("behind", [False, True], ids=["before the step", "behind the step"])
def test_a_repair_that_dies_at_any_step_is_finished_by_the_next(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, behind: bool
) -> None:
    """Each sync, rename, link and unlink in turn: no whole capture is lost, and all is whole then."""
    count, died, wanted = 0, True, None
    while died:
        archive = copied(whole, tmp_path / str(count))
        lose(archive)
        warcs(archive)[1].unlink()
        untouched = set(bodies(archive))
        with dies_at(count, monkeypatch, behind=behind) as steps:
            died = False
            try:
                archive.repair()
            except Died:
                died = True
        assert untouched <= set(bodies(archive)), steps
        done = archive.repair()
        assert done.is_whole() or {lost.url for lost in done.lost} >= {f"{HOST}/0.html"}
        wanted = wanted or due(archive)
        assert due(archive) == wanted, steps
        assert untouched <= set(bodies(archive)), steps
        found = verify(archive.config.archive.warcs, archive.config.archive.database)
        assert found.damage == [], steps
        assert archive.repair().found_nothing(), steps
        asides = [each for each in archive.config.archive.warcs.iterdir() if "damaged" in each.name]
        assert len(asides) == 1, steps
        shutil.rmtree(tmp_path / str(count))
        count += 1
    assert count > 12


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_takes_no_more_is_an_error_in_words(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """What was there is there; the next repair does it."""
    lose(archive)
    before = bodies(archive)

    def refuses(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuses)
        with pytest.raises(StorykeepError) as caught:
            archive.repair()
    assert caught.value.hint
    assert bodies(archive) == before
    assert len(archive.repair().lost) == 1
    check_whole(archive)


# ---- as a person sees it


def test_the_command_says_what_it_did(archive: Archive, whole: Path) -> None:
    """Dry run, repair, repair again, from a copy: words, exit codes, JSON."""
    folder = archive.config.folder
    assert command("repair", folder=folder).returncode == 0
    path = lose(archive)
    before = state(archive)
    dry = command("repair", "--dry-run", folder=folder)
    assert (dry.returncode, state(archive)) == (6, before)
    assert f"lost: {HOST}/0.html" in dry.stdout
    assert "nothing was changed" in dry.stdout
    done = command("repair", folder=folder)
    assert done.returncode == 6
    assert f"kept as {path.name}.damaged" in done.stdout
    assert f"lost: {HOST}/0.html" in done.stdout
    assert "archive.db.before-repair-1" in done.stderr
    again = command("repair", "--json", folder=folder)
    assert again.returncode == 0
    assert json.loads(again.stdout)["lost"] == []
    copy = command("repair", "--from", str(whole), "--json", folder=folder)
    assert copy.returncode == 0
    (mended,) = json.loads(copy.stdout)["mended"]
    assert (mended["done"], mended["from_copy"]) == ("put back", 1)
    nowhere = command("repair", "--from", str(whole / "nowhere"), folder=folder)
    assert nowhere.returncode == 2
    assert "hint: " in nowhere.stderr


def test_the_command_speaks_of_no_copy_where_there_is_none(archive: Archive) -> None:
    """A file that was unpacked here comes back from what lies here; a second one has nothing new."""
    first, second = warcs(archive)[:2]
    second.with_suffix("").write_bytes(gzip.decompress(second.read_bytes()))
    second.unlink()
    twin = first.with_name("storykeep-20200101000000-00000.warc.gz")
    shutil.copy(first, twin)
    done = command("repair", folder=archive.config.folder)
    assert done.returncode == 0
    assert f"{second.name}: put back byte for byte as it was sealed" in done.stdout
    assert "from another file" in done.stdout
    assert f"{twin.name}: nothing in it is whole that other files lack" in done.stdout
    assert "copy" not in done.stdout
    check_whole(archive)


def test_a_locked_archive_is_left_alone(archive: Archive) -> None:
    """Exit code 5 while somebody writes."""
    lose(archive)
    before = state(archive)
    config = archive.config.archive
    with lock.hold(config.database, config.warcs, "run"):
        assert command("repair", folder=archive.config.folder).returncode == 5
    after = {name: told for name, told in state(archive).items() if ".lock" not in name}
    assert after == before


def test_a_run_goes_on_beside_damage_and_says_so(tmp_path: Path) -> None:
    """A file is cut: the run does its work, tells it, and names the command; then it all comes back."""
    script = {"/robots.txt": ROBOTS_FREE, "/": index(3)}
    script |= {f"/{number}.html": tale(number) for number in range(3)}
    with RawServer({**script, "*": answer(b"gone", status="404 Not Found")}) as server:
        archive = stock(tmp_path, count=3, host=server.url("/").rstrip("/"))
        path = warcs(archive)[0]
        path.write_bytes(path.read_bytes()[:4000])
        report = archive.run()
        assert len(report.damage) == 1
        assert path.name in report.damage[0]
        said = command("run", folder=tmp_path)
        assert said.returncode == 0
        assert "storykeep repair" in said.stderr
        done = archive.repair()
        assert done.lost
        lost = {each.url for each in done.lost}
        assert {url for url in lost if "robots" not in url} <= due(archive)
        report = archive.run()
    assert report.damage == []
    got = {
        url for (url,) in rows(archive, f"SELECT url FROM capture WHERE warc = '{report.warcs[0]}'")
    }
    assert lost <= got | {server.url("/robots.txt")}
    assert due(archive) == set()
    assert rows(archive, "SELECT count(*) FROM story") == [(3,)]
    check_whole(archive)


def test_what_no_source_asks_for_is_named_with_its_command(tmp_path: Path) -> None:
    """A page that was added by hand is not due in any run: the words to type are said."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "*": tale(1)}) as server:
        url = server.url("/alone.html")
        archive = make_archive(tmp_path, ["http://127.0.0.1:9/"])
        archive.add([url])
    path = warcs(archive)[0]
    place = [each.kind for each in members(path.read_bytes())].index("response", 5)
    damage_member(path, place)
    done = command("repair", folder=tmp_path)
    assert done.returncode == 6
    assert f"add {url}" in done.stderr
