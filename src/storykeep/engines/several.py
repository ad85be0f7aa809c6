"""A page that speaks of several stories by several authors, each under labels of its own: who
recommends them lists them so, and no story has two such headers."""

from __future__ import annotations

from storykeep.engines.sheet import Sheet
from storykeep.header.labels import read_label

_LONGEST = 1500  # words: a longer page holds the stories themselves
_NEAR = 3  # lines between a title and its author
_LABEL = 200  # characters of a line with a label


def named(sheet: Sheet, size: int) -> str:
    """Return the titles of two stories that a page labels, each with an author of its own, "" for
    a page that does not; *size* is the prose's in words."""
    if size > _LONGEST or sheet.text.lower().count("author") < 2:
        return ""
    found: dict[str, str] = {}
    title, at = "", 0
    for index, line in enumerate(sheet.lines):
        label = read_label(line.text) if ":" in line.text[:_LABEL] else None
        if label is None or not label.value:
            continue
        if label.name == "title":
            title, at = label.value, index
        elif label.name == "author" and title and index - at <= _NEAR:
            found.setdefault(label.value.casefold(), title)
            title = ""
    titles = list(dict.fromkeys(found.values()))
    return " and ".join(map(repr, titles[:2])) if len(titles) > 1 else ""
