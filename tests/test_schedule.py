"""A timer's text is what its program reads, and putting it in place touches nothing else."""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storykeep import config, schedule
from storykeep.errors import UsageError
from storykeep.hours import parse
from tests.archives import environment

FOLDERS = ["stories", "My Stories", "100% 'mine'", 'a "b" \\c $HOME', "Märchen", "%h %% ;#"]
START = 'start = ["http://stories.example/a/"]'


def planned(folder: Path, text: str = "", **options: object) -> schedule.Job:
    """Return the timer of an archive in *folder*, which is made."""
    folder.mkdir(exist_ok=True)
    path = folder / "config.toml"
    found = config.parse(f'{text}\n[[source]]\nname = "one"\n{START}\n', path)
    command = ["/opt/story keep/bin/storykeep", "-q", "-C", str(folder), "run"]
    return schedule.plan(found, path, command, **options)  # type: ignore[arg-type]


# ---------------------------------------------------------------- what it says


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", FOLDERS)
def test_systemd_takes_the_units(tmp_path: Path, name: str) -> None:
    """`systemd-analyze verify` finds nothing, whatever the folder is called."""
    folder = tmp_path / name
    folder.mkdir()
    program = folder / "run me"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    job = schedule.plan(
        config.parse(f'[[source]]\nname = "one"\n{START}\n', folder / "config.toml"),
        folder / "config.toml",
        [str(program), "-C", str(folder)],
    )
    units = tmp_path / "units"
    units.mkdir()
    (units / f"{job.name}.service").write_text(schedule.service(job), encoding="utf-8")
    (units / f"{job.name}.timer").write_text(schedule.timer(job), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(units.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("how_often", schedule.HOW_OFTEN)
def test_systemd_understands_the_times(tmp_path: Path, how_often: str) -> None:
    """Each has a next time, within its period."""
    for when in schedule.calendar(planned(tmp_path, how_often=how_often)):
        done = subprocess.run(
            ["systemd-analyze", "calendar", "--iterations=2", when],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "Next elapse" in done.stdout


@pytest.mark.parametrize("name", FOLDERS)
def test_a_crontab_line_reaches_the_shell_whole(tmp_path: Path, name: str) -> None:
    """As cron reads it: the fields, then a command up to an unescaped %, then the shell."""
    job = planned(tmp_path / name)
    begin, line, end = schedule.crontab(job).splitlines()
    assert begin.startswith("# BEGIN ")
    assert end.startswith("# END ")
    *times, command = line.split(" ", 5)
    assert len(times) == 5
    assert not re.search(r"(?<!\\)%", command)
    assert tuple(shlex.split(command.replace("\\%", "%"))) == job.command


@pytest.mark.parametrize("name", FOLDERS)
def test_a_property_list_has_each_word(tmp_path: Path, name: str) -> None:
    """As launchd reads it."""
    job = planned(tmp_path / name)
    found = plistlib.loads(schedule.launchd(job).encode())
    assert tuple(found["ProgramArguments"]) == job.command
    assert found["Label"] == job.name
    assert found["StandardErrorPath"] == str(tmp_path / name / "storykeep.log")


def test_windows_gets_one_command_a_time(tmp_path: Path) -> None:
    """Words with blanks are quoted within the quotes; what cannot be is refused."""
    job = planned(tmp_path / "My Stories", how_often="weekly", at=270)
    text = schedule.schtasks(job)
    assert text.startswith(f'schtasks /Create /F /TN "{job.name}" /SC WEEKLY /D ')
    assert (
        f'/ST 04:30 /TR "\\"/opt/story keep/bin/storykeep\\" -q -C \\"{job.folder}\\" run"' in text
    )
    with pytest.raises(UsageError, match="schtasks cannot be given"):
        schedule.schtasks(planned(tmp_path / "100%"))


def test_a_timer_comes_within_the_hours_of_its_sources(tmp_path: Path) -> None:
    """One time for each window, early in it, and its delay stays inside."""
    text = (
        '[polite]\nhours = "23:30-05:30"\n'
        '[[source]]\nname = "two"\nstart = ["http://b.example/"]\nhours = "12:00-13:00"\n'
    )
    job = planned(tmp_path, text)
    assert len(job.times) == 2
    for window in map(parse, ("12:00-13:00", "23:30-05:30")):
        [minute] = [each for each in job.times if window.includes(each)]
        assert window.includes(minute + job.spread // 60)
    assert len(schedule.calendar(job)) == len(schedule.crontab(job).splitlines()) - 2 == 2
    with pytest.raises(UsageError, match="no source is asked at 18:00"):
        planned(tmp_path, text, at=18 * 60)


def test_an_archive_keeps_its_minute_and_others_have_another(tmp_path: Path) -> None:
    """The plan is the same each time; many archives do not meet at one second."""
    assert planned(tmp_path / "a") == planned(tmp_path / "a")
    plans = [planned(tmp_path / f"archive {n}") for n in range(30)]
    assert len({job.name for job in plans}) == 30
    assert len({job.times for job in plans}) > 8
    assert all(4 * 60 <= job.times[0] < 6 * 60 and job.spread == 1800 for job in plans)


@pytest.mark.parametrize("sign", ["\n", "\x07"])
def test_a_folder_that_no_timer_can_hold_is_refused(tmp_path: Path, sign: str) -> None:
    """A line end in a path would be a line of its own."""
    with pytest.raises(UsageError, match="control character"):
        planned(tmp_path / f"a{sign}b")


# ---------------------------------------------------------------- in place

CRONTAB = """#!/bin/sh
table="$FAKE/table"
case "$1" in
-l) [ -e "$table" ] || { echo "no crontab for you" >&2; exit 1; }; cat "$table" ;;
-) cat > "$table" ;;
esac
"""
SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$FAKE/calls"
[ ! -e "$FAKE/broken" ] || { echo "Failed to connect to bus" >&2; exit 1; }
"""


class Machine:
    """A machine with programs of its own in front of PATH, and a home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "machine"
        self.home = self.folder / "home"
        self.home.mkdir(parents=True)
        for name, text in (
            ("crontab", CRONTAB),
            ("systemctl", SYSTEMCTL),
            ("loginctl", "#!/bin/sh\necho Linger=no\n"),
        ):
            path = self.folder / name
            path.write_text(text)
            path.chmod(0o755)
        self.archive = folder / "My 50% Stories"
        self.archive.mkdir()
        (self.archive / "config.toml").write_text(f'[[source]]\nname = "one"\n{START}\n')

    def storykeep(self, *words: str) -> subprocess.CompletedProcess[str]:
        own = {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "FAKE": str(self.folder),
        }
        return subprocess.run(
            [sys.executable, "-m", "storykeep", "-C", str(self.archive), *words],
            capture_output=True,
            text=True,
            env={**environment(), **own, "XDG_CONFIG_HOME": ""},
            check=False,
        )

    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if sys.platform == "win32":
        pytest.skip("needs a shell")
    return Machine(tmp_path)


def test_cron_lines_come_and_go_among_others(machine: Machine) -> None:
    """Twice is once, another time is in place of the first, and the rest is as it was."""
    own = "MAILTO=me\n# my jobs\n5 4 * * * /bin/true % x"  # no line end at the end
    table = machine.folder / "table"
    table.write_text(own)
    assert machine.storykeep("schedule", "--cron", "--install").returncode == 0
    first = table.read_text()
    assert first.startswith(own + "\n# BEGIN storykeep-my-50-stories-")
    again = machine.storykeep("schedule", "--cron", "--install")
    assert table.read_text() == first
    assert "has these lines already" in again.stderr
    assert machine.storykeep("schedule", "--cron", "--install", "--at", "05:07").returncode == 0
    assert len(table.read_text().splitlines()) == len(first.splitlines())
    assert "\n7 5 * * * " in table.read_text()
    assert machine.storykeep("schedule", "--cron", "--remove").returncode == 0
    assert table.read_text() == own + "\n"
    gone = machine.storykeep("schedule", "--cron", "--remove")
    assert (gone.returncode, gone.stderr) == (0, "the crontab has no line of this archive\n")


def test_an_empty_crontab_is_none(machine: Machine) -> None:
    """`crontab -l` fails where there is none yet."""
    done = machine.storykeep("schedule", "--cron", "--install")
    assert done.returncode == 0, done.stderr
    assert (machine.folder / "table").read_text().startswith("# BEGIN ")


def test_lines_whose_end_was_edited_are_left_alone(machine: Machine) -> None:
    """Cutting at a guess could take a stranger's line with it."""
    machine.storykeep("schedule", "--cron", "--install")
    table = machine.folder / "table"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-1]) + "0 0 * * * mine\n")
    before = table.read_text()
    done = machine.storykeep("schedule", "--cron", "--remove")
    assert done.returncode == 2
    assert "and not the one that ends it" in done.stderr
    assert table.read_text() == before


def test_units_come_and_go(machine: Machine) -> None:
    """Written once, enabled, started; removed with nothing else in the folder touched."""
    units = machine.home / ".config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "other.timer").write_text("mine\n")
    done = machine.storykeep("schedule", "--install")
    assert done.returncode == 0, done.stderr
    assert "loginctl enable-linger" in done.stderr
    [timer] = [each.name for each in units.glob("storykeep-*.timer")]
    assert machine.calls()[-3:] == [
        "--user daemon-reload",
        f"--user enable {timer}",
        f"--user restart {timer}",
    ]
    printed = machine.storykeep("schedule").stdout
    assert (units / timer).read_text() in printed
    assert (units / timer.replace(".timer", ".service")).read_text() in printed
    again = machine.storykeep("schedule", "--install")
    assert "wrote" not in again.stderr
    assert machine.calls()[-1] == f"--user start {timer}"
    gone = machine.storykeep("schedule", "--remove")
    assert gone.returncode == 0, gone.stderr
    assert f"--user disable --now {timer}" in machine.calls()
    assert [each.name for each in units.iterdir()] == ["other.timer"]
    assert machine.storykeep("schedule", "--remove").returncode == 0


def test_remove_alone_takes_away_whatever_was_installed(machine: Machine) -> None:
    """Who has installed with --cron need not remember it: no timer goes on unseen."""
    for words in (["--cron", "--install"], ["--install"]):
        assert machine.storykeep("schedule", *words).returncode == 0
    done = machine.storykeep("schedule", "--remove")
    assert done.returncode == 0, done.stderr
    assert "took the lines of this archive out of the crontab" in done.stderr
    assert not list((machine.home / ".config" / "systemd" / "user").iterdir())
    assert "BEGIN" not in (machine.folder / "table").read_text()
    assert machine.storykeep("schedule", "--remove").stderr == "no timer runs this archive\n"


def test_one_kind_of_timer_is_named(machine: Machine) -> None:
    """Two would have the last one win, unsaid."""
    done = machine.storykeep("schedule", "--cron", "--launchd")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--cron and --launchd exclude each other" in done.stderr


def test_a_machine_without_systemd_is_told_what_else_there_is(machine: Machine) -> None:
    """Nothing is written where the user's manager does not answer."""
    (machine.folder / "broken").touch()
    done = machine.storykeep("schedule", "--install")
    assert done.returncode == 1
    assert "Failed to connect to bus" in done.stderr
    assert "--cron --install" in done.stderr
    assert not (machine.home / ".config").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--install", "--remove"], "exclude each other"),
        (["--launchd", "--install"], "know systemd and cron"),
        (["--at", "25:00"], "--at: no time of day: '25:00'"),
        (["--time-budget", "long"], "--time-budget: not a duration"),
        (["--how-often", "yearly"], "'yearly' is not one of"),
    ],
)
def test_words_that_make_no_sense_are_told(machine: Machine, words: list[str], said: str) -> None:
    """Exit code 2, and nothing is done."""
    done = machine.storykeep("schedule", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not machine.calls()


def test_the_bounds_of_a_run_go_into_its_timer(machine: Machine) -> None:
    """What is given to schedule is given to each run."""
    done = machine.storykeep("schedule", "--cron", "--time-budget", "2h", "--max-requests", "500")
    assert done.stdout.splitlines()[1].endswith(" run --time-budget 2h --max-requests 500")


def test_a_timer_that_sends_mail_lets_sendmail_gain_its_rights(machine: Machine) -> None:
    """A setuid sendmail cannot queue a message under NoNewPrivileges."""
    assert "NoNewPrivileges" in machine.storykeep("schedule").stdout
    path = machine.archive / "config.toml"
    path.write_text(path.read_text() + '[notify]\nmail = "me@archive.example"\n')
    assert "NoNewPrivileges" not in machine.storykeep("schedule").stdout


def test_what_is_scheduled_starts_and_is_silent(machine: Machine) -> None:
    """The very line of the crontab, given to a shell as cron does: nothing due, nothing said."""
    (machine.archive / "config.toml").write_text("")
    line = machine.storykeep("schedule", "--cron").stdout.splitlines()[1].split(" ", 5)[5]
    done = subprocess.run(
        ["/bin/sh", "-c", line.replace("\\%", "%")],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": environment()["PYTHONPATH"]},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (machine.archive / "archive.db").exists()
