"""What one run knows of the hosts it asks: connections, cookies, and how they like to be asked.

Knows nothing of politeness, scope, robots or redirects: it asks once and keeps what came.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from http.cookiejar import Cookie
from types import SimpleNamespace
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.exceptions import InvalidHeader
from requests.hooks import default_hooks
from requests.utils import check_header_validity

from storykeep.clock import Clock
from storykeep.errors import ConfigError
from storykeep.fetch.addresses import may_reach, parse_networks
from storykeep.fetch.ask import Asked, ask
from storykeep.fetch.cookies import MOST_COOKIES, Cookies, of_host
from storykeep.fetch.receive import Answer, Limits, NoAnswerError, converse
from storykeep.fetch.transport import (
    Connector,
    Deadline,
    Endpoint,
    Pool,
    TransportError,
    split_host_port,
)
from storykeep.model import Exchange, Failure, Head
from storykeep.wire import codings

_LONGEST_COOKIE = 4096
_NEEDS_1_1 = (426, 505)  # Upgrade Required, HTTP Version Not Supported
_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})


class Session:
    """One run's way to the network. A context manager.

    Threads may share it as long as each host is asked by one thread at a time.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits | None = None,
        allow_addresses: Sequence[str] = (),
        connect_to: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        purses: Mapping[str, Sequence[Cookie]] | None = None,
    ) -> None:
        """Open nothing yet. ConfigError for an address or a connect_to that cannot be read.

        *clock* says when a request was made; how long it may take is always real time. *purses* are
        cookies by a name of the caller's, sent with requests that name it, to their own domains.
        """
        self._clock = clock or Clock()
        limits = limits or Limits()
        connector = Connector(
            may_reach=partial(may_reach, allowed=parse_networks(allow_addresses)),
            connect_to=parse_connect_to(connect_to or {}),
            connect_timeout=limits.connect_timeout,
        )
        self._adapter = _Adapter(limits, Pool(connector), self._clock)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "Connection": "keep-alive",
        }
        self._purses = dict(purses or {})
        self._origins: dict[tuple[str, Endpoint], requests.Session] = {}
        self._lock = threading.Lock()
        self.answers = 0  # exchanges and failures that `get` has returned

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        resend: bool = True,
        purse: str = "",
    ) -> Exchange | Failure:
        """Ask for *url* once; return what came, whole or truncated. The caller closes the Exchange.

        The request line has the path and query as *url* has them; the fragment and user:password
        are left out. A redirect is an answer like any other. Without *resend* a kept connection
        that died is a Failure that is `stale`, not a second request at once. Requests of one
        *purse* share the cookies that an origin sets, and nobody else's. Raises nothing for
        what a server or a network does; CaptureError if the bytes cannot be spooled, ValueError for
        *headers* that cannot be sent.
        """
        answer = self._get(url, headers or {}, resend, purse)
        with self._lock:
            self.answers += 1
        return answer

    def _get(
        self, url: str, headers: Mapping[str, str], resend: bool, purse: str
    ) -> Exchange | Failure:
        started_at = self._clock.now()
        asked = ask(url)
        if asked is None:
            detail = "this is no http or https address that can be asked"
            return Failure(url, "refused_address", detail, started_at, 0)
        prepared = self._prepare(asked, headers, purse)
        try:
            response = self._at(asked.endpoint, purse).send(
                prepared, stream=True, allow_redirects=False, proxies={}, resend=resend
            )
        except _NothingCame as nothing:
            return replace(nothing.failure, url=url)
        carrier: Any = response.raw
        exchange: Exchange = carrier.exchange
        return replace(exchange, url=url)

    def close(self) -> None:
        """Close all connections; a request that another thread waits for ends at once."""
        self._adapter.close()

    def _at(self, endpoint: Endpoint, purse: str) -> requests.Session:
        """Return the requests session of a purse and an origin, whose cookies no other gets.

        Browsers share them among the ports and schemes of a host; so a login over https would be
        told over http, and to whoever answers on another port.
        """
        origin = purse, endpoint._replace(host=endpoint.host.lower())
        with self._lock:
            session = self._origins.get(origin)
            if session is None:
                session = self._origins[origin] = requests.Session()
                session.trust_env = False
                session.headers.clear()
                session.headers.update(self._headers)
                session.cookies = Cookies()
                for cookie in of_host(self._purses.get(purse, ()), endpoint.host):
                    session.cookies.set_cookie(cookie)
                session.mount("http://", self._adapter)
                session.mount("https://", self._adapter)
            return session

    def _prepare(
        self, asked: Asked, headers: Mapping[str, str], purse: str
    ) -> requests.PreparedRequest:
        session = self._at(asked.endpoint, purse)
        prepared = requests.PreparedRequest()
        # Not by `prepare`, which takes half of the time of a fetch, and would ask for another page:
        # it re-encodes `?%7e` and `|`.
        prepared.method, prepared.url, prepared.hooks = "GET", asked.url, default_hooks()
        prepared.prepare_headers({**session.headers, **_sendable(headers)})
        prepared.prepare_cookies(session.cookies)
        return prepared


