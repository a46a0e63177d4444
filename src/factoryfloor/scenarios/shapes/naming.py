"""A name for each class where all of them share one namespace."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from factoryfloor.errors import ScenarioDefinitionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def names_of(classes: Iterable[type[Any]], taken: Collection[str] = ()) -> dict[type[Any], str]:
    """The class's own name, or where another has that too, with as much of its path as differs.

    Raises `ScenarioDefinitionError` where the whole path is the same.
    """
    lengths = dict.fromkeys(classes, 1)
    while clashes := _clashes(lengths, taken):
        longer = [each for each in clashes if lengths[each] < len(_path(each))]
        if not longer:
            raise ScenarioDefinitionError(
                f"{' and '.join(f'{c.__module__}.{c.__qualname__}' for c in clashes)} cannot be "
                "told apart by name, and a scenario tells of each: rename one."
            )
        lengths.update((each, lengths[each] + 1) for each in longer)
    return {each: _name(each, length) for each, length in lengths.items()}


def _clashes(lengths: dict[type[Any], int], taken: Collection[str]) -> list[type[Any]]:
    """The classes whose name is another's too."""
    named = defaultdict(list)
    for each, length in lengths.items():
        named[_name(each, length)].append(each)
    return [each for name, of in named.items() for each in of if len(of) > 1 or name in taken]


def _name(kind: type[Any], length: int) -> str:
    words = [word for part in _path(kind)[-length:] for word in part.split("_")]
    return "".join(word[:1].upper() + word[1:] for word in words)


def _path(kind: type[Any]) -> list[str]:
    """The modules and classes that it stands in, then its own name."""
    path = f"{kind.__module__}.{kind.__qualname__}".split(".")
    return [part for part in path if part != "<locals>"]
