"""What the captures of one WARC say by themselves, as Parquet tables: a shard for each WARC.

A shard is three files: `capture-`, `story-` and `chapter-NAME.parquet`. The first has all that
archive.db needs, and is there last; the other two are for people and their tools.
"""

from storykeep.shards.files import Shard, ShardError, find_shards, is_shards, opened
from storykeep.shards.job import Job, Made, given, job_of
from storykeep.shards.making import is_there, make, make_here
from storykeep.shards.tables import answer_of

__all__ = [
    "Job", "Made", "Shard", "ShardError", "answer_of", "find_shards", "given", "is_shards",
    "is_there", "job_of", "make", "make_here", "opened",
]  # fmt: skip
