"""What a crash leaves behind is healed to whole units, and no byte is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from storykeep.errors import CaptureError, DamageError
from storykeep.model import Capture
from storykeep.warc import (
    FailureRecord,
    Torn,
    Unit,
    Writer,
    files,
    heal,
    load_page,
    manifest,
    record,
    scan,
)
from tests.exchanges import INFO, chunked, failure, page


def crashed(folder: Path, count: int = 2) -> tuple[Path, list[Capture]]:
    """Write *count* units and leave the file open, as a killed run does."""
    writer = Writer(folder, prefix="t", info=INFO)
    captures = [writer.append(page(b"story %d" % n), source="lamps") for n in range(count)]
    (path,) = files(folder)
    copy = path.read_bytes()
    writer.close()
    for each in folder.iterdir():
        each.unlink()
    path.write_bytes(copy)
    return path, captures


def captures_in(path: Path) -> list[Capture]:
    return [unit.capture for unit in scan(path) if isinstance(unit, Unit)]


def side_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if ".torn" in path.name)


def test_a_unit_torn_at_every_byte_heals_to_whole_units(tmp_path):
    """Whatever the cut: the whole units stay, the side file holds the rest, and all bytes are there."""
    path, captures = crashed(tmp_path / "whole")
    data = path.read_bytes()
    first = next(iter(scan(path)))
    first_end, warcinfo = first.end, first.start
    folder = tmp_path / "torn"
    for cut in range(len(data)):
        folder.mkdir()
        (folder / path.name).write_bytes(data[:cut])
        (healed,) = heal(folder)
        kept = b"".join(each.read_bytes() for each in files(folder))
        side = b"".join(each.read_bytes() for each in side_files(folder))
        if cut < first_end:
            assert kept == b""
            assert side == (b"" if cut in (0, warcinfo) else data[:cut])
        else:
            assert captures_in(files(folder)[0]) == captures[:1]
            assert kept == data[:first_end]
            assert side == data[first_end:cut]
        assert healed.torn_bytes == len(side)
        assert heal(folder) == []
        shutil.rmtree(folder)


def test_a_file_that_was_not_torn_is_only_sealed(tmp_path):
    """A run that was killed between two units loses nothing, and the manifest lists the file."""
    path, captures = crashed(tmp_path)
    size = path.stat().st_size
    (healed,) = heal(tmp_path)
    assert (healed.units, healed.torn, healed.damage) == (2, "", ())
    assert str(healed) == f"{captures[0].warc}: sealed with 2 whole units"
    assert captures_in(tmp_path / captures[0].warc) == captures
    assert manifest(tmp_path) == [healed.sealed]
    assert manifest(tmp_path)[0].bytes == size


def test_healing_twice_is_healing_once(tmp_path):
    """The second call finds nothing to do and changes nothing."""
    path, _ = crashed(tmp_path)
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08 torn")
    heal(tmp_path)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert heal(tmp_path) == []
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\0", b"\x1f", b"\x1f\x8b\x08", b"junk" * 99])
def test_what_a_power_cut_leaves_behind_is_moved_aside(tmp_path, tail):
    """Trailing NULs and junk go to the side file."""
    path, captures = crashed(tmp_path)
    with path.open("ab") as file:
        file.write(tail)
    (healed,) = heal(tmp_path)
    assert captures_in(files(tmp_path)[0]) == captures
    assert (tmp_path / healed.torn).read_bytes() == tail
    assert f"{len(tail)} torn bytes moved to {captures[0].warc}.torn" in str(healed)


def test_a_member_that_is_no_record_is_torn(tmp_path):
    """A whole gzip member counts only if it is exactly one WARC record."""
    path, _ = crashed(tmp_path)
    whole = next(iter(scan(path)))
    member = path.read_bytes()[: whole.start]
    text = zlib.decompress(member, 31)
    for wrong in (
        b"",
        b"hello",
        text[:-1],
        text + b"x",
        text + text,
        text.replace(b"WARC/", b"wARC/"),
    ):
        packer = zlib.compressobj(wbits=31)
        with pytest.raises(record.BrokenRecordError):
            record.read_record(BytesIO(packer.compress(wrong) + packer.flush()), 0)
    assert record.read_record(BytesIO(member), 0).type == "warcinfo"


def test_a_file_renamed_but_not_listed_gets_its_line(tmp_path):
    """A kill between the rename and the manifest is mended."""
    path, captures = crashed(tmp_path)
    path.rename(tmp_path / captures[0].warc)
    (healed,) = heal(tmp_path)
    assert healed.units == 2
    assert [each.file for each in manifest(tmp_path)] == [captures[0].warc]
    assert heal(tmp_path) == []


def test_a_crash_between_the_copy_and_the_cut_is_healed_again(tmp_path):
    """A side file that is there already is never overwritten."""
    path, captures = crashed(tmp_path)
    with path.open("ab") as file:
        file.write(b"torn")
    side = tmp_path / (captures[0].warc + ".torn")
    side.write_bytes(b"torn")
    (healed,) = heal(tmp_path)
    assert healed.torn == side.name + "2"
    assert [each.read_bytes() for each in side_files(tmp_path)] == [b"torn", b"torn"]


def test_two_files_that_claim_one_name_are_refused(tmp_path):
    """Nothing is overwritten: the user is asked."""
    path, captures = crashed(tmp_path)
    (tmp_path / captures[0].warc).write_bytes(b"another file")
    with pytest.raises(CaptureError, match="exists") as caught:
        heal(tmp_path)
    assert "move one" in caught.value.hint
    assert path.exists()


def test_a_folder_that_is_not_there_needs_no_healing(tmp_path):
    """Before the first run there is nothing."""
    assert heal(tmp_path / "warcs") == []
    assert files(tmp_path / "warcs") == []


def test_damage_before_whole_units_moves_no_unit(tmp_path):
    """A flipped byte in the middle is told; the units behind it keep their offsets and are found."""
    path, captures = crashed(tmp_path, 5)
    data = bytearray(path.read_bytes())
    data[captures[1].offset + 40] ^= 0xFF
    path.write_bytes(data)
    (healed,) = heal(tmp_path)
    assert healed.units == 4
    (damage,) = healed.damage
    assert damage.start < captures[1].offset < damage.end
    assert (healed.torn, files(tmp_path)[0].read_bytes()) == ("", bytes(data))
    assert captures_in(files(tmp_path)[0]) == [captures[0], *captures[2:]]
    assert load_page(tmp_path, captures[4], max_bytes=99).body == b"story 4"
    with pytest.raises(DamageError, match="at ") as caught:
        load_page(tmp_path, captures[1], max_bytes=99)
    assert captures[1].warc in str(caught.value)


def test_a_damaged_warcinfo_costs_no_unit(tmp_path):
    """The first record behind it tells which records belong to the file."""
    path, captures = crashed(tmp_path, 3)
    data = bytearray(path.read_bytes())
    data[30] ^= 0xFF
    path.write_bytes(data)
    (healed,) = heal(tmp_path)
    assert (healed.units, healed.torn) == (3, "")
    assert captures_in(files(tmp_path)[0]) == captures


def test_records_inside_a_torn_page_are_not_taken_for_captures(tmp_path):
    """A page that holds a WARC cannot forge a unit when its own is torn.

    zlib stores incompressible bytes as they come, so the inner file may lie on the disk verbatim.
    """
    forged, _ = crashed(tmp_path / "forged")
    path, captures = crashed(tmp_path / "real")
    data = path.read_bytes()
    begun = data[: captures[1].offset + 30]
    path.write_bytes(begun + forged.read_bytes() + b"more of the page")
    assert captures_in(path) == captures[:1]
    (healed,) = heal(tmp_path / "real")
    assert (healed.units, healed.damage) == (1, ())
    assert (path.parent / healed.torn).read_bytes().endswith(b"more of the page")


def test_what_is_torn_is_told(tmp_path):
    """A scan names the bytes that belong to no unit, and why."""
    path, _ = crashed(tmp_path)
    first, second = scan(path)
    data = path.read_bytes()
    torn: list[Torn] = []
    path.write_bytes(data[:-1])
    assert list(scan(path, on_torn=torn.append)) == [first]
    assert torn == [
        Torn(
            path.name.removesuffix(".open"),
            second.start,
            len(data) - 1,
            "the file ends within a record",
        )
    ]
    assert isinstance(second, Unit)
    torn.clear()
    path.write_bytes(data[: second.capture.offset])
    assert list(scan(path, on_torn=torn.append)) == [first]
    assert [(each.start, each.end) for each in torn] == [(second.start, second.capture.offset)]


def test_a_unit_without_its_metadata_is_still_a_capture(tmp_path):
    """Where only the response is left, its digests are counted again."""
    writer = Writer(tmp_path, prefix="t", info=INFO)
    capture = writer.append(chunked(), source="lamps")
    writer.close()
    (path,) = files(tmp_path)
    alone = tmp_path / "alone.warc.gz"
    alone.write_bytes(path.read_bytes()[capture.offset :])
    (found,) = captures_in(alone)
    assert (found.payload_sha1, found.payload_sha256) == (
        capture.payload_sha1,
        capture.payload_sha256,
    )
    assert (found.record_id, found.source, found.offset) == (capture.record_id, "", 0)


def test_failures_are_units_of_their_own(tmp_path):
    """A failure that was reported is kept by heal as a capture is."""
    writer = Writer(tmp_path, prefix="t", info=INFO)
    lost = writer.append_failure(failure(), source="lamps", via="http://a.example/", hops=1)
    (path,) = files(tmp_path)
    data = path.read_bytes()
    writer.close()
    for each in tmp_path.iterdir():
        each.unlink()
    path.write_bytes(data + b"\0")
    (healed,) = heal(tmp_path)
    assert (healed.units, healed.torn_bytes) == (1, 1)
    (found,) = scan(files(tmp_path)[0])
    assert isinstance(found, FailureRecord)
    assert found == lost


_KILLED = """
import sys
from pathlib import Path
from storykeep.warc import Writer
from tests.exchanges import INFO, page
with Writer(Path(sys.argv[1]), prefix="t", info=INFO, max_bytes=20_000) as writer:
    for number in range(1_000_000):
        capture = writer.append(page(b"%d " % number * 300), source="lamps")
        print(capture.warc, capture.offset, capture.record_id, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 5, 23, 60])
def test_a_killed_writer_loses_no_capture_that_it_reported(tmp_path, lines):
    """SIGKILL at any moment: each reported capture is found by the next start where it was."""
    root = Path(__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        stdout=subprocess.PIPE, text=True, cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
    ) as child:  # fmt: skip
        assert child.stdout is not None
        reported = [child.stdout.readline().strip() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
    reported += [line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    heal(tmp_path)
    found = [capture for path in files(tmp_path) for capture in captures_in(path)]
    stored = {f"{each.warc} {each.offset} {each.record_id}": each for each in found}
    assert len(stored) - len(reported) in (0, 1)
    for each in reported:
        load_page(tmp_path, stored[each], max_bytes=10_000)
    assert [each.file for each in manifest(tmp_path)] == [path.name for path in files(tmp_path)]


def test_a_missing_file_is_damage_with_a_hint(tmp_path):
    """Neither name is there: the error names the file and the page."""
    _, captures = crashed(tmp_path)
    for path in files(tmp_path):
        path.unlink()
    with pytest.raises(DamageError, match="missing: it holds http") as caught:
        load_page(tmp_path, captures[0], max_bytes=99)
    assert "second copy" in caught.value.hint
