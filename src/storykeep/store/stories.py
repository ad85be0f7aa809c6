"""Assembled stories into rows and the full-text index; what did not change is not written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from storykeep.model import SiteFact, Story
from storykeep.numbers import Numbers
from storykeep.store.chapters import save_chapters, take_out_versions
from storykeep.store.documents import Index
from storykeep.store.fingerprint import fingerprint
from storykeep.store.ids import add_public_id, drop_public_id
from storykeep.store.lastseen import LastSeen, digest_of, is_rest, see
from storykeep.store.preparing import (
    LISTS,
    STORY_COLUMNS,
    Known,
    News,
    Prepared,
    Ready,
    prepared,
)
from storykeep.store.rows import Row, row_of, storable
from storykeep.store.steps import Steps

_KNOWN = "id, document_sha256, record_sha256"
_AHEAD = 500  # rows that are read at a time
_WORD = 8  # bytes of a word that is taken out, about


@dataclass(slots=True)
class Saved:
    """How many stories a save met, by what became of them."""

    new: int = 0
    changed: int = 0  # what can be searched is not what it was
    touched: int = 0  # only dates, evidence or addresses are not what they were
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A story that is to be made: its key, a digest of what it is made of, and how.

    `read` reads what it takes to make it, in the thread of the database. `seen` is what is not in
    the digest; `plan` is kept beside the story, "" where there is none to keep.
    """

    key: str
    made_of: str
    read: Callable[[], Ready]
    seen: Sequence[LastSeen] = ()
    plan: str = ""

    @property
    def record_sha256(self) -> str:
        """Return a digest of what it is made of and of when that was last seen."""
        return digest_of(self.made_of, self.seen) if self.seen else self.made_of


def save_stories(
    conn: sqlite3.Connection,
    host: str,
    found: Iterable[Story | Draft],
    facts: Iterable[SiteFact],
    *,
    documents: Index,
    steps: Steps,
) -> Saved:
    """Make *found* the stories of *host* and *facts* its site facts; return what changed.

    Stories of the host that are not among them are taken out; *documents* is told of all. The
    caller has a transaction; behind each story it may be the end of that, by *steps*. What is not
    stored then is by the same call in the next run: each story tells by itself what it was made of.
    """
    saved, rows = Saved(), _Rows(conn, host)
    _save_some(rows, documents, found, saved, steps)
    for number, words in rows.unmet():
        _remove_story(conn, documents, number)
        saved.removed += 1
        if steps.wrote(words * _WORD):
            steps.next()
    _save_facts(conn, host, facts)
    return saved


def save_some(
    conn: sqlite3.Connection,
    host: str,
    found: Iterable[Draft],
    *,
    documents: Index,
    steps: Steps,
) -> Saved:
    """Make *found* stories of *host*, whose other ones stay what they are; as `save_stories`."""
    saved = Saved()
    _save_some(_Rows(conn, host), documents, found, saved, steps)
    return saved


def _save_some(
    rows: _Rows,
    documents: Index,
    found: Iterable[Story | Draft],
    saved: Saved,
    steps: Steps,
) -> None:
    for story in prepared(rows.news(found, saved), documents.meanwhile):
        known = rows.find_again(story.news.key) if story.news.again else story.news.known
        if known is not None and known.record_sha256 == story.news.record_sha256:
            saved.unchanged += 1
        else:
            _save_story(rows.conn, documents, known, story, saved)
            if steps.wrote(story.news.ready.size):
                documents.flush()
                steps.next()
    documents.flush()


# ---------------------------------------------------------------- what is there


class _Rows:
    """The rows of a host's stories, read ahead: the stories come in their order, mostly."""

    def __init__(self, conn: sqlite3.Connection, host: str) -> None:
        self.conn = conn
        self._host = host
        self._ahead: dict[str, Known] = {}
        self._keys = Numbers()  # of all stories that were met, hashed
        # Of the stories that were stored before: which of them were met, a bit of each row.
        (self._last,) = conn.execute("SELECT coalesce(max(id), 0) FROM story").fetchone()
        self._met = bytearray((self._last >> 3) + 1)

    def news(self, found: Iterable[Story | Draft], saved: Saved) -> Iterator[News]:
        """Yield what of *found* is not known to be stored as it is; *saved* counts the others.

        A draft is not made where its story was made of the same.
        """
        for each in found:
            draft = each if isinstance(each, Draft) else _draft(each)
            key = storable(draft.key)
            # What comes before is not stored yet, and nothing can be said of what is. One that is
            # only taken for a key which came is looked for later, no more.
            again = hash(key) in self._keys
            self._keys.add(hash(key))
            known = None if again else self.find(key)
            record = draft.record_sha256
            if known is not None and known.record_sha256 == record:
                saved.unchanged += 1
            elif known is not None and draft.seen and is_rest(known.record_sha256, record):
                see(self.conn, known.id, draft.seen)
                saved.touched += 1
            else:
                yield News(key, record, draft.read(), known, again, draft.plan)

    def unmet(self) -> list[tuple[int, int]]:
        """Return rows and words of the stories of the host that were stored before and not met."""
        rows = self.conn.execute(
            "SELECT id, words FROM story WHERE host = ? AND id <= ? ORDER BY id",
            (self._host, self._last),
        )
        return [each for each in rows if not self._met[each[0] >> 3] & 1 << (each[0] & 7)]

    def find(self, key: str) -> Known | None:
        """Return what is stored under *key*, None where nothing is; it is met by that."""
        known = self._find(key)
        if known is not None and known.id <= self._last:
            self._met[known.id >> 3] |= 1 << (known.id & 7)
        return known

    def find_again(self, key: str) -> Known | None:
        """Return what `find` does, of a story that may have been stored since its row was read."""
        self._ahead.pop(key, None)
        return self.find(key)

    def _find(self, key: str) -> Known | None:
        if (ahead := self._ahead.pop(key, None)) is not None:
            return ahead
        row = self.conn.execute(f"SELECT {_KNOWN} FROM story WHERE key = ?", (key,)).fetchone()  # noqa: S608
        if row is None:
            return None
        found = self.conn.execute(
            f"SELECT key, {_KNOWN} FROM story WHERE host = ? AND id >= ? ORDER BY id LIMIT ?",  # noqa: S608
            (self._host, row[0], _AHEAD),
        )
        self._ahead = {each: Known(*known) for each, *known in found if each != key}
        return Known(*row)


