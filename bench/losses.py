"""What a cleaner loses of the HTML story pages in tests/ that a reader has judged.

A paragraph is kept where it comes out whole, by itself and in its place; a break where it comes out
as a break; an author or title where it is the reader's. Text that should have gone ("left in") is
counted beside: who keeps everything loses nothing.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heldout import bare, even, is_disclaimer, squeeze
from storykeep.prose import is_symbol_break

TESTS = Path(__file__).parent.parent / "tests"
FOLDERS = ("corpus", "heldout", "unseen")
COLUMNS = ("paragraphs", "breaks", "emphasis", "author", "title", "disclaimer", "left in")


@dataclass(frozen=True)
class Judged:
    """A page and what a reader found on it; None where nobody looked."""

    path: Path
    url: str
    paragraphs: list[str] | None
    breaks: int | None
    emphasis: list[str] | None
    authors: list[str] | None
    titles: list[str] | None
    disclaimers: list[tuple[str, str]] | None
    unwanted: list[str]


def pages() -> list[Judged]:
    """Return the HTML story pages of all folders, in order of their names."""
    found = []
    for folder in FOLDERS:
        for path in sorted((TESTS / folder).glob("*/*.expected.json")):
            page = path.with_name(path.name.removesuffix(".expected.json") + ".html")
            expected = json.loads(path.read_text(encoding="utf-8"))
            if page.exists() and expected["outcome"] == "story":
                found.append(judged(page, expected))
    return found


def judged(path: Path, expected: dict[str, Any]) -> Judged:
    """Return an expected record in one shape; the corpus words some fields in its own way."""
    optional = {squeeze(line) for line in expected.get("optional", [])}
    text = expected["text"].split("\n\n") if "text" in expected else expected.get("prose")
    lines = [even(line) for line in text] if text is not None else None
    return Judged(
        path,
        expected["url"],
        [line for line in lines if not is_symbol_break(line) and squeeze(line) not in optional]
        if lines is not None
        else None,
        expected.get("breaks"),
        expected.get("emphasis"),
        expected.get("authors"),
        expected["title"].split("||") if expected.get("title") else None,
        [(each["text"], each["place"]) for each in expected["disclaimers"]]
        if "disclaimers" in expected and "text" in expected
        else None,
        expected.get("chrome_absent", []),
    )


def count(judged_pages: list[Judged], found: list[dict[str, Any]]) -> dict[str, str]:
    """Return "lost/total" by column; "n/a" for what the tool never gives."""
    lost: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for page, record in zip(judged_pages, found, strict=True):
        for column, (missing, all_of_them) in compare(page, record).items():
            lost[column] += missing
            total[column] += all_of_them
    return {
        column: f"{lost[column]}/{total[column]}" if total[column] else "n/a" for column in COLUMNS
    }


def compare(page: Judged, record: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return (lost, total) of one page for each column that both sides have."""
    result: dict[str, tuple[int, int]] = {}
    given = [even(line) for line in record.get("paragraphs", [])]
    if page.paragraphs is not None:
        spoken = [squeeze(line) for line in given if not is_symbol_break(line)]
        wanted = [squeeze(line) for line in page.paragraphs]
        matcher = difflib.SequenceMatcher(None, spoken, wanted, autojunk=False)
        kept = sum(block.size for block in matcher.get_matching_blocks())
        result["paragraphs"] = (len(wanted) - kept, len(wanted))
    if page.breaks is not None:
        breaks = record.get("breaks", sum(map(is_symbol_break, given)))
        result["breaks"] = (max(0, page.breaks - breaks), page.breaks)
    if page.emphasis is not None and "emphasis" in record:
        missing = Counter(map(bare, page.emphasis)) - Counter(map(bare, record["emphasis"]))
        result["emphasis"] = (missing.total(), len(page.emphasis))
    if page.authors is not None and "authors" in record:
        result["author"] = (record["authors"] != page.authors, 1)
    if page.titles is not None and "title" in record:
        result["title"] = (record["title"] not in page.titles, 1)
    if page.disclaimers is not None and "disclaimers" in record:
        result["disclaimer"] = (not _same(record["disclaimers"], page.disclaimers), 1)
    text = "\n".join(given)
    result["left in"] = (sum(each in text for each in page.unwanted), len(page.unwanted))
    return result


def _same(found: list[Any], wanted: list[tuple[str, str]]) -> bool:
    return len(found) == len(wanted) and all(
        is_disclaimer((text, place), each)
        for (text, place), each in zip(found, wanted, strict=True)
    )
