"""A run obeys: it stops when it is told to, wherever it is, and says why in one line."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.errors import CaptureError
from tests.archives import (
    PROSE,
    ROBOTS_FREE,
    answer,
    command,
    environment,
    rows,
    story_page,
    write_config,
)
from tests.site import Answer, Hold, Pause, RawServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

GIANT = story_page("The Flood", "Ana", PROSE * 6000)  # minutes of work: 9 MB in 48,000 paragraphs


def hold(head: bytes) -> Answer:
    return Answer([Hold()])


def begin(folder: Path, *words: str, **options: object) -> subprocess.Popen[str]:
    """Start storykeep in *folder*, as a shell would in the foreground."""
    return subprocess.Popen(
        [sys.executable, "-m", "storykeep", "-C", str(folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        **options,  # type: ignore[call-overload]
    )


def until(happened: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def stop(process: subprocess.Popen[str], number: int = signal.SIGINT) -> tuple[int, str]:
    """Send a signal; return the exit code and what was said, and check that it went quickly."""
    before = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert time.monotonic() - before < 5
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return process.returncode, said


# ---- wherever the run is


@contextmanager
def scene(name: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a run that has come to a place where it would stay for minutes."""
    index = b'<a href="/1.html">1</a> <a href="/2.html">2</a>'
    story = answer(story_page("A tale", "Ana", PROSE))
    script: dict = {"/robots.txt": ROBOTS_FREE, "/": answer(index), "*": story}
    polite = "delay = 0.0\nretries = 3\nconnect_timeout = 60\nread_timeout = 60"
    reached: Callable[[RawServer], bool] = lambda server: len(server.requests) > 2  # noqa: E731
    scheme = "http"
    if name == "an answer that does not come":
        script["/1.html"] = hold
    elif name == "a handshake that does not come":
        scheme = "https"
        reached = lambda server: bool(server._connections)  # noqa: E731
    elif name == "a polite wait":
        polite = polite.replace("delay = 0.0", "delay = 300")
        reached = lambda server: len(server.requests) > 0  # noqa: E731
    elif name == "a retry":
        script["/1.html"] = answer(b"", status="503 Busy", headers="Retry-After: 120\r\n")
    elif name == "a giant page":
        script["/1.html"] = answer(GIANT)
    with RawServer(script) as server:
        address = f"{scheme}://{server.netloc}/"
        write_config(folder, [address], polite=polite, source='include = ["/"]')
        process = begin(folder, "run")
        until(lambda: reached(server))
        time.sleep(0.5)
        assert process.poll() is None
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


SCENES = [
    "an answer that does not come",
    "a handshake that does not come",
    "a polite wait",
    "a retry",
    "a giant page",
]


@pytest.mark.parametrize("name", SCENES)
def test_a_run_stops_within_seconds_wherever_it_is(tmp_path: Path, name: str) -> None:
    """Ctrl-C: 130, one line, and everything closed in order."""
    with scene(name, tmp_path) as process:
        code, said = stop(process)
    assert code == 130
    assert said.splitlines()[-1] == "interrupted; what was captured is safe"
    assert not list(tmp_path.glob("warcs/*.open"))
    assert not (tmp_path / "archive.db-wal").exists()


def test_sigterm_stops_a_run_within_seconds(tmp_path: Path) -> None:
    """A service manager: 143."""
    with scene("a polite wait", tmp_path) as process:
        code, _ = stop(process, signal.SIGTERM)
    assert code == 143


def test_a_giant_page_that_was_stopped_is_not_taken_for_too_large(tmp_path: Path) -> None:
    """Ctrl-C reaches the child that reads it, too; the page's outcome stays open."""
    index = b'<a href="/1.html">1</a>'
    script = {"/robots.txt": ROBOTS_FREE, "/": answer(index), "/1.html": answer(GIANT)}
    with RawServer(script) as server:
        write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        process = begin(tmp_path, "run", start_new_session=True)
        until(lambda: len(server.requests) > 2)
        time.sleep(0.7)
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)
    assert process.returncode == 143
    archive = Archive(load(tmp_path / "config.toml"))
    assert rows(archive, "SELECT url FROM capture WHERE outcome = 'too_large'") == []


HANGING_NAMES = """
import fcntl, os, socket, struct, subprocess, sys
control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(control, 0x8914, struct.pack("16sh", b"lo", 1 | 64))  # SIOCSIFFLAGS: up, running
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 53))
os.set_inheritable(silent.fileno(), True)
subprocess.run(["mount", "--bind", sys.argv[1], "/etc/resolv.conf"], check=True)
print("ready", flush=True)
os.execv(sys.executable, [sys.executable, "-m", "storykeep", "-C", sys.argv[2], "run"])
"""