def _draft(story: Story) -> Draft:
    size = sum(len(block.text) for chapter in story.chapters for block in chapter.prose)
    return Draft(story.key, fingerprint(story), lambda: Ready(size, lambda: story))


# ---------------------------------------------------------------- one story


def _save_story(
    conn: sqlite3.Connection,
    documents: Index,
    known: Known | None,
    story: Prepared,
    saved: Saved,
) -> None:
    is_new = known is None
    is_same_document = known is not None and known.document_sha256 == story.document_sha256
    if known and not is_same_document:
        documents.take_out(known.id)
    if known is None:
        number = _insert_story(conn, story)
    else:
        number = known.id
        _update_story(conn, number, story.row)
    for table, rows in story.lists.items():
        _save_list(conn, table, number, rows, is_new=is_new)
    save_chapters(conn, number, story.chapters, is_new=is_new)
    _save_plan(conn, number, story.news.plan, is_new=is_new)
    if known is None:
        documents.add(number, story.document)
        saved.new += 1
    elif is_same_document:
        saved.touched += 1
    else:
        documents.put_in(number)
        saved.changed += 1


def _remove_story(conn: sqlite3.Connection, documents: Index, number: int) -> None:
    documents.take_out(number)
    for (chapter,) in conn.execute("SELECT id FROM chapter WHERE story = ?", (number,)).fetchall():
        take_out_versions(conn, chapter)
    (digest,) = conn.execute("SELECT key_digest FROM story WHERE id = ?", (number,)).fetchone()
    conn.execute("DELETE FROM story WHERE id = ?", (number,))
    drop_public_id(conn, digest)


def _update_story(conn: sqlite3.Connection, number: int, row: Row) -> None:
    places = ", ".join("?" * len(row))
    conn.execute(
        f"UPDATE story SET ({STORY_COLUMNS}) = ({places}) WHERE id = ?",  # noqa: S608
        (*row, number),
    )


def _insert_story(conn: sqlite3.Connection, story: Prepared) -> int:
    key, digest = story.news.key, story.key_digest
    places = ", ".join("?" * (len(story.row) + 3))
    cursor = conn.execute(
        f"INSERT INTO story (public_id, key_digest, key, {STORY_COLUMNS}) "  # noqa: S608
        f"VALUES ({places})",
        (add_public_id(conn, digest), digest, key, *story.row),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _save_list(
    conn: sqlite3.Connection, table: str, story: int, rows: list[Row], *, is_new: bool
) -> None:
    """Make *rows* the rows of *story* in *table*, writing nothing where they are."""
    names = LISTS[table]
    if not is_new:
        found = conn.execute(
            f"SELECT {names} FROM {table} WHERE story = ?",  # noqa: S608
            (story,),
        ).fetchall()
        if set(found) == set(rows):
            return
        if found:
            conn.execute(f"DELETE FROM {table} WHERE story = ?", (story,))  # noqa: S608
    if rows:
        conn.executemany(
            f"INSERT INTO {table} (story, {names}) "  # noqa: S608
            f"VALUES ({', '.join('?' * (len(rows[0]) + 1))})",
            [(story, *row) for row in rows],
        )


def _save_plan(conn: sqlite3.Connection, story: int, plan: str, *, is_new: bool) -> None:
    if plan:
        conn.execute(
            "INSERT INTO plan (story, json) VALUES (?1, ?2) ON CONFLICT (story) "
            "DO UPDATE SET json = ?2 WHERE json != ?2",
            (story, plan),
        )
    elif not is_new:
        conn.execute("DELETE FROM plan WHERE story = ?", (story,))


def plan_of(conn: sqlite3.Connection, story: int) -> str:
    """Return the plan that is kept beside a story, "" where there is none."""
    row = conn.execute("SELECT json FROM plan WHERE story = ?", (story,)).fetchone()
    return row[0] if row else ""


def facts_of(conn: sqlite3.Connection, host: str) -> tuple[SiteFact, ...]:
    """Return the site facts of *host*, in the order in which `assemble` gives them."""
    rows = conn.execute(
        "SELECT host, kind, text_sha256, pages, authors, prefix FROM site_fact WHERE host = ? "
        "ORDER BY kind, text_sha256, prefix",
        (host,),
    )
    return tuple(SiteFact(*row) for row in rows)


def _save_facts(conn: sqlite3.Connection, host: str, facts: Iterable[SiteFact]) -> None:
    names = "host, prefix, kind, text_sha256, pages, authors"
    rows = {
        row_of(host, each.prefix, each.kind, each.text_sha256, each.pages, each.authors)
        for each in facts
    }
    found = conn.execute(f"SELECT {names} FROM site_fact WHERE host = ?", (host,))  # noqa: S608
    if set(found) == rows:
        return
    conn.execute("DELETE FROM site_fact WHERE host = ?", (host,))
    conn.executemany(
        f"INSERT INTO site_fact ({names}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
        sorted(rows),
    )
