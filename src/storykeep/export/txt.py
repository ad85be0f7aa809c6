"""A story as plain text: what a person reads in any editor, and nothing that is not text.

Paragraphs are apart by one empty line and never wrapped; verse and preformatted lines stay as they
are; quotes are indented by four blanks. Emphasis is not shown. Control characters are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from storykeep.export import about
from storykeep.export.layout import CHAPTER_GAP, GAP, lay_out
from storykeep.export.options import Options
from storykeep.model import Block, Story

_BREAKS = {"stars": "* * *", "rule": "-----", "blank": ""}
_LINE = "=" * 40  # between header and story; no scene break looks like it
# Every control but tab and newline steers a terminal that the file is shown on; half a surrogate
# pair is no text at all. A visible sign stands where one was.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def render(story: Story, options: Options) -> str:
    """Return *story* as plain text with one newline at its end."""
    bodies = [body(chapter.prose, options) for chapter in story.chapters]
    if options.header:
        text = GAP.join([_header(story), _LINE, *_chapters(story, bodies), *_tail(story)])
    else:
        text = CHAPTER_GAP.join(bodies)
    return plain(text).strip("\n") + "\n"


def plain(text: str) -> str:
    """Return *text* with controls and lone surrogates as U+FFFD; tabs and newlines stay."""
    return _CONTROLS.sub("\ufffd", text)


def body(blocks: Iterable[Block], options: Options) -> str:
    """Return *blocks* as text, scene breaks as *options* says, without a newline at the end."""
    # The items of a list and the rows of a table are lines of one thing.
    tight = ("list_item", "table_row")
    return lay_out(blocks, _text, break_text=_BREAKS[options.breaks], tight=tight)


def _text(block: Block) -> str:
    text = block.text
    if not text:
        return "[image]" if any(mark.kind == "image" for mark in block.marks) else ""
    if block.kind == "quote":
        return _indented(text, "    " * max(block.depth, 1))
    if block.kind == "list_item":
        indent = "  " * (max(block.depth, 1) - 1)
        sign = f"{block.value}. " if block.value.isdigit() else "- "
        return indent + sign + _indented(text, indent + " " * len(sign)).lstrip()
    return text


def _indented(text: str, indent: str) -> str:
    return "\n".join(indent + line if line else line for line in text.split("\n"))


# ---------------------------------------------------------------- around the prose


def _header(story: Story) -> str:
    names = ", ".join(about.one_line(author.name) for author in story.authors)
    first = f"{about.title(story)}\nby {names or '(no author named)'}"
    facts = "\n".join(f"{label}: {text}" for label, text in about.facts(story))
    return GAP.join([first, facts, *_pairs(about.texts(story))])


def _chapters(story: Story, bodies: list[str]) -> list[str]:
    pieces: list[str] = []
    for chapter, text in zip(story.chapters, bodies, strict=True):
        head, tail = about.own_notes(story, chapter)
        if len(story.chapters) > 1:
            pieces.append("\n" + about.heading(chapter) if pieces else about.heading(chapter))
            if chapter.gone_since and not story.gone_since:
                pieces.append(f"({about.gone(chapter.gone_since)})")
        elif chapter.title and chapter.title != story.title:
            pieces.append(about.one_line(chapter.title))
        pieces += [*_pairs(head), text, *_pairs(tail)]
    return [piece for piece in pieces if piece]


def _tail(story: Story) -> list[str]:
    pairs = _pairs(about.tail(story))
    return [_LINE, *pairs] if pairs else []


def _pairs(pairs: Iterable[about.Pair]) -> list[str]:
    return [f"{label}: {text}" for label, text in pairs]
