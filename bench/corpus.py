"""Stories made up for measuring search at scale: the same stories at each call, any number.

Words are drawn by Zipf's law: the commonest are the real common words of English, in about their
real order, the rest are made of syllables. Lengths are log-normal with a median of 3,500 words,
and one story in 500 has 200,000. A story leans on words of its fandom and on a few of its own, as
stories do, so that a word is not spread evenly. The texts mean nothing.

    python bench/corpus.py --stories 3         prints what they are
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from storykeep.model import Author, Block, Chapter, Date, Disclaimer, Note, Story, Tag

MEDIAN, SIGMA = 3_500, 0.8  # words of a story
LONGEST, EVERY_LONG = 200_000, 500  # one story in so many is so long
CHAPTER = 4_000  # words of a chapter, about
VOCABULARY = 60_000
HOSTS = 12

COMMON = """
    the and to of a i he in was that it you she his her had with for as not but on at him be is
    me said they my have this all so there what were from one out up would them no could your been
    when if we do by like back an about just are then down know into eyes over did their who more
    time or how now get here see right before off think only well around looked way head go hand
    some than want again too which good even still never away himself other face man where
    look door little us something come let will has thought long room our got first being through
    after can hands looking two told went tell made really old take turned much make asked because
    going say oh felt any very though why own night few left life while things voice yes thing
    nothing came took day seemed most always last moment anything enough once knew
    behind ever side place home another might against sure house started must better yet need
    pulled should saw people keep heard years already put stood someone feel done until every give
    bed else sat mind large both found great same herself open words toward heart love help turn
    woman wanted smile wait three small gave part stopped next since maybe world close light
    without front water talk minutes between leave almost under quite stay girl least across
    hard dark called name kept boy days half hair ran believe everything arms fire table together
    white arm reached black along coming trying mother father brother sister friend work window
    wall morning taken street car read story kind end dead red blood lips remember
    breath floor walked shoulder happened hear soon cold quickly slowly suddenly quietly finally
    answer question silence smiled laughed nodded sighed whispered shouted cried watched waited
    moved opened closed dropped lifted stared glanced followed pushed held caught slipped leaned
    kiss touch skin chest fingers mouth neck knees leg foot feet body ear nose cheek finger nail
    summer winter spring autumn rain storm snow wind sun moon star sky cloud sea river lake shore
    harbour island mountain valley forest tree leaf branch root grass flower garden field farm
    village town city bridge road path gate tower castle church school kitchen stairs cellar attic
    roof corner chair desk lamp candle mirror clock letter book page paper pen bag box key knife
    sword gun ring coat shirt shoe hat glass bottle cup plate bread meat tea coffee wine apple
    horse dog cat bird wolf mouse fish king queen prince captain doctor soldier teacher master
    lord lady uncle aunt cousin child children baby crowd stranger enemy ghost angel devil god
    ship boat train engine wheel machine computer screen phone radio signal station lighthouse
    keeper sailor promise secret truth lie dream memory fear anger joy sorrow pain hope trust
    reason trouble mistake chance luck fate war peace battle victory power magic spell curse
    danger escape journey return arrival goodbye welcome beginning middle ending chapter
""".split()  # noqa: SIM905  it reads as a list
SYLLABLES = """
    ba be bi bo bra bre ca ce chi co cra da de di do dra dre el en er fa fe fi flo ga ge gi gla gra
    ha he hi ho in is ka ke ki ko la le li lo lu ma me mi mo mu na ne ni no nu or pa pe pi po pra
    ra re ri ro ru sa se shi so sta ste ta te thi to tra tri un va ve vi vo wa we wi ya ye za ze zo
""".split()  # noqa: SIM905  it reads as a list
ENDINGS = ("n", "r", "s", "th", "ll", "ng", "ck", "st", "nd", "m", "t", "", "", "")
RATINGS = ("G", "PG", "PG-13", "R", "NC-17")
STATUSES = ("complete", "complete", "in_progress", "abandoned")
LANGUAGES = ("en",) * 18 + ("de", "fr")


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary, the most frequent word first, and the running sum of the frequencies."""

    words: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, dice: random.Random, number: int) -> list[str]:
        """Return *number* words by frequency."""
        return dice.choices(self.words, cum_weights=self.sums, k=number)


def vocabulary(size: int = VOCABULARY) -> Words:
    """Return the words of the corpus: Zipf-Mandelbrot, as English has it."""
    dice = random.Random(1)
    words = dict.fromkeys(COMMON)
    while len(words) < size:
        made = "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(2, 4)))
        words[made + dice.choice(ENDINGS)] = None
    sums = accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(1, size + 1))
    return Words(tuple(words), tuple(sums))


def stories(numbers: Iterable[int]) -> Iterator[Story]:
    """Yield the stories of these *numbers*; each is the same whichever others there are."""
    words = vocabulary()
    names = _names(words)
    for each in numbers:
        yield _story(each, words, names)


