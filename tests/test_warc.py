"""What is written: records that two other readers accept, byte for byte what came."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import revisit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeadersParser

from storykeep.errors import CaptureError, DamageError
from storykeep.model import Capture
from storykeep.warc import Unit, Writer, files, heal, load_page, manifest, page_of, record, scan
from storykeep.warc import fields as f
from storykeep.warc import read as read_message
from tests.exchanges import ANSWERS, INFO, STORY, chunked, exchange, failure, later, page

every_answer = pytest.mark.parametrize("make", ANSWERS.values(), ids=ANSWERS.keys())


def write(folder: Path, *exchanges, **options) -> list[Capture]:
    with Writer(folder, prefix="t", info=INFO) as writer:
        return [writer.append(each, source="lamps", **options) for each in exchanges]


def captures_in(path: Path) -> list[Capture]:
    """Return the captures that a scan finds in *path*, which holds nothing else."""
    units = list(scan(path))
    assert all(isinstance(unit, Unit) for unit in units)
    return [unit.capture for unit in units if isinstance(unit, Unit)]


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """Return (type, fields, block) of each record, by warcio without its HTTP parser."""
    with path.open("rb") as file:
        return [
            (each.rec_type, dict(each.rec_headers.headers), each.raw_stream.read())
            for each in ArchiveIterator(file, no_record_parse=True)
        ]


def warcio_check(path: Path) -> str:
    """Return what `warcio check` says of *path*, "" if all is well."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "warcio.cli", "check", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout + done.stderr) if done.returncode or done.stdout or done.stderr else ""


def fastwarc_check(path: Path) -> list[str | None]:
    """Return the ids of records whose digests FastWARC calls wrong, as its `check -p` does.

    Of a revisit only the block is checked: its payload digest is that of the payload it refers to
    (WARC 1.1, section 6.7.2), which FastWARC 2.0 looks for in the revisit's own, empty payload.
    """
    wrong = []
    with path.open("rb") as file:
        for each in FastIterator(file, parse_http=False):
            block_right = each.verify_block_digest(not each.is_http)
            payload_right = True
            if "WARC-Payload-Digest" in each.headers and each.record_type != revisit:
                each.parse_http()
                payload_right = each.verify_payload_digest(True)
            if not (block_right and payload_right):
                wrong.append(each.record_id)
    return wrong


def test_every_checker_accepts_everything_that_is_written(tmp_path):
    """warcio check and fastwarc check with payload digests pass on every kind of answer."""
    captures = write(tmp_path, *(make() for make in ANSWERS.values()))
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        writer.append(later(page()), source="lamps", refers_to=captures[0])
        writer.append_failure(failure(), source="lamps")
        writer.append_failure(failure(kind="garbage", received=b"ICY 200 OK\r\n\r\n\0"), source="x")
    for path in files(tmp_path):
        assert warcio_check(path) == ""
        assert fastwarc_check(path) == []


@every_answer
def test_the_stored_block_is_what_came_over_the_wire(tmp_path, make):
    """The response record's block has the wire's bytes, and so has what read gives."""
    answer = make()
    sent = answer.response.read()
    (capture,) = write(tmp_path, answer)
    (path,) = files(tmp_path)
    assert records(path)[-1][2] == sent
    with read_message(tmp_path, capture) as (head, message):
        assert message.read() == sent
        assert head == answer.head


@every_answer
def test_what_is_scanned_is_what_append_returned(tmp_path, make):
    """A rebuild gets the very same capture from the WARC alone."""
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        capture = writer.append(make(), source="lamps", via="http://stories.example/", hops=2)
    assert captures_in(files(tmp_path)[0]) == [capture]
    assert (capture.source, capture.via, capture.hops) == ("lamps", "http://stories.example/", 2)


