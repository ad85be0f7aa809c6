"""Story pages made up for the benches, in four styles of 1995-2010: the same bytes at each call.

The words come from a list and mean nothing; the markup around them is what such pages have: a
header of labels, a disclaimer, talk, emphasis, typed breaks, navigation, a footer.
"""

from __future__ import annotations

import random
from collections.abc import Callable

_COMMON = """
    the the the the the the and and and and to to to a a a of of of he she was was in in it his
    her that had with you for as at on not they him I but said what all were from there out up
    so into down could one would been them when no if over then back just like be by who time
    now have
""".split()  # noqa: SIM905  it reads as a list
_WORDS = """
    keeper lamp tide harbour window door kitchen letter morning evening winter summer river
    bridge road station train garden wall stone coat hand hands eyes face voice shoulder
    silence rain snow light shadow table chair cup tea bread fire smoke roof stairs cellar
    attic engine boat oar rope sail gull wave shore sand village city street market bell tower
    clock sister brother mother captain doctor teacher stranger friend neighbour child dog
    horse goose cat book page story name word question answer promise secret reason trouble
    mistake chance morning's asked answered looked turned walked waited listened laughed smiled
    frowned nodded whispered shouted remembered forgot wanted needed thought knew felt held
    took gave found lost kept opened closed carried reached stopped started wondered followed
    quiet quietly slowly suddenly carefully almost never always again still only old young cold
    warm dark bright small long empty heavy narrow wide soft hard strange familiar tired
    careful certain ready late early alone together
""".split()  # noqa: SIM905  it reads as a list
_NAMES = ("Anna", "Corin", "Pell", "Maudie", "Tomas", "Wren", "Ilse", "Hob")
_VERBS = ("said", "asked", "whispered", "answered", "muttered", "told him", "called")
_BREAKS = ("* * *", "~*~*~", "***", "-----", "oOo")
_SITES = ("The Lantern Archive", "Harbour Lights", "Quiet Water Fiction", "The Low Fell Library")


