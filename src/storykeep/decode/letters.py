"""How likely bytes are in an encoding of one byte to the character, by the letters of languages.

It knows how often each language's own letters stand beside a-z, and nothing of words.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from operator import itemgetter, mul

from storykeep.decode.codepages import charmap

# Letters beyond a-z and the signs of speech, the commonest first; capitals count as small letters.
LANGUAGES = {
    "en": "’“”…—–‘é£\u00a0ïèüöçñëêàâäôî",
    "fr": "éà’èêç«»\u00a0ùôîâû…œ—ïë“”",
    "es": "óáéí—ñ¿¡ú«»…ü“”’",
    "pt": "ãçáéóíêõâôà—úü“”…«»’",
    "it": "èàùòìé’“”…«»–",
    "ca": "àèéíóòçúï·ü’«»",
    "de": "üäöß„“–»«é‚‘…’",
    "sv": "äåö”–é…’»",
    "da": "øåæé–»«”“…’öä",
    "fi": "äö”–é…’»å",
    "nl": "ë’éïü‘“”…óèö",
    "is": "áíðóþöéúýæ„“–",
    "cs": "íáěéřčžýšůúňóťď„“–…‚‘",
    "sk": "áíčéýžšúťľôňäďóĺŕ„“–…",
    "pl": "łęążóśćźń–„”…—",
    "hu": "áéöóőíüúű–„”…",
    "hr": "čšžćđ„”–»«…",
    "ro": "ăîşţâ„”–…—",
    "tr": "ıüşğöçâîû“”’…–",
    "lt": "ėįšųžąūčę„“–",
    "lv": "āīēšūļņžķģčŗ„“–—",
    "et": "äõüöšž„“–",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшю—цщэфёъ«»–…",
    "uk": "оаинівтерслкудмпязьгбчхйжїцющєшф—’ґ«»",
    "el": "αοιετσνηυρπκμλςάόίγέδήωθχύφβώξζψϊΰ’«»",
    "he": "יוהלאתרמבשנעםחדקצפןטכגסזךץף–”",
    "ar": "اليمنرتوبعدفهسكقحةجشصطخذىأزضثئغءظ،آإؤ؟",
    "th": "านรอกเงม่ยวลสดท้ตีบิคปะหัแจ์ขใุพไชูโผถซ็ศธณญฝภษฟฉ",
}  # fmt: skip

# The commoner encoding stands first: where two read the same, it is meant.
WESTERN = {
    "windows-1252": "en fr es pt it ca de sv da fi nl is",
    "windows-1250": "cs sk pl hu hr ro en",
    "iso-8859-2": "cs sk pl hu hr ro",
    "windows-1254": "tr en",
    "windows-1257": "lt lv et en",
    "macintosh": "en fr es pt it de sv da nl",
}
DENSE = {
    "windows-1251": "ru uk",
    "koi8-r": "ru",
    "koi8-u": "uk",
    "ibm866": "ru",
    "iso-8859-5": "ru",
    "x-mac-cyrillic": "ru uk",
    "windows-1253": "el",
    "iso-8859-7": "el",
    "windows-1255": "he",
    "windows-1256": "ar",
    "windows-874": "th",
}
_SISTERS = {
    "iso-8859-9": "windows-1254",
    "iso-8859-13": "windows-1257",
    "iso-8859-8": "windows-1255",
}

_SPEECH = frozenset("“”‘’„‚«»–—…•·©®™\u00a0§°´½¼×†")
_MIXED_CASE = 3.0  # for each of the fewer ones among small letters and capitals
_ALL_CAPITALS = 4.0


def likelihood(counts: Counter[int], name: str) -> float | None:
    """Return the logarithm of how likely these high bytes are in *name*; None: nothing is known."""
    name = _SISTERS.get(name, name)
    languages = WESTERN.get(name) or DENSE.get(name)
    if languages is None:
        return None
    # Asked for fifty languages, so the loops run inside itemgetter, map and sum.
    pick = itemgetter(*counts, 0, 0)  # of two at least it gives a tuple, whatever the counts
    many = (*counts.values(), 0, 0)
    upper = sum(map(mul, many, pick(_capitals(name))))
    lower = sum(map(mul, many, pick(_small(name))))
    case = _MIXED_CASE * min(upper, lower) + (_ALL_CAPITALS if upper > lower else 0.0)
    best = max(
        sum(map(mul, many, pick(_weights(name, language)))) for language in languages.split()
    )
    return float(best - case)


def is_capital(byte: int, name: str) -> bool:
    """Return whether *byte* is a capital letter in the encoding *name*."""
    return _capitals(_SISTERS.get(name, name))[byte]


@cache
def _small(name: str) -> list[bool]:
    return [sign.islower() for sign in charmap(name)]


@cache
def _capitals(name: str) -> list[bool]:
    return [sign.isupper() for sign in charmap(name)]


@cache
def _weights(name: str, language: str) -> list[float]:
    """Return for each byte the logarithm of its share among the high bytes of *language*."""
    letters = LANGUAGES[language]
    steady = 8 if len(letters) > 24 else 2  # alphabets are flatter than sets of accents
    total = sum(1 / (rank + steady) for rank in range(len(letters)))
    shares = {sign: 0.95 / (rank + steady) / total for rank, sign in enumerate(letters)}
    return [math.log(_share(sign, shares)) for sign in charmap(name)]


def _share(sign: str, shares: dict[str, float]) -> float:
    if sign.lower() in shares:
        return shares[sign.lower()]
    if "\x80" <= sign < "\xa0":
        return 1e-6  # open in the encoding
    if sign in _SPEECH:
        return 0.003
    return 0.001 if sign.isalpha() else 0.0002
