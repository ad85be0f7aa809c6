"""What is looked for first, because it is found fast, never changes what a page gives."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storykeep.decode.labels import _COMMENT, _META, _XML
from storykeep.decode.labels import labels as claims
from storykeep.derive import derive
from storykeep.engines import body, livejournal, outcomes, sheet, titling, wayback
from storykeep.header import (
    afterword,
    asides,
    byline,
    closing,
    diction,
    disclaimer,
    footer,
    labels,
    rights,
    signatures,
    tail,
    titles,
    voice,
)
from storykeep.header import lines as header_lines
from storykeep.model import Block, Part
from storykeep.patterns import begins_word
from storykeep.plain import rows
from storykeep.prose import breaks, flow, lines, mend, parse, tally, tree, typed, walk, words
from tests.pages import CORPUS, html, page_of

PAGES = sorted(
    path
    for folder in (CORPUS, CORPUS.parent / "heldout" / "hand", CORPUS.parent / "fresh" / "ffn")
    for path in folder.rglob("*.*")
    if path.suffix in {".html", ".htm", ".txt"}
)
TEXTS = st.text("ab dDwsopelgrhti'’.,:;-–—=~[\"“_\n\t\xa0(©", max_size=80)


def parts() -> list[Part]:
    return [derive(page_of(path, f"http://site.example/a/{path.name}")) for path in PAGES]


def yes(*_: object, **__: object) -> bool:
    return True


def test_a_page_gives_the_same_without_the_quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look only saves a careful one that would find nothing."""
    known = parts()
    assert len(known) > 40
    assert len({part.outcome for part in known}) > 3
    for module in (tail, livejournal, asides, rows):
        monkeypatch.setattr(module, "has_one", yes)
    for module, name in (
        (body, "_has_cells"),
        (outcomes, "_may_be_wide"),
        (wayback, "_has_bar"),
    ):
        monkeypatch.setattr(module, name, yes)
    monkeypatch.setattr(mend, "_markup_of", lambda text: text)
    monkeypatch.setattr(tail, "_opening", lambda line: line.text[:300])
    monkeypatch.setattr(voice, "_NO_END_BEGINS", frozenset())
    monkeypatch.setattr(flow._Flow, "_broken_lines", lambda _, first, __: first)
    monkeypatch.setattr(flow._Flow, "_paragraphs", lambda _, __: None)
    monkeypatch.setattr(lines, "_is_collapsed", lambda _: False)
    for stems in ("_AFTER_STEMS", "_BEFORE_STEMS", "_WHOLE_STEMS"):
        monkeypatch.setattr(rights, stems, ("",))
    monkeypatch.setattr(disclaimer, "_OWNED_STEMS", ("",))
    monkeypatch.setattr(tree, "_CONTROL_SIGNS", ("",))
    monkeypatch.setattr(byline, "may_name", yes)
    monkeypatch.setattr(byline, "_may_begin_elsewhere", yes)
    monkeypatch.setattr(labels, "may_open", yes)
    monkeypatch.setattr(afterword, "may_open", yes)
    monkeypatch.setattr(closing, "is_likely", yes)
    monkeypatch.setattr(diction, "is_told", lambda _: False)
    labels.known_label.cache_clear()
    assert parts() == known


def test_words_are_counted_once() -> None:
    """Whoever counted the words of the prose counted all of them."""
    assert [part.prose_words for part in parts()] == [words(part.prose) for part in parts()]


BLOCKS = st.builds(
    Block,
    st.sampled_from(["paragraph", "break", "pre"]),
    st.text("ab \n\xa0\u3000\u4e00*", max_size=30),
)


@given(st.lists(BLOCKS, max_size=6))
def test_words_and_size_are_counted_together(blocks: list[Block]) -> None:
    """Both are what they are when counted one by one."""
    assert tally(blocks)[0] == words(blocks)
    assert outcomes.sizes_of(blocks) == (words(blocks), outcomes.size_of(blocks))


@given(st.text('oO0xXvV a1~*-."é_', max_size=12))
def test_a_break_has_no_word(line: str) -> None:
    """No line is a break for the careful look that the quick one takes for none."""
    assert breaks.is_symbol_break(line) == breaks._is_break(line.strip())


