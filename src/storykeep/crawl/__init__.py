"""The loop: which page is asked next, and what follows from its answer."""

from storykeep.crawl.bounds import Budget
from storykeep.crawl.loop import Crawler
from storykeep.crawl.run import Watch

__all__ = ["Budget", "Crawler", "Watch"]
