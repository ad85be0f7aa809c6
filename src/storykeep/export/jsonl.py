"""A story as one line of JSON: the full record of docs/record.md."""

from __future__ import annotations

import json
import re

from storykeep.model import Story
from storykeep.record import story_record

# JSON escapes the C0 controls itself. These it leaves bare, although they steer terminals (DEL,
# C1), end lines for some readers (U+0085, U+2028, U+2029) or are no UTF-8 (surrogates).
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def render(story: Story, *, id: str | None) -> str:  # noqa: A002 - the record's word
    """Return the record of *story* as one line; reading it back gives the very same text."""
    text = json.dumps(story_record(story, id=id), ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
