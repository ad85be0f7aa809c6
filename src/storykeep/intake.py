"""What becomes of every capture, fetched just now or read again from a WARC.

It is derived, saved with its part in one transaction, and extends the frontier. A crawl and a
rebuild go through the same door, so that the same WARCs give the same database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from storykeep import decisions, profiles, urls
from storykeep.apart import derive_safely
from storykeep.assemble import Piece, compose, survey
from storykeep.config import ADDED, Config, Source
from storykeep.errors import DamageError
from storykeep.model import Block, Capture, FrontierPage, Link, Page, Part
from storykeep.polite import PATIENCE, ROBOTS_BYTES, Robots, retry_after_seconds
from storykeep.profiles import Profile
from storykeep.store import Saved, Store, storable
from storykeep.warc import FailureRecord, load_page

MOST_REDIRECTS = 10  # in a row; what would come after them is not asked for
# Pages whose links lead to stories. What is gone, broken or closed leads nowhere.
_LEADS_ON = frozenset({"story", "index", "feed", "frameset", "not_story", "gate", "too_large"})
MOST_FOUND = 20_000  # pages that one page adds to a run; what more it leads to is due later
# Reviews and logins are never asked for; a print view is the same text again.
_NOT_FOLLOWED = frozenset({"ignore", "alias", "redirect"})
# Requisites and media, which are not story pages (DESIGN.md 6; images come with their own option).
_NOT_PAGES = re.compile(
    r"\.(gif|jpe?g|png|bmp|ico|svg|webp|tiff?|css|js|exe|swf"
    r"|mp3|midi?|wav|ra|ram|rm|ogg|wma|m3u|avi|mpe?g|mov|wmv|mp4|flv)$",
    re.IGNORECASE,
)
# 429 asks for patience; 426 is how a host refuses HTTP/1.0, and `fetch` then asks it as 1.1.
# Nobody asked for a piece of the page (206), nor whether it has changed (304).
_NO_ANSWER = frozenset({206, 304, 426, 429})
_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=1)
_RULES_HOLD = timedelta(days=1)  # "SHOULD NOT use the cached version" beyond (RFC 9309, 2.4)


def timestamp(moment: datetime) -> str:
    """Return *moment* (aware) as the frontier compares it: "2026-11-22T18:22:39Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """Return the aware moment of a WARC-Date, with or without a fraction of a second."""
    return datetime.fromisoformat(text)


def is_whole(capture: Capture) -> bool:
    """Return whether an answer is the site's word on the page, not a failure to give one."""
    status = capture.status
    if status == 304:
        return capture.revisit_of is not None
    # A revisit says no more than what it refers to: the same "try again later" twice is no page.
    return capture.truncated is None and status < 500 and status not in _NO_ANSWER


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture as saved, its part, and the pages it put on the frontier."""

    capture: Capture
    part: Part
    found: tuple[FrontierPage, ...] = ()  # that are due, the first MOST_FOUND
    left: int = 0  # how many more are due
    refused: int = 0  # how many the rules of their host forbid
    body_size: int = 0  # bytes of the body, decoded


class Intake:
    """Takes captures in, one after the other, in the order of the WARCs."""

    def __init__(self, store: Store, config: Config, known: Sequence[Profile]) -> None:
        self.store = store
        self.config = config
        self.profiles = tuple(known)
        self._rules: dict[str, tuple[Robots, datetime]] = {}  # by origin, and when they were asked
        self._recalled: set[str] = set()  # origins whose rules of an earlier run were looked for
        self._owed: dict[str, datetime] = {}  # by page: when a capture of it was found lost
        self._lost: set[str] = set()  # the record ids of lost captures

    def take_in(self, capture: Capture, page: Page) -> Taken:
        """Save *capture* with what derive makes of *page*, and what it adds to the frontier."""
        with self.store.atomic():
            taken = self._take_in(capture, page)
            self._leave_alone(capture, page)
            return taken

    def _take_in(self, capture: Capture, page: Page) -> Taken:
        if owner := rules_owner(capture.url, capture.via):
            return Taken(*self._save_rules(owner, capture, page), body_size=len(page.body))
        saved, part = self._save(capture, page)
        self._visited(saved, page)
        found, left, refused = self._follow(saved, part)
        return Taken(saved, part, tuple(found), left, refused, len(page.body))

    def take_in_unread(self, capture: Capture, page: Page) -> None:
        """Save a revisit whose response was lost: *page* has its head, and no body.

        What its rules said, if it is a robots.txt, is not known any more.
        """
        with self.store.atomic():
            if rules_owner(capture.url, capture.via):
                self._save_part(capture, self.derive(capture, page), None)
            else:
                saved, _ = self._save(capture, page)
                self._visited(saved, page)

    def is_lost(self, record_id: str | None) -> bool:
        """Return whether a repair has noted that the capture of that record is lost."""
        return record_id in self._lost

    def derive(self, capture: Capture, page: Page) -> Part:
        """Return what the current engine and profile make of *capture*; nothing is saved."""
        return part_of(capture, page, self._profile(capture))

    def save_again(self, capture: Capture, part: Part) -> None:
        """Save a new part of a capture that is stored already, and follow its links."""
        with self.store.atomic():
            profile = self._profile(capture)
            saved = self._save_part(capture, part, profile.sha256 if profile else None)
            self._follow(saved, part)

    def failed(self, record: FailureRecord) -> None:
        """Save a request that brought no answer; the page is due again a while later.

        One whose record was altered, so that it names no web address, is passed over.
        """
        failure = record.failure
        if urls.try_canonical(failure.url) is None:
            self._lost |= {record.lost.record_id} if record.lost else set()
            return
        with self.store.atomic():
            self.store.save_attempt(
                failure, source=record.source, via=record.via, place=(record.warc, record.offset)
            )
            if record.lost is not None:
                self._lost.add(record.lost.record_id)
            if rules_owner(failure.url, record.via):
                return
            row = self._row(failure.url, record.source, record.via, record.hops)
            if failure.kind == "lost":
                self._owe(row, failure.started_at)
                return
            tries = row.tries + 1
            due = failure.started_at + next_interval(self._source(row.source, row.url), tries)
            self.store.put_page(replace(row, state="failed", tries=tries, next_due=timestamp(due)))

    def _owe(self, row: FrontierPage, found: datetime) -> None:
        """Make a page due from the moment at which a capture of it was *found* lost."""
        self._owed[row.url_key] = found
        self.store.put_page(replace(row, state="due", tries=0, next_due=timestamp(found)))

    def _save(self, capture: Capture, page: Page) -> tuple[Capture, Part]:
        profile = self._profile(capture)
        part = derive_safely(page, profile)
        return self._save_part(capture, part, profile.sha256 if profile else None), part

    def _profile(self, capture: Capture) -> Profile | None:
        return profile_of(self.config, self.profiles, capture)

    def _save_part(self, capture: Capture, part: Part, profile_sha256: str | None) -> Capture:
        saved = self.store.save_capture(replace(capture, outcome=part.outcome))
        assert saved.id is not None
        self.store.save_part(saved.id, part, profile_sha256=profile_sha256)
        return saved

    def _save_rules(self, owner: str, capture: Capture, page: Page) -> tuple[Capture, Part]:
        if not _leads_on(page.status):
            rules = read_rules(capture, page)
            self._rules[owner] = rules, moment_of(capture.fetched_at)
            self._refuse(owner)
        part = self.derive(capture, page)
        return self._save_part(capture, part, None), part

    def rules(self, origin: str) -> Robots | None:
        """Return the robots rules last captured for *origin* ("http://host"), None before that."""
        known = self._rules.get(origin)
        return known[0] if known else None

    def _rules_at(self, origin: str, moment: datetime) -> Robots | None:
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
        capture = self.store.find_rules(f"{origin}/robots.txt")
        if capture is None:
            return
        original = self.store.original_of(capture) if capture.revisit_of else None
        with suppress(DamageError):  # what cannot be read says nothing; `verify` finds it
            page = load_page(
                self.config.archive.warcs, capture, original=original, max_bytes=ROBOTS_BYTES
            )
            self._rules[origin] = read_rules(capture, page), moment_of(capture.fetched_at)

    def _refuse(self, origin: str) -> None:
        """Note which due pages of *origin* its new rules forbid; they wait as if asked for."""
        rules, asked = self._rules[origin]
        if rules.closed or not self.config.polite.robots:
            return
        for row in self.store.due_on_host(urls.host(origin), timestamp(asked)):
            if urls.origin(row.url) == origin and not rules.allowed(row.url):
                due = asked + next_interval(self._source(row.source, row.url), 0)
                self.store.put_page(replace(row, state="refused", next_due=timestamp(due)))

    def _profile_name(self, source: str) -> str:
        known = self.config.source(source)
        return known.profile if known else "auto"

    # ---- the frontier

    def _visited(self, capture: Capture, page: Page) -> None:
        """Note that the page was asked for, and when it is due again."""
        row = self._row(capture.url, capture.source, capture.via, capture.hops)
        source = self._source(row.source, row.url)
        fetched = moment_of(capture.fetched_at)
        whole = is_whole(capture)
        tries = 0 if whole else row.tries + 1
        state, due = "done" if whole else "failed", fetched + next_interval(source, tries)
        owed = self._owed.get(row.url_key)
        if owed is not None and fetched < owed:
            # The note lies where the lost capture lay; this one was known when it was written.
            state, due, tries = "due", owed, 0
        self.store.put_page(
            replace(
                row,
                state=state,
                tries=tries,
                next_due=timestamp(due),
                etag=page.header("etag") or None,
                last_modified=page.header("last-modified") or None,
                last_capture=capture.id,
            )
        )

    def _leave_alone(self, capture: Capture, page: Page) -> None:
        """Let a whole host wait as long as it asks for, where no run sits that out."""
        asked = moment_of(capture.fetched_at)
        wait = retry_after_seconds(page.header("retry-after"), now=asked.timestamp())
        if wait <= PATIENCE:
            return
        until = timestamp(asked + timedelta(seconds=wait))
        for row in self.store.due_on_host(urls.host(capture.url), until):
            self.store.put_page(replace(row, next_due=until))
        own = self.store.page(urls.key(capture.url))
        if own is not None and _leads_on(page.status):
            # "the minimum time before issuing the redirected request" (RFC 9110, section 10.2.3):
            # what the page leads to was not seen yet.
            self.store.put_page(replace(own, state="due", next_due=until))

    def _row(self, url: str, source: str, via: str | None, hops: int) -> FrontierPage:
        """Return the frontier's row of a page that was asked for, a new one where it has none."""
        key = urls.key(url)
        known = self._source(source, url)
        name = known.name if known else source
        return self.store.page(key) or FrontierPage(
            key, url, name, self._kind(url, name), depth=hops, via=via
        )

    def _source(self, name: str, url: str) -> Source | None:
        return source_of(self.config, name, url)

    def _kind(self, url: str, source: str) -> str:
        if source == ADDED:
            return "added"
        known = self.config.source(source)
        return "start" if known and url in known.start else "page"

    def _follow(self, capture: Capture, part: Part) -> tuple[list[FrontierPage], int, int]:
        """Put the links of *part* that the source wants on the frontier.

        Return the new pages that are due, MOST_FOUND at most, how many more are due, and how many
        are forbidden.
        """
        source = self._source(capture.source, capture.url)
        if source is None:
            return [], 0, 0
        self._remember_target(source, capture, part)
        if part.outcome not in _LEADS_ON:
            return [], 0, 0
        found: list[FrontierPage] = []
        left = refused = 0
        for link in part.links:
            if not worth_asking(link) or not source.wants(link.url):
                continue
            if self._is_known(link.url, capture):
                continue
            page = self._new_page(link.url, source, capture)
            if not (self.store.add_page(page) or self._adopted(page)):
                continue
            if page.state != "due":
                refused += 1
            elif len(found) < MOST_FOUND:
                found.append(page)
            else:
                left += 1
        return found, left, refused

    def _remember_target(self, source: Source, capture: Capture, part: Part) -> None:
        """Put what a page redirects to on the frontier: the crawl may die before it asks for it.

        The crawl asks for it at once, so it is none of the pages found; and where it stops, at a
        circle or at the tenth redirect in a row, nothing is put there either.
        """
        target = redirect_target(part)
        chain = self.store.redirects_before(capture, MOST_REDIRECTS)
        if target is None or target in chain or len(chain) > MOST_REDIRECTS:
            return
        if not source.wants(target):
            return
        page = replace(self._new_page(target, source, capture), depth=capture.hops)
        if page.url_key != urls.key(capture.url):
            self.store.add_page(page)
        elif page.state == "due" and (row := self.store.page(page.url_key)):
            # "http:" to "https:", say: the two share a row, which is not done before both are.
            self.store.put_page(replace(row, state="due", next_due=page.next_due))

    def _is_known(self, url: str, capture: Capture) -> bool:
        """Return whether a link tells the frontier nothing new, as most links of a site do."""
        row = self.store.page(urls.key(url))
        if row is None or row.depth > capture.hops + 1:
            return False
        return self.config.source(row.source) is not None

    def _adopted(self, page: FrontierPage) -> bool:
        """Take over a page whose source is not in the config (any more); return whether it was."""
        row = self.store.page(page.url_key)
        if row is None or self.config.source(row.source) is not None:
            return False
        self.store.put_page(replace(row, source=page.source, kind=page.kind))
        return False

    def _new_page(self, url: str, source: Source, capture: Capture) -> FrontierPage:
        fetched = moment_of(capture.fetched_at)
        rules = self._rules_at(urls.origin(url), fetched) if self.config.polite.robots else None
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


