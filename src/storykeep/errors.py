"""What can go wrong, sorted by what the user can do about it."""

from __future__ import annotations


class StorykeepError(Exception):
    """Something stopped the command; `hint` says what to do next, `exit_code` is the shell's."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(StorykeepError):
    """The words on the command line do not say what to do."""

    exit_code = 2


class ConfigError(StorykeepError):
    """config.toml cannot be read as written."""

    exit_code = 2


class QueryError(StorykeepError):
    """A search query cannot be read."""

    exit_code = 2


class CaptureError(StorykeepError):
    """Bytes could not be made durable; what was reported before is safe."""


class SpaceError(StorykeepError):
    """A disk is nearly full, and a run stops before it is."""


class StoreError(StorykeepError):
    """archive.db cannot be opened or written."""


class LockedError(StorykeepError):
    """Another Storykeep is writing to this archive."""

    exit_code = 5


class DamageError(StorykeepError):
    """Bytes on disk are not what they were when they were written."""

    exit_code = 6
