"""One story of its plan: its prose without the site's template, and every value's evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from storykeep.assemble.events import events_of
from storykeep.assemble.facts import facts_for
from storykeep.assemble.manual import corrected
from storykeep.assemble.plan import ChapterPlan, Piece, StoryPlan
from storykeep.assemble.sameness import same_words, says_the_same
from storykeep.decisions import Corrections
from storykeep.model import (
    Author,
    Block,
    Chapter,
    Disclaimer,
    Evidence,
    Note,
    Part,
    SiteFact,
    Story,
    Version,
    text_sha256,
)

_T = TypeVar("_T")
ProseOf = Callable[[Piece], tuple[Block, ...]]

# How sure each way of finding a title is, where an index page says another.
_WEAKER_THAN_INDEX = frozenset({"title_tag", "url", "inferred", "position"})
# Template text is looked for where templates put it: in the first and last blocks of the prose.
EDGE = 3


def edges(prose: Iterable[Block]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the hashes of the first and last blocks of *prose* that carry words."""
    spoken = [text_sha256(block.text) for block in prose if block.kind != "break" and block.text]
    return tuple(spoken[:EDGE]), tuple(spoken[-EDGE:])


def compose(
    plan: StoryPlan,
    facts: Iterable[SiteFact],
    prose_of: ProseOf,
    by_hand: Corrections | None = None,
) -> Story:
    """Return the story of *plan*; `prose_of` gives the prose that derive found in a piece.

    What a user corrected *by_hand* goes before what the pages say.
    """
    story = _composed(plan, facts, prose_of)
    return corrected(story, by_hand) if by_hand else story


def _composed(plan: StoryPlan, facts: Iterable[SiteFact], prose_of: ProseOf) -> Story:
    facts = tuple(facts)
    parts = [chapter.page.current for chapter in plan.chapters]
    first = parts[0]
    told = [*parts, *plan.listed]
    composed = [
        _chapter(place, chapter, facts, prose_of) for place, chapter in enumerate(plan.chapters, 1)
    ]
    chapters = tuple(chapter for chapter, _ in composed)
    title, title_evidence = _title(plan, told, facts)
    authors, author_evidence = _authors(plan, told)
    evidence = {**_merged_evidence(told), "title": title_evidence, "authors": author_evidence}
    return Story(
        key=plan.key,
        host=plan.host,
        url=first.url,
        title=title,
        authors=authors,
        disclaimers=_disclaimers(parts, facts),
        summary=next((part.summary for part in told if part.summary), None),
        tags=_unique(tag for part in told for tag in part.tags),
        notes=_story_notes(chapters, parts, plan.listed),
        series=next((part.series for part in told if part.series), None),
        published=next((part.published for part in told if part.published), None),
        updated=next((part.updated for part in reversed(told) if part.updated), None),
        status=next((part.status for part in told if part.status), None),
        language=next((part.language for part in told if part.language), None),
        fields={key: value for part in reversed(told) for key, value in part.fields.items()},
        chapters=chapters,
        chrome=_unique(
            text
            for part, (_, cut) in zip(parts, composed, strict=True)
            for text in (*part.chrome, *cut)
        ),
        evidence={key: values for key, values in evidence.items() if values},
        engine=first.engine,
        profile=first.profile,
        aliases=plan.aliases,
        sources=tuple(sorted({name for part in plan.chapters for name in _sources(part)})),
        gone_since=_gone_since(chapters),
        events=events_of(plan, chapters, facts),
    )


def _sources(chapter: ChapterPlan) -> Iterable[str]:
    return (piece.capture.source for piece in chapter.page.pieces if piece.capture)


def _gone_since(chapters: tuple[Chapter, ...]) -> str | None:
    """Return since when nothing of the story was left on its site."""
    dates = [chapter.gone_since for chapter in chapters]
    return max(date for date in dates if date) if all(dates) else None


# ---- chapters and their versions


def _chapter(
    place: int, plan: ChapterPlan, facts: tuple[SiteFact, ...], prose_of: ProseOf
) -> tuple[Chapter, tuple[str, ...]]:
    part = plan.page.current
    template = facts_for(facts, part.url).get("chrome", frozenset())
    versions, cut = _versions(plan, template, prose_of)
    *superseded, current = versions
    chapter = Chapter(
        key=plan.key,
        url=part.url,
        position=place,
        title=part.chapter_title,
        prose=current.prose,
        capture=plan.page.stories[-1].capture,
        notes=part.notes,
        superseded=tuple(superseded),
        first_seen=current.first_seen or None,
        last_seen=current.last_seen or None,
        gone_since=plan.page.gone_since,
    )
    return chapter, cut


