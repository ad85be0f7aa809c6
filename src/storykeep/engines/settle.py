"""A filled ledger becomes a part: the winners chosen, every other candidate kept as evidence."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, Line, byline, numbers, titles
from storykeep.header.lines import is_symbols
from storykeep.model import Author, Block, Evidence, Link, Outcome, Part
from storykeep.patterns import lazy

# Where several places name the title: the first of these that has one. A candidate that the
# <title> tag repeats goes before one that it does not.
_TITLE_RANK = ("label", "markup", "position", "title_tag", "mail_header", "url")
_TRAIL = "»›❯"
_OWN_HOST = lazy(r"https?://(?P<name>(?!www\.)[\w-]{2,40})\.(?:tumblr|deviantart)\.", re.IGNORECASE)
_COUNTED = lazy(r"[\s(\[](?P<n>\d{1,3})/(?P<m>\d{1,3})[)\]]?$")
_FOOT = 12  # lines
_WRITE_TO = lazy(
    r"\W*(?:please\s+)?(?:send\s+)?(?:all\s+)?(?:comments?|feedback|e-?mail|mail|write|reviews?)\s+"
    r"(?:to\s+)?(?:the\s+author,?\s+)?",
    re.IGNORECASE,
)
_LEAD = 40  # characters before a link among which its "by" stands
_RATED = lazy(r"\s*[(\[][^()\[\]]{1,12}[)\]]$")
_ABOVE = 60  # lines at the top of a page among which a by-line with a link is looked for
_PERSON = lazy(r"author|user|profile|member|/u/|/~", re.IGNORECASE)
_LEADS = lazy(r"(?:^|[\[(|,;.»›❯–—-])\s*(?:by|author|von|par|автор)\s*:?\s*$", re.IGNORECASE)
_DIVISIONS = frozenset(
    {"book", "part", "chapter", "volume", "act", "episode", "scene", "story", "the"}
)
_TAUGHT = ("selector ", "line ", "label ")  # how the place of what a profile has found begins
_COMMON = {
    code: frozenset(words.split(" "))
    for code, words in {
        "en": "the and of to a in that was he she it her his with had for you as at on not",
        "de": "der die das und nicht ich sie er es ein eine war mit zu den auf",
        "fr": "le la les et de un une que il elle ne pas dans je vous est",
        "es": "el la los que de y en un una no se por con su lo había",
        "it": "il la che di e un una non per con si lo era gli del mi",
        "nl": "de het een en van ik dat niet hij zij was met op te voor",
    }.items()
}


def to_part(
    draft: Draft,
    sheet: Sheet,
    prose: Sequence[Block],
    *,
    engine: str,
    version: int,
    outcome: Outcome = "story",
    reason: str = "",
    links: tuple[Link, ...] = (),
    work_id: str | None = None,
    chapter_id: str | None = None,
    file_name_titles: bool = True,
    warnings: tuple[str, ...] = (),
) -> Part:
    """Return the part of a story page."""
    title = settle_title(draft, sheet, file_names=file_name_titles)
    _settle_authors(draft, sheet)
    _settle_part_number(draft, title)
    if draft.position is not None and title is not None:
        title = _without_count(story_title(title), draft)
        won, *others = draft.evidence["title"]
        others = [replace(each, value=_without_count(each.value, draft)) for each in others]
        draft.evidence["title"] = [replace(won, value=title), *others]
    language = draft.language or _language(draft, sheet, prose)
    evidence = draft.evidence
    evidence["outcome"] = [Evidence(outcome, "inferred", reason=reason)]
    evidence["encoding"] = [sheet.encoding]
    return Part(
        url=sheet.url,
        outcome=outcome,
        engine=engine,
        engine_version=version,
        reason=reason,
        work_id=work_id,
        chapter_id=chapter_id,
        position=draft.position,
        of=draft.of,
        title=title,
        chapter_title=draft.chapter_title,
        authors=draft.authors,
        disclaimers=tuple(draft.disclaimers),
        summary=draft.summary,
        tags=tuple(draft.tags),
        notes=tuple(draft.notes),
        series=draft.series,
        published=draft.published,
        updated=draft.updated,
        status=draft.status,
        language=language,
        words_stated=draft.words_stated,
        fields=dict(draft.fields),
        prose=tuple(prose),
        chrome=chrome_of(draft),
        links=links,
        evidence={name: tuple(found) for name, found in evidence.items() if found},
        warnings=sheet.warnings + warnings,
    )


def plain_part(
    sheet: Sheet,
    outcome: Outcome,
    reason: str,
    *,
    engine: str,
    version: int,
    links: tuple[Link, ...] = (),
    title: str | None = None,
    work_id: str | None = None,
) -> Part:
    """Return the part of a page that is no story: its text is listed as chrome, its links are
    kept."""
    chrome = tuple(text for line in sheet.lines for text in pieces(line))
    return Part(
        url=sheet.url,
        outcome=outcome,
        engine=engine,
        engine_version=version,
        reason=reason,
        work_id=work_id,
        title=title,
        chrome=chrome,
        links=links,
        warnings=sheet.warnings,
        evidence={
            "outcome": (Evidence(outcome, "inferred", reason=reason),),
            "encoding": (sheet.encoding,),
        },
    )


def chrome_of(draft: Draft) -> tuple[str, ...]:
    """Return the texts that were cut away, in page order."""
    return tuple(
        text
        for line, bin_ in zip(draft.lines, draft.bins, strict=True)
        if bin_ == "chrome"
        for text in pieces(line)
    ) + tuple(draft.cut_breaks)


def pieces(line: Line) -> list[str]:
    """Return the texts of a line of chrome, links that stand side by side and image texts apart."""
    # Its "* * *" is ours: the page drew a rule or left a gap.
    is_ours = line.kind == "break" and line.value != "symbol"
    if not line.marks or (len(line.marks) == 1 and line.marks[0].kind != "image"):  # most lines
        text = "" if is_ours else " ".join(line.text.split())
        return [text] if text else []
    alts: dict[int, list[str]] = {}
    for offset, alt in line.alts():
        alts.setdefault(offset, []).append(alt)
    if is_ours:
        return [alt for found in alts.values() for alt in found]
    cuts = sorted({0, len(line.text), *alts, *_seams(line)})
    out: list[str] = []
    for begin, finish in zip(cuts, [*cuts[1:], len(line.text) + 1], strict=False):
        out += alts.get(begin, ())
        text = " ".join(line.text[begin:finish].split())
        if text:
            out.append(text)
    return out


def _seams(line: Line) -> set[int]:
    """Return the offsets where one link ends and the next begins with no word between."""
    links = sorted((m.start, m.end) for m in line.marks if m.kind == "link" and m.start < m.end)
    return {
        later[0]
        for earlier, later in itertools.pairwise(links)
        if not line.text[earlier[1] : later[0]].strip()
    }


# ---------------------------------------------------------------- title


def settle_title(draft: Draft, sheet: Sheet, *, file_names: bool = True) -> str | None:
    """Choose the title among all candidates and put it first in the evidence; None with a
    reason."""
    found = list(draft.evidence.get("title", []))
    tag = _from_tag(draft, sheet, found)
    tag_words = titles.squash(sheet.title_tag)
    # Where another place names what `<title>` does, a picture may be the site's banner.
    drawn = any(item.value and titles.squash(item.value) in tag_words for item in found)
    if tag is not None:
        found.append(tag)
    found += () if drawn else _from_images(draft)
    name = titles.from_file_name(sheet.url) if file_names and not found else None
    if name is not None:
        found.append(
            Evidence(name, "url", sheet.url, "file name", 0.2, "nothing on the page names it")
        )
    found = [replace(item, value=_off_trail(item.value, tag_words)) for item in found]
    tidy = [replace(item, value=_tidy(_unsigned(_subject(item), draft))) for item in found]
    usable = [item for item in tidy if item.value and not titles.is_placeholder(item.value)]
    if not usable:
        draft.evidence["title"] = [
            Evidence(None, "inferred", sheet.title_tag, "title", 0.0, _why_none(sheet))
        ]
        return None
    agreed = titles.squash(tag.value) if tag is not None and tag.value else None
    usable = _ratings_apart(_authors_apart(usable, draft))
    usable.sort(key=lambda item: _rank(item, agreed))
    draft.evidence["title"] = usable
    return usable[0].value


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
        if not dot or title not in values or not _is_full_name(name):
            kept.append(item)
        elif not draft.authors or draft.authors[0].name == name:
            draft.add_authors((name,), "position", item.raw, place=item.place, confidence=0.8)
    return kept


def _ratings_apart(found: list[Evidence]) -> list[Evidence]:
    """Return the candidates without "The Lamp (PG)" where another is "The Lamp"."""
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


def _rank(item: Evidence, agreed: str | None) -> tuple[int, int, float]:
    # `<title>` may say more than the label does: "ascem: NEW TOS "Salt" (2/5)".
    mine = titles.squash(item.value or "")
    agrees = (
        agreed is not None
        and item.method != "title_tag"
        and (mine == agreed or (item.method == "label" and bool(mine) and mine in agreed))
    )
    method = _TITLE_RANK.index(item.method) if item.method in _TITLE_RANK else len(_TITLE_RANK)
    alt = item.place == "image alt"
    if item.place.startswith(_TAUGHT):
        return (-1, 0, 0.0)
    return (0 if agrees else 1, method + (3 if alt else 0), -item.confidence)


def _from_tag(draft: Draft, sheet: Sheet, found: list[Evidence]) -> Evidence | None:
    text = sheet.title_tag
    known = frozenset(titles.squash(item.value) for item in found if item.value)
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


def _without_author(text: str, name: str) -> str:
    """Return the words of a <title> without "by NAME", "NAME's" or "- NAME"."""
    # A pattern with a name in it is made anew for every page, which costs more than all its uses.
    low, known = text.lower(), name.lower()
    if known not in low:
        return text
    spelled = re.escape(name)
    if "by" in low:
        text = re.sub(rf"\s*(?:,|[-–—|:])?\s*\bby:?\s+{spelled}\b", "", text, flags=re.IGNORECASE)
    if text.lower().startswith(known):
        text = re.sub(rf"^{spelled}\s*(?:[-–—|:]|'s)\s+", "", text, flags=re.IGNORECASE)
    if text.rstrip().lower().endswith(known):
        text = re.sub(rf"\s+[-–—|:]\s+{spelled}\s*$", "", text, flags=re.IGNORECASE)
    return text


def _from_images(draft: Draft) -> list[Evidence]:
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
                found.append(Evidence(alt, "markup", alt, "image alt", 0.4))
    return found


def _tidy(value: str | None) -> str:
    text = " ".join((value or "").split()).strip().strip("*_~=").strip()
    if (
        len(text) > 2
        and text[0] in '"“'
        and text[-1] in '"”'
        and not re.search(r"[\"“”]", text[1:-1])
    ):
        text = text[1:-1].strip()
    return text


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


def _subject(item: Evidence) -> str | None:
    """Return a mail's subject without "Re:", "[list]" and "FIC:"; any other value as it is."""
    if item.method != "mail_header" or item.value is None:
        return item.value
    folded = " ".join(item.value.split())[:400]
    # "The Smallest Key (PG)", "Spare Rooms 2/3 (A/B, G)": a rating, a pairing or a code.
    folded = (
        re.sub(r"(?:\s*[(\[](?!\d+\s*(?:/|of)\s*\d)[^()\[\]]{1,60}[)\]])+\s*$", "", folded)
        or folded
    )
    # "Requisition, 1/1, G": what follows the part is a rating or a code.
    value = re.sub(r"[,;]?\s*([(\[]?\d+/\d+[)\]]?)\s*[,;:]?\s*\S{0,12}$", r" \1", folded)
    value = re.sub(r"\s*[(\[]?\b1\s?/\s?1\b[)\]]?\s*$", "", value) or value  # it has one part
    return re.sub(
        r"^(?:\s*(?:re|fw|fwd)\s*:\s*|\s*\[(?!\d+/)[^\]]{1,30}\]\s*|\s*\{[^{}]{1,30}\}\s*|\s*(?:fic|fanfic|"
        r"story|new|repost|new fic)\s*:\s*)+",
        "",
        value,
        flags=re.IGNORECASE,
    )


