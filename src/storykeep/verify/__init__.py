"""Is everything on disk as it was written? Collects all damage before it speaks; changes nothing.

Knows no lock: a run may write meanwhile. What is read first is what is written last (the database,
then the manifest, then the folder, then the WARCs), so whatever one of them names is there in the
next; and what the next has more is no damage while a run is unfinished.
"""

from storykeep.verify.check import verify
from storykeep.verify.result import Sample, Verified

__all__ = ["Sample", "Verified", "verify"]
