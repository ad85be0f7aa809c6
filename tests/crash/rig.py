"""What the tests of crashes need: the shim compiled, the site served, a process to fork from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash import small_site
from tests.crash.process import Zygote, build, compiler
from tests.crash.scenarios import SCENARIOS
from tests.crash.trial import Bench

NAMES = [scenario.name for scenario in SCENARIOS]


def need_compiler() -> None:
    """Skip the test where the shim cannot be compiled; in CI that is a failure."""
    if compiler() is None:
        why = "the shim that lets calls fail needs Linux and a C compiler (apt install gcc)"
        assert not os.environ.get("CI"), why
        pytest.skip(why)


@contextmanager
def bench_of(name: str, folder: Path) -> Iterator[Bench]:
    """Give the scenario called *name*, set up in *folder*."""
    need_compiler()
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
    with small_site.serve() as server, Zygote(build(folder), folder / "said") as zygote:
        yield Bench(scenario, folder / "bench", zygote, server)
