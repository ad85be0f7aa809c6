"""config.toml: what it means, and what is said where it means nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep import config
from storykeep.config.table import KEYS
from storykeep.errors import ConfigError
from storykeep.hours import Hours

PROJECT = Path(__file__).parent.parent
SOURCE = '[[source]]\nname = "example"\nstart = ["http://stories.example/archive/"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(text: str) -> tuple[str, str]:
    """Return message and hint of the error that *text* gives."""
    with pytest.raises(ConfigError) as caught:
        config.parse(text, Path("/archive/config.toml"))
    assert str(caught.value).startswith("/archive/config.toml: ")
    assert caught.value.exit_code == 2
    return str(caught.value), caught.value.hint


def test_every_key_arrives(tmp_path):
    """All keys of the file are read, and paths start at its folder."""
    path = write(
        tmp_path,
        """
        [archive]
        warcs = "captures"
        database = "/elsewhere/index.db"
        operator = " me@example.org "
        [polite]
        delay = 5
        robots = false
        connect_timeout = 1.5
        read_timeout = 2
        deadline = 60
        retries = 0
        max_bytes = 1000
        hosts_at_once = 1
        requests_per_day = 900
        hours = "22:00-06:00"
        [network]
        allow_addresses = ["127.0.0.1", "0:0::1"]
        connect_to = { "Archive.Sample:80" = "127.0.0.1:08080", "b.sample:443" = "[::1]:8443" }
        [[source]]
        name = "one"
        start = ["HTTP://Stories.Example", "http://stories.example/"]
        include = ["/a/", "*.html"]
        exclude = ["/a/b/"]
        profile = "level_three"
        every = "12h"
        limit = 5
        adult = false
        cookies = ""
        [[source]]
        name = "two"
        start = ["http://two.example/"]
        """,
    )
    found = config.load(path)
    assert found.folder == tmp_path
    assert found.archive == config.Archive(
        tmp_path / "captures", Path("/elsewhere/index.db"), "me@example.org"
    )
    assert found.polite == config.Polite(
        5.0, False, 1.5, 2.0, 60.0, 0, 1000, 1, 900, Hours(22 * 60, 6 * 60)
    )
    assert found.network.allow_addresses == ("127.0.0.1", "::1")
    assert found.network.connect_to == {
        "archive.sample:80": "127.0.0.1:8080",
        "b.sample:443": "[::1]:8443",
    }
    one, two = found.sources
    assert one == config.Source(
        name="one",
        start=("http://stories.example/",),
        include=("/a/", "*.html"),
        exclude=("/a/b/",),
        profile="level_three",
        every=timedelta(hours=12),
        limit=5,
    )
    assert two == config.Source("two", ("http://two.example/",))
    assert found.source("two") is two
    assert found.source("three") is None


def test_an_empty_file_has_the_documented_defaults(tmp_path):
    """Every default is the one that DESIGN and docs/config.md name."""
    found = config.load(write(tmp_path, ""))
    assert found == config.default(tmp_path)
    assert found.archive == config.Archive(tmp_path / "warcs", tmp_path / "archive.db", "")
    assert found.polite == config.Polite(2.0, True, 10.0, 30.0, 300.0, 4, 20971520, 8)
    assert found.network == config.Network((), {})
    assert found.sources == ()


def test_a_source_needs_name_and_start_alone(tmp_path):
    """What a source leaves out has its default; its scope is its start page's folder."""
    (source,) = config.parse(SOURCE, tmp_path / "config.toml").sources
    assert source.every == timedelta(days=30)
    assert (source.profile, source.limit) == ("auto", 0)
    assert source.wants("http://stories.example/archive/1.html")
    assert not source.wants("http://stories.example/other/1.html")


