"""The heads of further mails in a text file: whoever kept a story that came in parts put the
articles one behind the other, each with its own head and the signature of the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from storykeep.header import Draft, Line
from storykeep.patterns import lazy

_NAMED = lazy(
    r"(?P<name>path|from|newsgroups|subject|message-id|date|article-i\.?d\.?|sender|organization|"
    r"lines|nntp-posting-\w+|references|reply-to|to|cc|received|return-path|mime-version|"
    r"content-[\w-]+|status|xref|distribution|followup-to|apparently-to|keywords|approved|"
    r"news-software|in-reply-to|x-[\w-]+|origin|expires|supersedes):(?:[ \t]|$)",
    re.IGNORECASE,
)
# A story may show its people's letters; what only machines write is in none of them.
_BY_MACHINES = frozenset(
    {"path", "newsgroups", "message-id", "received", "return-path", "nntp-posting-host", "xref"}
)
_OF_THE_POST = lazy(
    r"origin|content-length|article-i\.?d\.?|news-software|approved|expires|supersedes|x-.*"
)
_TOLD = frozenset({"from", "subject", "date"})
_ENVELOPE = lazy(r"(?:>?From \S{1,400} .{6,60}\d{4}$|Article \d+ of [\w.]+:?$)")
_SIGNED = lazy(r"-- ?$")
_SIGNATURE = 8  # rows
_FEWEST = 4  # rows of a head
_ABOVE = 100  # words of text above a head that is not the file's own
_FIRST_LETTERS = frozenset("pfnsmdaolrtcxike>PFNSMDAOLRTCXIKE")


def put_away(draft: Draft) -> None:
    """Put the head of each mail but the first into the chrome, with the signature above it; of the
    first only what no label of a header is."""
    lines = draft.lines
    told = at = 0
    for start, end in _heads(lines):
        told += sum(draft.sizes[at:start])
        at = end
        if told < _ABOVE:
            _first(draft, start, end)
            continue
        for index in range(_signature_above(lines, start), end):
            if not draft.bins[index] and not lines[index].blank:
                draft.put(index, "chrome")


def _first(draft: Draft, start: int, end: int) -> None:
    """Keep the rows of the file's own head that say nothing of the story, nor are its title."""
    by_machine = False
    for index in range(start, end):
        text = draft.lines[index].text
        if text[:1] not in " \t":
            by_machine = _name(draft.lines[index]) in _BY_MACHINES
        if _ENVELOPE.match(text) or (by_machine and text[:1] in " \t" and text.strip()):
            draft.put(index, "chrome")
        elif (found := _NAMED.match(text)) and _OF_THE_POST.fullmatch(found["name"].lower()):
            value = text[found.end() :].strip()
            draft.add_field(found["name"], value)
            draft.found("fields", value, "mail_header", text)
            draft.put(index, "field")


def _heads(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield where each head of a mail begins and ends."""
    index = 0
    while index < len(lines):
        if lines[index].text[:1] not in _FIRST_LETTERS or _name(lines[index]) is None:
            index += 1
            continue
        end, names = index, set()
        while end < len(lines) and not lines[end].blank:
            name = _name(lines[end])
            if name is None and not (lines[end].text[:1] in " \t" or _is_tail(lines, end)):
                break
            names |= {name} if name else set()
            end += 1
        if len(names) >= _FEWEST and names & _BY_MACHINES and len(names & _TOLD) >= 2:
            begin = index
            while begin and (lines[begin - 1].blank or _ENVELOPE.match(lines[begin - 1].text)):
                begin -= 1
            yield begin, end
        index = max(end, index + 1)


def _name(line: Line) -> str | None:
    """Return the name of a row of a mail's head in small letters, None for any other row."""
    found = _NAMED.match(line.text) if ":" in line.text else None
    return found["name"].lower() if found else None


def _is_tail(lines: Sequence[Line], index: int) -> bool:
    """True for the rest of a long row of a head that lost its indent: the head goes on below."""
    return index + 1 < len(lines) and _name(lines[index + 1]) is not None


def _signature_above(lines: Sequence[Line], start: int) -> int:
    """Return where the signature above *start* begins, *start* without one."""
    for index in range(start - 1, max(-1, start - _SIGNATURE - 4), -1):
        if _SIGNED.match(lines[index].text):
            return index
    return start
