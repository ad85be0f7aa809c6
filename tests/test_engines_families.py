"""What real saved pages of the large families showed their engines to miss, on pages of our own."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from storykeep.model import Part
from tests.pages import html, unaccounted

STORY = (
    "The mill stood still in the drought, and I had nothing to grind.",
    '"Rest," said my wife, who had never in her life been seen to.',
    "By the third week I had counted every stone in the wall.",
    "Then the river came back, all at once, and brought a boat.",
    "There was nobody in the boat, but there was a lunch.",
)


def page(markup: str, url: str = "http://site.example/stories/one.html") -> Part:
    given = html(markup, url)
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


def shown(part: Part) -> list[str]:
    return [block.text for block in part.prose]


def tags(part: Part, kind: str) -> list[str]:
    return [tag.value for tag in part.tags if tag.kind == kind]


# ---------------------------------------------------------------- advertisements in a saved page

_ADVERT = """<div class="google-auto-placed ap_container"><ins class="adsbygoogle"><div class="google-aiuf">
<div class="goog-rentries"><div><span>Discover more</span></div><div class="google-anno-skip goog-rentry"
role="link" aria-label="River boats">River boats</div></div></div></ins></div>"""


def test_what_advertising_wrote_between_the_paragraphs_is_no_prose():
    """A browser saves the page as it stood, with the boxes that a script of Google's put there."""
    first, *others = (f"<p>{each}</p>" for each in STORY)
    part = page(
        "<html><head><title>Low Water Chapter 1, a mill fanfic | FanFiction</title></head><body>"
        "<div id=content><b>Low Water</b> by <a href='https://m.fanfiction.net/u/7/'>ada</a><hr>"
        "<a href='https://m.fanfiction.net/book/'>Books</a> \u00bb "
        "<a href='https://m.fanfiction.net/book/Mill/'>The Mill</a> Rated: T, English, Drama, "
        "Words: 2k+, Published: <span data-xutime='1306877211'>May 31, 2011</span><hr>"
        "Chapter 1: Drought<br></div><div role=main><div id=storycontent class=storycontent>"
        f"{first}{_ADVERT}{''.join(others)}</div></div></body></html>",
        "https://m.fanfiction.net/s/9/1/",
    )
    assert shown(part) == list(STORY)
    assert any("Discover more" in each for each in part.chrome)
    assert tags(part, "fandom") == ["The Mill"]


def test_words_that_advertising_made_links_of_stay_in_the_text():
    part = page(
        "<html><head><title>Low Water by Ada</title></head><body><h1>Low Water</h1><p>by Ada</p>"
        f"<p>{STORY[0]}</p>{_ADVERT}<p>{STORY[1]}</p><p>Then came the <a class='google-anno' "
        f"href='#'>river</a> again.</p>{''.join(f'<p>{each}</p>' for each in STORY[3:])}"
        "</body></html>"
    )
    assert shown(part) == [*STORY[:2], "Then came the river again.", *STORY[3:]]


# ---------------------------------------------------------------- FanFiction.Net


def test_a_crossover_names_both_of_its_fandoms():
    part = page(
        "<html><head><title>Low Water Chapter 1, a Mill + Weir: Ebb Crossover fanfic | FanFiction"
        "</title></head><body><div id=pre_story_links><span class=lc-left><a class=xcontrast_txt "
        "href='/Mill_and_Weir-Ebb_Crossovers/2002/13260/'>Mill + Weir: Ebb Crossover</a></span>"
        "</div><div id=profile_top><b class='xcontrast_txt'>Low Water</b> By: "
        "<a class='xcontrast_txt' href='/u/7/ada'>ada</a><div class='xcontrast_txt'>A dry year."
        "</div><span class='xgray xcontrast_txt'>Rated: <a>Fiction K+</a> - English - Ned - "
        "Words: 2,080 - id: 9 </span></div><div class='storytext' id='storytext'>"
        f"{''.join(f'<p>{each}</p>' for each in STORY)}</div></body></html>",
        "https://www.fanfiction.net/s/9/1/Low-Water",
    )
    assert tags(part, "fandom") == ["Mill", "Weir: Ebb"]
    assert shown(part) == list(STORY)


# ---------------------------------------------------------------- eFiction

_EFICTION = "http://mill.example/viewstory.php?sid=12&textsize=0&chapter=1"
_FACTS = """<div class="content"><span class="label">Categories:</span> <a href='browse.php?catid=1'>Mills</a><br />
<span class="label">Characters: </span> <a href='browse.php?charid=9'>Ned</a><br />
<span class='label'>Locale: </span> <a href='browse.php?classid=5'>River</a><br />
<span class="label">Series:</span> None<br /><span class="label">Chapters: </span> 19
<span class="label">Completed:</span> Story Incomplete <br /><span class="label">Word count:</span> 166
<span class="label">Read:</span> 121886<br /><span class="label"> Published: </span>January 18 2022
<span class="label">Updated:</span> March 2 2022 </div>"""


