"""The command line as people and programs use it: a pipe, an empty folder, a wrong word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storykeep.cli.main import cli
from storykeep.config import TEMPLATE
from storykeep.store import Store
from tests.archives import PROSE, command, environment, story_page
from tests.stories import HOST, story_of

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    "init", "add", "import", "run", "clean", "derive", "search", "similar", "list", "captures", "show",
    "diff", "gone", "fix", "export", "verify", "repair", "rebuild", "profile", "config", "status",
    "schedule", "doctor", "sample", "completion",
)  # fmt: skip
CAPTURE_FIELDS = [
    "url", "fetched_at", "status", "outcome", "mime", "digest", "warc", "offset", "length",
    "source", "truncated", "origin", "form", "source_uri", "captured_by", "taken_at",
]  # fmt: skip
STORY_FIELDS = ["id", "url", "title", "authors", "words", "site", "gone_since"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample was archived by the command line."""
    made = tmp_path_factory.mktemp("archive")
    assert command("init", folder=made).returncode == 0
    done = command("sample", "--run", folder=made)
    assert done.returncode == 0, done.stderr
    return made


def objects(text: str) -> list[dict]:
    """Return the objects of JSON Lines; any other line fails."""
    return [json.loads(line) for line in text.splitlines()]


def test_the_commands_are_those_that_work() -> None:
    """Help lists the commands that are built, and no other."""
    listed = command("--help", folder=ROOT).stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in listed] == []
    assert set(cli.commands or {}) == set()
    assert set(cli.list_commands(None)) == set(COMMANDS)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name: str) -> None:
    """--help of each command says what it does."""
    done = command(name, "--help", folder=ROOT)
    assert done.returncode == 0
    assert "Usage: storykeep" in done.stdout


def test_the_first_run_says_what_to_try_next(tmp_path: Path) -> None:
    """The report is followed by three commands that work."""
    command("init", folder=tmp_path)
    done = command("sample", "--run", folder=tmp_path)
    assert "due" in done.stderr
    assert "stories: 38 new" in done.stdout
    commands = [line.split() for line in done.stdout.splitlines() if line.startswith("  storykeep")]
    assert len(commands) == 3
    for words in commands:
        tried = command(*words[1:], folder=tmp_path)
        assert tried.returncode == 0, tried.stderr


def test_a_second_run_says_that_nothing_is_due(folder: Path) -> None:
    """Nothing to do is exit 0, and said."""
    done = command("sample", "--run", folder=folder)
    assert done.returncode == 0
    assert "nothing is due" in done.stdout


def test_a_plain_run_names_the_samples_command(tmp_path: Path) -> None:
    """The sample is served by `sample --run` only; a plain run asks nobody and says so."""
    command("init", folder=tmp_path)
    done = command("run", folder=tmp_path)
    assert done.returncode == 0
    assert "storykeep sample --run" in done.stderr
    assert not list((tmp_path / "warcs").glob("*")) if (tmp_path / "warcs").exists() else True


def test_search_prints_hits_and_json(folder: Path) -> None:
    """For people a snippet; for programs one object a line and nothing else."""
    done = command("search", "lighthouse", folder=folder)
    assert done.returncode == 0
    assert "lighthouse" in done.stdout.lower()
    assert "\x1b" not in done.stdout
    rows = objects(command("search", "--json", "lighthouse", folder=folder).stdout)
    assert len(rows) >= 5
    assert list(rows[0]) == [*STORY_FIELDS, "score", "snippet"]


def test_a_field_narrows_a_search(folder: Path) -> None:
    """author: and title: find what they name."""
    rows = objects(command("search", "--json", "author:kestrel7", folder=folder).stdout)
    assert {name for row in rows for name in row["authors"]} == {"kestrel7"}
    rows = objects(command("search", "--json", 'title:"lighthouse cat"', folder=folder).stdout)
    assert [row["title"] for row in rows] == ["The Lighthouse Cat"]


def test_list_and_captures_print_all(folder: Path) -> None:
    """No hidden limit; the fields are those that are documented."""
    stories = objects(command("list", "--json", folder=folder).stdout)
    assert len(stories) == 38
    assert list(stories[0]) == STORY_FIELDS
    captures = objects(command("captures", "--json", folder=folder).stdout)
    assert list(captures[0]) == CAPTURE_FIELDS
    assert len(captures) > 100
    assert len(command("list", folder=folder).stdout.splitlines()) == 38


def test_show_gives_the_text_and_the_record(folder: Path) -> None:
    """A story by id or by address; its record is that of docs/record.md."""
    story = objects(command("list", "--json", folder=folder).stdout)[0]
    by_id = command("show", story["id"], folder=folder)
    by_url = command("show", story["url"], folder=folder)
    assert by_id.stdout == by_url.stdout
    assert story["title"] in by_id.stdout
    (record,) = objects(command("show", "--json", story["id"], folder=folder).stdout)
    assert record["url"] == story["url"]
    assert {"title", "authors", "disclaimers", "chapters", "chrome", "evidence"} <= set(record)
    assert {"title", "text", "marks", "blocks"} <= set(record["chapters"][0])


