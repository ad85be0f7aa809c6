"""Messages are framed, read and decoded as their bytes say, and nothing that a server sends raises."""

from __future__ import annotations

import gzip
import io
import zlib

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import wire
from storykeep.model import Head

OK = b"HTTP/1.1 200 OK\r\n"
TEXT = b"The lamp was lit before the tide turned. " * 40


def head(*fields: str) -> Head:
    parsed = wire.parse_head(OK + "".join(f"{field}\r\n" for field in fields).encode() + b"\r\n")
    assert parsed is not None
    return parsed


def message(data: bytes, *fields: str) -> io.BytesIO:
    lines = "".join(f"{field}\r\n" for field in fields).encode()
    return io.BytesIO(OK + lines + b"\r\n" + data)


def read(
    data: bytes, *, step: int = 0, method: str = "GET", **caps: int
) -> tuple[wire.ResponseReader, bytes]:
    """Give *data* to a reader, *step* bytes at a time, then the end; return it and what it kept."""
    reader = wire.ResponseReader(method, **caps)
    kept = b""
    for at in range(0, len(data), step or max(1, len(data))):
        kept += reader.feed(data[at : at + (step or len(data))])
    return reader, kept + reader.end()


# ---------------------------------------------------------------- heads


@pytest.mark.parametrize(
    ("raw", "status", "reason", "fields"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", 200, "OK", [("A", "b")], id="ordinary"),
        pytest.param(b"HTTP/1.0 404\nA: b\n\n", 404, "", [("A", "b")], id="LF, no reason"),
        pytest.param(b"HTTP/1.1 200 \r\n\r\n", 200, "", [], id="empty reason, no fields"),
        pytest.param(b"HTTP/1.1  302   Moved  a bit \r\n\r\n", 302, "Moved  a bit", [], id="blanks"),
        pytest.param(b"HTTP/1.1 200 OK\r\na:b\r\nA:   c  \r\n\r\n", 200, "OK", [("a", "b"), ("A", "c")], id="spacing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: one\r\n two\r\n\tthree\r\n\r\n", 200, "OK", [("X", "one two three")], id="folded"),
        pytest.param(b"HTTP/1.1 200 OK\r\n lost\r\nX: y\r\n\r\n", 200, "OK", [("X", "y")], id="folds nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nno colon here\r\n: no name\r\nX: y\r\n\r\n", 200, "OK", [("X", "y")], id="no field"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX : y\r\n\r\n", 200, "OK", [("X", "y")], id="blank before the colon"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: \xe9 \xc3\xa9\xa0\r\n\r\n", 200, "OK", [("X", "\xe9 \xc3\xa9\xa0")], id="not ASCII"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\rb\0c\r\r\n\r\r\n", 200, "OK", [("X", "a b c")], id="CR and NUL"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 1", 200, "OK", [("X", "y")], id="cut"),
    ],
)  # fmt: skip
def test_a_head_is_read_as_old_servers_wrote_it(raw, status, reason, fields):
    """Spellings that RFC 9112 frowns at, but that occur, give the fields that a reader expects."""
    parsed = wire.parse_head(raw)
    assert (parsed.status, parsed.reason, list(parsed.fields)) == (status, reason, fields)
    assert parsed.size == len(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"ICY 200 OK\r\n\r\n",
        b"<html>",
        b"HTTP/1.1",
        b"HTTP/1.1 2000 OK\r\n",
        b"HTTP/1.1 OK\r\n",
    ],
)
def test_what_has_no_status_line_is_no_head(raw):
    """A status line is `HTTP/` and a status of three digits; all else is None."""
    assert wire.parse_head(raw) is None


@given(
    st.binary(max_size=300),
    st.integers(1, 40),
    st.sampled_from(
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
    ),
)
def test_no_bytes_break_a_reader(junk, step, start):
    """Whatever comes, in whatever pieces, the reader ends with a verdict and keeps a prefix."""
    data = start + junk
    reader, kept = read(data, step=step)
    assert reader.complete
    if reader.head is None:
        assert reader.received == data[len(data) - len(reader.received) :]
        assert kept == b""
    else:
        assert len(kept) == reader.size
        assert kept in data
        assert reader.head == wire.parse_head(kept)


