"""Whatever happens to a WARC: after a repair all that was whole is there, and nothing is damaged."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.verify import verify
from storykeep.warc import Unit, files, scan
from tests.archives import dump, rows
from tests.damage import MUTATIONS, Folder, Mutation
from tests.stocked import bodies, stock

SEED = 20261122


class Proof:
    """One archive, damaged again and again, and what must be true of each repair."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.home = folder / "whole"
        self.folder = folder / "mine"
        whole = stock(self.home, count=2)
        self.bodies = bodies(whole)
        self.dump = dump(whole)
        self.bytes = {
            each.capture.record_id: path.read_bytes()[each.start : each.end]
            for path in files(whole.config.archive.warcs)
            for each in scan(path)
            if isinstance(each, Unit)
        }
        self.random = Random(seed)

    def archive(self) -> Archive:
        """Return a whole archive."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.home, self.folder)
        return Archive(load(self.folder / "config.toml"))

    def damage(self, archive: Archive, kind: str) -> Mutation:
        return Folder(archive.config.archive.warcs, self.random).damage(kind)

    def untouched(self, archive: Archive) -> set[str]:
        """Return the record ids of the captures whose whole unit lies in one of the files."""
        now = [path.read_bytes() for path in files(archive.config.archive.warcs)]
        return {key for key, unit in self.bytes.items() if any(unit in data for data in now)}

    def check(self, archive: Archive, untouched: set[str], *, also_rebuild: bool = True) -> None:
        """What was whole is there byte for byte; verify, repair and rebuild have nothing to say."""
        after = bodies(archive)
        assert {key: self.bodies[key] for key in after if key in self.bodies} == after
        lost = set(self.bytes) - {
            each.capture.record_id
            for path in files(archive.config.archive.warcs)
            for each in scan(path)
            if isinstance(each, Unit)
        }
        assert not lost & untouched
        archived = archive.config.archive
        assert verify(archived.warcs, archived.database).damage == []
        noted = {url for (url,) in rows(archive, "SELECT url FROM attempt WHERE kind = 'lost'")}
        due = {url for (url,) in rows(archive, "SELECT url FROM page WHERE state = 'due'")}
        assert {url for url in noted if not url.endswith("/robots.txt")} <= due
        assert len(lost) == len(rows(archive, "SELECT 1 FROM attempt WHERE kind = 'lost'"))
        again = archive.repair()
        assert again.found_nothing(), again
        if also_rebuild:
            once = dump(archive)
            archive.rebuild()
            assert dump(archive) == once


def torture(folder: Path, count: int, seed: int) -> None:
    proof = Proof(folder, seed)
    kinds = list(MUTATIONS)
    for number in range(count):
        archive = proof.archive()
        done = proof.damage(archive, kinds[number % len(kinds)])
        untouched = proof.untouched(archive)
        repaired = archive.repair()
        try:
            assert not repaired.found_nothing()
            # A repair makes the database by a rebuild: it is seldom worth a second one.
            proof.check(archive, untouched, also_rebuild=number % 5 == 0)
        except BaseException as error:
            error.add_note(f"mutation {number}: {done}; {repaired}")
            raise
    # A run of `pytest -s` and of `make torture` shows what was tried.
    print(f"{count} mutations repaired, 0 lost what was whole")  # noqa: T201


def test_mutations_are_mended(tmp_path: Path) -> None:
    """Every kind of mutation twice and more: all that was whole is there, all else is told."""
    torture(tmp_path, 60, SEED)


@pytest.mark.torture
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(1, 11))
def test_many_mutations_are_mended(tmp_path: Path, seed: int) -> None:
    """500 more."""
    torture(tmp_path, 50, seed)
