"""What a reader is told about a story before its prose, as labels and texts in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable

from storykeep import prose
from storykeep.model import Chapter, Date, Note, Provenance, Series, Story

# The kinds of tags in the order of the header blocks of fan fiction, with their labels.
_TAGS = {
    "fandom": "Fandom", "category": "Category", "genre": "Genre", "pairing": "Pairing",
    "character": "Characters", "rating": "Rating", "warning": "Warnings",
    "spoiler": "Spoilers", "keyword": "Keywords",
}  # fmt: skip
_STATUS = {"complete": "complete", "in_progress": "in progress", "abandoned": "abandoned"}
_NOTES = {
    "note": "Note", "dedication": "Dedication", "credits": "Credits", "feedback": "Feedback",
    "permission": "Permission", "rights": "Rights", "music": "Music", "setting": "Setting",
    "other": "Note",
}  # fmt: skip

Pair = tuple[str, str]  # a label and its text


def title(story: Story) -> str:
    """Return the title on one line; where no page gave one, words that say so."""
    return one_line(story.title or "") or "(no title)"


def facts(story: Story) -> list[Pair]:
    """Return the short facts: address, dates, what became of it, length, tags, other labels."""
    words = sum(prose.words(chapter.prose) for chapter in story.chapters)
    pairs = [
        ("Address", story.url),
        ("Published", _date(story.published)),
        ("Updated", _date(story.updated)),
        ("Series", _series(story.series)),
        ("Status", _STATUS.get(story.status or "", story.status or "")),
        ("Language", story.language or ""),
        ("Words", f"{words:,}"),
        ("Archived", _archived(story.chapters)),
        ("Gone", gone(story.gone_since)),
    ]
    kinds: dict[str, list[str]] = {kind: [] for kind in _TAGS}
    for tag in story.tags:
        kinds.setdefault(tag.kind, []).append(one_line(tag.value))
    pairs += [
        (_TAGS.get(kind, kind.capitalize()), ", ".join(values)) for kind, values in kinds.items()
    ]
    pairs += [(one_line(label), one_line(text)) for label, text in story.fields.items()]
    return [(label, text) for label, text in pairs if text]


def texts(story: Story) -> list[Pair]:
    """Return the longer texts at the head: summary, disclaimers, notes."""
    pairs = [("Summary", story.summary or "")]
    pairs += [(each.label or "Disclaimer", each.text) for each in story.disclaimers]
    pairs += notes(note for note in story.notes if note.place != "tail")
    return [(one_line(label), text.strip()) for label, text in pairs if text.strip()]


def tail(story: Story) -> list[Pair]:
    """Return the notes that stand behind the story."""
    return notes(note for note in story.notes if note.place == "tail")


def notes(chosen: Iterable[Note]) -> list[Pair]:
    """Return notes with the label that they have on the page, else with that of their kind."""
    return [
        (one_line(note.label or "") or _NOTES.get(note.kind, "Note"), note.text.strip())
        for note in chosen
        if note.text.strip()
    ]


def own_notes(story: Story, chapter: Chapter) -> tuple[list[Pair], list[Pair]]:
    """Return the head and tail notes of *chapter* that are not the story's as well."""
    own = [note for note in chapter.notes if note not in story.notes]
    return (
        notes(note for note in own if note.place != "tail"),
        notes(note for note in own if note.place == "tail"),
    )


def heading(chapter: Chapter) -> str:
    """Return the line above a chapter: "Chapter 2", "Chapter 2: The Lantern"."""
    name = one_line(chapter.title or "")
    return f"Chapter {chapter.position}: {name}" if name else f"Chapter {chapter.position}"


def gone(since: str | None) -> str:
    """Return what is said of something that vanished, "" where it did not."""
    return f"no longer on its site, found so on {_day(since)}" if since else ""


def one_line(text: str) -> str:
    """Return *text* with its white space as single blanks."""
    return " ".join(text.split())


def _date(date: Date | None) -> str:
    return one_line(date.value or date.raw) if date else ""


def _day(moment: str) -> str:
    return moment.partition("T")[0]


def _series(series: Series | None) -> str:
    if series is None:
        return ""
    part = f"part {series.position}" if series.position is not None else ""
    if part and series.of is not None:
        part += f" of {series.of}"
    return ", ".join(text for text in (one_line(series.name or ""), part) if text)


def _archived(chapters: Iterable[Chapter]) -> str:
    """Return when the chapters were captured, and how those came here that we did not capture."""
    days: dict[str, list[str]] = {}
    for chapter in chapters:
        if chapter.capture:
            way = provenance(chapter.capture.provenance)
            days.setdefault(way, []).append(_day(chapter.capture.fetched_at))
    many = len(days) > 1
    return "; ".join(
        (f"{way}, captured " if way else "")
        + _days(found)
        + (f" ({len(found)} {'chapter' if len(found) == 1 else 'chapters'})" if many else "")
        for way, found in sorted(days.items())
    )


def _days(days: Iterable[str]) -> str:
    first, *_, last = sorted([*days, *days])
    return first if first == last else f"{first} to {last}"


def provenance(provenance: Provenance) -> str:
    """Return in words how a capture came here, "" for one that a run of this archive made.

    "reconstructed from the Wayback Machine", "from a page that was saved", ...
    """
    who = one_line(provenance.captured_by or "")
    if provenance.origin == "wayback":
        return f"{provenance.form} from {who or 'the Wayback Machine'}"
    if provenance.form == "saved":
        return "from a page that was saved" + (f" by {who}" if who else "")
    if provenance.origin == "import":
        way = "imported" if provenance.form == "verbatim" else f"imported, {provenance.form}"
        return way + (f" from {who}" if who else "")
    return ""
