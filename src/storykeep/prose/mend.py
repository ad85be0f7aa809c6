"""A page's source put right where the parser would lose text or emphasis that browsers show.

Used on evidence only: the parser's own complaints, or a name it cannot know. It drops no text. What
it mends: emphasis that runs over paragraph ends or crosses other elements (WHATWG HTML, section
13.2.4.3, "the list of active formatting elements", in small), nesting deeper than the parser goes,
comments that never end, `<lyrics>` and other text in angle brackets, and a <title> without an end.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from storykeep.patterns import lazy
from storykeep.prose import names

# No part of it may run on to the end of a page in vain: pages are hostile, and that is quadratic.
_TOKEN = lazy(
    r"(?P<comment><!--)"
    r"|(?P<raw><(?P<rawname>script|style|textarea|title|xmp|noembed|noframes|iframe|svg)\b"
    r"[^<>]{0,4000}+>)"
    r"|<(?P<close>/?)(?P<name>[a-z][^\s/<>]{0,200}+)"
    r"(?P<rest>(?:[^<>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}')*+)>"
    r"|<(?P<closed>/?)(?P<broken>[a-z][^\s/<>]{0,200}+)(?P<torn>[^<>]{0,4000}+)>",
    re.IGNORECASE,
)
_COMMENT_END = lazy(r"--\s{0,99}!?>")
_TAG = lazy(r"<[^>]*>")
_NAME = lazy(r"</?([a-zA-Z][^\s/>]*)")
_NAMESPACED = lazy(r"[a-z][a-z0-9]{0,9}:[a-z][\w.-]*")
_ADDRESS = ("http:", "https:", "ftp:", "mailto:", "news:", "telnet:", "gopher:", "irc:")
_SPACED_END = lazy(r"--\s{1,99}>")
# A quote that is opened in a tag and closed, if ever, only after the tag and another one.
_TORN_VALUE = r"=\s{0,9}(?:\"[^\"<>]{0,400}>[^\"<]*<|'[^'<>]{0,400}>[^'<]*<)"
_TORN = lazy(rf"<[a-z][^<>\"']{{0,400}}{_TORN_VALUE}", re.IGNORECASE)
_MAY_BE_TORN = lazy(_TORN_VALUE)  # a sign to look for is found faster than a tag with one in it
_OPEN_TITLE = lazy(r"(<title[^<>]{0,400}>[^<]*)", re.IGNORECASE)
_TITLE_END = lazy("</title", re.IGNORECASE)
_PRE_WITH_HEADING = lazy(
    r"(?P<pre><pre\b[^<>]{0,200}>)\s{0,99}"
    r"(?P<heading><(?P<name>ul|ol|h[1-6]|"
    r"center)\b[^<>]{0,200}>(?:(?!</?pre\b)[^\x00]){0,800}?</(?P=name)>)"
    r"(?=\s{0,99}[^<\s])",
    re.IGNORECASE,
)
_DEEPEST = 400
_MOST_ALIKE = 3  # equal formatting elements at once ("Noah's Ark clause")
_FORMATTING = frozenset(names.FORMATS)
_NUMBERED = {"p": "p", "h": "p", "u": "ul"}  # "<b2>" might be a seat
_CELLS = frozenset({"td", "th", "caption", "tr"})
_ENDED_BY_NEXT = frozenset({"p", "option"})  # by another of the same right behind them
_ITEMS = {"dd": ("dl", ("dd", "dt")), "dt": ("dl", ("dd", "dt")), "li": ("", ("li",))}


def has_strange_names(text: str) -> bool:
    """Return whether *text* has tags that are no markup, or that swallow what follows them."""
    markup = _markup_of(text)
    if "<!--" in markup and (
        text.rfind("<!--") > text.rfind("-->") or _SPACED_END.search(text) is not None
    ):
        return True
    if _has_open_title(text) or (_MAY_BE_TORN.search(markup) and _TORN.search(text)):
        return True
    if "<svg" in markup:  # a drawing has a vocabulary of its own
        markup = _without_drawings(text)
    strange = {name.lower() for name in set(_NAME.findall(markup))} - names.KNOWN
    return not all(is_known(name, "=") for name in strange)


def _markup_of(text: str) -> str:
    """Return each tag of *text* once, in no order, and a tag that the page was cut in.

    A page repeats a few tags, so this is a tenth of it, and looked through in a tenth of the time.
    """
    end = text.rfind(">") + 1  # so that no "<" looks for its partner in vain: that is quadratic
    return f"{text[end:]} {''.join(set(_TAG.findall(text, 0, end)))}<"


def _without_drawings(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<svg", at)) >= 0 and (end := text.find("</svg", start)) >= 0:
        kept.append(text[at:start])
        at = end + len("</svg")
    return "".join([*kept, text[at:]])


def is_known(name: str, rest: str) -> bool:
    """Return whether a tag *name* (lower case) with what follows it is markup."""
    if name in names.KNOWN:
        return True
    if name.startswith(_ADDRESS) or "@" in name:
        return False
    if _NAMESPACED.fullmatch(name):
        return True
    return "-" in name and "=" in rest


def _meant(name: str) -> str:
    """Return the element that a mistyped tag was to open or close: a "p1" is a paragraph, and so
    is a heading of a level that there is not; "" for any other name."""
    if name[-1:].isdigit() and len(name) == 2:
        return _NUMBERED.get(name[0], "")
    return ""


def mend(text: str) -> str:
    """Return *text* as source that the parser reads the way browsers do."""
    text = _comments_closed(text)
    if _has_open_title(text):
        text = _OPEN_TITLE.sub(r"\1</title>", text, count=1)
    return _Mender(text).run()


def _has_open_title(text: str) -> bool:
    return bool(_OPEN_TITLE.search(text)) and not _TITLE_END.search(text)


def reopened(text: str) -> str:
    """Return *text* with a `<pre>` begun again behind a heading or a list within it, at which the
    parser ends it and browsers do not: so lib.ru sets its texts.

    >>> reopened("<pre><ul><h2>The Lamp</h2></ul>  Out.</pre>")
    '<ul><h2>The Lamp</h2></ul><pre>  Out.</pre>'
    """
    return _PRE_WITH_HEADING.sub(r"\g<heading>\g<pre>", text)


def without_tags(text: str) -> str:
    """Return *text* with every tag a blank, for a page that no parser survives."""
    return re.sub(r"<[^<>]{0,4000}>", " ", text).replace("<", "&lt;")


def _comments_closed(text: str) -> str:
    """Return *text* with a comment that never ends closed at its first `>`, as it once was."""
    start = text.rfind("<!--")
    if start < 0 or _COMMENT_END.search(text, start + 2):
        return text
    end = text.find(">", start)
    return text if end < 0 else text[:end] + "-->" + text[end + 1 :]


class _Mender:
    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.active: list[tuple[str, str]] = []  # formatting that holds: name and start tag
        self.written = 0  # how many of them are open in what was written
        self.frames: list[list[tuple[str, str]]] = []  # outside the tables that are open
        self.stack: list[tuple[str, bool]] = []  # elements that are open, and whether written
        self.endless = False  # no comment ends any more
        self.ends: dict[str, list[int]] = {}  # where the end tags of raw elements end, by name

    def run(self) -> str:
        at = 0
        while match := _TOKEN.search(self.text, at):
            self._plain(self.text[at : match.start()])
            at = match.end()
            if match["comment"]:
                at = self._comment(at)
            elif match["raw"]:
                at = self._raw(match["raw"], match["rawname"].lower(), at)
            elif match["rest"] and _TORN.match(match[0]):
                at = self.text.index(">", match.start()) + 1
                self._tag(match[0], match["name"].lower(), closing=False, torn=True)
            else:
                name = (match["name"] or match["broken"]).lower()
                closing = bool(match["close"] or match["closed"])
                self._tag(match[0], name, closing=closing, torn=match["broken"] is not None)
        self._plain(self.text[at:])
        return "".join(self.out)

    def _comment(self, at: int) -> int:
        """Write the comment whose text begins at *at*; return where it ends."""
        end = None if self.endless else _COMMENT_END.search(self.text, at)
        if end is None:
            self.endless = True
            self.out.append("<!-- -->")  # a sign that opens nothing
            return at
        self.out.append(f"<!--{self.text[at : end.start()]}-->")
        return end.end()

    def _raw(self, source: str, name: str, at: int) -> int:
        """Write an element that holds no markup, whole; return where it ends."""
        if name not in self.ends:
            self.ends[name] = [
                m.end() for m in re.finditer(rf"</{name}\s{{0,99}}>", self.text, re.I)
            ]
        ends = self.ends[name]
        number = bisect_right(ends, at)
        if number == len(ends):
            self.out.append(source)
            return at
        self.out.append(source + self.text[at : ends[number]])
        return ends[number]

    def _plain(self, text: str) -> None:
        if text:
            if self.written < len(self.active) and not text.isspace():
                self._reopen()
            self.out.append(text)

    def _tag(self, source: str, name: str, *, closing: bool, torn: bool) -> None:
        if name not in names.KNOWN and (meant := _meant(name)):
            source = f"</{meant}>" if closing else f"<{meant}>"
            name = meant
        if not is_known(name, source):
            self._plain("&lt;" + source[1:])
            return
        if torn:
            # A quote that never ends would swallow what follows; the attributes go, not the text.
            source = f"</{name}>" if closing else f"<{name}>"
        if name in _FORMATTING:
            self._format(source, name, closing=closing)
        elif name in names.VOID:
            if name in ("img", "image"):
                self._plain("")
            self.out.append(source)
        else:
            self._suspend()
            if name in ("table", *_CELLS):
                self._frame(name, closing=closing)
            self._element(source, name, closing=closing)

    def _format(self, source: str, name: str, *, closing: bool) -> None:
        if not closing:
            if sum(known == name for known, _ in self.active) < _MOST_ALIKE:
                self.active.append((name, source))
            return
        for at in reversed(range(len(self.active))):
            if self.active[at][0] == name:
                self._suspend(at)
                del self.active[at]
                return

    def _suspend(self, keep: int = 0) -> None:
        """Close the formatting that is written, down to *keep*; text that comes reopens it."""
        while self.written > keep:
            self.written -= 1
            self.out.append(f"</{self.active[self.written][0]}>")

    def _reopen(self) -> None:
        for _, source in self.active[self.written :]:
            self.out.append(source)
        self.written = len(self.active)

    def _frame(self, name: str, *, closing: bool) -> None:
        """Keep the formatting of a table's cells to themselves."""
        if name != "table":
            if self.frames:
                self.active = []
        elif not closing:
            self.frames.append(self.active)
            self.active = []
        elif self.frames:
            self.active = self.frames.pop()

    def _element(self, source: str, name: str, *, closing: bool) -> None:
        if closing:
            self._end_element(source, name)
            return
        if name in _ITEMS:
            self._end_item(*_ITEMS[name])
        elif name in _ENDED_BY_NEXT and self.stack and self.stack[-1][0] == name:
            self.stack.pop()
        shallow = len(self.stack) < _DEEPEST
        self.stack.append((name, shallow))
        if shallow:
            self.out.append(source)
        elif name not in ("a", "span", "font", "big", "small", "nobr", "label"):
            self.out.append("<div></div>")

    def _end_element(self, source: str, name: str) -> None:
        for at in range(len(self.stack) - 1, max(-1, len(self.stack) - 60), -1):
            if self.stack[at][0] == name:
                written = self.stack[at][1]
                del self.stack[at:]
                self.out.append(source if written else "<div></div>")
                return
            if self.stack[at][0] in ("table", "td", "th") and name not in ("table", "tr"):
                break
        if name != "p" and name not in names.SPACED:
            return
        self.out.append("<div></div>")

    def _end_item(self, holder: str, items: tuple[str, ...]) -> None:
        """Close the item before: the parser nests <dd> in <dd> without end."""
        for at in range(len(self.stack) - 1, max(-1, len(self.stack) - 20), -1):
            name, written = self.stack[at]
            if name == holder or name in names.LISTS or name in ("table", "td"):
                return
            if name in items:
                del self.stack[at:]
                if written:
                    self.out.append(f"</{name}>")
                return
