"""The words of a query are those of the index."""

from hypothesis import given
from hypothesis import strategies as st

from storykeep.search import tokens

ASCII = st.text(st.characters(max_codepoint=127, exclude_characters="\0"), max_size=60)


@given(st.lists(ASCII, max_size=4))
def test_plain_ascii_is_cut_into_words_as_sqlite_does(texts):
    """The short way and SQLite's own tokenizer say the same."""
    assert tokens.tokens_of(texts) == tokens._asked(texts)


def test_one_accent_and_sqlite_is_asked():
    """Beyond ASCII the index knows best."""
    assert tokens.tokens_of(["Déjà-vu", "O'Neill_2"]) == [("deja", "vu"), ("o", "neill", "2")]
