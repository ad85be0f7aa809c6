"""The labels of fan fiction headers: which words before a colon name which field, in any spelling.

The misspellings and the separators are those counted in two early archives (FIELD.md A4). Nothing
here knows where on the page a line stands; head.py and tail.py do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from storykeep.header.vocabulary import KNOWN, LONG, MODIFIED, MODIFIERS, STATED, STATING, WEAK
from storykeep.patterns import has_one, lazy

# Long forms that a regular vocabulary cannot list: "standard boring legal crap", "copyright
# holders".
_LEGAL = lazy(
    r"legal(?:i[sz]?e|ese|ities|ity)?\b(?:[\s-]*(?:stuff|crap|junk|babbles?|shit|info(?:rmation)?|"
    r"mumbo[\s-]*jumbo|notices?|notes?|bits?|bs|b\.s\.|bull\w*|blurb|statement|thing(?:y|s)?|gunk|"
    r"drivel|nonsense|jargon|jive|mess|disclosures?|spiel|warning|rubbish|bollocks|garbage|speak))?"
    r"|(?:the\s+)?legal(?:ities|ese)|copyrights?(?:\s+(?:(?:and|&)\s+)?(?:stuff|holders?|notices?|info(?:rmation)?|"
    r"crap|statement|disclosure))?|ownership|legal\s+issues|the\s+usual(?:\s+(?:stuff|crap|drill))?"
    r"|proclaim|rechtliches|rechtlicher\s+hinweis|haftungsausschlu(?:ß|ss)|"
    r"descargo(?:\s+de\s+responsabilidad)?"
    r"|avis\s+de\s+non-responsabilité|renuncia|zastrzeżenie|prawa\s+autorskie|penafian|"
    r"ansvarsfraskrivelse|friskrivning|vastuun?vapau(?:s|tus)|免責事項|免责声明|"
    r"(?:please\s+)?(?:don't|do\s+not|dont|no)\s+su(?:e|ing)(?:\s+me)?|not\s+mine|"
    r"who\s+owns\s+(?:what|them)|disc|do\s+i\s+own\s+(?:it|them|this|any\s+of\s+(?:it|this))|"
    r"lawyer(?:s|ly)?'?\s+(?:stuff|speak|talk|bit|crap|repellent|bait)|"
    r"дисклеймер|отказ(?:\s+от\s+прав)?",
    re.IGNORECASE,
)
_MOOD = lazy(
    r"^(?:the\s+|my\s+)?(?:(?:usual|standard|boring|obligatory|annoying|tedious|required|mandatory|"
    r"short|basic|necessary|dull|quick|dreaded)\s+)?"
)
_DISCLAIM = lazy(r"\bd[a-z]{1,3}[clamier]{4,9}[rs]{0,2}\b", re.IGNORECASE)
# Words that make a clause of it: "we suppose that this needs a disclaimer, so:" is prose.
_SAYS = lazy(
    r"(?<![\w-])(?:we|i|you|he|she|they|should|needs?|suppose|guess|think|is|was|are)(?![\w-])"
)
_LEGAL_STUFF = lazy(r"\blegal (?:stuff|crap|junk|info|disclaimer|shit|babble)\b")
_CLEAN = lazy(r"^[\s*_~=\-\[\](){}<>#+|•·\"'“”.!]+|[\s*_~=\-\[\]{}<>#+|•·\"“”.!:]+$")
_SPACE = lazy(r"\s+")

_LABELLED = lazy(
    r"^(?P<open>[\s*_~=\[\](){}<>#+|•·\"“\-]*)"
    r"(?P<label>[^\s:：;,\n*_~=\[\]{}<>|\-][^:：;\n]{0,58}?)"
    r"(?P<sep>[\s*_~\]\"”]*(?:[:：]|\s[-–—]{1,3}(?=\s)|(?<=\w)(?:[-–—]{2}|[-–—](?=\s))|"
    r"(?i:(?<=disclaimer)(?:[-–—;]|\s?>{1,3}))|"
    r"\.{4,40}(?=\s)|[.!?]{1,3}(?=\s|$)|\s=(?=\s)|~(?=\s))[\s*_~\])>]*|[\s*_~\])>:]*$)"
    r"(?P<value>.*)$",
    re.DOTALL,
)


_BARE = lazy(r"[\s*_]{0,40}(?P<label>[aA]/[nN])\s+(?!and\b)(?=[A-Za-z][\w'’]*\s+[\w'’\"])")
_TAGGED = lazy(r"^\s{0,80}\[(?P<label>[^\[\]:]{2,40})\]\s{1,80}(?=\S)")
_STARRED = lazy(
    r"(?P<signs>\*{2,4}|_{2,4}|~{1,4}|={2,4}|:{2,4})(?P<label>[A-Z][A-Za-z/' "
    r"]{3,30})(?P=signs)\s+(?=\S)"
)
# "-------Disclaimer-------": a label between two rules.
_BETWEEN_RULES = lazy(
    r"[-=_~*#+]{4,80}\s*(?P<label>[A-Za-z][A-Za-z'’/& .:!-]{2,40}?)\s*[-=_~*#+]{4,80}\s*$"
)
# "__Warnings__ were not given.": a sentence, of which one word is set off.
_PREDICATE = lazy(r"(?:is|are|was|were|has|have|had|will|would|can|could|do|does|did|may|might)\b")
_RULED = frozenset({"--", "==", "__", "~~", "**", "##", "++"})
_SIGNED = frozenset({"**", "__", "~~", "==", "::", *(f"~{letter}" for letter in "ADPRSTW")})
_LED_TO = 12  # words
_NICKNAME = lazy(r":\s+(?P<signs>[*~=_-]{2,3})$")
_SET_OFF = lazy(r"\s[-=]|\w--")
# Labels that go on behind their word: "Smash Hit Disclaimer of 1938!" is one.
_DISCLAIMING = lazy(
    r"\W*(?P<label>(?:[A-Z][\w'’-]*\s+){0,4}(?:Disclaimers?|DISCLAIMERS?)"
    r"(?:\s+of\s+\w+[!.]?|\s*\([^()\n]{2,40}\)|[!.]))\s*:+\s+(?=\S)"
)
# "Author's Note –this is new": a dash with a blank on one side alone parts what nobody else says.
_NOTE_DASHED = lazy(
    r"[\s*_]{0,9}(?P<label>[Aa]uthor[’']?s?[’']? [Nn]otes?(?=\s*[-–—]{1,3}\w)|"
    r"(?:Notes?|NOTES?)(?=[-–—]\s\S))"
    r"\s*[-–—]{1,3}\s*"
)
_A_NOTE_DASHED = frozenset({"Note", "NOTE"})
_REMARKED = lazy(
    r"[\s*_~=\[<>#+|•·\"“\-]{0,40}(?P<label>[^\W\d_][\w'’/& .-]{1,40}?)\s*"
    r"(?P<remark>\([^()\n]{3,90}\))[\s*_~]{0,9}:[\s*_~]{0,9}(?=\s|\w|$)"
)
_DIS = lazy(r"dis\w")
# Five words with nothing between them that can part a label from its value: only a colon could
# still make a label of them.
_RUNS_ON = lazy(r"\s?[\"“]?(?:[^\W_][\w'’]*[,?\"”]*\s+){5}")


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line: its field, the words as typed, and where the value begins."""

    name: str
    typed: str
    start: int  # of the value in the line
    value: str
    colon: bool  # set off by a colon, not by a dash, a dot or its own line
    weak: bool  # a narrator might begin a line so, too
    line: str = ""  # all that was typed: what a label that stands alone says

    @property
    def long(self) -> bool:
        """True where the value may go on in the next paragraphs."""
        return self.name in LONG


