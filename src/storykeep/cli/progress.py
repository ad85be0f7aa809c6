"""What a person sees while something takes long: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, TextIO, cast

from storykeep.cli.output import say

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A run that is shown: told of each page, and talking beside the bar, not into it."""

    step: Callable[[int, int, str], None] = lambda done, waiting, url: None
    say: Callable[[str], None] = say


def on_terminal() -> bool:
    """Return whether a person is watching stderr."""
    return sys.stderr.isatty()


class _Terminal:
    """stderr for a bar: a terminal that goes away takes the bar with it, not the work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write *text* where that can be."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Let the terminal show what was written."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _terminal() -> IO[str]:
    return cast(IO[str], _Terminal(sys.stderr))


@contextmanager
def counting(what: str, *, quiet: bool = False) -> Iterator[Step]:
    """Give a function that is told how many are done."""
    if quiet or not on_terminal():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn())
    with Progress(*columns, console=Console(file=_terminal()), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def reading(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told the bytes read and the bytes to read."""
    if quiet or not on_terminal():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=_terminal()), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def pages(*, quiet: bool = False) -> Iterator[Shown]:
    """Give what is told (pages done, pages waiting, the page just stored)."""
    if quiet or not on_terminal():
        yield Shown()
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        # The address gives way where the terminal is narrow; the numbers stay whole.
        TextColumn("{task.description}", table_column=Column(no_wrap=True, ratio=1)),
    )
    with Progress(*columns, console=Console(file=_terminal()), transient=True, expand=True) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, waiting: int, url: str) -> None:
            bar.update(task, completed=done, total=done + waiting, description=escape(url))

        def tell(text: str) -> None:
            bar.console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)

        yield Shown(step, tell)
