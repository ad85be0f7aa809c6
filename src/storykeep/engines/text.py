"""Plain text files: hard-wrapped rows under a header block, mail headers, or nothing but a
title."""

from __future__ import annotations

import itertools
import re
from urllib.parse import unquote, urlsplit

from storykeep.engines import mails, outcomes, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints, filename, numbers
from storykeep.model import Part
from storykeep.patterns import lazy
from storykeep.profiles import Profile

NAME = "text"
VERSION = 1

_FILE_ROW = lazy(r"^\s*[\w.-]{1,40}\.(?:txt|html?|zip|doc|gz|lzh|arc)\b\s+\S", re.IGNORECASE)
_LOOKED_AT = 400  # rows: more than any answer or list of this kind needs to be known by
_FEW_FILES = 3
_CATALOGUE = 12  # rows
_NEARLY = 0.9
_FILE_NAME = lazy(r"[a-z\d][a-z\d_.~&+-]{0,31}")
_DIGEST = 3  # mails in one
_SUBJECT = lazy(r"^Subject:\s*\S", re.IGNORECASE)
_IN_DIGEST = lazy(
    r"\bdigest\b|\bin this (?:issue|message)\b|\bthere are \d+ messages\b", re.IGNORECASE
)
_QUOTED = lazy(r"^\s{0,3}(?:>|\|)\s*\S")
_ANSWER = lazy(r"^Subject:\s*Re:", re.IGNORECASE)
_ASKED = lazy(r"\b(?:wrote|writes|said|says):\s*$")
_LONG_ANSWER = 600  # words; a story may be sent as an answer, too
_MAIL_HEAD = 25  # rows
_NUMBERED = lazy(r"^(?P<stem>.*?[a-z].*?)[-_. ]?(?P<number>\d{1,3})[a-z]?$", re.IGNORECASE)


def matches(sheet: Sheet) -> bool:
    """True for a page that has no markup at all."""
    return sheet.root is None


def read(sheet: Sheet, profile: Profile | None = None) -> Part:
    """Return the part of a text file."""
    if found := outcomes.door(sheet):
        return settle.plain_part(sheet, found[0], found[1], engine=NAME, version=VERSION)
    draft = ledger(sheet)
    mails.put_away(draft)
    hints = Hints(url=sheet.url, titles=filename.lines_meant(sheet.lines, sheet.url))
    prose = read_region(draft, sheet.blocks, 0, len(sheet.lines), hints, footer=False)
    size = outcomes.size_of(prose)
    if reason := _no_story(sheet, draft):
        return settle.plain_part(sheet, "not_story", reason, engine=NAME, version=VERSION)
    if not prose or (size < 20 and not draft.authors):
        return settle.plain_part(
            sheet, "not_story", f"only {size} words", engine=NAME, version=VERSION
        )
    if re.search(
        r"/(?:readme|license|robots|index|faq|rules)\w*(?:\.txt)?$", sheet.url, re.IGNORECASE
    ):
        return settle.plain_part(
            sheet,
            "not_story",
            "the file's name says that it is about the site",
            engine=NAME,
            version=VERSION,
        )
    _number_from_name(draft, sheet.url)
    return settle.to_part(
        draft, sheet, prose, engine=NAME, version=VERSION, reason=f"{size} words of text"
    )


def _no_story(sheet: Sheet, draft: Draft) -> str:
    """Return why the text is an answer in a discussion or a table of files; "" where it is
    neither."""
    rows = [line.text for line in sheet.lines[:_LOOKED_AT] if not line.blank]
    mails = sum(1 for row in rows if _SUBJECT.match(row))
    if mails >= _DIGEST and any(_IN_DIGEST.search(row) for row in rows[:_MAIL_HEAD]):
        return f"a digest of {mails} mails"
    files = sum(1 for row in rows if _FILE_ROW.match(row))
    if files >= _FEW_FILES and files * 2 >= len(rows):
        return f"{files} of {len(rows)} rows are files of a list"
    if _is_catalogue(rows):
        return f"{len(rows)} rows are sorted by their first words, which are names of files"
    if not any(_ANSWER.match(row) for row in rows[:_MAIL_HEAD]):
        return ""
    signed = any(item.method in {"byline", "label"} for item in draft.evidence.get("authors", ()))
    quoted = sum(1 for row in rows if _QUOTED.match(row))
    asked = any(_ASKED.search(row) for row in rows)
    told = sum(len(row.split()) for row in rows if not _QUOTED.match(row))
    if asked and quoted >= 2 and told < _LONG_ANSWER and not signed and not draft.disclaimers:
        return f"an answer to a mail, {quoted} rows of which it quotes"
    return ""


def _is_catalogue(rows: list[str]) -> bool:
    """True where nearly every row begins with the name of a file, and they are sorted by it."""
    names = [row.split(None, 1)[0] for row in rows if row.strip()]
    if len(names) < _CATALOGUE:
        return False
    small = sum(_FILE_NAME.fullmatch(name) is not None for name in names)
    ordered = sum(one <= two for one, two in itertools.pairwise(names))
    return min(small, ordered + 1) >= _NEARLY * len(names)


def _number_from_name(draft: Draft, url: str) -> None:
    """Take "02" of storm02.txt as the part number, where the text says none."""
    title = draft.evidence.get("title")
    if draft.position is not None or (title and numbers.read_part(title[0].value or "")):
        return
    name = unquote(urlsplit(url).path.rsplit("/", 1)[-1]).rsplit(".", 1)[0]
    matched = _NUMBERED.match(name)
    if matched is not None and 0 < int(matched["number"]) < 100:
        draft.position = int(matched["number"])
        draft.found("position", matched["number"], "url", name, place="file name", confidence=0.6)
