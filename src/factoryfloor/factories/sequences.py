"""Sequences, iterators and unique fakes that start again before each test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from factory.declarations import Iterator, Maybe, SimpleParameter, Trait
from factory.faker import Faker

from .drawn import TAKEN, PassingBy, copied
from .traits import defaults_of

if TYPE_CHECKING:
    from collections.abc import Mapping

# filled when factory classes are defined: the owners of counters, and what goes through a list
counters: WeakSet[Any] = WeakSet()
iterators: WeakSet[Iterator] = WeakSet()


def remember(options: Any) -> None:
    """Take note of a factory's counter and iterators."""
    if options.counter_reference is options:
        counters.add(options)
    declared = [*vars(options.factory).values(), *options.parameters.values()]
    for declaration in declared:
        _remember_iterators(declaration)


def reset_sequences() -> None:
    """Start every sequence of every `ModelFactory` again, and every iterator and unique fake."""
    for options in counters:
        options._counter = None  # made anew at its next use
    for iterator in iterators:
        if iterator.iterator is not None:
            iterator.reset()
    for locale, fake in Faker._FAKER_REGISTRY.items():
        fake.unique._seen = copied(TAKEN.fakes.get(locale, {}))


def passing_by(factory: Any) -> PassingBy | None:
    """The counter of a factory that leaves out what is in use, if anything is."""
    taken = TAKEN.numbers.get(path(factory)) if TAKEN.numbers else None
    return PassingBy(factory._setup_next_sequence(), taken) if taken else None


def sequences_drawn() -> dict[str, int]:
    """The next number of every sequence that was drawn from, by `module:factory`."""
    begun = (options for options in counters if options._counter is not None)
    return {path(options.factory): options._counter.seq for options in begun}


def continue_sequences(drawn: Mapping[str, int]) -> None:
    """Let sequences go on from these numbers, as `sequences_drawn` told them, or from beyond."""
    if not drawn:
        return
    for options in counters:
        number = drawn.get(path(options.factory), 0)
        if number:
            options._initialize_counter()
            options._counter.seq = max(options._counter.seq, number)


def path(factory: type[Any]) -> str:
    """The factory's name in full."""
    return f"{factory.__module__}:{factory.__qualname__}"


def _remember_iterators(declaration: Any) -> None:
    if isinstance(declaration, Iterator):
        iterators.add(declaration)
    for inner in _inside(declaration):
        _remember_iterators(inner)


def _inside(declaration: Any) -> list[Any]:
    """The declarations that this one holds."""
    if isinstance(declaration, Maybe):
        return [declaration.yes, declaration.no]
    if isinstance(declaration, Trait):
        return list(declaration.overrides.values())
    if isinstance(declaration, SimpleParameter):
        return [declaration.value]
    return list(defaults_of(declaration).values())
