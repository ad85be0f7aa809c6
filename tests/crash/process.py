"""Runs `storykeep` under the shim, and reads what the shim saw."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).parent
_SAID = "say"


@dataclass(frozen=True)
class Call:
    """One call that changes files; `number` counts them from 1, 0 is something told only."""

    number: int
    kind: str  # write, fsync, ftruncate, rename, link, unlink, mkdir, create, empty; say
    done: str  # what the shim did to it: "-" nothing
    size: int
    offset: int
    result: int
    data: int  # where its bytes are in the data file, -1: nowhere
    path: str
    target: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.path).name


@dataclass(frozen=True)
class Fault:
    """What goes wrong at call number *at*; 0: nothing, the calls are only written down."""

    at: int = 0
    how: str = "-"

    def __str__(self) -> str:
        return f"{self.how} at call {self.at}"


@dataclass(frozen=True)
class Done:
    """How a process ended (minus the signal's number where one ended it) and what it said."""

    code: int
    stderr: str
    stdout: str
    calls: list[Call] = field(default_factory=list)

    @property
    def reported(self) -> set[str]:
        """The addresses that it said it had stored."""
        return reported(self.stderr)


def reported(stderr: str) -> set[str]:
    """Return the addresses that `-v` said were stored; a line that was cut says nothing."""
    lines = stderr.split("\n")[:-1]
    return {line.split()[-1] for line in lines if line[:3].isdecimal() and " http" in line}


def compiler() -> str | None:
    """Return the C compiler of this machine, None where the shim cannot be had."""
    if not sys.platform.startswith("linux"):
        return None
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(folder: Path) -> Path:
    """Compile the shim into *folder* and return it."""
    made = folder / "fault.so"
    cc = compiler()
    assert cc is not None
    words = ["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-pthread"]
    subprocess.run([cc, *words, "-o", str(made), str(HERE / "fault.c")], check=True)
    return made


class Zygote:
    """A process that has everything imported and forks one `storykeep` per command."""

    def __init__(self, shim: Path, scratch: Path) -> None:
        self.scratch = scratch
        scratch.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "LD_PRELOAD": str(shim),
        }
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "zygote.py"), str(shim)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)

    def start(
        self, *words: str, folder: Path, fault: Fault | None = None, data: bool = False
    ) -> int:
        """Start a command in *folder* and return its process's number; `end` must follow."""
        for name in ("trace", "data", "stdout", "stderr"):
            (self.scratch / name).unlink(missing_ok=True)
        temporary = folder / "tmp"
        temporary.mkdir(exist_ok=True)
        told = [str(folder.resolve()), str(self.scratch / "trace")]
        wanted = {
            "words": ["-C", str(folder), *words],
            "stdout": str(self.scratch / "stdout"),
            "stderr": str(self.scratch / "stderr"),
            "environment": {"TMPDIR": str(temporary)},
            "fault": [*told, fault.at, fault.how, str(self.scratch / "data") if data else ""]
            if fault
            else None,
        }
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(wanted) + "\n")
        stdin.flush()
        return int(stdout.readline())

    def end(self) -> Done:
        """Wait for the command and return how it went."""
        assert self._process.stdout is not None
        code = int(self._process.stdout.readline())
        said = [self._read("stderr"), self._read("stdout")]
        return Done(code, *said, parse(self._read("trace")))

    def run(
        self, *words: str, folder: Path, fault: Fault | None = None, data: bool = False
    ) -> Done:
        """Run a command in *folder* to its end."""
        self.start(*words, folder=folder, fault=fault, data=data)
        return self.end()

    def _read(self, name: str) -> str:
        path = self.scratch / name
        return path.read_text("utf-8", "replace") if path.exists() else ""


def parse(trace: str) -> list[Call]:
    """Return the calls of a trace in their order."""
    calls = []
    for line in trace.splitlines():
        number, kind, done, size, offset, result, data, path, target = line.split("\t")
        numbers = int(size), int(offset), int(result), int(data)
        calls.append(Call(int(number), kind, done, *numbers, path, target))
    return calls


def counted(calls: list[Call]) -> list[Call]:
    """Return the calls that change files, without what was said between them."""
    return [call for call in calls if call.kind != _SAID]
