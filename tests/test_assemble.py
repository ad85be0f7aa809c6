"""Parts of a host in any order give the same stories, with the right titles, chapters and scopes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.assemble import Piece, compose, survey
from storykeep.assemble.compose import edges
from storykeep.assemble.drafts import filled
from storykeep.assemble.grouping import base_title
from storykeep.model import (
    Author,
    Block,
    Capture,
    Disclaimer,
    Evidence,
    Link,
    Outcome,
    Part,
    Section,
    Story,
    text_sha256,
)
from storykeep.outline import outline

HOST = "http://old.example"


def capture(url: str, number: int, **changes) -> Capture:
    made = Capture(
        url=url,
        source="s",
        fetched_at=f"2026-01-01T00:00:{number:02d}.000000Z",
        status=200,
        mime="text/html",
        payload_sha1="sha1:x",
        payload_sha256="x",
        warc="w.warc.gz",
        offset=number,
        length=1,
        record_id=f"<urn:uuid:{number}>",
    )
    return replace(made, **changes)


def prose(*texts: str) -> tuple[Block, ...]:
    return tuple(
        Block("break", text) if text == "* * *" else Block("paragraph", text) for text in texts
    )


def story_part(
    path: str, *texts: str, author: str | None = "Ana", title: str | None = None, **more
) -> Part:
    body = prose(*(texts or (f"A text of its own at {path}.",)))
    head, tail = edges(body)
    found = Evidence(title, "markup") if title else Evidence(None, "markup", reason="no heading")
    values = {
        "authors": (Author(author),) if author else (),
        "title": title,
        "evidence": {"title": (found,)},
        "prose": body,
        "head_sha256": head,
        "tail_sha256": tail,
    }
    return Part(f"{HOST}{path}", "story", **{**values, **more})


def page_part(path: str, outcome: Outcome, *links: Link, **more) -> Part:
    return Part(f"{HOST}{path}", outcome, links=links, **more)


def pieces_of(parts: list[Part]) -> list[Piece]:
    return [Piece(capture(part.url, number), part) for number, part in enumerate(parts)]


def assembled(pieces: list[Piece]) -> list[Story]:
    found = survey(pieces)
    return [compose(plan, found.facts, lambda piece: piece.part.prose) for plan in found.plans]


def only(pieces: list[Piece]) -> Story:
    (story,) = assembled(pieces)
    return story


DISCLAIMER = Disclaimer("They are not ours.", "Disclaimer", "header")


def whole_host() -> list[Part]:
    """Return the parts of a small host with all that assembly has to join."""
    return [
        page_part(
            "/titles.html",
            "index",
            Link(f"{HOST}/a/1.html", "The Lamp", "story", author="Ana"),
            Link(f"{HOST}/a/2.html", "The Oar", "story", author="Bea"),
        ),
        story_part("/a/1.html", author="Ana", disclaimers=(DISCLAIMER,)),
        story_part("/a/2.html", author=None, disclaimers=(DISCLAIMER,)),
        story_part("/a/3.html", author="Cleo", title="The Net", disclaimers=(DISCLAIMER,)),
        story_part("/b/view.php?sid=4&chapter=2", work_id="sid=4", position=2, title="Long"),
        story_part("/b/view.php?sid=4", work_id="sid=4", position=1, title="Long"),
        story_part("/b/view.php?print=1&sid=4", work_id="sid=4", title="Long"),
        story_part("/c/tide01.txt", title="Tide", position=1, of=2),
        story_part("/c/tide02.txt", title="Tide (part 2)", position=2, of=2),
        page_part("/old/1.html", "redirect", Link(f"{HOST}/a/1.html", kind="redirect")),
        page_part(
            "/frames.html", "frameset", Link(f"{HOST}/a/3.html", kind="frame"), title="The Net"
        ),
        page_part("/login.php", "login"),
    ]


@given(st.permutations(range(12)), st.permutations(range(12)))
def test_shuffled_parts_give_the_same_stories(one: list[int], other: list[int]) -> None:
    """Assembly is a function of the set of parts: neither their order nor the set's matters."""
    pieces = pieces_of(whole_host())
    assert assembled([pieces[i] for i in one]) == assembled([pieces[i] for i in other])


