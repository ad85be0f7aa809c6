"""`verify` finds what is not as it was written, names it, and cries no wolf."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b32encode
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import StoreError
from storykeep.verify import Verified
from storykeep.warc import Writer, files, heal
from storykeep.warc.record import read_record
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    environment,
    make_archive,
    rows,
    story_page,
    write_config,
)
from tests.damage import members, pack
from tests.exchanges import INFO, chunked, failure, later, page
from tests.site import RawServer

MANIFEST = "manifest-sha256.txt"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;x=1\r\n<p>Of\r\n9\r\n the sea.\r\n0\r\nX-Sum: 1\r\n\r\n"
)
CUT = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>half a page"


def site(change: str = "") -> dict:
    """Return a site with stories, a chunked and a cut answer, a redirect, and no answer at all."""
    names = ["1.html", "2.html", "3.html", "chunked.html", "cut.html", "moved.html", "music"]
    links = "".join(f'<a href="{name}">{name}</a> ' for name in names)
    pages = {
        f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", f"<p>Tale {n}.{change}</p>{PROSE}"))
        for n in (1, 2, 3)
    }
    return {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(f"<html><body><h1>Stories</h1>{links}</body></html>".encode()),
        **pages,
        "/chunked.html": CHUNKED,
        "/cut.html": CUT,
        "/moved.html": answer(b"", status="302 Found", headers="Location: /1.html\r\n"),
        "/music": b"ICY 200 OK\r\n\r\nla la la",
    }


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive of two runs: captures of every kind."""
    folder = tmp_path_factory.mktemp("verify") / "archive"
    folder.mkdir()
    pages = site()
    with RawServer(pages) as server:
        archive = make_archive(folder, [server.url("/")], source='every = "0s"')
        archive.run()
        pages["/2.html"] = site(" And more.")["/2.html"]
        archive.run()
    return folder


@pytest.fixture
def archive(original: Path, tmp_path: Path) -> Archive:
    """Return a copy of the archive that a test may damage."""
    folder = tmp_path / "copy"
    shutil.copytree(original, folder)
    return Archive(load(folder / "config.toml"))


def warcs(archive: Archive) -> list[Path]:
    return files(archive.config.archive.warcs)


def change(archive: Archive, statement: str, *values: object) -> None:
    """Change the database as somebody with sqlite3 would."""
    connection = sqlite3.connect(archive.config.archive.database)
    with connection:
        connection.execute(statement, values)
    connection.close()


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return the content and the time of everything below *folder*."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# ---------------------------------------------------------------- no false alarm


def test_an_intact_archive_has_no_damage(archive: Archive) -> None:
    """Two runs with revisits, failures, chunked and cut answers: everything is as it was written."""
    found = archive.verify()
    assert (found.damage, found.notes) == ([], [])
    assert (found.files, found.failures) == (2, 2)
    assert [(found.captures,)] == rows(archive, "SELECT count(*) FROM capture")
    assert rows(archive, "SELECT count(*) >= 3 FROM capture WHERE revisit_of IS NOT NULL") == [(1,)]
    assert found.texts > 3