def _why_none(sheet: Sheet) -> str:
    if sheet.title_tag:
        tag = f"the title tag {sheet.title_tag!r} is not a story's title"
        return f"no heading, label or image names it, and {tag}"
    return "no heading, label, title tag or image on the page names it"


def _settle_part_number(draft: Draft, title: str | None) -> None:
    """Read "Storm Glass 2/4" out of a title: the evidence keeps the raw words, the title loses
    them."""
    if title is None:
        return
    part = numbers.read_part(title)
    if part is None:
        found = draft.evidence["title"]
        told = [item for item in found if item.method == "mail_header"]
        # Where a label names the story, the heading may number the part of it.
        told += [item for item in found if item.method == "markup" and title in item.raw]
        part = next((each for item in told if (each := numbers.read_part(item.raw))), None)
    if part is None or (draft.position is not None and draft.position != part.number):
        return
    if part.word in {"", "part", "pt", "chapter", "chap", "ch", "section"} and part.start > 0:
        draft.position, draft.of = part.number, draft.of or part.of
        draft.found("position", str(part.number), "position", title)


def _without_count(title: str | None, draft: Draft) -> str | None:
    """Return "Biscuits" for "Biscuits 02/02", which might be a date if nothing else counted."""
    if title is None or "/" not in title or draft.of is None:
        return title
    found = _COUNTED.search(title)
    if found and (int(found["n"]), int(found["m"])) == (draft.position, draft.of):
        return title[: found.start()].rstrip(" ,:-–—") or title
    return title


