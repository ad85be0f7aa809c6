"""The JSON record: one shape for stories and for everything else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.model import (
    Author,
    Block,
    Capture,
    Chapter,
    Date,
    Disclaimer,
    Evidence,
    Link,
    Mark,
    Note,
    Outcome,
    Part,
    Series,
    Story,
    Tag,
    Version,
)
from storykeep.record import part_record, story_record

DOCUMENT = Path(__file__).parent.parent / "docs" / "record.md"

CAPTURE = Capture(
    url="http://h.example/1",
    source="example",
    fetched_at="2026-11-22T18:22:39.123456Z",
    status=200,
    mime="text/html",
    payload_sha1="sha1:ABC",
    payload_sha256="00",
    warc="a.warc.gz",
    offset=10,
    length=20,
    record_id="<urn:uuid:1>",
)
PROSE = (
    Block("paragraph", "She ran.", (Mark(4, 7, "emphasis"),)),
    Block("break", "* * *", value="rule"),
    Block("quote", "Run!", depth=1),
)
PART = Part(
    url="http://h.example/v.php?sid=1",
    outcome="story",
    engine="efiction",
    profile="h",
    chapter_id="7",
    position=2,
    title="The Lantern",
    chapter_title="Dusk",
    authors=(Author("mako", "mailto:mako@mail.example"),),
    disclaimers=(Disclaimer("Not mine.", "Disclaimer", "header", "site", ("W. B.",)),),
    summary="A lamp goes out.",
    tags=(Tag("rating", "PG"),),
    notes=(Note("Thanks.", "tail", label="A/N"),),
    series=Series("Lights", 2, 3),
    published=Date("2003-06", "June 2003"),
    status="complete",
    language="en",
    fields={"Archive": "ask"},
    prose=PROSE,
    chrome=("print",),
    links=(Link("http://h.example/print", kind="alias"), Link("http://h.example/x")),
    evidence={"title": (Evidence("The Lantern", "markup", raw="<h1>", place="h1"),)},
    warnings=("odd",),
)
STORY = Story(
    key="h.example sid=1",
    host="h.example",
    url=PART.url,
    title=PART.title,
    authors=PART.authors,
    disclaimers=PART.disclaimers,
    summary=PART.summary,
    tags=PART.tags,
    notes=PART.notes,
    series=PART.series,
    published=PART.published,
    updated=None,
    status=PART.status,
    language=PART.language,
    fields=PART.fields,
    chapters=(
        Chapter(
            "7",
            PART.url,
            1,
            "Dusk",
            PROSE,
            capture=CAPTURE,
            notes=PART.notes,
            superseded=(Version(PROSE[:1], "2025", "2026", CAPTURE),),
            first_seen="2026",
            last_seen="2027",
        ),
    ),
    chrome=PART.chrome,
    evidence=PART.evidence,
    engine=PART.engine,
    profile=PART.profile,
    aliases=("http://h.example/print",),
    sources=("example",),
    gone_since="2028",
)


def shape(value: object) -> object:
    """Return the keys of a record, in order, all the way down."""
    if isinstance(value, dict):
        return [(key, shape(each)) for key, each in value.items()]
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


def test_a_story_and_a_page_have_one_shape():
    """`clean`, `show` and a crawl give the same keys in the same order."""
    story, part = story_record(STORY, id="abcd1234"), part_record(PART)
    assert list(story) == list(part)
    (in_story,), (in_part,) = story.pop("chapters"), part.pop("chapters")
    assert list(in_story) == list(in_part)
    assert shape(story["evidence"]) == shape(part["evidence"])


@pytest.mark.parametrize("outcome", [one for one in get_args(Outcome) if one != "story"])
def test_what_is_no_story_has_no_chapters(outcome):
    """The outcome says what a page is; it keeps the shape, and prose becomes no chapter."""
    record = part_record(Part("http://h.example/", outcome, reason="because", prose=PROSE))
    assert list(record) == list(part_record(PART))
    assert (record["outcome"], record["reason"]) == (outcome, "because")
    assert record["chapters"] == []
    assert record["words"] == 0
    assert record["title"] is None


def test_the_values_of_a_page():
    """Every field of the part is in its record, under the names of docs/record.md."""
    record = part_record(PART)
    assert record["url"] == "http://h.example/v.php?sid=1"
    assert record["authors"] == [{"name": "mako", "url": "mailto:mako@mail.example"}]
    assert record["disclaimers"] == [
        {
            "text": "Not mine.",
            "label": "Disclaimer",
            "place": "header",
            "scope": "site",
            "rights_holders": ["W. B."],
        }
    ]
    assert record["tags"] == [{"kind": "rating", "value": "PG"}]
    assert record["notes"] == [{"text": "Thanks.", "label": "A/N", "place": "tail", "kind": "note"}]
    assert record["series"] == {"name": "Lights", "position": 2, "of": 3}
    assert record["published"] == {"value": "2003-06", "raw": "June 2003"}
    assert record["updated"] is None
    assert record["site"] == "h.example"
    assert record["aliases"] == ["http://h.example/print"]
    assert record["chrome"] == ["print"]
    assert record["warnings"] == ["odd"]
    assert record["evidence"]["title"][0] == {
        "value": "The Lantern",
        "method": "markup",
        "raw": "<h1>",
        "place": "h1",
        "confidence": 1.0,
        "reason": "",
    }
    (chapter,) = record["chapters"]
    assert (chapter["key"], chapter["position"], chapter["title"]) == ("7", 2, "Dusk")
    assert chapter["capture"] is None


def test_the_text_of_a_chapter():
    """Text, marks by offset, blocks as Markdown, and what is counted of them."""
    (chapter,) = story_record(STORY, id="abcd1234")["chapters"]
    assert chapter["text"] == "She ran.\n\n* * *\n\nRun!"
    assert chapter["words"] == 3
    assert chapter["scene_breaks"] == 1
    assert chapter["sha256"] == hashlib.sha256(chapter["text"].encode()).hexdigest()
    assert chapter["marks"][0] == {
        "start": 4,
        "end": 7,
        "kind": "emphasis",
        "value": "",
        "depth": 0,
    }
    assert [block["kind"] for block in chapter["blocks"]] == ["paragraph", "break", "quote"]
    assert chapter["blocks"][0]["markdown"] == "She *ran*."
    assert chapter["blocks"][1]["value"] == "rule"


def test_a_record_names_its_captures():
    """Each chapter and each older version points to the record that it was read from."""
    record = story_record(STORY, id="abcd1234")
    (chapter,) = record["chapters"]
    assert record["id"] == "abcd1234"
    assert chapter["capture"] == {
        "warc": "a.warc.gz",
        "offset": 10,
        "length": 20,
        "record_id": "<urn:uuid:1>",
        "digest": "sha1:ABC",
        "sha256": "00",
        "fetched_at": "2026-11-22T18:22:39.123456Z",
        "url": "http://h.example/1",
        "origin": "live",
        "form": "verbatim",
        "source_uri": None,
        "captured_by": None,
        "taken_at": None,
    }
    (version,) = chapter["versions"]
    assert version["text"] == "She ran."
    assert version["capture"] == chapter["capture"]
    assert (version["first_seen"], version["last_seen"]) == ("2025", "2026")


def test_a_saved_file_without_address_has_no_site():
    """`clean FILE` knows no host; nothing is guessed."""
    assert part_record(Part("file:///saved.html", "story"))["site"] is None


@given(st.text(max_size=30))
def test_any_text_can_be_hashed_and_written(text):
    """Half a surrogate pair is no reason to fail."""
    part = Part("http://h.example/", "story", prose=(Block("paragraph", text + "\ud800x"),))
    record = part_record(part)
    assert json.loads(json.dumps(record)) == record


def test_every_key_is_documented():
    """docs/record.md names every key of the record."""
    document = DOCUMENT.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z0-9_]+)`", document))

    def keys(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for each in value.values() for key in keys(each)}
        return {key for each in value for key in keys(each)} if isinstance(value, list) else set()

    record = story_record(STORY, id="abcd1234")
    record["fields"] = {}  # its keys are what pages say
    assert keys(record) <= named
