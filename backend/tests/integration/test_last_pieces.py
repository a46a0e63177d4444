"""Two people at the last of a stock: one gets it, and never more than there is."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import ProductionOrder, TransactionType
from app.services import (
    inventory,
    movements,
    production,
    shipping,
)
from app.services import sales_orders as sales
from app.services.errors import RuleError, StockError

from .collisions import collide

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Product
    from tests.factories import (
        ItemFactory,
        ProductFactory,
        ProductionOrderFactory,
        SalesOrderFactory,
    )

    from .collisions import Work

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


@pytest.fixture
def filament(item_factory: type[ItemFactory]) -> Item:
    """A filament of which ten grams are left."""
    return item_factory.create(filament=True, inventory_transactions=[{"quantity": Decimal(10)}])


@pytest.fixture
def vase(product_factory: type[ProductFactory], filament: Item) -> Product:
    """A product of which ten pieces are in stock, and that takes two grams of filament."""
    return product_factory.create(
        stocked=True,
        item__inventory_transactions=[{"quantity": Decimal(10)}],
        bom_lines=[{"item": filament, "quantity_per": Decimal(2)}],
    )


def taken(item_id: int, kind: str, quantity: int) -> Work:
    return lambda db: movements.move(db, item_id, TransactionType(kind), Decimal(quantity)).quantity


def stock_of(db: Session, item_id: int | None) -> Any:
    assert item_id is not None
    there = inventory.stock(db, [item_id])[item_id]
    return there.on_hand, there.reserved


@pytest.mark.parametrize("kind,quantity", [("issue", 7), ("scrap", 7), ("adjust", -7)])
def test_the_last_of_an_item_is_taken_by_one(
    db: Session, filament: Item, kind: str, quantity: int
) -> None:
    item = filament.id

    first, second = collide(taken(item, "issue", 7), taken(item, kind, quantity))

    assert first == -7
    assert isinstance(second, StockError)
    assert "3 available" in str(second)
    assert stock_of(db, item) == (3, 0)


def test_what_one_gives_up_is_there_for_the_other(db: Session, filament: Item) -> None:
    item = filament.id

    _, second = collide(taken(item, "issue", 7), taken(item, "issue", 7), first_commits=False)

    assert second == -7
    assert stock_of(db, item) == (3, 0)


def test_two_orders_at_once_are_promised_each_piece_once(
    db: Session, vase: Product, sales_order_factory: type[SalesOrderFactory]
) -> None:
    lines: list[Any] = [{"product": vase, "quantity": 8}]
    one, other = (order.id for order in sales_order_factory.create_batch(2, lines=lines))

    statuses = collide(
        lambda db: sales.confirm(db, one).status, lambda db: sales.confirm(db, other).status
    )

    assert statuses == ["ready", "confirmed"]
    assert stock_of(db, vase.item_id) == (10, 10)
    (made,) = db.scalars(select(ProductionOrder))
    assert (made.sales_order_id, made.quantity_ordered) == (other, 6)


def test_two_orders_at_once_share_the_item_that_a_product_is_first_stocked_as(
    db: Session, product: Product, sales_order_factory: type[SalesOrderFactory]
) -> None:
    lines: list[Any] = [{"product": product}]
    one, other = (order.id for order in sales_order_factory.create_batch(2, lines=lines))

    statuses = collide(
        lambda db: sales.confirm(db, one).status, lambda db: sales.confirm(db, other).status
    )

    assert statuses == ["confirmed", "confirmed"]
    assert product.item is not None
    assert product.item.sku == product.sku


def test_material_is_reserved_for_one_of_two_releases(
    db: Session,
    vase: Product,
    filament: Item,
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    orders = production_order_factory.create_batch(2, product=vase, quantity_ordered=4)
    one, other = (order.id for order in orders)

    first, second = collide(
        lambda db: production.release(db, one).status,
        lambda db: production.release(db, other).status,
    )

    assert first == "released"
    assert isinstance(second, StockError)
    assert f"6 g of {filament.sku}" in str(second)
    assert stock_of(db, filament.id) == (10, 8)


def test_what_is_reserved_leaves_in_one_parcel(
    db: Session, vase: Product, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(lines=[{"product": vase, "quantity": 10}])
    order_id = sales.confirm(db, order.id).id

    def ship(db: Session) -> int:
        return sum(line.quantity for line in shipping.ship(db, order_id, {1: 6}).lines)

    first, second = collide(ship, ship)

    assert first == 6
    assert isinstance(second, RuleError)
    assert (order.status, order.lines[0].quantity_shipped) == ("partly_shipped", 6)
    assert stock_of(db, vase.item_id) == (4, 4)


def test_an_order_that_is_being_shipped_is_not_cancelled(
    db: Session, vase: Product, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(lines=[{"product": vase, "quantity": 4}])
    order_id = sales.confirm(db, order.id).id

    _, refusal = collide(
        lambda db: shipping.ship(db, order_id).id, lambda db: sales.cancel(db, order_id).id
    )

    assert isinstance(refusal, RuleError)
    assert order.status == "shipped"
    assert stock_of(db, vase.item_id) == (6, 0)
