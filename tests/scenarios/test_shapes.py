"""The shape of what a scenario tells is that of its data, or the field that has none is named."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, make_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import GenericAlias, NoneType
from typing import Any, Literal, NamedTuple, NewType
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

from factoryfloor import scenario
from factoryfloor.errors import ScenarioDefinitionError
from factoryfloor.scenarios import Scenario, data_of
from factoryfloor.scenarios.shapes import Shape, Told, disagreements, shapes_of
from factoryfloor.scenarios.shapes.shape import (
    BOOLEAN,
    NULL,
    NUMBER,
    STRING,
    Choice,
    Either,
    Fixed,
    Items,
    Keyed,
    Text,
)

Metres = NewType("Metres", int)
Names = TypeAliasType("Names", list[str])


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Grade(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Point(enum.Enum):
    ORIGIN = (0, 0)


@dataclass
class Branch:
    twigs: list[Branch]


class Pair(NamedTuple):
    left: int
    right: int


class Kind(NamedTuple):
    annotation: Any
    values: st.SearchStrategy[Any]


SCALARS = [
    Kind(NoneType, st.none()),
    Kind(bool, st.booleans()),
    Kind(int, st.integers()),
    Kind(float, st.floats(allow_nan=False, allow_infinity=False)),
    Kind(str, st.text()),
    Kind(Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    Kind(date, st.dates()),
    Kind(datetime, st.datetimes()),
    Kind(time, st.times()),
    Kind(UUID, st.uuids()),
    Kind(Colour, st.sampled_from(Colour)),
    Kind(Grade, st.sampled_from(Grade)),
    Kind(Access, st.sampled_from([Access.READ, Access.READ | Access.WRITE])),
    Kind(Literal["left", 2], st.sampled_from(["left", 2])),
]


def composed(kinds: st.SearchStrategy[Kind]) -> st.SearchStrategy[Kind]:
    return st.one_of(
        kinds.map(
            lambda of: Kind(GenericAlias(list, of.annotation), st.lists(of.values, max_size=3))
        ),
        kinds.map(
            lambda of: Kind(GenericAlias(Sequence, of.annotation), st.lists(of.values, max_size=3))
        ),
        kinds.map(lambda of: Kind(of.annotation | None, st.none() | of.values)),
        kinds.map(keyed),
        st.lists(kinds, max_size=3).map(fixed),
        st.lists(kinds, max_size=3).map(record),
    )


def keyed(of: Kind) -> Kind:
    annotation = GenericAlias(Mapping, (str, of.annotation))
    return Kind(annotation, st.dictionaries(st.text(), of.values, max_size=3))


def fixed(kinds: list[Kind]) -> Kind:
    annotation = GenericAlias(tuple, tuple(of.annotation for of in kinds))
    return Kind(annotation, st.tuples(*(of.values for of in kinds)))


def record(kinds: list[Kind]) -> Kind:
    fields = [(f"field_{i}", of.annotation) for i, of in enumerate(kinds)]
    made = make_dataclass("Recorded", fields)
    return Kind(made, st.tuples(*(of.values for of in kinds)).map(lambda values: made(*values)))


def telling(kind: Any) -> tuple[type[Any], Scenario[..., Any]]:
    """A dataclass with one field, `value`, and a scenario that returns it."""
    result = make_dataclass("Result", [("value", kind)])

    @scenario("told")
    def told() -> Any:
        """Something of this kind."""

    told.function.__annotations__["return"] = result
    return result, told


def shape_of(kind: Any) -> Shape:
    result, told = telling(kind)
    members = shapes_of([told])[result]
    assert isinstance(members, dict)
    return members["value"]


# how long it takes is nobody's concern here, the first draw with its tables of characters least
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), kind=st.recursive(st.sampled_from(SCALARS), composed, max_leaves=6))
def test_whatever_is_told_has_the_shape_that_was_promised(data: st.DataObject, kind: Kind) -> None:
    result, told = telling(kind.annotation)
    value = data.draw(kind.values)

    answer = json.loads(json.dumps(data_of(result(value))))

    assert list(disagreements(answer, Told(result), shapes_of([told]))) == []


@pytest.mark.parametrize(
    "kind,shape",
    [
        (Metres, NUMBER),
        (Names, Items(STRING)),
        (datetime, Text(datetime)),
        (Decimal | None, Either((Text(Decimal), NULL))),
        (None | str | int | str, Either((STRING, NUMBER, NULL))),
        (dict[Literal["a", "b"], int], Keyed(Choice(("a", "b")), NUMBER)),
        (dict[Colour, bool], Keyed(Told(Colour), BOOLEAN)),
        (tuple[int, str], Fixed((NUMBER, STRING))),
        (tuple[()], Fixed(())),
        (list[Branch], Items(Told(Branch))),
        (Access, NUMBER),
    ],
    ids=str,
)
def test_a_type_is_read_as_json_tells_it(kind: Any, shape: Shape) -> None:
    assert shape_of(kind) == shape


def test_a_class_that_holds_itself_is_told_once() -> None:
    _, told = telling(Branch)

    assert shapes_of([told])[Branch] == {"twigs": Items(Told(Branch))}


@pytest.mark.parametrize(
    "kind,why",
    [
        (Any, "is (typing.)?Any, .*: say of which type it is"),
        (object, "is object, .*: say of which type it is"),
        (list, r"is list, .*: say what is in it, as in list\[str\]"),
        (set[int], r"is set\[int\], .*: let it be a mapped class, a dataclass"),
        (timedelta, "is timedelta, .*: let it be"),
        (Pair, "is Pair, .*: let it be"),
        (dict[int, str], "is a dictionary by int, .*: let its keys be texts"),
        (dict[Grade, str], "is a dictionary by Grade, .*: let its keys be texts"),
        (Point, "is Point, .*: let its values be texts or numbers"),
    ],
)
def test_what_json_cannot_tell_is_refused_by_scenario_class_and_field(kind: Any, why: str) -> None:
    with pytest.raises(
        ScenarioDefinitionError,
        match=rf"the scenario 'told' \(.*test_shapes.py:\d+\) tells of Result.value, which {why}",
    ):
        shape_of(kind)


def test_an_annotation_that_names_nothing_is_refused() -> None:
    with pytest.raises(ScenarioDefinitionError, match=r"tells of Result, .* 'Absent' is not def"):
        shape_of("Absent")


@pytest.mark.parametrize(
    "data,shape,where",
    [
        (1, STRING, "data is 1"),
        (True, NUMBER, "data is True"),
        (None, Either((STRING, NUMBER)), "data is None"),
        ("green", Told(Colour), "data is 'green'"),
        (1.0, Choice((1,)), "data is 1.0"),
        ([1, "2"], Items(NUMBER), r"data\[1\] is '2'"),
        ([1], Fixed((NUMBER, NUMBER)), "no list of 2"),
        ({"a": 1}, Keyed(STRING, STRING), r"data\['a'\] is 1"),
        ({"c": 1}, Keyed(Choice(("a",)), NUMBER), "a key of data is 'c'"),
        ({"twigs": [{}]}, Told(Branch), r"data.twigs\[0\] is {}, and not Branch with twigs"),
    ],
)
def test_data_of_another_shape_disagrees(data: Any, shape: Shape, where: str) -> None:
    shapes = shapes_of([telling(Branch | Colour)[1]])

    (found,) = disagreements(data, shape, shapes)

    assert re.search(where, found)
