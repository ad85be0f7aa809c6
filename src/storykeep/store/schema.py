"""The tables of archive.db and the way from one schema version to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storykeep import alike
from storykeep.codec import PackedPart
from storykeep.reader.connection import APPLICATION_ID, VERSION
from storykeep.store import index
from storykeep.store.outlines import note_said, outline_row

if TYPE_CHECKING:
    import sqlite_utils


_TABLES = """
CREATE TABLE warc (
    file TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    sealed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE capture (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    host TEXT NOT NULL,
    source TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL,
    mime TEXT NOT NULL,
    outcome TEXT,
    payload_sha1 TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    warc TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    length INTEGER NOT NULL,
    record_id TEXT NOT NULL,
    revisit_of TEXT,
    truncated TEXT,
    via TEXT,
    hops INTEGER NOT NULL,
    UNIQUE (warc, "offset")
) STRICT;
CREATE INDEX capture_url_key ON capture (url_key);
CREATE INDEX capture_host ON capture (host);
CREATE INDEX capture_record_id ON capture (record_id);
CREATE INDEX capture_revisit_of ON capture (revisit_of) WHERE revisit_of IS NOT NULL;

CREATE TABLE part (
    capture INTEGER PRIMARY KEY REFERENCES capture (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    engine TEXT NOT NULL,
    engine_version INTEGER NOT NULL,
    profile_sha256 TEXT,
    json TEXT NOT NULL,  -- the part without its prose
    prose BLOB           -- its blocks: zlib over JSON; null where there are none
) STRICT;

CREATE TABLE host (
    host TEXT PRIMARY KEY,
    assembled INTEGER NOT NULL  -- every capture up to this id is in the host's stories as it is
) STRICT, WITHOUT ROWID;

CREATE TABLE site_fact (
    host TEXT NOT NULL,
    prefix TEXT NOT NULL,
    kind TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    pages INTEGER NOT NULL,
    authors INTEGER NOT NULL,
    PRIMARY KEY (host, prefix, kind, text_sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    url_key TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    depth INTEGER NOT NULL,
    via TEXT,
    tries INTEGER NOT NULL,
    next_due TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    last_capture INTEGER REFERENCES capture (id)
) STRICT;
CREATE INDEX page_next_due ON page (next_due);

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT NOT NULL,
    report TEXT NOT NULL
) STRICT;

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    started_at TEXT NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    ip TEXT NOT NULL,
    received INTEGER NOT NULL,  -- bytes that came and were no HTTP message
    via TEXT,
    warc TEXT,
    "offset" INTEGER
) STRICT;
"""

# The columns that lists and searches read stand before the long ones: a row's first page has them.
_STORIES = """
CREATE TABLE story (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,  -- the shortest of key_digest that is this story's alone
    key_digest TEXT NOT NULL UNIQUE, -- SHA-256 of the key in base32
    key TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    author TEXT NOT NULL,            -- the names, joined by ", "
    words INTEGER NOT NULL,
    language TEXT,
    status TEXT,
    published TEXT,
    updated TEXT,
    series TEXT,
    series_position INTEGER,
    series_of INTEGER,
    gone_since TEXT,
    engine TEXT NOT NULL,
    profile TEXT,
    document_sha256 TEXT NOT NULL,   -- of all that is searched
    record_sha256 TEXT NOT NULL,     -- of all that is stored
    summary TEXT,
    authors TEXT NOT NULL,           -- JSON from here on
    sources TEXT NOT NULL,
    aliases TEXT NOT NULL,
    published_raw TEXT,
    updated_raw TEXT,
    fields TEXT NOT NULL,
    chrome TEXT NOT NULL,
    evidence TEXT NOT NULL
) STRICT;
CREATE INDEX story_host ON story (host);
CREATE INDEX story_order ON story (author, title, public_id);

CREATE TABLE chapter (
    id INTEGER PRIMARY KEY,
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    words INTEGER NOT NULL,
    sha256 TEXT NOT NULL,            -- of text and marks
    text TEXT NOT NULL,
    marks TEXT NOT NULL,             -- JSON rows [start, end, kind, value, depth]
    UNIQUE (story, key)
) STRICT;

-- One row for each thing a chapter said; the newest is the current one, its text is the chapter's.
-- It is apart from the chapter, so that seeing the same again writes no text.
CREATE TABLE version (
    chapter INTEGER NOT NULL REFERENCES chapter (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    capture INTEGER REFERENCES capture (id),
    sha256 TEXT NOT NULL,
    words INTEGER NOT NULL,
    first_seen TEXT,
    last_seen TEXT,
    gone_since TEXT,
    text TEXT,                       -- null where it is the current one
    marks TEXT,
    PRIMARY KEY (chapter, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE note (
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    chapter INTEGER NOT NULL,        -- its position; 0: the note is the story's
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    label TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (story, chapter, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE disclaimer (
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    place TEXT NOT NULL,
    scope TEXT NOT NULL,
    label TEXT,
    text TEXT NOT NULL,
    rights_holders TEXT NOT NULL,    -- JSON
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (story, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_value ON tag (kind, value);

CREATE TABLE address (               -- every address that a story answers to
    url_key TEXT NOT NULL,
    story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE,
    PRIMARY KEY (url_key, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_story ON address (story);
"""

# External content over a view: the index can be verified and rebuilt, and no text lies twice.
_SEARCH = """
CREATE VIEW story_document AS SELECT
    s.id AS id,
    s.title AS title,
    s.author AS author,
    (SELECT group_concat(value, char(10)) FROM
        (SELECT value FROM tag WHERE story = s.id AND kind = 'fandom' ORDER BY number)) AS fandom,
    (SELECT group_concat(value, char(10)) FROM
        (SELECT value FROM tag WHERE story = s.id AND kind != 'fandom' ORDER BY number)) AS tags,
    s.summary AS summary,
    (SELECT group_concat(text, char(10, 10)) FROM
        (SELECT text FROM note WHERE story = s.id ORDER BY chapter, number)) AS notes,
    (SELECT group_concat(text, char(10, 10)) FROM
        (SELECT text FROM disclaimer WHERE story = s.id ORDER BY number)) AS disclaimer,
    (SELECT group_concat(coalesce(title || char(10, 10), '') || text, char(10, 10)) FROM
        (SELECT title, text FROM chapter WHERE story = s.id ORDER BY position, id)) AS body
FROM story AS s;

CREATE VIRTUAL TABLE story_fts USING fts5 (
    title, author, fandom, tags, summary, notes, disclaimer, body,
    content = 'story_document', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
"""

# For people with sqlite3 or Datasette; nothing in Storykeep reads them.
_VIEWS = """
CREATE VIEW stories AS
SELECT public_id AS id, title, author, host AS site, url, words, published, updated, status,
    language, series, series_position, summary,
    (SELECT group_concat(value, ', ') FROM
        (SELECT value FROM tag WHERE story = s.id AND kind = 'fandom' ORDER BY number)) AS fandoms,
    (SELECT count(*) FROM chapter WHERE story = s.id) AS chapters,
    gone_since
FROM story AS s;

CREATE VIEW chapters AS
SELECT s.public_id AS story, s.title AS story_title, s.author AS author, c.position, c.title,
    c.words, c.text, c.url
FROM chapter AS c JOIN story AS s ON s.id = c.story;

CREATE VIEW captures AS
SELECT url, fetched_at, status, outcome, mime, source, payload_sha1 AS digest, warc, "offset",
    length, truncated
FROM capture;
"""

# What web archives have: recomputable from the lists that were captured, and from what came of
# each capture in them.
_MEMENTOS = """
CREATE TABLE memento_list (
    address TEXT PRIMARY KEY,        -- of its first part
    source TEXT NOT NULL,
    next TEXT NOT NULL,              -- the address of the part to ask for next
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    next_due TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memento (
    address TEXT PRIMARY KEY,        -- where the archive gives the payload
    source TEXT NOT NULL,
    page TEXT NOT NULL,              -- what the captures of one page have in common
    stamp TEXT NOT NULL,
    url TEXT NOT NULL,
    mime TEXT NOT NULL,
    status INTEGER,
    digest TEXT NOT NULL,
    rank INTEGER NOT NULL,           -- 1 is asked for first of its page, 0: in no order yet
    state TEXT NOT NULL,
    depth INTEGER NOT NULL,          -- redirects that led here
    tries INTEGER NOT NULL,
    next_due TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX memento_page ON memento (source, page);
CREATE INDEX memento_due ON memento (next_due, page, rank) WHERE state = 'due';
CREATE INDEX memento_capture ON memento (stamp, url);
"""


def _first(db: sqlite_utils.Database) -> None:
    db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for script in (_TABLES, _STORIES, _SEARCH, _VIEWS):
        for statement in _statements(script):
            db.conn.execute(statement)
    # Larger pending lists make fewer, larger segments: four times the speed of the default.
    db.conn.execute(
        "INSERT INTO story_fts (story_fts, rank) VALUES ('hashsize', ?)", (48 * 1024 * 1024,)
    )


def _statements(script: str) -> list[str]:
    # Not executescript: it commits, and a schema must come whole or not at all.
    return [statement for statement in script.split(";\n") if statement.strip()]


def _find_attempts(db: sqlite_utils.Database) -> None:
    # Each failed request of an unsealed WARC is looked up by its place, and those of a site by its
    # address: after years of a dead site that is a search through all of them each time.
    db.conn.execute('CREATE INDEX IF NOT EXISTS attempt_place ON attempt (warc, "offset")')
    db.conn.execute("CREATE INDEX IF NOT EXISTS attempt_url ON attempt (url)")


def _remember_decisions(db: sqlite_utils.Database) -> None:
    # What decisions.jsonl said when the stories were last made: JSON by field, as decisions.to_json
    # writes it. A host whose rows here are not what the file says now is assembled again.
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS decided ("
        "story TEXT PRIMARY KEY, host TEXT NOT NULL, json TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


def _tell_provenance(db: sqlite_utils.Database) -> None:
    # How each capture came here; what an older Storykeep has stored, it had asked for itself.
    for column in (
        "origin TEXT NOT NULL DEFAULT 'live'",
        "form TEXT NOT NULL DEFAULT 'verbatim'",
        "source_uri TEXT",
        "captured_by TEXT",
        "taken_at TEXT",
    ):
        db.conn.execute(f"ALTER TABLE capture ADD COLUMN {column}")
    db.conn.execute("DROP VIEW captures")
    db.conn.execute(
        "CREATE VIEW captures AS SELECT url, fetched_at, status, outcome, mime, source, origin, "
        "form, source_uri, captured_by, taken_at, payload_sha1 AS digest, warc, "
        '"offset", length, truncated FROM capture'
    )


def _sketch_texts(db: sqlite_utils.Database) -> None:
    # What `similar` compares. It stands apart from the texts, which fill whole pages of the file:
    # all sketches are read for one question.
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS sketch ("
        "story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE, "
        "chapter INTEGER NOT NULL REFERENCES chapter (id) ON DELETE CASCADE, "
        "bound INTEGER NOT NULL, "  # the text has no other digests below it
        "digests BLOB NOT NULL, "  # of its sentences, ascending; four bytes each
        "PRIMARY KEY (story, chapter)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX IF NOT EXISTS sketch_chapter ON sketch (chapter)")
    for story, chapter, text in db.conn.execute("SELECT story, id, text FROM chapter"):
        found = alike.sketch(text)
        db.conn.execute(
            "INSERT INTO sketch (story, chapter, bound, digests) VALUES (?, ?, ?, ?)",
            (story, chapter, found.bound, alike.pack(found.digests)),
        )


def _count_unchanged(db: sqlite_utils.Database) -> None:
    # How often in a row a page told nothing new: it is asked for at longer intervals then.
    columns = [row[1] for row in db.conn.execute("PRAGMA table_info(page)")]
    if "unchanged" not in columns:
        db.conn.execute("ALTER TABLE page ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0")


def _remember_events(db: sqlite_utils.Database) -> None:
    # What became of each story, in order of time; and what a user said is gone (decisions.jsonl).
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS event ("
        "story INTEGER NOT NULL REFERENCES story (id) ON DELETE CASCADE, number INTEGER NOT NULL, "
        "at TEXT NOT NULL, kind TEXT NOT NULL, chapter TEXT, before TEXT, after TEXT, "
        "reason TEXT NOT NULL, capture INTEGER REFERENCES capture (id), "
        "PRIMARY KEY (story, number)) STRICT, WITHOUT ROWID"
    )
    db.conn.execute("CREATE INDEX IF NOT EXISTS event_kind ON event (kind, at)")
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS confirmed ("
        "story TEXT PRIMARY KEY, host TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )
    # What was assembled before knows no events: the next writer makes them.
    db.conn.execute("UPDATE host SET assembled = 0")


def _find_in_order(db: sqlite_utils.Database) -> None:
    # A story's chapters in their order, without reading the texts of all to sort them; and what
    # is counted of the answers to a search, all of a story's values of a kind in one place.
    db.conn.execute("CREATE INDEX IF NOT EXISTS chapter_order ON chapter (story, position)")
    db.conn.execute("CREATE INDEX IF NOT EXISTS tag_of_story ON tag (kind, story, value)")


def _list_mementos(db: sqlite_utils.Database) -> None:
    for statement in _statements(_MEMENTOS):
        db.conn.execute(statement)


def _find_assets(db: sqlite_utils.Database) -> None:
    # The same picture at another address is found by its digest, and stored once.
    db.conn.execute(
        "CREATE INDEX IF NOT EXISTS capture_asset ON capture (payload_sha256) "
        "WHERE outcome = 'asset'"
    )


def _join_at_the_end(db: sqlite_utils.Database) -> None:
    index.join_at_the_end(db.conn)


def _find_earlier_texts(db: sqlite_utils.Database) -> None:
    # Chapters have 43 bits of a row's number, versions of one 20: `search` takes them apart again.
    db.conn.execute(
        "CREATE VIEW IF NOT EXISTS version_document AS "
        "SELECT chapter << 20 | number AS id, text AS body FROM version WHERE text IS NOT NULL"
    )
    db.conn.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS version_fts USING fts5 (body, "
        "content = 'version_document', content_rowid = 'id', "
        "tokenize = 'unicode61 remove_diacritics 2')"
    )
    db.conn.execute("INSERT INTO version_fts (version_fts) VALUES ('rebuild')")


def _outline_parts(db: sqlite_utils.Database) -> None:
    # What plans the stories of a site stands apart from the parts, of which it is a tenth.
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS outline ("
        "capture INTEGER PRIMARY KEY REFERENCES part (capture) ON DELETE CASCADE, "
        "engine_version INTEGER NOT NULL, part_sha256 TEXT NOT NULL, json TEXT NOT NULL) STRICT"
    )
    for capture, version, *packed in db.conn.execute(
        "SELECT capture, engine_version, json, prose FROM part"
    ):
        sha256, json, _ = outline_row(PackedPart(*packed))
        db.conn.execute("INSERT INTO outline VALUES (?, ?, ?, ?)", (capture, version, sha256, json))


def _find_in_old_archives(db: sqlite_utils.Database) -> None:
    # What a run asks must cost the same after ten years: no look at all captures, runs or files.
    columns = [row[1] for row in db.conn.execute("PRAGMA table_info(capture)")]
    if "repeat" not in columns:
        db.conn.execute("ALTER TABLE capture ADD COLUMN repeat INTEGER")
    for each in (
        "capture_telling ON capture (host) WHERE repeat IS NOT 1",
        "capture_unlooked ON capture (host, url_key) WHERE repeat IS NULL",
        "capture_seen ON capture (host, fetched_at)",
        "capture_page ON capture (url_key, fetched_at)",
        "capture_payload ON capture (url_key, payload_sha256) WHERE revisit_of IS NULL",
        "capture_redirect ON capture (url_key) WHERE outcome = 'redirect'",
        "event_at ON event (at)",
        "run_started ON run (started)",
        "run_unfinished ON run (id) WHERE finished = ''",
        "warc_sealed_at ON warc (sealed_at)",
    ):
        db.conn.execute(f"CREATE INDEX IF NOT EXISTS {each}")
    db.conn.execute(
        "CREATE TABLE IF NOT EXISTS settled (place TEXT PRIMARY KEY, state TEXT NOT NULL) "
        "STRICT, WITHOUT ROWID"
    )


def _count_answers(db: sqlite_utils.Database) -> None:
    # What is counted of the answers to a search, beside the number of the story: its row is wide.
    db.conn.execute(
        "CREATE INDEX IF NOT EXISTS story_facets "
        "ON story (id, author, host, published, status, language)"
    )


def _tell_in_numbers(db: sqlite_utils.Database) -> None:
    # Which readings of a page can be passed over is asked of all of them in every run.
    # They stand before what is long, so that they are read without it. The table is made anew: with
    # one that was renamed, or a temporary one, SQLite takes the file for one that is in use.
    db.conn.execute("DROP TABLE outline")
    db.conn.execute(
        "CREATE TABLE outline ("
        "capture INTEGER PRIMARY KEY REFERENCES part (capture) ON DELETE CASCADE, "
        "engine_version INTEGER NOT NULL, part_sha256 TEXT NOT NULL, traits BLOB NOT NULL, "
        "json TEXT NOT NULL) STRICT"
    )
    for capture, version, *packed in db.conn.execute(
        "SELECT capture, engine_version, json, prose FROM part"
    ):
        sha256, json, traits = outline_row(PackedPart(*packed))
        db.conn.execute(
            "INSERT INTO outline VALUES (?, ?, ?, ?, ?)", (capture, version, sha256, traits, json)
        )


def _make_alone(db: sqlite_utils.Database) -> None:
    # What it takes to make a story again of its own pages, where nothing new is about another one:
    # whether its host may be left alone, what the others say of it, and who says what a page said.
    db.conn.execute("ALTER TABLE host ADD COLUMN calm_since TEXT")
    db.conn.execute(
        "CREATE TABLE plan (story INTEGER PRIMARY KEY REFERENCES story (id) ON DELETE CASCADE, "
        "json TEXT NOT NULL) STRICT"
    )
    db.conn.execute(
        "CREATE TABLE said (number INTEGER NOT NULL, capture INTEGER NOT NULL, "
        "PRIMARY KEY (number, capture)) STRICT, WITHOUT ROWID"
    )
    for capture, traits in db.conn.execute("SELECT capture, traits FROM outline").fetchall():
        note_said(db.conn, capture, traits)


# Step n brings schema version n to n + 1; an entry is never changed once it is released.
STEPS = (
    _first,
    _find_attempts,
    _remember_decisions,
    _tell_provenance,
    _sketch_texts,
    _count_unchanged,
    _remember_events,
    _find_in_order,
    _list_mementos,
    _find_assets,
    _join_at_the_end,
    _find_earlier_texts,
    _outline_parts,
    _find_in_old_archives,
    _count_answers,
    _tell_in_numbers,
    _make_alone,
)
assert len(STEPS) == VERSION
