"""Bytes to text: evidence before labels, labels as browsers take them, always an answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storykeep.decode import decode, mend_mojibake

TALK = "“Don’t,” said Zoë — she meant it… “It’s the café’s.” Señor Núñez wasn’t sure. "
GERMAN = "Das Mädchen öffnete die Tür und grüßte höflich; draußen fiel Schnee über die Dächer. "
RUSSIAN = "Она посмотрела на него и ничего не сказала. Дождь шёл весь день, и дорога раскисла. "
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, řekla dívka a zavřela dveře. "
POLISH = "Zażółć gęślą jaźń, powiedziała dziewczyna i zamknęła za sobą drzwi. "
JAPANESE = "彼女は彼を見て、何も言わなかった。雨が一日中降っていた。「もう帰ろう」と彼は言った。"
CHINESE = "她看着他，什么也没有说。雨下了一整天，路上没有一个人。“我们回家吧。”他说。"
TAIWAN = "她看著他，什麼也沒有說。雨下了一整天，路上沒有一個人。「我們回家吧。」他說。"
KOREAN = "그녀는 그를 바라보았지만 아무 말도 하지 않았다. 비가 하루 종일 내리고 있었다. "


def page(text: str, charset: str | None) -> str:
    label = (
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        if charset
        else ""
    )
    return f"<html><head>{label}<title>x</title></head><body><p>{text}</p></body></html>"


CASES = [
    # text, bytes in, HTTP says, page says, read as
    *[(TALK, "windows-1252", http, meta, "windows-1252")
      for http in (None, "iso-8859-1", "utf-8") for meta in (None, "iso-8859-1", "utf-8", "us-ascii", "windows-1252")],
    *[(TALK, "utf-8", http, meta, "utf-8")
      for http in (None, "iso-8859-1", "utf-8") for meta in (None, "iso-8859-1", "windows-1252", "utf-8", "nonsense")],
    *[(GERMAN, "windows-1252", http, meta, "windows-1252")
      for http in (None, "utf-8") for meta in (None, "iso-8859-1", "iso-8859-15", "utf-8") if meta != "iso-8859-15"],
    *[(RUSSIAN, name, None, meta, name)
      for name in ("windows-1251", "koi8-r", "ibm866", "iso-8859-5") for meta in (None, name, "iso-8859-1", "utf-8")],
    *[(RUSSIAN, name, name, None, name) for name in ("windows-1251", "koi8-r", "x-mac-cyrillic")],
    *[(CZECH, "windows-1250", *where, "windows-1250") for where in (("windows-1250", None), (None, "windows-1250"))],
    *[(POLISH, name, None, name, name) for name in ("windows-1250", "iso-8859-2")],
    *[(JAPANESE, name, None, meta, name)
      for name in ("shift_jis", "euc-jp") for meta in (None, name, "iso-8859-1", "utf-8")],
    (JAPANESE, "iso-2022-jp", None, None, "iso-2022-jp"),
    (JAPANESE, "iso-2022-jp", None, "iso-2022-jp", "iso-2022-jp"),
    *[(CHINESE, "gb18030", None, meta, "gb18030") for meta in (None, "iso-8859-1", "gb18030")],
    (CHINESE, "gb18030", None, "gb2312", "gbk"),
    *[(TAIWAN, "big5", None, meta, "big5") for meta in (None, "big5", "iso-8859-1")],
    *[(KOREAN, "euc-kr", None, meta, "euc-kr") for meta in (None, "euc-kr", "ks_c_5601-1987")],
    *[(TALK, "macintosh", None, meta, "macintosh") for meta in (None, "macintosh", "iso-8859-1")],
    *[(text, "utf-8", None, meta, "utf-8")
      for text in (RUSSIAN, JAPANESE, CHINESE, KOREAN, CZECH) for meta in (None, "utf-8", "windows-1251", "shift_jis")],
]  # fmt: skip

PYTHON = {
    "macintosh": "mac-roman",
    "ibm866": "cp866",
    "x-mac-cyrillic": "mac-cyrillic",
    "shift_jis": "cp932",
}


@pytest.mark.parametrize(("text", "real", "http", "meta", "expected"), CASES)
def test_pages_with_and_without_true_labels(text, real, http, meta, expected):
    """What the bytes are wins over what they are called."""
    source = page(text * 3, meta)
    decoded = decode(source.encode(PYTHON.get(real, real)), http_charset=http)
    assert decoded.text == source
    assert decoded.encoding == expected
    assert decoded.evidence


def test_a_label_is_told_though_it_is_not_believed():
    """The label and the rule that overruled it are both in the answer."""
    decoded = decode(page(TALK, "utf-8").encode("windows-1252"), http_charset=None)
    assert (decoded.declared, decoded.rule) == ("utf-8", "default")
    assert "not the utf-8" in decoded.evidence


def test_latin1_means_windows_1252():
    """Browsers give the bytes 80 to 9F their windows-1252 meaning; the five open ones stay C1."""
    decoded = decode(b"\x93Don\x92t\x94 \x81\x8d", http_charset="iso-8859-1")
    assert decoded.text == "“Don’t” \x81\x8d"
    assert (decoded.encoding, decoded.rule) == ("windows-1252", "http")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding):
    """It is not text, and no label overrules it."""
    decoded = decode(TALK.encode(encoding), http_charset="windows-1251")
    assert (decoded.text, decoded.rule) == (TALK, "bom")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding):
    """Every other byte NUL is UTF-16."""
    source = page("Plain words, mostly.", None)
    decoded = decode(source.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.rule) == (source, encoding, "nuls")


def test_nuls_are_left_out_and_counted():
    """A few NULs in a page are rubbish on the disk of a server."""
    decoded = decode(b"one\x00 two\x00")
    assert (decoded.text, decoded.nuls) == ("one two", 2)


def test_the_end_mark_of_a_dos_text_is_left_out_and_counted():
    """CP/M and DOS filled the last block of a text with Control-Z; no reader ever saw one."""
    decoded = decode(b"The end.\r\n\x1a\x1a\x1a", is_html=False)
    assert (decoded.text, decoded.ends) == ("The end.\r\n", 3)


def test_a_stray_byte_in_utf8_is_read_alone():
    """One pasted windows-1252 quote does not turn the page into rubbish."""
    body = (TALK * 3).encode() + b"\x93so\x94" + TALK.encode()
    decoded = decode(body, http_charset="utf-8")
    assert decoded.text == TALK * 3 + "“so”" + TALK
    assert (decoded.encoding, decoded.rule, decoded.repaired) == ("utf-8", "utf8_repaired", 2)


@pytest.mark.parametrize("times", [1, 2])
def test_double_encoding_is_undone(times):
    """UTF-8 that was read as windows-1252 and written as UTF-8 again, once or twice."""
    broken = "“Zoë’s café” — it’s late…"
    for _ in range(times):
        broken = (
            broken.encode().decode("windows-1252", "replace")
            if "\u201d" not in broken
            else "".join(
                byte.to_bytes().decode("windows-1252", "ignore") or chr(byte)
                for byte in broken.encode()
            )
        )
    decoded = decode(("Plain line.\n" + broken + "\nÀ la carte.").encode())
    assert decoded.text == "Plain line.\n“Zoë’s café” — it’s late…\nÀ la carte."
    assert decoded.repaired == 1


@pytest.mark.parametrize(
    "text",
    [
        TALK,
        GERMAN,
        RUSSIAN,
        JAPANESE,
        CZECH,
        "Ã is a letter, and Â too: São, VÃO, “â” and ï.",
        "AT&amp;T &lt;b&gt; ﬁ ｆｕｌｌ",
    ],
)
def test_sound_text_is_left_alone(text):
    """Curly quotes, entities, ligatures and wide letters are what was typed."""
    assert mend_mojibake(text) == (text, 0)


def test_plain_text_has_no_label_of_its_own():
    """A .txt that talks about <meta charset> is not labelled by it."""
    body = '<meta charset="koi8-r"> Zoë'.encode("windows-1252")
    assert decode(body, is_html=False).encoding == "windows-1252"


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "", "utf-8", "gbk", "utf-16", "x-user-defined", "\x00", "ü"]),
)
@example(b"\xff\xfe\x00", None)
@example(b"\x1b$B\xff", "iso-2022-jp")
@example(b'<meta charset="shift_jis">\x81', None)
@example(b"\xf0\x9f", "utf-8")
def test_decode_never_fails(body, label):
    """Any bytes under any label are some text, without NULs."""
    decoded = decode(body, http_charset=label)
    assert isinstance(decoded.text, str)
    assert "\0" not in decoded.text
    decoded.text.encode("utf-8", "surrogatepass")


@given(st.text(max_size=200))
def test_utf8_is_read_as_it_was_written(text):
    """Valid UTF-8 without mojibake comes back as it was."""
    clean = text.replace("\0", "").replace("\x1a", "").removeprefix("\ufeff")
    mended, _ = mend_mojibake(clean)
    body = clean.encode()
    if not body.startswith((b"\xff", b"\xfe")) and b"\x1b$" not in body:
        assert decode(body, is_html=False).text == mended
