"""What becomes of every capture, fetched just now or read again from a WARC.

It is derived, saved with its part in one transaction, and extends the frontier. A crawl and a
rebuild go through the same door, so that the same WARCs give the same database.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from storykeep import profiles, urls
from storykeep.assemble import Piece, compose, survey
from storykeep.config import ADDED, Config, Source
from storykeep.derive import derive
from storykeep.model import Block, Capture, Failure, FrontierPage, Link, Page, Part
from storykeep.polite import Robots
from storykeep.profiles import Profile
from storykeep.store import Saved, Store

# Pages whose links lead to stories. What is gone, broken or closed leads nowhere.
_LEADS_ON = frozenset({"story", "index", "feed", "frameset", "not_story", "gate"})
# Reviews and logins are never asked for; a print view is the same text again.
_NOT_FOLLOWED = frozenset({"ignore", "alias", "redirect"})
# Requisites and media, which are not story pages (DESIGN.md 6; images come with their own option).
_NOT_PAGES = re.compile(
    r"\.(gif|jpe?g|png|bmp|ico|svg|webp|tiff?|css|js|exe|swf"
    r"|mp3|midi?|wav|ra|ram|rm|ogg|wma|m3u|avi|mpe?g|mov|wmv|mp4|flv)$",
    re.IGNORECASE,
)
# 429 asks for patience; 426 is how a host refuses HTTP/1.0, and `fetch` then asks it as 1.1.
_ASK_AGAIN = frozenset({426, 429})
_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=1)


def timestamp(moment: datetime) -> str:
    """Return *moment* (aware) as the frontier compares it: "2026-11-22T18:22:39Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """Return the aware moment of a WARC-Date, with or without a fraction of a second."""
    return datetime.fromisoformat(text)


def is_whole(status: int, truncated: str | None) -> bool:
    """Return whether an answer is the site's word on the page, not a failure to give one."""
    return truncated is None and status < 500 and status not in _ASK_AGAIN


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture as saved, its part, and the pages it put on the frontier."""

    capture: Capture
    part: Part
    found: tuple[FrontierPage, ...] = ()


class Intake:
    """Takes captures in, one after the other, in the order of the WARCs."""

    def __init__(self, store: Store, config: Config, known: Sequence[Profile]) -> None:
        self.store = store
        self.config = config
        self.profiles = tuple(known)
        self._rules: dict[str, Robots] = {}

    def take_in(self, capture: Capture, page: Page) -> Taken:
        """Save *capture* with what derive makes of *page*, and what it adds to the frontier."""
        with self.store.atomic():
            if owner := rules_owner(capture):
                return Taken(*self._save_rules(owner, capture, page))
            saved, part = self._save(capture, page)
            self._visited(saved, page)
            return Taken(saved, part, tuple(self._follow(saved, part)))

    def derive(self, capture: Capture, page: Page) -> Part:
        """Return what the current engine and profile make of *capture*; nothing is saved."""
        if rules_owner(capture):
            return Part(page.url, "robots", links=_redirects(page))
        return derive(page, self._profile(capture, page))

    def save_again(self, capture: Capture, page: Page, part: Part) -> None:
        """Save a new part of a capture that is stored already, and follow its links."""
        with self.store.atomic():
            profile = self._profile(capture, page)
            saved = self._save_part(capture, part, profile.sha256 if profile else None)
            self._follow(saved, part)

    def failed(self, page: FrontierPage, failure: Failure, place: tuple[str, int] | None) -> None:
        """Save a request that brought no answer; the page is due again a while later."""
        source = self.config.source(page.source)
        tries = page.tries + 1
        due = failure.started_at + next_interval(source, tries)
        with self.store.atomic():
            self.store.save_attempt(failure, source=page.source, place=place)
            row = self.store.page(page.url_key) or page
            self.store.put_page(replace(row, state="failed", tries=tries, next_due=timestamp(due)))

    def _save(self, capture: Capture, page: Page) -> tuple[Capture, Part]:
        profile = self._profile(capture, page)
        part = derive(page, profile)
        return self._save_part(capture, part, profile.sha256 if profile else None), part

    def _profile(self, capture: Capture, page: Page) -> Profile | None:
        source = self.config.source(capture.source)
        if source is None or source.profile == "auto":
            return profiles.match(page.url, self.profiles)
        return next((each for each in self.profiles if each.name == source.profile), None)

    def _save_part(self, capture: Capture, part: Part, profile_sha256: str | None) -> Capture:
        saved = self.store.save_capture(replace(capture, outcome=part.outcome))
        assert saved.id is not None
        self.store.save_part(saved.id, part, profile_sha256=profile_sha256)
        return saved

    def _save_rules(self, owner: str, capture: Capture, page: Page) -> tuple[Capture, Part]:
        if not 300 <= page.status < 400:
            self._rules[owner] = Robots.from_answer(page.status, page.body)
        part = self.derive(capture, page)
        return self._save_part(capture, part, None), part

    def rules(self, host: str) -> Robots | None:
        """Return the robots rules last captured for *host*, None before that."""
        return self._rules.get(host)

    def _profile_name(self, source: str) -> str:
        known = self.config.source(source)
        return known.profile if known else "auto"

    # ---- the frontier

    def _visited(self, capture: Capture, page: Page) -> None:
        """Note that the page was asked for, and when it is due again."""
        key = urls.key(capture.url)
        row = self.store.page(key) or FrontierPage(
            url_key=key,
            url=capture.url,
            source=capture.source,
            kind=self._kind(capture),
            depth=capture.hops,
            via=capture.via,
        )
        source = self.config.source(row.source)
        fetched = moment_of(capture.fetched_at)
        whole = is_whole(capture.status, capture.truncated)
        tries = 0 if whole else row.tries + 1
        self.store.put_page(
            replace(
                row,
                state="done" if whole else "failed",
                tries=tries,
                next_due=timestamp(fetched + next_interval(source, tries)),
                etag=page.header("etag") or None,
                last_modified=page.header("last-modified") or None,
                last_capture=capture.id,
            )
        )

    def _kind(self, capture: Capture) -> str:
        if capture.source == ADDED:
            return "added"
        source = self.config.source(capture.source)
        return "start" if source and capture.url in source.start else "page"

    def _follow(self, capture: Capture, part: Part) -> list[FrontierPage]:
        """Put the links of *part* that the source wants on the frontier; return the new ones."""
        source = self.config.source(capture.source)
        if source is None or part.outcome not in _LEADS_ON:
            return []
        found = []
        for link in part.links:
            if not worth_asking(link) or not source.wants(link.url):
                continue
            page = self._new_page(link.url, source, capture)
            if self.store.add_page(page) or self._adopted(page):
                found.append(page)
        return found

    def _adopted(self, page: FrontierPage) -> bool:
        """Take over a page whose source is not in the config (any more); return whether it was."""
        row = self.store.page(page.url_key)
        if row is None or self.config.source(row.source) is not None:
            return False
        self.store.put_page(replace(row, source=page.source, kind=page.kind))
        return False

    def _new_page(self, url: str, source: Source, capture: Capture) -> FrontierPage:
        rules = self._rules.get(urls.host(url)) if self.config.polite.robots else None
        refused = rules is not None and not rules.allowed(url)
        fetched = moment_of(capture.fetched_at)
        return FrontierPage(
            url_key=urls.key(url),
            url=url,
            source=source.name,
            state="refused" if refused else "due",
            depth=capture.hops + 1,
            via=capture.url,
            next_due=timestamp(fetched + source.every if refused else fetched),
        )


def rules_owner(capture: Capture) -> str | None:
    """Return the host whose robots.txt *capture* is, or stands for after a redirect; else None."""
    for url in (capture.url, capture.via):
        if url and urlsplit(url).path == "/robots.txt":
            return urls.host(url)
    return None


def _redirects(page: Page) -> tuple[Link, ...]:
    target = urls.join(page.url, page.header("location")) if page.header("location") else None
    return (Link(target, kind="redirect"),) if target else ()


def worth_asking(link: Link) -> bool:
    """Return whether a link may lead to a page with a story on it."""
    if link.kind in _NOT_FOLLOWED:
        return False
    return not _NOT_PAGES.search(urlsplit(link.url).path)


def next_interval(source: Source | None, tries: int) -> timedelta:
    """Return how long to leave a page alone after *tries* answers in a row that were not whole."""
    if source is None:
        return timedelta(0)
    if not tries:
        return source.every
    retry: timedelta = _FIRST_RETRY * 2 ** min(tries - 1, 10)
    return min(source.every, _LAST_RETRY, retry)


# ---- stories


def assemble_host(store: Store, host: str) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts."""
    found = survey(Piece(capture, part) for capture, part in store.parts(host))

    def prose_of(piece: Piece) -> tuple[Block, ...]:
        assert piece.capture is not None
        assert piece.capture.id is not None
        return store.prose(piece.capture.id)

    stories = (compose(plan, found.facts, prose_of) for plan in found.plans)
    return store.save_stories(host, stories, found.facts)


def assemble_all(store: Store) -> tuple[int, int]:
    """Assemble every host with captures newer than its stories; return (new, changed) counts."""
    counts = [assemble_host(store, host) for host in store.dirty_hosts()]
    return sum(each.new for each in counts), sum(each.changed for each in counts)
