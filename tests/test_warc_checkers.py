"""What other people's tools say of our WARCs: the commands as people run them, on every record."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from storykeep.fetch import Limits, Session
from storykeep.model import Exchange
from storykeep.warc import Writer, files
from storykeep.warc import fields as f
from storykeep.warc.record import sha1, write_record
from storykeep.warc.unit import record_fields
from tests.exchanges import INFO, STORY
from tests.site.wire_server import Answer, RawServer, Reset
from tests.test_warc_fetch import PACKED, SENT

ANSWERS = {
    **SENT,
    "/reset": Answer([SENT["/length"][:60], Reset()]),
    "/icy": b"ICY 200 OK\r\n\r\n\xff\xfb",
    "/same": Answer([b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"]),
}


def check(tool: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `warcio check` or `fastwarc check` as the installed command does."""
    module = {"warcio": "warcio.cli", "fastwarc": "fastwarc.cli"}[tool]
    run = f"from {module} import main; main()"
    command = [sys.executable, "-W", "ignore", "-c", run, "check", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def fastwarc_verdicts(path: Path) -> dict[str, str]:
    """Return what `fastwarc check -p` says of each record, by record id."""
    told = path.with_suffix(".verdicts")
    check("fastwarc", "-q", "-p", "-o", str(told), str(path))
    lines = told.read_text().splitlines()
    return dict(line.rsplit(": ", 1) for line in lines)  # type: ignore[misc]


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """A WARC with every kind of record, fetched over real HTTP; the path is that of the file."""
    folder = tmp_path_factory.mktemp("checkers")
    limits = Limits(connect_timeout=5, read_timeout=5, deadline=10)
    with (
        RawServer(ANSWERS) as server,
        Session(user_agent="t", limits=limits, allow_addresses=["127.0.0.1"]) as session,
        Writer(folder, prefix="t", info=INFO) as writer,
    ):
        for path in ANSWERS:
            answer = session.get(server.url(path))
            if not isinstance(answer, Exchange):
                writer.append_failure(answer, source="s")
                continue
            first = writer.append(answer, source="s")
            if path in ("/length", "/gzip"):
                writer.append(answer, source="s", refers_to=first)
            if path == "/length":
                whole = first
            if path == "/same":
                writer.append(answer, source="s", refers_to=whole)
            answer.close()
    (path,) = files(folder)
    return path


def record_types(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {each.rec_headers["WARC-Record-ID"]: each.rec_type for each in ArchiveIterator(file)}


def test_warcio_check_passes(archive):
    """It exits 0 and says nothing."""
    done = check("warcio", str(archive))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_fastwarc_check_passes(archive):
    """It exits 0: every block is what its digest says."""
    done = check("fastwarc", "-q", str(archive))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_fastwarc_check_with_payloads_passes_but_for_revisits(archive):
    """What it calls wrong are the payload digests of revisits, all of them, and nothing else."""
    types = record_types(archive)
    verdicts = fastwarc_verdicts(archive)
    assert verdicts.keys() == types.keys()
    revisits = {each for each, kind in types.items() if kind == "revisit"}
    assert len(revisits) == 3
    assert {verdicts[each] for each in revisits} == {"OK, PAYLOAD_FAIL"}
    others = {verdicts[each] for each in types.keys() - revisits}
    assert others == {"OK, PAYLOAD_OK", "OK, PAYLOAD_NO_DIGEST"}


# ---- why no revisit that says what the standard asks for can pass

PAYLOAD = gzip.compress(STORY, mtime=0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PAYLOAD)
HTTP = "application/http; msgtype=response"


def revisit(block: bytes, content: str, digest: str) -> bytes:
    """Return an identical-payload revisit (WARC 1.1, section 6.7.2) with its response before it."""
    out = BytesIO()
    asked = [("WARC-Date", "2026-11-22T18:22:39Z"), ("WARC-Target-URI", "http://lamp.example/")]
    whole = [*asked, ("WARC-Payload-Digest", sha1(hashlib.sha1(PAYLOAD).digest()))]
    original = f.record_id()
    write_record(out, record_fields("response", whole, HTTP, original), HEAD + PAYLOAD)
    again = [
        *asked,
        ("WARC-Profile", f.IDENTICAL_PAYLOAD),
        ("WARC-Truncated", "length"),
        ("WARC-Refers-To", original),
        ("WARC-Refers-To-Target-URI", "http://lamp.example/"),
        ("WARC-Refers-To-Date", "2026-11-22T18:22:39Z"),
        *([("WARC-Payload-Digest", digest)] if digest else []),
    ]
    told = record_fields("revisit", again, content)
    write_record(out, told if content else told[:-1], block)
    return out.getvalue()


SHA1 = sha1(hashlib.sha1(PAYLOAD).digest())


@pytest.mark.parametrize(
    ("block", "content", "digest"),
    [
        pytest.param(HEAD, HTTP, SHA1, id="as we write it"),
        pytest.param(b"", HTTP, SHA1, id="no block"),
        pytest.param(b"", "", SHA1, id="no block and no type"),
        pytest.param(HEAD, "message/http", SHA1, id="the type in the standard's example"),
        pytest.param(HEAD, "", SHA1, id="no type"),
        pytest.param(HEAD, HTTP, "sha1:" + hashlib.sha1(PAYLOAD).hexdigest(), id="in hex"),
        pytest.param(HEAD, HTTP, "sha256:" + hashlib.sha256(PAYLOAD).hexdigest(), id="sha256"),
        pytest.param(HEAD, HTTP, "x:1", id="an algorithm it does not know"),
    ],
)
def test_fastwarc_fails_every_conformant_revisit(tmp_path, block, content, digest):
    """Section 6.7.2 wants the digest ("shall"); FastWARC 2.0 hashes what follows the head instead.

    When this fails, FastWARC has learnt it: then promise 7 in docs/format.md needs no exception.
    """
    path = tmp_path / "revisit.warc.gz"
    path.write_bytes(revisit(block, content, digest))
    assert list(fastwarc_verdicts(path).values()) == ["OK, PAYLOAD_OK", "OK, PAYLOAD_FAIL"]
    assert check("warcio", str(path)).returncode == 0


def test_fastwarc_passes_a_revisit_without_the_digest(tmp_path):
    """So it is the digest, and nothing else of the record, that it stumbles over."""
    path = tmp_path / "revisit.warc.gz"
    path.write_bytes(revisit(HEAD, HTTP, ""))
    assert list(fastwarc_verdicts(path).values()) == ["OK, PAYLOAD_OK", "OK, PAYLOAD_NO_DIGEST"]


def test_a_revisit_replays_as_players_do_it(archive):
    """Head from the revisit, payload by digest, by id, or by address and date: all three agree."""
    responses, revisits = [], []
    with archive.open("rb") as file:
        for each in ArchiveIterator(file, no_record_parse=False):
            fields = dict(each.rec_headers.headers)
            kind = each.rec_type
            if kind in ("response", "revisit"):
                whole = (fields, each.http_headers, each.raw_stream.read())
                (responses if kind == "response" else revisits).append(whole)
    for fields, head, own in revisits:
        assert own == b""
        assert head.get_statuscode() in ("200", "304")
        by_id = [r for r in responses if r[0]["WARC-Record-ID"] == fields["WARC-Refers-To"]]
        place = fields["WARC-Refers-To-Target-URI"], fields["WARC-Refers-To-Date"]
        by_place = [r for r in responses if (r[0]["WARC-Target-URI"], r[0]["WARC-Date"]) == place]
        (found,) = by_id
        assert by_place == by_id
        assert found[0]["WARC-Payload-Digest"] == fields["WARC-Payload-Digest"]
        assert sha1(hashlib.sha1(found[2]).digest()) == fields["WARC-Payload-Digest"]
        assert found[2] in (STORY, PACKED)
