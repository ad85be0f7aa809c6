"""When a run stops asking a host: where more of its stories are missing than is to be believed.

What of that counts, `assemble.brake` says, of all that was captured; this only saves the requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storykeep import urls
from storykeep.assemble import FEW, has_nothing, limit
from storykeep.crawl.hosts import HostQueue
from storykeep.crawl.patience import Patience
from storykeep.crawl.run import Run
from storykeep.intake import Taken


@dataclass(slots=True)
class _Tally:
    """What a run has seen of one host."""

    stories: int  # that are known and not gone
    asked: set[int] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)

    @property
    def is_too_much(self) -> bool:
        missing = len(self.missing)
        return missing > limit(self.stories) or (missing > FEW and 2 * missing > len(self.asked))


class Brake:
    """Watches the answers of a run for stories that are missing."""

    def __init__(self, run: Run, patience: Patience) -> None:
        self._run = run
        self._patience = patience
        self._tallies: dict[str, _Tally] = {}  # by host

    def saw(self, queue: HostQueue, taken: Taken) -> None:
        """Take note of an answer; let the host rest where too many stories are missing."""
        host = urls.host(taken.capture.url)
        stories = self._run.store.stories_at(urls.key(taken.capture.url))
        if not stories or queue.rests:
            return
        if host not in self._tallies:
            self._tallies[host] = _Tally(self._run.store.count_there(host))
        tally = self._tallies[host]
        tally.asked |= stories
        if taken.part.outcome == "story":
            tally.missing -= stories
        elif has_nothing(taken.part):
            tally.missing |= stories
        if tally.is_too_much:
            self._patience.rest(
                queue,
                f"{len(tally.missing):,} of its {tally.stories:,} stories are missing; nothing is "
                "marked as gone, and storykeep gone shows what waits for your word",
            )
