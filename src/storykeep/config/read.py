"""The file config.toml in, a Config out; what cannot be meant is refused, with the next step."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from storykeep import urls
from storykeep.config.place import DATABASE, KEYS, TABLES
from storykeep.config.shape import (
    IGNORE_UNREACHABLE,
    KEEP_FREE,
    WHEN,
    Archive,
    Config,
    Network,
    Notify,
    Polite,
    Reports,
    Source,
    Wayback,
)
from storykeep.config.table import Table
from storykeep.errors import ConfigError

ADDED = "added"  # the source of pages that `add` archives; no entry of config.toml may take it


def load(path: Path) -> Config:
    """Return what the file *path* says; relative paths in it start at its folder.

    Raises ConfigError, naming file, table and key, for what is missing, misspelled or out of range.
    """
    return parse(_read(path), path)


def parse(text: str, path: Path) -> Config:
    """Return what *text* says, as if it were the file *path*, which is not looked at."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, path) from error
    folder = path.absolute().parent
    top = Table(path, "", data)
    top.refuse_unknown(TABLES)
    archive = _read_archive(top.table("archive"), folder)
    polite = _read_polite(top.table("polite"))
    network = _read_network(top.table("network"))
    wayback = _read_archive_service(top.table("wayback"))
    sources = tuple(_read_source(table, folder, wayback) for table in top.tables("source"))
    _refuse_twins(sources, path)
    reports = _read_reports(top.table("reports"), folder)
    notify = _read_notify(top.table("notify"))
    return Config(folder, archive, polite, network, wayback, sources, reports, notify)


def default(folder: Path) -> Config:
    """Return the Config of an empty config.toml in *folder*: no sources, defaults everywhere."""
    return parse("", folder / "config.toml")


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path}: there is no such file",
            hint='"storykeep init" writes one; "-C DIR" or "--config FILE" says where it is',
        ) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return raw.decode("utf-8-sig")  # Notepad begins its files with a BOM, which TOML forbids
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}: line {line} is not UTF-8",
            hint="save the file as UTF-8 in your editor",
        ) from error


def _syntax_error(error: tomllib.TOMLDecodeError, path: Path) -> ConfigError:
    said = str(error)
    where = re.search(r" \(at (line \d+, column \d+)\)$", said)
    if where is None:
        return ConfigError(f"{path}: {said}", hint="a quote or bracket may be open at the end")
    hint = 'look at quotes, brackets and commas there; text stands in quotes: key = "text"'
    if "overwrite" in said.lower() or "twice" in said:
        hint = "this key or table is written a second time; keep one of them"
    elif "escape" in said.lower() or "\\" in said or "hex value" in said.lower():
        hint = "a backslash is special in double quotes; write / instead, or use single quotes"
    return ConfigError(f"{path}: {where[1]}: {said[: where.start()]}", hint=hint)


def _read_archive(table: Table, folder: Path) -> Archive:
    table.refuse_unknown(KEYS["[archive]"])
    operator = table.text("operator", "").strip()
    # It goes into a header of every request, where only ASCII arrives as it was written.
    if not operator.isascii():
        hint = 'give an e-mail or web address, for example "me@example.org"'
        raise table.error("must be plain ASCII", hint, "operator")
    paths = []
    for key, usual in (("warcs", "warcs"), ("database", DATABASE)):
        written = table.text(key, usual)
        if not written.strip():
            raise table.error("must not be empty", f'write {key} = "{usual}"', key)
        paths.append(_path(table, key, folder, written))
    keep_free = table.size("keep_free", KEEP_FREE)
    return Archive(warcs=paths[0], database=paths[1], operator=operator, keep_free=keep_free)


def _path(table: Table, key: str, folder: Path, written: str) -> Path:
    try:
        return folder / Path(written).expanduser()
    except RuntimeError as error:  # "~somebody" who is not known here
        raise table.error(f"there is no home folder for {written!r}", "", key) from error


def _read_polite(table: Table) -> Polite:
    table.refuse_unknown(KEYS["[polite]"])
    usual = Polite()
    return Polite(
        delay=table.number("delay", usual.delay, least=0),
        robots=table.flag("robots", usual.robots),
        connect_timeout=table.number("connect_timeout", usual.connect_timeout, least=0.01),
        read_timeout=table.number("read_timeout", usual.read_timeout, least=0.01),
        deadline=table.number("deadline", usual.deadline, least=0.01),
        retries=table.whole("retries", usual.retries, least=0),
        max_bytes=table.whole("max_bytes", usual.max_bytes, least=1),
        hosts_at_once=table.whole("hosts_at_once", usual.hosts_at_once, least=1),
        requests_per_day=table.whole("requests_per_day", usual.requests_per_day, least=0),
        hours=table.hours("hours") or usual.hours,
    )