def source_of(config: Config, name: str, url: str) -> Source | None:
    """Return the source called *name*; where it was renamed, the first that wants *url* now."""
    known = config.source(name)
    if known is not None or name == ADDED:
        return known
    return next((source for source in config.sources if source.wants(url)), None)


def profile_of(config: Config, known: Iterable[Profile], capture: Capture) -> Profile | None:
    """Return the profile that *capture* is read with: its source's, else that of its address."""
    if rules_owner(capture.url, capture.via):
        return None
    source = source_of(config, capture.source, capture.url)
    if source is None or source.profile == "auto":
        return profiles.match(capture.url, known)
    return next((each for each in known if each.name == source.profile), None)


def part_of(capture: Capture, page: Page, profile: Profile | None) -> Part:
    """Return what the code of now makes of *capture*, whose answer is *page*."""
    if rules_owner(capture.url, capture.via):
        return Part(page.url, "robots", links=_redirects(page))
    return derive_safely(page, profile)


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
    if page.status in _NO_ANSWER:
        return Robots(closed=f"robots.txt is unreachable (status {page.status})")
    return Robots.from_answer(page.status, page.body)


def redirect_target(part: Part) -> str | None:
    """Return the address that a page sends its visitors to, None where it keeps them."""
    return next((link.url for link in part.links if link.kind == "redirect"), None)


