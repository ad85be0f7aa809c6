"""Cookies: a user's own from a cookies.txt, and those of one origin, in memory only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http.cookiejar import Cookie, DefaultCookiePolicy
from pathlib import Path
from typing import Any

from requests.cookies import RequestsCookieJar

from storykeep.errors import ConfigError

MOST_COOKIES = 50  # of one host (RFC 6265, section 6.1); more would only swell each request
_HTTP_ONLY = "#HttpOnly_"
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f;]")
_HINT = (
    'export it from your browser as "cookies.txt" (Netscape format): seven fields a line, '
    "parted by tabs"
)


class Cookies(RequestsCookieJar):
    """The cookies of one origin, a few at most."""

    def __init__(self) -> None:
        super().__init__(policy=DefaultCookiePolicy())

    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> None:
        if len(self) < MOST_COOKIES or cookie.name in self.keys():
            super().set_cookie(cookie, *args, **kwargs)


def read_cookies(path: Path) -> tuple[Cookie, ...]:
    """Return the cookies of the file *path*, in the format of Netscape's cookies.txt.

    Raises ConfigError, which never repeats what a line says: values are secrets.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(
            f"cannot read the cookies in {path}: {error.strerror}", hint=_HINT
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is no text", hint=_HINT) from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip() and (not line.startswith("#") or line.startswith(_HTTP_ONLY)):
            found.append(_read(line.removeprefix(_HTTP_ONLY), f"{path}: line {number}"))
    if not found:
        raise ConfigError(f"{path} holds no cookie", hint=_HINT)
    return tuple(found)


def of_host(cookies: Iterable[Cookie], host: str) -> list[Cookie]:
    """Return those of *cookies* that *host* may get: its own, its domain's (RFC 6265, 5.1.3)."""
    name = host.lower()
    return [
        each
        for each in cookies
        if name == each.domain.lstrip(".")
        or (each.domain.startswith(".") and name.endswith(each.domain))
    ]


def _read(line: str, place: str) -> Cookie:
    fields = line.split("\t")
    if len(fields) != 7:
        raise ConfigError(f"{place} has {len(fields)} fields, not seven", hint=_HINT)
    domain, shared, path, secure, expires, name, value = fields
    if not re.fullmatch(r"\.?[A-Za-z0-9.:\[\]-]+", domain) or _UNSENDABLE.search(name + value):
        raise ConfigError(f"{place} is no cookie", hint=_HINT)
    if not re.fullmatch(r"-?\d{0,15}(\.\d+)?", expires):
        raise ConfigError(f"{place} has no time of expiry in its fifth field", hint=_HINT)
    seconds = int(float(expires or 0))
    bare = domain.lower().lstrip(".")
    return Cookie(
        version=0, name=name, value=value, port=None, port_specified=False,
        domain=f".{bare}" if shared.upper() == "TRUE" else bare,
        domain_specified=shared.upper() == "TRUE", domain_initial_dot=shared.upper() == "TRUE",
        path=path or "/", path_specified=True, secure=secure.upper() == "TRUE",
        expires=seconds if seconds > 0 else None, discard=False,
        comment=None, comment_url=None, rest={},
    )  # fmt: skip
