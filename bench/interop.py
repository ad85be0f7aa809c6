"""Do others read what was taken from a web archive? pywb replays it, warcio and FastWARC check.

pywb is AGPL: it lives in an environment of its own, is only spoken to over HTTP, and is no
dependency of anything. `make interop` runs this.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fastwarc
from tests.archives import rows
from tests.site.wayback import WebArchive
from tests.test_wayback import Time, captures, config

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.warc import files

PYWB = Path(os.environ.get("PYWB", ".venv-interop/bin")).absolute()
COLLECTION = "rescued"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder, "first"), Path(folder, "second")
        first.mkdir()
        second.mkdir()
        archive = rescued(first)
        check(archive)
        with pywb(Path(folder, "pywb"), files(archive.config.archive.warcs)) as address:
            replayed(archive, address)
            asked(second, address, archive)
    print("all of it holds")
    return 0


def rescued(folder: Path) -> Archive:
    """Archive the loopback imitation of the Wayback Machine."""
    clock = Time()
    service = WebArchive(captures(), clock.at)
    with service.serve() as address:
        archive = Archive(load(config(folder, address, versions="all")), clock=clock.clock)
        report = archive.run()
    expect("violations of the archive's limits", service.violations, [])
    print(f"archived {report.captures} captures, {report.stories_new} stories")
    return archive


def check(archive: Archive) -> None:
    for path in files(archive.config.archive.warcs):
        done = subprocess.run(
            [Path(sys.executable).parent / "warcio", "check", path],
            capture_output=True,
            check=False,
        )
        expect(f"warcio check {path.name}", done.returncode, 0)
        with path.open("rb") as file:
            found = [
                each.verify_block_digest()
                for each in fastwarc.ArchiveIterator(file, parse_http=False)
            ]
        expect(f"fastwarc, {len(found)} block digests", all(found), True)


@contextmanager
def pywb(folder: Path, warcs: list[Path]) -> Iterator[str]:
    """Serve *warcs* by pywb; give its address."""
    folder.mkdir()

    def manage(*words: object) -> None:
        subprocess.run(
            [PYWB / "wb-manager", *map(str, words)], cwd=folder, check=True, capture_output=True
        )

    manage("init", COLLECTION)
    manage("add", COLLECTION, *warcs)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [PYWB / "wayback", "--bind", "127.0.0.1", "-p", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def replayed(archive: Archive, address: str) -> None:
    """Each capture comes back byte for byte, at its own date and with its own status."""
    kept = rows(
        archive, "SELECT url, fetched_at, status, digest FROM captures WHERE origin = 'wayback'"
    )
    have = {(each.stamp, each.digest): each for each in captures()}
    for url, at, status, digest in kept:
        stamp = "".join(sign for sign in at[:19] if sign.isdigit())
        answer = ask(f"http://{address}/{COLLECTION}/{stamp}id_/{url}")
        body = have[stamp, digest.removeprefix("sha1:")].body
        expect(f"replayed {stamp} {url}", (answer[0], answer[2] == body), (status, True))
        told = answer[1].get("Memento-Datetime", "")
        expect(
            "  its date",
            time.strptime(told, "%a, %d %b %Y %H:%M:%S GMT")[:6],
            time.strptime(stamp, "%Y%m%d%H%M%S")[:6],
        )
    print(f"pywb replays {len(kept)} captures at their dates")


def ask(url: str) -> tuple[int, dict[str, str], bytes]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(url, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def asked(folder: Path, address: str, first: Archive) -> None:
    """pywb itself is asked as the web archive: its lists and mementos serve as well."""
    path = config(folder, address, versions="good")
    text = path.read_text(encoding="utf-8")
    service = f"http://web.archive.org/{COLLECTION}/"
    text = text.replace("http://web.archive.org/cdx/search/cdx", f"{service}cdx")
    path.write_text(text.replace("http://web.archive.org/web/", service), encoding="utf-8")
    archive = Archive(load(path), clock=Time().clock)
    report = archive.run()
    query = "SELECT url, title, author FROM stories ORDER BY url"
    expect("stories taken from pywb", rows(archive, query), rows(first, query))
    expect("no failure", report.failed, [])
    print(f"pywb gives {report.stories_new} stories")


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")


if __name__ == "__main__":
    sys.exit(main())
