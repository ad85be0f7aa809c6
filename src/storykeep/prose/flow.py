"""An element tree as the lines that a browser would show, each with the box it stands in.

This is layout without widths: it knows where lines end and how many blank lines lie between, and
leaves it to walk.py what that means. The tree is never recursed into; pages nest by the thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storykeep import urls
from storykeep.model import BlockKind, Mark
from storykeep.prose import css, names, pictures, tables
from storykeep.prose.lines import Format, LineBuffer, simple

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_BETWEEN = frozenset({"\n", " ", "\r\n", "\n\n"})  # what most stands between two elements
_MAIL = re.compile(r"\s*(?:mailto|ftp):", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Quote:
    """A blockquote that lines stand in; `size` is the text it holds, known when it has ended."""

    parent: Quote | None
    size: int = 0


@dataclass(eq=False, slots=True)
class Box:
    """A run of lines with no block boundary between them."""

    element: Element
    kind: BlockKind = "paragraph"
    value: str = ""
    depth: int = 0
    quote: Quote | None = None
    margin: bool = False  # a browser leaves space between this box and the one before
    in_p: bool = False


@dataclass(slots=True)
class Line:
    """A line of text, or in a box of kind pre the whole run. `indent` is in columns."""

    box: Box
    text: str
    marks: tuple[Mark, ...]
    indent: int
    element: Element  # the one its text began in


@dataclass(slots=True)
class Blank:
    """An empty line. A weak one is an empty <p>: it was written, though browsers show nothing."""

    box: Box
    weak: bool = False


@dataclass(slots=True)
class Rule:
    """A horizontal rule, or images that stand for one."""

    element: Element
    value: str  # "rule" or "image"
    marks: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Hidden:
    """Text that the page's own style hides."""

    element: Element
    text: str


Item = Line | Blank | Rule | Hidden


@dataclass(slots=True)
class _Context:
    """What holds inside an element and is restored when it ends."""

    formats: tuple[Format, ...] = ()
    pre: bool = False
    heading: str = ""
    item: tuple[int, str] | None = None  # depth and number of the list item
    row: bool = False
    in_p: bool = False
    within: dict[str, _Context] = field(default_factory=dict)  # in elements of a name, once asked


@dataclass(slots=True)
class _Open:
    """An element that has begun: what to restore, and what its end means."""

    context: _Context
    box: bool = False
    margin: bool = False
    quote: int = -1  # characters shown before this blockquote
    listing: bool = False
    close: str = ""  # text shown at its end


def flow(root: Element, *, base_url: str) -> tuple[list[Item], int]:
    """Return the lines, blank lines and rules below *root* in order, and how many characters."""
    return _Flow(root, base_url).run()


