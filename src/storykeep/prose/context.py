"""What holds inside an element of a page: formats, preformatted text, heading, list item, row."""

from __future__ import annotations

from dataclasses import dataclass

from storykeep.prose import css, names
from storykeep.prose.lines import Format


@dataclass(slots=True)
class Context:
    """What holds inside an element and is restored when it ends."""

    formats: tuple[Format, ...] = ()
    pre: bool = False
    heading: str = ""
    item: tuple[int, str] | None = None  # depth and number of the list item
    row: bool = False
    in_p: bool = False
    # What holds in elements of a name, or of a name and a style, once asked: pages repeat a few.
    named: dict[str, Context] | None = None
    styled: dict[tuple[str, css.Style], Context] | None = None


def changed(
    context: Context,
    *,
    formats: tuple[Format, ...] | None = None,
    pre: bool = False,
    heading: str = "",
    item: tuple[int, str] | None = None,
    row: bool = False,
    in_p: bool = False,
) -> Context:
    """Return *context* with what is given laid over it."""
    return Context(
        context.formats if formats is None else formats,
        pre or context.pre,
        heading or context.heading,
        item or context.item,
        row or context.row,
        in_p or context.in_p,
    )


def within(context: Context, tag: str) -> Context:
    """Return what holds in an element *tag* that says no more than its name."""
    named = context.named
    if named is None:
        named = context.named = {}
    found = named.get(tag)
    if found is None:
        found = named[tag] = _entered(context, tag)
    return found


def within_styled(context: Context, tag: str, style: css.Style) -> Context:
    """Return what holds in an inline element *tag* with a style of its own."""
    styled = context.styled
    if styled is None:
        styled = context.styled = {}
    found = styled.get((tag, style))
    if found is None:
        found = styled[tag, style] = formatted(context, tag, style, None)
    return found


def formatted(context: Context, tag: str, style: css.Style, link: str | None) -> Context:
    """Return *context* with the formats of an element *tag*, its style, and where it leads."""
    kind = names.FORMATS.get(tag)
    formats = context.formats
    if link and not formats and style is css.PLAIN:  # most links
        return changed(context, formats=(("link", link),))
    wanted = [(kind, "")] if kind else []
    if link:
        formats = tuple(pair for pair in formats if pair[0] != "link")
        wanted.append(("link", link))
    wanted += [(added, "") for added in sorted(style.add)]
    formats = tuple(pair for pair in formats if pair[0] not in style.drop)
    formats += tuple(pair for pair in wanted if pair[0] not in style.drop and pair not in formats)
    return context if formats == context.formats else changed(context, formats=formats)


def _entered(context: Context, tag: str) -> Context:
    if tag == "p":
        return changed(context, in_p=True)
    if tag in names.HEADINGS:
        return changed(context, heading=names.HEADINGS[tag])
    if tag in names.PREFORMATTED:
        return changed(context, pre=True)
    if tag not in names.FORMATS or (pair := (names.FORMATS[tag], "")) in context.formats:
        return context
    return changed(context, formats=(*context.formats, pair))
