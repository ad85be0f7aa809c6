"""A query's tree -> what SQLite is asked. No text of the user reaches MATCH but quoted tokens."""

from __future__ import annotations

from dataclasses import dataclass

from storykeep.errors import QueryError
from storykeep.search.highlight import Needle
from storykeep.search.query import FIELDS, And, Node, Not, Or, Term, parse, terms_of
from storykeep.search.tokens import tokens_of

MOST_TOKENS = 1000

Tokens = dict[Term, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask the index, and which stories of what it answers to leave out."""

    match: str | None  # an FTS5 expression; None: every story
    without: str | None  # an FTS5 expression: not those; only where match is None
    sites: tuple[str, ...]  # the host has each of these
    not_sites: tuple[str, ...]  # and none of these
    needles: tuple[Needle, ...]  # what to highlight


def plan(text: str) -> Plan:
    """Return the plan for what a user typed. Raises QueryError where it is no query."""
    # NUL ends a text for FTS5, and SQLite takes no half surrogate pairs (a shell may send them).
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    tree = parse(clean.replace("\0", " "))
    tokens = _tokens(tree)
    items = tree.items if isinstance(tree, And) else (tree,)
    sites = tuple(_site(item) for item in items if _is_site(item))
    not_sites = tuple(
        _site(item.item) for item in items if isinstance(item, Not) and _is_site(item.item)
    )
    rest = And(tuple(item for item in items if not _is_site(_inner(item))))
    wanted, unwanted = _sides(rest, tokens)
    if not wanted and not sites:
        raise _nothing_wanted(bool(unwanted or not_sites))
    match = _all(wanted, unwanted) if wanted else None
    without = " OR ".join(unwanted) if unwanted and not wanted else None
    return Plan(match, without, sites, not_sites, _needles(rest, tokens))


def _nothing_wanted(is_negative: bool) -> QueryError:
    if is_negative:
        return QueryError(
            "the query only says what not to find",
            hint="add a word that the story has: storm -rain",
        )
    return QueryError(
        "there is no word to search for in the query",
        hint="punctuation is not searched; type a word of the story, its title or author",
    )


def _tokens(tree: Node) -> Tokens:
    terms = list(terms_of(tree))
    found = dict(zip(terms, tokens_of([term.text for term in terms]), strict=True))
    if (count := sum(map(len, found.values()))) > MOST_TOKENS:
        raise QueryError(
            f"the query has {count:,} words, more than {MOST_TOKENS:,}",
            hint="search for a phrase of the text rather than for all of it",
        )
    for term, tokens in found.items():
        if term.field and not tokens:
            raise QueryError(
                f"{term.field}: has no word behind it, at character {term.at + 1}",
                hint=f"write {term.field}:word, without a space",
            )
    return found


# ---------------------------------------------------------------- sites


def _inner(node: Node) -> Node:
    return node.item if isinstance(node, Not) else node


def _is_site(node: Node) -> bool:
    return isinstance(node, Term) and node.field == "site"


def _site(node: Node) -> str:
    assert isinstance(node, Term)
    return node.text.strip().lower()


# ---------------------------------------------------------------- FTS5


def _expression(node: Node, tokens: Tokens) -> str | None:
    """Return *node* as an FTS5 expression, None where it has no token."""
    if isinstance(node, Term):
        return _term(node, tokens[node])
    if isinstance(node, Not):
        # Reached below an OR only: everything but something cannot be asked of an index.
        raise QueryError(
            "one side of an OR, or a pair of parentheses, only says what not to find",
            hint="write - beside a word that the story has: storm -rain",
        )
    if isinstance(node, Or):
        found = [each for item in node.items if (each := _expression(item, tokens))]
        return " OR ".join(map(_bracketed, found)) or None
    wanted, unwanted = _sides(node, tokens)
    if unwanted and not wanted:
        return _expression(Not(node), tokens)
    return _all(wanted, unwanted) if wanted else None


def _sides(group: And, tokens: Tokens) -> tuple[list[str], list[str]]:
    """Return the expressions that must match and those that must not."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for item in group.items:
        is_wanted = True
        while isinstance(item, Not):
            item, is_wanted = item.item, not is_wanted
        if expression := _expression(item, tokens):
            (wanted if is_wanted else unwanted).append(_bracketed(expression))
    return wanted, unwanted


def _all(wanted: list[str], unwanted: list[str]) -> str:
    both = " AND ".join(wanted)
    if not unwanted:
        return both
    return f"{_bracketed(both)} NOT ({' OR '.join(unwanted)})"


def _bracketed(expression: str) -> str:
    return f"({expression})" if " " in expression else expression


def _term(term: Term, tokens: tuple[str, ...]) -> str | None:
    if term.field == "site":
        raise QueryError(
            f"site: cannot stand beside OR or in parentheses, at character {term.at + 1}",
            hint="put site: at the end of the query",
        )
    if not tokens:
        return None
    columns = f"{{{' '.join(FIELDS[term.field])}}} : " if term.field else ""
    # Tokens have letters and digits only; the quotes keep AND, OR, NOT and NEAR what they are.
    return f'{columns}"{" ".join(tokens)}"{" *" if term.is_prefix else ""}'


def _needles(tree: Node, tokens: Tokens) -> tuple[Needle, ...]:
    needles = (
        Needle(
            tokens[term],
            is_prefix=term.is_prefix,
            columns=frozenset(FIELDS[term.field]) if term.field else None,
        )
        for term in terms_of(tree, positive=True)
        if tokens[term]
    )
    return tuple(dict.fromkeys(needles))
