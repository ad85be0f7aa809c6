"""How much bytes look like running Japanese, Chinese or Korean in an encoding of two bytes."""

from __future__ import annotations

import re

from storykeep.decode.codepages import python_codec
from storykeep.patterns import lazy

ENCODINGS = ("shift_jis", "euc-jp", "gb18030", "big5", "euc-kr")

# A third and more of what these languages are written with, rare in another reading.
_SIMPLE = lazy(
    "[的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没"
    "起还成事只想看声手见最里头身从把前什面它情无给样门很被回问走点笑，。！？、：；“”]"
)
_FULL = lazy(
    "[的一是不了在人有我他這中大來上個國到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可她裡後小麼心多天而能好都然沒"
    "起還成事只想看聲手見最頭身從把前什面它情無給樣門很被回問走點笑，。！？、：；「」]"
)
_HANGUL = lazy(
    "[이다는을를에가의고지은하기도로한그나리사서어자아들있었인시해대라만게정수보일것"
    "그녀말안않았며과와면지만]"
)
_HALF_WIDTH = lazy("[\uff61-\uff9f]")
_KANA = bytes([0x30])  # of UTF-16's first bytes: kana and the punctuation of Japanese
_HAN = bytes(range(0x4E, 0xA0))
_SPOKEN = bytes([0x20, 0xFF])
_KOREAN = bytes(range(0xAC, 0xD8))


def likeness(sample: bytes, name: str) -> float:
    """Return how much *sample*, cut anywhere, looks like text in *name*, 0 to 1."""
    text = _read(sample, python_codec(name))
    foreign = "".join(re.findall("[^\x00-\x7f]+", text))
    if len(foreign) < 4:
        return 0.0
    high = foreign.encode("utf-16-be", "surrogatepass")[0::2]

    def share(kinds: bytes) -> float:
        return (len(high) - len(high.translate(None, kinds))) / len(high)

    kana, han, spoken = share(_KANA), share(_HAN), share(_SPOKEN)
    if len(_HALF_WIDTH.findall(foreign)) > 0.3 * len(foreign):
        return 0.0  # Latin letters read as Shift_JIS
    if kana + han + spoken + share(_KOREAN) < 0.9:
        return 0.0
    if name in ("shift_jis", "euc-jp"):
        return kana + 0.6 * han + 0.5 * spoken if kana > 0.2 else 0.0
    if name == "euc-kr":
        return min(1.0, 0.4 + _frequent(_HANGUL, foreign)) if share(_KOREAN) > 0.5 else 0.0
    found = max(_frequent(_SIMPLE, foreign), _frequent(_FULL, foreign) if name == "big5" else 0.0)
    return min(1.0, 0.4 + found) if found >= 0.12 else 0.0


def _read(sample: bytes, codec: str) -> str:
    try:
        return sample.decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:  # else the sample was cut inside a character
            return ""
        return sample[: error.start].decode(codec)


def _frequent(common: re.Pattern[str], text: str) -> float:
    return len(common.findall(text)) / len(text)
