"""Whose a line says that a story is: copyright with a name, "This story is ... by Jo Dee"."""

from __future__ import annotations

import re

from storykeep.header.byline import (
    CLAIM_SIGNS,
    KIND,
    is_company,
    is_name_shape,
    looks_like_name,
    plausible,
    split_names,
    tidy,
)
from storykeep.patterns import has_one, lazy

_NAMED = r"(?P<names>(?:\w\.|[\w'’-]+)(?:\s+(?:\w\.|[\w'’&-]+)){0,5}?)"
# A holder of copyright with a year before the name, or "Written by Jane Doe, May 2001."
_CLAIMED = lazy(
    r"^\W*?(?:(?:this\s+)?(?:story|text|tale|fic|page)\s+(?:is\s+)?)?"
    r"(?P<how>(?:copyright(?:ed)?\s*)?(?:©|\(c\)|\bc(?=\s(?:19|20)\d\d\sby))|copyright(?:ed)?|"
    r"(?:story\s+)?written)\s*"
    rf"(?:(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)?\d\d)*)?,?\s*by:?\s+{_NAMED}"
    r"(?:[.,;]|\s*$|\s+\(|\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)
# "(c) Copyright Jane Doe, 1998", and nothing else.
_HOLDER = lazy(
    r"^\W{0,9}(?:©|\([cс]\))\s*(?:copyright|копирайт)\s+(?:(?:19|20)\d\d,?\s+)?(?P<names>[^\d,;:()]{3,40}?)"
    r"(?:,?\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?\.?$",
    re.IGNORECASE,
)
# "Copyright (c) 1994, Jane Doe", and nothing else.
_DATED_HOLDER = lazy(
    r"^\W{0,9}(?:(?:text|story|fic(?:tion)?)\s+)?copyright\s*(?:(?:©|\([cс]\))\s*)?(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?,?\s+(?:by\s+)?"
    r"(?P<names>[^\d,;:()]{3,40}?)\.?(?:\s*<\S{3,60}@\S{3,60}>)?$",
    re.IGNORECASE,
)
# "Copyright Jane Doe, 14 May 1994", and nothing else.
_HOLDER_ON = lazy(
    r"^\W{0,9}(?:(?:text|story|fic(?:tion)?)\s+)?copyright(?:ed)?\s*(?:(?:©|\([cс]\))\s*)?(?:by\s+)?"
    r"(?P<names>[^\d,;:()]{3,40}?),?\s+(?:\d{1,2}(?:st|nd|rd|th)?\s+)?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?"
    r"(?:19|20)\d\d\.?$",
    re.IGNORECASE,
)
# "(c) 2003 Jane Doe", "© Jane Doe. All rights reserved.", and nothing else, right below a title.
_SIGN_HOLDER = lazy(
    r"^\W{0,9}?(?:©|\([cс]\))\s*(?:(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)?\d\d)?,?\s+)?(?:by\s+)?"
    r"(?P<names>[^\d,;:()]{3,40}?)(?:,?\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?)?"
    r"\.?(?:\s*all\s+rights\s+reserved\W*)?$",
    re.IGNORECASE,
)
_TITLED_CLAIM = lazy(
    r"^(?P<title>\S.{1,80}?)\W+copyright(?:ed)?\s*(?:©|\(c\))?\s*"
    r"(?:19|20)\d\d(?:\s*[-–,]\s*(?:19|20)?\d\d)*,?\s+(?:by\s+)?(?P<names>[^\d,;:()]{3,40}?)\W*$",
    re.IGNORECASE,
)
_OF_SITE = lazy(
    r"\b(?:archives?|site|web\w*|online|fan ?fiction|fics?|library|pages?|stories|team|staff|"
    r"admin\w*|project|organi[sz]ation|magazine|e?zine|world|realm|forums?|boards?|blog|journal|network|"
    r"design\w*|collection|group|society|central|net|com|org|hosting|wordpress|themes?|templates?)\b",
    re.IGNORECASE,
)
_AUTHOR_IS = lazy(
    rf"^\W*(?:the\s+)?author(?:ess)?\s+(?:of\s+(?:this|the)\s+{KIND}\s+)?is[:,]?\s+(?P<names>\S.{{1,40}}?)\W*$",
    re.IGNORECASE,
)
# "© 1999 Jane Doe. Please ask before you archive it.": who says where a text may stand wrote it.
_TERMS_HOLDER = lazy(
    r"^\W{0,9}(?:copyright\s*)?(?:©|\([cс]\))\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)?\d\d)?,?\s+(?:by\s+)?"
    r"(?P<names>[^\d,;:().]{3,40})(?=[.,;]\s.{0,80}\b(?:ask\w*|permission|archiv\w+|re-?post\w*|"
    r"distribut\w+|reproduc\w+|cop(?:y|ied)|anywhere|elsewhere)\b)",
    re.IGNORECASE,
)
_CAPITALS = r"[A-Z][\w'’-]*(?:\.?\s?[A-Z]\.|\s[A-Z][\w'’-]+)?(?:\.?\s?[A-Z][\w'’-]+)?"
_CLAIMED_WITHIN = lazy(
    r"\b(?i:this|the)\s+(?i:story|(?:fan\s?)?fic(?:tion)?|text|tale|work|writings?)\b[^.!?]{0,140}?"
    # Of several that "are copyrighted" it is the characters that are meant, not the story.
    r"(?<!\bare )(?<!\bwere )(?<!\bare all )"
    r"(?i:\bcopyright(?:ed)?\b|©|\(c\))\s*(?:(?:19|20)\d\d(?:-\d{2,4})?,?\s*)?(?:(?i:by|of|to|under)\s+)?"
    rf"(?P<first>{_CAPITALS})(?=\s*(?:[.,;<(]|$)|\s+(?:(?:19|20)\d\d|[a-z]))|"
    rf"\b[Mm]y\s+name\s+is\s+(?P<named>{_CAPITALS})(?=\s*(?:[.,;!<(]|$)|\s+and\b)|"
    # What the owner of a site says of who sent it in.
    r"\b(?i:the|this)\s+(?i:following\s+)?(?i:one|story|(?:fan\s?)?fic(?:tion)?|tale|piece|work)(?i:\s+below|\s+here)?\s+"
    r"(?i:came|comes|(?:was|is)(?:\s+(?:sent|written|contributed|submitted|donated)(?:\s+in)?)?)\s+"
    rf"(?i:to\s+(?:me|us)\s+)?(?i:from|by)\s+(?P<sent>{_CAPITALS})(?=\s*(?:[.,;!<(]|$))"
)
_ANNOUNCED = lazy(
    r"\b(?:[Hh]ere(?:'s|\s+is|\s+follows|\s+comes|\s+goes)|[Pp]resenting|I\s+give\s+you|[Tt]his\s+is)[:,]?\s+"
    r"[\"“](?P<title>[^\"“”]{2,80})[\"”],?\s+(?:a\s+\w+\s+)?by\s+(?P<names>(?:[A-Z][\w.'’-]*\s?){1,4})(?=[,.!;(]|$|\s\d)"
)
_WITHIN_SIGNS = (
    "copyright", "©", "(c)", "my name is", "came ", "comes ", "sent ", " by "
)  # fmt: skip
_WHEN = lazy(r"^[\s\d,./()-]*(?:[A-Z][a-z]{2,8}\.?)?[\s\d,./()-]*$")


def read_claimed(text: str) -> tuple[tuple[str, ...], str] | None:
    """Return (names, the words that name them) of a line that opens with who wrote it or holds its
    copyright; None for the copyright of a company."""
    flat = " ".join(text[:200].split())
    low = flat.lower()
    if not has_one(low, CLAIM_SIGNS):
        return None
    matched = _CLAIMED.match(flat)
    if matched is None and (holder := _HOLDER.match(flat)) and is_name_shape(holder["names"]):
        matched = holder
    if matched is None and (holder := _DATED_HOLDER.match(flat)) is not None:
        matched = holder if " " in holder["names"] and is_name_shape(holder["names"]) else None
    if matched is None and (holder := _HOLDER_ON.match(flat)) is not None:
        matched = holder if " " in holder["names"] and is_name_shape(holder["names"]) else None
    if matched is None and (holder := _TERMS_HOLDER.match(flat)) is not None:
        matched = holder if is_name_shape(holder["names"]) else None
    if matched is None or is_company(matched["names"]):
        return None
    names = split_names(matched["names"])
    if not names or not all(plausible(name, linked=False) for name in names):
        return None
    if any(name[:1].islower() for name in names):
        return None
    return names, matched.group().strip()


def read_holder(text: str) -> tuple[str, ...] | None:
    """Return the names of a line that is nothing but a sign of copyright and who holds it, or that
    says who the author is; None for a company's or a site's."""
    flat = " ".join(text[:200].split())
    matched = _SIGN_HOLDER.match(flat) if has_one(flat.lower(), CLAIM_SIGNS) else None
    if matched is None and "uthor" in flat:
        matched = _AUTHOR_IS.match(flat)
    if matched is None:
        return None
    name = matched["names"].strip()
    if is_company(name) or _OF_SITE.search(name) or not looks_like_name(name):
        return None
    return split_names(name)


def read_titled_claim(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of "The Lamp copyright © 2008 by Jo Dee", else None."""
    matched = _TITLED_CLAIM.match(" ".join(text[:200].split()))
    if matched is None or is_company(matched["names"]):
        return None
    return matched["title"], split_names(matched["names"])


def read_signed(text: str) -> tuple[str, ...] | None:
    """Return the names of a line that says who wrote it and perhaps when, and nothing else."""
    claimed = read_claimed(text)
    if claimed is None:
        return None
    rest = " ".join(text.split()).removeprefix(claimed[1])
    return claimed[0] if _WHEN.match(rest) else None


def read_claim_within(text: str) -> str | None:
    """Return who says in a note that the story is theirs: "This story, ..., is copyright 1998 by
    Jo Dee.", "My name is Jo Dee."; None where nobody does, and for a company."""
    flat = " ".join(text.split())
    matched = _CLAIMED_WITHIN.search(flat) if has_one(flat.lower(), _WITHIN_SIGNS) else None
    if matched is None:
        return None
    name = tidy(matched["first"] or matched["named"] or matched["sent"])
    shouted = name.isupper() and len(name.split()) > 1
    return name if looks_like_name(name) and not (shouted or is_company(name)) else None


def read_announced(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (title, names) of a note that says what comes: 'Here follows "The Lamp", by Jo.'."""
    matched = _ANNOUNCED.search(" ".join(text.split())) if '"' in text or "“" in text else None
    if matched is None:
        return None
    names = split_names(matched["names"])
    return (matched["title"].strip(" ,.!"), names) if all(map(looks_like_name, names)) else None