def _versions(
    plan: ChapterPlan, template: frozenset[str], prose_of: ProseOf
) -> tuple[list[Version], tuple[str, ...]]:
    """Return what the page said in turn, and what was cut away of the last reading.

    Readings in a row that say the same are one version: with the words of the first of them, for
    the lines of the site that changed since are none of the story's, and set as the last one was.
    """
    versions: list[Version] = []
    cut: tuple[str, ...] = ()
    last: Piece | None = None
    for piece in plan.page.stories:
        if last and piece.capture and piece.part is last.part and piece.span == last.span:
            # The same part says the same again; most captures of many years are such.
            versions[-1] = replace(versions[-1], last_seen=piece.capture.fetched_at)
            continue
        last = piece
        prose, cut = _without_template(piece.cut(prose_of(piece)), template)
        seen = piece.capture.fetched_at if piece.capture else ""
        if versions and says_the_same(versions[-1].prose, prose):
            known = versions[-1].prose
            text = prose if same_words(known, prose) else known
            versions[-1] = replace(versions[-1], prose=text, last_seen=seen)
        else:
            versions.append(Version(prose, seen, seen, piece.capture))
    return versions, cut


def _without_template(
    prose: tuple[Block, ...], template: frozenset[str]
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return the prose without the site's own blocks at its edges, and what was cut."""
    if not template:
        return prose, ()
    spoken = [index for index, block in enumerate(prose) if block.kind != "break" and block.text]
    edge = {*spoken[:EDGE], *spoken[-EDGE:]}
    cut = {index for index in edge if text_sha256(prose[index].text) in template}
    if not cut or len(cut) == len(spoken):
        return prose, ()
    kept = [block for index, block in enumerate(prose) if index not in cut]
    while kept and kept[0].kind == "break":
        kept.pop(0)
    while kept and kept[-1].kind == "break":
        kept.pop()
    return tuple(kept), tuple(prose[index].text for index in sorted(cut))


# ---- title and authors, where several pages have a say


def _title(
    plan: StoryPlan, told: list[Part], facts: tuple[SiteFact, ...]
) -> tuple[str | None, tuple[Evidence, ...]]:
    strong: list[Evidence] = []
    weak: list[Evidence] = []
    lost: list[Evidence] = []  # what its own page has put behind another
    nulls: list[Evidence] = []
    for part in told:
        own = [
            replace(each, value=None, reason="the same on the site's other pages: the site's name")
            if each.value and _is_site_name(each.value, part, facts)
            else each
            for each in part.evidence.get("title", ())
        ]
        found = [each for each in own if each.value]
        for won in found[:1]:
            (weak if won.method in _WEAKER_THAN_INDEX else strong).append(won)
        lost += found[1:]
        nulls += [each for each in own if not each.value]
    ranked = [*strong, *plan.titles, *weak, *lost, *nulls]
    return (ranked[0].value if ranked else None), _unique(ranked)


def _is_site_name(title: str, part: Part, facts: tuple[SiteFact, ...]) -> bool:
    return text_sha256(title) in facts_for(facts, part.url).get("title", frozenset())


def _authors(plan: StoryPlan, told: list[Part]) -> tuple[tuple[Author, ...], tuple[Evidence, ...]]:
    own = [each for part in told for each in part.evidence.get("authors", ())]
    authors = next((part.authors for part in told if part.authors), ())
    if not authors and plan.authors:
        authors = (Author(plan.authors[0].value or ""),)
    found = [each for each in own if each.value]
    return authors, _unique([*found, *plan.authors, *(each for each in own if not each.value)])


# ---- what all the parts say together


def _disclaimers(parts: list[Part], facts: tuple[SiteFact, ...]) -> tuple[Disclaimer, ...]:
    """Return each text once, with the scope that the other pages give it."""
    found: dict[str, Disclaimer] = {}
    for index, part in enumerate(parts):
        site = facts_for(facts, part.url).get("disclaimer", frozenset())
        for each in part.disclaimers:
            sha256 = text_sha256(each.text)
            if sha256 in found:
                continue
            if sha256 in site:
                each = replace(each, scope="site")
            elif index and each.scope == "story" and not _ends_the_story(each, index, parts):
                each = replace(each, scope="chapter")
            found[sha256] = each
    return tuple(found.values())


def _ends_the_story(each: Disclaimer, index: int, parts: list[Part]) -> bool:
    """Return whether a disclaimer stands behind the last chapter, and so behind the whole story."""
    return each.place == "tail" and index == len(parts) - 1


def _story_notes(
    chapters: tuple[Chapter, ...], parts: list[Part], contents: tuple[Part, ...]
) -> tuple[Note, ...]:
    """Return the notes of a one-page story, or of a longer one's table of contents.

    The notes of a chapter stay with their chapter; a story of one chapter shows them as its own.
    """
    notes = [note for part in contents for note in part.notes]
    if len(chapters) == 1:
        notes += parts[0].notes
    return _unique(notes)


def _merged_evidence(told: list[Part]) -> Mapping[str, tuple[Evidence, ...]]:
    fields = sorted({field for part in told for field in part.evidence})
    return {
        field: _unique(each for part in told for each in part.evidence.get(field, ()))
        for field in fields
    }


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))