def fold(words: str) -> str:
    """Return *words* as the vocabulary spells them: lower case, plain quotes, no ornament."""
    words = _SPACE.sub(" ", words.replace("’", "'").replace("`", "'").replace("´", "'")).strip()
    words = words.replace("orís", "or's")  # a curly quote that a Macintosh wrote or read
    bare = _CLEAN.sub("", words)
    # "Pairing(s" lost its bracket to the ornament rule; the vocabulary has it.
    return (bare + ")" if bare.count("(") > bare.count(")") else bare).lower()


@lru_cache(maxsize=4096)
def field_of(words: str) -> str | None:
    """Return the field that *words* name as a label, else None.

    >>> field_of("Legal stuff"), field_of("DISCLAMER"), field_of("Fenix")
    ('disclaimer', 'disclaimer', None)
    """
    folded = fold(words)
    if not folded or len(folded) > 60:
        return None
    if found := KNOWN.get(folded):
        return found
    if is_disclaimer(folded):
        return "disclaimer"
    return _composite(folded) or _misspelt(folded)


def is_disclaimer(folded: str) -> bool:
    """True where a folded label says "disclaimer", in any spelling or legal paraphrase."""
    # A clause is told apart last: few labels come so far.
    return folded.count(" ") < 8 and _names_law(folded) and _SAYS.search(folded) is None


