"""A site's own catalogue is read as what it says, whatever has become of its quotes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storykeep.catalogue import EFiction, Entry, PerlHash, Refused, entry_of
from storykeep.catalogue.sql import charset, unquoted
from storykeep.engines.catalogue import part_of, read_date
from tests.catalogues import EFICTION, PERL

BASE = "http://old.example/"


def perl(data: bytes, *bases: str) -> tuple[list[Entry], list[Refused]]:
    """Return the entries of an ARCHIVE_DB.pl, and what was refused."""
    return apart(PerlHash(data), bases or (BASE,))


def sql(data: bytes, *bases: str) -> tuple[list[Entry], list[Refused]]:
    """Return the entries of a dump, and what was refused."""
    return apart(EFiction(data), bases or (BASE,))


def apart(catalogue: PerlHash | EFiction, bases: tuple[str, ...]) -> tuple[list[Entry], list]:
    """Return entries and refusals apart."""
    found = list(catalogue.entries(bases))
    return [e for e in found if isinstance(e, Entry)], [e for e in found if isinstance(e, Refused)]


def test_a_perl_hash_is_read_as_its_software_wrote_it() -> None:
    """Escapes, epoch seconds, and the address of `archive/LOCATION.TYPE`."""
    (lamp, *_), refused = perl(PERL)
    assert refused == []
    assert lamp.get("Title") == "The Lamp"
    assert lamp.get("summary") == "A lamp that doesn't go out."
    assert lamp.addresses == (f"{BASE}archive/1/thelamp.html", f"{BASE}1/thelamp.html")
    assert not lamp.mended
    part = part_of(f"{BASE}ARCHIVE_DB.pl?1", lamp)
    assert [(each.name, each.url) for each in part.authors] == [
        ("Ada Penhallow", "mailto:ada@example.org")
    ]
    assert part.published is not None
    assert part.published.value == "2003-10-17"
    assert [(tag.kind, tag.value) for tag in part.tags] == [
        ("category", "Drama"), ("category", "Humor"), ("pairing", "Keeper/Sea"), ("rating", "PG-13"),
    ]  # fmt: skip
    assert {each.method for each in part.evidence["title"]} == {"archive_db"}
    assert part.prose == ()


def test_broken_quotes_are_read_by_their_lines() -> None:
    """An apostrophe that nobody escaped, and a summary with line breaks, lose nothing."""
    (_, broken, last), refused = perl(PERL)
    assert refused == []
    assert broken.mended
    assert broken.get("Title") == "It's Broken"
    assert broken.get("Summary") == "He said 'no', and\nwent on,\nover three lines."
    assert (broken.get("Rating"), broken.get("FileType")) == ("G", "txt")
    assert part_of(BASE, broken).published.value == "1999-02-09"  # type: ignore[union-attr]
    assert (last.id, last.get("Author"), last.get("Size")) == ("three", "M. Roué", "12")
    assert last.encodings == ("windows-1252",)
    assert part_of(BASE, last).title == "Café été"


@pytest.mark.parametrize(
    ("fields", "addresses"),
    [
        pytest.param(
            "StoryURL => 'http://else.example/x.html'", ("http://else.example/x.html",), id="whole"
        ),
        pytest.param("LocationURL => 'a/b.htm'", (f"{BASE}a/b.htm",), id="relative"),
        pytest.param(
            "Location => '3/x y', FileType => '.txt'",
            (f"{BASE}archive/3/x%20y.txt", f"{BASE}3/x%20y.txt"),
            id="a blank in it",
        ),
        pytest.param("Location => 'http://x.example/'", (), id="no place in the archive"),
        pytest.param("LocationURL => 'javascript:alert(1)'", (), id="no web address"),
    ],
)
def test_the_address_of_an_entry(fields: str, addresses: tuple[str, ...]) -> None:
    """What is told, and what the software makes of it; nothing that is no web address."""
    (entry,), _ = perl(f"%FILES = (\n1 => {{ Title => 'X', {fields} }},\n);".encode())
    assert entry.addresses == addresses


def test_an_entry_survives_its_record() -> None:
    """What is written is what is read back; anything else is no entry."""
    for entry in perl(PERL)[0]:
        assert entry_of(entry.body()) == entry
    for body in (b"", b"{}", b"[1]", b'{"values": 3}', b"\xff", b"[" * 100_000):
        assert entry_of(body) is None


def test_a_dump_is_joined_by_its_numbers() -> None:
    """Names of authors, categories, classes, series and chapters; with a prefix, without columns."""
    (goose, nobody), refused = sql(EFICTION.encode())
    assert refused == []
    assert goose.work_id == "sid=7"
    assert goose.addresses == (f"{BASE}viewstory.php?sid=7",)
    part = part_of(f"{BASE}dump.sql?sid=7", goose)
    assert [each.name for each in part.authors] == ["Ada P.", "Jos O'Quill"]
    assert part.summary == "A goose & a weir."
    assert {(tag.kind, tag.value) for tag in part.tags} == {
        ("category", "Tides; and (storms)"), ("category", "Lamps"), ("genre", "Angst"),
        ("warning", "Death"), ("character", "The Keeper"), ("rating", "Teen"),
    }  # fmt: skip
    assert part.series is not None
    assert (part.series.name, part.series.position) == ("The Lighthouse", 2)
    assert (part.status, part.words_stated) == ("complete", 21)
    assert part.published is not None
    assert part.published.value == "2006-02-09"
    assert part.updated is None
    assert part.fields["chapter"] == "1. Ebb (12 words)\n2. Flood (9 words)"
    assert part.fields["category without a name"] == "88"
    assert nobody.get("title") == "Nobody's Page"
    assert nobody.get("summary") == 'Says "hm".'
    assert EFiction(EFICTION.encode()).base() == "http://fic.example/sv/"


def test_the_backup_of_efiction_itself_is_read() -> None:
    """It names no columns and quotes everything twice; they are in the order that eFiction makes."""
    backup = r"""# Dump of table fanfiction_authors
