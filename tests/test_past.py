"""The past of a story on the command line: history, versions, dates, diff and export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.config import load
from storykeep.store import Store
from tests.archives import command, write_config
from tests.guests import Time
from tests.site import RawServer
from tests.site.epochs import Epochs, paragraphs

SINCE = 1_767_225_600.0  # 2026-01-01
MONTH = 31 * 86400


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an archive of four months; nothing below changes it."""
    folder = tmp_path_factory.mktemp("past")
    site, time = Epochs(), Time(SINCE)
    site.tales = [site.tale("hand", n) for n in range(1, 6)] + [site.tale("efic", 2)]
    first, serial = site.tale("hand", 1), site.tale("efic", 2)
    with RawServer({"*": site.serve}) as server:
        config = write_config(folder, [server.url("/")], source='every = "1d"')
        archive = Archive(load(config), clock=time.clock())
        archive.run()
        time.now += MONTH
        first.chapters[0][0] = "A beginning that nobody had read before."
        first.title, first.author = "Another Name", "Zoe"
        serial.chapters.append(paragraphs("one chapter more"))
        archive.run()
        time.now += MONTH
        first.chapters[0].pop()
        site.vanish(site.tale("hand", 2), "410")
        archive.run()
        time.now += MONTH
        site.come_back(site.tale("hand", 2))
        archive.run()
    return folder


