"""Which words of a page are the title of its story, and which piece of the story they say it is."""

from __future__ import annotations

import re
from dataclasses import replace

from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, byline, numbers, titles
from storykeep.header.lines import is_symbols
from storykeep.header.shape import is_title_shape
from storykeep.model import Evidence
from storykeep.patterns import has_one, lazy

_TITLE_RANK = ("label", "markup", "position", "title_tag", "mail_header", "url")
_TOP = 15  # lines
_HEAD = 40  # lines
_RATING_BEHIND = lazy(
    r"\s+[\[(](?:rated:?\s+)?(?:PG(?:-?1[35])?|NC-?17|FR(?:T|M|C|AO)|[GRTM]|K\+?|MA)[\])]$"
)
_TRAIL = "»›❯"
_BY = lazy(r"\s*(?:,|[-–—|:])?\s*\b(?:by|di|de|von|par|por):?\s+", re.IGNORECASE)
_BYS = ("by", " di ", " de ", " von ", " par ", " por ")
_WORD_EDGE = lazy(r"\b")
_PARTS = lazy(r"\s*(?:[-–—|:]|'s)\s+", re.IGNORECASE)  # a name from what is behind it
_PARTED = lazy(r"\s+[-–—|:]\s+\Z")
_STATE = r"\s*[-–—]?\s*(?i:completed?|finished|done|wip|in progress|updated?)\b"
_RATED = lazy(
    r"\s*[(\[][^()\[\]]{1,60}[)\]]"
    rf"(?:{_STATE}[\W\d]*)?$"
)
_ON_A_DAY = lazy(rf"{_STATE}\W*\d{{1,2}}/\d{{1,2}}\W*$")  # "Complete 5/12"
_DIVISIONS = frozenset(
    {"book", "part", "chapter", "volume", "act", "episode", "scene", "story", "the"}
)
_COUNTED = lazy(r"[\s(\[](?P<n>\d{1,3})/(?P<m>\d{1,3})[)\]]?$")
_PART_OF = lazy(  # 'Section Two of "The Lamp":'
    r"(?:part|section|chapter|episode)\s+\w{1,12}\s+of\s+[\"“](?P<title>[^\"”]{2,100})[\"”]\W*$",
    re.IGNORECASE,
)
# "The Lamp, part 6: Oil", "The Lamp Part VI - \"Oil\"": what the piece itself is called.
_PIECE = lazy(
    r"[)\]]?\s*(?::|\s[-–—]+\s|(?=[\"“]))\s*[\"“]?(?P<name>[A-Z][^\"“”()\[\]:;]{3,70}?"
    r"(?::\s(?i:prologue|epilogue|interlude))?)[\"”]?\s*$"
)
_LABELLED = lazy(r"^subject:\s*", re.IGNORECASE)  # alone above a text, without a mail
_HALVES = lazy(  # "The Lamp (1b/7)", "The Lamp, part" before a number that went
    r"\s*[(\[]?\b\d{1,2}[a-d]\s?/\s?\d{1,2}[)\]]?$|(?<=\w)[\s,:–-]+(?:part|pt)\.?$", re.IGNORECASE
)
_TAUGHT = ("selector ", "line ", "label ")  # how the place of what a profile has found begins


