"""An answer of a web archive -> the answer that it once captured, as far as that is still known.

The payload is what was captured. Status and headers are what the archive tells of them
(X-Archive-Orig-*); how the message was framed and coded on the wire is lost. So the result is
"reconstructed", and says what it was made of.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from storykeep import urls, wire
from storykeep.mementos.addresses import Address, told_by
from storykeep.model import Exchange, Head, Provenance

_IN_MEMORY = 1024 * 1024
_ORIGINAL = "x-archive-orig-"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
# How the message was framed on its way to the archive is told, but is not so any more.
_OUTDATED = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection",
                       "keep-alive", "trailer"})  # fmt: skip
_WAYBACK = "web.archive.org"


@dataclass(frozen=True, slots=True)
class Memento:
    """What was captured, made again, and where it comes from."""

    exchange: Exchange  # as if the site had answered it, at the time when it was captured
    provenance: Provenance
    facts: tuple[tuple[str, str], ...]  # for its metadata record


def is_memento(exchange: Exchange) -> bool:
    """Return whether an answer is what an archive has captured (RFC 7089, section 2.1.1).

    All else is what the archive itself says: a redirect to another time, a refusal, an apology.
    """
    return _captured_at(exchange.head) is not None


def rebuild(
    exchange: Exchange, asked: Address, *, digest: str = "", max_bytes: int = 1 << 26
) -> Memento:
    """Return what *exchange*, an answer to the address *asked*, was when it was captured.

    *digest* is what the archive's list says of the payload ("sha1:BASE32"). The caller closes both
    exchanges. What was coded on its way from the archive is decoded, up to *max_bytes*.
    Raises ValueError where it is no memento, or one of another site.
    """
    captured_at = _captured_at(exchange.head)
    if captured_at is None:
        raise ValueError("it is no memento")
    url = _original_url(exchange.head) or asked.url
    if not urls.same_site(url, asked.url):
        raise ValueError(f"it is a memento of {url}")
    body, found, coding = _body(exchange, digest, max_bytes)
    fields = tuple(_fields(exchange, coding, body.tell()))
    head = _head(exchange.head, fields)
    message = _message(head, body)
    size = len(head) + body.tell()
    body.close()
    rebuilt = wire.parse_head(head)
    assert rebuilt is not None
    return Memento(
        Exchange(
            url=url,
            request=b"",
            response=message,
            response_size=size,
            head=rebuilt,
            started_at=captured_at,
            elapsed_ms=exchange.elapsed_ms,
            ip="",
            protocols=(),
            truncated=exchange.truncated,
            problem=exchange.problem,
            surplus=exchange.surplus,
        ),
        Provenance(
            "wayback",
            "reconstructed",
            exchange.url,
            _keeper(exchange.url),
            exchange.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        ),
        tuple(_facts(exchange, asked, url, found, digest)),
    )


def _captured_at(head: Head) -> datetime | None:
    try:
        moment = parsedate_to_datetime(head.get("Memento-Datetime"))
    except (ValueError, TypeError, OverflowError):
        return None
    # A date without a zone is in UTC, as all of HTTP's are.
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _original_url(head: Head) -> str | None:
    """Return the address that was captured: an archive may find a page by a similar one."""
    for value in head.all("Link"):
        for link, parameters in _LINK.findall(value):
            if re.search(r"rel=[\"']?original\b", parameters, re.IGNORECASE):
                return urls.try_canonical(link)
    return None


def _keeper(url: str) -> str:
    host = urls.host(url)
    return "the Wayback Machine" if host == _WAYBACK else f"the web archive at {host}"


# ---- the payload


def _body(exchange: Exchange, digest: str, max_bytes: int) -> tuple[IO[bytes], str, str]:
    """Return the payload, positioned at its end, its SHA-1, and its Content-Encoding if it has one.

    A coding is the archive's own, put on for the way to us, unless the list's digest says that the
    payload was captured so.
    """
    body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller's
    found = _copy(wire.payload(exchange.response, exchange.head), body)
    exchange.response.seek(0)
    coding = exchange.head.get("Content-Encoding")
    if not coding or found == digest:
        return body, found, coding
    content, problem = wire.body(exchange.response, exchange.head, max_bytes=max_bytes)
    exchange.response.seek(0)
    if problem:
        return body, found, coding
    body.seek(0)
    body.truncate()
    return body, _copy(iter((content,)), body), ""


def _copy(pieces: Iterator[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha1()
    for piece in pieces:
        digest.update(piece)
        out.write(piece)
    return "sha1:" + base64.b32encode(digest.digest()).decode("ascii")


def _message(head: bytes, body: IO[bytes]) -> BinaryIO:
    message = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the exchange's
    message.write(head)
    body.seek(0)
    while piece := body.read(65_536):
        message.write(piece)
    message.seek(0)
    return cast(BinaryIO, message)


# ---- the head


def _fields(exchange: Exchange, coding: str, size: int) -> Iterator[tuple[str, str]]:
    """Yield the header fields of what was captured, in the order in which the archive has them."""
    head, said = exchange.head, set()
    for name, value in head.fields:
        if not name.lower().startswith(_ORIGINAL):
            continue
        bare = name[len(_ORIGINAL) :]
        said.add(bare.lower())
        yield (name if bare.lower() in _OUTDATED else bare), value
    if "content-type" not in said and (kind := _content_type(head)):
        yield "Content-Type", kind
    leads_to = urls.join(exchange.url, head.get("Location")) if head.get("Location") else None
    if "location" not in said and leads_to:
        target = told_by(leads_to)
        yield "Location", target.url if target else leads_to
    if coding:
        yield "Content-Encoding", coding
    yield "Content-Length", str(size)


def _content_type(head: Head) -> str:
    """Return the type that was captured: the archive sends it on, with a charset that it guessed.

    A guess of theirs is not what the site said, and the page is decoded by its own bytes.
    """
    kind = head.get("Content-Type")
    if not head.get("X-Archive-Guessed-Charset"):
        return kind
    essence, *parameters = (part.strip() for part in kind.split(";"))
    kept = [part for part in parameters if not part.lower().startswith("charset")]
    return "; ".join([essence, *kept])


def _head(head: Head, fields: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {head.status} {head.reason}".rstrip()]
    lines += [f"{_line(name)}: {_line(value)}" for name, value in fields if name.strip()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _line(text: str) -> str:
    return " ".join(text.split("\r\n")).replace("\n", " ").replace("\r", " ")


def _facts(
    exchange: Exchange, asked: Address, url: str, found: str, digest: str
) -> Iterator[tuple[str, str]]:
    """Yield what the archive said, and how it agrees with its own list."""
    head = exchange.head
    yield "cdxTimestamp", asked.stamp
    if url != asked.url:
        yield "askedFor", asked.url
    if digest:
        yield "cdxDigest", digest
    match = "unknown" if exchange.truncated or not digest else "yes" if found == digest else "no"
    yield "cdxDigestMatch", match
    if source := head.get("X-Archive-Src"):
        yield "archiveSource", source
    yield "serviceStatus", f"{head.version} {head.status} {head.reason}".strip()
    if exchange.ip:
        yield "serviceIp", exchange.ip
    for name, value in head.fields:
        yield "serviceHeader", f"{name}: {value}"
