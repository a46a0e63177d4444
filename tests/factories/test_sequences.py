"""Sequences begin at one and start again."""

from __future__ import annotations

import factory
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from factoryfloor.factories import ModelFactory, reset_sequences


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    colour: Mapped[str]


class Plain:
    def __init__(self, number: int) -> None:
        self.number = number


class CustomerFactory(ModelFactory[Customer]):
    class Params:
        loud = factory.Trait(colour=factory.Iterator(["pink", "orange"]))

    name = factory.Sequence(lambda n: f"Customer {n}")
    colour = factory.Iterator(["red", "green", "blue"])


class VipFactory(CustomerFactory):
    pass


class PlainFactory(ModelFactory[Plain]):
    number = factory.Sequence(int)


class StartingFactory(ModelFactory[Plain]):
    number = factory.Sequence(int)

    @classmethod
    def _setup_next_sequence(cls) -> int:
        return 100


def test_a_mapped_class_counts_from_one(session: Session) -> None:
    assert [one.name for one in CustomerFactory.create_batch(2)] == ["Customer 1", "Customer 2"]


def test_a_subclass_shares_the_counter(session: Session) -> None:
    CustomerFactory.create()

    assert VipFactory.create().name == "Customer 2"


def test_without_a_session_it_counts_from_zero_like_factory_boy() -> None:
    reset_sequences()

    assert CustomerFactory.build().name == "Customer 0"


def test_other_classes_count_from_zero() -> None:
    reset_sequences()

    assert PlainFactory.create().number == 0


def test_a_forced_sequence_is_taken(session: Session) -> None:
    assert CustomerFactory.create(__sequence=42).name == "Customer 42"
    assert CustomerFactory.create().name == "Customer 1"


def test_everything_starts_again(session: Session) -> None:
    first = [(one.name, one.colour) for one in CustomerFactory.create_batch(2)]
    loud = VipFactory.create(loud=True).colour
    StartingFactory.create()

    reset_sequences()

    assert [(one.name, one.colour) for one in CustomerFactory.create_batch(2)] == first
    assert VipFactory.create(loud=True).colour == loud == "pink"
    assert StartingFactory.create().number == 100


def test_unique_fakes_start_again() -> None:
    fake = factory.Faker._get_faker()
    numbers = {fake.unique.random_digit() for _ in range(10)}

    reset_sequences()

    assert fake.unique.random_digit() in numbers


def test_rows_are_written_under_their_numbers(session: Session) -> None:
    CustomerFactory.create_batch(2)

    names = session.scalars(sa.select(Customer.name).order_by(Customer.id)).all()
    assert names == ["Customer 1", "Customer 2"]
