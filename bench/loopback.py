"""A made-up archive of stories on loopback, in a process of its own so that its time is not ours.

    python bench/loopback.py --pages 300 [--latency 0.05] [--small]

prints the port, then serves until its input ends. The pages are the same for every host name and
every run: 12 to 60 kB of prose each (--small: about 2 kB), with the links of a hand-made archive.
The prose is that of the sample stories, sentence by sentence in any order: words drawn by lot
would be twice as hard to compress, and whoever compresses hardest would look slow.
"""

from __future__ import annotations

import argparse
import html
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path

from storykeep import sample

SMALLEST, LARGEST = 12_000, 60_000  # bytes of a page
LINKS = 25  # on a page, to others of the site


@contextmanager
def serve(pages: int, *, latency: float = 0.0, small: bool = False) -> Iterator[str]:
    """Serve *pages* pages from another process; yield "127.0.0.1:PORT"."""
    command = [sys.executable, __file__, "--pages", str(pages), "--latency", str(latency)]
    process = subprocess.Popen(
        [*command, *(["--small"] if small else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield f"127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.communicate("")


@cache
def _sentences() -> list[str]:
    found = set()
    for path in sorted(Path(sample.__file__).parent.glob("pages/**/*.html")):
        text = " ".join(html.unescape(re.sub("<[^>]*>", " ", _text(path))).split())
        for each in re.split(r"(?<=[.!?])\s+", text):
            if 5 <= len(each.split()) <= 60 and not re.search(r"[][:|]", each):
                found.add(html.escape(each, quote=False))
    return sorted(found)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return path.read_text("cp1252", "replace")


def page(number: int, pages: int, *, small: bool = False) -> bytes:
    """Return page *number* of a site of *pages*; the same bytes each time."""
    random_ = random.Random(number)
    size = 2_000 if small else random_.randint(SMALLEST, LARGEST)
    title = f"The Lamp at {number}"
    out = [
        f"<html><head><title>{title}</title></head>\n<body bgcolor=white>\n<h2>{title}</h2>\n",
        f"<p><b>Author:</b> Keeper {number % 40}<br><b>Rating:</b> G<br>\n",
        "<b>Disclaimer:</b> The sea belongs to nobody, least of all to me.</p><hr>\n",
    ]
    footer = "".join(_links(number, pages))
    length = sum(map(len, out)) + len(footer)
    prose = iter(random_.sample(_sentences(), min(len(_sentences()), size // 20)))
    while length < size - 300:
        text = " ".join(islice(prose, random_.randint(2, 6)))
        if random_.random() < 0.2:
            text = f"<i>{text}</i>"
        out.append(f"<p>{text}</p>\n")
        length += len(out[-1])
    return "".join([*out, footer, "</body></html>\n"]).encode()


def _links(number: int, pages: int) -> Iterator[str]:
    """Every page leads to the next ones and, from far apart, to some all over the site."""
    yield "<hr><p>"
    step = max(1, pages // LINKS)
    near = range(number + 1, number + 1 + LINKS // 2)
    far = range(number % step, pages, step)
    for other in sorted({each % pages for each in (*near, *far)}):
        yield f'<a href="{address(other)}">The Lamp at {other}</a> |\n'
    yield '<a href="mailto:keeper@stories.example">the keeper</a></p>\n'


def address(number: int) -> str:
    """Return the path of page *number*; the first is the front page."""
    return f"/stories/{number:05d}.html" if number else "/stories/"


class Site:
    """The answers, and the threads that give them."""

    def __init__(self, pages: int, latency: float, small: bool) -> None:
        self._latency = latency
        self._answers = {
            address(number): _answer("200 OK", page(number, pages, small=small))
            for number in range(pages)
        }
        # A page without links: what a client needs to start and to fetch nothing more.
        self._answers["/alone.html"] = _answer("200 OK", page(0, 1, small=True)[:500])
        self._missing = _answer("404 Not Found", b"<h1>Not Found</h1>\n")

    def serve(self, listener: socket.socket) -> None:
        """Answer for ever, each connection in a thread of its own."""
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as lines:
            while request := lines.readline():
                while lines.readline().strip():
                    pass
                if self._latency:
                    time.sleep(self._latency)
                target = request.split()[1].decode("latin-1")
                try:
                    connection.sendall(self._answers.get(target, self._missing))
                except OSError:
                    return


def _answer(status: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nServer: loopback\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Connection: keep-alive\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=300)
    options.add_argument("--latency", type=float, default=0.0)
    options.add_argument("--small", action="store_true")
    asked = options.parse_args()
    site = Site(asked.pages, asked.latency, asked.small)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        threading.Thread(target=site.serve, args=(listener,), daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