# ---------------------------------------------------------------- framing

WHOLE = [
    pytest.param(OK + b"Content-Length: 5\r\n\r\nhello", id="length"),
    pytest.param(OK + b"Content-Length: 5\r\nContent-Length: 05, 5\r\n\r\nhello", id="one length thrice"),
    pytest.param(OK + b"\r\nhello until the end", id="close-delimited"),
    pytest.param(b"HTTP/1.0 200 OK\n\nhello until the end", id="HTTP/1.0, LF only"),
    pytest.param(OK + b"Content-Length: \r\n\r\nhello", id="empty length"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n", id="chunked"),
    pytest.param(OK + b"TRANSFER-ENCODING:CHUNKED\nContent-Length: 3\n\n005  \nhello\n0\n\n", id="chunked, LF only, odd"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", id="no end of the trailer"),
    pytest.param(OK + b"Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nhello", id="identity"),
    pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", id="204"),
    pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", id="304 with a length"),
    pytest.param(OK + b"Content-Length: 0\r\n\r\n", id="empty"),
]  # fmt: skip


@pytest.mark.parametrize("raw", WHOLE)
@pytest.mark.parametrize("step", [0, 1, 7])
def test_a_whole_message_is_kept_whole(raw, step):
    """Each framing of RFC 9112, section 6.3, however it is cut into packets."""
    reader, kept = read(raw, step=step)
    assert (kept, reader.truncated, reader.surplus) == (raw, None, 0)
    assert reader.size == len(raw)


CUT = [
    pytest.param(OK + b"Content-Length: 50\r\n\r\nhello", "disconnect", id="short body"),
    pytest.param(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello", "disconnect", id="absurd length"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "disconnect", id="no last chunk"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "disconnect", id="in a chunk"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n", "disconnect", id="no chunk at all"),
    pytest.param(OK + b"Content-Type: text/html\r\nConte", "disconnect", id="in the head"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nhello, no chunks here\r\n more", "unspecified", id="bad chunk"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n", "unspecified", id="too long a chunk"),
    pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n", "unspecified", id="negative chunk"),
    pytest.param(OK + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello and more", "unspecified", id="two lengths"),
    pytest.param(OK + b"Content-Length: 3, 5\r\n\r\nhello and more", "unspecified", id="two lengths in a line"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "truncated"), CUT)
@pytest.mark.parametrize("step", [0, 1])
def test_a_cut_message_keeps_all_that_came_and_says_so(raw, truncated, step):
    """No byte that came is dropped, and the message is never taken for a whole one."""
    reader, kept = read(raw, step=step)
    assert (kept, reader.truncated) == (raw, truncated)
    assert reader.problem


def test_a_length_that_is_no_number_is_not_believed():
    """A negative length frames nothing: the body goes on until the close, and is whole."""
    raw = OK + b"Content-Length: -5\r\n\r\nhello"
    reader, kept = read(raw)
    assert (kept, reader.truncated) == (raw, None)
    assert "-5" in reader.problem


def test_answers_before_the_answer_are_left_out():
    """100 and 103 are not the answer (RFC 9110, section 15.2)."""
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    answer = OK + b"Content-Length: 2\r\n\r\nhi"
    for step in (0, 1):
        reader, kept = read(interim + answer, step=step)
        assert (kept, reader.head.status, reader.truncated) == (answer, 200, None)


def test_bytes_behind_the_message_are_counted_and_not_kept():
    """What follows the last byte is surplus, in the same packet or in a later one."""
    answer = OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    for step in (0, 1, 1000):
        reader, kept = read(answer + b"junk!", step=step)
        assert (kept, reader.surplus, reader.truncated) == (answer, 5, None)


def test_an_answer_to_head_has_no_body():
    """Content-Length says then what a GET would bring (RFC 9112, section 6.3)."""
    answer = OK + b"Content-Length: 5000\r\n\r\n"
    reader, kept = read(answer, method="HEAD")
    assert (kept, reader.truncated) == (answer, None)


@pytest.mark.parametrize("raw", [b"ICY 200 OK\r\n\r\nmusic", b"<html>no head</html>", b"\r\n" + OK])
def test_what_is_no_http_is_garbage_and_kept_apart(raw):
    """Such bytes never become a message; they are there to be looked at."""
    reader, kept = read(raw, step=3)
    assert (reader.head, reader.garbage, reader.received, kept) == (None, True, raw, b"")


def test_endless_garbage_has_an_end():
    """A radio stream is left after a megabyte, and the reader says so."""
    reader = wire.ResponseReader()
    for _ in range(100):
        reader.feed(b"ICY " * 10_000)
    assert reader.complete
    assert len(reader.received) == 1 << 20
    assert reader.problem


@pytest.mark.parametrize(
    ("raw", "cap"),
    [
        pytest.param(OK + b"X: " + b"y" * 5000 + b"\r\n\r\nhi", "max_header_bytes", id="long header"),
        pytest.param(OK + b"X: y\r\n" * 1000, "max_header_bytes", id="endless headers"),
        pytest.param(OK + b"\r\n" + TEXT * 3, "max_wire_bytes", id="endless body"),
        pytest.param(OK + b"Content-Length: 9000\r\n\r\n" + TEXT * 3, "max_wire_bytes", id="long body"),
        pytest.param(OK + b"Content-Length: 9000\r\n\r\n" + TEXT * 3, "max_body_bytes", id="decoded"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 900, "max_wire_bytes", id="endless chunks"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 900, "max_wire_bytes", id="endless trailer"),
        pytest.param(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(9_000)), "max_body_bytes", id="bomb"),
    ],
)  # fmt: skip
def test_what_goes_past_a_cap_is_cut_there(raw, cap):
    """Reading stops at the cap; what came before it is kept, and marked by its length."""
    for step in (0, 100):
        reader, kept = read(raw, step=step, **{cap: 4000})
        assert (reader.truncated, reader.complete) == ("length", True)
        assert kept
        assert raw.startswith(kept)
        if cap == "max_wire_bytes":
            assert len(kept) == 4000


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HTTP/1.1 103 Hint\r\n\r\n" * 300 + OK, id="endless hints"),
        pytest.param(b"HTTP/1.1 100 Continue\r\nX: ", id="a cut hint"),
        pytest.param(b"HTTP/1.1 100 Continue\r\nX: " + b"y" * 5000, id="an endless hint"),
    ],
)
def test_hints_alone_are_no_answer(raw):
    """A 1xx that is cut, or one of far too many, is not stored as if it were the page."""
    reader, kept = read(raw, max_header_bytes=4000)
    assert (reader.head, reader.complete, reader.garbage, kept) == (None, True, False, b"")
    assert reader.problem


