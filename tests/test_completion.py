"""The shell completes what an archive has, at once, and is silent where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import FishComplete

from storykeep.cli.main import cli
from storykeep.model import Author, Series, Tag
from storykeep.store import Store
from tests.archives import environment
from tests.stories import HOST, story_of

STORIES = [
    story_of("The Lighthouse", authors=(Author("Mako"), Author("B. Okonjo")), tags=(Tag("fandom", "Harry Potter"), Tag("rating", "PG-13"))),
    story_of("The Ferry", authors=(Author("mabel"),), tags=(Tag("fandom", "Tides, the"), Tag("pairing", "Ann/Zoë"))),
    story_of("A % sign", authors=(Author("$(touch x)"),), language="en-GB", series=Series("Far Shores", 1, None)),
    story_of("\x1b[31mred\nlines", authors=(Author("Two\nlines"),)),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with an archive."""
    folder = tmp_path_factory.mktemp("completion")
    (folder / "config.toml").write_text(
        '[[source]]\nname = "my site"\nstart = ["http://stories.example/"]\n'
    )
    (folder / "decisions.jsonl").write_text(
        '{"format": 1, "kind": "search", "id": "aaaaaa", "at": "2026-11-30T07:00:00Z", "name": "dry ones", "query": "x"}\n'
    )
    with Store.open(folder / "archive.db") as store:
        store.save_stories(HOST, STORIES, [])
        store.finish()
    return folder


def offered_for(folder: Path, *words: str) -> list[str]:
    """Return what is offered for the last of *words*, without a shell."""
    asked = FishComplete(cli, {}, "storykeep", "_STORYKEEP_COMPLETE")
    found = asked.get_completions(["-C", str(folder), *words[:-1]], words[-1])
    return [each.value for each in found]


def complete(folder: Path, *words: str, shell: str = "fish") -> list[str]:
    """Return what is offered for the last of *words*."""
    all_words = ["storykeep", "-C", str(folder), *words]
    variables = {"_STORYKEEP_COMPLETE": f"{shell}_complete"}
    if shell == "fish":
        variables |= {"COMP_WORDS": "\n".join(all_words[:-1]), "COMP_CWORD": words[-1]}
    else:
        variables |= {"COMP_WORDS": "\n".join(all_words), "COMP_CWORD": str(len(all_words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "storykeep"],
        env={**environment(), **variables},
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    lines = [each for each in done.stdout.splitlines() if each]
    if shell == "fish":
        return lines
    return [each.partition(",")[2] for each in lines]


def test_ids_are_completed_with_their_titles(folder):
    """An id by its beginning, or by a title that one story has; never by half of several."""
    found = complete(folder, "show", "")
    assert len(found) == 4
    number = next(each for each in found if "Lighthouse" in each).split("\t")[0].split(",")[1]
    assert complete(folder, "show", number[:5]) == [
        f"plain,{number}\tThe Lighthouse by Mako, B. Okonjo"
    ]
    assert complete(folder, "similar", "lightho", shell="bash") == [number]
    assert complete(folder, "export", number, "ferr", shell="bash") != []
    assert complete(folder, "show", "the", shell="bash") == []
    assert complete(folder, "show", "%", shell="bash") == []
    assert not any("\x1b" in each for each in found)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(("search", "auth"), ["author:"], id="a field"),
        pytest.param(("search", "storm", "author:ma"), ["author:mabel", "author:Mako"], id="an author"),
        pytest.param(("search", "author:B"), ["author:B-Okonjo"], id="an author as one word"),
        pytest.param(("search", "fandom:harry"), ["fandom:Harry-Potter"], id="a fandom as one word"),
        pytest.param(("search", "fandom:harry-p"), ["fandom:Harry-Potter"], id="and further"),
        pytest.param(("search", "rating:"), ["rating:PG-13"], id="a rating as it is"),
        pytest.param(("search", "pairing:an"), ["pairing:Ann-Zoë"], id="a pairing"),
        pytest.param(("search", "status:c"), ["status:complete"], id="a status"),
        pytest.param(("search", "lang:"), ["lang:en-GB"], id="a language"),
        pytest.param(("search", "series:"), ["series:Far-Shores"], id="a series"),
        pytest.param(("search", "nofield:"), [], id="no field"),
        pytest.param(("search", "--saved", ""), ["dry ones"], id="a saved search"),
        pytest.param(("run", "m"), ["my site"], id="a source"),
        pytest.param(("list", "--author", "m"), ["mabel", "Mako"], id="the author of a list"),
        pytest.param(("sear",), ["search"], id="a command"),
    ],
)  # fmt: skip
def test_values_are_completed(folder, words, offered):
    """Each as the shell takes it for one word."""
    assert offered_for(folder, *words) == offered


def test_bash_takes_a_colon_for_a_word(folder):
    """There only what stands behind the colon is put in, and spaces get a backslash."""
    assert complete(folder, "search", "author", ":", "ma", shell="bash") == ["mabel", "Mako"]
    assert complete(folder, "search", "rating", ":", shell="bash") == ["PG-13"]
    assert complete(folder, "list", "--author", "B", shell="bash") == [r"B.\\ Okonjo"]
    assert complete(folder, "list", "--author", "$", shell="bash") == [r"\\$\\(touch\\ x\\)"]


@pytest.mark.parametrize("wrong", ["nothing", "damaged", "no config"])
def test_without_an_archive_nothing_is_offered_and_nothing_said(tmp_path, wrong):
    """No error at TAB, and no file is made."""
    if wrong == "damaged":
        (tmp_path / "archive.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    if wrong == "no config":
        (tmp_path / "config.toml").write_text("this is [no TOML")
    before = sorted(tmp_path.iterdir())
    for words in (("show", ""), ("search", "author:a"), ("run", ""), ("search", "--saved", "")):
        assert offered_for(tmp_path, *words) == []
    assert complete(tmp_path, "show", "") == []
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_completes_with_the_lines_that_are_printed(folder, tmp_path):
    """The whole way: the lines are evaluated, TAB's function is called, and the offer is there."""
    program = tmp_path / "storykeep"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m storykeep "$@"\n')
    program.chmod(0o755)
    script = f"""
        eval "$(storykeep completion bash)"
        COMP_WORDS=(storykeep -C {folder} list --author B); COMP_CWORD=5
        _storykeep_completion storykeep
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**environment(), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [r"B.\ Okonjo"], done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_lines(shell):
    """They name the program and the variable by which it is asked."""
    done = subprocess.run(
        [sys.executable, "-m", "storykeep", "completion", shell],
        env=environment(), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert f"_STORYKEEP_COMPLETE={shell}_complete" in done.stdout
