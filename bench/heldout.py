"""Score the cleaner on tests/heldout: pages that were written before the engine saw them.

    python bench/heldout.py [-v] [--without-address] [FAMILY ...]

Prints right/total for each family and overall; -v names every miss; --without-address reads the
pages as somebody finds them who saved them by hand and kept no address. "a|b" in an expected
outcome or place, and "a||b" in a title, name or text, mean that a reader would accept either.
What a page's `record` names (summary, date, tags, notes, chapters) is scored as "fields".
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storykeep.cleaning import clean, saved_page

HELDOUT = Path(__file__).parent.parent / "tests" / "heldout"
COLUMNS = (
    "outcome", "title", "author", "disclaimer",
    "text", "paragraphs", "breaks", "emphasis", "chrome", "fields",
)  # fmt: skip


@dataclass
class Score:
    """Right and total for each column, and what was missed, in words."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, column: str, right: int, total: int, miss: str = "") -> None:
        self.right[column] += right
        self.total[column] += total
        if right < total and miss:
            self.misses.append(f"{column}: {miss}")

    def __iadd__(self, other: Score) -> Score:
        self.right += other.right
        self.total += other.total
        self.misses += other.misses
        return self


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("families", nargs="*", metavar="FAMILY")
    options.add_argument("--folder", type=Path, default=HELDOUT, help="pages to score")
    options.add_argument("-v", "--verbose", action="store_true", help="name every miss")
    options.add_argument("--without-address", action="store_true", help="as saved by hand")
    chosen = options.parse_args()
    families: dict[str, Score] = defaultdict(Score)
    for path, expected in cases(chosen.families, chosen.folder):
        score = score_page(path, expected, addressed=not chosen.without_address)
        if chosen.verbose and score.misses:
            print(f"{name_of(path)}  ({expected['judged']})")
            print("".join(f"    {miss}\n" for miss in score.misses), end="")
        families[path.parent.name] += score
    print_table(families)


