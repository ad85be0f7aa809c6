"""`python -m tests.site.peak FILE WORDS...` is `storykeep WORDS...`; its peak memory goes into FILE.

The kernel's own figure of this one process, in bytes: without the children that derive giant pages.
"""

from __future__ import annotations

import atexit
import re
import resource
import sys
from pathlib import Path


def peak() -> int:
    """Return the most memory (bytes, resident) that this process has had."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: across fork and exec Linux lets it begin at the size of the parent.
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
        assert found
        return int(found[1]) << 10
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    where = Path(sys.argv.pop(1))
    atexit.register(lambda: where.write_text(str(peak())))

    from storykeep.cli.main import main

    main()
