"""A property that is found when it is first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Found = TypeVar("Found")


class asked_once(Generic[Found]):  # noqa: N801  it is written as `property` is
    """What `functools.cached_property` is, for an object that only one thread has.

    That one takes a lock, before Python 3.12, and so longer than most of what a page is asked.
    """

    def __init__(self, find: Callable[[Any], Found]) -> None:
        self._find = find
        self._name = find.__name__
        self.__doc__ = find.__doc__

    @overload
    def __get__(self, holder: None, kind: type) -> asked_once[Found]: ...

    @overload
    def __get__(self, holder: object, kind: type | None = None) -> Found: ...

    def __get__(self, holder: Any, kind: type | None = None) -> Any:
        if holder is None:
            return self
        # An attribute of its holder goes before this, so it is asked no more.
        found = holder.__dict__[self._name] = self._find(holder)
        return found
