"""What web archives say is read as it is meant, and they are asked no faster than they allow."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.mementos import (
    Event,
    ListError,
    Pace,
    Row,
    choose,
    gap_after,
    held_until,
    is_list,
    is_memento,
    list_address,
    memento_address,
    next_address,
    parse,
    rebuild,
    root_of,
    told_by,
)
from tests.exchanges import exchange, page

CDX = "https://web.archive.org/cdx/search/cdx"
WEB = "https://web.archive.org/web/"
LIST = list_address(CDX, "http://h.example/a/", prefix=True)
MEMENTO = memento_address(WEB, "20030501120000", "http://h.example/a/lamp.html")
HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
DIGEST = "B" * 32


def row(stamp: str, digest: str = DIGEST, url: str = "http://h.example/a", **more: object) -> Row:
    return Row(stamp, url, url, digest=digest and f"sha1:{digest}", **{"status": 200, **more})


# ---- lists


def test_a_list_of_the_wayback_machine_is_read() -> None:
    """Arrays with their names first, a resume key at the end; ports, dashes and odd rows."""
    data = [
        HEADER,
        [
            "example,h)/a",
            "20030501120000",
            "http://h.example:80/a",
            "text/html",
            "200",
            DIGEST,
            "9",
        ],
        [
            "example,h)/a",
            "20040501120000",
            "http://www.H.example/A",
            "warc/revisit",
            "-",
            DIGEST,
            "-",
        ],
        ["example,h)/a", "20041301000000", "http://h.example/a", "text/html", "200", DIGEST, "9"],
        ["example,h)/a", "20050101000000", "mailto:x", "text/html", "200", DIGEST, "9"],
        ["example,h)/a", "20050101000000", "http://h.example/a", "text/html", "200", "3", "9"],
        [],
        ["example%2Ch%29%2Fa+20050101000000%21"],
    ]
    found = parse(json.dumps(data).encode())
    assert [(each.stamp, each.url, each.status, each.digest) for each in found.rows] == [
        ("20030501120000", "http://h.example/a", 200, f"sha1:{DIGEST}"),
        ("20040501120000", "http://www.h.example/A", None, f"sha1:{DIGEST}"),
        ("20050101000000", "http://h.example/a", 200, ""),
    ]
    assert len({each.page for each in found.rows}) == 1
    assert found.odd == 2
    following = next_address(LIST, found.resume)
    assert following.endswith("&resumeKey=example%2Ch%29%2Fa+20050101000000%21")
    assert root_of(following) == root_of(LIST) == LIST


def test_a_list_of_pywb_is_read() -> None:
    """An object a line, under other names."""
    lines = [
        {"urlkey": "example,h)/a", "timestamp": "20030501120000", "url": "http://h.example/a",
         "mime": "text/html", "status": "200", "digest": f"sha1:{DIGEST}", "filename": "x.warc.gz"},
    ]  # fmt: skip
    (found,) = parse("\n".join(map(json.dumps, lines)).encode()).rows
    assert found == Row("20030501120000", "http://h.example/a", "http://h.example/a", "text/html",
                        200, f"sha1:{DIGEST}")  # fmt: skip
    assert "fl=" not in list_address(
        "http://localhost:8080/coll/cdx", "http://h.example/", prefix=True
    )


@pytest.mark.parametrize("body", [b"", b"[]", b"[]\n", json.dumps([HEADER]).encode()])
def test_an_empty_list_is_a_list(body: bytes) -> None:
    """The archive has nothing, and says so in several ways."""
    assert parse(body).rows == ()


@pytest.mark.parametrize(
    "body",
    [b"<html>Blocked", b'[["urlkey"', b'["a"]', b'[["x"], ["y"]]', b'{"a"', b"[" * 100_000, b"42"],
)
def test_what_is_no_list_is_told(body: bytes) -> None:
    """An apology is never an empty list."""
    with pytest.raises(ListError):
        parse(body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_none(body: bytes) -> None:
    """A server may send anything."""
    with suppress(ListError):
        parse(body)


def test_addresses_are_known_again() -> None:
    """Of a list and of a memento; an ordinary page is neither."""
    assert is_list(LIST)
    assert is_list(next_address(LIST, "k"))
    assert not is_list("https://web.archive.org/cdx/search/cdx?url=h.example")
    told = told_by(MEMENTO)
    assert told is not None
    assert (told.service, told.stamp, told.url) == (
        WEB,
        "20030501120000",
        "http://h.example/a/lamp.html",
    )
    assert told_by("http://h.example/a/lamp.html") is None


@given(st.text("abz/?&=%~;,.:@+!*'()$-_ ", max_size=30))
def test_a_memento_address_says_what_went_into_it(path: str) -> None:
    """Whatever an old script's query looks like."""
    url = told_by(memento_address(WEB, "20030501120000", f"http://h.example/{path}"))
    assert url is not None
    again = told_by(memento_address(WEB, "20030501120000", url.url))
    assert again == url


