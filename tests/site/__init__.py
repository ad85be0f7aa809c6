"""Servers on loopback that say exactly what a test tells them to, byte for byte."""

from tests.site.wire_server import (
    TLS,
    Answer,
    Hold,
    Pause,
    RawServer,
    Recorded,
    Reset,
    server_tls,
)

__all__ = ["TLS", "Answer", "Hold", "Pause", "RawServer", "Recorded", "Reset", "server_tls"]