class _Flow:
    def __init__(self, root: Element, base_url: str) -> None:
        self.root = root
        self.base_url = _base_url(root, base_url)
        self.sheet = css.sheet(style.text or "" for style in _document(root).iter("style"))
        self.rows = tables.data_rows(root)
        self.items: list[Item] = []
        self.size = 0
        self.opened: list[_Open] = []
        self.context = _Context()
        self.quote: Quote | None = None
        self.lists: list[int] = []  # the number of each open list's next item; 0 where unordered
        self.cells = 0
        self.buffer = LineBuffer()
        self.margin = False
        self.addresses: dict[str, str | None] = {}  # what an href or src says, once joined
        self.ornaments: dict[str, list[int]] = {}  # items of one picture alone, by its address
        self._place(root)

    def run(self) -> tuple[list[Item], int]:
        # A stack of our own, because pages nest deeper than Python calls.
        self._begin(self.root)
        above = [self.root]
        children: list[Iterator[Element]] = [iter(self.root)]
        while children:
            element = next(children[-1], None)
            if element is None:
                children.pop()
                element = above.pop()
                self._end(element)
            elif self._begin(element):
                above.append(element)
                children.append(iter(element))
                continue
            if above and (tail := element.tail) and not (tail in _BETWEEN and self._is_between()):
                self._text(tail, above[-1])
        self._flush()
        for places in self.ornaments.values():
            if len(places) > 1:
                for at in places:
                    self._to_rule(at)
        return self.items, self.size

    def _is_between(self) -> bool:
        """Return whether white space would not show here."""
        return self.buffer.ends_in_space and not self.context.pre

    def _to_rule(self, at: int) -> None:
        """Take a picture that stands alone again and again for the ornament between two scenes."""
        item = self.items[at]
        assert isinstance(item, Line)
        self.items[at] = Rule(item.element, "image", item.marks)

    def _begin(self, element: Element) -> bool:
        """Show the beginning of *element*; return whether its children and its end are to come."""
        tag: object = element.tag
        if not isinstance(tag, str):  # a comment
            return False
        style = self._style(element) if element.attrib else css.PLAIN
        if (tag in names.SKIPPED or style.hidden) and element is not self.root:
            if tag not in names.SKIPPED:
                self._hide(element)
            return False
        if tag == "br":
            self._line_break(element)
            return False
        if tag == "p" and style is css.PLAIN and self._paragraph(element):
            return False
        text = element.text
        leaf = element is not self.root and not len(element)
        if leaf and style is css.PLAIN and tag in names.FORMATS:
            if text:
                outside = self.context
                self.context = _within(outside, tag)
                self._text(text, element)
                self.context = outside
            return False
        self._start(element, style)
        if text:
            self._text(text, element)
        if leaf:
            self._end(element)
        return not leaf

    def _paragraph(self, element: Element) -> bool:
        """Show a <p> of nothing but text and plain emphasis in one go; return whether it is one."""
        context, parent = self.context, element.getparent()
        if context.pre or context.row or context.formats:
            return False
        if parent is None or element is self.root:
            return False
        if (found := simple(element)) is None:
            return False
        text, marks, begins = found
        self._flush()
        self.context = _within(self.context, "p")
        self._place(element)
        self.margin = True
        self._emit(Line(self._here(), text, marks, 0, begins))
        self.size += len(text)
        self.context = context
        self.margin = True
        self._place(parent)
        return True

    def _hide(self, element: Element) -> None:
        text = " ".join(" ".join(_own_text(element)).split())
        if text:
            self.items.append(Hidden(element, text))

    def _style(self, element: Element) -> css.Style:
        get = element.get
        found = css.PLAIN
        classes, identity = get("class"), get("id")
        if classes or identity:
            found = self.sheet.style_of(element.tag, classes, identity)
        if written := get("style"):
            found = found.then(css.declaration(written))
        if get("hidden") is not None:
            found = found.then(css.Style(hidden=True))
        return found

    def _start(self, element: Element, style: css.Style) -> None:
        tag = element.tag
        opened = _Open(self.context)
        self.opened.append(opened)
        margin = names.BOXES.get(tag)
        if margin is not None or style.block:
            opened.margin = bool(margin)
            self._start_box(element, opened)
        elif tag == "img":
            self._image(element)
        elif tag == "q":
            self._text("“", element)
            opened.close = "”"
        if style is not css.PLAIN or tag == "a":
            self._formats(element, style)
        elif tag in names.FORMATS:
            self.context = _within(self.context, tag)
        if style.pre and not self.context.pre:
            self.context = _changed(self.context, pre=True)
            if opened.box:
                self._place(element)
        if tag == "hr":
            self.items.append(Rule(element, "rule"))

    def _start_box(self, element: Element, opened: _Open) -> None:
        tag = element.tag
        if (tag == "td" or tag == "th") and self.context.row:
            if self.cells:
                self.buffer.add(" | ", (), element)
            self.cells += 1
            return
        self._flush()
        opened.box = True
        self.margin |= opened.margin
        if tag == "p" or tag in names.HEADINGS or tag in names.PREFORMATTED:
            self.context = _within(self.context, tag)
        elif tag == "blockquote" and element is not self.root:
            opened.quote = self.size
            self.quote = Quote(self.quote)
        elif tag in names.LISTS:
            opened.listing = True
            self.lists.append(_number(element.get("start")) or 1 if tag == "ol" else 0)
        elif tag == "li":
            self.context = _changed(self.context, item=self._list_item(element))
        elif tag == "tr" and element in self.rows:
            self.context = _changed(self.context, row=True)
            self.cells = 0
        self._place(element)

    def _list_item(self, element: Element) -> tuple[int, str]:
        if not self.lists or not self.lists[-1]:
            return max(1, len(self.lists)), ""
        number = _number(element.get("value")) or self.lists[-1]
        self.lists[-1] = number + 1
        return len(self.lists), str(number)

    def _formats(self, element: Element, style: css.Style) -> None:
        kind = names.FORMATS.get(element.tag)
        formats = self.context.formats
        wanted = [(kind, "")] if kind else []
        if element.tag == "a" and (address := self._address(element.get("href"))):
            formats = tuple(pair for pair in formats if pair[0] != "link")
            wanted.append(("link", address))
        wanted += [(added, "") for added in sorted(style.add)]
        formats = tuple(pair for pair in formats if pair[0] not in style.drop)
        formats += tuple(
            pair for pair in wanted if pair[0] not in style.drop and pair not in formats
        )
        if formats != self.context.formats:
            self.context = _changed(self.context, formats=formats)

    def _address(self, href: str | None) -> str | None:
        if not href or href.lstrip().startswith("#"):
            return None
        if href not in self.addresses:
            mail = _MAIL.match(href)
            self.addresses[href] = href.strip() if mail else urls.join(self.base_url, href)
        return self.addresses[href]

    def _end(self, element: Element) -> None:
        opened = self.opened.pop()
        if opened.close:
            self._text(opened.close, element)
        if opened.box:
            empty = element.tag == "p" and self.buffer.is_blank and not self.buffer.spaces
            if empty and len(self.items) == self.shown and _between_paragraphs(element):
                self._emit(Blank(self._here(), weak=True))
            self._flush()
            self.margin |= opened.margin
        if opened.quote >= 0 and self.quote:
            self.quote.size = self.size - opened.quote
            self.quote = self.quote.parent
        if opened.listing:
            self.lists.pop()
        self.context = opened.context
        if opened.box:
            parent = element.getparent()
            self._place(self.root if parent is None else parent)

    def _place(self, element: Element) -> None:
        """Let a box begin in *element*. Most stay empty, so it is made when a line comes."""
        self.box: Box | None = None
        self.place = (element, self.context, self.quote)
        self.shown = len(self.items)

    def _here(self) -> Box:
        """Return the box that a line is in now."""
        if self.box is None:
            self.box = self._new_box(*self.place)
        return self.box

    def _new_box(self, element: Element, context: _Context, quote: Quote | None) -> Box:
        box = Box(element, quote=quote, in_p=context.in_p)
        if context.pre:
            box.kind = "pre"
        elif context.row:
            box.kind = "table_row"
        elif context.heading:
            box.kind, box.value = "heading", context.heading
        elif context.item:
            box.kind = "list_item"
            box.depth, box.value = context.item
        return box

    def _text(self, text: str, element: Element) -> None:
        if self.context.pre:
            if self.buffer.is_blank and element.text == text and text[:1] in ("\n", "\r"):
                text = text[2:] if text[:2] == "\r\n" else text[1:]
            self.buffer.add_raw(text, self.context.formats, element)
        else:
            self.buffer.add(text, self.context.formats, element)

    def _image(self, element: Element) -> None:
        if not pictures.is_spacer(element):
            self.buffer.add_image(element, self._address(element.get("src")) or "")

    def _line_break(self, element: Element) -> None:
        if self.context.pre:
            self.buffer.add_raw("\n", (), element)
        elif self.context.row:
            self.buffer.add(" ", (), element)
        elif self.buffer.is_blank:
            self.buffer.take(raw=False)
            self._emit(Blank(self._here()))
        else:
            self._flush()

    def _flush(self) -> None:
        """End the line; white space alone makes none, no-break spaces make a blank one."""
        buffer = self.buffer
        if buffer.element is None and not buffer.spaces:
            buffer.ends_in_space = True
            return
        box, element, spaces = self._here(), buffer.element, buffer.spaces
        images = [image for _, image, _ in buffer.images]
        text, marks, indent = buffer.take(raw=box.kind == "pre")
        if box.kind == "table_row" and not text.strip(" |") and not images:
            return
        if text and not text.isspace():
            assert element is not None
            self._emit(Line(box, text, marks, indent, element))
            self.size += len(text)
        elif images and pictures.is_rule(images):
            self.items.append(Rule(images[0], "image", marks))
            return
        elif images:
            assert element is not None
            if pictures.may_be_ornament(images):
                self.ornaments.setdefault(images[0].get("src") or "", []).append(len(self.items))
            self._emit(Line(box, text, marks, indent, element))
        else:
            if spaces or indent:
                self._emit(Blank(box))
            return
        if self.context.item:
            self.context = _changed(self.context, item=(self.context.item[0], ""))

    def _emit(self, item: Line | Blank) -> None:
        if self.margin:
            item.box.margin = True
            self.margin = False
        self.items.append(item)


