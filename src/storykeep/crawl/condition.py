"""What a request asks to be compared with, so that an unchanged page need not be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storykeep.model import Capture, Head


@dataclass(frozen=True, slots=True)
class Condition:
    """What a page said when it was last whole, and how a server is told (RFC 9110, section 13)."""

    original: Capture  # a whole response with status 200, readable now
    etag: str
    last_modified: str

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields of a request that asks for the page only if it has changed."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}

    def is_met(self, answer: Head) -> bool:
        """Return whether *answer*, a 304, speaks of our response.

        One that names another strong validator does not (RFC 9111, section 4.3.4).
        """
        told = answer.get("etag").strip()
        strong = bool(told) and not told.startswith("W/")
        return not strong or told == self.etag or not self.etag
