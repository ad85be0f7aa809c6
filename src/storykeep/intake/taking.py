"""The door that every capture comes in by: derived, saved, and its links put on the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from storykeep import urls
from storykeep.codec import PackedPart, pack_part
from storykeep.config import Config
from storykeep.intake import sources
from storykeep.intake.answers import leads_on
from storykeep.intake.frontier import Frontier
from storykeep.intake.mementos import Mementos
from storykeep.intake.rules import RuleBook, rules_owner
from storykeep.mementos import is_list
from storykeep.model import Capture, FrontierPage, Page, Part
from storykeep.polite import Robots
from storykeep.profiles import Profile
from storykeep.store import Store
from storykeep.warc import FailureRecord, is_imported


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture as saved, its part, and the pages it put on the frontier."""

    capture: Capture
    part: Part
    found: tuple[FrontierPage, ...] = ()  # that are due, the first MOST_FOUND
    left: int = 0  # how many more are due
    refused: int = 0  # how many the rules of their host forbid
    too_long: int = 0  # links to addresses that are longer than what is asked for
    body_size: int = 0  # bytes of the body, decoded


def is_kept(capture: Capture) -> bool:
    """Return whether others brought *capture*: it tells of a page, and not what to ask for.

    A memento is none: it was asked for, and what comes of it says what is asked for next.
    """
    return capture.provenance.origin == "import" or is_imported(capture.warc)


