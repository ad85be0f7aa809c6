"""Bytes that unpack well and are not what their digest says are no record."""

from __future__ import annotations

import gzip
from pathlib import Path

from storykeep.warc import Torn, Unit, Writer, files, scan
from storykeep.warc.record import read_record
from tests.exchanges import INFO, failure, page


def sealed(folder: Path, *bodies: bytes) -> Path:
    """Write a file with a unit for each of *bodies* and a failure, and return its path."""
    with Writer(folder, prefix="t", info=INFO) as writer:
        for body in bodies:
            writer.append(page(body), source="lamps")
        writer.append_failure(failure(), source="lamps")
    return files(folder)[-1]


def alter(path: Path, old: bytes, new: bytes) -> None:
    """Change the one member of *path* that holds *old*, and pack it well again."""
    data, offset = path.read_bytes(), 0
    with path.open("rb") as file:
        while offset < len(data):
            end = read_record(file, offset).end
            text = gzip.decompress(data[offset:end])
            if old in text:
                data = data[:offset] + gzip.compress(text.replace(old, new)) + data[end:]
                break
            offset = end
    path.write_bytes(data)


def test_an_altered_answer_with_a_right_checksum_is_torn(tmp_path: Path) -> None:
    """The unit is told with its place, the units around it are found."""
    path = sealed(tmp_path, b"the first lamp", b"the second lamp", b"the third lamp")
    captures = [each.capture for each in scan(path) if isinstance(each, Unit)]
    alter(path, b"second lamp", b"sacond lamp")
    torn: list[Torn] = []
    found = [
        each.capture.record_id for each in scan(path, on_torn=torn.append) if isinstance(each, Unit)
    ]
    assert found == [captures[0].record_id, captures[2].record_id]
    (damage,) = torn
    assert damage.start < captures[1].offset < damage.end
    assert "digest" in damage.why


def test_a_digest_that_cannot_be_counted_is_not_called_wrong(tmp_path: Path) -> None:
    """Other tools write other algorithms, or SHA-1 in hexadecimal."""
    path = sealed(tmp_path, b"a lamp")
    unit = next(each for each in scan(path) if isinstance(each, Unit))
    with path.open("rb") as file:
        told = read_record(file, unit.capture.offset).get("WARC-Block-Digest")
    alter(path, told.encode(), b"sha256:" + b"0" * 64)
    assert any(isinstance(each, Unit) for each in scan(path))
