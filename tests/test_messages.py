"""What a site says in place of a story, in its own words and in many; and stories that say it, too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.derive import derive
from storykeep.engines.messages import kind_of
from storykeep.model import Part
from tests.pages import html, unaccounted

MENU = (
    '<div id="menu"><a href="index.php">Home</a> | <a href="browse.php">Browse</a> | '
    '<a href="search.php">Search</a> | <a href="user.php?action=login">Login</a></div>'
)


def page(body: str, title: str = "The Reading Room", *, menu: str = MENU) -> Part:
    given = html(
        f"<html><head><title>{title}</title></head><body>{menu}{body}</body></html>",
        "http://room.example/view.php?id=4410",
    )
    part = derive(given)
    assert unaccounted(given, part) == []
    return part


SAID = [
    # by no story
    ("soft_404", "No story by that number is on our shelves. It may have been taken down."),
    ("soft_404", "The gremlins in the cellar can not seem to find the story you are looking for."),
    ("soft_404", "Apologies, but we were unable to find what you were looking for."),
    ("soft_404", "Oops! That page can’t be found."),
    ("soft_404", "Sorry, but you are looking for something that isn't here."),
    ("soft_404", "There's nothing here."),
    ("soft_404", "ERROR: Invalid submission_id or no submission_id requested."),
    ("soft_404", "Sorry, there is no fic with that ID."),
    ("soft_404", "The story you are trying to read is not available at this time."),
    ("soft_404", "Sorry, that chapter has not been posted yet."),
    ("soft_404", "You have reached this page in error."),
    ("soft_404", "No results found."),
    ("soft_404", "Sorry, the link that brought you to this page seems to be out of date or broken."),
    ("soft_404", "There is currently no text in this page."),
    ("soft_404", "Could not locate story 4410."),
    ("soft_404", "Story ID 4410 was not found in our database."),
    ("soft_404", "Whoops! The fic you want isn't here any more."),
    ("soft_404", "Die Geschichte existiert nicht."),
    ("soft_404", "Cette histoire n'existe pas."),
    ("soft_404", "La historia no existe."),
    ("soft_404", "Страница не найдена."),
    ("gone", "The author has asked that this story be removed."),
    ("gone", "The author has taken this story down."),
    ("gone", "This entry has been suspended. You can visit the journal here."),
    ("gone", "Content removed due to a copyright complaint."),
    ("gone", "This story was hidden by the author."),
    ("gone", "Автор удалил эту работу."),
    ("moderated", "This submission is awaiting a moderator's approval"),
    ("moderated", "This work is part of an ongoing challenge and will be revealed soon!"),
    ("moderated", "This story has not been published yet."),
    ("login", "The author has disabled anonymous viewing for this story."),
    ("login", "You do not have permission to view this page or perform this action."),
    ("login", "This blog is open to invited readers only."),
    ("login", "This story is only available to subscribers."),
    ("login", "This entry is friends only. Comment to be added."),
    ("login", "Diese Geschichte ist nur für registrierte Benutzer lesbar."),
    ("error", "A fatal MySQL error was encountered. Query: SELECT * FROM stories"),
    ("error", "The room has temporarily exceeded its data transfer limit."),
    ("error", "We're sorry, but something went wrong."),
    ("error", "Sorry, this story is temporarily unavailable. Please try again in a few minutes."),
    ("challenge", "Please wait while we check your browser..."),
    ("challenge", "JavaScript is disabled. Please enable JavaScript to proceed."),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "said"), SAID)
def test_a_short_page_is_what_its_sentence_says(outcome, said):
    assert page(f"<div id=content><p>{said}</p></div>").outcome == outcome


@pytest.mark.parametrize(("outcome", "said"), [each for each in SAID if len(each[1].split()) > 4])
def test_such_a_sentence_in_place_of_a_text_is_no_story(outcome, said):
    """The title and the by-line of what was there may still stand above it."""
    part = page(
        f"<h1>The Lamp</h1><p>by <a href='viewuser.php?uid=3'>Ada Moss</a></p><p>{said}</p>"
    )
    assert part.outcome == outcome
    assert part.prose == ()


@pytest.mark.parametrize(
    "said",
    [
        'You\'re about to view what the owner says should be viewed with discretion. <form><input type="submit" value="Yes"></form>',
        'This story contains mature content. <form><input type="submit" value="View Story"></form>',
        'It may hold content only suitable for adults. <a href="?go=1">I understand and wish to continue</a>',
        "Cette histoire est réservée aux adultes. <a href='?ok=1'>J'ai plus de 18 ans</a>",
        'Diese Geschichte ist erst ab 18. <a href="?ok=1">Ich bin über 18</a>',
        'Эта работа предназначена только для взрослых. <a href="?ok=1">Мне есть 18 лет</a>',
        'NOTE: This story is rated FR21. <a href="set.php">Change your settings</a> to read it.',
    ],
)
def test_a_warning_with_a_way_on_is_a_gate(said):
    assert page(f"<div>{said}</div>").outcome == "gate"


def test_a_warning_without_a_way_on_is_none():
    assert page("<p>Send no stories for adults.</p>", menu="").outcome == "not_story"


@pytest.mark.parametrize(
    "told",
    [
        "<p>You must be a member of this family to sit there, and he was not. He ate on the stairs with the "
        'dog.</p><p>"Are you a member?" he asked it.</p><p>It thumped its tail.</p>',
        '<p>ACCESS DENIED, said the door.</p><p>"Oh, come on," said Rodney, and tried his other hand.</p>'
        "<p>THIS USER HAS BEEN REMOVED.</p>",
        "<p>The file could not be found. He looked for it in every drive, and then behind them, and in the "
        'end in his own head.</p><p>"Got you," said Avon.</p>',
        "<p>Please verify that you are human, said the door, and held out its needle.</p>"
        "<p>He gave it the wrong thumb.</p><p>It thought about that for eleven years.</p>",
        "<p>There is no story about the lamp. There never was one. Old Tam made it up on a night when the "
        "pilots would not go out, and by the morning all of the harbour believed it.</p>",
    ],
)
def test_a_signed_story_may_speak_of_lost_pages(told):
    part = page(f"<h1>Access Denied</h1><h3>by Jo Dee</h3>{told}", "Access Denied", menu="")
    assert part.outcome == "story"
    assert part.authors[0].name == "Jo Dee"


@pytest.mark.parametrize(
    ("outcome", "body"),
    [
        ("index", "<h1>Stories by moth</h1>"
         + "".join(f"<p><a href=s{n}.html>The Lamp {n}</a> - {n}20 words</p>" for n in range(1, 5))
         + "<p>One story was removed at the author's request.</p>"),
        ("index", "<h2>Authors</h2><a href=a.html>Ada</a><br><a href=b.html>Jo</a><br>"
         "<a href=c.html>Moth</a> (members only)<br><a href=d.html>Tam</a>"),
        ("not_story", "<h1>FAQ</h1><p>Q: Why is my story not found?</p><p>A: It has not been validated yet. We "
         "read all stories by hand.</p><p>Q: Do I have to register?</p><p>A: Only to post.</p>"),
        ("index", "<h1>The Shelves</h1><p>Four shelves of stories. Nothing here is for sale.</p><ul><li><a "
         "href=a/>The Lamps</a>, by hand<li><a href=b/>The Piers</a>, by a machine</ul>"),
        ("index", "<h1>By Title</h1><p>Stories for adults have a star.</p><ul><li><a href=a.html>The Lamp</a> "
         "by Ada *<li><a href=b.html>The Pier</a> by Jo</ul>"),
        ("not_story", "<h1>Guestbook</h1><p>Ada: I could not find the story with the lamp, is it gone?</p>"),
        ("index", "<h1>News</h1><p>May 4: three new stories. May 1: the search is down for maintenance.</p>"),
    ],
)  # fmt: skip
def test_a_page_that_speaks_of_such_things_is_what_it_was(outcome, body):
    assert page(body, "Sea Stories").outcome == outcome


def test_a_form_to_log_in_signs_nothing():
    part = page(
        "<p>Such stories are read after ten, by members only, and with clean hands.</p><p>Please log in.</p>"
        "<form>Penname: <input name=n> Password: <input type=password name=p></form>"
    )
    assert part.outcome == "login"


def test_who_need_not_register_is_not_asked_to():
    assert page("<p>All are welcome. You do not have to register.</p>").outcome != "login"


# ---------------------------------------------------------------- about a story that stands elsewhere

_CRITIC = (
    "<p>Good evening to all three of you. I have had to lie down.</p><p>There are nine misspellings, and the "
    "grammar is worse. The author has never met a cat, and neither has the summary.</p><p>I read on, alone.</p>"
)


@pytest.mark.parametrize(
    "head",
    [
        "Title: The Lamp<br>Author: Lady Moss<br>Genre: Humor<br>Sporked by Kipper",
        'Title: The Lamp<br>Author: Lady Moss<br>Genre: Humor<br>URL: <a href="http://n.example/1">part 1</a>',
        'Title: The Lamp<br>Author: Lady Moss<br>Link: <a href="http://n.example/1">here</a><br>Reviewed by Jo',
    ],
)
def test_a_blog_that_reviews_a_story_is_none(head):
    part = page(f"<h1>No. 12: The Lamp</h1><p>{head}</p>{_CRITIC}", "No. 12: The Lamp | kipperblog")
    assert part.outcome == "not_story"
    assert "reviews a story" in part.reason


def test_a_story_may_say_where_else_it_stands():
    told = (
        '<p>"Put it out," said Mara.</p><p>"I can not," said the keeper, "it is not lit."</p>' * 4
    )
    part = page(
        '<p>Title: The Lamp<br>Author: Lady Moss<br>URL: <a href="http://n.example/1">my page</a></p>'
        f"<p>This story is for the canon crowd. Mind the spelling.</p>{told}"
    )
    assert part.outcome == "story"


@given(st.text(max_size=400))
def test_any_sentence_is_judged_or_not(sentence):
    assert kind_of(sentence) in {
        None, "challenge", "error", "moderated", "login", "gone", "soft_404"
    }  # fmt: skip


# ---------------------------------------------------------------- in what sites have on every page

LOGIN = (
    '<form>Username: <input name=u> Password: <input type=password name=p><input type=submit value="Log in"></form>'
    '<a href="/create.bml">Create an account</a>'
)
SIDE = (
    '<div id="menu"><a href="index.php">Home</a> <a href="user.php?action=login">Login</a></div><div class="block"><div '
    'class="title">Site Info</div><div class="content" id="infoblock"><span class="label">Members:</span> 456<br><span '
    'class="label">Stories:</span> 1,204<br><span class="label">Newest Member:</span> <a href="viewuser.php?uid=4">moth</a>'
    '</div></div><div class="block"><div class="title">Most Recent</div><div class="content"><a href="viewstory.php?sid=3">Oil'
    '</a> by <a href="viewuser.php?uid=2">Ada</a><br>A keeper has run out of oil.</div></div>'
)


@pytest.mark.parametrize(
    ("outcome", "heading", "said"),
    [
        ("soft_404", "Unknown Journal", "There is no user <b>sorrel</b> at this site."),
        (
            "gone",
            "Deleted Journal",
            "This journal has been deleted. Its owner has 30 days to think again.",
        ),
        ("gone", "Error", "This journal has been suspended."),
        ("error", "Read-only", "The site is currently in read-only mode for maintenance."),
        ("login", "Error", "You are not authorized to view this protected entry."),
    ],
)
def test_a_box_to_log_in_hides_no_message(outcome, heading, said):
    assert page(f"<h1>{heading}</h1><p>{said}</p>", heading, menu=LOGIN).outcome == outcome


def test_a_page_with_nothing_but_such_a_box_asks_for_a_login():
    assert page("<h1>Welcome back</h1>", menu=LOGIN).outcome == "login"


@pytest.mark.parametrize("box", ['<div class="errortext">{}</div>', "<center><b>{}</b></center>"])
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("error", "A fatal MySQL error was encountered."),
        ("moderated", "Access denied. This story has not been validated yet."),
        ("soft_404", "That story does not exist on this archive."),
    ],
)
def test_a_broken_site_has_lost_no_story(box, outcome, said):
    """What will pass must not be taken for a story that is gone."""
    given = html(
        f"<html><head><title>The Lantern Archive</title></head><body>{SIDE}<div id=main>{box.format(said)}</div></body></html>",
        "http://lantern.example/viewstory.php?sid=9",
    )
    assert derive(given).outcome == outcome


def test_a_side_column_does_not_say_what_a_page_is():
    body = (
        "<h1>Jo's Pool</h1><div>Sorry, the page you were looking for in this blog does not exist.</div>"
        "<div><h2>About Me</h2><p>I write.</p></div>"
    )
    assert page(body, "Jo's Pool", menu="").outcome == "soft_404"


def test_a_button_need_not_say_that_it_submits():
    body = "<h3>Внимание! Работа предназначена для лиц старше 18 лет.</h3><button>Мне есть 18 лет</button>"
    assert page(body, menu="").outcome == "gate"


def test_the_page_of_an_author_with_one_story_for_adults_lists_it():
    body = (
        "<h1>Author: moth</h1><p>moth has written one story:</p><h2>Lemon (contains adult situations)</h2>"
        '<p><a href="lamp.html">The Lamp</a> added 2002-12-31<br>Two keepers talk.</p>'
    )
    assert page(body, "Author: moth").outcome == "index"
