"""The loop: which page is asked next, and what follows from its answer."""

from storykeep.crawl.bounds import Bounds, Budget
from storykeep.crawl.loop import Crawler
from storykeep.crawl.mementos import Rescue
from storykeep.crawl.run import Watch

__all__ = ["Bounds", "Budget", "Crawler", "Rescue", "Watch"]
