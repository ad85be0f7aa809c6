"""What becomes of every capture, fetched just now or read again from a WARC.

It is derived, saved with its part in one transaction, and extends the frontier. A crawl and a
rebuild go through the same door, so that the same WARCs give the same database.
"""

from storykeep.intake.answers import is_whole, redirect_target
from storykeep.intake.frontier import MOST_REDIRECTS, worth_asking
from storykeep.intake.intervals import next_interval
from storykeep.intake.moments import moment_of, timestamp
from storykeep.intake.rules import read_rules, rules_owner
from storykeep.intake.sources import address_of, part_of, profile_of, source_of
from storykeep.intake.stories import assemble_all, assemble_host
from storykeep.intake.taking import Intake, Taken, is_kept

__all__ = [
    "MOST_REDIRECTS",
    "Intake",
    "Taken",
    "address_of",
    "assemble_all",
    "assemble_host",
    "is_kept",
    "is_whole",
    "moment_of",
    "next_interval",
    "part_of",
    "profile_of",
    "read_rules",
    "redirect_target",
    "rules_owner",
    "source_of",
    "timestamp",
    "worth_asking",
]