def test_a_skin_without_an_information_box_has_its_facts_below_the_title():
    part = page(
        "<html><head><title>Low Water by Orla</title></head><body><div id='menu'><a href="
        "'browse.php?type=recent'>Recent</a></div><div class='boxtop'><div id='pagetitle'>"
        "<div class='rightbox'><a href='contact.php?action=report'>Report</a></div><a href="
        "'viewstory.php?sid=12'>Low Water</a> by <a href='viewuser.php?uid=7'>Orla</a></div>"
        "<div class='storyinfo'><a href='reviews.php?type=ST&amp;item=12'>18</a> "
        "<span class='labelbuffer'>Download ePub <a href='modules/epub/12.epub'>Story</a></span>"
        "</div><div class='summarytext'>A miller turns to fishing.</div>"
        f"{_FACTS}</div><div id='story'>{'<br /><br />'.join(STORY)}</div></body></html>",
        _EFICTION,
    )
    assert (part.title, part.summary) == ("Low Water", "A miller turns to fishing.")
    assert (part.position, part.of, part.words_stated) == (1, 19, 166)
    assert (tags(part, "category"), tags(part, "character")) == (["Mills"], ["Ned"])
    assert part.published is not None
    assert (part.published.value, part.status) == ("2022-01-18", "in_progress")
    assert part.fields["Locale"] == "River"
    assert shown(part) == list(STORY)


@pytest.mark.parametrize(
    ("typed", "title"),
    [("The Drought by Orla", "The Drought"), ("Chapter 1 by Orla", None), ("Standing by", None)],
)
def test_a_print_view_says_what_its_chapter_is_called(typed, title):
    """Its page has no list to jump by; a mere number is no title, and who signs is not part of it."""
    part = page(
        "<html><head><title>Low Water by Orla</title></head><body><div id='pagetitle'><a href="
        "'viewstory.php?sid=12'>Low Water</a> by <a href='viewuser.php?uid=7'>Orla</a></div>"
        f"<div class='infobox'>{_FACTS}</div><div class='chaptertitle'>{typed}</div>"
        f"<div class='chapter'>{'<br /><br />'.join(STORY)}</div><div id='archivedat'>This story "
        "archived at <a href='viewstory.php?sid=12'>this address</a></div></body></html>",
        _EFICTION,
    )
    assert part.chapter_title == title
    assert shown(part) == list(STORY)


# ---------------------------------------------------------------- what stands for a page


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("mill.example | 525: SSL handshake failed", "SSL handshake failed Error code 525"),
        ("mill.example | 522: Connection timed out", "Connection timed out Error code 522"),
        ("502 Bad Gateway", "502 Bad Gateway"),
        ("503 Service Temporarily Unavailable", "503 Service Temporarily Unavailable"),
    ],
)
def test_the_message_of_a_broken_server_is_an_error_and_no_text_about_a_site(title, heading):
    """Whoever saved it by hand kept no status; the archive must not take it for what was there."""
    part = page(
        f"<html><head><title>{title}</title></head><body><h1>{heading}</h1><h2>What happened?</h2>"
        "<p>The web server did not answer in time.</p><h2>What can I do?</h2><p>If you are a "
        "visitor of this website, please try again in a few minutes. If you own this website, "
        "check its stories, authors and certificates.</p></body></html>"
    )
    assert part.outcome == "error"
    assert not part.prose


def test_a_story_may_be_called_by_the_number_of_an_error():
    part = page(
        "<html><head><title>502 Bad Geese by Ada</title></head><body><h1>502 Bad Geese</h1>"
        f"<p>by Ada</p>{''.join(f'<p>{each}</p>' for each in STORY)}</body></html>"
    )
    assert (part.outcome, part.title) == ("story", "502 Bad Geese")


# ---------------------------------------------------------------- the Archive of Our Own


def test_the_notes_of_a_work_are_the_authors_and_nobody_elses():
    """The site's appeal for gifts and a reader's comment are quotations as well."""
    part = page(
        "<html><head><title>Low Water - Chapter 1 - ada - Mill [Archive of Our Own]</title></head>"
        "<body><div id='outer'><div id='inner'><div class='announcement group' id='banner'>"
        "<blockquote class='userstuff'><p>Give to the archive and receive a special gift.</p>"
        "</blockquote></div><div id='main' class='chapters-show region'><div id='workskin'>"
        "<div class='preface group'><h2 class='title heading'>Low Water</h2><h3 class='byline "
        "heading'><a rel='author' href='/users/ada'>ada</a></h3><div class='notes module'><h3 "
        "class='heading'>Notes:</h3><blockquote class='userstuff'><p>Written in a dry year.</p>"
        "</blockquote></div></div><div id='chapters'><div class='chapter' id='chapter-1'><div "
        "class='userstuff module' role='article'><h3 class='landmark heading' id='work'>Chapter "
        f"Text</h3>{''.join(f'<p>{each}</p>' for each in STORY)}</div></div></div></div>"
        "<div id='comments_placeholder'><ol class='thread'><li class='comment group'><h4 class="
        "'heading byline'><a href='/users/bo'>bo</a></h4><blockquote class='userstuff'><p>The "
        "lunch was mine.</p></blockquote></li></ol></div></div></div></div></body></html>",
        "https://archiveofourown.org/works/9/chapters/10",
    )
    assert [(note.text, note.place) for note in part.notes] == [("Written in a dry year.", "head")]
    assert shown(part) == list(STORY)
    assert any("special gift" in each for each in part.chrome)


