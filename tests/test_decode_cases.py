"""Every page of tests/decode_cases, read exactly; how many, is pinned in floors.json."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.decode import decode, mend_mojibake
from storykeep.decode.letters import likelihood
from storykeep.derive import derive
from storykeep.model import Page
from tests.decode_cases import HALVES, HERE, cases

FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))
EVERY = list(cases())


@pytest.fixture(scope="module")
def wrong():
    """Return the cases whose text does not come out exactly."""
    return [
        case
        for case in EVERY
        if decode(case.body, http_charset=case.http, is_html=case.is_html).text != case.text
    ]


@pytest.mark.parametrize("half", HALVES)
def test_no_fewer_pages_are_read_than_before(wrong, half):
    """A floor is raised by hand, and lowered only with a reason in floors.json."""
    missed = [case.name for case in wrong if case.half == half]
    right = sum(case.half == half for case in EVERY) - len(missed)
    assert right >= FLOORS["right"][half], "\n".join(missed)


def test_the_cases_are_those_the_floors_were_set_on():
    """A text that is added, dropped or changed needs the floors looked at by hand."""
    digest = hashlib.sha256()
    for case in EVERY:
        digest.update(f"{case.name}\0{case.http}\0{case.is_html}\0".encode())
        digest.update(case.body + case.text.encode())
    assert (len(EVERY), digest.hexdigest()) == (FLOORS["cases"], FLOORS["texts"])


def test_the_yardstick_is_broad():
    """Many languages, many ways to go wrong, and the bar of 97 of 100."""
    assert len({path.stem for path in Path(HERE).rglob("*.txt")}) >= 12
    assert len({case.kind for case in EVERY}) >= 60
    assert sum(FLOORS["right"].values()) >= 0.97 * len(EVERY)


def test_what_decided_and_what_was_overruled_is_told():
    """Each reading has a reason, and each label that was not followed is named in it."""
    rules = Counter()
    for case in EVERY:
        decoded = decode(case.body, http_charset=case.http, is_html=case.is_html)
        rules[decoded.rule] += 1
        assert decoded.evidence
        if decoded.declared and decoded.declared != decoded.encoding:
            assert "says" in decoded.evidence, case.name
    assert set(rules) == {
        "bom",
        "nuls",
        "ascii",
        "utf8",
        "utf8_repaired",
        "http",
        "meta",
        "hint",
        "default",
    } - {"ascii"}


@given(st.sampled_from(EVERY), st.data())
def test_a_damaged_page_is_still_read(case, data):
    """Cut anywhere, with bytes changed, under any label: text, and no exception."""
    body = bytearray(case.body[: data.draw(st.integers(0, len(case.body)))])
    for _ in range(data.draw(st.integers(0, 5)) if body else 0):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    decoded = decode(bytes(body), http_charset=data.draw(st.none() | st.text(max_size=12) | LABELS))
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8", "surrogatepass")


LABELS = st.sampled_from(
    ["unicode", "x-user-defined", "none", "iso-8859-1,utf-8", "utf-7", "utf-16be", "gbk", "koi8-r"]
)
FRENCH = "<p>« Où étais-tu ? » demanda-t-elle. L’été, naïve…</p>"


@pytest.mark.parametrize(
    "label",
    ["unicode", "x-user-defined", "none", "iso-8859-1,utf-8", "utf-7", "utf-16", "hz-gb-2312", "\0", "é", "x" * 9999, "windows-1251"],
)  # fmt: skip
@pytest.mark.parametrize("real", ["cp1252", "utf-8"])
def test_a_label_that_cannot_be_true_does_no_harm(label, real):
    """It is told, at no more than a line's length, and not followed."""
    decoded = decode(FRENCH.encode(real), http_charset=label)
    assert decoded.text == FRENCH
    assert 1 <= len(decoded.declared) <= 80


SOUND = [
    "¤°`°¤ø,¸¸,ø¤º°`°º¤ø", "~*·.¸¸.·*¨¨*·~", "×××", "Ó", "Õh, Zoë", "CORAÇÃO É Ó", "AMANHÃ…”", "“abordé…”",
    "SEÑOR MÉXICO", "Þórður sagði það ekki við Önnu", "Åsa sa “nej”…", "½ × ¼ = £3 §5 ¶ «»", "résumé’s", "“Ñ”",
    "Íñigo ¡ay!", "Škoda žena", "Œuvre", "Ärger über Öl", "l’œuvre où ça", "È vero, perché no?",
]  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
@pytest.mark.parametrize(
    "name",
    [None, "windows-1252", "utf-8", "windows-1250", "iso-8859-2", "windows-1254", "windows-1257", "windows-1258", "iso-8859-15", "macintosh"],
)  # fmt: skip
def test_a_guess_never_damages_what_is_rightly_labelled(text, name):
    """Ornaments, capitals and single words are no ground to disbelieve a label."""
    codec = {None: "cp1252", "macintosh": "mac-roman"}.get(name, name)
    text = f"{text}. " * 4
    try:
        body = text.encode(codec)
    except UnicodeEncodeError:
        return
    assert decode(body, http_charset=name).text == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b"Zo\xc3\xab sat. caf\xc3", "Zoë sat. caf\ufffd", id="at the end"),
        pytest.param(b"Zo\xc3\xab: caf\xc3... \xc3\xa9", "Zoë: caf\ufffd... é", id="before dots"),
        pytest.param(b"Zo\xc3\xab \xe2\x80 \xc3\xa9\xc3\xa9", "Zoë \ufffd éé", id="half a quote"),
        pytest.param(
            b"Zo\xc3\xab, \xc3\xa9\xc3\xa9 N\xc3O", "Zoë, éé NÃO", id="a capital of windows-1252"
        ),
    ],
)
def test_a_sequence_cut_short_is_seen_and_counted(body, text):
    """What is gone is one U+FFFD and a warning; what is a letter of windows-1252 is that letter."""
    decoded = decode(body, http_charset="utf-8")
    assert (decoded.text, decoded.unread) == (text, text.count("\ufffd"))


