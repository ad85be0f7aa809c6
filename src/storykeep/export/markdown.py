"""A story as Markdown (CommonMark): a readable head, then the prose with its formatting.

Every text of a page is escaped: a title with "#", an asterisk or a line end stays a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from storykeep import prose
from storykeep.export import about
from storykeep.export.layout import CHAPTER_GAP, GAP, lay_out
from storykeep.export.options import Options
from storykeep.export.redact import REDACTED
from storykeep.export.txt import plain
from storykeep.model import Author, Block, Mark, Story

_BREAKS = {"stars": "* * *", "rule": "---", "blank": ""}
_UNDER_CHAPTERS = 2  # a heading inside the prose stands below the story's and the chapter's


def render(story: Story, options: Options) -> str:
    """Return *story* as Markdown with one newline at its end."""
    bodies = [body(chapter.prose, options) for chapter in story.chapters]
    if options.header:
        text = GAP.join([_header(story), "---", *_chapters(story, bodies), *_tail(story)])
    else:
        text = CHAPTER_GAP.join(bodies)
    # Our own sign is no link, except where a colon would make it the target of one.
    text = re.sub(r"\\\[e-mail\\\](?!:)", REDACTED, text)
    return plain(text).strip("\n") + "\n"


def body(blocks: Iterable[Block], options: Options) -> str:
    """Return *blocks* as Markdown, scene breaks as *options* says."""
    return lay_out(
        _levelled(blocks), _text, break_text=_BREAKS[options.breaks], tight=("list_item",)
    )


def _levelled(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield *blocks* with no list item more than one level below the item before it."""
    level = 0
    for block in blocks:
        level = min(max(block.depth, 1), level + 1) if block.kind == "list_item" else 0
        yield replace(block, depth=level) if level else block


def _text(block: Block) -> str:
    if block.kind != "list_item":
        return prose.markdown(_lowered(block))
    # A block by itself says its depth by "- - "; below its parent it is indented.
    indent = "    " * (block.depth - 1)
    lines = prose.markdown(replace(block, depth=1)).split("\n")
    return "\n".join(indent + line if line else line for line in lines)


def _lowered(block: Block) -> Block:
    if block.kind != "heading":
        return block
    level = int(block.value) if block.value.isdigit() else 1
    return replace(block, value=str(min(level + _UNDER_CHAPTERS, 6)))


# ---------------------------------------------------------------- around the prose


def _header(story: Story) -> str:
    facts = [f"- {_strong(f'{label}:')} {_fact(label, text)}" for label, text in about.facts(story)]
    return GAP.join(
        [
            _heading(about.title(story), 1),
            f"by {_authors(story.authors)}",
            "\n".join(facts),
            *_pairs(about.texts(story)),
        ]
    )


def _chapters(story: Story, bodies: list[str]) -> list[str]:
    pieces: list[str] = []
    for chapter, text in zip(story.chapters, bodies, strict=True):
        head, tail = about.own_notes(story, chapter)
        if len(story.chapters) > 1:
            pieces.append(_heading(about.heading(chapter), 2))
            if chapter.gone_since and not story.gone_since:
                pieces.append(_escaped(f"({about.gone(chapter.gone_since)})"))
        elif chapter.title and chapter.title != story.title:
            pieces.append(_heading(about.one_line(chapter.title), 2))
        pieces += [*_pairs(head), text, *_pairs(tail)]
    return [piece for piece in pieces if piece]


def _tail(story: Story) -> list[str]:
    pairs = _pairs(about.tail(story))
    return ["---", *pairs] if pairs else []


def _pairs(pairs: Iterable[about.Pair]) -> list[str]:
    """Return a paragraph for each text, with the label in bold before its first line."""
    return [f"{_strong(f'{label}:')} {_paragraphs(text)}" for label, text in pairs]


def _paragraphs(text: str) -> str:
    pieces = (about.one_line(piece) for piece in text.replace("\r\n", "\n").split("\n\n"))
    return GAP.join(_escaped(piece) for piece in pieces if piece)


def _authors(authors: tuple[Author, ...]) -> str:
    names = []
    for author in authors:
        name = about.one_line(author.name)
        marks = (Mark(0, len(name), "link", author.url),) if author.url else ()
        names.append(prose.markdown(Block("paragraph", name, marks)))
    return ", ".join(names) or "(no author named)"


def _fact(label: str, text: str) -> str:
    link = label == "Address" and text.startswith(("http://", "https://"))
    return f"<{text}>" if link else _escaped(text)


def _heading(text: str, level: int) -> str:
    return prose.markdown(Block("heading", text, value=str(level)))


def _strong(text: str) -> str:
    return f"**{_escaped(text)}**"


def _escaped(text: str) -> str:
    return prose.markdown(Block("paragraph", text))
