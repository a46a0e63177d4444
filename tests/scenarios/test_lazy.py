"""A dataclass whose fields are read when they are asked for is what it says it is."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, InitVar, asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from factoryfloor.scenarios.lazy import instance


@dataclass
class Plain:
    order: str
    lines: list[str]


@dataclass
class WithDefaults:
    order: str | None = None
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class Frozen:
    order: str = "none"
    lines: list[str] = field(default_factory=list, hash=False)


@dataclass(frozen=True, slots=True)
class Slotted:
    order: str
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SlottedOnItsBase(WithDefaults):
    more: int = 7


@dataclass(kw_only=True)
class Prepared:
    lines: list[str]
    order: str = field(init=False, default="none")
    given: InitVar[str] = "SO-1"

    def __post_init__(self, given: str) -> None:
        self.order = given


@dataclass
class Managed:
    lines: list[str]
    order: str

    @property  # type: ignore[no-redef]  # as those do who want a field to be checked
    def order(self) -> str:
        return self._order

    @order.setter
    def order(self, value: str) -> None:
        self._order = value


@dataclass
class Registered:
    order: str
    lines: list[str]

    def __init_subclass__(cls, *, kind: str) -> None:
        raise AssertionError("nobody wrote a subclass")


@dataclass
class Calculating:
    order: str
    lines: list[str]

    @cached_property
    def size(self) -> int:
        return len(self.lines)

    def emptied(self) -> Calculating:
        return type(self)(self.order, [])

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return f"no {name}"


class Row:
    """A value that is read, and how often it was."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.times = 0

    def __call__(self) -> Any:
        self.times += 1
        return self.value


KINDS: list[Any] = [
    *(Plain, WithDefaults, Frozen, Slotted, SlottedOnItsBase),
    *(Prepared, Managed, Registered, Calculating),
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def lazy(kind: Any) -> tuple[Any, Row, Row]:
    order, lines = Row("SO-1"), Row(["bolts"])
    held = {"more": 7} if kind is SlottedOnItsBase else {}
    return instance(kind, held, {"order": order, "lines": lines}), order, lines


def ordinary(kind: Any) -> Any:
    return kind(lines=["bolts"]) if kind is Prepared else kind(order="SO-1", lines=["bolts"])


@each_kind
def test_each_field_is_read_once_and_when_it_is_asked_for(kind: Any) -> None:
    made, order, lines = lazy(kind)
    before = (order.times, lines.times)

    found = [made.order, made.order]

    assert before == (0, 0)
    assert found == ["SO-1", "SO-1"]
    assert (order.times, lines.times) == (1, 0)


@each_kind
def test_it_equals_an_ordinary_one_of_equal_fields_from_both_sides(kind: Any) -> None:
    other = ordinary(kind)
    different = replace(other, lines=["nuts"])

    assert lazy(kind)[0] == other
    assert other == lazy(kind)[0]
    assert lazy(kind)[0] == lazy(kind)[0]
    assert lazy(kind)[0] != different
    assert different != lazy(kind)[0]


@each_kind
def test_replaced_it_is_an_ordinary_one(kind: Any) -> None:
    found = replace(lazy(kind)[0], lines=[])

    assert type(found) is kind
    assert (found.order, found.lines) == ("SO-1", [])


@each_kind
def test_it_is_told_as_an_ordinary_one(kind: Any) -> None:
    made, other = lazy(kind)[0], ordinary(kind)

    assert isinstance(made, kind)
    assert made.__class__ is kind
    assert fields(made) == fields(kind)
    assert repr(made) == repr(other)
    assert asdict(made) == asdict(other)


def pickled(made: Any) -> Any:
    return pickle.loads(pickle.dumps(made))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
@each_kind
def test_copied_or_pickled_it_is_an_ordinary_one(kind: Any, duplicate: Any) -> None:
    found = duplicate(lazy(kind)[0])

    assert type(found) is kind
    assert found == ordinary(kind)


def test_frozen_it_is_hashed_and_ordered_by_its_fields() -> None:
    made, other = lazy(Frozen)[0], ordinary(Frozen)

    assert hash(made) == hash(other)
    assert Frozen("SO-0") < made < Frozen("SO-2")
    assert {other: "found"}[made] == "found"


def test_its_dictionary_holds_what_was_read() -> None:
    made, _, _ = lazy(WithDefaults)
    before = dict(vars(made))

    _ = made.order

    assert before == {}
    assert vars(made) == {"order": "SO-1"}


@pytest.mark.parametrize("kind", [Plain, WithDefaults, SlottedOnItsBase, Prepared, Managed])
def test_what_was_assigned_is_not_read(kind: Any) -> None:
    made, order, _ = lazy(kind)

    made.order = "SO-2"

    assert made.order == "SO-2"
    assert order.times == 0


@pytest.mark.parametrize("kind", [Frozen, Slotted])
@pytest.mark.parametrize("name", ["order", "else"])
def test_frozen_it_takes_no_assignment(kind: Any, name: str) -> None:
    made = lazy(kind)[0]

    with pytest.raises(FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(made, name, "SO-2")

    assert made.order == "SO-1"


def test_methods_find_what_they_would_find_on_an_ordinary_one() -> None:
    made = lazy(Calculating)[0]

    assert made.size == 1
    assert type(made.emptied()) is Calculating
    assert made.emptied() == Calculating("SO-1", [])
    assert made.colour == "no colour"


def test_what_cannot_be_read_is_asked_for_again() -> None:
    def fail() -> None:
        raise LookupError("it is gone")

    made = instance(Plain, {"lines": []}, {"order": fail})

    for _ in range(2):
        with pytest.raises(LookupError, match="it is gone"):
            _ = made.order


def test_with_nothing_unread_it_is_an_ordinary_one() -> None:
    made = instance(Frozen, {"order": "SO-1", "lines": []}, {})

    assert type(made) is Frozen
    assert made == Frozen("SO-1", [])
