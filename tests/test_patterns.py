"""Patterns that are compiled at their first use: the same answers, and none that cannot compile."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

import storykeep
from storykeep.patterns import lazy

_CLEANER = ("decode", "engines", "header", "plain", "prose")


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(storykeep.__path__, "storykeep."):
        if found.name.split(".")[1] in _CLEANER:
            yield importlib.import_module(found.name)


def _values(module: ModuleType) -> Iterator[object]:
    """Yield what *module* holds by name, and what its tables hold."""
    for value in vars(module).values():
        yield value
        if isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, tuple | list):
            for each in value:
                yield each
                if isinstance(each, tuple):
                    yield from each


def test_a_lazy_pattern_answers_as_a_compiled_one():
    ours, theirs = lazy(r"(?P<word>\w+)\s", re.IGNORECASE), re.compile(r"(?P<word>\w+)\s", re.I)
    assert ours.pattern == theirs.pattern
    assert ours.flags == theirs.flags
    assert ours.groupindex == theirs.groupindex
    assert ours.findall("one two ") == theirs.findall("one two ")
    assert ours.sub("-", "one two ") == theirs.sub("-", "one two ")
    assert ours.search("one ").group("word") == "one"
    assert lazy(rb"\xff").search(b"a\xff").start() == 1


def test_nothing_is_compiled_before_the_first_use():
    wrong = lazy("(")
    assert "(" in repr(wrong)
    with pytest.raises(re.error):
        wrong.search("")


def test_each_pattern_of_the_cleaner_is_lazy_and_can_be_compiled():
    kind = type(lazy(""))
    found = [value for module in _modules() for value in _values(module)]
    for each in found:
        assert not isinstance(each, re.Pattern), each.pattern
        if isinstance(each, kind):
            each.search(b"" if isinstance(each.pattern, bytes) else "")
    assert sum(isinstance(each, kind) for each in found) > 250