# Dump DATE : 20-Apr-2020
INSERT INTO fanfiction_authors VALUES	("1","Ada P.","Ada","a@example.org","","","","2006-01-06 01:02:13","0","x");
INSERT INTO fanfiction_categories VALUES ("4",-1,"Tides","","x.gif","0","0","1","1310");
INSERT INTO fanfiction_settings VALUES ("k","Fic","A \"slogan\"","http://fic.example");
INSERT INTO fanfiction_stories VALUES ("7","One \"Goose\" Over","It's a "goose" indeed.","","4","3","0","2","2006-02-09 22:21:35","2006-02-09 22:21:35","1","","0","1","1","0","21","0","2","9","0");
INSERT INTO fanfiction_stories VALUES ("8","too short");
"""
    (goose,), refused = sql(backup.encode())
    assert goose.get("title") == 'One "Goose" Over'
    assert goose.get("summary") == 'It\'s a "goose" indeed.'
    assert (goose.get("author"), goose.get("category")) == ("Ada P.", "Tides")
    assert (goose.get("rating without a name"), goose.get("wordcount")) == ("2", "21")
    assert goose.mended
    assert len(refused) == 1
    assert EFiction(backup.encode()).base() == "http://fic.example/"


def test_columns_end_where_their_list_does() -> None:
    """What stands behind it (DEFAULT CHARSET) is none, wherever its lines break."""
    created = """CREATE TABLE `fanfiction_stories`
(
    `sid`   int(11)      NOT NULL AUTO_INCREMENT,
    `title` varchar(200) NOT NULL DEFAULT 'a) b',
    PRIMARY KEY (`sid`),
    KEY `title` (`title`)
) ENGINE = MyISAM
  DEFAULT CHARSET = latin1;
INSERT INTO fanfiction_stories VALUES (1, 'A'),
       (2, 'B');
"""
    assert [entry.get("title") for entry in sql(created.encode())[0]] == ["A", "B"]


def test_nothing_of_texts_and_passwords_is_taken() -> None:
    """The dump is kept as it came; its entries have what is said of stories."""
    bodies = b"".join(entry.body() for entry in sql(EFICTION.encode())[0])
    for secret in (b"TEXTOFTHESTORY", b"secret", b"5f4dcc", b"example.org", b"A review"):
        assert secret not in bodies


HEAD = "INSERT INTO fanfiction_stories (sid, title, uid) VALUES "


@pytest.mark.parametrize(
    ("statements", "titles", "refused"),
    [
        pytest.param(HEAD + "(1,'It's here, isn't it',2),(2,'B',1);", ["It's here, isn't it", "B"], 0, id="an apostrophe"),
        pytest.param(HEAD + "(1,'A','B','C'),(2,'B',1);", ["B"], 1, id="too many values"),
        pytest.param(HEAD + "(1,'A),(2,'B',1);", ["B"], 1, id="a quote that is not closed"),
        pytest.param(HEAD + "(1,'A',2),(2,'B", ["A"], 1, id="the file ends in a row"),
        pytest.param(HEAD + "(1,'A',2)", ["A"], 0, id="the file ends behind a row"),
        pytest.param(HEAD + "(1,'A',2),(1,'Z',2);", ["A"], 1, id="a number twice"),
        pytest.param(HEAD + "(NULL,'A',2),(2,'B',2);", ["B"], 1, id="no number"),
        pytest.param("INSERT INTO fanfiction_stories VALUES (1,'A',2);", [], 1, id="no columns anywhere"),
        pytest.param("INSERT INTO fanfiction_stories (sid, psid, title) VALUES (1,0,'A');", [], 1, id="eFiction 1"),
        pytest.param("SELECT 'never closed;\n" + HEAD + "(1,'A',2);", ["A"], 1, id="a statement without end"),
        pytest.param(HEAD.replace("INTO", "IGNORE INTO `db`.") .replace(" fan", "fan") + "(1,_latin1'A',2);", ["A"], 0, id="a database and a charset"),
        pytest.param(HEAD + '(1,"A ""b""",2);', ['A "b"'], 0, id="double quotes"),
        pytest.param(HEAD + "(1,0x41C3A9,2) ON DUPLICATE KEY UPDATE sid=1;" + HEAD + "(2,x'42',1);", ["Aé", "B"], 0, id="hexadecimal"),
        pytest.param(HEAD + "\n-- one\n(1,'A -- b',2), # two\n(2, 'B /* c */', 1) /* d; */;", ["A -- b", "B /* c */"], 0, id="comments"),
    ],
)  # fmt: skip
def test_a_row_is_read_or_refused(statements: str, titles: list[str], refused: int) -> None:
    """Each row is read for what it is, and damage takes no more than it has damaged."""
    found, broken = sql(statements.encode())
    assert [entry.get("title") for entry in found] == titles
    assert len(broken) == refused, broken


