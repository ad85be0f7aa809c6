"""WARCs and ARCs that others wrote come in whole, once, and stay where a rebuild finds them."""

from __future__ import annotations

import gzip
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders

from storykeep.archive import Archive
from storykeep.imports import Done, Told, Wish
from tests.archives import answer, command, dump, environment, make_archive, rows
from tests.foreign import Record, arc, identifier, info, packed, page, plain, response, revisit
from tests.foreign import http as message
from tests.site import RawServer
from tests.test_verify_foreign import Writer

SITE = "http://old.example"
ONE, TWO, THREE = (page(title) for title in ("One", "Two", "Three"))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(archive: Archive, *paths: Path, **wish: bool) -> tuple[Done, list[Told]]:
    """Import *paths*; return what came of them, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish(paths, **wish), told.append), told


def write(path: Path, data: bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(data)
    return path


def captured(archive: Archive) -> list[tuple]:
    """Return address, time and outcome of every capture."""
    return rows(archive, "SELECT url, fetched_at, outcome FROM capture ORDER BY fetched_at, url")


def assert_sound(archive: Archive) -> None:
    """The files are as the manifest and the rows say, and a rebuild makes the same database."""
    found = archive.verify()
    assert found.damage == []
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
    assert archive.verify().damage == []
    assert archive.repair().found_nothing()


def sample() -> list[Record]:
    """Return what a crawl of three pages writes."""
    return [
        info(),
        response(f"{SITE}/1.html", ONE),
        response(f"<{SITE}/2.html>", TWO),  # as wget writes addresses
        Record("request", f"{SITE}/2.html", b"GET /2.html HTTP/1.0\r\n\r\n"),
        Record(
            "metadata", f"{SITE}/2.html", b"outlink: x\r\n", content_type="application/warc-fields"
        ),
        response(f"{SITE}/3.html", THREE, version="WARC/1.1", date="2004-05-06T07:08:09.123456Z"),
        Record(
            "response", "dns:old.example", b"20040506 1 IN A 192.0.2.1\n", content_type="text/dns"
        ),
    ]


FORMS = {
    "records": lambda: packed(sample()),
    "gzip around all": lambda: gzip.compress(plain(sample())),
    "plain": lambda: plain(sample()),
    "two members of many": lambda: (
        gzip.compress(plain(sample()[:3])) + gzip.compress(plain(sample()[3:]))
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_stories(archive: Archive, tmp_path: Path, form: str) -> None:
    """However records are packed: three pages, three stories, kept byte for byte, taken once."""
    data = FORMS[form]()
    path = write(tmp_path / "crawl.bin", data)  # its name says nothing
    done, told = take(archive, path)
    assert (done.total("taken"), done.total("refused"), done.stories_new) == (3, 0, 3), told
    assert captured(archive) == [
        (f"{SITE}/1.html", "2004-05-06T07:08:09.000000Z", "story"),
        (f"{SITE}/2.html", "2004-05-06T07:08:09.000000Z", "story"),
        (f"{SITE}/3.html", "2004-05-06T07:08:09.123456Z", "story"),
    ]
    told_of = rows(archive, "SELECT DISTINCT origin, form, captured_by FROM capture")
    assert told_of == [("import", "verbatim", "other/1.0")]
    kept = list((archive.config.archive.warcs / "imported").iterdir())
    assert data in [each.read_bytes() for each in kept]
    assert_sound(archive)
    again, _ = take(archive, path)
    assert (again.total("taken"), again.stories_new, again.stories_changed) == (0, 0, 0)
    assert sorted(kept) == sorted((archive.config.archive.warcs / "imported").iterdir())
    assert_sound(archive)


@pytest.mark.parametrize("packing", [bytes, gzip.compress], ids=["plain", "packed"])
def test_an_arc_becomes_responses(archive: Archive, tmp_path: Path, packing: type) -> None:
    """ARC 1.0, the form of the nineties, one member around all or none."""
    path = write(tmp_path / "x.arc", packing(arc({f"{SITE}/1.html": ONE, f"{SITE}/2.html": TWO})))
    done, told = take(archive, path)
    assert (done.total("taken"), told) == (2, [])
    assert captured(archive)[0] == (f"{SITE}/1.html", "2001-02-03T04:05:06.000000Z", "story")
    assert_sound(archive)


@pytest.mark.parametrize("packs_dictionary", [None, False, True])
def test_zstd_is_read_where_its_library_is_there(
    archive: Archive, tmp_path: Path, packs_dictionary: bool | None
) -> None:
    """A frame a record, without a dictionary and with ArchiveTeam's, packed itself or not; cut."""
    zstandard = pytest.importorskip("zstandard")
    trained, before = None, b""
    if packs_dictionary is not None:
        trained = zstandard.train_dictionary(
            8192, [page(f"T{n}", more="x" * n) for n in range(300)]
        )
        kept = trained.as_bytes()
        kept = zstandard.ZstdCompressor().compress(kept) if packs_dictionary else kept
        before = b"\x5d\x2a\x4d\x18" + len(kept).to_bytes(4, "little") + kept
    packer = zstandard.ZstdCompressor(dict_data=trained)
    data = before + b"".join(packer.compress(each.plain()) for each in sample())
    done, told = take(archive, write(tmp_path / "a.warc.zst", data))
    assert (done.total("taken"), done.total("refused")) == (3, 0), told
    assert_sound(archive)
    done, told = take(archive, write(tmp_path / "cut.warc.zst", data[:-20]))
    assert (done.total("taken"), done.total("there")) == (0, 3)
    assert [each.why for each in told if each.what == "refused"][-1].endswith("a zstd frame")