@every_answer
def test_the_page_read_back_is_the_page_as_it_came(tmp_path, make):
    """derive is given the same page in a crawl and in a rebuild."""
    answer = make()
    (capture,) = write(tmp_path, answer)
    assert load_page(tmp_path, capture, max_bytes=10_000) == page_of(answer, max_bytes=10_000)


def test_a_body_longer_than_the_cap_is_a_truncated_page(tmp_path):
    """A smaller cap than at the time of the capture never makes half a page look whole."""
    (capture,) = write(tmp_path, page())
    short = load_page(tmp_path, capture, max_bytes=10)
    assert (short.body, short.truncated) == (STORY[:10], "length")


def test_a_unit_is_request_metadata_and_response_last(tmp_path):
    """Three records after the warcinfo; the first two name the last; all name the warcinfo."""
    (capture,) = write(tmp_path, page())
    (path,) = files(tmp_path)
    kinds = [kind for kind, _, _ in records(path)]
    assert kinds == ["warcinfo", "request", "metadata", "response"]
    (_, info, told), *unit = records(path)
    assert info["WARC-Filename"] == path.name == capture.warc
    assert b"conformsTo: http" in told
    assert b"operator: keeper@example.org\r\n" in told
    assert b"hostname" not in told
    assert all(fields["WARC-Warcinfo-ID"] == info["WARC-Record-ID"] for _, fields, _ in unit)
    assert [fields.get("WARC-Concurrent-To") for _, fields, _ in unit] == [
        capture.record_id, capture.record_id, None,
    ]  # fmt: skip
    assert {fields["WARC-Date"] for _, fields, _ in unit} == {"2026-11-22T18:22:39.123456Z"}
    assert capture.fetched_at == "2026-11-22T18:22:39.123456Z"


def test_each_record_is_one_gzip_member_where_the_row_says(tmp_path):
    """offset and length cut out exactly the response record."""
    captures = write(tmp_path, page(), chunked(), page(b""))
    data = files(tmp_path)[0].read_bytes()
    for capture in captures:
        part = data[capture.offset : capture.offset + capture.length]
        (record,) = ArchiveIterator(BytesIO(part))
        assert record.rec_headers.get_header("WARC-Record-ID") == capture.record_id


def test_protocols_and_address_have_their_headers(tmp_path):
    """WARC-Protocol is repeated, WARC-IP-Address is there."""
    write(tmp_path, page(ip="2001:db8::1", protocols=("http/1.1", "tls/1.3")))
    with files(tmp_path)[0].open("rb") as file:
        *_, last = (dict.fromkeys(each.rec_headers.headers) for each in ArchiveIterator(file))
    assert ("WARC-Protocol", "http/1.1") in last
    assert ("WARC-Protocol", "tls/1.3") in last
    assert ("WARC-IP-Address", "2001:db8::1") in last


def test_a_chunked_payload_digest_is_in_the_metadata_record_only(tmp_path):
    """Checkers hash the chunks, so the standard's digest cannot stand on the response record."""
    (capture,) = write(tmp_path, chunked())
    (plain,) = write(tmp_path / "plain", page())
    _, _, (_, _, told), (_, fields, _) = records(files(tmp_path)[0])
    assert "WARC-Payload-Digest" not in fields
    assert f"payloadDigest: {capture.payload_sha1}\r\n".encode() in told
    assert (capture.payload_sha1, capture.payload_sha256) == (
        plain.payload_sha1,
        plain.payload_sha256,
    )
    assert capture.payload_sha256 == hashlib.sha256(STORY).hexdigest()
    assert records(files(tmp_path / "plain")[0])[3][1]["WARC-Payload-Digest"] == plain.payload_sha1


