"""Sequences of data that tests share; the tests' own count from 1 all the same."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from factory.base import _Counter
from factory.faker import Faker

from .drawn import TAKEN, Drawn, around, copied
from .sequences import counters, iterators, path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


def pass_by(drawn: Drawn) -> None:
    """From the next reset on, let sequences and unique fakes leave out what is in use already."""
    TAKEN.numbers, TAKEN.fakes = drawn.numbers, drawn.fakes


@contextmanager
def drawing_anew() -> Iterator[None]:
    """Within the block every sequence, iterator and unique fake begins anew; after it they go on.

    Nothing is passed by there.
    """
    undo, numbers, fakes = _put_aside(), TAKEN.numbers, TAKEN.fakes
    pass_by(Drawn())
    for options in counters:
        options._counter = None  # made anew at its next use
    try:
        yield
    finally:
        undo()
        pass_by(Drawn(numbers, fakes))


@contextmanager
def drawing_apart(
    offset: int, after: Mapping[str, int], before: Drawn
) -> Iterator[Callable[[], Drawn]]:
    """Within the block sequences are others, which begin `offset` further on.

    They begin behind `after` (the next numbers, by `module:factory`) and behind what was drawn
    `before`. The value, called within, tells that and what the block has drawn until then.
    """
    undo = _put_aside()
    first = {}
    for options in counters:
        name = path(options.factory)
        least = (after.get(name, 0), before.numbers.get(name, range(0)).stop)
        first[name] = max(options.factory._setup_next_sequence() + offset, *least)
        options._counter = _Counter(first[name])
    for locale, seen in before.fakes.items():
        Faker._get_faker(locale).unique._seen = copied(seen)
    try:
        yield lambda: _drawn(first, before)
    finally:
        undo()


def _drawn(first: Mapping[str, int], before: Drawn) -> Drawn:
    numbers = dict(before.numbers)
    for options in counters:
        name = path(options.factory)
        if options._counter is not None and options._counter.seq > first.get(name, 0):
            own = range(first.get(name, 0), options._counter.seq)
            numbers[name] = around([own, numbers.get(name, own)])
    fakes = {locale: fake.unique._seen for locale, fake in Faker._FAKER_REGISTRY.items()}
    return Drawn(numbers, {locale: copied(seen) for locale, seen in fakes.items() if seen})


def _put_aside() -> Callable[[], None]:
    """Begin everything anew; the undo lets it go on where it was."""
    numbers: list[tuple[Any, Any]] = [(options, options._counter) for options in counters]
    lists = [(iterator, iterator.iterator) for iterator in iterators]
    fakes = {locale: fake.unique._seen for locale, fake in Faker._FAKER_REGISTRY.items()}
    for iterator, _ in lists:
        iterator.iterator = None
    for fake in Faker._FAKER_REGISTRY.values():
        fake.unique.clear()

    def undo() -> None:
        for options, counter in numbers:
            options._counter = counter
        for iterator, begun in lists:
            iterator.iterator = begun
        for locale, fake in Faker._FAKER_REGISTRY.items():
            fake.unique._seen = fakes.get(locale, {})

    return undo
