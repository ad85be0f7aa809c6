"""Which pages a source wants and when each is to be asked for again, as answers come in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from storykeep import urls
from storykeep.config import ADDED, Config, Source
from storykeep.consent import is_consent
from storykeep.intake.answers import is_whole, leads_on, redirect_target
from storykeep.intake.intervals import counted, next_interval, unchanged_before, worked_out_again
from storykeep.intake.moments import moment_of, timestamp
from storykeep.intake.requisites import belongings
from storykeep.intake.rules import RuleBook
from storykeep.intake.sources import source_of
from storykeep.model import Capture, FrontierPage, Link, Page, Part
from storykeep.polite import PATIENCE, Robots, retry_after_seconds
from storykeep.store import Store
from storykeep.warc import FailureRecord

_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_BELONGINGS = frozenset({"image", "requisite"})
MOST_REDIRECTS = 10  # in a row; what would come after them is not asked for
# Pages whose links lead to stories. What is gone, broken or closed leads nowhere.
_LEADS_ON = frozenset({"story", "index", "feed", "frameset", "not_story", "gate", "too_large"})
_NOWHERE = 1 << 62  # deeper than any page lies
_MOST_KNOWN = 20_000  # pages whose rows need not be looked at for each link
MOST_FOUND = 20_000  # pages that one page adds to a run; what more it leads to is due later
# Reviews and logins are never asked for; a print view is the same text again.
_NOT_FOLLOWED = frozenset({"ignore", "alias", "redirect"})
# Requisites and media, which are not story pages (DESIGN.md 6; images come with their own option).
_NOT_PAGES = re.compile(
    r"gif|jpe?g|png|bmp|ico|svg|webp|tiff?|css|js|exe|swf"
    r"|mp3|midi?|wav|ra|ram|rm|ogg|wma|m3u|avi|mpe?g|mov|wmv|mp4|flv",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Found:
    """What a page has added to the frontier."""

    pages: list[FrontierPage] = field(default_factory=list)  # that are due, the first MOST_FOUND
    left: int = 0  # how many more are due
    refused: int = 0  # how many the rules of their host forbid
    too_long: int = 0  # links to addresses that are longer than what is asked for


class Frontier:
    """The rows of the frontier, moved on by each answer in the order of the WARCs."""

    def __init__(self, store: Store, config: Config, rules: RuleBook) -> None:
        self._store = store
        self._config = config
        self._rules = rules
        self._owed: dict[str, datetime] = {}  # by page: when a capture of it was found lost
        self._known: dict[str, int] = {}  # pages of our sources: their depth, which only sinks

    def visited(self, capture: Capture, page: Page) -> str:
        """Note that the page was asked for, and when it is due again; return its kind."""
        row = self._row(capture.url, capture.source, capture.via, capture.hops)
        source = self._source(row.source, row.url)
        fetched = moment_of(capture.fetched_at)
        whole = is_whole(capture)
        tries = 0 if whole else row.tries + 1
        unchanged = unchanged_before(self._store, capture) if whole else row.unchanged
        wait = next_interval(source, tries, counted(row, capture, unchanged))
        state, due = "done" if whole else "failed", fetched + wait
        owed = self._owed.get(row.url_key)
        if owed is not None and fetched < owed:
            # The note lies where the lost capture lay; this one was known when it was written.
            state, due, tries = "due", owed, 0
        if row.kind == "image" and whole and capture.status in {200, 304}:
            due = _NEVER  # once
        if is_consent(capture.url) and (row.kind == "consent" or self._is_behind_a_gate(capture)):
            # It is asked for to open the others, and only then.
            row, state, due = replace(row, kind="consent"), "done", _NEVER
        self._store.put_page(
            replace(
                row,
                state=state,
                tries=tries,
                next_due=timestamp(due),
                etag=page.header("etag") or None,
                last_modified=page.header("last-modified") or None,
                last_capture=capture.id,
                unchanged=unchanged,
            )
        )
        return row.kind

    def _is_behind_a_gate(self, capture: Capture) -> bool:
        gate = self._store.last_capture(capture.via) if capture.via else None
        return gate is not None and gate.outcome == "gate"

    def judge_again(self, capture: Capture) -> None:
        """Let a page be due as if *capture* had been read as it is now when it came."""
        row = self._store.page(urls.key(capture.url))
        last = self._store.capture(row.last_capture) if row and row.last_capture else None
        source = self._source(row.source, row.url) if row else None
        if row and last and source and last.url == capture.url and row.state == "done":
            self._store.put_page(worked_out_again(self._store, row, last, source))

    def leave_alone(self, capture: Capture, page: Page) -> None:
        """Let a whole host wait as long as it asks for, where no run sits that out."""
        asked = moment_of(capture.fetched_at)
        wait = retry_after_seconds(page.header("retry-after"), now=asked.timestamp())
        if wait <= PATIENCE:
            return
        until = timestamp(asked + timedelta(seconds=wait))
        for row in self._store.due_on_host(urls.host(capture.url), until):
            self._store.put_page(replace(row, next_due=until))
        own = self._store.page(urls.key(capture.url))
        if own is not None and leads_on(page.status):
            # "the minimum time before issuing the redirected request" (RFC 9110, section 10.2.3):
            # what the page leads to was not seen yet.
            self._store.put_page(replace(own, state="due", next_due=until))

    def _row(self, url: str, source: str, via: str | None, hops: int) -> FrontierPage:
        """Return the frontier's row of a page that was asked for, a new one where it has none."""
        key = urls.key(url)
        known = self._source(source, url)
        name = known.name if known else source
        return self._store.page(key) or FrontierPage(
            key, url, name, self._kind(url, name), depth=hops, via=via
        )

    def _source(self, name: str, url: str) -> Source | None:
        return source_of(self._config, name, url)

    def _kind(self, url: str, source: str) -> str:
        if source == ADDED:
            return "added"
        known = self._config.source(source)
        return "start" if known and url in known.start else "page"

    def follow(self, capture: Capture, part: Part, kind: str = "") -> Found:
        """Put the links of *part* that the source wants on the frontier; return what is new.

        *kind* is the page's own, where that is known already.
        """
        found = Found()
        source = self._source(capture.source, capture.url)
        if source is None:
            return found
        self._remember_target(source, capture, part)
        kind = kind or self._kind_of(capture)
        if part.outcome not in _LEADS_ON or 0 < source.depth <= capture.hops or kind in _BELONGINGS:
            return found
        is_sitemap = kind == "sitemap"
        for link in part.links:
            if not urls.is_askable(link.url):
                found.too_long += 1
                continue
            if link.updated is None and self._is_remembered(link.url, capture):
                continue
            more = is_sitemap and link.kind == "index" and urls.same_site(link.url, capture.url)
            more = more and not urls.fits(link.url, source.exclude)
            if not (worth_asking(link) and (more or source.wants(link.url))):
                continue
            if part.outcome == "gate" and is_consent(link.url):
                continue  # where a source lets it, the crawl knocks
            if link.updated is not None and (told := self._told_of(link, source, capture)):
                found.pages.append(told)
            if self._is_known(link.url, capture):
                continue
            page = self._new_page(link.url, source, capture)
            page = replace(page, kind="sitemap") if more else page
            if not (self._store.add_page(page) or self._adopted(page)):
                continue
            if page.state != "due":
                found.refused += 1
            elif len(found.pages) < MOST_FOUND:
                found.pages.append(page)
            else:
                found.left += 1
        return found

    def follow_rules(self, capture: Capture, part: Part) -> list[FrontierPage]:
        """Put the sitemaps that a robots.txt names on the frontier; return those that are due.

        A robots.txt speaks for its whole host, so they need not lie in the folders of the source.
        """
        source = self._source(capture.source, capture.url)
        if source is None:
            return []
        found = []
        for link in part.links:
            at_home = any(urls.same_site(link.url, start) for start in source.start)
            if not urls.is_askable(link.url) or urls.fits(link.url, source.exclude):
                continue
            if link.kind == "index" and at_home and self._store.page(urls.key(link.url)) is None:
                # Not via the robots.txt: what that leads to is read as rules.
                page = replace(
                    self._new_page(link.url, source, capture), kind="sitemap", depth=1, via=None
                )
                self._store.add_page(page)
                found += [page] if page.state == "due" else []
        return found

    def furnish(
        self, capture: Capture, page: Page, part: Part, found: Found, kind: str = ""
    ) -> None:
        """Put what belongs to a page on the frontier, where its source wants that."""
        source = self._source(capture.source, capture.url)
        if source is None or not (source.images or source.requisites):
            return
        if (kind or self._kind_of(capture)) in _BELONGINGS or not is_whole(capture):
            return
        for url, kind in belongings(source, page, part).items():
            if not urls.is_askable(url):
                found.too_long += 1
            elif not urls.fits(url, source.exclude) and self._store.page(urls.key(url)) is None:
                new = replace(self._new_page(url, source, capture), kind=kind)
                self._store.add_page(new)
                found.pages += [new] if new.state == "due" else []
                found.refused += new.state != "due"

    def _kind_of(self, capture: Capture) -> str:
        row = self._store.page(urls.key(capture.url))
        return row.kind if row is not None else "page"

    def _told_of(self, link: Link, source: Source, capture: Capture) -> FrontierPage | None:
        """Ask after the shortest interval again for a page that has changed since, as a feed says.

        Return it where it is due now.
        """
        row = self._store.page(urls.key(link.url))
        if row is None or row.state != "done" or not row.unchanged or row.last_capture is None:
            return None
        last = self._store.capture(row.last_capture)
        if last is None or link.updated is None or link.updated[:19] <= last.fetched_at[:19]:
            return None
        due = timestamp(moment_of(last.fetched_at) + source.every)
        if due >= row.next_due:
            return None
        told = replace(row, unchanged=0, next_due=due)
        self._store.put_page(told)
        return told if due <= timestamp(moment_of(capture.fetched_at)) else None

    def _remember_target(self, source: Source, capture: Capture, part: Part) -> None:
        """Put what a page redirects to on the frontier: the crawl may die before it asks for it.

        The crawl asks for it at once, so it is none of the pages found; and where it stops, at a
        circle or at the tenth redirect in a row, nothing is put there either.
        """
        target = redirect_target(part)
        if target is None or not source.wants(target):
            return
        chain = self._store.redirects_before(capture, MOST_REDIRECTS)
        if target in chain or len(chain) > MOST_REDIRECTS:
            return
        page = replace(self._new_page(target, source, capture), depth=capture.hops)
        if page.url_key != urls.key(capture.url):
            self._store.add_page(page)
        elif page.state == "due" and (row := self._store.page(page.url_key)):
            # "http:" to "https:", say: the two share a row, which is not done before both are.
            self._store.put_page(replace(row, state="due", next_due=page.next_due))

    def _is_remembered(self, url: str, capture: Capture) -> bool:
        """Return whether the frontier is known to have the page of a link, as near as that."""
        return self._known.get(urls.key(url), _NOWHERE) <= capture.hops + 1

    def _is_known(self, url: str, capture: Capture) -> bool:
        """Return whether a link tells the frontier nothing new, as most links of a site do."""
        if self._is_remembered(url, capture):
            return True
        key = urls.key(url)
        row = self._store.page(key)
        if row is None or self._config.source(row.source) is None:
            return False
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key] = row.depth
        return row.depth <= capture.hops + 1

    def _adopted(self, page: FrontierPage) -> bool:
        """Take over a page whose source is not in the config (any more); return whether it was."""
        row = self._store.page(page.url_key)
        if row is None or self._config.source(row.source) is not None:
            return False
        self._store.put_page(replace(row, source=page.source, kind=page.kind))
        return False

    def _new_page(self, url: str, source: Source, capture: Capture) -> FrontierPage:
        fetched = moment_of(capture.fetched_at)
        rules = self._rules.at(urls.origin(url), fetched) if self._config.polite.robots else None
        # Rules that could not be read forbid a page for now only: it stays due.
        refused = rules is not None and not rules.closed and not rules.allowed(url)
        return FrontierPage(
            url_key=urls.key(url),
            url=url,
            source=source.name,
            state="refused" if refused else "due",
            depth=capture.hops + 1,
            via=capture.url,
            next_due=timestamp(fetched + source.every if refused else fetched),
        )

    def failed(self, record: FailureRecord) -> None:
        """Let a page that brought no answer be due again a while later."""
        failure = record.failure
        row = self._row(failure.url, record.source, record.via, record.hops)
        if failure.kind == "lost":
            self._owe(row, failure.started_at)
            return
        if failure.stale:
            # The run asks again at once; where it dies before that, nobody has been asked yet.
            since = row.next_due or timestamp(failure.started_at)
            self._store.put_page(replace(row, next_due=since))
            return
        tries = row.tries + 1
        again = failure.started_at + next_interval(self._source(row.source, row.url), tries)
        self._store.put_page(replace(row, state="failed", tries=tries, next_due=timestamp(again)))

    def _owe(self, row: FrontierPage, found: datetime) -> None:
        """Make a page due from the moment at which a capture of it was *found* lost."""
        self._owed[row.url_key] = found
        self._store.put_page(replace(row, state="due", tries=0, next_due=timestamp(found)))

    def refuse(self, origin: str, rules: Robots, asked: datetime) -> None:
        """Note which due pages of *origin* its new rules forbid; they wait as if asked for."""
        if rules.closed or not self._config.polite.robots:
            return
        for row in self._store.due_on_host(urls.host(origin), timestamp(asked)):
            if urls.origin(row.url) == origin and not rules.allowed(row.url):
                due = asked + next_interval(self._source(row.source, row.url), 0)
                self._store.put_page(replace(row, state="refused", next_due=timestamp(due)))


def worth_asking(link: Link) -> bool:
    """Return whether a link may lead to a page with a story on it."""
    return link.kind not in _NOT_FOLLOWED and _is_page(link.url)


@lru_cache(maxsize=4096)  # most links of a page are on its neighbours as well
def _is_page(url: str) -> bool:
    path = urls.split(url).path
    _, dot, ending = path.rpartition(".")
    return path != "/robots.txt" and not (dot and _NOT_PAGES.fullmatch(ending))
