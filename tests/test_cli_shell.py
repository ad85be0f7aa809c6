"""The command line in the shells that people have: no locale, no PATH, a full disk, a signal."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from storykeep.cli import output
from storykeep.cli.context import Context
from storykeep.cli.crawling import _Showing
from tests.archives import PROSE, command, environment, story_page, write_config

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample was archived."""
    made = tmp_path_factory.mktemp("shell")
    command("init", folder=made)
    done = command("sample", "--run", folder=made)
    assert done.returncode == 0, done.stderr
    return made


def shell(line: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which $S is storykeep."""
    return subprocess.run(
        line,
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        env={**environment(), "S": f"{sys.executable} -m storykeep", **variables},
        check=False,
    )


# ---- words


def test_a_wrong_command_is_answered_with_the_right_one() -> None:
    """Every complaint has one form: error, then hint."""
    done = command("serch", "x", folder=Path())
    assert done.returncode == 2
    assert done.stderr == "error: there is no command 'serch'\nhint: did you mean 'search'?\n"


@pytest.mark.parametrize(
    "words", [["search"], ["list", "extra"], ["list", "--nope"], ["-C", "/nonexistent", "list"]]
)
def test_a_wrong_word_is_an_error_with_a_hint(words: list[str]) -> None:
    """What click finds is said as what we find is."""
    done = command(*words, folder=Path())
    assert done.returncode == 2
    first, second = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert second.startswith("hint: storykeep")


def test_no_word_at_all_shows_help() -> None:
    """`storykeep` alone is a question, answered by the help."""
    done = subprocess.run(
        [sys.executable, "-m", "storykeep"],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert "Usage: storykeep" in done.stderr
    assert "error:" not in done.stderr


def test_the_next_commands_can_be_typed_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PATH lacks storykeep (after `make run`), it is named by its path."""
    monkeypatch.setattr(sys, "argv", [".venv/bin/storykeep"])
    monkeypatch.setenv("PATH", os.devnull)
    assert output.own_name() == ".venv/bin/storykeep"
    monkeypatch.setattr(sys, "argv", ["/somewhere/storykeep/__main__.py"])
    assert output.own_name() == "storykeep"


# ---- folders


def test_a_lost_index_is_told_from_an_empty_folder(folder: Path, tmp_path: Path) -> None:
    """archive.db deleted: rebuild is named; an empty folder: init is; a config only: run is."""
    (tmp_path / "warcs").mkdir()
    for path in (folder / "warcs").iterdir():
        (tmp_path / "warcs" / path.name).write_bytes(path.read_bytes())
    assert "storykeep rebuild" in command("list", folder=tmp_path).stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "storykeep init" in command("list", folder=empty).stderr
    command("init", folder=empty)
    assert "storykeep run" in command("list", folder=empty).stderr


@pytest.mark.parametrize("words", [["derive"], ["rebuild"]])
def test_nothing_is_made_where_there_is_nothing(tmp_path: Path, words: list[str]) -> None:
    """In a wrong folder no empty archive appears."""
    done = command(*words, folder=tmp_path)
    assert "Traceback" not in done.stderr
    assert done.stderr != ""
    assert list(tmp_path.iterdir()) == []


def test_rebuild_keeps_an_index_whose_warcs_are_away(tmp_path: Path) -> None:
    """An unplugged disk must not turn a good index into an empty one."""
    command("init", folder=tmp_path)
    command("sample", "--run", folder=tmp_path)
    (tmp_path / "warcs").rename(tmp_path / "elsewhere")
    done = command("rebuild", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: there are no WARC files")
    assert len(command("list", folder=tmp_path).stdout.splitlines()) == 38


def test_rebuild_never_replaces_the_database_of_another_program(folder: Path) -> None:
    """`database` may name the wrong file; what is in it stays."""
    other = folder / "diary.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE diary (day TEXT)")
        connection.commit()
    config = (folder / "config.toml").read_text("utf-8")
    wrong = folder / "wrong.toml"
    wrong.write_text(config.replace('"archive.db"', '"diary.db"'), "utf-8")
    before = other.read_bytes()
    done = command("--config", "wrong.toml", "rebuild", folder=folder)
    assert done.returncode == 1
    assert "is not a Storykeep database" in done.stderr
    assert other.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--author", "nobody at all"],
        ["captures", "http://nope.example/"],
        ["export", "--query", "zzzzzz"],
    ],
)
def test_nothing_found_is_said(folder: Path, words: list[str]) -> None:
    """Silence would leave a person wondering; programs see no line on stdout."""
    done = command(*words, folder=folder)
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr.startswith("no ")


def test_export_names_its_folder_as_the_user_sees_it(folder: Path) -> None:
    """A path below the current folder is shown as one."""
    done = shell("$S export --format md", folder)
    assert done.stderr == "wrote 38 stories to exports\n"


def test_status_gives_times_in_one_form(folder: Path) -> None:
    """UTC is said, and no outcome list stands empty."""
    shown = command("status", folder=folder).stdout
    assert shown.count(" UTC") == 3  # when something is due, the last run, and the list of runs
    assert "T" not in shown.rpartition("last run: ")[2].replace("UTC", "")


def test_clean_says_why_a_page_is_no_story(tmp_path: Path) -> None:
    """The outcome comes with its reason."""
    (tmp_path / "page.html").write_bytes(b"<title>t</title><p>hello</p>")
    (record,) = map(
        json.loads,
        command(
            "clean", "--json", str(tmp_path / "page.html"), folder=tmp_path
        ).stdout.splitlines(),
    )
    assert record["reason"]
    shown = command("clean", str(tmp_path / "page.html"), folder=tmp_path).stdout
    assert record["reason"] in shown.splitlines()[0]


