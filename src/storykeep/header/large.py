"""A title that a page draws: in large letters in the middle, with no heading's element."""

from __future__ import annotations

import itertools

from storykeep.header import byline, sequels, titles, voice
from storykeep.header.lines import Line, label_of, words
from storykeep.header.naming import take_title
from storykeep.header.scan import Scan, is_talk
from storykeep.header.shape import is_title_shape
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_centred

_FONTS = 4
# What no title ends with, except in capitals.
_UNFINISHED = frozenset({"to", "the", "of", "a", "an", "and", "that", "or", "by", "she", "he"})
_SUBTITLED = 5  # words: below so few, small letters may be a subtitle
_LARGE = lazy(r"^(?:\+?[4-7]|\+[23])$")  # of HTML's sizes 1 to 7, where 3 is the text's
_ROWS = 3  # of a block in the middle that a title may begin
_SHORT = 8  # words of the other rows


def take_large(scan: Scan, index: int) -> int | None:
    """Take a line in large letters below an unlabelled header, where nothing has named a title."""
    if scan.end == scan.start or scan.hints.strict or scan.told or scan.headings:
        return None
    if scan.draft.evidence.get("title") or (scan.gap_text and not is_talk(scan, index)):
        return None
    if not (is_titleish(scan, index) and is_drawn_large(scan, index)):
        return None
    take_title(scan, index, scan.lines[index].bare, "position", 0.8)
    return index + 1


def is_drawn_large(scan: Scan, index: int) -> bool:
    """True for a line alone in its block, or the first of a few short ones, that the page centres
    in a large font."""
    line = scan.lines[index]
    if line.wrapped or not line.first or line.element is None:
        return False
    if not (stands_alone(scan, index) or _heads_a_few(scan, index)) or not is_centred(line.element):
        return False
    # A font that is never closed holds the whole page: only what it begins with is looked at.
    fonts = list(itertools.islice(line.element.iter("font"), _FONTS))
    above = line.element.getparent()  # a line's element may be the first within its font
    if above is not None and above.tag == "font":
        fonts.append(above)
    return any(
        _LARGE.match((font.get("size") or "").strip())
        and line.bare in " ".join(itertools.islice(font.itertext(), _FONTS))
        for font in fonts
    )


def _heads_a_few(scan: Scan, index: int) -> bool:
    """True for the first of two or three short lines that are a block of their own."""
    end = index + 1
    while end < scan.stop and not scan.lines[end].first:
        end += 1
    below = scan.lines[index + 1 : end]
    return 0 < len(below) < _ROWS and all(words(line.text) <= _SHORT for line in below)


def stands_alone(scan: Scan, index: int) -> bool:
    """True where a row is no part of a longer paragraph."""
    line, below = scan.lines[index], index + 1
    return line.first and (
        below >= scan.stop
        or scan.lines[below].blank
        or scan.lines[below].first
        or bool(scan.draft.bins[below])
    )


def is_titleish(scan: Scan, index: int) -> bool:
    """True for a line that has a title's shape, and is none of the site's."""
    line = scan.lines[index]
    return (
        not line.is_break
        and is_title_shape(line.bare)
        and not _goes_on_below(scan, index)
        and line.bare.rpartition(" ")[2] not in _UNFINISHED
        and not _is_labelled(line)
        and not line.bare.startswith("or ")  # a second title: "or The Keeper's Daughter"
        and sequels.followed(scan, index) is None
        and not voice.is_site_voice(line)
        and not titles.is_site_name(line.bare, scan.hints.url, scan.hints.site_names)
    )


def _is_labelled(line: Line) -> bool:
    """True for a line that a label opens, save a mail's subject."""
    label = label_of(line)
    return label is not None and label.colon and label.name not in {"subject", "from"}


def _goes_on_below(scan: Scan, index: int) -> bool:
    """True for the first words of a sentence that goes on in small letters on the next line."""
    line, below = scan.lines[index].bare, index + 1
    if below >= scan.stop or words(line) <= _SUBTITLED + scan.lines[below].first * 4:
        return False
    under = scan.lines[below].bare
    return line[-1:].isalnum() and under[:1].islower() and not byline.may_name(under)
