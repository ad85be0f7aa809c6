"""May we ask this host, and when? Pure: the clock is an argument, times are seconds.

The gap between two requests to one host runs from the END of one answer to the START of the next
request: a slow server gets its rest as well, and the gap between two starts is never shorter.
A host is a name and a port; http and https, "www." and none, share one gate (`urls.site`). Names
that lead to one address do not: they may be thousands of sites behind one proxy.
"""

from __future__ import annotations

import codecs
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

AGENT = "storykeep"  # our product token (RFC 9309, section 2.2.1); sites name it in their rules

ROBOTS_BYTES = 500 * 1024  # what must be read of a robots.txt (RFC 9309, section 2.5)
PATIENCE = 300.0  # a run does not sit out a longer wait: the host rests until a later run
FAILURES = 8  # answers in a row that were none, after which a host rests
LONGEST_BACKOFF = 300.0
LONGEST_DELAY = 300.0  # of a Crawl-delay; Heritrix stops there too (respectCrawlDelayUpToSeconds)
KEEP_RULES = 86400.0  # a robots.txt is asked for again after a day (RFC 9309, section 2.4)
LONGEST_WAIT = 365 * 86400.0  # a Retry-After beyond a year is a mistake; dates stay writable


# ---------------------------------------------------------------- robots.txt


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt says to us; `closed` is why nothing may be asked for now, else ""."""

    text: str = ""
    closed: str = ""
    rules: Protego | None = None
    agent: str = AGENT

    @classmethod
    def parse(cls, body: bytes, *, agent: str = AGENT) -> Robots:
        """Return the rules for the product token *agent* in a robots.txt. Never fails."""
        text = _decode(body)
        return cls(text=text, rules=Protego.parse(_three_groups(text, agent)), agent=agent)

    @classmethod
    def from_answer(cls, status: int | None, body: bytes = b"", *, agent: str = AGENT) -> Robots:
        """Return what the answer to a request for /robots.txt means (RFC 9309, section 2.3.1).

        2xx: the rules in *body*. 4xx: no rules, everything is allowed. 5xx, None (no answer at
        all) and anything else: nothing is allowed for now. So is 429, which asks for a rest and
        says nothing about rules.
        """
        if status is not None and 200 <= status < 300:
            return cls.parse(body, agent=agent)
        if status is not None and 400 <= status < 500 and status != 429:
            return cls()
        told = "no answer" if status is None else f"status {status}"
        return cls(closed=f"robots.txt is unreachable ({told})")

    def allowed(self, url: str) -> bool:
        """Return whether we may ask for *url*."""
        if self.closed:
            return False
        return self.rules is None or self.rules.can_fetch(url, self.agent)

    @property
    def delay(self) -> float:
        """Return the seconds that Crawl-delay or Request-rate ask of us, the longer, else 0.

        A rate that holds for some hours of the day is kept at all hours.
        """
        if self.rules is None:
            return 0.0
        delay = self.rules.crawl_delay(self.agent) or 0.0
        rate = self.rules.request_rate(self.agent)
        if rate is not None:
            # Compared as whole numbers first: a hostile rate is larger than a float can be.
            seconds = min(rate.seconds, int(LONGEST_WAIT) * rate.requests)
            delay = max(delay, seconds / rate.requests)
        return min(delay, LONGEST_WAIT)

    @property
    def obeyed_delay(self) -> float:
        """Return `delay`, or the longest that is kept: five minutes.

        A longer one asks for a handful of pages a day, and would have a run sleep for weeks.
        """
        return min(self.delay, LONGEST_DELAY)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Return the sitemap addresses as written; they are not checked."""
        return () if self.rules is None else tuple(self.rules.sitemaps)


def _decode(body: bytes) -> str:
    """Return the text of the part of *body* that must be read."""
    if len(body) > ROBOTS_BYTES:
        body = body[:ROBOTS_BYTES]
        # Half a rule says more than its author did: "Disallow: /a" instead of "Disallow: /a/b".
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    # A path in windows-1252 is asked for as %E9, so that is how the rule is to be compared.
    return re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)


_AGENT_LINE = re.compile(r"\s*user[ -]?agent[\s:]+([^#]*)", re.IGNORECASE)


# What Protego reads as no number: "10s", "10 seconds", "0,5".
_DELAY_LINE = re.compile(
    r"\s*+crawl[ -]?delay[\s:]++([0-9]{1,9})(?:[.,]([0-9]{1,9}))?"
    r"\s*+(?:seconds?|secs?|s)?+\s*+(?:#.*)?",
    re.IGNORECASE,
)


def _three_groups(text: str, agent: str) -> str:
    """Return *text* with its groups of rules made three: for *agent*, for everyone, for others.

    And with each Crawl-delay as a plain number, where it says clearly how long.

    A group is ours where its product token is *agent* as a whole, with a version or without (RFC
    9309, section 2.2.1); Protego would take the token "s" for ours too. And a file of ten thousand
    names with ten thousand rules would have it make a hundred million.
    """
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if match := _AGENT_LINE.match(line):
            name = match[1].strip()
            token = re.split(r"[/\s*]", name, maxsplit=1)[0].lower()
            group = name if name in ("", "*") else agent if token == agent else "x-others"
            lines[at] = f"User-agent: {group}"
        elif match := _DELAY_LINE.fullmatch(line):
            lines[at] = f"Crawl-delay: {match[1]}.{match[2] or 0}"
    return "\n".join(lines)