def story_title(title: str | None) -> str | None:
    """Return a title without the part number in it: what all parts of one story share."""
    if title is None:
        return None
    part = numbers.read_part(title)
    if part is None or part.start == 0 or part.word in {"book", "episode", "ep", "vol", "volume"}:
        return title
    kept = title[: part.start].rstrip(" \t:.,-–—~([“|/#")
    if kept.count('"') % 2:
        kept = kept.rstrip('" \t:.,-–—~([“|/#')
    if kept[:1] in '"“' and not any(mark in kept[1:] for mark in '"”'):
        kept = kept[1:].lstrip()  # its partner stood before the number
    return kept or title


# ---------------------------------------------------------------- authors and language


def _settle_authors(draft: Draft, sheet: Sheet) -> None:
    if not draft.authors:
        _authors_from_links(draft, sheet)
    if not draft.authors:
        _authors_from_markup(draft, sheet)
    if not draft.authors:
        _authors_from_foot(draft)
    if not draft.authors:
        _authors_from_host(draft, sheet)
    found = draft.evidence.get("authors", [])
    if not draft.authors:
        draft.evidence["authors"] = [
            *found,
            Evidence(None, "inferred", reason="no by-line, label, sender or signature names one"),
        ]
        return
    mail_only = found and found[0].method == "mail_header"
    signed = next((item for item in found if item.place == "tail" and item.value), None)
    if mail_only and signed is not None and signed.value:
        # The sender of a list mail is often the list's poster; who signs the story wrote it.
        address = draft.authors[0].url
        draft.authors = byline.authors(byline.split_names(signed.value), address)
        found.remove(signed)
        found.insert(0, replace(signed, reason="signed by; the mail's sender is another candidate"))
    if (
        len(draft.authors) == 1
        and draft.authors[0].url is None
        and draft.email
        not in {
            None,
            draft.sender,
        }
    ):
        draft.authors = (Author(draft.authors[0].name, f"mailto:{draft.email}"),)


