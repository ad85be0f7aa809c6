"""Captures and stories for tests of the database and of what reads it."""

from __future__ import annotations

from dataclasses import replace

from storykeep.model import (
    Author,
    Block,
    Capture,
    Chapter,
    Date,
    Disclaimer,
    Evidence,
    Mark,
    Note,
    Series,
    Story,
    Tag,
    Version,
)

HOST = "stories.example"


def capture_for(number=1, **changes):
    """Return a capture of a page of its own."""
    return replace(
        Capture(
            url=f"http://{HOST}/s{number}.html",
            source="test",
            fetched_at=f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z",
            status=200,
            mime="text/html",
            payload_sha1=f"sha1:{number}",
            payload_sha256=f"{number:064x}",
            warc="a-1.warc.gz",
            offset=number * 100,
            length=99,
            record_id=f"<urn:uuid:{number}>",
        ),
        **changes,
    )


def prose_of(*texts):
    """Return paragraphs."""
    return tuple(Block("paragraph", text) for text in texts)


def story_of(name, *texts, **changes):
    """Return a story of one chapter for each text."""
    url = f"http://{HOST}/{name}/1.html"
    chapters = tuple(
        Chapter(
            f"http://{HOST}/{name}/{n}.html",
            f"http://{HOST}/{name}/{n}.html",
            n,
            None,
            prose_of(text),
        )
        for n, text in enumerate(texts or ("Some words.",), 1)
    )
    return replace(
        Story(
            key=url, host=HOST, url=url, title=name, authors=(Author("mako"),), disclaimers=(),
            summary=None, tags=(), notes=(), series=None, published=None, updated=None, status=None,
            language=None, fields={}, chapters=chapters, chrome=(), evidence={}, engine="generic",
            profile=None,
        ),
        **changes,
    )  # fmt: skip


def full_story(captures):
    """Return a story that has something in every field."""
    prose = (
        Block("heading", "Part one", value="2"),
        Block("paragraph", "It was dark & “cold”.", (Mark(7, 11, "emphasis"),)),
        Block("break", "* * *", value="rule"),
        Block("quote", "Naïve, he said.", depth=1),
    )
    first = Chapter(
        "c7", f"http://{HOST}/full/1.html", 1, "One", prose, captures[1],
        notes=(Note("Thanks.", "tail", "A/N"),),
        superseded=(Version(prose_of("Older."), "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", captures[0]),),
        first_seen="2026-01-01T00:00:01Z", last_seen="2026-01-02T00:00:00Z",
        gone_since="2026-02-01T00:00:00Z",
    )  # fmt: skip
    second = Chapter("c8", f"http://{HOST}/full/2.html", 2, None, prose_of("The end."))
    return Story(
        key=f"{HOST}/sid=3", host=HOST, url=f"http://{HOST}/full/1.html", title="A title",
        authors=(Author("mako", "mailto:m@h.example"), Author("Ann Óther")),
        disclaimers=(Disclaimer("Not mine.", "Disclaimer", "header", "site", ("Somebody",)),),
        summary="A keeper.", tags=(Tag("fandom", "Tides"), Tag("rating", "PG")),
        notes=(Note("Be kind.", "head", None, "feedback"),), series=Series("Shores", 2, None),
        published=Date("2003-06", "June 2003"), updated=None, status="complete", language="en",
        fields={"Zoo": "1", "Alpha": "2"}, chapters=(first, second), chrome=("print", "home"),
        evidence={"title": (Evidence("A title", "markup", "A title", "h1", 0.75),)},
        engine="efiction", profile="example", aliases=(f"http://{HOST}/full/print.html",),
        sources=("test",), gone_since="2026-02-01T00:00:00Z",
    )  # fmt: skip
