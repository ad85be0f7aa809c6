"""The bundled sample site: pages written for this project, the truth about them, a server."""

from storykeep.config import SAMPLE_HOST as HOST
from storykeep.sample.server import SampleRequest, SampleRoute, SampleSite

__all__ = ["HOST", "SampleRequest", "SampleRoute", "SampleSite"]
