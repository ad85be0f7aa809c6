"""The small rest of a page that has markup of its own: label and value pairs, read as soup.

The prose never comes here: building soup of it costs twenty times what the parser does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from lxml import etree

from storykeep.header import Draft, Line
from storykeep.header.draft import Place
from storykeep.header.labels import Label, field_of, fold, read_label, read_marked

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# An element bigger than this holds the story, whatever its class says.
_MAX_BYTES = 60_000
_NOTHING = frozenset({"none", "unknown", "n/a", "no"})


def soup_of(element: Any) -> BeautifulSoup | None:
    """Return a small element as soup; None where it is too big to be a box."""
    # Here, and not above: importing it takes a tenth of a second, and most sites have no boxes.
    from bs4 import BeautifulSoup

    markup = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return BeautifulSoup(markup, "lxml") if len(markup) <= _MAX_BYTES else None


def label_pairs(box: BeautifulSoup, selector: str) -> list[tuple[str, str]]:
    """Return (label, text up to the next label) for each element that *selector* finds."""
    marks = box.select(selector)
    pairs = []
    for index, mark in enumerate(marks):
        following = marks[index + 1] if index + 1 < len(marks) else None
        pairs.append((_text(mark.get_text()).rstrip(" :"), _text(_between(mark, following))))
    return [(label, value) for label, value in pairs if label]


def _between(mark: Tag, following: Tag | None) -> str:
    from bs4.element import NavigableString, Tag

    texts: list[str] = []
    inside = {id(each) for each in mark.descendants}
    for node in mark.next_elements:
        if node is following:
            break
        if isinstance(node, NavigableString) and id(node) not in inside:
            texts.append(str(node))
        elif isinstance(node, Tag) and node.name in {"br", "p", "li", "div"}:
            texts.append("\n")
    return "".join(texts)


def _text(text: str) -> str:
    rows = (" ".join(row.split()) for row in text.split("\n"))
    return "\n".join(row for row in rows if row).strip()


def take_pairs(
    draft: Draft, pairs: list[tuple[str, str]], *, rename: Callable[[str], str | None] = field_of
) -> None:
    """Take the pairs of a site's own box into the ledger; "None" and "Unknown" say nothing."""
    for typed, value in pairs:
        value = value.strip().strip("[]|-·• ").strip()
        if not value and ": " in typed:  # "Fandom: Low Water" is all in bold
            typed, _, value = typed.partition(": ")
        says_nothing = not value or value.lower() in _NOTHING
        if says_nothing and fold(typed) not in {"completed", "complete"}:
            draft.found("fields", None, "markup", f"{typed}: {value}", place="box")
            continue
        name = rename(typed)
        if name is None:
            draft.add_field(typed, value)
            draft.found(typed.lower(), value, "markup", f"{typed}: {value}", place="box")
            continue
        label = read_marked(typed, value)
        label = (
            Label(name, typed, 0, value, True, False)
            if label is None or label.name != name
            else label
        )
        draft.take(label, value, "head")


def take_note(draft: Draft, label: str, lines: Sequence[tuple[int, Line]], place: Place) -> None:
    """Take one note; a labelled disclaimer inside it is one, the words around it stay the note."""
    kept: list[str] = []
    draft.label_place, before = "note", draft.label_place
    draft.found("notes", None, "markup", label, place=label, reason="the words of the note's title")
    for index, line in lines:
        found = read_label(line.text)
        if found is not None and found.name == "disclaimer" and found.value:
            draft.put(index, draft.take(found, found.value, place))
        else:
            kept.append(f"\n{line.bare}" if line.first and kept else line.bare)
            draft.put(index, "note")
    draft.label_place = before
    if kept:
        text = "\n".join(kept)
        draft.found("notes", text, "markup", text, place=label)
        draft.add_note(text, label, place)