class _Writer:
    """Makes up text; *quotes* are the marks of speech, *slant* the tags of emphasis."""

    def __init__(self, dice: random.Random, quotes: tuple[str, str], slant: tuple[str, str]):
        self.dice, self.quotes, self.slant = dice, quotes, slant

    def words(self, least: int, most: int) -> list[str]:
        choice = self.dice.choice
        return [
            choice(_COMMON) if self.dice.random() < 0.6 else choice(_WORDS)
            for _ in range(self.dice.randint(least, most))
        ]

    def sentence(self) -> str:
        words = self.words(4, 19)
        if self.dice.random() < 0.3:
            words.insert(self.dice.randrange(1, len(words)), self.dice.choice(_NAMES))
        if self.dice.random() < 0.09:
            at = self.dice.randrange(len(words))
            words[at] = f"{self.slant[0]}{words[at]}{self.slant[1]}"
        if len(words) > 9:
            words[len(words) // 2] += self.dice.choice((",", ",", ";", " --"))
        text = " ".join(words)
        return text[0].upper() + text[1:] + self.dice.choice("......?!")

    def paragraph(self) -> str:
        if self.dice.random() < 0.45:
            return self.speech()
        return " ".join(self.sentence() for _ in range(self.dice.randint(2, 8)))

    def speech(self) -> str:
        opening, closing = self.quotes
        name, verb = self.dice.choice(_NAMES), self.dice.choice(_VERBS)
        said = f"{opening}{self.sentence()[:-1]},{closing} {name} {verb}."
        if self.dice.random() < 0.5:
            said += f" {opening}{self.sentence()}{closing}"
        return said

    def story(self, size: int, drawn: Callable[[str], str], broken: Callable[[str], str]) -> str:
        """Return *size* bytes or a little more of paragraphs, with a break now and then."""
        pieces: list[str] = []
        length = 0
        mark = self.dice.choice(_BREAKS)
        while length < size:
            breaks = len(pieces) % 24 == 23
            pieces.append(broken(mark) if breaks else drawn(self.paragraph()))
            length += len(pieces[-1])
        return "".join(pieces)


def page(style: str, number: int, kilobytes: int) -> bytes:
    """Return the page *number* of a style: about *kilobytes* (1000 bytes) of HTML."""
    return STYLES[style](random.Random(f"{style} {number} {kilobytes}"), kilobytes * 1000)


def _title(dice: random.Random) -> str:
    return " ".join(word.capitalize() for word in dice.sample(_WORDS, dice.randint(1, 4)))


def _pen(dice: random.Random) -> str:
    return dice.choice(_NAMES) + dice.choice(("", " Thwaite", " Penhallow", "wood", " of the Fell"))


def _menu(dice: random.Random, count: int, between: str) -> str:
    names = [_title(dice) for _ in range(count)]
    return between.join(
        f'<a href="/{name.split()[0].lower()}/index.html">{name}</a>' for name in names
    )


def _labels(dice: random.Random, writer: _Writer, drawn: Callable[[str, str], str]) -> str:
    """Return a header of labels as most authors typed it."""
    pairs = [
        ("Rating", dice.choice(("G", "PG", "PG-13", "R"))),
        ("Pairing", f"{dice.choice(_NAMES)}/{dice.choice(_NAMES)}"),
        ("Summary", writer.sentence()),
        (
            "Disclaimer",
            "They belong to their makers, not to me. No money is made. Please don't sue.",
        ),
        ("Author's Notes", f"{writer.sentence()} {writer.sentence()}"),
        ("Feedback", "Yes, please!"),
    ]
    return "".join(drawn(name, value) for name, value in pairs)


def _by_p(dice: random.Random, size: int) -> bytes:
    """A tidy page of a static archive: <p>, <em>, a style sheet, a menu."""
    writer = _Writer(dice, ('"', '"'), ("<em>", "</em>"))
    title, pen, site = _title(dice), _pen(dice), dice.choice(_SITES)
    head = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">\n<html>\n<head>\n'
        f"<title>{site}: {title} by {pen}</title>\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
        '<style type="text/css">\nbody { font-family: Georgia; margin: 2em; }\n'
        ".menu a { color: #336; }\n</style>\n</head>\n<body>\n"
        f'<div class="menu"><a href="/">{site}</a> | {_menu(dice, 6, " | ")}</div>\n'
        f'<h1>{title}</h1>\n<h2>by <a href="/authors/{pen.split()[0]}.html">{pen}</a></h2>\n'
    )
    labels = _labels(dice, writer, lambda name, text: f"<p><strong>{name}:</strong> {text}</p>\n")
    foot = (
        '<hr />\n<p class="menu"><a href="two.html">Next chapter</a> | '
        '<a href="/feedback.html">Leave a review</a></p>\n'
        f"<p><small>&copy; 2004 {site}. {_menu(dice, 3, ' ')}</small></p>\n</body>\n</html>\n"
    )
    body = writer.story(
        size - len(head) - len(labels) - len(foot),
        lambda text: f"<p>{text}</p>\n",
        lambda mark: f'<p style="text-align: center">{mark}</p>\n',
    )
    return f"{head}{labels}<hr />\n{body}{foot}".encode()


