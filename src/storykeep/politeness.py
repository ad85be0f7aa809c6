"""How the hosts were asked, told by the WARCs alone: gaps, waits, rules. Knows no database.

Whoever holds the files can check it: each record has the moment its request started (WARC-Date,
wall clock, microseconds) and how long its answer took (fetchTimeMs); a robots.txt and a Retry-After
lie there as they came; the warcinfo record names the delay that the run was told to keep.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from storykeep import urls, warc
from storykeep.errors import DamageError
from storykeep.intake import moment_of, read_rules, rules_owner
from storykeep.mementos import gap_after, is_list, told_by
from storykeep.model import Capture
from storykeep.polite import Robots, retry_after_seconds
from storykeep.warc import FailureRecord, Torn, Unit
from storykeep.warc.folder import OPEN, is_imported, name_in

# Seconds. fetchTimeMs is rounded, and a wall clock that is being set right runs a little faster;
# the gap itself is kept by a steady one.
TOLERANCE = 0.01
_OURS = "Storykeep/"  # the software of a warcinfo; what others captured, we did not ask for


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that a host asked for, and when it was asked again; times are UTC."""

    url: str
    at: str  # when the request that was answered so began
    asked_for: float  # seconds
    waited: float | None = None  # seconds from `at` to the next request; None: none came yet

    @property
    def obeyed(self) -> bool:
        """Return whether nothing was asked before the wait was over."""
        return self.waited is None or self.waited >= self.asked_for - TOLERANCE


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that should not have been made then. kind: gap, wait or robots."""

    kind: str
    url: str
    at: str
    why: str


@dataclass(slots=True)
class HostProof:
    """How one host (`urls.site`) was asked; times in seconds, moments UTC."""

    host: str
    requests: int = 0
    failures: int = 0  # requests that brought no HTTP answer
    first: str = ""
    last: str = ""
    least_gap: float | None = None  # from the end of one answer to the start of the next request
    median_gap: float | None = None
    required: float = 0.0  # the longest gap that was to be kept: ours, Crawl-delay, Request-rate
    unreachable: int = 0  # pages asked although their robots.txt could not be reached
    waits: list[Wait] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


@dataclass(slots=True)
class Proof:
    """What the WARCs of a folder tell; `left_out` are files of other software."""

    hosts: list[HostProof] = field(default_factory=list)
    files: int = 0
    left_out: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def violations(self) -> int:
        """Return how many requests should not have been made then."""
        return sum(len(host.violations) for host in self.hosts)


@dataclass(frozen=True, slots=True)
class _Request:
    url: str
    via: str | None
    start: datetime
    end: datetime
    retry_after: float = 0.0
    capture: Capture | None = None


def prove(folder: Path, step: Callable[[int], None] = lambda files: None) -> Proof:
    """Return how the hosts were asked, by all WARCs of *folder*; *step* is told each file's number.

    Every record is read, so it takes about as long as reading the files does. Damage is told and
    passed over.
    """
    proof, judge = Proof(), _Judge(folder)
    for path in warc.files(folder):
        proof.files += 1
        if is_imported(name := name_in(folder, path)):
            proof.left_out.append(name)  # whoever captured it, this archive did not ask for it
            continue
        told = dict(warc.read_info(path))
        if not told.get("software", "").startswith(_OURS):
            proof.left_out.append(path.name)
            continue
        judge.begin_file(told)
        for request in _requests(path, proof.damage):
            judge.hear(request)
        step(proof.files)
    proof.hosts = judge.sentence()
    return proof


def _requests(path: Path, damage: list[str]) -> Iterator[_Request]:
    """Yield the requests of one WARC in the order in which they were answered."""
    torn: list[Torn] = []
    for item in warc.scan(path, on_torn=torn.append):
        if isinstance(item, Unit) and item.capture.provenance.origin == "import":
            continue  # somebody saved it, and asked for it in their own way
        url = item.failure.url if isinstance(item, FailureRecord) else item.capture.url
        if urls.try_canonical(url) is None:
            continue
        if isinstance(item, FailureRecord):
            failure = item.failure
            took = timedelta(milliseconds=failure.elapsed_ms)
            end = failure.started_at + took
            yield _Request(failure.url, item.via, failure.started_at, end)
        elif request := _answered(item):
            yield request
    if path.name.endswith(OPEN):
        return  # a run is writing it, or the next one mends it
    damage += [f"{each.warc} from {each.start} to {each.end}: {each.why}" for each in torn]


def _answered(item: Unit) -> _Request | None:
    """Return the request that an answer was for, None where others have made it.

    A memento was asked of its archive when it was taken from there; its own headers, a Retry-After
    too, are those of the day when it was captured.
    """
    capture, took = item.capture, timedelta(milliseconds=item.elapsed_ms)
    known = capture.provenance
    if known.origin == "wayback" and known.source_uri and known.taken_at:
        start = moment_of(known.taken_at)
        return _Request(known.source_uri, None, start, start + took, capture=capture)
    if known.origin != "live":
        return None
    start = moment_of(capture.fetched_at)
    wait = retry_after_seconds(item.retry_after, now=start.timestamp())
    return _Request(capture.url, capture.via, start, start + took, wait, capture)


@dataclass(slots=True)
class _Host:
    """What is known of a host so far."""

    proof: HostProof
    gaps: array[float] = field(default_factory=lambda: array("d"))
    last: _Request | None = None
    delays: dict[str, float] = field(default_factory=dict)  # by origin, as its robots.txt asks
    wait: Wait | None = None  # asked for by the last answer


class _Judge:
    """Hears the requests one by one, in the order of the files, and keeps only what is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, Robots] = {}  # by origin
        self._originals: dict[str, Capture] = {}  # of robots.txt, by record id
        self._delay = 0.0
        self._obeys = True

    def begin_file(self, told: dict[str, str]) -> None:
        """Take the settings that a file's warcinfo names; an old one has no delay."""
        self._obeys = told.get("robots") != "ignore"
        self._delay = 0.0
        with suppress(ValueError):
            self._delay = float(told.get("delay", ""))

    def hear(self, request: _Request) -> None:
        """Judge one request by what was known when it began."""
        host = self._host(request.url)
        proof = host.proof
        proof.requests += 1
        proof.failures += request.capture is None
        proof.first = proof.first or _written(request.start)
        proof.last = _written(request.start)
        self._check_gap(host, request)
        self._check_wait(host, request)
        self._check_rules(proof, request)
        self._learn(host, request)
        host.last = request

    def sentence(self) -> list[HostProof]:
        """Return the hosts by name."""
        for host in self._hosts.values():
            if host.wait is not None:
                host.proof.waits.append(host.wait)
            if host.gaps:
                host.proof.least_gap = round(min(host.gaps), 6)
                host.proof.median_gap = round(median(host.gaps), 6)
        return [self._hosts[name].proof for name in sorted(self._hosts)]

    def _host(self, url: str) -> _Host:
        name = urls.site(url)
        return self._hosts.setdefault(name, _Host(HostProof(name)))

    def _check_gap(self, host: _Host, request: _Request) -> None:
        required = max([self._delay, *(host.delays.values() if self._obeys else ())])
        before = host.last or request
        if _is_service(before.url):
            required = gap_after(before.url)
        host.proof.required = max(host.proof.required, required)
        if host.last is None:
            return
        gap = (request.start - host.last.end).total_seconds()
        host.gaps.append(gap)
        # Without any delay one request at a time is still the rule.
        if gap < required - TOLERANCE:
            self._object(host.proof, "gap", request, f"{gap:.3f} s after the last answer, "
                         f"{required:g} s were to be kept")  # fmt: skip

    def _check_wait(self, host: _Host, request: _Request) -> None:
        if host.wait is None:
            return
        waited = (request.start - moment_of(host.wait.at)).total_seconds()
        wait = Wait(host.wait.url, host.wait.at, host.wait.asked_for, round(waited, 3))
        host.proof.waits.append(wait)
        if not wait.obeyed:
            self._object(host.proof, "wait", request, f"{waited:.0f} s after a Retry-After of "
                         f"{wait.asked_for:g} s")  # fmt: skip
        host.wait = None

    def _check_rules(self, proof: HostProof, request: _Request) -> None:
        rules = self._rules.get(urls.origin(request.url))
        if not self._obeys or rules is None or rules_owner(request.url, request.via):
            return
        if rules.closed:
            proof.unreachable += 1
        elif not rules.allowed(request.url):
            self._object(proof, "robots", request, "robots.txt forbade it")

    def _learn(self, host: _Host, request: _Request) -> None:
        """Take from an answer what binds the next requests."""
        if request.retry_after:
            host.wait = Wait(request.url, _written(request.start), round(request.retry_after, 3))
        if owner := rules_owner(request.url, request.via):
            self._learn_rules(owner, request.capture)

    def _learn_rules(self, owner: str, capture: Capture | None) -> None:
        if capture is None:
            self._rules[owner] = Robots(closed="robots.txt is unreachable")
            return
        if 300 <= capture.status < 400 and capture.status != 304:
            return
        self._originals[capture.record_id] = capture
        with suppress(DamageError):
            original = self._originals.get(capture.revisit_of or "")
            page = warc.load_page(self._folder, capture, original=original, max_bytes=1 << 24)
            rules = self._rules[owner] = read_rules(capture, page)
            if not rules.closed:
                self._host(owner).delays[owner] = rules.obeyed_delay

    def _object(self, proof: HostProof, kind: str, request: _Request, why: str) -> None:
        proof.violations.append(Violation(kind, request.url, _written(request.start), why))


def _is_service(url: str) -> bool:
    """Return whether a web archive was asked for what it offers to programs, by its own limits."""
    return is_list(url) or told_by(url) is not None


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