@given(
    st.lists(
        st.sampled_from(["The Lamp", " ", "by", "By:", "Ada Moss", "ada moss", "-", "|", ",", "'s"])
    ).map("".join)
)
@example("by by Ada Moss")
def test_an_author_is_taken_out_of_a_title_as_by_a_pattern(title: str) -> None:
    """The name is looked for behind the pattern, not in it."""
    text, name = title, "Ada Moss"
    if name.lower() in text.lower():
        text = re.sub(rf"\s*(?:,|[-–—|:])?\s*\bby:?\s+{name}\b", "", text, flags=re.I)
        text = re.sub(rf"^{name}\s*(?:[-–—|:]|'s)\s+", "", text, flags=re.I)
        text = re.sub(rf"\s+[-–—|:]\s+{name}\s*$", "", text, flags=re.I)
    assert titling._without_author(title, name) == text


@given(
    st.lists(
        st.sampled_from(
            [b"<?xml ", b"encoding='", b"<META ", b"charset=", b"CharSet = ", b"utf-8", b"'", b">",
             b"<!--", b"-->", b"x"]
        )
    ).map(b"".join)
)  # fmt: skip
def test_a_claim_is_found_as_by_its_patterns(page: bytes) -> None:
    """A page that names no charset and no encoding makes none."""
    head = _COMMENT.sub(b"", page) if b"charset" in page.lower() else page
    found = [match for match in (_XML.match(head), _META.search(head)) if match]
    assert len(claims(page, None, is_html=True)) == len(found)


@given(TEXTS)
def test_few_words_do_not_run_on(text: str) -> None:
    """What has fewer than five words is not matched by the pattern of five."""
    assert len(text.split(None, 5)) >= 5 or not labels._runs_on(text)


@given(st.sampled_from(["", "*", "~ ", "(", "“"]), st.sampled_from(sorted(byline._ELSEWHERE)))
def test_a_by_line_in_other_languages_is_not_overlooked(ornament: str, word: str) -> None:
    """What begins it is known, behind ornaments and in capitals, too."""
    for text in (f"{ornament}{word} di Ada Moss", f"{ornament}{word.upper()} Ada Moss"):
        if byline._BY_ELSEWHERE.match(text):
            assert byline.may_name(text)


@given(
    st.lists(st.sampled_from(["/", "a", "index", ".htm", "Home", ".html", "?x=/", "-"])).map(
        "".join
    )
)
def test_a_front_page_is_known_as_by_a_pattern(path: str) -> None:
    """The pattern is tried at one place only."""
    url = f"http://site.example/{path}"
    assert sheet._is_front(url) == bool(sheet._FRONT.search(url))


@given(TEXTS)
def test_dashes_are_found_as_by_a_pattern(text: str) -> None:
    """The signs that set a label off are looked for one by one, and none is overlooked."""
    line = text + ", and so the keeper lit the lamp again" * 3
    if re.search(r"\s[-–—=~]|\w--|[–—~]", line[:66]) and not labels._runs_on(line):
        assert labels.may_open(line)


@given(TEXTS)
def test_a_cast_is_likely_to_open_closing_words(text: str) -> None:
    """Its colon is one of a label's."""
    for each in (
        text,
        f"Our guest stars in this episode: {text}",
        f"* The cast for the fic: {text}",
    ):
        assert labels.may_open(each) or not asides.may_cast(each)


_ASKED = st.sampled_from(
    ["Dear", "well", "so", "I ", "really ", "hope", "Please", "pls", "thank", "(", "[", " ", "\n",
     "A/N", "an:", "author", "x"]
)  # fmt: skip


@given(st.lists(_ASKED, max_size=6).map("".join))
def test_what_asks_readers_begins_with_few_words(text: str) -> None:
    """The careful pattern matches nothing that begins otherwise."""
    assert afterword._may_ask(text) or not afterword._MAY_ASK.match(text)


@given(st.text("own_ dar-1é", max_size=30), st.sampled_from(["own", "a", "d"]))
def test_a_word_begins_as_for_a_pattern(text: str, beginning: str) -> None:
    """It is found where the sign before it is none of a word."""
    assert begins_word(text, beginning) == bool(re.search(rf"\b{beginning}", text))


