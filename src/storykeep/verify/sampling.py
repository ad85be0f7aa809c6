"""A random share of the captures, each read with its whole unit, where all would take too long."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from random import Random, SystemRandom

from storykeep.errors import StoreError
from storykeep.model import Capture
from storykeep.reader.health import Index
from storykeep.verify.look import Look, judge, opened, unreadable_told
from storykeep.verify.result import Sample

_SEEDS = 10**6


def check(look: Look, percent: float, seed: int | None) -> None:
    """Check the sizes of all files, and the bytes of *percent* of the captures."""
    if look.index is None:
        raise StoreError(
            "a sample is chosen from archive.db, which cannot be read",
            hint="storykeep verify reads everything; storykeep rebuild makes archive.db again",
        )
    sample = look.result.sample = choose(look.index, percent, seed)
    captures = _with_originals(look.index, sample.chosen)
    look.total = sum(each.length for each in captures)
    right = {each.name: judge(look, each, None) for each in look.listed}
    files = {each.name: each for each in look.listed}
    for name, group in groupby(captures, key=lambda each: each.warc):
        if name not in files:
            continue  # that it is missing is told of the file as a whole
        listed = files[name]
        is_right = right[name]
        with (
            unreadable_told(look, listed),
            opened(look, listed, is_right=is_right, step=lambda reached: None) as file,
        ):
            for capture in group:
                if file is not None and file.rows is not None:
                    end = capture.offset + capture.length
                    file.span(look.index.end_before(name, capture.offset), end)
                    look.result.damage += file.rows.expect(capture)
                look.done += capture.length
                look.step(look.done, look.total)


def _with_originals(index: Index, chosen: Iterable[Capture]) -> list[Capture]:
    """Return *chosen* and the responses that the revisits among them refer to, in files' order."""
    wanted = {each.id: each for each in chosen}
    for capture in chosen:
        if capture.revisit_of:
            rows = index.captures_of_record(capture.revisit_of)
            wanted.update({each.id: each for each in rows})
    return sorted(wanted.values(), key=lambda each: (each.warc, each.offset))


def choose(index: Index, percent: float, seed: int | None) -> Sample:
    """Return *percent* of the captures, at least one where there is any, in the files' order."""
    if seed is None:
        seed = SystemRandom().randrange(_SEEDS)
    numbers = index.capture_ids()
    count = math.ceil(len(numbers) * percent / 100)
    drawn = Random(seed).sample(numbers, count)  # noqa: S311 - it spreads, it keeps no secret
    chosen = sorted(map(index.capture, drawn), key=lambda each: (each.warc, each.offset))
    return Sample(percent, len(numbers), seed, tuple(chosen))