def settle_title(
    draft: Draft, sheet: Sheet, *, file_names: bool = True, labels_first: bool = False
) -> str | None:
    """Choose the title among all candidates and put it first in the evidence; None with a
    reason. Where *labels_first*, the only one that a label in the text names is the story's."""
    found = list(draft.evidence.get("title", []))
    tag = _from_tag(draft, sheet, found)
    tag_words = titles.squash(sheet.title_tag)
    # Where another place names what `<title>` does, a picture may be the site's banner.
    drawn = any(item.value and titles.squash(item.value) in tag_words for item in found)
    if tag is not None:
        found.append(tag)
    found += () if drawn else _from_images(draft, tag_words)
    name = titles.from_file_name(sheet.url) if file_names and not found else None
    if name is not None:
        found.append(
            Evidence(name, "url", sheet.url, "file name", 0.2, "nothing on the page names it")
        )
    found = [_with_value(item, _off_trail(item.value, tag_words)) for item in found]
    told = _subjects(found)
    tidy = [_with_value(item, _tidy(_unsigned(_subject(item, told), draft))) for item in found]
    usable = [item for item in tidy if item.value and not titles.is_placeholder(item.value)]
    if not usable:
        draft.evidence["title"] = [
            Evidence(None, "inferred", sheet.title_tag, "title", 0.0, _why_none(sheet))
        ]
        return None
    agreed = titles.squash(tag.value) if tag is not None and tag.value else None
    kept = _ratings_apart(_authors_apart(usable, draft))
    if agreed is not None and _is_doubly_named(kept, agreed):
        agreed = None  # the tag names the site, whatever repeats it
    if _is_under_banner(kept):
        agreed = None  # the picture and the tag name the site
    kept.sort(key=lambda item: _rank(item, agreed, tag_words))
    kept.sort(key=lambda item: item.method == "title_tag" and _is_own_place(item, draft))
    labelled = {item.value for item in kept if item.method == "label"}
    if labels_first and len(labelled) == 1:
        kept.sort(key=lambda item: item.method != "label")
    kept = _spelled_apart(kept)
    draft.evidence["title"] = [*kept, *(item for item in usable if item not in kept)]
    return kept[0].value


def _is_under_banner(found: list[Evidence]) -> bool:
    """True where the page's heading is none of what a picture above it says."""
    said = {titles.squash(item.value or "") for item in found if item.place == "image alt"}
    headed = {
        titles.squash(item.value or "")
        for item in found
        if item.method == "markup" and item.place != "image alt"
    }
    return bool(said) and len(headed) == 1 and headed.isdisjoint(said)


def _is_own_place(item: Evidence, draft: Draft) -> bool:
    """True for "Jane's Nest", which is the author's page where anything else names a story."""
    said = (item.value or "").lower().replace("’", "'")
    return any(said.startswith(f"{author.name.lower()}'s ") for author in draft.authors)


def _is_doubly_named(found: list[Evidence], agreed: str) -> bool:
    """True where a label and a heading name one title, and it is no part of what the tag does."""
    values = {
        method: {titles.squash(item.value or "") for item in found if item.method == method}
        for method in ("label", "markup")
    }
    both = values["label"] & values["markup"] - {""}
    return len(both) == 1 and not any(each in agreed for each in both)


def _spelled_apart(found: list[Evidence]) -> list[Evidence]:
    """Return the candidates with "The Lamp" before "THE LAMP", which a text file draws so."""
    won = found[0].value or ""
    mine = titles.squash(won) if won.isupper() else ""
    spelled = [
        item
        for item in found
        if mine and titles.squash(item.value or "") == mine and not (item.value or "").isupper()
    ]
    return [*spelled[:1], *(item for item in found if item not in spelled[:1])]


def _with_value(item: Evidence, value: str | None) -> Evidence:
    return item if item.value == value else replace(item, value=value)


def _off_trail(value: str | None, tag_words: str) -> str | None:
    """Return the end of "Shows » Fandom » Title": the piece that `<title>` names."""
    if value is None or not any(sign in value for sign in _TRAIL):
        return value
    pieces = [piece.strip() for piece in re.split(f"[{_TRAIL}]", value) if piece.strip()]
    named = [piece for piece in pieces if titles.squash(piece) in tag_words]
    return named[-1] if named and len(pieces) > 1 else value


def _authors_apart(found: list[Evidence], draft: Draft) -> list[Evidence]:
    """Return the candidates without "Jane Doe. Green Lights" where another is "Green Lights": in
    libraries of that kind the author stands before the title."""
    values = {item.value for item in found}
    kept = []
    for item in found:
        name, dot, title = (item.value or "").partition(". ")
        if not dot or not _is_full_name(name):
            kept.append(item)
        elif title not in values and _holds_rights(draft, name):
            draft.add_authors((name,), "position", item.raw, place=item.place, confidence=0.8)
            kept.append(replace(item, value=title))
        elif title not in values:
            kept.append(item)
        elif not draft.authors or draft.authors[0].name == name:
            draft.add_authors((name,), "position", item.raw, place=item.place, confidence=0.8)
    return kept


def _holds_rights(draft: Draft, name: str) -> bool:
    """True where a line of the page's top says that the rights are *name*'s."""
    return any("©" in line.text and name in line.text for line in draft.lines[:_HEAD])


