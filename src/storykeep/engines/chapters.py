"""A page of several chapters: which notes around their texts are whose."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from storykeep.model import Note, Section


def with_notes(
    sections: list[Section], edges: list[tuple[int, int]], noted: list[tuple[Note, int]]
) -> tuple[Section, ...]:
    """Return *sections* with the notes around them: what stands before a text is its own, and what
    stands behind it where it says so.

    *edges* are the first and the last line of each text, *noted* the notes outside of them, each
    with the line at which it stands.
    """
    around: list[list[list[Note]]] = [[[], []] for _ in sections]
    firsts, lasts = [first for first, _ in edges], [last for _, last in edges]
    for note, line in noted:
        before, behind = bisect_left(lasts, line), bisect_right(firsts, line)
        if note.place == "tail" and before:
            around[before - 1][1].append(note)
        elif behind < len(sections):
            around[behind][0].append(note)
        elif sections:
            around[-1][1].append(note)
    return tuple(
        replace(each, notes=(*head, *each.notes, *tail))
        for each, (head, tail) in zip(sections, around, strict=True)
    )
