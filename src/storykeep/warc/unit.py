"""One exchange as one unit of records: request, metadata, and the response (or revisit) last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO, BinaryIO, get_args, get_type_hints

from storykeep import wire
from storykeep.model import Capture, Exchange, Head, Provenance
from storykeep.warc import fields as f
from storykeep.warc.record import PIECE, sha1, write_record

_REQUEST = "application/http; msgtype=request"
_RESPONSE = "application/http; msgtype=response"
# Where one of these differs, the same payload may mean another page (or another outcome).
_TELLING = ("Content-Type", "Content-Encoding", "Location", "Refresh")

_RESERVED = {
    "source", "via", "hopsfromseed", "fetchtimems", "payloaddigest", "surplusbytes", "problem",
    "masked", "lost", "origin", "form", "capturedby",
}  # fmt: skip

# Not in the standard, but what pywb writes and reads for a record that came from another archive.
_SOURCE, _CREATED = "WARC-Source-URI", "WARC-Creation-Date"
_ORIGINS = get_args(get_type_hints(Provenance)["origin"])
_FORMS = get_args(get_type_hints(Provenance)["form"])


@dataclass(frozen=True, slots=True)
class Payload:
    """A message's body with transfer-encoding removed and content-encoding kept."""

    sha1: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Why a page was asked for. Built by `origin`, so that what is stored is what is read back."""

    source: str
    via: str | None
    hops: int


@dataclass(frozen=True, slots=True)
class Original:
    """A whole response that a revisit may refer to; `has_digest`: its record carries the digest."""

    capture: Capture
    head: Head
    has_digest: bool


def origin(source: str, via: str | None, hops: int) -> Origin:
    """Return these three as the metadata record can carry them."""
    return Origin(f.one_line(source), f.uri(via) if via else None, max(0, hops))


def measure(stream: BinaryIO, head: Head) -> Payload:
    """Return the digests of the message in *stream*, which is left at its start."""
    one, two, size = hashlib.sha1(), hashlib.sha256(), 0
    stream.seek(0)
    for piece in wire.payload(stream, head):
        one.update(piece)
        two.update(piece)
        size += len(piece)
    stream.seek(0)
    return Payload(sha1(one.digest()), two.hexdigest(), size)


def mime(head: Head) -> str:
    """Return the essence of Content-Type in lower case, "" where the header is absent."""
    return f.one_line(head.get("Content-Type").partition(";")[0]).lower()


def is_revisit(exchange: Exchange, payload: Payload, original: Original) -> bool:
    """Say whether *exchange* is told in full by its head and *original*.

    A payload must be found again by its digest, in the stored record and in an index of it, and
    must mean the same page: so one that was sent chunked, or under another status or type, is
    stored whole.
    """
    if exchange.truncated:
        return False
    if exchange.head.status == 304:
        return True
    if not (payload.size and original.has_digest):
        return False
    known = original.capture
    same = (payload.sha1, payload.sha256) == (known.payload_sha1, known.payload_sha256)
    return same and _telling(exchange.head) == _telling(original.head)


def _telling(head: Head) -> tuple[object, ...]:
    return head.status, *(head.all(name) for name in _TELLING)


def write_unit(
    out: IO[bytes],
    exchange: Exchange,
    payload: Payload,
    asked: Origin,
    *,
    info_id: str,
    original: Original | None = None,
    provenance: Provenance | None = None,
    extra: f.Fields,
) -> Capture:
    """Write the three records; return the capture, its offset counted from the unit's start.

    With an *original* the response is stored as a revisit of it, without its payload. A capture
    that was not asked of its site has no request record.
    """
    provenance = _writable(provenance or Provenance())
    if clash := sorted(name for name, _ in extra if name.lower() in _RESERVED or ":" in name):
        raise ValueError(f"extra metadata cannot be named {clash[0]!r}")
    if original and exchange.head.status == 304:
        payload = Payload(original.capture.payload_sha1, original.capture.payload_sha256, 0)
    identifier = f.record_id()
    request, masked = f.mask_secrets(exchange.request)
    date = f.date(exchange.started_at, whole=provenance.origin != "live")
    shared = _shared_fields(exchange, date, info_id)
    beside = [*shared, ("WARC-Concurrent-To", identifier)]
    offset = 0
    if exchange.request or provenance.origin == "live":
        offset = write_record(out, record_fields("request", beside, _REQUEST), request)
    facts = [*_facts(exchange, asked, payload, masked), *provenance_facts(provenance), *extra]
    offset += write_record(
        out, record_fields("metadata", beside, f.WARC_FIELDS), f.format_fields(facts)
    )
    told = [*shared, *provenance_fields(provenance)]
    fields = _answer_fields(exchange, payload, told, identifier, original)
    length = write_record(out, fields, _answer_block(exchange, original))
    return Capture(
        url=f.uri(exchange.url),
        source=asked.source,
        fetched_at=date,
        status=exchange.head.status,
        mime=mime(exchange.head),
        payload_sha1=payload.sha1,
        payload_sha256=payload.sha256,
        warc="",
        offset=offset,
        length=length,
        record_id=identifier,
        revisit_of=original.capture.record_id if original else None,
        truncated=exchange.truncated,
        via=asked.via,
        hops=asked.hops,
        provenance=provenance,
    )


def write_stand_in(
    out: IO[bytes], kind: str, capture: Capture, shared: f.Fields, *, info_id: str
) -> int:
    """Write what stands for the lost request or metadata record of *capture*; return its size.

    *shared* are the fields that it has in common with its answer. A request's bytes are truncated,
    all of them (WARC 1.1, section 5.13); metadata says again what is known by other means.
    """
    fields = [*shared, ("WARC-Warcinfo-ID", info_id), ("WARC-Concurrent-To", capture.record_id)]
    if kind == "request":
        fields.append(("WARC-Truncated", "unspecified"))
        return write_record(out, record_fields("request", fields, _REQUEST), b"")
    facts = origin_facts(Origin(capture.source, capture.via, capture.hops))
    facts += [*provenance_facts(capture.provenance), ("lost", "metadata")]
    if capture.payload_sha1 and capture.payload_sha256:
        facts.append(("payloadDigest", capture.payload_sha1))
        facts.append(("payloadDigest", f"sha256:{capture.payload_sha256}"))
    return write_record(
        out, record_fields("metadata", fields, f.WARC_FIELDS), f.format_fields(facts)
    )


def write_warcinfo(
    out: IO[bytes], info: Mapping[str, str], *, name: str, info_id: str, now: str
) -> None:
    """Write the record that opens a file: who made it, with what (WARC 1.1, section 6.2)."""
    told = [(key, value) for key, value in info.items() if value]
    told += [("format", "WARC File Format 1.1"), ("conformsTo", f.CONFORMS_TO)]
    fields = [("WARC-Date", now), ("WARC-Filename", name)]
    write_record(
        out,
        record_fields("warcinfo", fields, f.WARC_FIELDS, info_id),
        f.format_fields(told),
    )


def record_fields(kind: str, fields: f.Fields, content: str, identifier: str = "") -> f.Fields:
    """Return a record's WARC fields: type and id first, Content-Type last."""
    first = [("WARC-Type", kind), ("WARC-Record-ID", identifier or f.record_id())]
    return [*first, *fields, ("Content-Type", content)]


