"""Hooks of the user's find their tree in the database, and may do as they like there."""

from __future__ import annotations

from typing import Any

import factory
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.factories import ModelFactory


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()


class CustomerFactory(ModelFactory[Customer]):
    name = factory.Sequence(lambda n: f"Customer {n}")


class OrderFactory(ModelFactory[Order]):
    code: Any = factory.Sequence(lambda n: f"SO-{n}")
    customer = factory.SubFactory(CustomerFactory)


def test_an_opaque_hook_finds_ids(session: Session, flushes: list[int]) -> None:
    seen: list[Any] = []

    def note(order: Order, create: bool, extracted: Any) -> None:
        seen.extend([order.id, order.customer.id, session.autoflush])

    class HookedFactory(OrderFactory):
        noting = factory.PostGeneration(note)

    HookedFactory.create()

    assert seen == [1, 1, True]
    assert flushes == [2]
    assert session.autoflush


def test_what_a_hook_changes_is_written_by_one_more_flush(
    session: Session, flushes: list[int]
) -> None:
    def rename(order: Order, create: bool, extracted: Any) -> None:
        order.code = f"SO-{order.id:04d}"

    class RenamingFactory(OrderFactory):
        renaming = factory.PostGeneration(rename)

    order = RenamingFactory.create()

    assert flushes == [2, 0]
    assert session.scalar(sa.select(Order.code)) == order.code == "SO-0001"
    assert not session.dirty


def test_the_last_hook_may_be_overridden(session: Session) -> None:
    class LastFactory(CustomerFactory):
        @classmethod
        def _after_postgeneration(
            cls, instance: Customer, create: bool, results: Any = None
        ) -> None:
            instance.name = f"number {instance.id}"

    assert LastFactory.create().name == "number 1"
    assert not session.dirty


def test_an_overridden_create_may_flush(session: Session) -> None:
    class FlushingFactory(CustomerFactory):
        @classmethod
        def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Customer:
            made: Customer = super()._create(model_class, *args, **kwargs)
            session.flush()
            made.name = f"number {made.id}"
            return made

    assert FlushingFactory.create().name == "number 1"


def test_an_overridden_save_may_write_by_itself(session: Session) -> None:
    class SavingFactory(CustomerFactory):
        @classmethod
        def _save(cls, model_class: Any, session: Session, args: Any, kwargs: Any) -> Customer:
            made = Customer(**kwargs)
            session.add(made)
            session.flush()
            return made

    assert SavingFactory.create().id == 1


def test_an_overridden_create_may_return_a_row_of_another_session(
    session: Session, engine: sa.Engine
) -> None:
    with Session(engine) as other:

        class ElsewhereFactory(CustomerFactory):
            @classmethod
            def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Customer:
                made = Customer(**kwargs)
                other.add(made)
                return made

        assert ElsewhereFactory.create() in other


def test_an_overridden_create_may_return_anything(session: Session) -> None:
    class DictFactory(CustomerFactory):
        @classmethod
        def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
            return kwargs

    made: Any = DictFactory.create(name="Ada")

    assert made == {"name": "Ada"}


def test_a_hook_may_commit(session: Session) -> None:
    def commit(customer: Customer, create: bool, extracted: Any) -> None:
        session.commit()
        customer.name = "after"

    class CommittingFactory(CustomerFactory):
        committing = factory.PostGeneration(commit)

    assert CommittingFactory.create().name == "after"
    session.rollback()

    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 1


def test_a_hook_of_a_row_made_within_a_declaration_finds_autoflush_on(session: Session) -> None:
    seen: list[bool] = []

    def note(customer: Customer, create: bool, extracted: Any) -> None:
        seen.append(session.autoflush)

    class NotedFactory(CustomerFactory):
        noting = factory.PostGeneration(note)

    class NestingFactory(OrderFactory):
        code = factory.LazyFunction(lambda: NotedFactory.create().name)

    NestingFactory.create()

    assert seen == [True]
