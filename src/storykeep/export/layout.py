"""Blocks one below the other: paragraphs apart by one empty line, scene breaks as one likes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from storykeep.model import Block

GAP = "\n\n"
# Parts chapters where no header names them: one more empty line than any scene break has.
CHAPTER_GAP = "\n\n\n\n"


def lay_out(
    blocks: Iterable[Block],
    write: Callable[[Block], str],
    *,
    break_text: str,
    tight: Collection[str] = (),
) -> str:
    """Return *blocks*, each as *write* gives it, without a newline at the end.

    A scene break reads *break_text*; where that is "", it is exactly one more empty line, and none
    at the beginning or end. Neighbours of one kind in *tight* stand on adjacent lines.
    """
    pieces: list[str] = []
    last = ""
    wide = False
    for block in blocks:
        text = break_text if block.kind == "break" else write(block)
        if not text:
            wide = wide or block.kind == "break"
            continue
        if pieces and wide:
            pieces.append(GAP + "\n")
        elif pieces:
            pieces.append("\n" if block.kind == last and last in tight else GAP)
        pieces.append(text)
        last, wide = block.kind, False
    return "".join(pieces)
