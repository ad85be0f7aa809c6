"""Mends what a disk has damaged: the rest stays readable, nothing is thrown away, all is said.

Knows no lock and no network; what is lost it marks, and a run asks for it again.
"""

from storykeep.repair.mend import repair
from storykeep.repair.result import MendedFile, Repaired

__all__ = ["MendedFile", "Repaired", "repair"]
