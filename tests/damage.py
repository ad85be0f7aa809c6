"""What disks, copies and people do to a WARC: seeded mutations, each saying what it did where."""

from __future__ import annotations

import gzip
import re
import zlib
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path
from random import Random


@dataclass(frozen=True)
class Mutation:
    """What was done: to which files, and between which offsets of the first of them."""

    kind: str
    files: tuple[str, ...]
    start: int | None = None  # None: to the file as a whole
    end: int | None = None


@dataclass(frozen=True)
class Member:
    """One gzip member of a file."""

    start: int
    end: int
    text: bytes  # what it holds, unpacked

    @property
    def kind(self) -> str:
        found = re.search(rb"WARC-Type: (\w+)", self.text)
        return found[1].decode() if found else ""


def members(data: bytes) -> list[Member]:
    """Return the members of a whole file."""
    found, offset = [], 0
    while offset < len(data):
        unpacker = zlib.decompressobj(31)
        text = unpacker.decompress(data[offset:])
        end = len(data) - len(unpacker.unused_data)
        found.append(Member(offset, end, text))
        offset = end
    return found


def pack(text: bytes, level: int = 6) -> bytes:
    """Return one gzip member as the archive writes it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return packer.compress(text) + packer.flush()


class Folder:
    """A folder of WARCs whose files are damaged one at a time and put back."""

    def __init__(self, path: Path, random: Random) -> None:
        self.path = path
        self.random = random
        self.whole = {each.name: each.read_bytes() for each in sorted(path.glob("*.warc.gz"))}
        self.members = {name: members(data) for name, data in self.whole.items()}

    def damage(self, kind: str) -> Mutation:
        """Damage a file of the folder; return what was done. It differs from the whole one."""
        while True:
            done = MUTATIONS[kind](self, kind)
            for name in done.files:
                if self._now(name) == self.whole[name]:
                    break  # it changed nothing, such as zeros over zeros
            else:
                return done
            self.restore(done)

    def restore(self, done: Mutation) -> None:
        """Put back what *done* damaged."""
        for name in done.files:
            (self.path / name).write_bytes(self.whole[name])

    def _now(self, name: str) -> bytes | None:
        path = self.path / name
        return path.read_bytes() if path.exists() else None

    def pick(self) -> tuple[str, bytes]:
        """Return a file, a large one more often than a small one, and its bytes."""
        names = list(self.whole)
        (name,) = self.random.choices(names, [len(data) for data in self.whole.values()])
        return name, self.whole[name]

    def pick_member(self, *kinds: str) -> tuple[str, int]:
        """Return a file and the place of one of its members, of one of *kinds* where given."""
        places = [
            (name, place)
            for name, found in self.members.items()
            for place, member in enumerate(found)
            if not kinds or member.kind in kinds
        ]
        return self.random.choice(places)

    def write(self, name: str, pieces: list[bytes]) -> None:
        (self.path / name).write_bytes(b"".join(pieces))

    def pieces(self, name: str) -> list[bytes]:
        return [self.whole[name][each.start : each.end] for each in self.members[name]]


def _around(folder: Folder, name: str, start: int, end: int) -> tuple[int, int]:
    """Return where the members begin and end that have a byte from *start* to *end*."""
    hit = [each for each in folder.members[name] if each.start < end and each.end > start]
    return hit[0].start, hit[-1].end


def _flip_byte(folder: Folder, kind: str) -> Mutation:
    name, data = folder.pick()
    at = folder.random.randrange(len(data))
    return _put(folder, kind, name, at, bytes([data[at] ^ folder.random.randrange(1, 256)]))


def _flip_bit(folder: Folder, kind: str) -> Mutation:
    name, data = folder.pick()
    at = folder.random.randrange(len(data))
    return _put(folder, kind, name, at, bytes([data[at] ^ 1 << folder.random.randrange(8)]))


def _flip_frame(folder: Folder, kind: str) -> Mutation:
    """A bit of a member's gzip header or of its CRC and size."""
    name, place = folder.pick_member()
    member = folder.members[name][place]
    at = folder.random.choice(
        [*range(member.start, member.start + 10), *range(member.end - 8, member.end)]
    )
    value = folder.whole[name][at] ^ 1 << folder.random.randrange(8)
    return _put(folder, kind, name, at, bytes([value]))