def test_a_body_as_long_as_the_cap_is_whole():
    """Only what is longer than a cap is cut."""
    raw = OK + b"Content-Length: 4000\r\n\r\n" + b"x" * 4000
    reader, _ = read(raw, max_body_bytes=4000, max_wire_bytes=len(raw))
    assert reader.truncated is None


@pytest.mark.parametrize("cut", [1, 8, 12, 30])
def test_a_gzip_stream_that_ends_early_is_cut_although_its_framing_is_whole(cut):
    """A CGI program that died hands a short stream to a server that frames it neatly."""
    coded = gzip.compress(TEXT)[:-cut]
    raw = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(coded) + coded
    reader, kept = read(raw)
    assert (kept, reader.truncated, reader.problem) == (
        raw,
        "unspecified",
        "gzip stream ends early",
    )


def test_a_wrong_coding_label_cuts_nothing():
    """The bytes are whole, only not what the header says: odd, but no cut."""
    raw = OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    reader, _ = read(raw)
    assert reader.truncated is None
    assert reader.problem == "not gzip although the header says so"


# ---------------------------------------------------------------- agreement with h11

VISIBLE = [chr(code) for code in (*range(0x21, 0x7F), *range(0xA0, 0x100))]
token = st.text("abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-", min_size=1, max_size=12)
value = st.text(VISIBLE, max_size=30)
SPECIAL = {"content-length", "transfer-encoding", "connection", "expect", "host", "upgrade"}
fields = st.lists(st.tuples(token, value).filter(lambda f: f[0].lower() not in SPECIAL), max_size=5)


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A well-formed answer to a GET, perhaps with 1xx answers before it and bytes behind it."""
    interim = draw(st.lists(st.sampled_from([100, 102, 103]), max_size=2))
    before = b"".join(b"HTTP/1.1 %d Wait\r\nA: b\r\n\r\n" % status for status in interim)
    status = draw(st.sampled_from([200, 200, 200, 204, 301, 304, 404, 503]))
    version = draw(st.sampled_from([b"1.1", b"1.1", b"1.0"]))
    lines = [f"{name}: {text}".encode("latin-1") for name, text in draw(fields)]
    content = draw(st.binary(max_size=200))
    kind = draw(st.sampled_from(["length", "chunked", "close"]))
    if status in (204, 304):
        content, kind = b"", "none"
    if kind == "length":
        lines.insert(draw(st.integers(0, len(lines))), b"Content-Length: %d" % len(content))
    if kind == "chunked":
        lines.append(b"Transfer-Encoding: chunked")
        content = draw(chunks(content))
    first = (
        b"HTTP/" + version + b" %d %s" % (status, draw(st.sampled_from([b"", b"OK", b"So it is"])))
    )
    raw = before + b"\r\n".join([first, *lines, b"", b""]) + content
    surplus = draw(st.binary(max_size=20)) if kind != "close" else b""
    return raw + surplus


@st.composite
def chunks(draw: st.DrawFn, content: bytes) -> bytes:
    coded = b""
    while content:
        size = draw(st.integers(1, len(content)))
        extension = draw(st.sampled_from([b"", b";a", b";a=b", b';a="b c"']))
        coded += b"%x" % size + extension + b"\r\n" + content[:size] + b"\r\n"
        content = content[size:]
    return coded + b"0\r\n" + draw(st.sampled_from([b"", b"X-Sum: 1\r\n"])) + b"\r\n"


def by_h11(raw: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes, int]:
    """Return status, fields, payload and the number of surplus bytes as h11 reads *raw*."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "a.example")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(raw)
    status, found, content, closed = 0, [], b"", False
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Response):
            status, found = event.status_code, event.headers.raw_items()
        elif isinstance(event, h11.Data):
            content += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            rest = 0 if closed else len(connection.trailing_data[0])
            return status, found, content, rest
        elif event is h11.NEED_DATA:
            connection.receive_data(b"")
            closed = True