def _shared_fields(exchange: Exchange, date: str, info_id: str) -> f.Fields:
    return [
        ("WARC-Date", date),
        ("WARC-Target-URI", f.uri(exchange.url)),
        *([("WARC-IP-Address", f.one_line(exchange.ip))] if exchange.ip else []),
        *(("WARC-Protocol", f.one_line(protocol)) for protocol in exchange.protocols),
        ("WARC-Warcinfo-ID", info_id),
    ]


def told_origin(facts: f.Fields) -> Origin:
    """Return what `origin_facts` wrote; where it is missing, a start page of no source."""
    return Origin(
        f.first(facts, "source"),
        f.first(facts, "via") or None,
        len(f.first(facts, "hopsFromSeed")),
    )


def origin_facts(asked: Origin) -> f.Fields:
    """Return *asked* as application/warc-fields."""
    facts = [("source", asked.source)]
    if asked.via:
        facts.append(("via", asked.via))
    if asked.hops:
        # One letter a hop, as other crawlers write it: L is a link, the general case.
        facts.append(("hopsFromSeed", "L" * asked.hops))
    return facts


def _writable(provenance: Provenance) -> Provenance:
    """Return *provenance* as records can carry it."""
    return replace(
        provenance,
        source_uri=f.uri(provenance.source_uri) if provenance.source_uri else None,
        captured_by=f.one_line(provenance.captured_by or "") or None,
        taken_at=f.one_line(provenance.taken_at or "") or None,
    )


