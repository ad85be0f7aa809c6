"""A mail that was saved as it was sent: quoted-printable undone (RFC 2045, section 6.7).

Nothing says so in a text file that lost its head, so the bytes must: nearly every "=" is an escape
or ends a row that goes on, which no text of another kind has more than once or twice.
"""

from __future__ import annotations

import binascii

from storykeep.patterns import lazy

_FEWEST = 3  # escapes and rows that go on
_MOSTLY = 10  # of them for each "=" that is neither
# Blanks before a line end, "=" itself, F of From, a dot alone, and bytes above 7F.
_ESCAPES = lazy(rb"=(?:20(?=[ \t]*\r?\n)|20|3D|46|2E|09|A0|[89A-F][0-9A-F])")
_GOES_ON = lazy(rb"(?<![=\-+*#~])=[ \t]*(?:\r\n|\n)(?=[^\r\n])")
_WORDS = lazy(rb"=\?|\?=")  # encoded words of a mail's head (RFC 2047)
# To look for "=" and then at what follows takes a tenth of looking for each of these.
_SIGN = lazy(rb"=(?:20|3D|\r?\n|92|E2=80|A0)")


def undone(body: bytes) -> tuple[bytes, int] | None:
    """Return *body* with its escapes undone, and how many there were; None where it has none."""
    if _SIGN.search(body) is None:
        return None
    # A page has hundreds of "=" in its tags: in one that is escaped they are all "=3D".
    if body.count(b'="') > body.count(b"=3D") + body.count(b"=20"):
        return None
    escapes = len(_ESCAPES.findall(body))
    goes_on = len(_GOES_ON.findall(body))
    good, all_signs = escapes + goes_on, body.count(b"=")
    if good < _FEWEST:
        return None
    others = all_signs - good - len(_WORDS.findall(body))
    if others * _MOSTLY > good:
        return None
    return binascii.a2b_qp(body), good
