"""Search: what a user types -> ranked stories with the passage that answers. Read only."""

from storykeep.search.cost import EXACT, Budget
from storykeep.search.duplicates import duplicates
from storykeep.search.facets import NAMES as FACETS
from storykeep.search.find import Results, check, hit_row, matching_ids, search, summary_row
from storykeep.search.rank import SORTS
from storykeep.search.similar import LEAST, similar, similar_row, story_row

__all__ = [
    "EXACT",
    "FACETS",
    "LEAST",
    "SORTS",
    "Budget",
    "Results",
    "check",
    "duplicates",
    "hit_row",
    "matching_ids",
    "search",
    "similar",
    "similar_row",
    "story_row",
    "summary_row",
]
