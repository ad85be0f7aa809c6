"""What Browsertrix writes comes in whole: its WARC, and the WACZ around it with all that is in one."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from storykeep.archive import Archive
from storykeep.imports import Done, Told, Wish
from tests.archives import PROSE, make_archive, rows, story_page
from tests.foreign import Record, http, packed
from tests.test_import_warcs import assert_sound

SITE = "https://tales.example"
LAMP = story_page("The Lamp", "mako", PROSE)
TIDE = story_page("The Tide", "hob", PROSE.replace("keeper", "pilot"))
PAGE_ID = "6c1f6c0e-9f3c-4a7d-8f0a-3f3d8f4d2f11"


def sha256(data: bytes) -> str:
    """Return a digest as warcio.js writes it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def answer(url: str, body: bytes, date: str, **told: str) -> Record:
    """Return a response as Browsertrix has it: decoded, with what was decoded under x-orig-."""
    headers = "x-orig-content-encoding: br\r\nx-orig-transfer-encoding: chunked\r\n"
    block = http(
        body, headers=headers + told.get("headers", ""), status=told.get("status", "200 OK")
    )
    fields = [
        ("WARC-Page-ID", PAGE_ID),
        ("WARC-Resource-Type", "document"),
        ("WARC-JSON-Metadata", '{"ipType":"Public","cert":{"issuer":"R11","ctc":"1"}}'),
        ("WARC-Protocol", "h2"),
        ("WARC-Cipher-Suite", "TLS_AES_128_GCM_SHA256"),
        ("WARC-IP-Address", "192.0.2.7"),
        ("WARC-Payload-Digest", sha256(body)),
        ("WARC-Block-Digest", sha256(block)),
    ]
    kind = "application/http; msgtype=response"
    return Record("response", url, block, date, kind, "WARC/1.1", fields)


