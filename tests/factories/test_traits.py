"""Traits keep what they do not override."""

from __future__ import annotations

import factory

from factoryfloor.factories import ModelFactory


class Address:
    def __init__(self, city: str, street: str) -> None:
        self.city = city
        self.street = street


class Person:
    def __init__(self, address: Address) -> None:
        self.address = address


class House:
    def __init__(self, owner: Person) -> None:
        self.owner = owner


class AddressFactory(ModelFactory[Address]):
    city = "Turin"
    street = "Via Po"


class PersonFactory(ModelFactory[Person]):
    class Params:
        abroad = factory.Trait(address__city="Graz")
        renamed = factory.Trait(address__street="Ring")

    address = factory.SubFactory(AddressFactory, city="Bari")


class HouseFactory(ModelFactory[House]):
    class Params:
        abroad = factory.Trait(owner__address__city="Graz")

    owner = factory.SubFactory(PersonFactory)


def test_a_trait_that_is_off_leaves_the_sub_factory_its_defaults() -> None:
    address = PersonFactory.create().address

    assert (address.city, address.street) == ("Bari", "Via Po")


def test_a_trait_that_is_on_leaves_the_other_defaults() -> None:
    address = PersonFactory.create(abroad=True).address

    assert (address.city, address.street) == ("Graz", "Via Po")


def test_two_traits_of_one_sub_factory_combine() -> None:
    address = PersonFactory.create(abroad=True, renamed=True).address

    assert (address.city, address.street) == ("Graz", "Ring")


def test_a_trait_reaches_two_levels_down() -> None:
    assert HouseFactory.create().owner.address.city == "Bari"
    assert HouseFactory.create(abroad=True).owner.address.city == "Graz"


class Described:
    def __repr__(self) -> str:
        raise AssertionError("nobody asked for a description")


class AloofFactory(AddressFactory):
    class Params:
        far = factory.Trait(city=Described())


def test_a_trait_that_is_off_describes_no_declaration() -> None:
    assert AloofFactory.build().city == "Turin"
