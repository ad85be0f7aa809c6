"""Pages in every encoding under every label, made from the texts of this folder.

The texts in `known` were looked at while the rules were written, those in `heldout` only scored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.decode_cases.broken import broken_pages
from tests.decode_cases.pages import CODECS, held, html, plain, read_text, short

HERE = Path(__file__).parent
HALVES = ("known", "heldout")

# Which old encodings a text is written in. The first ones must be told without a true label, too;
# those behind the bar occur with their label only.
SETS = {
    "en": "windows-1252 macintosh |",
    "fr": "windows-1252 macintosh | iso-8859-15",
    "es": "windows-1252 macintosh |",
    "de": "windows-1252 macintosh |",
    "pt": "windows-1252 |",
    "cs": "windows-1250 | iso-8859-2",
    "pl": "windows-1250 | iso-8859-2",
    "hu": "windows-1250 | iso-8859-2",
    "tr": "| windows-1254 iso-8859-9",
    "ru": "windows-1251 koi8-r | ibm866 iso-8859-5",
    "ja": "shift_jis euc-jp | iso-2022-jp",
    "zh": "gb2312 | gb18030",
    "tw": "big5 |",
    "el": "| windows-1253 iso-8859-7",
    "he": "| windows-1255",
    "th": "| windows-874",
    "lt": "| windows-1257",
    "vi": "|",
}
CASELESS_SHORTS = {"ja", "zh", "tw"}


@dataclass(frozen=True, slots=True)
class Case:
    """One body and the text that a reader sees in it."""

    name: str
    half: str
    kind: str
    body: bytes
    text: str
    http: str | None = None
    is_html: bool = True


def cases() -> Iterator[Case]:
    """Yield every case; the same ones in the same order at each call."""
    for half in HALVES:
        for path in sorted((HERE / half).glob("*.txt")):
            yield from _of_text(half, path)


def _of_text(half: str, path: Path) -> Iterator[Case]:
    language = path.stem
    lines = read_text(path)
    loose, labelled = (part.split() for part in SETS[language].split("|"))

    def case(
        kind: str, body: bytes, text: str, http: str | None = None, *, txt: bool = False
    ) -> Case:
        return Case(f"{half}/{language}: {kind}", half, kind, body, text, http, not txt)

    for name in (*loose, *labelled):
        kept = held(lines, name)
        codec = CODECS.get(name, name)
        for where in ("meta", "http"):
            source = html(kept, name if where == "meta" else None)
            http = name if where == "http" else None
            yield case(f"{name} labelled in {where}", source.encode(codec), source, http)
        if name not in loose:
            continue
        for label in (None, "iso-8859-1", "utf-8"):
            source = html(kept, label)
            yield case(f"{name} labelled {label}", source.encode(codec), source)
        source = html(kept, None)
        yield case(f"{name}, HTTP says iso-8859-1", source.encode(codec), source, "iso-8859-1")
        yield case(f"{name}, HTTP says utf-8", source.encode(codec), source, "utf-8")
        source = html(kept, name)
        yield case(f"{name}, HTTP says utf-8, meta is right", source.encode(codec), source, "utf-8")
        text = plain(kept)
        yield case(f"{name} as .txt", text.encode(codec), text, txt=True)
        if name in ("windows-1252", "windows-1251", "shift_jis", "euc-jp", "gb2312", "big5"):
            source = short(kept)
            yield case(f"{name} of three words", source.encode(codec), source)
    yield from (
        case(*one[:3], one[3] if len(one) > 3 else None) for one in broken_pages(lines, loose)
    )
