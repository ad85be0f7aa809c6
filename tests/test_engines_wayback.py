"""Pages out of the Wayback Machine are read as what they were; where from and when is evidence."""

from __future__ import annotations

import pytest

from storykeep.derive import derive
from tests.pages import CORPUS, html, unaccounted

BAR = """<!-- BEGIN WAYBACK TOOLBAR INSERT -->
<script>__wm.rw(0);</script><div id="wm-ipp-base" lang="en"><div id="wm-ipp-inside">
<form><input type="text" name="url" id="wmtbURL" value="{original}"></form>
<a href="/web/20040101000000*/{original}">17 captures</a> 01 Jan 2004 - 02 Feb 2013
<div id="wm-capinfo-collected-content">About this capture: COLLECTED BY Alexa Crawls</div></div></div>
<!-- END WAYBACK TOOLBAR INSERT -->"""
HEAD = '<script src="https://web-static.archive.org/_static/js/bundle-playback.js"></script><script>__wm.wombat("{original}","20040101123000","https://web.archive.org/","web")</script>'
FOOT = """<!--
     FILE ARCHIVED ON 12:30:00 Jan 01, 2004 AND RETRIEVED FROM THE
     INTERNET ARCHIVE ON 10:10:10 May 05, 2020.
-->"""
TALE = "".join(
    f"<p>{each}</p>"
    for each in (
        "The gate at Low Fell had been left open again, and the geese were in the schoolroom.",
        '"I did shut it," said Maudie, who had not.',
        "Miss Pargeter counted the geese, and then the children, and wrote both numbers down.",
        '"Somebody," said Miss Pargeter, "is learning long division under false pretences."',
        "Nobody ever found out whose the extra child was. It went home at dusk, over the fell.",
    )
)
ORIGINAL = "http://www.fell.example/fic/thaw.html"


def kept(bar: str = BAR, head: str = HEAD, foot: str = FOOT) -> str:
    stamp = "/web/20040101123000"
    return f"""<html><head>{head}<title>Thaw</title></head><body>{bar}
<h2>Thaw</h2><p>by <a href="{stamp}/mailto:ada@fell.example">Ada</a></p>{TALE}
<p><a href="{stamp}/http://www.fell.example/fic/thaw2.html">Next Chapter</a>
<a href="https://web.archive.org{stamp}/http://www.fell.example/">Home</a></p></body></html>{foot}""".replace(
        "{original}", ORIGINAL
    )


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(kept(), id="whole"),
        pytest.param(kept(head=""), id="the toolbar alone names the page"),
        pytest.param(kept(bar=BAR.replace("<!-- BEGIN WAYBACK TOOLBAR INSERT -->", "")), id="no comment"),
    ],
)  # fmt: skip
def test_a_saved_page_with_the_toolbar_is_read_as_what_it_was(page):
    saved = html(page, "thaw.html")
    part = derive(saved)
    assert (part.outcome, part.title, part.url) == ("story", "Thaw", ORIGINAL)
    assert [(each.name, each.url) for each in part.authors] == [("Ada", "mailto:ada@fell.example")]
    assert part.prose[0].text.startswith("The gate at Low Fell")
    assert part.prose[-1].text.endswith("over the fell.")
    links = {link.url: link.kind for link in part.links}
    assert links["http://www.fell.example/fic/thaw2.html"] == "chapter"
    assert not any("archive.org" in url for url in links)
    assert "17 captures" in part.chrome
    (found,) = part.evidence["wayback"]
    assert found.value == ORIGINAL
    assert "20040101123000" in found.reason
    assert unaccounted(saved, part) == []


def test_a_page_crawled_in_the_archive_leads_on_in_the_archive():
    url = f"https://web.archive.org/web/20040101123000/{ORIGINAL}"
    part = derive(html(kept(), url))
    assert (part.outcome, part.url) == ("story", url)
    links = {link.url: link.kind for link in part.links}
    following = "https://web.archive.org/web/20040101123000/http://www.fell.example/fic/thaw2.html"
    assert links[following] == "chapter"


def test_raw_bytes_of_the_archive_are_read_by_the_engine_of_what_they_were():
    saved = (CORPUS / "efiction" / "chapter.html").read_bytes().decode()
    url = "http://web.archive.org/web/20050101000000id_/http://mere.example/viewstory.php?sid=40&chapter=2"
    part = derive(html(saved, url))
    assert (part.engine, part.outcome, part.title) == ("efiction", "story", "One Goose Over")
    assert part.work_id == "mere.example/sid=40"
    chapter = next(link for link in part.links if "chapter=1" in link.url)
    assert chapter.url.startswith(
        "http://web.archive.org/web/20050101000000id_/http://mere.example/"
    )


def test_a_page_that_only_speaks_of_the_archive_is_left_as_it_is():
    page = f'<h2>Thaw</h2><p>by Ada</p>{TALE}<p><a href="https://web.archive.org/web/2004/http://x.example/">The old site</a></p>'
    part = derive(html(page))
    assert "wayback" not in part.evidence
    assert any(link.url.startswith("https://web.archive.org/") for link in part.links)
