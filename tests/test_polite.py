"""May we ask, and when: robots rules, Retry-After, backoff and the gap between two requests."""

from __future__ import annotations

import itertools
import math
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import polite
from storykeep.polite import Gate, Robots

URL = "http://h.example/private/a.html"
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC).timestamp()
ANY_STATUS = st.one_of(st.none(), st.integers(0, 999))


# ---------------------------------------------------------------- robots.txt


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        pytest.param(b"", True, id="empty"),
        pytest.param(b"User-agent: *\nDisallow: /private/\n", False, id="for all"),
        pytest.param(b"\xef\xbb\xbfUser-agent: *\nDisallow: /private/\n", False, id="BOM"),
        pytest.param("User-agent: *\nDisallow: /private/\n".encode("utf-16"), False, id="UTF-16"),
        pytest.param(b"User-agent: *\rDisallow: /private/\r", False, id="old Mac line ends"),
        pytest.param(b"USER-AGENT : *\r\ndisallow:/private/ # no", False, id="loose spelling"),
        pytest.param(b"User-agent: *\nDisallow:\n", True, id="empty rule"),
        pytest.param(b"User-agent: *\nDisallow: /Private/\n", True, id="case of the path"),
        pytest.param(b"User-agent: *\nDisallow: /*.html$\n", False, id="wildcard and anchor"),
        pytest.param(b"User-agent: *\nDisallow: /\nAllow: /private/\n", True, id="longest wins"),
        pytest.param(b"User-agent: otherbot\nDisallow: /\n", True, id="another robot"),
        pytest.param(
            b"User-agent: storykeep\nDisallow:\n\nUser-agent: *\nDisallow: /\n",
            True,
            id="our group",
        ),
        pytest.param(
            b"User-agent: a\nUser-agent: StoryKeep\nDisallow: /\n", False, id="one group for two"
        ),
        pytest.param(b"User-agent: Storykeep/1.0\nDisallow: /\n", False, id="with a version"),
        pytest.param(b"<html>\n<p>Disallow: /</p>\n", True, id="an HTML page"),
        pytest.param(b"\x00\xff\xfe\nUser-agent: *\nDisallow: /\xe9\n", True, id="binary"),
    ],
)
def test_rules_are_obeyed_as_written(body, allowed):
    """RFC 9309, read as leniently as the sites write."""
    assert Robots.parse(body).allowed(URL) is allowed


def test_a_rule_in_an_old_encoding_holds_for_the_address_it_means():
    """A windows-1252 letter of a rule is the escape that the address has."""
    robots = Robots.parse(b"User-agent: *\nDisallow: /caf\xe9/\n")
    assert not robots.allowed("http://h.example/caf%E9/a")
    assert robots.allowed("http://h.example/cafe/a")


@pytest.mark.parametrize(
    "name", ["story", "s", "keep", "mystorykeep", "storykeep2", "bot storykeep"]
)
def test_a_group_is_ours_by_its_whole_name_alone(name):
    """A group for another robot, whose name is part of ours, says nothing about us."""
    robots = Robots.parse(f"User-agent: {name}\nDisallow:\n\nUser-agent: *\nDisallow: /\n".encode())
    assert not robots.allowed(URL)


@pytest.mark.parametrize(
    "name", ["Storykeep", "storykeep/0.1 (+x)", "STORYKEEP*", "storykeep # us"]
)
def test_our_group_is_found_however_it_is_written(name):
    """Letter case, a version, a star and a remark do not matter."""
    robots = Robots.parse(f"User-agent: {name}\nDisallow: /\n".encode())
    assert not robots.allowed(URL)
    assert Robots.parse(robots.text.encode(), agent="otherbot").allowed(URL)


def test_many_names_with_many_rules_take_no_time():
    """A robots.txt of 500 KiB cannot keep us busy or fill the memory."""
    names = "".join(f"User-agent: a{number}\n" for number in range(12_000))
    rules = "Disallow: /*a\n" * 20_000
    before = time.process_time()
    robots = Robots.parse((names + "User-agent: *\n" + rules).encode())
    assert not robots.allowed(URL)
    assert time.process_time() - before < 10


def test_what_lies_beyond_500_kib_is_not_read_and_no_rule_is_halved():
    """The first 500 KiB count; a rule that the limit cuts is left out, not shortened."""
    head = b"User-agent: *\nDisallow: /private/\n"
    filler = b"#" * (polite.ROBOTS_BYTES - len(head) - 12) + b"\n"
    robots = Robots.parse(head + filler + b"Disallow: /stories/secret/\nDisallow: /late/\n")
    assert not robots.allowed(URL)
    assert robots.allowed("http://h.example/stories/a.html")
    assert robots.allowed("http://h.example/late/")
    assert Robots.parse(b"x" * 600_000).allowed(URL)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(200, False), (204, False), (400, True), (401, True), (403, True), (404, True), (410, True),
     (429, False), (500, False), (503, False), (301, False), (304, False), (None, False)],
)  # fmt: skip
def test_the_answer_decides_before_the_rules_do(status, allowed):
    """4xx is no rules, 5xx and no answer close the host for now, with the reason at hand."""
    robots = Robots.from_answer(status, b"User-agent: *\nDisallow: /\n")
    assert robots.allowed(URL) is allowed
    assert bool(robots.closed) is (status not in (200, 204) and not allowed)