def can_unshare() -> bool:
    """Return whether this machine lets us have a network and mounts of our own."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-Urmn", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_unshare(), reason="needs a network of its own")
def test_a_run_stops_while_a_look_up_hangs(tmp_path: Path) -> None:
    """A name server that never answers: getaddrinfo cannot be interrupted, the run can."""
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:30 attempts:5\n")
    write_config(tmp_path, ["http://stories.example.org/"], polite="connect_timeout = 100")
    config = (tmp_path / "config.toml").read_text()
    (tmp_path / "config.toml").write_text(f'[archive]\noperator = "me@example.org"\n{config}')
    process = subprocess.Popen(
        ["unshare", "-Urmn", sys.executable, "-c", HANGING_NAMES, str(resolv), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    until((tmp_path / "archive.db.lock-holder").exists)
    time.sleep(1)
    code, said = stop(process)
    assert code == 130
    assert said.splitlines()[-1] == "interrupted; what was captured is safe"


# ---- a second time


@pytest.mark.parametrize("numbers", [(2, 2), (15, 2)])
def test_a_second_signal_ends_at_once(tmp_path: Path, numbers: tuple[int, int]) -> None:
    """Whatever the first one is still closing; nothing is lost, the next start mends."""
    with scene("an answer that does not come", tmp_path) as process:
        process.send_signal(numbers[0])
        code, _ = stop(process, numbers[1])
    assert code in {128 + numbers[0], 128 + numbers[1]}
    assert command("list", folder=tmp_path).returncode == 0


STUCK = """
import time
from storykeep.cli import stopping
stopping.listen_to_signals()
try:
    print("ready", flush=True)
    time.sleep(60)
finally:
    print("closing", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("again", [True, False])
def test_a_process_that_cannot_close_ends_all_the_same(again: bool) -> None:
    """At once where it is asked a second time, else within five seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", STUCK],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "closing\n"
        if again:
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
        code = process.wait(20)
        assert process.stderr is not None
        said = process.stderr.read()
    assert time.monotonic() - before < (2 if again else 5)
    assert code == (130 if again else 143)
    assert said == "stopped at once; the next start mends what was left\n"


# ---- nobody watches


def small_site() -> dict:
    index = "".join(f'<a href="/{n}.html">Tale {n}</a> ' for n in range(6)).encode()
    pages = {f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", PROSE)) for n in range(6)}
    return {"/robots.txt": ROBOTS_FREE, "/": answer(index), **pages}


def test_nohup_is_respected(tmp_path: Path) -> None:
    """A closed terminal does not end what was started to outlive it."""
    with scene("an answer that does not come", tmp_path) as ready:
        ready.kill()
        ready.wait()
        process = subprocess.Popen(
            ["nohup", sys.executable, "-m", "storykeep", "-C", str(tmp_path), "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        until((tmp_path / "archive.db.lock-holder").exists)
        time.sleep(0.5)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert process.poll() is None
        code, _ = stop(process, signal.SIGTERM)
    assert code == 143


@pytest.mark.parametrize("ignored", [False, True])
def test_a_terminal_that_is_closed_takes_only_the_bar_with_it(
    tmp_path: Path, ignored: bool
) -> None:
    """SIGHUP ends the run in order (129); one that outlives its terminal archives every page."""
    mine, its = os.openpty()
    script = small_site()
    script["/5.html"] = Answer([Pause(1.5), script["/5.html"]])
    with RawServer(script) as server:
        write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); " if ignored else ""
        run = f"{ignore}import os, sys; os.execv(sys.executable, {[sys.executable, '-m']!r} + "
        process = subprocess.Popen(
            [sys.executable, "-c", f"{run}['storykeep', '-C', {str(tmp_path)!r}, 'run'])"],
            stdin=its,
            stdout=its,
            stderr=its,
            env={**environment(), "TERM": "xterm"},
        )
        os.close(its)
        until(lambda: len(server.requests) > 7)
        os.close(mine)
        process.send_signal(signal.SIGHUP)
        assert process.wait(20) == (1 if ignored else 129)  # its report had nowhere to go
    archive = Archive(load(tmp_path / "config.toml"))
    assert rows(archive, "SELECT count(*) FROM story") == [(6 if ignored else 5,)]
    assert not list(tmp_path.glob("warcs/*.open"))


@pytest.mark.parametrize("behind", ["| head -c 1", "2>&1 | head -c 1", "2>/dev/full"])
def test_a_run_goes_on_when_nobody_listens(tmp_path: Path, behind: str) -> None:
    """A pipe that is closed, a log on a full disk: every page is archived all the same."""
    with RawServer(small_site()) as server:
        write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m storykeep -v run {behind}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    archive = Archive(load(tmp_path / "config.toml"))
    assert rows(archive, "SELECT count(*) FROM story") == [(6,)]


@pytest.mark.parametrize("words", ["add", "derive"])
def test_work_goes_on_when_its_reader_has_had_enough(tmp_path: Path, words: str) -> None:
    """`storykeep add ... | head -1` archives every page, not the first one."""
    with RawServer(small_site()) as server:
        urls = " ".join(server.url(f"/{n}.html") for n in range(6))
        write_config(tmp_path, [server.url("/")])
        first = command("add", *urls.split(), folder=tmp_path)
        assert first.returncode == 0, first.stderr
        archive = Archive(load(tmp_path / "config.toml"))
        if words == "derive":  # as if the engine had changed
            forget_engines(tmp_path / "archive.db")
        else:
            shutil.rmtree(tmp_path / "warcs")
            (tmp_path / "archive.db").unlink()
        line = f"{sys.executable} -m storykeep {words} {urls if words == 'add' else ''} | true"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert rows(archive, "SELECT count(*) FROM part WHERE json LIKE '%\"Tale%'") == [(6,)]


def forget_engines(database: Path) -> None:
    """Make every part one of an engine that said less."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "UPDATE part SET engine_version = 0, json = replace(json, 'Tale', 'Tail')"
        )
        connection.commit()


