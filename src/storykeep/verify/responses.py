"""The responses of the whole archive, so that revisits can be held against what they refer to.

Kept as numbers: a million of them are about 100 MB, their names would be ten times that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from storykeep.model import Capture


@dataclass(frozen=True, slots=True)
class Reference:
    """What a revisit says of the response it refers to; "" where it does not say."""

    record_id: str
    url: str
    date: str
    payload_sha1: str


class Responses:
    """What was seen of the responses, and the revisits that wait for theirs or contradict it."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._doubtful: list[tuple[Capture, Reference]] = []
        self._lost: set[int] = set()

    def add(self, capture: Capture) -> None:
        """Note a whole response."""
        key = _number(capture.record_id)
        self._seen[key] = _number(capture.url, capture.fetched_at, capture.payload_sha1)

    def lose(self, record_id: str) -> None:
        """Note a response that a repair has told as lost: its revisits are no further damage."""
        self._lost.add(_number(record_id))

    def refer(self, capture: Capture, reference: Reference) -> None:
        """Note a revisit; most come behind their response and need not be remembered."""
        if self._problem(reference):
            self._doubtful.append((capture, reference))

    def problems(self) -> Iterator[tuple[Capture, str]]:
        """Yield, when all was read, the revisits whose response is missing or another, and why."""
        for capture, reference in self._doubtful:
            if why := self._problem(reference):
                yield capture, why

    def _problem(self, reference: Reference) -> str:
        found = self._seen.get(_number(reference.record_id))
        if found is None:
            if _number(reference.record_id) in self._lost:
                return ""
            return "the response that it refers to is not in the archive"
        same = _number(reference.url, reference.date, reference.payload_sha1)
        return "" if found == same else "the response has another payload, address or date"


def _number(*words: str) -> int:
    digest = blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest())
