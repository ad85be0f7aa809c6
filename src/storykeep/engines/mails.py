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
    r"news-software|in-reply-to|x-[\w-]+|origin|expires|supersedes|source):(?:[ \t]|$)",
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
_HEADER = 12  # rows below it among which a rule is looked for
_REPEATED = lazy(r"\s*(?:by\s+\S|author\s*:|disclaim|see\s+(?:part|chapter)\s+)", re.IGNORECASE)
_REPEATED_WORDS = 60
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
        for index in range(_signature_above(lines, start), _repeated_below(lines, end)):
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
    index, sender = 0, ""
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
        told = len(names & _TOLD)
        machine = bool(names & _BY_MACHINES) and told >= 2
        # An archive may have kept no more of them than who wrote, when, and of what.
        sent = _sender(lines, index, end) if told == len(_TOLD) else ""
        if (machine and len(names) >= _FEWEST) or (sent and sent == sender):
            begin = index
            while begin and (lines[begin - 1].blank or _ENVELOPE.match(lines[begin - 1].text)):
                begin -= 1
            yield begin, end
        sender = sender or sent
        index = max(end, index + 1)


def _sender(lines: Sequence[Line], start: int, end: int) -> str:
    """Return whom the "From:" of a head names, as typed."""
    rows = (line.text for line in lines[start:end] if _name(line) == "from")
    return next(rows, "").partition(":")[2].strip()


def _repeated_below(lines: Sequence[Line], end: int) -> int:
    """Return where the text goes on below a further mail's head: behind the rule below the title,
    the by-line and the "disclaimed in part 1" that such a mail repeats."""
    stop = min(len(lines), end + _HEADER)
    rule = next((at for at in range(end, stop) if lines[at].is_break), None)
    if rule is None:
        return end
    said = [line.text for line in lines[end:rule]]
    signed = any(_REPEATED.match(text) for text in said)
    return (
        rule + 1 if signed and sum(len(text.split()) for text in said) <= _REPEATED_WORDS else end
    )


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
