"""What whole archives of static pages showed the cleaner to get wrong, each on a small page."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

STORY = (
    "The ferryman counted his passengers twice, and both times there was one too many of them.",
    '"It is the fog," said the girl at the rail, who had paid for herself and for nobody else.',
    "Half way over he stopped the engine and listened; the other engine took a little longer.",
    '"You heard it," he said. She nodded, and pulled the lamp nearer to her with one foot.',
    "In the morning the boat lay at both landings, and the bell at neither of them would ring.",
    "Nobody in the village asked him for his fare book, and he never opened it again himself.",
)
ADDRESS = "http://stories.example/fanfics/ferry/fog-ch2.html"


def page(
    *pieces: str, title: str = "Two Landings (part 2 of 3)", url: str = ADDRESS, head: str = ""
) -> Part:
    """Return the part of a static archive's page, none of whose words may be unaccounted for."""
    top = head or (
        f'<h1>{title}</h1><h2>a <a href="../ferry/index.html">Ferry Tales</a> fanfiction by '
        '<a href="../authors/moss.html">Ada Moss</a><br></h2>'
    )
    given = html(
        f"<html><head><title>{title} (Quay Archive)</title></head><body>{top}"
        f"{''.join(pieces)}</body></html>",
        url,
    )
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def paragraphs(*rows: str) -> str:
    return "".join(f"<p>{row}</p>" for row in rows or STORY)


def shown(part: Part) -> list[str]:
    return [block.text for block in part.prose]


def notes(part: Part) -> list[str]:
    return [note.text for note in part.notes]


def names(part: Part) -> list[str]:
    return [author.name for author in part.authors]


# ---------------------------------------------------------------- links to the other parts


@pytest.mark.parametrize(
    "words", ["Back to Part 1", "Previous chapter", "Onwards to Part 3", "Return to the index"]
)
def test_a_link_to_another_part_above_the_text_is_no_paragraph_of_it(words):
    """It stands between the heading and the preformatted text, in neither."""
    step = f'<a href="fog-ch1.html">{words}</a>'
    part = page(step, "<pre>", "\n\n".join(STORY), "</pre><hr>", step)
    assert shown(part) == list(STORY)
    assert part.chrome.count(words) == 2


def test_a_linked_first_line_that_tells_something_stays():
    part = page('<p><a href="notes.html">Ash Quay</a></p>', paragraphs())
    assert "Ash Quay" in [*shown(part), *notes(part), part.chapter_title]


# ---------------------------------------------------------------- lists of few

MENU = (
    '<ul><li><a href="../../">Introduction</a></li><li><a href="../../about/">About</a></li></ul>'
)
SUMMARY = (
    "A ferryman who has crossed the same river for thirty years finds that somebody crosses it "
    "with him, and that whoever it is has paid. His daughter, who never believed a word that he "
    "said about the fog, comes home to take the boat over and sees it for herself on the first "
    "night, when the bell rings on both sides of the water."
)


@pytest.mark.parametrize("first", ["Part 1", "Prologue"])
def test_the_contents_of_a_story_in_two_parts_are_a_list(first):
    second = "Part 2" if first == "Part 1" else "Part 1"
    part = page(
        f"<p>Pairing: A/B<br>Last updated: 2003-05-01</p><p>{SUMMARY}</p>",
        f'<a href="fog-ch0.html">{first}</a><br><a href="fog-ch1.html">{second}</a><br><hr>{MENU}',
        title="Two Landings",
        url="http://stories.example/fanfics/ferry/fog-index.html",
    )
    assert part.outcome == "index"


def test_a_list_of_parts_that_differ_by_their_number_is_a_list():
    part = page(
        '<ul><li><a href="fog00.txt">Two Landings - The Bell</a><br><small>A ferryman counts. 7KB '
        '</small><li><a href="fog01.txt">Two Landings - The Fog</a><br><small>So does she. 9KB'
        f"</small></ul>{MENU}",
        title="Two Landings",
        url="http://stories.example/fanfics/ferry/fog.html",
    )
    assert part.outcome == "index"