def test_a_byte_that_no_rule_can_read_is_a_warning_of_the_record():
    """The five open bytes of windows-1252 stay what browsers make of them."""
    body = b"<p>\x93One\x94 \x81 and \x8d</p>" + b"<p>Plain words of the keeper. </p>" * 40
    assert decode(body).unread == 2
    part = derive(Page("http://a.example/1.html", 200, (("content-type", "text/html"),), body))
    assert "2 characters could not be read as windows-1252" in part.warnings


def test_comments_in_another_encoding():
    """A page's UTF-8 and its visitors' windows-1252 are both read, whichever is more."""
    page, comment = (
        "<p>Zoë’s café — naïve ’’’</p>\n",
        "<p>“Don’t,” she said… “café…” it’s “déjà vu”</p>\n",
    )
    for pages, comments in ((50, 2), (2, 50)):
        decoded = decode(
            page.encode() * pages + comment.encode("cp1252") * comments, http_charset="utf-8"
        )
        assert decoded.text == page * pages + comment * comments


def test_russian_behind_two_kilobytes_of_english():
    """What is foreign is looked for where it stands."""
    text = (
        "<p>The keeper counted waves that evening.</p>" * 60
        + "<p>Ты здесь? Он не ответил. Она видела тень.</p>"
    )
    assert decode(text.encode("koi8-r")).text == text


@pytest.mark.parametrize("codec", ["cp932", "euc-jp"])
def test_japanese_in_a_page_of_markup(codec):
    """Nine tenths of the letters are those of tags."""
    row = '<table width="100%"><tr><td bgcolor="#ffffff"><font face="MS Gothic" size=2>' * 8
    text = (row + "海は静かだった。彼女は笑った。</font>") * 3
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r"])
def test_capitals_are_not_another_encoding(codec):
    """Small letters of one Cyrillic encoding are capitals of another."""
    text = "КОГДА ПРИШЛА ЗИМА, ОН ОСТАЛСЯ НА МАЯКЕ ОДИН. НИКТО УЖЕ НЕ ВЕРИЛ."
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize(
    ("real", "label"), [("windows-1251", "koi8-r"), ("koi8-r", "windows-1251")]
)
def test_one_cyrillic_encoding_labelled_as_another(real, label):
    """A server's label that makes no words of the page is overruled, and named."""
    text = (
        "Когда пришла зима, он остался на маяке один. Никто уже не верил, что свет загорится. " * 3
    )
    decoded = decode(text.encode(real), http_charset=label)
    assert (decoded.text, decoded.encoding, decoded.declared) == (text, real, label)
    assert f"HTTP says {label}" in decoded.evidence


def test_macintosh_by_its_quotes_alone():
    """Nothing but quotes: they stand where only Macintosh's can."""
    text = "<p>“Oh,” she said. “Yes.”</p>" * 4
    assert decode(text.encode("mac-roman")).text == text


def test_controls_in_utf8_are_words_quotes():
    """A program took windows-1252 for latin-1: its quotes are invisible controls."""
    assert mend_mojibake("\x93Don\x92t,\x94 said Zoë\x85") == ("“Don’t,” said Zoë…", 1)


def test_russian_taken_for_windows_1251():
    """The Russian kind of mojibake, and the Ukrainian words that look like it."""
    text = "Когда пришла зима, он остался один."
    assert mend_mojibake(text.encode().decode("cp1251", "strict")) == (text, 1)
    for sound in ("Рівне, Сінгапур", "РОССИЯ", "«Рё»"):
        assert mend_mojibake(sound) == (sound, 0)


def test_utf7_is_not_read():
    """No browser does, for its ASCII can hide markup."""
    assert decode(b"+ADw-b+AD4-", http_charset="utf-7").text == "+ADw-b+AD4-"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_russian_in_utf16_is_not_taken_for_binary_data(codec, mark):
    """Every second byte of it is a control character."""
    text = "<html><title>Маяк</title><p>Когда пришла зима, он остался на маяке один.</p></html>"
    body = (mark + text * 20).encode(codec)
    part = derive(Page("http://a.example/1.html", 200, (("content-type", "text/html"),), body))
    assert part.outcome != "asset"


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe"])
def test_binary_data_stays_binary_data(mark):
    """A byte order mark alone makes no text of it."""
    body = mark + bytes(range(32)) * 200
    part = derive(Page("http://a.example/1.html", 200, (("content-type", "text/html"),), body))
    assert part.outcome == "asset"


def test_bytes_without_a_letter_are_likely_in_any_encoding():
    """A stray 0x80 in a page labelled KOI8-R leaves nothing to count, and nothing to guess."""
    assert likelihood(Counter(), "koi8-r") == 0
    assert likelihood(Counter({0xC1: 1}), "koi8-r") < 0
