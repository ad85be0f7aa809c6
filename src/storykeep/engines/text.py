"""Plain text files: hard-wrapped rows under a header block, mail headers, or nothing but a
title."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from storykeep.engines import mails, outcomes, settle
from storykeep.engines.body import ledger, read_region
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Hints, filename, numbers, voice
from storykeep.model import Block, Part
from storykeep.patterns import has_one, lazy
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
_SUBJECT_LABEL = lazy(r"^(?:subject|title|name):\s*(?:re:\s*)?", re.IGNORECASE)
_SUBJECT = lazy(r"^Subject:\s*\S", re.IGNORECASE)
_IN_DIGEST = lazy(
    r"\bdigest\b|\bin this (?:issue|message)\b|\bthere are \d+ messages\b", re.IGNORECASE
)
_COUNTS_MAILS = lazy(r"\bthere are \d+ messages in this (?:issue|digest)\b", re.IGNORECASE)
_QUOTED = lazy(r"^\s{0,3}(?:>|\|)\s*\S")
_ANSWER = lazy(r"^Subject:\s*Re:", re.IGNORECASE)
_ASKED = lazy(r"\b(?:wrote|writes|said|says):\s*$")
_LONG_ANSWER = 600  # words; a story may be sent as an answer, too
_MAIL_HEAD = 25  # rows
# What a work of reference is called, at the end of a row of its own: an "Episode Guide v 1.2".
_REFERENCE = lazy(
    r"(?:^|.{0,60}\W)(?:(?:episode|story|program(?:me)?|character|quick[- ]reference|viewing|"
    r"reading|buyer'?s|novels?|books?)\s+(?:guide|list(?:ing)?|index|compendium)|FAQL?s?|"
    r"frequently\s+asked\s+questions|list\s+of\s+lists|(?:info|author|cast|credits?|reading|book)\s+lists?|"
    r"(?:complete\W{0,3}|chronological\s+)list(?:ing)?|trivia(?:\s+quiz)?|(?:selected\s+)?bibliography|filmography|"
    r"discography|encyclop(?:a?e)dia|(?:speculative\s+)?chronology|drinking(?:/eating)?\s+game|"
    r"starship\s+index)\b(?:\s*[-:,(/]?\s*(?:(?:v(?:ersion)?\.?|part|season|revision|rev\.?|release)\b.{0,30}|\(.{0,30}\)|"
    r"[\d./]+|(?:of|for|to)\s.{1,50}|[-:]\s.{1,40}))?\W*",
    re.IGNORECASE,
)
_REFERENCE_STEMS = (
    "guide", "list", "index", "compendium", "faq", "frequently", "trivia", "graphy", "encyclop",
    "chronology", "drinking",
)  # fmt: skip
_REVIEW = lazy(
    r"\b(?:this|the\s+following)\s+(?:article|review)\s+"
    r"(?:contains?|has|doesn't\s+(?:contain|have))\b.{0,30}\bspoilers?\b",
    re.IGNORECASE,
)
_TITLE_ROWS, _TITLE_LENGTH = 14, 90
_SPOKEN = 0.08  # of the paragraphs of a work of reference, at most
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
    if reason := _no_story(sheet, draft, prose):
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


def is_digest(rows: Sequence[str]) -> str:
    """Return why the first *rows* that show something are a list's digest of mails, "" where they
    are none."""
    mails = sum(1 for row in rows if _SUBJECT.match(row))
    head = rows[:_MAIL_HEAD]
    counted = any(_COUNTS_MAILS.search(row) for row in head)
    if mails >= _DIGEST - counted and (counted or any(map(_IN_DIGEST.search, head))):
        return f"a digest of {mails} mails"
    return ""


def _no_story(sheet: Sheet, draft: Draft, prose: Sequence[Block]) -> str:
    """Return why the text is an answer in a discussion, a table of files or a work of reference; ""
    where it is none of them."""
    rows = [line.text for line in sheet.lines[:_LOOKED_AT] if not line.blank]
    if digest := is_digest(rows):
        return digest
    files = sum(1 for row in rows if _FILE_ROW.match(row))
    if files >= _FEW_FILES and files * 2 >= len(rows):
        return f"{files} of {len(rows)} rows are files of a list"
    if _is_catalogue(rows):
        return f"{len(rows)} rows are sorted by their first words, which are names of files"
    if warned := next((row for row in rows[:_TITLE_ROWS] if _REVIEW.search(row)), ""):
        return f"a review: {' '.join(warned.split())!r}"
    if (named := _reference(rows[:_TITLE_ROWS])) and _is_silent(prose):
        return f"it calls itself {named!r}, and nobody speaks in it"
    if not any(_ANSWER.match(row) for row in rows[:_MAIL_HEAD]):
        return ""
    signed = any(item.method in {"byline", "label"} for item in draft.evidence.get("authors", ()))
    quoted = sum(1 for row in rows if _QUOTED.match(row))
    asked = any(_ASKED.search(row) for row in rows)
    told = sum(len(row.split()) for row in rows if not _QUOTED.match(row))
    if asked and quoted >= 2 and told < _LONG_ANSWER and not signed and not draft.disclaimers:
        return f"an answer to a mail, {quoted} rows of which it quotes"
    return ""


def _reference(rows: list[str]) -> str:
    """Return the row among the first that is the name of a guide or a list; "" without one."""
    for row in rows:
        flat = _SUBJECT_LABEL.sub("", " ".join(row.split()))
        short = len(flat) <= _TITLE_LENGTH
        if short and has_one(flat.lower(), _REFERENCE_STEMS) and _REFERENCE.fullmatch(flat):
            return flat
    return ""


def _is_silent(prose: Sequence[Block]) -> bool:
    """True where next to no paragraph is what somebody says."""
    told = [block.text for block in prose if block.kind == "paragraph"]
    spoken = sum(voice.is_speech(text) or voice.is_talked_in(text) for text in told)
    return spoken <= _SPOKEN * len(told)


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