def _authors_from_links(draft: Draft, sheet: Sheet) -> None:
    """Take whom a line above the text names behind a "by", where the name leads to a person:
    "[ Ranma 1/2 ] [ By: NAME ] [ Words: 240 ]"."""
    for index, line in enumerate(draft.lines[:_ABOVE]):
        if draft.bins[index] == "prose":
            return
        for mark in line.marks:
            if mark.kind != "link" or not _PERSON.search(mark.value):
                continue
            name = line.text[mark.start : mark.end].strip()
            before = line.text[max(0, mark.start - _LEAD) : mark.start]
            if _LEADS.search(before) and byline.plausible(name, linked=True):
                draft.add_authors(
                    (name,), "byline", line.bare[:200], url=mark.value, confidence=0.7
                )
                return


def _authors_from_foot(draft: Draft) -> None:
    """Take whose name the address to write to at the foot is: "comments to Mrs. Pask"."""
    for line in draft.lines[-_FOOT:]:
        if not line.marks or not _WRITE_TO.match(line.bare):
            continue
        for address, text in line.links():
            url = byline.mailto(address)
            if url and byline.is_name_shape(text.strip()) and not titles.is_placeholder(text):
                draft.add_authors(
                    (text.strip(),), "position", line.bare[:200], url=url, place="tail",
                    confidence=0.6,
                )  # fmt: skip
                return


def _authors_from_host(draft: Draft, sheet: Sheet) -> None:
    """Take the name before the host of a service that gives each writer one: NAME.tumblr.com."""
    if found := _OWN_HOST.match(sheet.url):
        draft.add_authors((found["name"],), "url", sheet.url, place="address", confidence=0.6)


def _authors_from_markup(draft: Draft, sheet: Sheet) -> None:
    """Take who the page's meta tag names, if its text does so too: the tag alone may mean the
    site's maker."""
    if sheet.root is None:
        return
    for meta in sheet.metas:
        name = " ".join((meta.get("content") or "").split())
        if (meta.get("name") or "").lower() != "author" or not byline.plausible(name, linked=False):
            continue
        if name.lower() in sheet.text.lower():
            draft.add_authors((name,), "markup", name, place="meta author", confidence=0.6)


def _language(draft: Draft, sheet: Sheet, prose: Sequence[Block]) -> str | None:
    stated = sheet.root.get("lang") if sheet.root is not None else None
    if stated and re.fullmatch(r"[a-zA-Z]{2,3}(?:-[\w-]+)?", stated):
        draft.found("language", stated, "markup", f'lang="{stated}"', place="html")
        return str(stated)
    tokens = " ".join([block.text for block in prose[:40]])[:4000].lower().split()
    if len(tokens) < 40:
        return None
    counts = Counter(tokens)
    shares = {
        code: sum(map(counts.get, common, itertools.repeat(0))) / len(tokens)
        for code, common in _COMMON.items()
    }
    code = max(shares, key=lambda name: shares[name])
    if shares[code] < 0.12:
        return None
    draft.found(
        "language",
        code,
        "inferred",
        place="prose",
        confidence=0.9,
        reason=f"{shares[code]:.0%} of the words are its commonest",
    )
    return code
