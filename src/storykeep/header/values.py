"""What the value of a label says: a language, a status, a list of tags."""

from __future__ import annotations

from typing import Literal

Status = Literal["complete", "in_progress", "abandoned"]

_LANGUAGES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "italiano": "it",
    "portuguese": "pt",
    "português": "pt",
    "russian": "ru",
    "русский": "ru",
    "dutch": "nl",
    "nederlands": "nl",
    "polish": "pl",
    "polski": "pl",
    "japanese": "ja",
    "chinese": "zh",
    "swedish": "sv",
    "svenska": "sv",
    "finnish": "fi",
    "suomi": "fi",
}


def language_code(value: str) -> str | None:
    """Return the BCP 47 code of a language's English or own name, else None."""
    return _LANGUAGES.get(value.strip(" .").lower())


def read_status(value: str) -> Status | None:
    """Return what a status line says, else None: no status is not "in progress"."""
    low = value.lower()
    if any(word in low for word in ("abandon", "discontinued", "on hiatus permanently", "dead")):
        return "abandoned"
    if any(
        word in low
        for word in (
            "in progress",
            "in-progress",
            "wip",
            "incomplete",
            "unfinished",
            "ongoing",
            "not complete",
            "not finished",
            "tbc",
            "to be continued",
        )
    ):
        return "in_progress"
    said = [word.strip(".,!?:()") for word in low.split()]
    asked = "complet" in low or "finished" in low or "done" in low
    if asked and (said[-1] == "no" or said[-2:] == ["not", "yet"]):
        return "in_progress"
    if any(word in low for word in ("complete", "finished", "done")):
        return "complete"
    return None


def items_of(kind: str, value: str) -> list[str]:
    """Return the tags in a value: ratings and long sentences stay whole, lists are cut at
    commas."""
    if kind in {"rating", "warning", "spoiler"} and len(value.split()) > 8:
        return [value]
    if kind == "rating":
        return [value]
    if kind == "pairing" and not all("/" in piece for piece in value.split(",")):
        return [value]
    cut = ";" if ";" in value else ","
    pieces = [piece.strip() for piece in value.split(cut)]
    return (
        [piece for piece in pieces if piece]
        if all(len(piece.split()) <= 8 for piece in pieces)
        else [value]
    )
