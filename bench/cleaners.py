"""The contenders of bench/cleaning.py; each runs in a process of its own, on one core.

    python bench/cleaners.py NAME

reads one request a line on its input and answers each with a line of JSON:

    {"warc": FILE, "captures": [...]}   clean every page of a WARC; the CPU seconds it took
    {"read": [[FILE, URL], ...]}        what it makes of saved pages, to be scored

Whoever is asked for formatting is asked for it only where it is scored, never where it is timed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_LINE = frozenset(
    """p div br hr h1 h2 h3 h4 h5 h6 li tr td blockquote pre center table dt dd body
    """.split()  # noqa: SIM905  it reads as a list
)


class Contender(NamedTuple):
    """`clean` is timed; `read` gives what it found on a page, the fields that it has at all."""

    clean: Callable[[bytes, str], object]
    read: Callable[[bytes, str], dict[str, Any]] | None = None


def main() -> None:
    name = sys.argv[1]
    contender = None if name == "storykeep" else PEERS[name]()
    for line in sys.stdin:
        request = json.loads(line)
        if "read" in request:
            found = [read(contender, Path(path).read_bytes(), url) for path, url in request["read"]]
            print(json.dumps(found), flush=True)
        else:
            print(json.dumps(timed(contender, request)), flush=True)


def read(contender: Contender | None, body: bytes, url: str) -> dict[str, Any]:
    """Return what a contender found on a page; a crash finds nothing."""
    try:
        if contender is None:
            return own_reading(body, url)
        return contender.read(body, url) if contender.read else {}
    except Exception as error:  # noqa: BLE001  a crash is a loss, not the end of the bench
        return {"problem": f"{type(error).__name__}: {error}", "paragraphs": []}


def timed(contender: Contender | None, request: dict[str, Any]) -> float:
    """Return the CPU seconds from the WARC to the cleaned pages."""
    if contender is None:
        return own_time(Path(request["warc"]).parent, request["captures"])
    started = time.process_time()
    for body, url in responses(request["warc"]):
        contender.clean(body, url)
    return time.process_time() - started


def responses(path: str) -> Iterator[tuple[bytes, str]]:
    """Yield body and address of each response in a WARC, as anybody would read it."""
    from warcio.archiveiterator import ArchiveIterator

    with Path(path).open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "response":
                url = record.rec_headers.get_header("WARC-Target-URI")
                yield record.content_stream().read(), url


# ---------------------------------------------------------------- ours


def own_time(folder: Path, rows: list[dict[str, Any]]) -> float:
    """Return the CPU seconds of `load_page` and `derive` of the captures in a database's rows."""
    from storykeep.derive import derive
    from storykeep.model import Capture
    from storykeep.warc import load_page

    captures = [Capture(**row) for row in rows]
    started = time.process_time()
    for capture in captures:
        derive(load_page(folder, capture, max_bytes=10**8))
    return time.process_time() - started


def own_reading(body: bytes, url: str) -> dict[str, Any]:
    from storykeep.cleaning import saved_page
    from storykeep.derive import derive

    part = derive(saved_page("page.html", body, url=url))
    spoken = [block for block in part.prose if block.kind != "break"]
    return {
        "paragraphs": [block.text for block in spoken],
        "breaks": len(part.prose) - len(spoken),
        "emphasis": [
            block.text[mark.start : mark.end]
            for block in spoken
            for mark in block.marks
            if mark.kind == "emphasis"
        ],
        "title": part.title,
        "authors": [author.name for author in part.authors],
        "disclaimers": [[each.text, each.place] for each in part.disclaimers],
    }


# ---------------------------------------------------------------- peers


def trafilatura(*, fast: bool) -> Contender:
    from trafilatura import bare_extraction

    def clean(body: bytes, url: str) -> Any:
        return bare_extraction(body, url=url, fast=fast, with_metadata=True)

    def reading(body: bytes, url: str) -> dict[str, Any]:
        found = clean(body, url)
        drawn = bare_extraction(body, url=url, fast=fast, include_formatting=True)
        if found is None:
            return {"paragraphs": [], "emphasis": [], "title": None, "authors": []}
        slanted = drawn.body.iter("hi") if drawn is not None else ()
        return {
            "paragraphs": lines(found.text or ""),
            "emphasis": ["".join(each.itertext()) for each in slanted if each.get("rend") == "#i"],
            "title": found.title,
            "authors": found.author.split("; ") if found.author else [],
        }

    return Contender(clean, reading)


def readability() -> Contender:
    from lxml import html
    from readability import Document

    def clean(body: bytes, url: str) -> tuple[str, str]:
        document = Document(body, url=url)
        return document.summary(), document.short_title()

    def reading(body: bytes, url: str) -> dict[str, Any]:
        summary, title = clean(body, url)
        root = html.fromstring(summary)
        return {
            "paragraphs": shown_lines(root),
            "emphasis": [each.text_content() for each in root.iter("i", "em")],
            "title": title,
        }

    return Contender(clean, reading)


def newspaper4k() -> Contender:
    from newspaper import Article, Config

    config = Config()
    config.fetch_images = False  # nothing here may leave the machine

    def clean(body: bytes, url: str) -> Any:
        article = Article(url, config=config)
        article.download(input_html=body)
        article.parse()
        return article

    def reading(body: bytes, url: str) -> dict[str, Any]:
        article = clean(body, url)
        return {
            "paragraphs": lines(article.text),
            "title": article.title or None,
            "authors": list(article.authors),
        }

    return Contender(clean, reading)


def bs4_text() -> Contender:
    from bs4 import BeautifulSoup

    def clean(body: bytes, url: str) -> str:
        return BeautifulSoup(body, "lxml").get_text()

    return Contender(clean, lambda body, url: {"paragraphs": lines(clean(body, url))})


def limit() -> Contender:
    from lxml import html

    return Contender(lambda body, url: html.document_fromstring(body).text_content())


PEERS: dict[str, Callable[[], Contender]] = {
    "trafilatura, fast": lambda: trafilatura(fast=True),
    "trafilatura": lambda: trafilatura(fast=False),
    "readability-lxml": readability,
    "newspaper4k": newspaper4k,
    "bs4 get_text (lxml)": bs4_text,
    "limit: lxml text_content": limit,
}


def lines(text: str) -> list[str]:
    """Return the lines of *text* that show something."""
    return [line for line in (" ".join(row.split()) for row in text.split("\n")) if line]


def shown_lines(root: Any) -> list[str]:
    """Return the lines that a browser would show of an element; a rule is a line of stars."""
    pieces: list[str] = []
    for event, element in _walked(root):
        if isinstance(element.tag, str) and element.tag in _LINE:
            pieces.append("\n* * *\n" if element.tag == "hr" and event == "start" else "\n")
        text = element.text if event == "start" else element.tail
        pieces.append(" ".join((text or "").split("\n")) if isinstance(element.tag, str) else "")
    return lines("".join(pieces))


def _walked(root: Any) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    return iter(etree.iterwalk(root, events=("start", "end")))


if __name__ == "__main__":
    main()