def cases(
    families: list[str] | None = None, folder: Path = HELDOUT
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each page of *folder* with its expected record, in order of their names."""
    for path in sorted(folder.glob("*/*.expected.json")):
        if families and path.parent.name not in families:
            continue
        stem = path.name.removesuffix(".expected.json")
        pages = [path.with_name(stem + suffix) for suffix in (".html", ".txt")]
        page = next(page for page in pages if page.exists())
        yield page, json.loads(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the page's name in reports: family/page.html."""
    return f"{path.parent.name}/{path.name}"


def score_page(path: Path, expected: dict[str, Any], *, addressed: bool = True) -> Score:
    """Return how one page's record compares to what a reader found on it."""
    score = Score()
    url = expected["url"] if addressed else None
    try:
        record = clean(saved_page(path.name, path.read_bytes(), url=url), [])
    except Exception as error:  # noqa: BLE001  a crash is a miss in every column
        record = {"outcome": f"{type(error).__name__}: {error}", "chapters": []}
    accepted = expected["outcome"].split("|")
    found = record["outcome"]
    score.add("outcome", found in accepted, 1, f"{found}, not {expected['outcome']}")
    if expected["outcome"] == "story":
        score_header(score, record, expected)
        score_prose(score, record, expected)
        score_fields(score, record, expected.get("record", {}))
    return score


def score_header(score: Score, record: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare title, authors and disclaimers."""
    if "title" in expected:
        title = record.get("title")
        titles = expected["title"].split("||") if expected["title"] else [None]
        score.add("title", title in titles, 1, f"{title!r}, not {expected['title']!r}")
    if "authors" in expected:
        names = [author["name"] for author in record.get("authors", [])]
        right = len(names) == len(expected["authors"]) and all(
            name in wanted.split("||")
            for name, wanted in zip(names, expected["authors"], strict=True)
        )
        score.add("author", right, 1, f"{names}, not {expected['authors']}")
    if "disclaimers" not in expected:
        return
    found = [(d["text"], d["place"]) for d in record.get("disclaimers", [])]
    wanted = [(d["text"], d["place"]) for d in expected["disclaimers"]]
    right = len(found) == len(wanted) and all(map(is_disclaimer, found, wanted))
    score.add("disclaimer", right, 1, f"{found}\n        not {wanted}")


def is_disclaimer(found: tuple[str, str], wanted: tuple[str, str]) -> bool:
    """Return whether text and place are what a reader would accept."""
    texts = [squeeze(text) for text in wanted[0].split("||")]
    return squeeze(found[0]) in texts and found[1] in wanted[1].split("|")


def score_prose(score: Score, record: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compare the text, its paragraphs in order, breaks, emphasis, and the chrome left in it."""
    chapters = record.get("chapters", [])
    text = "\n\n".join(chapter["text"] for chapter in chapters)
    marks = [mark for chapter in chapters for mark in marked(chapter, "emphasis")]
    optional = {squeeze(line) for line in expected.get("optional", [])}
    lines = [even(line) for line in text.split("\n\n") if line]
    found = [line for line in lines if squeeze(line) not in optional]
    # Where an end mark may stay or go, so may the break that parts it from the story.
    while optional and len(found) < len(lines) and found[-1:] == ["* * *"]:
        found.pop()
    if "text" in expected:
        score_text(score, found, expected, optional)
    if "paragraphs" in expected:
        score_long(score, found, expected)
    if "breaks" in expected:
        # A break that a reader would grant either way stands in the list of optional lines.
        granted = len(lines) - len(found)
        breaks = sum(chapter["scene_breaks"] for chapter in chapters)
        wrong = min(abs(breaks - expected["breaks"] - extra) for extra in range(granted + 1))
        total = max(expected["breaks"], wrong)
        score.add("breaks", total - wrong, total, f"{breaks}, not {expected['breaks']}")
    if "emphasis" in expected:
        kept = [mark for mark in marks if squeeze(mark) not in optional]
        score_emphasis(score, kept, expected["emphasis"])
    left = [string for string in expected["chrome_absent"] if string in text]
    total = len(expected["chrome_absent"])
    score.add("chrome", total - len(left), total, f"left in the text: {left}")


def score_fields(score: Score, record: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Compare what else the page says of the story: one point for each field, tag kind and note."""
    for name in ("summary", "status"):
        if name in wanted:
            add_field(score, name, record.get(name), record.get(name) in wanted[name].split("||"))
    if "published" in wanted:
        value = (record.get("published") or {}).get("value")
        right = value is not None and any(map(value.startswith, wanted["published"].split("||")))
        add_field(score, "published", value, right)
    if "series" in wanted:
        name = (record.get("series") or {}).get("name")
        add_field(score, "series", name, name == wanted["series"])
    for kind, values in wanted.get("tags", {}).items():
        found = [tag["value"] for tag in record.get("tags", []) if tag["kind"] == kind]
        choices = [", ".join(values)] if len(values) > 1 else values[0].split("||")
        right = apart(", ".join(found)) in map(apart, choices)
        add_field(score, kind, found, right)
    chapters = record.get("chapters", [])
    notes = [*record.get("notes", []), *(note for each in chapters for note in each["notes"])]
    texts = [squeeze(note["text"]) for note in notes]
    for note in wanted.get("notes", []):
        add_field(score, f"note {note!r}", texts, any(squeeze(note) in text for text in texts))
    if "chapters" in wanted:
        titles = [chapter["title"] for chapter in chapters]
        right = len(titles) == len(wanted["chapters"]) and all(
            title in choice.split("||")
            for title, choice in zip(titles, wanted["chapters"], strict=True)
        )
        add_field(score, "chapters", titles, right)


def add_field(score: Score, name: str, found: object, right: bool) -> None:
    """Count one field, and name what was found where it is wrong."""
    score.add("fields", right, 1, f"{name}: {found!r}")


def apart(values: str) -> list[str]:
    """Return the values of a tag one by one, however a page or a cleaner joins them."""
    return [value.strip(" .") for value in re.split(r"[,;/]", squeeze(values))]


def score_text(
    score: Score, found: list[str], expected: dict[str, Any], optional: set[str]
) -> None:
    """Compare paragraph by paragraph; one that is split, joined or added is a miss."""
    wanted = [even(line) for line in expected["text"].split("\n\n")]
    wanted = [line for line in wanted if squeeze(line) not in optional]
    matcher = difflib.SequenceMatcher(None, found, wanted, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    total = max(len(found), len(wanted))
    changes = "".join(
        f"\n        found {brief(found[a:b])}\n        not   {brief(wanted[c:d])}"
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )
    score.add("text", found == wanted, 1, f"{same} of {total} blocks are right{changes}")
    score.add("paragraphs", same, total)


def score_long(score: Score, found: list[str], expected: dict[str, Any]) -> None:
    """Compare the number of blocks of a long text, and the first and the last of them."""
    ends = [found[0], found[-1]] if found else []
    right = len(found) == expected["paragraphs"] and ends == expected["ends"]
    score.add("text", right, 1, f"{len(found)} blocks, not {expected['paragraphs']}; {brief(ends)}")


def score_emphasis(score: Score, found: list[str], wanted: list[str]) -> None:
    """Compare the emphasised phrases; one too many is a miss as well."""
    missing = list((Counter(map(bare, wanted)) - Counter(map(bare, found))).elements())
    extra = list((Counter(map(bare, found)) - Counter(map(bare, wanted))).elements())
    total = len(wanted) + len(extra)
    right = len(wanted) - len(missing)
    score.add("emphasis", right, total, f"missing {missing}, too many {extra}")


def marked(chapter: dict[str, Any], kind: str) -> Iterator[str]:
    """Yield the texts under the marks of one kind."""
    for mark in chapter["marks"]:
        if mark["kind"] == kind:
            yield chapter["text"][mark["start"] : mark["end"]]


def bare(phrase: str) -> str:
    """Return a phrase without the signs that plain text types around it."""
    return squeeze(phrase).strip("*_/ ")


def even(block: str) -> str:
    """Return a block without the indents of its lines, which verse may keep or not.

    How far apart the signs of a break stand ("*    *    *") is not judged either.
    """
    if not any(map(str.isalnum, block)):
        return squeeze(block)
    return "\n".join(line.strip() for line in block.split("\n"))


def squeeze(text: str) -> str:
    """Return *text* with white space collapsed."""
    return " ".join(text.split())


def brief(lines: list[str]) -> str:
    """Return lines shortened so that a report can be read."""
    shown = [line if len(line) < 160 else f"{line[:100]} ... {line[-50:]}" for line in lines]
    return repr(shown[:4]) + (f" and {len(shown) - 4} more" if len(shown) > 4 else "")


def print_table(families: dict[str, Score]) -> None:
    """Print right/total, a row for each family and one for all."""
    overall = Score()
    print(f"{'family':<12}" + "".join(f"{column:>12}" for column in COLUMNS))
    for name, score in sorted(families.items()):
        overall += score
        print(row(name, score))
    print(row("all", overall))
    shares = (f"{100 * overall.right[c] / max(1, overall.total[c]):.1f} %" for c in COLUMNS)
    print(f"{'':<12}" + "".join(f"{share:>12}" for share in shares))


def row(name: str, score: Score) -> str:
    """Return one line of the table; a column that does not occur is left blank."""
    cells = (f"{score.right[c]}/{score.total[c]}" if score.total[c] else "" for c in COLUMNS)
    return f"{name:<12}" + "".join(f"{cell:>12}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
