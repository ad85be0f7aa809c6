"""The parts of one host -> stories and site facts: a function of their *set*, not their order.

Steps, so that none needs every page in memory: `survey` reads outlines and says which pages make
which story, `made_of` whether one is to be made again; that one's plan is `filled` with what its
pages say, and `compose` makes the story of it.
"""

from storykeep.assemble.absence import has_nothing
from storykeep.assemble.alone import frame_of, framed, pages_in
from storykeep.assemble.brake import FEW, limit
from storykeep.assemble.compose import compose
from storykeep.assemble.drafts import PartOf, captures_of, filled, last_seen, made_of, opened
from storykeep.assemble.looks import PAUSE, Glance
from storykeep.assemble.plan import ChapterPlan, Order, Passed, Piece, StoryPlan, Survey
from storykeep.assemble.survey import survey

__all__ = [
    "FEW",
    "PAUSE",
    "ChapterPlan",
    "Glance",
    "Order",
    "PartOf",
    "Passed",
    "Piece",
    "StoryPlan",
    "Survey",
    "captures_of",
    "compose",
    "filled",
    "frame_of",
    "framed",
    "has_nothing",
    "last_seen",
    "limit",
    "made_of",
    "opened",
    "pages_in",
    "survey",
]
