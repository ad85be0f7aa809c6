"""TOML in, a Profile out; what cannot be meant is refused with file, key and what is allowed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

import webencodings

from storykeep.config.table import Table
from storykeep.errors import ConfigError
from storykeep.profiles import selectors, templates
from storykeep.profiles.shape import ENGINES, HOLES, LABELS, SELECTED, TAUGHT_BODY, Profile

_KEYS = {
    "name", "hosts", "engine", "chrome", "titles", "disclaimers", "breaks", "lines", "encoding",
    "labels", "select", "urls",
}  # fmt: skip
_PAGES = {"story", "index", "ignore"}
_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.-])?")  # as in config.toml
_HOST = re.compile(
    r"(?=.{1,253}(?:[:/]|$))[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*"
    r"(?::\d{1,5})?(?:/[!-~]*)?"
)
_LONGEST = 300  # characters of one text


def parse(text: str, *, name: str, path: Path | None = None, own: bool = True) -> Profile:
    """Return the profile that TOML *text* describes; *path* is the file it is from.

    Raises ConfigError, naming file and key, for what cannot be meant.
    """
    path = path or Path(f"{name}.toml")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(
            f"{path}: this is not TOML: {error or 'nested too deep'}", hint="see docs/profiles.md"
        ) from error
    top = Table(path, "", data)
    top.refuse_unknown(_KEYS)
    profile = Profile(
        name=_name(top, name),
        hosts=_hosts(top),
        engine=_engine(top),
        chrome=_texts(top, "chrome"),
        site_titles=_texts(top, "titles"),
        disclaimers=_texts(top, "disclaimers"),
        breaks=_texts(top, "breaks"),
        lines=_lines(top),
        encoding=_encoding(top),
        labels=_labels(top.table("labels")),
        select=_select(top.table("select")),
        urls=_urls(top.table("urls")),
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        own=own,
    )
    if "body" in profile.select and profile.engine not in {None, *TAUGHT_BODY}:
        raise top.error(
            f"the engine {profile.engine!r} finds the text of a page by itself",
            f"leave body out, or engine; body goes with {_listed(TAUGHT_BODY)}",
            "body",
        )
    return profile


def _name(top: Table, default: str) -> str:
    name = top.text("name", default)
    if not _NAME.fullmatch(name) or name == "auto":
        hint = "use letters, digits, blanks, dots, dashes and underscores; auto is taken"
        raise top.error(f"{name!r} is no name of a profile", hint, "name")
    return name


def _texts(table: Table, key: str) -> tuple[str, ...]:
    found = table.texts(key)
    for each in found:
        if not each.strip():
            raise table.error("has an empty text", f'write {key} = ["...", "..."]', key)
        if len(each) > _LONGEST:
            hint = "the beginning will do where a disclaimer is meant, or a * where a line is"
            raise table.error(f"has a text of more than {_LONGEST} signs", hint, key)
    return found


def _hosts(top: Table) -> tuple[str, ...]:
    found = top.texts("hosts")
    for each in found:
        if not _HOST.fullmatch(each):
            hint = 'write a host without http://, as in hosts = ["stories.example"], or with the '
            hint += 'beginning of a path: "pages.example/~mary/"'
            raise top.error(f"{each!r} is no host", hint, "hosts")
    return found


def _engine(top: Table) -> str | None:
    if "engine" not in top.data:
        return None
    name = top.text("engine", "")
    return _one_of(top, "engine", name, ENGINES)


def _one_of(table: Table, key: str, value: str, known: Collection[str]) -> str:
    if value in known:
        return value
    near = get_close_matches(value.lower(), sorted(known), 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {_listed(known)}"
    raise table.error(f"there is no {value!r}", hint, key)


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words))


def _lines(top: Table) -> tuple[str, ...]:
    found = _texts(top, "lines")
    for each in found:
        try:
            templates.read(each, HOLES)
        except ValueError as error:
            raise top.error(f"{each!r} {error}", "see docs/profiles.md", "lines") from error
    return found


def _encoding(top: Table) -> str | None:
    if "encoding" not in top.data:
        return None
    label = top.text("encoding", "")
    found = webencodings.lookup(label)
    if found is None:
        hint = 'known are those of browsers, as in encoding = "windows-1251"'
        raise top.error(f"there is no encoding {label!r}", hint, "encoding")
    return str(found.name)


def _labels(table: Table) -> dict[str, str]:
    found = {}
    for label in table.data:
        if not label.strip() or len(label) > 60 or ":" in label:
            hint = 'write the words before the colon, as in "Nice words" = "summary"'
            raise table.error(f"{label!r} is no label", hint)
        found[label] = _one_of(table, label, table.text(label, ""), LABELS)
    return found


def _select(table: Table) -> dict[str, str]:
    table.refuse_unknown(set(SELECTED))
    found = {}
    for key in table.data:
        text = table.text(key, "")
        try:
            selectors.read(text)
        except ValueError as error:
            hint = "docs/profiles.md lists what of CSS can be used"
            raise table.error(f"{text!r} is no selector: {error}", hint, key) from error
        found[key] = text
    return found


def _urls(table: Table) -> dict[str, tuple[str, ...]]:
    table.refuse_unknown(_PAGES)
    found = {}
    for key in table.data:
        found[key] = table.texts(key)
        for each in found[key]:
            if not each.startswith(("/", "*")):
                hint = 'write what is behind the host: "/stories/" or "/texts/*.txt"'
                raise table.error(f"{each!r} does not begin with / or *", hint, key)
    return found
