"""Print how many pages are decoded right, and what decoding costs, by kind of page.

    python bench/decode.py [-v] [--rounds 5]

The pages are tests/decode_cases. Right means the text exactly. For the cost the page is repeated
until it has 100 kB; `ms/MB` is the best of the rounds, and in the last lines also for the small
pages as they are (2 kB; labels and a first look are most of it).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.decode_cases import HALVES, Case, cases

from storykeep.decode import decode

SIZE = 100_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("-v", "--verbose", action="store_true", help="name every miss")
    options.add_argument("--half", choices=HALVES, help="name the misses of this half alone")
    given = options.parse_args()
    kinds: dict[str, list[Case]] = defaultdict(list)
    every = list(cases())
    decode(every[0].text.encode("cp1252", "replace"))
    for case in every:
        kinds[case.kind].append(case)
    print(f"{'kind':52}{'right':>9}{'ms/MB':>9}")
    large = small = 0.0
    for kind, some in kinds.items():
        right = sum(map(is_right, some))
        costs = [
            cost(case.body * (SIZE // len(case.body) + 1), case, given.rounds) for case in some
        ]
        small += sum(cost(case.body, case, given.rounds) for case in some)
        large += sum(costs)
        print(f"{kind:52}{right:5}/{len(some):<3}{sum(costs) / len(costs):9.2f}")
    print(f"\nms/MB, mean of {len(every)} cases: {large / len(every):.2f} at 100 kB, "
          f"{small / len(every):.2f} as they are")  # fmt: skip
    for half in HALVES:
        some = [case for case in every if case.half == half]
        wrong = [case for case in some if not is_right(case)]
        share = 100 - 100 * len(wrong) / len(some)
        print(f"{half}: {len(some) - len(wrong)} of {len(some)} right, {share:.1f} %")
        if given.verbose and given.half in (None, half):
            for case in wrong:
                decoded = decode(case.body, http_charset=case.http, is_html=case.is_html)
                print(f"  {case.name}: read as {decoded.encoding}, {decoded.evidence}")


def is_right(case: Case) -> bool:
    """Return whether the text comes out exactly."""
    return decode(case.body, http_charset=case.http, is_html=case.is_html).text == case.text


def cost(body: bytes, case: Case, rounds: int) -> float:
    """Return the milliseconds that a megabyte like *body* takes."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        decode(body, http_charset=case.http, is_html=case.is_html)
        best = min(best, time.process_time() - start)
    return best * 1e9 / len(body)


if __name__ == "__main__":
    main()
