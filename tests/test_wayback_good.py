"""`versions = "good"`: the last capture that is a story, whatever its address became later."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from storykeep import reader
from storykeep.archive import Archive
from storykeep.config import load
from storykeep.crawl import Watch
from storykeep.imports import Wish
from storykeep.reader.wanting import Wanted
from tests.archives import PROSE, command, dump, rows, story_page
from tests.site.wayback import Captured, WebArchive
from tests.stocked import stock
from tests.test_wayback import LAMP, MACHINE, SITE, Time, config, rescue

FOR_SALE = """<html><head><title>dead.example - This website is for sale! - dead Resources and Information.
</title></head><body><h1>dead.example</h1><p>This domain may be for sale by its owner!</p><ul>{}</ul>
<p>dead.example is your first and best source for information about lamps. Here you will also find what
else you may have come for. Number {}.</p><p>The listings below are served by somebody else. Neither he nor
the domain owner maintain any relationship with the advertisers.</p></body></html>"""
ADVERTISED = "".join(
    f"<li><a href='/r?q={word}'>{word} and more of it for you</a></li>"
    for word in ("Lamps", "Ferries", "Umbrellas", "Books")
)
LINKS = "<html><head><title>dead.example</title></head><body><h1>dead.example</h1><ul>{}</ul></body></html>"
LATER = {
    "for sale, each page another": FOR_SALE.format(ADVERTISED, 1).encode(),
    "for sale in a list": LINKS.format(ADVERTISED * 3).encode(),
    "somebody's frame": b"<html><head><title>dead.example</title></head><frameset rows='100%,*'><frame src='http://parked.example/?d=dead.example'></frameset></html>",
    "a host's farewell": b"<html><body><h1>Sorry</h1><p>GeoCities has closed. The page that you were looking for is no longer available.</p></body></html>",
    "a door": b"<html><body><form action='/login'><p>You must be logged in to read this.</p><input type='password'></form></body></html>",
    "a script that leads away": b"<html><head><script>location='http://ww1.dead.example/'</script></head><body></body></html>",
    "taken down": b"<html><body><h1>The Lamp</h1><p>by mako</p><p>This story was removed at the author's request.</p></body></html>",
}  # fmt: skip


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.mark.parametrize("later", LATER)
def test_what_an_address_became_is_passed_over(tmp_path: Path, time: Time, later: str) -> None:
    """The story before it is asked for, is read, and says since when it is gone, or nothing."""
    found = [
        Captured("20030501120000", f"{SITE}/lamp.html", LAMP),
        Captured("20100101000000", f"{SITE}/lamp.html", LATER[later]),
    ]
    service = WebArchive(found, time.at)
    archive, report = rescue(tmp_path, service, time)
    assert service.violations == []
    assert rows(archive, "SELECT title, author FROM story") == [("The Lamp", "mako")]
    assert (report.stories_new, report.failed) == (1, [])
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_a_list_and_a_frame_of_the_sites_own_are_good(tmp_path: Path, time: Time) -> None:
    """Nothing before them is asked for: they lead to what the archive has of the site."""
    listed = LINKS.format(
        "<li><a href='lamp.html'>The Lamp</a> by mako</li><li><a href='tide.html'>The Tide</a> by hob</li>"
    ).encode()
    frames = b"<html><head><title>The Lamp</title></head><frameset cols='20%,*'><frame src='menu.html'><frame src='lamp.html'></frameset></html>"
    found = [
        Captured("20020101000000", f"{SITE}/", LINKS.format("").encode()),
        Captured("20030101000000", f"{SITE}/", listed),
        Captured("20020101000000", f"{SITE}/framed.html", LAMP),
        Captured("20030101000000", f"{SITE}/framed.html", frames),
        Captured("20030501120000", f"{SITE}/lamp.html", LAMP),
    ]
    service = WebArchive(found, time.at)
    rescue(tmp_path, service, time)
    assert sorted(each.split("id_/")[0] for each in service.asked[1:]) == [
        "/web/20030101000000", "/web/20030101000000", "/web/20030501120000",
    ]  # fmt: skip


def test_lists_and_hits_say_what_is_reconstructed(tmp_path: Path, time: Time) -> None:
    """Each view that names a story says of which it is not the bytes of its site."""
    service = WebArchive([Captured("20030501120000", f"{SITE}/lamp.html", LAMP)], time.at)
    archive, _ = rescue(tmp_path, service, time)
    saved = tmp_path / "saved.html"
    saved.write_bytes(story_page("The Tide", "hob", PROSE.replace("keeper", "pilot")))
    archive.take_in(Wish((saved,), "http://other.example/"))
    listed = command("list", folder=tmp_path).stdout.splitlines()
    assert [("The Lamp" in each, each.endswith("  reconstructed")) for each in listed] == [
        (False, False), (True, True)
    ]  # fmt: skip
    found = command("search", "waves", folder=tmp_path).stdout.splitlines()[::2]
    assert {("The Lamp" in each, each.endswith("  reconstructed")) for each in found} == {
        (False, False), (True, True)
    }  # fmt: skip


@pytest.mark.parametrize("count", [4, 40])
def test_what_is_reconstructed_of_a_few_hits_is_not_looked_for_in_all(
    tmp_path: Path, count: int
) -> None:
    """A search asks it of each page of hits: it costs what the hits do, however many stories."""
    archive = stock(tmp_path, count=count)
    archive.rebuild()
    assert len(rows(archive, "SELECT 1 FROM story")) == count
    (one,) = rows(archive, "SELECT public_id FROM story LIMIT 1")
    steps = 0

    def counted() -> None:
        nonlocal steps
        steps += 1

    with closing(reader.connect(archive.config.archive.database)) as conn:
        conn.set_progress_handler(counted, 1)
        assert reader.reconstructed(conn, one) == frozenset()
    assert 0 < steps < 400


def sold(time: Time) -> WebArchive:
    """Return a web archive of twelve stories, each with another advertisement in its place later."""
    found = []
    for number in range(12):
        url = f"{SITE}/s{number}.html"
        text = story_page(f"Tale {number}", "mako", f"{PROSE}<p>The end of tale {number}.</p>")
        found.append(Captured("20030501120000", url, text))
        sale = FOR_SALE.format(ADVERTISED, number).encode()
        found.append(Captured("20150101000000", url, sale))
    return WebArchive(found, time.at)


def test_where_others_have_seen_the_site_the_brake_holds(tmp_path: Path, time: Time) -> None:
    """A page that somebody saved: what the archive shows of the others may be a bad day."""
    saved = tmp_path / "s99.html"
    saved.write_bytes(story_page("Saved", "mako", f"{PROSE}<p>The end of what was saved.</p>"))
    archive, _ = rescue(tmp_path, sold(time), time)
    archive.take_in(Wish((saved,), f"{SITE}/"))
    assert rows(archive, "SELECT count(*) FROM story WHERE gone_since IS NOT NULL") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM event WHERE kind = 'missing'") == [(12,)]
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_a_dead_site_waits_for_nobodys_word(tmp_path: Path, time: Time) -> None:
    """Twelve pages of another advertisement each: their stories are gone since then, and no run
    asks whether that is true, for nobody can see more of it than the web archive."""
    service = sold(time)
    notes: list[str] = []
    archive, report = rescue(tmp_path, service, time, Watch(note=notes.append))
    assert report.stories_new == 12
    assert rows(archive, "SELECT DISTINCT substr(gone_since, 1, 10) FROM story") == [
        ("2015-01-01",)
    ]
    assert rows(archive, "SELECT count(*) FROM event WHERE kind = 'missing'") == [(0,)]
    assert not any("missing" in each for each in [*notes, *report.damage])
    copies, report = archive.look_for_copies()
    assert report.requests == 0  # the list of the source has told it all
    assert {(each["captures"], each["have"], each["best"][:4]) for each in copies} == {
        (2, True, "2003")
    }
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before
    assert MACHINE in archive.config.wayback.cdx


def two_of_one_name(time: Time) -> WebArchive:
    """Return an archive that has two stories whose addresses differ in letter case."""
    other = story_page("The Ebb", "una", PROSE.replace("keeper", "diver"))
    parked = FOR_SALE.format(ADVERTISED, 1).encode()
    found = [
        Captured("20030101000000", f"{SITE}/Lamp.html", other),
        Captured("20030201000000", f"{SITE}/lamp.html", LAMP),
        Captured("20100101000000", f"{SITE}/lamp.html", parked),
    ]
    return WebArchive(found, time.at)


def test_two_stories_of_one_name_are_both_asked_for(tmp_path: Path, time: Time) -> None:
    """Their addresses differ in letter case only: the last good capture of each is taken."""
    archive, report = rescue(tmp_path, service := two_of_one_name(time), time)
    assert service.violations == []
    assert sorted(rows(archive, "SELECT title FROM story")) == [("The Ebb",), ("The Lamp",)]
    assert (len(service.asked), report.stories_new) == (4, 2)
    before = dump(archive)
    archive.rebuild()
    assert dump(archive) == before


def test_the_story_that_was_named_is_added(tmp_path: Path, time: Time) -> None:
    """And not in its place another one, whose address differs in letter case."""
    service = two_of_one_name(time)
    with service.serve() as address:
        archive = Archive(load(config(tmp_path, address)), clock=time.clock)
        archive.add_wayback([f"{SITE}/Lamp.html"])
    with closing(reader.connect(archive.config.archive.database)) as connection:
        copy = reader.copies(connection, Wanted("", None, f"{SITE}/Lamp.html", "gone"))
    assert ("The Ebb",) in rows(archive, "SELECT title FROM story")
    assert (copy["best"], copy["have"]) == ("2003-01-01T00:00:00Z", True)