def test_a_host_becomes_its_stories() -> None:
    """Pages that are not stories become none, and parts, print views and frames join theirs."""
    stories = {story.title: story for story in assembled(pieces_of(whole_host()))}
    assert sorted(stories, key=str) == ["Long", "The Lamp", "The Net", "The Oar", "Tide"]
    assert [c.position for c in stories["Long"].chapters] == [1, 2]
    assert stories["Long"].key == "old.example/sid=4"
    assert stories["Long"].aliases == (f"{HOST}/b/view.php?print=1&sid=4",)
    assert [c.url for c in stories["Tide"].chapters] == [
        f"{HOST}/c/tide01.txt",
        f"{HOST}/c/tide02.txt",
    ]
    assert stories["The Lamp"].aliases == (f"{HOST}/old/1.html",)
    assert stories["The Net"].aliases == (f"{HOST}/frames.html",)


def test_a_title_from_an_index_page_says_so() -> None:
    """A page without a title takes the index entry's, with that as evidence and the null kept."""
    story = next(s for s in assembled(pieces_of(whole_host())) if s.title == "The Lamp")
    first, second = story.evidence["title"]
    assert (first.method, first.place) == ("index_page", f"{HOST}/titles.html")
    assert (second.value, second.reason) == (None, "no heading")


def test_an_author_from_an_index_page_fills_a_gap() -> None:
    """Where a page names nobody, the index page's author stands."""
    story = next(s for s in assembled(pieces_of(whole_host())) if s.title == "The Oar")
    assert story.authors == (Author("Bea"),)


def test_an_index_page_does_not_outvote_a_heading() -> None:
    """The page's own heading wins, and the index page's title is kept as evidence."""
    index = page_part("/i.html", "index", Link(f"{HOST}/1.html", "Lamp, The", "story"))
    story = only(pieces_of([index, story_part("/1.html", title="The Lamp")]))
    assert story.title == "The Lamp"
    assert [each.value for each in story.evidence["title"]] == ["The Lamp", "Lamp, The"]


def test_a_disclaimer_on_every_page_is_the_sites() -> None:
    """The same text on all story pages below a folder, by several authors, has scope site."""
    stories = assembled(pieces_of(whole_host()))
    scopes = {s.title: [d.scope for d in s.disclaimers] for s in stories if s.disclaimers}
    assert scopes == {"The Lamp": ["site"], "The Oar": ["site"], "The Net": ["site"]}


def test_an_authors_own_wording_is_not_the_sites() -> None:
    """One author who always says the same proves nothing about the site."""
    parts = [story_part(f"/a/{n}.html", disclaimers=(DISCLAIMER,)) for n in range(5)]
    assert {d.scope for story in assembled(pieces_of(parts)) for d in story.disclaimers} == {
        "story"
    }


def test_template_text_at_the_edge_is_cut_and_listed() -> None:
    """A line that ends every story of a site is its template's, and is listed as chrome."""
    foot = "Stories stay their authors'."
    parts = [
        story_part(f"/{n}.html", f"Story {n}.", "* * *", foot, author=author)
        for n, author in enumerate(("Ana", "Bea", "Cleo"))
    ]
    for story in assembled(pieces_of(parts)):
        assert [block.text for block in story.chapters[0].prose] == [f"Story {story.url[-6]}."]
        assert foot in story.chrome


def test_the_end_stays() -> None:
    """Authors end with "The End" on their own account, however many do."""
    parts = [
        story_part(f"/{n}.html", f"Story {n}.", "The End", author=author)
        for n, author in enumerate(("Ana", "Bea", "Cleo"))
    ]
    for story in assembled(pieces_of(parts)):
        assert story.chapters[0].prose[-1].text == "The End"


