"""Prints how fast a folder of saved pages is taken in, cleaned and indexed, on one core.

    python bench/import.py [FILES]

The pages are made up: half of them HTML in the styles of the time, half of them plain text, each
by itself. The import runs in a process of its own that may use one core; the memory it took at most
is printed for three sizes of the folder (a fifth of FILES, FILES, four times as many), so that one
sees whether it grows.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
_WORDS = (
    "the keeper lamp tide window letter harbour door winter brother quietly waited answered snow "
    "morning ladder kitchen never always again river stone boat voice hand light a and but of to "
    "in her his they we had was could would said asked smiled turned looked behind until"
)


def sentence(rng: random.Random) -> str:
    """Return a made-up sentence."""
    words = [rng.choice(_WORDS.split()) for _ in range(rng.randint(6, 18))]
    return " ".join(words).capitalize() + "."


def paragraphs(rng: random.Random) -> list[str]:
    """Return the paragraphs of a made-up story: 60 to 1,800 words, as short pieces of the time."""
    count = rng.randint(2, 30)
    return [" ".join(sentence(rng) for _ in range(rng.randint(2, 6))) for _ in range(count)]


def html(rng: random.Random, number: int) -> str:
    """Return a page in one of three styles."""
    told = paragraphs(rng)
    title = f"Story {number}"
    head = f"<html><head><title>{title}</title></head><body bgcolor=white><h1>{title}</h1>"
    who = f"<p>by Author {number % 97}</p><p>Disclaimer: the lamp belongs to its maker.</p><hr>"
    style = number % 3
    if style == 0:
        body = "".join(f"<p>{text}</p>\n" for text in told)
    elif style == 1:
        body = "<br><br>\n".join(told)
    else:
        body = "<table><tr><td><font face=arial>" + "<p>".join(told) + "</font></td></tr></table>"
    return f"{head}{who}{body}<hr><a href='index.html'>Back</a></body></html>"


def text(rng: random.Random, number: int) -> str:
    """Return a text file with a header, hard-wrapped as mail was."""
    import textwrap

    body = "\n\n".join(textwrap.fill(each, 72) for each in paragraphs(rng))
    return f"Title: Story {number}\nAuthor: Author {number % 97}\nRating: PG\n\n{body}\n\nTHE END\n"


def make(folder: Path, count: int) -> int:
    """Write *count* files; return their bytes."""
    rng, size = random.Random(7), 0
    for number in range(count):
        place = folder / f"{number // 500:02d}"
        place.mkdir(parents=True, exist_ok=True)
        name, made = (
            (f"{number}.html", html(rng, number))
            if number % 2
            else (f"{number}.txt", text(rng, number))
        )
        size += (place / name).write_bytes(made.encode())
    return size


def measure(count: int) -> tuple[float, float, int, int]:
    """Import *count* files; return seconds, CPU seconds, bytes of memory at most and of files."""
    with TemporaryDirectory() as base:
        pages, home = Path(base) / "pages", Path(base) / "home"
        home.mkdir()
        size = make(pages, count)
        command = [sys.executable, "-m", "storykeep", "-C", str(home), "import", "--base-url",
                   "http://bench.example/", str(pages)]  # fmt: skip
        one = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None

        def bind() -> None:
            if one is not None:
                os.sched_setaffinity(0, {one})

        started = time.monotonic()
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, preexec_fn=bind,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])},
        )  # fmt: skip
        said = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - started
        if status or f"{count:,} captures taken in" not in said:
            raise SystemExit(f"the import failed:\n{said}")
        scale = 1 if sys.platform == "darwin" else 1024
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale, size


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    for files in (count // 5, count, 4 * count):
        seconds, cpu, memory, size = measure(files)
        print(
            f"{files:,} saved pages, {size / files / 1000:.1f} kB each: "
            f"{files / seconds:.0f} files/s ({files / cpu:.0f} per CPU second) on one core, "
            f"cleaned and indexed; "
            f"{memory / 1e6:.0f} MB of memory at most",
            flush=True,
        )


if __name__ == "__main__":
    main()
