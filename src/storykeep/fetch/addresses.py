"""Which addresses a run may reach: the public internet, and what the user opened by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from storykeep.errors import ConfigError

Network = IPv4Network | IPv6Network

# Global unicast by the IANA special-purpose registries, written out: what Python calls global
# differs between its versions, counts multicast in, and knows nothing of what NAT64, 6to4 or Teredo
# addresses lead to.
_PUBLIC = (ip_network("0.0.0.0/0"), ip_network("2000::/3"))
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return the addresses and CIDR ranges in *texts*; ConfigError for what is neither."""
    networks = []
    for text in texts:
        try:
            networks.append(ip_network(text.strip("[]"), strict=False))
        except ValueError as error:
            raise ConfigError(
                f"allow_addresses: {text!r} is not an address",
                hint='write an address or a range: "127.0.0.1", "::1", "192.168.1.0/24"',
            ) from error
    return tuple(networks)


def may_reach(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Return whether *address* is global unicast, or lies in one of the *allowed* networks."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if any(ip in network for network in allowed):
        return True
    public = any(ip in network for network in _PUBLIC)
    return public and not any(ip in network for network in _NOT_PUBLIC)
