"""The nouns of model.py as JSON text and back: what the database keeps of a part or a story.

The JSON is canonical: one value has one text. Fields that have their default are left out, their
names are sorted, a mapping keeps its order (that of the page), a whole float is written as an
integer, and no white space is added. The decoders are made from model.py's type hints, so a field
that is added there travels without a line here.
"""

from __future__ import annotations

import json
import sys
import types
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from functools import cache
from itertools import islice
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from storykeep.model import Block, Evidence, Mark, Part

Decoder = Callable[[Any], Any]


# ---------------------------------------------------------------- values


def plain(value: Any) -> Any:
    """Return *value* as JSON types: dataclasses become objects without their default fields.

    Raises ValueError for a float that is no number and TypeError for what JSON cannot hold.
    """
    kind: type = type(value)
    return _plainer(kind)(value)


@cache
def _plainer(kind: type) -> Callable[[Any], Any]:
    """Return what turns values of the type *kind* into JSON types."""
    if kind is types.NoneType or issubclass(kind, (str, int)):
        return _same
    if issubclass(kind, float):
        return _plain_float
    if issubclass(kind, Mapping):
        return lambda value: {str(key): plain(each) for key, each in value.items()}
    if issubclass(kind, (tuple, list)):
        return lambda value: [plain(each) for each in value]
    if is_dataclass(kind):
        return _plain_dataclass(kind)
    raise TypeError(f"{kind.__name__} has no JSON form")


def _plain_float(value: float) -> float | int:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{value} has no JSON form")
    return int(value) if value.is_integer() else value


def _plain_dataclass(kind: type, without: str = "") -> Callable[[Any], dict[str, Any]]:
    told = [each for each in _defaults(kind) if each[0] != without]
    names, defaults = zip(*told, strict=True)
    values_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def plain_fields(value: Any) -> dict[str, Any]:
        # Most values are texts, or what is there by default.
        return {
            name: each if each.__class__ is str else plain(each)
            for name, default, each in zip(names, defaults, values_of(value), strict=True)
            if each is not default and each != default
        }

    return plain_fields


def revive(kind: Any, data: Any) -> Any:
    """Return *data*, as `json.loads` gives it, as a value of the type *kind*."""
    return _decoder(kind)(data)


def dumps(value: Any, *, sort: bool = False) -> str:
    """Return the canonical JSON text of *value*; it is always valid Unicode.

    With *sort*, mappings are written in the order of their keys: equal values have equal texts.
    """
    if _is_short(value):
        return _text(value, sort)
    return "".join(_dump(value, sort))


# From so many members on, a list is written piece by piece: as JSON types, a long story or a list
# of 100,000 links would take several times the memory that it has already.
_LONG = 1000


def _is_short(value: Any, without: str = "") -> bool:
    """Return whether neither *value* nor a field of it, but for *without*, is a long list."""
    if isinstance(value, (tuple, list)):
        return len(value) < _LONG
    if not is_dataclass(value) or isinstance(value, type):
        return True
    for name, _ in _defaults(type(value)):
        each = getattr(value, name)
        if isinstance(each, (tuple, list)) and len(each) >= _LONG and name != without:
            return False
    return True


def _dump(value: Any, sort: bool) -> Iterator[str]:
    """Yield the text of `dumps` in pieces."""
    if isinstance(value, (tuple, list)) and len(value) >= _LONG:
        yield "["
        for start in range(0, len(value), _LONG):
            yield "," * bool(start)
            yield ",".join(_text(each, sort) for each in value[start : start + _LONG])
        yield "]"
    elif is_dataclass(value) and not isinstance(value, type):
        yield "{"
        between = ""
        for name, default in _defaults(type(value)):
            if (each := getattr(value, name)) != default:
                yield f'{between}"{name}":'
                yield from _dump(each, sort)
                between = ","
        yield "}"
    else:
        yield _text(value, sort)


# Made once: json.dumps makes one for each value, which takes longer than most values do.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ENCODE_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _text(value: Any, sort: bool) -> str:
    return _storable((_ENCODE_SORTED if sort else _ENCODE)(plain(value)))


def _storable(text: str) -> str:
    # A page may spell half a surrogate pair (&#xD800;), which no UTF-8 file or database can hold.
    return text if text.isascii() or _is_unicode(text) else _escaped(text)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if "\ud800" <= char <= "\udfff" else char for char in text)


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    named = sorted(fields(kind), key=lambda each: each.name)
    return tuple((each.name, _default(each)) for each in named)


def _default(each: Field[Any]) -> Any:
    if each.default is not MISSING:
        return each.default
    return MISSING if each.default_factory is MISSING else each.default_factory()


# ---------------------------------------------------------------- decoders


