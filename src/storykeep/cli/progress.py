"""What a person sees while something takes long: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Step = Callable[[int], None]


def on_terminal() -> bool:
    """Return whether a person is watching stderr."""
    return sys.stderr.isatty()


@contextmanager
def counting(what: str, *, quiet: bool = False) -> Iterator[Step]:
    """Give a function that is told how many are done."""
    if quiet or not on_terminal():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn(what), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def pages(total: int, *, quiet: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """Give a function that is told (pages done, pages waiting, the page just stored)."""
    if quiet or not on_terminal():
        yield lambda done, waiting, url: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def step(done: int, waiting: int, url: str) -> None:
            bar.update(task, completed=done, total=done + waiting, description=escape(url[-60:]))

        yield step