def _ratings_apart(found: list[Evidence]) -> list[Evidence]:
    """Return the candidates without "The Lamp (Low Fell, PG)" where another is "The Lamp"."""
    values = {item.value for item in found}
    return [
        item
        for item in found
        if (bare := _RATED.sub("", item.value or "")) == item.value or bare not in values
    ]


def _is_full_name(name: str) -> bool:
    """True for "Jane Doe", but not for "Mr" or "Chapter 1"."""
    words = name.split()
    return (
        len(words) in {2, 3}
        and all(word[:1].isupper() for word in words)
        and words[0].lower() not in _DIVISIONS
        and not any(map(str.isdigit, name))
    )


def _rank(item: Evidence, agreed: str | None, tag_words: str) -> tuple[int, int, float]:
    # `<title>` may say more than the label does: "ascem: NEW TOS "Salt" (2/5)".
    mine = titles.squash(item.value or "")
    agrees = (
        agreed is not None
        and item.method != "title_tag"
        and (mine == agreed or (item.method == "label" and bool(mine) and mine in tag_words))
    )
    method = _TITLE_RANK.index(item.method) if item.method in _TITLE_RANK else len(_TITLE_RANK)
    alt = item.place == "image alt"
    if item.place.startswith(_TAUGHT):
        return (-1, 0, 0.0)
    return (0 if agrees else 1, method + (3 if alt else 0), -item.confidence)


def _from_tag(draft: Draft, sheet: Sheet, found: list[Evidence]) -> Evidence | None:
    text = sheet.title_tag
    known = frozenset(titles.squash(item.value) for item in found if item.value)
    if not known:
        known = _headings(draft, sheet)
    for author in draft.authors:
        text = _without_author(text, author.name)
    value = titles.from_title_tag(text, url=sheet.url, names=sheet.site_names, known=known)
    if value is None:
        return None
    titled = byline.read_titled(value)
    if titled is not None and not any(titles.squash(value) == name for name in known):
        value, names = titled
        if titles.is_placeholder(value):
            return None
        draft.add_authors(names, "title_tag", sheet.title_tag, place="title", confidence=0.6)
    if any(titles.squash(value) == titles.squash(author.name) for author in draft.authors):
        return None
    return Evidence(value, "title_tag", sheet.title_tag, "title", 0.7)


def _headings(draft: Draft, sheet: Sheet) -> frozenset[str]:
    """Return the headings at the top of a page whose software names no title, squashed."""
    shown = [line.bare for line in draft.lines[:_TOP] if line.kind == "heading" and line.bare]
    return frozenset(
        titles.squash(text)
        for text in shown
        if not titles.is_site_name(text, sheet.url, sheet.site_names)
    )


def _without_author(text: str, name: str) -> str:
    """Return the words of a <title> without "by NAME", "NAME's" or "- NAME"."""
    # A pattern with a name in it is made anew for every page, which costs more than all its uses.
    low, known = text.lower(), name.lower()
    if known not in low:
        return text
    if has_one(low, _BYS):
        text = _without_by(text, name)
    if text.lower().startswith(known) and (parted := _PARTS.match(text, len(name))):
        text = text[parted.end() :]
    shown = text.rstrip()
    if shown.lower().endswith(known) and (parted := _PARTED.search(shown[: -len(name)])):
        text = text[: parted.start()]
    return text


def _without_by(text: str, name: str) -> str:
    """Return *text* without "by NAME" where that is no beginning of a longer word."""
    kept, at, look = [], 0, 0
    while (by := _BY.search(text, look)) is not None:
        end = by.end() + len(name)
        if text[by.end() : end].lower() == name.lower() and _WORD_EDGE.match(text, end):
            kept.append(text[at : by.start()])
            at = look = end
        else:
            # What is behind it may belong to the next "by".
            look = by.start() + len(by.group().rstrip().rstrip(":"))
    return "".join(kept) + text[at:]


