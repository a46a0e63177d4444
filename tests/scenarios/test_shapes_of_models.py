"""A mapped class is told by the types of its columns."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Enum, Integer, LargeBinary, Numeric, String, TypeDecorator, UniqueConstraint
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from factoryfloor import scenario
from factoryfloor.errors import ScenarioDefinitionError
from factoryfloor.scenarios import data_of
from factoryfloor.scenarios.shapes import Told, disagreements, shapes_of
from factoryfloor.scenarios.shapes.shape import NULL, NUMBER, STRING, Choice, Either, Text


class Base(DeclarativeBase):
    pass


class State(enum.Enum):
    OPEN = "open"
    SHUT = "shut"


class Label(TypeDecorator[State]):
    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, dialect: object) -> State | None:
        return None if value is None else State(value)


class Door(Base):
    __tablename__ = "doors"
    __table_args__ = (UniqueConstraint("house", "number"),)

    number: Mapped[int | None]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    house: Mapped[str]
    width: Mapped[Decimal] = mapped_column(Numeric(6, 2), unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    lock: Mapped[str] = mapped_column(Enum("brass", "steel"), unique=True)
    address: Mapped[str] = mapped_column(INET, unique=True)
    colour: Mapped[str]
    name: Mapped[State | None] = mapped_column(Label)
    status: Mapped[State] = mapped_column(Enum(State))


class Gate(Base):
    __tablename__ = "gates"

    id: Mapped[int] = mapped_column(primary_key=True)
    status = mapped_column(JSONB)


class Hatch(Base):
    __tablename__ = "hatches"

    id = mapped_column(Integer, primary_key=True)
    name = mapped_column(String)


@dataclass
class Fence:
    gate: Gate


@dataclass
class House:
    door: Door
    hatch: Hatch


@scenario("house")
def house() -> House:
    """A house with a door and a hatch."""
    door = Door(
        id=uuid4(),
        number=None,
        house="North",
        width=Decimal("0.90"),
        key=b"\0",
        lock="steel",
        address="::1",
        colour="red",
        name=State.OPEN,
        status=State.SHUT,
    )
    return House(door, Hatch(id=1, name=None))


@scenario("fence")
def fence() -> Fence:
    """A fence with a gate."""
    return Fence(Gate(id=1, status={}))


def test_its_keys_name_and_status_are_told_in_its_own_order() -> None:
    shape = shapes_of([house])[Door]

    assert shape == {
        "number": Either((NUMBER, NULL)),
        "id": Text(UUID),
        "house": STRING,
        "width": Text(Decimal),
        "key": STRING,
        "lock": Choice(("brass", "steel")),
        "address": STRING,
        "name": Either((Told(State), NULL)),
        "status": Told(State),
    }
    assert list(shape) == [
        "number", "id", "house", "width", "key", "lock", "address", "name", "status"
    ]  # fmt: skip


def test_a_column_without_an_annotation_is_told_by_its_type() -> None:
    assert shapes_of([house])[Hatch] == {"id": NUMBER, "name": Either((STRING, NULL))}


def test_its_rows_have_that_shape() -> None:
    assert list(disagreements(data_of(house()), Told(House), shapes_of([house]))) == []


def test_a_column_of_no_known_type_is_refused() -> None:
    with pytest.raises(
        ScenarioDefinitionError,
        match=r"the scenario 'fence' .* tells of Gate.status, which is JSONB.* by Mapped\[…\]",
    ):
        shapes_of([fence])