def _names_law(folded: str) -> bool:
    folded = folded.replace("dis-c", "disc")
    mood = _MOOD.match(folded)
    if _LEGAL.fullmatch(folded) or (mood and _LEGAL.fullmatch(folded, mood.end())):
        return True
    for match in _DISCLAIM.finditer(folded):
        word = match.group().rstrip("s")
        if SequenceMatcher(None, word, "disclaimer").ratio() >= 0.8:
            return True
    return "legal " in folded and _LEGAL_STUFF.search(folded) is not None


# Long, common labels that no name and no usual word comes near.
_OFTEN_MISSPELT = (
    "summary",
    "warning",
    "warnings",
    "pairing",
    "pairings",
    "category",
    "spoilers",
    "feedback",
    "rating",
    "synopsis",
    "dedication",
    "classification",
    "summery",
    "pseudonym",
)


def _misspelt(folded: str) -> str | None:
    if not 6 <= len(folded) <= 16 or " " in folded:
        return None
    for word in _OFTEN_MISSPELT:
        if word[0] == folded[0] and SequenceMatcher(None, folded, word).ratio() >= 0.85:
            return KNOWN[word]
    return None


_NOTED = ("note", "after", "rambl", "author", "writer")
_A_NOTE = lazy(r"\S\s+notes?\b|\bnotes? (?:on|about|regarding)\b")
# "Another author's note from Jo", "author's end note", "AN2", "Kay's afterthoughts", "note on
# names".
_NOTES = (
    # "Authhor's inane ramblings", "author's foreword", "writer's rant"
    lazy(
        r"(?:an?\s+|the\s+|more\s+|some\s+|yet\s+another\s+)?(?:auth+(?:ou|o|e)rs?'?s?'?|writer'?s?'?)\s+"
        r"(?:[\w'’-]+\s+){0,2}(?:notes?|ramblings?|fo?r?e?wo?a?rds?|rants?|ranting|pleas?|babbl\w+|"
        r"blabber\w*|words?|intro(?:duction)?|message|blab|blurb|remarks?|thoughts?|two\s+cents|"
        r"apolog(?:y|ies)|gripes?|spiel|chatter|commentary)"
    ),
    lazy(r"(?:an?\s+)?(?:notes?|message|words?)\s+from\s+(?:the|your)\s+(?:author|writer)s?"),
    lazy(
        r"(?:[\w'’-]+ ){0,3}author'?s?'? (?:(?:end|ending|closing|final|chapter|post|pre)[ -]?)?"
        r"notes?(?: \d+| from [\w .]+)?"
    ),
    lazy(r"(?:a/n|notes?|author'?s? notes?) ?(?:\(.{0,30}\)|#?\d+)|an[ /]?#?\d|a/n ?/ ?\d"),
    lazy(r"(?:[\w.-]+ ){0,2}[\w.-]+'s? (?:(?:end )?notes?|after ?thoughts?|ramblings?)"),
    lazy(
        r"(?:the |a |one )?(?:very |really )?(?:admin|special|quick|side|short|small|brief|"
        r"important|final|last|another|opening|closing|ending|editor|archivist|translation|"
        r"cultural|historical) notes?"
        r"(?: (?:on|about|regarding) .{1,40})?"
    ),
    lazy(r"notes? (?:on|about|regarding) .{1,40}"),
)


_JOINT = lazy(r"\s*(?:/|&|\+|,|\band\b)\s*")
_WRITE_TO = lazy(
    r"(?:(?:e-?mail|feedback|comments?|questions?)(?:, | and | & |/| or )?)+ (?:to|at)"
)


def _composite(folded: str) -> str | None:
    """Read "author's note and summary", "rating & pairing", "yet another author's note"."""
    pieces = [piece.strip() for piece in _JOINT.split(folded)]
    if len(pieces) > 1 and all(pieces):
        names = [KNOWN.get(piece) or _misspelt(piece) for piece in pieces]
        if all(names) and any(piece in KNOWN for piece in pieces):
            return names[0]
    modifier, _, rest = folded.partition(" ")
    if modifier in MODIFIERS and rest in MODIFIED:
        return KNOWN[rest]
    stated, _, last = folded.rpartition(" ")
    if last in STATING and stated in STATED:
        return KNOWN[stated]
    if (has_one(folded, _NOTED) or folded[:1] == "a") and any(
        pattern.fullmatch(folded) for pattern in _NOTES
    ):
        return "notes"
    return "feedback" if _WRITE_TO.fullmatch(folded) else None