def _from_images(draft: Draft, tag_words: str) -> list[Evidence]:
    found = []
    for index, line in enumerate(draft.lines[:12]):
        if draft.bins[index] == "prose":
            break
        for _, alt in line.alts():
            if (
                not line.linked
                and not titles.is_placeholder(alt)
                and not titles.is_site_name(alt)
                and len(alt.split()) >= 2
                and not is_symbols(alt)
            ):
                title = _signed_picture(draft, alt, tag_words) or alt
                found.append(Evidence(title, "markup", alt, "image alt", 0.4))
    return found


def _signed_picture(draft: Draft, alt: str, tag_words: str) -> str | None:
    """Return the title of "The Lamp, by Jane" where `<title>` names it, too, and take the name."""
    titled = byline.read_titled(alt) if "by" in alt.lower() else None
    if titled is None or titles.squash(titled[0]) not in tag_words:
        return None
    draft.add_authors(titled[1], "byline", alt, place="image alt", confidence=0.8)
    return titled[0]


def _tidy(value: str | None) -> str:
    text = " ".join((value or "").split()).strip().strip("*_~=").strip()
    if (
        len(text) > 2
        and text[0] in '"“'
        and text[-1] in '"”'
        and not re.search(r"[\"“”]", text[1:-1])
    ):
        text = text[1:-1].strip()
    text = text.rstrip(",/|;").rstrip()
    return _RATING_BEHIND.sub("", text) or text


def _unsigned(value: str | None, draft: Draft) -> str | None:
    """Return a title without the author behind it: "Keepers by Ada Penhallow"."""
    for author in draft.authors if value and len(value) < 300 else ():
        if value and author.name.lower() in value.lower():
            value = re.sub(
                rf"(?<=[\w)\]!?.'\"”’])[\s,;:~–—-]+by:?\s+{re.escape(author.name)}\W*$",
                "",
                value,
                flags=re.I,
            )
            value = re.sub(rf"^{re.escape(author.name)}\s*[.:–—]\s+(?=\S)", "", value, flags=re.I)
    return value


def _subjects(found: list[Evidence]) -> frozenset[str]:
    """Return the subjects that a mail's head names, as typed."""
    heads = [item.raw for item in found if item.method == "mail_header"]
    return frozenset(" ".join(raw.partition(":")[2].split()) for raw in heads) - {""}


def _subject(item: Evidence, told: frozenset[str]) -> str | None:
    """Return a mail's subject, also where heading or `<title>` repeat one of those *told*, without
    "Re:", "[list]" and "FIC:"; any other value as it is."""
    repeats = False
    if told:  # few pages are mails
        typed = {" ".join(each.split()) for each in (item.value or "", item.raw)}
        repeats = not told.isdisjoint(typed)
    if not (repeats or item.method == "mail_header") or item.value is None:
        return item.value
    folded = " ".join(item.value.split())[:400]
    # "The Smallest Key (PG)", "Spare Rooms 2/3 (A/B, G)": a rating, a pairing or a code.
    folded = (
        re.sub(r"(?:\s*[(\[](?!\d+\s*(?:/|of)\s*\d)[^()\[\]]{1,60}[)\]])+\s*$", "", folded)
        or folded
    )
    # "Requisition, 1/1, G": what follows the part is a rating or a code.
    value = re.sub(r"[,;]?\s*([(\[]?\d+/\d+[)\]]?)\s*[,;:]?\s*\S{0,12}$", r" \1", folded)
    if value == folded:  # "Requisition (1/1) F/K, PG"
        value = re.sub(
            r"\s*([(\[]?\d+/\d+[)\]]?)(?:[\s,;:]+(?:[A-Z]{1,3}/[A-Z]{1,3}\S{0,6}|G|PG(?:-?1[35])?|"
            r"R|NC-?17))+$", r" \1", folded,
        )  # fmt: skip
    value = re.sub(r"\s*[(\[]?\b1\s?/\s?1\b[)\]]?\s*$", "", value) or value  # it has one part
    return re.sub(
        r"^(?:\s*(?:re|fw|fwd)\s*:\s*|\s*\[(?!\d+/)[^\]]{1,30}\]\s*|\s*\{[^{}]{1,30}\}\s*|\s*"
        r"(?:new\s+|(?-i:[A-Z][A-Z\d]{1,5}\s+)|star\s?tre\w?k\s+|x-files\s+)?"
        r"(?:fic|fanfic|story|new|repost)\s*:\s*)+",
        "",
        value,
        flags=re.IGNORECASE,
    )


