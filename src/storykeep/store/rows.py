"""Values as SQLite can hold them."""

from __future__ import annotations

import re
from typing import Any

Row = tuple[Any, ...]

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* with what SQLite cannot hold (NUL, half surrogate pairs) as U+FFFD."""
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def row_of(*values: Any) -> Row:
    """Return *values* as a row, each text as SQLite can hold it."""
    return tuple(storable(value) if isinstance(value, str) else value for value in values)