def test_show_of_an_unknown_story_says_what_to_do(folder: Path) -> None:
    """A wrong id is a usage error with a next step."""
    done = command("show", "zzzzzzzz", folder=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "hint: " in done.stderr


def test_export_writes_a_file_for_each_story(folder: Path, tmp_path: Path) -> None:
    """Default is everything, each story a file, in a folder that is made."""
    target = tmp_path / "texts"
    done = command("export", "--format", "txt", "-o", str(target), folder=folder)
    assert done.returncode == 0, done.stderr
    written = list(target.iterdir())
    assert len(written) == 38
    assert all(path.read_bytes().endswith(b"\n") for path in written)
    assert not any("@example" in path.read_text("utf-8") for path in written)


def test_export_goes_to_exports_by_default(folder: Path) -> None:
    """exports/ beside config.toml, wherever the command is called."""
    assert command("export", folder=folder).returncode == 0
    assert len(list((folder / "exports").glob("*.txt"))) == 38


def test_export_of_json_lines_goes_to_stdout(folder: Path) -> None:
    """One record a line, all stories."""
    rows = objects(command("export", "--format", "jsonl", folder=folder).stdout)
    assert len(rows) == 38


def test_export_of_a_query_to_one_file(folder: Path, tmp_path: Path) -> None:
    """A path that ends in .md is one file."""
    target = tmp_path / "new" / "found.md"
    done = command("export", "--query", "author:kestrel7", "-o", str(target), folder=folder)
    assert done.returncode == 0, done.stderr
    assert "Small Hours" in target.read_text("utf-8")
    assert [path.name for path in target.parent.iterdir()] == ["found.md"]


def test_export_of_one_story_to_stdout(folder: Path) -> None:
    """-o - is stdout; --no-header is prose only."""
    story = objects(command("list", "--json", folder=folder).stdout)[0]
    whole = command("export", story["id"], "-o", "-", folder=folder).stdout
    bare = command("export", story["id"], "-o", "-", "--no-header", folder=folder).stdout
    assert story["title"] in whole
    assert whole.endswith(bare)
    assert not bare.startswith(story["title"])


def test_an_export_that_contradicts_itself_is_refused(folder: Path) -> None:
    """A name that says one format and an option that says another."""
    done = command("export", "--format", "txt", "-o", "all.jsonl", folder=folder)
    assert done.returncode == 2
    assert "hint: " in done.stderr


@pytest.mark.parametrize("words", [["list"], ["captures"], ["search", "x"], ["status"], ["export"]])
def test_reading_works_where_nothing_is_archived(tmp_path: Path, words: list[str]) -> None:
    """No archive.db, not even a config.toml: nothing found, exit 0, nothing made."""
    done = command(*words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_run_without_a_config_says_how_to_get_one(tmp_path: Path) -> None:
    """The most likely first mistake."""
    done = command("run", folder=tmp_path)
    assert done.returncode == 2
    assert "storykeep init" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_never_overwrites(tmp_path: Path) -> None:
    """A config.toml that is there stays as it is."""
    (tmp_path / "config.toml").write_text("# mine\n")
    done = command("init", folder=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "config.toml").read_text() == "# mine\n"


def test_the_shipped_config_is_what_init_writes() -> None:
    """The config.toml of the project is the template."""
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == TEMPLATE


def test_clean_needs_no_archive(tmp_path: Path) -> None:
    """Saved pages, one object a line, nothing stored."""
    page = tmp_path / "saved.html"
    page.write_bytes(story_page("The Saved Tale", "Ana", PROSE))
    (record,) = objects(command("clean", "--json", str(page), folder=tmp_path).stdout)
    assert (record["title"], record["authors"][0]["name"]) == ("The Saved Tale", "Ana")
    assert record["outcome"] == "story"
    shown = command("clean", str(page), folder=tmp_path).stdout
    assert "The Saved Tale" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["saved.html"]


def test_clean_reads_a_pipe(tmp_path: Path) -> None:
    """- is standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "storykeep", "clean", "--json", "-"],
        input=story_page("The Piped Tale", "Ana", PROSE),
        capture_output=True,
        env=environment(),
        cwd=tmp_path,
        check=True,
    )
    assert json.loads(done.stdout)["title"] == "The Piped Tale"


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    """`storykeep captures | head -1` ends quietly."""
    done = subprocess.run(
        f'"{sys.executable}" -m storykeep -C "{folder}" captures | head -1',
        shell=True,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_bad_query_is_explained(folder: Path) -> None:
    """A query that cannot be read is exit 2 with a hint, not a traceback."""
    done = command("search", '"unfinished', folder=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_rebuild_gives_the_same_answers(folder: Path) -> None:
    """archive.db can be deleted; search says the same afterwards."""
    before = command("search", "--json", "lighthouse", folder=folder).stdout
    (folder / "archive.db").unlink()
    done = command("rebuild", folder=folder)
    assert done.returncode == 0, done.stderr
    assert "38 stories" in done.stdout
    assert command("search", "--json", "lighthouse", folder=folder).stdout == before


def test_derive_changes_nothing_under_the_same_code(folder: Path) -> None:
    """Cleaning again gives the same, and says so."""
    done = command("derive", folder=folder)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "0 pages changed" in done.stderr


def test_search_starts_light(tmp_path: Path) -> None:
    """A search that finds something loads nothing heavy."""
    code = (
        "import sys\n"
        "from storykeep.cli.main import cli\n"
        "cli.main(['-C', sys.argv[1], 'search', 'lighthouse'], standalone_mode=False)\n"
        "heavy = {'requests', 'warcio', 'bs4', 'lxml', 'sqlite_utils', 'numpy', 'rich', 'ftfy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    command("init", folder=tmp_path)
    store = Store.open(tmp_path / "archive.db")
    store.save_stories(HOST, [story_of("The lighthouse", "The keeper of it slept.")], [])
    store.finish()
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    assert "lighthouse" in done.stdout.lower()
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("option", ["-v", "--quiet", "-C"])
def test_a_global_option_behind_the_command_is_told_its_place(tmp_path: Path, option: str) -> None:
    """It is the slip of everybody's first week; the words show the line as it is meant."""
    done = command("run", option, folder=tmp_path)
    assert done.returncode == 2
    assert f"hint: it stands before the command: storykeep {option} run ..." in done.stderr