def _flip_last(folder: Folder, kind: str) -> Mutation:
    """A bit of the last byte of compressed data, which no reader may look at."""
    name, place = folder.pick_member()
    at = folder.members[name][place].end - 9
    value = folder.whole[name][at] ^ 1 << folder.random.randrange(8)
    return _put(folder, kind, name, at, bytes([value]))


def _zeros(folder: Folder, kind: str) -> Mutation:
    name, data = folder.pick()
    at = folder.random.randrange(len(data))
    size = folder.random.choice([1, 16, 512, 4096])
    return _put(folder, kind, name, at, b"\0" * min(size, len(data) - at))


def _put(folder: Folder, kind: str, name: str, at: int, new: bytes) -> Mutation:
    data = folder.whole[name]
    folder.write(name, [data[:at], new, data[at + len(new) :]])
    return Mutation(kind, (name,), *_around(folder, name, at, at + len(new)))


def _cut(folder: Folder, kind: str) -> Mutation:
    name, data = folder.pick()
    at = folder.random.randrange(1, len(data))
    folder.write(name, [data[:at]])
    return Mutation(kind, (name,), *_around(folder, name, at, at + 1))


def _cut_at_member(folder: Folder, kind: str) -> Mutation:
    name, place = folder.pick_member()
    at = folder.members[name][place].start
    folder.write(name, [folder.whole[name][:at]])
    return Mutation(kind, (name,), at, len(folder.whole[name]))


def _cut_at_unit(folder: Folder, kind: str) -> Mutation:
    """Right before a request: every unit that is left is whole."""
    name, place = folder.pick_member("request")
    at = folder.members[name][place].start
    folder.write(name, [folder.whole[name][:at]])
    return Mutation(kind, (name,), at, len(folder.whole[name]))


def _missing_member(folder: Folder, kind: str) -> Mutation:
    name, place = folder.pick_member()
    pieces = folder.pieces(name)
    del pieces[place]
    folder.write(name, pieces)
    member = folder.members[name][place]
    return Mutation(kind, (name,), member.start, member.end)


def _missing_unit(folder: Folder, kind: str) -> Mutation:
    name, place = folder.pick_member("request")
    pieces = folder.pieces(name)
    del pieces[place : place + 3]
    folder.write(name, pieces)
    found = folder.members[name]
    return Mutation(kind, (name,), found[place].start, found[place + 2].end)


def _missing_file(folder: Folder, kind: str) -> Mutation:
    name, _ = folder.pick()
    (folder.path / name).unlink()
    return Mutation(kind, (name,))


def _swap_members(folder: Folder, kind: str) -> Mutation:
    name, _ = folder.pick_member()
    pieces = folder.pieces(name)
    one, two = sorted(folder.random.sample(range(len(pieces)), 2))
    pieces[one], pieces[two] = pieces[two], pieces[one]
    folder.write(name, pieces)
    found = folder.members[name]
    return Mutation(kind, (name,), found[one].start, found[two].end)


def _swap_files(folder: Folder, kind: str) -> Mutation:
    one, two = folder.random.sample(sorted(folder.whole), 2)
    folder.write(one, [folder.whole[two]])
    folder.write(two, [folder.whole[one]])
    return Mutation(kind, (one, two))


def _duplicate_member(folder: Folder, kind: str) -> Mutation:
    name, place = folder.pick_member()
    pieces = folder.pieces(name)
    pieces.insert(place, pieces[place])
    folder.write(name, pieces)
    member = folder.members[name][place]
    return Mutation(kind, (name,), member.start, member.end + member.end - member.start)


