"""What the global options say, and the config that follows from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storykeep.errors import ConfigError

if TYPE_CHECKING:
    from storykeep.config import Config


class Context(NamedTuple):
    """The folder that is worked in, and how much is said."""

    folder: Path | None = None
    config_path: Path | None = None
    verbose: bool = False
    quiet: bool = False

    @property
    def path(self) -> Path:
        """Return where config.toml is, or would be."""
        folder = self.folder or Path()
        return folder / (self.config_path or "config.toml")

    def config(self) -> Config:
        """Return the config that writing needs; raise ConfigError where there is none."""
        from storykeep.config import load

        if not self.path.exists():
            raise ConfigError(
                f"there is no {self.path}",
                hint="storykeep init writes one to fill in; -C DIR works in another folder",
            )
        return load(self.path)

    def config_or_default(self) -> Config:
        """Return the config, or the defaults where there is none and none was named."""
        from storykeep.config import default

        if self.config_path is None and not self.path.exists():
            return default(self.path.parent.absolute())
        return self.config()

    def database(self) -> Path:
        """Return where the database is; what config.toml says besides is not looked at."""
        from storykeep.config.place import DATABASE, database

        if self.config_path is None and not self.path.exists():
            return self.path.parent.absolute() / DATABASE
        return database(self.path) or self.config().archive.database
