"""WARCs and ARCs as other tools write them, of pages written for the tests."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from tests.archives import PROSE, story_page


def page(title: str, author: str = "Ana", more: str = "") -> bytes:
    """Return a story page."""
    return story_page(title, author, PROSE + more)


def http(
    body: bytes, *, status: str = "200 OK", headers: str = "", kind: str = "text/html"
) -> bytes:
    """Return an HTTP answer."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def sha1(data: bytes) -> str:
    """Return the digest as WARCs write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def identifier(*words: str) -> str:
    """Return a record id made of *words*."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, '|'.join(words))}>"


@dataclass
class Record:
    """One record, with the fields as they are to stand there."""

    kind: str
    url: str
    block: bytes = b""
    date: str = "2004-05-06T07:08:09Z"
    content_type: str = "application/http;msgtype=response"
    version: str = "WARC/1.0"
    fields: list[tuple[str, str]] = field(default_factory=list)
    length: str | None = None  # where it lies
    id: str = ""

    def plain(self) -> bytes:
        """Return its bytes."""
        told = [
            ("WARC-Type", self.kind),
            ("WARC-Record-ID", self.id or identifier(self.kind, self.url, self.date)),
            ("WARC-Date", self.date),
            *([("WARC-Target-URI", self.url)] if self.url else []),
            *self.fields,
            ("Content-Type", self.content_type),
            ("Content-Length", self.length or str(len(self.block))),
        ]
        head = self.version + "\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told)
        return head.encode("utf-8", "surrogateescape") + b"\r\n" + self.block + b"\r\n\r\n"


def response(url: str, body: bytes, date: str = "2004-05-06T07:08:09Z", **more: object) -> Record:
    """Return a response record of a page."""
    fields = [("WARC-Payload-Digest", sha1(body))]
    return Record("response", url, http(body), date, fields=fields, **more)  # type: ignore[arg-type]


def revisit(
    url: str, body: bytes, date: str, *, of_url: str, of_date: str, **more: object
) -> Record:
    """Return a revisit that names its original by address and date, as browsertrix does."""
    fields = [
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Refers-To-Target-URI", of_url),
        ("WARC-Refers-To-Date", of_date),
        ("WARC-Payload-Digest", sha1(body)),
    ]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return Record("revisit", url, head, date, fields=fields, **more)  # type: ignore[arg-type]


def info(software: str = "other/1.0") -> Record:
    """Return a warcinfo record."""
    block = f"software: {software}\r\nformat: WARC File Format 1.0\r\n".encode()
    return Record("warcinfo", "", block, content_type="application/warc-fields")


def packed(records: Iterable[Record]) -> bytes:
    """Return a WARC with one gzip member a record."""
    return b"".join(gzip.compress(each.plain(), mtime=0) for each in records)


def plain(records: Iterable[Record]) -> bytes:
    """Return a WARC that is not compressed."""
    return b"".join(each.plain() for each in records)


def arc(pages: dict[str, bytes], date: str = "20010203040506") -> bytes:
    """Return an ARC 1.0 of HTTP answers."""
    head = b"1 0 Other\nURL IP-address Archive-date Content-type Archive-length\n"
    out = f"filedesc://x.arc 0.0.0.0 {date} text/plain {len(head)}\n".encode() + head + b"\n"
    for url, body in pages.items():
        block = http(body)
        out += f"{url} 192.0.2.1 {date} text/html {len(block)}\n".encode() + block + b"\n"
    return out
