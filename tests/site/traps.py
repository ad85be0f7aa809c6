"""A site of forty stories, and of calendars, sessions, review orders and lists that never end."""

from __future__ import annotations

import random
import re
from urllib.parse import parse_qs, urlsplit

from tests.archives import PROSE, answer, story_page

STORIES = 40
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august",
          "september", "october", "november", "december")  # fmt: skip


def _page(title: str, body: str) -> bytes:
    return answer(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()
    )


class TrapSite:
    """Answers any request by its path, never twice with the same links."""

    def __init__(self) -> None:
        self._chance = random.Random(5)

    def __call__(self, request: bytes) -> bytes:
        target = urlsplit(request.split(b" ")[1].decode())
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        name = target.path.split("/")[1].removesuffix(".php") or "home"
        page = getattr(self, f"_{name}", None)
        return page(target.path, query) if page else answer(b"no", status="404 Not Found")

    def _session(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def _token(self) -> str:
        return "".join(self._chance.choice("abcdefghjk23456789") for _ in range(19)) + "a1b2c3"

    def _menu(self) -> str:
        return (
            f'<p><a href="/?PHPSESSID={self._session()}">Home</a> <a href="/login.php">Login</a> '
            f'<a href="/calendar.php?year=2004&amp;month={self._chance.randint(1, 12)}">Calendar</a> '
            '<a href="/events/2004/may/">Events</a> <a href="/new.php?page=1">Newest</a> '
            '<a href="/deep/deep/">Archive</a></p>'
        )

    def _list(self, numbers: range | list[int]) -> str:
        return "".join(
            f'<li><a href="/story.php?sid={n}&amp;PHPSESSID={self._session()}">Tale {n}</a> by Ana</li>'
            for n in numbers
        )

    def _home(self, path: str, query: dict[str, str]) -> bytes:
        orders = "".join(
            f'<a href="/?sort={key}&amp;order={way}">{key} {way}</a> '
            for key in ("title", "date", "author")
            for way in ("asc", "desc")
        )
        return _page("Stories", f"{self._menu()}{orders}<ul>{self._list(range(STORIES))}</ul>")

    def _story(self, path: str, query: dict[str, str]) -> bytes:
        number = int(query.get("sid", "0"))
        text = PROSE.replace("keeper", f"keeper of light number {number}")
        reviews = "".join(
            f'<a href="/reviews.php?sid={number}&amp;order={order}&amp;start={start}">{order}</a> '
            for order in ("newest", "oldest", "best")
            for start in (0, 20, 40)
        )
        links = (
            f'<hr><p><a href="/reviews.php?sid={number}">Reviews (12)</a> {reviews} '
            f'<a href="/reply.php?sid={number}">Reply</a> '
            f'<a href="/story.php?sid={number}&amp;key={self._token()}">Permanent link</a></p>{self._menu()}'
        )
        return answer(story_page(f"Tale {number}", "Ana", text, links))

    def _calendar(self, path: str, query: dict[str, str]) -> bytes:
        year, month = int(query.get("year", "2004")), int(query.get("month", "1"))
        days = "".join(
            f'<td><a href="/day.php?d={year}-{month:02}-{day:02}">{day}</a></td>'
            for day in range(1, 29)
        )
        nearby = [
            (year + (month + step - 1) // 12, (month + step - 1) % 12 + 1) for step in (-1, 1)
        ]
        ways = "".join(
            f'<a href="/calendar.php?year={y}&amp;month={m}">{m}/{y}</a> ' for y, m in nearby
        )
        return _page(
            "Calendar",
            f"{self._menu()}<h2>{MONTHS[month - 1]} {year}</h2>{ways}<table><tr>{days}</tr></table>",
        )

    def _day(self, path: str, query: dict[str, str]) -> bytes:
        return _page("Day", f"{self._menu()}<p>Nothing happened on {query.get('d', '?')}.</p>")

    def _events(self, path: str, query: dict[str, str]) -> bytes:
        found = re.fullmatch(r"/events/(\d+)/(\w+)/", path)
        year, month = (int(found[1]), MONTHS.index(found[2])) if found else (2004, 0)
        onward = f"/events/{year + (month + 1) // 12}/{MONTHS[(month + 1) % 12]}/"
        return _page("Events", f'{self._menu()}<p>No events.</p><a href="{onward}">Next month</a>')

    def _new(self, path: str, query: dict[str, str]) -> bytes:
        page = int(query.get("page", "1"))
        onward = f'<a href="/new.php?page={page + 1}">Next page</a>'
        return _page(
            "Newest stories", f"{self._menu()}<ul>{self._list(list(range(10)))}</ul>{onward}"
        )

    def _deep(self, path: str, query: dict[str, str]) -> bytes:
        return _page(
            "Archive", f'{self._menu()}<p>More below.</p><a href="{path}deep/">Older stories</a>'
        )
