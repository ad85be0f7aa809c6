"""The bytes of a catalogue's values as text, each by its own evidence: such files mix encodings."""

from __future__ import annotations

from storykeep.decode import decode


class Reader:
    """Reads the values of one entry, and remembers in which encodings they were."""

    def __init__(self, label: str | None = None) -> None:
        self._label = label  # what the file says of itself
        self._met: dict[str, None] = {}

    def text(self, value: bytes) -> str:
        """Return *value* as text: UTF-8 where it is that, else as the label or a browser reads."""
        if value.isascii() and b"\0" not in value and b"\x1b" not in value:
            return value.decode("ascii")
        read = decode(value, http_charset=self._label, is_html=False)
        self._met.setdefault(read.encoding)
        return read.text

    def encodings(self) -> tuple[str, ...]:
        """Return the encodings that were met; ASCII alone is "ascii"."""
        return tuple(self._met) or ("ascii",)