def test_a_site_name_is_no_title() -> None:
    """The same <title> on every story of several authors names the site, not a story."""
    found = (Evidence("Our Shelf", "title_tag"),)
    parts = [
        story_part(f"/{n}.html", author=author, title="Our Shelf", evidence={"title": found})
        for n, author in enumerate(("Ana", "Bea", "Cleo"))
    ]
    for story in assembled(pieces_of(parts)):
        assert story.title is None
        assert story.evidence["title"][0].reason


def test_a_vanished_page_keeps_its_last_reading() -> None:
    """404 after a story: the story stands, and the first capture that showed it gone dates it."""
    url = f"{HOST}/1.html"
    story = story_part("/1.html", title="The Lamp")
    gone = Part(url, "gone")
    pieces = [Piece(capture(url, n), part) for n, part in enumerate((story, gone, gone))]
    assert only(pieces).gone_since == "2026-01-01T00:00:01.000000Z"
    assert only(pieces).chapters[0].prose == story.prose


@pytest.mark.parametrize("outcome", ["error", "challenge"])
def test_trouble_is_not_deletion(outcome: Outcome) -> None:
    """A server that answers with an error says nothing about the story."""
    url = f"{HOST}/1.html"
    pieces = [
        Piece(capture(url, 0), story_part("/1.html")),
        Piece(capture(url, 1), Part(url, outcome)),
    ]
    assert only(pieces).gone_since is None


def test_a_story_that_came_back_is_not_gone() -> None:
    """The latest reading counts."""
    url = f"{HOST}/1.html"
    parts = (story_part("/1.html"), Part(url, "gone"), story_part("/1.html"))
    assert only([Piece(capture(url, n), part) for n, part in enumerate(parts)]).gone_since is None


def test_each_different_reading_is_a_version() -> None:
    """Readings that say the same are one version; an older text is kept whole."""
    url = f"{HOST}/1.html"
    parts = [story_part("/1.html", text) for text in ("First.", "First.", "Second.", "Second.")]
    chapter = only([Piece(capture(url, n), part) for n, part in enumerate(parts)]).chapters[0]
    (old,) = chapter.superseded
    assert [block.text for block in old.prose] == ["First."]
    assert (old.first_seen[17:19], old.last_seen[17:19]) == ("00", "01")
    assert (chapter.first_seen, chapter.last_seen) == (
        "2026-01-01T00:00:02.000000Z",
        "2026-01-01T00:00:03.000000Z",
    )


def test_a_cut_capture_does_not_replace_a_whole_one() -> None:
    """A truncated answer is kept, but never read where a whole one is."""
    url = f"{HOST}/1.html"
    pieces = [
        Piece(capture(url, 0), story_part("/1.html", "All of it.")),
        Piece(capture(url, 1, truncated="time"), story_part("/1.html", "All")),
    ]
    assert only(pieces).chapters[0].prose[0].text == "All of it."


def test_two_pages_that_both_say_part_two_stay_apart() -> None:
    """Where parts contradict each other, nothing is joined."""
    parts = [
        story_part("/c/tide-a.html", title="Tide", position=2),
        story_part("/c/tide-b.html", title="Tide", position=2),
    ]
    assert len(assembled(pieces_of(parts))) == 2


def test_stories_called_by_numbers_keep_their_own_chapters() -> None:
    """ "Story 1" and "Story 2" of one script, each in three parts: what links join, names leave."""
    parts = []
    for work in range(1, 4):
        pages = [f"/story.php?id={work}", *(f"/story.php?id={work}&chapter={n}" for n in (2, 3))]
        for position, path in enumerate(pages, 1):
            following = [Link(f"{HOST}{pages[position]}", kind="chapter")] if position < 3 else []
            parts.append(
                story_part(path, title=f"Story {work}", position=position, links=tuple(following))
            )
    parts += [story_part(f"/story.php?id={work}", title=f"Story {work}") for work in (7, 8)]
    found = assembled(pieces_of(parts))
    assert sorted((each.title, len(each.chapters)) for each in found) == [
        ("Story 1", 3), ("Story 2", 3), ("Story 3", 3), ("Story 7", 1), ("Story 8", 1)
    ]  # fmt: skip


