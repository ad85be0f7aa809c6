"""Pages of our own writing in the anatomy of sites that a shipped profile knows."""

from __future__ import annotations

PARAGRAPHS = [
    "The ferry was late again, and Ada said so to nobody in particular while the gulls went about their business.",
    '"It will come," said the harbour master. "It always has come, and it has always been late."',
    "She sat down on the coil of rope that had been hers since the spring, and counted the masts until the lamps were lit.",
    "When it came at last there was one passenger on it, and he carried nothing but a kettle and a letter with no stamp.",
]
BODY = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
NOTICE = (
    "Smallville and all of its related elements are copyright 2001 - 2007 Some Productions and a "
    "network. A hero created by two men."
)
_LATER = (
    "<div class=comments><p>Lovely, I read it twice on the train and nearly missed my stop because "
    'of the kettle.</p><p>"Me too!" said somebody else, who had read it on the same train.</p></div>'
)


def _second_cell(archive: str) -> str:
    return (
        f"<html><head><title>{archive} Archive Entry</title></head><body><table class=content><tr>"
        '<td>Quote of the week: "Thank you kindly," and other words that a mountie said to a wolf on '
        "a very cold and windy day.<br>Staff picks are chosen on Mondays.</td><td><center>"
        "<h2>The Ferry</h2>by<br>Ada Penhallow<br></center><center><p>Disclaimer: The mountie "
        f"belongs to somebody.</p></center>{BODY}</td></tr></table></body></html>"
    )


# profile -> (address, page)
PAGES = {
    "level_three": (
        "http://www.smallvillefanfic.com/archive/18/theferry.html",
        f"<html><body><center><p>by Ada Penhallow</p></center>{BODY}<hr><center><p>{NOTICE}</p>"
        "</center></body></html>",
    ),
    "smallville_slash_archive": (
        "http://slash.example/archive/3/theferry.html",
        "<html><head><title>Smallville Slash Archive</title></head><body><p>by Ada Penhallow</p>"
        f"{BODY}<p>{NOTICE}</p><hr><center><a href='../'>home</a></center></body></html>",
    ),
    "due_south": ("http://mountie.example/archive/3/theferry.html", _second_cell("Due South")),
    "yuletide": ("http://yule.example/archive/3/theferry.html", _second_cell("Yuletide")),
    "852_prospect": (
        "http://prospect.example/archive/15/theferry.html",
        f"<html><head><title>852 Prospect</title></head><body><p>by Ada Penhallow</p>{BODY}</body></html>",
    ),
    "shoujo_ai": (
        "http://moon.example/fic/ferry.html",
        "<html><head><title>Ferry</title></head><body><h1>The Ferry</h1><h2>a multi-series fanfiction "
        f"by <a href='mailto:ada@moon.example'>Ada Penhallow</a></h2>{BODY}<hr>"
        "<p>Back to Other Fanfiction</p></body></html>",
    ),
    "royal_road": (
        "https://www.royalroad.com/fiction/1/ferry/chapter/2/two",
        "<html><head><title>Two - The Ferry | Royal Road</title></head><body><ul><li>Sign up</li></ul>"
        "<div class=fic-header><h1>Two</h1><h2>The Ferry</h2><h3>by <a href='/profile/77'>ada_p</a>"
        "</h3></div><div class='portlet author-note'><p>Thanks for waiting, everyone.</p></div>"
        f"<div class='chapter-inner chapter-content'>{BODY}</div>"
        "<div class='portlet author-note'><p>More on Friday.</p></div>"
        "<div>About the author: lives near a harbour and has written since spring.</div>"
        "<p>Support this tale on other places of the web.</p></body></html>",
    ),
    "ficbook": (
        "https://ficbook.net/readfic/1/2",
        "<html><body><div class=top><span class='badge ds-label-rating-R'>R</span>"
        "<span class='ds-label-status-finished'>finished</span></div><h1>The Ferry</h1>"
        "<div>Award of the readers: three stars and a fish, with our congratulations to all.</div>"
        f"<div id=content>{BODY}</div><ul class=list-of-fanfic-parts>"
        "<li><a class=part-link href='/readfic/1/2'>On the pier</a>"
        "<li><a class=part-link href='/readfic/1/3'>On the boat</a></ul></body></html>",
    ),
    "livejournal": (
        "https://ada.livejournal.com/12.html",
        "<html><head><title>ada: The Ferry</title></head><body><h1>Harbour talk</h1>"
        "<time class=b-singlepost-author-date>2004-06-17 20:11:00</time>"
        f"<article class=b-singlepost-body>{BODY}</article>{_LATER}</body></html>",
    ),
    "dreamwidth": (
        "https://ada.dreamwidth.org/12.html",
        "<html><head><title>ada | The Ferry</title></head><body><div class=contents>"
        "<div class='header inner'><h3 class=entry-title>The Ferry</h3>"
        "<span class=date>June 17th, 2009</span></div>"
        f"<span class=restrictions>Public entry for everyone</span>{BODY}"
        "<div class=currents>Current Mood: damp and pleased with how things have turned out</div></div>"
        f"{_LATER}</body></html>",
    ),
}