_OWNING = re.compile(
    r"\bown|belong|propert|copyright|©|\(c\)|\bmine\b|\bsu(?:e|ing)|infring|profit|money|"
    r"trademark|disclaim|gehör|pertenec|apparten|appartien|принадлеж|претенд|"
    r"borrow|created by|claim|\brights|playing with|\binvented|należ|'s[;.,]|\bnot my "
)
_WORDS = st.sampled_from(
    ["own", "d", "mine", "s", "sue", "suing", "rights", "b", " ", "invented", "not my ", "'s", ".",
     "claim", "MINE", "_", "é", "the"]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=8).map("".join))
def test_words_about_owning_are_found_as_by_a_pattern(text: str) -> None:
    """They are told one by one as a pattern of them all does."""
    assert disclaimer._is_about_owning(text) == bool(_OWNING.search(text.lower()))


@given(
    st.lists(
        st.sampled_from(["<", ">", "p", "/", " ", "x:y", "--", "!--", "=", '"', "'", "svg", "I<b>"])
    ).map("".join)
)
def test_strange_tags_are_found_in_each_tag_once(text: str) -> None:
    """All that the whole text names is named in its tags, and no more."""
    markup = mend._markup_of(text)
    assert set(mend._NAME.findall(markup)) == set(mend._NAME.findall(text))
    assert ("<!--" in markup, "<svg" in markup) == ("<!--" in text, "<svg" in text)
    if mend._TORN.search(text):
        assert mend._MAY_BE_TORN.search(markup)


@given(st.lists(st.text("ab \n\t\r\f\xa0\u2003", min_size=1, max_size=6), max_size=5))
def test_what_collapses_nowhere_is_one_line(typed: list[str]) -> None:
    """A text of lone spaces is joined as its pieces are, each collapsed by itself."""
    root = parse("<p>a</p>")
    formats = [(), (("emphasis", ""),), (("strong", ""),)]
    texts = [(text, formats[at % 3], root) for at, text in enumerate(typed)]
    assert lines.line_of(texts) == lines._collapsed_line(texts)


