"""What is found when it is first asked for is found once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from storykeep.asked import asked_once


@dataclass(frozen=True)
class Lamp:
    oil: int
    lit: list[int] = field(default_factory=list, compare=False)

    @asked_once
    def light(self) -> int:
        """How far it is seen."""
        self.lit.append(self.oil)
        return self.oil * 2


def test_what_is_found_is_kept():
    """Whoever asks again is told the same, and nobody looks again."""
    lamp = Lamp(3)
    assert (lamp.light, lamp.light) == (6, 6)
    assert lamp.lit == [3]


def test_another_holder_finds_its_own():
    """Nothing is kept for one that was made of the first with something changed."""
    lamp = Lamp(3)
    assert lamp.light == 6
    assert replace(lamp, oil=4).light == 8


def test_its_class_has_its_words():
    """Help says what it is."""
    assert Lamp.light.__doc__ == "How far it is seen."