@given(ANY_STATUS, st.binary(max_size=300))
def test_no_robots_txt_ends_in_an_error(status, body):
    """Whatever a host answers there is a yes or no and a finite delay."""
    robots = Robots.from_answer(status, body)
    assert robots.allowed(URL) in (True, False)
    assert 0 <= robots.delay <= polite.LONGEST_WAIT
    assert isinstance(robots.sitemaps, tuple)


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("", 0),
        ("Crawl-delay: 10", 10),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 10s", 10),
        ("crawl-delay:10 seconds # please", 10),
        ("Crawl-delay: 0,5", 0.5),
        ("Crawl delay: 7", 7),
        ("Crawl-delay: 10 minutes", 0),
        ("Crawl-delay: 1,000,000", 0),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: -4", 0),
        ("Crawl-delay: inf", 0),
        ("Crawl-delay: 1e300", polite.LONGEST_WAIT),
        ("Request-rate: 1/5", 5),
        ("Request-rate: 10/1m", 6),
        ("Request-rate: 1/10m 0600-0845", 600),
        ("Crawl-delay: 3\nRequest-rate: 1/5", 5),
        ("Request-rate: 1/" + "9" * 400, polite.LONGEST_WAIT),
        ("Request-rate: 0/5", 0),
    ],
)
def test_the_delay_a_site_asks_for(lines, delay):
    """Crawl-delay and Request-rate, the longer of the two, in seconds."""
    body = f"User-agent: *\nDisallow: /x\n{lines}\nUser-agent: bot\nCrawl-delay: 77\n"
    assert Robots.parse(body.encode()).delay == delay
    assert Robots.parse(body.encode(), agent="bot").delay == 77


def test_sitemaps_are_listed():
    """A sitemap line belongs to no group."""
    assert Robots.parse(b"Sitemap: http://h.example/s.xml\n").sitemaps == (
        "http://h.example/s.xml",
    )
    assert Robots().sitemaps == ()


# ---------------------------------------------------------------- Retry-After and backoff


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(None, 0, id="none"),
        pytest.param("", 0, id="empty"),
        pytest.param("600", 600, id="seconds"),
        pytest.param(" 120 ", 120, id="blanks"),
        pytest.param("1.5", 1.5, id="a fraction"),
        pytest.param("-1", 0, id="negative"),
        pytest.param("soon", 0, id="garbage"),
        pytest.param("1e9", 0, id="not digits"),
        pytest.param("٣٠", 0, id="digits of another script"),
        pytest.param("86400", 86400, id="a day"),
        pytest.param("9" * 5000, polite.LONGEST_WAIT, id="more digits than Python reads"),
        pytest.param("Sun, 22 Nov 2026 18:10:00 GMT", 600, id="date"),
        pytest.param("Sunday, 22-Nov-26 18:10:00 GMT", 600, id="date of RFC 850"),
        pytest.param("Sun Nov 22 18:10:00 2026", 600, id="date of asctime"),
        pytest.param("Sun, 22 Nov 2026 13:10:00 -0500", 600, id="date with a zone"),
        pytest.param("Sun, 22 Nov 2026 17:00:00 GMT", 0, id="date in the past"),
        pytest.param("Sun, 22 Nov 9999 17:00:00 GMT", polite.LONGEST_WAIT, id="date far ahead"),
        pytest.param("Sun, 99 Foo 2026 99:99:99 GMT", 0, id="no date"),
        pytest.param("600s", 600, id="a unit"),
        pytest.param("600 seconds", 600, id="a unit in full"),
        pytest.param('"600"', 600, id="quotes"),
        pytest.param("600 minutes", 0, id="another unit"),
        pytest.param("2026-11-22T18:10:00Z", 600, id="date of ISO 8601"),
        pytest.param("2026-11-22 19:10:00+01:00", 600, id="date of ISO 8601 with a zone"),
        pytest.param("2026-11-22T18:10:00", 600, id="date of ISO 8601 without one"),
        pytest.param("2026-22-11T18:10:00Z", 0, id="a month of ISO 8601 that there is not"),
        pytest.param("0001-01-01T00:00:00+14:00", 0, id="a date before all dates"),
    ],
)
def test_retry_after_is_read_in_both_forms(value, seconds):
    """Seconds or one of HTTP's three dates, or what says as clearly; all else asks for nothing."""
    assert polite.retry_after_seconds(value, now=NOW) == seconds


@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d\d:\d\d:\d+ ?[A-Z0-9+-]*"),
    )
)
def test_no_retry_after_ends_in_an_error(value):
    """Whatever the header says, the wait is between nothing and a year."""
    assert 0 <= polite.retry_after_seconds(value, now=NOW) <= polite.LONGEST_WAIT