# ---------------------------------------------------------------- real tools


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve *folder* and give its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


_CAPTURE = """
import sys
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1], warc_version="1.1"):
    for address in sys.argv[2:]:
        requests.get(address).close()
"""


def by_wget(out: Path, address: str, *, gz: bool) -> Path:
    """Let wget write a WARC of a site."""
    if not shutil.which("wget"):
        pytest.skip("there is no wget")
    options = [] if gz else ["--no-warc-compression"]
    words = [
        "wget",
        "-q",
        "-r",
        "-l2",
        *options,
        f"--warc-file={out / 'w'}",
        "-P",
        str(out / "dl"),
        address,
    ]
    subprocess.run(words, check=False, timeout=60)
    return out / ("w.warc.gz" if gz else "w.warc")


def by_warcio(out: Path, address: str) -> Path:
    """Let warcio's capture_http write a WARC of the pages of a site."""
    path = out / "c.warc.gz"
    pages = [f"{address}{name}.html" for name in (1, 2, 3)]
    subprocess.run(
        [sys.executable, "-c", _CAPTURE, str(path), *pages],
        check=True,
        timeout=60,
        env=environment(),
    )
    return path


def by_a_1_0_writer(out: Path, address: str) -> Path:
    """Write a WARC 1.0 with warcio's own writer."""
    path = out / "o.warc.gz"
    with path.open("wb") as file:
        writer = Writer(file, gzip=True, warc_version="1.0")
        for number, body in enumerate((ONE, TWO, THREE), 1):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
            record = writer.create_warc_record(
                f"{address}{number}.html", "response", payload=BytesIO(body), http_headers=head
            )
            writer.write_record(record)
    return path


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the WARCs that other tools have written of one site."""
    out = tmp_path_factory.mktemp("crawls")
    site = out / "site"
    site.mkdir()
    links = "".join(f'<a href="{n}.html">Story {n}</a>' for n in (1, 2, 3))
    (site / "index.html").write_text(f"<html><body>{links}</body></html>")
    for number, body in enumerate((ONE, TWO, THREE), 1):
        (site / f"{number}.html").write_bytes(body)
    with served(site) as address:
        return {
            "wget": by_wget(out, address, gz=True),
            "wget, plain": by_wget(out, address, gz=False),
            "warcio": by_warcio(out, address),
            "1.0": by_a_1_0_writer(out, address),
        }


TOOLS = ("wget", "wget, plain", "warcio", "1.0")


@pytest.mark.parametrize("tool", TOOLS)
def test_what_other_tools_write_comes_in_whole(
    archive: Archive, crawls: dict[str, Path], tool: str
) -> None:
    """wget, warcio's capture_http and a writer of WARC 1.0: every page is there."""
    done, told = take(archive, crawls[tool])
    assert done.total("refused") == 0, told
    assert done.stories_new == 3
    assert_sound(archive)
    assert take(archive, crawls[tool])[0].total("taken") == 0


