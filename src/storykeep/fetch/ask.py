"""A URL taken apart into where to connect and what to ask there. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from storykeep.fetch.transport import Endpoint

_URL = re.compile(r"(https?)://(?:[^/?#\\\s]*@)?(\[[0-9a-f:.%]+\]|[^:@/?#\\\s\[\]]+)(?::(\d*))?"
                  r"(?=[/?#]|$)([^#]*)", re.IGNORECASE)  # fmt: skip
_PORTS = {"http": 80, "https": 443}
# Nothing outside visible ASCII may reach the request line: a line end would begin a second request.
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True)
class Asked:
    """Where to connect, and what the request line and the Host field say."""

    endpoint: Endpoint
    host: str  # the Host field: without the scheme's own port
    target: str  # path and query as they are in the URL

    @property
    def url(self) -> str:
        """The address without user:password and fragment."""
        return f"{self.endpoint.scheme}://{self.host}{self.target}"

    def message(
        self, headers: Mapping[str, str | bytes], version: str, *, method: str = "GET"
    ) -> bytes:
        """Return the head of a request by HTTP/*version* (RFC 9112, sections 3 and 5)."""
        lines = [f"{method} {self.target} HTTP/{version}".encode(), b"Host: " + self.host.encode()]
        lines += [_bytes(name) + b": " + _bytes(value) for name, value in headers.items()]
        return b"\r\n".join([*lines, b"", b""])


def ask(url: str) -> Asked | None:
    """Return what *url* asks for, None if it is no http or https address that can be asked."""
    parts = _URL.match(url)
    if parts is None:
        return None
    scheme, host, port_text, target = parts[1].lower(), parts[2], parts[3], parts[4]
    port = int(port_text) if port_text and len(port_text) < 6 else _PORTS[scheme]
    if not host.isascii() or not 0 < port < 65536 or len(port_text or "") > 5:
        return None
    if not target.startswith("/"):
        target = "/" + target
    return Asked(
        endpoint=Endpoint(scheme, host.strip("[]"), port),
        host=host if port == _PORTS[scheme] else f"{host}:{port}",
        target=_UNSENDABLE.sub(_percent, target),
    )


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode("utf-8", "surrogatepass"))


def _bytes(text: str | bytes) -> bytes:
    """Return a header name or value as bytes: what came as latin-1 goes back as it was."""
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