def test_secrets_are_masked_and_said_to_be(tmp_path):
    """Values of Authorization and Cookie are ***, folded ones too; all other bytes stay."""
    request = (
        b"GET / HTTP/1.1\r\nhost:  a\r\nCOOKIE: a=1;\r\n\tb=2\r\nAuthorization : Basic eA==\r\n"
        b"X-Cookie: kept\r\n\r\nCookie: in the body\r\n"
    )
    write(tmp_path, page(request=request))
    _, (_, _, stored), (_, _, told), _ = records(files(tmp_path)[0])
    assert stored == (
        b"GET / HTTP/1.1\r\nhost:  a\r\nCOOKIE: ***\r\nAuthorization : ***\r\n"
        b"X-Cookie: kept\r\n\r\nCookie: in the body\r\n"
    )
    assert b"masked: COOKIE, Authorization\r\n" in told


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x\r\nWARC-Type: warcinfo\r\n\r\n",
        "http://a.example/ a b\t<c>",
        "<http://a.example/>",
        "http://a.example/\u2028\x85é\udcff\0",
        "",
    ],
)
def test_an_address_cannot_break_the_record(tmp_path, url):
    """Line ends, blanks and brackets in an address are percent-encoded, and nothing crashes."""
    captures = write(tmp_path, page(url=url), page())
    assert captures_in(files(tmp_path)[0]) == captures
    assert warcio_check(files(tmp_path)[0]) == ""


texts = st.text(max_size=40)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts,
    texts,
    st.integers(0, 30),
    st.binary(max_size=200),
    texts,
    st.sampled_from(sorted(ANSWERS)),
)
def test_any_words_come_back_as_stored(tmp_path, source, via, hops, body, problem, name):
    """scan(written) equals what append returned, whatever the names, links and bytes are."""
    folder = Path(mkdtemp(dir=tmp_path))  # of its own: examples differ in one word, or come again
    with Writer(folder, prefix="t", info={"operator": source}) as writer:
        first = writer.append(
            page(body, url=via, problem=problem), source=source, via=via, hops=hops,
            extra=[("note", problem)],
        )  # fmt: skip
        second = writer.append(ANSWERS[name](), source=via, via=source, hops=hops)
        lost = writer.append_failure(
            failure(detail=problem, url=via, received=body), source=source, via=via, hops=hops
        )
    units = list(scan(files(folder)[0]))
    assert [unit.capture for unit in units if isinstance(unit, Unit)] == [first, second]
    assert units[-1] == lost


@given(st.text())
def test_a_field_value_is_one_line_and_stays_as_it_is(text):
    """Cleaning twice is cleaning once, and no reader sees a line end in it."""
    line = f.one_line(text)
    assert f.one_line(line) == line == line.strip()
    assert len(line.splitlines()) <= 1
    assert f.uri(f.uri(text)) == f.uri(text)
    assert f.uri(text).isascii()


def test_extra_metadata_cannot_pose_as_ours(tmp_path):
    """A name that rebuild reads is refused."""
    with (
        Writer(tmp_path, prefix="t", info=INFO) as writer,
        pytest.raises(ValueError, match="Source"),
    ):
        writer.append(page(), source="lamps", extra=[("Source", "forged")])
    assert files(tmp_path) == []


# ---- revisits


def test_an_unchanged_payload_is_stored_as_a_revisit(tmp_path):
    """The revisit names the response, keeps the new head and has no payload; its page is the same."""
    (original,) = write(tmp_path, page())
    again = later(page(fields=b"X-New: 1\r\n"))
    (capture,) = write(tmp_path, again, refers_to=original)
    assert capture.revisit_of == original.record_id
    assert (capture.payload_sha1, capture.payload_sha256) == (
        original.payload_sha1, original.payload_sha256,
    )  # fmt: skip
    kind, fields, block = records(files(tmp_path)[1])[-1]
    assert kind == "revisit"
    assert fields["WARC-Profile"] == f.IDENTICAL_PAYLOAD
    assert fields["WARC-Refers-To"] == original.record_id
    assert fields["WARC-Refers-To-Target-URI"] == original.url
    assert fields["WARC-Refers-To-Date"] == original.fetched_at
    assert fields["WARC-Payload-Digest"] == original.payload_sha1
    assert block + STORY == again.response.read()
    assert captures_in(files(tmp_path)[1]) == [capture]
    loaded = load_page(tmp_path, capture, original=original, max_bytes=10_000)
    assert loaded == page_of(again, max_bytes=10_000)


