"""The bundled sample site: pages written for this project, the truth about them, a server."""

from storykeep.sample.server import HOST, SampleRequest, SampleRoute, SampleSite

__all__ = ["HOST", "SampleRequest", "SampleRoute", "SampleSite"]
