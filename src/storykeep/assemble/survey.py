"""The light parts of one host -> its stories' plans and its site facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from storykeep.assemble.looks import Past, Remembered
from storykeep.assemble.overview import Overview, shared_marks
from storykeep.assemble.plan import Piece, Survey
from storykeep.assemble.planning import planned
from storykeep.outline import CATALOGUE


def survey(
    pieces: Iterable[Piece],
    confirmed: Callable[[str], str | None] = lambda key: None,
    past: Past | None = None,
) -> Survey:
    """Return the plans of a host's stories, in order of first capture, and its site facts.

    Outlines of the parts are enough. All pieces must be of one host. *confirmed* tells, by story
    key, when a user said that the story is gone. *past* is all that was captured of the host, where
    the pieces are not: those between two others that say the same may be left out.
    """
    pieces = list(pieces)
    found = planned(pieces)
    overview = Overview(shared_marks(found.plans).__contains__)
    overview.add(found)
    if past is None:
        past = Remembered(each for each in pieces if each.part.engine != CATALOGUE)
    judged = overview.judged(past, confirmed)
    return Survey(tuple(map(judged.weighed, found.plans)), judged.facts, judged.calm_since)