# ---- choosing


def test_good_is_the_last_but_what_many_pages_share() -> None:
    """A parking page comes last of all; the same payload twice is one."""
    rows = [
        row("2001", "A" * 32),
        row("2003", "B" * 32),
        row("2004", "B" * 32),
        row("2015", "P" * 32),
    ]
    found = choose(rows, "good", shared={"sha1:" + "P" * 32})
    assert [each.stamp for each in found.wanted] == ["2003"]
    assert [each.stamp for each in found.spare] == ["2001", "2015"]
    assert [each.stamp for each in choose(rows, "last").wanted] == ["2015"]
    assert [each.stamp for each in choose(rows, "first").wanted] == ["2001"]
    assert [each.stamp for each in choose(rows, "all").wanted] == ["2001", "2003", "2015"]


def test_a_redirect_is_asked_for_only_where_there_is_no_page() -> None:
    """A page that moved later is still there as it was."""
    moved, there = row("2009", "R" * 32, status=302), row("2003")
    assert choose([moved, there], "last").wanted == (there,)
    assert choose([moved], "last").wanted == (moved,)


def test_of_each_letter_case_with_a_payload_of_its_own_one_is_wanted() -> None:
    """They may be two stories; what both have is asked for once, what is parked not besides."""
    upper = "http://a.example/A"
    rows = [
        row("2001", "A" * 32),
        row("2002", "B" * 32),
        row("2003", "C" * 32, url=upper),
        row("2004", "B" * 32, url=upper),
        row("2015", "P" * 32, url=upper),
    ]
    found = choose(rows, "good", shared={"sha1:" + "P" * 32})
    assert [each.stamp for each in found.wanted] == ["2003", "2002"]
    assert [each.stamp for each in found.spare] == ["2001", "2015"]
    assert [each.stamp for each in choose(rows, "first").wanted] == ["2001", "2003"]
    assert [each.stamp for each in choose(rows, "last").wanted] == ["2015", "2002"]
    found = choose([rows[0], rows[4]], "good", shared={"sha1:" + "P" * 32})
    assert [each.stamp for each in found.wanted] == ["2001"]


# ---- the pace


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3)), max_size=300))
def test_no_minute_has_more_than_an_archive_allows(asked: list[tuple[bool, float]]) -> None:
    """Lists and mementos in any order, answered at once or after a while."""
    pace, now = Pace(), 0.0
    times: dict[bool, list[float]] = {True: [], False: []}
    for is_a_list, took in asked:
        now += pace.wait(now)
        pace.asked(now)
        times[is_a_list].append(now)
        now += took
        pace.answered(LIST if is_a_list else MEMENTO, Event(now, "served"))
    for is_a_list, most in ((True, 24), (False, 480)):
        starts = times[is_a_list]
        for first, later in zip(starts, starts[most:], strict=False):
            assert later - first >= 60 - 1e-6


def test_asking_too_early_is_a_bug() -> None:
    """And while an answer is outstanding."""
    pace = Pace()
    pace.asked(0.0)
    with pytest.raises(RuntimeError):
        pace.asked(9.0)
    pace.answered(LIST, Event(10.0, "served"))
    with pytest.raises(RuntimeError):
        pace.asked(10.0 + gap_after(LIST) - 0.01)


