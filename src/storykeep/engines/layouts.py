"""Where each software that names the box of its text puts what: by class, id or property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from storykeep.engines.dom import classes
from storykeep.engines.sheet import Sheet
from storykeep.patterns import has_one

_MAKERS = (
    "wordpress", "blogger", "movable type", "typepad", "publii", "hugo", "jekyll", "hexo",
    "pelican", "eleventy", "astro", "gatsby", "zola", "ghost", "drupal", "joomla", "wix",
    "squarespace", "weebly", "nikola", "grav", "textpattern", "serendipity", "docusaurus",
)  # fmt: skip
SAMIZDAT = "Собственно произведение"  # the comment above its texts


@dataclass(frozen=True)
class Layout:
    """Where one software puts things, in the order they are tried.

    "name" is a class, "#name" an id, "@name" a microdata property, and "outer inner" the first
    element of class inner in each of class outer.
    """

    name: str
    signs: Callable[[Sheet], bool]
    body: tuple[str, ...]
    title: tuple[str, ...] = ()
    chapter: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    inner_notes: tuple[str, ...] = ()  # notes that stand in the box of the text
    summary: tuple[str, ...] = ()
    extras: frozenset[str] = frozenset()  # what the software puts into the body
    is_blog: bool = False  # an entry may be anything
    labels: bool = False  # labels stand above the text


def _makers(sheet: Sheet) -> str:
    """Return what the page says that it was made with, in small letters."""
    return "\n".join(
        (each.get("content") or "").lower()
        for each in sheet.metas
        if (each.get("name") or "").lower() == "generator"
    )


def is_made_elsewhere(sheet: Sheet) -> bool:
    """True where a page names the program that makes a site of its own, with classes like those of
    journals; who saves a page by hand may leave the name of a browser."""
    return has_one(sheet.once(_makers), _MAKERS)


def _made_by(name: str) -> Callable[[Sheet], bool]:
    return lambda sheet: name in sheet.once(_makers)


def _is_wordpress(sheet: Sheet) -> bool:
    if _made_by("wordpress")(sheet):
        return True
    body = next(sheet.root.iter("body"), None)
    if classes(body) & {"single-post", "postid", "single-format-standard"}:
        return True
    paths = (each.get("href") or "" for each in sheet.root.iter("link"))
    return any("/wp-content/" in path or "/wp-includes/" in path for path in paths)


def _is_blogger(sheet: Sheet) -> bool:
    return _made_by("blogger")(sheet) or (
        bool(sheet.by_class("post-body")) and bool(sheet.by_class("post-title"))
    )


# Attributes are found many times faster than by asking every paragraph for one.
_PARAGRAPH_IDS: Any = etree.XPath("/descendant::p/@data-p-id", smart_strings=False)


def _is_wattpad(sheet: Sheet) -> bool:
    return any(_PARAGRAPH_IDS(sheet.root))


@dataclass(frozen=True)
class _Named:
    """Tells a page by the ids or the classes of which it has one."""

    names: frozenset[str]
    are_ids: bool

    def __call__(self, sheet: Sheet) -> bool:
        return sheet.has_an_id(self.names) if self.are_ids else sheet.has_class(self.names)


def _has_id(*names: str) -> _Named:
    return _Named(frozenset(names), are_ids=True)


def _has_class(*names: str) -> _Named:
    return _Named(frozenset(names), are_ids=False)


def _is_drupal(sheet: Sheet) -> bool:
    return len(sheet.by_class("node")) == 1 and bool(sheet.by_class("submitted"))


def _is_samizdat(sheet: Sheet) -> bool:
    return any(SAMIZDAT in (comment.text or "") for comment in sheet.comments)


def _is_reddit(sheet: Sheet) -> bool:
    """True where a page has the entries, called things, of reddit's older layout."""
    return sheet.has_class(frozenset({"usertext-body"})) and sheet.has_class(frozenset({"thing"}))