def read_marked(text: str, value: str) -> Label | None:
    """Return the label that *text* is by its markup (a term, a bold line, a table's first cell)."""
    name = field_of(text)
    if name is None or len(text) > 60:
        return None
    typed = _ornament_off(text.strip()).rstrip(" :")
    return Label(name, typed, 0, value.strip(), True, fold(text) in WEAK, text.strip())


def read_label(text: str) -> Label | None:
    """Return the label that opens *text*, a line of a page; None where there is none.

    A colon is enough for every known label. A dash, a dot or a label that stands alone is taken
    only for the unmistakable ones, for a sentence may begin with any of the others.
    """
    return known_label(text) if may_open(text) else None


@lru_cache(maxsize=512)
def known_label(text: str) -> Label | None:
    """Return what `read_label` does, for a text of which `may_open` is known to be true."""
    if bare := _BARE.match(text[:400]):
        # Nothing else begins so, with or without a colon.
        value = text[bare.end() :].strip()
        return Label("notes", bare["label"], bare.end(), value, False, False, text.strip())
    if "isclaimer" in text[:66].lower() and (said := _DISCLAIMING.match(text[:400])):
        value = text[said.end() :].strip()
        typed = said["label"].strip()
        return Label("disclaimer", typed, said.end(), value, True, False, text.strip())
    if dashed := _NOTE_DASHED.match(text):
        value = text[dashed.end() :].strip()
        return Label("notes", dashed["label"], dashed.end(), value, False, False, text.strip())
    if "(" in text[:66] and (remarked := _REMARKED.match(text[:400])):
        return _remarked(text, remarked)
    if text[:2] in _SIGNED and _STARRED.match(text):
        return _tagged(text)
    if text[:2] in _RULED and (ruled := _BETWEEN_RULES.match(text)):
        return _ruled(text, ruled)
    matched = _LABELLED.match(text[:400])
    if matched is None or (matched["open"].strip() == "[" and not matched["sep"].strip(" ]")):
        return _tagged(text)
    typed = matched["label"].strip()
    name = field_of(typed)
    if name is None:  # "[Disclaimer] They are not mine."
        return _tagged(text) if text[:1] == "[" else None
    colon = ":" in matched["sep"] or "：" in matched["sep"]
    start = matched.start("value")
    if name == "author" and (ornaments := _NICKNAME.search(text[:start])):
        start = ornaments.start("signs")  # "by: *~Lisette~*": they are hers
    value = text[start:].strip()
    if matched["open"].strip() == "[" and value.endswith("]") and "[" not in value:
        value = value[:-1].rstrip()  # the whole line is in brackets
    if "(" in matched["open"] and value.endswith(")") and value.count("(") < value.count(")"):
        value = value[:-1].rstrip()
    folded = fold(typed)
    weak = folded in WEAK
    if not colon and not _stands_without_colon(name, folded, matched["sep"], value):
        return None
    return Label(name, _ornament_off(typed), start, value, colon, weak, text.strip())


def _ruled(text: str, matched: re.Match[str]) -> Label | None:
    """Return the label of "-------Disclaimer-------", the heading of what follows."""
    typed = matched["label"].strip(" .:!")
    name = field_of(typed)
    if name is None or name not in LONG:
        return None
    return Label(name, typed, len(text), "", False, False, text.strip())


def _remarked(text: str, matched: re.Match[str]) -> Label | None:
    """Return the label of "Warnings (read these, please!): slash": what stands in the brackets is
    said to the readers, and names no field."""
    typed = matched["label"].strip()
    name = field_of(f"{typed} {matched['remark']}") or field_of(typed)
    if name is None:
        return None
    value = text[matched.end() :].strip()
    typed = _ornament_off(f"{typed} {matched['remark']}")
    return Label(
        name, typed, matched.end(), value, True, fold(matched["label"]) in WEAK, text.strip()
    )