def _read_network(table: Table) -> Network:
    table.refuse_unknown(KEYS["[network]"])
    addresses = []
    for written in table.texts("allow_addresses"):
        try:
            addresses.append(str(ipaddress.ip_address(written)))
        except ValueError as error:
            hint = 'write single addresses, as in ["127.0.0.1", "192.168.1.20"]'
            raise table.error(f"{written!r} is no IP address", hint, "allow_addresses") from error
    pairs = table.data.get("connect_to", {})
    if not isinstance(pairs, dict):
        hint = 'write connect_to = { "host:port" = "address:port" }'
        raise table.error("must be a table", hint, "connect_to")
    connect_to = {}
    for source, target in pairs.items():
        if not isinstance(target, str):
            raise table.error(f"the target of {source!r} must be text", "", "connect_to")
        host = _endpoint(table, source, "host")
        connect_to[host] = _endpoint(table, target, "address")
    return Network(tuple(addresses), connect_to)


def _read_reports(table: Table, folder: Path) -> Reports:
    table.refuse_unknown(KEYS["[reports]"])
    written = table.text("feed", "")
    return Reports(_path(table, "feed", folder, written) if written.strip() else None)


_MAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]-][^\s@<>(),;:\\\"\[\]]*@[\w.-]*\w")


def _read_notify(table: Table) -> Notify:
    table.refuse_unknown(KEYS["[notify]"])
    mail = table.text("mail", "").strip()
    if mail and not (mail.isascii() and _MAIL.fullmatch(mail)):
        raise table.error(f"{mail!r} is no address", 'write mail = "me@example.org"', "mail")
    when = table.text("when", "always")
    known = next((each for each in WHEN if each == when), None)
    if known is None:
        raise table.error(f"{when!r} is not known", f"write one of: {', '.join(WHEN)}", "when")
    command = table.texts("command")
    if command and not command[0].strip():
        raise table.error("names no program", 'write command = ["/path/to/program"]', "command")
    return Notify(command, mail, _web(table, "webhook"), _web(table, "ping"), known)


def _web(table: Table, key: str) -> str:
    """Return a web address, which may hold a secret: no message shows it."""
    written = table.text(key, "").strip()
    if written and urls.try_canonical(written) is None:
        raise table.error("is no web address", f'write {key} = "https://..."', key)
    return written


def _endpoint(table: Table, text: str, what: Literal["host", "address"]) -> str:
    """Return "host:port" in canonical spelling."""
    wrong = table.error(
        f"{text!r} is not {what}:port",
        'write connect_to = { "stories.example:80" = "127.0.0.1:8080" }',
        "connect_to",
    )
    name, colon, number = text.rpartition(":")
    if not (colon and number.isascii() and number.isdigit() and 0 < int(number) < 65536):
        raise wrong
    # Only a bare host or address may stand before the port: no path, no credentials, no blank.
    if not name or re.search(r"[\s/?#@\\]", name):
        raise wrong
    url = urls.try_canonical(f"http://{name}/")
    if url is None or urls.host(url) != urls.hostname(url):
        raise wrong
    host = urls.hostname(url)
    if what == "address":
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError as error:
            raise wrong from error
    return f"{host}:{int(number)}"


_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.-])?")


# What is done with the links, pictures and doors of pages: a web archive's lists lead to its pages.
_LIVE_ONLY = ("depth", "adult", "images", "requisites", "cookies")


def _read_source(table: Table, folder: Path, wayback: Wayback) -> Source:
    table.refuse_unknown(KEYS["[[source]]"])
    name = _read_name(table)
    start = _read_start(table)
    include, exclude = (_read_patterns(table, key) for key in ("include", "exclude"))
    profile = table.text("profile", "auto")
    if not _NAME.fullmatch(profile):
        raise table.error(
            f"{profile!r} is no name of a profile", 'write profile = "auto"', "profile"
        )
    source = Source(
        name=name,
        start=start,
        include=include,
        exclude=exclude,
        profile=profile,
        every=table.time("every", "30d"),
        limit=table.whole("limit", 0, least=0),
        depth=table.whole("depth", 0, least=0),
        robots=_read_robots(table),
        adult=table.flag("adult", False),
        images=table.flag("images", False),
        requisites=table.flag("requisites", False),
        cookies=_read_cookies(table, folder),
        hours=table.hours("hours"),
        **_read_wayback(table, wayback),
    )
    for url in start:
        if source.via == "wayback" and (wrapped := urls.unwrap_wayback(url)) is not None:
            hint = f'write where the page itself was: start = ["{wrapped[1]}"]'
            raise table.error(f"{url!r} is a page of the Wayback Machine", hint, "start")
        if not source.wants(url):
            hint = "take the pattern out, or begin at another page"
            raise table.error(f"excludes its own start page {url}", hint, "exclude")
    return source


