"""Disclaimers above a text that stand between rules, in talk, in another label, or behind a label
that goes on."""

from __future__ import annotations

import pytest

from tests.test_drawn_titles import part_of


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("The Lamp\nBy Jo Dee\n\nSmash Hit Disclaimer of 1938!: This story features the Keeper.",
         "This story features the Keeper."),
        ("The Lamp\n\nDISCLAIMER (brought to you by Carl): We own nobody here, kay?",
         "We own nobody here, kay?"),
        ("The Lamp\n\nWarning: The characters of this story are not mine. So don't sue me.\n\n------",
         "The characters of this story are not mine. So don't sue me."),
        ("The Lamp\nby The Wick\nwick@mail.example\n\n- - - - - - -\n\nLow Tide and its characters "
         "are owned by Fox and Gray.\nI own just this story.\n\nThe Lamp Chapter-2 Oil\n\n- - - - -",
         "Low Tide and its characters are owned by Fox and Gray. I own just this story."),
        ("The Lamp, Part 8\nBy Jo Dee\n\nLow Tide is the property of Fox and Gray.\n\n"
         "Unfortunately, this will be the last chapter for a while. I am sorry for this delay.\n\n"
         "* * *", "Low Tide is the property of Fox and Gray."),
        ("The Lamp\n\nOk I thought of a new idea for this fic, and I hope you enjoy it. "
         "Low Tide\nis not my property. I own the lamp.\n\n------", "Low Tide is not my property."),
    ],
    ids=["of a year", "in brackets", "a warning", "between rules", "above talk", "in talk"],
)  # fmt: skip
def test_a_disclaimer_above_a_text_is_found(head, said):
    part = part_of(head)
    assert said in " ".join(each.text for each in part.disclaimers)
    assert part.prose[0].text.startswith("The lamp on the pier")


def test_talk_between_two_rules_below_the_header_is_a_note():
    part = part_of(
        "The Lamp\n\nBy : Jo Dee\n\n****\n\nI have had little support for this fic, and I have "
        "writers block.\nOh, I don't own anyone, don't shoot!\n\n****"
    )
    assert len(part.notes) == 1
    assert part.prose[0].text.startswith("The lamp on the pier")


def test_a_first_scene_between_two_rules_is_no_note():
    scene = 'He had not seen the lamp for a year.\n\n"You are late," she said.'
    part = part_of(f"The Lamp\n\nBy : Jo Dee\n\n****\n\n{scene}\n\n****")
    assert (part.notes, part.prose[0].text) == ((), "He had not seen the lamp for a year.")


def test_the_first_row_of_talk_above_a_signature_is_no_title():
    part = part_of(
        "********************\nHi again!  My thingy is broken again.  I hope I don't lose\n"
        "any more of this fic! Okay, I don't own Low Tide.\n-The Wick\n********************"
    )
    assert (part.title, [author.name for author in part.authors]) == (None, ["The Wick"])


@pytest.mark.parametrize(
    ("said", "disclaims"),
    [
        ("I don't own the pier, but this story is Copyright (c) 2000 by Jo Dee.", True),
        ("We do not own the pier; this story is Copyright (c) 2000 by Jo Dee.", True),
        ("This story and all people in it are copyright 2000 by Jo Dee.", False),
    ],
)
def test_who_claims_a_text_may_disown_the_rest_in_one_breath(said: str, disclaims: bool) -> None:
    """A note that gives the rights to the page's own author disclaims where it also says so."""
    tail = f"\n\n\nAuthor's notes: That was the last of it. {said} Write to jo@mail.example!"
    part = part_of("The Lamp\nby Jo Dee", tail=tail)
    assert [each.text for each in part.disclaimers] == ([said] if disclaims else [])
