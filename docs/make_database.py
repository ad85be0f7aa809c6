"""Print docs/database.md, made of what storykeep.reader.tables says of each table and column.

python docs/make_database.py > docs/database.md
"""

from __future__ import annotations

from storykeep.reader.tables import VIEWS, Described, described

_HEAD = """\
# archive.db

One SQLite file. `sqlite3 archive.db`, [Datasette](https://datasette.io) and every other program
that reads SQLite open it; none of them should write to it. It is an index: `storykeep rebuild`
makes it again from the WARC files, `config.toml`, the profiles and `decisions.jsonl`. Three views
are for people, and keep their columns; the tables behind them may change with a version of
Storykeep, which then brings the file up to date. This page is made by `make docs`, and a test
compares it with the real schema.

```sql
select id, title, author, words from stories where site = 'archive.sample' order by words desc;
select text from chapters where story = 'tygtyeve' and position = 1;
select outcome, count(*) from captures group by outcome;
select s.title from story_fts join story as s on s.id = story_fts.rowid
    where story_fts match 'lighthouse';
```

`storykeep config datasette` writes `datasette.json`, with which Datasette shows these words beside
each column, the views first, and queries for search, vanished and changed stories:

```console
$ storykeep config datasette
$ datasette archive.db --metadata datasette.json
```

All times are UTC, such as `2026-11-22T18:22:39.123456Z`. Texts are plain text; what is JSON says
so. `story_fts` is the full-text index (FTS5, with external content over the view `story_document`
and the tokenizer `unicode61 remove_diacritics 2`); the tables `story_fts_...` are its own.
`version_fts` is that of earlier texts, over the view `version_document`. While a
run writes, `archive.db-wal` has what is new: copy both or neither, or better
`sqlite3 archive.db ".backup copy.db"`.
"""


def main() -> None:
    """Print the page."""
    print(_HEAD)
    print("## Views for people")
    for name in VIEWS:
        _print(described()[name])
    print("\n## Tables, and what is searched")
    for name, table in described().items():
        if name not in VIEWS:
            _print(table)


def _print(table: Described) -> None:
    print(f"\n### {table.name}\n\n{table.about}\n\n| column | what it holds |\n|---|---|")
    for name, about in table.columns.items():
        print(f"| `{name}` | {about.replace('|', chr(92) + '|')} |")


if __name__ == "__main__":
    main()