def _why_none(sheet: Sheet) -> str:
    if sheet.title_tag:
        tag = f"the title tag {sheet.title_tag!r} is not a story's title"
        return f"no heading, label or image names it, and {tag}"
    return "no heading, label, title tag or image on the page names it"


# "Rain on the Harbour: Prologue", two words at least before what the part is.
_UNCOUNTED = lazy(
    r"(?P<title>\S+(?:\s+\S+)+?)\s*[-:,–—~(\s]\s*(?P<part>(?i:prologue|epilogue|prolog|epilog|prolouge|"
    r"epilouge|interlude))[)!.:]*"
)
_PART_WORDS = frozenset((
    "", "part", "pt", "chapter", "chap", "ch", "section", "parte", "partie", "teil", "kapitel",
    "chapitre", "capitulo", "capítulo", "глава", "часть",
))  # fmt: skip


def settle_part_number(draft: Draft, title: str | None) -> None:
    """Read "Storm Glass 2/4" out of a title: the evidence keeps the raw words, the title loses
    them."""
    if title is None:
        return
    _settle_counted(draft, title)
    if not draft.chapter_title and (called := _UNCOUNTED.fullmatch(title)) is not None:
        draft.chapter_title = called["part"]
        draft.found("chapter_title", called["part"], "position", title)


def _settle_counted(draft: Draft, title: str) -> None:
    part = numbers.read_part(title)
    if part is None:
        found = draft.evidence["title"]
        told = [item for item in found if item.method == "mail_header"]
        # Where a label names the story, the heading may number the part of it.
        told += [item for item in found if item.method == "markup" and title in item.raw]
        told = [item for item in told if not _ON_A_DAY.search(item.raw)]
        part = next((each for item in told if (each := numbers.read_part(item.raw))), None)
    if part is None or (draft.position is not None and draft.position != part.number):
        return
    if part.word in _PART_WORDS and part.start > 0:
        draft.position, draft.of = part.number, draft.of or part.of
        draft.found("position", str(part.number), "position", title)
    named = _PIECE.match(title, part.end) if part.start > 0 and part.word else None
    if named is not None and not draft.chapter_title and is_title_shape(named["name"]):
        draft.chapter_title = named["name"]
        draft.found("chapter_title", named["name"], "position", title)


def without_count(title: str | None, draft: Draft) -> str | None:
    """Return "Biscuits" for "Biscuits 02/02", which might be a date if nothing else counted."""
    if title is None or "/" not in title or draft.of is None:
        return title
    found = _COUNTED.search(title)
    if found and (int(found["n"]), int(found["m"])) == (draft.position, draft.of):
        return title[: found.start()].rstrip(" ,:-–—") or title
    return title


def settle_pieces(draft: Draft, title: str | None) -> str | None:
    """Return the title that 'Section Two of "The Lamp":' and "The Lamp (1b/7)" name, of which
    neither counts the parts of a story; the evidence keeps the raw words."""
    if title is None:
        return None
    given = title
    title = _LABELLED.sub("", title) or title
    within = _PART_OF.match(title)
    bare = (
        within["title"] if within is not None else _HALVES.sub("", _HALVES.sub("", title)) or title
    )
    if bare != given:
        won, *others = draft.evidence["title"]
        draft.evidence["title"] = [replace(won, value=bare), *others]
    return bare


def story_title(title: str | None) -> str | None:
    """Return a title without the part number in it: what all parts of one story share."""
    if title is None:
        return None
    part = numbers.read_part(title)
    if part is None and (named := _UNCOUNTED.fullmatch(title)) is not None:
        return named["title"].rstrip(" :,–—~(-")
    if part is None or part.start == 0 or part.word in {"book", "episode", "ep", "vol", "volume"}:
        return title
    if part.word == "section" and re.match(r" [^\W\d_]", title[part.end :]):
        return title  # "Section Six Side Stories"
    kept = title[: part.start].rstrip(" \t:.,-–—~([“|/#")
    if kept.count('"') % 2:
        kept = kept.rstrip('" \t:.,-–—~([“|/#')
    if kept[:1] in '"“' and not any(mark in kept[1:] for mark in '"”'):
        kept = kept[1:].lstrip()  # its partner stood before the number
    return kept or title