def test_rests_grow_and_a_refused_connection_after_a_429_is_a_firewall() -> None:
    """120, 240, 480 seconds; an hour, two hours; what was served ends it."""
    assert held_until([Event(0, "429")]) == 120
    assert held_until([Event(0, "429", 900.0)]) == 900
    assert held_until([Event(100, "429"), Event(0, "429")]) == 340
    assert held_until([Event(10, "refused"), Event(0, "429")]) == 3610
    assert held_until([Event(0, "refused")]) == 120
    assert held_until([Event(20, "refused"), Event(0, "refused")]) == 20 + 7200
    assert held_until([Event(10, "served"), Event(0, "429")]) < 0


def test_after_a_429_everything_goes_at_half_the_pace() -> None:
    """For the rest of the run."""
    pace = Pace()
    pace.asked(0.0)
    pace.answered(MEMENTO, Event(0.0, "429"))
    assert pace.wait(0.0) == 120
    pace.asked(120.0)
    pace.answered(MEMENTO, Event(120.0, "served"))
    assert pace.wait(120.0) == pytest.approx(2 * gap_after(MEMENTO))


# ---- making again


def memento(fields: bytes, body: bytes = b"<p>Once.</p>", **more: object):  # type: ignore[no-untyped-def]
    dated = b"Memento-Datetime: Thu, 01 May 2003 12:00:00 GMT\r\n" + fields
    return page(body, fields=dated, url=MEMENTO, **more)


def told(address: str = MEMENTO):  # type: ignore[no-untyped-def]
    found = told_by(address)
    assert found is not None
    return found


def test_what_was_coded_on_the_way_is_decoded() -> None:
    """gzip of the archive's own is no header of the old site, and the digest is of the payload."""
    body = b"<p>Once.</p>" * 50
    made = rebuild(memento(b"Content-Encoding: gzip\r\n", gzip.compress(body, mtime=0)), told())
    assert made.exchange.response.read().endswith(b"\r\n\r\n" + body)
    assert made.exchange.head.get("Content-Encoding") == ""
    assert made.exchange.head.get("Content-Length") == str(len(body))
    made.exchange.close()


def test_a_chunked_answer_is_put_together() -> None:
    """How the archive frames it is nothing of the old site's."""
    wire = (
        b"HTTP/1.1 200 OK\r\nMemento-Datetime: Thu, 01 May 2003 12:00:00 GMT\r\n"
        b"X-Archive-Orig-Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4\r\nOnce\r\n0\r\n\r\n"
    )
    made = rebuild(exchange(wire, url=MEMENTO), told())
    assert made.exchange.response.read() == (
        b"HTTP/1.1 200 OK\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n"
        b"Content-Type: \r\n".replace(b"Content-Type: \r\n", b"")
        + b"Content-Length: 4\r\n\r\nOnce"
    )
    made.exchange.close()


def test_a_memento_of_another_site_is_refused() -> None:
    """A page that was found by a similar address is taken under its own, another host's is not."""
    link = b'Link: <http://www.h.example:80/a/Lamp.html>; rel="original"\r\n'
    made = rebuild(memento(link), told())
    assert made.exchange.url == "http://www.h.example/a/Lamp.html"
    assert ("askedFor", "http://h.example/a/lamp.html") in made.facts
    made.exchange.close()
    with pytest.raises(ValueError, match="other"):
        rebuild(memento(b'Link: <http://other.example/>; rel="original"\r\n'), told())


@pytest.mark.parametrize("date", [b"", b"yesterday", b"Thu, 41 May 2003 12:00:00 GMT"])
def test_an_answer_without_its_date_is_no_memento(date: bytes) -> None:
    """It is the archive's own word, and kept as that."""
    answer = page(fields=b"Memento-Datetime: " + date + b"\r\n", url=MEMENTO)
    assert not is_memento(answer)


@given(st.binary(max_size=80), st.binary(max_size=200))
def test_any_headers_can_be_made_again(name: bytes, body: bytes) -> None:
    """What an archive sends as a header stays one line of one."""
    line = b"X-Archive-Orig-" + name.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n"
    made = rebuild(memento(line, body), told())
    made.exchange.response.seek(made.exchange.head.size)
    assert made.exchange.response.read() == body
    made.exchange.close()
