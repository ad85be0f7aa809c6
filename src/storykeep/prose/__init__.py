"""Element tree to blocks, blocks to text with marks and back, a block to Markdown."""

from storykeep.prose.breaks import is_symbol_break
from storykeep.prose.canon import BREAK_TEXT, canonical, tally, tidy, words
from storykeep.prose.markdown import markdown
from storykeep.prose.textmarks import from_text, to_text
from storykeep.prose.tree import parse
from storykeep.prose.walk import Walked, walk, walk_page

__all__ = [
    "BREAK_TEXT",
    "Walked",
    "canonical",
    "from_text",
    "is_symbol_break",
    "markdown",
    "parse",
    "tally",
    "tidy",
    "to_text",
    "walk",
    "walk_page",
    "words",
]
