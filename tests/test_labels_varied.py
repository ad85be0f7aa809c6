"""The labels of a header, drawn and spelt in more of the ways of its authors."""

from __future__ import annotations

import html as entities
import re

import pytest

from storykeep.derive import derive
from tests.pages import html, plain_text

TOLD = [
    f"The lamp was out on day {day}, and Halloran was in the tower with it." for day in range(14)
]
OWNED = "I don't own Harbour, Jo Dee does."


def _html(head: str):
    rows = "".join(f"<p>{row}</p>" for row in [head, *TOLD])
    return derive(html(f"<title>Harbour Archive</title>{rows}", "http://harbour.example/l.html"))


def _text(head: str):
    typed = entities.unescape(re.sub("<[^>]+>", "", head.replace("<br>", "\n")))
    return derive(plain_text("\n\n".join([typed, *TOLD]), "http://harbour.example/l.txt"))


@pytest.mark.parametrize("page", [_html, _text])
@pytest.mark.parametrize(
    "head",
    [
        "[Title] Lamp Oil<br>[Author] Ada Bell<br>[Disclaimer] {}",
        "~Title~ Lamp Oil<br>~Author~ Ada Bell<br>~Disclaimer~ {}",
        "Fic Title: Lamp Oil<br>Author Name: Ada Bell<br>Disclaimer: {}",
        "Author's name: Ada Bell<br>Title of story: Lamp Oil<br>Disclaimers: {}",
        "Title: Lamp Oil / Author: Ada Bell / Rating: PG / Disclaimer: {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>Disc.: {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>Lawyer Stuff: {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>(Disclaimer: {})",
        "Title: Lamp Oil<br>Author: Ada Bell<br>**Disclaimer** {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>Disclaimer; {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>Disclaimer&gt;&gt; {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>::Disclaimer:: {}",
        "Title: Lamp Oil<br>Author: Ada Bell<br>A/N and Disclaimer: {}",
    ],
)
def test_a_label_has_many_forms(head, page):
    """Brackets, waves, leading dots, a semicolon."""
    part = page(head.format(OWNED))
    assert part.title == "Lamp Oil"
    assert [author.name for author in part.authors] == ["Ada Bell"]
    assert [each.text for each in part.disclaimers] == [OWNED]
    assert part.prose[0].text == TOLD[0]


@pytest.mark.parametrize(
    "told",
    [
        "Warning.... the lamp was out, and so were they.",
        "~Ada~ she wrote, and then no more.",
        "~Summer~ it said upon the jar.",
        "[Title] was what the form said, and he left it blank.",
        "Note; the lamp was out.",
        "Disc. two was scratched.",
    ],
)
def test_what_only_resembles_a_label_is_told(told):
    """In a story that has begun."""
    part = _html(f"Title: Lamp Oil<br>Author: Ada Bell</p><p>{TOLD[0]}</p><p>{told}")
    assert part.prose[1].text == told
