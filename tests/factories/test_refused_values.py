"""What PostgreSQL holds against a row's values is said with those values."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import Any

import factory
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.errors import RefusedDataError, RefusedIntegrityError, RefusedRowError
from factoryfloor.factories import ModelFactory


class Base(DeclarativeBase):
    pass


class Status(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(10))
    email: Mapped[str] = mapped_column(unique=True)


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "code"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("shipped <= quantity", name="shipped_in_bounds"),
        sa.CheckConstraint("packed <= quantity", name="packed_in_bounds"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    quantity: Mapped[int]
    shipped: Mapped[int] = mapped_column(server_default="0")
    packed: Mapped[int] = mapped_column(default=0)
    price: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))
    status: Mapped[Status | None]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    referrer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(foreign_keys=customer_id)


class CustomerFactory(ModelFactory[Customer]):
    name: Any = "Ada"
    email = factory.Sequence(lambda n: f"{n}@example.com")


class OrderFactory(ModelFactory[Order]):
    customer = factory.SubFactory(CustomerFactory)
    code = "SO-1"
    quantity = 1


def test_a_dangling_reference_is_named_with_its_table(session: Session) -> None:
    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(referrer_id=7)

    assert "referrer_id=7: customers has no such row (given by the caller)" in str(caught.value)
    assert "customer_id" not in str(caught.value).split("[SQL:")[0].split("PostgreSQL says")[0]


def test_every_check_that_fails_is_named_with_its_values(session: Session) -> None:
    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(quantity=-1, shipped=5)

    text = str(caught.value)
    assert "check quantity_positive (quantity > 0) fails for quantity=-1" in text
    assert "check shipped_in_bounds (shipped <= quantity) fails for" in text


@pytest.mark.parametrize("check", ["shipped_in_bounds", "packed_in_bounds"])
def test_a_check_counts_the_columns_default(session: Session, check: str) -> None:
    with pytest.raises(RefusedIntegrityError, match=rf"check {check} \("):
        OrderFactory.create(quantity=-1)


def test_a_reference_within_the_tree_does_not_dangle(session: Session) -> None:
    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(customer__id=7, referrer_id=7, quantity=0)

    assert "quantity_positive" in str(caught.value)
    assert "no such row" not in str(caught.value)


def test_a_value_of_a_wrong_type_leaves_the_session_usable(session: Session) -> None:
    with pytest.raises(RefusedDataError, match="invalid input syntax for type integer"):
        OrderFactory.create(referrer_id="seven")

    assert OrderFactory.create().id


def test_a_taken_key_names_its_values_and_who_has_it(session: Session) -> None:
    taken = CustomerFactory.create(email="ada@example.com")

    with pytest.raises(RefusedIntegrityError) as caught:
        CustomerFactory.create(email="ada@example.com")

    assert f"email='ada@example.com' is taken, by the row with id={taken.id}" in str(caught.value)


def test_a_taken_composite_key_is_read_through_the_relation(session: Session) -> None:
    order = OrderFactory.create()

    with pytest.raises(RefusedIntegrityError) as caught:
        OrderFactory.create(customer=order.customer)

    assert (
        f"customer_id={order.customer_id}, code='SO-1' is taken, by the row with id={order.id}"
        in str(caught.value)
    )


def test_a_row_that_the_flush_did_not_reach_is_explained_too(session: Session) -> None:
    order = OrderFactory.create()

    class LongFactory(CustomerFactory):
        name = "a" * 11
        more = factory.RelatedFactory(OrderFactory, customer=order.customer)

    with pytest.raises(RefusedDataError, match="code='SO-1' is taken"):
        LongFactory.create()


def test_a_key_asked_for_twice_in_one_tree_is_named(session: Session) -> None:
    with pytest.raises(RefusedIntegrityError) as caught:
        CustomerFactory.create_batch(2, email="ada@example.com")

    text = str(caught.value)
    assert "2 of 2 rows refused" in text
    assert text.count("email='ada@example.com' is asked for by another row of this tree") == 2


def test_a_value_too_long_is_named(session: Session) -> None:
    with pytest.raises(RefusedDataError) as caught:
        CustomerFactory.create(name="a" * 11)

    assert isinstance(caught.value, DataError)
    assert "has 11 characters, and the column holds 10" in str(caught.value)


def test_a_text_with_a_nul_character_is_named(session: Session) -> None:
    with pytest.raises(RefusedDataError, match=r"name='a\\x00b' has a NUL character"):
        CustomerFactory.create(name="a\0b")


def test_a_number_out_of_range_is_named(session: Session) -> None:
    with pytest.raises(RefusedDataError) as caught:
        OrderFactory.create(quantity=2**31, price=Decimal("9999.999"))

    assert "quantity=2147483648 is beyond what a 32-bit integer holds" in str(caught.value)
    assert "price=Decimal('9999.999') is beyond NUMERIC(6, 2)" in str(caught.value)


def test_a_word_that_the_enumeration_lacks_is_named(session: Session) -> None:
    with pytest.raises(RefusedRowError, match="status='late' is none of open, closed"):
        OrderFactory.create(status="late")
