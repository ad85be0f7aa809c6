"""What a profile can say of one site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The engines that a profile may force, by name; text files are read as such whatever it says.
ENGINES = frozenset(
    {
        "automated_archive", "efiction", "ffnet", "forum", "forumotion", "generic", "invision",
        "livejournal", "otw", "phpbb", "platform", "royalroad", "rows", "smf", "vbulletin",
        "xenforo",
    }
)  # fmt: skip
# Those that look for the text by themselves: `body` would be ignored by the others.
TAUGHT_BODY = frozenset({"automated_archive", "generic"})

_TAGS = frozenset(
    {
        "category",
        "character",
        "fandom",
        "genre",
        "keyword",
        "pairing",
        "rating",
        "spoiler",
        "warning",
    }
)
_ONE_TEXT = frozenset(
    {
        "author",
        "chapter",
        "language",
        "published",
        "series",
        "status",
        "summary",
        "title",
        "updated",
        "words",
    }
)
_NOTES = frozenset({"credits", "dedication", "disclaimer", "feedback", "notes", "permission"})

HOLES = _TAGS | _ONE_TEXT  # what may stand in a line's holes
LABELS = _TAGS | _ONE_TEXT | _NOTES | {"chrome"}  # what a label of the site may be
SELECTED = _TAGS | _ONE_TEXT | {"body", "chapters", "cut", "disclaimer", "notes"}


@dataclass(frozen=True, slots=True)
class Profile:
    """Facts about one site."""

    name: str
    hosts: tuple[str, ...]  # "stories.example", or with the beginning of a path behind it
    engine: str | None = None  # read every page of these hosts with this engine
    chrome: tuple[str, ...] = ()  # lines that are the site's, wherever they stand
    site_titles: tuple[
        str, ...
    ] = ()  # TOML: titles; names of the site that are never a story's title
    disclaimers: tuple[str, ...] = ()  # how disclaimers begin that the site puts on its pages
    breaks: tuple[str, ...] = ()  # lines that are scene breaks
    lines: tuple[str, ...] = ()  # header lines with holes: "a {fandom} fanfiction by {author}"
    encoding: str | None = None  # what the bytes are where they do not prove otherwise
    labels: Mapping[str, str] = field(default_factory=dict)  # label as typed -> field
    select: Mapping[str, str] = field(default_factory=dict)  # field -> CSS selector
    urls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # story, index, ignore
    sha256: str = ""
    own: bool = True  # from the user's folder, not shipped with Storykeep
