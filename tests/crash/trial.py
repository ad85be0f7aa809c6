"""One scenario, one fault, and what is left of the archive afterwards."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash import order, powercut, proof, small_site
from tests.crash.powercut import Model
from tests.crash.process import Call, Done, Fault, Zygote, counted, reported
from tests.site import RawServer

_GROWS = ("write", "create", "mkdir", "empty")
_FULL_TOO = ("fsync", "rename")  # a disk may find out late that it has no room


def faults_at(call: Call) -> list[Fault]:
    """Return every fault that can be tried at *call*."""
    hows = ["before", "after", "eio", "gone"]
    if call.kind == "write" and call.size > 1:
        hows += ["half", "short"]
    if call.kind in _GROWS:
        hows += ["enospc", "full"]
    if call.kind in _FULL_TOO:
        hows.append("enospc")
    return [Fault(call.number, how) for how in hows]


_FAILURES = ("eio", "enospc", "short", "full", "gone")


def all_faults(calls: Sequence[Call]) -> list[Fault]:
    """Return the faults that `make torture` tries: a death at every place, a failure of every call.

    At the hundreds of pages that SQLite writes, one of the failures each, in turn. Dying behind a
    call is dying before the next one where nothing else lies between, and is not tried twice.
    """
    chosen = []
    for call, after in zip(calls, [*calls[1:], None], strict=True):
        if not call.number:
            continue
        faults = faults_at(call)
        if call.kind == "write" and call.name.startswith("archive.db"):
            failures = [fault for fault in faults if fault.how in _FAILURES]
            deaths = [fault for fault in faults if fault.how not in _FAILURES]
            faults = [*deaths, failures[call.number % len(failures)]]
        if after is not None and after.number:
            faults = [fault for fault in faults if fault.how != "after"]
        chosen += faults
    return chosen


def cut_points(calls: Sequence[Call]) -> list[int]:
    """Return the numbers of the calls behind which the disk of a power failure is another one."""
    return [0, *(call.number for call in calls if call.number and call.kind != "write")]


def sample(calls: Sequence[Call], size: int, seed: int) -> list[Fault]:
    """Return *size* faults, as many of each way to fail as of another, and of as many kinds of call.

    A run writes mostly to SQLite's -wal; drawn evenly, the few calls that matter would be missed.
    """
    draw = random.Random(seed)
    groups: dict[str, dict[tuple[str, str], list[Fault]]] = {}
    for call in counted(list(calls)):
        family = (
            call.name.partition("-")[2] if call.name.startswith("archive.db") else call.name[-8:]
        )
        for fault in faults_at(call):
            group = groups.setdefault(fault.how, {})
            group.setdefault((call.kind, family), []).append(fault)
    queues = []
    for group in groups.values():
        queue = [draw.choice(faults) for faults in group.values()]
        draw.shuffle(queue)
        queues.append(queue)
    draw.shuffle(queues)
    chosen: list[Fault] = []
    while len(chosen) < size and any(queues):
        chosen += [queue.pop() for queue in queues if queue]
    return chosen[:size]


@dataclass(frozen=True)
class Scenario:
    """What an archive is before the fault, and the command during which it happens."""

    name: str
    words: tuple[str, ...]
    prepare: Callable[[Path, Zygote, RawServer], None]
    again: bool = False  # the command is given again after the crash, before the next run
    crashes_before: int = 0  # that `prepare` made, each of which may cost a second fetch per host
    every: str = "30d"  # "0s": each run asks again for everything


@dataclass
class Tally:
    """How many points were tried, at how many something was lost or wrong, and what."""

    tried: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {how}" for how, number in sorted(self.tried.items()))
        total = sum(self.tried.values())
        return f"tried {total} points ({kinds}): lost {self.lost}"

    def add(self, what: str, wrong: list[str]) -> None:
        """Note a point and what is wrong there."""
        self.tried[what] += 1
        self.lost += bool(wrong)
        self.wrong += wrong

    def told(self, name: str, record: Callable[[str, object], None]) -> None:
        """Give the figures to pytest's *record_property*, for the summary of the session."""
        record("counted", f"{name}: {self}")
        record("points", sum(self.tried.values()))
        record("lost", self.lost)