def _tagged(text: str) -> Label | None:
    """Return the label of "[disclaimer] not mine [/disclaimer]", "***SPOILERS*** all"."""
    matched = _TAGGED.match(text) or _STARRED.match(text)
    name = field_of(matched["label"]) if matched is not None else None
    if matched is None or name is None:
        return None
    folded = fold(matched["label"])
    if text[:1] == "~" and folded not in KNOWN and _misspelt(folded) is not None:
        return None  # "~Summer~" is no summary
    value = text[matched.end() :].strip()
    weak = folded in WEAK
    if weak and _PREDICATE.match(value):
        return None
    if value.endswith("]") and (closing := value.rfind("[/")) >= 0:
        value = value[:closing].rstrip()
    return Label(name, matched["label"].strip(), matched.end(), value, False, weak, text.strip())


def may_open(text: str) -> bool:
    """False for most lines of prose, at a fraction of what the careful pattern costs."""
    # Finding a text is ten times faster than a pattern.
    beginning = text[:66]
    if ":" in beginning or "：" in beginning:
        return True
    if "(" in beginning and "):" in text[:140]:
        return True
    if "[" in beginning and beginning.lstrip()[:1] == "[":
        return True
    if beginning[:2] in _SIGNED and _STARRED.match(beginning):
        return True
    if beginning[:2] in _RULED and _BETWEEN_RULES.match(text):
        return True
    if len(text) <= 60:
        return len(text.split(None, 5)) < 5 or not _runs_on(text)
    # A dash, or a sign that serves as one, may part a label from its value.
    if "–" in beginning or "—" in beginning or "~" in beginning:
        return not _runs_on(text)
    if ("-" in beginning or "=" in beginning) and (
        " -" in beginning
        or beginning[:4] in _A_NOTE_DASHED
        or _SET_OFF.search(beginning) is not None
    ):
        return not _runs_on(text)
    # There may be a label that needs no colon. A loop over the words takes three times as long.
    low = beginning.lower()
    return (
        "author" in low or "legal" in low or "a/n" in low or "a.n" in low or "copyright" in low
        or "ownership" in low or "the usual" in low
        or ("dis" in low and _DIS.search(low) is not None)
    ) and not _runs_on(text)  # fmt: skip


def _runs_on(text: str) -> bool:
    """True where nothing parts the first words of *text* from the next ones."""
    beginning = text[:400]
    return ":" not in beginning and "：" not in beginning and _RUNS_ON.match(text) is not None


def in_row(label: Label | None, *, first: bool, wrapped: bool) -> Label | None:
    """Return the *label* that opens a row; in the middle of a hard-wrapped paragraph only a plain
    one.

    Any word of a sentence can come to stand at the beginning of a row.
    """
    if label is None or first or not wrapped:
        return label
    return (
        label
        if (label.colon and label.typed[:1].isupper() and len(label.typed.split()) <= 4)
        or label.typed in {"Disclaimer", "DISCLAIMER"}
        or (label.line[:1] in "[~" and label.typed[:1].isupper())
        else None
    )


def _stands_without_colon(name: str, folded: str, separator: str, value: str) -> bool:
    if "?" in separator and (name != "disclaimer" or len(folded.split()) > 1 or not value):
        return False
    if len(folded.split()) > 4 or any(mark in folded for mark in "?,;"):
        return False
    if folded in {
        "a/n",
        "a.n.",
        "author's note",
        "author's notes",
        "authors note",
        "authors notes",
    }:
        return True
    if folded == "disc":
        return False
    if name == "disclaimer":
        # "Disclaimer. I own nothing", but not "The usual."
        return bool(value) or "disclaim" in folded or folded.startswith("legal ")
    if (
        not value
        and separator.strip() == ""
        and folded not in KNOWN
        and _NOTES[0].fullmatch(folded)
    ):
        return "note" in folded or folded.startswith(("auth", "writer"))
    if folded not in KNOWN and "author" not in folded and _A_NOTE.search(folded):
        return False  # "Anna's notes": a heading in the story, until a colon says otherwise
    dashed = bool(re.search(r"[-–—~=]", separator))
    if "...." in separator and value:  # dots lead from the labels to a column of values
        return folded not in WEAK and len(value.split()) <= _LED_TO
    if dashed and value:
        return folded not in WEAK and name not in {"author", "to", "dedication", "website"}
    return (
        not value
        and not separator.strip()
        and name in {"notes", "summary", "warning"}
        and (folded not in WEAK or folded in {"notes", "summary"})
    )


def _ornament_off(typed: str) -> str:
    return _ORNAMENT.sub("", typed)


_ORNAMENT = lazy(r"^[\s*_~=\-\[\](){}<>#+|•·\"“”]+|[\s*_~=\-\[\]{}<>#+|•·\"“”]+$")
