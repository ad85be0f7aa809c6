"""The ledger of one page: each line in one bin, each value with how it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from storykeep.header import byline, claims, dates, disclaimer, noted, numbers, rights
from storykeep.header.labels import Label, field_of
from storykeep.header.lines import Line, size_of
from storykeep.header.values import Status, items_of, language_code, read_status
from storykeep.model import (
    Author,
    Date,
    Disclaimer,
    DisclaimerPlace,
    Evidence,
    Method,
    Note,
    Series,
    Tag,
)
from storykeep.patterns import lazy

Bin = Literal["", "prose", "field", "note", "disclaimer", "chrome"]
Place = Literal["head", "tail"]

_WARNED = 8  # words below a story that still name what it has in it
_LONGEST_TITLE = 30  # words
_DATED = 120  # lines at the top of a page among which dates are looked at
_NOTE_KINDS = {
    "notes": "note",
    "dedication": "dedication",
    "credits": "credits",
    "feedback": "feedback",
    "permission": "permission",
    "rights": "rights",
    "music": "music",
    "setting": "setting",
}
_DISCLAIMS_TOO = frozenset({"rights", "credits", "permission", "dedication", "other"})
_TAG_KINDS = frozenset(
    {
        "rating",
        "pairing",
        "fandom",
        "category",
        "genre",
        "character",
        "keyword",
        "spoiler",
        "warning",
    }
)


@dataclass
class Draft:
    """What is known of a page so far. `lines` and `bins` run in parallel."""

    lines: Sequence[Line]
    bins: list[Bin] = field(default_factory=list)
    sizes: Sequence[int] = ()  # about how many words each line has
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    authors: tuple[Author, ...] = ()
    disclaimers: list[Disclaimer] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    summary: str | None = None
    series: Series | None = None
    published: Date | None = None
    updated: Date | None = None
    status: Status | None = None
    language: str | None = None
    words_stated: int | None = None
    chapter_title: str | None = None
    position: int | None = None
    of: int | None = None
    email: str | None = None
    played: bool = False  # "Author:" is a part in a scene above the story
    sender: str | None = None  # who posted the story for its author
    cut_breaks: list[str] = field(
        default_factory=list
    )  # symbols of breaks that stood beside another
    site_breaks: frozenset[str] = frozenset()  # lines that a profile says are scene breaks, folded
    label_place: DisclaimerPlace = (
        "header"  # "field" where the site keeps labels in boxes of its own
    )

    def __post_init__(self) -> None:
        """Start with every line in no bin."""
        if not self.bins:
            self.bins = [""] * len(self.lines)
        if not self.sizes:
            self.sizes = [size_of(line) for line in self.lines]

    @cached_property
    def day_first(self) -> bool | None:
        """How the page orders days and months, as far as the short lines at its top tell."""
        # Few pages have a date that asks for it.
        top = self.lines[:_DATED]
        return dates.day_comes_first([line.text for line in top if len(line.text) < 200])

    def put(self, index: int, bin_: Bin) -> None:
        """Put one line in a bin; a line that shows nothing needs none."""
        if not self.lines[index].blank:
            self.bins[index] = bin_

    def found(
        self,
        name: str,
        value: str | None,
        method: Method,
        raw: str = "",
        *,
        place: str = "head",
        confidence: float = 1.0,
        reason: str = "",
    ) -> None:
        """Record a candidate for a field; the first one recorded is the winner unless sorted
        later."""
        self.evidence.setdefault(name, []).append(
            Evidence(value, method, raw or value or "", place, confidence, reason)
        )

    # ------------------------------------------------------------ values

    def add_authors(
        self,
        names: tuple[str, ...],
        method: Method,
        raw: str,
        *,
        url: str | None = None,
        place: str = "head",
        confidence: float = 0.9,
    ) -> None:
        """Take by-line names; the first source to name anybody wins, later ones stay as
        evidence."""
        if not names:
            return
        if method in {"byline", "label"} and place == "head" and self.sent_only():
            # A list's poster is often not the author: who is named above the story is.
            if [author.name for author in self.authors] != list(names):
                self._send_away()
                self.authors = byline.authors(names, url)
            raw_names = ", ".join(names)
            self.evidence["authors"].insert(
                0, Evidence(raw_names, method, raw, place, confidence, "named above the story")
            )
            return
        self.found("authors", ", ".join(names), method, raw, place=place, confidence=confidence)
        if not self.authors:
            self.authors = byline.authors(names, url)
        elif url and self.authors[0].url is None and self.authors[0].name == names[0]:
            self.authors = (Author(names[0], url), *self.authors[1:])

    def sent_only(self) -> bool:
        """True where nobody but the sender of a mail is known as the author."""
        known = self.evidence.get("authors", [])
        return bool(self.authors) and all(item.method == "mail_header" for item in known)

    def _posted_for(self, names: tuple[str, ...], raw: str) -> None:
        """Take whom a mail's subject names before its sender, and after any by-line below."""
        if self.authors and not self.sent_only():
            return
        if self.authors:
            self._send_away()
        self.authors = byline.authors(names, None)
        said = Evidence(", ".join(names), "mail_header", raw, "head", 0.7, "named in the subject")
        self.evidence.setdefault("authors", []).insert(0, said)

    def _send_away(self) -> None:
        """Forget the sender as author: an address under another name is not the author's."""
        address = (self.authors[0].url or "").removeprefix("mailto:")
        if address.split("@")[0] != self.authors[0].name:
            self.sender = address
        if self.email == address:
            self.email = None

    def add_email(self, address: str, raw: str, *, place: str = "head") -> None:
        """Keep the page's e-mail address; settle() gives it to a lone author without one."""
        self.found("email", address, "label", raw, place=place)
        self.email = self.email or address

    def add_disclaimer(
        self,
        text: str,
        label: str | None,
        place: DisclaimerPlace,
        raw: str,
        *,
        method: Method = "label",
    ) -> None:
        """List a disclaimer with its scope and rights holders, once."""
        text = _without_rules(text)
        if not text or any(known.text == text for known in self.disclaimers):
            self.found("fields", text or None, method, raw, place=place, reason="nothing new")
            return
        self.disclaimers.append(
            Disclaimer(
                text,
                label,
                place,
                "site" if place == "template" else rights.scope_of(text),
                rights.rights_holders(text),
            )
        )
        self.found("disclaimers", text, method, raw, place=place)

    def extend_disclaimer(self, text: str) -> None:
        """Add a further paragraph to the last disclaimer."""
        last = self.disclaimers.pop()
        spot = "tail" if last.place == "tail" else last.place
        self.add_disclaimer(f"{last.text}\n\n{text}", last.label, spot, text, method="position")

    def add_note(self, text: str, label: str | None, place: Place, *, kind: str = "note") -> None:
        """Keep a note, and list the disclaiming sentences inside it as a disclaimer too."""
        text = _without_rules(text)
        if not text:
            return
        self.notes.append(Note(text, place, label, kind))
        if kind in _DISCLAIMS_TOO:
            self._list_inside(text, label, place)
        if kind != "note":
            return
        if place == "head" and (told := claims.read_announced(text)) is not None:
            self.found("title", told[0], "position", text, place="note", confidence=0.6)
            self.add_authors(told[1], "byline", text, place="note", confidence=0.7)
        labelled = ":" in text or "isclaimer" in text or "ISCLAIMER" in text
        for found in _INNER_LABEL.finditer(text) if labelled else ():
            if _SAYS_SO.search(found["label"]) or field_of(found["label"]) == "disclaimer":
                spot: DisclaimerPlace = "tail" if place == "tail" else "note"
                value = disclaimer.without_request(found["value"])
                self.add_disclaimer(value, found["label"].strip(), spot, text)
                return
        inside = disclaimer.sentences(text)
        if inside is None or self._is_own_claim(inside):
            return
        whole = disclaimer.opens_with_disclaimer(text) and len(inside) >= 0.85 * len(text)
        typed = label is None or _TYPED_BY_AUTHOR.fullmatch(label) is not None
        spot = "tail" if place == "tail" else "first_paragraph" if whole and typed else "note"
        self.add_disclaimer(inside, label if whole else None, spot, text, method="inferred")

    def _list_inside(self, text: str, label: str | None, place: Place) -> None:
        """List what a claim of rights, or a thank-you, says of those whom the rest belongs to."""
        inside = disclaimer.sentences(text)
        if inside is None or self._is_own_claim(inside) or disclaimer.claims_own_rights(inside):
            return
        if disclaimer.disowns(inside) or noted.disowns(inside) or rights.rights_holders(inside):
            spot: DisclaimerPlace = self.label_place if label else "note"
            spot = "tail" if place == "tail" else spot
            whole = label if len(inside) >= 0.85 * len(text) else None
            self.add_disclaimer(inside, whole, spot, text, method="inferred")

    def _is_own_claim(self, text: str) -> bool:
        """True where *text* gives all rights to the page's own authors."""
        known = {author.name.lower() for author in self.authors}
        holders = rights.rights_holders(text) if known else ()
        claims = bool(holders) and all(name.lower() in known for name in holders)
        return claims and not disclaimer.disowns(text)

    def add_tag(self, kind: str, value: str) -> None:
        """Add a tag once."""
        value = value.strip(" \t;,*_")
        if not _INITIAL.search(value):  # "Harry P."
            value = value.strip(" .")
        tag = Tag(kind, value)
        if value and tag not in self.tags:
            self.tags.append(tag)

    def add_field(self, typed: str, value: str) -> None:
        """Keep a label that no field of the record has, as typed; a repeated one gets both
        texts."""
        if typed in self.fields and self.fields[typed] != value:
            value = f"{self.fields[typed]}\n{value}"
        self.fields[typed] = value

    # ------------------------------------------------------------ labels

    def take(self, label: Label, value: str, place: Place, *, url: str | None = None) -> Bin:
        """Take a label with its whole value; return the bin that its lines belong in."""
        value = value.strip()
        name = label.name
        raw = f"{label.typed}: {value}"
        if name == "disclaimer":
            return self._take_disclaimer(label, value, place, raw)
        if name in _NOTE_KINDS:
            kind = _NOTE_KINDS[name]
            self.found("notes", value, "label", raw, place=place)
            self.add_note(value, label.typed, place, kind=kind)
            if name == "feedback" and (address := next(iter(byline.emails(value)), None)):
                self.email = self.email or address
            return "note"
        # A value that no field can hold is still on the page, and so in the evidence.
        self.found("fields", value or None, "label", raw, place=place)
        if not value:
            return "field"
        if name == "title" and len(value.split()) > _LONGEST_TITLE:  # "Story: It begins with ..."
            self.add_note(value, label.typed, place)
            return "note"
        if name == "warning" and len(value.split()) > (_WARNED if place == "tail" else 40):
            self.add_note(value, label.typed, place)
            return "note"
        if name == "subject" and (titled := byline.read_posted_for(value)) is not None:
            # Who posts a story for another says so here: "The Lamp (1/3) by Ada Moss".
            self.found("title", titled[0], "mail_header", raw, place=place)
            self._posted_for(titled[1], raw)
        if name not in {"author", "from"}:
            method: Method = "mail_header" if name == "subject" else "label"
            self.found(_EVIDENCE_NAME.get(name, name), value, method, raw, place=place)
        if name in _TAG_KINDS:
            about = "disclaim" in value.lower() or (name == "warning" and disclaimer.asserts(value))
            if about and (said := disclaimer.sentences(value)):
                # Behind "Spoilers: none." may stand that the standard disclaimers apply.
                spot: DisclaimerPlace = "tail" if place == "tail" else self.label_place
                self.add_disclaimer(said, None, spot, raw, method="inferred")
            for item in items_of(name, value):
                self.add_tag(name, item)
        else:
            self._take_value(name, label.typed, value, raw, place, url)
        return "field"

    def _take_disclaimer(self, label: Label, value: str, place: Place, raw: str) -> Bin:
        value = value.removeprefix(":").lstrip()  # "Disclaimer:: not mine"
        copyright_label = label.typed.lower().startswith(("copyright", "ownership", "©"))
        if copyright_label and (
            disclaimer.claims_own_rights(value)
            or (not disclaimer.asserts(value) and disclaimer.is_own_claim(value))
        ):
            self.add_note(value, label.typed, place, kind="rights")
            return "note"
        spot: DisclaimerPlace = "tail" if place == "tail" else self.label_place
        if (
            _WHOLE.search(label.typed)
            and (not value or not label.colon or _APPLIES.search(label.typed))
            and label.line
        ):
            # "Standard disclaimers apply." is all that is said: no label, the words as typed.
            before = label.line[: label.start].rstrip()
            said = f"{before} {value}" if value and before else label.line
            self.add_disclaimer(said.strip("*_~= "), None, spot, label.line)
        else:
            self.add_disclaimer(value, label.typed, spot, raw)
        if "dedicat" in label.typed.lower() or (
            "author" in label.typed.lower() and "note" in label.typed.lower()
        ):
            self.notes.append(
                Note(
                    value,
                    place,
                    label.typed,
                    "dedication" if "dedicat" in label.typed.lower() else "note",
                )
            )
        return "disclaimer"

    def _take_value(
        self, name: str, typed: str, value: str, raw: str, place: Place, url: str | None
    ) -> None:
        if name in {"author", "from"}:
            self._take_author(name, value, raw, place, url)
        elif name == "email":
            for address in byline.emails(value) or (
                [url.removeprefix("mailto:")] if url and url.startswith("mailto:") else []
            ):
                self.email = self.email or address
            self.add_field(typed, value)
        elif name == "summary":
            self.summary = self.summary or value
            said = disclaimer.sentences(value) if _IN_PERSON.search(value) else None
            if said and _IN_PERSON.search(said):
                self.add_disclaimer(said, None, self.label_place, raw, method="inferred")
        elif name in {"published", "updated"}:
            self._take_date(name, typed, value)
        elif name == "series":
            self._take_series(value)
        elif name in {"part", "chapter", "chapters"}:
            self._take_part(name, typed, value)
        elif name == "status":
            self.status = self.status or read_status(f"{typed} {value}")
            self.add_field(typed, value)
        elif name == "words":
            self._take_words(typed, value)
        elif name == "language":
            self.language = self.language or language_code(value)
            self.add_field(typed, value)
        elif name not in {"title", "subject"}:
            self.add_field(typed, value)

    def _take_author(self, name: str, value: str, raw: str, place: Place, url: str | None) -> None:
        if name == "from":
            sender, address = byline.read_sender(value)
            if not value.strip() or not sender:
                return
            self.add_authors(
                (sender,),
                "mail_header",
                raw,
                place=place,
                confidence=0.6,
                url=f"mailto:{address}" if address else None,
            )
            if address:
                self.email = self.email or address
            return
        addresses, names = byline.emails(value), byline.split_names(value)
        self.played = self.played or byline.is_spoken(value)
        if self.played or not all(byline.plausible(each, linked=True) for each in names):
            return  # "Author: Okay, Jo, just read the card.", a cue of a scene before the story
        self.add_authors(
            names,
            "label",
            raw,
            place=place,
            confidence=0.95,
            url=url or (f"mailto:{addresses[0]}" if addresses else None),
        )

    def _take_date(self, name: str, typed: str, value: str) -> None:
        date = dates.read_date(value, day_first=self.day_first)
        if date is None:
            self.add_field(typed, value)
        elif name == "updated":
            self.updated = self.updated or date
        elif self.published is None:
            self.published = date
        elif self.published != date:
            self.add_field(typed, value)

    def take_sequel(self, followed: str, raw: str) -> None:
        """Take the story that this one follows, as a label "Sequel to" names it."""
        self.found("series", followed, "position", raw, confidence=0.8)
        self._take_series(followed)

    def _take_series(self, value: str) -> None:
        part = numbers.read_part(value)
        name = numbers.strip_part(value) if part else value
        if self.series is None:
            self.series = Series(
                name or None, part.number if part else None, part.of if part else None
            )
        if part and part.word in {"part", "pt", "chapter", "chap", "ch"} and self.position is None:
            self.position, self.of = part.number, part.of

    def _take_part(self, name: str, typed: str, value: str) -> None:
        part = numbers.read_part(value if name == "chapters" else f"{name} {value}")
        counted = numbers.read_part(value)
        if part is None:
            if name == "chapter":
                self.chapter_title = self.chapter_title or value
            else:
                self.add_field(typed, value)
            return
        if name == "chapters":
            self.add_field(typed, value)
            return
        self.position = self.position or part.number
        self.of = self.of or part.of or (counted.of if counted else None)
        if part.rest and len(part.rest.split()) <= 15:
            self.chapter_title = self.chapter_title or part.rest

    def _take_words(self, typed: str, value: str) -> None:
        digits = value.replace(",", "").replace(".", "").split()
        count = next((int(word) for word in digits if word.isdecimal()), None)
        if count is not None and "k" not in value.lower() and "page" not in value.lower():
            self.words_stated = self.words_stated or count
        self.add_field(typed, value)


