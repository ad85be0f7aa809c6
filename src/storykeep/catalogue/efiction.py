"""The tables of eFiction 2 and 3 in an SQL dump, as entries: one for each row of its stories.

Two passes: first the short tables that stories refer to by number, then the stories one by one.
Nothing is taken of texts, reviews, addresses of people and passwords.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from storykeep import urls
from storykeep.catalogue.entry import MOST_BYTES, Entry, Refused
from storykeep.catalogue.sql import Data, Inserts, Row, charset, statements
from storykeep.catalogue.words import Reader

KIND = "efiction"
_TABLES = re.compile(
    r"fanfiction_(authors|categories|chapters|characters|classes|classtypes|coauthors|challenges"
    r"|genres|inseries|ratings|series|settings|stories|warnings)$"
)
_OF_EFICTION = re.compile(
    rb"^[ \t]*+(?:INSERT|REPLACE|CREATE|DROP|LOCK)\b[^\n]{0,80}?"
    rb"fanfiction_(?:authors|chapters|stories|settings)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = {  # table: its number, and what it calls
    "authors": ("uid", "penname"),
    "categories": ("catid", "category"),
    "characters": ("charid", "charname"),
    "challenges": ("chalid", "title"),
    "classtypes": ("classtype_id", "classtype_name"),
    "genres": ("gid", "genre"),
    "ratings": ("rid", "rating"),
    "series": ("seriesid", "title"),
    "warnings": ("wid", "warning"),
}
# Columns of numbers: the table that names them, and the word for the name. eFiction 2 has the
# names themselves in some of them.
_LISTS = (
    ("catid", "categories", "category"),
    ("charid", "characters", "character"),
    ("gid", "genres", "genre"),
    ("wid", "warnings", "warning"),
    ("rid", "ratings", "rating"),
    ("challenges", "challenges", "challenge"),
)
_PLAIN = (
    "title",
    "summary",
    "storynotes",
    "date",
    "updated",
    "completed",
    "validated",
    "wordcount",
)
_CLASSES = {"genres": "genre", "warnings": "warning"}
_LONGEST_NAME = 4096
# The order in which eFiction 3 makes its columns, as far as they are read: its own backup names
# none. Of a table that is here in full a row must have just as many values.
_LAYOUTS = {
    "authors": "uid penname",
    "categories": "catid parentcatid category",
    "challenges": "chalid challenger uid title",
    "chapters": "chapid title inorder notes storytext endnotes validated wordcount rating reviews "
    "sid uid count",
    "characters": "charid catid charname",
    "classes": "class_id class_type class_name",
    "classtypes": "classtype_id classtype_name",
    "coauthors": "sid uid",
    "inseries": "seriesid sid subseriesid confirmed inorder",
    "ratings": "rid rating",
    "series": "seriesid title",
    "settings": "sitekey sitename slogan url",
    "stories": "sid title summary storynotes catid classes charid rid date updated uid coauthors "
    "featured validated completed rr wordcount rating reviews count challenges",
}
_IN_FULL = frozenset({"chapters", "coauthors", "stories"})


def layout(table: str, width: int) -> tuple[str, ...]:
    """Return the columns of a table that a dump says nothing of, () where they are not known."""
    name = table.rpartition("fanfiction_")[2]
    known = tuple(_LAYOUTS.get(name, "").split())
    if not known or width < len(known) or (name in _IN_FULL and width != len(known)):
        return ()
    return known + tuple(f"column {number}" for number in range(len(known), width))


def is_dump(start: bytes) -> bool:
    """Return whether a file that begins with *start* is a dump with eFiction's tables."""
    return _OF_EFICTION.search(start) is not None


@dataclass(slots=True)
class _Chapter:
    position: int
    id: str
    title: bytes
    words: str


@dataclass(slots=True)
class _Site:
    """What stories refer to, as bytes; by table, then by number."""

    names: dict[str, dict[str, bytes]] = field(default_factory=lambda: defaultdict(dict))
    classes: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    coauthors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    series: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    chapters: dict[str, list[_Chapter]] = field(default_factory=lambda: defaultdict(list))
    url: bytes = b""
    has_coauthors: bool = False