def test_a_file_as_windows_editors_save_it_is_read(tmp_path):
    """A byte order mark and CRLF line ends are no errors."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SOURCE.replace("\n", "\r\n").encode())
    assert config.load(path).sources[0].name == "example"


def test_a_relative_path_to_the_file_makes_absolute_paths(tmp_path, monkeypatch):
    """`--config config.toml` means the same archive wherever the process goes later."""
    write(tmp_path, "")
    monkeypatch.chdir(tmp_path)
    assert config.load(Path("config.toml")).archive.warcs == tmp_path / "warcs"


CASES = [
    ("[polit]\n", "unknown table 'polit'", "did you mean 'polite'?"),
    ("[network.]\n", "line 1, column 10", "quotes"),
    ("delay = 2\n", "unknown key 'delay'", "'delay' belongs into [polite]"),
    ("[polite]\ndelaay = 2\n", "[polite]: unknown key 'delaay'", "did you mean 'delay'?"),
    ("[polite]\nDelay = 2\n", "[polite]: unknown key 'Delay'", "did you mean 'delay'?"),
    ("[archive]\nrobots = true\n", "[archive]: unknown key 'robots'", "belongs into [polite]"),
    ("[polite]\nxyz = 2\n", "[polite]: unknown key 'xyz'", "known here: connect_timeout, deadline"),
    ("[polite]\ndelay = -1\n", "[polite] delay: must be between 0", "default is 2.0"),
    ("[polite]\ndelay = nan\n", "[polite] delay: must be a number", "delay = 2.0"),
    ("[polite]\ndelay = inf\n", "[polite] delay: must be a number", "delay = 2.0"),
    ('[polite]\ndelay = "2"\n', "[polite] delay: must be a number, not text", "without quotes"),
    ("[polite]\ndelay = true\n", "delay: must be a number, not true or false", ""),
    ("[polite]\nread_timeout = 0\n", "[polite] read_timeout: must be between 0.01", ""),
    ("[polite]\nretries = 1.5\n", "[polite] retries: must be a whole number, not 1.5", ""),
    ("[polite]\nretries = -1\n", "[polite] retries: must be 0 or more, not -1", ""),
    ("[polite]\nhosts_at_once = 0\n", "[polite] hosts_at_once: must be 1 or more", ""),
    ('[polite]\nrobots = "no"\n', "[polite] robots: must be true or false, not text", "= false"),
    ("[archive]\nwarcs = 3\n", "[archive] warcs: must be text, not 3", 'warcs = "..."'),
    ('[archive]\nwarcs = " "\n', "[archive] warcs: must not be empty", 'warcs = "warcs"'),
    ('[archive]\nwarcs = "~nobody-here/x"\n', "[archive] warcs: there is no home folder", ""),
    ('[archive]\noperator = "a\\nHost: b"\n', "[archive] operator: must not contain line ends", ""),
    ('[archive]\noperator = "Jürgen"\n', "[archive] operator: must be plain ASCII", "e-mail"),
    ("archive = 3\n", "archive must be a table", "[archive]"),
    ('[source]\nname = "a"\n', "source must be a list of tables", "[[source]]"),
    ('[network]\nallow_addresses = "::1"\n', "allow_addresses: must be a list", "["),
    ('[network]\nallow_addresses = ["localhost"]\n', "'localhost' is no IP address", "127.0.0.1"),
    ('[network]\nallow_addresses = ["10.0.0.0/8"]\n', "'10.0.0.0/8' is no IP address", "single"),
    ("[network]\nconnect_to = []\n", "[network] connect_to: must be a table", "address:port"),
    ('[network.connect_to]\n"a" = "::1"\n', "connect_to: 'a' is not host:port", ""),
    ('[network.connect_to]\n"a:80" = "127.0.0.1"\n', "'127.0.0.1' is not address:port", ""),
    ('[network.connect_to]\n"a:80" = "localhost:1"\n', "'localhost:1' is not address:port", ""),
    ('[network.connect_to]\n"a:80" = "127.0.0.1:0"\n', "'127.0.0.1:0' is not address:port", ""),
    ('[network.connect_to]\n"a:80" = "127.0.0.1:99999"\n', "is not address:port", ""),
    ('[network.connect_to]\n"a/b:80" = "127.0.0.1:1"\n', "'a/b:80' is not host:port", ""),
    ('[network.connect_to]\n"u@b:80" = "127.0.0.1:1"\n', "'u@b:80' is not host:port", ""),
    ('[network.connect_to]\n"::1:80" = "127.0.0.1:1"\n', "'::1:80' is not host:port", ""),
    ('[network.connect_to]\n"a:80" = 80\n', "the target of 'a:80' must be text", ""),
    ('[[source]]\nstart = ["http://a/"]\n', "[[source]] number 1: has no name", 'name = "'),
    ('[[source]]\nname = "added"\n', '"added" name: \'added\' is taken', "storykeep add"),
    ('[[source]]\nname = "Added"\n', "is taken", "another name"),
    ('[[source]]\nname = "a/b"\n', "'a/b' cannot be a name", "letters"),
    ('[[source]]\nname = "a\\u001bb"\n', "must not contain line ends or control characters", ""),
    ('[[source]]\nname = "e"\n', '[[source]] "e" start: has no start page', "start = ["),
    ('[[source]]\nname = "e"\nstart = "http://a/"\n', "start: must be a list", 'start = ["'),
    ('[[source]]\nname = "e"\nstart = [1]\n', "start: must be a list of texts", ""),
    ('[[source]]\nname = "e"\nstart = ["a.example"]\n', "'a.example' is no web address", "http://"),
    ('[[source]]\nname = "e"\nstart = ["ftp://a/"]\n', "'ftp://a/' is no web address", "http://"),
    (SOURCE + 'stat = "x"\n', "[[source]] \"example\": unknown key 'stat'", "did you mean 'start'?"),
    (SOURCE + 'include = ["archive/"]\n', "include: 'archive/' is no path", '["/archive/"]'),
    (SOURCE + 'exclude = ["http://a/"]\n', "exclude: 'http://a/' is no path", ""),
    (SOURCE + 'exclude = ["/archive/"]\n', "excludes its own start page http://stor", "pattern"),
    (SOURCE + 'profile = "../x"\n', "profile: '../x' is no name of a profile", "auto"),
    (SOURCE + 'every = "soon"\n', "every: not a duration: 'soon'", "30d"),
    (SOURCE + "every = 30\n", "every: must be text, not 30", "30d"),
    (SOURCE + "every = 2026-01-01\n", "every: must be text, not a date", ""),
    (SOURCE + "limit = -1\n", "limit: must be 0 or more", ""),
    (SOURCE + 'versions = "last"\n', "versions: means something only for a web archive", "via"),
    *((SOURCE + f'via = "wayback"\n{key} = {value}\n', f"{key}: does nothing where a web archive is asked", "leave it out")
      for key, value in (("depth", 2), ("adult", "true"), ("images", "true"), ("requisites", "true"), ("cookies", '"c.txt"'))),
    (SOURCE + SOURCE, "two sources are called 'example'", "its own name"),
    (SOURCE + SOURCE.replace("ex", "Ex", 1), "two sources are called 'Example'", ""),
    ("[polite]\n[polite]\n", "line 2, column 8", "a second time"),
    ("[polite]\ndelay = 1\ndelay = 2\n", "line 3, column 10", "a second time"),
    ('[archive]\nwarcs = "C:\\users"\n', "line 2", "backslash"),
    ('[archive]\nwarcs = "warcs\n', "line 2, column 15", "quotes"),
    ("[archive]\nwarcs = warcs\n", "line 2, column 9", "text stands in quotes"),
    ("[archive\n", "line 1", ""),
    ("a = [1,\n", "", "open at the end"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "hint"), CASES, ids=[repr(case[0])[-40:] for case in CASES]
)
def test_a_mistake_is_named_with_its_place_and_the_next_step(text, message, hint):
    """The error says which file, table and key, what is wrong, and what to write instead."""
    said, advice = refused(text)
    assert message in said
    assert hint in advice


def test_a_missing_file_names_init(tmp_path):
    """A newcomer in the wrong folder is told how to get a config.toml."""
    with pytest.raises(ConfigError, match="there is no such file") as caught:
        config.load(tmp_path / "config.toml")
    assert "storykeep init" in caught.value.hint


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    """What cannot be read is an error of ours, not a traceback."""
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path)


def test_a_file_in_another_encoding_names_the_line(tmp_path):
    """A file saved as windows-1252 is refused at the line of the first such letter."""
    path = tmp_path / "config.toml"
    path.write_bytes(b'# one\n[archive]\nwarcs = "caf\xe9"\n')
    with pytest.raises(ConfigError, match="line 3 is not UTF-8"):
        config.load(path)


@pytest.mark.parametrize(
    "start", ["http://me:hunter2@a.example/", "HTTP:\\\\me:hunter2@a.example", "http://hunter2@["]
)
def test_a_login_in_an_address_is_refused_and_not_printed(start):
    """A password belongs into no address, and into no error message."""
    said, hint = refused(f"[[source]]\nname = 'e'\nstart = ['{start}']\n")
    assert "hunter2" not in said + hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("45s", 45),
        ("90m", 5400),
        ("12h", 43200),
        ("30d", 2592000),
        ("2w", 1209600),
        (" 1.5 h ", 5400),
        ("36525d", 36525 * 86400),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text, seconds):
    """s, m, h, d and w are understood."""
    assert config.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "30", "d", "-1d", "1 y", "1D", "1d12h", "٣d", "1e3s", "36526d", "9" * 400 + "s", "1.s"],
)
def test_what_is_no_duration_is_refused(text):
    """Nothing is guessed: no unit, no capitals, no sign, nothing beyond a century."""
    with pytest.raises(ValueError, match=r"not a duration|longer than"):
        config.duration(text)


@given(st.integers(0, 3000), st.sampled_from("smhdw"))
def test_durations_are_linear(number, unit):
    """n units are n times one unit."""
    assert config.duration(f"{number}{unit}") == number * config.duration(f"1{unit}")


def test_the_template_is_the_shipped_config(tmp_path):
    """`init` writes what the project's own config.toml is, and it archives the sample."""
    assert (PROJECT / "config.toml").read_text(encoding="utf-8") == config.TEMPLATE
    found = config.parse(config.TEMPLATE, tmp_path / "config.toml")
    (sample,) = found.sources
    assert (sample.name, sample.start, sample.include) == (
        "sample",
        ("http://archive.sample/",),
        ("/",),
    )
    assert found.polite == config.Polite()
    assert all(len(line) <= 100 for line in config.TEMPLATE.splitlines())


