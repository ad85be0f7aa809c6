"""The moments of an archive's life at which a crash is tried."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.crash.process import Fault, Zygote
from tests.crash.trial import Scenario
from tests.site import RawServer


def _nothing(folder: Path, zygote: Zygote, server: RawServer) -> None:
    """A folder with a config.toml and no archive yet."""


def _whole(folder: Path, zygote: Zygote, server: RawServer) -> None:
    """An archive after a run that went well."""
    done = zygote.run("run", folder=folder)
    assert done.code in (0, 3), done.stderr


def _torn(folder: Path, zygote: Zygote, server: RawServer) -> None:
    """An archive whose run was killed in the middle of a unit: an .open file, a -wal, a torn end."""
    done = zygote.run("run", folder=folder, fault=Fault())
    units = [call for call in done.calls if call.name.endswith(".open") and call.kind == "write"]
    for path in folder.iterdir():
        if path.name.startswith("archive.db"):
            path.unlink()
    for path in (folder / "warcs").iterdir():
        path.unlink()
    server.requests.clear()
    # The calls of two runs are not quite the same, for two hosts answer side by side; the sixth
    # unit is neither the first nor the last of either.
    killed = zygote.run("run", folder=folder, fault=Fault(units[6].number, "half"))
    assert killed.code == -9
    assert list((folder / "warcs").glob("*.open"))


def _of_another_engine(folder: Path, zygote: Zygote, server: RawServer) -> None:
    """An archive whose parts were made by an older engine, so that some of them are news."""
    _whole(folder, zygote, server)
    connection = sqlite3.connect(folder / "archive.db")
    with connection:
        connection.execute(
            "UPDATE part SET engine_version = 0, json = replace(json, 'Lamp', 'Lump')"
            " WHERE json GLOB '*Lamp*'"
        )
    connection.close()


def _stale_wal(folder: Path, zygote: Zygote, server: RawServer) -> None:
    """An archive whose last run was killed, so that the database to be replaced has a -wal."""
    _torn(folder, zygote, server)
    assert (folder / "archive.db-wal").stat().st_size


SCENARIOS = (
    Scenario("first run", ("run",), _nothing),
    Scenario("healing run", ("run",), _torn, crashes_before=1),
    Scenario("second run", ("run",), _whole, every="0s"),
    Scenario("rebuild", ("rebuild",), _stale_wal, crashes_before=1),
    Scenario("derive", ("derive",), _of_another_engine, again=True),
)
