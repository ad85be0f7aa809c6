"""A site that changes from epoch to epoch: stories of five styles, and what becomes of them.

All stories are made up here, of sentences written for this project. `Epochs` holds what the site is
now; a test changes it between two runs, and `serve` answers for a RawServer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from tests.archives import ROBOTS_FREE, answer

_WHO = (
    "Marit",
    "the ferryman",
    "old Joss",
    "Ilse",
    "the bell-founder",
    "Corin",
    "my aunt",
    "Peder",
)
_WHAT = (
    "the lamp",
    "a jar of salt",
    "the ledger",
    "the green door",
    "a coil of rope",
    "the kettle",
)
_WHERE = ("the slipway", "the upper deck", "the loft", "the sluice", "the chapel", "the far bank")
_SAID = ("nothing at all", "that the tide was early", "what everybody knew", "a word too many")
_SENTENCES = (
    "{who} carried {what} to {where} before anybody else was awake, and said {said}.",
    "There was frost on {what}, and under it the marks that {who} had left in the autumn.",
    "When {who} came back from {where}, the others had said {said} and gone to bed.",
    "Nobody asked why {what} had been moved to {where}, least of all {who}.",
    "It rained until noon; then {who} went out to {where} with {what} and did not look round.",
    "“Leave {what},” said {who}, “or carry it to {where} yourself.”",
    "In the years that followed {who} remembered {where} and {what}, and said {said}.",
    "The water had reached {where} in the night, and {what} was floating with its face down.",
)


def paragraphs(name: str, number: int = 7) -> list[str]:
    """Return paragraphs that no other *name* has, the same ones each time."""
    dice = random.Random(name)

    def sentence() -> str:
        text = dice.choice(_SENTENCES).format(
            who=dice.choice(_WHO), what=dice.choice(_WHAT), where=dice.choice(_WHERE),
            said=dice.choice(_SAID),
        )  # fmt: skip
        return text[:1].upper() + text[1:]

    return [" ".join(sentence() for _ in range(3)) for _ in range(number)]


@dataclass
class Tale:
    """One story as its site has it now."""

    style: str  # "hand", "efic", "auto", "txt", "parts"
    number: int
    title: str
    author: str
    chapters: list[list[str]]
    disclaimer: str = "The harbour is mine. The sea is not."
    summary: str = ""
    is_listed: bool = True

    @property
    def paths(self) -> list[str]:
        """Return the address of each chapter."""
        n = self.number
        if self.style == "efic":
            return [
                f"/efic/viewstory.php?sid={n}&chapter={k + 1}" for k in range(len(self.chapters))
            ]
        if self.style == "parts":
            return [f"/parts/p{n}_{k + 1}.html" for k in range(len(self.chapters))]
        return [{"hand": f"/hand/h{n}.html", "auto": f"/auto/archive/{n}/a{n}.html",
                 "txt": f"/txt/t{n}.txt"}[self.style]]  # fmt: skip


_AUTHORS = ("Ada Mare", "Ben Holm", "Cleo Strand", "Dov Kelp", "Eli Foss")
SHARES = {"hand": 15, "efic": 5, "auto": 3, "txt": 2, "parts": 2}  # stories of each style


def tales() -> list[Tale]:
    """Return the stories of the first epoch."""
    found = []
    for style, number in SHARES.items():
        for n in range(1, number + 1):
            count = {"efic": 1 + n % 3, "parts": 2 + n % 2}.get(style, 1)
            name = f"{style} {n}"
            found.append(
                Tale(
                    style, n, f"The {style.title()} of {_WHO[n % 8].split()[-1].title()} {n}",
                    _AUTHORS[n % 5], [paragraphs(f"{name} {k}") for k in range(count)],
                    summary=f"What came of it on day {n}.",
                )
            )  # fmt: skip
    return found


SOFT_404 = b"<html><head><title>Error</title></head><body><h1>Story not found</h1><p>The story that you asked for does not exist.</p></body></html>"
LOGIN = b'<html><head><title>Log in</title></head><body><p>You must be logged in to read this story.</p><form method="post"><input name="u"><input type="password" name="p"></form></body></html>'
PARKED = b"<html><head><title>harbour.example</title></head><body><h1>harbour.example</h1><p>This domain may be for sale.</p><a href='http://ads.example/1'>Ferries</a> <a href='http://ads.example/2'>Insurance</a></body></html>"
VANISHED = {
    "404": answer(b"<h1>Not Found</h1>", status="404 Not Found"),
    "410": answer(b"<h1>Gone</h1>", status="410 Gone"),
    "soft 404": answer(SOFT_404),
    "login": answer(LOGIN),
    "home": answer(b"", status="302 Found", headers="Location: /\r\n"),
    "blank": answer(b""),
}


@dataclass
class Epochs:
    """The site as it is now."""

    tales: list[Tale] = field(default_factory=tales)
    day: int = 1  # counters, dates and ads follow it
    banner: str = "Harbour Stories"
    foot: str = "Harbour Stories is kept by the night watch. Be kind to the authors."
    answers: dict[str, bytes] = field(default_factory=dict)  # by path; before all else
    blanket: bytes | None = None  # one answer for every page

    def tale(self, style: str, number: int) -> Tale:
        """Return one story."""
        return next(each for each in self.tales if (each.style, each.number) == (style, number))

    def vanish(self, tale: Tale, how: str) -> None:
        """Take a story away as *how* says."""
        tale.is_listed = False
        for path in tale.paths:
            self.answers[path] = VANISHED[how]
        if tale.style == "efic":
            self.answers[f"/efic/viewstory.php?sid={tale.number}"] = VANISHED[how]

    def come_back(self, tale: Tale) -> None:
        """Give a story back."""
        tale.is_listed = True
        for path in (*tale.paths, f"/efic/viewstory.php?sid={tale.number}"):
            self.answers.pop(path, None)

    def serve(self, request: bytes) -> bytes:
        """Answer one request."""
        path = request.split(b" ")[1].decode()
        if path == "/robots.txt":
            return ROBOTS_FREE
        if self.blanket is not None:
            return self.blanket
        if path in self.answers:
            return self.answers[path]
        body, mime = self._page(path)
        if body is None:
            return VANISHED["404"]
        return answer(body.encode()).replace(b"text/html", mime.encode() + b"; charset=utf-8")

    # ---- pages

    def _page(self, path: str) -> tuple[str | None, str]:
        if path == "/":
            return self._framed("Harbour Stories", self._lists()), "text/html"
        for tale in self.tales:
            if path in tale.paths:
                made = getattr(self, f"_{tale.style}")(tale, tale.paths.index(path))
                return made, "text/plain" if tale.style == "txt" else "text/html"
        split = urlsplit(path)
        if split.path == "/efic/viewstory.php":
            number = int(parse_qs(split.query).get("sid", ["0"])[0])
            found = [t for t in self.tales if t.style == "efic" and t.number == number]
            if found and "chapter" not in split.query:
                return self._efic_contents(found[0]), "text/html"
        return None, ""

    def _lists(self) -> str:
        rows = []
        for tale in self.tales:
            if tale.is_listed:
                path = tale.paths[0]
                if tale.style == "efic" and len(tale.chapters) > 1:
                    path = f"/efic/viewstory.php?sid={tale.number}"
                rows.append(f'<li><a href="{path}">{tale.title}</a> by {tale.author}</li>')
        return f"<h1>All stories</h1><ul>{''.join(rows)}</ul>"

    def _chrome(self) -> str:
        return f'<div class="ad"><a href="http://ads.example/{self.day}">Buy rope today!</a></div>'

    def _framed(self, title: str, body: str) -> str:
        return (
            f"<html><head><title>{title}</title></head><body>{self._chrome()}{body}"
            f"<hr><p>You are visitor number {1000 + 37 * self.day}.</p>"
            f"<p>This page was last updated on {self.day} May 2004.</p><p>{self.foot}</p>"
            f'<p><a href="/">Home</a></p></body></html>'
        )

    def _hand(self, tale: Tale, chapter: int) -> str:
        text = "".join(f"<p>{each}</p>" for each in tale.chapters[chapter])
        return self._framed(
            tale.title,
            f"<h1>{tale.title}</h1><p>by {tale.author}</p><p>Disclaimer: {tale.disclaimer}</p>"
            f"<p>Summary: {tale.summary}</p>{text}",
        )

    def _parts(self, tale: Tale, chapter: int) -> str:
        text = "".join(f"<p>{each}</p>" for each in tale.chapters[chapter])
        more = tale.paths[chapter + 1 : chapter + 2]
        links = f'<p><a href="{more[0]}">Next part</a></p>' if more else ""
        return self._framed(
            f"{tale.title}, part {chapter + 1}",
            f"<h1>{tale.title}, part {chapter + 1}</h1><p>by {tale.author}</p>{text}{links}",
        )

    def _auto(self, tale: Tale, chapter: int) -> str:
        text = "".join(f"<p>{each}</p>" for each in tale.chapters[chapter])
        return self._framed(
            f"{self.banner}: {tale.title}",
            f'<h3 align="center">{tale.title}</h3><p>by <a href="mailto:x{tale.number}@example.org">'
            f"{tale.author}</a></p><p>Disclaimer: {tale.disclaimer}</p><p>Rating: PG<br>"
            f"Summary: {tale.summary}</p>{text}",
        )

    def _txt(self, tale: Tale, chapter: int) -> str:
        text = "\n\n".join(tale.chapters[chapter])
        return (
            f"{tale.title}\nby {tale.author}\n\nDisclaimer: {tale.disclaimer}\n"
            f"Summary: {tale.summary}\n\n{text}\n"
        )

    def _efic_head(self, tale: Tale) -> str:
        n = tale.number
        return (
            f"<html><head><title>{tale.title} by {tale.author}</title></head><body>{self._chrome()}"
            f'<div id="container"><div id="header"><h1>{self.banner}</h1></div><div id="menu">'
            '<a href="index.php">Home</a> <a href="user.php?action=login">Log In</a></div>'
            f'<div id="mainpage"><div id="pagetitle"><a href="viewstory.php?sid={n}">{tale.title}</a>'
            f' by <a href="viewuser.php?uid={n % 5}">{tale.author}</a></div>'
        )

    def _efic_box(self, tale: Tale) -> str:
        return (
            f'<div class="content"><span class="label">Summary: </span>{tale.summary}<br />'
            '<span class="label">Rated:</span> PG<br /><span class="label">Chapters: </span> '
            f'{len(tale.chapters)} <span class="label">Completed:</span> Yes '
            f'<span class="label">Read:</span> {100 * self.day}</div>'
        )

    def _efic_contents(self, tale: Tale) -> str:
        rows = "".join(
            f'<p><b>{k}. <a href="viewstory.php?sid={tale.number}&amp;chapter={k}">Chapter {k}</a>'
            f"</b> by {tale.author} (256 words)</p>"
            for k in range(1, len(tale.chapters) + 1)
        )
        return (
            f'{self._efic_head(tale)}<div id="output"><div class="listbox">{self._efic_box(tale)}'
            f'</div>{rows}</div></div><div id="footer">{self.foot}</div></div></body></html>'
        )

    def _efic(self, tale: Tale, chapter: int) -> str:
        text = "<br /><br />".join(tale.chapters[chapter])
        several = f"<h3>Chapter {chapter + 1}</h3>" if len(tale.chapters) > 1 else ""
        return (
            f"{self._efic_head(tale)}<div class='notes'><div class='title'><span class='label'>"
            "Story Notes:</span></div><div class='noteinfo'>Disclaimer: "
            f'{tale.disclaimer}</div></div><div class="infobox">{self._efic_box(tale)}</div>'
            f'{several}<div id="story">{text}</div></div><div id="footer">{self.foot}</div></div>'
            "</body></html>"
        )
