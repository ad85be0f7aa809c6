"""What a page is cut into before lines become blocks: lines, blank lines, rules, hidden texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storykeep.model import Block, BlockKind, Mark

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(eq=False, slots=True)
class Quote:
    """A blockquote that lines stand in; `size` is the text it holds, known when it has ended."""

    parent: Quote | None
    size: int = 0


@dataclass(eq=False, slots=True)
class Box:
    """A run of lines with no block boundary between them."""

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
    symbols: bool = False  # its text is a scene break that was typed


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


# A block, and the element that it began in.
Shown = tuple[Block, "Element"]
# A block among the items is a whole <p> of one line, which most of a page is.
Item = Shown | Line | Blank | Rule | Hidden
