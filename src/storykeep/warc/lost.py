"""A capture that was stored and is not whole any more: what is still known of it.

It is told by a metadata record at the place where the capture lay, so that what comes after it
(a revisit of it) finds the word before the question, and so that a rebuild asks for the page again.
"""

from __future__ import annotations

from dataclasses import dataclass

from storykeep.model import Capture
from storykeep.warc import fields as f


@dataclass(frozen=True, slots=True)
class Lost:
    """A capture whose bytes are damaged or gone; "" and None where it is not known."""

    record_id: str
    url: str
    why: str
    fetched_at: str = ""
    warc: str = ""  # the file that it lay in
    offset: int = 0  # where in that file
    source: str = ""
    via: str | None = None
    hops: int = 0
    payload_sha1: str = ""
    payload_sha256: str = ""


def lost_capture(capture: Capture, why: str) -> Lost:
    """Return *capture*, as a row tells of it, as lost."""
    return Lost(
        capture.record_id,
        capture.url,
        why,
        capture.fetched_at,
        capture.warc,
        capture.offset,
        capture.source,
        capture.via,
        capture.hops,
        capture.payload_sha1,
        capture.payload_sha256,
    )


def lost_facts(lost: Lost) -> f.Fields:
    """Return what of *lost* no other field of its record says, as application/warc-fields."""
    facts = [
        ("lostDate", lost.fetched_at),
        ("lostFile", lost.warc),
        ("lostOffset", str(lost.offset)),
    ]
    if lost.payload_sha256:
        facts.append(("payloadDigest", lost.payload_sha1))
        facts.append(("payloadDigest", f"sha256:{lost.payload_sha256}"))
    return facts


def told_lost(facts: f.Fields, *, record_id: str, url: str) -> Lost:
    """Return what `lost_facts` wrote; source, via and hops stand beside it."""
    offset = f.first(facts, "lostOffset")
    digests = dict(value.partition(":")[::2] for name, value in facts if name == "payloadDigest")
    sha1 = digests.get("sha1", "")
    return Lost(
        record_id,
        url,
        f.first(facts, "detail"),
        f.first(facts, "lostDate"),
        f.first(facts, "lostFile"),
        int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 16 else 0,
        payload_sha1=f"sha1:{sha1}" if sha1 else "",
        payload_sha256=digests.get("sha256", ""),
    )
