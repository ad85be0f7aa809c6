"""What the lists of a source lead to beyond its scope, where it has brought no story at all."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from storykeep import urls
from storykeep.config import Config, Source

_LISTS = 20  # of a source that are looked at


def told(conn: sqlite3.Connection, config: Config, names: Collection[str]) -> Iterator[str]:
    """Yield in words what sources called *names*, or all, leave out, and what to do.

    Only of those that ask a site and have no story: whoever has some has chosen.
    """
    for source in config.sources:
        is_asked = source.via == "live" and (not names or source.name in names)
        if not is_asked or _has_story(conn, source.name):
            continue
        if found := _left_out(conn, source):
            folders = dict.fromkeys((*_scope(source), _commonest(found)))
            yield (
                f"source {source.name} has no story, and {len(found):,} pages that its lists lead "
                f"to are out of its scope, as {found[0]}: in config.toml, "
                f"include = {json.dumps([*folders])} takes them in"
            )


def _has_story(conn: sqlite3.Connection, name: str) -> bool:
    row = conn.execute(
        "SELECT 1 FROM story, json_each(story.sources) AS s WHERE s.value = ? LIMIT 1", (name,)
    ).fetchone()
    return row is not None


def _left_out(conn: sqlite3.Connection, source: Source) -> list[str]:
    """Return the pages on the site of *source* that its lists lead to and it does not want."""
    rows = conn.execute(
        "SELECT p.json FROM capture AS c JOIN part AS p ON p.capture = c.id "
        "WHERE c.source = ? AND c.outcome = 'index' ORDER BY c.id LIMIT ?",
        (source.name, _LISTS),
    )
    found: dict[str, None] = {}
    for (text,) in rows:
        links = json.loads(text).get("links", ())
        named = (link["url"] for link in links if link.get("kind") in ("story", "index"))
        found |= dict.fromkeys(url for url in named if not source.wants(url))
    return [url for url in found if any(urls.same_site(url, start) for start in source.start)]


def _scope(source: Source) -> tuple[str, ...]:
    return source.include or tuple(_path(start) for start in source.start)


def _commonest(found: Collection[str]) -> str:
    ((path, _),) = Counter(map(_path, found)).most_common(1)
    return path


def _path(url: str) -> str:
    return urlsplit(urls.folder(url)).path
