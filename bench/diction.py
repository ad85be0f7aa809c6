"""Learn the words by which authors talk to readers: src/storykeep/header/diction.txt.

    python bench/diction.py [--out FILE] FOLDER [FOLDER ...]

Each FOLDER holds saved pages of one site, or of several that have little to do with another. They
are cleaned; what the records have as notes and disclaimers is talk, what they have as the first,
the last and a few other paragraphs of a story is none. A word counts that stands in pages of three
folders at least and is no name. The weights are those of a logistic regression with an L1 penalty,
by FTRL-Proximal (McMahan et al., "Ad Click Prediction", KDD 2013), which takes one example after
the other. Talk that was left in a story, and story that was taken for talk, would teach the wrong
thing: so what a first round is sure to be mistaken about is left out of a second one.

A fifth of the pages is learnt without and then asked; what that printed is in docs/reading.md. No
text of a page is kept.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from storykeep.cleaning import clean, saved_page
from storykeep.header import diction

OUT = Path(diction.__file__).with_suffix(".txt")
ENDS, OTHERS = 5, 4  # paragraphs at either end of a story, and of all of it
LEAST = 4  # words of an example
FOLDERS, IN_EACH, IN_ALL = 3, 3, 20  # where a word must stand to count
NAMED = 0.6  # of a word's uses within a sentence: so many capitals are a name's
ALPHA, BETA, L1, L2 = 0.3, 1.0, 60.0, 1.0
ROUNDS, PASSES = 2, 8
TALK = 3.0  # how much an example of talk weighs
MISTAKEN, TAKEN = 4, -25  # tenths: what a round says of story, and of talk, not to learn it
ASKED = 5  # of so many pages one is not learnt of, but asked
COLUMNS = (0, 10, 15, 20, 30, 40, 50)
# Capitals that are no names.
_NO_NAMES = frozenset(b"i i'm i'll i've i'd an a pov oc ocs au ooc fic fanfic r god".split())
_INNER = re.compile(r"(?<=[a-z,;] )[A-Za-z][A-Za-z']*")


@dataclass(frozen=True, slots=True)
class Example:
    """A paragraph: is it talk, of which folder and page, and its words and pairs of words."""

    talk: bool
    folder: int
    page: str
    words: tuple[str, ...]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    options.add_argument("--out", type=Path, default=OUT, help="where to write the words")
    chosen = options.parse_args()
    random.seed(1)
    raw = list(read(chosen.folders))
    examples = worded(raw)
    talk = sum(each.talk for each in examples)
    pages, known = {each.page for each in examples}, {w for each in examples for w in each.words}
    print(f"{len(examples):,} paragraphs of {len(pages):,} pages, {talk:,} of them talk")
    print(f"{len(known):,} words and pairs of words that no name is in and three folders have")
    learnt = [each for each in examples if zlib.crc32(each.page.encode()) % ASKED]
    asked = [each for each in examples if not zlib.crc32(each.page.encode()) % ASKED]
    tell(Learner.taught(learnt), asked)
    write(Learner.taught(examples), chosen.out)


# ---------------------------------------------------------------- examples


def read(folders: Sequence[Path]) -> Iterator[tuple[bool, int, str, str]]:
    """Yield (is it talk, number of the folder, page, paragraph), none of them twice."""
    seen: set[tuple[bool, str]] = set()
    with ProcessPoolExecutor() as processes:
        for number, folder in enumerate(folders):
            pages = sorted(
                each for each in folder.rglob("*") if each.suffix in {".html", ".htm", ".txt"}
            )
            for page, found in zip(
                pages, processes.map(paragraphs, pages, chunksize=20), strict=True
            ):
                for talk, text in found:
                    if len(text.split()) >= LEAST and (talk, text) not in seen:
                        seen.add((talk, text))
                        yield talk, number, str(page), text


def paragraphs(page: Path) -> list[tuple[bool, str]]:
    """Return the paragraphs of a saved page that are learnt of."""
    record = clean(saved_page(page.name, page.read_bytes()), [])
    if record["outcome"] != "story":
        return []
    notes = [*record["notes"], *record["disclaimers"]]
    notes += [note for chapter in record["chapters"] for note in chapter["notes"]]
    story = [text for chapter in record["chapters"] for text in chapter["text"].split("\n\n")]
    story = [text for text in story if len(text.split()) >= LEAST]
    chosen = {
        *story[:ENDS],
        *story[-ENDS:],
        *random.Random(1).sample(story, min(OTHERS, len(story))),
    }
    talk = (text for note in notes for text in note["text"].split("\n\n"))
    return [(True, text) for text in talk] + [(False, text) for text in sorted(chosen)]


def worded(raw: Sequence[tuple[bool, int, str, str]]) -> list[Example]:
    """Return examples with the words and pairs that count."""
    names = names_of(text for *_, text in raw)
    examples = [
        Example(talk, folder, page, tuple(words_of(text, names)))
        for talk, folder, page, text in raw
    ]
    where: dict[str, Counter[int]] = defaultdict(Counter)
    for each in examples:
        for word in each.words:
            where[word][each.folder] += 1
    kept = {
        word
        for word, found in where.items()
        if sum(number >= IN_EACH for number in found.values()) >= FOLDERS
        and found.total() >= IN_ALL
    }
    return [
        replace(each, words=tuple(word for word in each.words if word in kept)) for each in examples
    ]


def names_of(texts: Iterable[str]) -> set[bytes]:
    """Return the words that mostly have a capital within a sentence."""
    capital: Counter[bytes] = Counter()
    total: Counter[bytes] = Counter()
    for text in texts:
        for word in _INNER.findall(text.replace("’", "'")):
            low = word.lower().encode()
            total[low] += 1
            capital[low] += word[0].isupper()
    names = {word for word, times in total.items() if times > 2 and capital[word] > NAMED * times}
    return names - _NO_NAMES


def words_of(text: str, names: set[bytes]) -> list[str]:
    """Return the words and pairs of a paragraph, each once, but for names and numbers."""
    row = diction.words_of(text)
    fit = [word.strip(b"'").isalpha() or b"'" in word.strip(b"'") for word in row]
    fit = [each and word not in names for each, word in zip(fit, row, strict=True)]
    single = {word.decode() for word, each in zip(row, fit, strict=True) if each}
    double = {
        f"{one.decode()}_{other.decode()}"
        for (one, first), (other, second) in pairwise(zip(row, fit, strict=True))
        if first and second
    }
    return sorted(single | double)


# ---------------------------------------------------------------- learning


class Learner:
    """A logistic regression that is taught example by example."""

    def __init__(self) -> None:
        self._z: dict[str, float] = defaultdict(float)
        self._n: dict[str, float] = defaultdict(float)

    @classmethod
    def taught(cls, examples: Sequence[Example]) -> Learner:
        """Return one that knows *examples*, but for those that the round before doubts."""
        doubted: set[int] = set()
        for _ in range(ROUNDS):
            learner = cls()
            order = [at for at in range(len(examples)) if at not in doubted]
            for _ in range(PASSES):
                random.Random(1).shuffle(order)
                for at in order:
                    learner.learn(examples[at])
            doubted = {at for at, each in enumerate(examples) if learner.doubts(each)}
        return learner

    def learn(self, example: Example) -> None:
        words = ("", *example.words)
        weights = [self.weight_of(word) for word in words]
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, sum(weights)))))
        slope = (chance - example.talk) * (TALK if example.talk else 1)
        for word, weight in zip(words, weights, strict=True):
            n = self._n[word]
            self._n[word] = n + slope * slope
            step = (math.sqrt(n + slope * slope) - math.sqrt(n)) / ALPHA
            self._z[word] += slope - step * weight

    def weight_of(self, word: str) -> float:
        z = self._z[word]
        if abs(z) <= L1 and word:
            return 0.0
        kept = z - math.copysign(L1, z) if word else z
        return -kept / ((BETA + math.sqrt(self._n[word])) / ALPHA + L2)

    def tenths(self) -> dict[str, int]:
        """Return the weights that are not nothing, in tenths, by word; "" is that of no word."""
        return {word: tenth for word in self._z if (tenth := round(10 * self.weight_of(word)))}

    def doubts(self, example: Example) -> bool:
        """True for story that sounds like talk, and the other way round."""
        found = 10 * sum(self.weight_of(word) for word in ("", *example.words))
        return found < TAKEN if example.talk else found > MISTAKEN


def tell(learner: Learner, asked: Sequence[Example]) -> None:
    """Print how much of the talk, and of the stories, has each weight."""
    tenths = learner.tenths()
    rows: dict[bool, list[int]] = {True: [], False: []}
    for each in asked:
        rows[each.talk].append(sum(tenths.get(word, 0) for word in ("", *each.words)))
    print(f"not learnt of: {len(rows[True]):,} paragraphs of talk, {len(rows[False]):,} of stories")
    for least in COLUMNS:
        share = {
            kind: sum(each >= least for each in found) / len(found) for kind, found in rows.items()
        }
        print(f"  {least:3} or more: {share[True]:6.1%} of talk, {share[False]:7.3%} of stories")


def write(learner: Learner, out: Path) -> None:
    """Write the weights to *out*: that of no word, then those of words, from talk to story."""
    tenths = learner.tenths()
    base = tenths.pop("", 0)
    by_weight: dict[int, list[str]] = defaultdict(list)
    for word, tenth in tenths.items():
        by_weight[tenth].append(word)
    rows = [f"{base}"]
    for tenth in sorted(by_weight, reverse=True):
        row = f"{tenth:+d}:"
        for word in sorted(by_weight[tenth]):
            if len(row) + len(word) > 110:
                rows.append(row)
                row = f"{tenth:+d}:"
            row += f" {word}"
        rows.append(row)
    out.write_text("\n".join(rows) + "\n", "ascii")
    print(f"{out.name}: {len(tenths):,} words and pairs")


if __name__ == "__main__":
    main()
