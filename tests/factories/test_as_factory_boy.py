"""Beyond the active session a ModelFactory is factory_boy's own."""

from __future__ import annotations

from typing import Any

import factory
import pytest
import sqlalchemy as sa
from factory.errors import FactoryError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.errors import FactoryDefinitionError
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
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()


class Plain:
    def __init__(self, *args: Any, **values: Any) -> None:
        self.args = args
        self.values = values


class CustomerFactory(ModelFactory[Customer]):
    name = factory.Sequence(lambda n: f"Customer {n}")


class PlainFactory(ModelFactory[Plain]):
    class Meta:
        exclude = ("hidden",)
        inline_args = ("first",)
        rename = {"colour": "color"}

    class Params:
        loud = factory.Trait(colour="pink")
        doubled = factory.LazyAttribute(lambda o: o.number * 2)

    first = "one"
    hidden = 7
    number = factory.SelfAttribute("hidden")
    twice = factory.SelfAttribute("doubled")
    colour = factory.Maybe("is_red", "red", "grey")
    is_red = False


def test_the_generic_argument_is_the_model() -> None:
    assert CustomerFactory._meta.model is Customer


def test_meta_names_the_model_where_it_does() -> None:
    class OtherFactory(ModelFactory[Customer]):
        class Meta:
            model = Order

    assert OtherFactory._meta.model is Order


def test_a_subclass_keeps_its_parents_model() -> None:
    class VipFactory(CustomerFactory):
        pass

    assert VipFactory._meta.model is Customer


def test_a_factory_without_a_model_says_so() -> None:
    class ModellessFactory(ModelFactory[Any]):
        pass

    with pytest.raises(FactoryDefinitionError, match=r"ModellessFactory.*has no model"):
        ModellessFactory.create()
    with pytest.raises(FactoryError):
        ModellessFactory.build()


def test_a_class_that_is_not_mapped_is_made_by_its_constructor() -> None:
    made = PlainFactory.create(loud=True)

    assert made.args == ("one",)
    assert made.values == {"number": 7, "twice": 14, "color": "pink", "is_red": False}


def test_a_class_that_is_not_mapped_may_hold_rows(session: Session, flushes: list[int]) -> None:
    class HoldingFactory(ModelFactory[Plain]):
        customer = factory.SubFactory(CustomerFactory)

    assert HoldingFactory.create().values["customer"].id == 1
    assert flushes == [1]


def test_a_configured_session_is_used_as_factory_boy_does(
    session: Session, engine: sa.Engine
) -> None:
    with Session(engine) as own:

        class OwnFactory(CustomerFactory):
            class Meta:
                sqlalchemy_session = own
                sqlalchemy_session_persistence = "flush"

        made = OwnFactory.create()

        assert made in own
        assert made.id == 1
        own.rollback()
    assert session.scalar(sa.select(sa.func.count(Customer.id))) == 0


def test_a_configured_session_without_persistence_is_not_flushed(engine: sa.Engine) -> None:
    with Session(engine) as own:

        class LazyFactory(CustomerFactory):
            class Meta:
                sqlalchemy_session = None  # factory_boy 3.3.0 reads it
                sqlalchemy_session_factory = lambda: own  # noqa: E731  # an option, not a function

        made = LazyFactory.create()

        assert made in own.new


def test_ids_make_their_rows_all_the_same_on_a_configured_session(engine: sa.Engine) -> None:
    with Session(engine) as own:

        class OwnCustomerFactory(CustomerFactory):
            class Meta:
                sqlalchemy_session = own

        class OrderFactory(ModelFactory[Order]):
            class Meta:
                sqlalchemy_session = own

            customer = factory.SubFactory(OwnCustomerFactory)

        assert OrderFactory.create(customer_id=7).customer is not None


def test_built_objects_are_in_no_session(session: Session) -> None:
    made = CustomerFactory.build_batch(2)

    assert not any(one in session for one in made)


def test_a_stub_has_the_attributes(session: Session) -> None:
    # factory_boy gives `stub` no types
    assert CustomerFactory.stub(name="Ada").name == "Ada"  # type: ignore[no-untyped-call]


def test_hooks_of_a_subclass_are_called(session: Session) -> None:
    class HookedFactory(CustomerFactory):
        @classmethod
        def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
            return {**kwargs, "name": kwargs["name"].upper()}

        @classmethod
        def _build(cls, model_class: Any, *args: Any, **kwargs: Any) -> Customer:
            return Customer(name=f"built {kwargs['name']}")

    assert HookedFactory.create().name == "CUSTOMER 1"
    assert HookedFactory.build().name == "built CUSTOMER 2"


def test_types_are_known_to_the_checker(session: Session) -> None:
    called: Customer = CustomerFactory()
    created: Customer = CustomerFactory.create()
    built: Customer = CustomerFactory.build()
    batch: list[Customer] = CustomerFactory.create_batch(1)
    built_batch: list[Customer] = CustomerFactory.build_batch(1)

    assert {type(one) for one in (called, created, built, *batch, *built_batch)} == {Customer}


def test_a_wrong_type_is_an_error_of_the_checker(session: Session) -> None:
    order: Order = CustomerFactory()  # type: ignore[assignment]  # the claim of this test

    assert isinstance(order, Customer)
