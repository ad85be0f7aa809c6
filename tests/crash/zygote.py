"""Forks a process per command: `storykeep` without the half second that its imports take.

Started with the shim preloaded. Each line of stdin is one command as JSON; the answers are the
number of the process and how it ended. The child is the whole of `storykeep`: its `main`, its
signals, its threads, what it does at its exit; only taking the interpreter apart is left out.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import json
import os
import sys
import threading
import traceback
from importlib import import_module
from typing import NoReturn

_USED = (
    "sqlite_utils", "rich", "storykeep.archive", "storykeep.cli.crawling", "storykeep.cli.cleaning",
    "storykeep.cli.exporting", "storykeep.cli.setup", "storykeep.cli.main", "storykeep.export.txt",
    "storykeep.export.jsonl", "storykeep.store.schema", "encodings.idna",
)  # fmt: skip


def main() -> None:
    """Serve commands until stdin ends."""
    for name in _USED:
        import_module(name)
    shim = ctypes.CDLL(sys.argv[1])
    shim.fault_arm.argtypes = [ctypes.c_char_p] * 2 + [ctypes.c_long] + [ctypes.c_char_p] * 2
    gc.collect()
    gc.freeze()  # the children share what is there now
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if not child:
            _end(_become(wanted, shim))
        # The harness may want to kill it: it is told the number first, and then how it ended.
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _become(wanted: dict, shim: ctypes.CDLL) -> int:
    from storykeep.cli.main import main as storykeep

    for number, name in ((0, os.devnull), (1, wanted["stdout"]), (2, wanted["stderr"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        handle = os.open(name, flags, 0o666)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.update(wanted["environment"])
    sys.argv = ["storykeep", *wanted["words"]]
    if wanted["fault"]:
        root, trace, at, how, data = wanted["fault"]
        shim.fault_arm(root.encode(), trace.encode(), at, how.encode(), data.encode())
    try:
        storykeep()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except BaseException:
        traceback.print_exc()
        return 1


def _end(code: int) -> NoReturn:
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
