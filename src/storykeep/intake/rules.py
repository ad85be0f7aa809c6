"""The robots rules that captures hold, by the origin that they speak for."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storykeep import urls
from storykeep.config import Config
from storykeep.errors import DamageError
from storykeep.intake.answers import NO_ANSWER
from storykeep.intake.moments import moment_of
from storykeep.model import Capture, Page
from storykeep.polite import ROBOTS_BYTES, Robots
from storykeep.store import Store
from storykeep.warc import load_page

_RULES_HOLD = timedelta(days=1)  # "SHOULD NOT use the cached version" beyond (RFC 9309, 2.4)


class RuleBook:
    """The rules last captured for each origin ("http://host"), and when they were asked for."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config
        self._rules: dict[str, tuple[Robots, datetime]] = {}
        self._recalled: set[str] = set()  # origins whose rules of an earlier run were looked for

    def note(self, origin: str, capture: Capture, page: Page) -> tuple[Robots, datetime]:
        """Return the rules that *page* holds for *origin*, and when they were asked for."""
        self._rules[origin] = read_rules(capture, page), moment_of(capture.fetched_at)
        return self._rules[origin]

    def newest(self, origin: str) -> Robots | None:
        """Return the robots rules last captured for *origin* ("http://host"), None before that."""
        known = self._rules.get(origin)
        return known[0] if known else None

    def at(self, origin: str, moment: datetime) -> Robots | None:
        """Return the rules captured for *origin* in the day before *moment*, by any run.

        What this process has seen is not enough: it may go on with what another left when it died,
        and a rebuild, which sees everything, must come to the same.
        """
        if origin not in self._rules and origin not in self._recalled:
            self._recalled.add(origin)
            self._recall(origin)
        rules, asked = self._rules.get(origin, (None, moment))
        return rules if timedelta(0) <= moment - asked <= _RULES_HOLD else None

    def _recall(self, origin: str) -> None:
        capture = self._store.find_rules(f"{origin}/robots.txt")
        if capture is None:
            return
        original = self._store.original_of(capture) if capture.revisit_of else None
        with suppress(DamageError):  # what cannot be read says nothing; `verify` finds it
            page = load_page(
                self._config.archive.warcs, capture, original=original, max_bytes=ROBOTS_BYTES
            )
            self._rules[origin] = read_rules(capture, page), moment_of(capture.fetched_at)


def rules_owner(url: str, via: str | None) -> str | None:
    """Return the origin whose robots.txt *url* is, or stands for after redirects; else None.

    What a robots.txt leads to is stored with that robots.txt as its *via*.
    """
    for address in (via, url):
        if address and urlsplit(address).path == "/robots.txt":
            return urls.origin(address)
    return None


def read_rules(capture: Capture, page: Page) -> Robots:
    """Return what the answer to a request for robots.txt means: a cut one is no answer.

    But for one whose first 500 KiB are there: no more must be read (RFC 9309, section 2.5).
    """
    cut = capture.revisit_of is None and (capture.truncated or page.truncated)
    enough = cut == "length" and len(page.body) >= ROBOTS_BYTES
    if cut and not enough:
        return Robots(closed=f"robots.txt is unreachable (its answer was cut: {cut})")
    if page.status in NO_ANSWER:
        return Robots(closed=f"robots.txt is unreachable (status {page.status})")
    return Robots.from_answer(page.status, page.body)
