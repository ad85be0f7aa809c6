"""Lists of addresses for `add`, and what `run --dry-run` foresees."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.addresses import read_addresses
from storykeep.errors import UsageError
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    environment,
    make_archive,
    story_page,
)
from tests.site import RawServer

BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p>
  <DT><H3 ADD_DATE="1">Stories</H3>
  <DL><p>
    <DT><A HREF="http://h.example/1.html" ADD_DATE="1100000000" ICON="data:image/png;base64,AAAA">One</A>
    <DT><A HREF="http://h.example/view.php?sid=2&amp;chapter=3">Two</A>
    <DT><A HREF="javascript:alert(1)">A trick</A>
    <DT><A HREF="place:sort=8">Most visited</A>
    <DT><A HREF="http://h.example/1.html#end">One again</A>
  </DL><p>
</DL><p>
"""


def test_a_list_is_one_address_a_line() -> None:
    """Empty lines and remarks are left out, doubles count once, a BOM is none of it."""
    raw = "\ufeff# mine\nhttp://h.example/1.html\r\n\n  HTTP://H.example/2.html#top \nhttp://h.example/1.html\n"
    assert read_addresses(raw.encode(), "x").addresses == (
        "http://h.example/1.html",
        "http://h.example/2.html",
    )


def test_bookmarks_are_read_as_browsers_write_them() -> None:
    """Every web address once; what is none is counted."""
    listed = read_addresses(BOOKMARKS.encode(), "bookmarks.html")
    assert listed.addresses == (
        "http://h.example/1.html",
        "http://h.example/view.php?sid=2&chapter=3",
    )
    assert listed.skipped == 2


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"http://h.example/\nstories.example/2\n", "line 2", id="no scheme"),
        pytest.param(b"http://h.example/ a title\n", "line 1", id="a title behind it"),
        pytest.param(b"mailto:ana@h.example\n", "line 1", id="mail"),
        pytest.param(b"", "names no web address", id="empty"),
        pytest.param(b"# nothing\n", "names no web address", id="remarks only"),
        pytest.param(b"\x89PNG\r\n\0\0\0", "no text", id="a picture"),
        pytest.param(BOOKMARKS[:120].encode(), "names no web address", id="empty bookmarks"),
    ],
)
def test_what_is_no_list_is_refused(raw: bytes, why: str) -> None:
    """With its line, before anything is asked for."""
    with pytest.raises(UsageError, match=why):
        read_addresses(raw, "x")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_an_error_that_says_why(raw: bytes) -> None:
    """Never another exception."""
    try:
        found = read_addresses(raw, "x").addresses
    except UsageError:
        return
    assert found


def test_add_reads_files_and_standard_input(tmp_path: Path) -> None:
    """-i FILE, -i - and addresses on the line go together, each page once."""
    with RawServer(
        {"/robots.txt": ROBOTS_FREE, "*": answer(story_page("Tale", "Ana", PROSE))}
    ) as server:
        make_archive(tmp_path, [server.url("/")])
        (tmp_path / "list.txt").write_text(f"# mine\n{server.url('/1.html')}\n")
        done = subprocess.run(
            [sys.executable, "-m", "storykeep", "-C", str(tmp_path), "add",
             "-i", str(tmp_path / "list.txt"), "-i", "-", server.url("/1.html")],
            input=f"{server.url('/2.html')}\n", capture_output=True, text=True, env=environment(),
            timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(request.path for request in server.requests) == [
        "/1.html",
        "/2.html",
        "/robots.txt",
    ]
    assert done.stdout.count("story ") == 2


@pytest.mark.parametrize("words", [(), ("-i", "missing.txt")], ids=["nothing", "no such file"])
def test_add_without_a_page_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Exit code 2, and what to do."""
    done = command("add", *words, folder=tmp_path)
    assert done.returncode == 2
    assert "-i" in done.stderr or "missing.txt" in done.stderr


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_add_of_an_address_in_the_wayback_machine_names_the_better_way(tmp_path: Path) -> None:
    """It is asked for as it was typed; the page with its toolbar is hardly what was meant."""
    (tmp_path / "config.toml").write_text(
        '[archive]\noperator = "me@home.example"\n[polite]\nretries = 0\n[network]\n'
        'allow_addresses = ["127.0.0.1"]\nconnect_to = { "web.archive.org:443" = "127.0.0.1:1" }\n'
    )
    url = "https://web.archive.org/web/2003/http://old.example/lamp.html"
    done = command("add", url, folder=tmp_path)
    assert done.returncode == 3
    assert "storykeep add --wayback takes the page that it captured" in done.stderr


def test_a_dry_run_says_what_and_why_and_does_nothing(tmp_path: Path) -> None:
    """Before the first run, after one, and when all is due again: the order is the run's."""
    script = {
        "/robots.txt": ROBOTS_FREE,
        "/": answer(
            b'<h1>Stories</h1><li><a href="/1.html">One</a> by Ana<li><a href="/2.html">Two</a> by Bo'
        ),
        "*": answer(story_page("Tale", "Ana", PROSE)),
    }
    with RawServer(script) as server:
        archive = make_archive(tmp_path, [server.url("/")], source='every = "0s"\nlimit = 2')
        before = files(tmp_path)
        first = command("run", "--dry-run", folder=tmp_path)
        assert f"site  {server.url('/')}  a start page, never asked for" in first.stdout
        assert files(tmp_path) == before
        assert server.requests == []
        archive.run()
        before = files(tmp_path)
        done = command("run", "--dry-run", folder=tmp_path)
        assert files(tmp_path) == before
        asked = len(server.requests)
        foreseen = [each.page.url for each in archive.foresee() if not each.waits]
        archive.run()
        assert [server.url(each.path) for each in server.requests[asked + 1 :]] == foreseen
    lines = done.stdout.splitlines()
    assert lines[0].startswith("3 pages would be asked for, after its robots.txt")
    assert "a start page, last asked for 20" in lines[1]
    assert f"never asked for; {server.url('/')} led to it" in done.stdout
    assert "the limit of its source lets it wait" in lines[3]


def test_a_dry_run_at_another_hour_says_what_shuts_it(tmp_path: Path) -> None:
    """What is due is listed, and that none of it would be asked for now."""
    hour = (datetime.now().astimezone().hour + 3) % 24
    with RawServer(
        {"/robots.txt": ROBOTS_FREE, "*": answer(story_page("Tale", "Ana", PROSE))}
    ) as server:
        hours = f"{hour:02}:00-{hour:02}:30"
        make_archive(tmp_path, [server.url("/")], source=f'hours = "{hours}"')
        done = command("run", "--dry-run", folder=tmp_path)
        assert server.requests == []
    assert done.stdout.splitlines() == [
        "nothing would be asked for now; 1 page due:",
        f"site  {server.url('/')}  a start page, never asked for; it is asked only {hours}",
    ]


def test_a_dry_run_with_nothing_due_says_so(tmp_path: Path) -> None:
    """And exits with 0; an unknown source is a usage error as in a run."""
    with RawServer(
        {"/robots.txt": ROBOTS_FREE, "*": answer(story_page("Tale", "Ana", PROSE))}
    ) as server:
        make_archive(tmp_path, [server.url("/")]).run()
    done = command("run", "--dry-run", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "nothing is due\n")
    assert command("run", "--dry-run", "nobody", folder=tmp_path).returncode == 2
