"""What the tables, views and columns of archive.db are for, in words: for docs and Datasette. Pure.

A test compares it with the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

_DESCRIBED = """
# stories
Each story once; made for people. Nothing in Storykeep reads it, and its columns stay what they are.
id: the public id, as every command prints it
title: of the story; null where no page says
author: the names, joined by commas
site: the host, with a port that is not the usual one
url: the address of the first chapter
words: white-space separated words of all chapters
published: 2003, 2003-06 or 2003-06-17, as far as a page says
updated: in the same way
status: complete, in_progress or abandoned; null where no page says
language: a BCP 47 tag
series: the name of the series
series_position: n of "part n of m"
summary: of the story
fandoms: joined by commas
chapters: how many there are
gone_since: when it was first found gone from its site (UTC); null while it is there

# chapters
Each chapter once, with its text; made for people.
story: the public id of the story
story_title: of the story
author: of the story
position: 1, 2, 3 ... in reading order
title: of the chapter
words: of the chapter
text: the prose as plain text, paragraphs apart by one empty line
url: its address

# captures
Each answer that was fetched or taken in, once; made for people.
url: the address that was asked for
fetched_at: when (UTC)
status: of HTTP, such as 200 or 404
outcome: what it turned out to be: story, index, gone, gate ... (docs/record.md)
mime: the type that the site said
source: the source in config.toml that wanted it
origin: how it came here: live where Storykeep asked the site itself
form: whether the bytes are those that the site sent: verbatim where they are
source_uri: where it was taken from, where that is not the site
captured_by: what captured it, where that was not Storykeep
taken_at: when it was taken in, where that is not when it was captured (UTC)
digest: SHA-1 of the payload, as CDX files write it
warc: the WARC file that has it
offset: where its response record begins in that file, in bytes
length: of the record, in bytes, compressed
truncated: why it was cut, null where it is whole

# story_document
What is searched, a row for each story: the full-text index story_fts is made of this view.
id: the row of the story
title: of the story
author: the names
fandom: one a line
tags: those of every other kind, one a line
summary: of the story
notes: of the story and its chapters
disclaimer: all disclaimers
body: the text of all chapters, each below its title

# version_document
What is searched of earlier texts: the full-text index version_fts is made of this view.
id: the row of the chapter times 1,048,576, and the number of the version
body: what the chapter said then

# story
Each story once, as commands read it.
id: its row; another after a rebuild
public_id: the shortest beginning of key_digest that is this story's alone, 8 letters at least
key_digest: SHA-256 of the key in base32
key: what makes it this story: the host and the site's own id, or the address
host: of the site
url: of the first chapter
title: of the story
author: the names, joined by commas
words: of all chapters
language: a BCP 47 tag
status: complete, in_progress or abandoned
published: as far as a page says
updated: as far as a page says
series: name of the series
series_position: n of "part n of m"
series_of: m of "part n of m"
gone_since: when it was first found gone (UTC)
engine: the site software that it was read as
profile: the profile that it was read with
document_sha256: of all that is searched
record_sha256: of all that it is made of
summary: of the story
authors: JSON list of name and url
sources: JSON list of the sources that brought it
aliases: JSON list of other addresses of the same text
published_raw: what the page says
updated_raw: what the page says
fields: JSON object: other labels of the header and their texts
chrome: JSON list of what was cut away
evidence: JSON object: for each field how its values were found

# chapter
Each chapter once, as it is now.
id: its row
story: the row of its story
key: the site's own id of it, else its address
position: in reading order
url: its address
title: of the chapter
words: of the chapter
sha256: of text and marks
text: the prose as plain text
marks: JSON list of [start, end, kind, value, depth]: the formatting (docs/record.md)

# version
What a chapter said, a row for each thing; the highest number is what it says now.
chapter: the row of the chapter
number: 1 is the oldest
capture: the row of the first capture that said so
sha256: of text and marks
words: of this version
first_seen: when it was first captured so (UTC)
last_seen: when it was last captured so
gone_since: when the chapter was first found gone
text: null where it is what the chapter says now
marks: as in chapter

# event
What became of each story, in order of time.
story: the row of the story
number: 1 is the first
at: when it was first seen (UTC)
kind: new, changed, gone, back, missing; or title, author, summary, disclaimer
chapter: the key of the chapter it is about, where it is about one
before: what was
after: what is
reason: in words
capture: the row of the capture that showed it

# tag
Fandoms, pairings, characters, categories, genres, ratings, warnings, spoilers and keywords.
story: the row of the story
number: its place in the list
kind: fandom, pairing ...
value: as the page says it

# note
What an author says around a story.
story: the row of the story
chapter: the position of the chapter it belongs to; 0 where it is the story's
number: its place in the list
kind: note, dedication, credits, feedback ...
place: head, tail or inside
label: as typed
text: without the label

# disclaimer
What an author disclaims.
story: the row of the story
number: its place in the list
place: header, field, first_paragraph, note, tail or template
scope: story, series, chapter or site
label: as typed
text: without the label
rights_holders: JSON list of names

# address
Every address that a story answers to.
url_key: the address in the form that all ways to write it share
story: the row of the story

