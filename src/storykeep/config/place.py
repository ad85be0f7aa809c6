"""Where the database lies, by config.toml; all that a command that only reads must know of it."""

from __future__ import annotations

from pathlib import Path

DATABASE = "archive.db"
KEYS: dict[str, set[str]] = {
    "[archive]": {"warcs", "database", "operator", "keep_free"},
    "[polite]": {
        "delay", "robots", "connect_timeout", "read_timeout",
        "deadline", "retries", "max_bytes", "hosts_at_once", "requests_per_day", "hours",
    },
    "[network]": {"allow_addresses", "connect_to"},
    "[wayback]": {"cdx", "memento"},
    "[reports]": {"feed"},
    "[notify]": {"command", "mail", "webhook", "ping", "when"},
    "[[source]]": {
        "name", "start", "include", "exclude", "profile", "every", "limit", "depth", "robots",
        "adult", "images", "requisites", "cookies", "hours", "via", "versions", "cdx", "memento",
    },
}  # fmt: skip
TABLES = {key.strip("[]") for key in KEYS}


def database(path: Path) -> Path | None:
    """Return the database that the file *path* names, None where `load` is to look at the file.

    A table or a key that is not known may mean another place, so only `load` says what is wrong
    there. A source's own keys do not matter to it.
    """
    import tomllib

    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return None
    archive = data.get("archive", {})
    if not (data.keys() <= TABLES and isinstance(archive, dict)):
        return None
    written = archive.get("database", DATABASE)
    if not (archive.keys() <= KEYS["[archive]"] and isinstance(written, str)):
        return None
    if not written.strip() or not written.isprintable() or written.startswith("~"):
        return None
    return path.absolute().parent / written
