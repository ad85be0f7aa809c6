"""Whatever happens to a WARC, `verify` finds it, names the file, and says where."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from storykeep.model import Damage
from storykeep.verify import verify
from tests.archives import PROSE, ROBOTS_FREE, answer, make_archive, story_page
from tests.damage import MUTATIONS, Folder, Mutation
from tests.site import RawServer

SEED = 20261122


def site(run: int) -> dict:
    """Return a site that changes a little from run to run; some answers are odd."""
    names = ["1.html", "2.html", "chunked.html", "cut.html", "moved.html", "music"]
    links = "".join(f'<a href="{name}">{name}</a> ' for name in names)
    return {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(f"<html><body><h1>Stories</h1>{links}</body></html>".encode()),
        "/1.html": answer(story_page("One", "Ana", PROSE)),
        "/2.html": answer(story_page("Two", "Bea", f"<p>Part {run}.</p>{PROSE}")),
        "/chunked.html": (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5;x=1\r\n<p>Of\r\n9\r\n the sea.\r\n0\r\nX-Sum: 1\r\n\r\n"
        ),
        "/cut.html": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<p>half a page",
        "/moved.html": answer(b"", status="302 Found", headers="Location: /1.html\r\n"),
        "/music": b"ICY 200 OK\r\n\r\nla la la",
    }


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive of three runs over real HTTP."""
    folder = tmp_path_factory.mktemp("mutations")
    pages = site(1)
    with RawServer(pages) as server:
        made = make_archive(folder, [server.url("/")], source='every = "0s"')
        for run in (1, 2, 3):
            pages.update(site(run))
            made.run()
    return folder


def look(archive: Path) -> list[Damage]:
    return verify(archive / "warcs", archive / "archive.db").damage


def is_placed(done: Mutation, damage: list[Damage]) -> bool:
    """Say whether some damage names bytes of the damaged members, where there are such."""
    if done.start is None or done.end is None:
        return True
    return any(
        each.file == done.files[0]
        and each.offset is not None
        and each.offset < done.end
        and (each.end or each.offset + 1) > done.start
        for each in damage
    )


def try_all(archive: Path, count: int, seed: int) -> None:
    """Damage the archive *count* times, each time anew, and count what is found."""
    assert look(archive) == []
    folder = Folder(archive / "warcs", Random(seed))
    kinds = list(MUTATIONS)
    missed: list[Mutation] = []
    blamed: list[tuple[Mutation, Damage]] = []
    placed = 0
    for number in range(count):
        done = folder.damage(kinds[number % len(kinds)])
        damage = look(archive)
        folder.restore(done)
        if not set(done.files) <= {each.file for each in damage}:
            missed.append(done)
        blamed += [(done, each) for each in damage if each.file not in done.files]
        placed += is_placed(done, damage)
    # A run of `pytest -s` and of `make torture` shows what was tried.
    print(f"\n{count} mutations: {count - len(missed)} found and named, {placed} placed")  # noqa: T201
    assert missed == []
    assert blamed == []
    # Where every digest was counted again and no length changed, only the file's SHA-256 shows it.
    assert placed >= 0.98 * count
    assert look(archive) == []


def test_500_mutations_are_found_and_named(archive: Path) -> None:
    """Each of 500 seeded mutations is found, the right file is named, and no other one."""
    try_all(archive, 500, SEED)


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_many_more_mutations_are_found_and_named(archive: Path, seed: int) -> None:
    """The same with other seeds."""
    try_all(archive, 2000, seed)
