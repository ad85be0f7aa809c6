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
from storykeep.assemble.listings import NO_LISTS, Lists
from storykeep.assemble.looks import PAUSE, Glance
from storykeep.assemble.overview import Judged, Overview, shared_marks
from storykeep.assemble.pages import page_key, pages_of
from storykeep.assemble.plan import ChapterPlan, Order, Passed, Piece, SitePage, StoryPlan, Survey
from storykeep.assemble.planning import Planned, planned
from storykeep.assemble.survey import survey
from storykeep.assemble.ties import leads_to, lists_of, names_of

__all__ = [
    "FEW",
    "NO_LISTS",
    "PAUSE",
    "ChapterPlan",
    "Glance",
    "Judged",
    "Lists",
    "Order",
    "Overview",
    "PartOf",
    "Passed",
    "Piece",
    "Planned",
    "SitePage",
    "StoryPlan",
    "Survey",
    "captures_of",
    "compose",
    "filled",
    "frame_of",
    "framed",
    "has_nothing",
    "last_seen",
    "leads_to",
    "limit",
    "lists_of",
    "made_of",
    "names_of",
    "opened",
    "page_key",
    "pages_in",
    "pages_of",
    "planned",
    "shared_marks",
    "survey",
]
