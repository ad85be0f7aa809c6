"""The query language: text -> tree. It knows no SQL and no index.

    query   = group { "OR" group }
    group   = near { [ "AND" ] near }          every one must match
    near    = item { "NEAR" [ "/" number ] item }
    item    = ( "-" | "NOT" ) item | [ field ":" ] value
    value   = word [ "*" ] | "phrase" [ "*" ] | "(" query ")"

docs/search.md says it in words. Every text is a query or a QueryError that names the place. What is
neither operator nor field is text to look for; punctuation around it means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from storykeep.errors import QueryError
from storykeep.patterns import lazy
from storykeep.search.fields import COLUMNS, FIELDS, NUMBERS, takes

MOST_LETTERS = 10_000
MOST_TERMS = 200
MOST_DEPTH = 20
NEAR = 10  # words apart, where a query does not say
MOST_NEAR = 1_000

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_NEAR = re.compile(r"NEAR(?:/([0-9]+))?")
_FIELD = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
_LEXEME = re.compile(
    r"""(?P<space>[\s\x00-\x1f\x7f]+)
      | (?P<phrase>"(?P<quoted>[^"]*)"(?P<star>\*?))
      | (?P<open>\()
      | (?P<close>\))
      | (?P<minus>-(?=[^\s\x00-\x1f\x7f\-)]))
      | (?P<word>[^\s\x00-\x1f\x7f"()]+)""",
    re.VERBOSE,
)


class Term(NamedTuple):
    """A word or phrase to look for, in one field or in any."""

    text: str
    at: int  # its place in the query, from 0
    field: str | None = None
    is_prefix: bool = False
    is_quoted: bool = False  # then it is meant as it is typed


class Not(NamedTuple):
    item: Node


class And(NamedTuple):
    items: tuple[Node, ...]


class Or(NamedTuple):
    items: tuple[Node, ...]


class Near(NamedTuple):
    """Words or phrases that stand within so many words of each other."""

    items: tuple[Term, ...]
    distance: int


Node = Term | Not | And | Or | Near


class _Lexeme(NamedTuple):
    kind: str  # phrase, open, close, minus, word, field, AND, OR, NOT, NEAR
    text: str
    at: int
    is_prefix: bool = False


def parse(text: str) -> Node:
    """Return the tree of *text*. Raises QueryError, with the place, where it cannot be read."""
    if len(text) > MOST_LETTERS:
        raise QueryError(
            f"the query has {len(text):,} letters, more than {MOST_LETTERS:,}",
            hint="search for a phrase of the text rather than for all of it",
        )
    text = text.translate(_QUOTES)
    parser = _Parser(text, list(_lexemes(text)))
    node = parser.query(0)
    if parser.next is not None:
        raise query_error(text, parser.next.at, "there is a ) without its (", _AS_TEXT)
    terms = sum(1 for _ in terms_of(node))
    if terms > MOST_TERMS:
        raise QueryError(
            f"the query has {terms} words, more than {MOST_TERMS}",
            hint="search for a phrase of the text rather than for all of it",
        )
    return node


def terms_of(node: Node, *, positive: bool = False) -> Iterator[Term]:
    """Yield the terms of a tree in order; with *positive*, those whose match is wanted."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        if not positive:
            yield from terms_of(node.item)
    else:
        for item in node.items:
            yield from terms_of(item, positive=positive)


_AS_TEXT = 'to search for the sign itself put it in double quotes: "(o)"'
_BEFORE, _BEHIND = 24, 30  # letters of the query shown around the place of an error


def query_error(text: str, at: int, what: str, hint: str) -> QueryError:
    """Return the error that says *what* is wrong at place *at* of *text*, with a caret below it."""
    start = max(0, at - _BEFORE)
    shown = "".join(
        char if char.isprintable() else " " for char in text[start : at + _BEHIND].rstrip()
    )
    before = "…" if start else ""
    behind = "…" if len(text.rstrip()) > at + _BEHIND else ""
    # Letters of double width or none shift the caret on some terminals: so the number is said too.
    caret = " " * (len(before) + at - start) + "^"
    return QueryError(
        f"{what}, at character {at + 1}\n  {before}{shown}{behind}\n  {caret}", hint=hint
    )


_NO_FIELD = lazy(rf"(?<!\w)({'|'.join(FIELDS)})\s*(=|[<>]=?)\s*(\S+)", re.IGNORECASE)
_NO_OPERATOR = lazy(r"(?<!\S)(and|or|not|near)(?!\S)")
_NO_WILDCARD = lazy(r"\w\?\w")


def slips(text: str) -> list[str]:
    """Return in words what of *text* looks like an operator of another search and is none here."""
    found = []
    if match := _NO_FIELD.search(text):
        sign = "" if match[2] == "=" else match[2]
        found.append(f"a field has a colon: did you mean {match[1].lower()}:{sign}{match[3]}?")
    if match := _NO_OPERATOR.search(text):
        word = match[1]
        found.append(f"{word!r} is a word here; the operator is written {word.upper()}")
    if _NO_WILDCARD.search(text):
        found.append("a ? stands for no letter; light* finds words that begin so")
    return found


# ---------------------------------------------------------------- letters -> lexemes


def _lexemes(text: str) -> Iterator[_Lexeme]:
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        if match is None:
            # Only a quote can be left over: all else is a space, a bracket or a word.
            raise query_error(
                text, at, "a quotation is not closed", "put a phrase between two double quotes"
            )
        kind = match.lastgroup or ""
        if match["phrase"] is not None:
            yield _Lexeme("phrase", match["quoted"], at, bool(match["star"]))
        elif match["word"] is not None:
            yield from _word(text, match["word"], at)
        elif match["space"] is None:
            yield _Lexeme(kind, match[0], at)
        at = match.end()


def _word(text: str, word: str, at: int) -> Iterator[_Lexeme]:
    if word in ("AND", "OR", "NOT"):
        yield _Lexeme(word, word, at)
        return
    if _NEAR.fullmatch(word):
        yield _Lexeme("NEAR", word, at)
        return
    if word.startswith("NEAR/"):
        what, hint = "NEAR/ takes a number of words", "write storm NEAR/5 sea, or NEAR for ten"
        raise query_error(text, at, what, f"{hint}; to search for the text put it in double quotes")
    match = _FIELD.fullmatch(word)
    name = match[1].lower() if match else ""
    if match and name in FIELDS:
        yield _Lexeme("field", name, at)
        at, word = at + len(name) + 1, match[2]
        if not word:
            return
        if re.match(r"-+\w", word) and name not in NUMBERS:
            what = f"a - stands behind {name}: and not before it"
            raise query_error(text, at, what, f"write -{name}:word; in double quotes it is text")
        if name not in COLUMNS:
            # A value such as 1000..5000 or >5000 is no word of a text; fields.py reads it.
            yield _Lexeme("word", word.rstrip("*"), at, is_prefix=word.endswith("*"))
            return
    elif match and match[2] and not match[2].startswith("//"):
        raise _unknown_field(text, match[1], at)
    yield _plain_word(text, word, at)


def _unknown_field(text: str, name: str, at: int) -> QueryError:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), FIELDS, n=1)
    meant = f"did you mean {near[0]}: ? " if near else ""
    known = " ".join(f"{field}:" for field in FIELDS)
    hint = f"{meant}the fields are {known}; to search for the text put it in double quotes"
    return query_error(text, at, f"there is no field {name!r}", hint)


def _plain_word(text: str, word: str, at: int) -> _Lexeme:
    bare = word.rstrip("*")
    star = re.search(r"\*(?=\w)", bare)
    if star and re.search(r"\w", bare[: star.start()]):
        raise query_error(
            text,
            at,
            "a * stands in the middle of a word",
            "a * ends the beginning of a word: light* finds lighthouse",
        )
    if star:
        raise query_error(
            text,
            at,
            "a * stands before a word",
            "only the end of a word can be left open: light* finds lighthouse",
        )
    return _Lexeme("word", bare, at, is_prefix=word.endswith("*"))


# ---------------------------------------------------------------- lexemes -> tree


class _Parser:
    def __init__(self, text: str, lexemes: list[_Lexeme]) -> None:
        self._text = text
        self._lexemes = lexemes
        self._at = 0

    @property
    def next(self) -> _Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None

    def _take(self) -> _Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def query(self, depth: int) -> Node:
        groups = [self._group(depth)]
        while self.next is not None and self.next.kind == "OR":
            operator = self._take()
            self._want_operand(operator)
            groups.append(self._group(depth))
        return groups[0] if len(groups) == 1 else Or(tuple(groups))

    def _group(self, depth: int) -> Node:
        items: list[Node] = []
        while self.next is not None and self.next.kind not in ("OR", "close"):
            if self.next.kind == "AND":
                operator = self._take()
                if not items:
                    raise self._stray(operator)
                self._want_operand(operator)
            items.append(self._near(depth))
        if not items and self.next is not None and self.next.kind == "OR":
            raise self._stray(self.next)
        return items[0] if len(items) == 1 else And(tuple(items))

    def _near(self, depth: int) -> Node:
        if self.next is not None and self.next.kind == "NEAR":
            raise self._stray(self.next)
        first = self._item(depth)
        items, least = [first], MOST_NEAR
        while self.next is not None and self.next.kind == "NEAR":
            operator = self._take()
            self._want_operand(operator)
            second = self._item(depth)
            items.append(second)
            least = min(least, self._distance(operator))
            if not all(isinstance(each, Term) for each in (first, second)):
                raise query_error(
                    self._text,
                    operator.at,
                    "NEAR stands between something else than two words or phrases",
                    "write storm NEAR/5 lighthouse; join the rest with spaces",
                )
        if len(items) == 1:
            return first
        return self._in_one_field(tuple(each for each in items if isinstance(each, Term)), least)

    def _distance(self, operator: _Lexeme) -> int:
        digits = operator.text.partition("/")[2] or str(NEAR)
        number = int(digits[:9])
        if number > MOST_NEAR or len(digits) > 9:
            raise query_error(
                self._text,
                operator.at,
                f"NEAR reaches {MOST_NEAR:,} words at most",
                "join words that may stand anywhere with a space",
            )
        return number

    def _in_one_field(self, items: tuple[Term, ...], distance: int) -> Near:
        fields = {each.field for each in items[1:]} - {None}
        if fields - {items[0].field} or (items[0].field and items[0].field not in COLUMNS):
            raise query_error(
                self._text,
                items[0].at,
                "NEAR stands between values of fields",
                "name one field of words, before parentheses: text:(storm NEAR/5 lighthouse)",
            )
        return Near(tuple(each._replace(field=items[0].field) for each in items), distance)

    def _item(self, depth: int) -> Node:
        lexeme = self._take()
        if depth > MOST_DEPTH:
            raise query_error(
                self._text, lexeme.at, "the query is nested too deeply", "simplify it"
            )
        if lexeme.kind in ("minus", "NOT"):
            self._want_operand(lexeme)
            return Not(self._item(depth + 1))
        if lexeme.kind == "field":
            self._want_operand(lexeme)
            return _in_field(self._item(depth + 1), lexeme.text)
        if lexeme.kind == "NEAR":
            raise self._stray(lexeme)
        if lexeme.kind == "open":
            return self._bracket(lexeme, depth)
        is_quoted = lexeme.kind == "phrase"
        return Term(lexeme.text, lexeme.at, is_prefix=lexeme.is_prefix, is_quoted=is_quoted)

    def _bracket(self, bracket: _Lexeme, depth: int) -> Node:
        node = self.query(depth + 1)
        if self.next is None:
            raise query_error(self._text, bracket.at, "a ( is not closed", _AS_TEXT)
        self._take()
        return node

    def _want_operand(self, operator: _Lexeme) -> None:
        if self.next is None or self.next.kind in ("AND", "OR", "NEAR", "close"):
            raise self._stray(operator)

    def _stray(self, operator: _Lexeme) -> QueryError:
        if operator.kind == "field":
            what, hint = f"{operator.text}: has no value", takes(operator.text)
        else:
            sign = "-" if operator.kind == "minus" else operator.text
            what = f"{sign} needs a word " + ("behind it" if sign in "-NOT" else "on both sides")
            hint = f'to search for the word itself put it in double quotes: "{sign}"'
        return query_error(self._text, operator.at, what, hint)


def _in_field(node: Node, field: str) -> Node:
    """Return *node* with every term that names no field itself looked for in *field*."""
    if isinstance(node, Term):
        return node if node.field else node._replace(field=field)
    if isinstance(node, Not):
        return Not(_in_field(node.item, field))
    if isinstance(node, Near):
        within = tuple(each if each.field else each._replace(field=field) for each in node.items)
        return Near(within, node.distance)
    return type(node)(tuple(_in_field(item, field) for item in node.items))