@cache
def _decoder(kind: Any) -> Decoder:
    """Return what turns JSON types into *kind*."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _interned
    if kind in (str, int, bool, Any):
        return _same
    if kind is float:
        return float
    if origin in (Union, types.UnionType):
        inner = [each for each in arguments if each is not type(None)]
        return _optional(_decoder(inner[0])) if len(inner) == 1 else _same
    if origin is tuple:
        return _tuple(arguments)
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _mapping(_decoder(arguments[1]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    raise TypeError(f"no decoder for {kind!r}")


def _same(data: Any) -> Any:
    return data


def _interned(data: Any) -> Any:
    # JSON gives each of 100,000 links a word "link" of its own.
    return sys.intern(data) if isinstance(data, str) else data


def _optional(inner: Decoder) -> Decoder:
    return lambda data: None if data is None else inner(data)


def _tuple(arguments: tuple[Any, ...]) -> Decoder:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _decoder(arguments[0])
        return tuple if inner is _same else lambda data: tuple(map(inner, data))
    decoders = [_decoder(each) for each in arguments]
    return lambda data: tuple(decode(each) for decode, each in zip(decoders, data, strict=True))


def _mapping(inner: Decoder) -> Decoder:
    return lambda data: {key: inner(each) for key, each in data.items()}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any) -> Decoder:
    decoders = {name: _decoder(hint) for name, hint in _hints(kind).items()}
    to_decode = [(name, each) for name, each in decoders.items() if each is not _same]

    def decode(data: Any) -> Any:
        decoded = {name: decoder(data[name]) for name, decoder in to_decode if name in data}
        return kind(**{**data, **decoded})

    return decode


# ---------------------------------------------------------------- parts

_SHORT = 1 << 19  # letters of JSON that are read at once


def part_to_json(part: Part, *, prose: bool) -> str:
    """Return *part* as canonical JSON, with or without its prose."""
    if not prose and _is_short(part, without="prose"):
        return _storable(_ENCODE(_plain_light()(part)))
    return dumps(part if prose else replace(part, prose=()))


@cache
def _plain_light() -> Callable[[Any], dict[str, Any]]:
    return _plain_dataclass(Part, without="prose")


def part_from_json(text: str, prose: Iterable[Block] | None = None) -> Part:
    """Return the part that `part_to_json` wrote; *prose*, where given, becomes its prose."""
    part: Part
    if len(text) < _SHORT:
        part = revive(Part, json.loads(text))
    else:
        part = Part(**dict(_fields(text, Part)))
    return part if prose is None else replace(part, prose=tuple(prose))


@dataclass(frozen=True, slots=True)
class PackedPart:
    """A part as it is stored: JSON without the prose, and the prose; None where there is none."""

    json: str
    prose: bytes | None
    part: Part | None = field(default=None, compare=False, repr=False)  # where it is at hand

    def unpacked(self) -> Part:
        """Return the part, with its prose."""
        if self.part is not None:
            return self.part
        return part_from_json(self.json, unpack_blocks(self.prose) if self.prose else ())


def pack_part(part: Part) -> PackedPart:
    """Return *part* as it is stored."""
    prose = pack_blocks(part.prose) if part.prose else None
    return PackedPart(part_to_json(part, prose=False), prose, part)


# Long lists are read member by member: as JSON types they would take twice the memory of what
# they become. It is our own text, so there is no white space in it to skip.
_SCAN = json.JSONDecoder().raw_decode


def _fields(text: str, kind: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of the canonical JSON object *text*, as those of *kind*."""
    hints, at = _hints(kind), 1
    while text[at] != "}":
        name, at = _SCAN(text, at)
        hint, at = hints[name], at + 1
        if get_origin(hint) is tuple and get_args(hint)[1] is Ellipsis:
            found: list[Any] = []
            at = _members(text, at, _decoder(get_args(hint)[0]), found)
            yield name, tuple(found)
        else:
            value, at = _SCAN(text, at)
            yield name, _decoder(hint)(value)
        at += text[at] == ","


def _members(text: str, at: int, decode: Decoder, found: list[Any]) -> int:
    """Put the members of the canonical JSON list at *at* into *found*; return where it ends."""
    if len(text) < _SHORT:
        members, at = _SCAN(text, at)
        found += map(decode, members)
        return at
    at += 1
    while text[at] != "]":
        member, at = _SCAN(text, at)
        found.append(decode(member))
        at += text[at] == ","
    return at + 1


def pack_blocks(blocks: Iterable[Block]) -> bytes:
    """Return *blocks* as zlib-compressed canonical JSON."""
    from zlib_ng import zlib_ng  # who only reads needs none of it

    packer = zlib_ng.compressobj(6)
    packed, rest, between = [packer.compress(b"[")], iter(blocks), ""
    while piece := ",".join(map(_block_text, islice(rest, _LONG))):
        packed.append(packer.compress(f"{between}{_storable(piece)}".encode()))
        between = ","
    return b"".join([*packed, packer.compress(b"]"), packer.flush()])


def _block_text(block: Block) -> str:
    """Return a block as canonical JSON; most are paragraphs without marks."""
    if block.kind == "paragraph" and not (block.marks or block.depth or block.value):
        return f'{{"kind":"paragraph","text":{encode_basestring(block.text)}}}'
    return _ENCODE(plain(block))


def unpack_blocks(data: bytes) -> tuple[Block, ...]:
    """Return the blocks that `pack_blocks` wrote."""
    found: list[Block] = []
    _members(zlib.decompress(data).decode(), 0, _block, found)
    return tuple(found)


def _block(data: Any) -> Any:
    # Kind and text are always there; most blocks have nothing else.
    if len(data) == 2:
        return Block(_interned(data["kind"]), data["text"])
    return _decoder(Block)(data)


def marks_to_json(marks: Iterable[Mark]) -> str:
    """Return *marks* as a JSON list of short rows: [start, end, kind, value, depth].

    At the end of a row a depth of 0 is left out, and with it an empty value.
    """
    return dumps([_mark_row(mark) for mark in marks])


def marks_from_json(text: str) -> tuple[Mark, ...]:
    """Return the marks that `marks_to_json` wrote."""
    return tuple(Mark(*row) for row in json.loads(text))


def evidence_from_json(text: str) -> dict[str, tuple[Evidence, ...]]:
    """Return the evidence of a part or story by field."""
    evidence: dict[str, tuple[Evidence, ...]] = revive(
        Mapping[str, tuple[Evidence, ...]], json.loads(text)
    )
    return evidence


def _mark_row(mark: Mark) -> list[Any]:
    row: list[Any] = [mark.start, mark.end, mark.kind]
    if mark.value or mark.depth:
        row.append(mark.value)
    if mark.depth:
        row.append(mark.depth)
    return row
