"""A whole header run into one paragraph: "The Lamp by Ada. PG. Disclaimer: not mine. Summary: Oil."

Its sentences are labels only because the paragraph opens with the page's title and who wrote it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from storykeep.header import byline, titles
from storykeep.header.labels import Label, field_of
from storykeep.header.lines import Line, words
from storykeep.header.naming import take_title
from storykeep.header.scan import Scan
from storykeep.patterns import lazy

_LONGEST = 250  # words
_OPENS = lazy(
    r"\W{0,3}(?P<title>\w.{1,100}?)\W{0,3}\s+by:?\s+(?P<names>[^.;:|()]{2,60}?)\s*[.;|]\s+(?=\S)"
)
_LABELLED = lazy(r"(?:(?<=[.!?;)*|])\s+|^)(?P<label>[A-Z][\w'’ /&-]{1,30}?):\s+(?=\S)")


def take_run_in(scan: Scan, index: int) -> int | None:
    """Take a paragraph at the top that says title, author and labelled things, one by one."""
    line = scan.lines[index]
    if scan.gap_text or scan.named is not None or scan.hints.strict or line.wrapped:
        return None
    if not line.first or ":" not in line.text or " by" not in line.text[:160].lower():
        return None
    opened = _OPENS.match(line.text)
    if opened is None or words(line.text) > _LONGEST or not _is_title(scan, line, opened["title"]):
        return None
    names = byline.split_names(opened["names"])
    if not names or not all(byline.plausible(each, linked=True) for each in names):
        return None
    found = list(_labels(line.text, opened.end()))
    if not found:
        return None
    take_title(scan, index, opened["title"], "position", 0.85)
    scan.draft.add_authors(names, "byline", opened.group().strip(), confidence=0.9)
    scan.named = index
    between = line.text[opened.end() : found[0][0]].strip()
    if between:
        scan.draft.add_note(between, None, "head", kind="other")
        scan.draft.found("notes", between, "position", between)
    for _, label in found:
        scan.draft.take(label, label.value, "head")
    scan.draft.put(index, "field")
    return index + 1


def _is_title(scan: Scan, line: Line, title: str) -> bool:
    """True for what the page names elsewhere as its title, or draws in bold before the name."""
    if titles.squash(title) in scan.hints.titles:
        return True
    drawn = (mark for mark in line.marks if mark.kind in {"strong", "emphasis", "underline"})
    return any(titles.squash(line.text[m.start : m.end]) == titles.squash(title) for m in drawn)


def _labels(text: str, start: int) -> Iterator[tuple[int, Label]]:
    """Yield where each label begins, and the label with its value up to the next one."""
    at = [each for each in _LABELLED.finditer(text, start) if field_of(each["label"]) is not None]
    ends = [each.start() for each in at[1:]] + [len(text)]
    for each, end in itertools.zip_longest(at, ends):
        if each is not None:
            value = text[each.end() : end].strip()
            typed = each["label"]
            yield each.start(), Label(field_of(typed) or "", typed, each.end(), value, True, False)