def cut(data: bytearray) -> None:
    del data[-200:]


def middle_of(data: bytearray) -> int:
    # In a plain file nothing guards a record's head: there it must be a block.
    at = data.find(b"The keeper", len(data) // 2)
    return at if at > 0 else len(data) // 2


def flip(data: bytearray) -> None:
    data[middle_of(data)] ^= 0x55


def zero(data: bytearray) -> None:
    middle = middle_of(data)
    data[middle : middle + 64] = bytes(64)


def drop(data: bytearray) -> None:
    middle = len(data) // 2
    del data[middle : middle + 100]


def behind(data: bytearray) -> None:
    data += b"\0" * 4096


@pytest.mark.parametrize("damage", [cut, flip, zero, drop, behind])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_damaged_one_gives_all_that_is_whole(
    archive: Archive, crawls: dict[str, Path], tmp_path: Path, tool: str, damage: object
) -> None:
    """Five kinds of damage: at most one page is lost, what is lost is told by its place."""
    data = bytearray(crawls[tool].read_bytes())
    damage(data)  # type: ignore[operator]
    path = write(tmp_path / "damaged.warc.gz", bytes(data))
    done, told = take(archive, path)
    refused = [each for each in told if each.what == "refused"]
    assert refused
    assert all("damaged.warc.gz at " in each.place and each.why for each in refused)
    assert done.stories_new >= 2
    kept = archive.config.archive.warcs / "imported"
    assert bytes(data) in [each.read_bytes() for each in kept.iterdir()]
    assert_sound(archive)
    assert take(archive, path)[0].total("taken") == 0


def test_zeros_in_the_head_of_a_request_are_told(
    archive: Archive, crawls: dict[str, Path], tmp_path: Path
) -> None:
    """In a plain file no checksum guards a head: what cannot have been written so is damage."""
    data = bytearray(crawls["wget, plain"].read_bytes())
    at = data.index(b"WARC-IP-Address", data.index(b"WARC-Type: request"))
    data[at - 20 : at - 4] = bytes(16)
    done, told = take(archive, write(tmp_path / "damaged.warc.gz", bytes(data)))
    (refused,) = [each for each in told if each.what == "refused"]
    assert refused.why.startswith("its head has NUL characters")
    assert done.stories_new == 3


# ---------------------------------------------------------------- time, revisits, the same twice


def test_an_old_capture_is_an_older_version(tmp_path: Path) -> None:
    """What others saved in 2004 stands before what the site says now, and asks for nothing."""
    with RawServer({"*": answer(page("One", more="<p>And it was mended later.</p>"))}) as server:
        archive = make_archive(tmp_path, [server.url("/1.html")])
        archive.run()
        before = rows(archive, "SELECT * FROM page")
        path = write(tmp_path / "old.warc.gz", packed([response(server.url("/1.html"), ONE)]))
        done, _ = take(archive, path)
        assert (done.stories_new, done.stories_changed) == (0, 0)
        assert rows(archive, "SELECT * FROM page") == before
    seen = rows(archive, "SELECT number, first_seen, text IS NULL FROM version ORDER BY number")
    assert [(each[0], each[1][:4] == "2004", each[2]) for each in seen] == [
        (1, True, 0),
        (2, False, 1),
    ]
    assert_sound(archive)


def test_rules_that_others_captured_hold_no_more(tmp_path: Path) -> None:
    """A robots.txt in somebody's WARC neither opens nor closes a site for our runs."""
    answers = {"/robots.txt": b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "*": answer(ONE)}
    with RawServer(answers) as server:
        archive = make_archive(tmp_path, [server.url("/1.html")])
        rules = Record("response", server.url("/robots.txt"), message(b"User-agent: *\nAllow: /\n"))
        take(archive, write(tmp_path / "a.warc.gz", packed([info(), rules])))
        assert archive.run().captures == 1  # the robots.txt alone: it is unreachable
    assert_sound(archive)


def test_a_revisit_finds_its_response_in_another_file(archive: Archive, tmp_path: Path) -> None:
    """By address and date, although the file with the response is imported later."""
    later = revisit(f"{SITE}/1.html", ONE, "2005-01-01T00:00:00Z",
                    of_url=f"{SITE}/1.html", of_date="2004-05-06T07:08:09Z")  # fmt: skip
    take(archive, write(tmp_path / "b.warc.gz", packed([info(), later])))
    assert captured(archive)[0][2] == "error"
    assert archive.verify().damage == []
    take(archive, write(tmp_path / "a.warc.gz", packed([info(), response(f"{SITE}/1.html", ONE)])))
    assert [each[2] for each in captured(archive)] == ["story", "story"]
    assert_sound(archive)


def test_a_revisit_by_record_id_and_one_by_digest(archive: Archive, tmp_path: Path) -> None:
    """wget names the record; a poor crawler names the digest alone."""
    first = response(f"{SITE}/1.html", ONE)
    named = revisit(f"{SITE}/1.html", ONE, "2005-01-01T00:00:00Z", of_url="", of_date="")
    named.fields.append(("WARC-Refers-To", identifier("response", first.url, first.date)))
    bare = revisit(f"{SITE}/1.html", ONE, "2006-01-01T00:00:00Z", of_url="", of_date="")
    take(archive, write(tmp_path / "a.warc.gz", packed([info(), first, named, bare])))
    assert [each[2] for each in captured(archive)] == ["story"] * 3
    assert rows(archive, "SELECT count(*) FROM version") == [(1,)]
    assert_sound(archive)


def test_a_revisit_loop_ends(archive: Archive, tmp_path: Path) -> None:
    """Two revisits of each other have no text, and stop nobody."""
    one = revisit(f"{SITE}/1.html", ONE, "2005-01-01T00:00:00Z", of_url="", of_date="")
    two = revisit(f"{SITE}/1.html", ONE, "2006-01-01T00:00:00Z", of_url="", of_date="")
    one.id, two.id = identifier("one"), identifier("two")
    one.fields.append(("WARC-Refers-To", two.id))
    two.fields.append(("WARC-Refers-To", one.id))
    done, _ = take(archive, write(tmp_path / "a.warc.gz", packed([info(), one, two])))
    assert done.total("taken") == 2
    assert [each[2] for each in captured(archive)] == ["error", "error"]
    assert_sound(archive)


def test_the_same_capture_in_another_file_is_there_already(
    archive: Archive, tmp_path: Path
) -> None:
    """A file that holds what another held, and one page more, adds that page."""
    take(archive, write(tmp_path / "a.warc.gz", packed(sample()[:3])))
    done, told = take(archive, write(tmp_path / "b.warc.gz", packed(sample())))
    assert (done.total("taken"), done.total("there")) == (1, 2)
    assert all("imported/" in each.why for each in told if each.what == "there")
    assert_sound(archive)


def test_payloads_are_decoded_as_from_the_net(archive: Archive, tmp_path: Path) -> None:
    """gzip, chunked, chunked that was undone by the crawler, and a cut one."""
    squeezed = gzip.compress(ONE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(TWO), TWO)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    cut_short = Record("response", f"{SITE}/4.html", message(page("Four"))[:-300],
                       fields=[("WARC-Truncated", "time")])  # fmt: skip
    records = [
        Record(
            "response", f"{SITE}/1.html", message(squeezed, headers="Content-Encoding: gzip\r\n")
        ),
        Record("response", f"{SITE}/2.html", head + chunked),
        Record("response", f"{SITE}/3.html", head + THREE),
        cut_short,
    ]
    done, told = take(archive, write(tmp_path / "a.warc.gz", packed([info(), *records])))
    assert (done.total("taken"), told) == (4, [])
    found = rows(archive, "SELECT title, words FROM story ORDER BY url")
    assert [title for title, _ in found] == ["One", "Two", "Three", "Four"]
    assert rows(archive, "SELECT truncated FROM capture WHERE truncated IS NOT NULL") == [("time",)]
    assert_sound(archive)


# ---------------------------------------------------------------- links, kills, disks


def test_a_linked_file_stays_where_it_is(archive: Archive, tmp_path: Path) -> None:
    """--link copies nothing; a file that was moved or changed is told by verify."""
    path = write(tmp_path / "big.warc.gz", packed(sample()))
    done, _ = take(archive, path, link=True)
    assert done.total("taken") == 3
    (link,) = (archive.config.archive.warcs / "imported").iterdir()
    assert link.is_symlink()
    assert_sound(archive)
    data = path.read_bytes()
    path.write_bytes(data[:-40] + b"x" * 40)
    assert [each.kind for each in archive.verify().damage][:1] == ["sha256"]
    path.write_bytes(data)
    assert archive.verify().damage == []
    path.rename(tmp_path / "elsewhere.warc.gz")
    assert "missing" in [each.kind for each in archive.verify().damage]


@pytest.mark.parametrize("form", ["records", "gzip around all"])
def test_a_killed_import_goes_on(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Dead at any rename or listing: the same import again gives the same as one that lived."""
    from storykeep.warc import disk

    path = write(tmp_path / "a.warc.gz", FORMS[form]())
    wished = make_archive(tmp_path, ["http://127.0.0.1:1/"])
    take(wished, path)
    want = [line.split("\t")[0] for line in dump(wished)]

    class Dead(BaseException):
        pass

    left_by_a_kill = archive.config.archive.warcs / "imported" / "work-x"
    left_by_a_kill.mkdir(parents=True)
    take(archive, path)
    assert not left_by_a_kill.exists()
    for number in range(1, 12, 2):
        home = tmp_path / f"home{number}"
        home.mkdir()
        archive = make_archive(home, ["http://127.0.0.1:1/"])
        left = number

        def dying(real, *words: object, **more: object):  # type: ignore[no-untyped-def]
            nonlocal left
            left -= 1
            if not left:
                raise Dead
            return real(*words, **more)

        with monkeypatch.context() as patch:
            for name in ("sync_folder", "replace_durably"):
                patch.setattr(disk, name, partial(dying, getattr(disk, name)))
            try:
                take(archive, path)
                died = False
            except Dead:
                died = True
        take(archive, path)
        assert [line.split("\t")[0] for line in dump(archive)] == want
        assert len(captured(archive)) == 3
        assert archive.verify().damage == []
        if not died:
            break
    assert number > 3
    assert_sound(archive)


def test_a_copy_gives_a_lost_import_back(archive: Archive, tmp_path: Path) -> None:
    """repair --from puts an imported file back byte for byte; without a copy it says what is lost."""
    take(archive, write(tmp_path / "a.warc.gz", packed(sample())),
         write(tmp_path / "b.warc", plain([info(), response(f"{SITE}/9.html", page("Nine"))])))  # fmt: skip
    before = dump(archive)
    warcs = archive.config.archive.warcs
    shutil.copytree(warcs, tmp_path / "copy" / "warcs")
    for path in (warcs / "imported").iterdir():
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    assert archive.verify().damage
    archive.repair(tmp_path / "copy")
    assert dump(archive) == before
    assert_sound(archive)
    next((warcs / "imported").glob("*-a.warc.gz")).unlink()
    done = archive.repair()
    assert {lost.url for lost in done.lost} == {f"{SITE}/{n}.html" for n in (1, 2, 3)}
    assert_sound(archive)


def test_the_command_reports(archive: Archive, tmp_path: Path) -> None:
    """In words and in JSON; 3 where something was refused, 0 the second time."""
    home = archive.config.folder
    path = write(tmp_path / "a.warc.gz", packed(sample())[:-30])
    first = command("import", str(path), folder=home)
    assert first.returncode == 3
    assert "3 captures taken in" in first.stdout
    assert "a.warc.gz at" in first.stderr
    second = command("import", str(path), "--json", folder=home)
    assert second.returncode == 0
    assert '"there already"' not in second.stdout
    assert '"event": "done"' in second.stdout


def test_an_unreadable_file_is_an_error(archive: Archive, tmp_path: Path) -> None:
    """What is nothing of ours is refused by name; the rest is taken in."""
    done, told = take(
        archive, write(tmp_path / "x.bin", bytes(range(256))), write(tmp_path / "e", b"")
    )
    assert [each.why for each in told] == [
        "it is nothing that can be imported: no page",
        "it is nothing that can be imported: it is empty",
    ]
    assert done.total("refused") == 2
    done, told = take(archive, tmp_path / "not there")
    assert [(each.what, each.why[:17]) for each in told] == [("refused", "it cannot be read")]
