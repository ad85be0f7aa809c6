"""What a page's own style rules say about its text: hidden, italic, bold. Single selectors only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from storykeep.patterns import lazy

_COMMENT = lazy(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_RULE = lazy(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = lazy(r"([a-z][a-z0-9]*)?([.#])(-?[_a-z\u0080-\U0010ffff][\w-]*)\Z", re.IGNORECASE)


def _says(*declarations: str) -> re.Pattern[str]:
    """Return the pattern of declarations, the property's name matched whole.

    Word writes mso-bidi-font-style:normal beside italics that it means to keep.
    """
    return lazy(rf"(?:^|[;\s{{])(?:{'|'.join(declarations)})", re.IGNORECASE)


_HIDDEN = _says(r"display\s*:\s*none", r"visibility\s*:\s*hidden")
_ITALIC = _says(r"font-style\s*:\s*(?:italic|oblique)", r"font\s*:[^;]*\bitalic")
_UPRIGHT = _says(r"font-style\s*:\s*normal")
_BOLD = _says(r"font-weight\s*:\s*(?:bold|[6-9]00)", r"font\s*:[^;]*\bbold")
_LIGHT = _says(r"font-weight\s*:\s*(?:normal|400)")
_UNDERLINE = _says(r"text-decoration(?:-line)?\s*:[^;]*\bunderline")
_STRIKE = _says(r"text-decoration(?:-line)?\s*:[^;]*\bline-through")
_PRE = _says(r"white-space\s*:\s*(?:pre|break-spaces)")
_BLOCK = _says(r"display\s*:\s*block")
_RAISED = _says(r"vertical-align\s*:\s*super")
_LOWERED = _says(r"vertical-align\s*:\s*sub\b")
_RULED = _says(
    r"border(?:-top|-bottom)?\s*:[^;]*\b(?:solid|dashed|dotted|double|groove|ridge|inset|outset)\b"
)
_ITALIC_NAMES = frozenset(
    {"italic", "italics", "ital", "i", "em", "emphasis", "thought", "thoughts"}
)
_BOLD_NAMES = frozenset({"bold", "strong", "b"})


@dataclass(frozen=True, slots=True)
class Style:
    """What a declaration says: kinds of marks it adds and takes away, and how it shows."""

    add: frozenset[str] = frozenset()
    drop: frozenset[str] = frozenset()
    hidden: bool = False
    pre: bool = False
    block: bool = False
    rule: bool = False  # it draws a line: an element without text is one

    def then(self, other: Style) -> Style:
        """Return what this style and a later one say together."""
        if other is PLAIN:
            return self
        return Style(
            (self.add | other.add) - other.drop,
            (self.drop | other.drop) - other.add,
            self.hidden or other.hidden,
            self.pre or other.pre,
            self.block or other.block,
            self.rule or other.rule,
        )


PLAIN = Style()


@dataclass(slots=True)
class Sheet:
    """The rules of a page's <style> elements that name one class or one id."""

    rules: dict[tuple[str, str, str], Style] = field(default_factory=dict)  # tag or "", ./#, name

    def style_of(self, tag: str, classes: str | None, identity: str | None) -> Style:
        """Return what the rules and the telling class names say about one element."""
        found = PLAIN
        for name in (classes or "").split():
            low = name.lower()
            if low in _ITALIC_NAMES:
                found = found.then(Style(add=frozenset({"emphasis"})))
            elif low in _BOLD_NAMES:
                found = found.then(Style(add=frozenset({"strong"})))
            if self.rules:
                for key in (("", ".", name), (tag, ".", name)):
                    if rule := self.rules.get(key):
                        found = found.then(rule)
        if identity and self.rules:
            for key in (("", "#", identity), (tag, "#", identity)):
                if rule := self.rules.get(key):
                    found = found.then(rule)
        return found


@lru_cache(maxsize=1024)  # a page repeats the same few
def declaration(text: str) -> Style:
    """Return what the declarations of a style attribute or a rule say."""
    add = {
        kind
        for kind, pattern in (
            ("emphasis", _ITALIC),
            ("strong", _BOLD),
            ("underline", _UNDERLINE),
            ("strike", _STRIKE),
            ("superscript", _RAISED),
            ("subscript", _LOWERED),
        )
        if pattern.search(text)
    }
    drop = {
        kind
        for kind, pattern in (("emphasis", _UPRIGHT), ("strong", _LIGHT))
        if pattern.search(text)
    }
    found = Style(
        frozenset(add),
        frozenset(drop),
        bool(_HIDDEN.search(text)),
        bool(_PRE.search(text)),
        bool(_BLOCK.search(text)),
        "border" in text and bool(_RULED.search(text)),
    )
    return PLAIN if found == PLAIN else found


def sheet(texts: Iterable[str]) -> Sheet:
    """Return the rules of the style elements whose contents *texts* are.

    Rules in @media, @supports and the like are passed over: they hold under conditions that a
    reader's screen may not meet. A rule that hides wins over none that shows again; scripts are
    not run.
    """
    found = Sheet()
    for text in texts:
        for match in _RULE.finditer(_unconditional(_COMMENT.sub(" ", text))):
            style = declaration(match[2])
            if style is PLAIN:
                continue
            for selector in match[1].split(","):
                # AO3 puts the box of the work before each selector of a writer's own style.
                if parts := _SELECTOR.match(selector.strip().removeprefix("#workskin ").lstrip()):
                    key = ((parts[1] or "").lower(), parts[2], parts[3])
                    found.rules[key] = found.rules.get(key, PLAIN).then(style)
    return found


def _unconditional(text: str) -> str:
    """Return *text* without its at-rules and what they hold."""
    kept: list[str] = []
    at = 0
    while (start := text.find("@", at)) >= 0:
        kept.append(text[at:start])
        at = _end_of_at_rule(text, start)
    kept.append(text[at:])
    return "".join(kept)


def _end_of_at_rule(text: str, start: int) -> int:
    depth = 0
    for match in re.compile(r"[{};]").finditer(text, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        if depth <= 0:
            return match.end()
    return len(text)
