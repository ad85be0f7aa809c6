"""`storykeep search` starts without click, and reads its command line as click does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import config, reader
from storykeep import search as searching
from storykeep.cli import answering, quick
from storykeep.cli.context import Context
from storykeep.cli.main import cli
from storykeep.config.place import DATABASE, database
from storykeep.errors import ConfigError
from storykeep.store import Store
from tests.stories import HOST, story_of

_WORDS = (
    "search", "list", "lighthouse", "a b", "*", "-", "--", "", "-C", ".", "no-folder", "-q", "-v",
    "--quiet", "--json", "--facets", "--exact", "--stem", "--all-versions", "--limit", "--page",
    "--offset", "--sort", "--facet", "--limit=3", "--page=0", "--page=2", "--sort=newest", "0", "1",
    "20", "-1", "+1", "1_0", "\u0663", "newest", "author", "site", "--open", "--save", "--saved",
    "--forget", "--list", "--help", "-h", "--version", "--js", "--config", "-Cx", "-qv", "--limit=",
    "-rain", "99999999999",
)  # fmt: skip


def _by_click(words: list[str]) -> tuple[Context, dict[str, Any]]:
    """Return what click makes of a command line for `search`."""
    above = cli.make_context("storykeep", list(words))
    rest = [*above._protected_args, *above.args]
    name, command, left = cli.resolve_command(above, rest)
    assert command is not None
    assert name == "search"
    with above:
        context = Context(**above.params)
        return context, command.make_context(name, left, parent=above).params


def _checked(words: list[str]) -> bool:
    """Compare what is read without click with click's; return whether anything was read."""
    read = quick.search_of(words)
    if read is None:
        return False
    context, params = _by_click(words)
    assert read == (context, answering.Asked(**params))
    return True


@given(st.lists(st.sampled_from(_WORDS), max_size=8))
def test_what_is_read_without_click_click_reads_alike(words: list[str]) -> None:
    """Any command line is left to click, or read as click reads it."""
    _checked(words)
    _checked(["search", *words])


@pytest.mark.parametrize(
    "words",
    [
        ["search", "lighthouse"],
        ["-C", ".", "-q", "search", "light*", "--json", "--facet", "site", "--facet", "year"],
        ["search", "--limit=3", "--page", "2", "storm", "--", "-rain"],
        ["-v", "search", "--sort", "newest", "--exact", "--stem", "--all-versions", "a", "b"],
    ],
    ids=" ".join,
)
def test_plain_searches_are_read_without_click(words: list[str]) -> None:
    """The forms that people type every day do not wait for click."""
    assert _checked(words)


@pytest.mark.parametrize(
    "words", [["search"], ["search", "--limit", "x", "a"], ["-C", "nowhere", "search", "a"]]
)
def test_mistakes_are_left_to_click(tmp_path: Path, words: list[str]) -> None:
    """What is wrong on the command line has one set of words, whoever reads it."""
    assert quick.search_of(words) is None
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _python(tmp_path, "-m", "storykeep", *words)
    assert caught.value.returncode == 2
    assert "hint: storykeep" in caught.value.stderr


def test_a_search_loads_little(tmp_path: Path) -> None:
    """A search that finds something needs neither click, nor the records, nor addresses."""
    _python(tmp_path, "-m", "storykeep", "-C", str(tmp_path), "init")
    store = Store.open(tmp_path / "archive.db")
    store.save_stories(HOST, [story_of("The lighthouse", "The keeper of it slept.")], [])
    store.finish()
    code = (
        "import sys, atexit\n"
        "heavy = {'click', 'dataclasses', 'inspect', 'difflib', 'hashlib', 'shutil', 'can_ada',\n"
        "    'storykeep.model', 'storykeep.urls', 'storykeep.config.read', 'storykeep.codec'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules))))\n"
        "sys.argv = ['storykeep', '-C', sys.argv[1], 'search', 'lighthouse']\n"
        "from storykeep.__main__ import main\n"
        "main()\n"
    )
    done = _python(tmp_path, "-c", code, str(tmp_path))
    assert "lighthouse" in done.lower()
    assert done.splitlines()[-1] == "[]"


def _python(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True, cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("package", [reader, config, searching])
def test_names_that_are_looked_up_later_are_there(package: Any) -> None:
    """Every name that a package says it has is one, and no module of it stands in its place."""
    for name in package.__all__:
        found = getattr(package, name)
        assert type(found) is not type(package), name
    with pytest.raises(AttributeError, match="no_such_name"):
        package.no_such_name  # noqa: B018


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[archive]\ndatabase = "other/index.db"\n',
        '\ufeff[archive]\ndatabase = "/tmp/index.db"\n[polite]\ndelay = 3\n',
        '[[source]]\nname = "a"\nstart = ["http://a.example/"]\n',
    ],
)
def test_the_database_is_where_the_whole_config_says(tmp_path: Path, text: str) -> None:
    """What is read of config.toml for a search is what `load` says of the database."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert database(path) == config.load(path).archive.database
    assert Context(tmp_path).database() == config.load(path).archive.database


@pytest.mark.parametrize(
    "text",
    [
        "[archiv]\n",
        '[archive]\ndatabse = "x.db"\n',
        "[archive\n",
        "archive = 3\n",
        "[archive]\ndatabase = 3\n",
        '[archive]\ndatabase = " "\n',
        '[archive]\ndatabase = "a\\u0007b"\n',
        '[archive]\ndatabase = "~nobody-here-at-all/x.db"\n',
        b"\xff",
    ],
)
def test_a_place_that_may_be_meant_otherwise_is_an_error(tmp_path: Path, text: str | bytes) -> None:
    """What could mean another database is refused by the words of the whole config."""
    path = tmp_path / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert database(path) is None
    with pytest.raises(ConfigError):
        Context(tmp_path).database()


def test_without_a_config_the_database_has_its_usual_name(tmp_path: Path) -> None:
    """A folder without config.toml is searched as one with an empty one."""
    assert Context(tmp_path).database() == tmp_path / DATABASE
    assert config.default(tmp_path).archive.database == tmp_path / DATABASE
