"""Processes that die, disks that fail or fill, power that goes: nothing reported is lost.

Each fault happens to a real `storykeep` process, at one call that changes a file (tests/crash). Here
a seeded sample is tried; `make torture` tries them all.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    environment,
    rows,
    story_page,
    write_config,
)
from tests.crash import order, small_site
from tests.crash.process import Fault, build, parse
from tests.crash.rig import NAMES, bench_of, need_compiler
from tests.crash.trial import Bench, cut_points, sample
from tests.site import RawServer

SEED = 20261122
POINTS = 12  # of each scenario
CUTS = 4


@pytest.fixture(scope="module")
def bench_for(tmp_path_factory) -> Iterator[Callable[[str], Bench]]:
    """Give what returns the bench of a scenario, each set up once."""
    with ExitStack() as stack:

        @cache
        def made(name: str) -> Bench:
            return stack.enter_context(bench_of(name, tmp_path_factory.mktemp("crash")))

        yield made


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_at_any_call_loses_nothing(name, bench_for, record_property):
    """A sample of deaths, short writes, EIO and ENOSPC; see tests/crash/proof.py for what holds."""
    bench = bench_for(name)
    tally = bench.try_all(sample(bench.done.calls, POINTS, SEED))
    tally.told(name, record_property)
    assert tally.wrong == []
    assert sum(tally.tried.values()) == POINTS


@pytest.mark.parametrize("model", ["nothing", "names"])
@pytest.mark.parametrize("name", ["first run", "healing run"])
def test_a_power_failure_loses_nothing(name, model, bench_for):
    """Only what was forced to the disk is left, and the next run makes an archive of it."""
    bench = bench_for(name)
    for calls in random.Random(SEED).sample(cut_points(bench.done.calls), CUTS):
        assert bench.power_cut(calls, model) == [], f"{calls} calls"


def test_each_fsync_of_a_run_is_needed(bench_for):
    """The order is asserted by something that fails when any one of the fsyncs is left out."""
    bench = bench_for("first run")
    root = bench.whole
    calls = bench.done.calls
    assert order.violations(calls, root) == []
    files = [call for call in calls if call.path.startswith(f"{root}/warcs/")]
    units = [call for call in files if call.kind == "write" and ".warc.gz" in call.name]
    forced = [n for n, call in enumerate(calls) if call.kind == "fsync" and call in files]
    assert len(units) == 1 + len(small_site.SENT) + 3  # warcinfo; two robots.txt, one failure
    assert len(forced) > len(units)
    # The warcinfo's alone could wait for the first unit's, and at sealing all units are forced.
    at_sealing = max(n for n in forced if calls[n].name.endswith(".open"))
    for left_out in forced[1:]:
        if left_out != at_sealing:
            assert order.violations(calls[:left_out] + calls[left_out + 1 :], root), left_out
    for folder in (root, root / "warcs"):
        unforced = [call for call in calls if (call.kind, call.path) != ("fsync", str(folder))]
        assert order.violations(unforced, root), folder


def test_a_power_failure_would_show_a_missing_fsync(bench_for):
    """The replay is no rubber stamp: without the fsyncs of the WARC, captures are gone."""
    bench = bench_for("first run")
    calls = [
        replace(call, number=0) if call.kind == "fsync" and ".warc.gz" in call.name else call
        for call in bench.done.calls
    ]
    bench = copy(bench)
    bench.done = replace(bench.done, calls=calls)
    last = max(call.number for call in calls)
    wrong = bench.power_cut(last, "names")
    assert any("rows and records differ" in why for why in wrong)


def test_a_process_started_cold_is_hit_as_well(tmp_path):
    """The forked processes are no special case: `python -m storykeep` dies at the same calls."""
    need_compiler()
    shim = build(tmp_path)
    with small_site.serve() as server:
        for how, code in (("half", -9), ("enospc", 1)):
            folder = tmp_path / how
            folder.mkdir()
            small_site.configure(folder, server)
            trace = tmp_path / f"{how}.trace"
            done = subprocess.run(
                [sys.executable, "-m", "storykeep", "-C", str(folder), "run"],
                env={
                    **environment(),
                    "LD_PRELOAD": str(shim),
                    "STORYKEEP_FAULT": f"{folder.resolve()}|{trace}|150|{how}|",
                },
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == code, done.stderr
            assert parse(trace.read_text())
            assert command("run", folder=folder).returncode in (0, 3)


def test_a_kill_while_the_tables_are_made(bench_for):
    """The journal of the unfinished transaction is taken back: the next run opens the file."""
    bench = bench_for("first run")
    journal = [call for call in bench.calls if call.name == "archive.db-journal"]
    for call in [call for call in journal if call.kind == "unlink"]:
        assert bench.trial(Fault(call.number, "before")) == []


def test_a_failure_behind_the_last_row_is_one(bench_for):
    """What SQLite answers before it has failed, while it leaves its -wal, is not taken for done."""
    bench = bench_for("first run")
    journal = [call for call in bench.calls if call.name == "archive.db-journal"]
    last = max(call.number for call in journal if call.kind == "fsync")
    assert bench.trial(Fault(last, "eio")) == []


def test_a_page_that_rules_forbid_waits_as_long_after_a_crash(bench_for):
    """Its page was stored, not yet in the database; the rules were: both a heal and a rebuild know.

    The next run comes so much later that a page it would refuse by new rules shows another time.
    """
    bench = bench_for("first run")
    whole = bench.done.calls
    index = next(n for n in range(len(whole)) if "lamp.example/lamp/\n" in bench.heard(n))
    calls = whole[:index]
    unit = [call for call in calls if call.name.endswith(".open") and call.kind == "fsync"][-1]
    assert bench.trial(Fault(unit.number, "after"), pause=1.2) == []


@pytest.mark.parametrize(
    "target", ["http://www.lamp.example/old.html", "http://lamp.example/new.html"]
)
def test_a_kill_between_a_redirect_and_its_target(target, tmp_path):
    """The redirect is stored, its target was not asked for: the next run asks for that."""
    run: list[subprocess.Popen] = []
    moved = answer(b"", status="302 Found", headers=f"Location: {target}\r\n")

    def old(head: bytes) -> bytes:
        return moved if b"Host: lamp" in head else arrive(head)

    def arrive(head: bytes) -> bytes:
        if run[-1].poll() is None and len(run) == 1:
            run[0].kill()
        return answer(story_page("Moved", "Ana", PROSE))

    with RawServer({"/robots.txt": ROBOTS_FREE, "/old.html": old, "/new.html": arrive}) as server:
        hosts = ("lamp.example", "www.lamp.example")
        reached = ", ".join(f'"{host}:80" = "{server.netloc}"' for host in hosts)
        network = f'allow_addresses = ["127.0.0.1"]\nconnect_to = {{ {reached} }}'
        write_config(tmp_path, ["http://lamp.example/old.html"], network=network)
        words = [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "-q", "run"]
        codes = []
        for _ in range(3):
            run.append(subprocess.Popen(words, env=environment()))
            codes.append(run[-1].wait(60))
        asked = [each.path for each in server.requests if each.path != "/robots.txt"]
    assert codes == [-signal.SIGKILL, 0, 0]
    archive = Archive(load(tmp_path / "config.toml"))
    found = rows(archive, "SELECT url FROM capture WHERE outcome = 'story'")
    assert found == [(target,)]
    assert len(asked) <= 4  # the redirect, its target, and one of them again for each


# ---- a giant page, derived by a child process


def _giant(size: int) -> bytes:
    return answer(b"<html><body><h1>Long</h1>" + b"<p>The sea was long.</p>" * size)


def _child_of(process: subprocess.Popen) -> int:
    """Wait for the process that derives a page, and return its number."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for number in map(int, children.read_text().split()):
            if b"storykeep.apart" in Path(f"/proc/{number}/cmdline").read_bytes():
                return number
        time.sleep(0.01)
    raise AssertionError("no child came")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for the child in /proc")
@pytest.mark.parametrize("whom", ["the child", "the run"])
def test_a_kill_while_a_giant_page_is_derived(whom, tmp_path):
    """The page is in the WARC before it is read: neither death loses it, or fetches it twice."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": _giant(20_000)}) as server:
        write_config(tmp_path, [server.url("/")])
        process = subprocess.Popen(
            [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "-q", "run"],
            env=environment(),
        )
        child = _child_of(process)
        os.kill(child if whom == "the child" else process.pid, signal.SIGKILL)
        code = process.wait(60)
        again = command("run", folder=tmp_path)
        asked = [request.path for request in server.requests if request.path == "/"]
    assert code == (0 if whom == "the child" else -9)
    assert again.returncode == 0
    assert len(asked) == 1
    archive = Archive(load(tmp_path / "config.toml"))
    (outcome,) = rows(archive, "SELECT outcome FROM capture WHERE url LIKE '%/'")
    assert (outcome == ("too_large",)) is (whom == "the child")
