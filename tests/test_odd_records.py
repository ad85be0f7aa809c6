"""Records that are whole, and whose date or address makes no sense: nothing crashes on them."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import DamageError
from storykeep.politeness import prove
from storykeep.verify import verify
from storykeep.warc import files
from tests.archives import dump
from tests.damage import members, pack
from tests.stocked import stock

CHANGES = {
    "no address": (rb"(?<=WARC-Target-URI: )http:", b"hutp:"),
    "no date": (rb"(?<=WARC-Date: )2", b"x"),
    "a date without a zone": (rb"(?<=WARC-Date: )(\S+)Z", rb"\1"),
    "a date out of all bounds": (rb"(?<=WARC-Date: )2", b"99999992"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    stock(folder, count=2)
    return folder


def alter(archive: Archive, mark: bytes, old: bytes, new: bytes) -> None:
    """Change the head of the first record that has *mark* in it, and pack it again."""
    path = files(archive.config.archive.warcs)[0]
    data = path.read_bytes()
    found = members(data)
    place = next(at for at, each in enumerate(found) if mark in each.text)
    pieces = [data[each.start : each.end] for each in found]
    head, end, rest = found[place].text.partition(b"\r\n\r\n")
    pieces[place] = pack(re.sub(old, new, head, count=1) + end + rest)
    assert pieces[place] != data[found[place].start : found[place].end]
    path.write_bytes(b"".join(pieces))


@pytest.mark.parametrize("mark", [b"failure: ", b"HTTP/1.1 200"], ids=["failure", "answer"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_record_that_makes_no_sense_is_named_and_mended(
    whole: Path, tmp_path: Path, change: str, mark: bytes
) -> None:
    """verify names it; rebuild, status --politeness and a run get past it; repair ends it."""
    shutil.copytree(whole, tmp_path / "mine")
    archive = Archive(load(tmp_path / "mine" / "config.toml"))
    alter(archive, mark, *CHANGES[change])
    archived = archive.config.archive
    prove(archived.warcs)
    assert verify(archived.warcs, archived.database).damage
    archived.database.unlink()
    assert verify(archived.warcs, archived.database).damage
    with suppress(DamageError):
        archive.rebuild()
    archived.database.unlink()
    list(archive.derive())  # takes in what the database lacks, as a run does
    assert not archive.repair().found_nothing()
    assert verify(archived.warcs, archived.database).damage == []
    assert archive.repair().found_nothing()
    once = dump(archive)
    archive.rebuild()
    assert dump(archive) == once