def by_host(number: int) -> dict[str, list[int]]:
    """Return the numbers of the first *number* stories by their host: one has many, one has few."""
    hosts: dict[str, list[int]] = {}
    for each in range(number):
        hosts.setdefault(_host(_dice(each)), []).append(each)
    return dict(sorted(hosts.items()))


def _dice(number: int) -> random.Random:
    return random.Random(f"story {number}")


def _host(dice: random.Random) -> str:
    return f"archive{int(HOSTS * dice.random() ** 2)}.example"


@dataclass(frozen=True, slots=True)
class _Names:
    authors: tuple[str, ...]
    fandoms: tuple[str, ...]
    keywords: tuple[str, ...]


def _names(words: Words) -> _Names:
    dice = random.Random(2)
    rare = words.words[3_000:]

    def name(least: int, most: int) -> str:
        return " ".join(dice.choice(rare).capitalize() for _ in range(dice.randint(least, most)))

    return _Names(
        tuple(name(1, 2) for _ in range(3_000)),
        tuple(name(1, 3) for _ in range(200)),
        tuple(name(1, 1).lower() for _ in range(400)),
    )


def _skewed(dice: random.Random, values: tuple[str, ...]) -> str:
    """Return one of *values*, the first ones far more often."""
    return values[int(len(values) * dice.random() ** 3)]


def _length(dice: random.Random, number: int) -> int:
    if number % EVERY_LONG == EVERY_LONG // 2:
        return LONGEST
    return max(100, min(LONGEST, round(math.exp(dice.gauss(math.log(MEDIAN), SIGMA)))))


def _story(number: int, words: Words, names: _Names) -> Story:
    dice = _dice(number)
    host = _host(dice)
    url = f"http://{host}/{number}.html"
    fandom = _skewed(dice, names.fandoms)
    year, month = dice.randint(1996, 2012), dice.randint(1, 12)
    own = [*dice.choices(words.words[300:20_000], k=12), *fandom.lower().split()]
    title = " ".join([*words.draw(dice, dice.randint(1, 4)), dice.choice(words.words[200:9_000])])
    length = _length(dice, number)
    sizes = [CHAPTER] * (length // CHAPTER) + [length % CHAPTER]
    chapters = tuple(
        _chapter(f"{url}?chapter={place}", place, size, dice, words, own)
        for place, size in enumerate([size for size in sizes if size], 1)
    )
    tags = [Tag("fandom", fandom), Tag("rating", dice.choice(RATINGS))]
    tags += [Tag("keyword", _skewed(dice, names.keywords)) for _ in range(dice.randint(0, 4))]
    return Story(
        key=url, host=host, url=url, title=title.title(),
        authors=(Author(_skewed(dice, names.authors)),),
        disclaimers=(Disclaimer("None of these people are mine.", "Disclaimer", "header"),)
        if dice.random() < 0.7 else (),
        summary=_paragraph(dice, words, own, dice.randint(8, 40)) if dice.random() < 0.6 else None,
        tags=tuple(tags),
        notes=(Note("Thank you for reading.", "tail"),) if dice.random() < 0.2 else (),
        series=None,
        published=Date(f"{year}-{month:02}", f"{month}/{year}") if dice.random() < 0.8 else None,
        updated=None, status=dice.choice(STATUSES), language=dice.choice(LANGUAGES), fields={},
        chapters=chapters, chrome=(), evidence={}, engine="generic", profile=None,
        gone_since="2024-05-01T00:00:00Z" if dice.random() < 0.05 else None,
    )  # fmt: skip


def _chapter(
    url: str, place: int, size: int, dice: random.Random, words: Words, own: list[str]
) -> Chapter:
    blocks = []
    while size > 0:
        length = min(size, dice.randint(12, 120))
        blocks.append(Block("paragraph", _paragraph(dice, words, own, length)))
        size -= length
    return Chapter(url, url, place, None, tuple(blocks))


def _paragraph(dice: random.Random, words: Words, own: list[str], length: int) -> str:
    drawn = words.draw(dice, length)
    for _ in range(length // 40):
        drawn[dice.randrange(length)] = dice.choice(own)
    sentences, at = [], 0
    while at < length:
        size = dice.randint(5, 18)
        sentences.append(" ".join(drawn[at : at + size]).capitalize())
        at += size
    return ". ".join(sentences) + "."


def main() -> None:
    """Print what the first stories are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=3)
    for story in stories(range(parser.parse_args().stories)):
        size = sum(len(block.text.split()) for each in story.chapters for block in each.prose)
        print(f"{story.title}  by {story.authors[0].name}  {size:,} words")
        print(f"    {story.chapters[0].prose[0].text[:90]}")


if __name__ == "__main__":
    main()