class _Adapter(BaseAdapter):
    """The transport below requests. What it returns carries the Exchange as `raw.exchange`."""

    def __init__(self, limits: Limits, pool: Pool, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._limits = limits
        self._pool = pool
        self._versions: dict[str, str] = {}  # HTTP version to ask a host by, where that was learnt

    def send(
        self, request: requests.PreparedRequest, *_: Any, resend: bool = True, **__: Any
    ) -> requests.Response:
        """Return a response without headers: requests itself is to follow and decode nothing."""
        asked = ask(request.url or "")
        assert asked is not None
        exchange = self._exchange(asked, request, resend)
        response = requests.Response()
        response.status_code = exchange.head.status
        response.url = asked.url
        response.request = request
        response.raw = SimpleNamespace(
            exchange=exchange, _original_response=SimpleNamespace(msg=_SetCookies(exchange.head))
        )
        return response

    def close(self) -> None:
        self._pool.close()

    def _exchange(self, asked: Asked, request: requests.PreparedRequest, resend: bool) -> Exchange:
        started_at = self._clock.now()
        deadline = Deadline(self._limits.deadline)
        host = asked.endpoint.host.lower()
        version = self._versions.get(host, "1.1")
        message = asked.message(request.headers, version)
        try:
            answer = converse(
                self._pool, asked.endpoint, message, self._limits, deadline, resend=resend
            )
        except TransportError as error:
            received = error.received if isinstance(error, NoAnswerError) else b""
            stale = isinstance(error, NoAnswerError) and error.stale
            raise _NothingCame(
                Failure(
                    asked.url, error.kind, str(error), started_at, deadline.elapsed_ms(),
                    error.ip, received, stale,
                )
            ) from error  # fmt: skip
        self._learn(host, version, answer)
        return Exchange(
            url=asked.url,
            request=message,
            response=answer.spool,
            response_size=answer.reader.size,
            head=answer.head,
            started_at=started_at,
            elapsed_ms=deadline.elapsed_ms(),
            ip=answer.ip,
            protocols=tuple(filter(None, [answer.head.version.lower(), answer.tls])),
            truncated=answer.reader.truncated,
            problem=answer.reader.problem,
            surplus=answer.reader.surplus,
        )

    def _learn(self, host: str, version: str, answer: Answer) -> None:
        """Ask a host that sends chunks as HTTP/1.0 from now on: it then sends the payload as it is.

        Without chunks only a clean close may prove an answer whole. A host that does not manage
        that, or that no longer speaks HTTP/1.0, is asked as HTTP/1.1 again, for good.
        """
        head = answer.head
        unproven = answer.reader.truncated == "disconnect" and not head.get("Content-Length")
        if host not in self._versions and codings(head, "Transfer-Encoding"):
            self._versions[host] = "1.0"
        elif version == "1.0" and (unproven or head.status in _NEEDS_1_1):
            self._versions[host] = "1.1"


class _NothingCame(requests.exceptions.ConnectionError):
    """Carries a Failure through requests."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class _SetCookies:
    """The Set-Cookie fields of an answer, in the shape that http.cookiejar asks for them."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def get_all(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return the fields called *name*, but for those no browser takes."""
        found = [value for value in self._head.all(name) if len(value) <= _LONGEST_COOKIE]
        return found[:MOST_COOKIES] or default or []


def _sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """Return *headers* without validators that no header may have.

    Those came from a server. Without them the page is only fetched whole.
    """
    return {name: value for name, value in headers.items() if not _is_bad_validator(name, value)}


def _is_bad_validator(name: str, value: str) -> bool:
    if name.lower() not in _VALIDATORS:
        return False
    try:
        check_header_validity((name, value))
    except InvalidHeader:
        return True
    return False


def parse_connect_to(connect_to: Mapping[str, str]) -> dict[tuple[str, int], tuple[str, int]]:
    """Return *connect_to* with hosts and ports apart; ConfigError for what is not host:port."""
    try:
        return {_endpoint(asked): split_host_port(to) for asked, to in connect_to.items()}
    except ValueError as error:
        raise ConfigError(
            f"connect_to: {error}", hint='write "host:port" = "address:port", as in curl'
        ) from error


def _endpoint(text: str) -> tuple[str, int]:
    host, port = split_host_port(text)
    return host.lower(), port