def test_verify_changes_nothing(archive: Archive) -> None:
    """Not a byte, not a time, no new file: also with damage, also of a share."""
    folder = archive.config.folder
    before = snapshot(folder)
    archive.verify()
    archive.verify(percent=20.0)
    assert snapshot(folder) == before
    path = warcs(archive)[0]
    path.write_bytes(path.read_bytes()[:-3])
    before = snapshot(folder)
    assert archive.verify().damage
    assert snapshot(folder) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_archive_can_be_verified(archive: Archive) -> None:
    """On a disk that is mounted read-only."""
    folder = archive.config.folder
    places = [folder, *folder.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        assert archive.verify().damage == []
    finally:
        for place in places:
            place.chmod(0o755 if place.is_dir() else 0o644)


def test_an_empty_folder_has_no_damage(tmp_path: Path) -> None:
    """Before the first run there is nothing, and that is said."""
    write_config(tmp_path, ["http://stories.example/"])
    found = Archive(load(tmp_path / "config.toml")).verify()
    assert (found.damage, found.files, found.captures) == ([], 0, 0)
    assert "archive.db is missing" in found.notes[0]


def test_without_the_database_the_warcs_are_checked(archive: Archive) -> None:
    """It is said, and is no damage: rebuild makes it again."""
    archive.config.archive.database.unlink()
    found = archive.verify()
    assert found.damage == []
    assert ["archive.db is missing" in note for note in found.notes] == [True]
    path = warcs(archive)[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert {each.file for each in archive.verify().damage} == {path.name}


def start_run(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(folder), "-q", "run"], env=environment()
    )


def test_a_run_that_writes_is_no_damage(tmp_path: Path) -> None:
    """Verified again and again while a run writes, killed, healed: never a false alarm."""
    pages = {
        f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", f"<p>{n}</p>{PROSE}"))
        for n in range(30)
    }
    links = "".join(f'<a href="{n}.html">{n}</a>' for n in range(30))
    index = answer(f"<html><body>{links}</body></html>".encode())
    looks: list[Verified] = []
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index, **pages}) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.01\nretries = 0")
        archive = Archive(load(tmp_path / "config.toml"))
        process = start_run(tmp_path)
        while len(server.requests) < 20:
            looks.append(archive.verify())
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed = archive.verify()
        process = start_run(tmp_path)
        while process.poll() is None:
            looks.append(archive.verify())
            time.sleep(0.02)
    assert [each.damage for each in looks if each.damage] == []
    assert max(each.captures for each in looks) > 10
    assert killed.damage == []
    whole = archive.verify()
    assert (whole.damage, whole.notes) == ([], [])


def test_what_a_kill_tore_is_a_note(archive: Archive) -> None:
    """An open file whose last unit is half there waits for the next run; rows say what is lost."""
    folder = archive.config.archive.warcs
    writer = Writer(folder, prefix="t", info=INFO)
    writer.append(page(), source="site")
    path = next(each for each in files(folder) if each.name.endswith(".open"))
    data = path.read_bytes()
    writer.close()
    sealed = path.with_name(path.name.removesuffix(".open"))
    sealed.unlink()
    manifest = folder / MANIFEST
    manifest.write_text("".join(manifest.read_text().splitlines(keepends=True)[:-2]))
    path.write_bytes(data[:-5])
    found = archive.verify()
    assert found.damage == []
    assert path.name in found.notes[0]
    heal(folder)
    assert archive.verify().damage == []


# ---------------------------------------------------------------- the database

WRONG_ROWS = {
    "a row is missing": "DELETE FROM capture WHERE id = (SELECT max(id) - 2 FROM capture)",
    "a row too many": (
        "INSERT INTO capture SELECT id + 900, url, url_key, host, source, fetched_at, status, mime, "
        'outcome, payload_sha1, payload_sha256, warc, "offset" + 1, length, record_id || 1, '
        "revisit_of, truncated, via, hops, origin, form, source_uri, captured_by, taken_at, repeat "
        "FROM capture WHERE id = 3"
    ),
    "another offset": 'UPDATE capture SET "offset" = "offset" + 1 WHERE id = 4',
    "another length": "UPDATE capture SET length = length - 1 WHERE id = 4",
    "another file": "UPDATE capture SET warc = 'gone.warc.gz' WHERE id = 4",
    "another record": "UPDATE capture SET record_id = '<urn:uuid:0>' WHERE id = 9",
    "another sha1": "UPDATE capture SET payload_sha1 = 'sha1:0' WHERE id = 4",
    "another sha256": "UPDATE capture SET payload_sha256 = '0' WHERE id = 4",
    "another sha256 of a revisit": (
        "UPDATE capture SET payload_sha256 = '0' WHERE id = "
        "(SELECT max(id) FROM capture WHERE revisit_of IS NOT NULL)"
    ),
    "another address": "UPDATE capture SET url = url || 'x' WHERE id = 4",
    "another date": "UPDATE capture SET fetched_at = '2001' WHERE id = 4",
    "another status": "UPDATE capture SET status = 404 WHERE id = 4",
    "another source": "UPDATE capture SET source = 'x' WHERE id = 4",
    "called whole": "UPDATE capture SET truncated = NULL WHERE truncated IS NOT NULL",
    "no attempt": "DELETE FROM attempt WHERE id = 1",
    "another attempt": "UPDATE attempt SET kind = 'dns' WHERE id = 1",
    "an attempt elsewhere": 'UPDATE attempt SET "offset" = 1 WHERE id = 1',
    "another size of a file": "UPDATE warc SET bytes = bytes + 1",
    "another digest of a file": "UPDATE warc SET sha256 = '0'",
    "an unknown file": "INSERT INTO warc VALUES ('gone.warc.gz', 1, '0', '2001')",
    "a file is not known": "DELETE FROM warc WHERE file = (SELECT min(file) FROM warc)",
    "another text": "UPDATE chapter SET text = text || 'x' WHERE id = 1",
    "other marks": "UPDATE chapter SET marks = marks || ' ' WHERE id = 1",
    "another version": (
        "UPDATE version SET text = text || 'x' WHERE text IS NOT NULL"
    ),
    "another sketch": "UPDATE sketch SET digests = x'00000000' WHERE chapter = 1",
    "another bound of a sketch": "UPDATE sketch SET bound = bound - 1 WHERE chapter = 1",
    "no sketch": "DELETE FROM sketch WHERE chapter = 1",
    "a text that is not searched": "UPDATE story SET title = 'Another' WHERE id = 1",
    "a row of nothing": "INSERT INTO note VALUES (999, 0, 0, 'note', 'head', NULL, 'x')",
}  # fmt: skip


