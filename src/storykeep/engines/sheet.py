"""The page as an engine sees it: parsed once, walked once, its links listed once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from storykeep import urls
from storykeep.asked import asked_once
from storykeep.engines.dom import flat
from storykeep.engines.named import Named, named
from storykeep.engines.wayback import Kept
from storykeep.header import Line, from_blocks
from storykeep.header.lines import size_of
from storykeep.header.titles import squash
from storykeep.model import Block, Evidence
from storykeep.patterns import lazy
from storykeep.profiles import Profile

Found = TypeVar("Found")

_HOMEWARD = lazy(
    r"^(?:back|return|go(?: back)?)\s+to\s+(?:the\s+)?(?P<name>.+?)(?:\s+(?:home\s"
    r"?page|main page|index|home|archive index))?$|"
    r"^(?P<home>.+?)\s+(?:home\s?page|home|main page|index)$",
    re.IGNORECASE,
)


_HOMEWARD_STARTS, _HOMEWARD_ENDS = ("back", "return", "go"), ("page", "home", "index")
_FRONT = lazy(r"/(?:(?:index|main|home|default|welcome)\.\w{2,5})?$", re.IGNORECASE)


def _is_front(url: str) -> bool:
    """True where an address is that of a folder, or of the page that is shown for one."""
    # The pattern has one slash, at its beginning; to search for it from each of them takes longer.
    return url[-1:] == "/" or _FRONT.match(url, url.rfind("/")) is not None


def _is_above(url: str, here: tuple[str, str]) -> bool:
    """True where *url* is in a folder above *here*, host and folder of the page: a front page, not
    a story's contents."""
    # Links are canonical addresses: the host stands between the second slash and the third.
    _, _, host, path = url.split("/", 3)
    if host != here[0]:
        return False
    above = "/" + path.split("?", 1)[0]
    above = above[: above.rindex("/") + 1]
    if above == "/":
        return True  # nothing stands above it: the site's own
    return above != here[1] and here[1].startswith(above)


class Anchor(NamedTuple):
    """A link on the page: where it goes, what it says, and the element."""

    url: str
    text: str
    element: Any
    rel: str = ""


