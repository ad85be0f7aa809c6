"""Values as SQLite can hold them."""

from __future__ import annotations

import re
from typing import Any

Row = tuple[Any, ...]

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* with what SQLite cannot hold (NUL, half surrogate pairs) as U+FFFD."""
    return text if "\0" not in text and _is_unicode(text) else _UNSTORABLE.sub("\ufffd", text)


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    # Ten times faster than to look for each half pair.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def row_of(*values: Any) -> Row:
    """Return *values* as a row, each text as SQLite can hold it."""
    return tuple(storable(value) if isinstance(value, str) else value for value in values)
