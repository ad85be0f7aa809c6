"""A site's own catalogue of its stories, as a file of its software: read as data, never run.

It knows nothing of pages: an entry says what the catalogue says of one story, and no more.
"""

from storykeep.catalogue.efiction import EFiction
from storykeep.catalogue.entry import MIME, Entry, Refused, entry_of
from storykeep.catalogue.file import Catalogue, is_packed, may_be_one, recognise
from storykeep.catalogue.perl import PerlHash

__all__ = [
    "MIME",
    "Catalogue",
    "EFiction",
    "Entry",
    "PerlHash",
    "Refused",
    "entry_of",
    "is_packed",
    "may_be_one",
    "recognise",
]
