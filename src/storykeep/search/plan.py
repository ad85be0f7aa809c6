"""A query's tree -> what SQLite is asked. No text of the user reaches MATCH but quoted tokens.

It knows no index: what it costs, and which order can be had for that, is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product
from typing import NamedTuple

from storykeep.errors import QueryError
from storykeep.search.fields import COLUMNS, Condition, ValueUnfitError, filter_of
from storykeep.search.highlight import Needle
from storykeep.search.query import And, Near, Node, Not, Or, Term, parse, query_error, terms_of
from storykeep.search.tokens import tokens_of
from storykeep.search.variants import (
    MOST_VARIANTS,
    Forms,
    Others,
    closed,
    is_free,
    others_of,
    phrases,
    spelt_of,
)

MOST_TOKENS = 1000

Columns = tuple[str, ...]  # of the index; none: any
# The beginning of a word, and where -> the words to look for instead, None where it may stand.
Widen = Callable[[str, Columns], tuple[str, ...] | None]


class Leaf(NamedTuple):
    """One thing that the index is asked for: a word, a phrase or words near each other."""

    tokens: tuple[str, ...]
    is_prefix: bool
    columns: Columns


class Plan(NamedTuple):
    """What to ask the index, and what a story must be besides."""

    text: str  # what was typed, without what SQLite cannot take
    match: str | None  # an FTS5 expression; None: every story
    loose: str  # the same with the words of a phrase standing anywhere
    conditions: tuple[Condition, ...]  # each of them
    needles: tuple[Needle, ...]  # what to highlight
    leaves: tuple[Leaf, ...]  # all that is looked up
    required: tuple[str, ...]  # words that every answer has
    words: tuple[str, ...]  # the wanted words, for "did you mean"
    forms: Others

    @property
    def asks_has_words(self) -> bool:
        """Return whether a condition asks `fields.has_words`, which SQLite must be given."""
        return any("has_words(" in each.sql for each in self.conditions)


class _Match(NamedTuple):
    """An FTS5 expression, exact and loose."""

    exact: str
    loose: str


class _Compiler:
    def __init__(
        self, text: str, tokens: dict[Term, tuple[str, ...]], widen: Widen,
        forms: Others, spelt: Others, *, body_only: bool,
    ) -> None:  # fmt: skip
        self.text = text
        self.tokens = tokens
        self.widen = widen
        self.forms = forms
        self.spelt = spelt
        self.body_only = body_only
        self.leaves: list[Leaf] = []

    def node(self, node: Node) -> _Match | Condition | None:
        """Return what *node* asks, None where it has no word."""
        if isinstance(node, Term):
            return self._term(node)
        if isinstance(node, Near):
            return self._near(node)
        if isinstance(node, Or):
            return _either([each for item in node.items if (each := self.node(item))])
        if isinstance(node, Not):
            # Reached below an OR only: everything but something is nearly every story.
            raise query_error(
                self.text,
                next((term.at for term in terms_of(node)), 0),
                "one side of an OR, or a pair of parentheses, only says what not to find",
                "write - beside a word that the story has: storm -rain",
            )
        match, conditions, is_wanted, is_unwanted = self.group(node)
        if is_unwanted and not is_wanted:
            return self.node(Not(node))
        parts = [_as_condition(match)] if match and conditions else []
        return _all_conditions([*parts, *conditions]) if conditions else match

    def group(self, node: And) -> tuple[_Match | None, list[Condition], bool, bool]:
        """Return the match and the conditions of a group, and whether it wants and unwants any."""
        wanted: list[_Match] = []
        unwanted: list[_Match] = []
        conditions: list[Condition] = []
        is_wanted = is_unwanted = False
        for item in node.items:
            inner, negative = item, False
            while isinstance(inner, Not):
                inner, negative = inner.item, not negative
            found = self.node(inner)
            if found is None:
                continue
            is_wanted, is_unwanted = is_wanted or not negative, is_unwanted or negative
            if isinstance(found, _Match):
                (unwanted if negative else wanted).append(found)
            else:
                sql = f"NOT ({found.sql})" if negative else found.sql
                conditions.append(Condition(sql, found.values))
        if wanted:
            return _all(wanted, unwanted), conditions, is_wanted, is_unwanted
        conditions += [
            Condition(f"NOT ({(each := _as_condition(match)).sql})", each.values)
            for match in unwanted
        ]
        return None, conditions, is_wanted, is_unwanted

    def _term(self, term: Term) -> _Match | Condition | None:
        found = self._anywhere(term)
        if isinstance(found, _Match) and self._is_beside(term.field):
            return _as_condition(found)
        return found

    def _is_beside(self, name: str | None) -> bool:
        """Return whether a field is none of the texts that are looked for."""
        return self.body_only and name is not None and "body" not in COLUMNS[name]

    def _anywhere(self, term: Term) -> _Match | Condition | None:
        if term.field and term.field not in COLUMNS:
            return self._filter(term)
        tokens = self.tokens[term]
        if not tokens:
            return None
        columns = COLUMNS[term.field] if term.field else ()
        variants = self._variants(term, columns)
        exact = " OR ".join(map(_phrase, variants))
        loose = " OR ".join(_bracketed(_words(*each)) for each in variants)
        return _Match(_within(columns, exact), _within(columns, loose))

    def _near(self, near: Near) -> _Match | Condition | None:
        terms = [each for each in near.items if self.tokens[each]]
        if not terms:
            return None
        if len(terms) == 1:
            return self._term(terms[0])
        first = terms[0].field
        columns = COLUMNS[first] if first else ()
        choices = product(*(self._variants(each, columns) for each in terms))
        groups = list(islice(choices, MOST_VARIANTS))
        together = tuple(token for each in terms for token in self.tokens[each])
        self.leaves.append(Leaf(together, False, columns))
        exact = " OR ".join(
            f"NEAR({' '.join(map(_phrase, group))}, {near.distance})" for group in groups
        )
        loose = " OR ".join(
            _bracketed(" AND ".join(_words(*each) for each in group)) for group in groups
        )
        found = _Match(_within(columns, exact), _within(columns, loose))
        return _as_condition(found) if self._is_beside(first) else found

    def _variants(self, term: Term, columns: Columns) -> list[tuple[tuple[str, ...], bool]]:
        """Return the phrases to look for, each with whether its last word is open."""
        tokens = self.tokens[term]
        words = self.widen(tokens[-1], columns) if term.is_prefix else None
        variants: list[tuple[tuple[str, ...], bool]]
        if is_free(term, tokens) and tokens[0] in self.forms:
            variants = [((word,), False) for word in self.forms[tokens[0]]]
        elif words:
            variants = [((*tokens[:-1], word), False) for word in words]
        else:
            variants = [(each, term.is_prefix) for each in phrases(term, tokens, self.spelt)]
        self.leaves += [Leaf(*each, columns) for each in variants]
        return variants

    def _filter(self, term: Term) -> Condition:
        try:
            return filter_of(term.field or "", term.text, is_prefix=term.is_prefix)
        except ValueUnfitError as error:
            raise query_error(self.text, term.at, str(error), error.hint) from None


def plain(word: str, columns: Columns) -> None:
    """Look for the beginning of a word as it stands."""


def plan(
    text: str,
    widen: Widen = plain,
    forms: Forms | None = None,
    spell: Forms | None = None,
    *,
    body_only: bool = False,
) -> Plan:
    """Return the plan for what a user typed. Raises QueryError where it is no query.

    With *forms*, a word by itself stands for its other forms, too; one in quotes for itself only.
    With *spell*, any word but an open one stands for how else it is written.
    With *body_only* the match is for an index of bodies; what is asked of other columns is a
    condition.
    """
    # NUL ends a text for FTS5, and SQLite takes no half surrogate pairs (a shell may send them).
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    clean = clean.replace("\0", " ")
    tree = parse(clean)
    tokens = _tokens(tree, clean)
    spelt = spelt_of(tokens, spell) if spell else {}
    others = others_of(tokens, forms, spelt)
    compiler = _Compiler(clean, tokens, widen, others, spelt, body_only=body_only)
    group = tree if isinstance(tree, And) else And((tree,))
    match, conditions, is_wanted, is_unwanted = compiler.group(group)
    if not is_wanted:
        raise _nothing_wanted(clean, is_unwanted)
    return Plan(
        clean,
        match.exact if match else None,
        match.loose if match else "",
        tuple(conditions),
        _needles(tree, tokens, others, spelt),
        tuple(dict.fromkeys(compiler.leaves)),
        tuple(each for each in _required(group, tokens) if each not in others | spelt),
        _wanted_words(tree, tokens),
        spelt | others,
    )


def _nothing_wanted(text: str, is_negative: bool) -> QueryError:
    at = len(text) - len(text.lstrip())
    what, hint = (
        "there is no word to search for in the query",
        ("punctuation is not searched; type a word of the story, its title or author"),
    )
    if is_negative:
        what = "the query only says what not to find"
        hint = "add a word that the story has: storm -rain"
    return query_error(text, at, what, hint) if text.strip() else QueryError(what, hint=hint)


def _tokens(tree: Node, text: str) -> dict[Term, tuple[str, ...]]:
    terms = [term for term in terms_of(tree) if term.field is None or term.field in COLUMNS]
    found = dict(zip(terms, tokens_of([term.text for term in terms]), strict=True))
    if (count := sum(map(len, found.values()))) > MOST_TOKENS:
        raise QueryError(
            f"the query has {count:,} words, more than {MOST_TOKENS:,}",
            hint="search for a phrase of the text rather than for all of it",
        )
    for term, tokens in found.items():
        if term.field and not tokens:
            raise query_error(
                text,
                term.at,
                f"{term.field}: has no word behind it",
                f"write {term.field}:word, without a space",
            )
    return found


# ---------------------------------------------------------------- FTS5


def _phrase(variant: tuple[tuple[str, ...], bool]) -> str:
    # Tokens have letters and digits only; the quotes keep AND, OR, NOT and NEAR what they are.
    tokens, is_prefix = variant
    return f'"{" ".join(tokens)}"{" *" if is_prefix else ""}'


def _words(tokens: tuple[str, ...], is_prefix: bool) -> str:
    """Return an expression for texts that have every one of *tokens*, in any place."""
    unique = list(dict.fromkeys(tokens))
    parts = [_phrase(((token,), False)) for token in unique]
    if is_prefix:
        parts[-1] = _phrase((tokens[-1:], True))
    return " AND ".join(parts)


def _within(columns: Columns, expression: str) -> str:
    return f"{{{' '.join(columns)}}} : ({expression})" if columns else expression


def _all(wanted: list[_Match], unwanted: list[_Match]) -> _Match:
    exact = " AND ".join(_bracketed(each.exact) for each in wanted)
    loose = " AND ".join(_bracketed(each.loose) for each in wanted)
    if unwanted:
        without = " OR ".join(_bracketed(each.exact) for each in unwanted)
        exact = f"{_bracketed(exact)} NOT ({without})"
    return _Match(exact, loose)


def _either(found: list[_Match | Condition]) -> _Match | Condition | None:
    if not found:
        return None
    matches = [each for each in found if isinstance(each, _Match)]
    if len(matches) == len(found):
        return _Match(
            " OR ".join(_bracketed(each.exact) for each in matches),
            " OR ".join(_bracketed(each.loose) for each in matches),
        )
    sides = [each if isinstance(each, Condition) else _as_condition(each) for each in found]
    return Condition(
        " OR ".join(f"({each.sql})" for each in sides),
        tuple(value for each in sides for value in each.values),
    )


def _bracketed(expression: str) -> str:
    return f"({expression})" if " " in expression else expression


# ---------------------------------------------------------------- conditions


def _as_condition(match: _Match) -> Condition:
    return Condition(
        "s.id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH ?)", (match.exact,)
    )


def _all_conditions(conditions: list[Condition]) -> Condition:
    return Condition(
        " AND ".join(f"({each.sql})" for each in conditions),
        tuple(value for each in conditions for value in each.values),
    )


# ---------------------------------------------------------------- what is shown


def _needles(
    tree: Node, tokens: dict[Term, tuple[str, ...]], forms: Others, spelt: Others
) -> tuple[Needle, ...]:
    needles: list[Needle] = []
    for term in terms_of(tree, positive=True):
        if not (found := tokens.get(term)):
            continue
        columns = frozenset(COLUMNS[term.field]) if term.field else None
        needles += [
            Needle(each, is_prefix=term.is_prefix, columns=columns)
            for each in phrases(term, found, spelt)
        ]
        if is_free(term, found):
            others = forms.get(found[0], ())
            needles += [Needle((word,), columns=columns) for word in others]
    return tuple(dict.fromkeys(needles))


def _required(group: And, tokens: dict[Term, tuple[str, ...]]) -> tuple[str, ...]:
    terms: list[Term] = []
    for item in group.items:
        terms += item.items if isinstance(item, Near) else ()
        terms += (item,) if isinstance(item, Term) else ()
    words = (closed(term, tokens.get(term, ())) for term in terms)
    return tuple(dict.fromkeys(token for each in words for token in each))


def _wanted_words(tree: Node, tokens: dict[Term, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            token
            for term in terms_of(tree, positive=True)
            for token in closed(term, tokens.get(term, ()))
        )
    )