def _by_br(dice: random.Random, size: int) -> bytes:
    """A page by hand of 1997: line breaks, capitals for tags, everything in <BODY>."""
    writer = _Writer(dice, ('"', '"'), ("<I>", "</I>"))
    title, pen = _title(dice), _pen(dice)
    head = (
        f"<HTML><HEAD><TITLE>{title}</TITLE></HEAD>\n"
        '<BODY BGCOLOR="#000000" TEXT="#C0C0C0" LINK="#FFCC00">\n'
        f'<CENTER><FONT SIZE="+3">{title}</FONT><BR>\n'
        f'by <A HREF="mailto:{pen.split()[0].lower()}@fen.example">{pen}</A></CENTER>\n<BR><BR>\n'
    )
    labels = _labels(dice, writer, lambda name, text: f"{name}: {text}<BR>\n")
    foot = (
        '<CENTER>THE END</CENTER>\n<HR>\n<CENTER><A HREF="index.html">Back to the index</A><BR>\n'
        f"{_menu(dice, 4, ' * ')}</CENTER>\n</BODY></HTML>\n"
    )
    body = writer.story(
        size - len(head) - len(labels) - len(foot),
        lambda text: f"{text}<BR>\n<BR>\n",
        lambda mark: f"<CENTER>{mark}</CENTER>\n<BR>\n",
    )
    return f"{head}{labels}<BR>\n<BR>\n{body}{foot}".encode()


def _by_font(dice: random.Random, size: int) -> bytes:
    """A page that Word wrote: a font round every paragraph, windows-1252, gaps of &nbsp;."""
    writer = _Writer(dice, ("\u201c", "\u201d"), ('<span style="font-style:italic">', "</span>"))
    title, pen = _title(dice), _pen(dice)
    font = '<font face="Times New Roman" size="3">'
    normal = '<p class="MsoNormal">'
    head = (
        f"<html>\n<head>\n<title>{title}</title>\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">\n'
        '<meta name="Generator" content="Microsoft Word 97">\n</head>\n<body>\n'
        f'<p align="center"><b><font size="5">{title}</font></b></p>\n'
        f'<p align="center">{font}by {pen}</font></p>\n'
    )
    labels = _labels(
        dice, writer, lambda name, text: f"{normal}{font}<b>{name}:</b> {text}</font></p>\n"
    )
    foot = (
        f'<p align="center">{font}<b>The End</b></font></p>\n'
        '<p><a href="../stories.htm">More stories</a></p>\n</body>\n</html>\n'
    )
    body = writer.story(
        size - len(head) - len(labels) - len(foot),
        lambda text: f'<p class="MsoNormal" align="justify">{font}{text}</font></p>\n',
        lambda mark: f"{normal}{font}&nbsp;</font></p>\n",
    )
    return f"{head}{labels}<p>&nbsp;</p>\n{body}{foot}".encode("cp1252")


def _by_table(dice: random.Random, size: int) -> bytes:
    """A page laid out by tables: a banner, a sidebar of links, labels in cells, <p> unclosed."""
    writer = _Writer(dice, ("&quot;", "&quot;"), ("<i>", "</i>"))
    title, pen, site = _title(dice), _pen(dice), dice.choice(_SITES)
    head = (
        f"<html><head><title>{site} - {title}</title></head><body>\n"
        '<table width="100%" border="0" cellpadding="0"><tr><td colspan="2" bgcolor="#003366">'
        f'<img src="/images/banner.gif" width="468" height="60" alt="{site}"></td></tr>\n'
        f'<tr><td width="150" valign="top" class="sidebar">{_menu(dice, 14, "<br>")}</td>\n'
        f'<td valign="top"><h3>{title}</h3>by <a href="/users.php?id=7">{pen}</a>\n'
        '<table border="1">\n'
    )
    labels = _labels(
        dice, writer, lambda name, text: f"<tr><td><b>{name}</b></td><td>{text}</td></tr>\n"
    )
    foot = (
        '</td></tr>\n<tr><td colspan="2" align="center"><font size="1">'
        f"{_menu(dice, 5, ' | ')}<br>Hosted by {site}</font></td></tr></table></body></html>\n"
    )
    body = writer.story(
        size - len(head) - len(labels) - len(foot),
        lambda text: f"<p>{text}\n",
        lambda mark: '<hr width="50%">\n',
    )
    return f"{head}{labels}</table>\n{body}{foot}".encode()


STYLES: dict[str, Callable[[random.Random, int], bytes]] = {
    "p": _by_p, "br": _by_br, "font": _by_font, "table": _by_table,
}  # fmt: skip
