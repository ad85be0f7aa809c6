"""Print what the worst pages cost to clean: milliseconds per 100 kB, and what twice as much costs.

    python bench/hostile.py [--size 100] [NAME ...]

Each shape repeats one thing that is cheap to write and may be dear to read. The bar is a second per
100 kB; a factor well above 2 is work that grows faster than the page, and then no size is safe.
"""

from __future__ import annotations

import argparse
import sys
import time

from storykeep.derive import derive
from storykeep.model import Page

WORDS = "the keeper counted waves and on number seven he put down his cup and listened "
BAR = 1000.0  # milliseconds per 100 kB
GROWTH = 3.5  # of twice the size; 4 is quadratic
# What comes once, what is repeated, and what comes behind.
SHAPES: dict[str, tuple[str, str, str]] = {
    "nested div": ("", "<div>", "word"),
    "boxes of a blog": (
        '<meta name=generator content=WordPress><h1 class="entry-title">T</h1>'
        '<div class="entry-content"><p>word',
        '<div class="sharedaddy author entry-title">x',
        "",
    ),
    "small print": ("<h1>T</h1>", "<p><font size=1>These characters belong to Bo.</font></p>", ""),
    "rows of facts": ("<h1>T</h1><p>", "A/B, PG, 5 words.<br>", WORDS),
    "rows of names": ("<h1>T</h1><center>", "~ Ada Moss ~<br>", WORDS),
    "a title tag of FanFiction.Net": (
        "<title>",
        "a, Chapter 1, an a fanfic ",
        "</title><a href=/u/1/a>a</a><div id=storytext>x",
    ),
    "options": ("<select>", "<option>a", "</select><p>word"),
    "nested b": ("", "<b>", WORDS),
    "nested blockquote": ("", "<blockquote>", WORDS),
    "nested span in p": ("", "<p><span>", WORDS),
    "nested table": ("", "<table><tr><td>", WORDS),
    "nested list": ("", "<ul><li>", WORDS),
    "nested links": ("", "<font color=red><a href=x>y", ""),
    "nested quotes": ("", "<q>", "word"),
    "one line": ("<p>", WORDS, "</p>"),
    "one word": ("<p>", "x", "</p>"),
    "one line of labels": ("<p>", "Rating: PG Pairing: A/B ", "</p>"),
    "one line of stars": ("<p>", "*word* ", "</p>"),
    "one line of dates": ("<p>", "05/06/2003 ", "</p>"),
    "one line of addresses": ("<p>", "a@b.example http://x.example/ ", "</p>"),
    "one line of owners": ("<p>", "belongs to Warner Bros. and ", "</p>"),
    "one line of brackets": ("<p>", "(", "</p>"),
    "one line of blanks": ("<p>a", "&nbsp; ", "b</p>"),
    "br": ("", "<br>", ""),
    "text and br": ("", "hello there<br>", ""),
    "tiny p": ("", "<p>a</p>", ""),
    "empty p": ("", "<p></p>", ""),
    "blank p": ("", "<p>&nbsp;</p>", WORDS),
    "quotation marks": ("", '<p>"</p>', ""),
    "breaks": ("", "<p>* * *</p>", ""),
    "rules": ("", "<hr>", ""),
    "images": ("", "<img src=a.gif><br>", ""),
    "headings": ("", "<h2>Chapter</h2>", ""),
    "links": ("", "<a href='/s/{}.html'>story {}</a>\n", ""),
    "links and br": ("", "<a href='/s/{}.html'>story {}</a><br>\n", ""),
    "links in a list": ("<ul>", "<li><a href='/s/{}.html'>story {}</a>\n", "</ul>"),
    "links with by-lines": ("", "<p><a href='/s/{}.html'>story {}</a> by Ann Other</p>\n", ""),
    "unclosed font": ("", "<font color=red>word ", ""),
    "unclosed i in p": ("", "<p><i>some words here ", ""),
    "misnested": ("", "<b><i>x</b></i>", ""),
    "labels": ("", "Rating: PG<br>\n", ""),
    "disclaimers": ("", "<p>Disclaimer: not mine, belongs to them</p>\n", ""),
    "by-lines": ("", "<p>by Ann Other</p>", ""),
    "closing notes": (f"<p>{WORDS * 20}</p><hr>", "<p>Please review. I own nothing.</p>", ""),
    "pre": ("<pre>", WORDS + "\n", "</pre>"),
    "pre with i": ("<pre>", "<i>word</i> word\n", "</pre>"),
    "pre with tabs": ("<pre>", "a\tb\t", "</pre>"),
    "data rows": ("<table>", "<tr><td>a</td><td>b</td></tr>", "</table>"),
    "data cells": ("<table><tr>", "<td>a</td>", "</tr></table>"),
    "terms": ("<dl>", "<dt>Rating<dd>PG", "</dl>"),
    "classes": ("", "<p class='c{} d{}'>word word</p>", ""),
    "hidden": ("", "<p style='display:none'>word</p>", WORDS),
    "unknown tags": ("", "<lyrics>la la</lyrics>", ""),
    "open comments": ("", "<!-- ", ""),
    "open quotes": ("", '<a href="', ""),
    "open tags": ("", "<", ""),
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("shapes", nargs="*", metavar="NAME", help="of a shape; default: all")
    options.add_argument("--size", type=int, default=100, help="kB of the smaller page")
    given = options.parse_args()
    failed = 0
    print(f"{'':24}{'ms/100 kB':>12}{'twice as much':>16}")
    for name, shape in SHAPES.items():
        if given.shapes and name not in given.shapes:
            continue
        one, two = (cost(made(shape, kilobytes)) for kilobytes in (given.size, 2 * given.size))
        per = one * 1000 * 100 / given.size
        bad = per > BAR or two > GROWTH * one
        failed += bad
        print(f"{name:24}{per:12.0f}{two / one:15.1f}x{'  TOO SLOW' if bad else ''}", flush=True)
    return 1 if failed else 0


def made(shape: tuple[str, str, str], kilobytes: int) -> bytes:
    """Return a page of a shape."""
    before, repeated, behind = shape
    count = kilobytes * 1000 // len(repeated)
    body = "".join(repeated.replace("{}", str(number)) for number in range(count))
    head = "<html><head><title>The Lamp</title></head><body><h1>The Lamp</h1><p>by Ana</p>"
    return f"{head}{before}{body}{behind}</body></html>".encode()


def cost(body: bytes) -> float:
    """Return the CPU seconds of one page, the better of two tries."""
    page = Page("http://stories.example/a.html", 200, (("Content-Type", "text/html"),), body)
    tries = []
    for _ in range(2):
        started = time.process_time()
        derive(page)
        tries.append(time.process_time() - started)
    return min(tries)


if __name__ == "__main__":
    sys.exit(main())