# ---------------------------------------------------------------- waiting


def next_wait(
    attempt: int, retry_after: str | None, *, now: float, base: float, jitter: float = 0.0
) -> float:
    """Return the seconds to wait before *attempt*, never less than the server asked for.

    *attempt* counts from 1, the first try after a failure. *retry_after* is the header's value
    (RFC 9110, section 10.2.3), *now* the seconds since the epoch. *base* is the wait before the
    first attempt; it doubles with each, up to five minutes, and *jitter* (0 to 1, the caller's
    random number) adds that share of it. A Retry-After that cannot be read, or lies in the past,
    asks for nothing.
    """
    doublings = min(max(attempt - 1, 0), 30)
    backoff = min(max(base, 0.0) * 2.0**doublings, max(LONGEST_BACKOFF, base))
    backoff *= 1 + min(max(jitter, 0.0), 1.0)
    return max(backoff, retry_after_seconds(retry_after, now=now))


def retry_after_seconds(value: str | None, *, now: float) -> float:
    """Return the seconds from *now* (since the epoch) that a Retry-After value asks for, else 0.

    At most a year. Never fails. What says clearly how long, if not as the standard wants it, holds.
    """
    text = (value or "").strip().strip('"')
    if number := re.fullmatch(
        r"([0-9]+(?:\.[0-9]*)?)\s*(?:s|secs?|seconds?)?", text, re.IGNORECASE
    ):
        # Not int(): Python refuses to read thousands of digits. float() makes them infinite.
        return min(float(number[1]), LONGEST_WAIT)
    if not re.search(r"[0-9]{2}:[0-9]{2}", text):
        return 0.0
    try:
        wait = _date(text).timestamp() - now
    except (ValueError, OverflowError, TypeError):
        return 0.0
    return min(max(wait, 0.0), LONGEST_WAIT)


def _date(text: str) -> datetime:
    """Return the moment that *text* names, by RFC 9110 or ISO 8601; ValueError for neither."""
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        date = datetime.fromisoformat(text)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    # A date without a zone is in UTC, as all of HTTP's are; Python would take it as local time.
    return parsedate_to_datetime(text.removesuffix("GMT").strip() + " +0000")


def rests(wait: float, failures: int, *, patience: float = PATIENCE, most: int = FAILURES) -> str:
    """Return why a host is left alone for the rest of a run, "" where it is not.

    *wait* is the seconds until it may be asked, *failures* how many requests in a row failed.
    """
    if failures >= most:
        return f"{failures} failures in a row"
    if wait > patience:
        return f"asked us to wait {_spoken(wait)}"
    return ""


def _spoken(seconds: float) -> str:
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{math.ceil(seconds / length)} {unit}"
    return f"{math.ceil(seconds)} seconds"


class Gate:
    """When one host may be asked next. It counts; it neither sleeps nor looks at a clock.

    *now* is any steadily growing clock in seconds, the same one in each call.
    """

    def __init__(
        self, delay: float, *, patience: float = PATIENCE, failures: int = FAILURES
    ) -> None:
        self.own_delay = self.delay = delay
        self.patience = patience
        self.most_failures = failures
        self.failures = 0
        self.least_gap = math.inf  # seconds between an answer and the next request, so far
        self._busy = False
        self._open_at = -math.inf
        self._answered_at = -math.inf

    def slow_down(self, delay: float) -> None:
        """Let the gap be *delay* from now on, if that is longer (Crawl-delay)."""
        self.keep(max(self.delay, delay))

    def keep(self, delay: float) -> None:
        """Let the gap be *delay* from now on, or our own where that is longer."""
        self.delay = max(self.own_delay, delay)
        # It holds for the gap that has begun too: rules are an answer as well.
        self._open_at = max(self._open_at, self._answered_at + self.delay)

    def hold(self, until: float) -> None:
        """Let no request start before *until*, whatever else is said."""
        self._open_at = max(self._open_at, until)

    @property
    def opens_at(self) -> float:
        """When the host may be asked; infinite while an answer is outstanding: one at a time."""
        return math.inf if self._busy else self._open_at

    def wait(self, now: float) -> float:
        """Return the seconds until the host may be asked, 0 where it may be now.

        Infinite while an answer is outstanding.
        """
        return max(self.opens_at - now, 0.0)

    def asked(self, now: float) -> None:
        """Note that a request starts. Asking too early is a bug, so it raises RuntimeError."""
        if self.wait(now) > 0:
            raise RuntimeError("this host may not be asked yet")
        self._busy = True
        self.least_gap = min(self.least_gap, now - self._answered_at)

    def answered(self, now: float, *, failed: bool = False, wait: float = 0.0) -> None:
        """Note the end of the answer, or of its failing.

        *failed*: no whole answer, 5xx or 429. *wait*: the least seconds until the next request
        to this host (`next_wait`), where that is longer than the delay.
        """
        self._busy = False
        self.failures = self.failures + 1 if failed else 0
        self._answered_at = now
        self._open_at = now + max(self.delay, wait)

    def rests(self, now: float) -> str:
        """Return why the host is left alone for the rest of the run, "" where it is not."""
        wait = 0.0 if self._busy else self.wait(now)
        return rests(wait, self.failures, patience=self.patience, most=self.most_failures)
