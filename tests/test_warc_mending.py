"""A damaged WARC is written anew from what is whole in it, and read back the same way."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from storykeep.warc import FailureRecord, Torn, Unit, files, load_page, scan
from storykeep.warc.contents import Contents, Piece, read_contents
from storykeep.warc.mending import Kept, put_in_place, write_mended
from tests.test_warc_digest import alter, sealed

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def mend(path: Path, contents: Contents) -> Contents:
    """Write *path* anew from its whole pieces, and return what it holds then."""
    kept = [Kept(path, piece) for piece in contents.pieces]
    written = write_mended(
        path.parent,
        path.name,
        [*kept, *contents.orphans],
        info={"software": "Storykeep/0"},
        info_id=contents.info_id,
        now=NOW,
    )
    put_in_place(written.path, path)
    return read_contents(path)


def captures(contents: Contents) -> list[Piece]:
    return [piece for piece in contents.pieces if piece.kind == "capture"]


def three(folder: Path) -> tuple[Path, Contents]:
    path = sealed(folder, b"the first lamp", b"the second lamp", b"the third lamp")
    return path, read_contents(path)


def test_a_whole_file_has_no_gap(tmp_path: Path) -> None:
    """Each unit is one piece of three records, and every byte belongs to a piece."""
    path, contents = three(tmp_path)
    assert contents.is_whole()
    assert contents.ours
    assert [piece.kind for piece in contents.pieces] == ["info", *["capture"] * 3, "failure"]
    assert [piece.capture for piece in captures(contents)] == [
        each.capture for each in scan(path) if isinstance(each, Unit)
    ]


@pytest.mark.parametrize(
    ("record", "lacking"), [(0, "request"), (1, "metadata")], ids=["request", "metadata"]
)
def test_an_answer_outlives_the_records_beside_it(
    tmp_path: Path, record: int, lacking: str
) -> None:
    """Only a request or metadata record is damaged: the capture is kept, and says what is lost."""
    path, before = three(tmp_path)
    piece = captures(before)[1]
    start, _ = piece.spans[record]
    data = path.read_bytes()
    path.write_bytes(data[: start + 30] + b"\0" * 20 + data[start + 50 :])
    damaged = read_contents(path)
    assert captures(damaged)[1].lacks == (lacking,)
    mended = mend(path, damaged)
    assert mended.is_whole()
    torn: list[Torn] = []
    units = [each for each in scan(path, on_torn=torn.append) if isinstance(each, Unit)]
    assert torn == []
    assert [unit.capture.record_id for unit in units] == [each.id for each in captures(before)]
    assert units[1].capture.payload_sha256 == piece.capture.payload_sha256
    assert load_page(tmp_path, units[1].capture, max_bytes=1_000).body == b"the second lamp"


def test_a_lost_answer_leaves_a_note_of_it(tmp_path: Path) -> None:
    """What the records beside it know of the capture stands in the note, at its place."""
    path, before = three(tmp_path)
    piece = captures(before)[1]
    alter(path, b"second lamp", b"sacond lamp")
    (orphan,) = read_contents(path).orphans
    assert orphan.record_id == piece.id
    assert (orphan.url, orphan.source) == (piece.capture.url, "lamps")
    assert orphan.payload_sha256 == piece.capture.payload_sha256
    mended = mend(path, read_contents(path))
    assert mended.is_whole()
    notes = [each for each in scan(path) if isinstance(each, FailureRecord) and each.lost]
    assert [note.lost for note in notes] == [orphan]
    assert notes[0].failure.kind == "lost"
    assert notes[0].failure.started_at == NOW


def test_shuffled_records_are_put_together_again(tmp_path: Path) -> None:
    """Two answers that changed places are found by what the other records name."""
    path, before = three(tmp_path)
    data = path.read_bytes()
    (a, b), (c, d) = (captures(before)[n].spans[-1] for n in (0, 2))
    path.write_bytes(data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:])
    shuffled = read_contents(path)
    assert not shuffled.is_whole()
    assert mend(path, shuffled).is_whole()
    assert {piece.id for piece in captures(read_contents(path))} == {
        piece.id for piece in captures(before)
    }


def test_the_damaged_file_is_kept_once(tmp_path: Path) -> None:
    """Its bytes have another name; where they have it already, no second one is made."""
    path, _ = three(tmp_path)
    data = path.read_bytes()
    new = tmp_path / "new"
    new.write_bytes(b"1")
    aside = put_in_place(new, path)
    assert aside is not None
    assert aside.read_bytes() == data
    path.write_bytes(data)
    new.write_bytes(b"2")
    assert put_in_place(new, path) == aside
    assert path.read_bytes() == b"2"
    assert files(tmp_path) == [path]