# ---------------------------------------------------------------- answers to readers

_ANSWERS = (
    "Sedge - thank you!! The boat was my favourite, too.",
    "Bec - I'm glad you liked it! The next one is longer.",
    "Miller's Cat - really? *hides*",
    "Old Weir - no, the lunch is not poisoned.",
    "Tilly O. - that's great encouragement for a second chapter.",
    "Vmr - I will!",
)


def test_what_an_author_answers_to_readers_is_no_prose():
    part = page(
        "<html><head><title>Low Water Chapter 2, a mill fanfic | FanFiction</title></head><body>"
        "<div id='storytext'>"
        + "".join(f"<p>{each}</p>" for each in (*STORY, *STORY))
        + "<p>*</p><p>This is another very short chapter. Sorry!</p>"
        + "".join(f"<p>{each}</p>" for each in _ANSWERS)
        + "</div></body></html>",
        "https://www.fanfiction.net/s/9/2/Low-Water",
    )
    assert shown(part) == [*STORY, *STORY]
    (note,) = part.notes
    assert note.place == "tail"
    assert note.text.startswith("This is another very short chapter.")
    assert note.text.endswith("I will!")


def test_a_script_at_the_end_of_a_story_stays_in_it():
    script = [
        f"{name} - {words}"
        for name, words in zip(["Ned", "Ida", "Ned", "Ida", "Ned", "Ida"], STORY * 2, strict=False)
    ]
    part = page(
        "<html><head><title>Low Water Chapter 2, a mill fanfic | FanFiction</title></head><body>"
        f"<div id='storytext'>{''.join(f'<p>{each}</p>' for each in (*STORY, *STORY, *script))}"
        "</div></body></html>",
        "https://www.fanfiction.net/s/9/2/Low-Water",
    )
    assert shown(part)[-1] == script[-1]


def test_what_stands_above_a_texts_own_heading_is_the_authors_note():
    """The page names title and author; the text does so once more, and there it begins."""
    part = page(
        "<html><head><title>Low Water Chapter 1, a mill fanfic | FanFiction</title></head><body>"
        "<div id='profile_top'><b class='xcontrast_txt'>Low Water</b> By: <a href='/u/7/ada'>ada"
        "</a></div><div id='storytext'>Disclaimer: the mill belongs to the weir.<p>a/n a strange "
        "title? It is from a verse,</p><p><i>\u201cThe water fell, the wheel stood still,<br />"
        "And all was quiet at the mill.\u201d</i></p><p>which seemed to suit it.</p><p><i>Written "
        "for Tilly, who asked.</i></p><p><b>Low Water</b><br />By ada</p><p>Chapter one - of stones"
        f"</p>{''.join(f'<p>{each}</p>' for each in STORY)}</div></body></html>",
        "https://www.fanfiction.net/s/9/1/Low-Water",
    )
    assert shown(part) == list(STORY)
    assert [each.text for each in part.disclaimers] == ["the mill belongs to the weir."]
    told = "\n".join(note.text for note in part.notes)
    assert "a strange title?" in told
    assert "quiet at the mill" in told
    assert told.endswith("Written for Tilly, who asked.")
    assert all(note.place == "head" for note in part.notes)


# ---------------------------------------------------------------- Royal Road


@pytest.mark.parametrize(
    ("heading", "repeated"),
    [
        (
            "2. Life\u2019s Little Stones",
            "<strong>Chapter 002<br></strong>Life\u2019s Little Stones",
        ),
        ("Chapter 2: Life\u2019s Little Stones", "Life\u2019s Little Stones"),
        ("Life\u2019s Little Stones", "Chapter 2 - Life\u2019s Little Stones"),
    ],
)
def test_a_chapters_name_above_its_text_is_no_paragraph_with_or_without_number(heading, repeated):
    part = page(
        f"<html><head><title>{heading} - Low Water | Royal Road</title></head><body><div class="
        "'fic-header'><a href='/fiction/21/low-water'><h2>Low Water</h2></a>"
        f"<h1>{heading}</h1><h3>by <a href='/profile/7'>Orla</a></h3></div><div class='portlet "
        "chapter'><div class='chapter-inner chapter-content'><p style='text-align: center'>"
        f"{repeated}</p>{''.join(f'<p>{each}</p>' for each in (*STORY, *STORY))}</div></div>"
        "</body></html>",
        "https://www.royalroad.com/fiction/21/low-water/chapter/30/2-lifes-little-stones",
    )
    assert part.chapter_title == heading
    assert shown(part) == [*STORY, *STORY]