# What authors type above a text; a site's own boxes spell it out ("Author's Chapter Notes").
_TYPED_BY_AUTHOR = lazy(r"A\W{0,2}N|AN", re.IGNORECASE)
# "For Jo. Disclaimer: not mine": a sentence of a note that is labelled itself.
# Where the author speaks in a summary: nobody of a story says there what they do not own.
_IN_PERSON = lazy(r"\bI\s+(?:(?:still\s+)?(?:don['’]t|do\s+not)\s+own|claim\s+no|own\s+no)")
_INNER_LABEL = lazy(
    r"(?:^|(?<=[.!?)])\s+|\n+)"
    r"(?P<label>[A-Z][^.:!?\n]{3,40}(?=:)|(?:Disclaimer|DISCLAIMER)[sS]?(?=\s?[-–—]\s))"
    r"(?::\s+|\s?[-–—]\s+)(?P<value>\S[^\n]*)"
)
_SAYS_SO = lazy(
    r"\b(?:hear|here(?:'s|\s+is|\s+comes))\s+(?:\w+\s+){0,2}disclaimers?$", re.IGNORECASE
)
_INITIAL = lazy(r"\b\w\.$")
_APPLIES = lazy(r"\bappl(?:y|ies)\b", re.IGNORECASE)
_WHOLE = lazy(
    r"\b(?:appl(?:y|ies)|usual|standard|see|same|in (?:the )?(?:\w+ )?(?:part|chapter|prologue))\b",
    re.IGNORECASE,
)
_EVIDENCE_NAME = {
    "rating": "tags",
    "pairing": "tags",
    "fandom": "tags",
    "category": "tags",
    "genre": "tags",
    "character": "tags",
    "keyword": "tags",
    "spoiler": "tags",
    "warning": "tags",
    "words": "words_stated",
    "subject": "title",
}
# A rule that the author drew right beside the words: "-------------- I own nothing. ------".
_RULE = lazy(r"[-=_~]{5,}")
_RULES = lazy(r"^(?:[-=_~]{5,}\s*)+(?=[^\s=_~-])|(?:\s+[-=_~]{5,}|[-=_~]{9,})+$")


def _without_rules(text: str) -> str:
    """Return *text* without a rule drawn at its beginning or end; one that is drawn around its
    first words, "~~~~~~~ notes ~~~~~~~ ...", stays."""
    text = text.strip()
    if text[-3:] == "***" and text[:1] != "*":
        text = text.rstrip("*").rstrip()
    if text[:5].strip("-=_~") and text[-5:].strip("-=_~"):  # nearly always
        return text
    bare = _RULES.sub("", text).strip()
    return text if _RULE.search(bare) is not None else bare
