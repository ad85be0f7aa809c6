"""Scene breaks that are typed, and the speech and faces that look like them."""

from __future__ import annotations

import pytest

from storykeep.prose import is_symbol_break


@pytest.mark.parametrize(
    "line",
    [
        ":::::::::", "⸻", "~~U~~", "...ooo000ooo...", "* * *", "***", "*", "**********", "---", "--", "- - -", "-----", "—", "———", "~~~", "~", "~*~",
        "~*~*~*~", "~ * ~ * ~", "###", "#", "# # #", "===", "= = =", "___", "_ _ _", "^^^", "<><>", "<><><>",
        "@@", "@@@", "@}-->--", "-=-=-=-", "+++", "+ + +", "oOo", "oOoOo", "xXx", "xXxXx", "XXX", "ooo", "000",
        "o0o", "o O o", "x x x", "X X X", "O O O", "x", "o", "-oOo-", "~oOo~", "-x-x-x-", "-x-X-x-", "x-x-x",
        "o-o-o-o", "o-o-o", "*o*", "-o-", ".o.O.o.", "oOo oOo oOo", "*~*~*", "<*>", "[*]", "(*)", "***~~~***", "-~-~-", "§", "§§§",
        "•", "• • •", "◊", "◊◊◊", "⁂", "❦", "☆ ☆ ☆", "★", "＊＊＊", "◇◆◇", "◆", "%%%", "&&&", "$ $ $", "|||", "\\/\\/\\/",
        "/\\/\\/\\", "- * -", "-*-", "~-~", "*-*-*", "====***====", ".", ". . .", "  * * *  ", "*****  *****", "'''", "'''''", "::::::::::", ".:.", ".:. .:. .:.",
    ],
)  # fmt: skip
def test_breaks(line):
    """Lines that part two scenes."""
    assert is_symbol_break(line)


@pytest.mark.parametrize(
    "line",
    [
        ":::", "==I==", "-- A --", "...ooo...", "", "   ", "...", "....", "…", "……", "?", "!", "?!", "!!!", "???", "?!?!", '"..."', '"?!"', "“…”", "'...'",
        '"---"', '"***"', "^_^", "^^", ">w<", "^o^", "OwO", "._.", "-.-", "^_^;;", ">_<", "-_-", "-_-;;", "T_T", "o_O", "O_o", "o.O", "O.O", "@_@", "=_=",
        "*_*", ":)", ":-)", ";)", ":(", ":D", "<3", "XD", "x_x", "X.X", "\\o/", "I", "V", "XX", "II", "1", "2.", "* 1 *",
        "Chapter 1", "*** Flashback ***", "~ Later ~", "Ooo", "Oooo", "oh", "OX", "zoo", "xoxo", "XOXO", "- 12 -",
        "a", "A", "-a-", "Oo...", "(...)", "[...]", "(?)", "\N{GRINNING FACE}", "\N{FIRE}\N{FIRE}\N{FIRE}", "#1", "$5", "50%",
        "\"-+\"", "´", "``", "*" * 201, "'", "''", "'Tis", "::", ".:", ":.", "..:", "'''Tis",
    ],
)  # fmt: skip
def test_no_breaks(line):
    """Speech, pauses, faces, numbers and words."""
    assert not is_symbol_break(line)
