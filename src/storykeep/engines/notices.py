"""What a site says of who owns whom, in the boxes that its template has for it: a foot, a copyright
line, what a blog says of itself. It is no page's own, and so a disclaimer of the template."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from storykeep.header import Draft, disclaimer
from storykeep.header.footer import without_last_link
from storykeep.header.lines import label_of
from storykeep.patterns import lazy

_BOX = lazy(r"foot|copyright|legal|disclaimer|site-?info|colophon|\bdescription\b", re.IGNORECASE)
_AUTHORS_OWN = lazy(
    r"\b(?:property|copyright)\s+(?:of|by|to)\s+(?:their|the|its)\s+(?:respective\s+|individual\s+)?"
    r"(?:authors?|writers?)\b|\bbelongs? to (?:those|whoever|the (?:one|person|people)) (?:who\s+)?"
    r"(?:wrote|writes?|posted|posts?|made)\b",
    re.IGNORECASE,
)
_TOP, _FOOT = 40, 25  # lines
_LEVELS = 6
_LONGEST = 600  # characters


def take(draft: Draft) -> None:
    """List the notices among the lines that are chrome, at the top and at the foot of a page."""
    count = len(draft.lines)
    verdicts: dict[Any, bool] = {}
    edges = (*range(min(_TOP, count)), *range(max(_TOP, count - _FOOT), count))
    lines = [(at, draft.lines[at]) for at in edges if draft.bins[at] == "chrome"]
    if not disclaimer.may_be_owned([line.text for _, line in lines]):
        return
    for index, line in lines:
        if line.element is None or len(line.text) > _LONGEST:
            continue
        if not disclaimer.may_disclaim(line.text) or label_of(line) is not None:
            continue
        if line.element not in verdicts:
            verdicts[line.element] = _is_of_site(line.element)
        text = line.bare
        if not verdicts[line.element] or _AUTHORS_OWN.search(text):
            continue
        said = disclaimer.sentences(without_last_link(line), of_site=True)
        if said is not None:
            draft.add_disclaimer(said, None, "template", text, method="site_template")
            draft.put(index, "disclaimer")


def _is_of_site(element: Any) -> bool:
    """True within an element that calls itself a page's foot, or its notice."""
    for each in (element, *islice(element.iterancestors(), _LEVELS)):
        if each.tag in {"body", "html", "article", "main"}:
            return False
        if each.tag == "footer" or _BOX.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
            return True
    return False
