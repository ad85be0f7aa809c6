"""The process dies before, in the middle of and after each step that changes the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storykeep.model import Capture
from storykeep.warc import Unit, Writer, files, heal, load_page, manifest, scan
from tests.exchanges import INFO, failure, page

_STEPS = ("write", "fsync", "rename", "ftruncate", "unlink")


class Died(BaseException):
    """The process is gone: nothing catches this, and nothing works after it."""


@contextmanager
def dies_at(count: int, monkeypatch: pytest.MonkeyPatch, *, halfway: bool) -> Iterator[list[str]]:
    """Let the process die at its step number *count*; yield the steps that were begun."""
    steps: list[str] = []

    def dying(name: str, real: Callable) -> Callable:
        def step(*args, **options):
            steps.append(name)
            if len(steps) > count:
                if len(steps) == count + 1 and halfway:
                    if name == "write":
                        real(args[0], bytes(args[1])[: len(args[1]) // 2])
                    else:
                        real(*args, **options)
                raise Died
            return real(*args, **options)

        return step

    with monkeypatch.context() as patch:
        for name in _STEPS:
            patch.setattr(os, name, dying(name, getattr(os, name)))
        yield steps


def work(folder: Path, reported: list[Capture]) -> None:
    """A run of four pages in two files, and a failure."""
    with Writer(folder, prefix="t", info=INFO, max_bytes=2_000) as writer:
        for number in range(4):
            beside = repr if number % 2 else None  # something to do while the disk works
            capture = writer.append(page(os.urandom(400)), source=str(number), meanwhile=beside)
            reported.append(capture)
        writer.append_failure(failure(), source="x")


def run_until(
    count: int, folder: Path, monkeypatch, *, halfway: bool
) -> tuple[list[Capture], bool]:
    reported: list[Capture] = []
    with dies_at(count, monkeypatch, halfway=halfway) as steps:
        try:
            work(folder, reported)
        except Died:
            return reported, True
    return reported, len(steps) > count


def prove(folder: Path, reported: list[Capture]) -> None:
    """Everything reported is found where it was, no unit is torn, and every file is listed."""
    torn: list = []
    units = [unit for path in files(folder) for unit in scan(path, on_torn=torn.append)]
    found = [unit.capture for unit in units if isinstance(unit, Unit)]
    assert torn == []
    assert found[: len(reported)] == reported
    assert len(found) <= len(reported) + 1
    for capture in found:
        load_page(folder, capture, max_bytes=1_000)
    assert [each.file for each in manifest(folder)] == [path.name for path in files(folder)]


@pytest.mark.parametrize("halfway", [False, True], ids=["before the step", "in or behind the step"])
def test_a_run_that_dies_at_any_step_loses_nothing(tmp_path, monkeypatch, halfway):
    """Every write, fsync, rename, truncate and unlink of a run is tried in turn."""
    count, died = 0, True
    while died:
        folder = tmp_path / str(count)
        reported, died = run_until(count, folder, monkeypatch, halfway=halfway)
        heal(folder)
        prove(folder, reported)
        assert heal(folder) == []
        shutil.rmtree(folder, ignore_errors=True)
        count += 1
    assert count > 25


@pytest.mark.parametrize("halfway", [False, True], ids=["before the step", "in or behind the step"])
def test_a_healing_that_dies_at_any_step_loses_nothing(tmp_path, monkeypatch, halfway):
    """The next start heals what the last one left, and every byte is still there."""
    torn = tmp_path / "torn"
    torn.mkdir()
    writer = Writer(torn, prefix="t", info=INFO)
    reported = [writer.append(page(b"%d" % number), source="s") for number in range(2)]
    (path,) = files(torn)
    left = path.read_bytes() + b"\x1f\x8b\x08 a torn unit"
    writer.close()
    count, died = 0, True
    while died:
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / path.name).write_bytes(left)
        with dies_at(count, monkeypatch, halfway=halfway):
            died = False
            try:
                heal(folder)
            except Died:
                died = True
        heal(folder)
        prove(folder, reported)
        names = {each.name for each in folder.iterdir() if ".torn" in each.name}
        assert any((folder / name).read_bytes() == b"\x1f\x8b\x08 a torn unit" for name in names)
        count += 1
    assert count > 6
