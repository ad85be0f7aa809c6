"""archive.db can be read without Storykeep: its tables are described, and the descriptions are true."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from storykeep import config
from storykeep.cli.main import cli
from storykeep.errors import StorykeepError
from storykeep.reader.tables import VIEWS, described
from tests.archives import environment
from tests.stocked import stock

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An archive of five tales."""
    return stock(tmp_path_factory.mktemp("words") / "archive")


@pytest.fixture
def conn(archive):
    """Its database, opened as any program would."""
    with closing(sqlite3.connect(archive.config.archive.database)) as conn:
        yield conn


def test_every_table_view_and_column_is_described(conn):
    """None is missing, and none is described that is not there."""
    real = {
        name: [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
            "AND name NOT LIKE '%_fts%' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
    }
    assert {name: list(each.columns) for name, each in described().items()} == real


def test_the_page_is_made_of_the_descriptions():
    """docs/database.md is made anew with each change of the schema."""
    made = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make_database.py")],
        capture_output=True, text=True, encoding="utf-8", env=environment(), check=True,
    )  # fmt: skip
    assert (ROOT / "docs" / "database.md").read_text(encoding="utf-8") == made.stdout


def test_the_queries_of_the_page_run(conn):
    """Each statement of docs/database.md is one that SQLite takes."""
    page = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    statements = [each for each in block.split(";") if each.strip()]
    assert len(statements) >= 4
    for statement in statements:
        conn.execute(statement).fetchall()


def test_the_views_are_readable(conn):
    """Text is text, ids are those that commands print, and nothing is encoded."""
    title, author, chapters = conn.execute(
        "SELECT title, author, chapters FROM stories WHERE title = 'Tale 1'"
    ).fetchone()
    assert (title, author, chapters) == ("Tale 1", "Author 1", 1)
    (text,) = conn.execute(
        "SELECT text FROM chapters WHERE story = (SELECT id FROM stories WHERE title = 'Tale 1')"
    ).fetchone()
    assert text.startswith("Tale 1. It was told again.\n\nThe keeper counted")
    outcomes = dict(conn.execute("SELECT outcome, count(*) FROM captures GROUP BY outcome"))
    assert outcomes == {"story": 15, "index": 3, "robots": 3}


# ---- Datasette


def call(folder, *words):
    done = CliRunner().invoke(cli, ["-C", str(folder), *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_the_metadata_describes_what_is_there(archive, conn, tmp_path):
    """Views first, each column in words, and queries that run."""
    file = tmp_path / "metadata.json"
    call(archive.config.folder, "config", "datasette", "--output", str(file))
    said = json.loads(file.read_text())["databases"]["archive"]
    shown = {name for name, table in said["tables"].items() if not table.get("hidden")}
    assert shown == set(VIEWS)
    for name in VIEWS:
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
        assert list(said["tables"][name]["columns"]) == columns
        for key in ("sort", "sort_desc"):
            assert said["tables"][name].get(key, columns[0]) in columns
        assert set(said["tables"][name].get("facets", ())) <= set(columns)
    # escape_fts is a function of Datasette's.
    conn.create_function("escape_fts", 1, lambda words: f'"{words}"')
    for query in said["queries"].values():
        conn.execute(query["sql"], {"words": "keeper"}).fetchall()


def test_a_file_that_says_something_else_is_left_alone(archive, tmp_path):
    """What was edited is not lost; --force replaces it, and a second run changes nothing."""
    file = tmp_path / "datasette.json"
    words = ("config", "datasette", "--output", str(file))
    call(archive.config.folder, *words)
    call(archive.config.folder, *words)
    file.write_text("mine")
    with pytest.raises(StorykeepError, match="was not touched"):
        call(archive.config.folder, *words)
    assert file.read_text() == "mine"
    call(archive.config.folder, *words, "--force")
    assert file.read_text() == call(archive.config.folder, *words[:-1], "-").stdout
    with pytest.raises(StorykeepError, match=r"no archive\.db to describe"):
        call(tmp_path, "config", "datasette")


# ---- the settings that hold

ODD = """
[archive]
warcs = "/elsewhere/warcs"
operator = "me@stories.example"
keep_free = "1.5GB"
[polite]
delay = 0.5
[network]
allow_addresses = ["127.0.0.1"]
connect_to = { "stories.example:80" = "127.0.0.1:8080" }
[[source]]
name = "Märchen"
start = ["http://stories.example/a\\\\b/"]
include = ["/", "*\\"quoted\\"*"]
every = "36h"
[[source]]
name = "seldom"
start = ["http://other.example/"]
every = "0.5s"
robots = "ignore-unreachable"
[[source]]
name = "dead"
start = ["http://dead.example/"]
via = "wayback"
versions = "first"
"""


@pytest.mark.parametrize("text", ["", config.TEMPLATE, ODD], ids=["empty", "template", "odd"])
def test_what_is_shown_is_a_config_that_means_the_same(tmp_path, text):
    """Every default is written out, and the whole can be put in the place of the file."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    shown = call(tmp_path, "config", "show").stdout
    assert config.parse(shown, path) == config.load(path)
    plain = json.loads(call(tmp_path, "config", "show", "--json").stdout)
    assert plain["polite"]["read_timeout"] == 30.0
    assert len(plain["source"]) == text.count("\n[[source]]")


def test_the_defaults_are_shown_without_a_file(tmp_path):
    """A folder without config.toml has the defaults, and stderr says so."""
    done = call(tmp_path, "config", "show")
    assert 'database = "archive.db"' in done.stdout
    assert "these are the defaults" in done.stderr
    assert call(tmp_path, "config", "path").stdout.strip() == str(tmp_path / "config.toml")