def test_the_commented_example_of_the_template_is_valid(tmp_path):
    """A user who takes the # away has a source that loads."""
    head, example = config.TEMPLATE.split("# [[source]]\n")
    lines = [line.removeprefix("# ") for line in example.splitlines()]
    text = "\n".join([head, "[[source]]", *lines])
    names = [one.name for one in config.parse(text, tmp_path / "config.toml").sources]
    assert names == ["sample", "example"]


def test_the_digest_is_of_the_meaning(tmp_path):
    """Spelling, folder and written-out defaults do not change the digest; a setting does."""
    plain = config.parse(SOURCE, tmp_path / "config.toml")
    spelled = SOURCE.replace("stories", "STORIES") + 'every = "4.0d"\n[polite] # slow\ndelay = 2\n'
    other = config.parse(spelled.replace("4.0d", "720h"), tmp_path / "elsewhere" / "config.toml")
    assert config.digest(plain) == config.digest(other)
    assert config.digest(plain) != config.digest(config.parse(spelled, tmp_path / "config.toml"))
    assert config.digest(plain).startswith("sha256:")
    assert len(config.digest(plain)) == 71


def problem(text: str) -> str | None:
    """Return what is wrong with *text*, None where nothing is."""
    try:
        config.parse(text, Path("/archive/config.toml"))
    except ConfigError as error:
        return str(error)
    return None


