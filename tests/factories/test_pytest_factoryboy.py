"""The model fixtures of pytest-factoryboy are made like any other row."""

from __future__ import annotations

import factory
import pytest
import sqlalchemy as sa
from pytest_factoryboy import register
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.factories import Children, ModelFactory


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Parcel(Base):
    __tablename__ = "parcels"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()
    stamps: Mapped[list[Stamp]] = relationship(back_populates="parcel")


class Stamp(Base):
    __tablename__ = "stamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(sa.ForeignKey("parcels.id"))
    worth: Mapped[int]
    parcel: Mapped[Parcel] = relationship(back_populates="stamps")


class CustomerFactory(ModelFactory[Customer]):
    name = "Ada"


class StampFactory(ModelFactory[Stamp]):
    worth = 1


@register
class ParcelFactory(ModelFactory[Parcel]):
    class Params:
        express = factory.Trait(stamps=3, stamps__worth=5, customer__name="Grace")

    customer = factory.SubFactory(CustomerFactory)
    stamps = Children(StampFactory, "parcel")


register(CustomerFactory)


@pytest.fixture(autouse=True)
def _writing(session: Session) -> None:
    """Every test here has an active session."""


def test_a_model_fixture_has_no_children_unless_asked(parcel: Parcel) -> None:
    assert parcel.id
    assert parcel.stamps == []
    assert parcel.customer.name == "Ada"


@pytest.mark.parametrize("parcel__stamps", [2, [{}, {"worth": 4}]])
def test_a_model_fixture_attaches_its_children(parcel: Parcel) -> None:
    assert len(parcel.stamps) == 2
    assert all(stamp.id for stamp in parcel.stamps)


@pytest.mark.parametrize("customer__name", ["Grace"])
def test_a_parents_attribute_may_be_given(parcel: Parcel, customer: Customer) -> None:
    assert parcel.customer is customer
    assert customer.name == "Grace"


def test_the_factory_fixture_takes_traits(parcel_factory: type[ParcelFactory]) -> None:
    parcel = parcel_factory.create(express=True)

    assert [stamp.worth for stamp in parcel.stamps] == [5, 5, 5]
    assert parcel.customer.name == "Grace"
