"""File names for stories: readable, unique, safe on every system, whatever a page says."""

from __future__ import annotations

import re
import unicodedata

from storykeep.export.redact import redact
from storykeep.model import Story

_LONGEST = 140  # bytes of UTF-8; most file systems allow 255, encrypted ones 143

# What no Windows file name may hold; a slash is a folder everywhere, a colon one on old Macs.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
# Without these two, words of Persian and of several Indian scripts are misspelled.
_JOINERS = "\u200c\u200d"


def file_name(story: Story, *, id: str, format: str) -> str:  # noqa: A002 - the callers' words
    """Return a name like "mako - The Lantern - abcd1234.txt"; the id makes it unique.

    It is a single path component, never hidden, never an option, valid on Linux, macOS and Windows.
    E-mail addresses never get into a name.
    """
    ending = f" - {safe(id)}.{format}"
    author = ", ".join(author.name for author in story.authors[:3])
    room = _LONGEST - len(ending.encode())
    author = _cut(safe(redact(author)), room // 3)
    title = _cut(safe(redact(story.title or "")), room - len(author.encode()) - 3)
    stem = " - ".join(part for part in (author, title) if part)
    return safe(stem + ending if stem else ending[3:])


def safe(text: str) -> str:
    """Return *text* fit for a file name: no separators, controls, dots or blanks at the ends."""
    text = unicodedata.normalize("NFC", text)
    text = _FORBIDDEN.sub("_", " ".join(text.split()))
    text = "".join(sign for sign in text if _visible(sign))
    text = " ".join(text.split()).strip(". ").lstrip("-~ .")
    # Windows takes "con.txt" and even "CON .x" for the console.
    if _DEVICES.fullmatch(text.split(".")[0].strip()):
        text = "_" + text
    return text


def _visible(sign: str) -> bool:
    return sign in _JOINERS or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _cut(text: str, room: int) -> str:
    """Return the beginning of *text* that takes *room* bytes of UTF-8, whole words where it can."""
    if len(text.encode()) <= room:
        return text
    cut = text.encode()[: max(room, 0)].decode("utf-8", "ignore")
    # A letter keeps its accents or goes.
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    words = cut.rsplit(" ", 1)
    if len(words) == 2 and len(words[0]) > len(cut) // 2:
        cut = words[0]
    return cut.rstrip(" .,_-")
