"""Which tables hold data, read row by row; all others are layout, read as if not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


# A cell with one of these is a piece of page, not a datum.
_LAYOUT = (
    "table", "p", "div", "hr", "center", "blockquote", "ul", "ol", "dl", "pre", "form", "h1", "h2",
    "h3", "h4", "h5", "h6",
)  # fmt: skip
_LONGEST_CELL = 200
_MOST_BREAKS = 1  # <br>s in one cell


def data_rows(root: Element) -> set[Element]:
    """Return the `tr` elements below *root* whose cells are data: two rows and two columns or more.

    A table with block elements, long texts or several lines in a cell is layout.
    """
    rows: set[Element] = set()
    for table in root.iter("table"):
        if table is not root and next(table.iterdescendants(*_LAYOUT), None) is None:
            own = list(table.iter("tr"))
            if _is_data(own):
                rows.update(own)
    return rows


def _is_data(rows: list[Element]) -> bool:
    if len(rows) < 2:
        return False
    wide = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        wide += len(cells) >= 2
        for cell in cells:
            if sum(map(len, cell.itertext())) > _LONGEST_CELL:
                return False
            if sum(1 for _ in cell.iter("br")) > _MOST_BREAKS:
                return False
    return wide >= 2 and wide * 2 >= len(rows)
