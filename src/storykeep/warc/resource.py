"""A page that somebody saved, with no HTTP answer around it: a metadata and a resource record.

The resource record is the capture (WARC 1.1, section 6.4); the metadata before it says which file
it was, and who says so that it was of this address and of this moment.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import IO

from storykeep.model import Capture, Provenance
from storykeep.warc import fields as f
from storykeep.warc.record import sha1, write_record
from storykeep.warc.unit import (
    Origin,
    origin_facts,
    provenance_facts,
    provenance_fields,
    record_fields,
)

SOURCE = "imported"  # the source of what nobody's source has asked for


@dataclass(frozen=True)
class Resource:
    """A page to be stored. Its metadata record tells *facts* beside what all of them tell."""

    url: str  # canonical
    body: bytes
    mime: str  # "text/html"
    moment: datetime  # when it was saved, aware
    taken_at: datetime
    captured_by: str | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @cached_property
    def capture(self) -> Capture:
        """The capture that it becomes, but for its place in a file; its digests are made once."""
        return Capture(
            url=f.uri(self.url),
            source=SOURCE,
            fetched_at=f.date(self.moment),
            status=200,
            mime=self.mime,
            payload_sha1=sha1(hashlib.sha1(self.body).digest()),
            payload_sha256=hashlib.sha256(self.body).hexdigest(),
            warc="",
            offset=0,
            length=0,
            record_id="",
            provenance=Provenance(
                "import",
                "saved",
                None,
                f.one_line(self.captured_by) if self.captured_by else None,
                f.date(self.taken_at),
            ),
        )


def write_resource(out: IO[bytes], resource: Resource, *, info_id: str, start: int = 0) -> Capture:
    """Write the two records; return the capture, its offset counted from *start* before them."""
    capture, identifier = resource.capture, f.record_id()
    shared = [
        ("WARC-Date", capture.fetched_at),
        ("WARC-Target-URI", capture.url),
        ("WARC-Warcinfo-ID", info_id),
    ]
    facts = [*origin_facts(Origin(SOURCE, None, 0)), *provenance_facts(capture.provenance)]
    facts += [("payloadDigest", capture.payload_sha1)]
    facts += [("payloadDigest", f"sha256:{capture.payload_sha256}"), *resource.facts]
    beside = record_fields("metadata", [*shared, ("WARC-Concurrent-To", identifier)], f.WARC_FIELDS)
    offset = write_record(out, beside, f.format_fields(facts))
    fields = [*shared, *provenance_fields(capture.provenance)]
    fields.append(("WARC-Payload-Digest", capture.payload_sha1))
    length = write_record(
        out, record_fields("resource", fields, resource.mime, identifier), resource.body
    )
    return replace(capture, offset=start + offset, length=length, record_id=identifier)
