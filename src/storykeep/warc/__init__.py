"""The WARCs: append, read, scan, heal, seal. The only user of warcio.

What was captured is here and nowhere else; everything else can be made again from it. A capture is
one unit of records, the response last, so a unit is whole exactly when its last record is. A file
is written by one run only, as NAME.open, and never again once it is sealed.
"""

from storykeep.warc.failure import FailureRecord
from storykeep.warc.folder import (
    Sealed,
    changed_files,
    files,
    is_bare,
    is_imported,
    manifest,
    name_in,
)
from storykeep.warc.healing import Healed, heal
from storykeep.warc.lost import Lost
from storykeep.warc.reading import (
    Folder,
    find_original,
    load_head,
    load_page,
    page_of,
    read,
    read_reference,
)
from storykeep.warc.resource import Resource
from storykeep.warc.scanning import Torn, Unit, read_info, scan
from storykeep.warc.state import State, other_size, state_of
from storykeep.warc.unit import Original
from storykeep.warc.writer import Draft, Writer

__all__ = [
    "Draft", "FailureRecord", "Folder", "Healed", "Lost", "Original", "Resource", "Sealed", "State",
    "Torn", "Unit", "Writer", "changed_files", "files", "find_original", "heal", "is_bare",
    "is_imported", "load_head", "load_page", "manifest", "name_in", "other_size", "page_of", "read",
    "read_info", "read_reference", "scan", "state_of",
]  # fmt: skip
