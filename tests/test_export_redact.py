"""E-mail addresses stay in the archive: none leaves it in an export, and marks stay in place."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.export import FORMATS, Options, render
from storykeep.export.redact import REDACTED, redact, redact_block, without_emails
from storykeep.model import Author, Block, Chapter, Disclaimer, Evidence, Mark, Note, Story, Version


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail me@home.example now", "mail [e-mail] now"),
        ("<me.and+you@mail.home.example>.", "<[e-mail]>."),
        ("me@home.example.", "[e-mail]."),
        ("me@home.example, you@home.example", "[e-mail], [e-mail]"),
        ("mailto:me@home.example?subject=hi", "[e-mail]?subject=hi"),
        ("MAILTO: me@home.example", "[e-mail]"),
        ("http://h.example/m.cgi?to=me%40home.example", "http://h.example/m.cgi?to=[e-mail]"),
        ("_me@home.example_", "[e-mail]_"),
        ("ü.ö@bücher.example", "[e-mail]"),
        ("a@b@home.example", "a@[e-mail]"),
        ("Br@nw3n smiled", "Br@nw3n smiled"),
        ("name at site dot com", "name at site dot com"),
        ("user@localhost", "user@localhost"),
        ("@me and me@", "@me and me@"),
        ("at 5@1.50 each", "at 5@1.50 each"),
        ("me @ home.example", "me @ home.example"),
        ("me@home.c0m", "me@home.c0m"),
        ("", ""),
    ],
)
def test_addresses_are_told_from_names(text, expected):
    """A domain with a dot and letters makes an address; "Br@nw3n" is a name."""
    assert redact(text) == expected


@given(st.text(st.sampled_from("ab.@-%40 :mailto[]ü\n"), max_size=60))
def test_redaction_is_idempotent(text):
    """What is redacted holds no address any more."""
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("text", ["a" * 300_000, "a@" * 150_000, "a.@" * 100_000, "@a." * 100_000])
def test_a_long_word_takes_no_time(text):
    """A hostile page cannot keep the export busy."""
    before = time.process_time()
    redact(text)
    assert time.process_time() - before < 5


PIECES = st.lists(
    st.sampled_from(["me@home.example", "word", " ", "mailto:a@b.example", "é", "Br@nw3n", ". "]),
    max_size=8,
)


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    text = "".join(draw(PIECES))
    offsets = st.integers(0, len(text))
    marks = draw(
        st.lists(
            st.tuples(offsets, offsets, st.sampled_from(["emphasis", "strong", "link"])), max_size=5
        )
    )
    spans = [Mark(min(a, b), max(a, b), kind) for a, b, kind in marks if a != b]
    return Block("paragraph", text, tuple(sorted(spans, key=order)))


def order(mark: Mark) -> tuple[int, int, int, str]:
    return mark.start, -mark.end, mark.depth, mark.kind


@given(blocks())
def test_marks_cover_the_same_words_after_a_replacement(block):
    """For every mark, the words that it covered are covered still, an address as "[e-mail]"."""
    found = redact_block(block)
    assert found.text == redact(block.text)
    assert list(found.marks) == sorted(found.marks, key=order)
    # Each letter is labelled with its marks; outside of addresses nothing may have changed.
    before = labelled(block)
    after = labelled(found)
    outside = [pair for pair in after if pair[0] not in REDACTED]
    assert is_subsequence(outside, before)
    for mark in found.marks:
        assert 0 <= mark.start < mark.end <= len(found.text)


def labelled(block: Block) -> list[tuple[str, frozenset[str]]]:
    return [
        (sign, frozenset(mark.kind for mark in block.marks if mark.start <= at < mark.end))
        for at, sign in enumerate(block.text)
    ]


def is_subsequence(part: list, whole: list) -> bool:
    rest = iter(whole)
    return all(any(each == other for other in rest) for each in part)


def test_a_mark_at_each_edge_of_an_address():
    """A mark that begins or ends inside an address takes all of "[e-mail]" in or ends with it."""
    text = "To me@home.example now"
    start, end = text.index("me"), text.index(" now")
    block = Block(
        "paragraph",
        text,
        (
            Mark(0, start + 2, "emphasis"),
            Mark(0, start, "strike"),
            Mark(start, end, "strong"),
            Mark(start + 2, len(text), "underline"),
            Mark(end, len(text), "code"),
            Mark(start, end, "link", "mailto:me@home.example"),
        ),
    )
    found = redact_block(block)
    assert found.text == "To [e-mail] now"
    covered = {mark.kind: found.text[mark.start : mark.end] for mark in found.marks}
    assert covered == {
        "emphasis": "To [e-mail]",
        "strike": "To ",
        "strong": "[e-mail]",
        "underline": "[e-mail] now",
        "code": " now",
    }


def test_a_mail_link_over_words_is_a_link_no_more():
    """The words of `<a href="mailto:...">write to me</a>` stay, its target does not."""
    block = Block("paragraph", "write to me", (Mark(0, 11, "link", "MailTo:me@home.example"),))
    assert redact_block(block) == Block("paragraph", "write to me")


def test_an_untouched_block_is_the_same_object():
    """Most of an archive has no address in it; nothing is made anew."""
    block = Block("paragraph", "a", (Mark(0, 1, "link", "http://h.example/"),))
    assert redact_block(block) is block


EMAIL = "secret@home.example"


def told(**rest: object) -> Story:
    prose = (Block("paragraph", f"Mail {EMAIL}.", (Mark(0, 4, "link", f"mailto:{EMAIL}"),)),)
    given: dict[str, object] = {
        "key": "k",
        "host": "h.example",
        "url": "http://h.example/1",
        "title": f"To {EMAIL}",
        "authors": (
            Author(f"mako ({EMAIL})", f"mailto:{EMAIL}"),
            Author("A", "http://h.example/a"),
        ),
        "disclaimers": (Disclaimer(f"Sue {EMAIL}", EMAIL, "header", rights_holders=(EMAIL,)),),
        "summary": EMAIL,
        "tags": (),
        "notes": (Note(f"Write to {EMAIL}", "tail", label=EMAIL),),
        "series": None,
        "published": None,
        "updated": None,
        "status": None,
        "language": None,
        "fields": {"E-mail": EMAIL, EMAIL: "x"},
        "chapters": (
            Chapter(
                "1",
                "http://h.example/1",
                1,
                EMAIL,
                prose,
                notes=(Note(EMAIL, "head"),),
                superseded=(Version(prose, "2026", "2027"),),
            ),
        ),
        "chrome": (EMAIL,),
        "evidence": {"authors": (Evidence(EMAIL, "byline", raw=f"<a href=mailto:{EMAIL}>"),)},
        "engine": "generic",
        "profile": None,
        **rest,
    }
    return Story(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", FORMATS)
def test_no_address_leaves_in_any_format(format_):
    """Header, notes, prose, chrome, evidence, older versions: all are without, by default."""
    text = render(told(), id="x", format=format_)
    assert "secret" not in text
    assert "mailto" not in text.lower()
    assert REDACTED in text
    assert EMAIL in render(told(), id="x", format=format_, options=Options(emails=True))


def test_page_addresses_are_kept():
    """The address of a page is its proof, not somebody's mailbox."""
    url = "http://h.example/list?user=a@b.example"
    story = told(url=url, aliases=(url,))
    assert without_emails(story).url == url
    assert without_emails(story).aliases == (url,)
    assert [author.url for author in without_emails(story).authors] == [None, "http://h.example/a"]


def test_the_marks_of_a_record_fit_its_text():
    """In JSON Lines, offsets count in the text that is printed."""
    block = Block(
        "paragraph", f"{EMAIL} said no", (Mark(len(EMAIL) + 6, len(EMAIL) + 8, "strong"),)
    )
    story = told(chapters=(Chapter("1", "http://h.example/1", 1, None, (block,)),))
    (chapter,) = json.loads(render(story, id="x", format="jsonl"))["chapters"]
    (mark,) = chapter["marks"]
    assert chapter["text"][mark["start"] : mark["end"]] == "no"