# ---- streams


@posix_only
@pytest.mark.parametrize("words", ["list", "search lighthouse", "show {id}", "export -o -"])
def test_a_locale_without_curly_quotes_stops_nothing(folder: Path, words: str) -> None:
    """In Latin-1 what cannot be printed is a question mark, not a traceback."""
    story = json.loads(command("search", "--json", "seal", folder=folder).stdout.splitlines()[0])
    done = subprocess.run(
        [sys.executable, "-m", "storykeep", *words.format(id=story["id"]).split()],
        cwd=folder,
        capture_output=True,
        env={**environment(), "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@posix_only
def test_json_is_whole_in_any_locale(folder: Path) -> None:
    """What the encoding lacks is escaped in JSON, so that no letter is lost."""
    usual = command("list", "--json", folder=folder).stdout
    bare = shell("$S list --json", folder, PYTHONIOENCODING="latin-1")
    assert bare.returncode == 0, bare.stderr
    assert list(map(json.loads, bare.stdout.splitlines())) == list(
        map(json.loads, usual.splitlines())
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["list", "show {id}", "export --format jsonl", "--help"])
def test_a_full_disk_is_one_clear_error(folder: Path, words: str) -> None:
    """stdout that takes nothing: exit 1 and two lines, no second complaint by the interpreter."""
    story = json.loads(command("list", "--json", folder=folder).stdout.splitlines()[0])
    done = shell(f"$S {words.format(id=story['id'])} > /dev/full", folder, PYTHONUNBUFFERED="")
    assert done.returncode == 1
    assert [each.split(":")[0] for each in done.stderr.splitlines()] == ["error", "hint"]


@posix_only
@pytest.mark.parametrize("words", ["list", "captures --json", "export -o -", "--help"])
def test_a_reader_that_has_had_enough_is_no_failure(folder: Path, words: str) -> None:
    """`| head` under `set -o pipefail`: exit 0, nothing said."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "storykeep", *words.split()],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@posix_only
@pytest.mark.parametrize("words", ["list", "export -o -", "status --json"])
def test_a_closed_stdout_is_no_traceback(folder: Path, words: str) -> None:
    """`>&-` means that nobody wants the output."""
    done = shell(f"$S {words} >&-", folder)
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_the_first_words_of_a_run_stand_above_the_bar(tmp_path: Path) -> None:
    """Talk does not run into the progress bar."""
    command("init", folder=tmp_path)
    shown = on_a_terminal(["sample", "--run"], tmp_path)
    lines = [each.rpartition("\x1b[2K")[2] for each in shown.replace("\r", "").split("\n")]
    assert any(each.startswith("1 page is due") for each in lines), lines


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_the_bar_keeps_its_numbers_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    """A long address is cut, the counts and the time are not."""
    command("init", folder=tmp_path)
    shown = on_a_terminal(["sample", "--run"], tmp_path)
    assert "103/" in shown
    assert "0:00:…" not in shown
    assert "/…" not in shown


def on_a_terminal(words: list[str], folder: Path) -> str:
    """Return what storykeep prints on a terminal of 80 columns."""
    mine, its = os.openpty()
    variables = {**environment(), "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "storykeep", *words],
        cwd=folder,
        stdin=its,
        stdout=its,
        stderr=its,
        env=variables,
    ) as process:
        os.close(its)
        parts = []
        # Linux ends a terminal that nobody has open any more with an error.
        while part := _read(mine):
            parts.append(part)
        process.wait(60)
    os.close(mine)
    return b"".join(parts).decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


# ---- signals


class _Slow(BaseHTTPRequestHandler):
    """An index of three stories; the third never ends."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/3"):
            self.server.reached.set()  # type: ignore[attr-defined]
            self.server.over.wait(60)  # type: ignore[attr-defined]
            self.close_connection = True
            return
        links = "".join(f'<a href="/{n}.html">{n}</a><br>' for n in (1, 2, 3))
        body = links.encode() if self.path == "/" else story_page(self.path, "Ana", PROSE)
        body = b"" if self.path == "/robots.txt" else body
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow() -> Iterator[ThreadingHTTPServer]:
    """A site that answers two stories and hangs at the third."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    server.reached, server.over = threading.Event(), threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@posix_only
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_run_that_is_stopped_can_be_searched(
    slow: ThreadingHTTPServer, tmp_path: Path, name: str, code: int
) -> None:
    """Ctrl-C, a kill or a closed terminal: sealed, said, and what came is found at once."""
    write_config(tmp_path, [f"http://127.0.0.1:{slow.server_port}/"], source='include = ["/"]')
    with subprocess.Popen(
        [sys.executable, "-m", "storykeep", "run"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
    ) as process:
        assert slow.reached.wait(30)  # type: ignore[attr-defined]
        time.sleep(0.3)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert said.splitlines()[-1].endswith("what was captured is safe")
    assert not list((tmp_path / "warcs").glob("*.open"))
    assert len(command("list", folder=tmp_path).stdout.splitlines()) == 2


def test_notes_of_a_page_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """An address of a page in a note is made harmless."""
    with _Showing(Context(), 0.0) as showing:
        showing.note("http://x.example/\x1b[2J leads out")
    assert "\x1b" not in capsys.readouterr().err