def ask(folder: Path, *words: str) -> str:
    done = command(*words, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def story(folder: Path, title: str) -> str:
    found = [json.loads(line) for line in ask(folder, "list", "--json").splitlines()]
    return next(each["id"] for each in found if each["title"] == title)


def test_the_history_tells_versions_and_events_with_their_captures(past: Path) -> None:
    """For people and for programs."""
    name = story(past, "Another Name")
    text = ask(past, "show", name, "--history")
    assert [line[:22] for line in text.splitlines() if line.startswith("version")] == [
        "version 1  2026-01-01 ", "version 2  2026-02-01 ", "version 3  2026-03-04 ",
    ]  # fmt: skip
    assert "title: The Hand of Ferryman 1 -> Another Name" in text
    found = json.loads(ask(past, "show", name, "--history", "--json"))
    assert [each["number"] for each in found["versions"]] == [1, 2, 3]
    assert all(each["warc"].endswith(".warc.gz") for each in found["events"])
    gap = json.loads(ask(past, "show", story(past, "The Hand of Joss 2"), "--history", "--json"))
    assert [(each["at"][:7], each["kind"]) for each in gap["events"]] == [
        ("2026-01", "new"), ("2026-03", "gone"), ("2026-04", "back"),
    ]  # fmt: skip


@pytest.mark.parametrize("how", [("--as-of", "2026-01"), ("--version", "1")])
def test_an_old_version_is_read_and_exported(past: Path, how: tuple[str, str]) -> None:
    """With its text, its title and its author."""
    name = story(past, "Another Name")
    text = ask(past, "show", name, *how)
    assert "The Hand of Ferryman 1" in text
    assert "by Ben Holm" in text
    assert all(each in text for each in paragraphs("hand 1 0"))
    assert paragraphs("hand 1 0")[0] not in ask(past, "show", name)


def test_the_whole_archive_is_exported_as_it_was(past: Path, tmp_path: Path) -> None:
    """A chapter that came later is not in it."""
    ask(past, "export", "--as-of", "2026-01-31", "-o", str(tmp_path))
    texts = {path.name.split(" - ")[1]: path.read_text() for path in tmp_path.iterdir()}
    assert len(texts) == 6
    assert paragraphs("one chapter more")[0] not in texts["The Efic of Joss 2"]
    assert paragraphs("efic 2 2")[0] in texts["The Efic of Joss 2"]
    assert "no such story was archived" in command("export", "--as-of", "2025", folder=past).stderr


def test_a_diff_shows_what_became_of_the_words(past: Path) -> None:
    """The last change, any two versions, any two dates; and nothing where nothing has changed."""
    name = story(past, "Another Name")
    assert f"[-{paragraphs('hand 1 0')[-1]}-]" in ask(past, "diff", name)
    both = ask(past, "diff", name, "1", "2")
    assert both == ask(past, "diff", name, "2026-01", "2026-02")
    assert "author: [-Ben Holm-]{+Zoe+}" in both
    assert "{+A beginning that nobody had read before.+}" in both
    found = json.loads(ask(past, "diff", story(past, "The Efic of Joss 2"), "--json"))
    assert [(each["change"], each["position"]) for each in found["chapters"]] == [("added", 4)]
    unchanged = command("diff", story(past, "The Hand of Joss 2"), folder=past)
    assert (unchanged.returncode, unchanged.stdout) == (0, "")
    assert "1 version" in unchanged.stderr


def test_the_list_knows_what_changed_and_vanished_since(past: Path) -> None:
    """Since a month, by what happened."""

    def titles(*words: str) -> set[str]:
        found = [json.loads(line) for line in ask(past, "list", "--json", *words).splitlines()]
        return {each["title"] for each in found}

    assert titles("--changed") == {"Another Name", "The Efic of Joss 2"}
    assert titles("--changed", "--since", "2026-03") == {"Another Name"}
    assert titles("--since", "2026-04") == {"The Hand of Joss 2"}
    assert titles("--gone", "--since", "2026") == set()


def test_what_a_text_said_earlier_is_found_with_all_versions(past: Path) -> None:
    """By its words and the fields of its story; what it says now is not in that index."""
    lost = " ".join(paragraphs("hand 1 0")[0].split()[:40]).strip("“”.,")
    assert ask(past, "search", f'"{lost}"', "--json") == ""
    for query in (f'"{lost}"', f'author:zoe text:"{lost}"', f'is:changed "{lost}" -xylophone'):
        (hit,) = ask(past, "search", query, "--all-versions", "--json").splitlines()
        found = json.loads(hit)
        assert (found["title"], found["chapter"], found["version"]) == ("Another Name", 1, 1)
        assert lost.split()[0] in found["snippet"]
    assert ask(past, "search", f'author:mako "{lost}"', "--all-versions") == ""
    text = ask(past, "search", f'"{lost}"', "--all-versions")
    when = text.split("--as-of ")[1].split()[0]
    assert paragraphs("hand 1 0")[0] in ask(past, "show", found["id"], "--as-of", when)


def test_the_index_of_earlier_texts_agrees_with_them(past: Path, tmp_path: Path) -> None:
    """Also when a story, with its versions, is taken out."""
    copy = tmp_path / "archive.db"
    shutil.copy(past / "archive.db", copy)
    with Store.open(copy) as store:
        (host,) = store.conn.execute("SELECT DISTINCT host FROM story").fetchone()
        check = "INSERT INTO version_fts (version_fts, rank) VALUES ('integrity-check', 1)"
        store.conn.execute(check)
        count = "SELECT count(*) FROM version_fts WHERE version_fts MATCH 'the'"
        assert store.conn.execute(count).fetchone() == (2,)
        store.save_stories(host, [], [])
        store.conn.execute(check)
        assert store.conn.execute(count).fetchone() == (0,)


def test_a_date_before_the_archive_or_a_wrong_one_is_told(past: Path) -> None:
    """With what to write instead."""
    name = story(past, "Another Name")
    for words, told in (
        (("show", name, "--as-of", "2020"), "not archived by 2020"),
        (("show", name, "--as-of", "soon"), "is no date"),
        (("show", name, "--version", "9"), "3 versions"),
        (("diff", name, "1", "x"), "is no date"),
        (("show", name, "--history", "--evidence"), "not several"),
    ):
        done = command(*words, folder=past)
        assert done.returncode == 2
        assert told in done.stderr