@given(responses(), st.integers(1, 400))
def test_on_well_formed_messages_wire_agrees_with_h11(raw, step):
    """Status, fields in order, payload, and where the message ends."""
    status, found, content, surplus = by_h11(raw)
    reader, kept = read(raw, step=step)
    assert reader.truncated is None
    assert reader.head.status == status
    assert [(n.encode("latin-1"), v.encode("latin-1")) for n, v in reader.head.fields] == found
    assert b"".join(wire.payload(io.BytesIO(kept), reader.head)) == content
    assert reader.surplus == surplus


@given(st.data(), st.integers(1, 50))
def test_packets_do_not_matter(data, step):
    """However a message, sound or broken, is cut into packets, the verdict is the same."""
    raw = bytearray(data.draw(responses()))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b"\n", b"\r", b" ", b":", b"0", b"f", b"\xff", b"\r\n\r\n"])
        )
    whole, kept = read(bytes(raw))
    pieces, also_kept = read(bytes(raw), step=step)
    for name in ("head", "received", "garbage", "truncated", "problem", "surplus", "size"):
        assert getattr(pieces, name) == getattr(whole, name)
    assert also_kept == kept
    if whole.head is not None:
        decoded, _ = wire.body(io.BytesIO(kept), whole.head, max_bytes=10**6)
        payload = b"".join(wire.payload(io.BytesIO(kept), whole.head))
        assert decoded == payload or whole.head.get("Content-Encoding")


