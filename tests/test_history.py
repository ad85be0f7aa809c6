"""A story as it was at any moment is what would have been assembled then; a diff loses no word."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep import history, textdiff
from storykeep.assemble import Piece, compose, survey
from storykeep.assemble.sameness import is_site_line, says_the_same
from storykeep.errors import UsageError
from storykeep.model import Author, Block, Evidence, Part, Story
from tests.test_assemble import HOST, assembled, capture, story_part

PAGE = f"{HOST}/1.html"


def piece(day: int, text: str, title: str = "The Lamp", author: str = "Ana") -> Piece:
    """Return a reading of one page on a day of May, by a run of its own."""
    found = capture(
        PAGE, day, fetched_at=f"2026-05-{day:02d}T12:00:00.000000Z", warc=f"r{day:02d}.warc.gz"
    )
    if text == "gone":
        return Piece(found, Part(PAGE, "gone", reason="status 404"))
    part = story_part(
        "/1.html", text, title=title, authors=(Author(author),),
        evidence={"title": (Evidence(title, "markup"),)}, prose_words=100,
    )  # fmt: skip
    return Piece(found, part)


def said(story: Story | None) -> object:
    """Return what a story says, and whether it was there."""
    if story is None:
        return None
    texts = [[block.text for block in chapter.prose] for chapter in story.chapters]
    names = [author.name for author in story.authors]
    return texts, story.title, names, story.gone_since, story.chapters[0].gone_since


READINGS = st.lists(
    st.tuples(
        st.sampled_from(["The sea rose.", "The sea fell.", "Nobody saw the sea.", "gone"]),
        st.sampled_from(["The Lamp", "The Oar"]),
        st.sampled_from(["Ana", "Bea"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(READINGS)
def test_as_of_is_what_would_have_been_assembled_then(readings: list[tuple[str, str, str]]) -> None:
    """Text, title, author and absence, on every day."""
    pieces = [piece(day, *each) for day, each in enumerate(readings, 1)]
    stories = assembled(pieces)
    if not stories:
        return
    for day in range(1, len(pieces) + 1):
        then = assembled(pieces[:day])
        was = history.as_of(stories[0], f"2026-05-{day:02d}")
        assert said(was) == said(then[0] if then else None)


@settings(deadline=None, max_examples=60)
@given(READINGS)
def test_every_version_is_another_and_the_last_one_is_now(
    readings: list[tuple[str, str, str]],
) -> None:
    """They are numbered from 1, in order of time; each differs from the one before it."""
    stories = assembled([piece(day, *each) for day, each in enumerate(readings, 1)])
    if not stories:
        return
    known = history.editions(stories[0])
    assert [each.number for each in known] == list(range(1, len(known) + 1))
    texts = [said(history.edition(stories[0], each.number))[:3] for each in known]  # type: ignore[index]
    assert all(one != two for one, two in pairwise(texts))
    assert texts[-1] == said(stories[0])[:3]  # type: ignore[index]
    with pytest.raises(UsageError, match="no number"):
        history.edition(stories[0], len(known) + 1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", "2026"),
        ("2026-05", "2026-05"),
        ("2026-05-01", "2026-05-01"),
        ("2026-05-01 12:30", "2026-05-01T12:30"),
        ("2026-05-01T12:30:07Z", "2026-05-01T12:30:07"),
    ],
)
def test_a_moment_is_the_beginning_of_a_capture_date(text: str, moment: str) -> None:
    """So that a year means its end, and a day its evening."""
    assert history.read_moment(text) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13", "2026-02-30", "26-05-01", "2026-5-1"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """With the forms that are understood."""
    with pytest.raises(UsageError, match="is no date"):
        history.read_moment(text)


# ---------------------------------------------------------------- diff

PROSE = st.lists(st.text(alphabet="ab .,é\n", max_size=30), max_size=8)


@given(st.text(alphabet="ab .,é", max_size=60), st.text(alphabet="ab .,é", max_size=60))
def test_no_word_is_lost_between_two_texts(was: str, now: str) -> None:
    """What stayed and went is the old text, what stayed and came the new one."""
    found = textdiff.words(was, now)
    assert "".join(text for sign, text in found if sign != "+") == was
    assert "".join(text for sign, text in found if sign != "-") == now


@given(PROSE, PROSE)
def test_no_paragraph_is_lost(was: list[str], now: list[str]) -> None:
    """Each old and each new paragraph is told of once, in its order."""
    old, new, at = [], [], 0
    for each in textdiff.paragraphs(was, now):
        if each.change == "same":
            start = len(old)
            old += was[start : start + each.count]
            new += now[at : at + each.count]
            at += each.count
            continue
        if each.change != "added":
            old.append("".join(text for sign, text in each.words if sign != "+"))
        if each.change != "removed":
            new.append("".join(text for sign, text in each.words if sign != "-"))
            at += 1
    assert (old, new) == (was, now)


def test_an_edited_paragraph_shows_its_words() -> None:
    """Phrases, not splinters; what is new beside it is new."""
    was = ["The keeper counted the waves that evening.", "He slept."]
    now = ["The keeper counted all waves, twice, that evening.", "It rained.", "He slept."]
    changed, added, same = textdiff.paragraphs(was, now)
    assert changed.words == (
        ("=", "The keeper counted "), ("-", "the"), ("+", "all"), ("=", " waves"),
        ("+", ", twice,"), ("=", " that evening."),
    )  # fmt: skip
    assert (added.change, added.words) == ("added", (("+", "It rained."),))
    assert same.change == "same"


# ---------------------------------------------------------------- the site's own lines


@pytest.mark.parametrize(
    "text",
    [
        "You are visitor number 1037.", "Hits: 1,204", "1,204 visitors since 1999", "Reviews (12)",
        "This page was last updated on 1 May 2004.", "Last modified: 2004-05-03 10:15 PM",
        "Monday, May 3, 2004", "05/03/04", "Copyright 2004 by Ann", "© 2004", "12 users online",
        "Today is May 3", "Page generated in 0.03 seconds",
    ],
)  # fmt: skip
def test_counters_and_dates_are_lines_of_the_site(text: str) -> None:
    """At the edges of a text they make no new version."""
    assert is_site_line(Block("paragraph", text))
    story = [Block("paragraph", f"Line {number} of the story.") for number in range(20)]
    assert says_the_same([*story, Block("paragraph", text)], story)


@pytest.mark.parametrize(
    "text",
    ["It was 1942.", "May", "Chapter 2", "He had visited it 3 times that year.", "1984",
     "The date was 12 May, and it rained.", "Three readers came.", "Generated by the sea"],
)  # fmt: skip
def test_what_a_story_may_say_is_its_own(text: str) -> None:
    """Also where it has a number in it."""
    assert not is_site_line(Block("paragraph", text))


def test_plans_of_a_story_do_not_depend_on_the_order_of_its_captures() -> None:
    """Events and absences neither."""
    pieces = [piece(n, text) for n, text in enumerate(("One.", "gone", "Two.", "gone"), 1)]
    found = []
    for order in (pieces, pieces[::-1]):
        plan = survey(order).plans[0]
        found.append(compose(plan, (), lambda each: each.part.prose))
    assert found[0] == found[1]
    assert [event.kind for event in found[0].events] == ["new", "gone", "changed", "back", "gone"]