@dataclass(frozen=True)
class Sheet:
    """One decoded, parsed, walked page."""

    url: str
    root: Any
    walked: Sequence[tuple[Block, Any]]
    encoding: Evidence
    base_url: str
    hidden: frozenset[int] = frozenset()  # walked blocks that are on the page but not on the screen
    warnings: tuple[str, ...] = field(default=())
    spaced: bool = False  # one space parts any two words of a line
    own_lines: frozenset[str] = frozenset()  # what a profile says is the site's, squashed
    own_names: frozenset[str] = frozenset()  # what a profile says the site is called, squashed
    profile: Profile | None = None
    kept: Kept | None = None  # where the Wayback Machine has the page from
    listed: Named | None = None  # its ids, classes and comments, where they are known

    @asked_once
    def key(self) -> str:
        """What the addresses of this page have in common (see `urls.key`)."""
        return urls.key(self.url)

    @asked_once
    def lines(self) -> list[Line]:
        """The lines of the page, in order."""
        return from_blocks(self.walked)

    @asked_once
    def sizes(self) -> list[int]:
        """About how many words each line has."""
        # As size_of does for each, without a call for each.
        return [
            size_of(line) if line.wrapped else line.text.count(" ") + 1 if line.text else 0
            for line in self.lines
        ]

    @asked_once
    def blocks(self) -> list[Block]:
        """The blocks of the page, in order."""
        return [block for block, _ in self.walked]

    @asked_once
    def title_tag(self) -> str:
        """The text of `<title>`, white space folded."""
        found = next(self.root.iter("title"), None) if self.root is not None else None
        return flat(found)

    @asked_once
    def anchors(self) -> list[Anchor]:
        """Every link with an address of its own, in page order; fragments of this page are left
        out."""
        found: list[Anchor] = []
        base = self.base_url
        for element in self.root.iter("a", "area") if self.root is not None else ():
            href = element.get("href")
            if not href or href[0] == "#":
                continue
            address = urls.join(base, href)
            if address is None:
                continue
            text = flat(element)
            if not text:
                text = next(
                    (alt for image in element.iter("img") if (alt := image.get("alt"))), ""
                ) or (element.get("alt") or "")
            rel = element.get("rel")
            if "#" in address:
                address = address[: address.index("#")]
            found.append(Anchor(address, text, element, rel.lower() if rel else ""))
        return found

    @asked_once
    def addresses(self) -> str:
        """The addresses of all links, one a line: one search says whether any link leads there."""
        return "\n".join([anchor.url for anchor in self.anchors])

    @asked_once
    def metas(self) -> list[Any]:
        """The page's meta elements."""
        return list(self.root.iter("meta")) if self.root is not None else []

    def once(self, find: Callable[[Sheet], Found]) -> Found:
        """Return what *find* finds on the page; whoever asks again is told the same."""
        if find not in self._found:
            self._found[find] = find(self)
        found: Found = self._found[find]
        return found

    @asked_once
    def _found(self) -> dict[Callable[[Sheet], Any], Any]:
        return {}

    @property
    def comments(self) -> list[Any]:
        """The page's comments, which some software signs its work in."""
        return self._named.comments

    @asked_once
    def words(self) -> int:
        """How many words the page shows."""
        return sum(self.sizes)

    @asked_once
    def text(self) -> str:
        """The page's shown text, for the tests that only ask whether some words occur."""
        return "\n".join([block.text for block in self.blocks])

    @asked_once
    def site_names(self) -> frozenset[str]:
        """What the page's links to its front pages call the site, squashed."""
        names: set[str] = set(self.own_names)
        placed = "://" in self.url
        origin = urls.origin(self.url).rstrip("/") if placed else ""
        here = (urls.host(self.url), urls.folder(self.url)) if placed else ("", "")
        for anchor in self.anchors:
            if origin and anchor.url.rstrip("/") == origin:
                names.add(squash(anchor.text))
            # Most addresses end in the name of a file of their own.
            if placed and _is_front(anchor.url) and _is_above(anchor.url, here):
                names.add(squash(anchor.text))
            low = anchor.text.lower()
            if not (low.startswith(_HOMEWARD_STARTS) or low.endswith(_HOMEWARD_ENDS)):
                continue
            if matched := _HOMEWARD.match(anchor.text):
                names.add(squash(matched["name"] or matched["home"]))
        for meta in self.metas:
            if (meta.get("property") or meta.get("name") or "").lower() in {
                "og:site_name",
                "application-name",
            }:
                names.add(squash(meta.get("content") or ""))
        return frozenset(name for name in names if len(name) > 2)

    @asked_once
    def _ids(self) -> dict[str, Any]:
        return self._named.ids

    @asked_once
    def _classes(self) -> dict[str, list[Any]]:
        return self._named.classes

    @asked_once
    def _named(self) -> Named:
        return named(self.root) if self.listed is None else self.listed

    @asked_once
    def names(self) -> frozenset[str]:
        """All ids and classes of the page."""
        return frozenset((*self._ids, *self._classes))

    def by_id(self, name: str) -> Any | None:
        """Return the element with this id, else None."""
        return self._ids.get(name)

    def has_an_id(self, names: frozenset[str]) -> bool:
        """Return whether an element has one of these ids."""
        return not names.isdisjoint(self._ids)

    def has_id(self, beginning: str) -> bool:
        """Return whether an element has an id that begins so."""
        for name in self._ids:  # noqa: SIM110  any() makes a generator, and ten engines ask
            if name.startswith(beginning):
                return True
        return False

    def by_class(self, name: str, tag: str = "*") -> list[Any]:
        """Return the elements that have this class."""
        found = self._classes.get(name, ())
        return [each for each in found if each.tag == tag] if tag != "*" else list(found)

    def has_class(self, names: frozenset[str]) -> bool:
        """Return whether an element has one of these classes."""
        return not names.isdisjoint(self._classes)

    def inside(self, element: Any) -> list[int]:
        """Return the indexes of the lines whose block began inside *element*."""
        begun = self._begun
        return sorted(index for each in element.iter() for index in begun.get(each, ()))

    @asked_once
    def _begun(self) -> dict[Any, list[int]]:
        """The lines whose block began in each element."""
        found: dict[Any, list[int]] = {}
        for index, line in enumerate(self.lines):
            found.setdefault(line.element, []).append(index)
        return found
