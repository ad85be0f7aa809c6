"""doctor names what is wrong with an archive, its timer or the machine, and what to do."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storykeep import config, doctor, schedule
from storykeep.archive import Archive
from storykeep.doctor import Finding
from tests.archives import ROBOTS_FREE, answer, command, write_config
from tests.guests import tale
from tests.site import RawServer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that is well, whose site is gone by now."""
    folder = tmp_path_factory.mktemp("well")
    script = {"/robots.txt": ROBOTS_FREE, "/": answer(b'<a href="/1.html">1</a>'), "*": tale()}
    with RawServer(script) as server:
        path = write_config(folder, [server.url("/")], source='include = ["/"]')
        Archive(config.load(path)).run()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "")
    return Path(shutil.copytree(made, tmp_path / "archive"))


def looked(folder: Path, now: datetime | None = None) -> dict[str, Finding]:
    """Return the gravest finding of each check."""
    path = folder / "config.toml"
    found = config.load(path)
    job = schedule.plan(found, path, ["storykeep"])
    order = ("ok", "mind", "wrong")
    findings: dict[str, Finding] = {}
    for each in doctor.look_over(found, job, now or datetime.now(UTC)):
        known = findings.get(each.check)
        if known is None or order.index(each.state) > order.index(known.state):
            findings[each.check] = each
    return findings


def edit(folder: Path, before: str, after: str) -> None:
    path = folder / "config.toml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_what_is_well_is_said_to_be(folder: Path) -> None:
    """All checks are there; only the timer is missing, and that is no fault."""
    found = looked(folder)
    assert {name: each.state for name, each in found.items()} == {
        **dict.fromkeys(("versions", "SQLite", "config", "disk", "permissions", "clock"), "ok"),
        **dict.fromkeys(("database", "WARCs", "lock", "last run"), "ok"),
        "timer": "mind",
    }
    done = command("doctor", folder=folder)
    assert done.returncode == 0
    assert "mind   timer: " in done.stdout


def lose_a_warc(folder: Path) -> None:
    next((folder / "warcs").glob("*.warc.gz")).unlink()


def unplug_the_disk(folder: Path) -> None:
    (folder / "warcs").rename(folder / "elsewhere")
    (folder / "warcs").mkdir()


def lose_the_manifest_too(folder: Path) -> None:
    lose_a_warc(folder)
    (folder / "warcs" / "manifest-sha256.txt").write_text("# nothing\n")


def garble_a_decision(folder: Path) -> None:
    (folder / "decisions.jsonl").write_text('{"not json\n')


def lose_the_database(folder: Path) -> None:
    (folder / "archive.db").unlink()


def break_the_database(folder: Path) -> None:
    (folder / "archive.db").write_bytes(b"no database at all" * 1000)


def fill_the_disk(folder: Path) -> None:
    edit(folder, "[polite]", '[archive]\nkeep_free = "900TB"\n[polite]')


def forget_the_operator(folder: Path) -> None:
    edit(folder, "[polite]", '[[source]]\nname = "b"\nstart = ["http://b.example.org/"]\n[polite]')


def name_no_program(folder: Path) -> None:
    edit(folder, "[polite]", '[notify]\ncommand = ["/no/such/program"]\n[polite]')


def fail_the_last_run(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        conn.execute("UPDATE run SET report = json_set(report, '$.ended', 'no operator')")
        conn.commit()


@pytest.mark.parametrize(
    ("harm", "check", "said", "todo"),
    [
        (lose_a_warc, "WARCs", "missing", "storykeep verify"),
        (unplug_the_disk, "WARCs", "where 1 WARC files should be", "is its disk there?"),
        (lose_the_manifest_too, "WARCs", "is missing", "storykeep verify"),
        (garble_a_decision, "decisions", "decisions.jsonl", "mend that line"),
        (lose_the_database, "database", "there is no ", "rebuild"),
        (break_the_database, "database", "cannot be read as a database", "rebuild"),
        (fill_the_disk, "disk", "are free on the disk of", "make room"),
        (forget_the_operator, "config", "operator is empty", "operator ="),
        (name_no_program, "notify", "/no/such/program", "whole path"),
        (fail_the_last_run, "last run", "failed: no operator", "status --run 1"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    folder: Path, harm: object, check: str, said: str, todo: str
) -> None:
    """The other checks go on."""
    harm(folder)  # type: ignore[operator]
    found = looked(folder)
    assert found[check].state == "wrong"
    assert said in found[check].said
    assert todo in found[check].todo
    assert found["versions"].state == "ok"


def test_a_timer_that_does_not_come_is_noticed(folder: Path) -> None:
    """Pages are due for days, and no run was there."""
    later = datetime.now(UTC) + timedelta(days=34)
    found = looked(folder, later)["last run"]
    assert found.state == "wrong"
    assert "pages have been due since" in found.said
    assert looked(folder, later - timedelta(days=10))["last run"].state == "ok"


@pytest.mark.parametrize("days", [-2, -20000])
def test_a_clock_that_is_wrong_is_noticed(folder: Path, days: int) -> None:
    """Behind the last capture, or of a time before this program."""
    now = datetime.now(UTC) + timedelta(days=days)
    assert looked(folder, now)["clock"].state == "wrong"


def test_a_timer_in_place_is_found(folder: Path) -> None:
    """The units of this archive, and not those of another."""
    units = Path(os.environ["HOME"]) / ".config" / "systemd" / "user"
    units.mkdir(parents=True)
    path = folder / "config.toml"
    job = schedule.plan(config.load(path), path, ["storykeep"])
    for ending in ("service", "timer"):
        (units / f"{job.name}x.{ending}").touch()
    assert looked(folder)["timer"].state == "mind"
    for ending in ("service", "timer"):
        (units / f"{job.name}.{ending}").touch()
    assert looked(folder)["timer"].said == f"systemd, {job.name}.timer"


def test_the_command_gives_json_and_an_exit_code(folder: Path) -> None:
    """1 where something is wrong, also with config.toml itself."""
    lose_a_warc(folder)
    done = command("doctor", "--json", folder=folder)
    assert done.returncode == 1
    states = {each["check"]: each["state"] for each in map(json.loads, done.stdout.splitlines())}
    assert states["WARCs"] == "wrong"
    edit(folder, "[polite]", "[polit]")
    done = command("doctor", folder=folder)
    assert done.returncode == 1
    assert "wrong  config: " in done.stdout
    assert "did you mean 'polite'?" in done.stdout