@given(
    st.lists(
        st.sampled_from(
            ["<br>", "<br>", "<br>\n", "<br class=x>", "one two", " ", "&nbsp;", "&#8195;", "* * *",
             "<b>three</b>", "<b>", "</b>", "<p>", "<center>", "</center>", "<img src=a.gif>", "<hr>",
             "<pre>", "</pre>", "<li>", "<h2>", "</h2>", "<table><tr><td>", "</table>", "<!-- x -->"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
def test_lines_between_line_breaks_are_what_a_buffer_gathers(source: str) -> None:
    """They are shown at once, and the same."""
    known = shown(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow._Flow, "_broken_lines", lambda _, first, __: first)
        assert shown(source) == known


@given(
    st.lists(
        st.sampled_from(
            ["<p>One two", "<p>three</p>", "<p>“Four,”</p>", "<p>* * *</p>", "<p>...</p>", "<p>&nbsp;</p>",
             "<p></p>", "<p class=x>Five</p>", "<p hidden>six</p>", "<p align=center>Seven", "<b>eight</b> ",
             "<tt>*Nine*</tt>", "_ten_ ", "<br>", "\n", "<i>", "</i>", "<hr>", "<blockquote>", "</blockquote>",
             "<li>", "<h2>", "</h2>", "<div>", "</div>", "<center>", "<img src=a.gif>", "<!-- x -->"]
        ),
        max_size=14,
    ).map("".join)
)  # fmt: skip
@example("<p>One two<p>* * *</p><p>&nbsp;</p><p>three</p><p>&nbsp;</p><p>One two")
def test_whole_paragraphs_are_what_a_buffer_gathers(source: str) -> None:
    """They are shown at once, each a block of its own, and the same."""
    source = f"<style>.x {{ display: none }}</style>{source}"
    known = shown(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow._Flow, "_paragraphs", lambda _, __: None)
        assert shown(source) == known


def shown(source: str) -> list[tuple[object, str, bool]]:
    walked = walk(parse(f"<body>{source}</body>"), base_url="http://site.example/")
    return [(each.block, each.element.tag, each.hidden) for each in walked]


_EMPHASIS = re.compile(
    "|".join(
        rf"(?<![^\s(\[{{\"'“‘«—–>-])(?:{mark}){{1,2}}(?=[^\s{mark}])[^{mark}]{{0,600}}?"
        rf"(?<=[^\s{mark}])(?:{mark}){{1,2}}(?![^\s)\]}}\"'”’»—–.,;:!?…-])"
        for mark in (r"\*", "_", "/")
    )
)


@given(st.text("ab *_/(\"'>.,-", max_size=40))
def test_emphasis_is_found_as_by_a_look_back(text: str) -> None:
    """What stands before its sign may be asked behind it."""
    found = [match.span() for match in _EMPHASIS.finditer(text)]
    assert [match.span() for match in typed._TYPED.finditer(text)] == found


@given(st.text("ab >-*\n\t\r\x0c\u2028", max_size=60))
def test_rows_end_as_for_a_pattern(text: str) -> None:
    """A text with no other line ends is cut at its newlines."""
    known = rows.rows_of(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "has_one", yes)
        assert rows.rows_of(text) == known


@given(st.lists(st.sampled_from(["I don't own them", "mine", "a lamp", "They belong to Fox", ""])))
def test_many_texts_assert_as_each_does(texts: list[str]) -> None:
    """That none of them is about owning is seen in all of them at once."""
    assert disclaimer.one_asserts(texts) == any(map(disclaimer.asserts, texts))


_HEADING = st.sampled_from(
    [
        "This entry was posted on May 3",
        "filed under",
        "2",
        "One",
        "no",
        " ",
        "responses",
        "to",
        '"The Lamp"',
    ]
)


@given(st.lists(_HEADING, max_size=7).map(" ".join))
def test_what_heads_comments_begins_with_few_words(text: str) -> None:
    """The careful pattern matches nothing that begins otherwise."""
    known = text[:10].lower().startswith(footer._COMMENT_BEGINS)
    assert (known and text[0] in footer._COMMENT_SIGNS) or not footer._COMMENTS.match(text)


@given(st.lists(st.sampled_from(["Silliness", "story", "by", "from", "written", "Jane", " "])))
def test_who_it_is_from_is_looked_for_behind_two_words(words: list[str]) -> None:
    """Nothing else says it."""
    text = " ".join(words)
    assert bool(signatures.from_names(text)) == bool(signatures._FROM_NAMES.search(text))


@given(st.text())
def test_letters_and_digits_are_left_of_any_text(text: str) -> None:
    """ASCII is told by its bytes."""
    assert titles.squash(text) == "".join(filter(str.isalnum, text.lower()))
    assert header_lines._signs(text) == sum(map(str.isalnum, text))


@given(st.text("ab \n\t\r\f\xa0\u2003", max_size=12))
def test_a_text_alone_is_the_line_of_its_paragraph(typed: str) -> None:
    """It is made without gathering pieces."""
    found = lines._collapsed_line([(typed, (), parse("<p>a</p>"))]) if typed else None
    assert lines.plain_text(typed) == ("" if found is None or "\xa0" in typed else found[0])


@given(st.text("a Ж\u303f\u3040\u30ff\u4e00\uac00\ud7a3\uf900\ufaff\uffff\U0001f600\ud800"))
def test_letters_that_are_words_are_looked_for_where_they_may_be(text: str) -> None:
    """No text with Chinese, Japanese or Korean letters is overlooked."""
    assert outcomes._may_be_wide(text) or not outcomes._WIDE.search(text)


@given(st.sampled_from(sorted(voice._NO_END_BEGINS)), st.sampled_from(["", " the end", "nd"]))
def test_no_mark_of_an_end_begins_otherwise(first: str, rest: str) -> None:
    """The careful pattern matches nothing that begins with such a letter."""
    assert not voice._END.match(first + rest)


@pytest.mark.parametrize("where", ["head", "list"])
def test_a_link_by_ftp_is_a_link(where: str) -> None:
    """A page that leads to a file by FTP is read like any other."""
    link = '<p><a href="ftp://ftp.site.example/pub/lamp.txt">The text alone</a></p>'
    told = '<p>"Come in," she said, and held the lamp a little higher over the stairs.</p>' * 30
    listed = "".join(f'<li><a href="s{n}.html">Story number {n}</a></li>' for n in range(30))
    text = f"<h1>The Lamp</h1><p>by Ada Moss</p>{link}{told if where == 'head' else listed}"
    part = derive(html(f"<html><body>{text}</body></html>"))
    assert part.outcome == ("story" if where == "head" else "index")
    assert "failed" not in part.reason
