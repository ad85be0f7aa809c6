"""Labels, by-lines, disclaimers: the header block grammar of fan fiction.

It reads lines (lines.py) into a ledger (draft.py): head.py from the top down, tail.py from the
bottom up. It does not know which site the page is from.
"""

from storykeep.header.draft import Draft
from storykeep.header.footer import read_footer
from storykeep.header.head import read_head
from storykeep.header.lines import Line, from_blocks, from_text, to_blocks
from storykeep.header.scan import Hints
from storykeep.header.tail import read_tail

__all__ = [
    "Draft",
    "Hints",
    "Line",
    "from_blocks",
    "from_text",
    "read_footer",
    "read_head",
    "read_tail",
    "to_blocks",
]
