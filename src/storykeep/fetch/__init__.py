"""One GET in, one Exchange of wire bytes (or a Failure) out; the only door to the network."""

from storykeep.fetch.cookies import read_cookies
from storykeep.fetch.receive import Limits
from storykeep.fetch.session import Session

__all__ = ["Limits", "Session", "read_cookies"]
