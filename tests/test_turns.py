"""Whose turn it is among very many hosts, and who is met without having been named."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.crawl import Watch
from storykeep.crawl.hosts import Hosts, Job
from storykeep.model import FrontierPage
from tests.archives import ROBOTS_FREE, answer, make_archive, rows, story_page
from tests.site import RawServer
from tests.site.many_hosts import by_host, network

REDIRECT = b"HTTP/1.1 301 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"

# ---------------------------------------------------------------- thousands of hosts


class Calls:
    """Counts the calls of Python functions in this thread that decide whose turn it is."""

    count = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and ("/storykeep/crawl/" in name or name.endswith("polite.py")):
            self.count += 1


@contextmanager
def counting() -> Iterator[Calls]:
    calls = Calls()
    sys.setprofile(calls)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def calls_for(folder: Path, count: int) -> int:
    """Return how many calls a run over *count* hosts makes to find out whose turn it is."""
    folder.mkdir()
    names = [f"h{number}.example" for number in range(count)]
    page = answer(b"<p>There is nothing here.</p>")
    with RawServer(by_host({name: {"/": page} for name in names})) as server:
        archive = make_archive(
            folder,
            [f"http://{name}/" for name in names],
            polite="delay = 0.01\nretries = 0",
            network=network(names, server.netloc),
        )
        with counting() as calls:
            report = archive.run()
    assert report.requests == 2 * count
    return calls.count


def test_a_run_does_not_look_at_every_host_at_every_step(tmp_path: Path) -> None:
    """Four times the hosts take four times the steps, not sixteen times."""
    few, many = (calls_for(tmp_path / str(count), count) for count in (25, 100))
    assert many < 6 * few


def job(name: str, path: str = "/") -> Job:
    url = f"http://{name}.example{path}"
    return Job(FrontierPage(url, url, "site"), url)


# what to do, with which host, and how long it takes
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "start", "answer", "fail", "hold", "wait", "rest", "rules"]),
        st.sampled_from("abcd"),
        st.floats(0, 9),
    ),
    max_size=60,
)


@given(STEPS)
def test_turns_are_those_that_a_look_at_all_hosts_would_find(
    steps: list[tuple[str, str, float]],
) -> None:
    """Whatever happens: nobody is asked too early, nobody is forgotten, all pages are counted."""
    hosts, now = Hosts(1.0, lambda queue, url: None), 0.0
    running = set()
    for what, name, seconds in steps:
        now += seconds
        queue = hosts.of(f"http://{name}.example/")
        if what == "add":
            queue.add(job(name))
        elif what == "start":
            started = hosts.next_ready(now)
            ready = [each for each in hosts if each.opens_at <= now]
            assert (started is None) == (not ready)
            if started is not None:
                assert started in ready
                assert started.next_job()
                started.asked(now)  # raises where it is too early
                running.add(started)
        elif what in ("answer", "fail") and queue in running:
            running.remove(queue)
            queue.answered(now, failed=what == "fail", wait=seconds)
        elif what == "hold":
            queue.hold(now + seconds)
        elif what == "rest":
            queue.rest("it is tired")
        elif what == "rules":
            queue.await_rules(now)
        least = min((max(each.opens_at - now, 0.0) for each in hosts), default=math.inf)
        assert hosts.wait(now) == least
        assert hosts.waiting() == sum(each.count_left() for each in hosts)


# ---------------------------------------------------------------- public sites nobody named


@pytest.mark.parametrize("operator", ["", "nobody"])
@pytest.mark.parametrize("path", ["/robots.txt", "/"])
def test_no_redirect_leads_to_a_public_site_without_a_contact(
    tmp_path: Path, operator: str, path: str
) -> None:
    """A private site's rules, or an added page of it, may redirect to where nobody may reach us."""
    script = {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(story_page("Tale", "Ana", "<p>Once.</p>")),
        path: REDIRECT % b"http://stories.invalid/x",
    }
    said: list[str] = []
    with RawServer(script) as server:
        archive = _with_operator(make_archive(tmp_path, [server.url("/")]), operator)
        archive.add([server.url("/")], Watch(note=said.append))
    assert rows(archive, "SELECT url FROM attempt") == []  # not even looked up
    told = [text for text in said if "stories.invalid is a public site and operator is" in text]
    assert len(told) == 1
    assert "set operator =" in told[0]


def test_with_a_contact_the_redirect_is_followed(tmp_path: Path) -> None:
    script = {"/robots.txt": ROBOTS_FREE, "/": REDIRECT % b"http://stories.invalid/x"}
    with RawServer(script) as server:
        archive = _with_operator(make_archive(tmp_path, [server.url("/")]), "me@example.org")
        archive.add([server.url("/")])
    assert rows(archive, "SELECT url FROM attempt") == [("http://stories.invalid/robots.txt",)]


def _with_operator(archive: Archive, operator: str) -> Archive:
    path = archive.config.folder / "config.toml"
    path.write_text(f'[archive]\noperator = "{operator}"\n{path.read_text()}')

    return Archive(load(path))
