"""What the database keeps of a part or a story comes back as it was."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storykeep import codec
from storykeep.model import Block, Capture, Evidence, Link, Mark, Part, SiteFact, Story

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)


WORD = st.text("aé\ud800\U0001f600 \n*", max_size=4)
SMALL = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def values(kind: Any) -> Any:
    """Return a strategy for the type *kind*, by its hints, with short and nasty texts."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is str:
        return WORD
    if kind is float:
        return st.floats(0, 1)
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(values(arguments[0]), max_size=2).map(tuple)
    if origin is Mapping:
        return st.dictionaries(WORD, values(arguments[1]), max_size=2)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, arguments))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{name: values(hint) for name, hint in hints.items()})
    return st.from_type(kind)


def _parts():
    return values(Part)


@SMALL
@given(_parts())
def test_a_part_comes_back_as_it_was(part):
    """Encoding and decoding a part with its prose is the identity."""
    assert codec.part_from_json(codec.part_to_json(part, prose=True)) == part


@settings(SMALL, max_examples=15, deadline=None)
@given(_parts(), st.booleans())
def test_the_text_is_plain_json_however_long_a_list_is(part, sort):
    """What is written piece by piece, to save memory, is what would be written in one go."""
    long = replace(part, links=part.links * 600, chrome=part.chrome * 600)
    for value in (part, long, long.links, {"b": 1, "a": long.chrome}):
        text = json.dumps(
            codec.plain(value), ensure_ascii=False, sort_keys=sort, separators=(",", ":")
        )
        assert json.loads(codec.dumps(value, sort=sort)) == json.loads(text)
        if "\ud800" not in text:
            assert codec.dumps(value, sort=sort) == text
    assert codec.part_from_json(codec.dumps(long)) == long


@SMALL
@given(_parts())
def test_a_light_part_and_its_prose_make_the_part_again(part):
    """The prose kept apart, joined to the rest, is the whole part."""
    light = codec.part_to_json(part, prose=False)
    assert codec.part_from_json(light).prose == ()
    packed = codec.unpack_blocks(codec.pack_blocks(part.prose))
    assert codec.part_from_json(light, prose=packed) == part


@pytest.mark.parametrize("kind", [Story, Capture, SiteFact])
def test_every_noun_that_is_stored_has_a_decoder(kind):
    """The decoders follow model.py's type hints, so each stored noun can be revived."""

    @SMALL
    @given(values(kind))
    def check(value):
        assert codec.revive(kind, json.loads(codec.dumps(value))) == value

    check()


@given(
    st.lists(st.builds(Mark, st.integers(0), st.integers(0), ANY_TEXT, ANY_TEXT, st.integers(0)))
)
def test_marks_come_back_as_they_were(marks):
    """The short rows of marks lose nothing."""
    assert codec.marks_from_json(codec.marks_to_json(marks)) == tuple(marks)


@SMALL
@given(_parts())
def test_equal_parts_have_equal_texts(part):
    """Decoding and encoding again gives the same text, character for character."""
    text = codec.part_to_json(part, prose=True)
    assert codec.part_to_json(codec.part_from_json(text), prose=True) == text


def test_half_a_surrogate_pair_is_escaped_and_comes_back():
    """Text that no database could hold as it is becomes valid JSON and survives."""
    part = Part(
        "http://h.example/", "story", title="a\ud800b é", prose=(Block("paragraph", "\udfff"),)
    )
    text = codec.part_to_json(part, prose=True)
    assert text.encode()
    assert "é" in text
    assert codec.part_from_json(text) == part
    assert codec.unpack_blocks(codec.pack_blocks(part.prose)) == part.prose


def test_a_default_costs_nothing():
    """A field that has its default value is not written."""
    assert codec.part_to_json(Part("u", "index"), prose=True) == '{"outcome":"index","url":"u"}'


def test_a_mapping_keeps_the_order_of_the_page():
    """Labels come back in the order in which the page has them."""
    part = Part("u", "story", fields={"Zeta": "1", "Alpha": "2"})
    assert list(codec.part_from_json(codec.part_to_json(part, prose=False)).fields) == [
        "Zeta",
        "Alpha",
    ]
    turned = replace(part, fields={"Alpha": "2", "Zeta": "1"})
    assert codec.dumps(part, sort=True) == codec.dumps(turned, sort=True)


def test_a_whole_float_and_its_integer_have_one_text():
    """1.0 and 1 are one value and one text; decoded, it is a float again."""
    texts = {codec.dumps(Evidence("x", "label", confidence=value)) for value in (1.0, 0.5 + 0.5)}
    half = codec.dumps(Evidence("x", "label", confidence=0.5))
    assert texts == {'{"method":"label","value":"x"}'}
    assert codec.revive(Evidence, json.loads(half)).confidence == 0.5


def test_what_has_no_json_form_is_refused():
    """A float that is no number, or a stray object, is an error and not a guess."""
    with pytest.raises(ValueError, match="no JSON form"):
        codec.dumps(float("nan"))
    with pytest.raises(TypeError, match="no JSON form"):
        codec.dumps(object())


def test_a_long_list_is_read_member_by_member_and_comes_back():
    """What is too long to be read at once comes back as what is short does."""
    links = tuple(
        Link(f"http://stories.example/{n}", kind="story", author="Ana") for n in range(9000)
    )
    part = Part("u", "index", links=links, evidence={"title": (Evidence(None, "markup"),)})
    text = codec.part_to_json(part, prose=False)
    assert len(text) > 1 << 19
    assert codec.part_from_json(text) == part
    blocks = tuple(Block("paragraph", "word " * 200, (Mark(0, 4, "strong"),)) for _ in range(900))
    assert codec.unpack_blocks(codec.pack_blocks(blocks)) == blocks
