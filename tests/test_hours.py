"""A window of the day: open when the clock on the wall says so, on every day of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.hours import Hours, parse

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: 03-29 02:00 -> 03:00, 10-25 03:00 -> 02:00


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("01:00-06:00", 60, 360),
        (" 1.30 - 6.00 ", 90, 360),
        ("22:00-06:00", 1320, 360),
        ("22:00-24:00", 1320, 1440),
        ("22:00-00:00", 1320, 1440),
        ("24:00-05:00", 0, 300),
        ("00:00-24:00", 0, 1440),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, start: int, end: int) -> None:
    """A colon or a dot, one digit or two; midnight is 00:00 or 24:00."""
    assert parse(written) == Hours(start, end)
    assert parse(str(parse(written))) == parse(written)


@pytest.mark.parametrize("written", ["", "01:00", "1-6", "25:00-06:00", "01:60-02:00", "24:30-06:00", "03:00-03:00", "00:00-00:00", "night"])  # fmt: skip
def test_what_are_no_hours_is_refused(written: str) -> None:
    """Nothing is guessed: a time without an end is no window either."""
    with pytest.raises(ValueError, match=r"hours|time of day|end when"):
        parse(written)


@pytest.mark.parametrize(
    ("hours", "moment", "left", "opens"),
    [
        pytest.param("01:00-06:00", "2026-06-01T00:59:59", 0, "2026-06-01T01:00", id="just before"),
        pytest.param("01:00-06:00", "2026-06-01T01:00", 5 * 3600, "2026-06-01T01:00", id="begins"),
        pytest.param("01:00-06:00", "2026-06-01T05:59", 60, "2026-06-01T05:59", id="last minute"),
        pytest.param("01:00-06:00", "2026-06-01T06:00", 0, "2026-06-02T01:00", id="over"),
        pytest.param("22:00-06:00", "2026-06-01T23:00", 7 * 3600, "2026-06-01T23:00", id="evening"),
        pytest.param("22:00-06:00", "2026-06-01T02:00", 4 * 3600, "2026-06-01T02:00", id="night"),
        pytest.param("22:00-06:00", "2026-06-01T12:00", 0, "2026-06-01T22:00", id="day"),
        pytest.param("01:00-06:00", "2026-03-29T01:00", 4 * 3600, "2026-03-29T01:00", id="spring"),
        pytest.param("01:00-06:00", "2026-10-25T01:00", 6 * 3600, "2026-10-25T01:00", id="autumn"),
        pytest.param("02:00-03:00", "2026-03-29T01:59", 0, "2026-03-29T03:00", id="left-out hour"),
        pytest.param("02:15-02:45", "2026-03-29T03:20", 25 * 60, "2026-03-29T03:20", id="within it"),
        pytest.param("02:00-02:30", "2026-10-25T02:10", 20 * 60, "2026-10-25T02:10", id="twice"),
    ],
)  # fmt: skip
def test_when_a_window_is_open(hours: str, moment: str, left: float, opens: str) -> None:
    """Over midnight, and on the two days on which clocks change."""
    window = parse(hours)
    assert window.left(at(moment), BERLIN) == left
    assert window.opens(at(moment), BERLIN) == at(opens)


def test_the_second_of_two_hours_does_not_count() -> None:
    """In autumn 02:10 comes twice; a window that ended is not open again."""
    again = at("2026-10-25T02:10", fold=1)
    assert parse("02:00-02:30").left(again, BERLIN) == 0
    assert parse("02:00-02:30").opens(again, BERLIN) == at("2026-10-26T02:00")


@given(
    start=st.integers(0, 1439),
    length=st.integers(1, 1439),
    minutes=st.integers(0, 3 * 366 * 24 * 60),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_no_day_goes_without_and_none_has_it_twice(
    start: int, length: int, minutes: int, zone: str
) -> None:
    """Whatever the clocks do: it opens within 25 hours, and is open about as long as it says."""
    where = ZoneInfo(zone)
    window = Hours(start, (start + length) % 1440 or 1440)
    moment = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + minutes * 60
    opens = window.opens(moment, where)
    assert 0 <= opens - moment <= timedelta(hours=25).total_seconds()
    assert 0 < window.left(opens, where) <= (length + 60) * 60
    closed = opens + window.left(opens, where)
    assert window.opens(closed, where) >= closed
