"""Storykeep preserves web fiction: byte-true captures, clean records, instant search."""

__version__ = "0.1.0"
