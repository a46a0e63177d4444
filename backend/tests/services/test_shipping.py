"""Parcels leave with what is reserved, in parts or whole, and the stock knows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import InventoryTransaction
from app.services import shipping
from app.services.errors import InvalidInputError, NotFoundError, RuleError, StockError
from app.services.inventory import Stock

from . import farm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Product, SalesOrder, Shipment

pytestmark = pytest.mark.integration


@pytest.fixture
def vase() -> Product:
    return farm.product("VASE", (farm.material("PLA", 5000), 10), item=farm.shelf("VASE", 6))


@pytest.fixture
def bowl() -> Product:
    return farm.product("BOWL", (farm.material("PETG", 5000), 10), item=farm.shelf("BOWL", 2))


@pytest.fixture
def order(db: Session, vase: Product, bowl: Product) -> SalesOrder:
    """Four vases, all in stock, and five bowls, two of them in stock."""
    return farm.confirmed(db, (vase, 4), (bowl, 5))


def packed(shipment: Shipment) -> list[tuple[int, int]]:
    """The number of each line in a parcel, and its pieces."""
    return [(line.sales_order_line.line_number, line.quantity) for line in shipment.lines]


def test_without_a_choice_all_that_is_reserved_leaves(db: Session, order: SalesOrder) -> None:
    shipment = shipping.ship(db, order.id)

    assert packed(shipment) == [(1, 4), (2, 2)]
    assert [line.quantity_shipped for line in order.lines] == [4, 2]
    assert farm.promised(order) == [0, 0]


def test_a_parcel_says_when_and_how_it_left(db: Session, order: SalesOrder) -> None:
    shipment = shipping.ship(db, order.id, carrier="DHL", tracking_number="JD-1")

    assert (shipment.sales_order, shipment.shipped_on) == (order, date.today())
    assert (shipment.carrier, shipment.tracking_number) == ("DHL", "JD-1")


def test_stock_leaves_with_the_orders_code(db: Session, order: SalesOrder, vase: Product) -> None:
    shipping.ship(db, order.id, {1: 3})

    moves = select(InventoryTransaction).where(InventoryTransaction.reference == order.code)
    (move,) = db.scalars(moves)
    assert (move.transaction_type, move.item) == ("ship", vase.item)
    assert move.quantity == -3
    assert farm.stock_of(db, vase.item) == Stock(Decimal(3), Decimal(1))


def test_a_line_may_leave_in_parts(db: Session, order: SalesOrder) -> None:
    parcels = [shipping.ship(db, order.id, {1: pieces}) for pieces in (1, 2, 1)]

    assert [packed(parcel) for parcel in parcels] == [[(1, 1)], [(1, 2)], [(1, 1)]]
    assert order.shipments == parcels
    assert order.lines[0].quantity_open == 0


def test_what_is_printed_later_leaves_later(db: Session, order: SalesOrder) -> None:
    shipping.ship(db, order.id)
    farm.printed(db, farm.made_for(order, "BOWL"), good=3)

    assert packed(shipping.ship(db, order.id)) == [(2, 3)]
    assert order.status == "shipped"


def test_nothing_reserved_is_nothing_to_ship(db: Session, order: SalesOrder) -> None:
    shipping.ship(db, order.id)

    with pytest.raises(StockError, match=f"nothing is reserved for {order.code}"):
        shipping.ship(db, order.id)


def test_no_more_leaves_than_is_reserved(db: Session, order: SalesOrder) -> None:
    with pytest.raises(StockError, match="has 2 pieces reserved, not 3; plan the order again"):
        shipping.ship(db, order.id, {1: 4, 2: 3})

    assert [line.quantity_shipped for line in order.lines] == [0, 0]
    assert order.shipments == []


def test_stock_that_is_promised_to_nobody_is_not_shipped(
    db: Session, order: SalesOrder, bowl: Product
) -> None:
    assert bowl.item is not None
    farm.put_in_stock(bowl.item, 100)

    with pytest.raises(StockError, match="has 2 pieces reserved, not 5"):
        shipping.ship(db, order.id, {2: 5})


def test_no_more_leaves_than_is_ordered(db: Session, order: SalesOrder) -> None:
    with pytest.raises(RuleError, match=f"line 1 of {order.code} has 4 pieces open, not 5"):
        shipping.ship(db, order.id, {1: 5})


def test_lines_that_do_not_exist_are_named(db: Session, order: SalesOrder) -> None:
    with pytest.raises(InvalidInputError, match=f"{order.code} has no line 3, 9"):
        shipping.ship(db, order.id, {9: 1, 1: 1, 3: 1})


@pytest.mark.parametrize("pieces", [{}, {1: 0}, {1: 1, 2: -1}])
def test_a_parcel_is_not_empty(db: Session, order: SalesOrder, pieces: dict[int, int]) -> None:
    with pytest.raises(InvalidInputError, match="ship at least one piece of each line"):
        shipping.ship(db, order.id, pieces)


def test_an_order_that_does_not_exist_is_not_shipped(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no sales order has the id 0"):
        shipping.ship(db, 0)


def test_half_a_piece_is_not_shipped(db: Session) -> None:
    rope = farm.product("ROPE", (farm.material("PLA"), 1), item=farm.shelf("ROPE", "2.5"))
    order = farm.confirmed(db, (rope, 4))

    assert packed(shipping.ship(db, order.id)) == [(1, 2)]
    assert farm.promised(order) == [Decimal("0.5")]


def test_less_than_a_piece_is_nothing_to_ship(db: Session) -> None:
    rope = farm.product("ROPE", (farm.material("PLA"), 1), item=farm.shelf("ROPE", "0.5"))
    order = farm.confirmed(db, (rope, 4))

    with pytest.raises(StockError, match="nothing is reserved"):
        shipping.ship(db, order.id)
