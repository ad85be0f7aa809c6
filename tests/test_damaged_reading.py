"""A damaged database: every command that reads it says so in words, or reads it as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from storykeep.cli.main import cli
from storykeep.errors import StoreError, StorykeepError
from storykeep.reader import connect, explaining
from tests.stocked import stock

SEED = 20261122
COMMANDS = [
    ("search", "keeper"),
    ("search", "--json", "author:ana OR keeper"),
    ("list",),
    ("list", "--json", "--author", "author"),
    ("captures",),
    ("captures", "--json", "http://127.0.0.1:8000/1.html"),
    ("status",),
    ("status", "--json"),
    ("status", "--politeness"),
    ("show", "http://127.0.0.1:8000/1.html"),
    ("show", "--json", "http://127.0.0.1:8000/1.html"),
    ("show", "--evidence", "http://127.0.0.1:8000/1.html"),
    ("export", "--format", "jsonl"),
    ("export", "--format", "txt", "-o", "-"),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    stock(folder, count=2)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "mine")
    return tmp_path / "mine"


def said(folder: Path, words: tuple[str, ...]) -> BaseException | None:
    """Return what stopped a reading command in this process, None where nothing did."""
    result = CliRunner().invoke(cli, ["-C", str(folder), *words], standalone_mode=False)
    return result.exception


def damages(data: bytes, count: int) -> Iterator[bytes]:
    """Yield the file with a few bytes changed, where it has any: most of it is text and zeros."""
    random = Random(SEED)
    used = [at for at, byte in enumerate(data) if byte]
    for number in range(count):
        changed = bytearray(data)
        for at in random.sample(used, 1 + number % 4):
            changed[at] ^= random.randrange(1, 256)
        if number % 10 == 9:
            changed = changed[: random.randrange(len(changed))]
        yield bytes(changed)


def try_all(folder: Path, count: int, most: int) -> None:
    database = folder / "archive.db"
    random = Random(SEED)
    for number, changed in enumerate(damages(database.read_bytes(), count)):
        for ending in ("-wal", "-shm", "-journal", ""):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        database.write_bytes(changed)
        for words in random.sample(COMMANDS, most):
            error = said(folder, words)
            if error is not None:
                assert isinstance(error, StorykeepError), (number, words, error)
                assert error.hint, (number, words, error)


def test_no_read_command_crashes_on_a_damaged_database(folder: Path) -> None:
    try_all(folder, 60, 3)


@pytest.mark.torture
@pytest.mark.timeout(1200)
def test_no_read_command_crashes_on_many_damaged_databases(folder: Path) -> None:
    try_all(folder, 300, len(COMMANDS))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("story", "authors", '[{"name": '),
        ("story", "authors", "7"),
        ("story", "words", "x"),
        ("story", "evidence", '{"title": [{"odd": 1}]}'),
        ("chapter", "marks", "[[1]]"),
        ("run", "report", "}"),
        ("page", "url", "hutp://x/"),
        ("capture", "url", "://"),
        ("capture", "fetched_at", "x"),
    ],
)
def test_a_value_that_makes_no_sense_is_said_in_words(
    folder: Path, table: str, column: str, value: str
) -> None:
    """What a byte that changed in the midst of a text may come to."""
    with closing(sqlite3.connect(folder / "archive.db")) as conn:
        with suppress(sqlite3.IntegrityError):  # the schema knows better: then nothing is wrong
            conn.execute(f"UPDATE {table} SET {column} = ?", (value,))
        if table == "page":
            conn.execute("UPDATE page SET state = 'refused'")
        conn.commit()
    for words in COMMANDS:
        error = said(folder, words)
        assert error is None or isinstance(error, StoreError), (words, error)
        assert error is None or "rebuild" in error.hint


def test_a_mistake_of_ours_is_not_hidden(folder: Path) -> None:
    """What is no matter of values keeps its traceback, and the words name what it was."""
    path = folder / "archive.db"
    with pytest.raises(RuntimeError), explaining(path):
        raise RuntimeError("a bug")
    said_so = pytest.raises(StorykeepError, match=r"makes no sense \(KeyError: 'x'\)")
    with said_so as told, explaining(path):
        json.loads("{}")["x"]
    assert "rebuild" in told.value.hint
    assert "report" in told.value.hint


def test_a_schema_that_is_no_text_is_said_in_words(folder: Path) -> None:
    """SQLite quotes it, and Python cannot read the quotation."""
    database = folder / "archive.db"
    database.write_bytes(database.read_bytes().replace(b"CREATE TABLE", b"CREATE \xff\xfeABLE"))
    with pytest.raises(StorykeepError) as told:
        connect(database)
    assert "rebuild" in told.value.hint


def test_a_database_whose_mark_has_changed_can_be_made_again(folder: Path) -> None:
    """Its tables say whose it is: no command sends its user to one that refuses it."""
    database = folder / "archive.db"
    data = bytearray(database.read_bytes())
    data[69] ^= 0x80  # of the application id (SQLite file format, section 1.3.14)
    for words in [("rebuild",), ("repair",)]:
        database.write_bytes(data)
        error = said(folder, ("list",))
        assert isinstance(error, StoreError)
        assert "rebuild" in error.hint
        assert said(folder, words) is None
        assert said(folder, ("list",)) is None


@pytest.mark.parametrize("command", ["rebuild", "repair"])
def test_a_file_of_noise_is_made_again(folder: Path, command: str) -> None:
    """It is no database any more, so nobody else's either."""
    (folder / "archive.db").write_bytes(Random(1).randbytes(90_000))
    assert said(folder, (command,)) is None
    assert said(folder, ("list",)) is None
