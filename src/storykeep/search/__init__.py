"""Search: what a user types -> ranked stories with the passage that answers. Read only."""

from storykeep.search.find import Results, check, hit_row, matching_ids, search

__all__ = ["Results", "check", "hit_row", "matching_ids", "search"]
