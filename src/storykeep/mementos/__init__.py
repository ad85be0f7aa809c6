"""What web archives say and give: lists of captures (CDX), and mementos (RFC 7089). No I/O.

A memento is a capture of a page that a web archive keeps. The Wayback Machine is the largest of
these archives; pywb serves others by the same addresses. Nothing here knows a file, a network, a
clock or a database.
"""

from storykeep.mementos.addresses import Address, memento_address, moment_of, stamp_of, told_by
from storykeep.mementos.cdx import (
    ListError,
    Listing,
    Row,
    has_none,
    is_list,
    list_address,
    listed_in,
    next_address,
    parse,
    root_of,
)
from storykeep.mementos.choosing import SHARED, Choice, choose
from storykeep.mementos.pace import (
    LISTS_A_MINUTE,
    LONGEST_GAP,
    MEMENTOS_A_MINUTE,
    Event,
    Kind,
    Pace,
    gap_after,
    held_until,
)
from storykeep.mementos.rebuilding import Memento, is_memento, rebuild

__all__ = [
    "LISTS_A_MINUTE", "LONGEST_GAP", "MEMENTOS_A_MINUTE",
    "SHARED",
    "Address",
    "Choice",
    "Event",
    "Kind",
    "ListError",
    "Listing",
    "Memento",
    "Pace",
    "Row",
    "choose",
    "gap_after",
    "has_none",
    "held_until",
    "is_list",
    "is_memento",
    "list_address",
    "listed_in",
    "memento_address",
    "moment_of",
    "next_address",
    "parse",
    "rebuild",
    "root_of",
    "stamp_of",
    "told_by",
]  # fmt: skip
