"""A story whose address leads to a new one stays one story; a redirect alone proves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from storykeep.archive import Archive
from tests.archives import PROSE, ROBOTS_FREE, answer, dump, make_archive, rows, story_page
from tests.site import RawServer


def moved(to: str, status: str = "301 Moved Permanently") -> bytes:
    return answer(b"", status=status, headers=f"Location: {to}\r\n")


def tale(title: str, author: str = "Ana", more: str = "") -> bytes:
    text = PROSE.replace("The keeper", f"The keeper of {title}")
    return answer(story_page(title, author, text + more))


def contents(*paths: str) -> bytes:
    rows = "".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
    return answer(f"<h1>Stories</h1><ul>{rows}</ul>".encode())


class Shelf:
    """A site whose answers a test changes, and its archive; all is always due."""

    def __init__(self, folder: Path, server: RawServer, pages: dict[str, bytes]) -> None:
        self.server = server
        self.pages = pages
        self.archive: Archive = make_archive(
            folder, [server.url("/")], source='include = ["/"]\nevery = "0s"'
        )

    def run(self, **changed: bytes) -> None:
        self.pages |= {
            f"/{name}" if name != "front" else "/": body for name, body in changed.items()
        }
        self.archive.run()

    def stories(self) -> list[tuple[str, str, str, int]]:
        """Return address, title and public id of each story, and how many versions it has."""
        found = rows(
            self.archive,
            "SELECT s.url, s.title, s.public_id, (SELECT count(*) FROM version AS v JOIN chapter AS c "
            "ON c.id = v.chapter WHERE c.story = s.id) FROM story AS s ORDER BY s.url",
        )
        return [(url.removeprefix(self.server.url("")), *rest) for url, *rest in found]


@pytest.fixture
def shelf(tmp_path: Path):
    """Three stories, archived once."""
    pages = {
        "/": contents("/old1", "/old2", "/old3"),
        "/old1": tale("The Lamp"),
        "/old2": tale("The Tide"),
        "/old3": tale("The Gull", "Bo"),
    }

    def serve(request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if path == "/robots.txt":
            return ROBOTS_FREE
        return pages.get(path) or answer(b"<h1>Not Found</h1>", status="404 Not Found")

    with RawServer({"*": serve}) as server:
        shelf = Shelf(tmp_path, server, pages)
        shelf.run()
        yield shelf


def test_a_moved_story_is_one_story_with_both_addresses(shelf: Shelf) -> None:
    """It keeps its id and its versions, answers to both addresses, and is no news."""
    before = shelf.stories()
    shelf.run(old1=moved("/new1"), new1=tale("The Lamp"))
    after = shelf.stories()
    assert [each[0] for each in after] == ["/new1", "/old2", "/old3"]
    assert {each[2] for each in after} == {each[2] for each in before}
    assert [each[3] for each in after] == [1, 1, 1]
    aliases = rows(shelf.archive, "SELECT aliases FROM story WHERE aliases != '[]'")
    assert aliases == [(f'["{shelf.server.url("/old1")}"]',)]
    known = rows(shelf.archive, "SELECT count(*) FROM address WHERE url_key LIKE '%1'")
    assert known == [(2,)]
    assert rows(shelf.archive, "SELECT count(*) FROM story WHERE gone_since IS NOT NULL") == [(0,)]
    assert rows(shelf.archive, "SELECT DISTINCT kind FROM event") == [("new",)]
    made = dump(shelf.archive)
    shelf.archive.rebuild()
    assert dump(shelf.archive) == made


def test_a_story_that_moves_on_and_changes_has_one_history(shelf: Shelf) -> None:
    """Two moves, a change at the second place, and the first address is closed at last."""
    (name,) = [each[2] for each in shelf.stories() if each[0] == "/old1"]
    shelf.run(old1=moved("/new1"), new1=tale("The Lamp"))
    shelf.run(new1=moved("/newest1", "302 Found"), newest1=tale("The Lamp"))
    shelf.run(newest1=tale("The Lamp", more="<p>And then the lamp was lit again at last.</p>"))
    gone = answer(b"<h1>Not Found</h1>", status="404 Not Found")
    shelf.run(old1=gone)
    assert [each for each in shelf.stories() if each[2] == name] == [
        ("/newest1", "The Lamp", name, 2)
    ]
    assert len(shelf.stories()) == 3
    kinds = rows(shelf.archive, "SELECT DISTINCT kind FROM event ORDER BY 1")
    assert kinds == [("changed",), ("new",)]
    shelf.run(newest1=gone)
    gone_since = "SELECT public_id FROM story WHERE gone_since IS NOT NULL"
    assert rows(shelf.archive, gone_since) == [(name,)]
    made = dump(shelf.archive)
    shelf.archive.rebuild()
    assert dump(shelf.archive) == made


def test_a_story_that_is_told_a_little_otherwise_where_it_is_now_is_the_same(shelf: Shelf) -> None:
    """Title, author and length tell; the site has another face at the new place."""
    body = "<p>Read at the new Harbour.</p>" + PROSE.replace("The keeper", "The keeper of The Lamp")
    shelf.run(old1=moved("/new1"), new1=answer(story_page("The Lamp", "Ana", body)))
    assert len(shelf.stories()) == 3


@pytest.mark.parametrize(
    ("changed", "left"),
    [
        pytest.param({f"old{n}": moved("/") for n in (1, 2, 3)}, 3, id="all to the front page"),
        pytest.param(
            {**{f"old{n}": moved("/harbour") for n in (1, 2, 3)}, "harbour": tale("The Harbour")},
            4,
            id="all to one page that reads as a story",
        ),
        pytest.param({"old1": moved("/old2")}, 3, id="to another story"),
        pytest.param(
            {"old1": moved("/new1"), "new1": tale("The Lamp", "Somebody Else", "<p>More.</p>")},
            4,
            id="to one of that title by another author",
        ),
        pytest.param(
            {"old1": moved("/new1"), "new1": tale("The Lamp 2")}, 4, id="to its second part"
        ),
        pytest.param(
            {"old1": moved("/new1"), "new1": tale("The Lamp", more="<p>More of it.</p>" * 99)},
            4,
            id="to one that is much longer",
        ),
    ],
)
def test_a_redirect_alone_joins_no_stories(
    shelf: Shelf, changed: dict[str, bytes], left: int
) -> None:
    """Each old story keeps its own text and its id."""
    before = {each[2] for each in shelf.stories()}
    shelf.run(**changed)
    assert len(shelf.stories()) == left
    assert before <= {each[2] for each in shelf.stories()}


def test_what_all_pages_said_before_they_led_elsewhere_joins_none(shelf: Shelf) -> None:
    """A farewell at every address, and then a redirect of all to it."""
    farewell = tale("We Have Closed")
    shelf.run(**{f"old{n}": farewell for n in (1, 2, 3)})
    shelf.run(**{f"old{n}": moved("/bye") for n in (1, 2, 3)}, bye=farewell)
    titles = {each[1] for each in shelf.stories()}
    assert {"The Lamp", "The Tide", "The Gull"} <= titles
