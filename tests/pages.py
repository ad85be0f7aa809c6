"""Saved pages for the tests of engines, and the check that no text of a page is unaccounted for."""

from __future__ import annotations

import re
from pathlib import Path

from storykeep.derive import sheet_of
from storykeep.engines.settle import pieces
from storykeep.model import Page, Part

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
SHARED = HERE.parent.parent / "shared"


def page_of(path: Path, url: str, *, status: int = 200, charset: str = "") -> Page:
    """Return a saved file as an answer with its usual Content-Type."""
    mime = "text/plain" if path.suffix == ".txt" else "text/html"
    value = f"{mime}; charset={charset}" if charset else mime
    return Page(url, status, (("Content-Type", value),), path.read_bytes())


def html(text: str, url: str = "http://site.example/stories/one.html") -> Page:
    """Return *text* as a page of UTF-8."""
    return Page(url, 200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def plain_text(text: str, url: str = "http://site.example/stories/one.txt") -> Page:
    """Return *text* as a text file."""
    return Page(url, 200, (("Content-Type", "text/plain"),), text.encode())


def squash(text: str) -> str:
    """Return the letters and digits of *text*."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def unaccounted(page: Page, part: Part) -> list[str]:
    """Return the lines of *page* that no bin of *part* holds: not prose, field, note or chrome."""
    bins = [squash(" ".join(block.text for block in part.prose)), squash(" ".join(part.chrome))]
    bins += [squash(f"{note.label or ''} {note.text}") for note in part.notes]
    bins += [squash(f"{each.label or ''} {each.text}") for each in part.disclaimers]
    bins += [squash(each.raw) for found in part.evidence.values() for each in found]
    bins += [squash(f"{label}{value}") for label, value in part.fields.items()]
    missing = []
    for line in sheet_of(page).lines:
        wanted = squash(line.text)
        if line.kind == "break" or not wanted or any(wanted in each for each in bins):
            continue
        if all(squash(piece) in bins[1] for piece in pieces(line)):
            continue  # links side by side with an image between them are listed one by one
        if all(
            any(squash(word) in each for each in bins[2:]) for word in re.findall(r"\w+", line.text)
        ):
            continue  # a row that runs several labels together
        missing.append(line.text)
    return missing
