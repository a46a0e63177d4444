"""A tree is written by one flush, in a savepoint of its own."""

from __future__ import annotations

from typing import Any

import factory
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.factories import Children, ModelFactory


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    orders: Mapped[list[Order]] = relationship(back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship(back_populates="orders")
    lines: Mapped[list[Line]] = relationship(back_populates="order")


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")


class Label(Base):
    """It refers to a customer without a relationship."""

    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))


class CustomerFactory(ModelFactory[Customer]):
    name = factory.Sequence(lambda n: f"Customer {n}")


class OrderFactory(ModelFactory[Order]):
    code: Any = factory.Sequence(lambda n: f"SO-{n}")
    customer = factory.SubFactory(CustomerFactory)
    lines: Any = Children(f"{__name__}.LineFactory", "order")


class LineFactory(ModelFactory[Line]):
    order = factory.SubFactory(OrderFactory)


class RelatedOrderFactory(OrderFactory):
    lines = factory.RelatedFactoryList(LineFactory, "order", size=2)


def test_a_tree_is_written_by_one_flush(session: Session, flushes: list[int]) -> None:
    order = OrderFactory.create(lines=3)

    assert flushes == [5]
    assert [line.order_id for line in order.lines] == [order.id] * 3
    assert not session.dirty


def test_a_batch_is_written_by_one_flush(session: Session, flushes: list[int]) -> None:
    orders = OrderFactory.create_batch(4, lines=1)

    assert flushes == [12]
    assert [order.code for order in orders] == ["SO-1", "SO-2", "SO-3", "SO-4"]


def test_a_related_factory_list_joins_the_tree(session: Session, flushes: list[int]) -> None:
    order = RelatedOrderFactory.create()

    assert flushes == [4]
    assert len(order.lines) == 2


def test_reading_a_new_tree_needs_no_statement(session: Session, statements: list[str]) -> None:
    order = OrderFactory.create(lines=2)
    statements.clear()

    assert [line.order.customer.name for line in order.lines] == ["Customer 1"] * 2
    assert statements == []


def test_a_refused_tree_leaves_what_came_before(session: Session) -> None:
    kept = CustomerFactory.create(name="kept")

    with pytest.raises(IntegrityError):
        OrderFactory.create(customer__name="kept", lines=2)

    assert session.scalars(sa.select(Customer)).all() == [kept]
    assert list(session.new) == []
    assert OrderFactory.create(lines=1).customer.id > kept.id


def test_an_error_in_a_declaration_takes_the_whole_tree_back(session: Session) -> None:
    class BrokenFactory(OrderFactory):
        code = factory.LazyAttribute(lambda o: o.customer.name / 0)

    with pytest.raises(TypeError):
        BrokenFactory.create()

    session.flush()
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 0
    assert session.autoflush


def test_a_create_inside_a_declaration_is_written_at_once(session: Session) -> None:
    class NestingFactory(OrderFactory):
        code = factory.LazyAttribute(lambda o: f"for {CustomerFactory.create().id}")

    order = NestingFactory.create(lines=1)

    assert order.code.startswith("for ")
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 2


def test_the_evaluation_runs_without_autoflush(session: Session, flushes: list[int]) -> None:
    class AskingFactory(OrderFactory):
        code = factory.LazyAttribute(
            lambda o: f"{o.customer.id} {session.scalar(sa.select(sa.func.count(Customer.id)))}"
        )

    order = AskingFactory.create()

    assert order.code == "None 0"
    assert flushes == [2]


def test_a_foreign_factory_makes_one_flush_of_its_sub_factory(
    session: Session, flushes: list[int]
) -> None:
    class EnvelopeFactory(factory.DictFactory):
        order = factory.SubFactory(OrderFactory)

    envelope = EnvelopeFactory.create()

    assert flushes == [2]
    assert envelope["order"].customer.id == 1


def test_children_below_a_foreign_factory_are_written(session: Session, flushes: list[int]) -> None:
    class EnvelopeFactory(factory.DictFactory):
        order = factory.SubFactory(OrderFactory, lines=2)

    envelope = EnvelopeFactory.create()

    assert flushes == [2, 2]
    assert [line.id for line in envelope["order"].lines] == [1, 2]


def test_an_excluded_row_has_an_id_for_others_to_read(session: Session) -> None:
    class LabelFactory(ModelFactory[Label]):
        class Meta:
            exclude = ("customer",)

        customer = factory.SubFactory(CustomerFactory)
        customer_id = factory.SelfAttribute("customer.id")

    assert LabelFactory.create().customer_id == 1