def provenance_facts(provenance: Provenance) -> f.Fields:
    """Return what the metadata record says of *provenance*: nothing of a capture of our own."""
    if provenance.origin == "live":
        return []
    facts = [("origin", provenance.origin), ("form", provenance.form)]
    return facts + ([("capturedBy", provenance.captured_by)] if provenance.captured_by else [])


def provenance_fields(provenance: Provenance) -> f.Fields:
    """Return what the answer's own record says of *provenance*, in the fields that others read."""
    told = [(_SOURCE, provenance.source_uri), (_CREATED, provenance.taken_at)]
    return [(name, value) for name, value in told if value]


def told_provenance(fields: f.Fields, facts: f.Fields) -> Provenance:
    """Return what these two wrote. *fields* are the answer's, *facts* its metadata record's.

    An answer that came from elsewhere and whose metadata is lost never passes for one of our own.
    """
    source_uri, origin, form = f.first(fields, _SOURCE), f.first(facts, "origin"), ""
    if origin in _ORIGINS:
        form = f.first(facts, "form")
    elif source_uri:
        origin = "import"
    else:
        return Provenance()
    return Provenance(
        origin,  # type: ignore[arg-type]
        form if form in _FORMS else "reconstructed",  # type: ignore[arg-type]
        source_uri or None,
        f.first(facts, "capturedBy") or None,
        f.first(fields, _CREATED) or None,
    )


def _facts(
    exchange: Exchange,
    asked: Origin,
    payload: Payload,
    masked: tuple[str, ...],
) -> f.Fields:
    """Return the metadata record: all that a rebuild needs and the other two records do not say."""
    facts = origin_facts(asked)
    facts.append(("fetchTimeMs", str(exchange.elapsed_ms)))
    facts += [("payloadDigest", payload.sha1), ("payloadDigest", f"sha256:{payload.sha256}")]
    if exchange.surplus:
        facts.append(("surplusBytes", str(exchange.surplus)))
    if exchange.problem:
        facts.append(("problem", exchange.problem))
    if masked:
        facts.append(("masked", ", ".join(masked)))
    return facts


def _answer_fields(
    exchange: Exchange,
    payload: Payload,
    shared: f.Fields,
    identifier: str,
    original: Original | None,
) -> f.Fields:
    fields = list(shared)
    if exchange.truncated:
        fields.append(("WARC-Truncated", exchange.truncated))
    if original:
        fields += _revisit_fields(exchange, payload, original)
    elif _can_carry_digest(exchange, payload):
        fields.append(("WARC-Payload-Digest", payload.sha1))
    kind = "revisit" if original else "response"
    return record_fields(kind, fields, _RESPONSE, identifier)


def _revisit_fields(exchange: Exchange, payload: Payload, original: Original) -> f.Fields:
    """WARC 1.1, section 6.7: what the record refers to, and why it needs no payload."""
    fields = [
        ("WARC-Refers-To", original.capture.record_id),
        ("WARC-Refers-To-Target-URI", original.capture.url),
        ("WARC-Refers-To-Date", original.capture.fetched_at),
    ]
    if exchange.head.status == 304:
        fields.append(("WARC-Profile", f.NOT_MODIFIED))
    else:
        # "shall be used for any identical-digest truncation" (section 6.7.2).
        fields += [("WARC-Profile", f.IDENTICAL_PAYLOAD), ("WARC-Truncated", "length")]
    if original.has_digest:
        fields.append(("WARC-Payload-Digest", payload.sha1))
    return fields


def _answer_block(exchange: Exchange, original: Original | None) -> BinaryIO:
    return BytesIO(_head_bytes(exchange)) if original else exchange.response


def _can_carry_digest(exchange: Exchange, payload: Payload) -> bool:
    """Say whether every checker computes our payload digest from the stored block.

    They all hash what lies behind the head, chunks included, so the digest that the standard
    asks for would be called an error on a chunked message; and they parse only http addresses.
    """
    whole = exchange.response_size - exchange.head.size == payload.size
    return (
        whole
        and exchange.url.startswith(("http:", "https:"))
        and f.conventional(_head_bytes(exchange))
    )


def _head_bytes(exchange: Exchange) -> bytes:
    stream, left, parts = exchange.response, exchange.head.size, []
    stream.seek(0)
    while left and (part := stream.read(min(left, PIECE))):
        parts.append(part)
        left -= len(part)
    stream.seek(0)
    return b"".join(parts)
