"""Files made to harm who imports them: refused or contained, named, and nothing is written beside."""

from __future__ import annotations

import gzip
import os
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.errors import StoreError
from storykeep.imports import Told, Wish
from tests.archives import command, make_archive, rows
from tests.foreign import (
    Record,
    arc,
    http,
    identifier,
    info,
    packed,
    page,
    plain,
    response,
    revisit,
)

SITE = "http://old.example"
GOOD = response(f"{SITE}/good.html", page("Good"))
EVIL = page("Evil")
Make = Callable[[Path], Path]


def zipped(
    *members: tuple[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None
) -> Make:
    """Return what makes a zip of *members*, all of them changed, and a good page."""

    def make(path: Path) -> Path:
        path = path.with_suffix(".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("good.html", page("Good"))
            for name, body in members:
                member = zipfile.ZipInfo("x")
                member.filename = member.orig_filename = name
                member.compress_type = zipfile.ZIP_DEFLATED
                if change:
                    change(member)
                out.writestr(member, body)
        return path

    return make


def link(member: zipfile.ZipInfo) -> None:
    member.external_attr = 0o120777 << 16


def altered(make: Make, alter: Callable[[bytearray], None]) -> Make:
    """Return what makes a file and then alters its bytes."""

    def made(path: Path) -> Path:
        path = make(path)
        data = bytearray(path.read_bytes())
        alter(data)
        path.write_bytes(data)
        return path

    return made


def encrypt(data: bytearray) -> None:
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1


def shrink(data: bytearray) -> None:
    """Let the last member say that it unpacks to ten bytes."""
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)


def overlap(data: bytearray) -> None:
    """List the last member two hundred times more."""
    start, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    entry = bytes(data[start:end])
    count, size = struct.unpack("<HI", data[end + 10 : end + 16])
    tail = bytearray(data[end:])
    tail[8:16] = struct.pack("<HHI", count + 200, count + 200, size + 200 * len(entry))
    data[end:] = entry * 200 + tail


def cut_list(data: bytearray) -> None:
    del data[-60:]


def raw(data: bytes) -> Make:
    """Return what writes *data*."""

    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


def record(url: str, **more: object) -> bytes:
    """Return a good record, one of *url*, and a good one again."""
    return packed(
        [
            info(),
            GOOD,
            Record("response", url, http(EVIL), **more),
            response(f"{SITE}/b.html", page("B")),
        ]
    )  # type: ignore[arg-type]


def lying(length: str, *, squeeze: bool) -> bytes:
    """Return a WARC in whose midst a record lies about its length."""
    bad = Record("response", f"{SITE}/liar.html", http(EVIL), length=length)
    records = [info(), GOOD, bad, response(f"{SITE}/b.html", page("B"))]
    return packed(records) if squeeze else plain(records)


def bomb_record() -> bytes:
    """Return a WARC with a record of 80 MB of zeros in a gzip member of 80 kB."""
    size = 80 << 20
    bad = Record("response", f"{SITE}/bomb.html", b"", length=str(size)).plain()[:-4]
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    out = packer.compress(bad)
    piece = bytes(1 << 24)
    for _ in range(size >> 24):
        out += packer.compress(piece)
    out += packer.compress(b"\r\n\r\n") + packer.flush()
    return packed([info(), GOOD]) + out + packed([response(f"{SITE}/b.html", page("B"))])


def bomb_whole() -> bytes:
    """Return one gzip member that begins as a WARC and goes on for 160 MB."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    out = packer.compress(plain([info(), GOOD]))
    piece = bytes(1 << 24)
    for _ in range(10):
        out += packer.compress(piece)
    return out + packer.flush()


def tree(make: Callable[[Path], None]) -> Make:
    """Return what makes a folder with a good page and what *make* puts into it."""

    def made(path: Path) -> Path:
        path.mkdir()
        (path / "good.html").write_bytes(page("Good"))
        make(path)
        return path

    return made


def database(path: Path) -> Path:
    """Write a database with a trigger, as if it were an archive's."""
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE capture (url TEXT)")
    conn.execute("CREATE TABLE loot (url TEXT)")
    conn.execute(
        "CREATE TRIGGER t AFTER INSERT ON capture BEGIN INSERT INTO loot VALUES (new.url); END"
    )
    conn.commit()
    conn.close()
    return path


def big_page(folder: Path) -> None:
    with (folder / "huge.html").open("wb") as file:
        file.truncate(100 << 20)


def revisits() -> bytes:
    """Return revisits of themselves and of each other."""
    one, two, self = (
        revisit(f"{SITE}/{n}.html", EVIL, "2005-01-01T00:00:00Z", of_url="", of_date="")
        for n in (1, 2, 3)
    )
    one.id, two.id, self.id = identifier("one"), identifier("two"), identifier("self")
    for each, other in ((one, two), (two, one), (self, self)):
        each.fields.append(("WARC-Refers-To", other.id))
    return packed([info(), GOOD, one, two, self])


def forged() -> bytes:
    """Return records that say that they are ours: notes of lost captures, sources, digests."""
    ours = info("Storykeep/0.1.0")
    note = Record(
        "metadata", f"{SITE}/lost.html", b"failure: lost\r\ndetail: x\r\nsource: site\r\n",
        content_type="application/warc-fields",
    )  # fmt: skip
    bad = response(f"{SITE}/1.html", EVIL)
    fact = Record(
        "metadata", bad.url, b"source: site\r\norigin: live\r\nhopsFromSeed: LLL\r\n"
        b"payloadDigest: sha1:AAAA\r\npayloadDigest: sha256:00\r\n",
        content_type="application/warc-fields",
        fields=[("WARC-Concurrent-To", identifier("response", bad.url, bad.date))],
    )  # fmt: skip
    rules = Record(
        "response", f"{SITE}/robots.txt", http(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    )
    return packed([ours, GOOD, note, fact, bad, rules])


WITHIN = page(
    "Holder",
    more=GOOD.plain().decode()
    + f"\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {SITE}/forged.html\r\n",
)

# name -> what makes it, words that must be told of it ("" for what is contained without a word)
CASES: dict[str, tuple[Make, str]] = {
    "zip slip": (zipped(("../../evil.html", EVIL)), "leads out of the zip"),
    "zip with an absolute name": (zipped(("/tmp/evil.html", EVIL)), "leads out of the zip"),
    "zip with backslashes": (zipped(("..\\evil.html", EVIL)), "leads out of the zip"),
    "zip with a drive": (zipped(("C:/evil.html", EVIL)), "leads out of the zip"),
    "zip with a link": (zipped(("evil.html", b"/etc/passwd"), change=link), "a link or a device"),
    "zip bomb": (zipped(("evil.html", bytes(20 << 20))), "a bomb"),
    "zip with an escape": (zipped(("a\x1b[2Jb.html", EVIL)), "control characters"),
    "zip with a locked member": (altered(zipped(("evil.html", EVIL)), encrypt), "encrypted"),
    "zip that lies about a size": (altered(zipped(("evil.html", EVIL)), shrink), "cannot be read"),
    "zip of overlapping members": (altered(zipped(("evil.html", os.urandom(5000))), overlap), "overlap"),
    "zip without its list": (altered(zipped(("evil.html", EVIL)), cut_list), "cannot be read as a zip"),
    "wacz slip": (zipped(("datapackage.json", b"{}"), ("archive/../../evil.warc.gz", record(SITE))), "leads out"),
    "wacz bomb": (zipped(("datapackage.json", b"{}"), ("archive/a.warc", bytes(20 << 20))), "a bomb"),
    "wacz of something else": (zipped(("datapackage.json", b"{}"), ("archive/a.warc", b"hello")), "it is no WARC"),
    "a file address": (raw(record("file:///etc/passwd")), "no web address"),
    "a script address": (raw(record("javascript:alert(1)")), "no web address"),
    "an address that climbs": (raw(record(f"{SITE}/../../../etc/passwd")), ""),
    "an address with controls": (raw(record(f"{SITE}/a\x01\x07\x1b[2J\x7fb.html")), ""),
    "an address without end": (raw(record(f"{SITE}/{'a' * 200_000}")), ""),
    "a longer length": (raw(lying("99999", squeeze=True)), "not as long as it says"),
    "a shorter length": (raw(lying("50", squeeze=True)), "not as long as it says"),
    "a longer length, plain": (raw(lying("999", squeeze=False)), "bytes"),
    "a length that is none": (raw(lying("-1", squeeze=True)), "how long it is"),
    "10 GB that are not there": (raw(lying("10737418240", squeeze=False)), "has 10737418240 bytes"),
    "10 GB that are not there, packed": (raw(lying("10737418240", squeeze=True)), "not as long as it says"),
    "a bomb of a record": (raw(bomb_record()), "unpacks to more than"),
    "a bomb of a file": (raw(bomb_whole()), "that is no crawl"),
    "a head without end": (raw(packed([info(), GOOD]) + gzip.compress(b"WARC/1.0\r\nX: " + b"a" * (2 << 20))), "no end"),
    "revisits in a circle": (raw(revisits()), ""),
    "a date that is none": (raw(record(f"{SITE}/1.html", date="0000-00-00T99:99:99Z")), "no date"),
    "a date far off": (raw(record(f"{SITE}/1.html", date="99999-01-01T00:00:00Z")), "no date"),
    "records that say they are ours": (raw(forged()), ""),
    "a record within a page": (raw(plain([info(), GOOD, response(f"{SITE}/holder.html", WITHIN)])), ""),
    "an ARC that lies": (raw(arc({f"{SITE}/good.html": page("Good")}) + b"http://x.example/ 1.2.3.4 20010101000000 text/html 999999999\nhello\n"), "no whole ARC record"),
    "an ARC of files": (raw(arc({f"{SITE}/good.html": page("Good"), "file:///etc/passwd": EVIL})), "no web address"),
    "a database with triggers": (database, "it is a database"),
    "a link in a folder": (tree(lambda folder: (folder / "evil.html").symlink_to("/etc/passwd")), "not followed"),
    "a folder in a circle": (tree(lambda folder: (folder / "again").symlink_to(folder)), "not followed"),
    "a pipe in a folder": (tree(lambda folder: os.mkfifo(folder / "evil.html")), "it is no file"),
    "a page of 100 MB": (tree(big_page), "more than a page may have"),
    "a name that steers the terminal": (tree(lambda folder: (folder / "a\x1b[2J\nb.gif").write_bytes(b"GIF89a")), "picture"),
    "zstd without end": (raw(b"\x28\xb5\x2f\xfd" + bytes(100)), "zstd"),
    "gzip of nothing we know": (raw(gzip.compress(gzip.compress(b"hello"))), "no page"),
}  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", [f"{SITE}/"])


def outside(folder: Path) -> dict[str, bytes | None]:
    """Return all files below *folder* but for the archive's, and what they hold."""
    return {
        str(path): path.read_bytes() if path.is_file() and path.stat().st_size < 1 << 20 else None
        for path in sorted(folder.rglob("*"))
        if "home" not in path.relative_to(folder).parts[:1]
    }


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_or_contained(
    archive: Archive, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words name the place; the good page beside it is taken in; nothing else is touched."""
    for module in ("storykeep.warc.scanning", "storykeep.verify.walk"):
        monkeypatch.setattr(f"{module}.MOST_BLOCK", 64 << 20)  # a gigabyte takes a minute
    make, words = CASES[case]
    path = make(tmp_path / "given")
    before, frontier = outside(tmp_path), rows_of(archive, "SELECT count(*) FROM page")
    told: list[Told] = []
    done = archive.take_in(Wish((path,), f"{SITE}/"), told.append)
    said = [f"{each.place}: {each.url}: {each.why}" for each in told]
    if words:
        assert any(words in each for each in said), said
        assert all(path.name in each for each in said), said
    assert outside(tmp_path) == before
    known = rows(archive, "SELECT url FROM capture")
    alone = (
        "database",
        "bomb of a file",
        "zstd",
        "gzip of nothing",
        "overlapping",
        "without its list",
    )
    if not case.startswith("wacz") and not any(word in case for word in alone):
        assert (f"{SITE}/good.html",) in known, (done, said)
    assert all(url.startswith("http://") and url.isprintable() for (url,) in known)
    assert not any("forged" in url or ".." in url for (url,) in known)
    assert rows(archive, "SELECT DISTINCT origin FROM capture") in ([], [("import",)])
    assert rows(archive, "SELECT count(*) FROM page") == (frontier or [(1,)])
    assert archive.verify().damage == []
    assert not list(archive.config.archive.warcs.rglob("*.part"))
    again = archive.take_in(Wish((path,), f"{SITE}/"))
    assert again.total("taken") == 0


def rows_of(archive: Archive, query: str) -> list[tuple]:
    """Return what *query* finds, nothing where there is no database."""
    return rows(archive, query) if archive.config.archive.database.exists() else []


def test_the_command_ends_in_words(archive: Archive, tmp_path: Path) -> None:
    """All of them at once: exit code 3, no traceback, nothing that steers a terminal."""
    given = tmp_path / "given"
    given.mkdir()
    quick = [case for case in CASES if "bomb" not in case and "100 MB" not in case]
    paths = [str(CASES[case][0](given / f"case{n}")) for n, case in enumerate(quick)]
    done = command("import", "--base-url", f"{SITE}/", *paths, folder=archive.config.folder)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not any(sign in done.stdout + done.stderr for sign in "\x1b\x07\x01\x7f")
    assert archive.verify().damage == []


def test_a_strangers_database_in_place_of_ours_is_refused(archive: Archive, tmp_path: Path) -> None:
    """A database with triggers where archive.db should be: told, and not touched."""
    target = archive.config.archive.database
    database(target)
    before = target.read_bytes()
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed([info(), GOOD]))
    with pytest.raises(StoreError, match="not a Storykeep database"):
        archive.take_in(Wish((path,)))
    assert target.read_bytes() == before
