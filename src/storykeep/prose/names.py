"""What the element names of HTML, from 2.0 to today, mean for the flow of text."""

from __future__ import annotations

# Never text on the screen, whatever they hold.
SKIPPED = frozenset({
    "script", "style", "template", "noscript", "noframes", "noembed", "head", "title", "select",
    "option", "datalist", "textarea", "iframe", "object", "applet", "audio", "video", "canvas",
    "svg", "meter", "progress", "frameset", "frame",
})  # fmt: skip
# Elements that begin and end lines; those of the second set keep a distance as well.
BLOCKS = frozenset({
    "html", "body", "div", "center", "address", "form", "table", "caption", "thead", "tbody",
    "tfoot", "tr", "td", "th", "li", "dd", "dt", "section", "article", "header", "footer", "nav",
    "main", "aside", "details", "summary", "legend", "figcaption", "multicol", "layer", "ilayer",
    "marquee", "hgroup", "search", "optgroup", "isindex", "noindex",
})  # fmt: skip
SPACED = frozenset({
    "p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "menu", "dir", "pre",
    "listing", "xmp", "plaintext", "fieldset", "figure", "hr",
})  # fmt: skip
# All that begin and end lines, and whether they keep a distance.
BOXES = {**dict.fromkeys(BLOCKS, False), **dict.fromkeys(SPACED, True)}
HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
# How an element is shown that is not merely inline, by its name.
WAYS = {
    **dict.fromkeys((*BOXES, "img", "q"), "own"),
    **dict.fromkeys(SKIPPED, "skipped"),
    "br": "break",
    "button": "hidden",
}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})

FORMATS = {
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "emphasis"),
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strike"),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), "code"),
    "sup": "superscript",
    "sub": "subscript",
}

# Names of HTML that are none of the above. A name that is in no list here is not markup but text
# that a writer put between angle brackets.
_OTHERS = frozenset(
    {
        "a", "abbr", "acronym", "area", "base", "basefont", "bdi", "bdo", "bgsound", "big", "blink",
        "br", "button", "col", "colgroup", "command", "comment", "content", "data", "dialog",
        "embed", "figure", "font", "image", "img", "input", "keygen", "label", "link", "map",
        "mark", "math", "menuitem", "meta", "nobr", "nextid", "output", "param", "picture", "q",
        "rb", "rbc", "rp", "rt", "rtc", "ruby", "section", "server", "shadow", "slot", "small",
        "source", "spacer", "span", "time", "track", "wbr", "xml", "csscriptdict", "csobj",
        "csaction", "csactions", "csactionitem", "csimport", "tbody", "maction", "merror", "mfrac",
        "mi", "mn", "mo", "mover", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup",
        "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "semantics", "annotation",
        "xxx7",  # around the texts of Samizdat
    }
)  # fmt: skip
KNOWN = SKIPPED | BLOCKS | SPACED | frozenset(FORMATS) | _OTHERS
VOID = frozenset(
    {
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "image",
        "input", "isindex", "keygen", "link", "meta", "nextid", "param", "source", "spacer",
        "track", "wbr",
    }
)  # fmt: skip
