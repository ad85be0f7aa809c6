"""The print view of a whole eFiction story holds its chapters apart, with the notes of each."""

from __future__ import annotations

from storykeep.derive import derive
from storykeep.model import Page, Part
from tests.test_assemble import only, pieces_of

SITE = "http://weir.example/viewstory.php"
WHOLE = f"{SITE}?action=printable&textsize=0&sid=9&chapter=all"
TEXTS = (
    ("The lock-keeper counted boats.", '"Nine," he said. "And one that is not a boat."'),
    ("In the morning the weir was dry.", '"It will be back," said the heron.'),
    ("It came back on a Thursday.", "Nobody had thought to move the chairs."),
)
NAMES = ("Nine Boats", "The Heron", "Thursday")


def read(body: str, url: str) -> Part:
    page = f"<html><head><title>Dry Weir by ada</title></head><body>{body}</body></html>"
    return derive(Page(url, 200, (("Content-Type", "text/html; charset=utf-8"),), page.encode()))


def title_box(sid: int = 9) -> str:
    return f"""<div id="pagetitle"><a href="viewstory.php?sid={sid}">Dry Weir</a> by
    <a href="viewuser.php?uid=4">ada</a></div>"""


def note(label: str, text: str) -> str:
    return f"""<div class="notes"><div class="title"><span class="label">{label}:</span></div>
    <div class="noteinfo">{text}</div></div>"""


def chapter(number: int, *, count: bool = True, rule: str = "") -> str:
    above, *below = (f"<p>{text}</p>" for text in TEXTS[number - 1])
    counted = f"{number}. " if count else ""
    return f"""<div class="chaptertitle">{counted}{NAMES[number - 1]} by ada</div>
    {note("Author's Chapter Notes", "on " + NAMES[number - 1])}
    <div class="chapter">{above}{rule}{"".join(below)}</div>"""


def told(part: Part) -> list[tuple[str, int | None, str | None, list[str], list[str]]]:
    return [
        (
            each.chapter_id, each.position, each.title, [note.text for note in each.notes],
            [block.text for block in part.prose[each.start : each.end]],
        )
        for each in part.sections
    ]  # fmt: skip


def test_each_chapter_is_one_with_its_title_its_number_and_its_notes():
    part = read(title_box() + "".join(map(chapter, (1, 2, 3))), WHOLE)
    assert told(part) == [
        (f"chapter={n}", n, NAMES[n - 1], [f"on {NAMES[n - 1]}"], list(TEXTS[n - 1]))
        for n in (1, 2, 3)
    ]
    assert (part.title, [author.name for author in part.authors]) == ("Dry Weir", ["ada"])


def test_what_parts_two_chapters_is_no_break_and_what_parts_scenes_is():
    part = read(title_box() + chapter(1, rule="<hr>") + chapter(2), WHOLE)
    assert [block.kind for block in part.prose] == ["paragraph", "break", *["paragraph"] * 3]


def test_titles_without_a_number_are_counted_in_their_order():
    part = read(title_box() + chapter(1, count=False) + chapter(2, count=False), WHOLE)
    found = [(each.position, each.title) for each in part.sections]
    assert found == [(1, NAMES[0]), (2, NAMES[1])]


def test_closing_notes_of_one_chapter_are_not_those_of_the_next():
    ends = note("Chapter End Notes", "thanks to the heron")
    part = read(title_box() + chapter(1) + ends + chapter(2), WHOLE)
    notes = [[each.text for each in section.notes] for section in part.sections]
    assert notes == [["on Nine Boats", "thanks to the heron"], ["on The Heron"]]


def test_a_chapter_without_text_is_no_chapter():
    empty = '<div class="chaptertitle">2. Soon by ada</div><div class="chapter"></div>'
    part = read(title_box() + chapter(1) + empty + chapter(3), WHOLE)
    assert [each.position for each in part.sections] == [1, 3]


def test_the_print_view_of_one_chapter_has_no_sections():
    part = read(title_box() + chapter(1, count=False), WHOLE.replace("all", "1"))
    assert (part.sections, part.chapter_title, part.position) == ((), NAMES[0], 1)


def own_page(number: int) -> Part:
    text = "".join(f"<p>{each}</p>" for each in TEXTS[number - 1])
    review = f"""<a href="reviews.php?type=ST&amp;item=9&amp;chapid={70 + number}">Review</a>"""
    body = f'{title_box()}<div id="story">{text}</div>{review}'
    return read(body, f"{SITE}?sid=9&chapter={number}")


def test_a_chapter_of_the_print_view_is_the_one_on_its_own_page():
    whole = read(title_box() + "".join(map(chapter, (1, 2, 3))), WHOLE)
    story = only(pieces_of([own_page(2), whole]))
    assert [each.position for each in story.chapters] == [1, 2, 3]


def test_a_box_of_facts_that_a_skin_never_closes_ends_where_the_story_begins():
    facts = """<div class="infobox"><div class="content"><div align="center"><b>Fandom: Tides</b> &middot;
    <b>Rating:</b> PG-13 &middot; <b>Genre:</b> Drama<br></div>"""
    part = read(title_box() + facts + "".join(map(chapter, (1, 2, 3))), WHOLE)
    assert part.outcome == "story"
    assert [each[-1] for each in told(part)] == [list(text) for text in TEXTS]
    assert [(tag.kind, tag.value) for tag in part.tags] == [
        ("fandom", "Tides"), ("rating", "PG-13"), ("genre", "Drama"),
    ]  # fmt: skip
