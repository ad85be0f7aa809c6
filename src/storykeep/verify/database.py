"""archive.db by itself: is it a database, do its indexes and texts agree with themselves?"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from storykeep.errors import DamageError
from storykeep.model import Damage
from storykeep.reader.health import Index, opened_index
from storykeep.verify.result import Verified
from storykeep.verify.rows import DATABASE


def open_database(stack: ExitStack, path: Path, result: Verified) -> Index | None:
    """Return what the database at *path* holds, until *stack* is closed; tell of its damage.

    None where there is none, or where it is damaged so that its rows prove nothing.
    """
    try:
        index = stack.enter_context(opened_index(path))
    except DamageError as error:
        result.damage.append(Damage(DATABASE, "database", str(error)))
        return None
    if index is None:
        what = "is empty" if path.exists() else "is missing"
        result.notes.append(f"{path.name} {what}: the WARCs were checked without it")
        return None
    if index.uncopied:
        result.notes.append(
            f"the full-text index was not compared: no temporary copy of {path.name} could be made "
            f"({index.uncopied}); TMPDIR names another folder for it"
        )
    problems = list(index.problems())
    result.damage += [Damage(DATABASE, each.kind, each.why) for each in problems]
    if any(each.kind == "database" for each in problems):
        result.notes.append(f"the rows of {path.name} were not compared with the WARCs")
        return None
    for each in index.changed_texts():
        result.damage.append(Damage(DATABASE, each.kind, each.why, url=each.url))
    result.texts = index.count_texts()
    return index
