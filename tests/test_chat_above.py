"""What authors say to readers above their story with neither a label nor a rule: it is a note; a
story that only sounds like it stays a story."""

from __future__ import annotations

import pytest

from storykeep.cleaning import clean, saved_page

TOLD = (
    "Wilma Orchard carried the ladder across the yard and set it against the wall of the mill.",
    "The wheel had stopped in the night, and nobody in the valley knew yet who had stopped it.",
    '"Hold the foot of it," she said, and went up into the ivy with a lamp between her teeth.',
    "Below her the miller's boy held on with both hands and looked at anything but the water.",
)
STORY = TOLD * 5
VIEW = "Wilma's POV"


def record(*above: str, kind: str = "ffnet", story: tuple[str, ...] = STORY) -> dict:
    """Return the record of a page whose text begins with *above*."""
    rows = "\n".join(part if part.startswith("<") else f"<p>{part}</p>" for part in above + story)
    if kind == "text":
        text = "\n\n".join("-" * 40 if part == "<hr>" else part for part in above + story)
        return clean(saved_page("mill.txt", text.encode()), [])
    page = (
        "<html><head><title>The Mill Chapter 2, a misc fanfic | FanFiction</title></head><body>"
        "<div id=profile_top><b class='xcontrast_txt'>The Mill</b> <span>By:</span> "
        "<a href='/u/7/orchard'>orchard</a></div><div class='storytext' id='storytext'>"
        f"{rows}</div></body></html>"
        if kind == "ffnet"
        else f"<html><head><title>The Mill</title></head><body><h1>The Mill</h1>\n{rows}</body></html>"
    )
    return clean(saved_page("mill.html", page.encode()), [])


def paragraphs(found: dict) -> list[str]:
    return found["chapters"][0]["text"].split("\n\n")


def noted(found: dict) -> str:
    return "\n\n".join(note["text"] for note in found["notes"] if note["place"] == "head")


CHAT = (
    "Hey guys, I know it has been ages, but my laptop died. Sorry for the long wait! Here's chapter two.",
    "Hello everybody! This is my very first fanfic, so please go easy on me, and tell me what you think.",
    "Ok everyone, so this chapter is a bit short, but the next chapter will be up on Friday. Enjoy!",
    "I had the worst writer's block with this one, so thank you to all the reviewers who kept me going.",
    "This fic is a crossover with the second season, and everybody is a bit ooc. Please review, no flames!",
    "So sorry for the late update, you guys! Exams ate me. I hope you like this chapter, it is a long one.",
    "I'm updating from my grandmother's attic, so this chapter is unbeta'd and the typos are all hers. Enjoy!",
    "Wow, all your reviews for the last chapter! You are all mad, and I thank you. On we go with the second one!",
)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize("chat", CHAT)
def test_what_only_an_author_says_is_a_note(chat, kind):
    """No label, no rule: the words are enough."""
    found = record(chat, kind=kind)
    assert paragraphs(found)[0] == TOLD[0]
    assert noted(found) == chat


def test_all_that_is_said_is_one_note():
    """What stands between two paragraphs of talk is talk, and so is what ends it above a part."""
    said = (
        "Hi all! Here's the second chapter, thanks for all the reviews.",
        "My brother fell off a horse and I have had to type with one hand while he laughs.",
        "To those who asked: yes, there will be a sequel, if you still want one in May.",
        "Anyway, that is that.",
    )
    found = record(*said, "Chapter 2: The Wheel")
    assert noted(found) == "\n\n".join(said)
    assert paragraphs(found) == list(STORY)


def test_talk_goes_on_to_a_drawn_rule():
    """Above a rule the last words are the author's as well, as long as nobody tells a story."""
    said = (
        "Welcome to my second story, faithful readers.",
        "I don't want to hear about the horses, I know that they are wrong.",
        "Please do not ask me for a map.",
    )
    assert noted(record(*said, "<hr>")) == "\n\n".join(said)


@pytest.mark.parametrize(
    "end",
    ["Love, Orchard and Pip", "~Orchard", "xoxo", "Pip7- thank you so much, you made my day!"],
)
def test_a_name_and_an_answer_end_the_talk(end):
    """They stand right below what was said."""
    chat = CHAT[1]
    assert noted(record(chat, end)) == f"{chat}\n\n{end}"