@pytest.mark.parametrize(
    ("body", "truncated"),
    [
        pytest.param(b"1\r\r\n!\r\n0\r\n\r\n", None, id="two CRs behind a size"),
        pytest.param(b"1\r;\r\n!\r\n0\r\n\r\n", "unspecified", id="a CR in a size"),
        pytest.param(b"1;%s\n!\r\n0\r\n\r\n" % (b"x" * 9000), "unspecified", id="long extension"),
        pytest.param(b"0\r\nA: %s\n\r\n" % (b"x" * 9000), "unspecified", id="long trailer field"),
    ],
)
def test_packets_do_not_matter_to_an_odd_chunk_line(body, truncated):
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    whole, kept = read(raw)
    pieces, also_kept = read(raw, step=1)
    assert (whole.truncated, pieces.truncated) == (truncated, truncated)
    assert (whole.problem, kept) == (pieces.problem, also_kept)


# ---------------------------------------------------------------- payload and body


def test_a_payload_has_no_chunks_but_keeps_its_content_coding():
    """What the payload digest of the WARC standard is taken of."""
    coded = gzip.compress(TEXT)
    chunked = b"%x\r\n%s\r\n%x;last\r\n%s\r\n0\r\nX: y\r\n\r\n" % (
        10,
        coded[:10],
        len(coded) - 10,
        coded[10:],
    )
    fields = ("Content-Encoding: gzip", "Transfer-Encoding: chunked")
    assert b"".join(wire.payload(message(chunked, *fields), head(*fields))) == coded
    assert wire.body(message(chunked, *fields), head(*fields), max_bytes=10**6) == (TEXT, None)