class Intake:
    """Takes captures in, one after the other, in the order of the WARCs."""

    def __init__(self, store: Store, config: Config, known: Sequence[Profile]) -> None:
        self.store = store
        self.config = config
        self.profiles = tuple(known)
        self._rules = RuleBook(store, config)
        self._frontier = Frontier(store, config, self._rules)
        self._mementos = Mementos(store, config)
        self._told: tuple[tuple[str, str | None, str], Profile | None] | None = None
        self._lost: set[str] = set()  # the record ids of lost captures

    def prepare(self, capture: Capture, page: Page) -> PackedPart | None:
        """Return what derive makes of *page* before *capture* may be saved; nothing is saved.

        None where `take_in` finds that out itself.
        """
        profile = self._profile(capture)
        if rules_owner(capture.url, capture.via) or self._known(capture, profile) is not None:
            return None
        return pack_part(sources.part_of(capture, page, profile, self._address(capture)))

    def take_in(self, capture: Capture, page: Page, packed: PackedPart | None = None) -> Taken:
        """Save *capture* with what derive makes of *page*, and what it adds to the frontier.

        *packed* is that part, where it was made already.
        """
        with self.store.atomic():
            if capture.provenance.origin != "live":
                return self._take_in_other(capture, page, packed)
            taken = self._take_in(capture, page, packed)
            self._frontier.leave_alone(capture, page)
            return taken

    def _take_in_other(self, capture: Capture, page: Page, packed: PackedPart | None) -> Taken:
        """Take in what no run asked its site for: it says nothing about when to ask that."""
        saved, part = self._save(capture, page, packed)
        if capture.provenance.origin == "wayback":
            self._mementos.taken(saved, part)
        return Taken(saved, part, body_size=len(page.body))

    def _take_in(self, capture: Capture, page: Page, packed: PackedPart | None) -> Taken:
        if owner := rules_owner(capture.url, capture.via):
            saved, part = self._save_rules(owner, capture, page)
            found = self._frontier.follow_rules(saved, part)
            return Taken(saved, part, tuple(found), body_size=len(page.body))
        saved, part = self._save(capture, page, packed)
        if is_list(capture.url):
            self._mementos.take_list(saved, page)
            return Taken(saved, part, body_size=len(page.body))
        if self._mementos.awaits(capture.url):
            self._mementos.answered(saved, page)
            return Taken(saved, part, body_size=len(page.body))
        kind = self._frontier.visited(saved, page)
        led = self._frontier.follow(saved, part, kind)
        self._frontier.furnish(saved, page, part, led, kind)
        return Taken(
            saved, part, tuple(led.pages), led.left, led.refused, led.too_long, len(page.body)
        )

    def take_in_kept(self, capture: Capture, page: Page) -> Part:
        """Save *capture*, which this archive did not ask for, with what derive makes of *page*.

        It says nothing of what to ask for, and when: the frontier stays as it is, and the rules of
        a robots.txt of that time hold no more. So the order in which such captures come is nothing
        to the database.
        """
        with self.store.atomic():
            profile = self._profile(capture)
            part = sources.part_of(capture, page, profile, self._address(capture))
            self._save_part(capture, part, profile.sha256 if profile else None)
            return part

    def take_in_unread(self, capture: Capture, page: Page) -> None:
        """Save a revisit whose response was lost: *page* has its head, and no body.

        What its rules said, if it is a robots.txt, is not known any more.
        """
        with self.store.atomic():
            if rules_owner(capture.url, capture.via):
                self._save_part(capture, self.derive(capture, page), None)
            else:
                saved, _ = self._save(capture, page)
                self._frontier.visited(saved, page)

    def is_lost(self, record_id: str | None) -> bool:
        """Return whether a repair has noted that the capture of that record is lost."""
        return record_id in self._lost

    def derive(self, capture: Capture, page: Page) -> Part:
        """Return what the current engine and profile make of *capture*; nothing is saved."""
        return sources.part_of(capture, page, self._profile(capture), self._address(capture))

    def save_again(self, capture: Capture, part: Part) -> None:
        """Save a new part of a capture that is stored already, and follow its links."""
        with self.store.atomic():
            profile = self._profile(capture)
            saved = self._save_part(capture, part, profile.sha256 if profile else None)
            if capture.provenance.origin == "wayback":
                self._mementos.taken(saved, part)
            elif not is_kept(capture) and not self._mementos.awaits(capture.url):
                self._frontier.judge_again(saved)
                self._frontier.follow(saved, part)

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
            if not self._mementos.failed(record):
                self._frontier.failed(record)

    def _save(
        self, capture: Capture, page: Page, packed: PackedPart | None = None
    ) -> tuple[Capture, Part]:
        profile = self._profile(capture)
        if (known := self._known(capture, profile)) is not None:
            return self._save_capture(capture, known), known
        if packed:
            part = packed.unpacked()
        else:
            part = sources.part_of(capture, page, profile, self._address(capture))
        sha256 = profile.sha256 if profile else None
        return self._save_part(capture, part, sha256, packed), part

    def _address(self, capture: Capture) -> str:
        return sources.address_of(self.config, capture)

    def _profile(self, capture: Capture) -> Profile | None:
        # A capture is asked about several times, in turn.
        told = capture.url, capture.via, capture.source
        if self._told is None or self._told[0] != told:
            self._told = told, sources.profile_of(self.config, self.profiles, capture)
        return self._told[1]

    def _known(self, capture: Capture, profile: Profile | None) -> Part | None:
        """Return what a page is that a server called unchanged: it need not be cleaned again.

        None where that was cleaned by another engine or profile than those of now.
        """
        if capture.status != 304 or capture.revisit_of is None:
            return None
        original = self.store.original_of(capture)
        if original is None or original.id is None or original.url != capture.url:
            return None
        made = self.store.made_by(original.id)
        if made is None or not sources.is_current(*made, profile):
            return None
        return self.store.part(original.id)

    def _save_capture(self, capture: Capture, part: Part) -> Capture:
        host = urls.host(self._address(capture))
        return self.store.save_capture(replace(capture, outcome=part.outcome), host=host)

    def _save_part(
        self,
        capture: Capture,
        part: Part,
        profile_sha256: str | None,
        packed: PackedPart | None = None,
    ) -> Capture:
        saved = self._save_capture(capture, part)
        assert saved.id is not None
        self.store.save_part(saved.id, part, profile_sha256=profile_sha256, packed=packed)
        return saved

    def rules(self, origin: str) -> Robots | None:
        """Return the robots rules last captured for *origin* ("http://host"), None before that."""
        return self._rules.newest(origin)

    def _save_rules(self, owner: str, capture: Capture, page: Page) -> tuple[Capture, Part]:
        if not leads_on(page.status):
            self._frontier.refuse(owner, *self._rules.note(owner, capture, page))
        part = self.derive(capture, page)
        return self._save_part(capture, part, None), part