# sketch
A sample of the sentences of each chapter, by which `similar` finds likely copies.
story: the row of the story
chapter: the row of the chapter
bound: the chapter has no other digests below this number
digests: CRC-32 of sentences, ascending, four bytes each, the least significant first

# capture
Each answer once: where its bytes lie, and what it turned out to be.
id: its row
url: the address that was asked for
url_key: in the form that all ways to write it share
host: of the site
source: in config.toml
fetched_at: WARC-Date of the record (UTC)
status: of HTTP
mime: the type that the site said
outcome: what it turned out to be
payload_sha1: as CDX files write it
payload_sha256: of the same bytes, hexadecimal
warc: the file
offset: of the response record, in bytes
length: of the record, in bytes
record_id: WARC-Record-ID
revisit_of: the record that has the payload, where this one only refers to it
truncated: length, time, disconnect or unspecified, where it was cut
via: the page or redirect that led there
hops: links from the start page
origin: as in captures
form: as in captures
source_uri: as in captures
captured_by: as in captures
taken_at: as in captures
repeat: 1 where it says what the captures of its page before and after it say; null: not looked at

# part
What each page gives by itself, before stories are assembled of them.
capture: the row of the capture
host: of the site
engine: the site software that it was read as
engine_version: which state of the engine has read it
profile_sha256: of the profile that it was read with
json: the part without its prose
prose: its blocks, JSON compressed by zlib

# outline
What each part says that tells which pages make one story.
capture: the row of the capture
engine_version: of the part
part_sha256: of the whole part
traits: numbers of eight bytes, by which a reading that tells nothing new to other pages is known
json: a part without all the rest

# page
The pages that sources want, and when each is due.
id: its row
url_key: in the form that all ways to write it share
url: to ask for
source: in config.toml
kind: start, page or added
state: due, done, failed or refused (by robots.txt)
depth: links from the start page
via: the page that led there
tries: in a row without a whole answer
next_due: when it may be asked for (UTC)
etag: of its newest answer
last_modified: of its newest answer
last_capture: the row of it
unchanged: how often in a row it told nothing new

# memento_list
The lists of what a web archive has, and how far each was read.
address: of its first part
source: in config.toml
next: the address of the part to ask for next
state: as in page
tries: in a row without a whole answer
next_due: when it may be asked for (UTC)

# memento
What a web archive has of the pages that sources want.
address: where the archive gives the payload
source: in config.toml
page: what the captures of one page have in common
stamp: when the archive captured it, as 14 digits
url: the address that it was captured from
mime: the type that the site said
status: of HTTP, where the list has it
digest: of the payload, as the list has it
rank: 1 is asked for first of its page; 0 where that is not known yet
state: as in page
depth: redirects that led there
tries: in a row without a whole answer
next_due: when it may be asked for (UTC)

# host
How far the captures of each host are in its stories.
host: of a site
assembled: every capture up to this row is
calm_since: a page read after this moment (UTC) may tell of its own story alone; null: none may

# plan
What other pages say of a story, for making it again of its own pages alone.
story: the row of the story
json: key, host, chapters with their pages, titles, authors, other addresses, lists of chapters

# said
Which parts have said something that other pages may say, too.
number: one of the part's traits, as in outline
capture: the row of the part

# settled
What a run remembers of the folder of WARCs.
place: warcs: all of them were found sealed, listed and taken in; sizes: each run looks at some
state: a digest of the names, size and time of the manifest; the last file whose size was looked at

# site_fact
Texts that belong to a site's template, not to its stories.
host: of the site
prefix: the folder of the pages that have it
kind: disclaimer, chrome or title
text_sha256: of the text
pages: how many story pages have it
authors: by how many authors

# decided
What decisions.jsonl said of stories when they were last made.
story: the key of the story
host: of the site
json: the corrections by field

# confirmed
Stories that decisions.jsonl says are gone.
story: the key of the story
host: of the site
at: when that was said (UTC)

# warc
The sealed WARC files.
file: its name
bytes: its size
sha256: of the file
sealed_at: when it was sealed (UTC)

# attempt
Requests that brought no HTTP answer.
id: its row
url: the address that was asked for
source: in config.toml
kind: the class of the failure
detail: in words
started_at: when (UTC)
elapsed_ms: how long it took
ip: the address that was connected to
received: bytes that came and were no HTTP message
via: the page that led there
warc: the file of its record
offset: of the record, in bytes

# run
The report of each run; not made again by a rebuild.
id: its row
started: when (UTC)
finished: when (UTC)
report: as JSON
"""

VIEWS = ("stories", "chapters", "captures")


@dataclass(frozen=True, slots=True)
class Described:
    """A table or view in words."""

    name: str
    about: str
    columns: dict[str, str]


@cache
def described() -> dict[str, Described]:
    """Return all tables and views, those for people first."""
    found = {}
    for section in _DESCRIBED.strip().split("\n\n"):
        head, about, *columns = section.splitlines()
        name = head.removeprefix("# ")
        found[name] = Described(name, about, dict(each.split(": ", 1) for each in columns))
    return found
