"""A run stops before a disk is full, keeps what it has, and goes on when there is room."""

from __future__ import annotations

import base64
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load, parse
from storykeep.errors import ConfigError, SpaceError
from storykeep.room import free_bytes, size
from tests.archives import PROSE, ROBOTS_FREE, answer, command, rows, story_page, write_config
from tests.site import RawServer

MEGABYTE = 1_000_000
PAGES = 12


@pytest.fixture
def site() -> Iterator[RawServer]:
    """Twelve pages of a megabyte that no packer makes smaller."""
    noise = random.Random(20261122)
    links = "".join(f'<a href="/{n}.html">{n}</a> ' for n in range(PAGES)).encode()
    pages = {}
    for n in range(PAGES):
        picture = base64.b64encode(noise.randbytes(MEGABYTE)).decode()
        page = story_page(f"Tale {n}", "Ana", PROSE) + f"<!-- {picture} -->".encode()
        pages[f"/{n}.html"] = answer(page)
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": answer(links), **pages}) as server:
        yield server


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder on a disk that hardly anybody else writes to."""
    if not Path("/dev/shm").is_dir():
        pytest.skip("needs a disk in memory")
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)


def configure(folder: Path, server: RawServer, keep_free: object) -> None:
    path = write_config(folder, [server.url("/")], source='include = ["/"]')
    path.write_text(f"[archive]\nkeep_free = {keep_free}\n{path.read_text()}")


def count(folder: Path) -> int:
    archive = Archive(load(folder / "config.toml"))
    return int(rows(archive, "SELECT count(*) FROM capture WHERE url LIKE '%.html'")[0][0])


def test_a_run_stops_at_the_floor_and_goes_on_when_there_is_room(
    memory: Path, site: RawServer
) -> None:
    """What was fetched is kept and found, the rest stays due: exit 1, then 0, each page once."""
    configure(memory, site, free_bytes(memory) - 5 * MEGABYTE)
    first = command("run", folder=memory)
    assert first.returncode == 1
    error, hint = first.stderr.splitlines()[-2:]
    assert error.startswith("error: the run was stopped before the disk is full: only ")
    assert str(memory) in error
    assert "keep_free" in hint
    assert "safe" in hint
    had = count(memory)
    assert 2 <= had < PAGES
    assert f"still waiting for a later run: {PAGES - had} pages" in first.stdout
    assert not list(memory.glob("warcs/*.open"))
    assert len(command("list", folder=memory).stdout.splitlines()) == had
    assert command("run", folder=memory).returncode == 1  # nothing has changed
    assert count(memory) == had
    configure(memory, site, 0)
    assert command("run", folder=memory).returncode == 0
    assert count(memory) == PAGES
    asked = [each.path for each in site.requests if each.path.endswith(".html")]
    assert len(asked) == PAGES


@pytest.mark.parametrize("words", [["run"], ["add", "{url}"]])
def test_nothing_is_asked_where_there_is_no_room_at_all(
    tmp_path: Path, site: RawServer, words: list[str]
) -> None:
    """Checked before the first request: free, asked for, and what to do."""
    configure(tmp_path, site, '"8000 TB"')
    done = command(*(word.format(url=site.url("/1.html")) for word in words), folder=tmp_path)
    assert done.returncode == 1
    assert "8000000.0 GB are to stay free (keep_free)" in done.stderr
    assert site.requests == []


def test_an_answer_that_would_fill_the_disk_is_not_begun(memory: Path, site: RawServer) -> None:
    """A low floor and a page larger than what is left: said before a byte of it is written."""
    from storykeep.room import Room

    room = Room((memory / "warcs",), 1)
    room.check()
    room.check_fits(MEGABYTE)
    with pytest.raises(SpaceError, match="the next answer has"):
        room.check_fits(free_bytes(memory))
    Room((memory,), 0).check_fits(2**62)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"500MB"', 500 * MEGABYTE),
        ('"1.5 GB"', 1500 * MEGABYTE),
        ('"2gb"', None),
        ('"100 kB"', 100_000),
        ('"0"', 0),
        ("0", 0),
        ("4096", 4096),
        ('"9000000TB"', 9_000_000 * 10**12),
        ('"99999999TB"', None),
        ("-1", None),
        ("true", None),
        ("1.5", None),
        ('""', None),
        ('"much"', None),
        ('"5MB5"', None),
        ('"NaN"', None),
        ("[]", None),
    ],
)
def test_a_size_is_read_or_refused(tmp_path: Path, written: str, expected: int | None) -> None:
    """What cannot be meant is an error that shows the right form."""
    text = f"[archive]\nkeep_free = {written}\n"
    if expected is None:
        with pytest.raises(ConfigError) as refused:
            parse(text, tmp_path / "config.toml")
        assert "keep_free" in str(refused.value)
    else:
        assert parse(text, tmp_path / "config.toml").archive.keep_free == expected


def test_sizes_are_said_as_people_read_them() -> None:
    """Decimal units, as in keep_free."""
    said = [size(each) for each in (0, 999, 1000, 1_500_000, 2_000_000_000)]
    assert said == ["0 bytes", "999 bytes", "1.0 kB", "1.5 MB", "2.0 GB"]
