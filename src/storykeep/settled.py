"""Whether the WARCs lie as they did when all of them were last found sealed, listed and taken in.

After years there are many, and most runs find nothing to ask. What was looked at file by file once
is not looked at again while every name, and the manifest, are what they were; of the sizes each run
looks at some, in turn.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from storykeep import warc
from storykeep.store import Store

AT_ONCE = 100  # files whose sizes a run looks at


def is_settled(store: Store, folder: Path) -> bool:
    """Return whether nothing in *folder* need be mended or taken in, as far as a run looks."""
    is_as_it_was = store.settled() == warc.state_of(folder).digest
    store.found_settled = is_as_it_was and not _has_other_sizes(store, folder)
    return store.found_settled


def _has_other_sizes(store: Store, folder: Path) -> bool:
    sizes = store.warcs_in_turn(AT_ONCE)
    return warc.other_size(folder, sizes)


def find_damage(store: Store, folder: Path, sealed: Collection[str]) -> list[str]:
    """Return, in words, which sealed WARCs are missing or have another size than when sealed.

    *sealed* are those that were written since the folder was looked at, and are taken in. Where all
    is well, that is remembered; where the folder was found so, only these are looked at. What is
    not well is looked at again, file by file, until it is.
    """
    if store.found_settled and not sealed:
        return []
    state = warc.state_of(folder)
    if store.found_settled and state.is_but_for(sealed, store.settled()):
        sizes = [(name, store.warc_size(name)) for name in sealed]
        if not warc.other_size(folder, sizes):
            store.settle(state.digest)
            return []
    damage = warc.changed_files(folder)
    if not damage and _is_all_taken_in(store, folder, state):
        store.settle(state.digest)
    else:
        store.settle(None)
    return damage


def _is_all_taken_in(store: Store, folder: Path, state: warc.State) -> bool:
    """Return whether each WARC is sealed, listed and taken in, and lies where `state_of` looks."""
    there = {path.relative_to(folder).as_posix() for path in warc.files(folder)}
    listed = {each.file for each in warc.manifest(folder)}
    return there <= listed <= state.names and all(map(store.knows_warc, listed))
