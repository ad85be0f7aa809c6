"""Which gaps part scenes within one element, by what is usual there.

How far apart paragraphs stand is measured over a whole page. Where several people have written on
it, one leaves two lines between paragraphs and another none: each text has its own measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from storykeep.engines.sheet import Sheet
from storykeep.model import Block
from storykeep.prose import walk

_SHARE = 0.4  # of the paragraphs of a text: no more scenes than that are parted by gaps


def own_gaps(sheet: Sheet, element: Any, blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks*, the text of *element*, without the gaps that are usual in it."""
    gaps = sum(block.kind == "break" and block.value == "gap" for block in blocks)
    if gaps < 2 or gaps < _SHARE * (len(blocks) - gaps):
        return list(blocks)
    parted, known, below = set(), set(), False
    for block, _, _ in walk(element, base_url=sheet.base_url):
        if block.kind == "break":
            below = block.value == "gap"
            continue
        known.add(block.text)
        if below:
            parted.add(block.text)
        below = False
    kept: list[Block] = []
    for at, block in enumerate(blocks):
        following = blocks[at + 1].text if at + 1 < len(blocks) else ""
        usual = following in known and following not in parted
        if not (block.kind == "break" and block.value == "gap" and usual):
            kept.append(block)
    return kept
