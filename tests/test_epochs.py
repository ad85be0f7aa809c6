"""A site that changes between runs: whatever it does, rebuild gives the same database."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    dump,
    make_archive,
    rows,
    story_page,
)
from tests.site import RawServer
from tests.site.living import validated

PAGES = 6


def rebuilt(archive: Archive) -> Archive:
    """Return an archive made again from a copy of the WARCs and the config."""
    folder = archive.config.folder
    copy = folder.with_name(folder.name + "-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("archive.db*"))
    again = Archive(load(copy / "config.toml"))
    again.rebuild()
    return again


def index(numbers: list[int]) -> bytes:
    items = "".join(f'<li><a href="{n}.html">Tale {n}</a> by Ana</li>' for n in numbers)
    return answer(f"<html><body><h1>Stories</h1><ul>{items}</ul></body></html>".encode())


def page(n: int, version: int = 0) -> bytes:
    return story_page(f"Tale {n}", "Ana", f"<p>Version {version}.</p>{PROSE}")


def tale(n: int, version: int = 0) -> bytes:
    return answer(page(n, version))


def anything(chance: random.Random, n: int) -> bytes | Callable[[bytes], bytes]:
    """Return one of the answers that a page may give on a day."""
    onward = f"Location: /{(n + 1) % PAGES}.html\r\n"
    answers = [
        *(tale(n, version) for version in range(3)),
        *(validated(page(n, version), etag=True) for version in range(2)),
        tale(n)[:-100],
        answer(b"<h1>Not Found</h1>", status="404 Not Found"),
        answer(b"gone for good", status="410 Gone"),
        answer(b"oops", status="503 Busy"),
        answer(b"later", status="429 Slow", headers="Retry-After: 86400\r\n"),
        answer(b"", status="302 Found", headers=onward),
        answer(b"half a tale", status="206 Partial Content"),
        answer(b"<form>Please log in</form>", status="401 No"),
        answer(b""),
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        b"no HTTP at all\n",
        b"",
    ]
    return chance.choice([*answers, *(tale(n, version) for version in range(3))])


RULES = [
    ROBOTS_FREE,
    ROBOTS_FREE,
    answer(b"User-agent: *\nDisallow: /2.html\n"),
    answer(b"User-agent: *\nDisallow: /\n"),
    answer(b"", status="500 No"),
    b"",
]


@pytest.mark.parametrize("seed", range(6))
def test_rebuild_gives_what_the_runs_gave(tmp_path: Path, seed: int) -> None:
    """Four days of changes, deaths and returns: the live database and a rebuilt one are equal."""
    chance = random.Random(seed)
    state: dict[str, bytes | Callable[[bytes], bytes]] = {}

    def serve(request: bytes) -> bytes:
        found = state.get(request.split(b" ")[1].decode(), answer(b"", status="404 Not Found"))
        return found(request) if callable(found) else found

    with RawServer({"*": serve}) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"')
        for _ in range(4):
            state["/"] = index([n for n in range(PAGES) if chance.random() < 0.8])
            state["/robots.txt"] = chance.choice(RULES)
            state |= {f"/{n}.html": anything(chance, n) for n in range(PAGES)}
            archive.run()
            assert dump(rebuilt(archive)) == dump(archive)


def test_nothing_is_due_right_after_a_rebuild(tmp_path: Path) -> None:
    """What was asked, refused or failed is not asked again because the database was made again."""
    script = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /2.html\nDisallow: /start2\n"),
        "/": index(list(range(PAGES))),
        "/0.html": b"",
        "/1.html": answer(b"", status="302 Found", headers="Location: /5.html\r\n"),
        "/5.html": b"",
        "*": tale(9),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/"), server.url("/start2")])
        archive.run()
        again = rebuilt(archive)
        asked = len(server.requests)
        assert again.run().requests == 0
        assert len(server.requests) == asked


def test_a_renamed_source_is_not_due_after_a_rebuild(tmp_path: Path) -> None:
    """The name of a source may change; its pages were asked for all the same."""
    script = {"/robots.txt": ROBOTS_FREE, "/": index([1, 2]), "*": tale(1)}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
        path = archive.config.folder / "config.toml"
        path.write_text(path.read_text().replace('"site"', '"renamed"'))
        live = Archive(load(path))
        live.run()
        again = rebuilt(live)
        assert again.run().requests == 0


def test_a_page_added_by_hand_and_then_found_is_one_story(tmp_path: Path) -> None:
    """add, then a source that leads to the page: one story, rebuilt the same."""
    script = {"/robots.txt": ROBOTS_FREE, "/": index([1]), "*": tale(1)}
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.add([server.url("/1.html")])
        assert dump(rebuilt(archive)) == dump(archive)
        archive.run()
        assert rows(archive, "SELECT count(*) FROM story") == [(1,)]
        assert dump(rebuilt(archive)) == dump(archive)


def test_rebuilding_twice_is_rebuilding_once(tmp_path: Path) -> None:
    """The second rebuild changes nothing."""
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": index([1, 2]), "*": tale(1)}) as server:
        archive = make_archive(tmp_path, [server.url("/")])
        archive.run()
    archive.rebuild()
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