def test_not_modified_refers_to_the_original_with_its_digest(tmp_path):
    """A 304 says that the page is as it was: status, fields and body are the original's."""
    (original,) = write(tmp_path, page())
    answer = later(exchange(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"))
    (capture,) = write(tmp_path, answer, refers_to=original)
    kind, fields, block = records(files(tmp_path)[1])[-1]
    assert (kind, fields["WARC-Profile"]) == ("revisit", f.NOT_MODIFIED)
    assert fields["WARC-Payload-Digest"] == original.payload_sha1 == capture.payload_sha1
    assert block == b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    assert captures_in(files(tmp_path)[1]) == [capture]
    loaded = load_page(tmp_path, capture, original=original, max_bytes=10_000)
    assert loaded == load_page(tmp_path, original, max_bytes=10_000)


def test_not_modified_since_a_chunked_original_carries_no_digest(tmp_path):
    """Its record carries none either, and the digests must be found again by those who look."""
    (original,) = write(tmp_path, chunked())
    (capture,) = write(tmp_path, exchange(b"HTTP/1.1 304 Not Modified\r\n\r\n"), refers_to=original)
    assert capture.revisit_of == original.record_id
    assert "WARC-Payload-Digest" not in records(files(tmp_path)[1])[-1][1]
    assert capture.payload_sha256 == original.payload_sha256


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(page, lambda: page(b"changed"), id="the payload changed"),
        pytest.param(chunked, page, id="the original carries no payload digest"),
        pytest.param(lambda: page(b""), lambda: page(b""), id="there is no payload"),
        pytest.param(lambda: page(truncated="time"), page, id="the original was cut"),
        pytest.param(page, lambda: page(truncated="time"), id="the answer was cut"),
        pytest.param(page, lambda: page(fields=b"Content-Encoding: x\r\n"), id="another coding"),
        pytest.param(page, lambda: page(fields=b"Location: /x\r\n"), id="another target"),
        pytest.param(page, lambda: page(status=b"404 Not Found"), id="another status"),
        pytest.param(
            lambda: exchange(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            lambda: exchange(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            id="a 304 that refers to nothing",
        ),
    ],
)
def test_whatever_a_revisit_could_not_give_back_is_stored_whole(tmp_path, first, second):
    """The response record is written in full and refers to nothing."""
    (original,) = write(tmp_path, first())
    (capture,) = write(tmp_path, second(), refers_to=original)
    assert capture.revisit_of is None
    assert records(files(tmp_path)[1])[-1][0] == "response"


def test_a_revisit_never_refers_to_what_cannot_be_read(tmp_path):
    """Where the original's file is damaged or gone, the payload is stored again."""
    (original,) = write(tmp_path, page())
    path = files(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[original.offset + original.length // 2] ^= 1
    path.write_bytes(data)
    (second,) = write(tmp_path, page(), refers_to=original)
    path.unlink()
    (third,) = write(tmp_path, page(), refers_to=original)
    assert second.revisit_of is third.revisit_of is None


def test_a_revisit_without_its_original_is_damage(tmp_path):
    """No page is made up where the response is not at hand."""
    (original,) = write(tmp_path, page())
    (capture,) = write(tmp_path, page(), refers_to=original)
    with pytest.raises(DamageError, match="refers to"):
        load_page(tmp_path, capture, max_bytes=1_000)


# ---- files


def test_a_run_with_nothing_due_leaves_no_file(tmp_path):
    """The WARC is opened at the first append."""
    with Writer(tmp_path / "warcs", prefix="t", info=INFO) as writer:
        assert writer.seal() == []
    assert not (tmp_path / "warcs").exists()


def test_a_file_is_open_until_it_is_sealed_and_readable_all_the_time(tmp_path):
    """Rows name the final file; a reader finds it under either name."""
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        capture = writer.append(page(), source="lamps")
        assert [path.name for path in files(tmp_path)] == [capture.warc + ".open"]
        assert load_page(tmp_path, capture, max_bytes=1_000).body == STORY
        (sealed,) = writer.seal()
        assert load_page(tmp_path, capture, max_bytes=1_000).body == STORY
        second = writer.append(page(), source="lamps")
    assert [path.name for path in files(tmp_path)] == [capture.warc, second.warc]
    assert sealed == manifest(tmp_path)[0]
    (tmp_path / capture.warc).rename(tmp_path / (capture.warc + ".open"))
    assert load_page(tmp_path, capture, max_bytes=1_000).body == STORY


def test_the_manifest_is_what_sha256sum_reads(tmp_path):
    """`sha256sum -c` finds every file right, and the size stands beside it."""
    write(tmp_path, page())
    write(tmp_path, chunked())
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": OK") == 2
    assert [(each.file, each.bytes) for each in manifest(tmp_path)] == [
        (path.name, path.stat().st_size) for path in files(tmp_path)
    ]


def test_files_are_rotated_when_they_are_full(tmp_path):
    """Each file that has reached max_bytes is sealed before the next unit is written."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    with Writer(tmp_path, prefix="t", info=INFO, max_bytes=3_000, clock=lambda: moment) as writer:
        captures = [writer.append(page(os.urandom(900)), source="lamps") for _ in range(12)]
        sealed = writer.seal()
    assert [path.name for path in files(tmp_path)] == [each.file for each in sealed]
    assert len(sealed) > 3
    assert sealed[1].file == "t-20261122000000-00001.warc.gz"
    assert [each for path in files(tmp_path) for each in captures_in(path)] == captures


def test_threads_share_one_writer(tmp_path):
    """Two threads with 200 exchanges each: every capture can be read and is listed once."""
    captures: list[Capture] = []

    def work(name: str) -> None:
        for number in range(200):
            body = b"%s %d" % (name.encode(), number)
            captures.append(writer.append(page(body), source=name))

    with Writer(tmp_path, prefix="t", info=INFO, max_bytes=40_000) as writer:
        threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(captures) == 400
    found = [each for path in files(tmp_path) for each in captures_in(path)]
    assert sorted(found, key=repr) == sorted(captures, key=repr)
    bodies = {load_page(tmp_path, each, max_bytes=100).body for each in captures}
    assert len(bodies) == 400


def test_a_big_body_is_stored_whole_in_bounded_memory(tmp_path):
    """20 MB that hardly compress pass through a temporary file."""
    import tracemalloc

    body = os.urandom(1 << 20) * 20
    answer = page(body)
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        tracemalloc.start()
        capture = writer.append(answer, source="lamps")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 6 << 20
    assert load_page(tmp_path, capture, max_bytes=1 << 30).body == body


# ---- when the disk does not play along


def test_a_file_that_exists_is_never_appended_to(tmp_path):
    """Another run in the same second gets the next serial."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    names = []
    for _ in range(3):
        with Writer(tmp_path, prefix="t", info=INFO, clock=lambda: moment) as writer:
            names.append(writer.append(page(), source="lamps").warc)
    assert len(set(names)) == 3


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path, monkeypatch):
    """A read-only folder is a CaptureError with a hint, not a traceback."""

    def refuse(*_args, **_options):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    writer = Writer(tmp_path, prefix="t", info=INFO)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(CaptureError, match="Permission denied") as caught:
            writer.append(page(), source="lamps")
    assert "let this user write" in caught.value.hint
    assert files(tmp_path) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path):
    """The same with real permissions."""
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(CaptureError):
            Writer(tmp_path, prefix="t", info=INFO).append(page(), source="lamps")
    finally:
        tmp_path.chmod(0o755)


class Disk:
    """os.write and os.fsync that fail when told to."""

    def __init__(self, monkeypatch) -> None:
        self.bite = 1 << 30  # the most that one write takes
        self.room = 1 << 30  # bytes until the disk is full
        self.fsync_fails = False
        self._write, self._fsync = os.write, os.fsync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def write(self, descriptor: int, data) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = self._write(descriptor, bytes(data)[: min(self.bite, self.room)])
        self.room -= done
        return done

    def fsync(self, descriptor: int) -> None:
        if self.fsync_fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self._fsync(descriptor)


def test_short_writes_are_continued(tmp_path, monkeypatch):
    """A write that takes seven bytes at a time stores the same unit."""
    disk = Disk(monkeypatch)
    disk.bite = 7
    (capture,) = write(tmp_path, page())
    assert load_page(tmp_path, capture, max_bytes=1_000).body == STORY
    assert heal(tmp_path) == []


@pytest.mark.parametrize("room", [0, 1, 100, 700])
def test_a_full_disk_loses_only_the_unit_that_did_not_fit(tmp_path, monkeypatch, room):
    """The file ends with its last whole unit, and writing goes on when there is room."""
    disk = Disk(monkeypatch)
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        first = writer.append(page(), source="lamps")
        disk.room = room
        with pytest.raises(CaptureError, match="No space left") as caught:
            writer.append(page(), source="lamps")
        assert "make room" in caught.value.hint
        disk.room = 1 << 30
        second = writer.append(page(), source="lamps")
    (path,) = files(tmp_path)
    assert captures_in(path) == [first, second]
    assert warcio_check(path) == ""
    assert manifest(tmp_path)[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_full_disk_at_the_first_write_leaves_no_file(tmp_path, monkeypatch):
    """A file without a capture is taken away again."""
    disk = Disk(monkeypatch)
    disk.room = 50
    with Writer(tmp_path, prefix="t", info=INFO) as writer, pytest.raises(CaptureError):
        writer.append(page(), source="lamps")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("meanwhile", [None, repr], ids=["idle", "busy"])
def test_after_a_failed_fsync_nothing_is_trusted(tmp_path, monkeypatch, meanwhile):
    """The writer refuses further work and leaves the file to heal, which keeps what was reported."""
    disk = Disk(monkeypatch)
    writer = Writer(tmp_path, prefix="t", info=INFO)
    first = writer.append(page(), source="lamps")
    disk.fsync_fails = True
    with pytest.raises(CaptureError, match="Input/output error"):
        writer.append(page(), source="lamps", meanwhile=meanwhile)
    disk.fsync_fails = False
    with pytest.raises(CaptureError, match="nothing more is written"):
        writer.append(page(), source="lamps")
    with pytest.raises(CaptureError):
        writer.seal()
    writer.close()
    assert manifest(tmp_path) == []
    heal(tmp_path)
    (path,) = files(tmp_path)
    assert captures_in(path)[0] == first


def test_a_draft_is_what_is_stored_where_it_fits(tmp_path):
    """Built ahead, it is the same unit; a revisit, and another file, are built anew."""
    with Writer(tmp_path, prefix="t", info=INFO, max_bytes=1) as writer:
        told = {"source": "lamps", "via": "http://h.example/", "hops": 2}
        assert writer.draft(page(), **told) is None  # no file is open: nothing is written ahead
        first = writer.append(page(), **told)
        with closing(writer.draft(page(), **told)) as late:
            second = writer.append(page(), **told, draft=late)  # max_bytes: into the next file
        assert second.record_id != late.capture.record_id
        with closing(writer.draft(page(), **told)) as draft:
            third = writer.append(page(), **told, refers_to=first, draft=draft)
        assert third.revisit_of == first.record_id
    with Writer(tmp_path, prefix="u", info=INFO) as writer:
        writer.append(page(), **told)
        with closing(writer.draft(page(), **told)) as draft:
            fourth = writer.append(page(), **told, draft=draft)
    assert (fourth.record_id, fourth.payload_sha256) == (
        draft.capture.record_id,
        first.payload_sha256,
    )
    assert (fourth.source, fourth.via, fourth.hops) == ("lamps", "http://h.example/", 2)
    assert [warcio_check(path) for path in files(tmp_path)] == [""] * len(files(tmp_path))
    assert captures_in(tmp_path / fourth.warc)[-1] == fourth


def test_what_is_done_while_the_disk_works_may_fail(tmp_path):
    """It is told of a capture without a place; an error of its own takes the unit back."""
    told: list[Capture] = []

    def fail(capture: Capture) -> None:
        raise ZeroDivisionError(capture.url)

    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        first = writer.append(page(), source="lamps", meanwhile=told.append)
        with pytest.raises(ZeroDivisionError):
            writer.append(page(), source="lamps", meanwhile=fail)
        second = writer.append(page(), source="lamps", meanwhile=told.append)
        assert writer.stored == 2
    assert [replace(each, warc="", offset=0) for each in told] == [
        replace(each, warc="", offset=0) for each in (first, second)
    ]
    assert captures_in(files(tmp_path)[0]) == [first, second]


def test_ctrl_c_between_two_writes_leaves_whole_units(tmp_path, monkeypatch):
    """An interrupt cuts the file back to its last whole unit."""
    writer = Writer(tmp_path, prefix="t", info=INFO)
    first = writer.append(page(), source="lamps")
    real = os.write

    def interrupted(descriptor: int, data) -> int:
        real(descriptor, bytes(data)[:20])
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        writer.append(page(), source="lamps")
    monkeypatch.undo()
    second = writer.append(page(), source="lamps")
    writer.close()
    assert captures_in(files(tmp_path)[0]) == [first, second]


def test_a_file_changed_by_someone_else_is_not_written_on(tmp_path):
    """Offsets would be wrong, so the writer stops."""
    with Writer(tmp_path, prefix="t", info=INFO) as writer:
        writer.append(page(), source="lamps")
        with files(tmp_path)[0].open("ab") as file:
            file.write(b"x")
        with pytest.raises(CaptureError, match="has been changed"):
            writer.append(page(), source="lamps")


def test_only_this_package_imports_warcio():
    """warcio has one door."""
    source = Path(__file__).parent.parent / "src" / "storykeep"
    users = {
        path.parent.name
        for path in source.rglob("*.py")
        if re.search(r"^\s*(from|import) warcio", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"warc"}


FIELD_LINES = st.lists(
    st.one_of(
        st.sampled_from(["WARC-Type: response", "Content-Length:  12 ", "A:b: c", " goes on", "X:", "", "\ty", "No colon", "N : v", "É: v", "WARC-Date: 2001\n-2: x"]),
        st.text("Ab-: \t\r\n\x0b\x1cé", max_size=12),
    ),
    max_size=5,
)  # fmt: skip


@given(st.sampled_from(["WARC/1.1", "WARC/1.0"]), FIELD_LINES)
def test_a_plain_head_is_read_as_warcio_reads_it(version, lines):
    """The short way of reading a record's head says what warcio does, or leaves it to warcio."""
    head = "\r\n".join([version, *lines, "", ""]).encode()
    read = record._usual_fields(head)
    parser = StatusAndHeadersParser(["WARC/1.1", "WARC/1.0"])
    assert read is None or read == list(parser.parse(BytesIO(head)).headers)


def test_a_head_as_we_write_it_is_read_the_short_way():
    """Nearly all heads are read so: what is pinned here is that the short way is taken at all."""
    fields = [("WARC-Type", "response"), ("WARC-Target-URI", "http://a.example/?a=b: c")]
    assert record._usual_fields(f.head(fields)) == fields