def _leads_on(status: int) -> bool:
    return 300 <= status < 400 and status != 304


def _redirects(page: Page) -> tuple[Link, ...]:
    target = urls.join(page.url, page.header("location")) if page.header("location") else None
    return (Link(target, kind="redirect"),) if target else ()


def worth_asking(link: Link) -> bool:
    """Return whether a link may lead to a page with a story on it."""
    path = urlsplit(link.url).path
    return not (link.kind in _NOT_FOLLOWED or path == "/robots.txt" or _NOT_PAGES.search(path))


def next_interval(source: Source | None, tries: int) -> timedelta:
    """Return how long to leave a page alone after *tries* answers in a row that were not whole."""
    if source is None:
        return timedelta(0)
    if not tries:
        return source.every
    retry: timedelta = _FIRST_RETRY * 2 ** min(tries - 1, 10)
    return min(source.every, _LAST_RETRY, retry)


# ---- stories


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    *tick* is called all the while; what it raises stops the work, and nothing of it is saved.
    """

    def pieces() -> Iterator[Piece]:
        for capture, part in store.parts(host):
            tick()
            yield Piece(capture, part)

    found = survey(pieces())

    def prose_of(piece: Piece) -> tuple[Block, ...]:
        tick()
        assert piece.capture is not None
        assert piece.capture.id is not None
        return store.prose(piece.capture.id)

    by_hand = {key: decisions.from_json(text) for key, text in store.corrections(host).items()}
    stories = (
        compose(plan, found.facts, prose_of, by_hand.get(storable(plan.key)))
        for plan in found.plans
    )
    return store.save_stories(host, stories, found.facts)


def assemble_all(store: Store) -> tuple[int, int]:
    """Assemble every host with captures newer than its stories; return (new, changed) counts."""
    counts = [assemble_host(store, host) for host in store.dirty_hosts()]
    return sum(each.new for each in counts), sum(each.changed for each in counts)