def _changed(
    context: _Context,
    *,
    formats: tuple[Format, ...] | None = None,
    pre: bool = False,
    heading: str = "",
    item: tuple[int, str] | None = None,
    row: bool = False,
    in_p: bool = False,
) -> _Context:
    """Return *context* with what is given laid over it."""
    return _Context(
        context.formats if formats is None else formats,
        pre or context.pre,
        heading or context.heading,
        item or context.item,
        row or context.row,
        in_p or context.in_p,
    )


def _within(context: _Context, tag: str) -> _Context:
    """Return what holds in an element *tag* that says no more than its name."""
    found = context.within.get(tag)
    if found is None:
        found = context.within[tag] = _entered(context, tag)
    return found


def _entered(context: _Context, tag: str) -> _Context:
    if tag == "p":
        return _changed(context, in_p=True)
    if tag in names.HEADINGS:
        return _changed(context, heading=names.HEADINGS[tag])
    if tag in names.PREFORMATTED:
        return _changed(context, pre=True)
    pair = (names.FORMATS[tag], "")
    if pair in context.formats:
        return context
    return _changed(context, formats=(*context.formats, pair))


def _between_paragraphs(element: Element) -> bool:
    before, after = element.getprevious(), element.getnext()
    return before is not None and after is not None and before.tag == after.tag == "p"


def _own_text(element: Element) -> list[str]:
    """Return the texts that would be seen if *element* were shown."""
    from lxml import etree

    texts = [element.text or ""]
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, child in walker:
        if child is element:
            continue
        if event != "start":
            texts.append(child.tail or "")
        elif child.tag in names.SKIPPED:
            walker.skip_subtree()
        else:
            texts.append(child.text or "")
    return texts


def _document(root: Element) -> Element:
    return root.getroottree().getroot()


def _base_url(root: Element, base_url: str) -> str:
    for base in _document(root).iter("base"):
        if href := base.get("href"):
            return urls.join(base_url, href) or base_url
    return base_url


def _number(value: str | None) -> int | None:
    match = re.match(r"\s*(\d{1,6})", value or "")
    return int(match[1]) if match else None
