"""Names of a package that are looked up when they are first asked for (PEP 562).

A command that searches needs a few modules of a package and should not wait for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any


def names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a `__getattr__` for *package*: each module of *homes* with the names it gives.

    A module must not be called as a name is: once loaded, it would stand in its place.
    """
    home = {name: module for module, given in homes.items() for name in given.split()}

    @cache
    def look_up(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{home[name]}"), name)

    return look_up
