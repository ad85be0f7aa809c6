"""Where a command begins and ends: the one place where errors become exit codes."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from storykeep.cli import quick
from storykeep.cli.output import complain, muted, prepare_streams, say
from storykeep.cli.stopping import Terminated, leave, listen_to_signals
from storykeep.errors import StorykeepError


def main() -> NoReturn:
    """Run the command line and exit with the code of DESIGN.md 9."""
    prepare_streams()
    try:
        listen_to_signals()
        code = _run()
    except Terminated as stop:
        how = "interrupted" if stop.number == signal.SIGINT else "stopped by a signal"
        say(f"{how}; what was captured is safe")
        leave(128 + stop.number)
    except (BrokenPipeError, SystemExit):
        # The reader of our output has had enough (`storykeep list | head`): nothing is wrong,
        # though click, which leaves by SystemExit in this case alone, would call it 1.
        code = 0
    try:
        sys.stdout.flush()
    except OSError:
        muted(sys.stdout)
    raise SystemExit(code)


def _run() -> int:
    try:
        code = _done(sys.argv[1:])
        sys.stdout.flush()
    except StorykeepError as error:
        complain(error)
        return error.exit_code
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        complain(StorykeepError(_of_the_system(error), hint="look at permissions and free space"))
        return 1
    except UnicodeEncodeError as error:
        refused = error.object[error.start : error.end]
        complain(
            StorykeepError(
                f"this locale has no way to write {refused!a} in a file name",
                hint="set LC_ALL=C.UTF-8 and try again",
            )
        )
        return 1
    return code


def _done(words: list[str]) -> int:
    if (search := quick.search_of(words)) is not None:
        from storykeep.cli.answering import answer

        answer(*search)
        return 0
    from storykeep.cli.main import run

    return run()


def _of_the_system(error: OSError) -> str:
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror or error}"
