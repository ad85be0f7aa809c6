"""What is printed and how: data on stdout, talk on stderr, and no page may steer the terminal."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from storykeep.errors import StorykeepError

__all__ = [
    "MATCH_CLOSE",
    "MATCH_OPEN",
    "amount",
    "complain",
    "duration",
    "highlighted",
    "json_line",
    "line",
    "muted",
    "own_name",
    "plain",
    "prepare_streams",
    "put",
    "put_json",
    "results",
    "say",
]

# C0 but tab and newline, DEL, C1, and the signs that reorder what follows them: a page's text could
# otherwise move the cursor, retitle the window or show an address backwards.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

MATCH_OPEN, MATCH_CLOSE = "\ue000", "\ue001"


def plain(text: str) -> str:
    """Return *text* with the characters that steer a terminal made visible."""
    return _STEERING.sub("\ufffd", text)


def line(text: str) -> str:
    """Return *text* on one line, safe for a terminal."""
    return plain(" ".join(text.split()))


def say(text: str = "") -> None:
    """Print talk, for a person, on stderr; where nobody can be told, nothing is stopped by it."""
    try:
        _write(sys.stderr, text)
    except OSError:  # the terminal is gone, the log's disk is full, `2>&1 | head`
        muted(sys.stderr)


def put(text: str = "") -> None:
    """Print data, for a person or a program, on stdout."""
    _write(sys.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    stream.write(text + "\n")
    stream.flush()  # what is said and what is found stand in the order of time in a log of both


@contextmanager
def results() -> Iterator[Callable[[str], None]]:
    """Give a `put` for commands that do something: the work goes on where stdout takes no more.

    At the end the error is raised, unless the reader had just had enough (`storykeep add | head`).
    """
    lost: list[OSError] = []

    def put_if_possible(text: str = "") -> None:
        if lost:
            return
        try:
            put(text)
        except OSError as error:
            lost.append(error)
            muted(sys.stdout)

    yield put_if_possible
    if lost and not isinstance(lost[0], BrokenPipeError):
        raise lost[0]


def put_json(row: Mapping[str, Any]) -> None:
    """Print one object on one line of stdout."""
    put(json_line(row))


def json_line(row: Mapping[str, Any]) -> str:
    """Return one object as one line that stdout can say."""
    # JSON is UTF-8 (RFC 8259, section 8.1). What this output cannot say in it, in UTF-8 itself lone
    # surrogates, is escaped and can be read back.
    utf8 = codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    text = json.dumps(row, ensure_ascii=not utf8)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(row)
    return text


def complain(error: StorykeepError) -> None:
    """Print what is wrong and what to do next, on stderr."""
    say(f"error: {plain(str(error))}")
    if error.hint:
        say(f"hint: {plain(error.hint)}")


def highlighted(snippet: str) -> str:
    """Return a snippet with its matches in bold on a terminal, bare in a pipe."""
    plain_wanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    bold = sys.stdout.isatty() and not plain_wanted
    opening, closing = ("\x1b[1m", "\x1b[0m") if bold else ("", "")
    return line(snippet).replace(MATCH_OPEN, opening).replace(MATCH_CLOSE, closing)


def amount(number: int, noun: str, plural: str | None = None) -> str:
    """Return "1 page", "2 pages", "1,204 pages"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(seconds: float) -> str:
    """Return a time as people read it: "45 s", "1 min 22 s", "3 h 5 min"."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    return f"{left} s"


def own_name() -> str:
    """Return what to type to call this program: "storykeep", or its path where PATH lacks it."""
    import shutil

    called = sys.argv[0]
    on_path = Path(called).name != "storykeep" or shutil.which("storykeep")
    return "storykeep" if on_path else called


def prepare_streams() -> None:
    """Make the three streams fit for use, whatever the shell gave us.

    A closed one leads nowhere (else the next file opened would take its number, and our words would
    go into it); a letter that the locale lacks is printed as "?" and stops nothing.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def muted(stream: TextIO) -> None:
    """Send what is still buffered for *stream*, and all that follows, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