def _append_junk(folder: Folder, kind: str) -> Mutation:
    name, data = folder.pick()
    junk = folder.random.choice([b"\0", b"\n", b"\x1f\x8b\x08", folder.random.randbytes(700)])
    folder.write(name, [data, junk])
    return Mutation(kind, (name,), len(data), len(data) + len(junk))


def _append_member(folder: Folder, kind: str) -> Mutation:
    """A whole record behind the last: one of this file's, one of another's, or an empty member."""
    name, data = folder.pick()
    other, place = folder.pick_member()
    member = folder.members[other][place]
    new = folder.random.choice([folder.whole[other][member.start : member.end], pack(b"")])
    folder.write(name, [data, new])
    return Mutation(kind, (name,), len(data), len(data) + len(new))


def _insert_junk(folder: Folder, kind: str) -> Mutation:
    name, place = folder.pick_member()
    at = folder.members[name][place].start
    data, junk = folder.whole[name], folder.random.randbytes(folder.random.randrange(1, 99))
    folder.write(name, [data[:at], junk, data[at:]])
    return Mutation(kind, (name,), at, at + len(junk))


def _repack(folder: Folder, kind: str) -> Mutation:
    """The same record, compressed otherwise, or with a gzip field that says nothing."""
    name, place = folder.pick_member()
    member = folder.members[name][place]
    packed = pack(member.text)
    named = packed[:3] + b"\x08" + packed[4:10] + b"name\0" + packed[10:]
    extra = packed[:3] + b"\x04" + packed[4:10] + b"\x04\0abcd" + packed[10:]
    stored = gzip.compress(member.text, 0, mtime=7)
    new = folder.random.choice([named, extra, stored, gzip.compress(member.text, 6, mtime=1)])
    return _replace(folder, kind, name, place, new)


def _two_records(folder: Folder, kind: str) -> Mutation:
    """Two records in one member."""
    name, place = folder.pick_member("request", "metadata")
    found, pieces = folder.members[name], folder.pieces(name)
    last = min(place + 1, len(found) - 1)
    pieces[place : last + 1] = [pack(found[place].text + found[last].text)]
    folder.write(name, pieces)
    return Mutation(kind, (name,), found[place].start, found[last].end)


