"""The nouns that travel from one stage to the next: data, with no behaviour of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from storykeep.spaces import folded

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:

    def value(**options: Any) -> Any:
        """Make a dataclass that is frozen to the type checker alone, with a hash.

        A page makes hundreds of these, and to freeze each takes three quarters of making it.
        """
        return dataclass(**{**options, "frozen": False, "unsafe_hash": True})


# ---------------------------------------------------------------- capture


def text_sha256(text: str) -> str:
    """Return the hex SHA-256 of *text* with white space collapsed: same words, same name."""
    return hashlib.sha256(folded(text).encode("utf-8", "surrogatepass")).hexdigest()


Truncated = Literal["length", "time", "disconnect", "unspecified"]

Outcome = Literal[
    "story", "index", "feed", "redirect", "frameset", "gate", "login", "challenge", "soft_404",
    "gone", "moderated", "not_story", "too_large", "asset", "robots", "error",
]  # fmt: skip


@value(frozen=True, slots=True)
class Head:
    """A response's status line and header fields as received (RFC 9112, sections 4 and 5).

    Names and values are latin-1 text, so every byte survives; order and repeats are kept.
    """

    version: str  # "HTTP/1.1"
    status: int
    reason: str
    fields: tuple[tuple[str, str], ...]
    size: int  # bytes of the head on the wire, the blank line included

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of *name*, whatever its case, else *default*."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), default)

    def all(self, name: str) -> list[str]:
        """Return every value of *name*, in order."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]


@value(frozen=True, slots=True)
class Exchange:
    """One HTTP request and what came back, as wire bytes, whole or truncated."""

    url: str
    request: bytes  # head (and body) as sent, secrets included: warc.py masks them
    response: BinaryIO  # seekable, at 0; exactly the message of RFC 9112 section 6.3
    response_size: int
    head: Head
    started_at: datetime  # aware, UTC
    elapsed_ms: int
    ip: str
    protocols: tuple[str, ...]  # WARC-Protocol values: "http/1.1", "tls/1.3"
    truncated: Truncated | None = None
    problem: str = ""  # why it is truncated or odd, in words; "" when nothing was
    surplus: int = 0  # bytes that came behind the message and were not kept

    def close(self) -> None:
        """Let go of the spooled body."""
        self.response.close()


FailureKind = Literal[
    "dns", "refused_address", "connect", "tls", "timeout", "disconnect", "garbage",
    "lost",  # no request failed: a capture was found damaged, and its page must be asked for again
]  # fmt: skip


@value(frozen=True, slots=True)
class Failure:
    """A request that brought no HTTP answer: no connection, or bytes that are not HTTP."""

    url: str
    kind: FailureKind
    detail: str
    started_at: datetime
    elapsed_ms: int
    ip: str = ""
    received: bytes = b""  # what came, where it was not HTTP (ICY, HTTP/0.9, garbage)
    stale: bool = False  # only a connection that was kept open had died: the host is not to blame


@value(frozen=True, slots=True)
class Provenance:
    """How a capture came into this archive, where no run of ours asked the site itself.

    form: `verbatim`, the bytes of the HTTP answer as they came to whoever captured it;
    `reconstructed`, made of a payload and of headers that an archive tells of it; `saved`, a page
    that somebody kept, with no HTTP answer.
    """

    origin: Literal["live", "import", "wayback"] = "live"
    form: Literal["verbatim", "reconstructed", "saved"] = "verbatim"
    source_uri: str | None = None  # WARC-Source-URI: where the bytes came from instead
    captured_by: str | None = None  # who, in words; None: a run of this archive
    taken_at: str | None = None  # WARC-Creation-Date: when it came here; None: when captured


@value(frozen=True, slots=True)
class Capture:
    """An exchange stored in a WARC. `offset` and `length` (bytes) are the response record's."""

    url: str
    source: str
    fetched_at: str  # "2026-11-22T18:22:39.123456Z", the record's WARC-Date
    status: int
    mime: str  # essence of Content-Type, lower case, "" where the header is absent
    payload_sha1: str  # "sha1:BASE32", transfer-encoding removed, content-encoding kept
    payload_sha256: str  # hex, of the same bytes
    warc: str  # the final file name, without ".open"
    offset: int
    length: int
    record_id: str  # "<urn:uuid:...>"
    revisit_of: str | None = None  # record id of the response it refers to
    truncated: Truncated | None = None
    via: str | None = None  # the page or redirect that led here
    hops: int = 0  # links from the start page
    outcome: Outcome | None = None  # filled in when it is derived
    id: int | None = None  # the row in archive.db
    provenance: Provenance = Provenance()


