"""What others saved, taken in: the file is kept as it came, and its captures are indexed.

What is already a WARC is read where it lies; what is not becomes resource records that say so.
Everything goes through `kept` and `intake`, as a rebuild does, so that both give the same database.
"""

from storykeep.imports.foreseen import foresee
from storykeep.imports.report import Done, Imported, Told, Wish
from storykeep.imports.session import take_in

__all__ = ["Done", "Imported", "Told", "Wish", "foresee", "take_in"]
