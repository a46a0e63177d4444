"""A factory's definition is checked against its model."""

from __future__ import annotations

from typing import Any

import factory
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from factoryfloor.factories import Children, ModelFactory, definition_problems


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    note: Mapped[str | None]
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()


class CustomerFactory(ModelFactory[Customer]):
    email = "ada@example.com"


class SoundFactory(ModelFactory[Order]):
    class Meta:
        exclude = ("number",)
        rename = {"buyer": "customer"}

    class Params:
        prefix = "SO"
        noted = factory.Trait(note="urgent")

    number = factory.Sequence(int)
    code = factory.LazyAttribute(lambda o: f"{o.prefix}-{o.number}")
    buyer = factory.SubFactory(CustomerFactory)


class DriftedFactory(ModelFactory[Customer]):
    emial = "ada@example.com"


class OrderedFactory(ModelFactory[Customer]):
    email = "ada@example.com"
    orders = Children(SoundFactory, "custmer")


class MisdirectedFactory(ModelFactory[Order]):
    code = "SO-1"
    customer = factory.SubFactory(Customer)
    again = Children("nowhere.at_all.LineFactory", "order")


class ModellessFactory(ModelFactory[Any]):
    pass


def line_of(text: str) -> int:
    with open(__file__) as source:  # noqa: PTH123  # a path object would add nothing here
        return next(number for number, line in enumerate(source, 1) if text in line)


def test_a_sound_factory_has_no_problems() -> None:
    assert definition_problems(SoundFactory) == []


def test_a_name_that_the_model_lacks_is_found_with_the_nearest() -> None:
    here = "tests/factories/test_definition.py"

    unknown, undeclared = definition_problems(DriftedFactory)

    assert unknown == (
        f"{here}:{line_of('emial =')}: DriftedFactory.emial is unknown to Customer; "
        "did you mean email?"
    )
    assert undeclared == (
        f"{here}:{line_of('class DriftedFactory')}: DriftedFactory does not declare email, "
        "which Customer requires"
    )


def test_a_model_in_a_factorys_place_is_found() -> None:
    problem, path = definition_problems(MisdirectedFactory)

    assert problem.endswith("customer points at the model Customer where a factory is wanted")
    assert "again names a factory that cannot be imported: No module named 'nowhere'" in path


def test_a_name_that_only_a_trait_sets_is_checked_too() -> None:
    class TraitFactory(CustomerFactory):
        class Params:
            gone = factory.Trait(is_actve=False)

    (problem,) = definition_problems(TraitFactory)

    assert "TraitFactory.is_actve is unknown to Customer; did you mean is_active?" in problem


def test_a_factory_without_a_model_is_found() -> None:
    (problem,) = definition_problems(ModellessFactory)

    assert problem.endswith("ModellessFactory names no model")


def test_an_abstract_factory_needs_no_model() -> None:
    class AbstractFactory(ModelFactory[Any]):
        class Meta:
            abstract = True

    assert definition_problems(AbstractFactory) == []


def test_children_that_name_no_parent_of_theirs_are_told() -> None:
    (problem,) = definition_problems(OrderedFactory)

    assert "OrderedFactory.orders names the parent 'custmer', which is unknown to Order" in problem
    assert "customer" in problem
    assert "test_definition.py:" in problem
