"""Public ids: the shortest beginning of a key's digest that is one story's alone.

They depend on the set of stories, not on the order in which those came, so two machines with the
same stories have the same ids.
"""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from itertools import takewhile

SHORTEST = 8


def key_digest(key: str) -> str:
    """Return SHA-256 of *key* as 52 letters of lower-case base32 (RFC 4648, section 6)."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()


def add_public_id(conn: sqlite3.Connection, digest: str) -> str:
    """Return the public id for a new story, lengthening those that share its first letters."""
    neighbours = _neighbours(conn, digest)
    for other in neighbours:
        if _shared(digest, other) >= SHORTEST:
            _set(conn, other, [*_neighbours(conn, other), digest])
    return _shortest(digest, neighbours)


def drop_public_id(conn: sqlite3.Connection, digest: str) -> None:
    """Shorten what was lengthened for the story of *digest*, whose row is gone."""
    for other in _neighbours(conn, digest):
        if _shared(digest, other) >= SHORTEST:
            _set(conn, other, _neighbours(conn, other))


def _shortest(digest: str, others: list[str]) -> str:
    shared = max((_shared(digest, other) for other in others), default=0)
    return digest[: max(SHORTEST, shared + 1)]


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=True)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _set(conn: sqlite3.Connection, digest: str, others: list[str]) -> None:
    conn.execute(
        "UPDATE story SET public_id = ? WHERE key_digest = ?", (_shortest(digest, others), digest)
    )


def _neighbours(conn: sqlite3.Connection, digest: str) -> list[str]:
    """Return the digests next to *digest*: no other can share more of its beginning."""
    before = conn.execute(
        "SELECT key_digest FROM story WHERE key_digest < ? ORDER BY key_digest DESC LIMIT 1",
        (digest,),
    ).fetchall()
    after = conn.execute(
        "SELECT key_digest FROM story WHERE key_digest > ? ORDER BY key_digest LIMIT 1", (digest,)
    ).fetchall()
    return [row[0] for row in (*before, *after)]
