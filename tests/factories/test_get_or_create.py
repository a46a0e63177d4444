"""`sqlalchemy_get_or_create` finds or makes, and loses nothing."""

from __future__ import annotations

import factory
import pytest
import sqlalchemy as sa
from factory.errors import FactoryError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.errors import RefusedIntegrityError
from factoryfloor.factories import ModelFactory


class Base(DeclarativeBase):
    pass


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)


class City(Base):
    __tablename__ = "cities"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    country_id: Mapped[int] = mapped_column(sa.ForeignKey("countries.id"))
    country: Mapped[Country] = relationship()


class CountryFactory(ModelFactory[Country]):
    class Meta:
        sqlalchemy_get_or_create = ("code",)

    code = "IT"
    name = factory.LazyAttribute(lambda o: f"land of {o.code}")


class PairFactory(ModelFactory[Country]):
    class Meta:
        sqlalchemy_get_or_create = ("code", "name")

    code = factory.Sequence(str)
    name = factory.Sequence(str)


class CityFactory(ModelFactory[City]):
    name = factory.Sequence(lambda n: f"City {n}")
    country = factory.SubFactory(CountryFactory)


def test_a_row_that_is_there_is_found(session: Session) -> None:
    assert CountryFactory.create() is CountryFactory.create()


def test_a_row_that_still_waits_to_be_written_is_found(session: Session) -> None:
    with session.no_autoflush:
        waiting = Country(code="IT", name="Italy")
        session.add(waiting)

        assert CountryFactory.create() is waiting


def test_a_row_of_the_same_tree_is_found(session: Session, flushes: list[int]) -> None:
    class TwinFactory(ModelFactory[Country]):
        code = "IT"
        name = "Italy"
        twin = factory.RelatedFactory(CountryFactory)

    TwinFactory.create()

    assert flushes == [1]
    assert session.scalar(sa.select(sa.func.count(Country.id))) == 1


def test_a_key_may_be_a_row_that_is_not_written_yet(session: Session) -> None:
    class PlainCountryFactory(ModelFactory[Country]):
        code = factory.Sequence(str)
        name = factory.Sequence(str)

    class SoleCityFactory(ModelFactory[City]):
        class Meta:
            sqlalchemy_get_or_create = ("name", "country")

        name = "Graz"
        country = factory.SubFactory(PlainCountryFactory)

    city = SoleCityFactory.create()

    assert SoleCityFactory.create() is not city
    assert SoleCityFactory.create(country=city.country) is city


def test_the_rows_of_a_batch_share_it(session: Session) -> None:
    cities = CityFactory.create_batch(3)

    assert {city.country for city in cities} == {cities[0].country}


def test_another_key_makes_another_row(session: Session) -> None:
    assert CountryFactory.create(code="AT") is not CountryFactory.create()


def test_what_was_inserted_before_stays(session: Session) -> None:
    city = CityFactory.create()
    CountryFactory.create(code="AT", name="Austria")

    with pytest.raises(RefusedIntegrityError, match="name='Austria' is taken"):
        CountryFactory.create(code="XX", name="Austria")

    assert session.scalars(sa.select(City)).all() == [city]
    assert session.scalar(sa.select(sa.func.count(Country.id))) == 2


def test_the_row_in_the_way_is_found_by_what_was_given(session: Session) -> None:
    there = PairFactory.create(code="IT")

    assert PairFactory.create(code="IT") is there


def test_a_key_without_a_value_is_an_error(session: Session) -> None:
    class KeylessFactory(ModelFactory[Country]):
        class Meta:
            sqlalchemy_get_or_create = ("code",)

    with pytest.raises(FactoryError, match="nothing gives it a value"):
        KeylessFactory.create()
