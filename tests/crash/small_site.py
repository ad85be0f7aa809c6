"""A site of two hosts with one of everything that a run meets, served in milliseconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.archives import PROSE, ROBOTS_FREE, answer, story_page
from tests.site import Answer, RawServer, Reset

HOSTS = ("lamp.example", "tide.example")
STORIES = 4  # one of them is reached by the redirect only
_RULES = b"User-agent: *\nDisallow: /lamp/private/\n"


def _index(*paths: str) -> bytes:
    links = "".join(f'<li><a href="{path}">Tale {path}</a> by Ana</li>' for path in paths)
    return answer(f"<html><body><h1>Stories</h1><ul>{links}</ul></body></html>".encode())


def _story(title: str, author: str) -> bytes:
    return answer(story_page(title, author, f"<p>This is {title}.</p>{PROSE}"))


def _robots(rules: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(rules), rules)


LAMP = {
    "/lamp/": _index("one.html", "two.html", "old.html", "private/no.html", "broken.html"),
    "/lamp/one.html": _story("The First Lamp", "Ana"),
    "/lamp/two.html": _story("The Second Lamp", "Ben"),
    # Nothing but the redirect leads to this story: it is lost if the redirect alone is remembered.
    "/lamp/old.html": answer(b"", status="302 Found", headers="Location: /lamp/moved.html\r\n"),
    "/lamp/moved.html": _story("The Moved Lamp", "Cem"),
}
TIDE = {
    "/tide/": _index("low.html", "gone.html", "cut.html"),
    "/tide/low.html": _story("Low Tide", "Dara"),
    "/tide/gone.html": answer(b"<p>No such tale.</p>", status="404 Not Found"),
    "/tide/cut.html": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<p>cut",
}
SENT: Mapping[str, bytes] = {**LAMP, **TIDE}
ROBOTS = {HOSTS[0]: _robots(_RULES), HOSTS[1]: ROBOTS_FREE}


def serve() -> RawServer:
    """Return the server of both hosts, to be entered; paths tell the hosts apart.

    What fails is each host's last page: after a failure a host is left alone for a second.
    """

    def robots(head: bytes) -> bytes:
        host = next(name for name in HOSTS if f"Host: {name}".encode() in head)
        return ROBOTS[host]

    broken = {"/lamp/broken.html": Answer([Reset()])}
    return RawServer({**SENT, **broken, "/robots.txt": robots})


FAILING = ("/tide/cut.html", "/lamp/broken.html")


def configure(folder: Path, server: RawServer, *, every: str = "30d") -> None:
    """Write a config.toml that archives both hosts from *server*; with "0s", what can be had."""
    reached = ", ".join(f'"{host}:80" = "{server.netloc}"' for host in HOSTS)
    # Asked for again and again, a page that fails would make its host wait every time.
    left_out = json.dumps(FAILING if every == "0s" else [])
    sources = "".join(
        f'[[source]]\nname = "{host[:4]}"\nstart = ["http://{host}/{host[:4]}/"]\nevery = "{every}"\n'
        f"exclude = {left_out}\n"
        for host in HOSTS
    )
    (folder / "config.toml").write_text(
        f"[polite]\ndelay = 0.0\nretries = 0\n[network]\n"
        f'allow_addresses = ["127.0.0.1"]\nconnect_to = {{ {reached} }}\n{sources}',
        encoding="utf-8",
    )


def expected(url: str) -> bytes:
    """Return what the server sent for *url*, from the first byte of the head to the last."""
    host, _, path = url.removeprefix("http://").partition("/")
    return ROBOTS[host] if path == "robots.txt" else SENT[f"/{path}"]


def all_urls(*, every: str = "30d") -> set[str]:
    """Return the addresses that a whole run has captures of, without the rules."""
    left_out = FAILING if every == "0s" else ()
    paths = {HOSTS[0]: LAMP, HOSTS[1]: TIDE}
    return {
        f"http://{host}{path}" for host in HOSTS for path in paths[host] if path not in left_out
    }
