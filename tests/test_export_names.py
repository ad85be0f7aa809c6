"""File names: readable, unique, and harmless whatever a page calls its story."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.export import file_name
from storykeep.export.names import safe
from storykeep.model import Author, Story


def name(title: str | None, *authors: str, story_id: str = "abcd1234") -> str:
    story = Story(
        "k", "h", "http://h/", title, tuple(Author(each) for each in authors), (), None, (), (),
        None, None, None, None, None, {}, (), (), {}, "generic", None,
    )  # fmt: skip
    return file_name(story, id=story_id, format="txt")


@pytest.mark.parametrize(
    ("title", "authors", "expected"),
    [
        ("The Lantern", ["mako"], "mako - The Lantern - abcd1234.txt"),
        ("Ночь", ["Ann", "Bo"], "Ann, Bo - Ночь - abcd1234.txt"),
        (None, [], "abcd1234.txt"),
        (None, ["mako"], "mako - abcd1234.txt"),
        ("The Lantern", [], "The Lantern - abcd1234.txt"),
        ("../../etc/passwd", [], "_.._etc_passwd - abcd1234.txt"),
        ("..", [".."], "abcd1234.txt"),
        ('a/b\\c:d*e?f"g<h>i|j', [], "a_b_c_d_e_f_g_h_i_j - abcd1234.txt"),
        ("line\nend\x00\x1b[2J", [], "line end[2J - abcd1234.txt"),
        ("-rf", [], "rf - abcd1234.txt"),
        (".hidden", [], "hidden - abcd1234.txt"),
        ("end. . .", [], "end - abcd1234.txt"),
        ("x", ["con."], "_con - x - abcd1234.txt"),
        ("x", ["CON.y"], "_CON.y - x - abcd1234.txt"),
        ("a\u202egnp.exe", [], "agnp.exe - abcd1234.txt"),
        ("me@home.example", [], "[e-mail] - abcd1234.txt"),
        ("e\u0301", [], "\u00e9 - abcd1234.txt"),
    ],
)
def test_names_are_readable_and_safe(title, authors, expected):
    """Author, title and id; what a file system or shell could misread is gone."""
    assert name(title, *authors) == expected


ANY = st.one_of(st.none(), st.text(max_size=200), st.from_regex(r"[./\\~ -]*(con|nul|aux)?[. ]*"))


@given(ANY, st.lists(st.text(max_size=80), max_size=4))
def test_no_title_makes_a_path(title, authors):
    """For any text the name is one component, on POSIX and on Windows, and not too long."""
    found = name(title, *authors)
    assert PurePosixPath(found).name == found
    assert PureWindowsPath(found).name == found
    assert not PureWindowsPath(found).is_reserved()
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', found)
    assert found.endswith("abcd1234.txt")
    assert found[0] not in ".-~ "
    assert len(found.encode()) <= 143
    assert unicodedata.is_normalized("NFC", found)


@given(st.text(max_size=80))
def test_safe_is_idempotent(text):
    """A safe name is not changed again."""
    assert safe(safe(text)) == safe(text)


def test_ids_keep_equal_titles_apart():
    """Two stories of one name by one author are two files, on systems that ignore case too."""
    one, two = name("A", "b", story_id="aaaa"), name("a", "B", story_id="bbbb")
    assert one.casefold() != two.casefold()


def test_a_long_title_is_cut_between_words():
    """The name stays readable, and its end is the id."""
    found = name("word " * 100, "mako")
    assert re.fullmatch(r"mako -( word)+ - abcd1234\.txt", found)
    assert 100 < len(found) <= 143
    assert name("é" * 200, "я" * 200).endswith(" - abcd1234.txt")
