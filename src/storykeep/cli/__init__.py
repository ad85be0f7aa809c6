"""Words in, library call, words out. Every command imports what it needs when it is called."""

from storykeep.cli.main import cli, main

__all__ = ["cli", "main"]