def test_a_part_that_was_taken_away_stays_one_of_its_story() -> None:
    """Nothing leads to it any more, and it answers 404: it is a chapter yet, and gone."""
    last = f"{HOST}/c/lamp?part=3"
    linked = (Link(last, kind="chapter"),)
    first, third = f"{HOST}/c/lamp?part=2", story_part("/c/lamp?part=3", title="Lamp 5", position=3)
    pieces = [
        Piece(capture(first, 0), story_part("/c/lamp?part=2", title="Lamp 5", position=2, links=linked)),
        Piece(capture(last, 1), third),
        # Three other works of nearly that name: nothing but the link tells whose part it is.
        *(Piece(capture(f"{HOST}/c/{n}", 2), story_part(f"/c/{n}", title=f"Lamp {n}", position=3)) for n in (1, 2)),
        Piece(capture(first, 5), story_part("/c/lamp?part=2", title="Lamp 5", position=2)),
        Piece(capture(last, 6), Part(last, "gone")),
    ]  # fmt: skip
    found = {each.title: each for each in assembled(pieces)}
    assert [each.gone_since is None for each in found["Lamp 5"].chapters] == [True, False]
    assert {len(each.chapters) for title, each in found.items() if title != "Lamp 5"} == {1}


def test_parts_by_different_authors_stay_apart() -> None:
    """A shared title in one folder does not make two authors one."""
    parts = [
        story_part("/c/x1.html", title="Tide", position=1, author="Ana"),
        story_part("/c/y2.html", title="Tide", position=2, author="Bea"),
    ]
    assert len(assembled(pieces_of(parts))) == 2


def test_redirects_in_a_circle_end() -> None:
    """Two pages that lead to each other are no stories and do not hang."""
    parts = [
        page_part("/a", "redirect", Link(f"{HOST}/b", kind="redirect")),
        page_part("/b", "redirect", Link(f"{HOST}/a", kind="redirect")),
        story_part("/1.html"),
    ]
    assert len(assembled(pieces_of(parts))) == 1


def test_a_host_without_stories_has_none() -> None:
    """Only pages that are stories make stories."""
    assert assembled(pieces_of([page_part("/", "index")])) == []


@pytest.mark.parametrize(
    ("title", "base"),
    [
        pytest.param("Tide (part 2)", "tide", id="in brackets"),
        pytest.param("Tide, Part Two", "tide", id="in words"),
        pytest.param("Tide 1/3", "tide", id="as a fraction"),
        pytest.param("Chapter 3", "chapter 3", id="nothing else is left"),
        pytest.param("1984", "1984", id="a number is the title"),
        pytest.param(None, "", id="none"),
    ],
)
def test_titles_compare_without_their_part_number(title: str | None, base: str) -> None:
    """A part number is no part of the work's name, unless it is all there is."""
    assert base_title(title) == base


def test_the_same_words_have_the_same_hash() -> None:
    """White space does not tell two template texts apart."""
    assert text_sha256("a  b\nc") == text_sha256(" a b c ")


def test_a_chapter_with_an_id_and_no_number_is_no_view_of_the_whole_work():
    def chapter(name: str, position: int | None) -> Piece:
        url = f"http://h.example/{name}"
        text = (Block("paragraph", f"It rained on {name}."),)
        part = Part(url, "story", work_id="w1", chapter_id=name, position=position, prose=text)
        return Piece(None, part)

    (plan,) = survey([chapter("c1", 1), chapter("c2", None)]).plans
    assert sorted(each.key for each in plan.chapters) == ["c1", "c2"]


# ---- a page of the whole work beside the pages of its chapters