class Bench:
    """A scenario set up once, to be tried with many faults."""

    def __init__(self, scenario: Scenario, folder: Path, zygote: Zygote, server: RawServer) -> None:
        self.scenario = scenario
        self.folder = folder
        self.zygote = zygote
        self.server = server
        self._start = folder / "start"
        self._start.mkdir(parents=True)
        small_site.configure(self._start, server, every=scenario.every)
        server.requests.clear()
        scenario.prepare(self._start, zygote, server)
        self._asked = self._paths(0)
        self._whole: set[tuple[str, str]] = set()
        self.done = self._undisturbed()
        self.calls = counted(self.done.calls)

    def try_all(self, faults: Iterable[Fault]) -> Tally:
        """Try *faults*, one by one, each on a copy of the same start."""
        tally = Tally()
        for fault in faults:
            wrong = [f"{self.scenario.name}, {fault}: {why}" for why in self.trial(fault)]
            tally.add(fault.how, wrong)
        return tally

    def heard(self, made: int) -> str:
        """Return all that the undisturbed run had said on stderr in its first *made* calls."""
        return powercut.said_before(self.done.calls[:made], self.done.stderr)

    def trial(self, fault: Fault, *, pause: float = 0.0) -> list[str]:
        """Return what is wrong after *fault* and the runs that follow it, *pause* seconds later."""
        place = self._copy("trial")
        before = len(self.server.requests)
        done = self.zygote.run("-v", *self.scenario.words, folder=place, fault=fault)
        wrong = proof.wrong_end(done, fault)
        wrong += order.violations(done.calls, place)
        time.sleep(pause)
        wrong += self._healed(place, done.reported, before)
        shutil.rmtree(place)
        return wrong

    def power_cut(self, calls: int, model: Model) -> list[str]:
        """Return what is wrong when the power fails after so many *calls* of the whole run."""
        disk = powercut.Disk(self._start)
        numbers = [call.number for call in self.done.calls]
        last = next((n for n, number in enumerate(numbers) if number > calls), len(numbers))
        for call in self.done.calls[:last]:
            disk.apply(call, self._data, str(self.whole))
        place = self._clear("trial")
        disk.write(place, model)
        said = reported(powercut.said_before(self.done.calls[:last], self.done.stderr))
        before = len(self.server.requests)
        wrong = self._healed(place, said, before)
        pages = {f"/{url.split('/', 3)[3]}" for url in said}
        again = pages & set(self._paths(before))
        if again and self.scenario.every != "0s":
            wrong.append(f"fetched again though it was reported: {sorted(again)}")
        shutil.rmtree(place)
        return wrong

    def _undisturbed(self) -> Done:
        place = self._copy("whole")
        self.whole = place.resolve()  # where the calls were made; it is gone by then
        before = len(self.server.requests)
        done = self.zygote.run("-v", *self.scenario.words, folder=place, fault=Fault(), data=True)
        self._data = (self.zygote.scratch / "data").read_bytes()
        wrong = [] if done.code in (0, 3) else [f"exit {done.code}: {done.stderr}"]
        wrong += order.violations(done.calls, place)
        assert not wrong, wrong
        wrong = self._healed(place, done.reported, before)
        assert not wrong, wrong
        self._whole = proof.exported(place)
        assert len(self._whole) == small_site.STORIES
        shutil.rmtree(place)
        return done

    def _healed(self, place: Path, reported: set[str], before: int) -> list[str]:
        """Return what is wrong when the archive was healed by a run, and by one more."""
        if self.scenario.again:
            again = self.zygote.run("-v", *self.scenario.words, folder=place)
            if wrong := _no_clean_end(again, "the same command again"):
                return wrong
        next_run = self.zygote.run("-v", "run", folder=place)
        if wrong := _no_clean_end(next_run, "the next run"):
            return wrong
        if self.scenario.every != "0s":
            one_more = self.zygote.run("-v", "run", folder=place)
            wrong += _no_clean_end(one_more, "the run after that")
            if one_more.reported or "mended" in one_more.stderr:
                wrong.append(f"the run after that found work: {one_more.stderr}")
            wrong += self._fetched_again(before)
        stored = reported | next_run.reported
        wanted = small_site.all_urls(every=self.scenario.every)
        wrong += proof.losses(place, stored, wanted, small_site.expected)
        if self._whole and proof.exported(place) != self._whole:
            wrong.append("the exports are not those of a whole run")
        if wrong:
            wrong.append(f"the next run said: {next_run.stderr}")
        return wrong

    def _fetched_again(self, before: int) -> list[str]:
        """At most one page per host was asked for again, and that for each crash."""
        counts = self._asked + self._paths(before)
        extra = {path: count - 1 for path, count in counts.items() if count > 1}
        allowed = (1 + self.scenario.crashes_before) * len(small_site.HOSTS)
        return [f"fetched again: {extra}"] if sum(extra.values()) > allowed else []

    def _paths(self, before: int) -> Counter[str]:
        paths = [request.path for request in self.server.requests[before:]]
        return Counter(path for path in paths if path != "/robots.txt")

    def _clear(self, name: str) -> Path:
        """Return a folder that is not there, though a test before may have ended early."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        return place

    def _copy(self, name: str) -> Path:
        place = self._clear(name)
        shutil.copytree(self._start, place)
        return place


def _no_clean_end(done: Done, which: str) -> list[str]:
    clean = done.code in (0, 3) and "Traceback" not in done.stderr
    return [] if clean else [f"{which} exits {done.code}: {done.stderr[-600:]}"]