class EFiction:
    """The entries of one dump. Raises nothing for what is in it: that is told."""

    name = "SQL dump of eFiction"

    def __init__(self, data: Data) -> None:
        self.data = data
        self._label = charset(data)
        self._site = _Site()
        self._stories: list[Inserts] = []
        self._refused: list[Refused] = []
        self._is_read = False

    def base(self) -> str | None:
        """Return the address that the dump's settings give to the site."""
        self._read()
        address = urls.try_canonical(self._site.url.decode("latin-1").strip())
        return address if address is None or address.endswith("/") else f"{address}/"

    def entries(self, bases: Sequence[str]) -> Iterator[Entry | Refused]:
        """Yield each story, with the addresses that it may have below one of *bases*."""
        self._read()
        yield from self._refused
        met: set[str] = set()
        for inserts in self._stories:
            for row in inserts.rows():
                if isinstance(row, Refused):
                    yield row
                    continue
                sid = _number(row.get("sid"))
                if not sid or sid in met:
                    why = "the dump has it twice" if sid else "it has no number (sid)"
                    yield Refused(row.at, row.at, f"story {sid}".strip(), why)
                    continue
                met.add(sid)
                try:
                    yield self._entry(sid, row, bases)
                except ValueError as error:
                    yield Refused(row.at, row.at, f"story {sid}", f"{error}: too much for an entry")

    # ---- the short tables

    def _read(self) -> None:
        if self._is_read:
            return
        self._is_read = True
        for found in statements(self.data, _TABLES, layout):
            if isinstance(found, Refused):
                self._refused.append(found)
                continue
            table = found.table.rpartition("fanfiction_")[2]
            if table == "stories" and "psid" in found.columns:
                why = "it is of eFiction 1, which is not read"
                self._refused.append(Refused(found.start, found.start, found.table, why))
            elif table == "stories":
                for _ in found.rows():  # what is broken in it is told when its stories are read
                    pass
                again = Inserts(found.data, found.table, found.columns, found.start)
                self._stories.append(again)
            else:
                self._walk(table, found)

    def _walk(self, table: str, inserts: Inserts) -> None:
        take = self._taker(table)
        for row in inserts.rows():
            if isinstance(row, Refused):
                self._refused.append(row)
                continue
            try:
                take(row)
            except ValueError as error:
                what = f"a row of {inserts.table}"
                self._refused.append(Refused(row.at, row.at, what, str(error)))

    def _taker(self, table: str) -> Callable[[Row], None]:
        special = {
            "classes": self._class,
            "coauthors": self._coauthor,
            "inseries": self._in_series,
            "chapters": self._chapter,
            "settings": self._settings,
        }
        if table in special:
            return special[table]
        number, name = _NAMES[table]
        held = self._site.names[table]

        def take(row: Row) -> None:
            held[_number(row.get(number))] = _short(row.get(name))

        return take

    def _class(self, row: Row) -> None:
        kind = _number(row.get("class_type"))
        self._site.classes[_number(row.get("class_id"))] = kind, _short(row.get("class_name"))

    def _coauthor(self, row: Row) -> None:
        self._site.has_coauthors = True
        self._site.coauthors[_number(row.get("sid"))].append(_number(row.get("uid")))

    def _in_series(self, row: Row) -> None:
        series = _number(row.get("seriesid")), _number(row.get("inorder"))
        self._site.series[_number(row.get("sid"))].append(series)

    def _chapter(self, row: Row) -> None:
        position = _number(row.get("inorder"))
        chapter = _Chapter(
            int(position) if position else 0,
            _number(row.get("chapid")),
            _short(row.get("title")),
            _number(row.get("wordcount")),
        )
        self._site.chapters[_number(row.get("sid"))].append(chapter)

    def _settings(self, row: Row) -> None:
        self._site.url = self._site.url or _short(row.get("url"))

    # ---- the stories

    def _entry(self, sid: str, row: Row, bases: Sequence[str]) -> Entry:
        reader = Reader(self._label)
        values = _Values(reader)
        for column in _PLAIN:
            values.add(column, row.get(column))
        for uid in self._authors(sid, row):
            values.named("author", uid, self._site.names["authors"])
        for column, table, word in _LISTS:
            for each in _items(row.get(column)):
                values.named(word, each, self._site.names[table])
        for each in _items(row.get("classes")):
            self._add_class(each, values)
        for series, place in self._site.series.get(sid, ()):
            values.named("series", series, self._site.names["series"])
            values.add("series position", place.encode())
        for chapter in sorted(self._site.chapters.get(sid, ()), key=lambda each: each.position):
            words = f" ({chapter.words} words)".encode() if chapter.words else b""
            said = b"%d. %b%b" % (chapter.position, chapter.title, words)
            values.add("chapter", said)
        found = (urls.join(base, f"viewstory.php?sid={sid}") for base in bases)
        addresses = tuple(dict.fromkeys(each for each in found if each))
        told = tuple(values.told)
        return Entry(KIND, sid, addresses, told, reader.encodings(), f"sid={sid}", row.mended)

    def _authors(self, sid: str, row: Row) -> list[str]:
        """Return the numbers of who wrote a story, the first who posted it."""
        # Before 3.5, a list of numbers stood in the story's row; since then, 1 where there are any.
        listed = _items(row.get("coauthors"))
        if self._site.has_coauthors and listed == ["1"]:
            listed = []
        others = [*self._site.coauthors.get(sid, ()), *listed]
        return list(dict.fromkeys([_number(row.get("uid")), *others]))

    def _add_class(self, number: str, values: _Values) -> None:
        kind, name = self._site.classes.get(number, ("", b""))
        typed = self._site.names["classtypes"].get(kind, b"").decode("latin-1")
        word = _CLASSES.get(typed.lower(), typed or "class")
        values.named(word, number, {number: name} if name else {})


class _Values:
    """The values of an entry, as they are met, no more of them than an entry may have."""

    def __init__(self, reader: Reader) -> None:
        self.told: list[tuple[str, str]] = []
        self._reader = reader
        self._size = 0

    def add(self, word: str, value: bytes | None) -> None:
        if value is None or not value.strip():
            return
        self._size += len(word) + len(value) + 8
        if self._size > MOST_BYTES:
            raise ValueError(f"its values have more than {MOST_BYTES:,} bytes")
        self.told.append((word, self._reader.text(value).strip()))

    def named(self, word: str, number: str, names: dict[str, bytes]) -> None:
        """Add the name of a number; one that the dump does not name says that it does not."""
        if number in ("", "0"):
            return
        if (name := names.get(number)) is not None:
            self.add(word, name)
        elif number.isdecimal():
            self.add(f"{word} without a name", number.encode())
        else:
            self.add(word, number.encode("latin-1", "replace"))


def _number(value: bytes | None) -> str:
    text = (value or b"").decode("latin-1").strip()
    return text if text.isascii() and text.isdecimal() and len(text) < 19 else ""


def _items(value: bytes | None) -> list[str]:
    """Return the numbers, or in eFiction 2 the names, that a column lists."""
    items = (each.strip() for each in (value or b"").decode("latin-1").split(","))
    return list(dict.fromkeys(each for each in items if each and each != "0"))


def _short(value: bytes | None) -> bytes:
    if value is not None and len(value) > _LONGEST_NAME:
        raise ValueError(f"a name in it has {len(value):,} bytes")
    return value or b""
