"""Tells somebody's own server something: one POST, no redirect, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from storykeep.fetch.addresses import may_reach, parse_networks
from storykeep.fetch.ask import ask
from storykeep.fetch.receive import Limits, converse
from storykeep.fetch.session import parse_connect_to
from storykeep.fetch.transport import Connector, Deadline, Pool, TransportError

_LIMITS = Limits(connect_timeout=10.0, read_timeout=10.0, deadline=20.0, max_bytes=65536)


def tell(
    url: str,
    body: bytes,
    *,
    kind: str,
    user_agent: str,
    allow_addresses: Sequence[str] = (),
    connect_to: Mapping[str, str] | None = None,
) -> str:
    """Send *body*, of the Content-Type *kind*, to *url*; return why that failed, "" where not.

    It takes 20 seconds at most. The same addresses may be reached as in a run. Raises nothing for
    what a server or a network does.
    """
    asked = ask(url)
    if asked is None:
        return "this is no http or https address that can be asked"
    head = {
        "User-Agent": user_agent,
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    connector = Connector(
        may_reach=partial(may_reach, allowed=parse_networks(allow_addresses)),
        connect_to=parse_connect_to(connect_to or {}),
        connect_timeout=_LIMITS.connect_timeout,
    )
    pool = Pool(connector)
    try:
        deadline = Deadline(_LIMITS.deadline)
        message = asked.message(head, "1.1", method="POST") + body
        answer = converse(pool, asked.endpoint, message, _LIMITS, deadline, resend=False)
    except TransportError as error:
        return str(error)
    finally:
        pool.close()
    answer.spool.close()
    status = answer.head.status
    return (
        "" if 200 <= status < 300 else f"the server answered {status} {answer.head.reason}".rstrip()
    )
