"""Whether a row right below the title, that nothing calls one, is the author's name or a subtitle.

"Pansy Proudfoot" is a name, "Dark Waters" is none. Nothing on the page says so: what tells is that
no word of a name is one of the story's, that names have no ending of a noun or a participle, and
that the header ends there, or goes on.
"""

from __future__ import annotations

import re

from storykeep.header import byline, disclaimer, numbers
from storykeep.header.lines import Line, label_of, words
from storykeep.header.scan import Scan
from storykeep.header.shape import is_title_shape, is_titlecase, marked
from storykeep.patterns import lazy
from storykeep.prose.pictures import is_centred

_LEAST = 150  # words of a story that must not have those of a name
_CLOSING = 40  # words of a line in the middle that the header goes on with
_DEEP = 4  # rows that may stand above a title at the top of a text file
_APART = 2  # blank rows between a header and its story
_SHORT = 5  # letters of a word that no ending was added to
_NOUNS = ("tion", "tions", "sion", "sions", "ness", "ment", "ments")
_BUILT = lazy(
    r"(?:ing|ings|tion|tions|sion|sions|ness|ment|ments|ity|ance|ence|ship|hood|ward|wards|less|"
    r"ful|ous|ive|able|ible|ly|ed|ese|ism)$"
)
# Words that begin titles of parts and of stories, and are seldom somebody's name.
_TITLE_WORDS = frozenset(
    """a an the of and or but if in on at to from with without for by as after before between beyond
    beneath behind under over against into through across around about among upon until since
    my your his her our their its this that these those all some any no not never always only just
    once again still yet when where why who what how then now here there another more most less
    first second third fourth fifth last final next previous original new old young ancient modern
    one two three four five six seven eight nine ten eleven twelve hundred thousand
    part chapter episode book volume act scene prologue epilogue interlude intermission prelude
    dark darkest light bright black white red blue green grey gray golden silver crimson scarlet
    purple broken fallen lost found forgotten hidden secret secrets silent sweet bitter bittersweet
    cold warm hot dead living little big great small long short lonely alone sad happy merry true
    false bad good evil holy sacred fatal mortal immortal eternal endless double half full perfect
    strange stranger wild free blind brave gentle quiet simple special human inner outer
    dawn dusk midnight morning afternoon evening night nights day days week month year years spring
    summer autumn fall winter christmas halloween valentine birthday new year's easter
    monday tuesday wednesday thursday friday saturday sunday
    love hate hope fear blood fire ice water rain snow storm wind sun moon star stars sky earth sea
    ocean river heaven hell angel angels demon demons devil dragon wolf ghost ghosts shadow shadows
    dream dreams nightmare nightmares memory memories heart hearts soul souls mind body eyes hand
    hands time home house back war peace death life truth lies fate destiny chaos fools family
    friends friend enemies brother brothers sister sisters mother father children man men woman
    women boy boys girl girls king queen prince princess knight lord lady
    fan fanfic fiction story stories tale tales lemon lime side songfic crossover special teaser
    preview""".split()  # noqa: SIM905  it reads as a list
)
_WORD = lazy(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def is_unsigned_name(scan: Scan, above: int, index: int) -> bool:
    """True where the line at *index*, below the title at *above*, can only be who wrote it."""
    name = scan.lines[index].bare
    if not 1 < len(name.split()) <= 3 or not byline.looks_like_name(name) or name.isupper():
        return False
    parts = _WORD.findall(name)
    if not parts or any(map(_is_common, parts)) or numbers.read_part(name):
        return False
    if len(parts[0]) > _SHORT and _BUILT.search(parts[0].lower()):
        return False
    if not _ends_header(scan, index) or not _is_alone(scan, index):
        return False
    return not _is_told_of(scan, above, index, parts[0])


def is_top_row(scan: Scan, index: int) -> bool:
    """True for the first row of a text file where it stands apart and can be a title."""
    line = scan.lines[index]
    if not line.wrapped or not line.first or index > scan.start + _DEEP:
        return False
    if any(not each.blank for each in scan.lines[scan.start : index]):
        return False
    bare = line.bare
    return is_title_shape(bare) and (bare.isupper() or is_titlecase(bare))


def _is_common(word: str) -> bool:
    low = word.lower()
    return low in _TITLE_WORDS or (len(low) > _SHORT and low.endswith(_NOUNS))


def _is_alone(scan: Scan, index: int) -> bool:
    """True for a whole paragraph, or the last row of one that the title opens."""
    below = scan.lines[index + 1] if index + 1 < scan.stop else None
    return below is None or below.blank or below.first or below.is_break


def _ends_header(scan: Scan, index: int) -> bool:
    """True where a rule, a gap, a label, a disclaimer or small words in the middle follow."""
    below = index + 1
    while below < scan.stop and scan.lines[below].blank:
        below += 1
    if below >= scan.stop:
        return False
    line = scan.lines[below]
    if line.wrapped and below - index - 1 >= _APART:
        return True
    return (
        line.is_break
        or label_of(line) is not None
        or marked(line) is not None
        or disclaimer.opens_with_disclaimer(line.bare, set_off=True)
        or _is_small(line)
    )


def _is_small(line: Line) -> bool:
    """True for a few words in the middle of the page, of which nobody says any."""
    few = words(line.text) <= _CLOSING and '"' not in line.text and "“" not in line.text
    return not line.wrapped and few and is_centred(line.element)


def _is_told_of(scan: Scan, above: int, index: int, first: str) -> bool:
    """True where the story, or its title, has the first word of a name, however it is written; and
    where it is too short to tell."""
    pattern = re.compile(rf"\b{re.escape(first)}\b", re.IGNORECASE)
    texts = [line.text for line in scan.lines[index + 1 : scan.stop]]
    if sum(map(words, texts)) < _LEAST:
        return True
    return any(map(pattern.search, (scan.lines[above].text, *texts)))