def _halved(folder: Folder, kind: str) -> Mutation:
    """One record in two members."""
    name, place = folder.pick_member()
    text = folder.members[name][place].text
    return _replace(
        folder, kind, name, place, pack(text[: len(text) // 2]) + pack(text[len(text) // 2 :])
    )


def _longer_member(folder: Folder, kind: str) -> Mutation:
    """A member with bytes behind its record."""
    name, place = folder.pick_member()
    text = folder.members[name][place].text
    new = folder.random.choice([text + b"x", text + b"\r\n", text[:-1], text[:-4]])
    return _replace(folder, kind, name, place, pack(new))


def _altered(folder: Folder, kind: str) -> Mutation:
    """Another payload in a whole record, the digests as they were."""
    name, place = folder.pick_member("response", "request", "metadata", "warcinfo")
    head, block = _split(folder.members[name][place].text)
    return _replace(folder, kind, name, place, pack(_join(head, _other(folder.random, block))))


def _altered_with_digest(folder: Folder, kind: str) -> Mutation:
    """Another payload, and the record's own digests counted again."""
    name, place = folder.pick_member("response", "request", "metadata", "warcinfo", "revisit")
    head, block = _split(folder.members[name][place].text)
    block = _other(folder.random, block)
    return _replace(folder, kind, name, place, pack(_join(_digested(head, block), block)))


def _altered_with_all(folder: Folder, kind: str) -> Mutation:
    """Another payload of the same length, every digest in its whole unit counted again."""
    name, place = folder.pick_member("response")
    found, pieces = folder.members[name], folder.pieces(name)
    head, block = _split(found[place].text)
    new = _other(folder.random, block)
    pieces[place] = pack(_join(_digested(head, new), new))
    told, facts = _split(found[place - 1].text)
    body, other = block.partition(b"\r\n\r\n")[2], new.partition(b"\r\n\r\n")[2]
    for algorithm in (_sha1, lambda data: sha256(data).hexdigest().encode()):
        facts = facts.replace(algorithm(body), algorithm(other))
    pieces[place - 1] = pack(_join(_digested(told, facts), facts))
    folder.write(name, pieces)
    return Mutation(kind, (name,), found[place - 1].start, found[place].end)


def _altered_field(folder: Folder, kind: str) -> Mutation:
    """Another date, address or reference in a record's head."""
    name, place = folder.pick_member("response", "request", "metadata", "revisit")
    text = folder.members[name][place].text
    field = folder.random.choice(
        [
            b"WARC-Date: 2",
            b"WARC-Target-URI: h",
            b"WARC-Record-ID: <urn:uuid:",
            b"WARC-Warcinfo-ID: <urn:uuid:",
        ]
    )
    at = text.index(field) + len(field)
    new = text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]
    return _replace(folder, kind, name, place, pack(new))


def _replace(folder: Folder, kind: str, name: str, place: int, new: bytes) -> Mutation:
    pieces = folder.pieces(name)
    pieces[place] = new
    folder.write(name, pieces)
    member = folder.members[name][place]
    return Mutation(kind, (name,), member.start, max(member.end, member.start + len(new)))


def _split(text: bytes) -> tuple[bytes, bytes]:
    head, _, rest = text.partition(b"\r\n\r\n")
    return head, rest[:-4]


def _join(head: bytes, block: bytes) -> bytes:
    head = re.sub(rb"Content-Length: \d+$", b"Content-Length: %d" % len(block), head, flags=re.M)
    return head + b"\r\n\r\n" + block + b"\r\n\r\n"


def _other(random: Random, block: bytes) -> bytes:
    """Return *block* with one letter of its last line changed, or one more."""
    at = random.randrange(len(block) * 2 // 3, len(block))
    if random.random() < 0.5:
        return block[:at] + bytes([block[at] ^ 1]) + block[at + 1 :]
    return block[:at] + b"x" + block[at:]


def _digested(head: bytes, block: bytes) -> bytes:
    head = re.sub(rb"(WARC-Block-Digest: sha1:)\w+", rb"\g<1>" + _sha1(block), head)
    body = block.partition(b"\r\n\r\n")[2]
    if b"WARC-Type: response" in head:
        head = re.sub(rb"(WARC-Payload-Digest: sha1:)\w+", rb"\g<1>" + _sha1(body), head)
    return head


def _sha1(data: bytes) -> bytes:
    return b32encode(sha1(data).digest())


MUTATIONS: dict[str, Callable[[Folder, str], Mutation]] = {
    "a flipped byte": _flip_byte,
    "a flipped bit": _flip_bit,
    "a flipped bit of a gzip header or trailer": _flip_frame,
    "a flipped bit in a last byte": _flip_last,
    "zeros": _zeros,
    "a cut": _cut,
    "a cut at a member": _cut_at_member,
    "a cut at a unit": _cut_at_unit,
    "a missing member": _missing_member,
    "a missing unit": _missing_unit,
    "a missing file": _missing_file,
    "two members swapped": _swap_members,
    "two files swapped": _swap_files,
    "a member twice": _duplicate_member,
    "junk behind the end": _append_junk,
    "a whole member behind the end": _append_member,
    "junk between members": _insert_junk,
    "a member packed otherwise": _repack,
    "two records in a member": _two_records,
    "a record in two members": _halved,
    "a member too long or short": _longer_member,
    "another payload": _altered,
    "another payload and its digest": _altered_with_digest,
    "another payload and every digest": _altered_with_all,
    "another field": _altered_field,
}  # fmt: skip