@pytest.mark.parametrize("statement", [pytest.param(s, id=name) for name, s in WRONG_ROWS.items()])
def test_a_wrong_row_is_found(archive: Archive, statement: str) -> None:
    """The WARCs are as they were sealed, so it is the database that is named."""
    connection = sqlite3.connect(archive.config.archive.database)
    with connection:
        changed = connection.execute(statement).rowcount
    connection.close()
    assert changed > 0, "the test changes nothing"
    damage = archive.verify().damage
    assert damage
    assert {each.file for each in damage} <= {"archive.db", "gone.warc.gz"}


def test_a_damaged_database_is_named_and_the_warcs_are_checked(archive: Archive) -> None:
    """Pages of zeros in the middle, half of it gone, or something else in its place."""
    path = archive.config.archive.database
    data = path.read_bytes()
    for wrong in (
        data[:8192] + bytes(8192) + data[16384:],
        data[: len(data) // 2],
        data[:-1],
        b"",
        b"not a database at all" * 99,
        data[:68] + b"\0\0\0\1" + data[72:],  # the application id
        data[:60] + b"\0\0\0\0" + data[64:],  # the schema version
    ):
        path.write_bytes(wrong)
        found = archive.verify()
        assert {each.file for each in found.damage} == {"archive.db"}
        assert found.records > 30
    assert path.read_bytes() == wrong


def test_a_database_of_a_newer_storykeep_is_refused(archive: Archive) -> None:
    """It is no damage: the user is asked to update."""
    change(archive, "PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer Storykeep"):
        archive.verify()


def test_two_files_of_one_name_are_named(archive: Archive) -> None:
    """One sealed, one open: the next run could not seal it, and the sealed one is still read."""
    path = warcs(archive)[0]
    path.with_name(path.name + ".open").write_bytes(b"what a copying program left")
    (damage,) = archive.verify().damage
    assert (damage.file, "claim one name" in damage.why) == (path.name, True)


# ---------------------------------------------------------------- the manifest


def lines(archive: Archive) -> tuple[Path, list[str]]:
    path = archive.config.archive.warcs / MANIFEST
    return path, path.read_text().splitlines(keepends=True)


WRONG_MANIFESTS: dict[str, Callable[[list[str]], list[str]]] = {
    "gone": lambda _: [],
    "a line gone": lambda old: [old[0], *old[2:]],
    "an entry gone": lambda old: old[2:],
    "a remark gone": lambda old: old[1:],
    "another digest": lambda old: [old[0], "0" * 64 + old[1][64:], *old[2:]],
    "another size": lambda old: [old[0].replace("size ", "size 1"), *old[1:]],
    "another time": lambda old: [old[0].replace("sealed 2", "sealed 1"), *old[1:]],
    "another name": lambda old: [old[0], old[1].replace("storykeep-2", "storykeep-1"), *old[2:]],
    "an entry twice": lambda old: [*old, *old[:2]],
    "cut": lambda old: [*old[:-1], old[-1][:-1]],
    "junk": lambda old: [*old, "\0\0\0"],
    "a way out of the folder": lambda old: [*old, old[0], "0" * 64 + "  ../config.toml\n"],
}


@pytest.mark.parametrize("name", WRONG_MANIFESTS)
def test_a_wrong_manifest_is_found(archive: Archive, name: str) -> None:
    """File and database agree, so it is the manifest that is named."""
    path, old = lines(archive)
    path.write_text("".join(WRONG_MANIFESTS[name](old)))
    named = {each.file for each in archive.verify().damage}
    assert MANIFEST in named or named == {"../config.toml"}
    assert not {each.name for each in warcs(archive)} & named


def test_every_flipped_byte_of_the_manifest_is_found(archive: Archive) -> None:
    """Wherever it is."""
    path, _ = lines(archive)
    data = path.read_bytes()
    for at in range(0, len(data), 7):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        named = {each.file for each in archive.verify().damage}
        assert MANIFEST in named or any(name.startswith("storykeep-") for name in named), at


def test_a_file_that_neither_names_is_still_missed(archive: Archive) -> None:
    """Gone from the folder, the manifest and the table of files: its captures' rows tell."""
    gone = warcs(archive)[0]
    gone.unlink()
    path, old = lines(archive)
    path.write_text("".join(old[2:]))
    change(archive, "DELETE FROM warc WHERE file = ?", gone.name)
    missing = [each for each in archive.verify().damage if each.kind == "missing"]
    assert {each.file for each in missing} == {gone.name}
    assert missing[0].offset is None
    assert len({each.url for each in missing if each.url}) > 5


# ---------------------------------------------------------------- single records


def seal_again(path: Path) -> None:
    """Make the manifest agree with what *path* is now, as a clever forger would."""
    manifest = path.parent / MANIFEST
    data = path.read_bytes()
    manifest.write_text(
        f"# size {len(data)} sealed 2026-11-22T18:22:39.123456Z\n"
        f"{hashlib.sha256(data).hexdigest()}  {path.name}\n"
    )


@pytest.fixture
def small(tmp_path: Path) -> tuple[Path, Archive]:
    """Return a sealed WARC with a chunked answer, a plain one, its revisit and a failure."""
    write_config(tmp_path, ["http://stories.example/"])
    archive = Archive(load(tmp_path / "config.toml"))
    with Writer(archive.config.archive.warcs, prefix="t", info=INFO) as writer:
        writer.append(chunked(), source="s")
        first = writer.append(page(), source="s")
        assert writer.append(later(page()), source="s", refers_to=first).revisit_of
        writer.append_failure(failure(), source="s")
    (path,) = warcs(archive)
    assert archive.verify().damage == []
    return path, archive


FORGED = {
    "a block digest": (3, b"WARC-Block-Digest: sha1:", b"WARC-Block-Digest: sha1:AAAA", "digest"),
    "no block digest": (3, b"WARC-Block-Digest:", b"X-Block-Digest:", "digest"),
    "a chunk": (3, b"<html>", b"<htmI>", "digest"),
    "a payload digest": (6, b"WARC-Payload-Digest: sha1:", b"WARC-Payload-Digest: sha1:AAA", "digest"),
    "a request of another answer": (1, b"WARC-Concurrent-To: <urn:uuid:", b"WARC-Concurrent-To: <urn:uuid:0", "pair"),
    "another address": (4, b"WARC-Target-URI: http://stories", b"WARC-Target-URI: http://storios", "pair"),
    "another warcinfo": (4, b"WARC-Warcinfo-ID: <urn:uuid:", b"WARC-Warcinfo-ID: <urn:uuid:0", "pair"),
    "another file name": (0, b"WARC-Filename: t-", b"WARC-Filename: u-", "pair"),
    "a revisit of nothing": (9, b"WARC-Refers-To: <urn:uuid:", b"WARC-Refers-To: <urn:uuid:0", "pair"),
    "a revisit of another page": (9, b"WARC-Refers-To-Target-URI: http://s", b"WARC-Refers-To-Target-URI: http://z", "pair"),
    "a revisit of another date": (9, b"WARC-Refers-To-Date: 2026", b"WARC-Refers-To-Date: 2025", "pair"),
    "a revisit of another payload": (9, b"WARC-Payload-Digest: sha1:", b"WARC-Payload-Digest: sha1:A", "pair"),
    "a length": (2, b"Content-Length: ", b"Content-Length: 1", "torn"),
    "an unknown type": (10, b"WARC-Type: metadata", b"WARC-Type: resource", "pair"),
    "no failure": (10, b"failure: connect", b"foolure: connect", "digest"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_record_that_lies_is_found_without_database_and_manifest(
    small: tuple[Path, Archive], name: str
) -> None:
    """The gzip is right and the file is listed as it is: the record itself gives it away."""
    path, archive = small
    place, old, new, kind = FORGED[name]
    data = path.read_bytes()
    found = members(data)
    member = found[place]
    assert member.text.count(old) == 1
    other = pack(member.text.replace(old, new))
    path.write_bytes(data[: member.start] + other + data[member.end :])
    seal_again(path)
    damage = archive.verify().damage
    assert kind in {each.kind for each in damage} or (
        kind == "torn" and "framing" in {each.kind for each in damage}
    )
    assert {each.file for each in damage} == {path.name}
    assert any(each.offset <= member.start < each.end for each in damage), damage


def test_metadata_vouches_for_a_chunked_payload(small: tuple[Path, Archive]) -> None:
    """A chunked answer has no payload digest of its own; that of its metadata record is counted."""
    path, archive = small
    data = path.read_bytes()
    member = members(data)[3]
    text = member.text.replace(b"<html>", b"<htmI>")
    block = text.partition(b"\r\n\r\n")[2][:-4]
    with path.open("rb") as file:
        record = read_record(file, member.start)
    digest = b32encode(hashlib.sha1(block).digest())
    text = text.replace(record.get("WARC-Block-Digest")[5:].encode(), digest)
    path.write_bytes(data[: member.start] + pack(text) + data[member.end :])
    seal_again(path)
    (damage,) = archive.verify().damage
    assert (damage.kind, "payloadDigest" in damage.why) == ("pair", True)
    assert damage.url == "http://stories.example/lamp.html"


def test_lost_captures_are_named_by_their_addresses(archive: Archive) -> None:
    """A file cut in half at a unit: nothing broken is left to see, but each lost address is told."""
    path = warcs(archive)[0]
    data = path.read_bytes()
    requests = [each for each in members(data) if each.kind == "request"]
    cut = requests[len(requests) // 2].start
    lost = {
        url
        for (url,) in rows(
            archive, f"SELECT url FROM capture WHERE warc = '{path.name}' AND \"offset\" >= {cut}"
        )
    }
    path.write_bytes(data[:cut])
    damage = archive.verify().damage
    assert lost <= {each.url for each in damage}
    assert (damage[0].kind, damage[0].offset, damage[0].end) == ("size", cut, len(data)) or any(
        (each.kind, each.offset, each.end) == ("size", cut, len(data)) for each in damage
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_large_records_take_no_memory(tmp_path: Path) -> None:
    """A 60 MB page and a 60 MB page of zeros are checked in a child that may not hold them."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from storykeep.verify import verify\n"
        "folder = Path(sys.argv[1])\n"
        "found = verify(folder, folder / 'archive.db')\n"
        "assert found.damage == [], found.damage\n"
        "assert found.captures == 2\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.partition('VmHWM:')[2].split()[0]) // 1024)\n"
    )
    body = (b"<p>The tide came in. " + b"%x" * 20) * 1_000_000
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        writer.append(page(body[:60_000_000]), source="s")
        writer.append(page(bytes(60_000_000)), source="s")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 150


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has such a file")
def test_a_disk_that_gives_an_error_is_damage_and_the_rest_is_read(archive: Archive) -> None:
    """A file whose first byte is an input/output error: named, with the captures it held."""
    first, second = warcs(archive)
    first.unlink()
    first.symlink_to("/proc/self/mem")
    found = archive.verify()
    assert [each.file for each in found.damage if each.kind == "unreadable"] == [first.name]
    assert {each.file for each in found.damage} == {first.name}
    assert len({each.url for each in found.damage}) > 5
    assert found.captures > 5
    assert second.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_file_whose_name_is_no_text_is_read(archive: Archive) -> None:
    """It is not listed, that is all; and it can be printed."""
    first = warcs(archive)[0]
    strange = os.fsencode(first.parent) + b"/\xff\x1b[2J\n.warc.gz"
    shutil.copyfile(first, strange)
    done = command("verify", folder=archive.config.folder)
    assert done.returncode == 6
    assert "\x1b" not in done.stdout
    assert command("verify", "--json", folder=archive.config.folder).returncode == 6


def test_any_damage_of_the_database_is_a_finding_and_no_crash(archive: Archive) -> None:
    """Flips, cuts and zeros at 60 places: what is found is the database's, and all WARCs are read."""
    path = archive.config.archive.database
    data = path.read_bytes()
    chance = Random(20261122)
    found = 0
    for number in range(60):
        at = chance.randrange(1, len(data))
        wrong = (
            data[:at],
            data[:at] + bytes(512) + data[at + 512 :],
            data[:at] + bytes([data[at] ^ 0x80]) + data[at + 1 :],
        )[number % 3]
        path.write_bytes(wrong)
        told = archive.verify()
        assert {each.file for each in told.damage} <= {"archive.db"}
        assert told.records > 30
        found += bool(told.damage)
    assert found > 20  # a flip in an unused part of a page harms nothing


# ---------------------------------------------------------------- a share


def test_a_share_reads_that_share(archive: Archive) -> None:
    """The captures that were chosen are said, and the same seed chooses the same."""
    (count,) = rows(archive, "SELECT count(*) FROM capture")[0]
    found = archive.verify(percent=25.0, seed=7)
    assert found.sample is not None
    assert (found.sample.of, found.sample.seed, found.sample.percent) == (count, 7, 25.0)
    assert len(found.sample.chosen) == -(-count // 4)
    assert found.damage == []
    assert archive.verify(percent=25.0, seed=7).sample == found.sample
    assert archive.verify(percent=25.0, seed=8).sample != found.sample
    whole = archive.verify(percent=100.0)
    assert (whole.damage, whole.captures) == ([], count)


def test_a_share_finds_what_lies_in_it(archive: Archive) -> None:
    """With all captures chosen every damaged one is found; sizes and files without choosing."""
    path = warcs(archive)[0]
    data = path.read_bytes()
    for member in members(data)[1::3]:
        if member.kind in ("request", "metadata", "response"):
            middle = (member.start + member.end) // 2
            path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
            placed = [
                each for each in archive.verify(percent=100.0).damage if each.offset == member.start
            ]
            if "ICY" not in str(member.text) and b"failure" not in member.text:
                assert placed, member.start
    path.write_bytes(data[:-1])
    assert {(each.file, each.kind) for each in archive.verify(percent=1.0).damage} >= {
        (path.name, "size")
    }
    path.unlink()
    damage = archive.verify(percent=1.0).damage
    assert {each.file for each in damage} == {path.name}
    assert "missing" in {each.kind for each in damage}


def test_a_share_needs_the_database(archive: Archive) -> None:
    """Without it there is nothing to choose from."""
    archive.config.archive.database.unlink()
    with pytest.raises(StoreError, match="is chosen from"):
        archive.verify(percent=5.0)


# ---------------------------------------------------------------- the command


def test_the_command_says_what_it_checked(archive: Archive) -> None:
    """Totals and exit code 0; with --json one object and nothing else."""
    done = command("verify", folder=archive.config.folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("checked 2 files (")
    assert done.stdout.rstrip().endswith("no damage")
    told = json.loads(command("verify", "--json", folder=archive.config.folder).stdout)
    assert told["damage"] == []
    assert told["captures"] > 10


def test_the_command_names_the_damage_and_exits_6(archive: Archive) -> None:
    """One line for each: file, offset, kind, address; and what to do next."""
    path = warcs(archive)[1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = command("verify", folder=archive.config.folder)
    assert done.returncode == 6
    assert f"{path.name}: sha256: " in done.stdout
    assert "framing: " in done.stdout
    assert "(http://127.0.0.1:" in done.stdout
    assert "storykeep repair" in done.stderr
    told = json.loads(command("verify", "--json", folder=archive.config.folder).stdout)
    assert {each["file"] for each in told["damage"]} == {path.name}


@pytest.mark.parametrize("share", ["5", "0%", "101%", "-5%", "many%", "5%%", "", "nan%", "1e1%"])
def test_a_share_that_is_none_is_refused(archive: Archive, share: str) -> None:
    """With exit code 2, and how to say it."""
    done = command("verify", f"--sample={share}", folder=archive.config.folder)
    assert done.returncode == 2
    assert "--sample 5%" in done.stderr


def test_the_command_says_what_it_chose(archive: Archive) -> None:
    """How many of how many, by which seed; with -v which."""
    done = command("-v", "verify", "--sample", "10%", folder=archive.config.folder)
    assert done.returncode == 0
    assert "chosen at random (seed " in done.stderr
    assert " at " in done.stderr