def whole_work(*numbers: int, texts: dict[int, str] | None = None, named: bool = True) -> Part:
    """Return a page with a chapter for each number, as a site or a download of it shows them."""
    said = {number: f"It rained in chapter {number}." for number in numbers} | (texts or {})
    sections = tuple(
        Section(
            f"chapters/{10 * number}" if named else f"chapter={number}",
            start, start + 1, f"Rain {number}", position=number,
        )
        for start, number in enumerate(numbers)
    )  # fmt: skip
    return story_part(
        f"/works/7?whole={named}", *said.values(), work_id="works/7", sections=sections
    )


def own_page(number: int, text: str | None = None) -> Part:
    """Return the page that a chapter has of its own."""
    return story_part(
        f"/works/7/chapters/{10 * number}", text or f"It rained in chapter {number}.",
        work_id="works/7", chapter_id=f"chapters/{10 * number}", position=number,
        chapter_title=f"Rain {number}",
    )  # fmt: skip


def told(story: Story) -> list[tuple[str, int, str | None, str]]:
    return [(each.key, each.position, each.title, each.prose[0].text) for each in story.chapters]


CHAPTERS = [
    (f"chapters/{10 * number}", number, f"Rain {number}", f"It rained in chapter {number}.")
    for number in (1, 2, 3)
]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([whole_work(1, 2, 3)], id="the whole work alone"),
        pytest.param([whole_work(1, 2), own_page(3), own_page(1)], id="with a later chapter"),
        pytest.param([own_page(3), own_page(2), whole_work(1)], id="with earlier ones"),
        pytest.param([whole_work(3, 2, 1)], id="in another order"),
        pytest.param([*map(own_page, (1, 2, 3)), whole_work(1, 2, 3, named=False)], id="download"),
    ],
)
def test_a_chapter_is_one_on_its_own_page_and_on_that_of_the_whole_work(parts: list[Part]) -> None:
    """Numbers put the chapters in order; what a download only counts is no second copy."""
    assert told(only(pieces_of(parts))) == CHAPTERS


@pytest.mark.parametrize("whole_first", [True, False], ids=["whole first", "own page first"])
def test_what_either_page_said_of_a_chapter_is_a_version_of_it(whole_first: bool) -> None:
    """No version is dropped because the other kind of page came later."""
    parts = [whole_work(1, 2, texts={2: "It hailed."}), own_page(2, "It snowed.")]
    story = only(pieces_of(parts if whole_first else parts[::-1]))
    texts = [[*(v.prose[0].text for v in c.superseded), c.prose[0].text] for c in story.chapters]
    hail, snow = ("It hailed.", "It snowed.")
    assert texts == [["It rained in chapter 1."], [hail, snow] if whole_first else [snow, hail]]


def test_what_a_page_said_before_its_work_had_chapters_is_a_version_of_the_first() -> None:
    """A work of one chapter names none; when it goes on, its text is that of the first."""
    url = "/works/7?whole=True"
    before = story_part(url, "It drizzled in chapter 1.", work_id="works/7")
    story = only(pieces_of([before, whole_work(1, 2)]))
    first, second = story.chapters
    assert [each.prose[0].text for each in first.superseded] == ["It drizzled in chapter 1."]
    assert (first.key, second.key, second.superseded) == ("chapters/10", "chapters/20", ())


def test_a_page_of_many_chapters_is_read_once_for_all_of_them() -> None:
    """A whole work of hundreds of chapters costs one reading of its page, not one for each."""
    whole = whole_work(*range(1, 41))
    (plan,) = survey([Piece(capture(whole.url, 1), outline(whole))]).plans
    read: list[str] = []

    def part_of(asked: Capture) -> Part:
        read.append(asked.url)
        return whole

    story = compose(filled(plan, part_of), (), lambda piece: piece.part.prose)
    assert [each.prose[0].text for each in story.chapters] == [
        f"It rained in chapter {number}." for number in range(1, 41)
    ]
    assert read == [whole.url]