@pytest.mark.parametrize("words", ["-v run", "add {url}", "derive", "init"])
def test_a_result_that_cannot_be_said_is_no_success(tmp_path: Path, words: str) -> None:
    """stdout on a full disk: the work is done, and the exit code is 1."""
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with RawServer(small_site()) as server:
        if words != "init":
            write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        if words == "derive":
            assert command("run", folder=tmp_path).returncode == 0
            forget_engines(tmp_path / "archive.db")
        line = f"{sys.executable} -m storykeep {words.format(url=server.url('/1.html'))} >/dev/full"
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=environment(),
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2].startswith("error: ")
    assert "Traceback" not in done.stderr
    if words in ("-v run", "derive"):
        archive = Archive(load(tmp_path / "config.toml"))
        found = rows(archive, "SELECT count(*) FROM part WHERE json LIKE '%\"Tale _\"%'")
        assert found >= [(6,)]


def test_cron_gives_neither_terminal_nor_home_nor_locale(tmp_path: Path) -> None:
    """LANG=C, no HOME, nothing but PATH: the same archive, and silence with -q."""
    script = small_site()
    script["/0.html"] = answer(story_page("Séance", "Zoë", PROSE))
    with RawServer(script) as server:
        write_config(tmp_path, [server.url("/")], source='include = ["/"]')
        bare = {"LANG": "C", "PATH": "/usr/bin:/bin", "PYTHONPATH": environment()["PYTHONPATH"]}
        done = subprocess.run(
            [sys.executable, "-m", "storykeep", "-q", "run"],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=bare,
            start_new_session=True,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    archive = Archive(load(tmp_path / "config.toml"))
    assert rows(archive, "SELECT count(*) FROM story") == [(6,)]


def test_readers_work_while_a_run_writes(tmp_path: Path) -> None:
    """search and list never wait for a writer, and never fail."""
    index = "".join(f'<a href="/{n}.html">Tale {n}</a> ' for n in range(40)).encode()
    pages = {f"/{n}.html": answer(story_page(f"Tale {n}", "Ana", PROSE)) for n in range(40)}
    with RawServer({"/robots.txt": ROBOTS_FREE, "/": answer(index), **pages}) as server:
        write_config(tmp_path, [server.url("/")], polite="delay = 0.02", source='include = ["/"]')
        process = begin(tmp_path, "run")
        until((tmp_path / "archive.db").exists)
        codes = []
        drained = threading.Thread(target=process.communicate)
        drained.start()
        while process.poll() is None:
            codes += [
                command(*words, folder=tmp_path) for words in (["search", "keeper"], ["list"])
            ]
        drained.join()
    assert process.returncode == 0
    assert codes
    assert {each.returncode for each in codes} == {0}, [each.stderr for each in codes]


def test_a_run_without_the_disk_of_its_warcs_asks_nothing(tmp_path: Path) -> None:
    """Under a timer, too: else each night would begin another archive on the wrong disk."""
    script = {"/robots.txt": ROBOTS_FREE, "*": answer(story_page("Tide", "Ana", PROSE))}
    with RawServer(script) as server:
        write_config(tmp_path, [server.url("/")], source='every = "0s"')
        archive = Archive(load(tmp_path / "config.toml"))
        archive.run()
        asked, warcs = len(server.requests), tmp_path / "warcs"
        warcs.rename(tmp_path / "away")
        for make in (lambda: None, warcs.mkdir):
            make()
            done = command("run", folder=tmp_path, watched=False)
            assert done.returncode == 1
            assert f"there is nothing in {warcs}, where 1 WARC files should be" in done.stderr
            assert "is its disk there?" in done.stderr
            with pytest.raises(CaptureError):
                archive.add([server.url("/2.html")])
            assert not warcs.is_dir() or not list(warcs.iterdir())
            if warcs.is_dir():
                warcs.rmdir()
        assert len(server.requests) == asked
        (tmp_path / "away").rename(warcs)
        archive.run()
        assert len(server.requests) > asked
    assert archive.verify().damage == []