def crawl() -> bytes:
    """Return a WARC as one crawl of it leaves."""
    told = b"software: Browsertrix-Crawler 1.5.8 (with warcio.js 2.4.3)\r\nformat: WARC File Format 1.1\r\n"
    first, again = "2024-05-06T07:08:09.123Z", "2024-05-07T07:08:09.456Z"
    text = "WARC/1.1"
    beside = [
        ("pageinfo", "application/json", b'{"pageid":"x","urls":{}}'),
        ("text", "text/plain", b"The Lamp. By mako."),
        ("thumbnail", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("view", "image/png", b"\x89PNG\r\n"),
    ]
    revisit = Record(
        "revisit", f"{SITE}/lamp.html", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", again,
        "application/http; msgtype=response", text,
        [
            ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
            ("WARC-Refers-To-Target-URI", f"{SITE}/lamp.html"),
            ("WARC-Refers-To-Date", first),
            ("WARC-Payload-Digest", sha256(LAMP)),
        ],
    )  # fmt: skip
    return packed(
        [
            Record("warcinfo", "", told, first, "application/warc-fields", text),
            answer(f"{SITE}/lamp.html", LAMP, first),
            Record("request", f"{SITE}/lamp.html", b"GET /lamp.html HTTP/1.1\r\n\r\n", first, "application/http; msgtype=request", text),
            answer(f"{SITE}/tide.html", TIDE, first),
            answer(f"{SITE}/old.html", b"", first, status="301 Moved Permanently", headers="Location: /tide.html\r\n"),
            answer(f"{SITE}/api?__wb_method=POST&q=1", b'{"a":1}', first),
            revisit,
            *(Record("resource", f"urn:{kind}:{SITE}/lamp.html", body, first, mime, text) for kind, mime, body in beside),
        ]
    )  # fmt: skip


def wacz(path: Path, warcs: dict[str, bytes]) -> Path:
    """Write a WACZ 1.1.1 of *warcs*, with its package, digest, pages, indexes and a log."""
    pages = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
        {
            "id": PAGE_ID,
            "url": f"{SITE}/lamp.html",
            "ts": "2024-05-06T07:08:09Z",
            "title": "The Lamp",
        },
    ]
    members = {f"archive/{name}": data for name, data in warcs.items()}
    members |= {
        "pages/pages.jsonl": "".join(json.dumps(each) + "\n" for each in pages).encode(),
        "pages/extraPages.jsonl": b'{"format": "json-pages-1.0", "id": "extra", "title": "Extra"}\n',
        "indexes/index.idx": b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n',
        "indexes/index.cdx.gz": packed([]),
        "logs/crawl-1.log": b'{"timestamp":"2024-05-06T07:08:09.000Z","logLevel":"info"}\n',
    }
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": sha256(data), "bytes": len(data)}
        for name, data in members.items()
    ]
    package = json.dumps(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": "Browsertrix",
            "resources": resources,
        }
    ).encode()
    members["datapackage.json"] = package
    members["datapackage-digest.json"] = json.dumps(
        {"path": "datapackage.json", "hash": sha256(package)}
    ).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            stored = name.startswith("archive/") or name.endswith(".gz")
            file.writestr(name, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Return an archive that has captured nothing yet."""
    (tmp_path / "home").mkdir()
    return make_archive(tmp_path / "home", ["http://127.0.0.1:1/"])


def take(archive: Archive, *paths: Path, **wish: bool) -> tuple[Done, list[Told]]:
    """Import *paths*; return what came of them, and what was told."""
    told: list[Told] = []
    return archive.take_in(Wish(paths, **wish), told.append), told


def check(archive: Archive, done: Done, told: list[Told]) -> None:
    """All pages are there, with their dates and who captured them; nothing was refused."""
    assert [each.why for each in told if each.what == "refused"] == []
    assert (done.total("taken"), done.total("other")) == (5, 4)
    assert rows(archive, "SELECT title, author FROM stories ORDER BY title") == [
        ("The Lamp", "mako"), ("The Tide", "hob"),
    ]  # fmt: skip
    assert rows(archive, f"SELECT substr(fetched_at, 1, 10) FROM capture WHERE url = '{SITE}/lamp.html'") == [
        ("2024-05-06",), ("2024-05-07",),
    ]  # fmt: skip
    ((origin, form, by),) = rows(archive, "SELECT DISTINCT origin, form, captured_by FROM capture")
    assert (origin, form) == ("import", "verbatim")
    assert "Browsertrix-Crawler 1.5.8" in by
    # The revisit tells the address and moment of its response, and no record id.
    assert rows(
        archive, "SELECT count(*) FROM capture WHERE revisit_of IS NOT NULL AND outcome = 'story'"
    ) == [(1,)]
    assert rows(archive, "SELECT count(*) FROM version") == [(2,)]
    assert_sound(archive)


def test_a_warc_of_browsertrix_comes_in_whole(archive: Archive, tmp_path: Path) -> None:
    """Decoded bodies, sha256 digests, urn: records, a POST, a revisit of another day."""
    path = tmp_path / "rec-1.warc.gz"
    path.write_bytes(crawl())
    check(archive, *take(archive, path))


def test_a_wacz_comes_in_whole(archive: Archive, tmp_path: Path) -> None:
    """Its package, pages, indexes and logs say nothing that its WARCs do not; it is kept as it came."""
    half = packed(
        [
            answer(
                f"{SITE}/new.html",
                story_page("New", "una", PROSE.replace("cup", "jar")),
                "2024-05-08T00:00:00Z",
            )
        ]
    )
    path = wacz(tmp_path / "crawl.wacz", {"rec-1.warc.gz": crawl(), "rec-2.warc.gz": half})
    seen, _ = take(archive, path, dry_run=True)
    done, told = take(archive, path)
    assert [each.what for each in told if each.what not in ("other", "there")] == []
    assert (
        (seen.total("taken"), seen.total("other"))
        == (done.total("taken"), done.total("other"))
        == (6, 4)
    )
    assert done.files[0].form == "WACZ"
    kept = archive.config.archive.warcs / done.files[0].kept_as
    assert kept.read_bytes() == path.read_bytes()
    assert rows(archive, "SELECT title FROM stories ORDER BY title") == [
        ("New",),
        ("The Lamp",),
        ("The Tide",),
    ]
    assert take(archive, path)[0].total("taken") == 0
    assert_sound(archive)