_SHARING = frozenset((
    "sharedaddy", "sd-block", "jp-relatedposts", "wpcnt", "wpa", "addtoany_share_save_container",
    "addtoany_content", "post-navigation", "nav-links", "post-tags", "tags-links", "cat-links",
    "entry-meta", "entry-footer", "post-footer", "post-share", "share-buttons", "social",
    "wp-polls", "rating", "post-ratings", "blogger-labels", "screen-reader-text", "yarpp",
    "wp-block-buttons", "mailmunch-forms-before-post", "like-box", "post-meta", "postmetadata",
    "navigation", "comments", "comments-area", "feedback",
))  # fmt: skip
_LISTS = frozenset({"storylist"})
_BOARDS = frozenset({"comments", "posted", "trackback", "trackbacks", "links", "terms", "meta"})
LAYOUTS = (
    Layout(
        "ficbook", _has_class("part_text", "js-part-text"), ("part_text", "js-part-text"),
        title=("fanfic-main-info", "chapter-info", "fanfic-hat"), chapter=("title-area",),
        author=("creator-username", "creator-nickname", "@author"),
        notes=("part-comment-top", "part-comment-bottom"), labels=True,
    ),
    Layout("samizdat", _is_samizdat, ()),
    Layout(
        "scribblehub", _has_id("chp_raw"), ("#chp_raw",),
        title=("wi_breadcrumb c_index", "chp_byauthor"), chapter=("chapter-title",),
        author=("chp_byauthor",),
        inner_notes=("wi_authornotes",), extras=frozenset({"wi_news", "modern-footnotes-list"}),
    ),
    Layout(
        "fanfiktion", _has_class("story-left"), ("#storytext",), title=("huge-font",),
        author=("story-left",),
    ),
    Layout(
        "fimfiction", _has_id("chapter-body"), ("#chapter-body",), title=("#story_title",),
        chapter=("#chapter_title",), author=("title", "author"), notes=("authors-note",),
    ),
    Layout(
        "quotev", _has_id("rescontent"), ("#rescontent",), title=("#quizHeader",),
        author=("quizAuthorList",),
    ),
    Layout(
        "sofurry", _has_id("sfContentBody"), ("#sfContentBody",), title=("#sfContentTitle",),
        author=("sf-username",), summary=("#sfContentDescription",),
    ),
    Layout(
        "inkitt", _has_class("story-page-text"), ("story-page-text",), title=("story-title",),
        chapter=("chapter-head-title",), author=("story-author__name", "author-link"),
        extras=frozenset({"promo"}),
    ),
    Layout(
        "literotica", _has_class("b-story-body-x", "aa_ht"), ("b-story-body-x", "aa_ht"),
        title=("b-story-header", "headline"), author=("b-story-user-y", "y_eU"),
    ),
    Layout(
        "deviantart", _has_class("dev-view-deviation"), ("dev-view-deviation text",),
        title=("dev-title-container",),
        author=("dev-title-container u", "dev-title-container username"),
        notes=("dev-description",),
    ),
    Layout(
        "ficwad", lambda sheet: sheet.by_id("storytext") is not None and sheet.has_class(_LISTS),
        ("#storytext",), title=("storylist",), author=("author",), summary=("summary",),
        labels=True,
    ),
    Layout(
        "asianfanfics", _has_id("user-submitted-body"), ("#user-submitted-body",),
        title=("flow-root",), author=("flow-root",),
    ),
    Layout(
        # The readers of serials that many sites of translated novels share.
        "novel reader", _has_id("chapter-content", "chr-content"),
        ("#chapter-content", "#chr-content"),
        title=("truyen-title", "novel-title"), chapter=("chapter-title", "chr-title"),
        extras=frozenset({"ads", "ads-holder", "ads-middle"}),
    ),
    Layout(
        "wattpad", _is_wattpad, ("part-content", "page", "panel-reading"),
        title=("parts-container-new", "story-info__title", "toc-info", "toc-header"),
        author=("author", "author-info__username"),
    ),
    Layout(
        "reddit", _is_reddit, ("link usertext-body",), title=("link title title", "link title"),
        author=("link author",), is_blog=True,
    ),
    Layout(
        "blogger", _is_blogger, ("post-body", "entry-content"),
        title=("post-title", "entry-title"), author=("post-author", "post-footer"),
        date=("date-header", "published", "post-timestamp"), extras=_SHARING, is_blog=True,
    ),
    Layout(
        "wordpress", _is_wordpress,
        ("entry-content", "post-content", "storycontent", "post-entry", "postentry", "entry",
         "post-text", "the-content", "blog-post-content"),
        title=("entry-title", "post-title", "storytitle", "posttitle"),
        author=("author", "byline", "post-author", "entry-author"),
        date=("entry-date", "published", "post-date", "date"), extras=_SHARING, is_blog=True,
    ),
    Layout(
        "movable type", _made_by("movabletype"), ("blogbody", "entry-body", "asset-body"),
        title=("title", "entry-header", "asset-name"), author=("posted", "entry-footer"),
        date=("posted",), extras=_SHARING | _BOARDS, is_blog=True,
    ),
    Layout(
        "drupal", _is_drupal, ("node content",), author=("submitted",), date=("submitted",),
        extras=_SHARING | _BOARDS, is_blog=True,
    ),
    Layout(
        # The microformat that the templates of many blogs follow (hAtom 0.1).
        "hatom", _has_class("hentry"), ("hentry entry-content",), title=("hentry entry-title",),
        author=("hentry author", "hentry vcard"), date=("hentry published",), extras=_SHARING,
        is_blog=True,
    ),
)  # fmt: skip
_NAMES = frozenset[str]().union(
    *(layout.signs.names for layout in LAYOUTS if isinstance(layout.signs, _Named))
)
_UNNAMED = tuple(layout for layout in LAYOUTS if not isinstance(layout.signs, _Named))


def layouts_of(sheet: Sheet) -> tuple[Layout, ...]:
    """Return the layouts that *sheet* may have by the ids and classes on it, in order."""
    # One look says so of most of them, for most pages.
    return _UNNAMED if _NAMES.isdisjoint(sheet.names) else LAYOUTS
