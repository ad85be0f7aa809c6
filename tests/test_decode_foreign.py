"""English text with another code page's quotes, or with DOS's boxes, is read with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storykeep.decode import decode, foreign

QUOTED = "“Don’t,” said Odile. “It’s the lamp’s… or ours.” And they didn’t go – not yet.\r\n" * 2
PLAIN = "The signalman kept his lamp in the kitchen, where it was warm.\r\n" * 9
PYTHON = {"shift_jis": "cp932", "big5": "big5hkscs", "gbk": "gb18030"}
DRAWN = "\r\n".join(["╔" + "═" * 30 + "╗", "║ The Step ║", "╚" + "═" * 30 + "╝", PLAIN, "─" * 60])


@pytest.mark.parametrize("name", ["shift_jis", "big5", "gbk"])
@pytest.mark.parametrize("said", [None, "iso-8859-1", "utf-8"])
def test_quotes_of_two_bytes_are_quotes(name, said):
    typed = QUOTED.replace(" – ", " ") if name == "shift_jis" else QUOTED
    body = (PLAIN + typed + PLAIN).encode(PYTHON[name])
    read = decode(body, http_charset=said, is_html=False)
    assert (read.text, read.encoding, read.rule) == (PLAIN + typed + PLAIN, name, "hint")
    assert "punctuation" in read.evidence


def test_a_few_other_bytes_are_read_as_browsers_do_and_counted():
    body = (QUOTED * 3).encode("big5hkscs") + "Zoë's".encode("windows-1252")
    read = decode(body, is_html=False)
    assert (read.text, read.repaired) == (QUOTED * 3 + "Zoë's", 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("¡Qué! ¡Sí! ¡No! ¡Oh! ¿Qué? ¡Así! ¡Ándale! ¡Él!", id="Spanish"),
        pytest.param("“Don’t,” said Zoë… “It’s the café’s.”", id="quotes of windows-1252"),
        pytest.param("It cost 20° ± 3°; ½ of ¾, § 9, ¶ 2, © 2001, ® too, ¡ and ¢.", id="signs"),
    ],
)
def test_western_text_stays_western(text):
    read = decode(text.encode("windows-1252"), is_html=False)
    assert (read.text, read.encoding) == (text, "windows-1252")


def test_a_title_in_a_box_is_drawn():
    read = decode(DRAWN.encode("cp437"), is_html=False)
    assert (read.text, read.encoding, read.rule) == (DRAWN, "ibm437", "hint")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ÄÄÄÄH! Das Mädchen öffnete die Tür und grüßte höflich. ÜÜÜÜ!", id="screams"),
        pytest.param("»»»»»»»» The Lamp of the Step ««««««««", id="arrows"),
        pytest.param("°°°°°°°° The Lamp of the Step °°°°°°°°", id="rings"),
        pytest.param("¸.·´¯`·.¸¸.·´¯`·.¸ The Lamp ¸.·´¯`·.¸", id="a wave"),
    ],
)
def test_a_row_of_western_signs_is_no_box(text):
    assert decode(text.encode("windows-1252"), is_html=False).encoding == "windows-1252"


def test_russian_of_dos_is_russian_with_its_boxes():
    text = "═" * 20 + " Она посмотрела на него и ничего не сказала. Дождь шёл весь день. " * 3
    assert decode(text.encode("cp866"), is_html=False).encoding == "ibm866"


@given(st.binary(max_size=300))
def test_no_byte_is_lost(body):
    read = foreign.punctuation(body)
    assert read is None or len(read[1]) >= len(body) // 2
    assert foreign.is_drawn(body) in {True, False}


MAIL = (
    "The signalman kept his lamp in the kitchen, where it was warm, and went down =\n"
    "to it at night.=20\n\n=93You=92ll wear out the step,=94 said his sister, who had nev=\n"
    "er once been asked to hold it.\n\n2 + 2 =3D 4\n"
)
UNDONE = (
    "The signalman kept his lamp in the kitchen, where it was warm, and went down "
    "to it at night. \n\n“You’ll wear out the step,” said his sister, who had never once been "
    "asked to hold it.\n\n2 + 2 = 4\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mail_that_was_saved_as_it_was_sent_is_read_as_it_was_written(end):
    read = decode(MAIL.replace("\n", end).encode(), is_html=False)
    assert read.text == UNDONE.replace("\n", end)
    assert "quoted-printable undone in 7 places" in read.evidence


def test_a_mail_in_utf8_is_undone_as_well_also_in_html():
    body = b'<p class=3D"a">=E2=80=9CYou=E2=80=99ll wear=E2=80=9D</p>=20\n<p>out the =\nstep</p>'
    assert decode(body).text == '<p class="a">“You’ll wear”</p> \n<p>out the step</p>'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("=-=-=-=-=\nThe Step\n=-=-=-=-=\n" * 4, id="rulers"),
        pytest.param("==========\nThe Step\n==========\n" * 4, id="long rulers"),
        pytest.param("=Any second now...=\n\n=Damn the lamp!=\n" * 4, id="thoughts"),
        pytest.param('<a href="?a=20&b=3D&c=E2">x</a>\n' * 9, id="addresses"),
        pytest.param("a =20\n", id="one alone"),
        pytest.param("x = 3\ny = 4 =\nz", id="sums"),
    ],
)
def test_other_equals_signs_stay(text):
    assert decode(text.encode(), is_html=False).text == text


@given(st.binary(max_size=200))
def test_undoing_never_fails(body):
    read = decode(b"=20\n=3D=92" + body, is_html=False)
    assert read.text is not None