@pytest.mark.parametrize(
    ("names", "value", "title"),
    [
        pytest.param("utf8mb4", "Café “x”".encode(), "Café “x”", id="utf-8"),
        pytest.param("latin1", "Café “x”".encode("cp1252"), "Café “x”", id="windows-1252"),
        pytest.param("utf8", "Café “x”".encode("cp1252"), "Café “x”", id="a label that lies"),
        pytest.param("utf8", "Café “x”".encode().decode("cp1252", "replace").replace("�", "\x9d").encode(), "Café “x”", id="twice encoded"),
    ],
)  # fmt: skip
def test_each_value_is_read_in_its_own_encoding(names: str, value: bytes, title: str) -> None:
    """What a dump says of its encoding is a hint, as a page's label is."""
    data = f"SET NAMES {names};\n{HEAD}(1,'".encode() + value + b"',2);"
    (entry,), _ = sql(data)
    assert entry.get("title") == title
    assert charset(data) == ("latin1" if names == "latin1" else "utf-8")


def test_what_is_too_long_is_refused_by_name() -> None:
    """No entry takes more memory than an entry may, whatever a column lists."""
    many = ",".join(map(str, range(1, 5000)))
    names = ",".join(f"({number},'{'x' * 4000}')" for number in range(1, 5000))
    data = (
        f"INSERT INTO fanfiction_categories (catid, category) VALUES {names};"
        "INSERT INTO fanfiction_stories (sid, title, catid) VALUES "
        f"(1,'A','{many}'),(2,'{'y' * (1 << 21)}','1'),(3,'C','1');"
    )
    found, refused = sql(data.encode())
    assert [entry.id for entry in found] == ["3"]
    assert [each.what for each in refused] == ["story 1", "story 2"]
    long = b"%FILES = (\n1 => { Title => '" + b"z" * (1 << 21) + b"' },\n2 => { Title => 'B' },\n);"
    found, refused = perl(long)
    assert [entry.id for entry in found] == ["2"]
    assert [each.what for each in refused] == ["entry 1"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_no_file_makes_it_fail(noise: bytes, at: int, is_perl: bool) -> None:
    """Noise anywhere in a catalogue is refused or read, and raises nothing."""
    whole = PERL if is_perl else EFICTION.encode()
    place = at * len(whole) // 400
    data = whole[:place] + noise + whole[place + len(noise) // 2 :]
    found, refused = perl(data) if is_perl else sql(data)
    for entry in found:
        part_of(f"{BASE}x?{entry.id}", entry)
    assert all(each.why for each in refused)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"'a\\'b\\\\n''c'", b"a'b\\n'c"),
        (b"'a\\nb\\Zc\\%'", b"a\nb\x1ac%"),
        (b"NULL", None),
        (b"12", b"12"),
        (b"0x4", b"\x04"),
    ],
)
def test_literals_mean_what_mysql_means(raw: bytes, value: bytes | None) -> None:
    """Escapes of MySQL 8.0, section 11.1.1."""
    assert unquoted(raw) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1066348800", "2003-10-17"),
        ("10/17/03", "2003-10-17"),
        ("1/2/1999", "1999-01-02"),
        ("2006-02-09 22:21:35", "2006-02-09"),
        ("0000-00-00 00:00:00", None),
        ("13/40/03", None),
        ("17 June 2003", "2003-06-17"),
        ("P", None),
    ],
)
def test_dates_of_such_software(text: str, value: str | None) -> None:
    """Seconds since 1970, month first, and SQL's; what is none is kept as it is."""
    found = read_date(text)
    assert (found.value if found else None) == value
