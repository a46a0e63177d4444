"""Sequences, iterators and unique fakes that start again before each test."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from factory.declarations import Iterator, Maybe, SimpleParameter, Trait
from factory.faker import Faker

from .traits import defaults_of

# filled when factory classes are defined: the owners of counters, and what goes through a list
_counters: WeakSet[Any] = WeakSet()
_iterators: WeakSet[Iterator] = WeakSet()


def remember(options: Any) -> None:
    """Take note of a factory's counter and iterators."""
    if options.counter_reference is options:
        _counters.add(options)
    declared = [*vars(options.factory).values(), *options.parameters.values()]
    for declaration in declared:
        _remember_iterators(declaration)


def reset_sequences() -> None:
    """Start every sequence of every `ModelFactory` again, and every iterator and unique fake."""
    for options in _counters:
        options._counter = None  # made anew at its next use
    for iterator in _iterators:
        if iterator.iterator is not None:
            iterator.reset()
    for fake in Faker._FAKER_REGISTRY.values():
        fake.unique.clear()


def _remember_iterators(declaration: Any) -> None:
    if isinstance(declaration, Iterator):
        _iterators.add(declaration)
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
