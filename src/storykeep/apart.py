"""A giant page, derived in a process of its own that may use only so much memory and time.

Most pages take milliseconds; a very long one, or one made for the purpose, may take more than
the machine has. Such a page costs this child its life, not the run: its part then says `too_large`,
and its bytes are in the WARC all the same.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import accumulate
from tempfile import TemporaryFile

from storykeep import codec
from storykeep.derive import derive
from storykeep.model import Page, Part
from storykeep.profiles import Profile

GIANT = 1 << 18  # bytes of a decoded body: 40,000 words; a child takes a third of a second
HOPELESS = 48 << 20  # bytes of a body: what is larger needs more than the child may use
MEMORY = 1 << 30  # bytes of address space
# Bytes that a part may take in the process that captures; it then takes three times as much to
# store. Twenty megabytes of text in any alphabet do not reach it.
MOST = 80 << 20
CPU = 60  # seconds of processor time; of real time five times that, on a busy machine


def derive_safely(page: Page, profile: Profile | None) -> Part:
    """Return the part of *page*, however large it is: what cannot be read is `too_large`."""
    if len(page.body) <= GIANT:
        return derive(page, profile)
    found = None if len(page.body) > HOPELESS else _in_child(page, profile)
    return found or _too_large(page)


def _in_child(page: Page, profile: Profile | None) -> Part | None:
    with TemporaryFile() as asked, TemporaryFile() as told:
        pickle.dump((page, profile), asked)
        asked.seek(0)
        with deaf_children():
            child = subprocess.Popen(
                [sys.executable, "-m", "storykeep.apart"],
                stdin=asked,
                stdout=told,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        try:
            if child.wait(5 * CPU):
                return None
        except subprocess.TimeoutExpired:
            return None
        finally:
            child.kill()
            child.wait()
        told.seek(0)
        # Not a pickle: what a page's reader says is text, whatever the page did to it.
        return codec.part_from_json(told.read().decode())


@contextmanager
def deaf_children() -> Iterator[None]:
    """Let the processes started in the block hear no Ctrl-C and no SIGTERM to the whole group.

    We end the child ourselves; if it died first, its page would seem too large. What is blocked
    here stays blocked in the child.
    """
    if sys.platform == "win32":
        yield
        return
    stops = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _too_large(page: Page) -> Part:
    size = f"{len(page.body):,} bytes"
    return Part(
        page.url,
        "too_large",
        reason=f"{size}, more than can be read in {CPU} s and {MEMORY >> 20} MiB",
        warnings=(f"the page ({size}) could not be read; its bytes are in the WARC",),
    )


_BLOCK, _MARK, _LINK = 130, 110, 90  # bytes of these beside their texts
_STORING = 3  # as often a link is in memory while it is stored and followed, beyond what text is


def fitting(part: Part, most: int) -> Part:
    """Return *part*, or `too_large` with as many of its links as fit, where it takes too much.

    *most* is in bytes of memory, counted roughly.
    """
    text = sum(
        _BLOCK + sys.getsizeof(block.text) + _MARK * len(block.marks) for block in part.prose
    )
    text += sum(map(sys.getsizeof, (*part.chrome, *(note.text for note in part.notes))))
    weights = [
        _STORING * (_LINK + sys.getsizeof(link.url) + sys.getsizeof(link.text))
        for link in part.links
    ]
    if text + sum(weights) <= most:
        return part
    kept = sum(1 for total in accumulate(weights) if total <= most // 2)
    lost = f"its text and {len(weights) - kept:,} of its {len(weights):,} links are"
    return Part(
        part.url,
        "too_large",
        reason=f"it says more than fits into {most >> 20} MiB: {lost} left out",
        links=part.links[:kept],
        warnings=(*part.warnings, f"{lost} left out; the page's bytes are in the WARC"),
    )


def _limit() -> None:
    # Windows has no such limits; there the time limit of the parent is all there is.
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> None:
    _limit()
    page, profile = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent wrote it
    part = fitting(derive(page, profile), MOST)
    # An engine that ran out of memory says so as an error; the page is the reason.
    if "MemoryError" in part.reason:
        raise SystemExit(1)
    sys.stdout.buffer.write(codec.part_to_json(part, prose=True).encode())


if __name__ == "__main__":
    _main()
