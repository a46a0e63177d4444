"""A refused row is explained whole."""

from __future__ import annotations

import re
from typing import Any

import factory
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    mapped_column,
    relationship,
)

from factoryfloor.errors import RefusedIntegrityError, RefusedRowError
from factoryfloor.factories import Children, ModelFactory


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    quantity: Mapped[int]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    referrer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(foreign_keys=customer_id)
    notes: Mapped[list[Note]] = relationship(back_populates="order")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    text: Mapped[str]
    order: Mapped[Order] = relationship(back_populates="notes")


class Point(MappedAsDataclass, Base):
    """It has a constructor of its own."""

    __tablename__ = "points"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    x: Mapped[int]


class CustomerFactory(ModelFactory[Customer]):
    name: Any = "Ada"
    email = factory.Sequence(lambda n: f"{n}@example.com")


class NoteFactory(ModelFactory[Note]):
    text = "hello"


class OrderFactory(ModelFactory[Order]):
    customer = factory.SubFactory(CustomerFactory)
    code = "SO-1"
    quantity = 1
    notes = Children(NoteFactory, "order")


class BareFactory(ModelFactory[Order]):
    """It declares nothing."""


def lines_of(error: BaseException) -> list[str]:
    return [line.strip(" -") for line in str(error).split("[SQL:")[0].splitlines()]


def place(name: str) -> str:
    """The place in this file where the test's declaration stands."""
    with open(__file__) as source:  # noqa: PTH123  # a path object would add nothing here
        numbers = [number for number, line in enumerate(source, 1) if line.startswith(name)]
    return f"tests/factories/test_refusal.py:{numbers[0]}"


def test_every_missing_column_is_named_at_once(session: Session) -> None:
    with pytest.raises(RefusedIntegrityError) as caught:
        BareFactory.create()

    assert lines_of(caught.value)[:5] == [
        "1 of 1 rows refused, so none was written.",
        f"Order, made by BareFactory ({place('class BareFactory')}):",
        "code is required, and missing (BareFactory does not declare it)",
        "quantity is required, and missing (BareFactory does not declare it)",
        "customer_id is required, and missing (BareFactory does not declare it)",
    ]


def test_the_error_is_sqlalchemys_too(session: Session) -> None:
    with pytest.raises(IntegrityError) as caught:
        BareFactory.create()

    assert caught.value.statement is not None
    assert "INSERT INTO orders" in caught.value.statement
    assert caught.value.params is not None
    assert "NotNullViolation" in type(caught.value.orig).__name__
    assert "PostgreSQL says: null value in column" in str(caught.value)


def test_a_column_given_as_none_is_the_callers(session: Session) -> None:
    with pytest.raises(RefusedRowError, match=r"code is required, and missing \(given by the cal"):
        OrderFactory.create(code=None)


def test_a_declaration_that_gives_none_is_named_by_its_line(session: Session) -> None:
    class NamelessFactory(CustomerFactory):
        name = None

    with pytest.raises(RefusedRowError) as caught:
        NamelessFactory.create()

    found = re.search(r"name is required.*declared at (.*):(\d+)\)", str(caught.value))
    assert found is not None
    with open(__file__) as source:  # noqa: PTH123  # a path object would add nothing here
        assert source.readlines()[int(found[2]) - 1].strip() == "name = None"


def test_rows_that_are_fine_are_not_listed(session: Session) -> None:
    with pytest.raises(RefusedRowError) as caught:
        OrderFactory.create(notes=[{}, {"text": None}])

    text = str(caught.value)
    assert "1 of 4 rows refused" in text
    assert "Customer, made by" not in text
    assert "Order, made by" not in text
    assert text.count("Note, made by") == 1


def test_rows_that_were_there_before_are_not_explained(session: Session) -> None:
    note = OrderFactory.create(notes=1).notes[0]

    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(notes=[note], quantity=0)

    assert "1 of 2 rows refused" in str(caught.value)
    assert "Note, made by" not in str(caught.value)


def test_an_object_given_twice_is_one_row(session: Session) -> None:
    note = NoteFactory.build(id=5)

    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(notes=[note, note], quantity=0)

    assert "1 of 3 rows refused" in str(caught.value)


def test_everything_wrong_with_a_row_is_said_at_once(session: Session) -> None:
    CustomerFactory.create(email="ada@example.com")

    with pytest.raises(RefusedRowError) as caught:
        OrderFactory.create(quantity=0, referrer_id=7, code=None, customer__email="ada@example.com")

    text = str(caught.value)
    assert "2 of 2 rows refused" in text
    assert "customer_id is required" not in text
    for part in ("quantity_positive", "referrer_id=7", "code is required", "is taken"):
        assert part in text


def test_unknown_attributes_are_found_with_what_is_missing(
    session: Session, statements: list[str]
) -> None:
    with pytest.raises(RefusedRowError) as caught:
        BareFactory.create(cod="SO-1", quantty=1, zzz=2)

    assert lines_of(caught.value)[1:] == [
        "cod is unknown; did you mean code? (given by the caller)",
        "quantty is unknown; did you mean quantity? (given by the caller)",
        "zzz is unknown (given by the caller)",
        "code is required, and missing",
        "quantity is required, and missing",
        "customer_id is required, and missing",
    ]
    assert statements == []


def test_an_unknown_attribute_that_is_declared_is_named_by_its_line(session: Session) -> None:
    class DriftedFactory(CustomerFactory):
        emial = "ada@example.com"

    with pytest.raises(RefusedRowError, match=r"emial is unknown.*\(declared at .*py:\d+\)"):
        DriftedFactory.create()


def test_a_built_object_is_refused_unknown_attributes_too() -> None:
    with pytest.raises(RefusedRowError, match="emial is unknown"):
        CustomerFactory.build(emial="ada@example.com")


def test_a_constructor_of_the_models_own_is_respected(session: Session) -> None:
    class PointFactory(ModelFactory[Point]):
        x = 1

    with pytest.raises(TypeError, match="unexpected keyword"):
        PointFactory.create(y=2)


def test_the_session_goes_on(session: Session) -> None:
    kept = CustomerFactory.create()

    with pytest.raises(RefusedRowError):
        BareFactory.create()

    assert session.is_active
    assert session.get(Customer, kept.id) is kept
    assert OrderFactory.create().id
