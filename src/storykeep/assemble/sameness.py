"""Whether two readings of a page say the same: a counter, a date or an ad is no new version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from storykeep.model import Block

# Where a site's own lines stand that the cleaner took for the story's: its first and last blocks.
_HEAD, _TAIL = 6, 8
_LONGEST = 140  # letters of such a line
_NUMBER = r"\d[\d,. ]*+"
_COUNTED = (
    r"(?:unique )?(?:visitors?|visits|hits|page ?views|views|reads|readers|people|users|guests|"
    r"members|reviews?|comments?|kudos|bookmarks|favou?rites|followers)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thurs?|fri|sat|sun)\b"
)
# Possessive where a page could make it try the same letters again and again.
_LINE = re.compile(
    rf"""\W*+(?:
      (?:you\ are\ |you're\ )?(?:the\ )?visitor\ (?:number|no\.?|\#)
    | {_COUNTED}(?:\ so\ far|\ online|\ today)?\ ?[:=-]?\ ?\(?{_NUMBER}\)?\W*$
    | {_NUMBER}{_COUNTED}\b.{{0,60}}$
    | (?:this\ |the\ )?(?:page|story|site|file|chapter|fic)\ (?:has\ been|was)
      \ (?:visited|viewed|read|accessed|loaded|hit)\b.{{0,40}}\d
    | (?:this\ |the\ )?(?:(?:page|story|site|file|archive|chapter|fic)\ )?(?:was\ |is\ )?
      (?:last\ )?(?:updated|modified|changed|revised|generated|loaded|rendered|edited|created)\b
      .{{0,60}}\d
    | (?:today(?:'s\ date)?\ is|it\ is\ now|the\ (?:time|date)\ is)\ (?:{_MONTH}|\d).{{0,30}}$
    | (?:date|time|server\ time)\ ?:.{{0,40}}\d
    | (?:copyright|c\)|(?<=©)|(?<=©\ )).{{0,100}}\d{{4}}
    | (?=.*\d)(?:(?:{_MONTH}|\d++(?:st|nd|rd|th)?+|[ap]m\b|utc|gmt)[:/., -]*+){{2,}}+$
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def same_words(one: Sequence[Block], two: Sequence[Block]) -> bool:
    """Return whether two readings have the same words, however they are set."""
    return list(_spoken(one)) == list(_spoken(two))


def says_the_same(one: Sequence[Block], two: Sequence[Block]) -> bool:
    """Return whether two readings say the same but for lines that are the site's own."""
    return _bare(one) == _bare(two)


def _spoken(prose: Sequence[Block]) -> Iterator[str]:
    return (" ".join(block.text.split()) for block in prose if _speaks(block))


def _speaks(block: Block) -> bool:
    return block.kind != "break" and bool(block.text.strip())


def _bare(prose: Sequence[Block]) -> list[str]:
    blocks = [block for block in prose if _speaks(block)]
    kept = []
    for place, block in enumerate(blocks):
        is_edge = place < _HEAD or place >= len(blocks) - _TAIL
        if not (is_edge and is_site_line(block)):
            kept.append(" ".join(block.text.split()))
    # Nothing but such lines is a text after all.
    return kept or list(_spoken(prose))


def is_site_line(block: Block) -> bool:
    """Return whether a block is a counter, a date line, or nothing but a link, as ads are."""
    text = " ".join(block.text.split())
    if len(text) > _LONGEST:
        return False
    if _LINE.match(text):
        return True
    return any(
        mark.kind == "link" and block.text[mark.start : mark.end].strip() == block.text.strip()
        for mark in block.marks
    )