def test_a_short_chapter_with_the_list_of_all_chapters_below_is_a_story():
    part = page(
        paragraphs(),
        '<hr><a href="fog-ch1.html">Part 1</a><br><a href="fog-ch2.html">Part 2</a><br>'
        '<a href="fog-ch3.html">Part 3</a>',
    )
    assert (part.outcome, shown(part)) == ("story", list(STORY))


def test_an_authors_page_that_counts_one_story_is_a_list():
    part = page(
        "<p>Name: Moss<br>E-mail: moss@mail.example</p><p>Moss has written one fanfic:</p>",
        '<h2>Regular</h2><h3>Ferry Tales</h3><p><a href="../ferry/fog-ch1.html">Two Landings</a> '
        f"added 2003-05-01<br><b>Pairing:</b> A/B<br>{SUMMARY}</p><hr>{MENU}",
        head="<h1>Author: moss</h1>",
        url="http://stories.example/fanfics/people/moss.html",
    )
    assert part.outcome == "index"


# ---------------------------------------------------------------- names and rights


def test_the_quotation_marks_in_a_name_stay_a_pair():
    part = page(
        paragraphs(),
        head="<h1>Two Landings</h1><h2>a fanfiction by <a href='../authors/t.html'>"
        'Tom "Moth"</a></h2>',
    )
    assert names(part) == ['Tom "Moth"']


def test_a_copyright_that_is_a_date_disclaims_nothing():
    part = page("<p>Copyright: August 9, 2004</p>", paragraphs(), title="Two Landings")
    assert part.disclaimers == ()
    assert [(note.kind, note.text) for note in part.notes] == [("rights", "August 9, 2004")]


def test_so_sue_me_is_said_about_anything():
    part = page(
        paragraphs(), "<p>Author's note: I like the fog better than the boat, so sue me.</p>"
    )
    assert part.disclaimers == ()
    assert notes(part) == ["I like the fog better than the boat, so sue me."]


# ---------------------------------------------------------------- notes that nothing labels

AFTERWORD = (
    "Phew. I just finished rereading this and it came out shorter than I wanted. Sorry if the girl "
    "is a little out of character, but nobody in the series ever asks her anything."
)


@pytest.mark.parametrize(
    "above", ["<p>The End</p>", "<hr>", "<p>* * *</p>", "<p>The End</p><hr>"], ids=str
)
def test_a_paragraph_about_the_text_behind_its_end_is_a_note(above):
    part = page(paragraphs(), above, f"<p>{AFTERWORD}</p>")
    told = [*STORY, "The End"] if "End" in above else list(STORY)
    assert (shown(part), notes(part)) == (told, [AFTERWORD])


def test_a_paragraph_about_the_text_in_hard_wrapped_rows_is_a_note():
    rows = "Phew. I just finished rereading this and it came\nout shorter than I wanted. Sorry."
    part = page("<pre>", "\n\n".join(STORY), f"\n\n\nEND\n\n--------\n\n{rows}\n</pre>")
    assert shown(part) == [*STORY, "* * *", "END"]
    assert notes(part) == [rows.replace("\n", " ")]


def test_a_last_scene_in_the_first_person_is_no_note():
    scene = (
        "I wrote to my brother about the boat in the spring. He has not answered, and I no longer "
        "go down to look at the water in the evening, whatever the girl may say about it."
    )
    part = page(paragraphs(), "<hr>", f"<p>{scene}</p>")
    assert shown(part) == [*STORY, "* * *", scene]


def test_speech_about_who_belongs_to_whom_ends_no_story():
    last = (
        'The woman in the wheelhouse stopped the engine. "That was never my name. I am the second '
        'mate of the Harbour Office, and you, Miss Moss, once again belong to Harbour."'
    )
    part = page("<pre>", "\n\n".join([*STORY, last]), "</pre><hr>")
    assert (shown(part), part.disclaimers, notes(part)) == ([*STORY, last], (), [])


def test_to_be_continued_is_the_storys_own_last_word():
    part = page(
        paragraphs(), "<p>*****</p><p>To be Continued . . .</p>", "<p>Author's Notes: Soon!</p>"
    )
    assert shown(part) == [*STORY, "*****", "To be Continued . . ."]
    assert notes(part) == ["Soon!"]


