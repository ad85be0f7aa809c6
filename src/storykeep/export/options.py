"""How a person wants an export to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["txt", "md", "jsonl"]
Breaks = Literal["stars", "rule", "blank"]


@dataclass(frozen=True, slots=True)
class Options:
    """`breaks` and `header` are for txt and md; `emails` keeps e-mail addresses in every format."""

    breaks: Breaks = "stars"
    header: bool = True
    emails: bool = False
