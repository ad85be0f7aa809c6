"""An element tree as the lines that a browser would show, each with the box it stands in.

This is layout without widths: it knows where lines end and how many blank lines lie between, and
leaves it to walk.py what that means. The tree is never recursed into; pages nest by the thousand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from storykeep import urls
from storykeep.model import Block
from storykeep.patterns import lazy
from storykeep.prose import css, elements, names, ornaments, pictures, tables
from storykeep.prose.breaks import NO_BREAK_BEGINS
from storykeep.prose.context import Context, changed, formatted, within, within_styled
from storykeep.prose.inline import gathered
from storykeep.prose.items import Blank, Box, Hidden, Item, Line, Quote, Rule
from storykeep.prose.lines import LineBuffer, plain_text
from storykeep.prose.styles import TELLING, Styles, own_text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


_PLAIN = css.PLAIN
_BLANKS = " \n\t\r\f"  # white space as HTML knows it
_MAIL = lazy(r"\s*(?:mailto|ftp):", re.IGNORECASE)


@dataclass(slots=True)
class _Open:
    """An element that has begun: what to restore, and what its end means."""

    context: Context
    box: bool = False
    margin: bool = False
    quote: int = -1  # characters shown before this blockquote
    listing: bool = False
    close: str = ""  # text shown at its end


class Flow(NamedTuple):
    """The lines, blank lines and rules of a page in order, and how many characters it has.

    Where it is not `loose`, one space parts any two words of a line. Others stand apart as they
    were typed, or have a picture between.
    """

    items: list[Item]
    size: int
    loose: bool


def flow(root: Element, *, base_url: str) -> Flow:
    """Return the lines, blank lines and rules below *root*."""
    return _Flow(root, base_url).run()


class _Flow:
    def __init__(self, root: Element, base_url: str) -> None:
        self.root = root
        self.base_url = elements.base_url(root, base_url)
        self.styles = Styles(root)
        self.rows = tables.data_rows(root)
        self.items: list[Item] = []
        self.size = 0
        self.loose = False
        self.opened: list[_Open | Context] = []
        self.context = Context()
        self.quote: Quote | None = None
        self.lists: list[int] = []  # the number of each open list's next item; 0 where unordered
        self.cells = 0
        self.buffer = LineBuffer()
        self.margin = False
        self.addresses: dict[str, str | None] = {}  # what an href or src says, once joined
        self.ornaments: dict[str, list[int]] = {}  # items of one picture alone, by its address
        self._place()

    def run(self) -> Flow:
        # A stack of our own, because pages nest deeper than Python calls.
        self._start(self.root, self.styles.of(self.root))
        if text := self.root.text:
            self._text(text, self.root)
        above = [self.root]
        element = elements.first_child(self.root)
        buffer = self.buffer
        while above:
            if element is None:
                element = above.pop()
                self._end(element)
            else:
                tag: object = element.tag
                if tag == "br" and not element.keys():
                    self._line_break(element)
                    element = self._broken_lines(element, above[-1])
                elif tag == "p" and (last := self._paragraphs(element)) is not None:
                    element = last
                elif self._begin(element, tag):
                    above.append(element)
                    element = element[0]
                    continue
            if above:
                # Most of the texts between elements are white space that would not show.
                if (tail := element.tail) and (
                    not buffer.ends_in_space or tail[0] not in _BLANKS or tail[-1] not in _BLANKS
                    or tail.strip(_BLANKS) or self.context.pre
                ):  # fmt: skip
                    self._text(tail, above[-1])
                element = element.getnext()
        self._flush()
        ornaments.to_rules(self.items, self.ornaments.values())
        return Flow(self.items, self.size, self.loose)

    def _begin(self, element: Element, tag: object) -> bool:
        """Show the beginning of *element*; return whether its children and its end are to come."""
        if not isinstance(tag, str):  # a comment
            return False
        way = names.WAYS.get(tag)
        style = _PLAIN
        if (keys := element.keys()) and not TELLING.isdisjoint(keys):
            style = self.styles.of(element)
        if style.hidden or way == "hidden" or way == "skipped":
            if way != "skipped":
                self._hide(element)
            return False
        if way == "break":
            self._line_break(element)
            return False
        if way is not None or style.block:
            self._start(element, style)
            if text := element.text:
                self._text(text, element)
            if len(element):
                return True
            self._end(element)
            return False
        return self._inline(element, tag, style)

    def _inline(self, element: Element, tag: str, style: css.Style) -> bool:
        """Show the beginning of an element in a line, or all of it where it has no children."""
        outside = self.context
        self.context = self._entered(element, tag, style)
        if text := element.text:
            self._text(text, element)
        if len(element):
            self.opened.append(outside)
            return True
        self.context = outside
        return False

    def _entered(self, element: Element, tag: str, style: css.Style) -> Context:
        """Return what holds in an inline element."""
        if tag == "a":
            found = formatted(self.context, tag, style, self._address(element.get("href")))
        elif style is not css.PLAIN:
            found = within_styled(self.context, tag, style)
        elif tag in names.FORMATS:
            return within(self.context, tag)
        else:
            return self.context
        return changed(found, pre=True) if style.pre and not found.pre else found

    def _paragraphs(self, first: Element) -> Element | None:
        """Show <p>s of nothing but text and inline elements; return the last of them.

        They are *first* and those that follow it at once; None where *first* is none itself. It
        says what the buffer would, in a quarter of the time, of what most of a page is.
        """
        outside, quote = self.context, self.quote
        if outside.pre or outside.row or outside.formats:
            return None
        inside = within(outside, "p")
        plain = not (quote or inside.heading or inside.item)
        last: Element | None = None
        element: Element | None = first
        while element is not None and element.tag == "p":
            keys = element.keys()
            if keys and not TELLING.isdisjoint(keys) and self.styles.of(element) is not _PLAIN:
                break
            if len(element):
                line = gathered(element, inside, self.styles)
                if line is None:
                    break
                text, marks, begins = line
            else:
                text, marks, begins = plain_text(element.text or ""), (), element
                if not text:
                    break
            if last is None:
                self._flush()
            typed = marks and ("*" in text or "_" in text)  # a mail's emphasis, perhaps
            if plain and not typed and text[0] in NO_BREAK_BEGINS:
                self.items.append((Block("paragraph", text, marks), begins))
            else:
                box = self._new_box(inside, quote)
                box.margin = True
                self.items.append(Line(box, text, marks, 0, begins))
            self.size += len(text)
            last = element
            if (tail := element.tail) and tail.strip(_BLANKS):
                break
            element = element.getnext()
        if last is not None:
            self.margin = True
            self._place()
        return last

    def _broken_lines(self, first: Element, parent: Element) -> Element:
        """Show the lines of nothing but text between <br>s; return the <br> that ends the last.

        They begin behind *first*, which is returned where the first is no such line. It says what
        the buffer would, in half of the time, of what most of a page without <p>s is.
        """
        outside = self.context
        if outside.pre or outside.row or outside.formats or outside.item:
            return first
        last, element = first, first.getnext()
        while element is not None and element.tag == "br" and not element.keys():
            typed = last.tail
            if not typed or not typed.strip(_BLANKS):
                self._emit(Blank(self._here()))
            else:
                text = plain_text(typed)
                if not text:
                    break
                box = self._here()
                if self.margin:
                    box.margin, self.margin = True, False
                self.items.append(Line(box, text, (), 0, parent))
                self.size += len(text)
            last, element = element, element.getnext()
        return last

    def _hide(self, element: Element) -> None:
        text = " ".join(" ".join(own_text(element)).split())
        if text:
            self.items.append(Hidden(element, text))

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
        if tag == "a" or style is not css.PLAIN or tag in names.FORMATS:
            link = self._address(element.get("href")) if tag == "a" else None
            self.context = formatted(self.context, tag, style, link)
        if style.pre and not self.context.pre:
            self.context = changed(self.context, pre=True)
            if opened.box:
                self._place()
        if tag == "hr" or (
            (tag == "div" or tag == "p")
            and not len(element)
            and (style.rule or elements.is_called_break(element))
            and elements.is_empty(element)
        ):
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
            self.context = within(self.context, tag)
        elif tag == "blockquote" and element is not self.root:
            opened.quote = self.size
            self.quote = Quote(self.quote)
        elif tag in names.LISTS:
            opened.listing = True
            self.lists.append(elements.number(element.get("start")) or 1 if tag == "ol" else 0)
        elif tag == "li":
            self.context = changed(self.context, item=self._list_item(element))
        elif tag == "tr" and element in self.rows:
            self.context = changed(self.context, row=True)
            self.cells = 0
        self._place()

    def _list_item(self, element: Element) -> tuple[int, str]:
        if not self.lists or not self.lists[-1]:
            return max(1, len(self.lists)), ""
        number = elements.number(element.get("value")) or self.lists[-1]
        self.lists[-1] = number + 1
        return len(self.lists), str(number)

    def _address(self, href: str | None) -> str | None:
        if not href:
            return None
        if href.lstrip().startswith("#"):
            # To a place of the page; of "#" alone a script makes a link that leads elsewhere.
            return self.base_url if href.strip() == "#" else None
        if href not in self.addresses:
            mail = ":" in href and _MAIL.match(href)
            self.addresses[href] = href.strip() if mail else urls.join(self.base_url, href)
        return self.addresses[href]

    def _end(self, element: Element) -> None:
        opened = self.opened.pop()
        if isinstance(opened, Context):  # it was inline
            self.context = opened
            return
        if opened.close:
            self._text(opened.close, element)
        if opened.box:
            empty = element.tag == "p" and self.buffer.is_blank and not self.buffer.spaces
            if empty and len(self.items) == self.shown and elements.between_paragraphs(element):
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
            self._place()

    def _place(self) -> None:
        """Let a box begin here. Most stay empty, so it is made when a line comes."""
        self.box: Box | None = None
        self.place = (self.context, self.quote)
        self.shown = len(self.items)

    def _here(self) -> Box:
        """Return the box that a line is in now."""
        if self.box is None:
            self.box = self._new_box(*self.place)
        return self.box

    def _new_box(self, context: Context, quote: Quote | None) -> Box:
        box = Box(quote=quote, in_p=context.in_p)
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
            self.loose = True
            self.buffer.add_raw(text, self.context.formats, element)
        elif not (
            self.buffer.ends_in_space and text[0] in _BLANKS and text[-1] in _BLANKS
            and not text.strip(_BLANKS)
        ):  # fmt: skip
            self.buffer.add(text, self.context.formats, element)

    def _image(self, element: Element) -> None:
        if not pictures.is_spacer(element):
            self.loose |= self.buffer.length > 0
            self.buffer.add_image(element, self._address(element.get("src")) or "")

    def _line_break(self, element: Element) -> None:
        if self.context.pre:
            self.buffer.add_raw("\n", (), element)
        elif self.context.row:
            self.buffer.add(" ", (), element)
        elif self.buffer.is_blank:
            self.buffer.spaces, self.buffer.ends_in_space = 0, True
            self._emit(Blank(self._here()))
        else:
            self._flush()

    def _flush(self) -> None:
        """End the line; white space alone makes none, no-break spaces make a blank one."""
        buffer = self.buffer
        element, spaces = buffer.element, buffer.spaces
        if element is None and not spaces:
            buffer.ends_in_space = True
            return
        if buffer.images:
            self._flush_images()
            return
        box = self._here() if self.box is None else self.box
        text, marks, indent = buffer.take(raw=box.kind == "pre")
        if box.kind == "table_row" and not text.strip(" |"):
            return
        if element is not None and text and not text.isspace():
            if self.context.item:
                self._emit_line(Line(box, text, marks, indent, element))
                return
            if self.margin:
                box.margin, self.margin = True, False
            self.items.append(Line(box, text, marks, indent, element))
            self.size += len(text)
        elif spaces or indent:
            self._emit(Blank(box))

    def _flush_images(self) -> None:
        """End a line with images in it: where they stand alone, they may be a rule."""
        box, element = self._here(), self.buffer.element
        images = [image for _, image, _ in self.buffer.images]
        text, marks, indent = self.buffer.take(raw=box.kind == "pre")
        assert element is not None
        if not text or text.isspace():
            if pictures.is_rule(images):
                self.items.append(Rule(images[0], "image", marks))
                return
            if pictures.may_be_ornament(images):
                self.ornaments.setdefault(images[0].get("src") or "", []).append(len(self.items))
        self._emit_line(Line(box, text, marks, indent, element))

    def _emit_line(self, line: Line) -> None:
        self._emit(line)
        if not line.text.isspace():
            self.size += len(line.text)
        if self.context.item:
            self.context = changed(self.context, item=(self.context.item[0], ""))

    def _emit(self, item: Line | Blank) -> None:
        if self.margin:
            item.box.margin = True
            self.margin = False
        self.items.append(item)
