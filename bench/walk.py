"""Print what the cleaner's first steps cost: milliseconds of CPU per page, by shape and size.

    python bench/walk.py [--rounds 7] [--profile SHAPE]

The pages are made up here: paragraphs by <p>, by <br><br> and in a hard-wrapped <pre>, with some
emphasis and a typed break now and then. `floor` is lxml's parse and its text alone. Figures of
different machines, or of different days on one, do not compare.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import statistics
import textwrap
import time
from collections.abc import Callable
from itertools import pairwise

import lxml.html

from storykeep import plain
from storykeep.decode import decode
from storykeep.model import Block
from storykeep.prose import canonical, parse, tidy, to_text, walk
from storykeep.prose import words as count_words

ADDRESS = "http://stories.example/archive/lamp.html"
TEXT = (
    "the keeper counted waves that evening and on number seven he put down his cup and listened "
    "because the sea had said something it never said before quite softly lamp tide harbour"
)
SIZES = (25, 250)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--profile", choices=SHAPES, help="profile one shape at 25 kB")
    given = options.parse_args()
    if given.profile:
        profile(SHAPES[given.profile](25))
        return
    print(f"{'ms per page':14}" + "".join(f"{name:>11}" for name in (*STEPS, "floor")))
    for name, shape in SHAPES.items():
        for size in SIZES:
            page = shape(size)
            found = measured(page, given.rounds, repeat=max(1, 250 // size))
            print(f"{name + f' {size} kB':14}" + "".join(f"{ms:11.2f}" for ms in found))


def paragraphs(size: int, *, markup: bool = True) -> list[str]:
    """Return about *size* kB of paragraphs, the same at each call."""
    dice = random.Random(size)
    words = TEXT.split()
    found: list[str] = []
    length = 0
    while length < size * 1000:
        text = " ".join(dice.choice(words) for _ in range(dice.randint(8, 130))).capitalize()
        text = f'"{text[:40]}," she said. "{text[40:]}."' if dice.random() < 0.4 else text + "."
        found.append(text.replace("lamp", "<i>lamp</i>", 2) if markup else text)
        length += len(found[-1])
        if len(found) % 20 == 0:
            found.append("* * *")
    return found


def by_p(size: int) -> bytes:
    return page("".join(f"<p>{text}</p>\n" for text in paragraphs(size)))


def by_br(size: int) -> bytes:
    return page("<br>\n<br>\n".join(paragraphs(size)))


def by_font(size: int) -> bytes:
    font = '<font face="Verdana" size="2">'
    return page("".join(f"<p class=x>{font}{text}</font></p>\n" for text in paragraphs(size)))


def by_pre(size: int) -> bytes:
    wrapped = (textwrap.fill(text, 72) for text in paragraphs(size, markup=False))
    return page(f"<pre>{(chr(10) * 2).join(wrapped)}</pre>")


def page(body: str) -> bytes:
    head = "<html><head><title>The Lamp</title></head><body><h1>The Lamp</h1><p>by Ana</p>"
    return f"{head}{body}<hr><center><a href='/'>Home</a></center></body></html>".encode()


SHAPES: dict[str, Callable[[int], bytes]] = {
    "p": by_p, "br": by_br, "font": by_font, "pre": by_pre,
}  # fmt: skip
STEPS = ("decode", "parse", "walk", "unwrap", "tidy", "canonical", "to_text", "words", "all")


def steps(body: bytes) -> list[float]:
    """Return the seconds that each of STEPS took on one page."""
    clock = [time.process_time()]
    text = decode(body).text
    clock.append(time.process_time())
    root = parse(text)
    clock.append(time.process_time())
    blocks = [walked.block for walked in walk(root, base_url=ADDRESS)]
    clock.append(time.process_time())
    blocks = [made for block in blocks for made in unwrapped(block)]
    clock.append(time.process_time())
    kept = tidy(blocks)[0]
    clock.append(time.process_time())
    canonical(kept)
    clock.append(time.process_time())
    to_text(kept)
    clock.append(time.process_time())
    count_words(kept)
    clock.append(time.process_time())
    return [two - one for one, two in pairwise(clock)]


def unwrapped(block: Block) -> list[Block]:
    return plain.unwrap_block(block) if block.kind == "pre" else [block]


def measured(body: bytes, rounds: int, *, repeat: int) -> list[float]:
    """Return the median milliseconds of each step, of all, and of the floor."""
    steps(body)
    found: list[list[float]] = []
    for _ in range(rounds):
        runs = [steps(body) for _ in range(repeat)]
        each = [sum(column) / repeat * 1000 for column in zip(*runs, strict=True)]
        found.append([*each, sum(each), floor(body, repeat)])
    return [statistics.median(column) for column in zip(*found, strict=True)]


def floor(body: bytes, repeat: int) -> float:
    """Return the milliseconds of a bare parse and its text."""
    started = time.process_time()
    for _ in range(repeat):
        "".join(lxml.html.document_fromstring(body).itertext())
    return (time.process_time() - started) / repeat * 1000


def profile(body: bytes) -> None:
    """Print where the time goes."""
    steps(body)
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(50):
        steps(body)
    watch.disable()
    pstats.Stats(watch).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