@pytest.mark.parametrize(
    ("attempt", "retry_after", "expected"),
    [
        pytest.param(1, None, 2, id="the first attempt waits the base"),
        pytest.param(2, None, 4, id="then twice that"),
        pytest.param(4, "soon", 16, id="garbage is not obeyed"),
        pytest.param(1, "600", 600, id="the server asked for longer"),
        pytest.param(4, "3", 16, id="the server asked for less"),
        pytest.param(1000, None, 300, id="five minutes at most"),
        pytest.param(0, None, 2, id="no attempt yet"),
    ],
)
def test_the_wait_before_an_attempt(attempt, retry_after, expected):
    """It doubles, and is never shorter than what the server asked for."""
    assert polite.next_wait(attempt, retry_after, now=NOW, base=2.0) == expected


@given(st.integers(1, 20), st.integers(0, 10_000), st.floats(0, 1), st.floats(0, 1000))
def test_a_wait_is_never_shorter_than_asked_and_grows(attempt, asked, jitter, base):
    """For all inputs: at least Retry-After, at least the base, not shorter for a later attempt."""
    wait = polite.next_wait(attempt, str(asked), now=NOW, base=base, jitter=jitter)
    assert wait >= asked
    assert wait >= base
    assert polite.next_wait(attempt + 1, str(asked), now=NOW, base=base, jitter=jitter) >= wait
    assert wait <= max(asked, 2 * max(polite.LONGEST_BACKOFF, base))


@pytest.mark.parametrize(
    ("wait", "failures", "reason"),
    [
        (0, 0, ""),
        (300, 7, ""),
        (301, 0, "asked us to wait 6 minutes"),
        (7200, 0, "asked us to wait 2 hours"),
        (86400, 0, "asked us to wait 24 hours"),
        (864000, 0, "asked us to wait 10 days"),
        (0, 8, "8 failures in a row"),
    ],
)
def test_a_host_rests_when_it_asks_for_long_or_fails_often(wait, failures, reason):
    """The reason is a text for the report."""
    assert polite.rests(wait, failures) == reason


# ---------------------------------------------------------------- the gate


def test_the_gap_runs_from_the_end_of_an_answer_to_the_next_start():
    """A host that took 30 seconds to answer has its full rest afterwards."""
    gate = Gate(2.0)
    assert gate.wait(100.0) == 0
    gate.asked(100.0)
    assert gate.wait(105.0) == math.inf
    assert gate.rests(105.0) == ""
    gate.answered(130.0)
    assert gate.wait(130.5) == 1.5
    assert gate.wait(132.0) == 0


def test_asking_too_early_is_a_bug():
    """The gate refuses what the loop must not do."""
    gate = Gate(2.0)
    gate.asked(0.0)
    with pytest.raises(RuntimeError, match="not be asked yet"):
        gate.asked(10.0)
    gate.answered(10.0)
    with pytest.raises(RuntimeError, match="not be asked yet"):
        gate.asked(11.9)


def test_a_crawl_delay_raises_the_gap_and_never_lowers_it():
    """Our own delay is the least."""
    gate = Gate(2.0)
    gate.slow_down(10.0)
    gate.slow_down(1.0)
    gate.asked(0.0)
    gate.answered(0.0)
    assert gate.wait(0.0) == 10.0


def test_a_wait_holds_the_whole_host_and_a_long_one_rests_it():
    """Retry-After on one page is a word about the host."""
    gate = Gate(2.0)
    gate.asked(0.0)
    gate.answered(1.0, failed=True, wait=60.0)
    assert gate.wait(1.0) == 60.0
    assert gate.rests(1.0) == ""
    gate.asked(61.0)
    gate.answered(61.0, failed=True, wait=3600.0)
    assert gate.rests(61.0) == "asked us to wait 60 minutes"


def test_failures_in_a_row_rest_a_host_and_an_answer_forgives_them():
    """The budget is of failures without an answer in between."""
    gate = Gate(0.0, failures=3)
    for failed in (True, True, False, True, True):
        gate.asked(0.0)
        gate.answered(0.0, failed=failed)
        assert gate.rests(0.0) == ""
    gate.asked(0.0)
    gate.answered(0.0, failed=True)
    assert gate.rests(0.0) == "3 failures in a row"


@given(
    st.floats(0, 10),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20), st.floats(0, 20)), max_size=20),
)
def test_no_two_requests_are_nearer_than_the_delay(delay, steps):
    """Whatever the answers take and ask for, starts and ends keep their distance."""
    gate, now, ends, starts = Gate(delay), 0.0, [], []
    for idle, took, asked in steps:
        now += max(idle, gate.wait(now))
        now = math.nextafter(now, math.inf) if gate.wait(now) else now
        starts.append(now)
        gate.asked(now)
        now += took
        gate.answered(now, wait=asked)
        ends.append(now + asked)
    for end, start in zip(ends, starts[1:], strict=False):
        assert start >= end - 1e-9
    for one, two in itertools.pairwise(starts):
        assert two - one >= delay - 1e-9
