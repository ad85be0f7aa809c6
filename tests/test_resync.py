"""Finding the next record behind damage: not by reading the rest of the file again and again."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.warc import Torn, Unit, files, scan
from storykeep.warc.record import find_member
from tests.damage import members, pack
from tests.stocked import stock


class Counted(io.BytesIO):
    """Counts the bytes that are read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data


JUNK = {
    "magic bytes": b"\x1f\x8b\x08",
    "headers whose name has no end": b"\x1f\x8b\x08\x08abcdef",
    "members of something else": pack(b"x"),
    "empty members": pack(b""),
}


@pytest.mark.parametrize("kind", JUNK)
def test_what_begins_like_members_is_read_once(kind: str) -> None:
    """Each byte once, however many places look like a beginning."""
    record = pack(b"WARC/1.1\r\n\r\n")
    junk = JUNK[kind] * (400_000 // len(JUNK[kind]))
    file = Counted(junk + record)
    assert find_member(file, 1) == len(junk)
    assert file.count <= 2 * (len(junk) + len(record))


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=300), st.integers(65_400, 65_700), st.sampled_from(sorted(JUNK)))
def test_a_record_is_found_wherever_it_lies(noise: bytes, before: int, kind: str) -> None:
    """Also across the pieces in which a file is read, and at its very end."""
    junk = (JUNK[kind] * 30_000)[:before] + noise.replace(b"\x1f", b"\x1e") + b"\0"
    file = io.BytesIO(junk + pack(b"WARC/1.0\r\n" + random.Random(before).randbytes(9000)))
    assert find_member(file, 0) == len(junk)
    assert find_member(file, len(junk) + 1) is None


@pytest.mark.timeout(60)
def test_a_page_full_of_magic_bytes_keeps_nobody_from_the_rest(tmp_path: Path) -> None:
    """Two megabytes of them lie in the midst of a WARC: the units behind are found."""
    stock(tmp_path, count=2)
    path = files(tmp_path / "warcs")[0]
    data = path.read_bytes()
    before = [each.capture.record_id for each in scan(path) if isinstance(each, Unit)]
    place = next(each.start for each in members(data)[3:] if each.kind == "request")
    path.write_bytes(data[:place] + b"\x1f\x8b\x08" * 700_000 + data[place:])
    torn: list[Torn] = []
    found = [
        each.capture.record_id for each in scan(path, on_torn=torn.append) if isinstance(each, Unit)
    ]
    assert found == before
    assert [(each.start, each.end) for each in torn] == [(place, place + 2_100_000)]
