"""Stories as texts that leave the archive: plain text, Markdown, JSON Lines. Pure."""

from __future__ import annotations

from typing import get_args

from storykeep.export import jsonl, markdown, txt
from storykeep.export.names import file_name
from storykeep.export.options import Breaks, Format, Options
from storykeep.export.redact import without_emails
from storykeep.model import Story

FORMATS: tuple[str, ...] = get_args(Format)

__all__ = ["FORMATS", "Breaks", "Format", "Options", "file_name", "render", "without_emails"]

_DEFAULT = Options()


def render(
    story: Story,
    *,
    id: str,  # noqa: A002 - the record's word
    format: str = "txt",  # noqa: A002 - the option's word
    options: Options = _DEFAULT,
) -> str:
    """Return *story* as text that can be encoded as UTF-8, with one newline at its end.

    Raises ValueError for a format that is none of FORMATS.
    """
    if not options.emails:
        story = without_emails(story)
    if format == "txt":
        return txt.render(story, options)
    if format == "md":
        return markdown.render(story, options)
    if format == "jsonl":
        return jsonl.render(story, id=id)
    raise ValueError(f"unknown format {format!r}; there are {', '.join(FORMATS)}")
