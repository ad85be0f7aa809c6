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
HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
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
