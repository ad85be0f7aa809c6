"""Every point of tests/test_crash.py, and SIGKILL at random moments: `make torture`."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import ROBOTS_FREE, answer, rows, story_page, write_config
from tests.crash import proof
from tests.crash.powercut import MODELS
from tests.crash.process import Zygote, build
from tests.crash.rig import NAMES, bench_of, need_compiler
from tests.crash.trial import Tally, all_faults, cut_points
from tests.site import RawServer

pytestmark = [pytest.mark.torture, pytest.mark.timeout(0)]

SHARDS = 4
RUNS = int(os.environ.get("STORYKEEP_KILLED_RUNS", "100"))
STORIES = 300


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("name", NAMES)
def test_every_fault_at_every_call(name, shard, tmp_path, record_property):
    """A death at every place, and a failure of every call."""
    with bench_of(name, tmp_path) as bench:
        tally = bench.try_all(all_faults(bench.done.calls)[shard::SHARDS])
    tally.told(f"{name}, {shard + 1} of {SHARDS}", record_property)
    assert tally.wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_a_power_failure_at_every_call(name, tmp_path, record_property):
    """The disk as the worst disk would hold it, behind every call that changes what it holds."""
    tally = Tally()
    with bench_of(name, tmp_path) as bench:
        for calls in cut_points(bench.done.calls):
            for model in MODELS:
                wrong = [f"{calls} calls, {model}: {why}" for why in bench.power_cut(calls, model)]
                tally.add("power failure", wrong)
    tally.told(name, record_property)
    assert tally.wrong == []


def _stories() -> dict[str, bytes]:
    links = "".join(f'<li><a href="{n}.html">Tale {n}</a> by Ana</li>' for n in range(STORIES))
    prose = "<p>" + "The keeper lit the lamp and counted the waves until the morning came. " * 9
    return {
        "/": answer(f"<html><body><h1>Stories</h1><ul>{links}</ul></body></html>".encode()),
        **{
            f"/{n}.html": answer(story_page(f"Tale {n}", f"Author {n % 7}", f"{prose} {n}</p>"))
            for n in range(STORIES)
        },
    }


@pytest.mark.parametrize("shard", range(SHARDS))
def test_sigkill_at_random_moments(shard, tmp_path, record_property):
    """Runs of 300 stories, each killed up to three times and then left to end."""
    need_compiler()
    moments = random.Random(20261122 + shard)
    site = _stories()
    kills, tally = 0, Tally()
    with (
        RawServer({"/robots.txt": ROBOTS_FREE, **site}) as server,
        Zygote(build(tmp_path), tmp_path / "said") as zygote,
    ):
        longest = _seconds_of_a_run(tmp_path / "whole", zygote, server)
        for run in range(shard, RUNS, SHARDS):
            folder = tmp_path / str(run)
            folder.mkdir()
            write_config(folder, [server.url("/")])
            # The three go on where the one before died: together they are to reach the end.
            times = [moments.uniform(0.0, 0.6 * longest) for _ in range(3)]
            died, found = _killed_run(folder, zygote, server, site, times)
            kills += died
            tally.add("killed run", [f"run {run}: {why}" for why in found])
    tally.told(f"{STORIES} stories, {kills} kills", record_property)
    assert tally.wrong == []


def _seconds_of_a_run(folder: Path, zygote: Zygote, server: RawServer) -> float:
    """Return how long a whole run takes here: a later moment would kill nothing."""
    folder.mkdir()
    write_config(folder, [server.url("/")])
    began = time.monotonic()
    assert zygote.run("-v", "run", folder=folder).code == 0
    return time.monotonic() - began


def _killed_run(
    folder: Path,
    zygote: Zygote,
    server: RawServer,
    site: dict[str, bytes],
    moments: list[float],
) -> tuple[int, list[str]]:
    """Kill a run at each of *moments*, in seconds from its start, and let it end; return how often
    it died, and what is wrong."""
    server.requests.clear()
    stored: set[str] = set()
    kills = 0
    for moment in moments:
        process = zygote.start("-v", "run", folder=folder)
        time.sleep(moment)
        with suppress(ProcessLookupError):  # it may be done before its moment comes
            os.kill(process, signal.SIGKILL)
        done = zygote.end()
        stored |= done.reported
        kills += done.code == -9
    last = zygote.run("-v", "run", folder=folder)
    wrong = [] if last.code == 0 else [f"the last run exits {last.code}: {last.stderr[-400:]}"]
    base = server.url("/")
    wanted = {f"{base}{path[1:]}" for path in site}

    def sent(url: str) -> bytes:
        path = f"/{url.removeprefix(base)}"
        return ROBOTS_FREE if path == "/robots.txt" else site[path]

    wrong += proof.losses(folder, stored | last.reported, wanted, sent)
    asked = [request.path for request in server.requests if request.path != "/robots.txt"]
    if len(asked) - len(set(asked)) > kills:
        wrong.append(f"{len(asked) - len(set(asked))} fetched again after {kills} kills")
    archive = Archive(load(folder / "config.toml"))
    if rows(archive, "SELECT count(*) FROM story") != [(STORIES,)]:
        wrong.append("not all stories are there")
    return kills, wrong
