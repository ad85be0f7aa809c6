"""config.toml in, a frozen Config out; an unknown key is an error with "did you mean"."""

from typing import TYPE_CHECKING

from storykeep import later

if TYPE_CHECKING:
    from storykeep.config.place import database
    from storykeep.config.read import ADDED, default, load, parse
    from storykeep.config.shape import (
        IGNORE_UNREACHABLE,
        Archive,
        Config,
        Network,
        Notify,
        Polite,
        Reports,
        Source,
        Versions,
        Wayback,
        digest,
    )
    from storykeep.config.spell import to_plain, to_toml
    from storykeep.config.table import duration
    from storykeep.config.template import SAMPLE_HOST, TEMPLATE
else:
    __getattr__ = later.names(
        __name__,
        {
            "place": "database",
            "read": "ADDED default load parse",
            "shape": "IGNORE_UNREACHABLE Archive Config Network Notify Polite Reports Source "
            "Versions Wayback digest",
            "spell": "to_plain to_toml",
            "table": "duration",
            "template": "SAMPLE_HOST TEMPLATE",
        },
    )

__all__ = [
    "ADDED",
    "IGNORE_UNREACHABLE",
    "SAMPLE_HOST",
    "TEMPLATE",
    "Archive",
    "Config",
    "Network",
    "Notify",
    "Polite",
    "Reports",
    "Source",
    "Versions",
    "Wayback",
    "database",
    "default",
    "digest",
    "duration",
    "load",
    "parse",
    "to_plain",
    "to_toml",
]
