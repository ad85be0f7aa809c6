"""The command search: which words of the command line say what is asked of `answering`."""

from __future__ import annotations

from typing import Any

import click

from storykeep.cli.answering import FACETS, SORTS, Asked, answer
from storykeep.cli.completing import query_words, saved_searches
from storykeep.cli.context import Context
from storykeep.cli.finding import json_option


@click.command("search")
@click.argument("query", nargs=-1, shell_complete=query_words)
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="Hits a page.")
@click.option("--page", type=click.IntRange(1), default=1, help="Which page of hits, from 1.")
@click.option("--offset", type=click.IntRange(0), help="Skip so many hits, instead of --page.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="relevance",
    show_default=True,
    help="The order. newest: what was archived last; date: of publication.",
)
@click.option("--facets", is_flag=True, help="Say how the hits spread over authors, sites, years.")
@click.option(
    "--facet", "only", type=click.Choice(FACETS), multiple=True, help="Only this; may be repeated."
)
@click.option("--exact", is_flag=True, help="Search and rank all stories, however long it takes.")
@click.option("--stem", is_flag=True, help="A word finds its other forms: wave finds waves, waved.")
@click.option("--all-versions", is_flag=True, help="Find what chapters said earlier, too.")
@click.option("--open", "number", metavar="N", type=click.IntRange(1), help="Read hit N itself.")
@click.option("--save", metavar="NAME", help="Save QUERY as NAME, with an Atom feed of its own.")
@click.option(
    "--saved",
    metavar="NAME",
    shell_complete=saved_searches,
    help="Search for what is called NAME.",
)
@click.option(
    "--forget",
    metavar="NAME",
    shell_complete=saved_searches,
    help="Take away the saved search NAME and its feed.",
)
@click.option("--list", "listing", is_flag=True, help="List the saved searches.")
@json_option
@click.pass_obj
def search_command(context: Context, /, **asked: Any) -> None:
    """Find stories by their words.

    \b
    lighthouse keeper      both words, in any order
    "lighthouse keeper"    the phrase (in quotes for the shell, too: '"lighthouse keeper"')
    light*                 words that begin so
    storm NEAR/5 sea       at most five words between them
    storm OR rain          either; parentheses group
    storm -rain            without a word (-- before a query that begins so)
    author:mako            also title: fandom: tag: text: summary: notes: disclaimer:
    rating:PG site:example also status: lang: series: pairing: character: category: genre:
    words:>5000            also words:1000..5000 date:2001..2004 updated:<2010-06
    is:gone                also is:changed is:complete has:disclaimer

    With --json each line is a hit; with --facets a last line says what is true of all of them.

    A saved search is kept in decisions.jsonl. After each run feeds/search-NAME.atom, beside
    config.toml, says what it finds, the newest first; any feed reader that takes a file shows it.
    """
    answer(context, Asked(**asked))
