"""The WARCs in a WACZ: a zip with a folder `archive` of them (WACZ 1.1.1, section 5)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from storykeep.imports import folders
from storykeep.imports.folders import Refused
from storykeep.warc.foreign import HostileError

_ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz", ".warc.zst")


def is_wacz(archive: zipfile.ZipFile) -> bool:
    """Return whether a zip says that it is a WACZ, or holds WARCs as one does."""
    names = archive.namelist()
    return "datapackage.json" in names or any(
        name.startswith("archive/") and name.endswith(_ENDINGS) for name in names
    )


def warcs_in(archive: zipfile.ZipFile, place: str, work: Path) -> Iterator[Path | Refused]:
    """Yield each WARC in a WACZ, as a file in the folder *work*, under its own last name.

    Its index and its list of pages say nothing that its WARCs do not.
    """
    for number, member in enumerate(folders.members(archive, place)):
        if isinstance(member, Refused):
            yield member
            continue
        name = member.filename
        if not name.endswith(_ENDINGS):
            continue
        # The name is ours, whatever the member's is.
        target = work / f"{number}-{Path(name).name}"[-120:]
        try:
            with target.open("wb") as out:
                for piece in folders.pieces_of(archive, member):
                    out.write(piece)
        except HostileError as error:
            target.unlink(missing_ok=True)
            yield Refused(f"{place}: {name}", str(error))
            continue
        yield target
