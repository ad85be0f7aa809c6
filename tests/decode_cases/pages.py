"""A text as a page or a plain file, and what an encoding can hold of it."""

from __future__ import annotations

from pathlib import Path

CODECS = {
    "macintosh": "mac-roman",
    "ibm866": "cp866",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "gb2312": "gb2312",
    "gbk": "gb18030",
}


def read_text(path: Path) -> list[str]:
    """Return the title, the short text and the paragraphs of *path*."""
    return path.read_text(encoding="utf-8").splitlines()


def held(lines: list[str], name: str) -> list[str]:
    """Return *lines* without those that the encoding *name* has no signs for."""
    codec = CODECS.get(name, name)
    return [line for line in lines if line.encode(codec, "ignore").decode(codec) == line]


def html(lines: list[str], label: str | None, *, before: str = "", after: str = "") -> str:
    """Return *lines* as a page of about 2000, with *label* in its meta."""
    meta = (
        f'<meta http-equiv="Content-Type" content="text/html; charset={label}">\n' if label else ""
    )
    title, _, *paragraphs = lines
    body = "\n".join(f"<p>{line}</p>" for line in paragraphs)
    return (
        f"<html>\n<head>\n{before}{meta}<title>{title}</title>\n</head>\n<body bgcolor=#ffffff>\n"
        f'<h1>{title}</h1>\n<a href="index.html">Home</a>\n{body}\n<hr>\n{after}</body>\n</html>\n'
    )


def plain(lines: list[str]) -> str:
    """Return *lines* as a text file."""
    return "\n\n".join([lines[0], *lines[2:]]) + "\n"


def short(lines: list[str]) -> str:
    """Return a page that says three words."""
    return f"<html><head><title></title></head><body><h1>{lines[1]}</h1></body></html>"