@value(frozen=True, slots=True)
class Page:
    """What derive is given: one answer's head and its body with all HTTP codings removed."""

    url: str
    status: int
    fields: tuple[tuple[str, str], ...]  # response header fields
    body: bytes
    truncated: Truncated | None = None

    def header(self, name: str) -> str:
        """Return the first value of header *name*, "" where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")


@value(frozen=True, slots=True)
class FrontierPage:
    """A row of the frontier: a page that a source wants, and when to ask for it again."""

    url_key: str  # urls.key(url)
    url: str
    source: str
    kind: str = "page"  # "start", "page", "added"
    state: str = "due"  # "due", "done", "failed", "refused" (robots)
    depth: int = 0
    via: str | None = None
    tries: int = 0  # in a row without a whole answer
    next_due: str = ""  # UTC, "2026-11-22T18:22:39Z"; compared as text
    etag: str | None = None
    last_modified: str | None = None
    last_capture: int | None = None
    unchanged: int = 0  # whole answers in a row that told nothing new, three at most


# ---------------------------------------------------------------- cleaned text

BlockKind = Literal[
    "paragraph", "break", "heading", "quote", "verse", "pre", "list_item", "table_row", "note"
]  # fmt: skip


@value(frozen=True, slots=True)
class Mark:
    """Formatting over text[start:end], in Unicode code points, half open.

    Inline kinds: emphasis, strong, underline, strike, superscript, subscript, code, link (value:
    address), image (zero width; value: JSON {"src", "alt"}). Block kinds are those of Block but
    paragraph.
    """

    start: int
    end: int
    kind: str
    value: str = ""
    depth: int = 0


@value(frozen=True, slots=True)
class Block:
    """One block of prose with the inline marks over its own text.

    `depth` is the nesting of quotes or lists (0 outside). `value` is a heading's level ("1".."6"),
    or what a break was on the page: "symbol" (text is as typed), "rule", "gap", "image" (text is
    "* * *").
    """

    kind: BlockKind
    text: str
    marks: tuple[Mark, ...] = ()
    depth: int = 0
    value: str = ""


# ---------------------------------------------------------------- the record

Method = Literal[
    "markup", "label", "byline", "position", "title_tag", "index_page", "mail_header",
    "site_template", "archive_db", "url", "inferred", "manual",
]  # fmt: skip


@value(frozen=True, slots=True)
class Evidence:
    """How one value was found. A field that was looked for in vain has value None and a reason."""

    value: str | None
    method: Method
    raw: str = ""  # the text on the page it was read from
    place: str = ""  # "head", "tail", "title", an element path, a header name ...
    confidence: float = 1.0  # 0..1
    reason: str = ""  # why the value is null, or why it won over another candidate


@value(frozen=True, slots=True)
class Author:
    name: str
    url: str | None = None  # a page or mailto: address


DisclaimerPlace = Literal["header", "field", "first_paragraph", "note", "tail", "template"]
DisclaimerScope = Literal["story", "series", "chapter", "site"]


@value(frozen=True, slots=True)
class Disclaimer:
    text: str  # without its label
    label: str | None  # as typed, without its separator: "Disclaimer"
    place: DisclaimerPlace
    scope: DisclaimerScope = "story"
    rights_holders: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Tag:
    """kind: fandom, pairing, character, category, genre, rating, warning, spoiler, keyword."""

    kind: str
    value: str


@value(frozen=True, slots=True)
class Note:
    """kind: note, dedication, credits, feedback, permission, rights, music, setting, other."""

    text: str
    place: Literal["head", "tail", "inside"]
    label: str | None = None
    kind: str = "note"


@value(frozen=True, slots=True)
class Date:
    """value is "2003", "2003-06" or "2003-06-17" as far as the page says; raw is what it says."""

    value: str
    raw: str


@value(frozen=True, slots=True)
class Series:
    name: str | None
    position: int | None = None  # "part n"
    of: int | None = None  # "of m"


LinkKind = Literal[
    "link",      # ordinary
    "story",     # an index page's entry: text is the title, `author` who wrote it
    "chapter",   # another chapter or part of the same work
    "index",     # a listing page: by author, by title, next page of a list
    "frame",     # a frameset's story frame
    "alias",     # print or mobile view of this same text
    "canonical", # <link rel=canonical>
    "redirect",  # Location
    "ignore",    # reviews, reply forms, logins, sort orders: never followed, listed for the proof
]  # fmt: skip


@value(frozen=True, slots=True)
class Link:
    url: str  # absolute, canonical (urls.canonical), no fragment
    text: str = ""
    kind: LinkKind = "link"
    author: str | None = None
    position: int | None = None  # chapter number, for kind "chapter"
    updated: str | None = None  # when a feed or sitemap says it changed: "2026-11-22T18:22:39Z"


@value(frozen=True, slots=True)
class Section:
    """One chapter of several on a page: `start` to `end` (half open) of the part's prose blocks.

    The id is the site's own, so that a chapter stays the same one on whichever page it is met;
    where the page tells none, it is the number that the page gives the chapter.
    """

    chapter_id: str  # "post-123", "chapters/45", "chapter=2"
    start: int
    end: int
    title: str | None = None
    notes: tuple[Note, ...] = ()
    published: Date | None = None
    position: int | None = None  # the chapter's number, where the work counts its chapters


@value(frozen=True, slots=True)
class Part:
    """What one page gives by itself. Same bytes, same code, same part."""

    url: str
    outcome: Outcome
    engine: str = "generic"
    engine_version: int = 1
    profile: str | None = None
    reason: str = ""  # why this outcome, in words
    work_id: str | None = None  # the site's own id of the story ("sid=12"), else the address
    chapter_id: str | None = None  # the site's own id of the chapter
    position: int | None = None  # of the chapter in its story, 1-based, where the page says so
    of: int | None = None  # how many chapters the page says there are
    title: str | None = None  # of the story
    chapter_title: str | None = None
    authors: tuple[Author, ...] = ()
    disclaimers: tuple[Disclaimer, ...] = ()
    summary: str | None = None
    tags: tuple[Tag, ...] = ()
    notes: tuple[Note, ...] = ()
    series: Series | None = None
    published: Date | None = None
    updated: Date | None = None
    status: Literal["complete", "in_progress", "abandoned"] | None = None
    language: str | None = None  # BCP 47
    words_stated: int | None = None
    prose_words: int = 0  # that the prose has; set by derive, for what knows parts without prose
    fields: Mapping[str, str] = field(default_factory=dict)  # other labels as typed -> text
    prose: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()  # where the page holds chapters that have ids of their own
    chrome: tuple[str, ...] = ()  # every text that was cut away, in page order
    links: tuple[Link, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    # text_sha256 of the first and last blocks of the prose, so that assemble can find template text
    # that repeats over a host without reading every body; set by derive.
    head_sha256: tuple[str, ...] = ()
    tail_sha256: tuple[str, ...] = ()


# ---------------------------------------------------------------- assembled


@value(frozen=True, slots=True)
class Version:
    """What a chapter said from `first_seen` to `last_seen`, by the current engine and profile."""

    prose: tuple[Block, ...]
    first_seen: str  # fetched_at of the first capture that said so
    last_seen: str
    capture: Capture | None = None  # the first capture that said so


EventKind = Literal[
    "new",         # first seen: the story, or a chapter of it
    "changed",     # the text of a chapter
    "gone",        # its page showed that it was taken away
    "back",        # its page has it again
    "missing",     # it was not there, with too many others at once to believe it (assemble.brake)
    "title", "author", "summary", "disclaimer",  # what the pages say of the story
]  # fmt: skip


@value(frozen=True, slots=True)
class Event:
    """Something that became of a story on its site, and the capture that showed it first."""

    at: str  # fetched_at of that capture
    kind: EventKind
    chapter: str | None = None  # the key of the chapter it is about; None: the whole story
    before: str | None = None  # of title, author, summary and disclaimer: what was said, and is
    after: str | None = None
    reason: str = ""  # in words
    capture: Capture | None = None


@value(frozen=True, slots=True)
class Chapter:
    key: str  # the site's own chapter id, else the page's canonical URL; never a list index
    url: str
    position: int  # 1-based, dense
    title: str | None
    prose: tuple[Block, ...]
    capture: Capture | None = None  # the one it was read from; None where a file was cleaned
    notes: tuple[Note, ...] = ()
    superseded: tuple[Version, ...] = ()  # oldest first; the current one is `prose`
    first_seen: str | None = None  # of the current version
    last_seen: str | None = None
    gone_since: str | None = None  # fetched_at of the first capture that showed it gone


@value(frozen=True, slots=True)
class Story:
    key: str
    host: str
    url: str  # of its first chapter
    title: str | None
    authors: tuple[Author, ...]
    disclaimers: tuple[Disclaimer, ...]
    summary: str | None
    tags: tuple[Tag, ...]
    notes: tuple[Note, ...]
    series: Series | None
    published: Date | None
    updated: Date | None
    status: str | None
    language: str | None
    fields: Mapping[str, str]
    chapters: tuple[Chapter, ...]
    chrome: tuple[str, ...]
    evidence: Mapping[str, tuple[Evidence, ...]]
    engine: str
    profile: str | None
    aliases: tuple[str, ...] = ()  # other addresses of the same text
    sources: tuple[str, ...] = ()  # names of the sources that brought it
    gone_since: str | None = None
    events: tuple[Event, ...] = ()  # in order of time


@value(frozen=True, slots=True)
class SiteFact:
    """A text that belongs to a site's template: kind "disclaimer", "chrome" or "title".

    A host may hold many sites (~mary/, /archive/), so a fact is about the pages below `prefix`.
    """

    host: str
    kind: str
    text_sha256: str  # text_sha256() of it
    pages: int  # story pages that carry it
    authors: int  # distinct authors among them
    prefix: str = "/"


DamageKind = Literal[
    "missing", "size", "sha256", "manifest", "torn", "framing", "digest", "pair", "row", "database",
    "index", "unreadable",
]  # fmt: skip


@value(frozen=True, slots=True)
class Damage:
    """One thing on disk that is not as it was written: what `verify` finds and `repair` mends."""

    file: str  # its name, "storykeep-20261122180000-00001.warc.gz" or "archive.db"
    kind: DamageKind
    why: str  # in words
    offset: int | None = None  # bytes from `offset` to `end` of the file; None: all of it
    end: int | None = None
    url: str = ""  # of the capture it concerns, where that is known


@dataclass
class Report:
    """What one run did; the numbers are pages unless the name says otherwise."""

    requests: int = 0
    received_bytes: int = 0
    captures: int = 0
    stories_new: int = 0
    stories_changed: int = 0
    refused_by_robots: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)  # (url, what went wrong)
    waiting: int = 0  # due, not asked in this run (limit, a host that rests)
    warcs: list[str] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)  # what the start of the run had to mend
    damage: list[str] = field(default_factory=list)  # sealed files that are not as they were
    unwritten: list[str] = field(default_factory=list)  # feeds, and why
    sample_due: int = 0  # pages of the bundled sample that only `sample --run` can fetch
    next_due: str | None = None  # when the next page is due, as FrontierPage.next_due
    # by host: seconds from the end of one answer to the next request, by a steady clock
    least_gap: dict[str, float] = field(default_factory=dict)
    resting: list[tuple[str, str]] = field(default_factory=list)  # (host, why it is left alone)
    unreachable: list[str] = field(default_factory=list)  # hosts without a robots.txt for a month
    # (host, how many of its stories are missing, why that is not believed): a user has to say so
    undecided: list[tuple[str, int, str]] = field(default_factory=list)
    # (kind of address, its pages not asked for): the last of them brought nothing new
    traps: list[tuple[str, int]] = field(default_factory=list)
    number: int = 0  # of the run, as `status --run` takes it
    stories_gone: int = 0
    stories_back: int = 0
    unchanged: int = 0  # asked for, and the same as before
    notes: list[str] = field(default_factory=list)  # what a person may want to know, the first 100
    unnotified: list[str] = field(default_factory=list)  # notifications that failed, and why
    ended: str = ""  # "killed", or the error that ended the run before its time
    stopped: str = ""  # why the run ended before all that was due was asked: no room on a disk
    bounded: list[str] = field(default_factory=list)  # what else ended it early: budgets, hours
