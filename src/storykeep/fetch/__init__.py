"""One GET in, one Exchange of wire bytes (or a Failure) out; the only door to the network."""

from storykeep.fetch.cookies import read_cookies
from storykeep.fetch.receive import Limits
from storykeep.fetch.session import Session
from storykeep.fetch.tell import tell

__all__ = ["Limits", "Session", "read_cookies", "tell"]