def _read_robots(table: Table) -> Literal[True, "ignore-unreachable"]:
    value = table.data.get("robots", True)
    if value is True:
        return True
    if value == IGNORE_UNREACHABLE:
        return IGNORE_UNREACHABLE
    hint = (
        f'write robots = "{IGNORE_UNREACHABLE}" for a dead archive whose robots.txt never answers'
    )
    if value is False:
        hint = "only [polite] robots = false turns it off, for all sources: for your own server"
    raise table.error(f'must be true or "{IGNORE_UNREACHABLE}"', hint, "robots")


def _read_wayback(table: Table, wayback: Wayback) -> dict[str, Any]:
    """Return via, versions, cdx and memento; the last three mean something with "wayback" only."""
    via = _one_of(table, "via", ("live", "wayback"))
    if via == "live":
        for key in ("versions", "cdx", "memento"):
            if key in table.data:
                hint = 'write via = "wayback" to take the pages from a web archive'
                raise table.error("means something only for a web archive", hint, key)
        return {}
    if "robots" in table.data:
        hint = "leave it out; the site itself is not asked"
        raise table.error("says nothing where a web archive is asked", hint, "robots")
    for key in _LIVE_ONLY:
        if table.data.get(key):
            hint = "leave it out; what the archive lists of pages is asked for, and nothing else"
            raise table.error("does nothing where a web archive is asked", hint, key)
    return {
        "via": via,
        "versions": _one_of(table, "versions", ("good", "last", "first", "all")),
        "cdx": _read_service(table, "cdx", wayback.cdx),
        "memento": _read_service(table, "memento", wayback.memento),
    }


def _read_archive_service(table: Table) -> Wayback:
    table.refuse_unknown(KEYS["[wayback]"])
    usual = Wayback()
    cdx = _read_service(table, "cdx", usual.cdx)
    return Wayback(cdx, _read_service(table, "memento", usual.memento))


def _one_of(table: Table, key: str, known: tuple[str, ...]) -> str:
    value = table.text(key, known[0])
    if value not in known:
        raise table.error(f"{value!r} is none of them", f"write one of: {', '.join(known)}", key)
    return value


def _read_service(table: Table, key: str, usual: str) -> str:
    written = table.text(key, usual)
    address = urls.try_canonical(written)
    if address is None or "?" in address:
        hint = f'write where it is, as in {key} = "{usual}"'
        raise table.error(f"{_masked(written)!r} is no address of a service", hint, key)
    return address


def _read_cookies(table: Table, folder: Path) -> Path | None:
    written = table.text("cookies", "")
    return _path(table, "cookies", folder, written) if written.strip() else None


def _read_name(table: Table) -> str:
    name = table.text("name", "")
    if not name:
        raise table.error("has no name", 'give it one: name = "example"')
    if not _NAME.fullmatch(name):
        hint = "use at most 64 letters, digits, blanks, dots, dashes and underscores"
        raise table.error(f"{name!r} cannot be a name", hint, "name")
    if name.lower() == ADDED:
        hint = 'choose another name; pages that "storykeep add" brings have this one'
        raise table.error(f"{name!r} is taken", hint, "name")
    return name


def _read_start(table: Table) -> tuple[str, ...]:
    written = table.texts("start")
    if not written:
        hint = 'say where to begin: start = ["http://stories.example/archive/"]'
        raise table.error("has no start page", hint, "start")
    found = []
    for url in written:
        address = urls.try_canonical(url)
        hint = 'write the whole address, as in "http://stories.example/archive/"'
        if address is None:
            raise table.error(f"{_masked(url)!r} is no web address", hint, "start")
        if not urls.is_askable(address):
            hint = f"an address of more than {urls.LONGEST:,} letters is never asked for"
            raise table.error(f"holds an address of {len(address):,} letters", hint, "start")
        if re.match(r"\s*https?:[/\\]*[^/\\?#]*@", url, re.IGNORECASE):
            hint = "take out what stands before the @; pages behind a login cannot be archived"
            raise table.error(f"{_masked(url)!r} holds a login", hint, "start")
        if address not in found:
            found.append(address)
    return tuple(found)


def _masked(url: str) -> str:
    return re.sub(r"(:[/\\]*)[^/\\?#]*@", r"\1***@", url[:200])


def _read_patterns(table: Table, key: str) -> tuple[str, ...]:
    patterns = table.texts(key)
    for one in patterns:
        if not one.startswith(("/", "*")):
            hint = 'write what follows the host, as in ["/archive/"], or a glob, as in ["*.html"]'
            raise table.error(f"{one!r} is no path", hint, key)
    return patterns


def _refuse_twins(sources: tuple[Source, ...], path: Path) -> None:
    seen = set()
    for source in sources:
        if source.name.casefold() in seen:
            hint = "give each [[source]] its own name"
            raise ConfigError(f"{path}: two sources are called {source.name!r}", hint=hint)
        seen.add(source.name.casefold())