def test_a_disclaimer_below_the_talk_is_found():
    """It is a first paragraph as before."""
    found = record(CHAT[2], "I do not own The Mill on the Marsh.", "Chapter 2")
    assert [each["text"] for each in found["disclaimers"]] == [
        "I do not own The Mill on the Marsh."
    ]
    assert paragraphs(found)[0] == TOLD[0]


def test_below_a_note_one_kind_of_word_is_enough():
    """Whoever has labelled what they say goes on in the next paragraph."""
    more = "Also, this chapter is for my sister, who likes mills."
    found = record("A/N: It has been a year.", more)
    assert paragraphs(found)[0] == TOLD[0]
    assert more in noted(found)


@pytest.mark.parametrize(
    "text",
    [
        "This is set a year before the flood, and right after the wedding at the lock.",
        "This story is set somewhere between the second and the third book.",
    ],
)
def test_when_a_story_is_set_is_said_of_it(text):
    """A text does not begin by saying when it takes place."""
    assert paragraphs(record(text))[0] == TOLD[0]


@pytest.mark.parametrize(
    "line", ["Let's get this show rolling!", "And now, our feature presentation:"]
)
def test_more_ways_to_hand_over(line):
    """Below them the story begins."""
    assert paragraphs(record("Not much to say.", line))[0] == TOLD[0]


KEPT = (
    # Who tells a story says "I" and "you", and writes.
    "You will not believe this story, but I was there when the mill stopped, and I wrote it all down.",
    "I am writing this by the light of the last lamp, and whoever reads it must forgive my spelling.",
    "Dear reader, this is my story, and I hope that you will be kind to the people in it. I was not.",
    "In this story there is a mill, and a girl, and I am sorry to say that I am the villain of it.",
    # Who writes in a story.
    "I typed the last words of the story and leaned back. I had just finished another fan fiction.",
    "Dear Diary, sorry I haven't updated you for so long. The next chapter of my life begins today.",
    "Hey guys, welcome back to my blog! Sorry for the late update, thanks for all the comments.",
    "This chapter of my life I have never told anybody, and I don't know why I should tell you.",
    "My mother reads reviews of restaurants where she will never eat, and thanks God for soup.",
    # Speech.
    '"Hey guys, sorry I am late," said the miller. "Please tell me what you think of this chapter."',
    "'Hi everyone, this is my first story, please be nice,' the girl at the front of the class said.",
    '"Disclaimer: I own neither this mill nor this ladder," said the boy, and bowed to her.',
    "“Disclaimer: nothing in this barn is mine,” Wilma read from the lid of the old tin box.",
    # Greetings, thanks, requests of the story's own.
    "Hello, everyone. My name is Wilma Orchard, and I have not had a drink for nine days.",
    "Sorry. Thank you. Please. Those were the three words that my father could not say.",
    "I don't own a car, I don't own a house, and I never will, the way that this valley is going.",
    "Disclaimers were what my aunt wrote for the makers of ladders, and she wrote them well, thank you.",
    "Everyone read the reviews in the morning paper, and nobody spoke of them at the mill.",
)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize("text", KEPT)
def test_a_story_that_sounds_like_talk_stays(text, kind):
    """Doubtful words are the story's."""
    assert paragraphs(record(text, kind=kind))[0] == text


def test_from_a_view_on_it_is_the_story():
    """ "Wilma's POV" says who tells it: what "I" writes there is no note."""
    told = "I finished the last line of my story. This fanfic had taken me all night, but the readers would love it."
    found = record(CHAT[0], VIEW, told)
    assert paragraphs(found)[:2] == [VIEW, told]
    assert noted(found) == CHAT[0]


def test_a_page_of_talk_alone_keeps_its_text():
    """Where no story follows, the talk is the text."""
    story = ("I have not given up on it.", "It is only that the mill floods in spring, you see.")
    found = record(*CHAT[:3], story=story)
    assert CHAT[0] in found["chapters"][0]["text"]


def test_talk_far_below_stays_where_it_is():
    """An aside in the midst of a scene takes nothing above it away."""
    found = record(*TOLD, CHAT[0])
    assert paragraphs(found)[: len(TOLD)] == list(TOLD)


