"""What stands around a text on any page: the readers' comments, a site's boxes, the links below a
mail.

Class and id say so in words that templates have in common. Nothing that is most of a page is put
away by its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from storykeep.engines.dom import outermost
from storykeep.engines.sheet import Sheet
from storykeep.header import Draft, disclaimer
from storykeep.header.lines import Line, label_of

# What their readers say, by class or id.
_COMMENTS = frozenset((
    "comments", "Comments", "comment", "commentlist", "comment-list", "comments-area",
    "comments-block",
    "comments-head", "comments-body", "comments-section", "comment-section", "ccomment", "respond",
    "kommentare", "commentaires", "comentarios", "commenti", "disqus_thread",
    "commentform", "comment-form", "replies", "reviews-list",
))  # fmt: skip
# What a layout puts beside, above and below a text.
_BOXES = frozenset((
    "moduletable", "modifydate", "createdate", "back_button", "pathway", "buttonheading",
    "breadcrumb", "breadcrumbs", "related", "read-next", "post-nav", "post-navigation",
    "post-info", "postmetadata", "post-tags", "taglist", "tag-list",
    "share-buttons", "sharing", "sharedaddy", "rating-box", "b-box-rating", "story-actions",
    "pagenav", "pagination", "pager", "similar_threads", "related-posts", "promo", "advert",
    "advertisement", "sidebar", "dev-view-meta", "site-footer", "colophon", "widget", "widget-area",
    "cookie-notice", "cookie-banner", "cookie-bar", "newsletter", "newsletter-signup",
    "social-links", "user-login", "login-form", "loginform", "search-form", "searchform",
    "catlinks", "printfooter",
    "subscription-widget", "subscription-widget-wrap", "subscribe-widget", "wide-ad-content",
    "navbar", "navbar-brand", "navbar-nav",
    "site-info", "author-bio", "more-stories", "similar-stories", "recommendations",
))  # fmt: skip
_NAMES = _COMMENTS | _BOXES
# The comments behind which a mail's archive goes on with its own links.
_MAIL_ENDS = ("X-Body-of-Message-End", 'body="end"', "endarticle")
_HOME = frozenset({"/", "./", "../"})
_FEW = 8  # headers of a page, links and headings in one, that are looked at
_HEADER = 0.15  # of a page's words: a <header> with more of them holds more than a name
_MOST = 0.4  # of a page's words: a box with more of them holds the text


def put_away(draft: Draft, sheet: Sheet) -> None:
    """Put what surrounds the text of a page into the chrome."""
    if sheet.root is None:
        return
    total = sum(draft.sizes) or 1
    for name in sorted(sheet.names & _NAMES):
        for element in outermost(_of(sheet, name)):
            inside = sheet.inside(element)
            if sum(draft.sizes[index] for index in inside) < _MOST * total:
                # A header that a writer has typed is one in whatever box it stands.
                _put(draft, [i for i in inside if label_of(draft.lines[i]) is None])
    for element in outermost(islice(sheet.root.iter("header"), _FEW)):
        inside = sheet.inside(element) if _is_of_site(element) else []
        if sum(draft.sizes[index] for index in inside) < _HEADER * total:
            _put(draft, [i for i in inside if label_of(draft.lines[i]) is None])
    feet = [*islice(sheet.root.iter("footer"), _FEW), *_of(sheet, "footer")[:_FEW]]
    for element in outermost(feet):
        inside = sheet.inside(element) if not _is_within_text(element) else []
        if sum(draft.sizes[index] for index in inside) < _HEADER * total:
            _put(draft, [i for i in inside if _is_of_footer(draft.lines[i])])
    notes = [each for each in sheet.by_class("notes") if each.tag == "ol"]  # of a post's readers
    for element in notes:
        _put(draft, sheet.inside(element))
    _put(draft, _below_mail(sheet))
    below = _below_form(sheet)
    if sum(draft.sizes[index] for index in below) < _MOST * total:
        _put(draft, below)


def _is_of_site(header: Any) -> bool:
    """True for a <header> above all that is the text's, whose headings lead to the front page."""
    if _is_within_text(header):
        return False
    named = list(islice(header.iter("h1", "h2", "h3"), _FEW))
    return _leads_home(header) and all(map(_leads_home, named))


def _is_within_text(element: Any) -> bool:
    """True where an element is a text's own: its heading, or what its author says below it."""
    return any(each.tag in {"article", "main", "blockquote"} for each in element.iterancestors())


def _is_of_footer(line: Line) -> bool:
    """True for what a site says in its <footer>, but for whose the rights are and what a writer has
    put under a label."""
    if label_of(line) is not None or "©" in line.text or "opyright" in line.text:
        return False
    return not disclaimer.opens_with_disclaimer(line.bare, set_off=True)


def _leads_home(element: Any) -> bool:
    return any((each.get("href") or "") in _HOME for each in islice(element.iter("a"), _FEW))


def _of(sheet: Sheet, name: str) -> list[Any]:
    named = sheet.by_id(name)
    return sheet.by_class(name) if named is None else [named, *sheet.by_class(name)]


def _put(draft: Draft, indexes: Iterable[int]) -> None:
    for index in indexes:
        if not draft.bins[index]:
            draft.put(index, "chrome")


def _below_form(sheet: Sheet) -> list[int]:
    """Return the lines in and behind the form in which readers write of the text above it."""
    forms = [
        each for each in sheet.root.iter("form") if next(each.iter("textarea"), None) is not None
    ]
    if not forms:
        return []
    inside = sheet.inside(forms[0])
    first = inside[0] if inside else None
    if first is None:
        return []
    return list(range(first, len(sheet.lines)))


def _below_mail(sheet: Sheet) -> list[int]:
    """Return the lines behind the comment by which archives of mails end a message."""
    ends = [each for each in sheet.comments if (each.text or "").strip(" !-") in _MAIL_ENDS]
    if not ends:
        return []
    below: set[Any] = set()
    passed = False
    for element in sheet.root.iter():
        passed = passed or element is ends[-1]
        if passed:
            below.add(element)
    return [index for index, line in enumerate(sheet.lines) if line.element in below]
