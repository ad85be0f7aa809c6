"""Search: what a user types -> ranked stories with the passage that answers. Read only.

What has the same text is asked of `similar` and `duplicates`, which a search does not load;
what chapters said earlier, of `earlier`.
"""

from storykeep.search.cost import EXACT, Budget
from storykeep.search.facets import NAMES as FACETS
from storykeep.search.find import Results, check, hit_row, matching_ids, search, summary_row
from storykeep.search.rank import SORTS
from storykeep.search.rows import Hit

__all__ = [
    "EXACT",
    "FACETS",
    "SORTS",
    "Budget",
    "Hit",
    "Results",
    "check",
    "hit_row",
    "matching_ids",
    "search",
    "summary_row",
]
