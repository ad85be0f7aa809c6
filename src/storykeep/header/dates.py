"""Dates as pages write them: the value goes exactly as far as the page does."""

from __future__ import annotations

import re

from storykeep.model import Date
from storykeep.patterns import lazy

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio января",
            "february feb februar février febrero febbraio февраля",
            "march mar märz mars marzo марта",
            "april apr avril abril aprile апреля",
            "may mai mayo maggio мая",
            "june jun juni juin junio giugno июня",
            "july jul juli juillet julio luglio июля",
            "august aug août agosto августа",
            "september sep sept septembre septiembre settembre сентября",
            "october oct oktober okt octobre octubre ottobre октября",
            "november nov novembre noviembre ноября",
            "december dec dezember dez décembre diciembre dicembre декабря",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year>(?:19[89]|20[0-4])\d)"
_FORMS = tuple(
    lazy(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})(?!\d)",
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,|\s|\.)+\s*{_YEAR}",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?(?:de\s+)?{_MONTH}"
        rf"[\s,-]+(?:de\s+)?{_YEAR}",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+'?(?P<yy>\d\d)(?!\d)",
        rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})\s+\d\d:\d\d(?::\d\d)?(?:\s+(?:[A-Z]{{2,5}}|[+-]\d{{4}}))?\s+{_YEAR}",
        rf"\b{_MONTH}[\s,]+(?:of\s+)?{_YEAR}",
        rf"\b{_MONTH}[\s,]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+'(?P<yy>\d\d)(?!\d)",
        r"(?<!\d)(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>(?:19[89]|"
        r"20[0-4])\d|\d\d)(?!\d)",
        rf"(?<!\d){_YEAR}[-/](?P<m>0[1-9]|1[0-2])(?!\d)",
        rf"(?<!\d)(?P<m>0?[1-9]|1[0-2])/{_YEAR}(?!\d)",
        rf"(?<![\d/]){_YEAR}(?![\d/])",
    )
)
_NUMERALS = 7  # which of them is that of two numbers and a year
_NUMERAL = lazy(r"\d[/.-]\d")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def read_date(text: str, *, day_first: bool | None = None) -> Date | None:
    """Return the first date in *text*, as precise as it is written; None where there is none.

    "05/06/2003" says only 2003 unless *day_first* tells how its page writes dates: never guessed.

    >>> read_date("posted June 17, 2003").value, read_date("05/06/03").value
    ('2003-06-17', '2003')
    """
    for form in _FORMS:
        if found := form.search(text[:200]):
            value = _value(found.groupdict(), day_first)
            if value is not None:
                return Date(value=value, raw=text.strip()[:200])
    return None


def day_comes_first(texts: list[str]) -> bool | None:
    """Return how a page orders days and months, where any of its dates can only be read one way."""
    if not _NUMERAL.search("\n".join(texts)):
        return None
    pattern = _FORMS[_NUMERALS]
    texts = [text for text in texts if _NUMERAL.search(text, 0, 400)]
    for text in texts:
        for found in pattern.finditer(text[:400]):
            first, second = int(found["a"]), int(found["b"])
            if first > 12 >= second:
                return True
            if second > 12 >= first:
                return False
    return None


def _value(groups: dict[str, str | None], day_first: bool | None) -> str | None:
    if groups.get("a"):
        return _slashed(groups, day_first)
    year = groups.get("year") or _century(groups.get("yy") or "")
    if not year:
        return None
    name = groups.get("month")
    month = _MONTHS[name.lower()] if name else int(groups.get("m") or 0)
    return _iso(year, month, int(groups.get("d") or 0))


def _slashed(groups: dict[str, str | None], day_first: bool | None) -> str | None:
    first, second = int(groups["a"] or 0), int(groups["b"] or 0)
    year = _century(groups["y"] or "")
    if first > 12 and second > 12:
        return None
    if first <= 12 and second <= 12 and first != second and groups["sep"] != ".":
        if day_first is None:
            return year
        month, day = (second, first) if day_first else (first, second)
    elif groups["sep"] == "." and second <= 12:
        month, day = second, first  # dots are the continental way, day first
    else:
        month, day = (second, first) if first > 12 else (first, second)
    return _iso(year, month, day)


def _century(year: str) -> str:
    if len(year) != 2:
        return year
    return ("20" if int(year) < 70 else "19") + year


def _iso(year: str, month: int, day: int) -> str | None:
    if not month:
        return year
    if not 1 <= month <= 12:
        return None
    if not day:
        return f"{year}-{month:02d}"
    return f"{year}-{month:02d}-{day:02d}" if day <= _LENGTHS[month - 1] else None
