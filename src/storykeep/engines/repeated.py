"""The heading that a text has of its own where its page names title and author already.

Many a chapter has both once more above its first words, and above them a dedication, or the poem
that gave the title.
"""

from __future__ import annotations

from storykeep.header import Draft, Hints, read_head, titles

_ROWS = 40  # lines in which it is looked for


def begin(draft: Draft, lines: list[int], title: str, hints: Hints) -> int:
    """Return which of the text's *lines* it begins with: its own heading, else the first.

    What stands above the heading is read as the author's notes.
    """
    wanted, first = titles.squash(title), lines[0]
    found = (i for i in lines[:_ROWS] if titles.squash(draft.lines[i].bare) == wanted)
    at = next((index for index in found if _is_signed(draft, index)), first) if wanted else first
    if at == first:
        return first
    read_head(draft, first, at, hints)
    loose = [i for i in range(first, at) if not draft.bins[i] and not draft.lines[i].blank]
    told = [index for index in loose if not draft.lines[index].is_break]
    if told:
        draft.add_note("\n".join(draft.lines[index].bare for index in told), None, "head")
    for index in loose:
        draft.put(index, "note" if index in told else "chrome")
    return at


def _is_signed(draft: Draft, index: int) -> bool:
    """True where "by" and the author's name stand right below."""
    below = next((line.bare for line in draft.lines[index + 1 : index + 3] if line.bare), "")
    return below.lower() in {f"by {author.name.lower()}" for author in draft.authors}