def test_a_short_scene_below_the_talk_stays():
    """A first scene of few words above a rule is told, not said."""
    scene = ("I went down to the mill.", "I had a lamp, and I took the dog.")
    found = record(CHAT[0], *scene, "<hr>")
    assert paragraphs(found)[:2] == list(scene)


@pytest.mark.parametrize("kind", ["ffnet", "hand", "text"])
@pytest.mark.parametrize(
    "signs",
    [
        ("//...// the miller's thoughts", "[...] flashback"),
        ("'Mill thoughts'", "(Author's note)"),
        ("~[ ]~ - indicates a translation from the Old Marsh", "*blah* = telepathy"),
        ("[Italics] denotes lyrics, and so on.", "<...> speech in Dutch"),
    ],
)
def test_what_signs_stand_for_is_a_note(signs, kind):
    """Two such lines say it, or one below a note."""
    assert paragraphs(record(*signs, kind=kind))[0] == TOLD[0]
    assert paragraphs(record("A/N: It has been a year.", signs[0], kind=kind))[0] == TOLD[0]


@pytest.mark.parametrize(
    "lines",
    [
        ('"..." She went on talking.', '"..." He was thinking of the song.'),
        ("[...] and the song went on.", "[The dream ended, and so did the lyrics.]"),
        ("'What are you thinking?'", "'Of the flashback,' said he."),
        ("*Thinking*", "Wilma was."),
    ],
)
def test_signs_in_a_story_stay(lines):
    """Wordless speech, thoughts and what was left out are no list of signs."""
    assert paragraphs(record(*lines))[:2] == list(lines)


@pytest.mark.parametrize("number", ["Ninety-Eight", "forty seven", "Sixty", "Thirty-One"])
def test_a_chapter_has_any_number_in_words(number):
    """Beyond twenty they are two."""
    assert paragraphs(record(f"Chapter {number}"))[0] == TOLD[0]


@pytest.mark.parametrize("said", ["I own nothing", "I own nothing but the ladder."])
@pytest.mark.parametrize("view", [VIEW, "-Wilma P.O.V.-", "WPOV"])
def test_few_words_on_owning_above_a_view_disclaim(said, view):
    """Who tells the story begins with the view."""
    found = record(said, view)
    assert [each["text"] for each in found["disclaimers"]] == [said]
    assert paragraphs(found)[0] == view


def test_a_narrator_who_owns_nothing_stays():
    """Without a view below it is the story's."""
    said = "I own nothing. I never did, and the mill was my brother's before it was anybody's."
    assert paragraphs(record(said))[0] == said


def test_a_few_words_between_are_no_end_of_the_talk():
    """They stand below a disclaimer, and what follows them asks for a review."""
    said = ("No more talk from me.", "And leave a review on the way out, I love to hear from you.")
    found = record("I do not own The Mill on the Marsh.", *said)
    assert paragraphs(found)[0] == TOLD[0]
    assert noted(found) == "\n\n".join(said)


def test_thanks_below_a_note_go_on_with_it():
    """Whom the author thanks below a note is said to readers."""
    thanks = "I would also like to thank Pip, who drew the wheel. Thank you so much!"
    found = record("A/N: It has been a year.", thanks)
    assert paragraphs(found)[0] == TOLD[0]
    assert thanks in noted(found)


def test_a_told_opening_above_a_part_stays():
    """What "I" tells at length between the talk and a part's heading is a story's opening."""
    told = (
        "I was seven when the mill burned. My father had gone down to the lock with the lamp, and I "
        "had been told to stay with the dog, and I did not, and for thirty years I told nobody.",
        "My brother saw me come home. He looked at my shoes, and he went to bed.",
    )
    found = record(CHAT[0], *told, "Chapter 1")
    assert paragraphs(found)[:2] == list(told)


def test_a_part_may_have_a_long_title():
    """Twelve words are still one heading."""
    heading = "Part 2 - The Wheel (or How the Miller Came to Climb)"
    assert paragraphs(record(heading))[0] == TOLD[0]


@pytest.mark.parametrize("line", ["-Unknown Waters", "~Dear Diary~", "-- Marsh"])
def test_a_heading_between_dashes_is_no_signature(line):
    """Only a name that the page knows signs."""
    assert paragraphs(record("A/N: It has been a year.", line))[0] == line
