"""Stories made again of what the captures of their hosts say now."""

from __future__ import annotations

from collections.abc import Callable

from storykeep.intake.alone import assemble_alone
from storykeep.intake.whole import assemble_whole
from storykeep.store import Saved, Store


def assemble_host(store: Store, host: str, *, tick: Callable[[], None] = lambda: None) -> Saved:
    """Assemble the stories of *host* again and save what changed; return the counts.

    The pages of a story are only read where it is made of something else than when it was last
    made. *tick* is called all the while; what it raises stops the work, and of that at most what
    was stored of a large host by then is saved: the next call does the rest.
    """

    outlines = store.outlines(host)
    if (saved := assemble_alone(store, host, outlines, tick)) is not None:
        return saved
    return assemble_whole(store, host, outlines, tick)


def assemble_all(store: Store) -> tuple[int, int]:
    """Assemble every host with captures newer than its stories; return (new, changed) counts."""
    new = changed = 0
    store.find_repeats()
    # Small hosts together: each transaction leaves a piece of the index that is to be joined.
    with store.in_steps():
        for host in store.dirty_hosts():
            saved = assemble_host(store, host)
            new, changed = new + saved.new, changed + saved.changed
    return new, changed
