"""One server that stands for many hosts: each has a script of its own, found by the Host field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from tests.site.wire_server import Answer, Scripted

# Each host's first page comes on a connection of its own, so that its end is no dead connection's.
NO_RULES = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_HOST = re.compile(rb"\r\nHost: ([^\r\n]*)", re.IGNORECASE)


def host_of(head: bytes) -> str:
    """Return the host that a request names."""
    found = _HOST.search(head)
    return found[1].decode("latin-1") if found else ""


def by_host(scripts: Mapping[str, Mapping[str, Scripted]]) -> dict[str, Scripted]:
    """Return one script for a RawServer: that of the host which is asked.

    A host has no robots.txt and no page but those of its script; its "*" is every other page.
    """

    def choose(head: bytes) -> bytes | Answer:
        path = head.split(b" ")[1].decode("latin-1")
        script = {"/robots.txt": NO_RULES, **scripts.get(host_of(head), {})}
        scripted = script.get(path, script.get("*", NO_RULES))
        return _kept(scripted(head) if callable(scripted) else scripted)

    return {"*": choose}


def _kept(answer: bytes | Answer) -> bytes | Answer:
    """Return *answer* with its connection kept open where its end is known without a close.

    A server that closes when it likes may do so while the next request is on its way.
    """
    if isinstance(answer, Answer) or b"\r\nConnection: close\r\n" in answer:
        return answer
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)(?:\r|$)", head)
    return Answer((answer,), keep=True) if length and int(length[1]) == len(body) else answer


def network(hosts: Iterable[str], address: str, *, allow: Iterable[str] = ("127.0.0.1",)) -> str:
    """Return the [network] lines of a config in which *hosts* (port 80) are at *address*."""
    pairs = ", ".join(f'"{host}:80" = "{address}"' for host in hosts)
    return f"allow_addresses = {json.dumps(list(allow))}\nconnect_to = {{ {pairs} }}"
