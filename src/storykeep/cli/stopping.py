"""How a command ends before its time: in order at the first signal, at once at the second.

The first signal is raised as an exception in the main thread, so that everything is closed on the
way out. That may take long or never come about (a look-up that hangs, a statement that runs in
SQLite), so a thread of its own, woken by the system, ends the process after a few seconds, and at
once at a second signal. Nothing is lost by that: the next start mends what was left.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import NoReturn

PATIENCE = 4.0  # seconds for closing in order
_ONE_WISH = 0.1  # seconds: `timeout` and closing terminals send the same signal twice
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


class Terminated(BaseException):
    """A signal asks to stop; what is open is closed on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def listen_to_signals() -> None:
    """Let Ctrl-C, SIGTERM, and SIGHUP of a terminal that is closed, stop this process.

    To be called once, in the main thread, before anything is opened.
    """
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # nohup has SIGHUP ignored, and a shell the SIGINT of what it puts behind; that stays so.
    heard = {each for each in numbers if signal.getsignal(each) is not signal.SIG_IGN}
    if sys.platform != "win32":
        _watch(heard)
    sys.unraisablehook = _unraisable
    for number in heard:
        signal.signal(number, _stop)


def leave(code: int) -> NoReturn:
    """End the process now that everything is closed; threads that still wait are left behind."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    for each in _NAMES:
        known = getattr(signal, each, None)
        if known is not None and signal.getsignal(known) is _stop:
            # From here on the watching thread alone acts, so that no second exception breaks what
            # closes in order. Without one (Windows) the system ends the process.
            signal.signal(known, _pass_over if sys.platform != "win32" else signal.SIG_DFL)
    # Not KeyboardInterrupt: click would print an empty line for it, which may fail in its turn.
    raise Terminated(number)


def _pass_over(number: int, frame: FrameType | None) -> None:
    """Do nothing: a handler must stand there, or the watching thread is not woken."""


def _watch(heard: set[int]) -> None:
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    threading.Thread(target=_end_in_time, args=(woken, heard), daemon=True, name="signals").start()


def _end_in_time(woken: int, heard: set[int]) -> None:
    number = _next(woken, heard)
    time.sleep(_ONE_WISH)
    while select.select([woken], [], [], 0)[0]:
        os.read(woken, 4096)
    again, _, _ = select.select([woken], [], [], PATIENCE)
    if again:
        number = _next(woken, heard)
    with suppress(OSError):
        os.write(2, b"stopped at once; the next start mends what was left\n")
    os._exit(128 + number)


def _next(woken: int, heard: set[int]) -> int:
    """Wait for a signal that is one of *heard*, and return it."""
    while True:
        number = os.read(woken, 1)[0]
        if number in heard:
            return number


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    # A stop that fell into a finalizer goes no further; the watching thread sees to it.
    if not isinstance(lost.exc_value, Terminated):
        sys.__unraisablehook__(lost)