def raw_deflate(data: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(data) + machine.flush()


GZ = gzip.compress(TEXT, mtime=0)
WRONG_SUM = GZ[:-8] + b"\0\0\0\0" + GZ[-4:]


@pytest.mark.parametrize(
    ("coded", "coding", "decoded", "problem"),
    [
        pytest.param(TEXT, "", TEXT, None, id="none"),
        pytest.param(TEXT, "identity", TEXT, None, id="identity"),
        pytest.param(GZ, "gzip", TEXT, None, id="gzip"),
        pytest.param(GZ, "X-GZIP", TEXT, None, id="x-gzip"),
        pytest.param(zlib.compress(TEXT), "deflate", TEXT, None, id="zlib"),
        pytest.param(raw_deflate(TEXT), "deflate", TEXT, None, id="raw deflate"),
        pytest.param(GZ, "deflate", TEXT, None, id="gzip that is called deflate"),
        pytest.param(gzip.compress(GZ), "gzip, gzip", TEXT, None, id="gzip in gzip"),
        pytest.param(zlib.compress(GZ), "gzip, deflate", TEXT, None, id="two codings"),
        pytest.param(GZ + gzip.compress(b"more"), "gzip", TEXT + b"more", None, id="two members"),
        pytest.param(gzip.compress(b"x") * 3000, "gzip", b"x" * 3000, None, id="3,000 members"),
        pytest.param(gzip.compress(b"x") * 10_001, "gzip", b"x" * 10_000, "more than 10000 gzip members", id="10,001 members"),
        pytest.param(b"", "gzip", b"", None, id="empty"),
        pytest.param(GZ + b"\0" * 9, "gzip", TEXT, "9 bytes after the gzip stream", id="padded"),
        pytest.param(TEXT, "gzip", TEXT, "not gzip although the header says so", id="not gzip"),
        pytest.param(b"x", "gzip", b"x", "not gzip although the header says so", id="one byte"),
        pytest.param(TEXT, "deflate", TEXT, "not deflate although the header says so", id="not deflate"),
        pytest.param(TEXT, "br", TEXT, "unknown coding br", id="unknown"),
        pytest.param(GZ, "br, gzip", TEXT, "unknown coding br", id="unknown below gzip"),
        pytest.param(GZ, "gzip," * 9, GZ, "9 codings on one body", id="too many"),
        pytest.param(WRONG_SUM, "gzip", TEXT, "gzip checksum is wrong", id="wrong checksum"),
        pytest.param(GZ[:2], "gzip", b"", "gzip stream ends early", id="two bytes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("step", [1, 10_000])
def test_a_body_is_decoded_as_far_as_it_can_be(coded, coding, decoded, problem, step):
    """Labels lie, streams have tails: the text comes out, and what was wrong is said."""
    stream = SlowStream(message(coded, f"Content-Encoding: {coding}").getvalue(), step)
    assert wire.body(stream, head(f"Content-Encoding: {coding}"), max_bytes=10**6) == (
        decoded,
        problem,
    )


class SlowStream(io.BytesIO):
    """Gives at most *step* bytes at a time, as a decompressing reader may."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self._step = step

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._step if size is None or size < 0 else min(size, self._step))


def test_damage_in_a_gzip_stream_costs_only_what_lies_behind_it():
    """Everything before the damaged byte is decoded."""
    text = bytes(str(list(range(40_000))), "ascii")
    coded = bytearray(gzip.compress(text))
    middle = len(coded) // 2
    coded[middle : middle + 200] = b"\xff" * 200
    decoded, problem = wire.body(
        message(coded, "Content-Encoding: gzip"), head("Content-Encoding: gzip"), max_bytes=10**7
    )
    assert problem == "gzip stream is damaged"
    assert len(decoded) > len(text) * 0.4
    assert text.startswith(decoded[: int(len(text) * 0.4)])


def test_a_bomb_stops_at_the_cap():
    """A megabyte that unpacks to a gigabyte is unpacked as far as it may be, and no further."""
    bomb = bomb_of(1 << 30)
    decoded, problem = wire.body(
        message(bomb, "Content-Encoding: gzip"), head("Content-Encoding: gzip"), max_bytes=1_000_000
    )
    assert (len(decoded), problem) == (1_000_000, "cap")


def test_a_bomb_in_a_bomb_stops_at_the_cap_of_either():
    """The outer coding swells to a gigabyte whose inner stream gives nothing: that is capped too."""
    empty_blocks = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\0\0\0\xff\xff" * 1_000_000
    fields = ("Content-Encoding: gzip, gzip",)
    decoded, problem = wire.body(
        message(gzip.compress(empty_blocks), *fields), head(*fields), max_bytes=100_000
    )
    assert (decoded, problem) == (b"", "cap")


def bomb_of(size: int) -> bytes:
    machine = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    packed = b"".join(machine.compress(block) for _ in range(size >> 20))
    return packed + machine.flush()


def test_a_body_behind_a_bad_chunk_is_still_there():
    """Where the chunks stop making sense, the rest comes as it is, and the body says what is wrong."""
    fields = ("Transfer-Encoding: chunked",)
    decoded, problem = wire.body(
        message(b"5\r\nhello\r\nno size\r\nrest", *fields), head(*fields), max_bytes=99
    )
    assert (decoded, problem) == (b"hellono size\r\nrest", "a chunk size is not a number")


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "gzip, deflate", "br"]))
def test_no_bytes_break_a_decoder(junk, coding):
    """A body decodes to something, whatever it is."""
    for start in (b"", GZ[:10], b"\x78\x9c"):
        decoded, _ = wire.body(
            message(start + junk, f"Content-Encoding: {coding}"),
            head(f"Content-Encoding: {coding}"), max_bytes=10**6,
        )  # fmt: skip
        assert isinstance(decoded, bytes)