def test_who_is_from_which_show_is_a_note():
    cast = (
        "Our Cast this Episode: The ferryman is from Two Landings, Ada and the girl are from The "
        "Long Fog, and the bell is from Low Water."
    )
    song = (
        '"The Other Shore" is from the play. Lame, I know, but I\'ve always had a fondness for it.'
    )
    part = page(paragraphs(), f"<p>{cast}</p><p>{song}</p>")
    assert shown(part) == list(STORY)
    assert cast.split(": ")[1] in " ".join(notes(part))


def test_words_to_the_readers_above_a_rule_are_a_note():
    """The link to the part before stands above them."""
    words = "I tried another kind of fog for this chapter. Tell me how I did in your reviews."
    part = page(f'<a href="fog-ch1.html">Back to Part 1</a><p>{words}</p><hr>', paragraphs())
    assert (shown(part), notes(part)) == (list(STORY), [words])


def test_a_song_above_a_rule_is_no_note():
    song = ["You must have your reasons,", "I've read every chapter", "you ever have written.",
            "I wrote you a story", "and you never came for it,", "you never came over."]  # fmt: skip
    part = page("<pre>", "\n".join(song), "\n\n--------\n\n", "\n\n".join(STORY), "</pre>")
    assert notes(part) == []
    assert shown(part)[0].split("\n")[0] == song[0]


def test_what_the_author_signs_above_a_rule_is_a_note():
    part = page("<p>Cue the slow waltz from the play.</p><p>- Ada Moss</p><hr>", paragraphs())
    assert shown(part) == list(STORY)
    assert notes(part) == ["Cue the slow waltz from the play.\n\n- Ada Moss"]


@pytest.mark.parametrize(
    "label", ["Moss's Note", "Author's End Note", "AN2", "Admin Note", "Note on the place names"]
)
def test_more_ways_to_label_a_note(label):
    part = page(paragraphs(), f"<p>{label}: The fog is real, the ferry is not.</p>")
    assert [(note.label, note.text) for note in part.notes] == [
        (label, "The fog is real, the ferry is not.")
    ]


def test_a_note_may_do_without_a_colon():
    words = "a strange title? It is named after a verse that my sister knows by heart."
    part = page(f"<p>a/n {words}</p><hr>", paragraphs())
    assert (shown(part), [(note.label, note.text) for note in part.notes]) == (
        list(STORY),
        [("a/n", words)],
    )


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("AUTHOR'S NOTE", "The action came so much easier this time."),
        ("Disclaimer", "Fog Films owns the ferry, I own nothing of it."),
    ],
)
def test_a_label_may_end_in_a_dash(label, words):
    part = page(paragraphs(), f"<hr><p>{label}- {words}</p>")
    found = part.disclaimers or part.notes
    assert [(each.label, each.text) for each in found] == [(label, words)]
    assert shown(part) == list(STORY)


@pytest.mark.parametrize("line", ["October 2009...", "June 12, 1863", "March 3, 2247"])
def test_a_date_that_opens_a_scene_is_not_when_the_story_came_out(line):
    part = page(f"<p>{line}</p>", paragraphs())
    assert (part.published, shown(part)) == (None, [line, *STORY])


def test_a_heading_of_afterthoughts_labels_what_follows():
    part = page(paragraphs(), "<hr><p>Moss's Afterthoughts</p><p>* Whoo! The fog is back.</p>")
    assert shown(part) == list(STORY)
    assert [note.label for note in part.notes] == ["Moss's Afterthoughts"]


# ---------------------------------------------------------------- titles of chapters


@pytest.mark.parametrize("below", ["<hr>", "<p>~*~*~*~*~</p>"])
def test_a_title_above_a_break_is_that_of_the_chapter(below):
    part = page(f"<p>The Other Bell</p>{below}", paragraphs())
    assert (part.position, part.of, part.title) == (2, 3, "Two Landings")
    assert (part.chapter_title, shown(part)) == ("The Other Bell", list(STORY))


@pytest.mark.parametrize("line", ["Quay Street, Low Fell", "Saturday Night", "Heya."])
def test_a_place_a_time_or_a_word_above_a_break_opens_a_scene(line):
    part = page(f"<p>{line}</p><hr>", paragraphs())
    assert (part.chapter_title, shown(part)) == (None, [line, "* * *", *STORY])
