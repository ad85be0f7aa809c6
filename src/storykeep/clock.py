"""Time, as an argument: a run looks at no other clock than the one it is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`wall` in seconds since 1970, `steady` for waits (it never jumps), `sleep` to wait."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def now(self) -> datetime:
        """Return the moment of `wall`, aware, UTC."""
        return datetime.fromtimestamp(self.wall(), UTC)
