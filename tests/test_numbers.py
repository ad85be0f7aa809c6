"""Numbers that are found again: as a dict tells them, in a fraction of its room."""

from __future__ import annotations

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from storykeep.assemble.carrying import StoryPage, StoryPages, Texts
from storykeep.assemble.plan import Order
from storykeep.numbers import Numbers

NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3) | st.sampled_from([2**40, 2**41])


@given(st.lists(NUMBERS), st.lists(NUMBERS))
def test_numbers_are_found_as_a_dict_finds_them(put: list[int], asked: list[int]) -> None:
    """Each has the place of its first coming; any other has none."""
    numbers, known = Numbers(), dict[int, int]()
    for number in put:
        assert numbers.add(number) == known.setdefault(number, len(known))
        assert len(numbers) == len(known)
    for number in [*put, *asked]:
        assert numbers.find(number) == known.get(number)
        assert (number in numbers) == (number in known)


def test_many_numbers_take_little_room() -> None:
    """40 bytes each at most, whatever their number."""
    lot = random.Random(1)
    tracemalloc.start()
    try:
        numbers = Numbers()
        for _ in range(50_000):
            numbers.add(lot.getrandbits(63))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(numbers) == 50_000
    assert held < 40 * 50_000 + 20_000


@given(st.lists(st.text()))
def test_texts_in_a_row_are_what_was_put_there(put: list[str]) -> None:
    """Empty ones and broken surrogates too."""
    texts = Texts()
    for text in [*put, "\ud800"]:
        texts.append(text)
    assert [texts[place] for place in range(len(texts))] == [*put, "\ud800"]


ORDERS = st.tuples(
    st.text(max_size=3), st.sampled_from(["a.warc", "b.warc"]), st.integers(0, 9), st.text()
)
MARKS = st.frozensets(st.tuples(st.sampled_from(["chrome", "title"]), st.sampled_from("abc")))


@st.composite
def story_pages(draw: st.DrawFn) -> StoryPage:
    """Draw a page with one reading or a few."""
    orders = draw(st.lists(ORDERS, min_size=1, max_size=3))
    marks = draw(st.lists(MARKS, min_size=len(orders), max_size=len(orders)))
    authors = draw(st.frozensets(st.sampled_from(["mako", "hob"])))
    return StoryPage("/a/", tuple(orders), tuple(marks), authors)


@given(st.lists(story_pages()), ORDERS, ORDERS)
def test_story_pages_are_given_back_as_they_came(
    put: list[StoryPage], bound: Order, later: Order
) -> None:
    """Whole, by their places; those of several readings by themselves."""
    pages = StoryPages()
    for page in put:
        pages.append(page)
    assert list(pages.some(range(len(pages)))) == put
    assert list(pages.reread()) == [page for page in put if len(page.orders) > 1]
    for begin, end in ((None, None), (bound, None), (None, bound), (bound, later)):
        assert [pages.is_read_within(place, begin, end) for place in range(len(put))] == [
            (begin is None or begin <= page.orders[-1]) and (end is None or page.orders[0] < end)
            for page in put
        ]
    urls = [page.orders[0][3] for page in put]
    assert [pages.first_url(place) for place in range(len(put))] == urls
