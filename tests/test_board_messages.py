"""What a board says in place of a topic, and what stands on each of its pages."""

from __future__ import annotations

import pytest

from storykeep.cleaning import saved_page
from storykeep.derive import derive
from storykeep.model import Part

MENU = """<table><tr><td><a href="faq.php">FAQ</a> <a href="search.php">Search</a> <a href="memberlist.php">Memberlist</a>
<a href="profile.php?mode=register">Register</a></td></tr><tr><td><a href="profile.php">Profile</a> &nbsp;
<a href="privmsg.php">Log in to check your private messages</a> &nbsp; <a href="login.php">Log in</a></td></tr></table>"""
TOP = '<p><a href="./search.php?a=1">View unanswered posts</a> &bull; <a href="./search.php?a=2">View active topics</a></p>'
CLOCK = "<p>It is currently Tue Jul 23, 2019 10:57 am</p><p>All times are UTC + 10 hours</p>"
CRUMB = '<p><a href="./index.php">Board index</a></p>'
FORM = """<form action="./ucp.php?mode=login" method="post"><table><tr><td>Username:</td><td><input name="username"></td></tr>
<tr><td>Password:</td><td><input type="password" name="password"></td></tr><tr><td></td><td><input type="checkbox"> Log me on
automatically each visit</td></tr></table></form>"""


def read(body: str) -> Part:
    page = f"<html><head><title>The Low Water Board</title></head><body>{body}</body></html>"
    return derive(saved_page("board.html", page.encode()))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(
            f"{MENU}<h1>Low Water</h1><table><tr><th>Information</th></tr><tr><td>The topic or post "
            "you requested does not exist</td></tr></table>",
            "soft_404",
            id="phpBB 2, no topic",
        ),
        pytest.param(
            f"{CLOCK}{TOP}{CRUMB}<h2>Information</h2><p>The requested topic does not exist.</p>"
            f"{CRUMB}{CLOCK}",
            "soft_404",
            id="phpBB 3, no topic",
        ),
        pytest.param(
            f"{CLOCK}{TOP}{CRUMB}<h2>Login</h2><p>The board requires you to be registered and logged "
            f"in to view profiles.</p>{FORM}{CRUMB}{CLOCK}",
            "login",
            id="phpBB 3, a profile",
        ),
    ],
)
def test_a_boards_message_is_what_its_page_is(body, outcome):
    assert read(body).outcome == outcome


def test_the_list_of_a_boards_forums_is_no_door_for_the_link_to_ones_own_messages():
    forums = "".join(
        f'<tr><td><a href="viewforum.php?f={n}">{name}</a><br>What the tide says of {name.lower()}.</td>'
        f'<td>{n * 90}</td><td><a href="viewtopic.php?p={n}">Ada</a></td></tr>'
        for n, name in enumerate(("Boats", "Lamps", "Stiles", "Walls"), 1)
    )
    online = "<p>We have 322 registered users</p><p>Registered users: Ada, Bob</p>"
    assert read(f"{MENU}{CLOCK}<table>{forums}</table>{online}").outcome == "index"


def test_the_day_on_which_a_member_joined_is_no_age():
    about = """<table><tr><th>Viewing profile :: ada</th></tr><tr><td>Joined:</td><td>17 May 2005</td></tr>
    <tr><td>Total posts:</td><td>3</td></tr><tr><td><a href="search.php?a=ada">Find all posts by ada</a></td></tr></table>"""
    assert read(f"{MENU}{about}").outcome in {"index", "not_story"}