@given(st.text(max_size=80))
def test_any_text_is_a_config_or_a_config_error(text):
    """No text of a user ends in a traceback."""
    assert problem(text) != ""


VALUES = st.one_of(
    st.sampled_from(
        ["1", "-1", "0.5", "nan", "true", '"x"', '["x"]', "[[]]", "{}", "2026-01-01", '"/"']
    ),
    st.integers(-(2**70), 2**70).map(str),
)


@given(st.sampled_from(sorted(KEYS)), st.data())
def test_any_value_for_any_key_is_taken_or_refused_in_words(table, data):
    """Each key with each kind of value loads or gives a ConfigError that names the key."""
    key = data.draw(st.sampled_from(sorted(KEYS[table])))
    head = SOURCE if table == "[[source]]" and key not in ("name", "start") else f"{table}\n"
    said = problem(f"{head}{key} = {data.draw(VALUES)}\n")
    assert said is None or key in said or "has no" in said


def test_every_key_and_default_is_documented():
    """docs/config.md has a row for each key, in the table it belongs to, with its default."""
    document = (PROJECT / "docs" / "config.md").read_text(encoding="utf-8")
    for table, keys in KEYS.items():
        section = document.split(f"\n## {table}\n")[1].split("\n## ")[0]
        rows = dict(re.findall(r"^\| `(\w+)` \| `?(.*?)`? \|", section, re.MULTILINE))
        assert set(rows) == keys
        if table == "[polite]":
            usual = config.Polite()
            assert {key: config_value(value) for key, value in rows.items()} == {
                **asdict(usual),
                "hours": str(usual.hours),
            }


def config_value(text: str) -> object:
    return tomllib.loads(f"x = {text}")["x"]


def test_a_source_may_be_of_age_and_logged_in(tmp_path):
    """The file of cookies lies beside config.toml where its path is relative."""
    line = 'adult = true\ncookies = "mine/cookies.txt"\n'
    (source,) = config.parse(SOURCE + line, tmp_path / "config.toml").sources
    assert source.adult
    assert source.cookies == tmp_path / "mine" / "cookies.txt"
