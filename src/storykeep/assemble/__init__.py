"""The parts of one host -> stories and site facts: a function of their *set*, not their order.

Two steps, so that no step needs every body in memory: `survey` reads light parts (no prose) and
says which pages make which story; `compose` makes one story of its plan and its pages' prose.
"""

from storykeep.assemble.absence import has_nothing
from storykeep.assemble.brake import FEW, limit
from storykeep.assemble.compose import compose
from storykeep.assemble.plan import ChapterPlan, Piece, StoryPlan, Survey
from storykeep.assemble.survey import survey

__all__ = [
    "FEW",
    "ChapterPlan",
    "Piece",
    "StoryPlan",
    "Survey",
    "compose",
    "has_nothing",
    "limit",
    "survey",
]
