"""Foreign key ids that the caller gives are respected."""

from __future__ import annotations

import factory
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.errors import NoActiveSessionError, RefusedRowError
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
    note: Mapped[str] = mapped_column(server_default="")
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer | None] = relationship()


class Shipment(Base):
    __tablename__ = "shipments"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    order: Mapped[Order] = relationship()


class Shelf(Base):
    """Its key has two columns."""

    __tablename__ = "shelves"
    hall: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


class Box(Base):
    __tablename__ = "boxes"
    __table_args__ = (
        sa.ForeignKeyConstraint(["hall", "number"], ["shelves.hall", "shelves.number"]),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    hall: Mapped[str]
    number: Mapped[int]
    shelf: Mapped[Shelf] = relationship()


class CustomerFactory(ModelFactory[Customer]):
    name = "Ada"


class OrderFactory(ModelFactory[Order]):
    customer = factory.SubFactory(CustomerFactory)


class GreetingFactory(OrderFactory):
    note = factory.LazyAttribute(lambda o: f"for {o.customer.name if o.customer else 'nobody'}")


class ShipmentFactory(ModelFactory[Shipment]):
    order = factory.SubFactory(OrderFactory)


class ShelfFactory(ModelFactory[Shelf]):
    hall = "A"
    number = factory.Sequence(int)


class BoxFactory(ModelFactory[Box]):
    shelf = factory.SubFactory(ShelfFactory)


def customers(session: Session) -> int | None:
    return session.scalar(sa.select(sa.func.count(Customer.id)))


def test_an_id_makes_no_row(session: Session, statements: list[str]) -> None:
    grace = CustomerFactory.create(name="Grace")
    statements.clear()

    order = OrderFactory.create(customer_id=grace.id)

    assert not [sql for sql in statements if "customers" in sql]
    assert customers(session) == 1
    assert order.customer is grace


def test_none_makes_no_row(session: Session) -> None:
    order = OrderFactory.create(customer_id=None)

    assert (order.customer_id, order.customer, customers(session)) == (None, None, 0)


def test_a_declaration_may_read_the_row_that_an_id_names(session: Session) -> None:
    grace = CustomerFactory.create(name="Grace")

    assert GreetingFactory.create(customer_id=grace.id).note == "for Grace"
    assert GreetingFactory.create(customer_id=None).note == "for nobody"


def test_a_declaration_that_reads_a_row_that_is_not_there_says_so(session: Session) -> None:
    with pytest.raises(RefusedRowError, match="No Customer has id=7"):
        GreetingFactory.create(customer_id=7)


def test_an_id_counts_in_a_nested_override(session: Session) -> None:
    grace = CustomerFactory.create()

    shipment = ShipmentFactory.create(order__customer_id=grace.id)

    assert shipment.order.customer is grace
    assert customers(session) == 1


def test_an_id_wins_over_what_a_sub_factory_declares(session: Session) -> None:
    class OwnShipmentFactory(ShipmentFactory):
        order = factory.SubFactory(OrderFactory, customer=factory.SubFactory(CustomerFactory))

    grace = CustomerFactory.create()

    assert OwnShipmentFactory.create(order__customer_id=grace.id).order.customer is grace
    assert customers(session) == 1


def test_an_id_and_another_row_contradict(session: Session) -> None:
    ada, grace = CustomerFactory.create_batch(2)

    with pytest.raises(RefusedRowError, match=f"customer_id={ada.id} .*whose id is {grace.id}"):
        OrderFactory.create(customer_id=ada.id, customer=grace)


def test_an_id_and_its_own_row_agree(session: Session) -> None:
    ada = CustomerFactory.create()

    assert OrderFactory.create(customer_id=ada.id, customer=ada).customer is ada


def test_an_id_and_a_description_contradict(session: Session) -> None:
    with pytest.raises(RefusedRowError, match=r"customer_id=7.* and customer__name"):
        OrderFactory.create(customer_id=7, customer__name="Grace")


def test_a_trait_that_is_off_describes_no_row(session: Session) -> None:
    class TraitShipmentFactory(ShipmentFactory):
        class Params:
            famous = factory.Trait(order__customer__name="Grace")

    ada = CustomerFactory.create()

    assert TraitShipmentFactory.create(order__customer_id=ada.id).order.customer is ada
    assert TraitShipmentFactory.create(famous=True).order.customer_id != ada.id


def test_a_composite_key_counts_when_it_is_whole(session: Session) -> None:
    shelf = ShelfFactory.create(hall="B", number=5)

    box = BoxFactory.create(hall="B", number=5)

    assert box.shelf is shelf
    assert session.scalar(sa.select(sa.func.count()).select_from(Shelf)) == 1


def test_a_part_of_a_composite_key_still_makes_the_row(session: Session) -> None:
    box = BoxFactory.create(number=5)

    assert box.shelf.number == box.number == 1


def test_a_built_object_takes_an_id_without_a_session() -> None:
    order = OrderFactory.build(customer_id=7)

    assert (order.customer_id, order.customer) == (7, None)


def test_a_built_object_that_asks_for_the_row_needs_a_session() -> None:
    with pytest.raises(NoActiveSessionError, match="GreetingFactory"):
        GreetingFactory.build(customer_id=7)


def test_a_renamed_relation_is_known_by_its_own_name(session: Session) -> None:
    class RenamingFactory(ModelFactory[Order]):
        class Meta:
            rename = {"buyer": "customer", "buyer_id": "customer_id"}

        buyer = factory.SubFactory(CustomerFactory)

    grace = CustomerFactory.create()

    assert RenamingFactory.create(buyer_id=grace.id).customer is grace
    assert customers(session) == 1
